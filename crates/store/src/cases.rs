//! Repair cases and what somebody has been told of them. Decides nothing.

use crate::{Firm, Result, Row, params};
use model::repair::{Cause, End, Known, Owner};
use model::{CaseId, ConnectionId, HouseholdId, MemberId, Time};

#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub id: CaseId,
    pub household: HouseholdId,
    pub member: MemberId,
    /// None where a person's mail comes back.
    pub connection: Option<ConnectionId>,
    pub institution: String,
    pub cause: Cause,
    /// Since when it has been this cause.
    pub since: Time,
    /// Whose move it was when somebody looked last.
    pub owner: Owner,
    pub due_at: Time,
    pub consent_ends: Option<Time>,
    pub mended: Option<(Time, End)>,
    pub mends: i64,
    pub reported_at: Option<Time>,
    pub turn: i64,
    pub opened_at: Time,
    pub closed: Option<(Time, End)>,
}

impl Case {
    /// What the rules need to know of it.
    pub fn known(&self) -> Known {
        Known {
            cause: self.cause,
            since: self.since,
            consent_ends: self.consent_ends,
            mended: self.mended.map(|(t, _)| t),
            reported: self.reported_at,
        }
    }
}

fn pair(r: &Row, at: &'static str, by: &'static str) -> Result<Option<(Time, End)>> {
    let by = r.opt_text(by)?.map(|k| End::from_key(&k).ok_or(crate::Error::Unreadable(at))).transpose()?;
    Ok(r.opt_time(at)?.zip(by))
}

fn read(r: &Row) -> Result<Case> {
    Ok(Case {
        id: r.id("id")?,
        household: r.id("household_id")?,
        member: r.id("member_id")?,
        connection: r.opt_id("connection_id")?,
        institution: r.text("institution")?,
        cause: r.word("cause", Cause::from_key)?,
        since: r.time("since")?,
        owner: r.word("owner", Owner::from_key)?,
        due_at: r.time("due_at")?,
        consent_ends: r.opt_time("consent_ends")?,
        mended: pair(r, "mended_at", "mended_by")?,
        mends: r.int("mends")?,
        reported_at: r.opt_time("reported_at")?,
        turn: r.int("turn")?,
        opened_at: r.time("opened_at")?,
        closed: pair(r, "closed_at", "closed_by")?,
    })
}

/// Opens a case. False when one is open for this connection, or for this person's mail, already.
pub async fn insert(db: &Firm, c: &Case) -> Result<bool> {
    let sql = "INSERT INTO repair_case (firm_id, id, household_id, member_id, connection_id, institution, cause, since, owner, due_at, \
               consent_ends, opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING";
    let values = params![
        db.id(),
        c.id,
        c.household,
        c.member,
        c.connection,
        &c.institution,
        c.cause.key(),
        c.since,
        c.owner.key(),
        c.due_at,
        c.consent_ends,
        c.opened_at,
    ];
    Ok(db.exec(sql, values).await? == 1)
}

/// Keeps what has changed of an open case. False when it has been closed meanwhile.
pub async fn save(db: &Firm, c: &Case) -> Result<bool> {
    let sql = "UPDATE repair_case SET cause = $3, since = $4, owner = $5, due_at = $6, consent_ends = $7, mended_at = $8, mended_by = $9, \
               mends = $10, reported_at = $11, turn = $12 WHERE firm_id = $1 AND id = $2 AND closed_at IS NULL";
    let values = params![
        db.id(),
        c.id,
        c.cause.key(),
        c.since,
        c.owner.key(),
        c.due_at,
        c.consent_ends,
        c.mended.map(|(t, _)| t),
        c.mended.map(|(_, by)| by.key()),
        c.mends,
        c.reported_at,
        c.turn,
    ];
    Ok(db.exec(sql, values).await? == 1)
}

