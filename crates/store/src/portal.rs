//! Who may see what of a household through the portal, and the firm's own sets of rights. Decides nothing.

use crate::{Firm, Result, Row, params};
use model::portal::Rights;
use model::{HouseholdId, MemberId, PermissionSetId, Time, UserId};

/// What one login may see of one household.
#[derive(Debug, Clone, PartialEq)]
pub struct Access {
    pub household: HouseholdId,
    pub login: UserId,
    /// Who they are in the household.
    pub member: MemberId,
    /// As granted; a firm's ceiling comes on top.
    pub rights: Rights,
    /// The set it was granted as, in words.
    pub set_name: String,
    pub granted_by: UserId,
    pub granted_at: Time,
    pub changed_at: Time,
    pub ended_at: Option<Time>,
}

fn read(r: &Row) -> Result<Access> {
    Ok(Access {
        household: r.id("household_id")?,
        login: r.id("login_id")?,
        member: r.id("member_id")?,
        rights: r.word("rights", Rights::from_text)?,
        set_name: r.text("set_name")?,
        granted_by: r.id("granted_by")?,
        granted_at: r.time("granted_at")?,
        changed_at: r.time("changed_at")?,
        ended_at: r.opt_time("ended_at")?,
    })
}

/// Grants, or grants again what had ended.
pub async fn save(db: &Firm, a: &Access) -> Result<()> {
    let sql = "INSERT INTO portal_access (firm_id, household_id, login_id, member_id, rights, set_name, granted_by, granted_at, changed_at, ended_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
               ON CONFLICT (firm_id, household_id, login_id) DO UPDATE SET member_id = $4, rights = $5, set_name = $6, granted_by = $7, \
               granted_at = $8, changed_at = $9, ended_at = $10";
    let values = params![
        db.id(),
        a.household,
        a.login,
        a.member,
        a.rights.to_string(),
        &a.set_name,
        a.granted_by,
        a.granted_at,
        a.changed_at,
        a.ended_at,
    ];
    db.exec(sql, values).await?;
    Ok(())
}

/// One login's access to one household, also when it has ended.
pub async fn find(db: &Firm, household: HouseholdId, login: UserId) -> Result<Option<Access>> {
    let sql = "SELECT * FROM portal_access WHERE firm_id = $1 AND household_id = $2 AND login_id = $3";
    db.one(sql, params![db.id(), household, login]).await?.as_ref().map(read).transpose()
}

/// The households that a login may see now, the first granted first.
pub async fn of_login(db: &Firm, login: UserId) -> Result<Vec<Access>> {
    let sql = "SELECT * FROM portal_access WHERE firm_id = $1 AND login_id = $2 AND ended_at IS NULL ORDER BY granted_at, household_id";
    db.all(sql, params![db.id(), login]).await?.iter().map(read).collect()
}

/// Whether somebody who set up their sign-in anew within the day is this member.
pub async fn is_held(db: &Firm, household: HouseholdId, member: MemberId) -> Result<bool> {
    let sql = "SELECT 1 AS held FROM portal_access a JOIN login l ON l.firm_id = a.firm_id AND l.id = a.login_id \
               WHERE a.firm_id = $1 AND a.household_id = $2 AND a.member_id = $3 AND a.ended_at IS NULL AND l.held_until IS NOT NULL LIMIT 1";
    Ok(db.one(sql, params![db.id(), household, member]).await?.is_some())
}

/// Until when somebody is held who set up their sign-in anew, as [`is_held`] says whether.
pub async fn held_until(db: &Firm, household: HouseholdId, member: MemberId) -> Result<Option<Time>> {
    let sql = "SELECT max(l.held_until) AS until FROM portal_access a JOIN login l ON l.firm_id = a.firm_id AND l.id = a.login_id \
               WHERE a.firm_id = $1 AND a.household_id = $2 AND a.member_id = $3 AND a.ended_at IS NULL";
    db.one(sql, params![db.id(), household, member]).await?.map_or(Ok(None), |r| r.opt_time("until"))
}

