//! Ways back in: only the hashes of a link's secret and of a spoken code are here. And the browser that is on its way: an hour, for this alone.

use crate::{Firm, Result, Row, System, params};
use model::recovery::Lost;
use model::{FirmId, RecoveryId, Time, UserId};

#[derive(Debug, Clone)]
pub struct Recovery {
    pub firm: FirmId,
    pub id: RecoveryId,
    pub login: UserId,
    pub lost: Lost,
    pub spoken_hash: Option<Vec<u8>>,
    pub spoken_until: Option<Time>,
    pub spoken_tries: i64,
    /// Who began it; nobody where it was the person, or the operator.
    pub made_by: Option<UserId>,
    pub approved_by: Option<UserId>,
    pub created_at: Time,
    pub expires_at: Time,
    pub ended_at: Option<Time>,
}

fn read(r: &Row) -> Result<Recovery> {
    Ok(Recovery {
        firm: r.id("firm_id")?,
        id: r.id("id")?,
        login: r.id("login_id")?,
        lost: r.word("kind", Lost::from_key)?,
        spoken_hash: r.opt_bytes("spoken_hash")?,
        spoken_until: r.opt_time("spoken_until")?,
        spoken_tries: r.int("spoken_tries")?,
        made_by: r.opt_id("made_by")?,
        approved_by: r.opt_id("approved_by")?,
        created_at: r.time("created_at")?,
        expires_at: r.time("expires_at")?,
        ended_at: r.opt_time("ended_at")?,
    })
}

pub async fn insert(db: &Firm, r: &Recovery, hash: &[u8]) -> Result<()> {
    let sql = "INSERT INTO recovery (firm_id, id, login_id, kind, hash, spoken_hash, spoken_until, made_by, approved_by, created_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let spoken = r.spoken_hash.clone();
    let values =
        params![db.id(), r.id, r.login, r.lost.key(), hash, spoken, r.spoken_until, r.made_by, r.approved_by, r.created_at, r.expires_at,];
    db.exec(sql, values).await?;
    Ok(())
}

/// Across firms: the link names no firm.
pub async fn by_hash(db: &System, hash: &[u8]) -> Result<Option<Recovery>> {
    db.one("SELECT * FROM recovery WHERE hash = $1", params![hash]).await?.as_ref().map(read).transpose()
}

