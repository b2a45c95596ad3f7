//! Forms of ours and of nobody else: unsafe methods come from our own pages (`Sec-Fetch-Site`, `Origin`) and carry a token that only a page
//! made for this browser holds. [`Form`] is the only way for a handler to read a posted form.

use crate::respond::WebError;
use crate::{Web, cookies};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::hmac;
use serde::de::DeserializeOwned;

/// The hidden token that goes with the value of one of our cookies.
pub fn token(web: &Web, cookie: &str, value: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(web.form_key(), format!("csrf1|{cookie}|{value}").as_bytes()))
}

/// Whether a form's token was made for this browser.
pub(crate) fn fits(web: &Web, headers: &HeaderMap, given: &str) -> bool {
    let Ok(given) = BASE64_URL_SAFE_NO_PAD.decode(given) else { return false };
    [cookies::SESSION, cookies::DOOR].into_iter().any(|name| {
        let value = cookies::read(web, headers, name).filter(|v| !v.is_empty());
        value.is_some_and(|v| hmac::verify(web.form_key(), format!("csrf1|{name}|{v}").as_bytes(), &given).is_ok())
    })
}

/// Refuses unsafe requests that another site made a browser send.
pub(crate) async fn layer(State(_): State<Web>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_own(request.headers()) { next.run(request).await } else { WebError::OldForm.into_response() }
}

fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match text(ORIGIN.as_str()) {
        None => true,
        Some(origin) => {
            let host = text(HOST.as_str()).unwrap_or_default();
            origin.split_once("://").is_some_and(|(_, o)| !host.is_empty() && o.eq_ignore_ascii_case(host))
        }
    }
}

/// A posted form whose token fits this browser. For names that come several times take `Form<Vec<(String, String)>>`.
pub struct Form<T>(pub T);

#[derive(serde::Deserialize)]
struct Token {
    #[serde(default)]
    csrf: String,
}

impl<T: DeserializeOwned> FromRequest<Web> for Form<T> {
    type Rejection = WebError;
    async fn from_request(request: Request, web: &Web) -> Result<Self, WebError> {
        let headers = request.headers().clone();
        let kind = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(WebError::Unreadable);
        }
        let body = Bytes::from_request(request, web).await.map_err(|_| WebError::Unreadable)?;
        let token: Token = serde_urlencoded::from_bytes(&body).map_err(|_| WebError::Unreadable)?;
        if !fits(web, &headers, &token.csrf) {
            return Err(WebError::OldForm);
        }
        serde_urlencoded::from_bytes(&body).map(Form).map_err(|_| WebError::Unreadable)
    }
}
