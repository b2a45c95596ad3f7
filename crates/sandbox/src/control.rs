//! The rehearsal director, for tests only: faults on demand, what was asked how often, items and institutions to break. The clock is not
//! moved here.

use crate::plaid::auth;
use crate::plaid::error::{Trouble, kind_of};
use crate::plaid::wire::instant;
use crate::state::Shared;
use crate::world::Health;
use axum::Json;
use axum::extract::{Path, Request, State as Held};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use model::Time;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, VecDeque};

/// How many requests are remembered.
const KEPT: usize = 400;

/// What goes wrong next, and for whom.
#[derive(Debug, Clone, Deserialize)]
pub struct Fault {
    /// One Item, or all.
    pub item_id: Option<String>,
    /// One endpoint, or all.
    pub path: Option<String>,
    /// No code: only latency or tearing.
    pub code: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub reason: Option<String>,
    pub status: Option<u16>,
    /// How often; absent means until it is cleared.
    pub times: Option<u32>,
    pub latency_ms: Option<u64>,
    /// The answer breaks off in the middle.
    #[serde(default)]
    pub torn: bool,
    /// A page for people comes instead of JSON.
    #[serde(default)]
    pub html: bool,
    /// Seconds for the header that says when to come back.
    pub retry_after: Option<u32>,
}

impl Fault {
    pub fn trouble(&self) -> Option<Trouble> {
        let code = self.code.as_deref()?;
        let mut trouble = Trouble::of(code);
        trouble.kind = self.kind.clone().unwrap_or_else(|| kind_of(code).into());
        trouble.status = self.status.unwrap_or(trouble.status);
        trouble.reason = self.reason.clone();
        Some(trouble)
    }
}

struct Seen {
    path: String,
    at: Time,
    status: u16,
    body: Value,
}

#[derive(Default)]
pub struct Rehearsal {
    faults: Vec<Fault>,
    counts: BTreeMap<String, u64>,
    last: VecDeque<Seen>,
}

impl Rehearsal {
    /// The fault that strikes this request, if any, used up by one.
    pub fn strike(&mut self, path: &str, item: Option<&str>) -> Option<Fault> {
        if self.faults.is_empty() {
            return None;
        }
        let at = self
            .faults
            .iter()
            .position(|f| f.path.as_deref().is_none_or(|p| p == path) && f.item_id.as_deref().is_none_or(|i| Some(i) == item))?;
        let fault = self.faults[at].clone();
        match &mut self.faults[at].times {
            Some(n) if *n <= 1 => drop(self.faults.remove(at)),
            Some(n) => *n -= 1,
            None => {}
        }
        Some(fault)
    }

    pub fn note(&mut self, path: &str, at: Time, status: u16, body: &Map<String, Value>) {
        match self.counts.get_mut(path) {
            Some(n) => *n += 1,
            None => drop(self.counts.insert(path.into(), 1)),
        }
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back(Seen { path: path.into(), at, status, body: masked(body) });
    }
}

/// Credentials leave nothing but their last four characters.
fn masked(body: &Map<String, Value>) -> Value {
    let hide = |name: &str| name.ends_with("_token") || matches!(name, "client_id" | "secret" | "override_password");
    let each = body.iter().map(|(k, v)| {
        let v = match v {
            Value::String(s) if hide(k) => {
                let tail: String = s.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
                json!(format!("…{tail}"))
            }
            Value::Object(inner) => masked(inner),
            _ => v.clone(),
        };
        (k.clone(), v)
    });
    Value::Object(each.collect())
}

/// Nobody without the secret directs anything.
pub async fn guard(Held(state): Held<Shared>, request: Request, next: Next) -> Response {
    let secret = request.headers().get("plaid-secret").and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !auth::same(secret, &state.keys.secret) {
        return Trouble::of("INVALID_API_KEYS").http_status().into_response();
    }
    next.run(request).await
}

