//! The only outbound client for provider hosts. Hosts come from configuration, never from a person (those go through `guard`).
//! It owns the limits of a call: TLS roots, 60 seconds, 32 MiB, no redirect, no proxy from the environment, budget and concurrency.
//! It keeps a log of what was called, for benchmarks: never a body, a header or a token.

use crate::gate::{Budget, Gate};
use model::{Fault, FaultKind, Secret, SharedClock, Span, Time};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::Semaphore;
use url::Url;

const LARGEST_ANSWER: usize = 32 << 20;
const REMEMBERED: usize = 4096;
const LONGEST_WAIT: Span = Span::hours(24);

/// One call as a benchmark may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub method: &'static str,
    pub path: String,
    /// 0 when there was no answer.
    pub status: u16,
    pub ms: i64,
}

pub struct Answer {
    pub status: u16,
    pub retry_after: Option<Span>,
    /// The provider's reference for its support, where it stands in a header.
    pub request_id: Option<String>,
    pub body: Vec<u8>,
}

/// One request. `route` is the path without what is in it: for the budget and for logs.
pub struct Ask<'a> {
    pub method: Method,
    pub base: &'a Url,
    pub route: &'static str,
    pub path: &'a str,
    pub headers: &'a HeaderMap,
    pub body: Option<Vec<u8>>,
}

pub struct Http {
    client: reqwest::Client,
    gate: Gate,
    slots: Semaphore,
    clock: SharedClock,
    log: Mutex<VecDeque<Call>>,
}

impl Http {
    pub fn new(budgets: &'static [Budget], concurrency: u32, clock: SharedClock) -> Result<Http, Fault> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(crate::tls::config())
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .connect_timeout(Duration::from_secs(10))
            .tcp_nodelay(true)
            .pool_max_idle_per_host(concurrency as usize)
            .build()
            .map_err(|_| Fault::new(FaultKind::Ours, "HTTP_CLIENT"))?;
        let slots = Semaphore::new(concurrency.max(1) as usize);
        Ok(Http { client, gate: Gate::new(budgets), slots, clock, log: Mutex::default() })
    }

    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Posts JSON. Any answer at all is an `Answer`; a budget that is used up, a connection that fails or tears is a fault.
    pub async fn post(&self, base: &Url, path: &str, headers: &HeaderMap, body: Vec<u8>) -> Result<Answer, Fault> {
        self.call(Method::POST, base, path, path, headers, Some(body)).await
    }

    /// Asks with any method.
    pub async fn ask(&self, ask: Ask<'_>) -> Result<Answer, Fault> {
        self.call(ask.method, ask.base, ask.route, ask.path, ask.headers, ask.body).await
    }

    async fn call(
        &self,
        method: Method,
        base: &Url,
        route: &str,
        path: &str,
        headers: &HeaderMap,
        body: Option<Vec<u8>>,
    ) -> Result<Answer, Fault> {
        self.gate
            .take(route, self.now())
            .map_err(|wait| Fault { retry_after: Some(wait), ..Fault::new(FaultKind::RateLimited, "OWN_BUDGET") })?;
        let url = base.join(path).map_err(|_| Fault::new(FaultKind::Ours, "BAD_ADDRESS"))?;
        let _slot = self.slots.acquire().await.map_err(|_| Fault::new(FaultKind::Ours, "SHUTTING_DOWN"))?;
        let began = self.now();
        let mut asked = self.client.request(method.clone(), url).headers(headers.clone());
        if let Some(body) = body {
            asked = asked.header(CONTENT_TYPE, "application/json").body(wiped(body));
        }
        let answer = read(asked, began).await;
        let status = answer.as_ref().map_or(0, |a| a.status);
        let call = Call { method: name_of(&method), path: route.into(), status, ms: (self.now() - began).0 / 1_000 };
        tracing::debug!(method = call.method, path = route, status, ms = call.ms, "provider called");
        let mut log = self.log.lock().unwrap_or_else(|e| e.into_inner());
        if log.len() == REMEMBERED {
            log.pop_front();
        }
        log.push_back(call);
        answer
    }

    /// What was called since the last look, oldest first; the oldest are forgotten after some thousands.
    pub fn take_calls(&self) -> Vec<Call> {
        self.log.lock().unwrap_or_else(|e| e.into_inner()).drain(..).collect()
    }
}

fn name_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "POST",
    }
}

/// A body can hold a client's password: its memory is wiped as soon as the library lets go of it.
fn wiped(body: Vec<u8>) -> reqwest::Body {
    struct Wiped(Secret<Vec<u8>>);
    impl AsRef<[u8]> for Wiped {
        fn as_ref(&self) -> &[u8] {
            self.0.expose()
        }
    }
    bytes::Bytes::from_owner(Wiped(Secret::new(body))).into()
}

/// A reference goes into logs and tickets, so only letters, digits and dashes do.
fn reference(text: &str) -> Option<String> {
    let fine: String = text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(64).collect();
    (!fine.is_empty()).then_some(fine)
}

async fn read(asked: reqwest::RequestBuilder, now: Time) -> Result<Answer, Fault> {
    let mut response = asked.send().await.map_err(|e| down(&e))?;
    let status = response.status().as_u16();
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()).and_then(|v| wait(v, now));
    let request_id = response.headers().get("x-request-id").and_then(|v| v.to_str().ok()).and_then(reference);
    let too_large = || Fault::new(FaultKind::ProviderDown, "ANSWER_TOO_LARGE");
    let expected = response.content_length().unwrap_or(0);
    if expected > LARGEST_ANSWER as u64 {
        return Err(too_large());
    }
    let mut body = Vec::with_capacity(expected as usize);
    while let Some(part) = response.chunk().await.map_err(|e| down(&e))? {
        if body.len() + part.len() > LARGEST_ANSWER {
            return Err(too_large());
        }
        body.extend_from_slice(&part);
    }
    Ok(Answer { status, retry_after, request_id, body })
}

/// Names the trouble without the library's text, which quotes addresses.
fn down(e: &reqwest::Error) -> Fault {
    let code = match () {
        _ if e.is_timeout() => "TIMEOUT",
        _ if e.is_connect() => "NO_CONNECTION",
        _ if e.is_builder() => return Fault::new(FaultKind::Ours, "BAD_REQUEST"),
        _ => "CONNECTION_BROKE",
    };
    Fault::new(FaultKind::ProviderDown, code)
}

/// Reads a Retry-After: seconds or a date. Nobody makes us wait for longer than a day.
pub(crate) fn wait(text: &str, now: Time) -> Option<Span> {
    let text = text.trim();
    let span = match text.parse::<u32>() {
        Ok(seconds) => Span::seconds(i64::from(seconds)),
        Err(_) => {
            let then = jiff::fmt::rfc2822::parse(text).ok()?;
            Time(then.timestamp().as_microsecond()) - now
        }
    };
    Some(span.clamp(Span::ZERO, LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_in_both_forms() {
        let now = Time::parse("2026-11-21T09:00:00Z").unwrap();
        assert_eq!(wait("120", now), Some(Span::minutes(2)));
        assert_eq!(wait(" 0 ", now), Some(Span::ZERO));
        assert_eq!(wait("Sat, 21 Nov 2026 09:00:30 GMT", now), Some(Span::seconds(30)));
        assert_eq!(wait("Sat, 21 Nov 2026 08:00:00 GMT", now), Some(Span::ZERO));
        assert_eq!(wait("4000000000", now), Some(Span::hours(24)));
        for bad in ["", "soon", "-5", "1.5"] {
            assert_eq!(wait(bad, now), None, "{bad}");
        }
    }
}
