//! Property, debts and policies that are kept by hand, by the adviser and, as their own facts, by clients: the whole form in one version,
//! every change a version of its own.

mod read;

pub use read::Typed;

use crate::accounts::{self, ByHand};
use crate::households::{self, Found};
use crate::portal::{self, Lens};
use crate::portal_reports::{self, About};
use crate::{App, Error, Field, Result, events, facts, policy, portal_accounts};
use jiff::tz::TimeZone;
use model::detail::Detail;
use model::fact::{AccountFact, Fact};
use model::permission::{Action, may};
use model::portal::Right;
use model::{AccountId, AccountKind, AccountState, AccountType, Currency, Custody, Date, FirmScope, HouseholdId, PortfolioKind, Source};
use serde_json::json;
use store::Firm;
use store::accounts::Account;
pub use store::facts::Version;
use store::members::Member;
use store::portal_home::ADDED;

/// Types whose form asks for more than a value.
pub fn has_details(of: AccountType) -> bool {
    matches!(of, AccountType::Property | AccountType::LoanOrCard | AccountType::Insurance)
}

/// What a form needs to offer: the people, and the debts that a property can secure.
#[derive(Debug, Clone)]
pub struct Choices {
    pub members: Vec<Member>,
    pub debts: Vec<Account>,
    pub today: Date,
}

async fn choices(app: &App, db: &Firm, household: HouseholdId) -> Result<Choices> {
    let mut debts = store::accounts::of_household(db, household).await?;
    debts.retain(|a| matches!(a.kind, AccountKind::Mortgage | AccountKind::Loan));
    Ok(Choices { members: store::members::of_household(db, household).await?, debts, today: policy::today(app, db).await? })
}

/// The empty form of the firm's own people.
#[crate::boxed]
pub async fn form(app: &App, scope: &FirmScope, household: HouseholdId) -> Result<(Found, Choices)> {
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::EditHousehold, Some(household)).await?;
    Ok((households::load(app, &db, scope, household).await?, choices(app, &db, household).await?))
}

/// The empty form of a client.
#[crate::boxed]
pub async fn own_form(app: &App, lens: &Lens) -> Result<(About, Choices)> {
    lens.need(Right::AddFacts)?;
    let db = app.store().read(&lens.scope).await?;
    let mut all = choices(app, &db, lens.household).await?;
    if !lens.holds(Right::View(model::portal::Area::Financials)) {
        // What is not shared is no choice either.
        all.debts.clear();
    }
    Ok((portal_reports::about_in(app, &db, lens).await?, all))
}

/// Everything of the form, or what is wrong at which field. A policy may have no cash value: that is not zero, and not counted.
fn checked(by: &ByHand, typed: &Typed, c: &Choices, portfolio: model::PortfolioId) -> Result<AccountFact> {
    let none = by.value.trim().is_empty() && by.kind_of == AccountType::Insurance;
    let by = if none { ByHand { value: "0".into(), ..by.clone() } } else { by.clone() };
    let made = accounts::checked(&by, portfolio, &c.members, c.today);
    let kind = AccountKind::from_key(&by.kind).unwrap_or(by.kind_of.kinds()[0]);
    let currency: Currency = by.currency.parse().unwrap_or_else(|_| Currency::usd());
    let detail = typed.detail(kind, currency, c);
    match (made, detail) {
        (Ok(f), Ok(detail)) => Ok(AccountFact { manual: f.manual.clone().filter(|_| !none), detail, ..f }),
        (Err(Error::Invalid(mut a)), Err(b)) => {
            a.extend(b);
            Err(Error::Invalid(a))
        }
        (Err(e), _) => Err(e),
        (_, Err(wrong)) => Err(Error::Invalid(wrong)),
    }
}

#[crate::boxed]
pub async fn create(app: &App, scope: &FirmScope, household: HouseholdId, by: &ByHand, typed: &Typed) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(household)).await?;
    if let Some(there) = store::facts::current(&tx, by.id.uuid()).await? {
        return if there.household == household { Ok(()) } else { Err(Error::NotFound) };
    }
    let portfolios = store::portfolios::of_household(&tx, household).await?;
    let portfolio = portfolios.iter().find(|p| p.kind == by.portfolio).ok_or(Error::NotFound)?;
    let fact = checked(by, typed, &choices(app, &tx, household).await?, portfolio.id)?;
    facts::say(app, &tx, scope, household, Fact::Account(fact)).await?;
    let detail = json!({ "source": "manual", "type": by.kind_of.key() });
    events::record(app, &tx, scope, Some(household), "account.created", by.id, detail).await?;
    Ok(tx.commit().await?)
}

/// The client's own: held away, in Current, marked with who added it.
#[crate::boxed]
pub async fn create_own(app: &App, lens: &Lens, by: &ByHand, typed: &Typed) -> Result<()> {
    lens.act(Right::AddFacts)?;
    let tx = app.store().begin(&lens.scope).await?;
    portal::enter_in(&tx, &lens.scope, lens.household).await?.act(Right::AddFacts)?;
    if let Some(there) = store::facts::current(&tx, by.id.uuid()).await? {
        let same = there.household == lens.household && there.actor == lens.scope.actor().to_string();
        return if same { Ok(()) } else { Err(Error::NotFound) };
    }
    let portfolios = store::portfolios::of_household(&tx, lens.household).await?;
    let portfolio = portfolios.iter().find(|p| p.kind == PortfolioKind::Current).ok_or(Error::NotFound)?;
    let by = ByHand { custody: Custody::HeldAway, portfolio: PortfolioKind::Current, ..by.clone() };
    let fact = checked(&by, typed, &choices(app, &tx, lens.household).await?, portfolio.id)?;
    facts::say(app, &tx, &lens.scope, lens.household, Fact::Account(fact)).await?;
    let detail = json!({ "member": lens.member, "type": by.kind_of.key() });
    events::record(app, &tx, &lens.scope, Some(lens.household), ADDED, by.id, detail).await?;
    Ok(tx.commit().await?)
}

