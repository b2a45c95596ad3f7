//! The stylesheet, the module and the mark: embedded in the binary, named by their content so that a browser may keep them for ever.
//! Knows nothing of pages.

use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use flate2::{Compression, write::GzEncoder};
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::LazyLock;

/// Where the router serves them: `/assets/{name}`.
pub const ROUTE: &str = "/assets/{name}";

struct Asset {
    href: String,
    mime: &'static str,
    body: &'static [u8],
    /// Compressed once, at first use: 51 kB of style travel as 12.
    gzip: Vec<u8>,
}

static CSS: LazyLock<Asset> = LazyLock::new(|| asset("app", "css", "text/css; charset=utf-8", include_bytes!("../assets/app.css")));
static JS: LazyLock<Asset> = LazyLock::new(|| asset("app", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/app.js")));
static MARK: LazyLock<Asset> = LazyLock::new(|| asset("mark", "svg", "image/svg+xml", include_bytes!("../assets/mark.svg")));

/// The stylesheet's address.
pub fn css_href() -> &'static str {
    &CSS.href
}
/// The module's address.
pub fn js_href() -> &'static str {
    &JS.href
}
/// The page icon's address.
pub fn mark_href() -> &'static str {
    &MARK.href
}

/// Each with its address, for the gallery.
pub fn all() -> [(&'static str, &'static [u8]); 3] {
    [&*CSS, &*JS, &*MARK].map(|a| (a.href.as_str(), a.body))
}

/// Answers `/assets/{name}`. A name of an older build is unknown, never answered with newer content.
pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(found) = [&*CSS, &*JS, &*MARK].into_iter().find(|a| a.href.strip_prefix("/assets/") == Some(name.as_str())) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let zip = headers.get_all(ACCEPT_ENCODING).iter().any(accepts_gzip);
    let body = if zip { found.gzip.as_slice() } else { found.body };
    let mut answer = body.to_vec().into_response();
    let head = answer.headers_mut();
    head.insert(CONTENT_TYPE, HeaderValue::from_static(found.mime));
    head.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    head.insert(VARY, HeaderValue::from_static("accept-encoding"));
    head.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if zip {
        head.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    answer
}

fn accepts_gzip(value: &HeaderValue) -> bool {
    let Ok(text) = value.to_str() else { return false };
    text.split(',').map(|part| part.replace(' ', "")).any(|part| part == "gzip" || part.starts_with("gzip;") && !part.ends_with("q=0"))
}

fn asset(stem: &str, ext: &str, mime: &'static str, body: &'static [u8]) -> Asset {
    let mut hash = String::new();
    for byte in &ring::digest::digest(&ring::digest::SHA256, body).as_ref()[..8] {
        let _ = write!(hash, "{byte:02x}");
    }
    let mut zip = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail; an empty answer would show at once in every test.
    let _ = zip.write_all(body);
    Asset { href: format!("/assets/{stem}-{hash}.{ext}"), mime, body, gzip: zip.finish().unwrap_or_default() }
}
