//! Holdings, securities and investment transactions.

use super::accounts::{asked, day_of, list, open, product};
use super::error::Trouble;
use super::item;
use super::wire::{Field, Kind, day, may, must, number, number_or_null};
use super::{Answer, Call};
use crate::feed::{self, From, Shown};
use crate::state::{Item, State};
use crate::world::{Position, Security, TaxLot, Trade};
use model::{Date, Span};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

pub const TRANSACTIONS: &[Field] = &[
    must("access_token", Kind::Text),
    must("start_date", Kind::Day),
    must("end_date", Kind::Day),
    may(
        "options",
        Kind::Parts(&[
            may("account_ids", Kind::Texts),
            may("count", Kind::Whole(1, 500)),
            may("offset", Kind::Whole(0, 1_000_000)),
            may("async_update", Kind::Flag),
        ]),
    ),
];

/// The Item when its investments can be read, with its investment accounts.
fn readable(call: &Call) -> Result<(Item, Vec<Shown>, Date), Trouble> {
    let mut item = call.sound_item()?;
    open(call, &item)?;
    product(call, &mut item, "investments")?;
    let young = call.now - item.created < Span::seconds(20);
    let slow = call.state.institution(&item.institution_id).is_some_and(|i| call.state.health(i) == crate::world::Health::Degraded);
    if young && slow && !call.state.latency_zero {
        return Err(Trouble::of("PRODUCT_NOT_READY"));
    }
    let day = day_of(&item, call.now);
    let mut accounts = asked(call, &item)?;
    accounts.retain(|a| a.kind == "investment");
    if accounts.is_empty() {
        return Err(Trouble::of("NO_INVESTMENT_ACCOUNTS"));
    }
    Ok((item, accounts, day))
}

/// The securities that an answer mentions, each once.
#[derive(Default)]
struct Mentioned(BTreeMap<String, Value>);

impl Mentioned {
    fn invented(&mut self, state: &State, id: &str, day: Date) {
        if !self.0.contains_key(id)
            && let Some(s) = state.world.security(id)
        {
            self.0.insert(id.into(), security(state, s, day));
        }
    }
    fn written(&mut self, security: Value) {
        if let Some(id) = security["security_id"].as_str() {
            self.0.insert(id.into(), security);
        }
    }
    fn list(self) -> Vec<Value> {
        self.0.into_values().collect()
    }
}

pub fn holdings(call: &Call) -> Answer {
    let (item, accounts, day) = readable(call)?;
    // The same question gets the same answer all day, so it is worked out once.
    let shown: Vec<&str> = accounts.iter().map(|a| a.id.as_str()).collect();
    let held = call.state.drawn.once((shown.join(" "), day), || positions(&call.state, &accounts, day));
    let (accounts, holdings, securities) = (&held.0, &held.1, &held.2);
    Ok(json!({
        "accounts": accounts, "holdings": holdings, "securities": securities, "item": item::wire(&call.state, &item),
        "is_investments_fallback_item": false,
    }))
}

/// Accounts, holdings and securities on the wire.
fn positions(state: &State, accounts: &[Shown], day: Date) -> (Value, Value, Value) {
    let mut mentioned = Mentioned::default();
    let mut holdings = Vec::new();
    for a in accounts {
        match &a.from {
            From::Invented(account) => {
                for p in state.world.holdings(account, day) {
                    mentioned.invented(state, &p.security_id, day);
                    holdings.push(holding(state, a, &p));
                }
            }
            From::Written(c) => {
                for (h, s) in c.holdings(&a.id, day) {
                    mentioned.written(s);
                    holdings.push(h);
                }
            }
        }
    }
    (list(state, accounts, day, None), Value::Array(holdings), Value::Array(mentioned.list()))
}

type Held = Arc<(Value, Value, Value)>;

/// What was worked out lately.
#[derive(Default)]
pub struct Drawn(Mutex<HashMap<(String, Date), Held>>);

impl Drawn {
    const MOST: usize = 4096;

    fn once(&self, key: (String, Date), work: impl FnOnce() -> (Value, Value, Value)) -> Held {
        let lock = || self.0.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(known) = lock().get(&key) {
            return known.clone();
        }
        let fresh = Arc::new(work());
        let mut all = lock();
        if all.len() >= Self::MOST {
            all.clear();
        }
        all.insert(key, fresh.clone());
        fresh
    }
}

fn holding(state: &State, a: &Shown, p: &Position) -> Value {
    let security = state.world.security(&p.security_id);
    let (iso, unofficial) = currencies(security);
    json!({
        "account_id": a.id, "security_id": p.security_id, "institution_price": number(p.price),
        "institution_price_as_of": p.price_day.to_string(), "institution_price_datetime": null, "institution_value": number(p.value),
        "cost_basis": number_or_null(p.cost_basis), "quantity": number(p.quantity), "iso_currency_code": iso,
        "unofficial_currency_code": unofficial, "vested_quantity": number_or_null(p.vested_quantity),
        "vested_value": number_or_null(p.vested_value), "tax_lots": p.tax_lots.iter().map(lot).collect::<Vec<_>>(),
    })
}

fn lot(l: &TaxLot) -> Value {
    json!({
        "institution_lot_id": l.id, "original_purchase_datetime": format!("{}T00:00:00Z", l.purchased), "quantity": number(l.quantity),
        "purchase_price": number(l.purchase_price), "cost_basis": number(l.cost_basis), "current_value": number(l.current_value),
        "position_type": "LONG",
    })
}

/// Exactly one of the two is set: ISO codes have three letters.
fn currencies(security: Option<&Security>) -> (Option<&'static str>, Option<&'static str>) {
    match security {
        Some(s) if s.currency.len() != 3 => (None, Some(s.currency)),
        Some(s) => (Some(s.currency), None),
        None => (Some("USD"), None),
    }
}

