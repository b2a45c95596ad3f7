//! A household whose institutions answer what a test says: the real engine and store, and a provider that is a table of answers.

use app::connections::Adopt;
use app::firms::NewFirm;
use app::households::New;
use app::{App, Config, Parts, Random};
use async_trait::async_trait;
use connect::{
    Answers, Card, Check, Connector, Cursor, Fetch, Grant, HookRequest, InstitutionCard, InstitutionPage, LinkStart, Page, Pending, Signal,
    Step,
};
use model::fact::HouseholdStatus;
use model::permission::Role;
use model::plan::Plan;
use model::time::HandClock;
use model::{
    AccountData, AccountId, AccountKind, AccountType, Actor, ConnectionId, ConsentId, Currency, Custody, Decimal, Fault, FaultKind, FirmId,
    FirmScope, HouseholdId, MemberId, PortfolioKind, Secret, Snapshot, Span, UserId,
};
use rig::{Base, START};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use store::accounts::Account;
use url::Url;
use vault::{Randomness, Ring};

type Said = Arc<Mutex<BTreeMap<String, Result<Vec<AccountData>, FaultKind>>>>;

struct Provider {
    card: Card,
    said: Said,
}

fn none<T>() -> Result<T, Fault> {
    Err(Fault::new(FaultKind::NotSupported, "TEST"))
}

#[async_trait]
impl Connector for Provider {
    fn card(&self) -> &Card {
        &self.card
    }
    async fn fetch(&self, grant: Grant, _: Cursor, _: bool, _: model::Time) -> Result<Fetch, Fault> {
        let said = self.said.lock().expect("answers").get(&grant.external_id).cloned();
        let accounts = said.expect("an answer").map_err(|k| Fault::new(k, "TEST"))?;
        let snapshot = Snapshot { accounts, ..Snapshot::default() };
        Ok(Fetch::Done { snapshot, grant, cursor: Cursor("c".into()) })
    }
    async fn disconnect(&self, _: &Grant) -> Result<(), Fault> {
        Ok(())
    }
    async fn institutions(&self, _: Page) -> Result<InstitutionPage, Fault> {
        none()
    }
    async fn institution(&self, _: &str) -> Result<InstitutionCard, Fault> {
        none()
    }
    async fn begin(&self, _: LinkStart) -> Result<Step, Fault> {
        none()
    }
    async fn answer(&self, _: Pending, _: Answers) -> Result<Step, Fault> {
        none()
    }
    async fn hook(&self, _: &HookRequest) -> Result<Vec<Signal>, Fault> {
        none()
    }
    async fn check(&self, _: &Url) -> Result<Vec<Check>, Fault> {
        none()
    }
}

pub struct World {
    pub app: App,
    pub clock: Arc<HandClock>,
    pub scope: FirmScope,
    pub household: HouseholdId,
    pub members: Vec<MemberId>,
    said: Said,
    _base: Base,
}

pub const BANK: &str = "Bluewater Credit Union";

pub async fn worlds() -> Vec<World> {
    let clock = HandClock::at(START);
    let mut out = Vec::new();
    for base in rig::bases(clock.clone()).await {
        out.push(build(base, clock.clone()).await);
    }
    out
}

/// One on SQLite alone, for properties that take many.
pub async fn world() -> World {
    let clock = HandClock::at(START);
    build(rig::sqlite(clock.clone()).await, clock).await
}