/// One account with what was typed beside its value, and every version of it, newest first.
#[derive(Debug, Clone)]
pub struct View {
    pub account: Account,
    pub fact: AccountFact,
    pub versions: Vec<Version>,
    pub choices: Choices,
    pub may_edit: bool,
    pub zone: TimeZone,
}

async fn load(app: &App, db: &Firm, id: AccountId) -> Result<View> {
    let account = store::accounts::find(db, id).await?.filter(|a| a.same_as.is_none()).ok_or(Error::NotFound)?;
    let mut versions = store::facts::history(db, id.uuid()).await?;
    versions.reverse();
    let fact = match versions.first().map(|v| &v.fact) {
        Some(Fact::Account(f)) if f.state != AccountState::Deleted => f.clone(),
        _ => return Err(Error::NotFound),
    };
    let choices = choices(app, db, account.household).await?;
    Ok(View { may_edit: false, zone: policy::zone(db).await?, account, fact, versions, choices })
}

#[crate::boxed]
pub async fn view(app: &App, scope: &FirmScope, id: AccountId) -> Result<(Found, View)> {
    let db = app.store().read(scope).await?;
    let mut v = load(app, &db, id).await?;
    let found = households::load(app, &db, scope, v.account.household).await?;
    v.may_edit = may(Action::EditHousehold, found.standing) && v.fact.state == AccountState::Live;
    Ok((found, v))
}

/// The same for a client who is shown the account; theirs to change where they entered it.
#[crate::boxed]
pub async fn view_own(app: &App, lens: &Lens, id: AccountId) -> Result<(About, View)> {
    let one = portal_reports::account(app, lens, id).await?;
    let db = app.store().read(&lens.scope).await?;
    let mut v = load(app, &db, id).await?;
    if !lens.holds(Right::View(model::portal::Area::Financials)) {
        // What is not shared is no choice either; what they chose before stays.
        let chosen = match &v.fact.detail {
            Some(Detail::Property(p)) => p.mortgage,
            _ => None,
        };
        v.choices.debts.retain(|d| Some(d.id) == chosen);
    }
    v.may_edit = !lens.preview && one.item.added_by == Some(lens.member) && lens.holds(Right::AddFacts) && v.fact.source == Source::Manual;
    Ok((one.about, v))
}

#[crate::boxed]
pub async fn change(app: &App, scope: &FirmScope, id: AccountId, value: &str, as_of: &str, typed: &Typed) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    let version = store::facts::current(&tx, id.uuid()).await?.ok_or(Error::NotFound)?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(version.household)).await?;
    match version.fact {
        Fact::Account(old) if old.state == AccountState::Live && old.same_as.is_none() => {
            write(app, &tx, scope, version.household, old, value, as_of, typed).await?;
        }
        _ => return Err(Error::NotFound),
    }
    Ok(tx.commit().await?)
}

#[crate::boxed]
pub async fn change_own(app: &App, lens: &Lens, id: AccountId, value: &str, as_of: &str, typed: &Typed) -> Result<()> {
    let (tx, old) = portal_accounts::own_fact(app, lens, id).await?;
    write(app, &tx, &lens.scope, lens.household, old, value, as_of, typed).await?;
    Ok(tx.commit().await?)
}

#[allow(clippy::too_many_arguments, reason = "one form, written by two kinds of people")]
async fn write(
    app: &App,
    db: &Firm,
    scope: &FirmScope,
    household: HouseholdId,
    old: AccountFact,
    value: &str,
    as_of: &str,
    typed: &Typed,
) -> Result<()> {
    let c = choices(app, db, household).await?;
    let mut wrong: Vec<Field> = Vec::new();
    let none = value.trim().is_empty() && old.kind == AccountKind::Insurance;
    let manual = match old.source {
        Source::Manual if !none => match accounts::manual(value, as_of, Some(old.kind), c.today) {
            Ok(m) => Some(accounts::in_the_same(m, &old)),
            Err(e) => {
                wrong.extend(e);
                None
            }
        },
        Source::Manual => None,
        _ => old.manual.clone(),
    };
    let currency = match (&old.manual, old.detail.as_ref().and_then(Detail::policy)) {
        (Some(m), _) => m.currency.clone(),
        (_, Some(p)) => p.currency.clone(),
        _ => Currency::usd(),
    };
    let detail = typed.detail(old.kind, currency, &c).map_err(|e| wrong.extend(e)).unwrap_or_default();
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let new = AccountFact { manual, detail, ..old.clone() };
    if new == old {
        return Ok(());
    }
    let id = new.id;
    let (valued, described) = (new.manual != old.manual, new.detail != old.detail);
    let day = new.manual.as_ref().map(|m| m.as_of.to_string());
    facts::say(app, db, scope, household, Fact::Account(new)).await?;
    if old.manual.is_some() && day.is_none() && old.source == Source::Manual {
        store::received::clear(db, id, false).await?;
    }
    if valued {
        events::record(app, db, scope, Some(household), "account.valued", id, json!({ "as_of": day })).await?;
    }
    if described {
        events::record(app, db, scope, Some(household), "account.details_set", id, json!({})).await?;
    }
    Ok(())
}