fn security(state: &State, s: &Security, day: Date) -> Value {
    let close = state.world.close(s, day);
    let (iso, unofficial) = currencies(Some(s));
    let option = s.option.as_ref().map(|o| {
        json!({
            "contract_type": if o.call { "call" } else { "put" }, "expiration_date": o.expires.to_string(), "strike_price": number(o.strike),
            "underlying_security_ticker": o.underlying,
        })
    });
    let bond = s.bond.as_ref().map(|b| {
        json!({
            "yield_rate": { "percentage": number(b.coupon_percent), "type": if b.coupon_percent.is_zero() { "discount" } else { "coupon" } },
            "maturity_date": b.maturity.to_string(), "issue_date": b.issued.to_string(), "face_value": number(b.face),
        })
    });
    json!({
        "security_id": s.id, "isin": s.isin, "cusip": s.cusip, "sedol": null, "figi": s.figi, "institution_security_id": null,
        "institution_id": null, "proxy_security_id": null, "name": s.name, "ticker_symbol": s.ticker,
        "is_cash_equivalent": s.cash_equivalent, "type": s.kind, "subtype": s.subtype,
        "close_price": number_or_null(close.as_ref().map(|c| c.price)), "close_price_as_of": close.as_ref().map(|c| c.day.to_string()),
        "update_datetime": null, "iso_currency_code": iso, "unofficial_currency_code": unofficial, "market_identifier_code": s.mic,
        "sector": s.sector, "industry": s.industry, "cfi_code": s.cfi, "option_contract": option, "fixed_income": bond,
    })
}

pub fn transactions(call: &Call) -> Answer {
    let (item, accounts, today) = readable(call)?;
    let date = |name: &str| call.text(name).and_then(day).unwrap_or(today);
    let (from, to) = (date("start_date"), date("end_date"));
    if from > to {
        return Err(Trouble::invalid("start_date", "before end_date"));
    }
    // Two years are kept, and nothing is known before it is published.
    let oldest = today.saturating_sub(jiff::Span::new().months(24));
    let (from, to) = (from.max(oldest), to.min(today));
    let mut mentioned = Mentioned::default();
    let mut all: Vec<(Date, String, Value, Option<String>)> = Vec::new();
    for a in &accounts {
        match &a.from {
            From::Invented(account) => {
                for t in call.state.world.trades(account, from, to) {
                    all.push((t.day, t.id.clone(), trade(&call.state, account.currency, a, &t), t.security_id.clone()));
                }
            }
            From::Written(c) => {
                for (wire, security) in c.trades(&a.id, from, to) {
                    let when = wire["date"].as_str().and_then(day).unwrap_or(to);
                    all.push((when, wire["investment_transaction_id"].to_string(), wire, None));
                    if let Some(s) = security {
                        mentioned.written(s);
                    }
                }
            }
        }
    }
    all.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let total = all.len();
    let option = |name: &str, or: usize| call.option(name).and_then(Value::as_u64).map_or(or, |n| n as usize);
    let page: Vec<_> = all.into_iter().skip(option("offset", 0)).take(option("count", 100)).collect();
    for id in page.iter().filter_map(|t| t.3.as_deref()) {
        mentioned.invented(&call.state, id, today);
    }
    Ok(json!({
        "item": item::wire(&call.state, &item), "accounts": list(&call.state, &accounts, today, None), "securities": mentioned.list(),
        "investment_transactions": page.into_iter().map(|t| t.2).collect::<Vec<_>>(), "total_investment_transactions": total,
        "is_investments_fallback_item": false,
    }))
}

fn trade(state: &State, currency: &str, a: &Shown, t: &Trade) -> Value {
    let (iso, unofficial) = match t.security_id.as_deref().and_then(|id| state.world.security(id)) {
        Some(s) => currencies(Some(s)),
        None => (None, None),
    };
    json!({
        "investment_transaction_id": trade_id(a, &t.id), "cancel_transaction_id": t.cancels.as_deref().map(|c| trade_id(a, c)),
        "account_id": a.id, "security_id": t.security_id, "date": t.day.to_string(), "transaction_datetime": null, "name": t.name,
        "quantity": number(t.quantity), "amount": number(t.amount), "price": number(t.price), "fees": number_or_null(t.fees),
        "type": t.kind, "subtype": t.subtype,
        "iso_currency_code": iso.or(unofficial.is_none().then_some(currency)), "unofficial_currency_code": unofficial,
    })
}

/// Within an Item, as all identifiers are.
fn trade_id(a: &Shown, id: &str) -> String {
    crate::keys::stable(&["trade", &a.id, id])
}

/// A pull on demand, where the institution has one: it finds nothing newer than the last close, but that it looked is told.
pub fn refresh(call: &Call) -> Answer {
    use crate::world::InstitutionKind as K;
    let item = call.sound_item()?;
    open(call, &item)?;
    let kind = call.state.institution(&item.institution_id).map(|i| i.kind);
    if item.custom.is_none() && matches!(kind, Some(K::Workplace | K::Insurance | K::CollegeSavings)) {
        return Err(Trouble::of("PRODUCTS_NOT_SUPPORTED"));
    }
    let shown = feed::accounts(&call.state, &item);
    if !shown.iter().any(|a| a.kind == "investment") {
        return Err(Trouble::of("NO_INVESTMENT_ACCOUNTS"));
    }
    call.state.change(&item.id, |i| i.pulled = Some(call.now));
    call.state.tell(&item, "HOLDINGS", "DEFAULT_UPDATE", json!({ "new_holdings": 0, "updated_holdings": 0 }));
    Ok(json!({}))
}
