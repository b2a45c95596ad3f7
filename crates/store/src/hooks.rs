//! Hooks that came in, by the hash of their bytes: the same bytes twice have one effect.

use crate::{Result, System, params};
use model::Time;

/// True the first time.
pub async fn first(db: &System, provider: &str, hash: &[u8], now: Time) -> Result<bool> {
    let sql = "INSERT INTO hook (provider, hash, received_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(db.exec(sql, params![provider, hash, now]).await? == 1)
}

/// Whether it has been taken in.
pub async fn is_known(db: &System, provider: &str, hash: &[u8]) -> Result<bool> {
    let sql = "SELECT 1 AS n FROM hook WHERE provider = $1 AND hash = $2";
    Ok(db.one(sql, params![provider, hash]).await?.is_some())
}

/// Forgets what came long ago.
pub async fn sweep(db: &System, before: Time) -> Result<u64> {
    db.exec("DELETE FROM hook WHERE received_at < $1", params![before]).await
}

/// Makes a connection due that only its provider's id names. Unknown ids are nobody's; ended connections stay ended.
pub async fn make_due(db: &System, provider: &str, external_id: &str, now: Time) -> Result<bool> {
    let sql = "UPDATE connection SET due_at = CASE WHEN due_at IS NULL OR due_at > $3 THEN $3 ELSE due_at END \
               WHERE provider = $1 AND external_id = $2 AND removal = 'none'";
    Ok(db.exec(sql, params![provider, external_id, now]).await? == 1)
}

/// The provider knows of accounts that the client has not shared yet.
pub async fn new_accounts(db: &System, provider: &str, external_id: &str) -> Result<()> {
    let sql = "UPDATE connection SET new_accounts = $3 WHERE provider = $1 AND external_id = $2 AND removal = 'none'";
    db.exec(sql, params![provider, external_id, true]).await?;
    Ok(())
}
