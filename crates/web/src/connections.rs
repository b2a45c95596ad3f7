//! Connections across households, and whose move it is.

use crate::Web;
use crate::household_accounts::{fix, place};
use crate::household_words::{at, feed_told};
use crate::looks::showing;
use crate::respond::{Answer, Page};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::connections::{ConnRow, Connections};
use crate::view::household::{Kpi, Seg};
use crate::view::shell::Here;
use crate::view::words;
use app::connections_list::{Entry, List, Mover, Which};
use app::portfolios::Feed;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::Time;

pub fn routes() -> Vec<Route> {
    vec![Route::get("/connections", Audience::Staff, show)]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Choice {
    show: String,
    page: String,
    /// Only those at the institution of this name.
    at: String,
}

async fn show(State(web): State<Web>, staff: Staff, Query(choice): Query<Choice>) -> Answer {
    let which = Which::from_key(&choice.show).unwrap_or_default();
    let page = choice.page.parse::<usize>().unwrap_or(0).min(100_000);
    let list = app::connections_list::list(&web.app, &staff.scope, which, Some(choice.at.as_str()).filter(|a| !a.is_empty()), page).await?;
    let shown: Vec<_> = list.entries.iter().map(|e| e.household.id).collect();
    Ok(showing(Page(view(&web, &staff, &list, which, &choice.at, page)).into_response(), shown))
}

fn view(web: &Web, staff: &Staff, list: &List, which: Which, only: &str, page: usize) -> Connections {
    let now = web.app.now();
    let at = if only.is_empty() { String::new() } else { format!("&{}", serde_urlencoded::to_string([("at", only)]).unwrap_or_default()) };
    let shows = Which::ALL.into_iter().zip(list.counts).map(|(w, n)| {
        let text = match w {
            Which::Attention => "Needs attention",
            Which::Refreshing => "Refreshing",
            Which::All => "All",
        };
        Seg::new(format!("{text} {n}"), format!("/connections?show={}{at}", w.key()), w == which)
    });
    let page_at = |n: usize| format!("/connections?show={}&page={n}{at}", which.key());
    let kpis = vec![
        Kpi::new("Waiting for a client", list.waiting_for_clients.to_string(), "A link lets them mend it"),
        Kpi::new("Waiting for an institution", list.waiting_for_institutions.to_string(), "We keep trying"),
        Kpi::new("Waiting for you", list.waiting_for_us.to_string(), "Your firm’s side"),
    ];
    Connections {
        shell: staff.shell(web, Here::Connections),
        only: only.to_owned(),
        kpis: if list.counts[2] == 0 { Vec::new() } else { kpis },
        shows: shows.collect(),
        rows: list.entries.iter().map(|e| row(e, staff, now)).collect(),
        earlier: (page > 0).then(|| page_at(page - 1)),
        later: list.more.then(|| page_at(page + 1)),
        stream: "/live".into(),
    }
}

/// "Ngozi", "You", "Larchmont".
pub fn mover(m: &Mover) -> String {
    match m {
        Mover::Nobody => "Nobody".into(),
        Mover::Client(given) => given.clone(),
        Mover::Institution(name) => name.clone(),
        Mover::Provider => "The data provider".into(),
        Mover::Adviser => "You".into(),
        Mover::Administrator => "Your administrator".into(),
    }
}

fn row(e: &Entry, staff: &Staff, now: Time) -> ConnRow {
    let feed = Feed::of(&e.connection, now);
    let given = e.member.as_ref().map_or("the client", |m| m.given.as_str());
    let told = feed_told(&feed, false, given, staff, now);
    ConnRow {
        place: place(&feed),
        household: e.household.name.clone(),
        household_href: format!("{}/accounts", at(e.household.id)),
        person: e.member.as_ref().map(|m| m.name.clone()).unwrap_or_default(),
        sentence: if told.bar() { format!("{} {}", told.headline, told.sentence) } else { told.sentence.clone() },
        fix: fix(e.household.id, &feed, &told, e.on_team, e.on_team),
        chip: told.chip,
        updated: feed.succeeded_at.map_or_else(|| "not yet".into(), |t| words::moment(t, now, &staff.zone())),
        mover: mover(&e.mover),
    }
}
