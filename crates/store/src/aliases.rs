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

/// A name with what became of it.
#[derive(Debug, Clone)]
pub struct Known {
    pub alias: Alias,
    /// Whose it was before two accounts became one.
    pub own: Option<AccountId>,
    pub first_seen: Time,
    pub ended_at: Option<Time>,
}

const COLUMNS: &str = "l.connection_id, l.external_id, l.account_id, l.persistent_id, l.reason";

fn read(r: &Row) -> Result<Alias> {
    Ok(Alias {
        connection: r.id("connection_id")?,
        external_id: r.text("external_id")?,
        account: r.id("account_id")?,
        persistent_id: r.opt_text("persistent_id")?,
        reason: r.text("reason")?,
    })
}

/// Every name that the accounts of a household have.
pub async fn of_household(db: &Firm, household: HouseholdId) -> Result<Vec<Alias>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM alias l JOIN account a ON a.firm_id = l.firm_id AND a.id = l.account_id \
         WHERE l.firm_id = $1 AND a.household_id = $2 AND l.ended_at IS NULL"
    );
    db.all(&sql, params![db.id(), household]).await?.iter().map(read).collect()
}

/// Every name that an account has or had, oldest first.
pub async fn of_account(db: &Firm, account: AccountId) -> Result<Vec<Known>> {
    let sql = format!(
        "SELECT {COLUMNS}, l.own_id, l.first_seen, l.ended_at FROM alias l WHERE l.firm_id = $1 AND l.account_id = $2 \
         ORDER BY l.first_seen, l.connection_id, l.external_id"
    );
    let known = |r: &Row| {
        Ok(Known { alias: read(r)?, own: r.opt_id("own_id")?, first_seen: r.time("first_seen")?, ended_at: r.opt_time("ended_at")? })
    };
    db.all(&sql, params![db.id(), account]).await?.iter().map(known).collect()
}

/// The connections that know an account by a name and have not ended.
pub async fn paths(db: &Firm, account: AccountId) -> Result<Vec<ConnectionId>> {
    let sql = "SELECT DISTINCT l.connection_id FROM alias l JOIN connection c ON c.firm_id = l.firm_id AND c.id = l.connection_id \
               WHERE l.firm_id = $1 AND l.account_id = $2 AND l.ended_at IS NULL AND c.removal = 'none' ORDER BY l.connection_id";
    db.all(sql, params![db.id(), account]).await?.iter().map(|r| r.id("connection_id")).collect()
}

/// How many accounts that go by a name under a connection are live, whoever feeds them.
pub async fn live(db: &Firm, connection: ConnectionId) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS n FROM alias l JOIN account a ON a.firm_id = l.firm_id AND a.id = l.account_id \
               WHERE l.firm_id = $1 AND l.connection_id = $2 AND l.ended_at IS NULL AND a.state = 'live'";
    db.one(sql, params![db.id(), connection]).await?.map_or(Ok(0), |r| r.int("n"))
}

/// Adds a name; the same name again points to the account that it points to now.
pub async fn put(db: &Firm, a: &Alias, own: Option<AccountId>, now: Time) -> Result<()> {
    let sql = "INSERT INTO alias (firm_id, connection_id, external_id, account_id, persistent_id, reason, first_seen, own_id) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
               ON CONFLICT (firm_id, connection_id, external_id) DO UPDATE SET account_id = $4, persistent_id = $5, reason = $6, ended_at = NULL, own_id = $8";
    db.exec(sql, params![db.id(), a.connection, &a.external_id, a.account, a.persistent_id.clone(), &a.reason, now, own]).await?;
    Ok(())
}

/// Names of one path of an account under one connection that are no longer used there.
pub async fn end_others(
    db: &Firm,
    connection: ConnectionId,
    account: AccountId,
    own: Option<AccountId>,
    keep: &str,
    now: Time,
) -> Result<()> {
    let own = own.unwrap_or(account);
    let sql = "UPDATE alias SET ended_at = $5 WHERE firm_id = $1 AND connection_id = $2 AND account_id = $3 AND external_id <> $4 \
               AND COALESCE(own_id, account_id) = $6 AND ended_at IS NULL";
    db.exec(sql, params![db.id(), connection, account, keep, now, own]).await?;
    Ok(())
}

/// Two accounts are one: the names of the one are the other's from now on, and remember whose they were.
pub async fn move_all(db: &Firm, from: AccountId, to: AccountId) -> Result<()> {
    let sql = "UPDATE alias SET own_id = COALESCE(own_id, account_id), account_id = $3 WHERE firm_id = $1 AND account_id = $2";
    db.exec(sql, params![db.id(), from, to]).await?;
    Ok(())
}

/// They are two again: what was the one's is the one's.
pub async fn give_back(db: &Firm, own: AccountId, from: AccountId) -> Result<()> {
    let sql = "UPDATE alias SET account_id = $2, own_id = NULL WHERE firm_id = $1 AND own_id = $2 AND account_id = $3";
    db.exec(sql, params![db.id(), own, from]).await?;
    Ok(())
}

/// The names of an account under one connection become those of a path of its own.
pub async fn set_own(db: &Firm, account: AccountId, connection: ConnectionId, own: AccountId) -> Result<()> {
    let sql = "UPDATE alias SET own_id = $4 WHERE firm_id = $1 AND account_id = $2 AND connection_id = $3";
    db.exec(sql, params![db.id(), account, connection, own]).await?;
    Ok(())
}
