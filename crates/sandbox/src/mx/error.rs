//! MX's error body: a status, a kind, and our own words for it.

use axum::http::StatusCode;
use serde_json::{Value, json};

/// One request that was not answered as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: StatusCode,
    pub message: String,
}

impl Refusal {
    fn new(status: StatusCode, message: impl Into<String>) -> Refusal {
        Refusal { status, message: message.into() }
    }

    pub fn bad(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, message)
    }

    pub fn missing(field: &str) -> Refusal {
        Refusal::bad(format!("a required parameter is missing: {field}"))
    }

    pub fn keys() -> Refusal {
        Refusal::new(StatusCode::UNAUTHORIZED, "the client id or the API key is not known")
    }

    pub fn gone(what: &str) -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, format!("{what} not found"))
    }

    pub fn version() -> Refusal {
        Refusal::new(StatusCode::NOT_ACCEPTABLE, "the request names no version of the API that is spoken here")
    }

    pub fn conflict(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::CONFLICT, message)
    }

    /// The endpoint is there, but not for something in this state.
    pub fn not_now(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message)
    }

    pub fn too_many() -> Refusal {
        Refusal::new(StatusCode::TOO_MANY_REQUESTS, "too many requests, try again later")
    }

    pub fn of(status: u16) -> Refusal {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Refusal::new(status, "rehearsed: the request could not be completed")
    }

    fn kind(&self) -> &'static str {
        match self.status.as_u16() {
            400 => "bad_request",
            401 => "unauthorized",
            403 => "forbidden",
            404 => "not_found",
            405 => "method_not_allowed",
            406 => "not_acceptable",
            409 => "conflict",
            422 => "unprocessable_entity",
            429 => "too_many_requests",
            503 => "service_unavailable",
            _ => "server_error",
        }
    }

    pub fn body(&self) -> Value {
        json!({ "error": { "message": self.message, "status": self.kind(), "type": self.kind() } })
    }
}
