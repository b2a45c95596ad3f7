//! What a firm says of the rules: drafts, tried on the whole book before they are published. Every version stays, with who and when.

use super::Gathered;
use crate::household_list::whose;
use crate::{App, Error, Field, Result, events, policy};
use jiff::tz::TimeZone;
use model::permission::{Action, may};
use model::signals::{Rule, pack};
use model::{Decimal, FirmScope, HouseholdId, Time};
use serde_json::json;
use std::collections::HashMap;
use store::Firm;
use store::households::Filter;
use store::signals::{Setting, State};

/// Households that are looked at together.
const SOME: u32 = 200;
/// Households that a list names; the rest is counted.
pub const SHOWN: usize = 50;

/// Rules with what holds for each; one that is not named is on, with the product's own threshold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held(HashMap<String, (bool, Option<Decimal>)>);

impl Held {
    pub(crate) fn is_on(&self, rule: &Rule) -> bool {
        self.0.get(rule.key).is_none_or(|(on, _)| *on)
    }
    pub(crate) fn is_own(&self, rule: &Rule) -> bool {
        self.0.get(rule.key).is_some_and(|(_, t)| t.is_some())
    }
    pub(crate) fn threshold(&self, rule: &Rule) -> Decimal {
        self.0.get(rule.key).and_then(|(_, t)| *t).unwrap_or_else(|| rule.default())
    }
    fn set(&mut self, s: &Setting) {
        self.0.insert(s.rule.clone(), (s.is_on, s.threshold));
    }
}

/// What is published, and the drafts that wait.
fn both(versions: &[Setting]) -> (Held, Vec<&Setting>) {
    let mut held = Held::default();
    let mut newest: HashMap<&str, &Setting> = HashMap::new();
    for s in versions {
        if s.state == State::Published {
            held.set(s);
        }
        newest.insert(&s.rule, s);
    }
    let mut drafts: Vec<&Setting> = newest.into_values().filter(|s| s.state == State::Draft).collect();
    drafts.sort_by_key(|s| (s.at, s.rule.clone()));
    (held, drafts)
}

pub(crate) async fn published(db: &Firm) -> Result<Held> {
    Ok(both(&store::signals::all(db).await?).0)
}

/// What was once said of a rule.
#[derive(Debug, Clone)]
pub struct Said {
    pub state: State,
    pub is_on: bool,
    pub threshold: Option<Decimal>,
    pub who: String,
    pub at: Time,
}

/// One rule on the firm's page.
#[derive(Debug, Clone)]
pub struct Line {
    pub rule: &'static Rule,
    pub is_on: bool,
    pub threshold: Decimal,
    pub by_firm: bool,
    pub draft: Option<(bool, Option<Decimal>)>,
    /// Newest first.
    pub said: Vec<Said>,
}

#[derive(Debug, Clone)]
pub struct Shelf {
    pub lines: Vec<Line>,
    pub may_change: bool,
    pub now: Time,
    pub zone: TimeZone,
}

impl Shelf {
    pub fn has_draft(&self) -> bool {
        self.lines.iter().any(|l| l.draft.is_some())
    }
}

#[crate::boxed]
pub async fn shelf(app: &App, scope: &FirmScope) -> Result<Shelf> {
    let db = app.store().read(scope).await?;
    let standing = policy::check(app, &db, scope, Action::AddHousehold, None).await?;
    let versions = store::signals::all(&db).await?;
    let staff = store::policy::staff(&db).await?;
    let name = |actor: &str| staff.iter().find(|s| actor == s.id.to_string()).map_or_else(|| "Former staff".into(), |s| s.name.clone());
    let (held, drafts) = both(&versions);
    let line = |rule: &'static Rule| Line {
        rule,
        is_on: held.is_on(rule),
        threshold: held.threshold(rule),
        by_firm: held.is_own(rule),
        draft: drafts.iter().find(|d| d.rule == rule.key).map(|d| (d.is_on, d.threshold)),
        said: versions
            .iter()
            .rev()
            .filter(|v| v.rule == rule.key)
            .map(|v| Said { state: v.state, is_on: v.is_on, threshold: v.threshold, who: name(&v.actor), at: v.at })
            .collect(),
    };
    let lines = pack().map(line).collect();
    Ok(Shelf { lines, may_change: may(Action::ManageFirm, standing), now: app.now(), zone: policy::zone(&db).await? })
}

/// The form as it was sent: rule, on, threshold ("" = the product's own).
#[derive(Debug, Clone)]
pub struct Typed {
    pub rule: String,
    pub is_on: bool,
    pub threshold: String,
}

