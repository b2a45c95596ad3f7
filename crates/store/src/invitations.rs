//! Invitations to the portal and the browsers that came in through one: hashes alone, so this file can open none.

use crate::{Firm, Result, Row, System, params};
use model::invitation::{End, Life, Proof};
use model::portal::Rights;
use model::{FirmId, HouseholdId, InvitationId, MemberId, Time, UserId};

#[derive(Debug, Clone, PartialEq)]
pub struct Invitation {
    pub firm: FirmId,
    pub id: InvitationId,
    pub household: HouseholdId,
    pub member: MemberId,
    /// Bound to this address; none lets any address sign up.
    pub email: Option<String>,
    pub proof: Proof,
    pub rights: Rights,
    pub set_name: String,
    pub made_by: UserId,
    pub created_at: Time,
    pub life: Life,
    /// "Safari on iPhone".
    pub opened_on: Option<String>,
    pub accepted_at: Option<Time>,
    /// The sign-in that accepted it; while it is open the id that a new one would get.
    pub login: Option<UserId>,
}

fn read(r: &Row) -> Result<Invitation> {
    let ended = match (r.opt_time("ended_at")?, r.opt_text("end_reason")?) {
        (Some(at), Some(why)) => Some((at, End::from_key(&why).ok_or(crate::Error::Unreadable("end_reason"))?)),
        _ => None,
    };
    Ok(Invitation {
        firm: r.id("firm_id")?,
        id: r.id("id")?,
        household: r.id("household_id")?,
        member: r.id("member_id")?,
        email: r.opt_text("email")?,
        proof: r.word("proof", Proof::from_key)?,
        rights: r.word("rights", Rights::from_text)?,
        set_name: r.text("set_name")?,
        made_by: r.id("made_by")?,
        created_at: r.time("created_at")?,
        life: Life { expires_at: r.time("expires_at")?, opened_at: r.opt_time("opened_at")?, ended },
        opened_on: r.opt_text("opened_on")?,
        accepted_at: r.opt_time("accepted_at")?,
        login: r.opt_id("login_id")?,
    })
}

pub async fn insert(db: &Firm, i: &Invitation, hash: &[u8]) -> Result<()> {
    let sql = "INSERT INTO invitation (firm_id, id, household_id, member_id, email, proof, rights, set_name, hash, made_by, created_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let values = params![
        db.id(),
        i.id,
        i.household,
        i.member,
        i.email.as_deref(),
        i.proof.key(),
        i.rights.to_string(),
        &i.set_name,
        hash,
        i.made_by,
        i.created_at,
        i.life.expires_at,
    ];
    db.exec(sql, values).await?;
    Ok(())
}

/// Whoever's this secret is: an invitation names its firm and nothing else does.
pub async fn by_hash(db: &System, hash: &[u8]) -> Result<Option<Invitation>> {
    db.one("SELECT * FROM invitation WHERE hash = $1", params![hash]).await?.as_ref().map(read).transpose()
}

