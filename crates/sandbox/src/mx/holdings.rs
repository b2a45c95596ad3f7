//! What investment accounts hold.

use super::accounts::{Kept, found, of};
use super::error::Refusal;
use super::member::Member;
use super::page::paged;
use super::{Answer, Call, ok};
use crate::keys::stable_uuid;
use crate::plaid::wire::{instant, number, number_or_null};
use crate::state::{State, published};
use crate::world::{Position, Security};
use serde_json::{Value, json};

pub fn rows(state: &State, m: &Member, k: &Kept) -> Vec<Value> {
    if k.account.kind != "investment" {
        return Vec::new();
    }
    state.world.holdings(&k.account, k.day).iter().map(|p| wire(state, m, k, p)).collect()
}

fn wire(state: &State, m: &Member, k: &Kept, p: &Position) -> Value {
    let security = state.world.security(&p.security_id);
    let bond = security.and_then(|s| s.bond.as_ref());
    let option = security.and_then(|s| s.option.as_ref());
    let gain = p.cost_basis.map(|c| p.value - c);
    json!({
        "guid": format!("HOL-{}", stable_uuid(&["holding", &k.guid, &p.security_id])), "account_guid": k.guid, "member_guid": m.guid,
        "user_guid": m.user_guid, "symbol": security.and_then(symbol), "cusip": security.and_then(|s| s.cusip.as_deref()),
        "description": security.map(|s| &s.name),
        // This one is text on the wire; the other figures are numbers.
        "quantity": p.quantity.normalize().to_string(),
        "current_price": number(p.price), "current_price_as_of": instant(published(p.price_day)), "market_value": number(p.value),
        "cost_basis": number_or_null(p.cost_basis), "purchase_price": null, "total_ugl_amount": number_or_null(gain),
        "holding_type": security.map_or("UNKNOWN_TYPE", holding_type), "currency_code": security.map_or("USD", |s| s.currency),
        "coupon_yield": bond.filter(|b| !b.coupon_percent.is_zero()).map(|b| b.coupon_percent.normalize().to_string()),
        "maturity_date": bond.map(|b| b.maturity.to_string()), "issue_date": bond.map(|b| b.issued.to_string()),
        "face_value": number_or_null(bond.map(|b| b.face)), "strike_price": number_or_null(option.map(|o| o.strike)),
        "put_or_call": option.map(|o| if o.call { "CALL" } else { "PUT" }), "expiration": option.map(|o| o.expires.to_string()),
        "vested_quantity": number_or_null(p.vested_quantity), "vested_value": number_or_null(p.vested_value),
        "unvested_quantity": number_or_null(p.vested_quantity.map(|v| p.quantity - v)),
        "unvested_value": number_or_null(p.vested_value.map(|v| p.value - v)),
        "daily_change": null, "percentage_change": null, "frequency": null, "rate": null, "term": null, "term_unit": null,
        "today_ugl_amount": null, "today_ugl_percentage": null, "total_ugl_percentage": null, "vesting_start_date": null,
        "vesting_end_date": null, "created_at": instant(m.created),
    })
}

/// Cash has no symbol that a market would know.
fn symbol(s: &Security) -> Option<&str> {
    s.ticker.as_deref().filter(|t| !t.starts_with("CUR:"))
}

fn holding_type(s: &Security) -> &'static str {
    match (s.kind, s.subtype) {
        ("cash", _) => "CASH",
        ("equity", _) => "EQUITY",
        ("etf", _) => "EXCHANGE_TRADED_FUND",
        ("mutual fund", _) if s.cash_equivalent => "MONEY_MARKET",
        ("mutual fund", _) => "MUTUAL_FUND",
        ("fixed income", _) => "FIXED_INCOME",
        ("derivative", _) => "OPTION",
        _ => "UNKNOWN_TYPE",
    }
}

pub fn of_member(call: &Call) -> Answer {
    let m = call.member()?;
    let all = of(&call.state, &m).iter().flat_map(|k| rows(&call.state, &m, k)).collect();
    paged(call, "investment_holdings", all)
}

pub fn of_user(call: &Call) -> Answer {
    let mut all = Vec::new();
    for m in call.members()? {
        all.extend(of(&call.state, &m).iter().flat_map(|k| rows(&call.state, &m, k)));
    }
    paged(call, "investment_holdings", all)
}

pub fn of_account(call: &Call) -> Answer {
    let (m, kept) = found(call)?;
    paged(call, "investment_holdings", rows(&call.state, &m, &kept))
}

pub fn one(call: &Call) -> Answer {
    let wanted = call.part("holding");
    for m in call.members()? {
        let all = of(&call.state, &m);
        let mut each = all.iter().flat_map(|k| rows(&call.state, &m, k));
        if let Some(row) = each.find(|r| r["guid"] == *wanted) {
            return ok(json!({ "investment_holding": row }));
        }
    }
    Err(Refusal::gone("holding"))
}
