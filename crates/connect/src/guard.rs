//! The outbound client for addresses that a person typed. It trusts nothing: not the spelling, not the name server, not the answer.
//! Every refusal looks the same, so that nobody can map our network with it. Provider hosts never come here: see `http`.

mod address;

pub use address::is_public;

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use url::{Host, Url};

const LARGEST_ANSWER: usize = 64 << 10;
const LONGEST: Duration = Duration::from_secs(10);
const PORTS: [u16; 2] = [443, 8443];

/// The address is not one that we call, or it did not answer as it should. No more is said on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this address cannot be used")]
pub struct Refused;

/// An address whose spelling is in order. Where it leads is decided at each call anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    url: Url,
    excepted: bool,
}

impl Target {
    pub fn url(&self) -> &Url {
        &self.url
    }
}

/// What came back. The body is for a machine to read, never to be shown.
pub struct Reply {
    pub status: u16,
    /// As it came: seconds or a date.
    pub retry_after: Option<String>,
    pub body: Vec<u8>,
}

/// How much of an answer is taken, and for how long it is waited.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub bytes: usize,
    pub time: Duration,
}

/// `exceptions` are origins (`http://10.1.2.3:8080`) that the operator named in the configuration.
#[derive(Default)]
pub struct Guard {
    exceptions: HashSet<String>,
}

impl Guard {
    pub fn new<'a>(exceptions: impl IntoIterator<Item = &'a Url>) -> Guard {
        Guard { exceptions: exceptions.into_iter().map(|u| u.origin().ascii_serialization()).collect() }
    }

    /// Judges the spelling alone: for the form in which the address is typed.
    pub fn read(&self, typed: &str) -> Result<Target, Refused> {
        let url = Url::parse(typed.trim()).map_err(|_| Refused)?;
        if !url.username().is_empty() || url.password().is_some() || url.host().is_none() {
            return Err(Refused);
        }
        if matches!(url.scheme(), "http" | "https") && self.exceptions.contains(&url.origin().ascii_serialization()) {
            return Ok(Target { url, excepted: true });
        }
        if url.scheme() != "https" || !url.port_or_known_default().is_some_and(|p| PORTS.contains(&p)) {
            return Err(Refused);
        }
        let fine = match url.host() {
            Some(Host::Ipv4(ip)) => is_public(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => is_public(IpAddr::V6(ip)),
            Some(Host::Domain(name)) => name.trim_end_matches('.').contains('.'),
            None => false,
        };
        if fine { Ok(Target { url, excepted: false }) } else { Err(Refused) }
    }

    /// Looks the name up, wants every address of it to be public, and connects to exactly these.
    pub async fn post(&self, target: &Target, headers: HeaderMap, body: Vec<u8>) -> Result<Reply, Refused> {
        let limits = Limits { bytes: LARGEST_ANSWER, time: LONGEST };
        let headers =
            HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))].into_iter().chain(named(headers)));
        self.ask(Method::POST, target, headers, body, limits).await
    }

    /// The same for any method: nothing is sent to an address that does not hold.
    pub async fn ask(&self, method: Method, target: &Target, headers: HeaderMap, body: Vec<u8>, limits: Limits) -> Result<Reply, Refused> {
        tokio::time::timeout(limits.time, send(method, target, headers, body, limits)).await.map_err(|_| Refused)?
    }
}

fn named(headers: HeaderMap) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    headers.into_iter().filter_map(|(name, value)| Some((name?, value)))
}

async fn send(method: Method, target: &Target, headers: HeaderMap, body: Vec<u8>, limits: Limits) -> Result<Reply, Refused> {
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(crate::tls::config())
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .https_only(!target.excepted)
        .connect_timeout(Duration::from_secs(5))
        .timeout(limits.time)
        .pool_max_idle_per_host(0);
    if let Some(Host::Domain(name)) = target.url.host() {
        let port = target.url.port_or_known_default().ok_or(Refused)?;
        let found: Vec<SocketAddr> = tokio::net::lookup_host((name, port)).await.map_err(|_| Refused)?.collect();
        builder = builder.resolve_to_addrs(name, &vetted(found, target.excepted)?);
    }
    let client = builder.build().map_err(|_| Refused)?;
    let asked = client.request(method, target.url.clone()).headers(headers).body(body);
    let mut response = asked.send().await.map_err(|_| Refused)?;
    let status = response.status().as_u16();
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let mut body = Vec::new();
    while body.len() < limits.bytes {
        let Some(part) = response.chunk().await.map_err(|_| Refused)? else { break };
        body.extend_from_slice(&part[..part.len().min(limits.bytes - body.len())]);
    }
    Ok(Reply { status, retry_after, body })
}

/// One address that is not public spoils the name: a name server that mixes them is up to something.
fn vetted(found: Vec<SocketAddr>, excepted: bool) -> Result<Vec<SocketAddr>, Refused> {
    let fine = !found.is_empty() && (excepted || found.iter().all(|a| is_public(a.ip())));
    if fine { Ok(found) } else { Err(Refused) }
}

#[cfg(test)]
mod tests;
