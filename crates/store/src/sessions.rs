//! Sessions: opaque, found by the hash of what the cookie holds, read together with the person and the firm in one query.

use crate::{Firm, Result, Row, System, params};
use model::permission::Role;
use model::{FirmId, Time, UserId};

/// A session that is to be written.
pub struct NewSession<'a> {
    pub hash: &'a [u8],
    pub user: UserId,
    pub at: Time,
    pub expires_at: Time,
    /// When the second factor was given; none while only the password was.
    pub factor_at: Option<Time>,
    /// "Firefox on Linux".
    pub device: &'a str,
    /// The network it is begun from; "" when that is not known.
    pub origin: &'a str,
}

/// A session with whose it is.
#[derive(Debug, Clone)]
pub struct Found {
    pub hash: Vec<u8>,
    pub firm: FirmId,
    pub user: UserId,
    pub role: Role,
    pub name: String,
    pub email: String,
    pub preferences: String,
    pub firm_name: String,
    pub time_zone: String,
    /// When the firm's logo was last changed; none while it has none.
    pub logo_at: Option<Time>,
    pub created_at: Time,
    pub seen_at: Time,
    pub expires_at: Time,
    pub factor_at: Option<Time>,
}

/// One line of a person's list of sessions.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    pub hash: Vec<u8>,
    pub device: String,
    /// The network it was begun from; none for those begun before this was kept.
    pub origin: Option<String>,
    pub created_at: Time,
    pub seen_at: Time,
}

pub async fn insert(db: &Firm, s: &NewSession<'_>) -> Result<()> {
    let sql = "INSERT INTO session (hash, firm_id, login_id, created_at, seen_at, expires_at, factor_at, device, origin) VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8)";
    db.exec(sql, params![s.hash, db.id(), s.user, s.at, s.expires_at, s.factor_at, s.device, s.origin]).await?;
    Ok(())
}

/// Whatever the cookie says is checked here at each request: an ended session or a disabled person is not found.
pub async fn find(db: &System, hash: &[u8]) -> Result<Option<Found>> {
    let sql = "SELECT s.firm_id, s.login_id, s.created_at, s.seen_at, s.expires_at, s.factor_at, l.role, l.name, l.email, l.preferences, \
                 f.name AS firm_name, f.time_zone, \
                 (SELECT p.changed_at FROM picture p WHERE p.firm_id = f.id AND p.name = 'logo') AS logo_at \
               FROM session s JOIN login l ON l.firm_id = s.firm_id AND l.id = s.login_id JOIN firm f ON f.id = s.firm_id \
               WHERE s.hash = $1 AND l.disabled_at IS NULL";
    let read = |r: &Row| {
        Ok(Found {
            hash: hash.to_vec(),
            firm: r.id("firm_id")?,
            user: r.id("login_id")?,
            role: r.word("role", Role::from_key)?,
            name: r.text("name")?,
            email: r.text("email")?,
            preferences: r.text("preferences")?,
            firm_name: r.text("firm_name")?,
            time_zone: r.text("time_zone")?,
            logo_at: r.opt_time("logo_at")?,
            created_at: r.time("created_at")?,
            seen_at: r.time("seen_at")?,
            expires_at: r.time("expires_at")?,
            factor_at: r.opt_time("factor_at")?,
        })
    };
    db.one(sql, params![hash]).await?.as_ref().map(read).transpose()
}

pub async fn touch(db: &System, hash: &[u8], at: Time) -> Result<()> {
    db.exec("UPDATE session SET seen_at = $2 WHERE hash = $1 AND seen_at < $2", params![hash, at]).await?;
    Ok(())
}

/// Gives a session another value after a factor was shown again. False when it had ended.
pub async fn rotate(db: &Firm, was: &[u8], is: &[u8], factor_at: Time) -> Result<bool> {
    let sql = "UPDATE session SET hash = $3, factor_at = $4, seen_at = $4 WHERE firm_id = $1 AND hash = $2";
    Ok(db.exec(sql, params![db.id(), was, is, factor_at]).await? == 1)
}

/// Ends one session. False when it had ended already.
pub async fn end(db: &System, hash: &[u8]) -> Result<bool> {
    Ok(db.exec("DELETE FROM session WHERE hash = $1", params![hash]).await? == 1)
}

/// A person's full sessions, the latest first.
pub async fn of_user(db: &Firm, user: UserId) -> Result<Vec<Listed>> {
    let sql = "SELECT hash, device, origin, created_at, seen_at FROM session WHERE firm_id = $1 AND login_id = $2 AND factor_at IS NOT NULL \
               ORDER BY seen_at DESC, created_at DESC";
    let read = |r: &Row| {
        Ok(Listed {
            hash: r.bytes("hash")?,
            device: r.text("device")?,
            origin: r.opt_text("origin")?,
            created_at: r.time("created_at")?,
            seen_at: r.time("seen_at")?,
        })
    };
    db.all(sql, params![db.id(), user]).await?.iter().map(read).collect()
}

/// Ends one session of this person.
pub async fn end_one(db: &Firm, user: UserId, hash: &[u8]) -> Result<bool> {
    let sql = "DELETE FROM session WHERE firm_id = $1 AND login_id = $2 AND hash = $3";
    Ok(db.exec(sql, params![db.id(), user, hash]).await? == 1)
}

/// Ends a person's sessions, all but the one that is kept.
pub async fn end_of_user(db: &Firm, user: UserId, keep: Option<&[u8]>) -> Result<u64> {
    let keep = keep.unwrap_or_default();
    db.exec("DELETE FROM session WHERE firm_id = $1 AND login_id = $2 AND hash <> $3", params![db.id(), user, keep]).await
}

/// Removes what has run out.
pub async fn sweep(db: &System, idle_before: Time, now: Time) -> Result<u64> {
    db.exec("DELETE FROM session WHERE expires_at <= $1 OR seen_at <= $2", params![now, idle_before]).await
}
