//! Who looked: every page about a household that somebody signed in was shown is noted here, for all routes at once, before the page leaves;
//! and the two lists of it, for the household's people and for its team.

use crate::Web;
use crate::at::At;
use crate::household_words::head;
use crate::respond::{Answer, Page, WebError};
use crate::routes::{Audience, Route};
use crate::session::{Client, Person, Staff};
use crate::view::household::Tab;
use crate::view::looks::{HouseholdLooks, LookDay, LookLine, PortalLooks};
use crate::view::portal::PortalHere;
use crate::view::shell::Here;
use crate::view::words;
use app::looks::{Looks, Of};
use axum::extract::{Query, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use model::{FirmScope, HouseholdId, Time};
use std::collections::BTreeMap;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/portal/{household}/looks", Audience::Client, of_client),
        Route::get("/households/{household}/looks", Audience::Staff, of_team),
    ]
}

/// What a page without a household in its address showed: the handler hangs it on its answer.
#[derive(Clone)]
pub(crate) struct Looked(Vec<HouseholdId>);

/// The answer with what it showed.
pub(crate) fn showing(mut answer: Response, households: impl IntoIterator<Item = HouseholdId>) -> Response {
    let mut all: Vec<HouseholdId> = households.into_iter().collect();
    all.sort();
    all.dedup();
    answer.extensions_mut().insert(Looked(all));
    answer
}

