//! Adding an account: the type step and the form for one that is kept by hand; and changing such an account.

use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::household_words::{at, head};
use crate::portfolios::{title, types};
use crate::respond::{Answer, Page, WebError, again, see};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::household::Tab;
use crate::view::kit::{Field, FieldKind, Pick, Problems, Select};
use crate::view::portfolio::{AccountByHand, AccountNew};
use crate::view::shell::Here;
use app::accounts::{ByHand, equal_shares};
use app::portfolios::{Only, View};
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::fact::{MemberRole, Owner};
use model::permission::{Action, may};
use model::{AccountId, AccountKind, AccountType, Custody, HouseholdId, PortfolioKind};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/households/{household}/accounts/new", Audience::Staff, new),
        Route::get("/households/{household}/accounts/by-hand", Audience::Staff, by_hand),
        Route::post("/households/{household}/accounts/by-hand", Audience::Staff, add),
    ]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Choice {
    portfolio: String,
    r#type: String,
}

impl Choice {
    fn portfolio(&self) -> PortfolioKind {
        PortfolioKind::from_key(&self.portfolio).unwrap_or(PortfolioKind::Current)
    }
}

async fn new(web: State<Web>, staff: Staff, At(household): At<HouseholdId>, choice: Query<Choice>) -> Answer {
    if AccountType::from_key(&choice.r#type).is_some() {
        return by_hand(web, staff, At(household), choice).await;
    }
    let view = app::portfolios::view(&web.app, &staff.scope, household, choice.portfolio(), Only::Everything).await?;
    team_only(&view)?;
    let page = AccountNew {
        shell: staff.shell(&web, Here::Households),
        hh: head(&view.found, Tab::Portfolio),
        title: title(view.portfolio.kind).into(),
        types: types(&view),
    };
    Ok(Page(page).into_response())
}

/// Nobody is shown a form whose answer would be refused.
fn team_only(view: &View) -> Result<(), WebError> {
    if may(Action::EditHousehold, view.found.standing) {
        return Ok(());
    }
    Err(WebError::Refused("Only the household’s own team can do this.".into()))
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Posted {
    id: String,
    portfolio: String,
    r#type: String,
    name: String,
    kind: String,
    owner: String,
    institution: String,
    mask: String,
    value: String,
    currency: String,
    as_of: String,
    custody: String,
}

async fn by_hand(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Query(choice): Query<Choice>) -> Answer {
    let kind = choice.portfolio();
    let view = app::portfolios::view(&web.app, &staff.scope, household, kind, Only::Everything).await?;
    team_only(&view)?;
    let Some(of) = AccountType::from_key(&choice.r#type) else {
        return Ok(see(format!("{}/accounts/new?portfolio={}", at(household), kind.key())));
    };
    let id: AccountId = web.app.random().id(web.app.now());
    let posted = Posted {
        id: id.to_string(),
        portfolio: kind.key().into(),
        r#type: of.key().into(),
        kind: of.kinds()[0].key().into(),
        as_of: view.today.to_string(),
        ..Posted::default()
    };
    Ok(Page(form(&web, &staff, &view, of, &posted, &[])).into_response())
}

pub fn type_name(of: AccountType) -> &'static str {
    match of {
        AccountType::FundsStocksOther => "Funds, stocks, and other",
        AccountType::Bank => "Bank account",
        AccountType::LoanOrCard => "Loan or credit card",
        AccountType::Property => "Property",
        AccountType::Business => "Business interest",
        AccountType::Insurance => "Insurance with cash value",
    }
}

pub fn kind_name(kind: AccountKind) -> &'static str {
    use AccountKind::*;
    match kind {
        Brokerage => "Brokerage",
        Retirement => "Retirement",
        HealthSavings => "Health savings",
        Education => "Education savings",
        Annuity => "Annuity",
        Checking => "Checking",
        Savings => "Savings",
        Cash => "Cash",
        CreditCard => "Credit card",
        Mortgage => "Mortgage",
        Loan => "Loan",
        StudentLoan => "Student loan",
        Property => "Property",
        Business => "Business interest",
        Insurance => "Insurance with cash value",
        Crypto => "Crypto",
        Other => "Other",
    }
}

/// The owner's choices: each person, or all adults together in equal shares.
fn owner_picks(view: &View, chosen: &str) -> Vec<Pick> {
    let members = &view.found.members;
    let mut picks: Vec<Pick> = members.iter().map(|m| Pick::new(m.id.to_string(), &m.name, m.id.to_string() == chosen)).collect();
    if members.iter().filter(|m| m.role == MemberRole::Adult).count() > 1 {
        picks.push(Pick::new("joint", "Joint, in equal shares", chosen == "joint"));
    }
    picks
}

