//! One account of the portal by itself, and a new value for one that the client entered.

use super::words::{See, disclaimer, value};
use crate::Web;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::household_words::mask;
use crate::icons as icon;
use crate::respond::{Answer, Page, see_saying};
use crate::session::Client;
use crate::view::account::Position;
use crate::view::kit::{Field, FieldKind, Problems};
use crate::view::portal::{OwnFact, PortalAccount, PortalAct, PortalHere, PortalShell};
use crate::view::words;
use app::portal::Lens;
use app::portal_reports::One;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use model::portal::Right;
use model::{AccountId, AccountState, Custody, HouseholdId, Money, SecurityKind};

/// What was typed and refused, to be shown again.
pub struct Refused<'a> {
    pub value: &'a str,
    pub as_of: &'a str,
    pub wrong: &'a [app::Field],
}

pub async fn one(web: &Web, shell: PortalShell, lens: &Lens, id: AccountId, refused: Option<Refused<'_>>) -> Answer {
    let v = app::portal_reports::account(&web.app, lens, id).await?;
    let see = See { shell: &shell, lens, about: &v.about, members: &v.members };
    let item = see.item(&v.item);
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = PortalAccount {
        name: item.name.clone(),
        mask: mask(v.item.account.mask.as_ref()),
        chip: item.chip.clone(),
        held_away: item.held_away,
        value: value(&v.item),
        facts: facts(&see, &v, &item),
        positions: positions(&v),
        own: own(&see, &v, refused),
        manage: manage(&see, &v),
        wrong: see.wrong(&id.to_string(), &item.name),
        disclaimer: disclaimer(&v.about),
        shell: shell.clone(),
    };
    Ok((status, Page(view)).into_response())
}

fn facts(see: &See<'_>, v: &One, item: &crate::view::portal::PortalItem) -> Vec<(&'static str, String)> {
    let (a, now, zone) = (&v.item.account, v.about.now, &v.about.zone);
    let mut out = vec![("Owner", item.owner.clone()), ("Source", item.source.clone())];
    if !a.institution.is_empty() {
        out.push(("Institution", a.institution.clone()));
    }
    if let Some(f) = &v.item.feed {
        out.push(("Connection", see.told(f, item.old).chip.text));
        out.extend(f.succeeded_at.map(|t| ("Updated", words::moment(t, now, zone))));
    }
    out.push(("Value as of", item.as_of.clone()));
    let f = &a.figures;
    let moment = |t| words::capital(&words::moment(t, now, zone));
    out.extend(f.received_at.map(|t| (if a.source == model::Source::Manual { "Entered" } else { "Received" }, moment(t))));
    out.extend(v.item.feed.as_ref().and_then(|x| x.attempted_at).map(|t| ("Last attempted", moment(t))));
    out.push(("Custody", if a.custody == Custody::HeldAway { "Held away".into() } else { format!("Managed by {}", v.about.firm.name) }));
    out
}

fn positions(v: &One) -> Vec<Position> {
    let Some(head) = &v.head else { return Vec::new() };
    let money = |d, c: &Option<model::Currency>| Some(Money::new(d?, c.clone().or_else(|| head.currency.clone())?));
    let row = |p: &model::head::HeadPosition| {
        let cash = p.kind == SecurityKind::Cash;
        Position {
            name: p.name.clone(),
            about: p.ticker.clone().unwrap_or_default(),
            quantity: if cash { String::new() } else { words::quantity(p.quantity) },
            price: if cash {
                String::new()
            } else {
                money(p.price, &p.currency).map_or_else(|| "not provided".into(), |m| words::price(&m))
            },
            price_day: p.price_day.filter(|_| !cash).map(|d| words::day_near(d, v.about.today)).unwrap_or_default(),
            value: money(p.value, &p.currency).map_or_else(|| "not provided".into(), |m| words::money(&m)),
            ..Position::default()
        }
    };
    head.positions.iter().flatten().map(row).collect()
}

