//! The institution's own page, where a sign-in happens that nobody else sees.

use super::directory::of_id;
use super::login::judge;
use super::member::Member;
use crate::link::pages::{origin, secure};
use crate::link::views::{Approve, Face, Frame};
use crate::state::{Shared, State};
use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, State as Held};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

pub fn pages() -> Router<Shared> {
    Router::new().route("/oauth/{page}", get(show)).route("/oauth/{page}/institution", post(act))
}

/// The member whose window it is, as long as the window was not used.
fn member_of(state: &State, page: &str) -> Option<Member> {
    let mine = |m: &&Member| !m.removed && m.window.as_ref().is_some_and(|w| w.page == page);
    state.book().mx.members.values().find(mine).cloned()
}

fn gone() -> Response {
    let page = "<!doctype html><html lang=\"en\"><title>Sandbox</title><h1>This page is over</h1><p>Go back and start again.</p></html>";
    kept((StatusCode::GONE, Html(page)).into_response(), None)
}

fn kept(mut response: Response, back: Option<&str>) -> Response {
    secure(&mut response, &format!("'self' {}", back.and_then(origin).unwrap_or_default()));
    response
}

async fn show(Held(state): Held<Shared>, Path(page): Path<String>) -> Response {
    ask(&state, &page, "", None).unwrap_or_else(gone)
}

fn ask(state: &State, page: &str, typed: &str, note: Option<&str>) -> Option<Response> {
    let m = member_of(state, page)?;
    let at = of_id(&state.world, &m.institution)?;
    let f = Frame {
        title: format!("Sign in at {}", at.host()),
        client: "The app you came from".into(),
        home: format!("/oauth/{page}"),
        done: 30,
        face: Some(Face::of(at)),
        note: note.map(String::from),
        can_exit: false,
    };
    let text = Approve { f, typed: typed.into() }.render().ok()?;
    Some(kept(Html(text).into_response(), m.window.as_ref()?.back.as_deref()))
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    decision: String,
    #[serde(default)]
    user: String,
    #[serde(default)]
    password: String,
}

async fn act(Held(state): Held<Shared>, Path(page): Path<String>, Form(said): Form<Said>) -> Response {
    let Some(m) = member_of(&state, &page) else { return gone() };
    let Some(at) = of_id(&state.world, &m.institution) else { return gone() };
    let allows = said.decision != "refuse";
    let login = said.user.trim();
    let plan = judge(at, login, &said.password);
    if allows && plan.ends.as_deref() == Some("DENIED") {
        let again = ask(&state, &page, login, Some("The user name or the password is not right."));
        return again.unwrap_or_else(gone);
    }
    let back = m.window.as_ref().and_then(|w| w.back.clone());
    state.mx_member(&m.guid, |m, s| {
        m.window = None;
        if allows {
            // Second factors are the page's own matter here.
            let plan = super::login::Plan { asks: Vec::new(), always: false, ..plan.clone() };
            m.sign_in(login, plan, "UPDATED", s);
        } else {
            m.end("DENIED");
        }
    });
    let word = if allows { "success" } else { "error" };
    match &back {
        Some(to) => {
            let joint = if to.contains('?') { '&' } else { '?' };
            kept(Redirect::to(&format!("{to}{joint}status={word}&member_guid={}", m.guid)).into_response(), Some(to))
        }
        None => kept(
            Html("<!doctype html><html lang=\"en\"><title>Sandbox</title><h1>Done</h1><p>Close this page and go back.</p></html>")
                .into_response(),
            None,
        ),
    }
}
