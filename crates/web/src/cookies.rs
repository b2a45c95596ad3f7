//! Cookies as we set and read them: for this host alone, for the whole of it, never for scripts. Knows not what they mean.

use crate::Web;
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use model::Span;

/// The set-up of a firm.
pub const SETUP: &str = "setup";
/// The staff's session.
pub const SESSION: &str = "sid";
/// Between the password and the code.
pub const HALF: &str = "half";
/// A browser that signed in before.
pub const DEVICE: &str = "device";
/// A browser without a session, so that its forms can be told from strangers' forms.
pub const DOOR: &str = "door";
/// A browser that showed both methods of a recovery and sets new factors.
pub const WAY: &str = "way";
/// A sentence for the next page.
pub const SAID: &str = "said";

/// The name as the browser knows it: `__Host-` wherever cookies travel over https alone.
fn full(web: &Web, name: &str) -> String {
    if web.app.secure_cookies() { format!("__Host-{name}") } else { name.to_owned() }
}

/// The value of a cookie of ours.
pub fn read<'a>(web: &Web, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let name = full(web, name);
    let pairs = headers.get_all(COOKIE).into_iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    pairs.filter_map(|p| p.trim().split_once('=')).find(|(n, _)| *n == name).map(|(_, v)| v)
}

/// `Set-Cookie` for as long as the browser is open, or for a span.
pub fn set(web: &Web, name: &str, value: &str, keep: Option<Span>) -> HeaderValue {
    let secure = if web.app.secure_cookies() { "; Secure" } else { "" };
    let keep = keep.map(|s| format!("; Max-Age={}", s.as_seconds())).unwrap_or_default();
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{keep}", full(web, name));
    // Our values are base64url or ids; anything else would be a mistake of ours and sets nothing.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// `Set-Cookie` that removes it.
pub fn clear(web: &Web, name: &str) -> HeaderValue {
    set(web, name, "", Some(Span::ZERO))
}

/// Puts another value into a request's own cookies, for what still reads them.
pub(crate) fn replace(web: &Web, headers: &mut HeaderMap, name: &str, value: &str) {
    let name = full(web, name);
    let pairs = headers.get_all(COOKIE).into_iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';')).map(str::trim);
    let others = pairs.filter(|p| p.split_once('=').is_none_or(|(n, _)| n != name)).map(str::to_owned);
    let all: Vec<String> = others.chain([format!("{name}={value}")]).collect();
    if let Ok(line) = HeaderValue::from_str(&all.join("; ")) {
        headers.insert(COOKIE, line);
    }
}
