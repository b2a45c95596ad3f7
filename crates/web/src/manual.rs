//! Forms for property, debts and policies that are kept by hand, and the page of what was typed with every version of it.

pub mod client;
mod form;

use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::household_words::{at, head};
use crate::respond::{Answer, Page, WebError, again, see, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::household::Tab;
use crate::view::manual::{Manual, ManualForm};
use crate::view::shell::Here;
use app::accounts::{ByHand, equal_shares};
use app::manual::{Choices, Typed, View};
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use form::{Filled, facts, form, past};
use model::fact::{MemberRole, Owner};
use model::{AccountId, AccountKind, AccountType, Custody, HouseholdId, PortfolioKind};

pub fn routes() -> Vec<Route> {
    use Audience::{Client, Staff};
    vec![
        Route::get("/households/{household}/facts/new", Staff, new),
        Route::post("/households/{household}/facts/new", Staff, add),
        Route::get("/accounts/{account}/details", Staff, details),
        Route::post("/accounts/{account}/details", Staff, change),
        Route::get("/portal/{household}/facts/new", Client, client::new),
        Route::post("/portal/{household}/facts/new", Client, client::add),
        Route::get("/portal/{household}/accounts/{account}/details", Client, client::details),
        Route::post("/portal/{household}/accounts/{account}/details", Client, client::change),
    ]
}

/// Whether an account of this kind has a page of details.
pub fn has_details(kind: AccountKind) -> bool {
    AccountType::ALL.into_iter().any(|t| app::manual::has_details(t) && t.kinds().contains(&kind))
}

pub fn type_of(kind: AccountKind) -> AccountType {
    AccountType::ALL.into_iter().find(|t| t.kinds().contains(&kind)).unwrap_or(AccountType::Property)
}

/// "A property, by hand".
pub fn title(of: AccountType) -> &'static str {
    match of {
        AccountType::Property => "Property, by hand",
        AccountType::Insurance => "Insurance policy, by hand",
        _ => "Loan or credit card, by hand",
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Choice {
    pub portfolio: String,
    pub r#type: String,
}

impl Choice {
    pub fn of(&self) -> Result<AccountType, WebError> {
        if self.r#type.is_empty() {
            return Ok(AccountType::Property);
        }
        AccountType::from_key(&self.r#type).filter(|t| app::manual::has_details(*t)).ok_or(WebError::NotFound)
    }
}

/// Everything that a form posts.
#[derive(serde::Deserialize, Default, Clone)]
#[serde(default)]
pub struct Posted {
    pub id: String,
    pub portfolio: String,
    pub r#type: String,
    pub name: String,
    pub kind: String,
    pub owner: String,
    pub institution: String,
    pub mask: String,
    pub value: String,
    pub currency: String,
    pub as_of: String,
    pub custody: String,
    pub sort: String,
    pub address: String,
    pub mortgage: String,
    pub rate: String,
    pub payment: String,
    pub every: String,
    pub ends: String,
    pub cover: String,
    pub premium: String,
    pub insured: String,
    pub beneficiaries: String,
}

impl Posted {
    pub fn typed(&self) -> Typed {
        let p = self.clone();
        Typed {
            sort: p.sort,
            address: p.address,
            mortgage: p.mortgage,
            rate: p.rate,
            payment: p.payment,
            every: p.every,
            ends: p.ends,
            cover: p.cover,
            premium: p.premium,
            insured: p.insured,
            beneficiaries: p.beneficiaries,
        }
    }
    pub fn by_hand(&self, of: AccountType, c: &Choices, portfolio: PortfolioKind) -> Result<ByHand, WebError> {
        Ok(ByHand {
            id: self.id.parse().map_err(|_| WebError::Unreadable)?,
            portfolio,
            kind_of: of,
            name: self.name.clone(),
            kind: if self.kind.is_empty() { of.kinds()[0].key().into() } else { self.kind.clone() },
            owners: owners(c, &self.owner),
            institution: self.institution.clone(),
            mask: self.mask.clone(),
            value: self.value.clone(),
            currency: self.currency.clone(),
            as_of: self.as_of.clone(),
            custody: Custody::HeldAway,
        })
    }
    /// What is kept now.
    pub fn of(v: &View) -> Posted {
        let adults: Vec<_> = v.choices.members.iter().filter(|m| m.role == MemberRole::Adult).map(|m| m.id).collect();
        let t = Typed::of(v.fact.detail.as_ref(), &adults);
        let manual = v.fact.manual.as_ref();
        let value = manual.map(|m| if v.fact.kind.is_debt() { -m.value } else { m.value });
        Posted {
            value: value.map(|d| d.to_string()).unwrap_or_default(),
            as_of: manual.map_or(v.choices.today, |m| m.as_of).to_string(),
            sort: t.sort,
            address: t.address,
            mortgage: t.mortgage,
            rate: t.rate,
            payment: t.payment,
            every: t.every,
            ends: t.ends,
            cover: t.cover,
            premium: t.premium,
            insured: t.insured,
            beneficiaries: t.beneficiaries,
            ..Posted::default()
        }
    }
}

fn owners(c: &Choices, chosen: &str) -> Vec<Owner> {
    if chosen == "joint" {
        let adults: Vec<_> = c.members.iter().filter(|m| m.role == MemberRole::Adult).map(|m| m.id).collect();
        return equal_shares(&adults);
    }
    chosen.parse().map(|id| equal_shares(&[id])).unwrap_or_default()
}

async fn new(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Query(choice): Query<Choice>) -> Answer {
    let of = choice.of()?;
    let (found, c) = app::manual::form(&web.app, &staff.scope, household).await?;
    let id: AccountId = web.app.random().id(web.app.now());
    let portfolio = PortfolioKind::from_key(&choice.portfolio).unwrap_or(PortfolioKind::Current);
    let p = Posted {
        id: id.to_string(),
        portfolio: portfolio.key().into(),
        r#type: of.key().into(),
        as_of: c.today.to_string(),
        ..Posted::default()
    };
    Ok(Page(new_page(&web, &staff, &found, &c, of, &p, &[])).into_response())
}

fn new_page(
    web: &Web,
    staff: &Staff,
    found: &app::households::Found,
    c: &Choices,
    of: AccountType,
    p: &Posted,
    wrong: &[app::Field],
) -> Manual {
    let base = at(found.household.id);
    let shell = staff.shell(web, Here::Households);
    let filled = Filled { of, p, c, wrong, new: true, typed: true };
    let hidden = vec![("id", p.id.clone()), ("portfolio", p.portfolio.clone()), ("type", of.key().into())];
    let form = ManualForm {
        hidden,
        cancel: format!("{base}/portfolio/{}", p.portfolio),
        ..form(&filled, &shell.csrf, format!("{base}/facts/new"))
    };
    Manual {
        hh: head(found, Tab::Portfolio),
        title: title(of).into(),
        lead: "You keep it up to date. Every change is kept with its date.".into(),
        at: String::new(),
        facts: Vec::new(),
        form: Some(form),
        past: Vec::new(),
        shell,
    }
}

async fn add(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Form(p): Form<Posted>) -> Answer {
    let of = AccountType::from_key(&p.r#type).filter(|t| app::manual::has_details(*t)).ok_or(WebError::NotFound)?;
    let portfolio = PortfolioKind::from_key(&p.portfolio).ok_or(WebError::NotFound)?;
    let (found, c) = app::manual::form(&web.app, &staff.scope, household).await?;
    match app::manual::create(&web.app, &staff.scope, household, &p.by_hand(of, &c, portfolio)?, &p.typed()).await {
        Ok(()) => Ok(see(format!("{}/portfolio/{}", at(household), portfolio.key()))),
        Err(app::Error::Invalid(wrong)) => Ok(again(new_page(&web, &staff, &found, &c, of, &p, &wrong))),
        Err(e) => Err(e.into()),
    }
}

async fn details(State(web): State<Web>, staff: Staff, At(id): At<AccountId>) -> Answer {
    let (found, v) = app::manual::view(&web.app, &staff.scope, id).await?;
    Ok(Page(page(&web, &staff, &found, &v, &Posted::of(&v), &[]).await?).into_response())
}

async fn page(
    web: &Web,
    staff: &Staff,
    found: &app::households::Found,
    v: &View,
    p: &Posted,
    wrong: &[app::Field],
) -> Result<Manual, WebError> {
    if !has_details(v.fact.kind) {
        return Err(WebError::NotFound);
    }
    let here = format!("/accounts/{}", v.account.id);
    let shell = staff.shell(web, Here::Households);
    let people = app::account_view::view(&web.app, &staff.scope, v.account.id, None).await?.people;
    let filled = Filled { of: type_of(v.fact.kind), p, c: &v.choices, wrong, new: false, typed: v.fact.source == model::Source::Manual };
    let form = v.may_edit.then(|| ManualForm { cancel: here.clone(), ..form(&filled, &shell.csrf, format!("{here}/details")) });
    Ok(Manual {
        hh: head(found, Tab::Portfolio),
        title: v.fact.name.clone(),
        lead: "What was typed beside the value. Every change is kept with its date.".into(),
        facts: facts(v),
        form,
        past: past(v, &people, web.app.now()),
        at: here,
        shell,
    })
}

async fn change(State(web): State<Web>, staff: Staff, At(id): At<AccountId>, Form(p): Form<Posted>) -> Answer {
    let (found, v) = app::manual::view(&web.app, &staff.scope, id).await?;
    if !has_details(v.fact.kind) {
        return Err(WebError::NotFound);
    }
    match app::manual::change(&web.app, &staff.scope, id, &p.value, &p.as_of, &p.typed()).await {
        Ok(()) => Ok(see_saying(&web, format!("/accounts/{id}/details"), "Saved.")),
        Err(app::Error::Invalid(wrong)) => Ok(again(page(&web, &staff, &found, &v, &p, &wrong).await?)),
        Err(e) => Err(e.into()),
    }
}
