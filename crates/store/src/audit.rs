//! The audit chain: events that wait to be sealed, seals in their order, signed checkpoints. Only what waits is ever removed.

use crate::events::{Event, read};
use crate::{Firm, Result, Row, System, params};
use model::{EventId, FirmId, Time};

/// One link of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    pub seq: i64,
    pub event: EventId,
    pub hash: Vec<u8>,
}

/// The end of the chain at an instant, signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub seq: i64,
    pub hash: Vec<u8>,
    pub at: Time,
    /// The master key that the signing key comes from.
    pub key: Vec<u8>,
    pub signature: Vec<u8>,
}

/// Firms with events that wait.
pub async fn busy(db: &System) -> Result<Vec<FirmId>> {
    db.all("SELECT DISTINCT firm_id FROM audit_waiting", vec![]).await?.iter().map(|r| r.id("firm_id")).collect()
}

/// Events that wait, oldest first.
pub async fn waiting(db: &Firm, limit: u32) -> Result<Vec<Event>> {
    let sql = "SELECT e.* FROM audit_waiting w JOIN event e ON e.firm_id = w.firm_id AND e.id = w.event_id \
               WHERE w.firm_id = $1 ORDER BY w.event_id LIMIT $2";
    db.all(sql, params![db.id(), limit]).await?.iter().map(read).collect()
}

/// The last link.
pub async fn head(db: &Firm) -> Result<Option<Seal>> {
    let sql = "SELECT seq, event_id, hash FROM audit_seal WHERE firm_id = $1 ORDER BY seq DESC LIMIT 1";
    db.one(sql, params![db.id()]).await?.as_ref().map(seal).transpose()
}

fn seal(r: &Row) -> Result<Seal> {
    Ok(Seal { seq: r.int("seq")?, event: r.id("event_id")?, hash: r.bytes("hash")? })
}

/// Adds a link; its event waits no more.
pub async fn add(db: &Firm, s: &Seal) -> Result<()> {
    let sql = "INSERT INTO audit_seal (firm_id, seq, event_id, hash) VALUES ($1, $2, $3, $4)";
    db.exec(sql, params![db.id(), s.seq, s.event, s.hash.as_slice()]).await?;
    db.exec("DELETE FROM audit_waiting WHERE firm_id = $1 AND event_id = $2", params![db.id(), s.event]).await?;
    Ok(())
}

pub async fn add_checkpoint(db: &Firm, c: &Checkpoint) -> Result<()> {
    let sql = "INSERT INTO audit_checkpoint (firm_id, seq, hash, at, key, signature) VALUES ($1, $2, $3, $4, $5, $6)";
    db.exec(sql, params![db.id(), c.seq, c.hash.as_slice(), c.at, c.key.as_slice(), c.signature.as_slice()]).await?;
    Ok(())
}

/// Checkpoints beyond a row, in order.
pub async fn checkpoints(db: &Firm, after: i64) -> Result<Vec<Checkpoint>> {
    let sql = "SELECT seq, hash, at, key, signature FROM audit_checkpoint WHERE firm_id = $1 AND seq > $2 ORDER BY seq";
    let read = |r: &Row| {
        Ok(Checkpoint {
            seq: r.int("seq")?,
            hash: r.bytes("hash")?,
            at: r.time("at")?,
            key: r.bytes("key")?,
            signature: r.bytes("signature")?,
        })
    };
    db.all(sql, params![db.id(), after]).await?.iter().map(read).collect()
}

/// The row of the last checkpoint; 0 before the first.
pub async fn signed_to(db: &Firm) -> Result<i64> {
    let row = db.one("SELECT seq FROM audit_checkpoint WHERE firm_id = $1 ORDER BY seq DESC LIMIT 1", params![db.id()]).await?;
    row.map_or(Ok(0), |r| r.int("seq"))
}

/// Links beyond a row with what they cover, in order. A link whose event is not there any more has none.
pub async fn page(db: &Firm, after: i64, limit: u32) -> Result<Vec<(Seal, Option<Event>)>> {
    let sql = "SELECT s.seq, s.event_id, s.hash, e.id, e.at, e.actor, e.household_id, e.kind, e.object, e.detail \
               FROM audit_seal s LEFT JOIN event e ON e.firm_id = s.firm_id AND e.id = s.event_id \
               WHERE s.firm_id = $1 AND s.seq > $2 ORDER BY s.seq LIMIT $3";
    let row = |r: &Row| {
        let there = r.opt_id::<model::id::Event>("id")?.is_some();
        Ok((seal(r)?, if there { Some(read(r)?) } else { None }))
    };
    db.all(sql, params![db.id(), after, limit]).await?.iter().map(row).collect()
}

/// An event without a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsealed {
    pub event: EventId,
    pub at: Time,
    /// The sealer knows of it.
    pub waits: bool,
}

pub async fn unsealed(db: &Firm) -> Result<Vec<Unsealed>> {
    let sql = "SELECT e.id, e.at, w.event_id FROM event e \
               LEFT JOIN audit_seal s ON s.firm_id = e.firm_id AND s.event_id = e.id \
               LEFT JOIN audit_waiting w ON w.firm_id = e.firm_id AND w.event_id = e.id \
               WHERE e.firm_id = $1 AND s.event_id IS NULL ORDER BY e.id";
    let read = |r: &Row| Ok(Unsealed { event: r.id("id")?, at: r.time("at")?, waits: r.opt_id::<model::id::Event>("event_id")?.is_some() });
    db.all(sql, params![db.id()]).await?.iter().map(read).collect()
}

/// Events that wait and are not there.
pub async fn lost(db: &Firm) -> Result<Vec<EventId>> {
    let sql = "SELECT w.event_id FROM audit_waiting w LEFT JOIN event e ON e.firm_id = w.firm_id AND e.id = w.event_id \
               WHERE w.firm_id = $1 AND e.id IS NULL ORDER BY w.event_id";
    db.all(sql, params![db.id()]).await?.iter().map(|r| r.id("event_id")).collect()
}

/// Lets every event wait that was written before there was a chain. Only for a firm that has none.
pub async fn gather(db: &Firm) -> Result<u64> {
    let sql = "INSERT INTO audit_waiting (firm_id, event_id) SELECT e.firm_id, e.id FROM event e \
               WHERE e.firm_id = $1 AND NOT EXISTS (SELECT 1 FROM audit_waiting w WHERE w.firm_id = e.firm_id AND w.event_id = e.id) \
               AND NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.firm_id = e.firm_id)";
    db.exec(sql, params![db.id()]).await
}