/// Everybody who may see or could once see a household.
pub async fn of_household(db: &Firm, household: HouseholdId) -> Result<Vec<Access>> {
    let sql = "SELECT * FROM portal_access WHERE firm_id = $1 AND household_id = $2 ORDER BY granted_at, login_id";
    db.all(sql, params![db.id(), household]).await?.iter().map(read).collect()
}

/// A set of rights that the firm or one adviser made.
#[derive(Debug, Clone, PartialEq)]
pub struct Set {
    pub id: PermissionSetId,
    /// The firm's own when nobody's.
    pub owner: Option<UserId>,
    pub name: String,
    pub rights: Rights,
    pub changed_at: Time,
}

/// The sets that this person may use: the firm's and their own.
pub async fn sets(db: &Firm, who: UserId) -> Result<Vec<Set>> {
    let sql =
        "SELECT * FROM permission_set WHERE firm_id = $1 AND ended_at IS NULL AND (owner_id IS NULL OR owner_id = $2) ORDER BY name, id";
    let read = |r: &Row| {
        Ok(Set {
            id: r.id("id")?,
            owner: r.opt_id("owner_id")?,
            name: r.text("name")?,
            rights: r.word("rights", Rights::from_text)?,
            changed_at: r.time("changed_at")?,
        })
    };
    db.all(sql, params![db.id(), who]).await?.iter().map(read).collect()
}

pub async fn save_set(db: &Firm, s: &Set) -> Result<()> {
    let sql = "INSERT INTO permission_set (firm_id, id, owner_id, name, rights, changed_at) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (firm_id, id) DO UPDATE SET name = $4, rights = $5, changed_at = $6";
    db.exec(sql, params![db.id(), s.id, s.owner, &s.name, s.rights.to_string(), s.changed_at]).await?;
    Ok(())
}

/// Whether a set with this id is there, anybody's and also when it is out of use.
pub async fn set_exists(db: &Firm, id: PermissionSetId) -> Result<bool> {
    let sql = "SELECT 1 AS there FROM permission_set WHERE firm_id = $1 AND id = $2";
    Ok(db.one(sql, params![db.id(), id]).await?.is_some())
}

/// Takes a set out of use; what was granted with it stays.
pub async fn end_set(db: &Firm, id: PermissionSetId, now: Time) -> Result<bool> {
    let sql = "UPDATE permission_set SET ended_at = $3 WHERE firm_id = $1 AND id = $2 AND ended_at IS NULL";
    Ok(db.exec(sql, params![db.id(), id, now]).await? == 1)
}

/// Notes a look at client data: once for each person, household, page and hour. True when it was the first.
pub async fn look(db: &Firm, household: HouseholdId, login: UserId, page: &str, why: &str, now: Time) -> Result<bool> {
    let sql = "INSERT INTO look (firm_id, household_id, hour, login_id, page, why, at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
               ON CONFLICT (firm_id, household_id, hour, login_id, page) DO NOTHING";
    let hour = now.as_seconds().div_euclid(3600);
    Ok(db.exec(sql, params![db.id(), household, hour, login, page, why, now]).await? == 1)
}

/// One line of who looked.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    pub login: UserId,
    pub name: String,
    pub page: String,
    pub why: String,
    pub at: Time,
}

/// The latest looks at a household, newest first, older than `before`.
pub async fn looks(db: &Firm, household: HouseholdId, before: Time, limit: u32) -> Result<Vec<Look>> {
    let sql = "SELECT k.login_id, k.page, k.why, k.at, l.name FROM look k JOIN login l ON l.firm_id = k.firm_id AND l.id = k.login_id \
               WHERE k.firm_id = $1 AND k.household_id = $2 AND k.hour <= $3 AND k.at < $4 ORDER BY k.hour DESC, k.at DESC, k.login_id, k.page LIMIT $5";
    let read = |r: &Row| {
        Ok(Look { login: r.id("login_id")?, name: r.text("name")?, page: r.text("page")?, why: r.text("why")?, at: r.time("at")? })
    };
    let hour = before.as_seconds().div_euclid(3600);
    db.all(sql, params![db.id(), household, hour, before, limit]).await?.iter().map(read).collect()
}
