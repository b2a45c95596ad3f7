//! Public keys of people's authenticators. Nothing here is secret.

use crate::{Firm, Result, Row, System, params};
use model::{FirmId, PasskeyId, Time, UserId};

#[derive(Debug, Clone)]
pub struct Passkey {
    pub firm: FirmId,
    pub id: PasskeyId,
    pub login: UserId,
    /// What the authenticator calls it; no two are alike anywhere.
    pub credential: Vec<u8>,
    /// The key and its counter, JSON.
    pub body: String,
    pub name: String,
    pub created_at: Time,
    pub used_at: Option<Time>,
}

fn read(r: &Row) -> Result<Passkey> {
    Ok(Passkey {
        firm: r.id("firm_id")?,
        id: r.id("id")?,
        login: r.id("login_id")?,
        credential: r.bytes("credential")?,
        body: r.text("body")?,
        name: r.text("name")?,
        created_at: r.time("created_at")?,
        used_at: r.opt_time("used_at")?,
    })
}

/// `Conflict` when the credential is known already, in whatever firm.
pub async fn insert(db: &Firm, p: &Passkey) -> Result<()> {
    let sql = "INSERT INTO passkey (firm_id, id, login_id, credential, body, name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    db.exec(sql, params![db.id(), p.id, p.login, p.credential.as_slice(), &p.body, &p.name, p.created_at]).await?;
    Ok(())
}

/// Across firms: a passkey says who it belongs to before any firm is known.
pub async fn by_credential(db: &System, credential: &[u8]) -> Result<Option<Passkey>> {
    db.one("SELECT * FROM passkey WHERE credential = $1", params![credential]).await?.as_ref().map(read).transpose()
}

/// One person's, the oldest first.
pub async fn of_login(db: &Firm, login: UserId) -> Result<Vec<Passkey>> {
    let sql = "SELECT * FROM passkey WHERE firm_id = $1 AND login_id = $2 ORDER BY created_at, id";
    db.all(sql, params![db.id(), login]).await?.iter().map(read).collect()
}

/// Notes a use. False when somebody used it with the same state at the same instant, or removed it.
pub async fn used(db: &Firm, id: PasskeyId, was: &str, is: &str, at: Time) -> Result<bool> {
    let sql = "UPDATE passkey SET body = $4, used_at = $5 WHERE firm_id = $1 AND id = $2 AND body = $3";
    Ok(db.exec(sql, params![db.id(), id, was, is, at]).await? == 1)
}

pub async fn rename(db: &Firm, login: UserId, id: PasskeyId, name: &str) -> Result<bool> {
    let sql = "UPDATE passkey SET name = $4 WHERE firm_id = $1 AND login_id = $2 AND id = $3";
    Ok(db.exec(sql, params![db.id(), login, id, name]).await? == 1)
}

pub async fn remove(db: &Firm, login: UserId, id: PasskeyId) -> Result<bool> {
    let sql = "DELETE FROM passkey WHERE firm_id = $1 AND login_id = $2 AND id = $3";
    Ok(db.exec(sql, params![db.id(), login, id]).await? == 1)
}

pub async fn remove_all(db: &Firm, login: UserId) -> Result<u64> {
    db.exec("DELETE FROM passkey WHERE firm_id = $1 AND login_id = $2", params![db.id(), login]).await
}