pub async fn find(db: &Firm, id: InvitationId) -> Result<Option<Invitation>> {
    db.one("SELECT * FROM invitation WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?.as_ref().map(read).transpose()
}

/// Every invitation of a household, newest first.
pub async fn of_household(db: &Firm, household: HouseholdId) -> Result<Vec<Invitation>> {
    let sql = "SELECT * FROM invitation WHERE firm_id = $1 AND household_id = $2 ORDER BY created_at DESC, id DESC";
    db.all(sql, params![db.id(), household]).await?.iter().map(read).collect()
}

/// The one of a person that nothing has ended yet.
pub async fn live(db: &Firm, household: HouseholdId, member: MemberId) -> Result<Option<Invitation>> {
    let sql = "SELECT * FROM invitation WHERE firm_id = $1 AND household_id = $2 AND member_id = $3 AND ended_at IS NULL";
    db.one(sql, params![db.id(), household, member]).await?.as_ref().map(read).transpose()
}

/// Those that nothing has ended and whose secret this member of staff was shown.
pub async fn made_by(db: &Firm, who: UserId) -> Result<Vec<Invitation>> {
    let sql = "SELECT * FROM invitation WHERE firm_id = $1 AND made_by = $2 AND ended_at IS NULL ORDER BY id";
    db.all(sql, params![db.id(), who]).await?.iter().map(read).collect()
}

/// Lets one browser in: for exactly one caller, while it lives, and not while another is in. `since`: whoever came before this has had
/// their time. `login`: the id of the sign-in that may come of it.
pub async fn open(db: &Firm, id: InvitationId, now: Time, since: Time, device: &str, login: UserId) -> Result<bool> {
    let sql = "UPDATE invitation SET opened_at = $3, opened_on = $5, login_id = $6 \
               WHERE firm_id = $1 AND id = $2 AND ended_at IS NULL AND expires_at > $3 AND (opened_at IS NULL OR opened_at <= $4)";
    Ok(db.exec(sql, params![db.id(), id, now, since, device, login]).await? == 1)
}

/// Ends one. False when it had ended already.
pub async fn end(db: &Firm, id: InvitationId, now: Time, why: End) -> Result<bool> {
    let sql = "UPDATE invitation SET ended_at = $3, end_reason = $4 WHERE firm_id = $1 AND id = $2 AND ended_at IS NULL";
    Ok(db.exec(sql, params![db.id(), id, now, why.key()]).await? == 1)
}

/// Spends it: one winner. One that ran out while somebody was finishing can still be spent, one that was taken back cannot.
pub async fn accept(db: &Firm, id: InvitationId, login: UserId, now: Time) -> Result<bool> {
    let sql = "UPDATE invitation SET accepted_at = $3, login_id = $4, ended_at = $3, end_reason = 'accepted' \
               WHERE firm_id = $1 AND id = $2 AND accepted_at IS NULL AND (ended_at IS NULL OR end_reason = 'expired')";
    Ok(db.exec(sql, params![db.id(), id, now, login]).await? == 1)
}

/// One browser between opening and the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Enrolment {
    pub hash: Vec<u8>,
    pub firm: FirmId,
    pub invitation: InvitationId,
    pub created_at: Time,
    pub expires_at: Time,
    pub device: String,
    /// The address of the sign-in, bound or typed.
    pub email: Option<String>,
    pub code_hash: Option<Vec<u8>>,
    pub code_until: Option<Time>,
    pub proved_at: Option<Time>,
    pub password_hash: Option<String>,
    /// The second factor's seed, sealed.
    pub totp: Option<Vec<u8>>,
}

fn read_enrolment(r: &Row) -> Result<Option<Enrolment>> {
    // A way back in stands in the same table and is not for this.
    let Some(invitation) = r.opt_id("invitation_id")? else { return Ok(None) };
    Ok(Some(Enrolment {
        hash: r.bytes("hash")?,
        firm: r.id("firm_id")?,
        invitation,
        created_at: r.time("created_at")?,
        expires_at: r.time("expires_at")?,
        device: r.text("device")?,
        email: r.opt_text("email")?,
        code_hash: r.opt_bytes("code_hash")?,
        code_until: r.opt_time("code_until")?,
        proved_at: r.opt_time("proved_at")?,
        password_hash: r.opt_text("password_hash")?,
        totp: r.opt_bytes("totp")?,
    }))
}

pub async fn insert_enrolment(db: &Firm, e: &Enrolment) -> Result<()> {
    let sql = "INSERT INTO enrolment (hash, firm_id, invitation_id, created_at, expires_at, device, email, proved_at) \
               VALUES ($2, $1, $3, $4, $5, $6, $7, $8)";
    let values = params![db.id(), e.hash.as_slice(), e.invitation, e.created_at, e.expires_at, &e.device, e.email.as_deref(), e.proved_at];
    db.exec(sql, values).await?;
    Ok(())
}

