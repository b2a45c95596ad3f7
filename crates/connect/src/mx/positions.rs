//! The provider's holdings in our words. Nothing is computed that was not said, with one exception: cash that an account names beside its
//! holdings becomes a position where holdings and cash add up to the account to the cent.

use super::wire::{Account, Holding};
use crate::said::tidy;
use model::{AccountData, Currency, Decimal, PositionData, SecurityData, SecurityDetail, SecurityKind};
use std::collections::HashMap;

/// Puts each holding into its account. The account's day becomes the latest day of its prices.
pub(super) fn place(accounts: &mut [AccountData], holdings: Vec<Holding>) {
    let index: HashMap<String, usize> = accounts.iter().enumerate().map(|(i, a)| (a.external_id.clone(), i)).collect();
    let mut days = vec![None; accounts.len()];
    for h in holdings {
        let Some(&i) = h.account_guid.as_deref().and_then(|id| index.get(id)) else { continue };
        let Some(position) = position(h) else {
            tracing::warn!("a holding without a readable quantity was left out");
            continue;
        };
        if position.security.kind != SecurityKind::Cash {
            days[i] = days[i].max(position.price_day);
        }
        accounts[i].positions.get_or_insert_default().push(position);
    }
    for (account, day) in accounts.iter_mut().zip(days) {
        account.as_of_day = day.unwrap_or(account.as_of_day);
    }
}

fn position(h: Holding) -> Option<PositionData> {
    Some(PositionData {
        quantity: h.quantity.0?,
        price: *h.current_price,
        price_day: *h.current_price_as_of,
        value: *h.market_value,
        cost_basis: *h.cost_basis,
        vested_quantity: *h.vested_quantity,
        vested_value: *h.vested_value,
        lots: vec![],
        security: security(h)?,
    })
}

/// The provider gives a security no id of its own, and a holding's id can change: so what describes it names it.
fn security(h: Holding) -> Option<SecurityData> {
    let word = h.holding_type.0.clone().unwrap_or_default();
    let (symbol, name) = (h.symbol.as_deref().and_then(tidy), h.description.as_deref().and_then(tidy));
    let kind = kind(&word);
    let detail = detail(&h, kind, symbol.as_deref());
    let what = symbol.clone().or(name.clone()).or(h.guid.0.clone())?;
    let more = match &detail {
        Some(SecurityDetail::Option { call, expires, strike, .. }) => format!("|{}|{expires}|{strike}", if *call { "C" } else { "P" }),
        Some(SecurityDetail::Bond { maturity: Some(day), .. }) => format!("|{day}"),
        _ => String::new(),
    };
    Some(SecurityData {
        external_id: format!("{what}{more}"),
        name,
        ticker: symbol,
        isin: None,
        cusip: None,
        figi: None,
        kind,
        raw_type: tidy(&word).unwrap_or_default(),
        currency: h.currency_code.as_deref().and_then(|c| c.parse().ok()),
        cash_equivalent: kind == SecurityKind::Cash || word == "MONEY_MARKET",
        detail,
    })
}

fn detail(h: &Holding, kind: SecurityKind, symbol: Option<&str>) -> Option<SecurityDetail> {
    if let (Some(word), Some(expires), Some(strike)) = (h.put_or_call.as_deref(), h.expiration.0, h.strike_price.0) {
        let call = match word.to_ascii_uppercase().as_str() {
            "CALL" => true,
            "PUT" => false,
            _ => return None,
        };
        return Some(SecurityDetail::Option { call, expires, strike, underlying: symbol.unwrap_or_default().into() });
    }
    let said = h.coupon_yield.is_some() || h.maturity_date.is_some() || h.face_value.is_some();
    (kind == SecurityKind::FixedIncome && said).then(|| SecurityDetail::Bond {
        coupon_percent: *h.coupon_yield,
        maturity: *h.maturity_date,
        issued: *h.issue_date,
        face: *h.face_value,
    })
}

