//! Who asks, and for which Item: both credential styles, the forms of tokens, and the webhook key.

use super::error::Trouble;
use super::{Answer, Call};
use crate::state::{Item, State};
use axum::http::HeaderMap;
use serde_json::{Map, Value, json};

/// The client's own keys, in headers or in the body.
pub fn keys(state: &State, headers: &HeaderMap, body: &Map<String, Value>) -> Result<(), Trouble> {
    if let Some(version) = headers.get("plaid-version").and_then(|v| v.to_str().ok())
        && version != "2020-09-14"
    {
        return Err(Trouble::of("INCOMPATIBLE_API_VERSION").saying("this server speaks version 2020-09-14"));
    }
    let given = |header: &str, field: &str| {
        let from_header = headers.get(header).and_then(|v| v.to_str().ok()).map(String::from);
        from_header.or_else(|| body.get(field).and_then(Value::as_str).map(String::from)).filter(|s| !s.is_empty())
    };
    let (id, secret) = (given("plaid-client-id", "client_id"), given("plaid-secret", "secret"));
    let missing: Vec<String> =
        [("client_id", &id), ("secret", &secret)].iter().filter(|(_, v)| v.is_none()).map(|(n, _)| n.to_string()).collect();
    if !missing.is_empty() {
        return Err(Trouble::missing(&missing));
    }
    let right = id.is_some_and(|i| same(&i, &state.keys.client_id)) & secret.is_some_and(|s| same(&s, &state.keys.secret));
    if right { Ok(()) } else { Err(Trouble::of("INVALID_API_KEYS")) }
}

/// Compares without telling by its time how much was right.
pub fn same(a: &str, b: &str) -> bool {
    let hash = |s: &str| ring::digest::digest(&ring::digest::SHA256, s.as_bytes());
    hash(a).as_ref().iter().zip(hash(b).as_ref()).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}

pub fn item_of(state: &State, token: &str) -> Result<Item, Trouble> {
    if !well_formed(token, "access") {
        let message = "provided access token is in an invalid format. expected format: access-<environment>-<identifier>";
        return Err(Trouble::of("INVALID_ACCESS_TOKEN").saying(message));
    }
    if !token.starts_with("access-sandbox-") {
        return Err(Trouble::of("INVALID_ACCESS_TOKEN").saying("provided access token is for the wrong environment. expected \"sandbox\""));
    }
    let book = state.book();
    let item = book.access.get(token).and_then(|id| book.items.get(id)).cloned();
    item.ok_or_else(|| Trouble::of("INVALID_ACCESS_TOKEN"))
}

pub fn well_formed(token: &str, what: &str) -> bool {
    let mut parts = token.splitn(3, '-');
    let named = parts.next() == Some(what) && parts.next().is_some_and(|env| matches!(env, "sandbox" | "production" | "development"));
    named && parts.next().is_some_and(|id| !id.is_empty())
}

pub fn verification_key(call: &Call) -> Answer {
    let signer = &call.state.signer;
    if call.text("key_id") != Some(signer.kid.as_str()) {
        return Err(Trouble::of("INVALID_WEBHOOK_VERIFICATION_KEY_ID"));
    }
    Ok(json!({ "key": signer.jwk() }))
}
