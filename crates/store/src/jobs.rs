//! The job queue: enqueued in the change's transaction, claimed with a lease and an epoch, firms taking turns.
//! A result that comes after its lease was lost is dropped. Refreshes are not here: their due time stands on the connection.

use crate::Value;
use crate::{Firm, Result, Row, System, params};
use model::{FirmId, JobId, Span, Time};

pub struct NewJob {
    pub id: JobId,
    pub kind: &'static str,
    /// While one with this key waits or runs, another is not added.
    pub uniq: Option<String>,
    /// JSON; a secret in it must be sealed.
    pub body: Vec<u8>,
    pub run_at: Time,
}

#[derive(Debug, Clone)]
pub struct Claimed {
    pub id: JobId,
    pub firm: Option<FirmId>,
    pub kind: String,
    pub body: Vec<u8>,
    /// 1 on the first try.
    pub attempts: i64,
    pub epoch: i64,
}

const INSERT: &str = "INSERT INTO job (id, firm_id, kind, uniq, body, state, run_at, created_at) VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7) \
                      ON CONFLICT DO NOTHING";

/// Adds a job of this firm. False when its key is already waiting or running.
pub async fn enqueue(db: &Firm, job: &NewJob, now: Time) -> Result<bool> {
    Ok(db.exec(INSERT, values(job, Some(db.id()), now)).await? == 1)
}

/// Makes the waiting job with this key due now. False when none waits.
pub async fn hasten(db: &Firm, kind: &str, uniq: &str, now: Time) -> Result<bool> {
    let sql = "UPDATE job SET run_at = CASE WHEN run_at > $4 THEN $4 ELSE run_at END \
               WHERE firm_id = $1 AND kind = $2 AND uniq = $3 AND state = 'waiting'";
    Ok(db.exec(sql, params![db.id(), kind, uniq, now]).await? == 1)
}

/// Whether a job with this key waits or runs.
pub async fn waits(db: &Firm, kind: &str, uniq: &str) -> Result<bool> {
    let sql = "SELECT 1 AS there FROM job WHERE firm_id = $1 AND kind = $2 AND uniq = $3 AND state IN ('waiting', 'running')";
    Ok(db.one(sql, params![db.id(), kind, uniq]).await?.is_some())
}

/// Nobody needs the job with this key any more. A worker that has it loses its lease.
pub async fn cancel(db: &Firm, kind: &str, uniq: &str, now: Time) -> Result<()> {
    let sql = "UPDATE job SET state = 'done', done_at = $4, lease_until = NULL, lease_epoch = lease_epoch + 1, body = $5 \
               WHERE firm_id = $1 AND kind = $2 AND uniq = $3 AND state IN ('waiting', 'running')";
    db.exec(sql, params![db.id(), kind, uniq, now, Vec::<u8>::new()]).await?;
    Ok(())
}

/// Adds a job of the installation.
pub async fn enqueue_system(db: &System, job: &NewJob, now: Time) -> Result<bool> {
    Ok(db.exec(INSERT, values(job, None, now)).await? == 1)
}

fn values(job: &NewJob, firm: Option<FirmId>, now: Time) -> Vec<Value> {
    params![job.id, firm, job.kind, job.uniq.clone(), job.body.clone(), job.run_at, now]
}

/// Takes up to `limit` jobs that are due or whose worker is gone. Firms take turns: everybody's first comes before anybody's second.
pub async fn claim(db: &System, now: Time, lease: Span, limit: u32) -> Result<Vec<Claimed>> {
    let sql = "UPDATE job SET state = 'running', attempts = attempts + 1, lease_until = $2, lease_epoch = lease_epoch + 1 WHERE id IN ( \
                 SELECT id FROM (SELECT id, run_at, ROW_NUMBER() OVER (PARTITION BY firm_id ORDER BY run_at, id) AS turn FROM job \
                   WHERE (state = 'waiting' AND run_at <= $1) OR (state = 'running' AND lease_until < $1)) c ORDER BY turn, run_at, id LIMIT $3) \
               AND (state = 'waiting' OR lease_until < $1) \
               RETURNING id, firm_id, kind, body, attempts, lease_epoch";
    let read = |r: &Row| {
        Ok(Claimed {
            id: r.id("id")?,
            firm: r.opt_id("firm_id")?,
            kind: r.text("kind")?,
            body: r.bytes("body")?,
            attempts: r.int("attempts")?,
            epoch: r.int("lease_epoch")?,
        })
    };
    db.all(sql, params![now, now + lease, limit]).await?.iter().map(read).collect()
}

