//! The people of a household.

use crate::households::within;
use crate::{Firm, Param, Result, Row, params};
use model::fact::MemberRole;
use model::{Date, HouseholdId, MemberId};

#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub id: MemberId,
    pub household: HouseholdId,
    pub name: String,
    /// The name as it is searched.
    pub name_key: String,
    pub given: String,
    pub role: MemberRole,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub born: Option<Date>,
    /// About when, where the day is not known.
    pub born_year: Option<i16>,
    /// Left the household: kept for history, shown nowhere.
    pub active: bool,
    pub place: i64,
}

fn read(r: &Row) -> Result<Member> {
    Ok(Member {
        id: r.id("id")?,
        household: r.id("household_id")?,
        name: r.text("name")?,
        name_key: r.text("name_key")?,
        given: r.text("given")?,
        role: r.word("role", MemberRole::from_key)?,
        email: r.opt_text("email")?,
        phone: r.opt_text("phone")?,
        born: r.opt_date("born")?,
        born_year: r.opt_int("born_year")?.and_then(|y| i16::try_from(y).ok()),
        active: r.flag("active")?,
        place: r.int("place")?,
    })
}

pub async fn find(db: &Firm, id: MemberId) -> Result<Option<Member>> {
    let row = db.one("SELECT * FROM member WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?;
    row.as_ref().map(read).transpose()
}

/// Everybody who belongs to the household now, in the order of the page.
pub async fn of_household(db: &Firm, household: HouseholdId) -> Result<Vec<Member>> {
    of_households(db, &[household]).await
}

/// The people of several households.
pub async fn of_households(db: &Firm, households: &[HouseholdId]) -> Result<Vec<Member>> {
    if households.is_empty() {
        return Ok(Vec::new());
    }
    let (list, mut values) = within(households, 2);
    values.insert(0, db.id().param());
    let sql = format!("SELECT * FROM member WHERE firm_id = $1 AND household_id IN ({list}) AND active = TRUE ORDER BY place, id");
    db.all(&sql, values).await?.iter().map(read).collect()
}

pub async fn all(db: &Firm) -> Result<Vec<Member>> {
    db.all("SELECT * FROM member WHERE firm_id = $1 ORDER BY id", params![db.id()]).await?.iter().map(read).collect()
}

pub async fn save(db: &Firm, m: &Member) -> Result<()> {
    let sql = "INSERT INTO member (firm_id, id, household_id, name, name_key, given, role, email, phone, born, active, place, born_year) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
               ON CONFLICT (firm_id, id) DO UPDATE SET name = $4, name_key = $5, given = $6, role = $7, email = $8, phone = $9, born = $10, \
               active = $11, place = $12, born_year = $13";
    let values = params![
        db.id(),
        m.id,
        m.household,
        &m.name,
        &m.name_key,
        &m.given,
        m.role.key(),
        m.email.as_deref(),
        m.phone.as_deref(),
        m.born,
        m.active,
        m.place,
        m.born_year.map(i64::from)
    ];
    db.exec(sql, values).await?;
    Ok(())
}
