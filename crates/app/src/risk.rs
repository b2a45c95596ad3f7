//! The risk score of an account and of a household, held-away accounts included: gathers what `model::risk` needs, and nothing else.

use crate::households::{self, Found};
use crate::portal::Lens;
use crate::prices::{self, Security};
use crate::{App, Error, Result, policy};
use jiff::tz::TimeZone;
use model::head::Head;
use model::permission::Action;
use model::portal::Area;
use model::risk::{AssetClass, History, Inputs, METHOD, Outcome, Position, rate_key, score};
use model::{AccountId, AccountKind, AccountState, Currency, Custody, Date, Decimal, FirmScope, HouseholdId, Money, PortfolioKind};
use std::collections::{BTreeMap, BTreeSet};
use store::Firm;
use store::accounts::Account;

/// A score with everything it was made from.
#[derive(Debug, Clone)]
pub struct Told {
    pub inputs: Inputs,
    pub outcome: Outcome,
}

impl Told {
    fn of(inputs: Inputs) -> Told {
        Told { outcome: score(&inputs), inputs }
    }
}

/// An account that the score does not speak of, and why.
#[derive(Debug, Clone)]
pub struct Outside {
    pub name: String,
    pub worth: Option<Money>,
    pub why: &'static str,
}

/// The scores of one household.
#[derive(Debug, Clone)]
pub struct Scores {
    pub all: Told,
    /// The managed accounts alone, where both kinds are there.
    pub managed: Option<Told>,
    pub outside: Vec<Outside>,
    /// The firm’s own words under every report.
    pub disclaimer: String,
    /// The firm keeps any price history at all.
    pub has_prices: bool,
}

#[derive(Debug, Clone)]
pub struct View {
    pub found: Found,
    /// Of one account; else of the household.
    pub account: Option<Account>,
    pub scores: Scores,
    pub zone: TimeZone,
    pub today: Date,
}

/// What the score speaks of: investments and cash.
fn is_in_scope(kind: AccountKind) -> bool {
    use AccountKind::*;
    kind.is_investment() || matches!(kind, Checking | Savings | Cash | Other)
}

fn is_cash(kind: AccountKind) -> bool {
    matches!(kind, AccountKind::Checking | AccountKind::Savings | AccountKind::Cash)
}

#[crate::boxed]
pub async fn household(app: &App, scope: &FirmScope, id: HouseholdId) -> Result<View> {
    let db = app.store().read(scope).await?;
    let found = households::load(app, &db, scope, id).await?;
    view(app, &db, found, None).await
}

#[crate::boxed]
pub async fn account(app: &App, scope: &FirmScope, id: AccountId) -> Result<View> {
    let db = app.store().read(scope).await?;
    let account = store::accounts::find(&db, id).await?.ok_or(Error::NotFound)?;
    let found = households::load(app, &db, scope, account.household).await?;
    if account.state == AccountState::Deleted || account.same_as.is_some() {
        return Err(Error::NotFound);
    }
    view(app, &db, found, Some(account)).await
}

/// What stands beside a household's figures, or an account's; nothing while the firm keeps no price history, and then nothing is read.
#[crate::boxed]
pub async fn beside(app: &App, scope: &FirmScope, household: HouseholdId, account: Option<&Account>) -> Result<Option<Scores>> {
    let db = app.store().read(scope).await?;
    if store::prices::newest(&db).await?.is_none() {
        return Ok(None);
    }
    policy::check(app, &db, scope, Action::ViewHousehold, Some(household)).await?;
    let today = policy::today(app, &db).await?;
    Ok(Some(match account {
        Some(a) => scores(&db, vec![a.clone()], today).await?,
        None => of_household(&db, household, today).await?,
    }))
}

async fn view(app: &App, db: &Firm, found: Found, account: Option<Account>) -> Result<View> {
    let zone = policy::zone(db).await?;
    let today = app.now().date(&zone);
    let scores = match &account {
        Some(a) => scores(db, vec![a.clone()], today).await?,
        None => of_household(db, found.household.id, today).await?,
    };
    Ok(View { found, account, scores, zone, today })
}

/// For whoever may look at the household already.
#[crate::boxed]
pub(crate) async fn of_household(db: &Firm, id: HouseholdId, today: Date) -> Result<Scores> {
    let current = store::portfolios::of_household(db, id).await?.into_iter().find(|p| p.kind == PortfolioKind::Current);
    let mut accounts = store::accounts::of_household(db, id).await?;
    accounts.retain(|a| current.as_ref().is_some_and(|p| p.id == a.portfolio));
    scores(db, accounts, today).await
}

/// What a client is shown with the financials.
#[crate::boxed]
pub async fn shared(app: &App, lens: &Lens) -> Result<Option<Scores>> {
    lens.view(Area::Financials)?;
    let db = app.store().read(&lens.scope).await?;
    if store::prices::newest(&db).await?.is_none() {
        return Ok(None);
    }
    let today = policy::today(app, &db).await?;
    Ok(Some(of_household(&db, lens.household, today).await?))
}

async fn scores(db: &Firm, accounts: Vec<Account>, today: Date) -> Result<Scores> {
    let (within, rest): (Vec<_>, Vec<_>) = accounts.into_iter().partition(|a| is_in_scope(a.kind) && a.state.counts());
    let outside = rest.iter().map(outside).collect();
    let kept = store::prices::all(db).await?;
    let index = prices::by_key(&kept);
    let currency = currency(&within);
    let mut positions = Vec::new();
    for a in &within {
        let head = store::accounts::head(db, a.id).await?.unwrap_or_default();
        positions.extend(positions_of(a, &head, &index));
    }
    let histories = histories(db, &positions, &currency, &index).await?;
    let all = Inputs { method: METHOD.into(), as_of: today, currency, positions, histories };
    let managed = managed(&all);
    let disclaimer = store::firms::own(db).await?.settings.disclaimer;
    Ok(Scores { managed: managed.map(Told::of), all: Told::of(all), outside, disclaimer, has_prices: !kept.is_empty() })
}

