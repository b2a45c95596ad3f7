//! People who sign in: found by the folded form of their e-mail address, with what proves them. Decides nothing.

use crate::{Firm, Result, Row, System, params};
use model::permission::Role;
use model::{FirmId, MemberId, Time, UserId};

#[derive(Clone)]
pub struct Login {
    pub firm: FirmId,
    pub id: UserId,
    pub email: String,
    pub role: Role,
    pub name: String,
    pub member: Option<MemberId>,
    pub password_hash: Option<String>,
    /// The second factor's seed, sealed.
    pub totp: Option<Vec<u8>>,
    /// The last step that was used: each works once.
    pub totp_step: i64,
    pub invite_until: Option<Time>,
    /// When password and second factor were both proven for the first time.
    pub enrolled_at: Option<Time>,
    pub preferences: String,
    pub disabled_at: Option<Time>,
    pub created_at: Time,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login").field("firm", &self.firm).field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

fn read(r: &Row) -> Result<Login> {
    Ok(Login {
        firm: r.id("firm_id")?,
        id: r.id("id")?,
        email: r.text("email")?,
        role: r.word("role", Role::from_key)?,
        name: r.text("name")?,
        member: r.opt_id("member_id")?,
        password_hash: r.opt_text("password_hash")?,
        totp: r.opt_bytes("totp")?,
        totp_step: r.int("totp_step")?,
        invite_until: r.opt_time("invite_until")?,
        enrolled_at: r.opt_time("enrolled_at")?,
        preferences: r.text("preferences")?,
        disabled_at: r.opt_time("disabled_at")?,
        created_at: r.time("created_at")?,
    })
}

/// Across firms: signing in knows no firm yet.
pub async fn by_email(db: &System, email_key: &str) -> Result<Option<Login>> {
    db.one("SELECT * FROM login WHERE email_key = $1", params![email_key]).await?.as_ref().map(read).transpose()
}

/// Across firms: an invitation's address names no firm.
pub async fn by_invite(db: &System, hash: &[u8]) -> Result<Option<Login>> {
    db.one("SELECT * FROM login WHERE invite_hash = $1", params![hash]).await?.as_ref().map(read).transpose()
}

pub async fn find(db: &Firm, id: UserId) -> Result<Option<Login>> {
    let sql = "SELECT * FROM login WHERE firm_id = $1 AND id = $2";
    db.one(sql, params![db.id(), id]).await?.as_ref().map(read).transpose()
}

/// The firm's staff by name, those who left last.
pub async fn staff(db: &Firm) -> Result<Vec<Login>> {
    let sql = "SELECT * FROM login WHERE firm_id = $1 AND role <> 'client' \
               ORDER BY CASE WHEN disabled_at IS NULL THEN 0 ELSE 1 END, name, id";
    db.all(sql, params![db.id()]).await?.iter().map(read).collect()
}

/// When each of the firm's people was last seen.
pub async fn last_seen(db: &Firm) -> Result<Vec<(UserId, Time)>> {
    let sql = "SELECT login_id, max(seen_at) AS at FROM session WHERE firm_id = $1 AND factor_at IS NOT NULL GROUP BY login_id";
    db.all(sql, params![db.id()]).await?.iter().map(|r| Ok((r.id("login_id")?, r.time("at")?))).collect()
}

/// Adds somebody who has proven nothing yet. `Conflict` when the address is known already, in whatever firm.
pub async fn insert(db: &Firm, l: &Login, email_key: &str) -> Result<()> {
    let sql = "INSERT INTO login (firm_id, id, email, email_key, role, name, member_id, preferences, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    db.exec(sql, params![db.id(), l.id, &l.email, email_key, l.role.key(), &l.name, l.member, &l.preferences, l.created_at]).await?;
    Ok(())
}

/// Removes those who were entered in set-up and proved nothing.
pub async fn remove_unproven(db: &Firm) -> Result<u64> {
    db.exec("DELETE FROM login WHERE firm_id = $1 AND enrolled_at IS NULL AND disabled_at IS NULL", params![db.id()]).await
}

pub async fn set_profile(db: &Firm, id: UserId, name: &str, preferences: &str) -> Result<()> {
    let sql = "UPDATE login SET name = $3, preferences = $4 WHERE firm_id = $1 AND id = $2";
    db.exec(sql, params![db.id(), id, name, preferences]).await?;
    Ok(())
}

pub async fn set_role(db: &Firm, id: UserId, role: Role) -> Result<()> {
    db.exec("UPDATE login SET role = $3 WHERE firm_id = $1 AND id = $2", params![db.id(), id, role.key()]).await?;
    Ok(())
}

/// A new invitation ends the older one and everything that was proven before.
pub async fn invite(db: &Firm, id: UserId, hash: &[u8], until: Time) -> Result<()> {
    let sql = "UPDATE login SET invite_hash = $3, invite_until = $4, password_hash = NULL, totp = NULL, totp_step = 0, enrolled_at = NULL \
               WHERE firm_id = $1 AND id = $2";
    db.exec(sql, params![db.id(), id, hash, until]).await?;
    Ok(())
}

/// Takes password and seed while the invitation lasts. False when it does not any more.
pub async fn propose(db: &Firm, id: UserId, hash: &[u8], password_hash: &str, totp: &[u8], now: Time) -> Result<bool> {
    let sql = "UPDATE login SET password_hash = $4, totp = $5, totp_step = 0 \
               WHERE firm_id = $1 AND id = $2 AND invite_hash = $3 AND invite_until > $6 AND enrolled_at IS NULL";
    Ok(db.exec(sql, params![db.id(), id, hash, password_hash, totp, now]).await? == 1)
}

/// Spends the invitation: one winner, whoever else holds the address.
pub async fn enrol(db: &Firm, id: UserId, hash: &[u8], step: i64, now: Time) -> Result<bool> {
    let sql = "UPDATE login SET enrolled_at = $5, totp_step = $4, invite_hash = NULL, invite_until = NULL \
               WHERE firm_id = $1 AND id = $2 AND invite_hash = $3 AND invite_until > $5 AND enrolled_at IS NULL AND password_hash IS NOT NULL";
    Ok(db.exec(sql, params![db.id(), id, hash, step, now]).await? == 1)
}

/// Sets everything at once, for people who are made with their proofs: the first administrator, the rehearsal's.
pub async fn set_proofs(db: &Firm, id: UserId, password_hash: &str, totp: &[u8], enrolled_at: Option<Time>) -> Result<()> {
    let sql = "UPDATE login SET password_hash = $3, totp = $4, totp_step = 0, enrolled_at = $5, invite_hash = NULL, invite_until = NULL \
               WHERE firm_id = $1 AND id = $2";
    db.exec(sql, params![db.id(), id, password_hash, totp, enrolled_at]).await?;
    Ok(())
}

pub async fn set_password(db: &Firm, id: UserId, password_hash: &str) -> Result<()> {
    db.exec("UPDATE login SET password_hash = $3 WHERE firm_id = $1 AND id = $2", params![db.id(), id, password_hash]).await?;
    Ok(())
}

/// Uses up a step of the second factor: true once for each, on however many nodes at the same instant.
pub async fn use_step(db: &Firm, id: UserId, step: i64) -> Result<bool> {
    let sql = "UPDATE login SET totp_step = $3 WHERE firm_id = $1 AND id = $2 AND totp_step < $3";
    Ok(db.exec(sql, params![db.id(), id, step]).await? == 1)
}

/// Somebody who left, or came back.
pub async fn set_disabled(db: &Firm, id: UserId, at: Option<Time>) -> Result<()> {
    let sql = "UPDATE login SET disabled_at = $3, invite_hash = NULL, invite_until = NULL WHERE firm_id = $1 AND id = $2";
    db.exec(sql, params![db.id(), id, at]).await?;
    Ok(())
}

/// What proves somebody who comes in by a passkey alone, or by a password with an authenticator; everything of before is gone.
pub async fn replace_proofs(db: &Firm, id: UserId, password_hash: Option<&str>, totp: Option<(&[u8], i64)>, at: Time) -> Result<()> {
    let sql = "UPDATE login SET password_hash = $3, totp = $4, totp_step = $5, enrolled_at = $6, invite_hash = NULL, invite_until = NULL \
               WHERE firm_id = $1 AND id = $2";
    let (seed, step) = totp.map_or((None, 0), |(seed, step)| (Some(seed.to_vec()), step));
    db.exec(sql, params![db.id(), id, password_hash, seed, step, at]).await?;
    Ok(())
}

/// A new authenticator whose first code was right.
pub async fn set_totp(db: &Firm, id: UserId, totp: &[u8], step: i64) -> Result<()> {
    let sql = "UPDATE login SET totp = $3, totp_step = $4 WHERE firm_id = $1 AND id = $2";
    db.exec(sql, params![db.id(), id, totp, step]).await?;
    Ok(())
}

/// After a recovery: until then nothing is exported and nothing new is connected.
pub async fn hold(db: &Firm, id: UserId, until: Option<Time>) -> Result<()> {
    db.exec("UPDATE login SET held_until = $3 WHERE firm_id = $1 AND id = $2", params![db.id(), id, until]).await?;
    Ok(())
}

pub async fn held_until(db: &Firm, id: UserId) -> Result<Option<Time>> {
    let row = db.one("SELECT held_until FROM login WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?;
    row.map(|r| r.opt_time("held_until")).transpose().map(Option::flatten)
}
