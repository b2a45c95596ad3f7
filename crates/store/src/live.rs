//! What moved lately in one firm: the four small statements by which a node learns of changes, its own and other nodes' alike.

use crate::{Firm, Result, Row, params};
use model::{ConnectionId, EventId, HouseholdId, Time};
use std::collections::HashSet;

/// An event as far as open pages need it.
#[derive(Debug, Clone)]
pub struct Happened {
    pub id: EventId,
    pub household: Option<HouseholdId>,
    pub kind: String,
    pub object: String,
    pub detail: String,
}

/// Events whose instant is not before `since`, of one household or of the whole firm.
pub async fn events(db: &Firm, household: Option<HouseholdId>, since: Time) -> Result<Vec<Happened>> {
    let floor = EventId::new(since, [0; 10]);
    let (and, values) = match household {
        Some(id) => (" AND (household_id = $3 OR household_id IS NULL)", params![db.id(), floor, id]),
        None => ("", params![db.id(), floor]),
    };
    let sql = format!("SELECT id, household_id, kind, object, detail FROM event WHERE firm_id = $1 AND id >= $2{and} ORDER BY id");
    let read = |r: &Row| {
        Ok(Happened {
            id: r.id("id")?,
            household: r.opt_id("household_id")?,
            kind: r.text("kind")?,
            object: r.text("object")?,
            detail: r.text("detail")?,
        })
    };
    db.all(&sql, values).await?.iter().map(read).collect()
}

/// Connections that were refreshed since an instant, and when.
pub async fn refreshed(db: &Firm, since: Time) -> Result<Vec<(ConnectionId, HouseholdId, Time)>> {
    let sql = "SELECT id, household_id, succeeded_at FROM connection WHERE firm_id = $1 AND succeeded_at >= $2";
    let read = |r: &Row| Ok((r.id("id")?, r.id("household_id")?, r.time("succeeded_at")?));
    db.all(sql, params![db.id(), since]).await?.iter().map(read).collect()
}

/// Connections that are being refreshed now.
pub async fn running(db: &Firm, now: Time) -> Result<Vec<(ConnectionId, HouseholdId)>> {
    let sql = "SELECT id, household_id FROM connection WHERE firm_id = $1 AND lease_until > $2";
    db.all(sql, params![db.id(), now]).await?.iter().map(|r| Ok((r.id("id")?, r.id("household_id")?))).collect()
}

/// A word that is another one when somebody of the firm signed in or out, or may no longer sign in.
pub async fn people(db: &Firm) -> Result<String> {
    let sql = "SELECT CAST(count(*) AS bigint) AS n, CAST(COALESCE(max(created_at), 0) AS bigint) AS newest, \
               CAST(count(factor_at) AS bigint) AS whole FROM session WHERE firm_id = $1";
    let row = db.one(sql, params![db.id()]).await?.ok_or(crate::Error::Gone)?;
    let left = "SELECT CAST(count(*) AS bigint) AS n FROM login WHERE firm_id = $1 AND disabled_at IS NOT NULL";
    let left = db.one(left, params![db.id()]).await?.ok_or(crate::Error::Gone)?;
    Ok(format!("{} {} {} {}", row.int("n")?, row.int("newest")?, row.int("whole")?, left.int("n")?))
}

/// The full sessions of everybody who may still sign in.
pub async fn sessions(db: &Firm) -> Result<HashSet<Vec<u8>>> {
    let sql = "SELECT s.hash FROM session s JOIN login l ON l.firm_id = s.firm_id AND l.id = s.login_id \
               WHERE s.firm_id = $1 AND s.factor_at IS NOT NULL AND l.disabled_at IS NULL";
    db.all(sql, params![db.id()]).await?.iter().map(|r| r.bytes("hash")).collect()
}