/// What was typed becomes the draft; what says what is published is no draft. Bad values are answered at their fields, and nothing is saved.
#[crate::boxed]
pub async fn save(app: &App, scope: &FirmScope, typed: &[Typed]) -> Result<usize> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::ManageFirm, None).await?;
    let versions = store::signals::all(&tx).await?;
    let (held, drafts) = both(&versions);
    let (mut wrong, mut new) = (Vec::new(), Vec::new());
    for rule in pack() {
        let Some(t) = typed.iter().find(|t| t.rule == rule.key) else { continue };
        let threshold = match rule.limit.filter(|_| !t.threshold.trim().is_empty()).map(|l| l.read(&t.threshold)).transpose() {
            // The product's own is no value of the firm's.
            Ok(value) => value.filter(|v| *v != rule.default()),
            Err(message) => {
                wrong.push(Field { name: rule.key, message });
                continue;
            }
        };
        let says = (t.is_on, threshold);
        let is_published = says == (held.is_on(rule), held.is_own(rule).then(|| held.threshold(rule)));
        let draft = drafts.iter().find(|d| d.rule == rule.key);
        let state = if is_published { State::Dropped } else { State::Draft };
        let is_said = draft.map_or(is_published, |d| (d.is_on, d.threshold) == says);
        if !is_said {
            new.push((rule, says, state));
        }
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    for (rule, (is_on, threshold), state) in &new {
        append(app, &tx, scope, &versions, rule.key, *state, *is_on, *threshold).await?;
        let detail = json!({ "on": is_on, "threshold": threshold.map(|t| t.to_string()) });
        events::record(app, &tx, scope, None, "signals.drafted", rule.key, detail).await?;
    }
    tx.commit().await?;
    Ok(new.len())
}

#[allow(clippy::too_many_arguments, reason = "one row of the log, said in one line")]
async fn append(
    app: &App,
    db: &Firm,
    scope: &FirmScope,
    versions: &[Setting],
    rule: &str,
    state: State,
    is_on: bool,
    threshold: Option<Decimal>,
) -> Result<()> {
    let version = versions.iter().filter(|v| v.rule == rule).map(|v| v.version).max().unwrap_or(0) + 1;
    let setting = Setting { rule: rule.into(), version, state, is_on, threshold, actor: scope.actor().to_string(), at: app.now() };
    Ok(store::signals::append(db, &setting).await?)
}

/// The drafts hold from now on. Says how many.
#[crate::boxed]
pub async fn publish(app: &App, scope: &FirmScope) -> Result<usize> {
    end_drafts(app, scope, State::Published, "signals.published").await
}

/// The drafts are taken back; they stay in the history.
#[crate::boxed]
pub async fn drop_draft(app: &App, scope: &FirmScope) -> Result<usize> {
    end_drafts(app, scope, State::Dropped, "signals.dropped").await
}

#[crate::boxed]
async fn end_drafts(app: &App, scope: &FirmScope, state: State, kind: &'static str) -> Result<usize> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::ManageFirm, None).await?;
    let versions = store::signals::all(&tx).await?;
    let drafts = both(&versions).1;
    for d in &drafts {
        append(app, &tx, scope, &versions, &d.rule, state, d.is_on, d.threshold).await?;
        let detail = json!({ "on": d.is_on, "threshold": d.threshold.map(|t| t.to_string()) });
        events::record(app, &tx, scope, None, kind, &d.rule, detail).await?;
    }
    let done = drafts.len();
    tx.commit().await?;
    Ok(done)
}

/// What a draft of one rule would change.
#[derive(Debug, Clone)]
pub struct Change {
    pub rule: &'static Rule,
    /// As it is and as it would be: on, and the threshold.
    pub now: (bool, Decimal),
    pub then: (bool, Decimal),
    /// Households with a finding.
    pub finds_now: usize,
    pub finds_then: usize,
    /// Those that would change, by name: whether it would be found.
    pub households: Vec<(HouseholdId, String, bool)>,
    pub more: usize,
}

#[derive(Debug, Clone)]
pub struct Book {
    pub households: usize,
    pub changes: Vec<Change>,
}

/// Every draft on every household that this person may see. Nothing is written.
#[crate::boxed]
pub async fn try_on_book(app: &App, scope: &FirmScope) -> Result<Book> {
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::ManageFirm, None).await?;
    let versions = store::signals::all(&db).await?;
    let (held, drafts) = both(&versions);
    let mut drafted = held.clone();
    drafts.iter().for_each(|d| drafted.set(d));
    let rules = pack().filter(|r| drafts.iter().any(|d| d.rule == r.key));
    let mut changes: Vec<Change> = rules
        .map(|rule| Change {
            rule,
            now: (held.is_on(rule), held.threshold(rule)),
            then: (drafted.is_on(rule), drafted.threshold(rule)),
            finds_now: 0,
            finds_then: 0,
            households: Vec::new(),
            more: 0,
        })
        .collect();
    let today = policy::today(app, &db).await?;
    let seen = whose(app, &db, scope, false).await?;
    let mut households = 0;
    loop {
        let filter = Filter { limit: SOME, offset: u32::try_from(households).unwrap_or(u32::MAX), ..seen.clone() };
        let some = store::households::list(&db, &filter).await?;
        if some.is_empty() {
            break;
        }
        households += some.len();
        let ids: Vec<HouseholdId> = some.iter().map(|h| h.id).collect();
        let all = Gathered::of(&db, &ids, today).await?;
        for change in &mut changes {
            for h in &some {
                let (now, then) = (all.finds(h.id, change.rule, &held), all.finds(h.id, change.rule, &drafted));
                change.finds_now += usize::from(now);
                change.finds_then += usize::from(then);
                match now != then {
                    true if change.households.len() < SHOWN => change.households.push((h.id, h.name.clone(), then)),
                    true => change.more += 1,
                    false => {}
                }
            }
        }
    }
    Ok(Book { households, changes })
}
