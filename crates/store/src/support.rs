//! Leave for a person of support to look at one household for a while. Decides nothing.

use crate::{Firm, Result, Row, params};
use model::{HouseholdId, SupportGrantId, Time, UserId};

#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    pub id: SupportGrantId,
    pub household: HouseholdId,
    /// The person of support.
    pub login: UserId,
    pub name: String,
    pub granted_by: UserId,
    pub granter: String,
    pub reason: String,
    pub created_at: Time,
    /// From this instant on it is over.
    pub until: Time,
    pub ended_at: Option<Time>,
}

impl Grant {
    pub fn is_live(&self, now: Time) -> bool {
        self.ended_at.is_none() && self.created_at <= now && now < self.until
    }
    /// When it was or will be over.
    pub fn end(&self) -> Time {
        self.ended_at.map_or(self.until, |t| t.min(self.until))
    }
}

const SELECT: &str = "SELECT g.*, l.name AS name, b.name AS granter FROM support_grant g \
                      JOIN login l ON l.firm_id = g.firm_id AND l.id = g.login_id \
                      JOIN login b ON b.firm_id = g.firm_id AND b.id = g.granted_by WHERE g.firm_id = $1";

fn read(r: &Row) -> Result<Grant> {
    Ok(Grant {
        id: r.id("id")?,
        household: r.id("household_id")?,
        login: r.id("login_id")?,
        name: r.text("name")?,
        granted_by: r.id("granted_by")?,
        granter: r.text("granter")?,
        reason: r.text("reason")?,
        created_at: r.time("created_at")?,
        until: r.time("until")?,
        ended_at: r.opt_time("ended_at")?,
    })
}

pub async fn insert(db: &Firm, g: &Grant) -> Result<()> {
    let sql = "INSERT INTO support_grant (firm_id, id, household_id, login_id, granted_by, reason, created_at, until) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    db.exec(sql, params![db.id(), g.id, g.household, g.login, g.granted_by, &g.reason, g.created_at, g.until]).await?;
    Ok(())
}

pub async fn find(db: &Firm, id: SupportGrantId) -> Result<Option<Grant>> {
    db.one(&format!("{SELECT} AND g.id = $2"), params![db.id(), id]).await?.as_ref().map(read).transpose()
}

/// The grant by which this person may look at the household now.
pub async fn live(db: &Firm, household: HouseholdId, login: UserId, now: Time) -> Result<Option<Grant>> {
    let sql = format!(
        "{SELECT} AND g.household_id = $2 AND g.login_id = $3 AND g.ended_at IS NULL AND g.created_at <= $4 AND g.until > $4 \
         ORDER BY g.until DESC LIMIT 1"
    );
    db.one(&sql, params![db.id(), household, login, now]).await?.as_ref().map(read).transpose()
}

/// What lasts now, of one person, of one household, or of the whole firm.
pub async fn all_live(db: &Firm, login: Option<UserId>, household: Option<HouseholdId>, now: Time) -> Result<Vec<Grant>> {
    let (mut sql, mut values) = (format!("{SELECT} AND g.ended_at IS NULL AND g.created_at <= $2 AND g.until > $2"), params![db.id(), now]);
    if let Some(login) = login {
        values.extend(params![login]);
        sql += &format!(" AND g.login_id = ${}", values.len());
    }
    if let Some(household) = household {
        values.extend(params![household]);
        sql += &format!(" AND g.household_id = ${}", values.len());
    }
    db.all(&format!("{sql} ORDER BY g.until, g.id"), values).await?.iter().map(read).collect()
}

/// Everybody who was ever let in, the latest first.
pub async fn of_household(db: &Firm, household: HouseholdId, limit: u32) -> Result<Vec<Grant>> {
    let sql = format!("{SELECT} AND g.household_id = $2 ORDER BY g.created_at DESC, g.id LIMIT $3");
    db.all(&sql, params![db.id(), household, limit]).await?.iter().map(read).collect()
}

/// Ends one grant at once. False when it had ended.
pub async fn end(db: &Firm, id: SupportGrantId, now: Time) -> Result<bool> {
    let sql = "UPDATE support_grant SET ended_at = $3 WHERE firm_id = $1 AND id = $2 AND ended_at IS NULL AND until > $3";
    Ok(db.exec(sql, params![db.id(), id, now]).await? == 1)
}

/// Ends what somebody who leaves was given or gave.
pub async fn end_of(db: &Firm, who: UserId, now: Time) -> Result<u64> {
    let sql = "UPDATE support_grant SET ended_at = $3 WHERE firm_id = $1 AND (login_id = $2 OR granted_by = $2) AND ended_at IS NULL AND until > $3";
    db.exec(sql, params![db.id(), who, now]).await
}
