//! The address everything is served at: the API's table, the hosted pages, the director's group and the market's history.

use crate::control;
use crate::keys;
use crate::link::pages;
use crate::mx;
use crate::plaid::error::Trouble;
use crate::plaid::{Call, ENDPOINTS, Endpoint, auth, wire};
use crate::simplefin;
use crate::state::{Shared, State};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Query, State as Held};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::time::Duration;

pub fn router(state: Shared) -> Router {
    let mut api = Router::new();
    for endpoint in ENDPOINTS {
        let run = move |Held(state): Held<Shared>, headers: HeaderMap, body: Bytes| answer(state, endpoint, headers, body);
        api = api.route(endpoint.path, post(run).fallback(nowhere));
    }
    let director = Router::new()
        .route("/_control/faults", post(control::set_fault).delete(control::clear_faults))
        .route("/_control/requests", get(control::requests).delete(control::forget_requests))
        .route("/_control/items", get(control::items))
        .route("/_control/items/{id}/break", post(control::break_item))
        .route("/_control/items/{id}/mend", post(control::mend_item))
        .route("/_control/institutions/{id}/health", post(control::set_health))
        .route("/_control/limits", post(control::set_limits))
        .route("/_control/look", post(control::look))
        .merge(mx::director())
        .merge(simplefin::director())
        .route_layer(axum::middleware::from_fn_with_state(state.clone(), control::guard));
    api.merge(director)
        .merge(mx::router())
        .merge(mx::pages())
        .merge(simplefin::router())
        .merge(pages::router())
        .route("/_market/history", get(history))
        .route("/_market/stand-ins", get(stand_ins))
        .fallback(nowhere)
        .layer(DefaultBodyLimit::max(1 << 20))
        .with_state(state)
}

async fn nowhere(Held(state): Held<Shared>) -> Response {
    let trouble = Trouble::of("NOT_FOUND");
    json_response(trouble.http_status(), &trouble.body(&state.keys.request_id()))
}

async fn answer(state: Shared, endpoint: &'static Endpoint, headers: HeaderMap, bytes: Bytes) -> Response {
    let parsed: Option<Map<String, Value>> = serde_json::from_slice(&bytes).ok();
    let body = parsed.clone().unwrap_or_default();
    let item = body.get("access_token").and_then(Value::as_str).and_then(|t| state.book().access.get(t).cloned());
    let fault = state.book().rehearsal.strike(endpoint.path, item.as_deref());
    let wait = fault.as_ref().and_then(|f| f.latency_ms).unwrap_or(if state.latency_zero { 0 } else { latency(endpoint.path) });
    if wait > 0 {
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }
    let (torn, html, retry) = fault.as_ref().map_or((false, false, None), |f| (f.torn, f.html, f.retry_after));
    let result = match fault.and_then(|f| f.trouble()) {
        Some(trouble) => Err(trouble),
        None => run(&state, endpoint, &headers, parsed, item.as_deref()),
    };
    let request_id = state.keys.request_id();
    let (status, out) = match result {
        Ok(mut out) => {
            out["request_id"] = json!(request_id);
            (StatusCode::OK, out)
        }
        Err(trouble) => (trouble.http_status(), trouble.body(&request_id)),
    };
    state.book().rehearsal.note(endpoint.path, state.now(), status.as_u16(), &body);
    spoiled(if torn { torn_response(&out) } else { json_response(status, &out) }, html, retry)
}

