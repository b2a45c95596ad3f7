//! Organizer · Accounts (D17): each connection with its values, the client's own with what they can do.

use super::words::{See, as_of, place};
use super::{back, needs};
use crate::Web;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::household_words::{asked, asked_just_now, attempted, mask, total};
use crate::icons as icon;
use crate::respond::{Answer, Page, see_saying};
use crate::session::Client;
use crate::view::portal::{PortalAccounts, PortalAct, PortalConn, PortalItem, PortalShell};
use crate::view::states::{Sentence, Told};
use crate::view::words;
use app::portal::Lens;
use app::portal_accounts::{Accounts, Card};
use axum::extract::State;
use axum::response::IntoResponse;
use model::portal::Right;
use model::{ConnectionId, HouseholdId};

pub async fn show(web: &Web, shell: PortalShell, lens: &Lens) -> Answer {
    let v = app::portal_accounts::view(&web.app, lens).await?;
    let see = See { shell: &shell, lens, about: &v.about, members: &v.members };
    let needing: Vec<_> = v.cards.iter().filter(|c| c.own && app::portal_accounts::needs_client(&c.feed)).map(|c| &c.feed).collect();
    let bar = needs::bar(&see, &needing, &see.at("accounts"));
    // Several that need the client are gone through from the bar; what merely always asks has a line of its own.
    let list = if lens.holds(Right::Connect) { app::together::own(&web.app, lens).await?.items.len() } else { 0 };
    let asked = app::joins::own(&web.app, lens).await?.2;
    let doubled = if lens.preview { None } else { crate::joins::note(&asked, see.at("same")) };
    let view = PortalAccounts {
        adviser: v.about.adviser_name().to_owned(),
        add: see.add(),
        kpis: kpis(&v),
        together: (bar.as_ref().is_none_or(|b| b.together.is_none()) && list > needing.len()).then(|| needs::together(&see)),
        bar,
        cards: v.cards.iter().map(|c| card(&see, c, v.back.as_ref())).collect(),
        others: v.others.iter().map(|i| item(&see, i)).collect(),
        doubled,
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

fn item(see: &See<'_>, i: &app::portal_reports::Item) -> PortalItem {
    let mask = mask(i.account.mask.as_ref());
    let day = format!("as of {}", as_of(i, see.about));
    PortalItem { as_of: format!("{mask} · {day}").trim_start_matches(" · ").to_owned(), ..see.item(i) }
}

fn card(see: &See<'_>, c: &Card, back: Option<&app::back::Offer>) -> PortalConn {
    let old = c.items.iter().any(|i| i.account.state.counts() && i.is_old(see.about.today));
    let told = see.told(&c.feed, old);
    let (now, zone) = (see.about.now, &see.about.zone);
    let place = place(&c.feed);
    let end = see.at(&format!("connections/{}/disconnect", c.feed.id));
    let tell = back::tell(see, &c.feed, &told, back.filter(|_| c.own));
    let (tells, tell) = tell.map_or((String::new(), None), |(said, act)| (said, Some(act)));
    let next = c.feed.next_expected.filter(|t| *t > now && told.refresh_waits.is_empty());
    PortalConn {
        id: c.feed.id.to_string(),
        headline: told.headline.clone(),
        sentence: Sentence::naming(&told.sentence, &c.feed.institution, &place.href),
        tells,
        fixes: if c.own { needs::fixes(see, &c.feed, &told).into_iter().chain(tell).collect() } else { Vec::new() },
        updated: c.feed.succeeded_at.map(|t| words::moment(t, now, zone)).unwrap_or_default(),
        attempted: attempted(&c.feed, now, zone),
        next: next.map(|t| format!("Next values expected {}", words::moment(t, now, zone))).unwrap_or_default(),
        acts: if c.own { acts(see, c, &told) } else { Vec::new() },
        disconnect: c.own.then(|| PortalAct::link(see.shell, "mi st-bad", "Disconnect", end).icon(icon::UNLINK).about(&c.feed.institution)),
        whose: if c.own { String::new() } else { format!("{}’s sign-in: only they can refresh or fix it", see.given(&c.feed)) },
        said: crate::household_words::said(&c.said, &c.feed.institution),
        waits: if c.own { told.refresh_waits.clone() } else { String::new() },
        items: c.items.iter().map(|i| item(see, i)).collect(),
        wrong: see.flag(&c.feed.id.to_string(), &c.feed.institution),
        place,
        chip: told.chip,
    }
}

pub(super) fn refresh_act(see: &See<'_>, feed: &app::portfolios::Feed, class: &'static str, word: &str) -> PortalAct {
    PortalAct::post(see.shell, class, word, see.at(&format!("connections/{}/refresh", feed.id))).about(&feed.institution)
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
    vec![
        refresh_act(see, &c.feed, "btn s", "Refresh").icon(icon::REFRESH.s()),
        find.with("do", "find").with("connection", c.feed.id.to_string()),
    ]
}

/// Newer values of one of the client's own connections (E32).
pub async fn refresh(
    State(web): State<Web>,
    client: Client,
    At((household, id)): At<(HouseholdId, ConnectionId)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let c = app::portal_manage::connection(&web.app, &lens, id).await?;
    let (now, zone) = (web.app.now(), client.zone());
    let said = match app::portal_accounts::refresh(&web.app, &lens, id).await {
        Ok(done) => asked(&done, &c.institution, now, &zone),
        Err(app::Error::TooMany(wait)) => asked_just_now(&app::portfolios::Feed::of(&c, now), wait, now, &zone),
        Err(e) => return Err(e.into()),
    };
    Ok(see_saying(&web, format!("{}/accounts", super::at(household)), &said))
}
