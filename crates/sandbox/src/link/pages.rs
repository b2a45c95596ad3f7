//! The hosted page over HTTP: an address and a form post for each step, plain HTML, nothing that needs a script.

use super::session::{LinkToken, Step};
use super::views::{self, Choice, Face, Frame, Prompt};
use super::{finish, oauth, steps};
use crate::plaid::auth;
use crate::state::{Shared, State};
use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, Query, State as Held};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

const STYLE: &str = include_str!("../../templates/link.css");

pub fn router() -> Router<Shared> {
    Router::new().route("/assets/link.css", get(style)).route("/link/{page}", get(open)).route("/link/{page}/{step}", get(show).post(act))
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")], STYLE).into_response()
}

type Fields = Vec<(String, String)>;

fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
}

fn all(fields: &Fields, prefix: &str) -> Vec<String> {
    fields.iter().filter(|(n, _)| n.starts_with(prefix)).map(|(_, v)| v.clone()).collect()
}

async fn open(Held(state): Held<Shared>, Path(page): Path<String>) -> Response {
    state
        .turn(&page, |link| {
            let over = link.sessions.last().is_some_and(|s| s.finished.is_some() && !s.added.is_empty());
            if !over {
                steps::open(&state, link);
            }
            onward(link, false)
        })
        .unwrap_or_else(gone)
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
}

async fn show(Held(state): Held<Shared>, Path((page, name)): Path<(String, String)>, Query(asked): Query<Asked>) -> Response {
    state
        .turn(&page, |link| {
            if link.sessions.is_empty() {
                steps::open(&state, link);
            }
            if name == "search" {
                back_to_search(link);
            }
            let Some(session) = link.sessions.last() else { return onward(link, false) };
            let ended_badly = session.finished.is_some() && name == "problem" && session.trouble.is_some() && session.added.is_empty();
            if ended_badly || path_of(&session.step) == name {
                return render(&state, link, &name, &asked.q);
            }
            onward(link, false)
        })
        .unwrap_or_else(gone)
}

/// Whoever chose the institution here may choose another one.
fn back_to_search(link: &mut LinkToken) {
    if link.institution_id.is_some() || link.repairs.is_some() {
        return;
    }
    if let Some(session) = link.open_session().filter(|s| matches!(s.step, Step::SignIn | Step::Continue | Step::Problem)) {
        session.step = Step::Search;
        session.note = None;
        session.trouble = None;
    }
}

async fn act(Held(state): Held<Shared>, Path((page, name)): Path<(String, String)>, Form(fields): Form<Fields>) -> Response {
    if !state.latency_zero && matches!(name.as_str(), "sign-in" | "code" | "questions" | "selections" | "institution") {
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    }
    state
        .turn(&page, |link| {
            let s = &*state;
            match name.as_str() {
                "select" => steps::select(s, link, field(&fields, "institution_id")),
                "sign-in" => steps::sign_in(s, link, field(&fields, "user"), field(&fields, "password")),
                "device" => steps::device(s, link, field(&fields, "device")),
                "code" => steps::answer(s, link, Step::Code, &all(&fields, "code")),
                "questions" => steps::answer(s, link, Step::Questions, &all(&fields, "answer")),
                "selections" => steps::answer(s, link, Step::Selections, &all(&fields, "answer")),
                "continue" => oauth::leave(s, link),
                "institution" if field(&fields, "decision") == "refuse" => oauth::refuse(s, link),
                "institution" => oauth::allow(s, link, field(&fields, "user"), field(&fields, "password")),
                "accounts" => steps::choose(s, link, &all(&fields, "account")),
                "again" => steps::again(s, link),
                "another" => steps::another(s, link),
                "exit" => finish::exit(s, link),
                _ => {}
            }
            onward(link, name == "exit")
        })
        .unwrap_or_else(gone)
}

fn path_of(step: &Step) -> &'static str {
    match step {
        Step::Search => "search",
        Step::SignIn => "sign-in",
        Step::Device => "device",
        Step::Code => "code",
        Step::Questions => "questions",
        Step::Selections => "selections",
        Step::Continue => "continue",
        Step::Approve => "institution",
        Step::Accounts => "accounts",
        Step::Problem => "problem",
        Step::Done => "done",
    }
}

/// To the step that the session stands at; out of here when it is over. Somebody who was locked out reads why first, unless `leaving`.
fn onward(link: &LinkToken, leaving: bool) -> Response {
    let Some(session) = link.sessions.last() else { return gone(()) };
    let locked =
        session.finished.is_some() && session.added.is_empty() && session.trouble.as_ref().is_some_and(|t| t.code == "ITEM_LOCKED");
    let to = match (&link.completion, session.finished) {
        _ if locked && !leaving => format!("/link/{}/problem", link.page),
        (Some(uri), Some(_)) => uri.clone(),
        _ => format!("/link/{}/{}", link.page, path_of(&session.step)),
    };
    secured(link, Redirect::to(&to).into_response())
}

fn frame(state: &State, link: &LinkToken, title: &str, done: u32) -> Frame {
    let session = link.sessions.last();
    let face = session.and_then(|s| s.institution.as_deref()).and_then(|i| state.institution(i)).map(Face::of);
    let note = session.and_then(|s| s.note.clone());
    let title = if note.is_some() { format!("Error: {title}") } else { title.to_string() };
    let can_exit = session.is_some_and(|s| s.finished.is_none());
    Frame { title, client: link.client_name.clone(), home: format!("/link/{}", link.page), done, face, note, can_exit }
}

