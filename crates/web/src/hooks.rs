//! Where providers post: raw bytes in, a quick answer out. Says nothing about what it knows.

use crate::Web;
use crate::at::At;
use crate::door::Source;
use crate::routes::{Audience, Route};
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

/// Signatures are over bytes, so the body is taken whole; nothing longer is a hook.
const MOST: usize = 256 * 1024;

pub fn routes() -> Vec<Route> {
    vec![Route::post("/hooks/{provider}", Audience::Hook, receive)]
}

async fn receive(State(web): State<Web>, At(provider): At<String>, source: Source, headers: HeaderMap, body: Body) -> Response {
    let Ok(body) = to_bytes(body, MOST).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let headers = headers.iter().filter_map(|(n, v)| Some((n.as_str().to_owned(), v.to_str().ok()?.to_owned()))).collect();
    match app::hooks::receive(&web.app, &provider, &source.key(), headers, body.to_vec()).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(app::Error::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(app::Error::Refused(_)) => StatusCode::UNAUTHORIZED.into_response(),
        Err(app::Error::TooMany(wait)) => {
            let seconds = wait.as_seconds().max(1).to_string();
            (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, seconds)]).into_response()
        }
        Err(e) => {
            // The provider sends it again.
            tracing::error!(error = %e, "a hook could not be kept");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
