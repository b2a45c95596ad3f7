//! The stylesheet, the module and the mark: embedded in the binary, named by their content so that a browser may keep them for ever.
//! Knows nothing of pages.

use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use flate2::{Compression, write::GzEncoder};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::LazyLock;

/// Where the router serves them: `/assets/{name}`.
pub const ROUTE: &str = "/assets/{name}";

struct Asset {
    href: String,
    mime: &'static str,
    body: Cow<'static, [u8]>,
    /// Compressed once, at first use: 71 kB of style travel as 13. Empty where it does not pay.
    gzip: Vec<u8>,
}

static CSS: LazyLock<Asset> = LazyLock::new(|| asset("app", "css", "text/css; charset=utf-8", tight(include_str!("../assets/app.css"))));
static JS: LazyLock<Asset> = LazyLock::new(|| asset("app", "js", "text/javascript; charset=utf-8", bare(include_str!("../assets/app.js"))));
static PASSKEYS: LazyLock<Asset> =
    LazyLock::new(|| asset("passkeys", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/passkeys.js")));
static MARK: LazyLock<Asset> = LazyLock::new(|| asset("mark", "svg", "image/svg+xml", include_bytes!("../assets/mark.svg")));

static FILM: LazyLock<Asset> = LazyLock::new(|| asset("asset-sync", "gif", "image/gif", include_bytes!("../assets/asset-sync.gif")));

static READER: LazyLock<Asset> = LazyLock::new(|| asset("reader", "png", "image/png", include_bytes!("../assets/reader.png")));

/// The stylesheet's address.
pub fn css_href() -> &'static str {
    &CSS.href
}
/// The module's address.
pub fn js_href() -> &'static str {
    &JS.href
}
/// The module of the pages that use passkeys.
pub fn passkeys_href() -> &'static str {
    &PASSKEYS.href
}
/// The page icon's address.
pub fn mark_href() -> &'static str {
    &MARK.href
}

/// The moving picture of help (N24), made from these pages by `examples/gallery/film.mjs`.
pub fn film_href() -> &'static str {
    &FILM.href
}

/// The picture of help that shows what a Reader sees (P3), taken from the portal itself.
pub fn reader_href() -> &'static str {
    &READER.href
}

fn each() -> [&'static Asset; 6] {
    [&CSS, &JS, &PASSKEYS, &MARK, &FILM, &READER]
}

/// Each with its address, for the gallery.
pub fn all() -> [(&'static str, &'static [u8]); 6] {
    each().map(|a| (a.href.as_str(), &*a.body))
}

/// Answers `/assets/{name}`. A name of an older build is unknown, never answered with newer content.
pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(found) = each().into_iter().find(|a| a.href.strip_prefix("/assets/") == Some(name.as_str())) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let zip = !found.gzip.is_empty() && headers.get_all(ACCEPT_ENCODING).iter().any(accepts_gzip);
    let body = if zip { found.gzip.as_slice() } else { &*found.body };
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

fn asset(stem: &str, ext: &str, mime: &'static str, body: impl Into<Cow<'static, [u8]>>) -> Asset {
    let body = body.into();
    let mut hash = String::new();
    for byte in &ring::digest::digest(&ring::digest::SHA256, &body).as_ref()[..8] {
        let _ = write!(hash, "{byte:02x}");
    }
    let mut zip = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail. A picture does not shrink and travels as it is.
    let _ = zip.write_all(&body);
    let gzip = zip.finish().unwrap_or_default();
    let gzip = if gzip.len() * 10 < body.len() * 9 { gzip } else { Vec::new() };
    Asset { href: format!("/assets/{stem}-{hash}.{ext}"), mime, body, gzip }
}

/// Style without what only its readers need: comments, and white space that separates nothing. What stands in quotes stays.
fn tight(css: &str) -> Vec<u8> {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(c) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            continue;
        }
        if c == '"' {
            let end = rest[1..].find('"').map_or(rest.len(), |n| n + 2);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        if !c.is_whitespace() {
            if matches!(c, '{' | '}' | ';' | ',') && out.ends_with(' ') {
                out.pop();
            }
            out.push(c);
        } else if !out.ends_with(['{', '}', ';', ',', ':', ' ']) && !out.is_empty() {
            out.push(' ');
        }
    }
    out.into_bytes()
}

/// The module without indentation and without lines that are nothing but a comment; no text in it runs over several lines.
fn bare(script: &str) -> Vec<u8> {
    let lines = script.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("//"));
    lines.collect::<Vec<_>>().join("\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(href: &str, zip: bool) -> Response {
        let mut headers = HeaderMap::new();
        if zip {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("br, gzip"));
        }
        serve(Path(href.trim_start_matches("/assets/").to_owned()), headers).await
    }

    #[tokio::test]
    async fn a_name_says_its_content_and_is_kept_for_ever() {
        for (href, body) in all() {
            let plain = ask(href, false).await;
            assert_eq!(plain.status(), StatusCode::OK, "{href}");
            assert_eq!(plain.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
            assert_eq!(axum::body::to_bytes(plain.into_body(), 1 << 20).await.unwrap(), body);
        }
        assert_eq!(ask(css_href(), true).await.headers()[CONTENT_ENCODING], "gzip");
        assert!(ask(film_href(), true).await.headers().get(CONTENT_ENCODING).is_none());
        assert_eq!(ask("/assets/app-0000000000000000.css", false).await.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn style_loses_nothing_but_comments_and_space() {
        let css = "a:hover , b { x: calc(1px + 2px) ; /* why */ content: \" , a  b \" }\n\n  .c :is(p) { y: 1 }\n";
        assert_eq!(String::from_utf8(tight(css)).unwrap(), "a:hover,b{x:calc(1px + 2px);content:\" , a  b \"}.c :is(p){y:1}");
    }

    #[test]
    fn style_and_script_stay_within_their_budgets() {
        assert!(CSS.gzip.len() < 14_000, "{}", CSS.gzip.len());
        assert!(JS.gzip.len() < 8_000, "{}", JS.gzip.len());
    }
}
