//! Firms, staff and households for a story, made through the product's own acts.

use crate::{Browser, Page, Stage};
use app::firms::{NewFirm, Settings};
use app::invitations::ReadyClient;
use app::staff::NewPerson;
use model::fact::{HouseholdStatus, MemberRole};
use model::permission::Role;
use model::plan::Plan;
use model::portal::Rights;
use model::{Actor, FirmId, FirmScope, HouseholdId, MemberId, Secret, Span, UserId};

/// Somebody who signs in.
#[derive(Debug, Clone)]
pub struct Login {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub password: String,
    pub totp: String,
    pub scope: FirmScope,
}

#[derive(Debug, Clone)]
pub struct Firm {
    pub id: FirmId,
    pub administrator: Login,
    pub lead: Login,
    pub other: Login,
}

#[derive(Debug, Clone)]
pub struct Household {
    pub id: HouseholdId,
    pub members: Vec<(String, MemberId)>,
}

impl Household {
    pub fn member(&self, given: &str) -> MemberId {
        self.members.iter().find(|(g, _)| g == given).map(|(_, id)| *id).expect("somebody of this household")
    }
}

const PASSWORD: &str = "a story told in tests";
const TOTP: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

impl Stage {
    /// A firm with an administrator and two advisers.
    pub async fn firm(&self, name: &str, plan: Plan) -> Firm {
        let id: FirmId = self.app.random().id(self.now());
        let settings = Settings { support_email: "help@firm.example".into(), ..Settings::default() };
        let new = NewFirm { id, name: name.into(), plan, time_zone: "America/Chicago".into(), settings };
        let tx = self.app.store().begin(&self.app.system_scope(id)).await.expect("a unit");
        app::firms::create(&self.app, &tx, &new).await.expect("a firm");
        tx.commit().await.expect("saved");
        Firm {
            id,
            administrator: self.staff(id, "Robin Alder", Role::Administrator).await,
            lead: self.staff(id, "Maya Castellanos", Role::Adviser).await,
            other: self.staff(id, "Tom Iverson", Role::Adviser).await,
        }
    }

    pub async fn staff(&self, firm: FirmId, name: &str, role: Role) -> Login {
        let id: UserId = self.app.random().id(self.now());
        let given = name.split(' ').next().unwrap_or(name).to_lowercase();
        let email = format!("{given}@{}.example", &firm.to_string()[20..]);
        let hash = app::passwords::hash(&self.app, &Secret::new(PASSWORD.to_owned())).await.expect("a hash");
        let tx = self.app.store().begin(&self.app.system_scope(firm)).await.expect("a unit");
        let person = NewPerson { id, name: name.into(), email: email.clone(), role };
        app::staff::add_ready(&self.app, &tx, &person, &hash, TOTP).await.expect("a login");
        tx.commit().await.expect("saved");
        let scope = FirmScope::new(firm, Actor::User(id));
        Login { id, name: name.into(), email, role, password: PASSWORD.into(), totp: TOTP.into(), scope }
    }

    /// A household led by somebody: adults (with a mail address) as (first, last).
    pub async fn household(&self, lead: &Login, name: &str, adults: &[(&str, &str)]) -> Household {
        let id: HouseholdId = self.app.random().id(self.now());
        let mail = |first: &str, last: &str| format!("{}@{}.example", first.to_lowercase(), last.to_lowercase());
        let (first, last) = adults[0];
        let new = app::households::New {
            id,
            name: name.into(),
            status: HouseholdStatus::Client,
            lead: None,
            first: first.into(),
            last: last.into(),
            email: mail(first, last),
        };
        app::households::create(&self.app, &lead.scope, &new).await.expect("a household");
        for (first, last) in &adults[1..] {
            let typed = app::members::Typed {
                first: (*first).into(),
                last: (*last).into(),
                role: MemberRole::Adult,
                email: mail(first, last),
                phone: String::new(),
                born: String::new(),
            };
            let member = self.app.random().id(self.now());
            app::members::add(&self.app, &lead.scope, id, member, &typed).await.expect("a member");
        }
        let db = self.app.store().read(&lead.scope).await.expect("a look");
        let members = store::members::of_household(&db, id).await.expect("its people");
        Household { id, members: members.into_iter().map(|m| (m.given, m.id)).collect() }
    }

    /// A login of the portal for somebody of a household, with these rights there.
    pub async fn client(&self, household: &Household, given: &str, rights: Rights) -> Login {
        let firm: FirmId = {
            let db = self.app.store().read_system().await.expect("a look");
            let found = db.one("SELECT firm_id FROM household WHERE id = $1", store::params![household.id]).await.expect("an answer");
            found.expect("the household").id("firm_id").expect("its firm")
        };
        let system = self.app.system_scope(firm);
        let hash = app::passwords::hash(&self.app, &Secret::new(PASSWORD.to_owned())).await.expect("a hash");
        let tx = self.app.store().begin(&system).await.expect("a unit");
        let member = store::members::find(&tx, household.member(given)).await.expect("an answer").expect("somebody of this household");
        let lead = store::households::find(&tx, household.id).await.expect("an answer").expect("the household").lead;
        let id: UserId = self.app.random().id(self.now());
        // A login's address is its own: one person of several stories in one firm has several.
        let email = format!("{}.{}@clients.example", given.to_lowercase(), &id.to_string()[24..]);
        let new = ReadyClient {
            id,
            name: member.name.clone(),
            email: email.clone(),
            household: household.id,
            member: member.id,
            rights,
            granted_by: lead,
        };
        app::invitations::add_ready_client(&self.app, &tx, &system, &new, &hash, TOTP).await.expect("a login");
        tx.commit().await.expect("saved");
        let scope = FirmScope::new(firm, Actor::User(id));
        Login { id, name: member.name, email, role: Role::Client, password: PASSWORD.into(), totp: TOTP.into(), scope }
    }

    /// Signs in with password and code, as a person does. The clock moves on half a minute, as each code is good once.
    pub async fn sign_in(&self, login: &Login) -> Browser {
        let mut browser = self.browser();
        let page = self.sign_in_with(&mut browser, login).await;
        assert!(page.status == 200 && !page.url.path().starts_with("/sign-in"), "not signed in at {}:\n{}", page.url, page.words());
        browser
    }

    pub async fn sign_in_with(&self, browser: &mut Browser, login: &Login) -> Page {
        self.clock.advance(Span::seconds(30));
        let page = browser.get("/sign-in").await;
        let page = browser.send(page.form("password").with("email", &login.email).with("password", &login.password)).await;
        let code = app::factors::code_at(&login.totp, self.now()).expect("a code");
        browser.send(page.form("code").with("code", code)).await
    }
}