fn render(state: &State, link: &mut LinkToken, name: &str, query: &str) -> Response {
    let found = if name == "search" { steps::search(state, link, query).into_iter().map(Face::of).collect() } else { Vec::new() };
    let Some(session) = link.sessions.last() else { return gone(()) };
    let institution = session.institution.as_deref().and_then(|i| state.institution(i));
    let f = |title: &str, done| frame(state, link, title, done);
    let person = || Some(state.person(institution?, session.user.as_deref()?));
    let html = match name {
        "search" => views::Search { f: f("Find your institution", 10), query: query.into(), found }.render(),
        "sign-in" => {
            views::SignIn { f: f("Sign in", 22), typed: session.typed.clone(), notice: institution.and_then(|i| i.notice.clone()) }.render()
        }
        "device" => {
            let (phone, email) = person().map_or_else(Default::default, |p| (p.phone_ending.clone(), p.email_masked.clone()));
            views::Device { f: f("Choose how to get a code", 30), phone, email }.render()
        }
        "code" => views::Code { f: f("Enter the code", 38) }.render(),
        "questions" | "selections" => {
            let challenge = session.challenge.clone();
            let prompts = challenge.as_ref().zip(person()).map(|(c, p)| c.prompts(&p)).unwrap_or_default();
            let prompts: Vec<Prompt> =
                prompts.into_iter().enumerate().map(|(n, (text, options))| Prompt { name: format!("answer_{n}"), text, options }).collect();
            let round = challenge.map_or(0, |c| c.round());
            let (step, hint) = match name {
                "questions" => ("questions", format!("answer_{round}_0, answer_{round}_1 and so on")),
                _ if prompts.iter().any(|p| p.options.iter().any(|o| o == "Yes")) => ("selections", "Yes".into()),
                _ => ("selections", "the first choice of each".into()),
            };
            views::Questions { f: f("Answer your institution", 38), step, prompts, hint }.render()
        }
        "continue" => views::Continue { f: f("Continue at your institution", 22) }.render(),
        "institution" => views::Approve { f: f("Sign in and allow access", 34), typed: session.typed.clone() }.render(),
        "accounts" => views::Accounts { f: f("Choose accounts", 50), choices: choices(state, link) }.render(),
        "problem" => {
            let f = f("This didn't work", 22);
            let Some(trouble) = &session.trouble else { return onward(link, false) };
            let (heading, text, can_retry) = views::words(trouble, &f);
            let open = session.finished.is_none();
            let back = (!open).then(|| link.completion.clone()).flatten();
            let can_search = open && link.institution_id.is_none() && link.repairs.is_none();
            views::Problem { f, heading, text, code: trouble.code.clone(), can_retry: can_retry && open, can_search, back }.render()
        }
        _ => {
            let added = session.added.iter().map(|a| a.institution_name.clone()).collect();
            views::Done { f: f("Finished", 60), added, several: link.several, open: session.finished.is_none() }.render()
        }
    };
    secured(link, page(StatusCode::OK, html))
}

fn choices(state: &State, link: &LinkToken) -> Vec<Choice> {
    let day = crate::state::data_day(state.now());
    let known = link.repairs.as_deref().and_then(|id| state.item(id));
    let each = steps::offer(state, link).into_iter().map(|a| Choice {
        figure: a.figure(state, day),
        checked: known.as_ref().is_none_or(|i| i.keys.contains(&a.key) || !i.offered.contains(&a.key)),
        mask: a.mask.clone().unwrap_or_default(),
        key: a.key,
        name: a.name,
    });
    each.collect()
}

fn page(status: StatusCode, html: askama::Result<String>) -> Response {
    match html {
        Ok(html) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Expired, unknown and spent pages look the same.
fn gone(_: ()) -> Response {
    let f = Frame {
        title: "This page has expired".into(),
        client: "Sandbox".into(),
        home: String::new(),
        done: 0,
        face: None,
        note: None,
        can_exit: false,
    };
    let mut response = page(StatusCode::GONE, views::Gone { f }.render());
    secure(&mut response, "'none'");
    response
}

fn secured(link: &LinkToken, mut response: Response) -> Response {
    // A form that ends in a redirect needs the redirect's origin too.
    let away = link.completion.as_deref().and_then(origin).unwrap_or_default();
    secure(&mut response, &format!("'self' {away}"));
    response
}

pub fn secure(response: &mut Response, forms: &str) {
    let policy =
        format!("default-src 'none'; style-src 'self'; img-src 'self' data:; form-action {forms}; base-uri 'none'; frame-ancestors 'none'");
    let set = [
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in set {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
}

/// `https://host:port` of an address, when it is one that may stand in a policy.
pub fn origin(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
    (matches!(scheme, "http" | "https") && plain && !host.is_empty()).then(|| &uri[..scheme.len() + 3 + host.len()])
}

impl State {
    /// One person's turn at a hosted page; `Err` when there is no such page any more. Turns never overlap, so a doubled click makes no
    /// second Item.
    fn turn<T>(&self, page: &str, with: impl FnOnce(&mut LinkToken) -> T) -> Result<T, ()> {
        let _turn = self.turns.lock().unwrap_or_else(|e| e.into_inner());
        let found = {
            let book = self.book();
            book.pages.get(page).and_then(|token| book.links.get(token)).cloned()
        };
        let mut link = found.filter(|l| auth::same(&l.page, page)).ok_or(())?;
        if link.over(self.now()) {
            return Err(());
        }
        let out = with(&mut link);
        self.keep_link(link);
        Ok(out)
    }

    pub fn keep_link(&self, link: LinkToken) {
        self.journal.link(&link);
        let mut book = self.book();
        book.pages.insert(link.page.clone(), link.token.clone());
        book.links.insert(link.token.clone(), link);
    }
}
