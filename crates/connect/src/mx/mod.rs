//! The MX connector: sign-ins typed into our own screens, questions of the institution passed through, reading by polling.
//!
//! A client's user name, password and answers pass through `answer` once and are in no state of ours: not in what is pending, not in a
//! grant, not in a log. A grant names user and member at the provider; both are nothing without the operator's keys.
//!
//! What is called when (the figure beside a benchmark):
//! - a refresh: the member's status, its accounts, and its holdings where there are investments; each one page for a thousand rows;
//! - by hand or when the provider has not looked for a day: one `aggregate` before that, at most every three hours;
//! - a link: institution, credentials, user (once a person), member, then the status for each look, `resume` for each answer.

mod accounts;
mod challenge;
mod check;
pub mod faults;
mod fetch;
mod institutions;
mod link;
mod member;
mod positions;
pub mod status;
mod typed;
mod wire;

use crate::http::{Ask, Http};
use crate::lenient::Read;
use crate::{
    Answers, Card, Check, Connector, Cursor, Fetch, Grant, HookRequest, InstitutionCard, InstitutionPage, LinkStart, Page, Pending, Signal,
    Step,
};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Fault, FaultKind, Secret, SharedClock, Time};
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use url::Url;
use zeroize::Zeroizing;

/// Where the provider is and who we are there.
pub struct MxConfig {
    pub base: Url,
    pub client_id: String,
    pub api_key: Secret<String>,
}

pub struct Mx {
    card: Card,
    base: Url,
    headers: HeaderMap,
    http: Http,
}

/// The references of the calls of one act, oldest first.
type RequestIds = Vec<String>;

/// User and member, as a grant names them.
struct Names {
    user: String,
    member: String,
}

/// A route with what stands in it, in order.
type Route<'a> = (&'static str, &'a [&'a str]);

impl Mx {
    pub fn new(config: MxConfig, clock: SharedClock) -> Result<Mx, Fault> {
        let bad = |_| Fault::new(FaultKind::Ours, "BAD_KEYS");
        let pair = Zeroizing::new(format!("{}:{}", config.client_id.trim(), config.api_key.expose().trim()));
        let basic = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
        let mut authorization = HeaderValue::from_str(&basic).map_err(bad)?;
        authorization.set_sensitive(true);
        let headers = HeaderMap::from_iter([
            (AUTHORIZATION, authorization),
            (ACCEPT, HeaderValue::from_static("application/json")),
            (HeaderName::from_static("accept-version"), HeaderValue::from_static("v20250224")),
        ]);
        let here = crate::said::is_here(&config.base);
        let card = Card {
            key: "mx",
            name: "MX",
            refreshes_holdings: true,
            own_screens: true,
            calls_per_minute: if here { 600_000 } else { 900 },
            concurrency: if here { 64 } else { 16 },
        };
        let http = Http::new(&[], card.concurrency, clock)?;
        Ok(Mx { card, base: config.base, headers, http })
    }

    /// The client, for its log of calls.
    pub fn http(&self) -> &Http {
        &self.http
    }

    async fn send(&self, method: Method, route: Route<'_>, query: &str, body: Option<&Value>, ids: &mut RequestIds) -> Result<Sent, Fault> {
        let mut path = format!("{}{}", self.base.path().trim_end_matches('/'), route.0);
        for part in route.1 {
            path = path.replacen("{}", fit(part)?, 1);
        }
        path.push_str(query);
        let body = body.map(serde_json::to_vec).transpose().map_err(|_| Fault::new(FaultKind::Ours, "BAD_REQUEST"))?;
        let ask = Ask { method, base: &self.base, route: route.0, path: &path, headers: &self.headers, body };
        let answer = self.http.ask(ask).await?;
        ids.extend(answer.request_id.clone());
        if (200..300).contains(&answer.status) {
            return Ok(Sent { status: answer.status, body: answer.body });
        }
        let fault = faults::of_answer(&answer);
        tracing::info!(path = route.0, status = answer.status, code = fault.code, request_id = fault.request_id, "provider refused");
        Err(fault)
    }

    async fn read<T: Read>(&self, method: Method, route: Route<'_>, body: Option<&Value>, ids: &mut RequestIds) -> Result<T, Fault> {
        self.send(method, route, "", body, ids).await?.read()
    }
}

/// An answer that is a success.
struct Sent {
    status: u16,
    body: Vec<u8>,
}

impl Sent {
    fn read<T: Read>(&self) -> Result<T, Fault> {
        std::str::from_utf8(&self.body).ok().and_then(T::read).ok_or_else(faults::unreadable)
    }
}

/// What may stand in a path: identifiers come from the provider, and still none of them may lead elsewhere.
fn fit(part: &str) -> Result<&str, Fault> {
    let fine = !part.is_empty() && part.len() <= 120 && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if fine && !part.starts_with('.') { Ok(part) } else { Err(Fault::new(FaultKind::Ours, "BAD_ID")) }
}

impl Names {
    fn of(grant: &Grant) -> Result<Names, Fault> {
        let (user, member) = grant.token.expose().split_once('/').ok_or_else(|| Fault::new(FaultKind::Ours, "BAD_GRANT"))?;
        Ok(Names { user: user.into(), member: member.into() })
    }
    fn grant(&self, institution: Option<String>) -> Grant {
        let token = Secret::new(format!("{}/{}", self.user, self.member));
        Grant { external_id: self.member.clone(), token, institution, consent_ends: None }
    }
}

#[async_trait]
impl Connector for Mx {
    fn card(&self) -> &Card {
        &self.card
    }
    async fn institutions(&self, page: Page) -> Result<InstitutionPage, Fault> {
        institutions::page(self, page).await
    }
    async fn institution(&self, external_id: &str) -> Result<InstitutionCard, Fault> {
        institutions::one(self, external_id).await.map(institutions::card)?.ok_or_else(faults::unreadable)
    }
    async fn begin(&self, start: LinkStart) -> Result<Step, Fault> {
        link::begin(self, start).await
    }
    async fn answer(&self, pending: Pending, answers: Answers) -> Result<Step, Fault> {
        link::answer(self, pending, answers).await
    }
    async fn fetch(&self, grant: Grant, cursor: Cursor, by_hand: bool, now: Time) -> Result<Fetch, Fault> {
        fetch::fetch(self, grant, cursor, by_hand, now).await
    }
    async fn abandon(&self, pending: Pending) -> Result<(), Fault> {
        link::abandon(self, pending).await
    }
    async fn disconnect(&self, grant: &Grant) -> Result<(), Fault> {
        member::delete(self, &Names::of(grant)?).await
    }
    /// The provider describes no signature, so nobody's word is taken: everything is asked for.
    async fn hook(&self, _request: &HookRequest) -> Result<Vec<Signal>, Fault> {
        Err(Fault::new(FaultKind::Ours, "UNSIGNED_HOOK"))
    }
    async fn check(&self, return_url: &Url) -> Result<Vec<Check>, Fault> {
        check::check(self, return_url).await
    }
}
