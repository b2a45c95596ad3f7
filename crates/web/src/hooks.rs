//! Where providers post: raw bytes in, a quick answer out. Says nothing about what it knows.

use crate::Web;
use crate::at::At;
use crate::routes::{Audience, Route};
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

/// Signatures are over bytes, so the body is taken whole; nothing longer is a hook.
const MOST: usize = 256 * 1024;

pub fn routes() -> Vec<Route> {
    vec![Route::post("/hooks/{provider}", Audience::Hook, receive)]
}

async fn receive(State(web): State<Web>, At(provider): At<String>, headers: HeaderMap, body: Body) -> StatusCode {
    let Ok(body) = to_bytes(body, MOST).await else { return StatusCode::PAYLOAD_TOO_LARGE };
    let headers = headers.iter().filter_map(|(n, v)| Some((n.as_str().to_owned(), v.to_str().ok()?.to_owned()))).collect();
    match app::hooks::receive(&web.app, &provider, headers, body.to_vec()).await {
        Ok(()) => StatusCode::OK,
        Err(app::Error::NotFound) => StatusCode::NOT_FOUND,
        Err(app::Error::Refused(_)) => StatusCode::UNAUTHORIZED,
        Err(e) => {
            // The provider sends it again.
            tracing::error!(error = %e, "a hook could not be kept");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}
