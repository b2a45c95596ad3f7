//! The log of what a person said: a change closes the version that held and opens the next, in the caller's transaction.

use crate::{Error, Firm, Result, Row, params, row::to_json};
use model::fact::Fact;
use model::{Date, FactId, HouseholdId, Time};
use uuid::Uuid;

/// One version of one entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    pub id: FactId,
    pub household: HouseholdId,
    pub entity_id: Uuid,
    pub fact: Fact,
    pub true_from: Date,
    pub known_from: Time,
    pub known_until: Option<Time>,
    pub actor: String,
}

fn read(r: &Row) -> Result<Version> {
    Ok(Version {
        id: r.id("id")?,
        household: r.id("household_id")?,
        entity_id: r.id::<model::id::Fact>("entity_id")?.uuid(),
        fact: r.json("body")?,
        true_from: r.opt_date("true_from")?.ok_or(Error::Unreadable("true_from"))?,
        known_from: r.time("known_from")?,
        known_until: r.opt_time("known_until")?,
        actor: r.text("actor")?,
    })
}

/// Closes the current version, if there is one, and opens this one.
pub async fn put(db: &Firm, v: &Version) -> Result<()> {
    let close = "UPDATE fact SET known_until = $3 WHERE firm_id = $1 AND entity_id = $2 AND known_until IS NULL";
    db.exec(close, params![db.id(), v.entity_id, v.known_from]).await?;
    db.exec(
        "INSERT INTO fact (firm_id, id, household_id, entity, entity_id, body, true_from, known_from, known_until, actor) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, $9)",
        params![db.id(), v.id, v.household, v.fact.entity(), v.entity_id, to_json(&v.fact)?, v.true_from, v.known_from, &v.actor],
    )
    .await?;
    Ok(())
}

/// What is held true now about one entity.
pub async fn current(db: &Firm, entity: Uuid) -> Result<Option<Version>> {
    let sql = "SELECT * FROM fact WHERE firm_id = $1 AND entity_id = $2 AND known_until IS NULL";
    db.one(sql, params![db.id(), entity]).await?.as_ref().map(read).transpose()
}

/// All versions of one entity, oldest first.
pub async fn history(db: &Firm, entity: Uuid) -> Result<Vec<Version>> {
    let sql = "SELECT * FROM fact WHERE firm_id = $1 AND entity_id = $2 ORDER BY known_from, id";
    db.all(sql, params![db.id(), entity]).await?.iter().map(read).collect()
}

/// What a household was made of, as known at an instant.
pub async fn of_household(db: &Firm, household: HouseholdId, known_at: Time) -> Result<Vec<Version>> {
    let sql = "SELECT * FROM fact WHERE firm_id = $1 AND household_id = $2 AND known_from <= $3 AND (known_until IS NULL OR known_until > $3) \
               ORDER BY known_from, id";
    db.all(sql, params![db.id(), household, known_at]).await?.iter().map(read).collect()
}

/// Everything that was ever said about a household, oldest first: one reading for any number of days.
pub async fn history_of_household(db: &Firm, household: HouseholdId) -> Result<Vec<Version>> {
    let sql = "SELECT * FROM fact WHERE firm_id = $1 AND household_id = $2 ORDER BY known_from, id";
    db.all(sql, params![db.id(), household]).await?.iter().map(read).collect()
}

/// What is held true now of one kind of thing in a household, in the order in which it was said first.
pub async fn current_of_kind(db: &Firm, household: HouseholdId, entity: &str) -> Result<Vec<Version>> {
    let sql = "SELECT * FROM fact WHERE firm_id = $1 AND household_id = $2 AND entity = $3 AND known_until IS NULL ORDER BY entity_id";
    db.all(sql, params![db.id(), household, entity]).await?.iter().map(read).collect()
}

/// Every current version of the firm, for the rebuild of projections.
pub async fn all_current(db: &Firm) -> Result<Vec<Version>> {
    let sql = "SELECT * FROM fact WHERE firm_id = $1 AND known_until IS NULL ORDER BY known_from, id";
    db.all(sql, params![db.id()]).await?.iter().map(read).collect()
}