pub async fn find(db: &Firm, id: RecoveryId) -> Result<Option<Recovery>> {
    db.one("SELECT * FROM recovery WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?.as_ref().map(read).transpose()
}

/// A person's that has not ended.
pub async fn live(db: &Firm, login: UserId, lost: Lost) -> Result<Vec<Recovery>> {
    let sql = "SELECT * FROM recovery WHERE firm_id = $1 AND login_id = $2 AND kind = $3 AND ended_at IS NULL ORDER BY created_at DESC, id";
    db.all(sql, params![db.id(), login, lost.key()]).await?.iter().map(read).collect()
}

/// Staff's that wait for a second administrator: the recovery, whose it is, who began it.
pub async fn waiting(db: &Firm, now: Time) -> Result<Vec<Recovery>> {
    let sql = "SELECT r.* FROM recovery r JOIN login l ON l.firm_id = r.firm_id AND l.id = r.login_id \
               WHERE r.firm_id = $1 AND r.kind = 'factors' AND r.approved_by IS NULL AND r.made_by IS NOT NULL AND l.role <> 'client' \
               AND r.ended_at IS NULL AND r.expires_at > $2 ORDER BY r.created_at, r.id";
    db.all(sql, params![db.id(), now]).await?.iter().map(read).collect()
}

/// Ends one: for exactly one caller.
pub async fn end(db: &Firm, id: RecoveryId, now: Time, why: &str) -> Result<bool> {
    let sql = "UPDATE recovery SET ended_at = $3, end_reason = $4 WHERE firm_id = $1 AND id = $2 AND ended_at IS NULL";
    Ok(db.exec(sql, params![db.id(), id, now, why]).await? == 1)
}

/// Spends one: for exactly one caller, and only while it lasts.
pub async fn spend(db: &Firm, id: RecoveryId, now: Time) -> Result<bool> {
    let sql =
        "UPDATE recovery SET ended_at = $3, end_reason = 'used' WHERE firm_id = $1 AND id = $2 AND ended_at IS NULL AND expires_at > $3";
    Ok(db.exec(sql, params![db.id(), id, now]).await? == 1)
}

/// A second administrator agrees: from now on it has a link and a spoken code. For exactly one caller.
pub async fn approve(db: &Firm, r: &Recovery, hash: &[u8]) -> Result<bool> {
    let sql = "UPDATE recovery SET approved_by = $3, hash = $4, spoken_hash = $5, spoken_until = $6, expires_at = $7 \
               WHERE firm_id = $1 AND id = $2 AND approved_by IS NULL AND ended_at IS NULL";
    let values = params![db.id(), r.id, r.approved_by, hash, r.spoken_hash.clone(), r.spoken_until, r.expires_at];
    Ok(db.exec(sql, values).await? == 1)
}

/// Another code to read out, in the place of the one before.
pub async fn speak_again(db: &Firm, id: RecoveryId, spoken: &[u8], until: Time) -> Result<bool> {
    let sql = "UPDATE recovery SET spoken_hash = $3, spoken_until = $4 WHERE firm_id = $1 AND id = $2 AND ended_at IS NULL";
    Ok(db.exec(sql, params![db.id(), id, spoken, until]).await? == 1)
}

/// Counts a try and says which it is; whoever else tries waits for this unit. `None` when it has ended.
pub async fn count_try(db: &Firm, id: RecoveryId) -> Result<Option<i64>> {
    let sql =
        "UPDATE recovery SET spoken_tries = spoken_tries + 1 WHERE firm_id = $1 AND id = $2 AND ended_at IS NULL RETURNING spoken_tries";
    db.one(sql, params![db.id(), id]).await?.map(|r| r.int("spoken_tries")).transpose()
}

/// A browser that showed both methods and now sets something new.
#[derive(Clone)]
pub struct Enrolling {
    pub hash: Vec<u8>,
    pub firm: FirmId,
    pub recovery: RecoveryId,
    pub expires_at: Time,
    pub password_hash: Option<String>,
    /// A seed that waits for its first code, sealed.
    pub totp: Option<Vec<u8>>,
}

pub async fn begin_enrolling(db: &Firm, hash: &[u8], recovery: RecoveryId, now: Time, until: Time, device: &str) -> Result<()> {
    let sql =
        "INSERT INTO enrolment (hash, firm_id, recovery_id, created_at, expires_at, device, proved_at) VALUES ($1, $2, $3, $4, $5, $6, $4)";
    db.exec(sql, params![hash, db.id(), recovery, now, until, device]).await?;
    Ok(())
}

/// Across firms: the cookie names no firm.
pub async fn enrolling(db: &System, hash: &[u8]) -> Result<Option<Enrolling>> {
    let sql = "SELECT * FROM enrolment WHERE hash = $1 AND recovery_id IS NOT NULL AND ended_at IS NULL";
    let read = |r: &Row| {
        Ok(Enrolling {
            hash: hash.to_vec(),
            firm: r.id("firm_id")?,
            recovery: r.id("recovery_id")?,
            expires_at: r.time("expires_at")?,
            password_hash: r.opt_text("password_hash")?,
            totp: r.opt_bytes("totp")?,
        })
    };
    db.one(sql, params![hash]).await?.as_ref().map(read).transpose()
}

pub async fn propose(db: &Firm, hash: &[u8], password_hash: &str, totp: &[u8]) -> Result<bool> {
    let sql = "UPDATE enrolment SET password_hash = $3, totp = $4 WHERE hash = $1 AND firm_id = $2 AND ended_at IS NULL";
    Ok(db.exec(sql, params![hash, db.id(), password_hash, totp]).await? == 1)
}

/// For exactly one caller.
pub async fn end_enrolling(db: &Firm, hash: &[u8], now: Time) -> Result<bool> {
    let sql = "UPDATE enrolment SET ended_at = $3, password_hash = NULL, totp = NULL \
               WHERE hash = $1 AND firm_id = $2 AND ended_at IS NULL AND expires_at > $3";
    Ok(db.exec(sql, params![hash, db.id(), now]).await? == 1)
}

/// How a member of staff is called and reached by clients.
#[derive(Debug, Clone)]
pub struct Reach {
    pub name: String,
    pub email: String,
    pub phone: String,
}

fn reach(r: &Row) -> Result<Reach> {
    Ok(Reach { name: r.text("name")?, email: r.text("email")?, phone: r.opt_text("phone")?.unwrap_or_default() })
}

/// The lead of the first household that a client sees.
pub async fn lead_of(db: &Firm, client: UserId) -> Result<Option<Reach>> {
    let sql = "SELECT l.name, l.email, l.phone FROM portal_access a JOIN household h ON h.firm_id = a.firm_id AND h.id = a.household_id \
               JOIN login l ON l.firm_id = h.firm_id AND l.id = h.lead_id \
               WHERE a.firm_id = $1 AND a.login_id = $2 AND a.ended_at IS NULL ORDER BY a.granted_at, a.household_id LIMIT 1";
    db.one(sql, params![db.id(), client]).await?.as_ref().map(reach).transpose()
}

/// An administrator who can sign in, other than this person.
pub async fn administrator(db: &Firm, but: UserId) -> Result<Option<Reach>> {
    let sql = "SELECT name, email, phone FROM login WHERE firm_id = $1 AND role = 'administrator' AND id <> $2 AND disabled_at IS NULL \
               AND enrolled_at IS NOT NULL ORDER BY name, id LIMIT 1";
    db.one(sql, params![db.id(), but]).await?.as_ref().map(reach).transpose()
}
