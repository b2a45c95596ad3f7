//! The bridge's addresses: make a token, claim it, say which versions are spoken, give the accounts.

use super::{BUDGET, Bridge, DEMO, PATIENCE, accounts};
use crate::link::pages::secure;
use crate::link::views::Frame;
use crate::plaid::auth::same;
use crate::server::{json_response, spoiled, torn_response};
use crate::state::{Shared, State};
use askama::Template;
use axum::extract::{Form, Path, Query, State as Held};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

pub fn router() -> Router<Shared> {
    Router::new()
        .route("/simplefin/info", get(async || Json(json!({ "versions": ["1.0", "2.0"] }))))
        .route("/simplefin/create", get(create).post(make))
        .route("/simplefin/claim/{setup}", post(claim))
        .route("/simplefin/accounts", get(read))
}

pub fn director() -> Router<Shared> {
    Router::new()
        .route("/_control/simplefin/tokens", post(token))
        .route("/_control/simplefin/bridges", get(bridges))
        .route("/_control/simplefin/bridges/{name}/revoke", post(revoke))
}

#[derive(Template)]
#[template(path = "token.html")]
struct Page {
    f: Frame,
    token: Option<String>,
}

fn page(token: Option<String>, note: Option<&str>) -> Response {
    let f = Frame {
        title: "Setup token".into(),
        client: "A bridge for rehearsals".into(),
        home: "/simplefin".into(),
        done: if token.is_some() { 60 } else { 20 },
        face: None,
        note: note.map(String::from),
        can_exit: false,
    };
    match (Page { f, token }).render() {
        Ok(text) => {
            let mut response = Html(text).into_response();
            secure(&mut response, "'self'");
            response
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn create() -> Response {
    page(None, None)
}

#[derive(Deserialize)]
struct SignIn {
    #[serde(default)]
    user: String,
    #[serde(default)]
    password: String,
}

async fn make(Held(state): Held<Shared>, Form(typed): Form<SignIn>) -> Response {
    let login = typed.user.trim();
    if login.is_empty() || typed.password != "pass_good" {
        return page(None, Some("The user name or the password is not right."));
    }
    let bridge = state.new_bridge(login);
    page(Some(state.setup_token(&bridge.setup)), None)
}

#[derive(Deserialize)]
struct For {
    user: String,
}

async fn token(Held(state): Held<Shared>, Json(who): Json<For>) -> Json<Value> {
    let bridge = state.new_bridge(&who.user);
    Json(json!({ "setup_token": state.setup_token(&bridge.setup), "name": bridge.name }))
}

async fn bridges(Held(state): Held<Shared>) -> Json<Value> {
    let book = state.book();
    let shown = |b: &Bridge| json!({ "name": b.name, "login": b.login, "claimed": b.claimed, "revoked": b.revoked, "asked": b.asked });
    Json(json!({ "bridges": book.simplefin.bridges.values().map(shown).collect::<Vec<_>>() }))
}

async fn revoke(Held(state): Held<Shared>, Path(name): Path<String>) -> Response {
    match state.change_bridge(|b| b.name == name, |b| b.revoked = true) {
        Some(()) => Json(json!({ "name": name })).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn forbidden() -> Response {
    (StatusCode::FORBIDDEN, "Forbidden").into_response()
}

/// Works once; a second time it says that somebody was here before.
async fn claim(Held(state): Held<Shared>, Path(setup): Path<String>) -> Response {
    let known = state.book().simplefin.bridges.get(&setup).cloned();
    let bridge = match known {
        None if setup == DEMO => state.bridge(DEMO, "user_good"),
        Some(b) if setup == DEMO || !b.claimed => b,
        _ => return forbidden(),
    };
    state.change_bridge(|b| b.setup == setup, |b| b.claimed = true);
    let host = state.base.split_once("://").map_or("", |(_, host)| host);
    (StatusCode::OK, format!("http://{}:{}@{host}/simplefin", bridge.name, bridge.password)).into_response()
}

async fn read(Held(state): Held<Shared>, Query(query): Query<Vec<(String, String)>>, headers: HeaderMap) -> Response {
    let name = given(&headers).map(|(name, _)| name);
    let fault = state.book().rehearsal.strike("GET /simplefin/accounts", name.as_deref());
    let (torn, html, retry) = fault.as_ref().map_or((false, false, None), |f| (f.torn, f.html, f.retry_after));
    let status = fault.as_ref().and_then(|f| f.status);
    let response = match status {
        Some(status) => (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), "Rehearsed").into_response(),
        None => match allowed(&state, &headers) {
            Err(status) => (status, status.canonical_reason().unwrap_or_default()).into_response(),
            Ok((bridge, warnings)) => {
                let out = accounts::answer(&state, &bridge, &query, warnings);
                if torn { torn_response(&out) } else { json_response(StatusCode::OK, &out) }
            }
        },
    };
    let response = spoiled(response, html, retry);
    let shown = json!({ "bridge": name }).as_object().cloned().unwrap_or_default();
    state.book().rehearsal.note("GET /simplefin/accounts", state.now(), response.status().as_u16(), &shown);
    response
}

fn given(headers: &HeaderMap) -> Option<(String, String)> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let plain = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
    plain.split_once(':').map(|(n, p)| (n.to_string(), p.to_string()))
}

/// Whose accounts, and what has to be said about how often they were asked for.
fn allowed(state: &State, headers: &HeaderMap) -> Result<(Bridge, Vec<String>), StatusCode> {
    let (name, password) = given(headers).ok_or(StatusCode::FORBIDDEN)?;
    let today = state.now().utc_date();
    let counted = state.book().windows.on;
    let mine = |b: &Bridge| b.name == name && same(&b.password, &password) && b.claimed && !b.revoked;
    let bridge = state.change_bridge(mine, |b| {
        if b.day != today {
            (b.day, b.asked) = (today, 0);
        }
        b.asked += 1;
        if counted && b.asked > PATIENCE {
            b.revoked = true;
        }
        b.clone()
    });
    let bridge = bridge.filter(|b| !b.revoked).ok_or(StatusCode::FORBIDDEN)?;
    if bridge.login == "user_unpaid" {
        return Err(StatusCode::PAYMENT_REQUIRED);
    }
    let over = counted && bridge.asked > BUDGET;
    let warning = format!("More than {BUDGET} requests today. Ask less often, or this token will be disabled.");
    Ok((bridge, over.then_some(warning).into_iter().collect()))
}
