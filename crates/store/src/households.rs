//! Households and the team of each: the projection of what people said, and the lists over it.

use crate::{Firm, Result, Row, params};
use model::fact::HouseholdStatus;
use model::permission::TeamRole;
use model::{ConnectionState, Date, HouseholdId, Time, UserId};

#[derive(Debug, Clone, PartialEq)]
pub struct Household {
    pub id: HouseholdId,
    pub name: String,
    /// The name as it is searched and sorted.
    pub name_key: String,
    pub status: HouseholdStatus,
    pub lead: UserId,
    /// Everybody else who works on it, by id.
    pub team: Vec<(UserId, TeamRole)>,
    pub private: bool,
    pub next_review: Option<Date>,
    pub created_at: Time,
}

pub(crate) fn read(r: &Row) -> Result<Household> {
    Ok(Household {
        id: r.id("id")?,
        name: r.text("name")?,
        name_key: r.text("name_key")?,
        status: r.word("status", HouseholdStatus::from_key)?,
        lead: r.id("lead_id")?,
        team: Vec::new(),
        private: r.flag("private")?,
        next_review: r.opt_date("next_review")?,
        created_at: r.time("created_at")?,
    })
}

pub(crate) async fn with_team(db: &Firm, mut found: Vec<Household>) -> Result<Vec<Household>> {
    let ids: Vec<HouseholdId> = found.iter().map(|h| h.id).collect();
    let (list, mut values) = within(&ids, 2);
    values.insert(0, crate::Param::param(db.id()));
    let sql = format!("SELECT household_id, login_id, role FROM team WHERE firm_id = $1 AND household_id IN ({list}) ORDER BY login_id");
    if ids.is_empty() {
        return Ok(found);
    }
    for r in db.all(&sql, values).await? {
        let (of, who): (HouseholdId, UserId) = (r.id("household_id")?, r.id("login_id")?);
        let role = r.word("role", TeamRole::from_key)?;
        if let Some(h) = found.iter_mut().find(|h| h.id == of) {
            h.team.push((who, role));
        }
    }
    Ok(found)
}

/// `$n, $n+1, …` and the values for a list of ids.
pub(crate) fn within<K: model::id::Kind>(ids: &[model::Id<K>], first: usize) -> (String, Vec<crate::Value>) {
    let list: Vec<String> = (first..first + ids.len()).map(|n| format!("${n}")).collect();
    (list.join(", "), ids.iter().map(|i| crate::Param::param(*i)).collect())
}

pub async fn find(db: &Firm, id: HouseholdId) -> Result<Option<Household>> {
    let row = db.one("SELECT * FROM household WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?;
    let found = row.as_ref().map(read).transpose()?;
    Ok(with_team(db, found.into_iter().collect()).await?.pop())
}

/// Some households, each with its team.
pub async fn some(db: &Firm, ids: &[HouseholdId]) -> Result<Vec<Household>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (list, mut values) = within(ids, 2);
    values.insert(0, crate::Param::param(db.id()));
    let sql = format!("SELECT * FROM household WHERE firm_id = $1 AND id IN ({list})");
    let found = db.all(&sql, values).await?.iter().map(read).collect::<Result<Vec<_>>>()?;
    with_team(db, found).await
}

/// Every household of the firm, for the rebuild of projections.
pub async fn all(db: &Firm) -> Result<Vec<Household>> {
    let rows = db.all("SELECT * FROM household WHERE firm_id = $1 ORDER BY id", params![db.id()]).await?;
    let mut out = Vec::with_capacity(rows.len());
    for some in rows.iter().map(read).collect::<Result<Vec<_>>>()?.chunks(500) {
        out.extend(with_team(db, some.to_vec()).await?);
    }
    Ok(out)
}

/// Writes the household's row and its team.
pub async fn save(db: &Firm, h: &Household) -> Result<()> {
    let sql = "INSERT INTO household (firm_id, id, name, name_key, status, lead_id, private, next_review, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
               ON CONFLICT (firm_id, id) DO UPDATE SET name = $3, name_key = $4, status = $5, lead_id = $6, private = $7, next_review = $8";
    let (id, firm) = (h.id, db.id());
    db.exec(sql, params![firm, id, &h.name, &h.name_key, h.status.key(), h.lead, h.private, h.next_review, h.created_at]).await?;
    db.exec("DELETE FROM team WHERE firm_id = $1 AND household_id = $2", params![firm, id]).await?;
    for (who, role) in &h.team {
        let sql = "INSERT INTO team (firm_id, household_id, login_id, role) VALUES ($1, $2, $3, $4)";
        db.exec(sql, params![firm, id, *who, role.key()]).await?;
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    #[default]
    Name,
    NextReview,
    OldestValue,
    Value,
}

/// Which households, seen by whom, in which order.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those that this person may see; `None` sees private ones too.
    pub seen_by: Option<UserId>,
    /// Only those that this person leads or works on.
    pub mine: Option<UserId>,
    pub status: Option<HouseholdStatus>,
    /// Only those that their team and administrators alone see.
    pub private: bool,
    /// Only those that somebody sees in the client portal.
    pub shared: bool,
    /// Only those with a connection that needs somebody.
    pub attention: bool,
    /// Only these.
    pub among: Option<Vec<HouseholdId>>,
    /// Folded words that must all be in the household's or one of its people's names.
    pub words: Vec<String>,
    pub sort: Sort,
    pub limit: u32,
    pub offset: u32,
}