fn kind(word: &str) -> SecurityKind {
    let has = |part: &str| word.contains(part);
    match () {
        () if has("EXCHANGE_TRADED") || word == "ETF" => SecurityKind::Etf,
        () if has("MUTUAL_FUND") || has("MONEY_MARKET") => SecurityKind::MutualFund,
        () if has("EQUITY") || has("STOCK") => SecurityKind::Equity,
        () if has("FIXED_INCOME") || has("BOND") || has("CERTIFICATE_OF_DEPOSIT") => SecurityKind::FixedIncome,
        () if has("OPTION") || has("FUTURE") => SecurityKind::Derivative,
        () if has("CRYPTO") || has("DIGITAL") => SecurityKind::Crypto,
        () if has("CASH") => SecurityKind::Cash,
        () if has("LOAN") => SecurityKind::Loan,
        () => SecurityKind::Other,
    }
}

/// `None` where the cash is named among the holdings already, or where it does not add up.
pub(super) fn cash(wire: &Account, account: &AccountData) -> Option<PositionData> {
    let cash = wire.cash_balance.filter(|c| !c.is_zero())?;
    let held = account.positions.as_ref()?;
    if held.iter().any(|p| p.security.kind == SecurityKind::Cash) {
        return None;
    }
    let mut sum = cash;
    for p in held {
        sum = sum.checked_add(p.value?)?;
    }
    (Some(sum) == account.value).then(|| cash_position(cash, account.currency.clone()))
}

fn cash_position(amount: Decimal, currency: Option<Currency>) -> PositionData {
    PositionData {
        quantity: amount,
        price: None,
        price_day: None,
        value: Some(amount),
        cost_basis: None,
        vested_quantity: None,
        vested_value: None,
        lots: vec![],
        security: SecurityData {
            external_id: "cash_balance".into(),
            name: Some("Cash".into()),
            ticker: None,
            isin: None,
            cusip: None,
            figi: None,
            kind: SecurityKind::Cash,
            raw_type: "cash_balance".into(),
            currency,
            cash_equivalent: true,
            detail: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lenient::Read;
    use model::Time;

    fn account(json: &str) -> (Account, AccountData) {
        let wire = Account::read(json).unwrap();
        (wire.clone(), super::super::accounts::account(wire, None, Time::from_seconds(1_790_000_000)).unwrap())
    }

    fn held(json: &str) -> PositionData {
        position(Holding::read(json).unwrap()).unwrap()
    }

    // proves: N7
    #[test]
    fn what_is_held_is_exact_to_the_digit_and_named_by_what_it_is() {
        let fund = r#"{"guid":"HOL-1","symbol":"DEF","holding_type":"MUTUAL_FUND","quantity":"5000.0","current_price":15.12345678901234567,"market_value":75617.28,"cost_basis":null}"#;
        let fund = held(fund);
        assert_eq!((fund.quantity.to_string(), fund.price.unwrap().to_string()), ("5000.0".into(), "15.12345678901234567".into()));
        assert_eq!((fund.security.external_id.as_str(), fund.cost_basis), ("DEF", None));
        let call = r#"{"guid":"HOL-2","symbol":"DEF","holding_type":"OPTIONS","quantity":2,"put_or_call":"CALL","strike_price":20.5,"expiration":"2027-01-15T00:00:00Z"}"#;
        assert_eq!(held(call).security.external_id, "DEF|C|2027-01-15|20.5");
        let new = held(r#"{"guid":"HOL-3","holding_type":"MOONBEAM","quantity":"1","description":"A beam"}"#);
        assert_eq!((new.security.kind, new.security.raw_type.as_str()), (SecurityKind::Other, "MOONBEAM"));
        assert!(position(Holding::read(r#"{"symbol":"X","quantity":"many"}"#).unwrap()).is_none());
    }

    #[test]
    fn cash_beside_the_holdings_counts_only_where_it_adds_up() {
        let (wire, mut a) = account(r#"{"guid":"a","type":"INVESTMENT","balance":150.25,"cash_balance":50.25}"#);
        assert!(cash(&wire, &a).is_none());
        place(
            std::slice::from_mut(&mut a),
            vec![Holding::read(r#"{"account_guid":"a","symbol":"X","quantity":"1","market_value":100.00}"#).unwrap()],
        );
        assert_eq!(cash(&wire, &a).unwrap().value.unwrap().to_string(), "50.25");
        a.value = Some(Decimal::from(100));
        assert!(cash(&wire, &a).is_none());
    }
}
