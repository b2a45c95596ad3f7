//! What providers call our accounts.

use crate::{Firm, Result, Row, params};
use model::{AccountId, ConnectionId, HouseholdId, Time};

#[derive(Debug, Clone)]
pub struct Alias {
    pub connection: ConnectionId,
    pub external_id: String,
    pub account: AccountId,
    pub persistent_id: Option<String>,
    /// The match's reasons, in words.
    pub reason: String,
}

/// Every name that the accounts of a household have.
pub async fn of_household(db: &Firm, household: HouseholdId) -> Result<Vec<Alias>> {
    let sql = "SELECT l.connection_id, l.external_id, l.account_id, l.persistent_id, l.reason FROM alias l \
               JOIN account a ON a.firm_id = l.firm_id AND a.id = l.account_id WHERE l.firm_id = $1 AND a.household_id = $2 AND l.ended_at IS NULL";
    let read = |r: &Row| {
        Ok(Alias {
            connection: r.id("connection_id")?,
            external_id: r.text("external_id")?,
            account: r.id("account_id")?,
            persistent_id: r.opt_text("persistent_id")?,
            reason: r.text("reason")?,
        })
    };
    db.all(sql, params![db.id(), household]).await?.iter().map(read).collect()
}

/// Adds a name; the same name again points to the account that it points to now.
pub async fn put(db: &Firm, a: &Alias, now: Time) -> Result<()> {
    let sql = "INSERT INTO alias (firm_id, connection_id, external_id, account_id, persistent_id, reason, first_seen) VALUES ($1, $2, $3, $4, $5, $6, $7) \
               ON CONFLICT (firm_id, connection_id, external_id) DO UPDATE SET account_id = $4, persistent_id = $5, reason = $6, ended_at = NULL";
    db.exec(sql, params![db.id(), a.connection, &a.external_id, a.account, a.persistent_id.clone(), &a.reason, now]).await?;
    Ok(())
}

/// Names of an account under one connection that are no longer used there.
pub async fn end_others(db: &Firm, connection: ConnectionId, account: AccountId, keep: &str, now: Time) -> Result<()> {
    let sql = "UPDATE alias SET ended_at = $5 WHERE firm_id = $1 AND connection_id = $2 AND account_id = $3 AND external_id <> $4 AND ended_at IS NULL";
    db.exec(sql, params![db.id(), connection, account, keep, now]).await?;
    Ok(())
}
