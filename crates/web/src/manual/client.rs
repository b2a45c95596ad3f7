//! The same forms in the portal: what a client enters is their own fact; what the adviser keeps is theirs to read.

use super::form::{Filled, facts, form, past};
use super::{Choice, Posted, has_details, title, type_of};
use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::session::Client;
use crate::view::manual::{ManualForm, PortalManual};
use crate::view::portal::PortalHere;
use app::manual::{Choices, View};
use app::portal::Lens;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::{AccountId, AccountType, HouseholdId, PortfolioKind};

pub async fn new(State(web): State<Web>, client: Client, At(household): At<HouseholdId>, Query(choice): Query<Choice>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let (about, c) = app::manual::own_form(&web.app, &lens).await?;
    let of = choice.of()?;
    let id: AccountId = web.app.random().id(web.app.now());
    let p = Posted {
        id: id.to_string(),
        r#type: of.key().into(),
        owner: lens.member.to_string(),
        as_of: c.today.to_string(),
        ..Posted::default()
    };
    Ok(Page(page(&web, &client, &lens, about.adviser_name(), &c, of, &p, &[]).await?).into_response())
}

#[allow(clippy::too_many_arguments, reason = "one page, shown for two requests")]
async fn page(
    web: &Web,
    client: &Client,
    lens: &Lens,
    adviser: &str,
    c: &Choices,
    of: AccountType,
    p: &Posted,
    wrong: &[app::Field],
) -> Result<PortalManual, WebError> {
    let shell = crate::portal::shell(web, client, lens, PortalHere::Accounts).await?;
    let at = format!("{}/facts/new", shell.base);
    let filled = Filled { of, p, c, wrong, new: true, typed: true };
    let hidden = vec![("id", p.id.clone()), ("type", of.key().into())];
    let form = ManualForm { hidden, cancel: format!("{}/accounts", shell.base), ..form(&filled, &shell.csrf, at.clone()) };
    let mut others: Vec<(&'static str, String)> = [AccountType::Property, AccountType::LoanOrCard, AccountType::Insurance]
        .into_iter()
        .filter(|t| *t != of)
        .map(|t| (title(t), format!("{at}?type={}", t.key())))
        .collect();
    others.push(("Another account", format!("{}/accounts/by-hand", shell.base)));
    Ok(PortalManual {
        title: title(of).into(),
        lead: format!("It is yours to keep current. {adviser} sees that you added it."),
        at: String::new(),
        facts: Vec::new(),
        form: Some(form),
        past: Vec::new(),
        others,
        shell,
    })
}

pub async fn add(State(web): State<Web>, client: Client, At(household): At<HouseholdId>, Form(p): Form<Posted>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let (about, c) = app::manual::own_form(&web.app, &lens).await?;
    let of = AccountType::from_key(&p.r#type).filter(|t| app::manual::has_details(*t)).ok_or(WebError::NotFound)?;
    match app::manual::create_own(&web.app, &lens, &p.by_hand(of, &c, PortfolioKind::Current)?, &p.typed()).await {
        Ok(()) => {
            Ok(see_saying(&web, format!("{}/accounts", crate::portal::at(household)), "Added. Your adviser sees it, and that it was you."))
        }
        Err(app::Error::Invalid(wrong)) => Ok(again(page(&web, &client, &lens, about.adviser_name(), &c, of, &p, &wrong).await?)),
        Err(e) => Err(e.into()),
    }
}

pub async fn details(State(web): State<Web>, client: Client, At((household, id)): At<(HouseholdId, AccountId)>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let (_, v) = app::manual::view_own(&web.app, &lens, id).await?;
    let p = Posted::of(&v);
    Ok(Page(one(&web, &client, &lens, &v, &p, &[]).await?).into_response())
}

async fn one(web: &Web, client: &Client, lens: &Lens, v: &View, p: &Posted, wrong: &[app::Field]) -> Result<PortalManual, WebError> {
    if !has_details(v.fact.kind) {
        return Err(WebError::NotFound);
    }
    let shell = crate::portal::shell(web, client, lens, PortalHere::Accounts).await?;
    let at = format!("{}/accounts/{}", shell.base, v.account.id);
    let filled = Filled { of: type_of(v.fact.kind), p, c: &v.choices, wrong, new: false, typed: v.fact.source == model::Source::Manual };
    let form = v.may_edit.then(|| ManualForm { cancel: at.clone(), ..form(&filled, &shell.csrf, format!("{at}/details")) });
    Ok(PortalManual {
        title: v.fact.name.clone(),
        lead: if v.may_edit { "You entered it, and keep it current.".into() } else { "Kept by your adviser.".into() },
        facts: facts(v),
        form,
        past: past(v, &[], web.app.now()),
        others: Vec::new(),
        at,
        shell,
    })
}

pub async fn change(
    State(web): State<Web>,
    client: Client,
    At((household, id)): At<(HouseholdId, AccountId)>,
    Form(p): Form<Posted>,
) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let (_, v) = app::manual::view_own(&web.app, &lens, id).await?;
    if !has_details(v.fact.kind) {
        return Err(WebError::NotFound);
    }
    match app::manual::change_own(&web.app, &lens, id, &p.value, &p.as_of, &p.typed()).await {
        Ok(()) => Ok(see_saying(&web, format!("{}/accounts/{id}/details", crate::portal::at(household)), "Saved.")),
        Err(app::Error::Invalid(wrong)) => Ok(again(one(&web, &client, &lens, &v, &p, &wrong).await?)),
        Err(e) => Err(e.into()),
    }
}
