//! What the firm says of the rules of signals, in versions; and what the rules read of many households at once.

use crate::households::within;
use crate::{Firm, Param, Result, Row, params};
use model::detail::Detail;
use model::documents::DocumentFact;
use model::fact::Fact;
use model::head::Head;
use model::income::IncomeFact;
use model::{AccountId, Decimal, HouseholdId, Time};
use std::collections::{HashMap, HashSet};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Draft,
    Published,
    /// A draft that was taken back.
    Dropped,
}

impl State {
    fn key(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Published => "published",
            State::Dropped => "dropped",
        }
    }
    fn from_key(key: &str) -> Option<State> {
        [State::Draft, State::Published, State::Dropped].into_iter().find(|s| s.key() == key)
    }
}

/// One version of what the firm says of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    pub rule: String,
    pub version: i64,
    pub state: State,
    pub is_on: bool,
    /// `None`: the product's own.
    pub threshold: Option<Decimal>,
    pub actor: String,
    pub at: Time,
}

fn read(r: &Row) -> Result<Setting> {
    Ok(Setting {
        rule: r.text("rule")?,
        version: r.int("version")?,
        state: r.word("state", State::from_key)?,
        is_on: r.flag("is_on")?,
        threshold: r.opt_decimal("threshold")?,
        actor: r.text("actor")?,
        at: r.time("at")?,
    })
}

/// Every version, the oldest of each rule first.
pub async fn all(db: &Firm) -> Result<Vec<Setting>> {
    let sql = "SELECT * FROM signal_setting WHERE firm_id = $1 ORDER BY rule, version";
    db.all(sql, params![db.id()]).await?.iter().map(read).collect()
}

/// Appends a version. One that is there already is a conflict: somebody was quicker.
pub async fn append(db: &Firm, s: &Setting) -> Result<()> {
    let sql =
        "INSERT INTO signal_setting (firm_id, rule, version, state, is_on, threshold, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    db.exec(sql, params![db.id(), &s.rule, s.version, s.state.key(), s.is_on, s.threshold, &s.actor, s.at]).await?;
    Ok(())
}

/// What the accounts of some households hold, and the terms that their institutions say.
pub async fn heads(db: &Firm, households: &[HouseholdId]) -> Result<HashMap<AccountId, Head>> {
    if households.is_empty() {
        return Ok(HashMap::new());
    }
    let (list, mut values) = within(households, 2);
    values.insert(0, db.id().param());
    let sql = format!(
        "SELECT id, head FROM account WHERE firm_id = $1 AND household_id IN ({list}) AND head <> '{{}}' AND state IN ('live', 'disconnected') \
         AND same_as IS NULL"
    );
    db.all(&sql, values).await?.iter().map(|r| Ok((r.id("id")?, r.json("head")?))).collect()
}

/// What people said of accounts beside their values.
#[derive(Debug, Default)]
pub struct Said {
    pub details: HashMap<AccountId, Detail>,
    /// Those with somebody named as beneficiary.
    pub named: HashSet<AccountId>,
    pub incomes: Vec<(HouseholdId, IncomeFact)>,
    pub documents: Vec<(HouseholdId, DocumentFact)>,
}

pub async fn said(db: &Firm, households: &[HouseholdId]) -> Result<Said> {
    let mut out = Said::default();
    if households.is_empty() {
        return Ok(out);
    }
    let (list, mut values) = within(households, 2);
    values.insert(0, db.id().param());
    let sql = format!(
        "SELECT household_id, body FROM fact WHERE firm_id = $1 AND household_id IN ({list}) AND known_until IS NULL \
         AND (entity IN ('beneficiaries', 'income', 'document') OR (entity = 'account' AND body LIKE '%\"detail\"%'))"
    );
    for r in db.all(&sql, values).await? {
        match r.json("body")? {
            Fact::Account(a) => out.details.extend(a.detail.map(|d| (a.id, d))),
            Fact::Beneficiaries(b) if !b.is_empty() => out.named.extend([b.account]),
            Fact::Income(i) if i.active => out.incomes.push((r.id("household_id")?, i)),
            Fact::Document(d) if d.active => out.documents.push((r.id("household_id")?, d)),
            _ => {}
        }
    }
    Ok(out)
}

/// The open questions of some households: the two accounts of each.
pub async fn doubts(db: &Firm, households: &[HouseholdId]) -> Result<Vec<(HouseholdId, AccountId, AccountId)>> {
    if households.is_empty() {
        return Ok(Vec::new());
    }
    let (list, mut values) = within(households, 2);
    values.insert(0, db.id().param());
    let sql = format!(
        "SELECT household_id, account_id, other_id FROM same_account WHERE firm_id = $1 AND household_id IN ({list}) AND answer IS NULL \
         ORDER BY asked_at, account_id, other_id"
    );
    db.all(&sql, values).await?.iter().map(|r| Ok((r.id("household_id")?, r.id("account_id")?, r.id("other_id")?))).collect()
}
