//! Refresh together: which connections one person clears in one sitting. What has become of each is the connection's own row.

use crate::{Firm, Result, Row, params};
use model::{ConnectionId, HouseholdId, MemberId, SittingId, Time};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sitting {
    pub id: SittingId,
    pub household: HouseholdId,
    /// Whose sign-ins they are.
    pub member: MemberId,
    pub started_at: Time,
    pub ended_at: Option<Time>,
    /// In the order of the list.
    pub connections: Vec<ConnectionId>,
}

async fn whole(db: &Firm, row: Option<Row>) -> Result<Option<Sitting>> {
    let Some(r) = row else { return Ok(None) };
    let id: SittingId = r.id("id")?;
    let sql = "SELECT connection_id FROM sitting_item WHERE firm_id = $1 AND sitting_id = $2 ORDER BY place";
    let connections = db.all(sql, params![db.id(), id]).await?.iter().map(|r| r.id("connection_id")).collect::<Result<Vec<_>>>()?;
    Ok(Some(Sitting {
        id,
        household: r.id("household_id")?,
        member: r.id("member_id")?,
        started_at: r.time("started_at")?,
        ended_at: r.opt_time("ended_at")?,
        connections,
    }))
}

/// The one that is open for a person; there is at most one.
pub async fn open(db: &Firm, member: MemberId) -> Result<Option<Sitting>> {
    let sql = "SELECT * FROM sitting WHERE firm_id = $1 AND member_id = $2 AND ended_at IS NULL";
    let row = db.one(sql, params![db.id(), member]).await?;
    whole(db, row).await
}

/// False when another one is open for this person.
pub async fn insert(db: &Firm, s: &Sitting) -> Result<bool> {
    let sql = "INSERT INTO sitting (firm_id, id, household_id, member_id, started_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    if db.exec(sql, params![db.id(), s.id, s.household, s.member, s.started_at]).await? == 0 {
        return Ok(false);
    }
    for (place, connection) in s.connections.iter().enumerate() {
        let sql = "INSERT INTO sitting_item (firm_id, sitting_id, connection_id, place) VALUES ($1, $2, $3, $4)";
        db.exec(sql, params![db.id(), s.id, *connection, i64::try_from(place).unwrap_or(i64::MAX)]).await?;
    }
    Ok(true)
}

pub async fn end(db: &Firm, id: SittingId, now: Time) -> Result<bool> {
    let sql = "UPDATE sitting SET ended_at = $3 WHERE firm_id = $1 AND id = $2 AND ended_at IS NULL";
    Ok(db.exec(sql, params![db.id(), id, now]).await? == 1)
}

/// How often connections of a household have wanted a second proof since an instant: those that always ask want it again and again.
pub async fn asked(db: &Firm, household: HouseholdId, since: Time) -> Result<Vec<ConnectionId>> {
    let sql = "SELECT object, detail FROM event WHERE firm_id = $1 AND household_id = $2 AND at > $3 AND kind = 'connection.changed'";
    let mut out = Vec::new();
    for r in db.all(sql, params![db.id(), household, since]).await? {
        let detail: serde_json::Value = r.json("detail")?;
        if detail.get("to").and_then(|t| t.as_str()) == Some("needs_mfa")
            && let Ok(id) = r.text("object")?.parse()
        {
            out.push(id);
        }
    }
    Ok(out)
}
