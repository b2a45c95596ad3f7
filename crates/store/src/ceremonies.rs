//! Challenges that a browser's authenticator is to answer: each is taken once, on whatever node, while it lasts.

use crate::{Result, System, params};
use model::Time;

/// `body`: what the answer is checked against, JSON. It belongs to no firm: whoever signs in is not known yet.
pub async fn insert(db: &System, hash: &[u8], body: &str, expires_at: Time) -> Result<()> {
    db.exec("INSERT INTO ceremony (hash, body, expires_at) VALUES ($1, $2, $3)", params![hash, body, expires_at]).await?;
    Ok(())
}

/// Takes it out: for one caller, and only while it lasts.
pub async fn take(db: &System, hash: &[u8], now: Time) -> Result<Option<String>> {
    let row = db.one("DELETE FROM ceremony WHERE hash = $1 RETURNING body, expires_at", params![hash]).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(if now < row.time("expires_at")? { Some(row.text("body")?) } else { None })
}

/// Removes what has run out.
pub async fn sweep(db: &System, now: Time) -> Result<u64> {
    db.exec("DELETE FROM ceremony WHERE expires_at <= $1", params![now]).await
}
