//! The SimpleFIN connector: the client pastes a setup token, which is claimed once for an address with a password in it; that address is
//! the grant. It came from a person, so it is called through the guard alone.
//!
//! What is called when: a refresh is one `GET /accounts`; a link is one claim; a repair looks at the accounts first. A token may be asked
//! twenty-four times a day, and who asks more often loses it: we stop before.

mod accounts;
mod basis;
mod fetch;
mod link;
mod wire;

use crate::guard::{Guard, Limits, Target};
use crate::http::wait;
use crate::{
    Answers, Card, Check, Connector, Cursor, Fetch, Grant, HookRequest, InstitutionCard, InstitutionPage, InstitutionStatus, LinkStart,
    Page, Pending, Signal, Step,
};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Fault, FaultKind, SharedClock, Time};
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use std::time::Duration;
use url::Url;
use zeroize::Zeroizing;

/// Where people make their tokens when they have no server of their own.
pub const BRIDGE: &str = "https://bridge.simplefin.org/simplefin";

/// The one entry in the directory: a token can be of any institution.
const ENTRY: &str = "simplefin";
const LIMITS: Limits = Limits { bytes: 16 << 20, time: Duration::from_secs(60) };

pub struct SimpleFinConfig {
    /// Where the client makes a token. A rehearsal on this machine may be called although it is no public address.
    pub base: Url,
}

pub struct SimpleFin {
    card: Card,
    base: Url,
    guard: Guard,
    clock: SharedClock,
}

/// An access address, taken apart: the password goes into a header, never into a line that is written down.
struct Access {
    accounts: Target,
    headers: HeaderMap,
}

impl SimpleFin {
    pub fn new(config: SimpleFinConfig, clock: SharedClock) -> SimpleFin {
        let here = crate::said::is_here(&config.base);
        let guard = Guard::new(here.then_some(&config.base));
        let card = Card {
            key: "simplefin",
            name: "SimpleFIN",
            refreshes_holdings: false,
            own_screens: false,
            calls_per_minute: if here { 600_000 } else { 60 },
            concurrency: 8,
        };
        SimpleFin { card, base: config.base, guard, clock }
    }

    /// A page of the server beside its root.
    fn at(&self, page: &str) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut parts) = url.path_segments_mut() {
            parts.pop_if_empty().push(page);
        }
        url
    }

    /// Reads an access address. Whatever does not hold is refused without a word about it.
    fn access(&self, text: &str) -> Option<Access> {
        let mut url = Url::parse(text.trim()).ok().filter(|u| !u.username().is_empty())?;
        let decoded = |part: &str| percent(part).map(Zeroizing::new);
        let pair = Zeroizing::new(format!("{}:{}", *decoded(url.username())?, *decoded(url.password().unwrap_or_default())?));
        let basic = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
        let mut authorization = HeaderValue::from_str(&basic).ok()?;
        authorization.set_sensitive(true);
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
        url.path_segments_mut().ok()?.pop_if_empty().push("accounts");
        let accounts = self.guard.read(url.as_str()).ok()?;
        let headers = HeaderMap::from_iter([(AUTHORIZATION, authorization), (ACCEPT, HeaderValue::from_static("application/json"))]);
        Some(Access { accounts, headers })
    }

    async fn get(&self, target: &Target, headers: HeaderMap) -> Result<Vec<u8>, Fault> {
        let reply = self.guard.ask(Method::GET, target, headers, vec![], LIMITS).await;
        let reply = reply.map_err(|_| Fault::new(FaultKind::ProviderDown, "NO_ANSWER"))?;
        match reply.status {
            200..=299 => Ok(reply.body),
            status => {
                let retry_after = reply.retry_after.as_deref().and_then(|t| wait(t, self.clock.now()));
                Err(Fault { retry_after, ..Fault::new(kind(status), format!("HTTP_{status}")) })
            }
        }
    }

    fn entry(&self, status: InstitutionStatus) -> InstitutionCard {
        let name = match self.base.host_str() {
            Some("bridge.simplefin.org") => "SimpleFIN Bridge".to_owned(),
            _ if crate::said::is_here(&self.base) => "SimpleFIN, rehearsed".to_owned(),
            host => format!("SimpleFIN at {}", host.unwrap_or_default()),
        };
        InstitutionCard {
            external_id: ENTRY.into(),
            name,
            url: Some(self.at("create").into()),
            countries: vec!["US".into(), "CA".into()],
            products: vec!["investments".into(), "transactions".into()],
            oauth: false,
            colour: None,
            logo: None,
            status,
            notice: None,
            success_percent: None,
        }
    }
}

