//! What the tests stand on: the real sandbox in this process, a person with a browser, and a server that answers what a test recorded.
#![allow(dead_code)]

pub mod browser;
pub mod cases;
pub mod lines;
pub mod published;
pub mod recorded;

use connect::plaid::{Plaid, PlaidConfig};
use connect::{Fetch, Grant, LinkStart, Purpose};
use model::time::HandClock;
use model::{Secret, Snapshot, Span, Time};
use std::sync::Arc;
use url::Url;

/// A Friday afternoon in New York.
pub const NOW: &str = "2026-11-20T20:00:00Z";

pub fn now() -> Time {
    Time::parse(NOW).unwrap()
}

pub struct Rig {
    pub sandbox: sandbox::Running,
    pub clock: Arc<HandClock>,
    pub browser: browser::Browser,
}

impl Rig {
    pub async fn start() -> Rig {
        let clock = HandClock::at(now());
        let config = sandbox::Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            seed: 7,
            institutions: 700,
            clock: clock.clone(),
            data: None,
            latency_zero: true,
        };
        Rig { sandbox: sandbox::start(config).await.unwrap(), clock, browser: browser::Browser::new() }
    }

    pub fn config(&self) -> PlaidConfig {
        PlaidConfig {
            base: Url::parse(&self.sandbox.base).unwrap(),
            client_id: self.sandbox.client_id.clone(),
            secret: Secret::new(self.sandbox.secret.clone()),
        }
    }

    pub fn plaid(&self) -> Plaid {
        Plaid::new(self.config(), self.clock.clone()).unwrap()
    }

    /// One of the sandbox's own levers.
    pub async fn lever(&self, method: &str, path: &str, body: serde_json::Value) -> serde_json::Value {
        self.browser.lever(&self.sandbox.base, &self.sandbox.secret, method, path, body).await
    }

    pub fn advance(&self, span: Span) {
        self.clock.advance(span);
    }
}

pub fn start(purpose: Purpose, institution: &str) -> LinkStart {
    LinkStart {
        purpose,
        institution: institution.into(),
        person: "person-1".into(),
        firm: "Alder & Finch".into(),
        return_url: Url::parse("http://localhost:9/connect/return").unwrap(),
        webhook: None,
        language: "en".into(),
        country: "US".into(),
    }
}

pub fn copy(grant: &Grant) -> Grant {
    Grant {
        external_id: grant.external_id.clone(),
        token: grant.token.duplicate(),
        institution: grant.institution.clone(),
        consent_ends: grant.consent_ends,
    }
}

pub fn done(fetch: Fetch) -> (Snapshot, Grant, connect::Cursor) {
    match fetch {
        Fetch::Done { snapshot, grant, cursor } => (snapshot, grant, cursor),
        _ => panic!("a fetch that is not done"),
    }
}
