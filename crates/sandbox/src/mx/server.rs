//! How a request comes in: keys, version, faults on demand, ration, the endpoint, and how the answer goes out.

use super::error::Refusal;
use super::{Answer, Call, ENDPOINTS, Endpoint, Reply};
use crate::control::Fault;
use crate::plaid::auth::same;
use crate::plaid::limits::{Limit, client_only};
use crate::server::{json_response, maintenance, spoiled, torn_response};
use crate::state::{Shared, State};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State as Held};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// Requests per minute for the whole client.
const LIMIT: Option<Limit> = client_only(600, "");
const KIND: &str = "application/vnd.mx.api.v1+json";
const VERSIONS: [&str; 2] = ["v20111101", "v20250224"];

pub fn router() -> Router<Shared> {
    let mut paths: BTreeMap<&str, MethodRouter<Shared>> = BTreeMap::new();
    for endpoint in ENDPOINTS {
        let run = move |Held(state): Held<Shared>,
                        Path(at): Path<HashMap<String, String>>,
                        Query(query): Query<Vec<(String, String)>>,
                        headers: HeaderMap,
                        body: Bytes| answer(state, endpoint, at, query, headers, body);
        let filter = MethodFilter::try_from(endpoint.method.clone()).unwrap_or(MethodFilter::GET);
        let there = paths.remove(endpoint.path).unwrap_or_default();
        paths.insert(endpoint.path, there.merge(on(filter, run)));
    }
    paths.into_iter().fold(Router::new(), |r, (path, methods)| r.route(path, methods))
}

async fn answer(
    state: Shared,
    endpoint: &'static Endpoint,
    at: HashMap<String, String>,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    let name = format!("{} {}", endpoint.method, endpoint.path);
    let member = at.get("member").cloned();
    let fault = state.book().rehearsal.strike(&name, member.as_deref());
    let wait = fault.as_ref().and_then(|f| f.latency_ms).unwrap_or(if state.latency_zero { 0 } else { latency(endpoint.path) });
    if wait > 0 {
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }
    let (torn, retry, html) = fault.as_ref().map_or((false, None, false), |f| (f.torn, f.retry_after, f.html));
    let trouble = member.as_deref().and_then(|m| of_quirk(&state, m, endpoint.path)).filter(|_| authorised(&state, &headers).is_ok());
    let body: Map<String, Value> = serde_json::from_slice(&bytes).unwrap_or_default();
    let refused = fault.and_then(refusal);
    let inside = refused.as_ref().is_some_and(|(_, inside)| *inside);
    let result = match refused {
        Some((refusal, _)) => Err(refusal),
        None => run(&state, endpoint, &headers, at, query, body),
    };
    let mut response = match result {
        Ok(Reply::Nothing) => StatusCode::NO_CONTENT.into_response(),
        Ok(Reply::Body(_, out)) if torn => torn_response(&out),
        Ok(Reply::Body(status, out)) => json_response(status, &out),
        Err(refusal) if inside => json_response(StatusCode::OK, &refusal.body()),
        Err(refusal) => json_response(refusal.status, &refusal.body()),
    };
    response = trouble.unwrap_or_else(|| spoiled(response, html, retry));
    let request_id = state.keys.uuid("mx request");
    if let Ok(id) = request_id.parse() {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    }
    // What was typed into a form is not kept, not even here.
    let shown = json!({ "member": member }).as_object().cloned().unwrap_or_default();
    state.book().rehearsal.note(&name, state.now(), response.status().as_u16(), &shown);
    response
}

/// The directory is read in many pages; institutions are slower.
fn latency(path: &str) -> u64 {
    if path.starts_with("/institutions") { 8 } else { 60 }
}

/// What a fault says, and whether it says so inside of an answer that looks well.
fn refusal(fault: Fault) -> Option<(Refusal, bool)> {
    fault.status.map(|s| (Refusal::of(if s == 200 { 500 } else { s }), s == 200))
}

/// Quirks that spoil what is read of the accounts.
fn of_quirk(state: &State, member: &str, path: &str) -> Option<Response> {
    if !(path.ends_with("/accounts") || path.ends_with("/investment_holdings")) {
        return None;
    }
    let quirk = state.book().mx.members.get(member)?.quirk().to_string();
    let refusal = Refusal::too_many();
    let busy = || json_response(refusal.status, &refusal.body());
    match quirk.as_str() {
        "html" => Some(maintenance()),
        "error_inside" => Some(json_response(StatusCode::OK, &Refusal::of(500).body())),
        "busy" => Some(busy()),
        "busy_until" => {
            let mut response = busy();
            response.headers_mut().insert(header::RETRY_AFTER, 120.into());
            Some(response)
        }
        _ => None,
    }
}

fn run(
    state: &Shared,
    endpoint: &Endpoint,
    headers: &HeaderMap,
    at: HashMap<String, String>,
    query: Vec<(String, String)>,
    body: Map<String, Value>,
) -> Answer {
    authorised(state, headers)?;
    // What answers with nothing is the same in every version.
    if endpoint.method != Method::DELETE {
        spoken(headers)?;
    }
    let now = state.now();
    if let Some(limit) = LIMIT
        && !state.book().windows.take("mx", limit, None, now)
    {
        return Err(Refusal::too_many());
    }
    (endpoint.run)(&Call { state: state.clone(), now, at, query, body })
}

/// Basic, with the client's id as the name and its key as the password.
fn authorised(state: &State, headers: &HeaderMap) -> Result<(), Refusal> {
    let given = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Basic "));
    let plain = given.and_then(|g| STANDARD.decode(g.trim()).ok()).and_then(|b| String::from_utf8(b).ok());
    let right = plain.as_deref().and_then(|p| p.split_once(':'));
    match right {
        Some((id, key)) if same(id, &state.keys.mx_client_id) & same(key, &state.keys.mx_api_key) => Ok(()),
        _ => Err(Refusal::keys()),
    }
}

/// Which version of the API is asked for: in the newer header, or in the older media type.
fn spoken(headers: &HeaderMap) -> Result<(), Refusal> {
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let known = match header("accept-version") {
        Some(version) => VERSIONS.contains(&version),
        None => header("accept").is_some_and(|a| a.contains(KIND)),
    };
    if known { Ok(()) } else { Err(Refusal::version()) }
}
