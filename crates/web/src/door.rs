//! A browser without a session still gets forms of its own: a random cookie that means nothing else, made when a page first needs it.
//! Also: where a request comes from.

use crate::{Web, cookies, csrf};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{HeaderName, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Clone)]
struct Fresh {
    value: Arc<str>,
    used: Arc<AtomicBool>,
}

/// The token for forms on pages without a session.
pub struct Door {
    pub csrf: String,
}

impl FromRequestParts<Web> for Door {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Door, Infallible> {
        if let Some(value) = cookies::read(web, &parts.headers, cookies::DOOR).filter(|v| !v.is_empty()) {
            return Ok(Door { csrf: csrf::token(web, cookies::DOOR, value) });
        }
        let Some(fresh) = parts.extensions.get::<Fresh>() else { return Ok(Door { csrf: String::new() }) };
        fresh.used.store(true, Ordering::SeqCst);
        Ok(Door { csrf: csrf::token(web, cookies::DOOR, &fresh.value) })
    }
}

/// Gives the cookie to a browser whose page asked for [`Door`] and that has none yet.
pub(crate) async fn layer(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let value: Arc<str> = BASE64_URL_SAFE_NO_PAD.encode(web.app.random().bytes::<16>()).into();
    let fresh = Fresh { value, used: Arc::default() };
    request.extensions_mut().insert(fresh.clone());
    let mut answer = next.run(request).await;
    if fresh.used.load(Ordering::SeqCst) {
        answer.headers_mut().append(SET_COOKIE, cookies::set(&web, cookies::DOOR, &fresh.value, None));
    }
    answer
}

/// The other end of the connection, put there by the server.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Where a request comes from, for limits and for the list of sessions.
#[derive(Debug, Clone)]
pub struct Source {
    /// The client's address; `Forwarded` counts only behind a named proxy.
    pub address: Option<IpAddr>,
    /// "Firefox on Linux".
    pub device: String,
}

impl Source {
    /// The key of the per-source limits: one IPv4 address, or the /64 that one household or office has.
    pub fn key(&self) -> String {
        match self.address {
            Some(IpAddr::V6(a)) if a.to_ipv4_mapped().is_none() => {
                let s = a.segments();
                format!("{:x}:{:x}:{:x}:{:x}", s[0], s[1], s[2], s[3])
            }
            Some(IpAddr::V6(a)) => a.to_ipv4_mapped().map(|a| a.to_string()).unwrap_or_default(),
            Some(a) => a.to_string(),
            None => "unknown".into(),
        }
    }
}

impl Source {
    /// The network alone, for the list of one's own sessions: no place is named more exactly.
    pub fn network(&self) -> String {
        match self.address.map(|a| a.to_canonical()) {
            Some(IpAddr::V4(a)) if a.is_loopback() || a.is_private() => "this network".into(),
            Some(IpAddr::V4(a)) => format!("{}.{}.{}.x", a.octets()[0], a.octets()[1], a.octets()[2]),
            Some(IpAddr::V6(a)) if a.is_loopback() || a.is_unique_local() => "this network".into(),
            Some(IpAddr::V6(a)) => format!("{:x}:{:x}:{:x}:…", a.segments()[0], a.segments()[1], a.segments()[2]),
            None => String::new(),
        }
    }
}

impl FromRequestParts<Web> for Source {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Source, Infallible> {
        let peer = parts.extensions.get::<Peer>().map(|p| p.0.ip());
        let device = device(parts.headers.get(USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default());
        let Some(peer) = peer.filter(|p| is_proxy(web, p)) else { return Ok(Source { address: peer, device }) };
        let text = |name: &'static str| parts.headers.get_all(HeaderName::from_static(name)).iter().filter_map(|v| v.to_str().ok());
        let named = |p: &'_ str| p.trim().split_once('=').is_some_and(|(name, _)| name.eq_ignore_ascii_case("for"));
        let forwarded = text("forwarded").flat_map(|v| v.split([',', ';'])).filter(|p| named(p)).map(|p| hop(&p.trim()[4..]));
        let listed = text("x-forwarded-for").flat_map(|v| v.split(',')).map(hop);
        let client = client(&forwarded.collect::<Vec<_>>(), &listed.collect::<Vec<_>>(), |a| is_proxy(web, a));
        Ok(Source { address: client.or(Some(peer)), device })
    }
}

/// Who asks, by what stands in the two headers: the last hop that is not one of our proxies. What stands further left was written by
/// strangers, and so is a whole header that the proxy does not write: where the two disagree, or a hop cannot be read, nobody is believed.
fn client(forwarded: &[Option<IpAddr>], listed: &[Option<IpAddr>], is_proxy: impl Fn(&IpAddr) -> bool) -> Option<IpAddr> {
    let last = |hops: &[Option<IpAddr>]| hops.iter().rev().find(|h| !h.as_ref().is_some_and(&is_proxy)).copied().flatten();
    match (forwarded.is_empty(), listed.is_empty()) {
        (false, true) => last(forwarded),
        (true, _) => last(listed),
        (false, false) => last(forwarded).filter(|a| last(listed) == Some(*a)),
    }
}

/// Named in the configuration or in set-up.
pub(crate) fn is_proxy(web: &Web, address: &IpAddr) -> bool {
    web.proxies().contains(address) || web.app.proxies().contains(address)
}

fn hop(text: &str) -> Option<IpAddr> {
    let bare = text.trim().trim_matches('"');
    bare.parse().ok().or_else(|| bare.parse::<SocketAddr>().ok().map(|s| s.ip())).or_else(|| bare.trim_matches(['[', ']']).parse().ok())
}

/// A browser's name as people know it.
fn device(agent: &str) -> String {
    let first = |list: &[(&str, &'static str)]| list.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let browser = first(&[("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(b), Some(s)) => format!("{b} on {s}"),
        (Some(b), None) => b.into(),
        (None, Some(s)) => format!("A browser on {s}"),
        (None, None) => "Another program".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_chooses_the_address_that_limits_count() {
        let at = |n: u8| Some(IpAddr::from([198, 51, 100, n]));
        let proxy = |a: &IpAddr| *a == IpAddr::from([10, 0, 0, 2]);
        let (inner, garbled) = (Some(IpAddr::from([10, 0, 0, 2])), hop("unknown"));
        assert_eq!(client(&[], &[at(9), at(1)], proxy), at(1), "what stands left of the proxy's word was sent by the browser");
        assert_eq!(client(&[], &[at(9), at(1), inner], proxy), at(1));
        assert_eq!(client(&[at(9), at(1)], &[], proxy), at(1));
        assert_eq!(client(&[at(1)], &[at(1)], proxy), at(1));
        assert_eq!(client(&[at(1)], &[at(9)], proxy), None, "a header that the proxy does not write");
        assert_eq!(client(&[at(9), garbled], &[], proxy), None, "an unreadable hop is not skipped");
        assert_eq!(client(&[], &[inner], proxy), None);
        assert_eq!(hop(" \"[2001:db8::1]:4711\""), Some("2001:db8::1".parse().unwrap()));
    }
}