/// The guard of every page for whoever is signed in: a look that cannot be noted is not given.
pub(crate) async fn layer(State((web, route)): State<(Web, &'static str)>, request: Request, next: Next) -> Response {
    let read = *request.method() == Method::GET && !route.ends_with("/live");
    let extensions = request.extensions();
    let scope = extensions.get::<Staff>().map(|s| s.scope).or_else(|| extensions.get::<Person>().map(|p| p.scope));
    let named = named(route, request.uri().path());
    let answer = next.run(request).await;
    let Some(scope) = scope.filter(|_| read && answer.status().is_success()) else { return answer };
    let shown = answer.extensions().get::<Looked>().map(|l| l.0.iter().copied().map(Of::Household).collect());
    let shown: Vec<Of> = shown.unwrap_or_else(|| named.into_iter().collect());
    match note(&web, &scope, route, shown).await {
        Ok(()) => answer,
        Err(e) => e.into_response(),
    }
}

async fn note(web: &Web, scope: &FirmScope, route: &str, shown: Vec<Of>) -> Result<(), WebError> {
    Ok(app::looks::note(&web.app, scope, route, shown).await?)
}

/// Whose page an address is, by the names in the route: the household where it stands there, else what belongs to one.
fn named(route: &str, path: &str) -> Option<Of> {
    let at = |name: &str| route.split('/').position(|part| part == name).and_then(|n| path.split('/').nth(n));
    let household = at("{household}").and_then(|id| id.parse().ok().map(Of::Household));
    let account = || at("{account}").and_then(|id| id.parse().ok().map(Of::Account));
    let connection = || at("{connection}").and_then(|id| id.parse().ok().map(Of::Connection));
    let member = || at("{member}").and_then(|id| id.parse().ok().map(Of::Member));
    household.or_else(account).or_else(connection).or_else(member)
}

/// What the page behind a route is called.
pub fn name(route: &str) -> String {
    let known = match route {
        "/" => "First page, across households",
        "/households" => "List of households",
        "/connections" => "List of connections",
        "/cases" => "List of cases",
        "/cases/{case}" => "A repair case",
        "/cases/{case}/report" => "A problem for Data Support",
        "/tickets/{ticket}" => "A ticket",
        "/search" => "Search",
        "/portal/{household}" => "Portal, first page",
        "/accounts/{account}" => "An account",
        "/households/{household}/map" => "Household map",
        "/households/{household}/balance-sheet" => "Balance sheet",
        "/households/{household}/changed" => "What changed",
        "/households/{household}/policies" => "Policies",
        "/households/{household}/portfolio" => "Portfolio",
        "/households/{household}/live" | "/portal/{household}/live" => "Live updates",
        "/households/{household}/change" => "Change the household",
        "/households/{household}/looks" | "/portal/{household}/looks" => "Who looked",
        "/households/{household}/support" => "Let support look",
        _ => "",
    };
    if !known.is_empty() {
        return known.into();
    }
    let fixed: Vec<String> = route.split('/').filter(|p| !p.is_empty() && !p.starts_with('{')).map(|p| p.replace('-', " ")).collect();
    let words = match fixed.split_first() {
        Some((first, [])) => first.clone(),
        Some((first, rest)) if first == "portal" => format!("portal, {}", rest.join(", ")),
        Some((first, rest)) if first == "accounts" => format!("an account, {}", rest.join(", ")),
        Some((_, rest)) => rest.join(", "),
        None => "a page".into(),
    };
    let mut letters = words.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// By what right, as the household's people read it.
fn reason(why: &str, for_client: bool) -> String {
    match why {
        "lead" if for_client => "Your lead adviser".into(),
        "lead" => "Lead adviser".into(),
        "sub-adviser" => "Sub-adviser on the team".into(),
        "delegate" => "Delegate of the adviser".into(),
        "colleague" => "Another adviser of the firm".into(),
        "administrator" => "Administrator of the firm".into(),
        "household member" => "Has access to the portal".into(),
        other => other.strip_prefix("support: ").map_or_else(|| other.to_owned(), |why| format!("Support, let in because: {why}")),
    }
}

fn days(found: &Looks, zone: &TimeZone, for_client: bool) -> Vec<LookDay> {
    let mut lines: Vec<(Time, LookLine)> = Vec::new();
    for l in &found.looks {
        let (who, what) = (l.name.clone(), name(&l.page));
        lines.push((l.at, LookLine { who, what, why: reason(&l.why, for_client), at: words::hour(l.at, zone) }));
    }
    for g in &found.grants {
        let what = format!("Let in by {} until {}", g.granter, words::hour(g.end(), zone));
        let why = format!("Support, let in because: {}", g.reason);
        lines.push((g.created_at, LookLine { who: g.name.clone(), what, why, at: words::hour(g.created_at, zone) }));
    }
    lines.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let mut by_day: BTreeMap<_, Vec<LookLine>> = BTreeMap::new();
    for (at, line) in lines {
        by_day.entry(at.date(zone)).or_default().push(line);
    }
    let today = found.now.date(zone);
    by_day.into_iter().rev().map(|(day, lines)| LookDay { day: words::capital(&words::day_word(day, today)), lines }).collect()
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Before {
    before: String,
}

impl Before {
    fn time(&self) -> Option<Time> {
        self.before.parse().ok().map(Time)
    }
}

fn older(base: &str, found: &Looks) -> String {
    found.older.map(|t| format!("{base}/looks?before={}", t.0)).unwrap_or_default()
}

async fn of_client(State(web): State<Web>, client: Client, At(id): At<HouseholdId>, Query(before): Query<Before>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, id).await?;
    let found = app::looks::through(&web.app, &lens, before.time()).await?;
    let mut shell = crate::portal::shell(&web, &client, &lens, PortalHere::Nowhere).await?;
    // A list of looks that read itself again would note itself.
    shell.stream = String::new();
    let (older, days) = (older(&shell.base, &found), days(&found, &client.zone(), true));
    Ok(Page(PortalLooks { shell, days, older }).into_response())
}

async fn of_team(State(web): State<Web>, staff: Staff, At(id): At<HouseholdId>, Query(before): Query<Before>) -> Answer {
    let found = app::households::find(&web.app, &staff.scope, id).await?;
    let looks = app::looks::list(&web.app, &staff.scope, id, before.time()).await?;
    let hh = head(&found, Tab::Members);
    let (older, days) = (older(&hh.at, &looks), days(&looks, &staff.zone(), false));
    Ok(Page(HouseholdLooks { shell: staff.shell(&web, Here::Households), hh, days, older }).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_a_name_and_a_household_where_its_address_has_one() {
        for (_, path, _) in crate::routes::table() {
            assert!(!name(path).is_empty() && !name(path).contains('{'), "{path}");
        }
        let hh = "hh_06p5mq0d2w00000000000000ab";
        let read = named("/households/{household}/members", &format!("/households/{hh}/members"));
        assert!(matches!(read, Some(Of::Household(id)) if id.to_string() == hh), "{read:?}");
        assert_eq!(named("/help/{topic}", "/help/importing"), None);
    }
}
