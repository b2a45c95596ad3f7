//! Attention signals of a household: gathers what the rules of `model::signals` read, and nothing else; the rules decide.

mod settings;

pub use settings::{Book, Change, Line, Shelf, Typed, drop_draft, publish, save, shelf, try_on_book};
pub use store::signals::State;

use crate::households::{self, Found};
use crate::portal::Lens;
use crate::portal_reports::Holdings;
use crate::{App, Result, household_list, policy, portal_reports};
use model::fact::MemberRole;
use model::portal::Area;
use model::signals::{Household, Outcome, Rule, Verdict, pack};
use model::{AccountId, Currency, Date, Decimal, FirmScope, HouseholdId, Source};
use settings::Held;
use std::collections::{BTreeMap, HashMap, HashSet};
use store::Firm;
use store::accounts::Account;

/// An account as an input of a rule: how good what it says is.
#[derive(Debug, Clone)]
pub struct Input {
    pub account: AccountId,
    pub name: String,
    pub source: Source,
    pub has_value: bool,
    pub as_of: Option<Date>,
}

/// What one rule says of the household.
#[derive(Debug, Clone)]
pub struct Signal {
    pub rule: &'static Rule,
    pub threshold: Decimal,
    /// The firm set it; else it is the product's own.
    pub by_firm: bool,
    pub outcome: Outcome,
    pub inputs: Vec<Input>,
}

impl Signal {
    fn of(rule: &'static Rule, held: &Held, accounts: &[Account], h: &Household) -> Signal {
        let threshold = held.threshold(rule);
        let Verdict { outcome, used } = rule.apply(h, threshold);
        let input = |a: &Account| Input {
            account: a.id,
            name: a.name.clone(),
            source: a.source,
            has_value: household_list::worth(a).is_some(),
            as_of: a.figures.as_of_day,
        };
        let inputs = accounts.iter().filter(|a| used.contains(&a.id)).map(input).collect();
        Signal { rule, threshold, by_firm: held.is_own(rule), outcome, inputs }
    }
}

#[derive(Debug, Clone)]
pub struct View {
    pub found: Found,
    /// In the order of the pack; rules that the firm has switched off are left out.
    pub signals: Vec<Signal>,
    /// Rules that the firm has switched off.
    pub off: Vec<&'static Rule>,
    pub has_accounts: bool,
    pub today: Date,
    pub disclaimer: String,
}

#[crate::boxed]
pub async fn view(app: &App, scope: &FirmScope, id: HouseholdId) -> Result<View> {
    let db = app.store().read(scope).await?;
    let found = households::load(app, &db, scope, id).await?;
    let today = policy::today(app, &db).await?;
    let held = settings::published(&db).await?;
    let all = Gathered::of(&db, &[id], today).await?;
    let has_accounts = all.accounts.iter().any(|a| a.household == id);
    let disclaimer = store::firms::own(&db).await?.settings.disclaimer;
    Ok(View { found, signals: all.signals(id, &held), off: pack().filter(|r| !held.is_on(r)).collect(), has_accounts, today, disclaimer })
}

/// The same findings through a lens, beside what every report shows (P25).
#[crate::boxed]
pub async fn shared(app: &App, lens: &Lens) -> Result<(Holdings, Vec<Signal>)> {
    let report = portal_reports::report(app, lens, Area::Signals).await?;
    let db = app.store().read(&lens.scope).await?;
    let held = settings::published(&db).await?;
    let all = Gathered::of(&db, &[lens.household], report.about.today).await?;
    Ok((report, all.signals(lens.household, &held)))
}

/// Everything that the rules read of some households, in a few statements.
pub(crate) struct Gathered {
    accounts: Vec<Account>,
    inputs: HashMap<HouseholdId, Household>,
}

impl Gathered {
    pub(crate) async fn of(db: &Firm, ids: &[HouseholdId], today: Date) -> Result<Gathered> {
        let current: HashSet<_> = store::portfolios::current_of(db, ids).await?.into_iter().collect();
        let mut accounts = store::accounts::of_households(db, ids).await?;
        accounts.retain(|a| current.contains(&a.portfolio) && a.state.counts());
        let mut heads = store::signals::heads(db, ids).await?;
        let mut said = store::signals::said(db, ids).await?;
        let members = store::members::of_households(db, ids).await?;
        let doubts = store::signals::doubts(db, ids).await?;
        let rates = rates(db).await?;
        let mut inputs: HashMap<HouseholdId, Household> = HashMap::new();
        for id in ids {
            let own = |role: MemberRole| members.iter().filter(move |m| m.household == *id && m.role == role);
            let fresh = Household {
                today,
                dependants: own(MemberRole::Dependant).count(),
                adults: own(MemberRole::Adult).map(|m| (m.id, m.given.clone())).collect(),
                incomes: said.incomes.iter().filter(|(h, _)| h == id).map(|(_, i)| i.clone()).collect(),
                documents: said.documents.iter().filter(|(h, _)| h == id).map(|(_, d)| d.clone()).collect(),
                accounts: Vec::new(),
                doubts: Vec::new(),
                rates: rates.clone(),
            };
            inputs.insert(*id, fresh);
        }
        for a in &accounts {
            let head = heads.remove(&a.id).unwrap_or_default();
            let input = model::signals::Account {
                id: a.id,
                name: a.name.clone(),
                kind: a.kind,
                source: a.source,
                value: household_list::worth(a),
                as_of: a.figures.as_of_day,
                positions: head.positions,
                detail: said.details.remove(&a.id),
                has_beneficiary: said.named.contains(&a.id),
                terms: head.terms,
            };
            if let Some(h) = inputs.get_mut(&a.household) {
                h.accounts.push(input);
            }
        }
        let name = |id: AccountId| accounts.iter().find(|a| a.id == id).map(|a| a.name.clone());
        for (household, one, other) in doubts {
            if let (Some(one), Some(other), Some(h)) = (name(one), name(other), inputs.get_mut(&household)) {
                h.doubts.push((one, other));
            }
        }
        Ok(Gathered { accounts, inputs })
    }

    fn signals(&self, id: HouseholdId, held: &Held) -> Vec<Signal> {
        let Some(h) = self.inputs.get(&id) else { return Vec::new() };
        pack().filter(|r| held.is_on(r)).map(|r| Signal::of(r, held, &self.accounts, h)).collect()
    }

    /// Whether a rule finds something, without what pages show of it.
    fn finds(&self, id: HouseholdId, rule: &Rule, held: &Held) -> bool {
        held.is_on(rule) && self.inputs.get(&id).is_some_and(|h| rule.apply(h, held.threshold(rule)).outcome.is_finding())
    }
}

/// Currencies with a rate, and the day of the newest.
async fn rates(db: &Firm) -> Result<BTreeMap<Currency, Date>> {
    let kept = store::prices::all(db).await?;
    let rate = |s: &store::prices::Security| Some((s.key.strip_prefix("rate:")?.parse().ok()?, s.last));
    Ok(kept.iter().filter_map(rate).collect())
}