fn outside(a: &Account) -> Outside {
    let why = match a.kind {
        _ if !a.state.counts() => "Muted: in no total and in no score",
        k if k.is_debt() => "A debt",
        AccountKind::Property => "Property has no price of each day",
        AccountKind::Business => "A business has no price of each day",
        AccountKind::Insurance => "Insurance is not an investment here",
        _ => "Not a financial asset",
    };
    Outside { name: a.name.clone(), worth: crate::household_list::worth(a), why }
}

/// The same inputs with the managed accounts alone; none where all are managed, or none is.
fn managed(all: &Inputs) -> Option<Inputs> {
    let positions: Vec<Position> = all.positions.iter().filter(|p| p.managed).cloned().collect();
    let some = !positions.is_empty() && positions.len() < all.positions.len();
    some.then(|| Inputs { positions, ..all.clone() })
}

/// The currency that most accounts are in; of as many, the first by its code.
fn currency(accounts: &[Account]) -> Currency {
    let mut counts: BTreeMap<&Currency, usize> = BTreeMap::new();
    for c in accounts.iter().filter_map(|a| a.figures.currency.as_ref()) {
        *counts.entry(c).or_default() += 1;
    }
    let most = counts.values().max().copied().unwrap_or(0);
    counts.into_iter().find(|(_, n)| *n == most).map_or_else(Currency::usd, |(c, _)| c.clone())
}

fn positions_of(a: &Account, head: &Head, kept: &BTreeMap<&str, &Security>) -> Vec<Position> {
    let currency = head.currency.clone().or_else(|| a.figures.currency.clone());
    let base = Position {
        account: a.id.to_string(),
        account_name: a.name.clone(),
        managed: a.custody == Custody::Managed,
        security: None,
        name: "Cash".into(),
        class: Some(AssetClass::Cash),
        value: a.figures.value,
        currency: currency.clone(),
    };
    let Some(held) = &head.positions else {
        return vec![if is_cash(a.kind) { base } else { Position { name: "Not explained by positions".into(), class: None, ..base } }];
    };
    let mut out: Vec<Position> = held
        .iter()
        .map(|p| {
            let known = prices::found(kept, &p.security, p.ticker.as_deref());
            let class = AssetClass::of(p.kind, p.cash_equivalent).filter(|c| *c == AssetClass::Cash);
            Position {
                security: Some(known.map_or_else(|| p.security.clone(), |k| k.key.clone())),
                name: p.name.clone(),
                class: class.or(known.and_then(|k| k.class)).or(AssetClass::of(p.kind, p.cash_equivalent)),
                value: p.value,
                currency: p.currency.clone().or_else(|| currency.clone()),
                ..base.clone()
            }
        })
        .collect();
    // What the institution reports beyond its positions, or less: nobody knows what it is, unless the account holds cash alone.
    if let Some(gap) = gap(a, head).filter(|g| !g.is_zero()) {
        let (name, class) = match is_cash(a.kind) {
            true => ("Cash", Some(AssetClass::Cash)),
            false => ("Not explained by positions", None),
        };
        out.push(Position { name: name.into(), class, value: Some(gap), ..base });
    }
    out
}

fn gap(a: &Account, head: &Head) -> Option<Decimal> {
    a.figures.value?.checked_sub(head.positions_sum()?)
}

/// The histories that the positions, their classes and their currencies ask for.
async fn histories(
    db: &Firm,
    positions: &[Position],
    currency: &Currency,
    kept: &BTreeMap<&str, &Security>,
) -> Result<BTreeMap<String, History>> {
    let mut keys: BTreeSet<String> = positions.iter().filter_map(|p| p.security.clone()).collect();
    keys.extend(positions.iter().filter(|p| p.security.is_some()).filter_map(|p| p.class).map(AssetClass::stand_in));
    keys.retain(|k| kept.contains_key(k.as_str()));
    let foreign: BTreeSet<&Currency> = keys
        .iter()
        .filter_map(|k| kept.get(k.as_str()).map(|s| &s.currency))
        .chain(positions.iter().filter_map(|p| p.currency.as_ref()))
        .filter(|c| *c != currency)
        .collect();
    let rates: Vec<String> = foreign.into_iter().map(rate_key).filter(|k| kept.contains_key(k.as_str())).collect();
    keys.extend(rates);
    let keys: Vec<String> = keys.into_iter().collect();
    let mut closes = store::prices::histories(db, &keys, prices::first_year()).await?;
    let history = |k: String| {
        let s = kept.get(k.as_str())?;
        let closes = closes.remove(&k).unwrap_or_default();
        Some((k, History { name: s.name.clone(), currency: s.currency.clone(), source: s.source.clone(), closes }))
    };
    Ok(keys.into_iter().filter_map(history).collect())
}

/// Everything that a score was made from and what came of it, for whoever computes it again: see `docs/risk.md`.
pub fn explained(s: &Scores) -> serde_json::Value {
    let one = |t: &Told| serde_json::json!({ "inputs": t.inputs, "outcome": t.outcome });
    let outside: Vec<_> = s.outside.iter().map(|o| serde_json::json!({ "name": o.name, "worth": o.worth, "why": o.why })).collect();
    serde_json::json!({ "all": one(&s.all), "managed": s.managed.as_ref().map(one), "outside": outside })
}