/// What a status that is no success means. A token that was withdrawn cannot be told from one that is wrong; both need a new one.
fn kind(status: u16) -> FaultKind {
    match status {
        // The client's subscription there has ended.
        402 => FaultKind::ActionAtInstitution,
        401 | 403 | 404 | 410 => FaultKind::ConsentRevoked,
        429 => FaultKind::RateLimited,
        400..=499 => FaultKind::Ours,
        _ => FaultKind::ProviderDown,
    }
}

fn percent(text: &str) -> Option<String> {
    let (mut out, mut bytes) = (Vec::new(), text.bytes());
    while let Some(b) = bytes.next() {
        match b {
            b'%' => {
                let digit = |b: Option<u8>| (b? as char).to_digit(16);
                let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
                out.push(u8::try_from(high * 16 + low).ok()?);
            }
            b => out.push(b),
        }
    }
    String::from_utf8(out).ok()
}

#[async_trait]
impl Connector for SimpleFin {
    fn card(&self) -> &Card {
        &self.card
    }
    async fn institutions(&self, page: Page) -> Result<InstitutionPage, Fault> {
        let all = if page.offset == 0 { vec![self.institution(ENTRY).await?] } else { vec![] };
        Ok(InstitutionPage { institutions: all, total: 1 })
    }
    async fn institution(&self, external_id: &str) -> Result<InstitutionCard, Fault> {
        if external_id != ENTRY {
            return Err(Fault::new(FaultKind::NotSupported, "NOT_FOUND"));
        }
        self.versions().await?;
        Ok(self.entry(InstitutionStatus::Healthy))
    }
    async fn begin(&self, start: LinkStart) -> Result<Step, Fault> {
        link::begin(self, start).await
    }
    async fn answer(&self, pending: Pending, answers: Answers) -> Result<Step, Fault> {
        link::answer(self, pending, answers).await
    }
    async fn fetch(&self, grant: Grant, cursor: Cursor, _by_hand: bool, now: Time) -> Result<Fetch, Fault> {
        fetch::fetch(self, grant, cursor, now).await
    }
    /// The protocol has no call for it: the address is forgotten here, and the client can switch the token off over there.
    async fn disconnect(&self, _grant: &Grant) -> Result<(), Fault> {
        Ok(())
    }
    fn ended_at(&self) -> Option<Url> {
        Some(self.base.clone())
    }
    async fn hook(&self, _request: &HookRequest) -> Result<Vec<Signal>, Fault> {
        Err(Fault::new(FaultKind::Ours, "NO_HOOKS"))
    }
    async fn check(&self, _return_url: &Url) -> Result<Vec<Check>, Fault> {
        let told = |name: &str, ok, detail: String| Check { name: name.into(), ok, detail };
        let spoken = match self.versions().await {
            Ok(versions) => told("keys", true, format!("none needed; the server speaks {versions}")),
            Err(fault) if matches!(fault.kind, FaultKind::ProviderDown | FaultKind::RateLimited) => return Err(fault),
            Err(fault) => told("keys", false, format!("{} answers {}; is it a SimpleFIN server?", self.base, fault.code)),
        };
        let page = told("tokens", true, format!("made by the client at {}", self.at("create")));
        Ok(vec![spoken, page, told("webhooks", true, "there are none: accounts are asked for, at most twenty times a day".into())])
    }
}
