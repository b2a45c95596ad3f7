//! The portfolios of a household.

use crate::{Firm, Result, Row, params};
use model::{HouseholdId, PortfolioId, PortfolioKind};

#[derive(Debug, Clone, PartialEq)]
pub struct Portfolio {
    pub id: PortfolioId,
    pub household: HouseholdId,
    pub kind: PortfolioKind,
    pub name: String,
}

fn read(r: &Row) -> Result<Portfolio> {
    Ok(Portfolio {
        id: r.id("id")?,
        household: r.id("household_id")?,
        kind: r.word("kind", PortfolioKind::from_key)?,
        name: r.text("name")?,
    })
}

pub async fn find(db: &Firm, id: PortfolioId) -> Result<Option<Portfolio>> {
    let row = db.one("SELECT * FROM portfolio WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?;
    row.as_ref().map(read).transpose()
}

/// Current before Proposed before models.
pub async fn of_household(db: &Firm, household: HouseholdId) -> Result<Vec<Portfolio>> {
    let sql = "SELECT * FROM portfolio WHERE firm_id = $1 AND household_id = $2 ORDER BY kind, id";
    let mut found = db.all(sql, params![db.id(), household]).await?.iter().map(read).collect::<Result<Vec<_>>>()?;
    found.sort_by_key(|p| match p.kind {
        PortfolioKind::Current => 0,
        PortfolioKind::Proposed => 1,
        PortfolioKind::Model => 2,
    });
    Ok(found)
}

/// The Current portfolios of some households: what they own, as against what is proposed to them.
pub async fn current_of(db: &Firm, households: &[HouseholdId]) -> Result<Vec<PortfolioId>> {
    if households.is_empty() {
        return Ok(Vec::new());
    }
    let (list, mut values) = crate::households::within(households, 3);
    values.splice(0..0, params![db.id(), PortfolioKind::Current.key()]);
    let sql = format!("SELECT id FROM portfolio WHERE firm_id = $1 AND kind = $2 AND household_id IN ({list})");
    db.all(&sql, values).await?.iter().map(|r| r.id("id")).collect()
}

pub async fn all(db: &Firm) -> Result<Vec<Portfolio>> {
    db.all("SELECT * FROM portfolio WHERE firm_id = $1 ORDER BY id", params![db.id()]).await?.iter().map(read).collect()
}

pub async fn save(db: &Firm, p: &Portfolio) -> Result<()> {
    let sql = "INSERT INTO portfolio (firm_id, id, household_id, kind, name) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (firm_id, id) DO UPDATE SET kind = $4, name = $5";
    db.exec(sql, params![db.id(), p.id, p.household, p.kind.key(), &p.name]).await?;
    Ok(())
}
