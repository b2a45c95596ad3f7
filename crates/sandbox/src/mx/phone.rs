//! The invented phone: a page with every sign-in that waits for an approval, and the pictures of institutions.

use super::challenge::Ask;
use super::control::decide;
use super::directory::{find, of_id};
use super::member::Member;
use crate::link::pages::secure;
use crate::link::views::{Face, Frame};
use crate::state::Shared;
use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, State as Held};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

pub fn pages() -> Router<Shared> {
    Router::new()
        .route("/phone", get(phone))
        .route("/phone/{member}", post(act))
        .route("/logos/{file}", get(logo))
        .merge(super::oauth::pages())
}

struct Waiting {
    member: String,
    face: Face,
    login: String,
}

#[derive(Template)]
#[template(path = "phone.html")]
struct Phone {
    f: Frame,
    waiting: Vec<Waiting>,
}

async fn phone(Held(state): Held<Shared>) -> Response {
    let guids: Vec<String> = state.book().mx.members.values().filter(|m| !m.removed).map(|m| m.guid.clone()).collect();
    let open = |m: &mut Member| (m.status == "PENDING" && m.asks.first() == Some(&Ask::Push)).then(|| m.clone());
    let waiting = guids.iter().filter_map(|g| state.mx_member(g, |m, _| open(m)).flatten()).filter_map(|m| {
        let face = Face::of(of_id(&state.world, &m.institution)?);
        Some(Waiting { member: m.guid, face, login: m.login })
    });
    let f = Frame {
        title: "Approvals".into(),
        client: "A phone for rehearsals".into(),
        home: "/phone".into(),
        done: 0,
        face: None,
        note: None,
        can_exit: false,
    };
    match (Phone { f, waiting: waiting.collect() }).render() {
        Ok(page) => kept(Html(page).into_response()),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[derive(Deserialize)]
struct Decision {
    decision: String,
}

async fn act(Held(state): Held<Shared>, Path(member): Path<String>, Form(said): Form<Decision>) -> Response {
    decide(&state, &member, said.decision == "approve");
    kept(Redirect::to("/phone").into_response())
}

async fn logo(Held(state): Held<Shared>, Path(file): Path<String>) -> Response {
    let found = file.strip_suffix(".png").and_then(|code| find(&state.world, code));
    let bytes = found.and_then(|i| STANDARD.decode(i.logo_png_base64()).ok());
    match bytes {
        Some(bytes) => ([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "max-age=86400")], bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn kept(mut response: Response) -> Response {
    secure(&mut response, "'self'");
    response
}
