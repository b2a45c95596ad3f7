//! What the adviser's first page reads across households: who needs somebody, links that are out, and what happened lately. The database
//! counts, sorts and cuts: ten thousand households are no more work for the page than ten.

use crate::events::Event;
use crate::households::{self, Filter, Household, attention_states};
use crate::{Firm, Result, Row, params};
use model::{ConnectionState, Date, EventId, HouseholdId, MemberId, Time};

/// A link that is out, or ended a short while ago.
#[derive(Debug, Clone)]
pub struct LinkOut {
    pub household: HouseholdId,
    pub member: MemberId,
    pub person: String,
    pub created_at: Time,
    pub expires_at: Time,
    pub opened_at: Option<Time>,
    pub connected_at: Option<Time>,
    pub ended_at: Option<Time>,
    pub end_reason: Option<String>,
}

/// Those of these households that are reviewed between two days, or have a connection that needs somebody: the next review first, one that is
/// past or not planned after all others, by name.
pub async fn needing(db: &Firm, whose: &Filter, from: Date, to: Date, limit: u32) -> Result<Vec<Household>> {
    let (condition, mut values) = whose.condition(db);
    // A list that is read once: asked for each household by itself, it is read ten thousand times.
    let n = values.len();
    values.extend(params![from, to, limit]);
    let (a, b, c) = (n + 1, n + 2, n + 3);
    let sql = format!(
        "SELECT h.* FROM household h WHERE {condition} AND ((h.next_review >= ${a} AND h.next_review <= ${b}) OR h.id IN \
         (SELECT c.household_id FROM connection c WHERE c.firm_id = $1 AND c.removal = 'none' AND c.state IN ({}))) \
         ORDER BY CASE WHEN h.next_review >= ${a} THEN 0 ELSE 1 END, CASE WHEN h.next_review >= ${a} THEN h.next_review END, h.name_key, h.id \
         LIMIT ${c}",
        attention_states()
    );
    let found = db.all(&sql, values).await?.iter().map(households::read).collect::<Result<Vec<_>>>()?;
    households::with_team(db, found).await
}

/// How many of these households are reviewed between two days.
pub async fn reviews(db: &Firm, whose: &Filter, from: Date, to: Date) -> Result<usize> {
    let (condition, mut values) = whose.condition(db);
    let n = values.len();
    values.extend(params![from, to]);
    let (a, b) = (n + 1, n + 2);
    let sql = format!(
        "SELECT CAST(count(*) AS bigint) AS n FROM household h WHERE {condition} AND h.next_review >= ${a} AND h.next_review <= ${b}"
    );
    Ok(db.one(&sql, values).await?.map_or(Ok(0), |r| r.int("n"))? as usize)
}

/// Connections in some states: how many there are, and of how many households, people and institutions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waiting {
    pub connections: usize,
    pub households: usize,
    pub members: usize,
    pub institutions: usize,
    /// One of the institutions.
    pub institution: String,
}

/// Which connections wait: in some states; of those whose case has been handed on to the adviser, only they, or only the others.
pub type Group<'a> = (&'a [ConnectionState], Option<bool>);

/// Counts what waits in these households and fits one of the groups.
pub async fn waiting(db: &Firm, whose: &Filter, groups: &[Group<'_>]) -> Result<Waiting> {
    let (condition, values) = whose.condition(db);
    let case = "EXISTS (SELECT 1 FROM repair_case k WHERE k.firm_id = c.firm_id AND k.connection_id = c.id AND k.closed_at IS NULL \
                AND k.owner = 'adviser')";
    let group = |(states, handed): &Group<'_>| {
        let states: Vec<String> = states.iter().map(|s| format!("'{}'", s.key())).collect();
        let handed = match handed {
            Some(true) => format!(" AND {case}"),
            Some(false) => format!(" AND NOT {case}"),
            None => String::new(),
        };
        format!("(c.state IN ({}){handed})", states.join(", "))
    };
    let groups: Vec<String> = groups.iter().filter(|(states, _)| !states.is_empty()).map(group).collect();
    if groups.is_empty() {
        return Ok(Waiting::default());
    }
    let sql = format!(
        "SELECT CAST(count(*) AS bigint) AS n, CAST(count(DISTINCT c.household_id) AS bigint) AS hh, \
         CAST(count(DISTINCT c.member_id) AS bigint) AS m, CAST(count(DISTINCT c.institution) AS bigint) AS i, \
         COALESCE(min(c.institution), '') AS name FROM connection c JOIN household h ON h.firm_id = c.firm_id AND h.id = c.household_id \
         WHERE {condition} AND c.firm_id = $1 AND c.removal = 'none' AND ({})",
        groups.join(" OR ")
    );
    let Some(r) = db.one(&sql, values).await? else { return Ok(Waiting::default()) };
    Ok(Waiting {
        connections: r.int("n")? as usize,
        households: r.int("hh")? as usize,
        members: r.int("m")? as usize,
        institutions: r.int("i")? as usize,
        institution: r.text("name")?,
    })
}

