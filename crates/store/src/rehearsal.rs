//! What measuring needs and no feature does: everything due at once, however often it ran today.

use crate::{Result, System, params};
use model::Time;

/// Makes every connection due now. Says how many.
pub async fn all_due(db: &System, now: Time) -> Result<u64> {
    db.exec("UPDATE connection SET due_at = $1, runs_count = 0 WHERE removal = 'none'", params![now]).await
}

/// Rows in the log of what providers said.
pub async fn received(db: &System) -> Result<i64> {
    db.one("SELECT COUNT(*) AS n FROM received", vec![]).await?.map_or(Ok(0), |r| r.int("n"))
}