impl Filter {
    /// What a household `h` fulfils; `$1` is the firm.
    pub(crate) fn condition(&self, db: &Firm) -> (String, Vec<crate::Value>) {
        use crate::Param;
        let mut sql = "h.firm_id = $1".to_owned();
        let mut values = params![db.id()];
        let on_team = |n: usize| {
            format!(
                "(h.lead_id = ${n} OR EXISTS (SELECT 1 FROM team t WHERE t.firm_id = h.firm_id AND t.household_id = h.id AND t.login_id = ${n}))"
            )
        };
        if let Some(who) = self.seen_by {
            values.push(who.param());
            sql += &format!(" AND (h.private = FALSE OR {})", on_team(values.len()));
        }
        if let Some(who) = self.mine {
            values.push(who.param());
            sql += &format!(" AND {}", on_team(values.len()));
        }
        if let Some(status) = self.status {
            values.push(status.key().param());
            sql += &format!(" AND h.status = ${}", values.len());
        }
        if self.private {
            sql += " AND h.private = TRUE";
        }
        if self.shared {
            sql +=
                " AND EXISTS (SELECT 1 FROM portal_access p WHERE p.firm_id = h.firm_id AND p.household_id = h.id AND p.ended_at IS NULL)";
        }
        if self.attention {
            sql += &format!(
                " AND EXISTS (SELECT 1 FROM connection c WHERE c.firm_id = h.firm_id AND c.household_id = h.id AND c.state IN ({}))",
                attention_states()
            );
        }
        if let Some(ids) = &self.among {
            let (list, some) = within(ids, values.len() + 1);
            values.extend(some);
            sql += &if ids.is_empty() { " AND FALSE".to_owned() } else { format!(" AND h.id IN ({list})") };
        }
        for word in &self.words {
            values.push(format!("%{}%", word.replace(['%', '_', '\\'], "")).param());
            let n = values.len();
            sql += &format!(
                " AND (h.name_key LIKE ${n} OR EXISTS (SELECT 1 FROM member m WHERE m.firm_id = h.firm_id AND m.household_id = h.id \
                 AND m.active = TRUE AND m.name_key LIKE ${n}))"
            );
        }
        (sql, values)
    }
}

/// The states that need somebody, as a list of SQL words.
pub(crate) fn attention_states() -> String {
    let words: Vec<String> = ConnectionState::ALL.into_iter().filter(|s| s.needs_attention()).map(|s| format!("'{}'", s.key())).collect();
    words.join(", ")
}

pub async fn count(db: &Firm, filter: &Filter) -> Result<usize> {
    let (condition, values) = filter.condition(db);
    let row = db.one(&format!("SELECT CAST(count(*) AS bigint) AS n FROM household h WHERE {condition}"), values).await?;
    Ok(row.map_or(Ok(0), |r| r.int("n"))? as usize)
}

/// Of these, the ones that somebody sees in the client portal.
pub async fn shared(db: &Firm, ids: &[HouseholdId]) -> Result<Vec<HouseholdId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (list, mut values) = within(ids, 2);
    values.insert(0, crate::Param::param(db.id()));
    let sql =
        format!("SELECT DISTINCT household_id FROM portal_access WHERE firm_id = $1 AND ended_at IS NULL AND household_id IN ({list})");
    db.all(&sql, values).await?.iter().map(|r| r.id("household_id")).collect()
}

pub async fn list(db: &Firm, filter: &Filter) -> Result<Vec<Household>> {
    let (condition, mut values) = filter.condition(db);
    let counted = "FROM account a JOIN portfolio p ON p.firm_id = a.firm_id AND p.id = a.portfolio_id AND p.kind = 'current' \
                   WHERE a.firm_id = h.firm_id AND a.household_id = h.id AND a.state IN ('live', 'disconnected') AND a.same_as IS NULL";
    let order = match filter.sort {
        Sort::Name => "h.name_key, h.id".to_owned(),
        Sort::NextReview => "CASE WHEN h.next_review IS NULL THEN 1 ELSE 0 END, h.next_review, h.name_key, h.id".to_owned(),
        Sort::OldestValue => format!("COALESCE((SELECT min(a.as_of_day) {counted}), '9999'), h.name_key, h.id"),
        // Only an order: figures on pages are summed exactly, by currency, from the text.
        Sort::Value => format!("COALESCE((SELECT CAST(sum(a.value_e4) AS bigint) {counted}), 0) DESC, h.name_key, h.id"),
    };
    let n = values.len();
    values.extend(params![filter.limit, filter.offset]);
    let sql = format!("SELECT h.* FROM household h WHERE {condition} ORDER BY {order} LIMIT ${} OFFSET ${}", n + 1, n + 2);
    let found = db.all(&sql, values).await?.iter().map(read).collect::<Result<Vec<_>>>()?;
    with_team(db, found).await
}
