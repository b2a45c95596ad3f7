//! Connections across the firm's households, counted by state and cut into pages by the database: ten thousand households are no more work
//! for a page than ten.

use crate::connections::{Connection, read};
use crate::{Firm, Param, Result, params};
use model::{ConnectionState, Time, UserId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// What has failed longest comes first.
    #[default]
    Age,
    Household,
}

/// Which connections, seen by whom.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only in households that this person may see; `None` sees private ones too.
    pub seen_by: Option<UserId>,
    /// Only in households that this person leads or works on.
    pub mine: Option<UserId>,
    /// Only these states; all of them when there are none.
    pub states: Vec<ConnectionState>,
    /// Only those that are being refreshed then.
    pub running_at: Option<Time>,
    pub institution: Option<String>,
    pub order: Order,
    pub limit: u32,
    pub offset: u32,
}

impl Filter {
    fn condition(&self, db: &Firm) -> (String, Vec<crate::Value>) {
        let mut sql = "FROM connection c JOIN household h ON h.firm_id = c.firm_id AND h.id = c.household_id \
                       WHERE c.firm_id = $1 AND c.removal = 'none'"
            .to_owned();
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
        if !self.states.is_empty() {
            let words: Vec<String> = self.states.iter().map(|s| format!("'{}'", s.key())).collect();
            sql += &format!(" AND c.state IN ({})", words.join(", "));
        }
        if let Some(at) = self.running_at {
            values.push(at.param());
            sql += &format!(" AND c.lease_until > ${}", values.len());
        }
        if let Some(name) = &self.institution {
            values.push(name.param());
            sql += &format!(" AND c.institution = ${}", values.len());
        }
        (sql, values)
    }
}

pub async fn page(db: &Firm, filter: &Filter) -> Result<Vec<Connection>> {
    let (from, mut values) = filter.condition(db);
    let order = match filter.order {
        Order::Age => "COALESCE(c.failing_since, c.succeeded_at, c.created_at), c.id",
        Order::Household => "h.name_key, c.institution, c.id",
    };
    let n = values.len();
    values.extend(params![filter.limit, filter.offset]);
    let sql = format!("SELECT c.* {from} ORDER BY {order} LIMIT ${} OFFSET ${}", n + 1, n + 2);
    db.all(&sql, values).await?.iter().map(read).collect()
}

/// How many of each state there are.
pub async fn states(db: &Firm, filter: &Filter) -> Result<Vec<(ConnectionState, usize)>> {
    let (from, values) = filter.condition(db);
    let sql = format!("SELECT c.state, CAST(count(*) AS bigint) AS n {from} GROUP BY c.state");
    let rows = db.all(&sql, values).await?;
    rows.iter().map(|r| Ok((r.word("state", ConnectionState::from_key)?, r.int("n")? as usize))).collect()
}

/// The institutions that have such connections, by name.
pub async fn institutions(db: &Firm, filter: &Filter) -> Result<Vec<String>> {
    let (from, values) = filter.condition(db);
    let sql = format!("SELECT DISTINCT c.institution {from} ORDER BY c.institution LIMIT 500");
    db.all(&sql, values).await?.iter().map(|r| r.text("institution")).collect()
}