/// Links of these households that are live at `now`, and those that ended after `since`; those that end first come first.
pub async fn links(db: &Firm, whose: &Filter, now: Time, since: Time, limit: u32) -> Result<Vec<LinkOut>> {
    let (condition, mut values) = whose.condition(db);
    let n = values.len();
    values.extend(params![now, since, limit]);
    let (a, b, c) = (n + 1, n + 2, n + 3);
    let sql = format!(
        "SELECT l.household_id, l.member_id, m.name AS person, l.created_at, l.expires_at, l.opened_at, l.connected_at, l.ended_at, \
         l.end_reason FROM link l JOIN member m ON m.firm_id = l.firm_id AND m.id = l.member_id \
         JOIN household h ON h.firm_id = l.firm_id AND h.id = l.household_id \
         WHERE {condition} AND l.firm_id = $1 AND ((l.ended_at IS NULL AND l.expires_at > ${a}) OR l.ended_at > ${b} \
         OR (l.ended_at IS NULL AND l.expires_at > ${b})) ORDER BY l.expires_at, l.id LIMIT ${c}"
    );
    let read = |r: &Row| {
        Ok(LinkOut {
            household: r.id("household_id")?,
            member: r.id("member_id")?,
            person: r.text("person")?,
            created_at: r.time("created_at")?,
            expires_at: r.time("expires_at")?,
            opened_at: r.opt_time("opened_at")?,
            connected_at: r.opt_time("connected_at")?,
            ended_at: r.opt_time("ended_at")?,
            end_reason: r.opt_text("end_reason")?,
        })
    };
    db.all(&sql, values).await?.iter().map(read).collect()
}

/// Events of some kinds in these households since an instant, newest first. An id begins with its time, so only what is as new is read.
pub async fn events(db: &Firm, whose: &Filter, kinds: &[&'static str], since: Time, limit: u32) -> Result<Vec<Event>> {
    let list: Vec<String> = kinds.iter().map(|k| format!("'{k}'")).collect();
    let (condition, mut values) = whose.condition(db);
    let n = values.len();
    values.extend(params![since, EventId::new(since, [0; 10]), limit]);
    let (a, b, c) = (n + 1, n + 2, n + 3);
    let sql = format!(
        "SELECT e.* FROM event e JOIN household h ON h.firm_id = e.firm_id AND h.id = e.household_id \
         WHERE {condition} AND e.firm_id = $1 AND e.at > ${a} AND e.id >= ${b} AND e.kind IN ({}) ORDER BY e.id DESC LIMIT ${c}",
        list.join(", ")
    );
    db.all(&sql, values).await?.iter().map(crate::events::read).collect()
}

/// Connections that need somebody in the households that one person leads or works on.
pub async fn attention(db: &Firm, who: model::UserId) -> Result<usize> {
    let sql = format!(
        "SELECT CAST(count(*) AS bigint) AS n FROM connection c JOIN household h ON h.firm_id = c.firm_id AND h.id = c.household_id \
         WHERE c.firm_id = $1 AND c.removal = 'none' AND c.state IN ({}) AND (h.lead_id = $2 OR EXISTS (SELECT 1 FROM team t \
         WHERE t.firm_id = h.firm_id AND t.household_id = h.id AND t.login_id = $2))",
        attention_states()
    );
    Ok(db.one(&sql, params![db.id(), who]).await?.map_or(Ok(0), |r| r.int("n"))? as usize)
}

/// Connections of a household that end: the provider has not confirmed yet.
pub async fn ending(db: &Firm, household: HouseholdId) -> Result<Vec<(model::ConnectionId, String)>> {
    let sql =
        "SELECT id, institution FROM connection WHERE firm_id = $1 AND household_id = $2 AND removal = 'pending' ORDER BY institution, id";
    db.all(sql, params![db.id(), household]).await?.iter().map(|r| Ok((r.id("id")?, r.text("institution")?))).collect()
}
