//! Market data: daily closes, adjusted for splits and distributions, from a service that the deployer chose. Two requests, described in
//! `docs/risk.md`. No connector of accounts: it knows no household, and asks by identifiers that everybody may see.

use crate::gate::Budget;
use crate::http::{Answer, Ask, Http};
use model::risk::{AssetClass, Close};
use model::{Currency, Date, Decimal, Fault, FaultKind, Secret, SharedClock};
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

pub struct Card {
    pub key: &'static str,
    pub name: String,
    pub calls_per_minute: u32,
}

pub struct MarketConfig {
    pub base: Url,
    /// Sent as a bearer token where the service wants one.
    pub key: Option<Secret<String>>,
}

pub struct Market {
    card: Card,
    base: Url,
    headers: HeaderMap,
    http: Http,
}

/// What the service says of one security.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub name: Option<String>,
    pub class: Option<AssetClass>,
    pub currency: Currency,
    pub closes: Vec<Close>,
    /// Rows that could not be read.
    pub unreadable: usize,
}

const HISTORY: &str = "/_market/history";
const STAND_INS: &str = "/_market/stand-ins";
const PER_MINUTE: u32 = 600;
const BUDGETS: &[Budget] = &[(HISTORY, PER_MINUTE), (STAND_INS, PER_MINUTE)];

#[derive(Deserialize)]
struct History<'a> {
    currency: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    asset_class: Option<String>,
    #[serde(borrow)]
    closes: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Row<'a> {
    date: &'a str,
    #[serde(borrow)]
    close: &'a RawValue,
}

#[derive(Deserialize)]
struct StandIns {
    stand_ins: Vec<StandIn>,
}

#[derive(Deserialize)]
struct StandIn {
    class: String,
    security: String,
}

impl Market {
    pub fn new(config: MarketConfig, clock: SharedClock) -> Result<Market, Fault> {
        let mut headers = HeaderMap::new();
        if let Some(key) = &config.key {
            let mut value =
                HeaderValue::try_from(format!("Bearer {}", key.expose())).map_err(|_| Fault::new(FaultKind::Ours, "BAD_KEY"))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        // A rehearsal on this machine has no budget to keep.
        let budgets: &'static [Budget] = if crate::said::is_here(&config.base) { &[] } else { BUDGETS };
        let name = config.base.host_str().unwrap_or("market data").to_owned();
        Ok(Market {
            card: Card { key: "market", name, calls_per_minute: PER_MINUTE },
            http: Http::new(budgets, 4, clock)?,
            base: config.base,
            headers,
        })
    }

    pub fn card(&self) -> &Card {
        &self.card
    }

    async fn get(&self, route: &'static str, query: &str) -> Result<Answer, Fault> {
        let path = if query.is_empty() { route.to_owned() } else { format!("{route}?{query}") };
        self.http.ask(Ask { method: Method::GET, base: &self.base, route, path: &path, headers: &self.headers, body: None }).await
    }

    /// The closes of a security from one day to another; `None`: the service does not know it.
    pub async fn history(&self, security: &str, from: Date, to: Date) -> Result<Option<Told>, Fault> {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("security", security)
            .append_pair("from", &from.to_string())
            .append_pair("to", &to.to_string())
            .finish();
        let answer = self.get(HISTORY, &query).await?;
        if answer.status == 404 {
            return Ok(None);
        }
        fine(&answer)?;
        let unreadable = || Fault::new(FaultKind::ProviderDown, "UNREADABLE");
        let said: History<'_> = serde_json::from_slice(&answer.body).map_err(|_| unreadable())?;
        let closes: Vec<Close> = said.closes.iter().filter_map(|r| row(r.get())).collect();
        Ok(Some(Told {
            name: said.name,
            class: said.asset_class.as_deref().and_then(AssetClass::from_key),
            currency: said.currency.parse().map_err(|_| unreadable())?,
            unreadable: said.closes.len() - closes.len(),
            closes,
        }))
    }

    /// Which security's history stands in for which asset class.
    pub async fn stand_ins(&self) -> Result<Vec<(AssetClass, String)>, Fault> {
        let answer = self.get(STAND_INS, "").await?;
        if answer.status == 404 {
            return Ok(Vec::new());
        }
        fine(&answer)?;
        let said: StandIns = serde_json::from_slice(&answer.body).map_err(|_| Fault::new(FaultKind::ProviderDown, "UNREADABLE"))?;
        Ok(said.stand_ins.into_iter().filter_map(|s| Some((AssetClass::from_key(&s.class)?, s.security))).collect())
    }
}

/// A close that cannot be one is left out and counted.
fn row(json: &str) -> Option<Close> {
    let row: Row<'_> = serde_json::from_str(json).ok()?;
    let close = model::money::decimal(row.close.get().trim_matches('"'))?;
    let fits = close > Decimal::ZERO && close < Decimal::from(100_000_000) && close.normalize().scale() <= model::risk::pack::DECIMALS;
    fits.then_some(())?;
    Some(Close { day: row.date.parse().ok()?, close })
}

fn fine(answer: &Answer) -> Result<(), Fault> {
    let kind = match answer.status {
        200..=299 => return Ok(()),
        401 | 403 => FaultKind::Ours,
        429 => FaultKind::RateLimited,
        _ => FaultKind::ProviderDown,
    };
    Err(Fault { retry_after: answer.retry_after, ..Fault::new(kind, "MARKET") })
}
