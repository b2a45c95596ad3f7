//! Which accounts are one: what was asked and answered, what was joined and parted, whose names and rows moved.

use crate::row::to_json;
use crate::{Firm, Result, Row, params};
use model::fact::AccountFact;
use model::identity::Reason;
use model::{AccountId, ConnectionId, HouseholdId, InstitutionId, JoinId, Time};
use serde::{Deserialize, Serialize};

/// "Is this the same account?" about one that was found and one that was known.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub household: HouseholdId,
    /// The newer one.
    pub account: AccountId,
    pub other: AccountId,
    pub score: u32,
    pub reasons: Vec<Reason>,
    pub asked_at: Time,
}

fn question(r: &Row, household: HouseholdId) -> Result<Question> {
    Ok(Question {
        household,
        account: r.id("account_id")?,
        other: r.id("other_id")?,
        score: u32::try_from(r.int("score")?).unwrap_or(0),
        reasons: r.json("reasons")?,
        asked_at: r.time("asked_at")?,
    })
}

/// Asks once: a pair that was ever asked about, in either order, is left alone. Says whether it is new.
pub async fn ask(db: &Firm, q: &Question) -> Result<bool> {
    if answer(db, q.account, q.other).await?.is_some() {
        return Ok(false);
    }
    let sql = "INSERT INTO same_account (firm_id, account_id, other_id, household_id, score, reasons, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = params![db.id(), q.account, q.other, q.household, i64::from(q.score), to_json(&q.reasons)?, q.asked_at];
    db.exec(sql, values).await?;
    Ok(true)
}

/// What is known of a pair, in either order; "" while nobody has answered.
pub async fn answer(db: &Firm, a: AccountId, b: AccountId) -> Result<Option<String>> {
    let sql = "SELECT answer FROM same_account WHERE firm_id = $1 AND ((account_id = $2 AND other_id = $3) OR (account_id = $3 AND other_id = $2))";
    let row = db.one(sql, params![db.id(), a, b]).await?;
    row.map(|r| Ok(r.opt_text("answer")?.unwrap_or_default())).transpose()
}

/// The open questions of a household, both accounts there to be shown.
pub async fn open(db: &Firm, household: HouseholdId) -> Result<Vec<Question>> {
    let sql = "SELECT q.account_id, q.other_id, q.score, q.reasons, q.asked_at FROM same_account q \
               JOIN account a ON a.firm_id = q.firm_id AND a.id = q.account_id JOIN account o ON o.firm_id = q.firm_id AND o.id = q.other_id \
               WHERE q.firm_id = $1 AND q.household_id = $2 AND q.answer IS NULL AND a.state <> 'deleted' AND o.state <> 'deleted' \
               AND a.same_as IS NULL AND o.same_as IS NULL ORDER BY q.asked_at, q.account_id, q.score DESC, q.other_id";
    db.all(sql, params![db.id(), household]).await?.iter().map(|r| question(r, household)).collect()
}

/// The open questions that name one account.
pub async fn of_one(db: &Firm, household: HouseholdId, account: AccountId) -> Result<Vec<Question>> {
    let sql = "SELECT account_id, other_id, score, reasons, asked_at FROM same_account WHERE firm_id = $1 AND (account_id = $2 OR other_id = $2) \
               AND answer IS NULL ORDER BY asked_at, account_id, other_id";
    db.all(sql, params![db.id(), account]).await?.iter().map(|r| question(r, household)).collect()
}

/// Writes an answer for good. False when somebody was quicker.
pub async fn settle(db: &Firm, a: AccountId, b: AccountId, answer: &str, by: &str, now: Time) -> Result<bool> {
    let sql = "UPDATE same_account SET answer = $4, answered_by = $5, answered_at = $6 WHERE firm_id = $1 AND answer IS NULL \
               AND ((account_id = $2 AND other_id = $3) OR (account_id = $3 AND other_id = $2))";
    Ok(db.exec(sql, params![db.id(), a, b, answer, by, now]).await? > 0)
}

/// People have said that these two are two: no match asks about them again.
pub async fn keep_apart(db: &Firm, household: HouseholdId, a: AccountId, b: AccountId, by: &str, now: Time) -> Result<()> {
    let sql = "UPDATE same_account SET answer = 'different', answered_by = $4, answered_at = $5 WHERE firm_id = $1 \
               AND ((account_id = $2 AND other_id = $3) OR (account_id = $3 AND other_id = $2))";
    if db.exec(sql, params![db.id(), a, b, by, now]).await? == 0 {
        let sql = "INSERT INTO same_account (firm_id, account_id, other_id, household_id, score, reasons, answer, asked_at, answered_at, answered_by) \
                   VALUES ($1, $2, $3, $4, 0, '[]', 'different', $6, $6, $5)";
        db.exec(sql, params![db.id(), a, b, household, by, now]).await?;
    }
    Ok(())
}

/// Times that stand in no log: put back as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Times {
    pub confirmed: Option<Time>,
    pub missing: Option<Time>,
}

/// What it takes to make two of one again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Before {
    pub face: AccountFact,
    pub path: AccountFact,
    pub face_times: Times,
    pub path_times: Times,
    /// The last row of the face's log before.
    pub face_seq: i64,
    /// The path's own account was made when the two were parted: before that it was nothing but a name.
    #[serde(default)]
    pub split: bool,
    /// The path brings the face's values.
    pub feeds: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    pub id: JoinId,
    pub household: HouseholdId,
    /// The account that is shown: its name, owners and history.
    pub face: AccountId,
    /// The one behind it.
    pub path: AccountId,
    /// `same`, `link`, `moved`.
    pub kind: String,
    pub reasons: Vec<Reason>,
    pub before: Before,
    pub joined_at: Time,
    pub joined_by: String,
}

