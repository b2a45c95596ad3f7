//! Accounts that people type in: created, valued again, renamed, given owners. Each change is a new version.

use crate::{App, Error, Field, Result, events, facts, policy};
use model::fact::{AccountFact, Fact, ManualValue, Owner};
use model::permission::Action;
use model::{
    AccountId, AccountKind, AccountState, AccountType, Currency, Custody, Date, FirmScope, HouseholdId, PortfolioKind, Source, text,
};
use serde_json::json;
use store::Firm;
pub use store::accounts::Account;
use store::members::Member;

/// All of an account, in hundredths of a per cent.
pub const WHOLE: i64 = 10_000;

/// What amounts can be typed in.
pub const CURRENCIES: [(&str, &str); 20] = [
    ("USD", "US dollars"),
    ("EUR", "Euros"),
    ("GBP", "Pounds sterling"),
    ("CHF", "Swiss francs"),
    ("CAD", "Canadian dollars"),
    ("AUD", "Australian dollars"),
    ("NZD", "New Zealand dollars"),
    ("JPY", "Japanese yen"),
    ("CNY", "Chinese yuan"),
    ("HKD", "Hong Kong dollars"),
    ("SGD", "Singapore dollars"),
    ("INR", "Indian rupees"),
    ("MXN", "Mexican pesos"),
    ("BRL", "Brazilian reais"),
    ("SEK", "Swedish kronor"),
    ("NOK", "Norwegian kroner"),
    ("DKK", "Danish kroner"),
    ("PLN", "Polish zloty"),
    ("ILS", "Israeli shekels"),
    ("ZAR", "South African rand"),
];

/// A currency as people say it: its name, or the code where it has none here.
pub fn currency_name(code: &str) -> String {
    CURRENCIES.iter().find(|(c, _)| *c == code).map_or_else(|| code.to_owned(), |(_, name)| (*name).to_owned())
}

/// What the form for an account by hand says. The id was made when the form was shown.
#[derive(Debug, Clone)]
pub struct ByHand {
    pub id: AccountId,
    pub portfolio: PortfolioKind,
    pub kind_of: AccountType,
    pub name: String,
    pub kind: String,
    pub owners: Vec<Owner>,
    pub institution: String,
    pub mask: String,
    pub value: String,
    /// One of [`CURRENCIES`]; empty is the first. Nothing is ever converted.
    pub currency: String,
    pub as_of: String,
    pub custody: Custody,
}

#[crate::boxed]
pub async fn create(app: &App, scope: &FirmScope, household: HouseholdId, typed: &ByHand) -> Result<AccountId> {
    match create_once(app, scope, household, typed).await {
        Err(e) if e.is_conflict() => create_once(app, scope, household, typed).await,
        done => done,
    }
}

async fn create_once(app: &App, scope: &FirmScope, household: HouseholdId, typed: &ByHand) -> Result<AccountId> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(household)).await?;
    if let Some(there) = store::facts::current(&tx, typed.id.uuid()).await? {
        return if there.household == household && matches!(there.fact, Fact::Account(_)) { Ok(typed.id) } else { Err(Error::NotFound) };
    }
    let portfolios = store::portfolios::of_household(&tx, household).await?;
    let portfolio = portfolios.iter().find(|p| p.kind == typed.portfolio).ok_or(Error::NotFound)?;
    let members = store::members::of_household(&tx, household).await?;
    let today = policy::today(app, &tx).await?;
    let fact = checked(typed, portfolio.id, &members, today)?;
    facts::say(app, &tx, scope, household, Fact::Account(fact)).await?;
    let detail = json!({ "source": "manual", "type": typed.kind_of.key() });
    events::record(app, &tx, scope, Some(household), "account.created", typed.id, detail).await?;
    tx.commit().await?;
    Ok(typed.id)
}

