//! Hooks that came in, by the hash of their bytes: the same bytes twice have one effect.

use crate::{Result, System, params};
use model::Time;

/// True the first time.
pub async fn first(db: &System, provider: &str, hash: &[u8], now: Time) -> Result<bool> {
    let sql = "INSERT INTO hook (provider, hash, received_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(db.exec(sql, params![provider, hash, now]).await? == 1)
}

/// Forgets what came long ago.
pub async fn sweep(db: &System, before: Time) -> Result<u64> {
    db.exec("DELETE FROM hook WHERE received_at < $1", params![before]).await
}
