//! The search in the top bar: a page, and the same lines as they are typed.

use crate::Web;
use crate::household_words::at;
use crate::looks::showing;
use crate::respond::{Answer, Page, WebError};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::kit::Chip;
use crate::view::search::{Hit, Hits, Search};
use crate::view::shell::{Here, Tone};
use crate::view::words;
use app::search::{Found, Hit as Row};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse};
use model::fact::HouseholdStatus;

pub fn routes() -> Vec<Route> {
    vec![Route::get("/search", Audience::Staff, show)]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
}

/// Lines of each kind: as they are typed, and on the page.
const TYPED: usize = 5;
const SHOWN: usize = 20;

async fn show(State(web): State<Web>, staff: Staff, headers: HeaderMap, Query(asked): Query<Asked>) -> Answer {
    let query: String = asked.q.trim().chars().take(100).collect();
    let typed = headers.get("x-fragment").is_some_and(|v| v == "hits");
    let limit = if typed { TYPED } else { SHOWN };
    let found = app::search::find(&web.app, &staff.scope, &query, limit).await?;
    let empty = match query.as_str() {
        "" => "Type a name, of a household, a person or an institution.".into(),
        q => format!("Nothing matches “{q}”."),
    };
    let mut shell = staff.shell(&web, Here::Nowhere);
    shell.query = query.clone();
    let shown: Vec<_> = found.households.iter().chain(&found.people).map(|h| h.household).collect();
    let view = Search { shell, groups: groups(&found, &query, limit), empty };
    if typed {
        return view.as_hits().render().map(|part| showing(Html(part).into_response(), shown)).map_err(|_| WebError::Broken);
    }
    Ok(showing(Page(view).into_response(), shown))
}

fn groups(found: &Found, query: &str, limit: usize) -> Vec<Hits> {
    let asked = |path: &str, name: &str| format!("{path}{}", serde_urlencoded::to_string([(name, query)]).unwrap_or_default());
    let full = |n: usize, path: String| if n >= limit { path } else { String::new() };
    let list = asked("/households?", "q");
    let connected = found.connected.iter().map(|p| Hit {
        href: format!("/connections?show=all&{}", serde_urlencoded::to_string([("at", p.name.as_str())]).unwrap_or_default()),
        name: p.name.clone(),
        about: format!(
            "{} in {}",
            words::count(p.connections, "connection", "connections"),
            words::count(p.households, "household", "households")
        ),
        chip: None,
    });
    let listed = found.listed.iter().map(|f| Hit {
        href: format!("/settings/institutions?{}", serde_urlencoded::to_string([("q", f.name.as_str())]).unwrap_or_default()),
        name: f.name.clone(),
        about: f.site.clone(),
        chip: None,
    });
    let all = [
        Hits {
            key: "households",
            title: "Households",
            rows: found.households.iter().map(household).collect(),
            more: full(found.households.len(), list.clone()),
        },
        Hits { key: "people", title: "People", rows: found.people.iter().map(person).collect(), more: full(found.people.len(), list) },
        Hits { key: "connected", title: "Institutions with connections", rows: connected.collect(), more: String::new() },
        Hits {
            key: "listed",
            title: "Institutions that can be connected",
            rows: listed.collect(),
            more: full(found.listed.len(), asked("/settings/institutions?", "q")),
        },
    ];
    all.into_iter().filter(|g| !g.rows.is_empty()).collect()
}

fn chip(r: &Row) -> Option<Chip> {
    match (r.private, r.status) {
        (true, _) => Some(Chip::new(Tone::Idle, crate::icons::LOCK, "Private")),
        (_, HouseholdStatus::Prospect) => Some(Chip::bare(Tone::Info, "Prospect")),
        _ => None,
    }
}

fn household(r: &Row) -> Hit {
    Hit { href: at(r.household), name: r.home.clone(), about: String::new(), chip: chip(r) }
}

fn person(r: &Row) -> Hit {
    let name = r.person.clone().unwrap_or_default();
    Hit { href: format!("{}/members", at(r.household)), name, about: r.home.clone(), chip: chip(r) }
}
