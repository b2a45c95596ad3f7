//! Finding the institution and agreeing to what will be read there.

use super::{Client, place};
use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::icons as icon;
use crate::respond::{Answer, Page, WebError, see};
use crate::settings::reliability::{chip, sentence};
use crate::view::connect::{Match, Notice, Place, Search, Tile, Trouble, Way};
use crate::view::kit::{Chip, Thumb};
use crate::view::shell::Tone;
use app::connect_flow::{self as flow, Chosen};
use app::institutions::{Found, Status};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse};
use model::link::Purpose;
use model::reliability::Record;
use model::{AttemptId, InstitutionId};
use std::collections::HashMap;
use std::ops::Range;

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
}

const SHOWN: usize = 12;

pub async fn search(State(web): State<Web>, client: Client, headers: HeaderMap, Query(asked): Query<Asked>) -> Answer {
    let query: String = asked.q.trim().chars().take(120).collect();
    let mut found = if query.is_empty() { Vec::new() } else { flow::search(&web.app, &client.v, &query, SHOWN + 1)? };
    let more = found.len() > SHOWN;
    found.truncate(SHOWN);
    let known = app::reliability::of(&web.app, &client.v.scope, &found).await?;
    let tiles = if query.is_empty() { flow::popular(&web.app, &client.v).await? } else { Vec::new() };
    let view = Search {
        shell: client.shell(&web, 1),
        action: "/c/search".into(),
        tiles_title: format!("Used by people at {}", client.v.firm.name),
        tiles: tiles.iter().map(|f| Tile { place: at_head(f), href: format!("/c/at/{}", f.id) }).collect(),
        portals: portals(&found),
        matches: found.iter().map(|f| Match { record: judged(&known, f), ..shown(f, &query) }).collect(),
        more,
        token: flow::token_entry(&web.app).map(|e| format!("/c/at/{}", e.id)).unwrap_or_default(),
        by_hand: by_hand(&web, &client).await?.unwrap_or_default(),
        query,
    };
    if headers.get("x-fragment").is_some_and(|v| v == "found") {
        return match view.as_found().render() {
            Ok(part) => Ok(Html(part).into_response()),
            Err(_) => Err(WebError::Broken),
        };
    }
    Ok(Page(view).into_response())
}

/// Where whoever is signed in to the portal enters an account by hand, if they may.
pub(super) async fn by_hand(web: &Web, client: &Client) -> Result<Option<String>, WebError> {
    let may = flow::may_add_facts(&web.app, &client.v).await?;
    Ok(may.then(|| format!("{}/accounts/by-hand", crate::portal::at(client.v.link.household))))
}

/// The same as a button on a page of trouble.
pub(super) async fn hand_way(web: &Web, client: &Client) -> Result<Option<Way>, WebError> {
    let way = |href| Way::Page { word: "Add the account by hand for now".into(), href };
    Ok(by_hand(web, client).await?.map(way))
}

pub(super) fn at_head(f: &Found) -> Place {
    Place {
        name: f.name.clone(),
        site: f.host.clone(),
        href: f.url.clone().unwrap_or_default(),
        thumb: Thumb { letters: f.monogram.clone(), ..Thumb::of(&f.name) },
    }
}

fn shown(f: &Found, query: &str) -> Match {
    let trouble = match f.status {
        _ if f.retired => Some(Chip::new(Tone::Idle, icon::UNLINK, "Can’t be connected any more")),
        Status::Degraded => Some(Chip::new(Tone::Warn, icon::CLOCK, "Slow today")),
        Status::Down => Some(Chip::new(Tone::Warn, icon::ALERT, "Not letting anyone connect right now")),
        Status::NotSupported => Some(Chip::new(Tone::Idle, icon::UNLINK, "Can’t be connected")),
        Status::Healthy | Status::Unknown => None,
    };
    let q = serde_urlencoded::to_string([("q", query)]).unwrap_or_default();
    Match {
        place: at_head(f),
        href: format!("/c/at/{}?{q}", f.id),
        name: stretches(&f.name, &f.name_marks),
        site: stretches(&f.site, &f.url_marks),
        about: about(f),
        record: String::new(),
        trouble,
    }
}

/// How well it works at this firm, where enough was tried to judge.
fn judged(known: &HashMap<(String, String), Record>, f: &Found) -> String {
    let record = known.get(&(f.provider.clone(), f.name.clone())).filter(|r| r.percent().is_some());
    record.map(|r| chip(r).text).unwrap_or_default()
}

/// What it is for, where the provider says; the bank's ordinary products need no word.
fn about(f: &Found) -> String {
    let has = |p: &str| f.products.iter().any(|x| x == p);
    match (has("investments"), has("liabilities")) {
        (true, true) => "Investments and loans".into(),
        (true, false) => "Investments".into(),
        (false, true) => "Accounts and loans".into(),
        (false, false) => String::new(),
    }
}

/// Text cut at the marks; a mark that does not fit is no mark.
fn stretches(text: &str, marks: &[Range<usize>]) -> Vec<(String, bool)> {
    let mut out = Vec::new();
    let mut at = 0;
    for m in marks {
        let (Some(before), Some(hit)) = (text.get(at..m.start), text.get(m.start..m.end)) else { continue };
        if !before.is_empty() {
            out.push((before.to_owned(), false));
        }
        out.push((hit.to_owned(), true));
        at = m.end;
    }
    out.push((text[at..].to_owned(), false));
    out.retain(|(t, _)| !t.is_empty());
    out
}