pub async fn set_fault(Held(state): Held<Shared>, Json(fault): Json<Fault>) -> Json<Value> {
    let mut book = state.book();
    book.rehearsal.faults.push(fault);
    Json(json!({ "faults": book.rehearsal.faults.len() }))
}

pub async fn clear_faults(Held(state): Held<Shared>) -> Json<Value> {
    state.book().rehearsal.faults.clear();
    Json(json!({ "faults": 0 }))
}

pub async fn requests(Held(state): Held<Shared>) -> Json<Value> {
    let book = state.book();
    let last: Vec<Value> =
        book.rehearsal.last.iter().map(|s| json!({ "path": s.path, "at": instant(s.at), "status": s.status, "body": s.body })).collect();
    Json(json!({ "counts": book.rehearsal.counts, "last": last, "webhooks_waiting": state.outbox.len() }))
}

pub async fn forget_requests(Held(state): Held<Shared>) -> Json<Value> {
    let mut book = state.book();
    book.rehearsal.counts.clear();
    book.rehearsal.last.clear();
    Json(json!({}))
}

pub async fn items(Held(state): Held<Shared>) -> Json<Value> {
    let book = state.book();
    let mut items: Vec<Value> = book
        .items
        .values()
        .map(|i| {
            json!({
                "item_id": i.id, "institution_id": i.institution_id, "user": i.user, "webhook": i.webhook, "removed": i.removed,
                "error": i.error.as_ref().map(|e| &e.code), "created": instant(i.created), "accounts": i.keys.len(),
                "consent_expiration_time": i.consent_ends.map(instant),
            })
        })
        .collect();
    items.sort_by_key(|i| i["item_id"].to_string());
    Json(json!({ "items": items }))
}

#[derive(Deserialize)]
pub struct Break {
    code: String,
    reason: Option<String>,
    /// Say it with a webhook too.
    #[serde(default)]
    webhook: bool,
}

pub async fn break_item(Held(state): Held<Shared>, Path(id): Path<String>, Json(how): Json<Break>) -> Response {
    let mut trouble = Trouble::of(&how.code);
    trouble.reason = how.reason;
    let Some(item) = state.item(&id) else { return StatusCode::NOT_FOUND.into_response() };
    state.break_item(&id, trouble.clone());
    if how.webhook {
        state.tell_error(&item, &trouble);
    }
    Json(json!({ "item_id": id, "error_code": trouble.code })).into_response()
}

pub async fn mend_item(Held(state): Held<Shared>, Path(id): Path<String>) -> Response {
    let mended = state.change(&id, |i| {
        i.error = None;
        i.broken_at = None;
    });
    match mended {
        Some(()) => Json(json!({ "item_id": id })).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Deserialize)]
pub struct NewHealth {
    health: String,
}

pub async fn set_health(Held(state): Held<Shared>, Path(id): Path<String>, Json(new): Json<NewHealth>) -> Response {
    let health = match new.health.as_str() {
        "healthy" => Health::Healthy,
        "degraded" => Health::Degraded,
        "down" => Health::Down,
        "retired" => Health::Retired,
        _ => return StatusCode::UNPROCESSABLE_ENTITY.into_response(),
    };
    if state.institution(&id).is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    state.book().health.insert(id.clone(), health);
    Json(json!({ "institution_id": id, "health": new.health })).into_response()
}

#[derive(Deserialize)]
pub struct Limits {
    on: bool,
}

pub async fn set_limits(Held(state): Held<Shared>, Json(new): Json<Limits>) -> Json<Value> {
    state.book().windows.on = new.on;
    Json(json!({ "on": new.on }))
}

/// Looks at the clock now instead of at the next second.
pub async fn look(Held(state): Held<Shared>) -> Json<Value> {
    crate::tick::look(&state);
    Json(json!({ "now": instant(state.now()), "webhooks_waiting": state.outbox.len() }))
}
