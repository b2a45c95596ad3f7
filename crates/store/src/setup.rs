//! What set-up asks the database: how far an installation has come. Counts only.

use crate::{Result, System, params};

/// How many administrators can sign in.
pub async fn administrators(db: &System) -> Result<i64> {
    let sql = "SELECT count(*) AS n FROM login WHERE role = 'administrator' AND enrolled_at IS NOT NULL AND disabled_at IS NULL";
    db.one(sql, vec![]).await?.map_or(Ok(0), |r| r.int("n"))
}

pub async fn staff(db: &System) -> Result<i64> {
    db.one("SELECT count(*) AS n FROM login WHERE role <> 'client'", vec![]).await?.map_or(Ok(0), |r| r.int("n"))
}

pub async fn households(db: &System) -> Result<i64> {
    db.one("SELECT count(*) AS n FROM household", vec![]).await?.map_or(Ok(0), |r| r.int("n"))
}

/// Removes a setting that still has this value: one winner.
pub async fn spend(db: &System, name: &str, value: &str) -> Result<bool> {
    Ok(db.exec("DELETE FROM setting WHERE name = $1 AND value = $2", params![name, value]).await? == 1)
}