/// The clock has been set back: jobs of the lost days run now, and leases given there are worth nothing.
pub async fn after_set_back(db: &System, now: Time, lease: Span) -> Result<()> {
    db.exec("UPDATE job SET run_at = $1 WHERE state = 'waiting' AND run_at > $1 AND created_at > $1", params![now]).await?;
    let sql = "UPDATE job SET lease_until = $1 - 1 WHERE state = 'running' AND lease_until > $2";
    db.exec(sql, params![now, now + lease + lease]).await?;
    Ok(())
}

/// Holds a job for longer, before it is begun. False when its lease was lost meanwhile.
pub async fn extend(db: &System, job: &Claimed, until: Time) -> Result<bool> {
    let sql = "UPDATE job SET lease_until = $3 WHERE id = $1 AND lease_epoch = $2 AND state = 'running'";
    Ok(db.exec(sql, params![job.id, job.epoch, until]).await? == 1)
}

/// Ends a job well. False when the lease was lost meanwhile.
pub async fn done(db: &System, job: &Claimed, now: Time) -> Result<bool> {
    let sql = "UPDATE job SET state = 'done', done_at = $3, lease_until = NULL, last_error = NULL, body = $4 WHERE id = $1 AND lease_epoch = $2 AND state = 'running'";
    Ok(db.exec(sql, params![job.id, job.epoch, now, Vec::<u8>::new()]).await? == 1)
}

/// Puts a job back for later, or ends it as failed when `again` is none: people see it then.
pub async fn failed(db: &System, job: &Claimed, error: &str, again: Option<Time>, now: Time) -> Result<bool> {
    let (state, at) = match again {
        Some(t) => ("waiting", t),
        None => ("failed", now),
    };
    let sql = "UPDATE job SET state = $3, run_at = $4, lease_until = NULL, last_error = $5 WHERE id = $1 AND lease_epoch = $2 AND state = 'running'";
    Ok(db.exec(sql, params![job.id, job.epoch, state, at, error]).await? == 1)
}

/// How many jobs stand in each state, for the health page and the tests.
pub async fn counts(db: &System) -> Result<Vec<(String, i64)>> {
    db.all("SELECT state, COUNT(*) AS n FROM job GROUP BY state ORDER BY state", vec![])
        .await?
        .iter()
        .map(|r| Ok((r.text("state")?, r.int("n")?)))
        .collect()
}

/// The next instant at which something is due.
pub async fn next_due(db: &System) -> Result<Option<Time>> {
    let row = db.one("SELECT min(run_at) AS at FROM job WHERE state = 'waiting'", vec![]).await?;
    row.map_or(Ok(None), |r| r.opt_time("at"))
}

/// The last errors, newest first.
pub async fn failures(db: &System, limit: u32) -> Result<Vec<(String, String)>> {
    db.all("SELECT kind, last_error FROM job WHERE state = 'failed' ORDER BY run_at DESC LIMIT $1", params![limit])
        .await?
        .iter()
        .map(|r| Ok((r.text("kind")?, r.opt_text("last_error")?.unwrap_or_default())))
        .collect()
}

/// Removes what ended long ago.
pub async fn sweep(db: &System, before: Time) -> Result<u64> {
    db.exec("DELETE FROM job WHERE state = 'done' AND done_at < $1", params![before]).await
}
