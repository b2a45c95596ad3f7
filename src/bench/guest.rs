//! A client who signs in to the portal, added to the demo's database while no server runs on it.

use super::visitor::Visitor;
use crate::node::{self, Plan};
use crate::{Trouble, clock};
use app::invitations::ReadyClient;
use model::portal::Rights;
use model::{Actor, FirmScope, HouseholdId, MemberId, Secret, UserId};
use serde_json::{Value, json};
use std::path::Path;
use std::str::FromStr;
use url::Url;

const EMAIL: &str = "portal@bench.example";
const PASSWORD: &str = "seven green lamps at noon";
const TOTP: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

pub struct Guest {
    pub household: HouseholdId,
}

fn id<T: FromStr>(v: &Value) -> Result<T, Trouble> {
    v.as_str().and_then(|t| t.parse().ok()).ok_or_else(|| Trouble("the demo does not say who is who".into()))
}

/// The first client of the demo gets a login with every right.
pub async fn add(dir: &Path, demo: &Value) -> Result<Guest, Trouble> {
    Ok(Guest { household: add_all(dir, demo, &[EMAIL.to_owned()]).await? })
}

/// So many logins, each at a mail domain of its own; and mail, so that forgotten passwords are written about. Nobody takes it.
pub async fn add_many(dir: &Path, demo: &Value, how_many: u32) -> Result<(), Trouble> {
    let emails: Vec<String> = (0..=how_many).map(address).collect();
    add_all(dir, demo, &emails).await.map(|_| ())
}

/// The nth of them.
pub fn address(n: u32) -> String {
    format!("person{n}@known{n}.example")
}

async fn add_all(dir: &Path, demo: &Value, emails: &[String]) -> Result<HouseholdId, Trouble> {
    let firm = &demo["firms"][0];
    let one = firm["clients"].as_array().and_then(|c| c.iter().find(|c| c["part"] == "client")).cloned().unwrap_or_default();
    let (household, member): (HouseholdId, MemberId) = (id(&one["household"])?, id(&one["member"])?);
    let lead: UserId = id(&firm["people"]["lead"]["id"])?;
    let public_url = Url::parse("http://localhost:1").map_err(|e| Trouble(e.to_string()))?;
    let config = app::Config { public_url, demo: false, reachable: false, secure_cookies: false };
    let url = crate::place::sqlite_url(&dir.join("data/heldaway.db"));
    let plan = Plan {
        database: &url,
        keys: &[crate::place::key_beside(&dir.join("data"))],
        clock: clock::of(None),
        connectors: Vec::new(),
        config,
    };
    let app = node::open(plan).await?;
    let scope = FirmScope::new(id(&firm["id"])?, Actor::User(lead));
    let hash = app::passwords::hash(&app, &Secret::new(PASSWORD.into())).await?;
    for email in emails {
        let new = ReadyClient {
            id: app.random().id(app.now()),
            name: "Bench".into(),
            email: email.clone(),
            household,
            member,
            rights: Rights::ALL,
            granted_by: lead,
        };
        let tx = app.store().begin(&scope).await?;
        app::invitations::add_ready_client(&app, &tx, &scope, &new, &hash, TOTP).await?;
        tx.commit().await?;
    }
    // The demo has two firms, and so no set-up that mail could be set up in.
    let smtp = json!({ "host": "127.0.0.1", "port": 9, "security": "none", "user": "", "password": "" }).to_string();
    let tx = app.store().begin_system().await?;
    app::seal::system_put(&app, &tx, "mail.smtp", smtp.as_bytes()).await?;
    tx.commit().await?;
    app.store().clone().close().await?;
    Ok(household)
}

/// The client, signed in.
pub async fn sign_in(at: &str) -> Result<Visitor, Trouble> {
    let mut client = Visitor::new(at.to_owned());
    client.sign_in(EMAIL, PASSWORD, TOTP, clock::of(None).as_ref()).await?;
    Ok(client)
}
