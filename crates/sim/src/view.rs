//! Everything the oracles look at, read in one go. Raw SQL on purpose: an oracle does not trust the functions that it judges.

use crate::world::{Fail, text};
use model::{AccountId, ConnectionId, ConsentId, FirmId, HouseholdId, Time};
use std::collections::BTreeMap;
use store::{Store, params};

#[derive(Debug, Clone, PartialEq)]
pub struct Conn {
    pub firm: FirmId,
    pub household: HouseholdId,
    pub consent: ConsentId,
    pub item: String,
    pub state: String,
    pub removal: String,
    pub cursor: String,
    pub due_at: Option<Time>,
    pub lease_until: Option<Time>,
    pub epoch: i64,
    pub attempted_at: Option<Time>,
    pub succeeded_at: Option<Time>,
    pub has_token: bool,
    pub fresh: bool,
    pub runs: i64,
    pub keys: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Acct {
    pub firm: FirmId,
    pub household: HouseholdId,
    pub connection: Option<ConnectionId>,
    pub state: String,
    pub seq: i64,
    pub value: Option<String>,
    pub as_of: Option<Time>,
    pub received_at: Option<Time>,
    pub confirmed_at: Option<Time>,
    pub missing: bool,
    /// The account that it stands behind, since people have said that the two are one.
    pub same_as: Option<AccountId>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Rec {
    pub firm: FirmId,
    pub as_of: Time,
    pub received_at: Time,
    pub hash: Vec<u8>,
    pub worth: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    pub body: String,
    pub known_from: Time,
    pub known_until: Option<Time>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub kind: String,
    pub object: String,
    pub detail: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub kind: String,
    pub state: String,
    pub run_at: Time,
    pub error: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct View {
    pub conns: BTreeMap<ConnectionId, Conn>,
    pub accts: BTreeMap<AccountId, Acct>,
    pub log: BTreeMap<(AccountId, i64), Rec>,
    pub said: BTreeMap<String, Said>,
    pub events: BTreeMap<String, Event>,
    /// Consent: (runs out at, ended at).
    pub consents: BTreeMap<ConsentId, (Option<Time>, Option<Time>)>,
    pub jobs: BTreeMap<String, Job>,
    /// Movement: who took it back.
    pub trades: BTreeMap<(AccountId, String), String>,
}

impl View {
    pub async fn load(store: &Store) -> Result<View, Fail> {
        read(store).await.map_err(text)
    }
    pub fn new_log<'a>(&'a self, before: &'a View) -> impl Iterator<Item = (&'a (AccountId, i64), &'a Rec)> {
        self.log.iter().filter(|(k, _)| !before.log.contains_key(k))
    }
    pub fn new_events<'a>(&'a self, before: &'a View) -> impl Iterator<Item = &'a Event> {
        self.events.iter().filter(|(k, _)| !before.events.contains_key(*k)).map(|(_, e)| e)
    }
}

async fn read(store: &Store) -> store::Result<View> {
    let db = store.read_system().await?;
    let mut v = View::default();
    let sql = "SELECT c.*, (SELECT COUNT(*) FROM keyring k WHERE k.firm_id = c.firm_id AND k.owner_id = c.id) AS keys FROM connection c";
    for r in db.all(sql, params![]).await? {
        let conn = Conn {
            firm: r.id("firm_id")?,
            household: r.id("household_id")?,
            consent: r.id("consent_id")?,
            item: r.text("external_id")?,
            state: r.text("state")?,
            removal: r.text("removal")?,
            cursor: r.text("cursor")?,
            due_at: r.opt_time("due_at")?,
            lease_until: r.opt_time("lease_until")?,
            epoch: r.int("lease_epoch")?,
            attempted_at: r.opt_time("attempted_at")?,
            succeeded_at: r.opt_time("succeeded_at")?,
            runs: r.int("runs_count")?,
            fresh: r.flag("fresh_link")?,
            has_token: r.opt_bytes("token")?.is_some(),
            keys: r.int("keys")?,
        };
        v.conns.insert(r.id("id")?, conn);
    }
    for r in db.all("SELECT * FROM account", params![]).await? {
        let acct = Acct {
            firm: r.id("firm_id")?,
            household: r.id("household_id")?,
            connection: r.opt_id("connection_id")?,
            state: r.text("state")?,
            seq: r.int("seq")?,
            value: r.opt_text("value")?,
            as_of: r.opt_time("as_of")?,
            received_at: r.opt_time("received_at")?,
            confirmed_at: r.opt_time("confirmed_at")?,
            missing: r.opt_time("missing_since")?.is_some(),
            same_as: r.opt_id("same_as")?,
        };
        v.accts.insert(r.id("id")?, acct);
    }
    for r in db.all("SELECT * FROM received", params![]).await? {
        let rec = Rec {
            firm: r.id("firm_id")?,
            as_of: r.time("as_of")?,
            received_at: r.time("received_at")?,
            hash: r.bytes("held_hash")?,
            worth: r.bytes("worth")?,
        };
        v.log.insert((r.id("account_id")?, r.int("seq")?), rec);
    }
    for r in db.all("SELECT * FROM fact", params![]).await? {
        let said = Said { body: r.text("body")?, known_from: r.time("known_from")?, known_until: r.opt_time("known_until")? };
        v.said.insert(r.id::<model::id::Fact>("id")?.to_string(), said);
    }
    for r in db.all("SELECT id, kind, object, detail FROM event", params![]).await? {
        let event = Event { kind: r.text("kind")?, object: r.text("object")?, detail: r.text("detail")? };
        v.events.insert(r.id::<model::id::Event>("id")?.to_string(), event);
    }
    for r in db.all("SELECT id, ends_at, ended_at FROM consent", params![]).await? {
        v.consents.insert(r.id("id")?, (r.opt_time("ends_at")?, r.opt_time("ended_at")?));
    }
    for r in db.all("SELECT id, kind, state, run_at, last_error FROM job", params![]).await? {
        let job = Job { kind: r.text("kind")?, state: r.text("state")?, run_at: r.time("run_at")?, error: r.opt_text("last_error")? };
        v.jobs.insert(r.id::<model::id::Job>("id")?.to_string(), job);
    }
    for r in db.all("SELECT account_id, external_id, cancelled_by FROM trade", params![]).await? {
        v.trades.insert((r.id("account_id")?, r.text("external_id")?), r.opt_text("cancelled_by")?.unwrap_or_default());
    }
    Ok(v)
}
