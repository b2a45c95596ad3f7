//! Organizer · Accounts (D17): each connection with its values, the client's own with what they can do, and one account by itself.

use super::words::{See, as_of, disclaimer, place, value};
use crate::Web;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::household_words::{mask, total};
use crate::icons as icon;
use crate::respond::{Answer, Page, see_saying};
use crate::session::Client;
use crate::view::account::Position;
use crate::view::kit::{Field, FieldKind, Problems};
use crate::view::portal::{OwnFact, PortalAccount, PortalAccounts, PortalAct, PortalConn, PortalHere, PortalShell};
use crate::view::states::{Act, Told};
use crate::view::words;
use app::connections::Asked;
use app::portal::Lens;
use app::portal_accounts::{Accounts, Card};
use app::portal_reports::One;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use model::portal::Right;
use model::{AccountId, ConnectionId, Custody, HouseholdId, Money, SecurityKind};

pub async fn show(web: &Web, shell: PortalShell, lens: &Lens) -> Answer {
    let v = app::portal_accounts::view(&web.app, lens).await?;
    let see = See { shell: &shell, lens, about: &v.about, members: &v.members };
    let needing = v.cards.iter().filter(|c| c.own && app::portal_accounts::needs_client(&c.feed)).count();
    let verb = if needing == 1 { "connection needs" } else { "connections need" };
    let view = PortalAccounts {
        adviser: v.about.adviser_name().to_owned(),
        add: see.add(),
        kpis: kpis(&v),
        needs: if needing == 0 { String::new() } else { format!("{needing} {verb} you.") },
        cards: v.cards.iter().map(|c| card(&see, c)).collect(),
        others: v.others.iter().map(|i| see.item(i)).collect(),
        wrong: see.wrong("accounts", "").word(format!("Ask {}", v.about.adviser_name())),
        shell: shell.clone(),
    };
    Ok(Page(view).into_response())
}

fn kpis(v: &Accounts) -> Vec<(&'static str, String)> {
    let fresh = |c: &&Card| !c.feed.state.needs_attention() && !c.items.iter().any(|i| i.is_old(v.about.today));
    let up = v.cards.iter().filter(fresh).count();
    vec![
        ("Connected institutions", v.cards.len().to_string()),
        ("Up to date", format!("{up} of {}", v.cards.len())),
        ("Held elsewhere", total(&v.held_away)),
    ]
}

fn card(see: &See<'_>, c: &Card) -> PortalConn {
    let old = c.items.iter().any(|i| i.account.state.counts() && i.is_old(see.about.today));
    let told = see.told(&c.feed, old);
    let (now, zone) = (see.about.now, &see.about.zone);
    let waits = match (told.refresh_waits.as_str(), c.own) {
        ("", _) | (_, false) => String::new(),
        ("Refresh waits for your new sign-in", true) => "Refresh and Find new wait for your new sign-in".into(),
        (why, _) => why.to_owned(),
    };
    PortalConn {
        id: c.feed.id.to_string(),
        place: place(&c.feed),
        headline: told.headline.clone(),
        sentence: told.sentence.clone(),
        fixes: if c.own { fixes(see, c, &told) } else { Vec::new() },
        updated: c.feed.succeeded_at.map(|t| words::moment(t, now, zone)).unwrap_or_default(),
        acts: if c.own { acts(see, c, &told) } else { Vec::new() },
        whose: if c.own { String::new() } else { format!("{}’s sign-in: only they can refresh or fix it", see.given(&c.feed)) },
        waits,
        items: c
            .items
            .iter()
            .map(|i| {
                let item = see.item(i);
                let mask = mask(i.account.mask.as_ref());
                let day = format!("as of {}", as_of(i, see.about));
                crate::view::portal::PortalItem { as_of: format!("{mask} · {day}").trim_start_matches(" · ").to_owned(), ..item }
            })
            .collect(),
        wrong: see.flag(&c.feed.id.to_string(), &c.feed.institution),
        chip: told.chip,
    }
}

/// What the bar offers: the way to mend it, and the institution's own page where something is to be done there first.
fn fixes(see: &See<'_>, c: &Card, told: &Told) -> Vec<PortalAct> {
    let inst = &c.feed.institution;
    let go = |word: &str, what: &'static str| {
        PortalAct::post(see.shell, "btn s primary", word, see.at("connect"))
            .with("do", what)
            .with("connection", c.feed.id.to_string())
            .about(inst)
    };
    match told.act {
        Act::Fix | Act::Open => vec![go("Click to fix", "repair")],
        Act::Renew => vec![go("Renew", "repair")],
        Act::FindNew | Act::Choose => vec![go(if told.act == Act::Choose { "Choose accounts" } else { "Find new" }, "find")],
        Act::Refresh if told.refresh_waits.is_empty() => vec![refresh_act(see, c, "btn s primary", "Click to fix")],
        _ => Vec::new(),
    }
}

fn refresh_act(see: &See<'_>, c: &Card, class: &'static str, word: &str) -> PortalAct {
    PortalAct::post(see.shell, class, word, see.at(&format!("connections/{}/refresh", c.feed.id))).about(&c.feed.institution)
}

fn acts(see: &See<'_>, c: &Card, told: &Told) -> Vec<PortalAct> {
    let dead = |word: &str, icon| PortalAct { dead: true, ..PortalAct::link(see.shell, "btn s", word, "").icon(icon) };
    if c.feed.refreshing {
        return vec![dead("Refreshing…", icon::REFRESH.spin_s())];
    }
    if !told.refresh_waits.is_empty() {
        return vec![dead("Refresh", icon::REFRESH.s()), dead("Find new", icon::SEARCH.s())];
    }
    let find = PortalAct::post(see.shell, "btn s", "Find new", see.at("connect"))
        .icon(icon::SEARCH.s())
        .about(format!("accounts at {}", c.feed.institution));
    vec![refresh_act(see, c, "btn s", "Refresh").icon(icon::REFRESH.s()), find.with("do", "find").with("connection", c.feed.id.to_string())]
}

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

/// Newer values of one of the client's own connections (E32).
pub async fn refresh(
    State(web): State<Web>,
    client: Client,
    At((household, id)): At<(HouseholdId, ConnectionId)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let said = match app::portal_accounts::refresh(&web.app, &lens, id).await? {
        Asked::Looking { next_expected: Some(t) } if t > web.app.now() => {
            format!("Looking now. The next values are expected {}.", words::moment(t, web.app.now(), &client.zone()))
        }
        Asked::Looking { .. } => "Looking now. If the institution has newer values, they show here.".into(),
        Asked::Running => "Refreshing. New values show here by themselves.".into(),
    };
    Ok(see_saying(&web, format!("{}/accounts", super::at(household)), &said))
}