/// Whose cookie this is; one that has ended is nobody's.
pub async fn enrolment(db: &System, hash: &[u8]) -> Result<Option<Enrolment>> {
    let row = db.one("SELECT * FROM enrolment WHERE hash = $1 AND ended_at IS NULL", params![hash]).await?;
    row.as_ref().map(read_enrolment).transpose().map(Option::flatten)
}

/// The browsers of an invitation that are in, newest first.
pub async fn enrolments(db: &Firm, id: InvitationId) -> Result<Vec<Enrolment>> {
    let sql = "SELECT * FROM enrolment WHERE firm_id = $1 AND invitation_id = $2 AND ended_at IS NULL ORDER BY created_at DESC";
    db.all(sql, params![db.id(), id]).await?.iter().filter_map(|r| read_enrolment(r).transpose()).collect()
}

/// The address the person typed; nothing is proven of it yet.
pub async fn set_address(db: &Firm, hash: &[u8], email: &str) -> Result<()> {
    let sql = "UPDATE enrolment SET email = $3, code_hash = NULL, proved_at = NULL WHERE firm_id = $1 AND hash = $2 AND ended_at IS NULL";
    db.exec(sql, params![db.id(), hash, email]).await?;
    Ok(())
}

/// A new code for this browser; it forgets the tries of the old one.
pub async fn set_code(db: &Firm, hash: &[u8], code: &[u8], until: Time) -> Result<()> {
    let sql = "UPDATE enrolment SET code_hash = $3, code_until = $4, code_tries = 0 WHERE firm_id = $1 AND hash = $2 AND ended_at IS NULL";
    db.exec(sql, params![db.id(), hash, code, until]).await?;
    Ok(())
}

/// Counts one try before it is looked at. False when there is no code that may still be tried.
pub async fn count_try(db: &Firm, hash: &[u8], most: i64, now: Time) -> Result<bool> {
    let sql = "UPDATE enrolment SET code_tries = code_tries + 1 \
               WHERE firm_id = $1 AND hash = $2 AND ended_at IS NULL AND code_hash IS NOT NULL AND code_tries < $3 AND code_until > $4";
    Ok(db.exec(sql, params![db.id(), hash, most, now]).await? == 1)
}

/// The code was right; it is spent.
pub async fn prove(db: &Firm, hash: &[u8], now: Time) -> Result<()> {
    let sql = "UPDATE enrolment SET proved_at = $3, code_hash = NULL WHERE firm_id = $1 AND hash = $2 AND ended_at IS NULL";
    db.exec(sql, params![db.id(), hash, now]).await?;
    Ok(())
}

/// Password and seed, until the first code proves that the person has both.
pub async fn propose(db: &Firm, hash: &[u8], password_hash: &str, totp: &[u8]) -> Result<()> {
    let sql = "UPDATE enrolment SET password_hash = $3, totp = $4 WHERE firm_id = $1 AND hash = $2 AND ended_at IS NULL";
    db.exec(sql, params![db.id(), hash, password_hash, totp]).await?;
    Ok(())
}

/// Ends every browser of an invitation.
pub async fn end_enrolments(db: &Firm, id: InvitationId, now: Time) -> Result<()> {
    let sql = "UPDATE enrolment SET ended_at = $3, code_hash = NULL, password_hash = NULL, totp = NULL \
               WHERE firm_id = $1 AND invitation_id = $2 AND ended_at IS NULL";
    db.exec(sql, params![db.id(), id, now]).await?;
    Ok(())
}

/// A login that a passkey alone proves: no password, no codes.
pub async fn enrol_bare(db: &Firm, login: UserId, now: Time) -> Result<()> {
    db.exec("UPDATE login SET enrolled_at = $3 WHERE firm_id = $1 AND id = $2", params![db.id(), login, now]).await?;
    Ok(())
}