pub(crate) fn checked(typed: &ByHand, portfolio: model::PortfolioId, members: &[Member], today: Date) -> Result<AccountFact> {
    let mut wrong = Vec::new();
    let mut no = |name, message: &str| wrong.push(Field { name, message: message.into() });
    let name = text::line(&typed.name, 80);
    if name.is_empty() {
        no("name", "Enter a name for the account");
    }
    let kind = AccountKind::from_key(&typed.kind).filter(|k| typed.kind_of.kinds().contains(k));
    if kind.is_none() {
        no("kind", "Choose what kind of account it is");
    }
    if owners_problem(&typed.owners, members).is_some() {
        no("owner", "Choose whose account it is");
    }
    let mask = text::line(&typed.mask, 8);
    if !mask.is_empty() && (mask.len() > 4 || !mask.chars().all(|c| c.is_ascii_alphanumeric())) {
        no("mask", "Enter at most the last four digits, or leave it empty");
    }
    let code = if typed.currency.is_empty() { CURRENCIES[0].0 } else { typed.currency.as_str() };
    let currency: Option<Currency> = CURRENCIES.iter().find(|(c, _)| *c == code).and_then(|(c, _)| c.parse().ok());
    if currency.is_none() {
        no("currency", "Choose a currency of the list");
    }
    let manual = manual(&typed.value, &typed.as_of, kind, today).map_err(|e| wrong.extend(e));
    match (kind, manual, currency) {
        (Some(kind), Ok(manual), Some(currency)) if wrong.is_empty() => Ok(AccountFact {
            id: typed.id,
            portfolio,
            name,
            institution: text::line(&typed.institution, 80),
            mask: (!mask.is_empty()).then_some(mask),
            kind,
            source: Source::Manual,
            custody: typed.custody,
            state: AccountState::Live,
            owners: typed.owners.clone(),
            connection: None,
            manual: Some(ManualValue { currency, ..manual }),
            detail: None,
            closed_on: None,
            same_as: None,
        }),
        _ => Err(Error::Invalid(wrong)),
    }
}

/// A typed value: exact, of a day that has come. A debt counts against the household however it was typed.
pub(crate) fn manual(value: &str, as_of: &str, kind: Option<AccountKind>, today: Date) -> std::result::Result<ManualValue, Vec<Field>> {
    let amount = text::amount(value);
    let day = text::day(as_of).filter(|d| *d <= today);
    let (Some(amount), Some(as_of)) = (amount, day) else {
        let mut wrong = Vec::new();
        if amount.is_none() {
            wrong.push(Field { name: "value", message: "Enter an amount such as 88,000 or 1,250.50".into() });
        }
        if day.is_none() {
            wrong.push(Field { name: "as_of", message: "Enter a day up to today".into() });
        }
        return Err(wrong);
    };
    let owed = kind.is_some_and(AccountKind::is_debt) && !amount.is_zero();
    let value = if owed { -amount.abs() } else { amount };
    Ok(ManualValue { value, currency: Currency::usd(), as_of, note: None })
}

/// A new value stays in the account's own currency.
pub(crate) fn in_the_same(new: ManualValue, old: &AccountFact) -> ManualValue {
    match &old.manual {
        Some(m) => ManualValue { currency: m.currency.clone(), ..new },
        None => new,
    }
}

/// Why these owners cannot be the owners; `None` when they can.
pub fn owners_problem(owners: &[Owner], members: &[Member]) -> Option<&'static str> {
    if owners.is_empty() {
        return Some("Choose at least one owner");
    }
    if owners.iter().any(|o| o.share <= 0) {
        return Some("Each owner has a share above zero");
    }
    let sum = owners.iter().try_fold(0i64, |s, o| s.checked_add(o.share));
    if sum != Some(WHOLE) {
        return Some("The shares add up to 100 %");
    }
    let mut seen = Vec::new();
    for o in owners {
        if seen.contains(&o.member) || !members.iter().any(|m| m.id == o.member) {
            return Some("Choose people of this household, each once");
        }
        seen.push(o.member);
    }
    None
}

/// The whole account in equal shares; what cannot be split goes to the first.
pub fn equal_shares(members: &[model::MemberId]) -> Vec<Owner> {
    let n = members.len().max(1) as i64;
    let rest = WHOLE - WHOLE / n * n;
    members.iter().enumerate().map(|(i, m)| Owner { member: *m, share: WHOLE / n + if i == 0 { rest } else { 0 } }).collect()
}