/// Closes a case: true for exactly one caller.
pub async fn close(db: &Firm, id: CaseId, by: End, now: Time) -> Result<bool> {
    let sql = "UPDATE repair_case SET closed_at = $3, closed_by = $4, turn = turn + 1 WHERE firm_id = $1 AND id = $2 AND closed_at IS NULL";
    Ok(db.exec(sql, params![db.id(), id, now, by.key()]).await? == 1)
}

/// Takes the case's row for this unit.
pub async fn hold(db: &Firm, id: CaseId) -> Result<()> {
    db.exec("UPDATE repair_case SET turn = turn WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?;
    Ok(())
}

pub async fn find(db: &Firm, id: CaseId) -> Result<Option<Case>> {
    db.one("SELECT * FROM repair_case WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?.as_ref().map(read).transpose()
}

/// The open case of a connection.
pub async fn of_connection(db: &Firm, id: ConnectionId) -> Result<Option<Case>> {
    let sql = "SELECT * FROM repair_case WHERE firm_id = $1 AND connection_id = $2 AND closed_at IS NULL";
    db.one(sql, params![db.id(), id]).await?.as_ref().map(read).transpose()
}

/// The open case of a person whose mail comes back.
pub async fn of_mail(db: &Firm, member: MemberId) -> Result<Option<Case>> {
    let sql = "SELECT * FROM repair_case WHERE firm_id = $1 AND member_id = $2 AND connection_id IS NULL AND closed_at IS NULL";
    db.one(sql, params![db.id(), member]).await?.as_ref().map(read).transpose()
}

/// The open cases of one person.
pub async fn of_member(db: &Firm, member: MemberId) -> Result<Vec<Case>> {
    let sql = "SELECT * FROM repair_case WHERE firm_id = $1 AND member_id = $2 AND closed_at IS NULL ORDER BY opened_at, id";
    db.all(sql, params![db.id(), member]).await?.iter().map(read).collect()
}

/// The cases of one connection, newest first.
pub async fn all_of_connection(db: &Firm, id: ConnectionId) -> Result<Vec<Case>> {
    let sql = "SELECT * FROM repair_case WHERE firm_id = $1 AND connection_id = $2 ORDER BY opened_at DESC, id DESC";
    db.all(sql, params![db.id(), id]).await?.iter().map(read).collect()
}

/// Every open case of the firm, the longest open first.
pub async fn open(db: &Firm) -> Result<Vec<Case>> {
    let sql = "SELECT * FROM repair_case WHERE firm_id = $1 AND closed_at IS NULL ORDER BY opened_at, id";
    db.all(sql, params![db.id()]).await?.iter().map(read).collect()
}

/// The open cases of some households.
pub async fn open_of(db: &Firm, households: &[HouseholdId]) -> Result<Vec<Case>> {
    if households.is_empty() {
        return Ok(Vec::new());
    }
    let (list, mut values) = crate::households::within(households, 2);
    values.insert(0, crate::Param::param(db.id()));
    let sql =
        format!("SELECT * FROM repair_case WHERE firm_id = $1 AND household_id IN ({list}) AND closed_at IS NULL ORDER BY opened_at, id");
    db.all(&sql, values).await?.iter().map(read).collect()
}

/// Those that were closed since an instant, newest first.
pub async fn closed(db: &Firm, since: Time, limit: u32) -> Result<Vec<Case>> {
    let sql = "SELECT * FROM repair_case WHERE firm_id = $1 AND closed_at >= $2 ORDER BY closed_at DESC, id DESC LIMIT $3";
    db.all(sql, params![db.id(), since, limit]).await?.iter().map(read).collect()
}

/// True the first time that this is told.
pub async fn first_told(db: &Firm, thing: &str, now: Time) -> Result<bool> {
    let sql = "INSERT INTO notice (firm_id, thing, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(db.exec(sql, params![db.id(), thing, now]).await? == 1)
}

/// When something was told.
pub async fn told(db: &Firm, thing: &str) -> Result<Option<Time>> {
    let row = db.one("SELECT at FROM notice WHERE firm_id = $1 AND thing = $2", params![db.id(), thing]).await?;
    row.map(|r| r.time("at")).transpose()
}