/// Several entries share the first word of their names: one brand with several sign-in pages (N58).
fn portals(found: &[Found]) -> bool {
    let brand = |f: &Found| f.name.split_whitespace().next().map(str::to_lowercase);
    found.iter().enumerate().any(|(i, f)| found[..i].iter().any(|g| brand(g) == brand(f)))
}

pub async fn look(State(web): State<Web>, client: Client, At(id): At<InstitutionId>, Query(asked): Query<Asked>) -> Answer {
    let chosen = flow::look(&web.app, &client.v, id, Purpose::Connect).await?;
    draw(&web, &client, &chosen, &format!("/c/at/{id}"), &asked.q).await
}

/// The notice, or the page for an institution that nobody can connect.
pub(super) async fn draw(web: &Web, client: &Client, chosen: &Chosen, action: &str, query: &str) -> Answer {
    let inst = &chosen.institution;
    if chosen.purpose == Purpose::Connect && (inst.retired || inst.status == Status::NotSupported) {
        let view = not_supported(web, client, at_head(inst));
        return Ok(Page(Trouble { second: hand_way(web, client).await?, ..view }).into_response());
    }
    let title = if chosen.facts.is_empty() { format!("Connect {}", inst.name) } else { format!("A note from {}", inst.name) };
    let trouble = match inst.status {
        Status::Degraded => format!("{} is slow today. It may take a few minutes.", inst.name),
        Status::Down => format!("{} isn’t letting anyone connect right now. It isn’t your password.", inst.name),
        _ => String::new(),
    };
    let known = app::reliability::of(&web.app, &client.v.scope, std::slice::from_ref(inst)).await?;
    let record = known.get(&(inst.provider.clone(), inst.name.clone())).copied().unwrap_or_default();
    let id: AttemptId = web.app.random().id(web.app.now());
    let view = Notice {
        record: sentence(&record, &client.v.firm.name),
        shell: client.backed(web, 2, "/c/search"),
        place: at_head(inst),
        title,
        facts: chosen.facts.clone(),
        reads: chosen.reads.iter().map(|r| (*r).to_owned()).collect(),
        consent: chosen.consent.clone(),
        trouble,
        action: action.to_owned(),
        hidden: vec![("attempt", id.to_string()), ("q", query.to_owned()), ("shown", chosen.shown_hash())],
        other: "/c/search".into(),
    };
    Ok(Page(view).into_response())
}

#[derive(serde::Deserialize)]
pub struct Agreed {
    attempt: AttemptId,
    #[serde(default)]
    q: String,
    #[serde(default)]
    shown: String,
}

/// Continue. Words that changed since they were shown are shown again: nobody agrees to what they have not seen.
pub(super) async fn agree(web: &Web, client: &Client, chosen: &Chosen, action: &str, posted: &Agreed) -> Answer {
    if posted.shown != chosen.shown_hash() {
        return draw(web, client, chosen, action, &posted.q).await;
    }
    let id = flow::begin(&web.app, &client.v, posted.attempt, chosen, &posted.q).await?;
    Ok(see(format!("/c/a/{id}")))
}

pub async fn go_on(State(web): State<Web>, client: Client, At(id): At<InstitutionId>, Form(posted): Form<Agreed>) -> Answer {
    let chosen = flow::look(&web.app, &client.v, id, Purpose::Connect).await?;
    agree(&web, &client, &chosen, &format!("/c/at/{id}"), &posted).await
}

/// N70: no connection is to be had there.
pub(super) fn not_supported(web: &Web, client: &Client, place: Place) -> Trouble {
    let firm = &client.v.firm.name;
    Trouble {
        shell: client.backed(web, 0, "/c/search"),
        tone: Tone::Idle,
        icon: icon::UNLINK,
        title: format!("{} can’t be connected", place.name),
        text: format!(
            "Our data providers reach thousands of institutions, but not every one. {firm} can add the account by hand: a statement is \
             enough. If you sign in at another of its pages, look for that one."
        ),
        instead: Vec::new(),
        tell: None,
        tell_action: String::new(),
        first: Some(Way::Page { word: "Choose a different institution".into(), href: "/c/search".into() }),
        second: None,
        reference: String::new(),
    }
}

/// Other entries of the same brand that can be connected now.
pub(super) fn family(web: &Web, client: &Client, a: &app::connect_flow::Attempt) -> Vec<Match> {
    let brand = |name: &str| name.split_whitespace().next().map(str::to_lowercase).unwrap_or_default();
    let own = brand(&a.institution);
    let found = flow::search(&web.app, &client.v, &own, 10).unwrap_or_default();
    let fits = |f: &&Found| {
        Some(f.id) != a.institution_id
            && brand(&f.name) == own
            && !f.retired
            && matches!(f.status, Status::Healthy | Status::Unknown | Status::Degraded)
    };
    found.iter().filter(fits).take(4).map(|f| shown(f, "")).collect()
}

/// The head for an attempt, which keeps name and address itself.
pub(super) fn of_attempt(name: &str, url: Option<&str>) -> Place {
    place(name, url)
}

#[cfg(test)]
mod tests {
    use super::stretches;

    #[test]
    fn marks_cut_the_text_and_lose_nothing() {
        let cut = stretches("Ärla Bank", &[0..5, 6..7]);
        assert_eq!(
            cut,
            [("Ärla".into(), true), (" ".into(), false), ("B".into(), true), ("ank".into(), false)].map(|(t, m): (String, bool)| (t, m))
        );
        let inside_a_letter = std::iter::once(1..2).collect::<Vec<_>>();
        assert_eq!(stretches("Ärla", &inside_a_letter), [("Ärla".to_owned(), false)]);
    }
}