/// What the client can do with an account that their own sign-in feeds (D3).
fn manage(see: &See<'_>, v: &One) -> Vec<PortalAct> {
    let a = &v.item.account;
    let fed = v.item.feed.as_ref().is_some_and(|f| f.member == see.lens.member);
    let at = |what: &str| see.at(&format!("accounts/{}/{what}", a.id));
    let details = PortalAct::link(see.shell, "btn quiet s", "Details", at("details")).about(&a.name);
    let details = (crate::manual::has_details(a.kind) && see.shell.preview.is_none()).then_some(details);
    let arrives = PortalAct::link(see.shell, "btn quiet s", "How it arrives", at("paths")).about(&a.name);
    if !fed || !see.lens.holds(Right::Connect) || a.state != AccountState::Live {
        let shown = a.source != model::Source::Manual && see.shell.preview.is_none();
        return shown.then_some(arrives).into_iter().chain(details).collect();
    }
    vec![
        arrives,
        PortalAct::link(see.shell, "btn s", "Name and owners", at("change")).icon(icon::PENCIL.s()),
        PortalAct::link(see.shell, "btn s", "Mute", at("end/mute")).icon(icon::MUTE.s()).about(&a.name),
        PortalAct::link(see.shell, "btn s", "Disconnect", at("end/disconnect")).icon(icon::UNLINK.s()).about(&a.name),
        PortalAct::link(see.shell, "btn s danger", "Delete", at("end/delete")).about(&a.name),
    ]
}

fn own(see: &See<'_>, v: &One, refused: Option<Refused<'_>>) -> Option<OwnFact> {
    let a = &v.item.account;
    let theirs = v.item.added_by == Some(see.lens.member) && see.lens.holds(Right::AddFacts) && see.shell.preview.is_none();
    if !theirs {
        return None;
    }
    let at = see.at(&format!("accounts/{}", a.id));
    let said = |name: &str| refused.iter().flat_map(|r| r.wrong).find(|f| f.name == name).map(|f| f.message.clone()).unwrap_or_default();
    let typed = refused.as_ref().map_or(("", ""), |r| (r.value, r.as_of));
    let day = if typed.1.is_empty() { v.about.today.to_string() } else { typed.1.to_owned() };
    let hint = a.figures.currency.as_ref().map(|c| format!("In {}", app::accounts::currency_name(c.code()))).unwrap_or_default();
    let word = if a.kind.is_debt() { "New amount owed" } else { "New value" };
    let value = Field::new("value", word).kind(FieldKind::Amount).value(typed.0).hint(hint).error(said("value"));
    let as_of = Field::new("as_of", "As of").kind(FieldKind::Date).value(day).error(said("as_of"));
    Some(OwnFact {
        problems: Problems::of([value.problem(), as_of.problem()]),
        remove: PortalAct::post(see.shell, "btn danger s", "Remove this account", format!("{at}/remove")),
        action: at,
        value,
        as_of,
    })
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    value: String,
    as_of: String,
}

/// A new value for an account that the client added.
pub async fn set_value(
    State(web): State<Web>,
    client: Client,
    At((household, id)): At<(HouseholdId, AccountId)>,
    Form(t): Form<Typed>,
) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    match app::portal_accounts::set_value(&web.app, &lens, id, &t.value, &t.as_of).await {
        Ok(()) => Ok(see_saying(&web, format!("{}/accounts/{id}", super::at(household)), "The new value is saved.")),
        Err(app::Error::Invalid(wrong)) => {
            let shell = super::shell(&web, &client, &lens, PortalHere::Accounts).await?;
            one(&web, shell, &lens, id, Some(Refused { value: &t.value, as_of: &t.as_of, wrong: &wrong })).await
        }
        Err(e) => Err(e.into()),
    }
}

pub async fn remove(
    State(web): State<Web>,
    client: Client,
    At((household, id)): At<(HouseholdId, AccountId)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    app::portal_accounts::remove(&web.app, &lens, id).await?;
    Ok(see_saying(&web, format!("{}/accounts", super::at(household)), "Removed. Your adviser can see that you took it back."))
}
