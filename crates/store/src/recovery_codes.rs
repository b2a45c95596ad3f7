//! Printed codes for the day when a factor is lost: hashes, each good once.

use crate::{Firm, Result, params};
use model::{Time, UserId};

/// Puts new ones in the place of all earlier ones.
pub async fn replace(db: &Firm, login: UserId, hashes: &[[u8; 32]]) -> Result<()> {
    db.exec("DELETE FROM recovery_code WHERE firm_id = $1 AND login_id = $2", params![db.id(), login]).await?;
    for hash in hashes {
        let sql = "INSERT INTO recovery_code (firm_id, login_id, hash) VALUES ($1, $2, $3)";
        db.exec(sql, params![db.id(), login, hash.as_slice()]).await?;
    }
    Ok(())
}

/// Uses one up: true once for each, on however many nodes at the same instant.
pub async fn spend(db: &Firm, login: UserId, hash: &[u8], now: Time) -> Result<bool> {
    let sql = "UPDATE recovery_code SET used_at = $4 WHERE firm_id = $1 AND login_id = $2 AND hash = $3 AND used_at IS NULL";
    Ok(db.exec(sql, params![db.id(), login, hash, now]).await? == 1)
}

/// How many are left.
pub async fn left(db: &Firm, login: UserId) -> Result<i64> {
    let sql = "SELECT count(*) AS n FROM recovery_code WHERE firm_id = $1 AND login_id = $2 AND used_at IS NULL";
    db.one(sql, params![db.id(), login]).await?.ok_or(crate::Error::Gone)?.int("n")
}
