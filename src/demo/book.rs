//! What the demo knows about itself: kept in its folder, published in `demo.json` when everything is ready, printed as a table.

use crate::Trouble;
use crate::place::{Place, write_whole};
use app::App;
use model::permission::Role;
use model::{FirmId, FirmScope, HouseholdId, MemberId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use url::Url;

const KEPT: &str = "book.json";
const PUBLISHED: &str = "demo.json";

/// Everything that cannot be read from the database: who signs in how.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Book {
    pub firms: Vec<FirmPage>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FirmPage {
    pub id: FirmId,
    pub name: String,
    pub plan: String,
    pub logins: Vec<Login>,
    pub clients: Vec<Client>,
    /// The ones that stand in `demo.json`.
    pub households: Vec<HouseholdId>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Login {
    /// What they are in the demo: administrator, lead, sub_adviser, delegate, support.
    pub part: String,
    pub role: Role,
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub password: String,
    /// Base32, as an authenticator app takes it.
    pub totp: String,
}

/// A person of a household. Those who have no sign-in of the portal come by a link and have no password.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Client {
    /// `client` or `prospect`.
    pub part: String,
    pub name: String,
    pub email: String,
    pub household: HouseholdId,
    pub member: MemberId,
    #[serde(default)]
    pub password: Option<String>,
    #[serde(default)]
    pub totp: Option<String>,
}

impl Book {
    pub fn read(place: &Place) -> Option<Book> {
        serde_json::from_slice(&fs::read(place.path(KEPT)).ok()?).ok()
    }

    pub fn write(&self, place: &Place) -> Result<(), Trouble> {
        let text = serde_json::to_vec_pretty(self).map_err(|e| Trouble(e.to_string()))?;
        Ok(write_whole(&place.path(KEPT), &text)?)
    }
}

/// Nobody may take the last run's addresses for this one's.
pub fn retract(place: &Place) {
    let _ = fs::remove_file(place.path(PUBLISHED));
}

/// Where everything is once it runs.
pub struct Ready<'a> {
    pub place: &'a Place,
    pub base: &'a Url,
    pub sandbox: &'a sandbox::Running,
    pub clock_file: Option<&'a Path>,
}

impl Ready<'_> {
    pub async fn announce(&self, app: &App, book: &Book) -> Result<(), Trouble> {
        let mut firms = Vec::new();
        for firm in &book.firms {
            firms.push(firm_page(app, firm).await?);
        }
        let base = self.base.as_str().trim_end_matches('/');
        let page = json!({
            "version": 1,
            "ready_at": app.now().to_string(),
            "base": base,
            "mail": std::path::absolute(self.place.path("mail"))?,
            "clock_file": self.clock_file.map(std::path::absolute).transpose()?,
            "sandbox": {
                "base": self.sandbox.base,
                "plaid": { "base": self.sandbox.base, "client_id": self.sandbox.client_id, "secret": self.sandbox.secret },
                "mx": { "base": self.sandbox.base, "client_id": self.sandbox.mx_client_id, "api_key": self.sandbox.mx_api_key },
                "simplefin": { "base": self.sandbox.simplefin, "setup_token": self.sandbox.simplefin_token },
                "sign_in": { "user": "user_good", "password": "pass_good", "code": "1234" },
            },
            "firms": firms,
        });
        let text = serde_json::to_vec_pretty(&page).map_err(|e| Trouble(e.to_string()))?;
        write_whole(&self.place.path(PUBLISHED), &text)?;
        self.print(base, book);
        Ok(())
    }

    fn print(&self, base: &str, book: &Book) {
        println!("\nHeldaway is ready:  {base}");
        println!("Rehearsal providers: {}  (everything there is invented)", self.sandbox.base);
        println!("Mail: {}\n", self.place.path("mail").display());
        for firm in &book.firms {
            println!("{} ({} plan)", firm.name, firm.plan);
            let wide = |f: fn(&Login) -> &str| firm.logins.iter().map(|l| f(l).chars().count()).max().unwrap_or(0);
            let (part, email, password) = (wide(|l| &l.part), wide(|l| &l.email), wide(|l| &l.password));
            for l in &firm.logins {
                println!("  {:part$}  {:email$}  {:password$}  code key {}", l.part, l.email, l.password, l.totp);
            }
            for c in &firm.clients {
                if let (Some(secret), Some(totp)) = (&c.password, &c.totp) {
                    println!("  {:part$}  {:email$}  {secret:password$}  code key {totp}", c.part, c.email);
                }
            }
        }
        println!("\nThe code key goes into any authenticator app. Everything above is also in {}.", self.place.path(PUBLISHED).display());
        println!("At an invented institution sign in as user_good with pass_good; its code is 1234. Ctrl-C ends the demo.\n");
    }
}

async fn firm_page(app: &App, firm: &FirmPage) -> Result<Value, Trouble> {
    let scope = FirmScope::new(firm.id, model::Actor::System);
    let db = app.store().read(&scope).await?;
    let mut households = Vec::new();
    for id in &firm.households {
        let Some(h) = store::households::find(&db, *id).await? else { continue };
        let members = store::members::of_household(&db, *id).await?;
        let accounts = store::accounts::of_household(&db, *id).await?;
        let connections = store::connections::of_household(&db, *id).await?;
        households.push(json!({
            "id": h.id,
            "name": h.name,
            "status": h.status.key(),
            "members": members.iter().map(|m| json!({ "id": m.id, "name": m.name, "email": m.email, "role": m.role.key() })).collect::<Vec<_>>(),
            "accounts": accounts
                .iter()
                .map(|a| json!({ "id": a.id, "name": a.name, "institution": a.institution, "mask": a.mask, "connection": a.connection }))
                .collect::<Vec<_>>(),
            "connections": connections
                .iter()
                .map(|c| json!({ "id": c.id, "institution": c.institution, "state": c.state.key(), "member": c.member }))
                .collect::<Vec<_>>(),
        }));
    }
    let people: serde_json::Map<String, Value> = firm
        .logins
        .iter()
        .map(|l| {
            (
                l.part.clone(),
                json!({ "id": l.id, "name": l.name, "email": l.email, "password": l.password, "totp": l.totp, "role": l.role.key() }),
            )
        })
        .collect();
    let clients: Vec<Value> = firm
        .clients
        .iter()
        .map(|c| {
            json!({ "part": c.part, "name": c.name, "email": c.email, "password": c.password, "totp": c.totp, "household": c.household, "member": c.member })
        })
        .collect();
    Ok(json!({ "id": firm.id, "name": firm.name, "plan": firm.plan, "people": people, "clients": clients, "households": households }))
}
