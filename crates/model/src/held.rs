//! What an account holds, without what it is worth today: changes rarely, is kept once per change and known by its hash.

use crate::snapshot::{AccountData, Lot, PositionData, SecurityData, SecurityDetail, SecurityKind};
use crate::worth::{PositionWorth, Worth};
use crate::{AccountKind, ConnectionId, Currency};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// The connection that brought it.
    pub via: ConnectionId,
    pub name: String,
    pub official_name: Option<String>,
    pub mask: Option<String>,
    pub kind: AccountKind,
    pub raw_type: String,
    pub currency: Option<Currency>,
    pub terms: Vec<(String, String)>,
    pub positions: Option<Vec<HeldPosition>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldPosition {
    pub key: String,
    pub name: String,
    pub ticker: Option<String>,
    pub isin: Option<String>,
    pub cusip: Option<String>,
    pub figi: Option<String>,
    pub kind: SecurityKind,
    pub raw_type: String,
    pub currency: Option<Currency>,
    pub cash_equivalent: bool,
    pub detail: Option<SecurityDetail>,
    /// Exact text as received: trailing zeros are kept.
    pub quantity: Decimal,
    pub cost_basis: Option<Decimal>,
    pub vested_quantity: Option<Decimal>,
    pub lots: Vec<Lot>,
}

/// The identity of a security: public identifiers first, the provider's own only when there is nothing else, because it can change.
pub fn security_key(s: &SecurityData) -> String {
    let with = |kind: &str, id: &Option<String>| {
        id.as_deref().filter(|t| !t.trim().is_empty()).map(|t| format!("{kind}:{}", t.trim().to_uppercase()))
    };
    with("isin", &s.isin)
        .or_else(|| with("cusip", &s.cusip))
        .or_else(|| with("figi", &s.figi))
        .or_else(|| with("ticker", &s.ticker))
        .unwrap_or_else(|| format!("own:{}", s.external_id))
}

/// Splits what a provider sent into what is held and what it is worth, positions in one canonical order.
pub fn split(via: ConnectionId, a: &AccountData) -> (Held, Worth) {
    let mut terms = a.terms.clone();
    terms.sort();
    let mut sorted: Option<Vec<(String, &PositionData)>> =
        a.positions.as_ref().map(|ps| ps.iter().map(|p| (security_key(&p.security), p)).collect());
    if let Some(s) = &mut sorted {
        s.sort_by(|(ka, a), (kb, b)| {
            let rest = |p: &PositionData| (p.quantity, p.cost_basis, p.price, p.security.external_id.clone());
            ka.cmp(kb).then_with(|| rest(a).cmp(&rest(b)))
        });
    }
    let worths = sorted.iter().flatten().map(|(_, p)| worth_of(p)).collect();
    let held = Held {
        via,
        name: a.name.clone(),
        official_name: a.official_name.clone(),
        mask: a.mask.clone(),
        kind: a.kind,
        raw_type: a.raw_type.clone(),
        currency: a.currency.clone(),
        terms,
        positions: sorted.map(|s| s.into_iter().map(|(k, p)| held_of(k, p)).collect()),
    };
    let worth = Worth { value: a.value, available: a.available, limit: a.limit, as_of_day: a.as_of_day, positions: worths };
    (held, worth)
}

fn held_of(key: String, p: &PositionData) -> HeldPosition {
    let s = &p.security;
    let name = s.name.clone().or_else(|| s.ticker.clone()).unwrap_or_else(|| "Unnamed security".to_owned());
    HeldPosition {
        key,
        name,
        ticker: s.ticker.clone(),
        isin: s.isin.clone(),
        cusip: s.cusip.clone(),
        figi: s.figi.clone(),
        kind: s.kind,
        raw_type: s.raw_type.clone(),
        currency: s.currency.clone(),
        cash_equivalent: s.cash_equivalent,
        detail: s.detail.clone(),
        quantity: p.quantity,
        cost_basis: p.cost_basis,
        vested_quantity: p.vested_quantity,
        lots: p.lots.clone(),
    }
}

fn worth_of(p: &PositionData) -> PositionWorth {
    PositionWorth { price: p.price, price_day: p.price_day, value: p.value, vested_value: p.vested_value }
}
