//! What comes in to the people of a household: added, changed, ended, every change a version of its own.

use crate::portal::Lens;
use crate::{App, Error, Field, Result, accounts, events, facts, policy};
use model::detail::Every;
use model::fact::Fact;
use model::income::{IncomeFact, IncomeKind};
use model::permission::Action;
use model::portal::Area;
use model::{Currency, Date, Decimal, FirmScope, HouseholdId, IncomeId, MemberId, text};
use serde_json::json;
use store::Firm;

/// As typed.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Typed {
    pub member: String,
    pub kind: String,
    pub amount: String,
    pub currency: String,
    pub every: String,
    pub from: String,
    pub until: String,
}

impl Typed {
    pub fn of(f: &IncomeFact) -> Typed {
        let day = |d: Option<Date>| d.map(|d| d.to_string()).unwrap_or_default();
        Typed {
            member: f.member.to_string(),
            kind: f.kind.key().into(),
            amount: f.amount.map(|a| a.to_string()).unwrap_or_default(),
            currency: f.currency.code().into(),
            every: f.every.key().into(),
            from: day(f.from),
            until: day(f.until),
        }
    }

    fn fact(&self, id: IncomeId, members: &[MemberId]) -> std::result::Result<IncomeFact, Vec<Field>> {
        let mut wrong = Vec::new();
        let mut no = |name, message: &str| wrong.push(Field { name, message: message.into() });
        let member = self.member.parse::<MemberId>().ok().filter(|m| members.contains(m));
        if member.is_none() {
            no("member", "Choose whose income it is");
        }
        let kind = IncomeKind::from_key(&self.kind);
        if kind.is_none() {
            no("kind", "Choose what kind of income it is");
        }
        let amount = (!self.amount.trim().is_empty()).then(|| text::amount(&self.amount).filter(|a| *a > Decimal::ZERO));
        if amount == Some(None) {
            no("amount", "Enter an amount above zero such as 4,250.50, or leave it empty where it is not known");
        }
        let currency = if self.currency.is_empty() { "USD" } else { self.currency.as_str() };
        let currency = currency.parse::<Currency>().ok().filter(|c| accounts::CURRENCIES.iter().any(|(code, _)| *code == c.code()));
        if currency.is_none() {
            no("currency", "Choose a currency");
        }
        let mut day = |name: &'static str, typed: &str| {
            let day = (!typed.trim().is_empty()).then(|| text::day(typed));
            if day == Some(None) {
                no(name, "Enter a day, or leave it empty");
            }
            day.flatten()
        };
        let (from, until) = (day("from", &self.from), day("until", &self.until));
        if from.zip(until).is_some_and(|(a, b)| b < a) {
            no("until", "This lies before the first day");
        }
        match (member, kind, currency) {
            (Some(member), Some(kind), Some(currency)) if wrong.is_empty() => {
                let every = Every::from_key(&self.every).unwrap_or(Every::Month);
                Ok(IncomeFact { id, member, kind, amount: amount.flatten(), currency, every, from, until, active: true })
            }
            _ => Err(wrong),
        }
    }
}

pub(crate) async fn of_household(db: &Firm, household: HouseholdId) -> Result<Vec<IncomeFact>> {
    let all = store::facts::current_of_kind(db, household, "income").await?;
    let mut out: Vec<IncomeFact> = all
        .into_iter()
        .filter_map(|v| match v.fact {
            Fact::Income(f) if f.active => Some(f),
            _ => None,
        })
        .collect();
    out.sort_by_key(|f| f.id);
    Ok(out)
}

/// The same for a client with whom the financials are shared.
#[crate::boxed]
pub async fn shared(app: &App, lens: &Lens) -> Result<Vec<IncomeFact>> {
    lens.view(Area::Financials)?;
    let db = app.store().read(&lens.scope).await?;
    of_household(&db, lens.household).await
}

/// Adds or changes: the id was made with the form, so a second click changes nothing.
#[crate::boxed]
pub async fn save(app: &App, scope: &FirmScope, household: HouseholdId, id: IncomeId, typed: &Typed) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(household)).await?;
    let old = current(&tx, household, id).await?;
    let members: Vec<MemberId> = store::members::of_household(&tx, household).await?.iter().map(|m| m.id).collect();
    let new = typed.fact(id, &members).map_err(Error::Invalid)?;
    if old.as_ref() != Some(&new) {
        let kind = if old.is_none() { "income.added" } else { "income.changed" };
        facts::say(app, &tx, scope, household, Fact::Income(new)).await?;
        events::record(app, &tx, scope, Some(household), kind, id, json!({})).await?;
    }
    Ok(tx.commit().await?)
}

/// Off the list: it was never so. What ended has a last day instead.
#[crate::boxed]
pub async fn remove(app: &App, scope: &FirmScope, household: HouseholdId, id: IncomeId) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(household)).await?;
    let old = current(&tx, household, id).await?.ok_or(Error::NotFound)?;
    if old.active {
        facts::say(app, &tx, scope, household, Fact::Income(IncomeFact { active: false, ..old })).await?;
        events::record(app, &tx, scope, Some(household), "income.removed", id, json!({})).await?;
    }
    Ok(tx.commit().await?)
}

/// What is said of it now; something else under this id, or another household's, is not there.
async fn current(db: &Firm, household: HouseholdId, id: IncomeId) -> Result<Option<IncomeFact>> {
    match store::facts::current(db, id.uuid()).await? {
        None => Ok(None),
        Some(v) if v.household == household => match v.fact {
            Fact::Income(f) => Ok(Some(f)),
            _ => Err(Error::NotFound),
        },
        Some(_) => Err(Error::NotFound),
    }
}