/// The answer, or a page for people instead, and when to come back.
pub fn spoiled(mut response: Response, html: bool, retry_after: Option<u32>) -> Response {
    if html {
        response = maintenance();
    }
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// What stands there instead of an answer while somebody works on the servers; its status says that all is well.
pub fn maintenance() -> Response {
    Html("<!doctype html><title>Sandbox</title><h1>Scheduled maintenance</h1><p>This page is invented.</p>").into_response()
}

fn run(
    state: &Shared,
    endpoint: &Endpoint,
    headers: &HeaderMap,
    body: Option<Map<String, Value>>,
    item: Option<&str>,
) -> Result<Value, Trouble> {
    let body = body.ok_or_else(|| Trouble::of("INVALID_BODY"))?;
    auth::keys(state, headers, &body)?;
    wire::check(&body, endpoint.fields)?;
    let now = state.now();
    if let Some(limit) = endpoint.limit
        && !state.book().windows.take(endpoint.path, limit, item, now)
    {
        return Err(Trouble::of(limit.code));
    }
    (endpoint.run)(&Call { state: state.clone(), body, now })
}

/// How long a request takes when nobody asked for speed: live balances are slow, the rest is not.
fn latency(path: &str) -> u64 {
    match path {
        "/accounts/balance/get" | "/investments/refresh" => 900,
        "/investments/holdings/get" | "/investments/transactions/get" | "/liabilities/get" => 140,
        _ => 40 + keys::dice(&[path.as_bytes()]) % 40,
    }
}

pub fn json_response(status: StatusCode, body: &Value) -> Response {
    let text = serde_json::to_vec(body).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], text).into_response()
}

/// Half an answer, and then the connection breaks.
pub fn torn_response(body: &Value) -> Response {
    let mut text = serde_json::to_vec(body).unwrap_or_default();
    text.truncate(text.len() / 2);
    let parts = futures_util::stream::iter([Ok(Bytes::from(text)), Err(std::io::Error::other("torn on purpose"))]);
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], Body::from_stream(parts)).into_response()
}

#[derive(Deserialize)]
struct Asked {
    security: String,
    from: String,
    to: String,
}

/// Daily closes of one security, oldest first, for whoever shows prices.
async fn history(Held(state): Held<Shared>, Query(asked): Query<Asked>) -> Response {
    match closes(&state, &asked) {
        Ok(body) => json_response(StatusCode::OK, &body),
        Err(trouble) => json_response(trouble.http_status(), &trouble.body(&state.keys.request_id())),
    }
}

fn closes(state: &State, asked: &Asked) -> Result<Value, Trouble> {
    let world = &state.world;
    let security = world
        .security(&asked.security)
        .or_else(|| world.ticker(&asked.security))
        .or_else(|| world.isin(&asked.security))
        .ok_or_else(|| Trouble::of("NOT_FOUND"))?;
    let day = |name: &str, text: &str| wire::day(text).ok_or_else(|| Trouble::invalid(name, "a date such as 2026-01-31"));
    let (from, to) = (day("from", &asked.from)?, day("to", &asked.to)?);
    let to = to.min(crate::state::data_day(state.now()));
    let closes: Vec<Value> =
        world.history(security, from, to).map(|c| json!({ "date": c.day.to_string(), "close": wire::number(c.price) })).collect();
    Ok(json!({
        "security_id": security.id, "ticker_symbol": security.ticker, "name": security.name, "asset_class": class(security),
        "currency": security.currency, "closes": closes,
    }))
}

/// What can be said of it beyond doubt.
fn class(security: &crate::world::Security) -> Option<&'static str> {
    match security.kind {
        _ if security.cash_equivalent => Some("cash"),
        "equity" => Some("equity"),
        "fixed income" => Some("bond"),
        "cryptocurrency" => Some("crypto"),
        _ => STAND_INS.iter().find(|(_, ticker)| security.ticker.as_deref() == Some(*ticker)).map(|(class, _)| *class),
    }
}

/// Broad funds whose history stands in for an asset class.
const STAND_INS: [(&str, &str); 3] = [("equity", "BUSR"), ("bond", "CBXR"), ("mixed", "LTFX")];

async fn stand_ins() -> Response {
    let all: Vec<Value> = STAND_INS.iter().map(|(class, security)| json!({ "class": class, "security": security })).collect();
    json_response(StatusCode::OK, &json!({ "stand_ins": all }))
}
