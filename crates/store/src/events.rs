//! What happened: rows written in the change's own transaction, read by the audit page, timelines and the live stream.

use crate::{Firm, Result, Row, params};
use model::{EventId, HouseholdId, Time};

/// One event. `detail` is JSON with ids and plain words: never a secret, a balance or an account number.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: EventId,
    pub at: Time,
    pub actor: String,
    pub household: Option<HouseholdId>,
    /// `noun.verb`, stable: `link.created`, `connection.refreshed`.
    pub kind: String,
    /// The id of what it happened to.
    pub object: String,
    pub detail: String,
}

pub(crate) fn read(r: &Row) -> Result<Event> {
    Ok(Event {
        id: r.id("id")?,
        at: r.time("at")?,
        actor: r.text("actor")?,
        household: r.opt_id("household_id")?,
        kind: r.text("kind")?,
        object: r.text("object")?,
        detail: r.text("detail")?,
    })
}

pub async fn insert(db: &Firm, e: &Event) -> Result<()> {
    db.exec(
        "INSERT INTO event (firm_id, id, at, actor, household_id, kind, object, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![db.id(), e.id, e.at, &e.actor, e.household, &e.kind, &e.object, &e.detail],
    )
    .await?;
    // The sealer looks here for what it has not come to yet.
    db.exec("INSERT INTO audit_waiting (firm_id, event_id) VALUES ($1, $2)", params![db.id(), e.id]).await?;
    Ok(())
}

/// The newest events of a household, newest first.
pub async fn of_household(db: &Firm, household: HouseholdId, limit: u32) -> Result<Vec<Event>> {
    let sql = "SELECT * FROM event WHERE firm_id = $1 AND household_id = $2 ORDER BY id DESC LIMIT $3";
    db.all(sql, params![db.id(), household, limit]).await?.iter().map(read).collect()
}

/// Everything that happened to one thing, oldest first.
pub async fn of_object(db: &Firm, object: &str) -> Result<Vec<Event>> {
    let sql = "SELECT * FROM event WHERE firm_id = $1 AND object = $2 ORDER BY id";
    db.all(sql, params![db.id(), object]).await?.iter().map(read).collect()
}
