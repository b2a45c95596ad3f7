//! Refresh together: one list, cleared from top to bottom, that survives closing.

use super::words::{See, place};
use crate::Web;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::household_words::turn_words;
use crate::icons as icon;
use crate::respond::{Answer, Page, see, see_saying};
use crate::session::Client;
use crate::view::portal::{PortalAct, PortalHere, PortalTogether, PortalTurn};
use app::together::{Item, List, Turn};
use axum::extract::State;
use axum::response::IntoResponse;
use model::HouseholdId;

pub async fn show(State(web): State<Web>, client: Client, At(household): At<HouseholdId>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let list = app::together::own(&web.app, &lens).await?;
    let about = app::portal_reports::about(&web.app, &lens).await?;
    let shell = super::shell(&web, &client, &lens, PortalHere::Accounts).await?;
    let seen = See { shell: &shell, lens: &lens, about: &about, members: &[] };
    let runs = list.since.is_some();
    let over = runs && list.next().is_none() && list.items.iter().all(|i| i.turn != Turn::Coming);
    let (begin, end) = (seen.at("together"), seen.at("together/end"));
    let view = PortalTogether {
        adviser: about.adviser_name().to_owned(),
        done: list.done(),
        turns: list.items.iter().map(|i| turn(&seen, &list, i)).collect(),
        begin: (!runs && !list.items.is_empty()).then(|| PortalAct::post(&shell, "btn primary", "Begin", begin).icon(icon::REFRESH.s())),
        end: runs
            .then(|| PortalAct::post(&shell, if over { "btn primary" } else { "btn" }, if over { "Finish" } else { "Stop here" }, end)),
        back: seen.at("accounts"),
        shell: shell.clone(),
    };
    Ok(Page(view).into_response())
}

fn turn(see: &See<'_>, list: &List, i: &Item) -> PortalTurn {
    let told = see.told(&i.feed, false);
    let (chip, text) = turn_words(i, &told, see.about.now, &see.about.zone);
    let first = list.next().is_some_and(|n| n.feed.id == i.feed.id);
    let go = PortalAct::post(
        see.shell,
        if first { "btn primary" } else { "btn" },
        if first { "Start" } else { "Do this one" },
        see.at("connect"),
    )
    .with("do", "repair")
    .with("connection", i.feed.id.to_string())
    .about(&i.feed.institution);
    PortalTurn { place: place(&i.feed), chip, text, act: (list.since.is_some() && i.turn == Turn::Waits).then_some(go) }
}

pub async fn begin(State(web): State<Web>, client: Client, At(household): At<HouseholdId>, Form(Nothing {}): Form<Nothing>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    app::together::begin_own(&web.app, &lens).await?;
    Ok(see(format!("{}/together", super::at(household))))
}

pub async fn end(State(web): State<Web>, client: Client, At(household): At<HouseholdId>, Form(Nothing {}): Form<Nothing>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let list = app::together::own(&web.app, &lens).await?;
    app::together::end_own(&web.app, &lens).await?;
    let said = format!("{} of {} refreshed in this sitting.", list.done(), list.items.len());
    Ok(see_saying(&web, format!("{}/accounts", super::at(household)), &said))
}
