//! What somebody is to the firm and to one household: the facts that permissions are decided on. Decides nothing itself.

use crate::{Firm, Result, params};
use model::permission::{Role, Standing, TeamRole};
use model::plan::Plan;
use model::{HouseholdId, UserId};

/// The role of somebody who may still sign in.
pub async fn role(db: &Firm, who: UserId) -> Result<Option<Role>> {
    let sql = "SELECT role FROM login WHERE firm_id = $1 AND id = $2 AND disabled_at IS NULL";
    db.one(sql, params![db.id(), who]).await?.map(|r| r.word("role", Role::from_key)).transpose()
}

/// Where somebody stands towards a household; `None` when either does not exist in this firm.
pub async fn standing(db: &Firm, who: UserId, household: HouseholdId) -> Result<Option<Standing>> {
    let sql = "SELECT l.role AS role, h.private AS private, h.lead_id AS lead_id, t.role AS team_role \
               FROM login l JOIN household h ON h.firm_id = l.firm_id AND h.id = $3 \
               LEFT JOIN team t ON t.firm_id = h.firm_id AND t.household_id = h.id AND t.login_id = l.id \
               WHERE l.firm_id = $1 AND l.id = $2 AND l.disabled_at IS NULL";
    let Some(row) = db.one(sql, params![db.id(), who, household]).await? else { return Ok(None) };
    let lead: UserId = row.id("lead_id")?;
    let team = match row.opt_text("team_role")? {
        _ if lead == who => Some(TeamRole::Lead),
        Some(word) => Some(TeamRole::from_key(&word).ok_or(crate::Error::Unreadable("team_role"))?),
        None => None,
    };
    Ok(Some(Standing::staff(row.word("role", Role::from_key)?, team, row.flag("private")?)))
}

/// Whether the household exists in this firm.
pub async fn exists(db: &Firm, household: HouseholdId) -> Result<bool> {
    let sql = "SELECT 1 AS n FROM household WHERE firm_id = $1 AND id = $2";
    Ok(db.one(sql, params![db.id(), household]).await?.is_some())
}

/// What the firm's plan and place mean for decisions.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    pub plan: Plan,
    /// The firm's time zone, by its IANA name.
    pub zone: String,
}

pub async fn terms(db: &Firm) -> Result<Terms> {
    let row = db.one("SELECT plan, time_zone FROM firm WHERE id = $1", params![db.id()]).await?.ok_or(crate::Error::Gone)?;
    Ok(Terms { plan: row.word("plan", Plan::from_key)?, zone: row.text("time_zone")? })
}

/// One member of staff as lists and choices show them.
#[derive(Debug, Clone, PartialEq)]
pub struct Staff {
    pub id: UserId,
    pub name: String,
    pub role: Role,
    /// May still sign in.
    pub active: bool,
}

/// All staff of the firm by name, those who left too: their names stand on what they did.
pub async fn staff(db: &Firm) -> Result<Vec<Staff>> {
    let sql = "SELECT id, name, role, disabled_at FROM login WHERE firm_id = $1 AND role <> 'client' ORDER BY name, id";
    let read = |r: &crate::Row| {
        Ok(Staff {
            id: r.id("id")?,
            name: r.text("name")?,
            role: r.word("role", Role::from_key)?,
            active: r.opt_time("disabled_at")?.is_none(),
        })
    };
    db.all(sql, params![db.id()]).await?.iter().map(read).collect()
}
