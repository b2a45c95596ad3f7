//! Counters of the rate limits: in the database, so that they survive a restart and hold on every node.

use crate::{Result, System, params};
use model::Time;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    pub count: i64,
    pub until: Time,
}

pub async fn find(db: &System, name: &str) -> Result<Option<Bucket>> {
    let row = db.one("SELECT count, until FROM bucket WHERE name = $1", params![name]).await?;
    row.map(|r| Ok(Bucket { count: r.int("count")?, until: r.time("until")? })).transpose()
}

/// One more, in one statement; a bucket that has run out begins again.
pub async fn add(db: &System, name: &str, until: Time, now: Time) -> Result<Bucket> {
    let sql = "INSERT INTO bucket (name, count, until) VALUES ($1, 1, $2) ON CONFLICT (name) DO UPDATE SET \
                 count = CASE WHEN bucket.until <= $3 THEN 1 ELSE bucket.count + 1 END, \
                 until = CASE WHEN bucket.until <= $3 THEN $2 ELSE bucket.until END \
               RETURNING count, until";
    let row = db.one(sql, params![name, until, now]).await?.ok_or(crate::Error::Gone)?;
    Ok(Bucket { count: row.int("count")?, until: row.time("until")? })
}

/// Takes one back, for a try that turned out well.
pub async fn give_back(db: &System, name: &str) -> Result<()> {
    db.exec("UPDATE bucket SET count = count - 1 WHERE name = $1 AND count > 0", params![name]).await?;
    Ok(())
}

/// Replaces what was read by something else; false when somebody was faster.
pub async fn swap(db: &System, name: &str, was: Option<Bucket>, is: Bucket) -> Result<bool> {
    let changed = match was {
        None => {
            let sql = "INSERT INTO bucket (name, count, until) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING";
            db.exec(sql, params![name, is.count, is.until]).await?
        }
        Some(was) => {
            let sql = "UPDATE bucket SET count = $2, until = $3 WHERE name = $1 AND count = $4 AND until = $5";
            db.exec(sql, params![name, is.count, is.until, was.count, was.until]).await?
        }
    };
    Ok(changed == 1)
}

pub async fn remove(db: &System, name: &str) -> Result<()> {
    db.exec("DELETE FROM bucket WHERE name = $1", params![name]).await?;
    Ok(())
}

pub async fn sweep(db: &System, now: Time) -> Result<u64> {
    db.exec("DELETE FROM bucket WHERE until <= $1", params![now]).await
}
