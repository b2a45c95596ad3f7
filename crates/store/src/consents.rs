//! Permissions that people gave: the exact text, its version and hash, what it covers and when it ends.

use crate::{Firm, Result, Row, params};
use model::{ConnectionId, ConsentId, HouseholdId, MemberId, Time};

#[derive(Debug, Clone, PartialEq)]
pub struct Consent {
    pub id: ConsentId,
    pub household: HouseholdId,
    pub member: MemberId,
    pub connection: Option<ConnectionId>,
    pub institution: String,
    pub version: String,
    /// The text as it was shown, the institution's notice included.
    pub shown: String,
    /// SHA-256 of it.
    pub shown_hash: Vec<u8>,
    pub scope: String,
    pub given_at: Time,
    pub ends_at: Option<Time>,
    pub ended_at: Option<Time>,
}

fn read(r: &Row) -> Result<Consent> {
    Ok(Consent {
        id: r.id("id")?,
        household: r.id("household_id")?,
        member: r.id("member_id")?,
        connection: r.opt_id("connection_id")?,
        institution: r.text("institution")?,
        version: r.text("version")?,
        shown: r.text("shown")?,
        shown_hash: r.bytes("shown_hash")?,
        scope: r.text("scope")?,
        given_at: r.time("given_at")?,
        ends_at: r.opt_time("ends_at")?,
        ended_at: r.opt_time("ended_at")?,
    })
}

pub async fn insert(db: &Firm, c: &Consent) -> Result<()> {
    let sql = "INSERT INTO consent (firm_id, id, household_id, member_id, connection_id, institution, version, shown, shown_hash, scope, given_at, ends_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let values = params![
        db.id(),
        c.id,
        c.household,
        c.member,
        c.connection,
        &c.institution,
        &c.version,
        &c.shown,
        c.shown_hash.as_slice(),
        &c.scope,
        c.given_at,
        c.ends_at,
    ];
    db.exec(sql, values).await?;
    Ok(())
}

pub async fn find(db: &Firm, id: ConsentId) -> Result<Option<Consent>> {
    db.one("SELECT * FROM consent WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?.as_ref().map(read).transpose()
}

/// What a person agreed to for one connection, oldest first.
pub async fn of_connection(db: &Firm, connection: ConnectionId) -> Result<Vec<Consent>> {
    let sql = "SELECT * FROM consent WHERE firm_id = $1 AND connection_id = $2 ORDER BY given_at, id";
    db.all(sql, params![db.id(), connection]).await?.iter().map(read).collect()
}

/// Whether the permission still holds: neither withdrawn nor run out.
pub async fn is_live(db: &Firm, id: ConsentId, now: Time) -> Result<bool> {
    let sql = "SELECT 1 AS n FROM consent WHERE firm_id = $1 AND id = $2 AND ended_at IS NULL AND (ends_at IS NULL OR ends_at > $3)";
    Ok(db.one(sql, params![db.id(), id, now]).await?.is_some())
}

/// Withdraws the permission that a connection rests on.
pub async fn end(db: &Firm, id: ConsentId, now: Time) -> Result<()> {
    db.exec("UPDATE consent SET ended_at = $3 WHERE firm_id = $1 AND id = $2 AND ended_at IS NULL", params![db.id(), id, now]).await?;
    Ok(())
}

/// Says which connection a permission led to.
pub async fn bind(db: &Firm, id: ConsentId, connection: ConnectionId) -> Result<()> {
    db.exec("UPDATE consent SET connection_id = $3 WHERE firm_id = $1 AND id = $2", params![db.id(), id, connection]).await?;
    Ok(())
}