/// Name, owners, and for an account that is kept by hand the value and its day: one new version, or what is wrong at which field.
#[crate::boxed]
pub async fn change(
    app: &App,
    scope: &FirmScope,
    id: AccountId,
    name: &str,
    owners: Vec<Owner>,
    typed: Option<(&str, &str)>,
) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    let (household, old) = editable(app, &tx, scope, id).await?;
    let members = store::members::of_household(&tx, household).await?;
    let today = policy::today(app, &tx).await?;
    let mut wrong = Vec::new();
    let name = text::line(name, 80);
    if name.is_empty() {
        wrong.push(Field { name: "name", message: "Enter a name for the account".into() });
    }
    if let Some(problem) = owners_problem(&owners, &members) {
        wrong.push(Field { name: "owner", message: problem.into() });
    }
    let value = match typed.filter(|_| old.source == Source::Manual) {
        Some((value, as_of)) => manual(value, as_of, Some(old.kind), today).map(|m| in_the_same(m, &old)).map_err(|e| wrong.extend(e)).ok(),
        None => old.manual.clone(),
    };
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let new = AccountFact { name, owners, manual: value, ..old.clone() };
    let mut happened = Vec::new();
    if new.name != old.name {
        happened.push(("account.renamed", json!({})));
    }
    if new.owners != old.owners {
        happened.push(("account.owners_set", json!({})));
    }
    if new.manual != old.manual {
        happened.push(("account.valued", json!({ "as_of": new.manual.as_ref().map(|m| m.as_of.to_string()) })));
    }
    if !happened.is_empty() {
        facts::say(app, &tx, scope, household, Fact::Account(new)).await?;
        for (kind, detail) in happened {
            events::record(app, &tx, scope, Some(household), kind, id, detail).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// A new value for an account that is kept by hand, in the caller's transaction: a draft that somebody accepts.
#[crate::boxed]
pub(crate) async fn value_in(app: &App, tx: &Firm, scope: &FirmScope, id: AccountId, value: &str, as_of: &str) -> Result<()> {
    let (household, old) = editable(app, tx, scope, id).await?;
    if old.source != Source::Manual {
        return Err(Error::Refused("This account’s values arrive by themselves.".into()));
    }
    let manual = manual(value, as_of, Some(old.kind), policy::today(app, tx).await?).map_err(Error::Invalid)?;
    let manual = in_the_same(manual, &old);
    let day = manual.as_of.to_string();
    facts::say(app, tx, scope, household, Fact::Account(AccountFact { manual: Some(manual), ..old })).await?;
    events::record(app, tx, scope, Some(household), "account.valued", id, json!({ "as_of": day })).await
}

/// Another name, for a fed account too: it stays when the provider's changes.
#[crate::boxed]
pub async fn rename(app: &App, scope: &FirmScope, id: AccountId, name: &str) -> Result<()> {
    let now = said(app, scope, id).await?;
    change(app, scope, id, name, now.owners, None).await
}

/// Whose the account is: one person, or several with shares that add up to the whole (D14).
#[crate::boxed]
pub async fn set_owners(app: &App, scope: &FirmScope, id: AccountId, owners: Vec<Owner>) -> Result<()> {
    let now = said(app, scope, id).await?;
    change(app, scope, id, &now.name, owners, None).await
}

async fn said(app: &App, scope: &FirmScope, id: AccountId) -> Result<AccountFact> {
    let db = app.store().read(scope).await?;
    Ok(editable(app, &db, scope, id).await?.1)
}

/// The current version of an account that the actor may change. Accounts of other firms, missing and deleted ones are the same.
async fn editable(app: &App, db: &Firm, scope: &FirmScope, id: AccountId) -> Result<(HouseholdId, AccountFact)> {
    let version = store::facts::current(db, id.uuid()).await?.ok_or(Error::NotFound)?;
    policy::check(app, db, scope, Action::EditHousehold, Some(version.household)).await?;
    match version.fact {
        Fact::Account(f) if f.state != AccountState::Deleted && f.same_as.is_none() => Ok((version.household, f)),
        _ => Err(Error::NotFound),
    }
}
