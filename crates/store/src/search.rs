//! The search over everything: households and people by their folded names, institutions that somebody of the firm connected. Each statement
//! sees only the households that the reader may see.

use crate::{Firm, Param, Result, Row, params};
use model::fact::HouseholdStatus;
use model::{HouseholdId, UserId};

/// A household, or a person of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub household: HouseholdId,
    /// The household's name.
    pub home: String,
    pub status: HouseholdStatus,
    pub private: bool,
    /// The person's name; none for the household itself.
    pub person: Option<String>,
}

fn read(r: &Row) -> Result<Hit> {
    Ok(Hit {
        household: r.id("household_id")?,
        home: r.text("home")?,
        status: r.word("status", HouseholdStatus::from_key)?,
        private: r.flag("private")?,
        person: r.opt_text("person")?,
    })
}

/// What the reader may see; nobody named sees private households too.
fn visible(seen_by: Option<UserId>, values: &mut Vec<crate::Value>) -> String {
    let Some(who) = seen_by else { return String::new() };
    values.push(who.param());
    let n = values.len();
    format!(
        " AND (h.private = FALSE OR h.lead_id = ${n} OR EXISTS (SELECT 1 FROM team t WHERE t.firm_id = h.firm_id \
         AND t.household_id = h.id AND t.login_id = ${n}))"
    )
}

/// Each word somewhere in the column; names that begin with the first word come first.
fn words(column: &str, words: &[String], values: &mut Vec<crate::Value>) -> (String, String) {
    let bare = |w: &String| w.replace(['%', '_', '\\'], "");
    let mut sql = String::new();
    for w in words {
        values.push(format!("%{}%", bare(w)).param());
        sql += &format!(" AND {column} LIKE ${}", values.len());
    }
    values.push(format!("{}%", words.first().map(bare).unwrap_or_default()).param());
    let order = format!("CASE WHEN {column} LIKE ${} THEN 0 ELSE 1 END, {column}", values.len());
    (sql, order)
}

pub async fn households(db: &Firm, seen_by: Option<UserId>, typed: &[String], limit: u32) -> Result<Vec<Hit>> {
    let mut values = params![db.id()];
    let may = visible(seen_by, &mut values);
    let (fits, order) = words("h.name_key", typed, &mut values);
    values.push(limit.param());
    let sql = format!(
        "SELECT h.id AS household_id, h.name AS home, h.status, h.private, NULL AS person FROM household h \
         WHERE h.firm_id = $1{may}{fits} ORDER BY {order}, h.id LIMIT ${}",
        values.len()
    );
    db.all(&sql, values).await?.iter().map(read).collect()
}

pub async fn people(db: &Firm, seen_by: Option<UserId>, typed: &[String], limit: u32) -> Result<Vec<Hit>> {
    let mut values = params![db.id()];
    let may = visible(seen_by, &mut values);
    let (fits, order) = words("m.name_key", typed, &mut values);
    values.push(limit.param());
    let sql = format!(
        "SELECT m.household_id, h.name AS home, h.status, h.private, m.name AS person FROM member m \
         JOIN household h ON h.firm_id = m.firm_id AND h.id = m.household_id \
         WHERE m.firm_id = $1 AND m.active = TRUE{may}{fits} ORDER BY {order}, m.id LIMIT ${}",
        values.len()
    );
    db.all(&sql, values).await?.iter().map(read).collect()
}

/// An institution that people of the firm connected.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub name: String,
    pub connections: usize,
    pub households: usize,
}

/// All of them, by name: they are few, and how names are folded is not the database's to know.
pub async fn places(db: &Firm, seen_by: Option<UserId>) -> Result<Vec<Place>> {
    let mut values = params![db.id()];
    let may = visible(seen_by, &mut values);
    let sql = format!(
        "SELECT c.institution, CAST(count(*) AS bigint) AS connections, CAST(count(DISTINCT c.household_id) AS bigint) AS households \
         FROM connection c JOIN household h ON h.firm_id = c.firm_id AND h.id = c.household_id \
         WHERE c.firm_id = $1 AND c.removal = 'none'{may} GROUP BY c.institution ORDER BY c.institution"
    );
    let read = |r: &Row| {
        Ok(Place { name: r.text("institution")?, connections: r.int("connections")? as usize, households: r.int("households")? as usize })
    };
    db.all(&sql, values).await?.iter().map(read).collect()
}