fn owners(view: &View, chosen: &str) -> Vec<Owner> {
    if chosen == "joint" {
        let adults: Vec<_> = view.found.members.iter().filter(|m| m.role == MemberRole::Adult).map(|m| m.id).collect();
        return equal_shares(&adults);
    }
    chosen.parse().map(|id| equal_shares(&[id])).unwrap_or_default()
}

fn form(web: &Web, staff: &Staff, view: &View, of: AccountType, p: &Posted, wrong: &[app::Field]) -> AccountByHand {
    let said = |name: &str| wrong.iter().find(|f| f.name == name).map(|f| f.message.clone()).unwrap_or_default();
    let base = at(view.found.household.id);
    let debt = of == AccountType::LoanOrCard;
    let name = Field::new("name", "Name").value(&p.name).error(said("name"));
    let kinds = of.kinds().iter().map(|k| Pick::new(k.key(), kind_name(*k), k.key() == p.kind)).collect();
    let kind = Select::new("kind", "Kind", kinds).error(said("kind"));
    let owner = Select::new("owner", "Owner", owner_picks(view, &p.owner)).error(said("owner"));
    let institution = Field::new("institution", "Institution").value(&p.institution).optional().error(said("institution"));
    let mask = Field::new("mask", "Last four digits").value(&p.mask).optional().error(said("mask"));
    let value = Field::new("value", if debt { "Amount owed" } else { "Value" }).kind(FieldKind::Amount).value(&p.value);
    let value = value.error(said("value"));
    let chosen = if p.currency.is_empty() { "USD" } else { p.currency.as_str() };
    let currencies = app::accounts::CURRENCIES.iter().map(|(code, text)| Pick::new(*code, format!("{code}, {text}"), *code == chosen));
    let currency = Select::new("currency", "Currency", currencies.collect()).hint("Shown as it is: nothing is converted");
    let currency = currency.error(said("currency"));
    let as_of = Field::new("as_of", "As of").kind(FieldKind::Date).value(&p.as_of).error(said("as_of"));
    let managed = p.custody == "managed";
    let custody = Select::new(
        "custody",
        "Custody",
        vec![Pick::new("held_away", "Held away", !managed), Pick::new("managed", "Managed here", managed)],
    );
    AccountByHand {
        shell: staff.shell(web, Here::Households),
        hh: head(&view.found, Tab::Portfolio),
        action: format!("{base}/accounts/by-hand"),
        type_name: type_name(of).into(),
        problems: Problems::of([
            name.problem(),
            kind.problem(),
            owner.problem(),
            value.problem(),
            currency.problem(),
            as_of.problem(),
            institution.problem(),
            mask.problem(),
        ]),
        hidden: vec![("id", p.id.clone()), ("portfolio", view.portfolio.kind.key().into()), ("type", of.key().into())],
        name,
        kind,
        owner,
        institution,
        mask,
        value,
        currency,
        as_of,
        custody,
        cancel: format!("{base}/portfolio/{}", view.portfolio.kind.key()),
    }
}

async fn add(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Form(posted): Form<Posted>) -> Answer {
    let kind = PortfolioKind::from_key(&posted.portfolio).ok_or(WebError::NotFound)?;
    let view = app::portfolios::view(&web.app, &staff.scope, household, kind, Only::Everything).await?;
    let of = AccountType::from_key(&posted.r#type).ok_or(WebError::NotFound)?;
    let typed = ByHand {
        id: posted.id.parse().map_err(|_| WebError::Unreadable)?,
        portfolio: kind,
        kind_of: of,
        name: posted.name.clone(),
        kind: posted.kind.clone(),
        owners: owners(&view, &posted.owner),
        institution: posted.institution.clone(),
        mask: posted.mask.clone(),
        value: posted.value.clone(),
        currency: posted.currency.clone(),
        as_of: posted.as_of.clone(),
        custody: if posted.custody == "managed" { Custody::Managed } else { Custody::HeldAway },
    };
    match app::accounts::create(&web.app, &staff.scope, household, &typed).await {
        Ok(_) => Ok(see(format!("{}/portfolio/{}", at(household), kind.key()))),
        Err(app::Error::Invalid(wrong)) => Ok(again(form(&web, &staff, &view, of, &posted, &wrong))),
        Err(e) => Err(e.into()),
    }
}
