//! Wrapped keys. A row that is destroyed takes with it everything it sealed.

use crate::{Firm, Result, params};
use model::{ConnectionId, Time};
use uuid::Uuid;

/// The newest version of an owner's key: (version, wrapped). The firm's own key is owned by the firm's id.
pub async fn newest(db: &Firm, owner: Uuid) -> Result<Option<(i64, Vec<u8>)>> {
    let sql = "SELECT version, wrapped FROM keyring WHERE firm_id = $1 AND owner_id = $2 ORDER BY version DESC LIMIT 1";
    db.one(sql, params![db.id(), owner]).await?.map(|r| Ok((r.int("version")?, r.bytes("wrapped")?))).transpose()
}

pub async fn version(db: &Firm, owner: Uuid, version: i64) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT wrapped FROM keyring WHERE firm_id = $1 AND owner_id = $2 AND version = $3";
    db.one(sql, params![db.id(), owner, version]).await?.map(|r| r.bytes("wrapped")).transpose()
}

pub async fn insert(db: &Firm, owner: Uuid, version: i64, wrapped: &[u8], now: Time) -> Result<()> {
    let sql = "INSERT INTO keyring (firm_id, owner_id, version, wrapped, created_at) VALUES ($1, $2, $3, $4, $5)";
    db.exec(sql, params![db.id(), owner, version, wrapped, now]).await?;
    Ok(())
}

/// Destroys every version of an owner's key: what it sealed cannot be read again.
pub async fn destroy(db: &Firm, owner: Uuid) -> Result<()> {
    db.exec("DELETE FROM keyring WHERE firm_id = $1 AND owner_id = $2", params![db.id(), owner]).await?;
    Ok(())
}

/// A new token in the place of the old one, sealed under a new key.
pub async fn set_token(db: &Firm, id: ConnectionId, token: Vec<u8>, version: i64) -> Result<()> {
    let sql = "UPDATE connection SET token = $3, key_version = $4 WHERE firm_id = $1 AND id = $2 AND removal = 'none'";
    db.exec(sql, params![db.id(), id, token, version]).await?;
    Ok(())
}