async fn build(base: Base, clock: Arc<HandClock>) -> World {
    let said: Said = Arc::default();
    let config =
        Config { public_url: "http://localhost".parse().expect("an address"), demo: false, reachable: false, secure_cookies: false };
    let parts = Parts {
        store: base.store.clone(),
        clock: clock.clone(),
        random: Random::seeded(7),
        ring: Ring::fleeting(Randomness::system()),
        connectors: Vec::new(),
        config,
    };
    let app = App::new(parts);
    for key in ["plaid", "mx"] {
        let card = Card { key, name: "Test", refreshes_holdings: false, own_screens: false, calls_per_minute: 1_000_000, concurrency: 10 };
        app.set_connector(Arc::new(Provider { card, said: said.clone() }));
    }
    let (firm, lead) = (FirmId::new(START, [1; 10]), UserId::new(START, [2; 10]));
    let system = FirmScope::new(firm, Actor::System);
    let tx = app.store().begin(&system).await.expect("a unit");
    let new = NewFirm {
        id: firm,
        name: "Alder & Finch".into(),
        plan: Plan::Complete,
        time_zone: "America/Chicago".into(),
        settings: Default::default(),
    };
    app::firms::create(&app, &tx, &new).await.expect("a firm");
    let person = app::staff::NewPerson { id: lead, name: "Maya Castellanos".into(), email: "m@a.example".into(), role: Role::Adviser };
    app::staff::add_ready(&app, &tx, &person, "x", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").await.expect("a person");
    tx.commit().await.expect("saved");
    let scope = FirmScope::new(firm, Actor::User(lead));
    let household = HouseholdId::new(START, [3; 10]);
    let new = New {
        id: household,
        name: "Okafor".into(),
        status: HouseholdStatus::Client,
        lead: None,
        first: "Ngozi".into(),
        last: "Okafor".into(),
        email: String::new(),
    };
    app::households::create(&app, &scope, &new).await.expect("a household");
    let second = app::members::Typed {
        first: "Erik".into(),
        last: "Lindqvist".into(),
        role: model::fact::MemberRole::Adult,
        email: String::new(),
        phone: String::new(),
        born: String::new(),
    };
    app::members::add(&app, &scope, household, MemberId::new(START, [9; 10]), &second).await.expect("a second adult");
    let db = app.store().read(&scope).await.expect("a look");
    let members = store::members::of_household(&db, household).await.expect("people").iter().map(|m| m.id).collect();
    drop(db);
    World { app, clock, scope, household, members, said, _base: base }
}

/// What an institution shows: value in cents.
pub fn data(w: &World, id: &str, name: &str, mask: &str, cents: i64) -> AccountData {
    let now = w.app.now();
    AccountData {
        external_id: id.into(),
        persistent_id: None,
        name: name.into(),
        official_name: None,
        mask: (!mask.is_empty()).then(|| mask.into()),
        kind: AccountKind::Checking,
        raw_type: "checking".into(),
        currency: Some(Currency::usd()),
        value: Some(Decimal::new(cents, 2)),
        available: None,
        limit: None,
        positions: None,
        as_of: now,
        as_of_day: now.utc_date(),
        terms: Vec::new(),
    }
}

impl World {
    /// What a sign-in answers from now on.
    pub fn says(&self, item: &str, accounts: Vec<AccountData>) {
        self.said.lock().expect("answers").insert(item.into(), Ok(accounts));
    }
    pub fn fails(&self, item: &str, kind: FaultKind) {
        self.said.lock().expect("answers").insert(item.into(), Err(kind));
    }

    /// A person signs in; the first answer has come.
    pub async fn link(&self, item: &str, provider: &str, institution: &str, member: usize, accounts: Vec<AccountData>) -> ConnectionId {
        self.says(item, accounts);
        let consent: ConsentId = self.app.random().id(self.app.now());
        let tx = self.app.store().begin(&self.scope).await.expect("a unit");
        let given = store::consents::Consent {
            id: consent,
            household: self.household,
            member: self.members[member],
            connection: None,
            institution: institution.into(),
            version: "1".into(),
            shown: "Read-only access.".into(),
            shown_hash: vec![1; 32],
            scope: "accounts".into(),
            given_at: self.app.now(),
            ends_at: None,
            ended_at: None,
        };
        store::consents::insert(&tx, &given).await.expect("a permission");
        let a = Adopt {
            household: self.household,
            member: self.members[member],
            consent,
            provider: provider.into(),
            institution_id: None,
            institution: institution.into(),
            url: None,
            grant: Grant { external_id: item.into(), token: Secret::new("t".into()), institution: None, consent_ends: None },
            attempt: None,
        };
        let id = app::connections::adopt(&self.app, &tx, &self.scope, a).await.expect("a connection");
        tx.commit().await.expect("saved");
        self.run().await;
        id
    }

    /// The client signs in again at the same connection.
    pub async fn sign_in_again(&self, id: ConnectionId) {
        let tx = self.app.store().begin(&self.scope).await.expect("a unit");
        app::connections::repaired(&self.app, &tx, &self.scope, id, None).await.expect("repaired");
        tx.commit().await.expect("saved");
        self.run().await;
    }

    /// A day later every connection is asked.
    pub async fn next_day(&self) {
        self.clock.advance(Span::hours(24));
    }

    pub async fn refresh(&self) {
        let tx = self.app.store().begin(&self.scope).await.expect("a unit");
        for c in store::connections::of_household(&tx, self.household).await.expect("connections") {
            store::connections::make_due(&tx, c.id, self.app.now(), false).await.expect("due");
        }
        tx.commit().await.expect("saved");
        self.run().await;
    }

    async fn run(&self) {
        for _ in 0..20 {
            let done = app::sync::refresh_due(&self.app, 20).await.expect("refreshes");
            if done == 0 {
                return;
            }
        }
    }

    pub async fn by_hand(&self, n: u8, name: &str, institution: &str, value: &str, as_of: &str) -> AccountId {
        let typed = app::accounts::ByHand {
            id: AccountId::new(START, [100 + n; 10]),
            portfolio: PortfolioKind::Current,
            kind_of: AccountType::Bank,
            name: name.into(),
            kind: "checking".into(),
            owners: app::accounts::equal_shares(&self.members),
            institution: institution.into(),
            mask: String::new(),
            value: value.into(),
            currency: String::new(),
            as_of: as_of.into(),
            custody: Custody::HeldAway,
        };
        app::accounts::create(&self.app, &self.scope, self.household, &typed).await.expect("an account")
    }

    /// What pages show.
    pub async fn shown(&self) -> Vec<Account> {
        let db = self.app.store().read(&self.scope).await.expect("a look");
        let mut all = store::accounts::of_household(&db, self.household).await.expect("accounts");
        all.sort_by_key(|a| (a.created_at, a.id));
        all
    }

    pub async fn total(&self) -> Decimal {
        let all = self.shown().await;
        let today = self.app.now().utc_date();
        app::household_list::sums(&all, today).total.single().map_or(Decimal::ZERO, |m| m.amount)
    }

    /// Nothing that the rebuild would make otherwise.
    pub async fn rebuilds(&self) {
        let report = app::rebuild::run(&self.app).await.expect("a rebuild");
        assert!(report.differences.is_empty(), "{:?}", report.differences);
    }

    /// Everything that joining and parting could touch, to the letter, joins and numbers of rows left aside.
    pub async fn whole(&self) -> Vec<String> {
        let db = self.app.store().read(&self.scope).await.expect("a look");
        let mut out = Vec::new();
        let mut all = store::accounts::all(&db).await.expect("accounts");
        all.retain(|a| a.household == self.household);
        for a in all {
            let fact = store::facts::current(&db, a.id.uuid()).await.expect("a version").expect("one").fact;
            let head = store::accounts::head(&db, a.id).await.expect("a head");
            let rows = store::received::history(&db, a.id).await.expect("rows");
            let rows: Vec<String> = rows.iter().map(|r| format!("{} {} {:?} {:?}", r.as_of, r.received_at, r.held.via, r.worth)).collect();
            let names = store::aliases::of_account(&db, a.id).await.expect("names");
            let names: Vec<String> =
                names.iter().map(|k| format!("{} {} {:?} {:?}", k.alias.connection, k.alias.external_id, k.own, k.ended_at)).collect();
            out.push(format!("{a:#?}\n{fact:#?}\n{head:#?}\n{rows:#?}\n{names:#?}"));
        }
        out
    }
}
