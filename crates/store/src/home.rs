//! What the adviser's first page reads across households: links that are out, and what happened lately.

use crate::events::Event;
use crate::{Firm, Result, Row, params};
use model::{HouseholdId, MemberId, Time};

/// A link that is out, or ended a short while ago.
#[derive(Debug, Clone)]
pub struct LinkOut {
    pub household: HouseholdId,
    pub member: MemberId,
    pub person: String,
    pub created_at: Time,
    pub expires_at: Time,
    pub opened_at: Option<Time>,
    pub connected_at: Option<Time>,
    pub ended_at: Option<Time>,
    pub end_reason: Option<String>,
}

/// Links that are live at `now`, and those that ended after `since`; those that end first come first.
pub async fn links(db: &Firm, now: Time, since: Time) -> Result<Vec<LinkOut>> {
    let sql = "SELECT l.household_id, l.member_id, m.name AS person, l.created_at, l.expires_at, l.opened_at, l.connected_at, l.ended_at, l.end_reason \
               FROM link l JOIN member m ON m.firm_id = l.firm_id AND m.id = l.member_id \
               WHERE l.firm_id = $1 AND ((l.ended_at IS NULL AND l.expires_at > $2) OR l.ended_at > $3 OR (l.ended_at IS NULL AND l.expires_at > $3)) \
               ORDER BY l.expires_at, l.id";
    let read = |r: &Row| {
        Ok(LinkOut {
            household: r.id("household_id")?,
            member: r.id("member_id")?,
            person: r.text("person")?,
            created_at: r.time("created_at")?,
            expires_at: r.time("expires_at")?,
            opened_at: r.opt_time("opened_at")?,
            connected_at: r.opt_time("connected_at")?,
            ended_at: r.opt_time("ended_at")?,
            end_reason: r.opt_text("end_reason")?,
        })
    };
    db.all(sql, params![db.id(), now, since]).await?.iter().map(read).collect()
}

/// Events of some kinds since an instant, newest first.
pub async fn events(db: &Firm, kinds: &[&'static str], since: Time, limit: u32) -> Result<Vec<Event>> {
    let list: Vec<String> = kinds.iter().map(|k| format!("'{k}'")).collect();
    let sql = format!("SELECT * FROM event WHERE firm_id = $1 AND at > $2 AND kind IN ({}) ORDER BY id DESC LIMIT $3", list.join(", "));
    db.all(&sql, params![db.id(), since, limit]).await?.iter().map(crate::events::read).collect()
}

/// Connections that need somebody in the households that one person leads or works on.
pub async fn attention(db: &Firm, who: model::UserId) -> Result<usize> {
    let sql = format!(
        "SELECT CAST(count(*) AS bigint) AS n FROM connection c JOIN household h ON h.firm_id = c.firm_id AND h.id = c.household_id \
         WHERE c.firm_id = $1 AND c.removal = 'none' AND c.state IN ({}) AND (h.lead_id = $2 OR EXISTS (SELECT 1 FROM team t \
         WHERE t.firm_id = h.firm_id AND t.household_id = h.id AND t.login_id = $2))",
        crate::households::attention_states()
    );
    Ok(db.one(&sql, params![db.id(), who]).await?.map_or(Ok(0), |r| r.int("n"))? as usize)
}

/// Connections of a household that end: the provider has not confirmed yet.
pub async fn ending(db: &Firm, household: HouseholdId) -> Result<Vec<(model::ConnectionId, String)>> {
    let sql =
        "SELECT id, institution FROM connection WHERE firm_id = $1 AND household_id = $2 AND removal = 'pending' ORDER BY institution, id";
    db.all(sql, params![db.id(), household]).await?.iter().map(|r| Ok((r.id("id")?, r.text("institution")?))).collect()
}
