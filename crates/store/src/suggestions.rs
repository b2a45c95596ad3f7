//! What clients suggested or reported, until the adviser has answered and afterwards. Decides nothing.

use crate::{Firm, Result, Row, params};
use model::suggestion::{SuggestionKind, SuggestionState};
use model::{HouseholdId, SuggestionId, Time, UserId};

#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    pub id: SuggestionId,
    pub household: HouseholdId,
    /// Who said it.
    pub login: UserId,
    pub kind: SuggestionKind,
    /// What it is about, as the page called it.
    pub about: String,
    /// An account's id or a page's key; nothing: the whole household.
    pub about_id: Option<String>,
    pub words: String,
    /// A new value for an account kept by hand: what accepting it writes.
    pub draft: Option<Draft>,
    pub state: SuggestionState,
    pub answer: Option<String>,
    pub answered_by: Option<UserId>,
    pub created_at: Time,
    pub answered_at: Option<Time>,
}

/// What was typed, as it was typed: checked when it is sent and again when it is accepted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Draft {
    pub value: String,
    pub as_of: String,
}

fn read(r: &Row) -> Result<Suggestion> {
    Ok(Suggestion {
        id: r.id("id")?,
        household: r.id("household_id")?,
        login: r.id("login_id")?,
        kind: r.word("kind", SuggestionKind::from_key)?,
        about: r.text("about")?,
        about_id: r.opt_text("about_id")?,
        words: r.text("words")?,
        draft: match r.opt_text("draft")? {
            Some(_) => Some(r.json("draft")?),
            None => None,
        },
        state: r.word("state", SuggestionState::from_key)?,
        answer: r.opt_text("answer")?,
        answered_by: r.opt_id("answered_by")?,
        created_at: r.time("created_at")?,
        answered_at: r.opt_time("answered_at")?,
    })
}

pub async fn insert(db: &Firm, s: &Suggestion) -> Result<()> {
    let sql = "INSERT INTO suggestion (firm_id, id, household_id, login_id, kind, about, about_id, words, draft, state, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let draft = s.draft.as_ref().map(crate::row::to_json).transpose()?;
    let values = params![
        db.id(),
        s.id,
        s.household,
        s.login,
        s.kind.key(),
        &s.about,
        s.about_id.as_deref(),
        &s.words,
        draft.as_deref(),
        s.state.key(),
        s.created_at,
    ];
    db.exec(sql, values).await?;
    Ok(())
}

pub async fn find(db: &Firm, id: SuggestionId) -> Result<Option<Suggestion>> {
    db.one("SELECT * FROM suggestion WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?.as_ref().map(read).transpose()
}

/// Everything said about a household: what waits first, then the newest.
pub async fn of_household(db: &Firm, household: HouseholdId, limit: u32) -> Result<Vec<Suggestion>> {
    let sql = "SELECT * FROM suggestion WHERE firm_id = $1 AND household_id = $2 \
               ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, created_at DESC, id DESC LIMIT $3";
    db.all(sql, params![db.id(), household, limit]).await?.iter().map(read).collect()
}

/// What one client said about a household, newest first.
pub async fn of_login(db: &Firm, household: HouseholdId, login: UserId, limit: u32) -> Result<Vec<Suggestion>> {
    let sql =
        "SELECT * FROM suggestion WHERE firm_id = $1 AND household_id = $2 AND login_id = $3 ORDER BY created_at DESC, id DESC LIMIT $4";
    db.all(sql, params![db.id(), household, login, limit]).await?.iter().map(read).collect()
}

/// How many wait for an answer.
pub async fn waiting(db: &Firm, household: HouseholdId) -> Result<usize> {
    let sql = "SELECT CAST(count(*) AS bigint) AS n FROM suggestion WHERE firm_id = $1 AND household_id = $2 AND state = 'open'";
    Ok(db.one(sql, params![db.id(), household]).await?.map_or(Ok(0), |r| r.int("n"))? as usize)
}

/// Answers what is still open: true for exactly one caller.
pub async fn answer(db: &Firm, id: SuggestionId, state: SuggestionState, words: &str, by: UserId, now: Time) -> Result<bool> {
    let sql = "UPDATE suggestion SET state = $3, answer = $4, answered_by = $5, answered_at = $6 \
               WHERE firm_id = $1 AND id = $2 AND state = 'open'";
    Ok(db.exec(sql, params![db.id(), id, state.key(), words, by, now]).await? == 1)
}