pub async fn insert(db: &Firm, j: &Join) -> Result<()> {
    let sql = "INSERT INTO account_join (firm_id, id, household_id, account_id, path_id, kind, reasons, before, joined_at, joined_by) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let (reasons, before) = (to_json(&j.reasons)?, to_json(&j.before)?);
    let values = params![db.id(), j.id, j.household, j.face, j.path, &j.kind, reasons, before, j.joined_at, &j.joined_by];
    db.exec(sql, values).await?;
    Ok(())
}

pub async fn set_before(db: &Firm, id: JoinId, before: &Before) -> Result<()> {
    db.exec("UPDATE account_join SET before = $3 WHERE firm_id = $1 AND id = $2", params![db.id(), id, to_json(before)?]).await?;
    Ok(())
}

fn read(r: &Row) -> Result<Join> {
    Ok(Join {
        id: r.id("id")?,
        household: r.id("household_id")?,
        face: r.id("account_id")?,
        path: r.id("path_id")?,
        kind: r.text("kind")?,
        reasons: r.json("reasons")?,
        before: r.json("before")?,
        joined_at: r.time("joined_at")?,
        joined_by: r.text("joined_by")?,
    })
}

/// A join that holds.
pub async fn find(db: &Firm, id: JoinId) -> Result<Option<Join>> {
    let sql = "SELECT * FROM account_join WHERE firm_id = $1 AND id = $2 AND parted_at IS NULL";
    db.one(sql, params![db.id(), id]).await?.as_ref().map(read).transpose()
}

/// The joins that hold of one account, newest first: they come apart in that order.
pub async fn of_account(db: &Firm, face: AccountId) -> Result<Vec<Join>> {
    let sql = "SELECT * FROM account_join WHERE firm_id = $1 AND account_id = $2 AND parted_at IS NULL ORDER BY joined_at DESC, id DESC";
    db.all(sql, params![db.id(), face]).await?.iter().map(read).collect()
}

pub async fn of_household(db: &Firm, household: HouseholdId) -> Result<Vec<Join>> {
    let sql = "SELECT * FROM account_join WHERE firm_id = $1 AND household_id = $2 AND parted_at IS NULL ORDER BY joined_at, id";
    db.all(sql, params![db.id(), household]).await?.iter().map(read).collect()
}

/// False when it was parted already.
pub async fn part(db: &Firm, id: JoinId, by: &str, now: Time) -> Result<bool> {
    let sql = "UPDATE account_join SET parted_at = $3, parted_by = $4 WHERE firm_id = $1 AND id = $2 AND parted_at IS NULL";
    Ok(db.exec(sql, params![db.id(), id, now, by]).await? == 1)
}

/// Names of one institution that people have said to be one, the given one not among them. Folded: see [`fold`].
pub async fn other_names(db: &Firm, name: &str) -> Result<Vec<String>> {
    let sql = "SELECT one AS name FROM same_institution WHERE firm_id = $1 AND other = $2 \
               UNION SELECT other AS name FROM same_institution WHERE firm_id = $1 AND one = $2";
    db.all(sql, params![db.id(), fold(name)]).await?.iter().map(|r| r.text("name")).collect()
}

/// Other names of an institution in the directory, which all firms share.
pub async fn directory_names(db: &Firm, institution: InstitutionId) -> Result<Vec<String>> {
    let sql = "SELECT alias FROM institution_alias WHERE institution_id = $1";
    db.all(sql, params![institution]).await?.iter().map(|r| r.text("alias")).collect()
}

pub async fn say_same_institution(db: &Firm, one: &str, other: &str, now: Time) -> Result<()> {
    let (one, other) = (fold(one), fold(other));
    if one.is_empty() || other.is_empty() || one == other {
        return Ok(());
    }
    let sql = "INSERT INTO same_institution (firm_id, one, other, said_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    db.exec(sql, params![db.id(), one, other, now]).await?;
    Ok(())
}

fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What people said of an account that vanished, and since when it had then been missing.
pub async fn vanished(db: &Firm, household: HouseholdId) -> Result<Vec<(AccountId, String, Time)>> {
    let sql = "SELECT v.account_id, v.answer, v.since FROM vanished v JOIN account a ON a.firm_id = v.firm_id AND a.id = v.account_id \
               WHERE v.firm_id = $1 AND a.household_id = $2";
    let read = |r: &Row| Ok((r.id("account_id")?, r.text("answer")?, r.time("since")?));
    db.all(sql, params![db.id(), household]).await?.iter().map(read).collect()
}

pub async fn say_vanished(db: &Firm, account: AccountId, answer: &str, since: Time, by: &str, now: Time) -> Result<()> {
    let sql = "INSERT INTO vanished (firm_id, account_id, answer, since, answered_at, answered_by) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (firm_id, account_id) DO UPDATE SET answer = $3, since = $4, answered_at = $5, answered_by = $6";
    db.exec(sql, params![db.id(), account, answer, since, now, by]).await?;
    Ok(())
}

/// Takes the connections of some accounts for this unit, in one order for everybody: no answer is applied meanwhile.
pub async fn hold(db: &Firm, connections: &[Option<ConnectionId>]) -> Result<()> {
    let mut ids: Vec<ConnectionId> = connections.iter().flatten().copied().collect();
    ids.sort();
    ids.dedup();
    for id in ids {
        crate::connections::hold(db, id).await?;
    }
    Ok(())
}
