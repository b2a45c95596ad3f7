//! The director's levers for this provider: what members there are, what happens to one, approvals on the phone.

use super::challenge::Ask;
use super::login::STATUSES;
use super::member::Member;
use crate::plaid::wire::instant;
use crate::state::{Shared, State};
use axum::extract::{Path, State as Held};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn director() -> Router<Shared> {
    Router::new()
        .route("/_control/mx/members", get(members))
        .route("/_control/mx/members/{member}/status", post(set_status))
        .route("/_control/mx/members/{member}/mend", post(mend))
        .route("/_control/mx/members/{member}/remove", post(remove))
        .route("/_control/mx/members/{member}/approve", post(approve))
        .route("/_control/mx/members/{member}/decline", post(decline))
}

async fn members(Held(state): Held<Shared>) -> Json<Value> {
    let guids: Vec<String> = state.book().mx.members.keys().cloned().collect();
    let shown = |m: &mut Member| {
        json!({
            "guid": m.guid, "user_guid": m.user_guid, "institution_id": m.institution, "login": m.login, "connection_status": m.status,
            "removed": m.removed, "aggregations": m.aggregations, "successfully_aggregated_at": m.succeeded.map(instant),
        })
    };
    let all: Vec<Value> = guids.iter().filter_map(|g| state.mx_member(g, |m, _| shown(m))).collect();
    Json(json!({ "members": all }))
}

#[derive(Deserialize)]
struct NewStatus {
    connection_status: String,
}

fn told(done: Option<String>, guid: &str) -> Response {
    match done {
        Some(status) => Json(json!({ "guid": guid, "connection_status": status })).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Into that state now, and again at every aggregation until it is mended or signed in anew.
async fn set_status(Held(state): Held<Shared>, Path(guid): Path<String>, Json(new): Json<NewStatus>) -> Response {
    let status = new.connection_status;
    if !STATUSES.contains(&status.as_str()) {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    let done = state.mx_member(&guid, |m, _| {
        m.end(&status);
        if status == "CHALLENGED" {
            m.asks = vec![Ask::Token];
        } else if !m.connected() {
            m.plan.ends = Some(status.clone());
            m.plan.once = false;
        }
        m.status.clone()
    });
    told(done, &guid)
}

/// All is well again, as if it had been put right at the institution.
async fn mend(Held(state): Held<Shared>, Path(guid): Path<String>) -> Response {
    let done = state.mx_member(&guid, |m, s| {
        m.plan.ends = None;
        m.plan.later = None;
        m.wrong = 0;
        m.end("RECONNECTED");
        m.succeeded = Some(s.now);
        m.attempted = Some(s.now);
        m.aggregations += 1;
        m.status.clone()
    });
    told(done, &guid)
}

/// The person ended it at the provider.
async fn remove(Held(state): Held<Shared>, Path(guid): Path<String>) -> Response {
    let done = state.mx_member(&guid, |m, _| {
        m.removed = true;
        m.status.clone()
    });
    told(done, &guid)
}

async fn approve(Held(state): Held<Shared>, Path(guid): Path<String>) -> Response {
    told(decide(&state, &guid, true), &guid)
}

async fn decline(Held(state): Held<Shared>, Path(guid): Path<String>) -> Response {
    told(decide(&state, &guid, false), &guid)
}

/// What the person says on the phone; nothing when nobody asked them.
pub fn decide(state: &State, guid: &str, yes: bool) -> Option<String> {
    state.mx_member(guid, |m, s| {
        if m.status != "PENDING" || m.asks.first() != Some(&Ask::Push) {
            return None;
        }
        if yes {
            m.answered(s)
        } else {
            m.refused()
        }
        Some(m.status.clone())
    })?
}
