//! The Plaid connector: hosted link by redirect, reading by polling, hooks only as a hint. Its wire structs stay in this folder.
//!
//! What is called when (the figure beside a benchmark):
//! - a refresh of investments that brings nothing new: `/item/get`, `/investments/holdings/get`;
//! - with newer values, or once a day: `/investments/transactions/get` as well, one call for 500 movements;
//! - a connection with cards or loans: `/liabilities/get` as well; one without investments has `/accounts/get` in place of the holdings;
//! - the first time, by hand, and once a day: `/accounts/get`, to see whether the other answers really list every account;
//! - by hand: `/investments/refresh` before all that, unless the institution is known not to have it;
//! - a link: `/institutions/get_by_id`, `/link/token/create`, then `/link/token/get` for each look, `/item/public_token/exchange`;
//! - a repair or more accounts: `/link/token/create`, `/link/token/get`, `/item/get` to see that it is well.

pub mod accounts;
mod budget;
mod check;
pub mod faults;
mod fetch;
mod hooks;
mod institutions;
mod link;
mod positions;
mod rehearse;
mod terms;
mod trades;
mod wire;

use crate::http::Http;
use crate::lenient::Read;
use crate::{
    Answers, Card, Check, Connector, Cursor, Fetch, Grant, HookRequest, InstitutionCard, InstitutionPage, LinkStart, Page, Pending, Signal,
    Step,
};
use async_trait::async_trait;
use model::{Fault, FaultKind, Secret, SharedClock, Time};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use url::Url;
use wire::Answered;

/// Where the provider is and who we are there.
pub struct PlaidConfig {
    pub base: Url,
    pub client_id: String,
    pub secret: Secret<String>,
}

pub struct Plaid {
    card: Card,
    base: Url,
    headers: HeaderMap,
    http: Http,
    keys: hooks::Keys,
}

/// The references of the calls of one act, oldest first.
type RequestIds = Vec<String>;

impl Plaid {
    pub fn new(config: PlaidConfig, clock: SharedClock) -> Result<Plaid, Fault> {
        let budget = budget::of(&config.base);
        let mut headers = HeaderMap::new();
        for (name, value, secret) in [
            ("plaid-client-id", config.client_id.as_str(), true),
            ("plaid-secret", config.secret.expose().as_str(), true),
            ("plaid-version", "2020-09-14", false),
        ] {
            let mut value = HeaderValue::from_str(value.trim()).map_err(|_| Fault::new(FaultKind::Ours, "BAD_KEYS"))?;
            value.set_sensitive(secret);
            headers.insert(HeaderName::from_static(name), value);
        }
        let card = Card {
            key: "plaid",
            name: "Plaid",
            // To be had at some institutions and with some contracts: what a fetch says in `next_expected` decides.
            refreshes_holdings: true,
            own_screens: false,
            calls_per_minute: budget.per_minute,
            concurrency: budget.concurrency,
        };
        let http = Http::new(budget.paths, budget.concurrency, clock)?;
        Ok(Plaid { card, base: config.base, headers, http, keys: hooks::Keys::default() })
    }

    /// The client, for its log of calls.
    pub fn http(&self) -> &Http {
        &self.http
    }

    fn now(&self) -> Time {
        self.http.now()
    }

    async fn ask<T: Read + Answered>(&self, path: &str, body: Value, ids: &mut RequestIds) -> Result<T, Fault> {
        let body = serde_json::to_vec(&body).map_err(|_| Fault::new(FaultKind::Ours, "BAD_REQUEST"))?;
        let answer = self.http.post(&self.base, path, &self.headers, body).await?;
        if !(200..300).contains(&answer.status) {
            let fault = faults::of_answer(answer.status, &answer.body, answer.retry_after);
            tracing::info!(path, status = answer.status, code = fault.code, request_id = fault.request_id, "provider refused");
            return Err(fault);
        }
        let text = std::str::from_utf8(&answer.body).map_err(|_| faults::unreadable())?;
        let read = T::read(text).ok_or_else(faults::unreadable)?;
        ids.extend(read.request_id().map(String::from));
        Ok(read)
    }

    /// Makes a new token and kills the old one at once: save what comes back before anything else.
    pub async fn rotate(&self, grant: Grant) -> Result<Grant, Fault> {
        let body = json!({ "access_token": grant.token.expose() });
        let answer: wire::Rotated = self.ask("/item/access_token/invalidate", body, &mut vec![]).await?;
        let token = answer.new_access_token.0.filter(|t| !t.is_empty()).ok_or_else(faults::unreadable)?;
        Ok(Grant { token: Secret::new(token), ..grant })
    }
}

#[async_trait]
impl Connector for Plaid {
    fn card(&self) -> &Card {
        &self.card
    }
    async fn institutions(&self, page: Page) -> Result<InstitutionPage, Fault> {
        institutions::page(self, page).await
    }
    async fn institution(&self, external_id: &str) -> Result<InstitutionCard, Fault> {
        institutions::one(self, external_id, "US", true).await
    }
    async fn begin(&self, start: LinkStart) -> Result<Step, Fault> {
        link::begin(self, start).await
    }
    async fn answer(&self, pending: Pending, _answers: Answers) -> Result<Step, Fault> {
        link::outcome(self, pending).await
    }
    async fn fetch(&self, grant: Grant, cursor: Cursor, by_hand: bool, now: Time) -> Result<Fetch, Fault> {
        fetch::fetch(self, grant, cursor, by_hand, now).await
    }
    async fn disconnect(&self, grant: &Grant) -> Result<(), Fault> {
        let body = json!({ "access_token": grant.token.expose() });
        match self.ask::<wire::Nothing>("/item/remove", body, &mut vec![]).await {
            Err(fault) if fault.kind != FaultKind::Removed => Err(fault),
            _ => Ok(()),
        }
    }
    async fn hook(&self, request: &HookRequest) -> Result<Vec<Signal>, Fault> {
        hooks::read(self, request).await
    }
    async fn check(&self, return_url: &Url) -> Result<Vec<Check>, Fault> {
        check::check(self, return_url).await
    }
}
