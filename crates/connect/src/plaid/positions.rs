//! The provider's holdings and securities in our words. Nothing is computed that was not said, with one exception: a quantity that cannot be
//! read is taken from value and price where the division is exact.

use super::accounts::{currency, raw, tidy};
use super::wire::{Holding, OptionContract, Security, TaxLot};
use model::{AccountData, Decimal, Lot, PositionData, SecurityData, SecurityDetail, SecurityKind};
use std::collections::HashMap;

pub(super) type Securities = HashMap<String, SecurityData>;

pub(super) fn securities(list: Vec<Security>) -> Securities {
    list.into_iter().filter_map(security).map(|s| (s.external_id.clone(), s)).collect()
}

/// Puts each holding into its account. The account's day becomes the latest day of its prices.
pub(super) fn place(accounts: &mut [AccountData], holdings: Vec<Holding>, securities: &Securities) {
    let index: HashMap<String, usize> = accounts.iter().enumerate().map(|(i, a)| (a.external_id.clone(), i)).collect();
    let mut days = vec![None; accounts.len()];
    for h in holdings {
        let Some(&i) = h.account_id.as_deref().and_then(|id| index.get(id)) else { continue };
        let Some(position) = position(h, securities) else {
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

fn position(h: Holding, securities: &Securities) -> Option<PositionData> {
    let id = h.security_id.0.filter(|id| !id.is_empty())?;
    let quantity = h.quantity.or_else(|| divided(*h.institution_value, *h.institution_price))?;
    Some(PositionData {
        security: securities.get(&id).cloned().unwrap_or_else(|| unnamed(id)),
        quantity,
        price: *h.institution_price,
        price_day: *h.institution_price_as_of,
        value: *h.institution_value,
        cost_basis: *h.cost_basis,
        vested_quantity: *h.vested_quantity,
        vested_value: *h.vested_value,
        lots: h.tax_lots.list.into_iter().filter_map(lot).collect(),
    })
}

fn divided(value: Option<Decimal>, price: Option<Decimal>) -> Option<Decimal> {
    let (value, price) = (value?, price?);
    let quantity = value.checked_div(price)?.normalize();
    // More digits than any institution keeps are a rounded division.
    (quantity.scale() <= 12 && quantity.checked_mul(price)? == value).then_some(quantity)
}

fn lot(wire: TaxLot) -> Option<Lot> {
    Some(Lot {
        quantity: wire.quantity.0?,
        id: wire.institution_lot_id.0,
        bought: *wire.original_purchase_datetime,
        price: *wire.purchase_price,
        cost_basis: *wire.cost_basis,
        short: wire.position_type.as_deref() == Some("SHORT"),
    })
}

fn security(wire: Security) -> Option<SecurityData> {
    let external_id = wire.security_id.0.filter(|id| !id.is_empty())?;
    let word = wire.r#type.0.unwrap_or_default();
    let code = |text: Option<String>| text.map(|t| t.trim().to_ascii_uppercase()).filter(|t| !t.is_empty() && t.len() <= 40);
    let detail = match (wire.option_contract.0, wire.fixed_income.0) {
        (Some(option), _) => option_detail(option),
        (None, Some(f)) => {
            let coupon = f.yield_rate.0.filter(|y| matches!(y.r#type.as_deref(), Some("coupon" | "coupon_equivalent") | None));
            Some(SecurityDetail::Bond {
                coupon_percent: coupon.and_then(|y| y.percentage.0),
                maturity: *f.maturity_date,
                issued: *f.issue_date,
                face: *f.face_value,
            })
        }
        (None, None) => None,
    };
    Some(SecurityData {
        external_id,
        name: wire.name.as_deref().and_then(tidy),
        ticker: wire.ticker_symbol.as_deref().and_then(tidy),
        isin: code(wire.isin.0),
        cusip: code(wire.cusip.0),
        figi: code(wire.figi.0),
        kind: kind(&word),
        raw_type: raw(&word, wire.subtype.as_deref().unwrap_or_default()),
        currency: currency(wire.iso_currency_code.as_deref(), wire.unofficial_currency_code.as_deref()),
        cash_equivalent: wire.is_cash_equivalent.unwrap_or(word == "cash"),
        detail,
    })
}

fn option_detail(wire: OptionContract) -> Option<SecurityDetail> {
    let call = match wire.contract_type.as_deref()? {
        "call" => true,
        "put" => false,
        _ => return None,
    };
    Some(SecurityDetail::Option {
        call,
        expires: wire.expiration_date.0?,
        strike: wire.strike_price.0?,
        underlying: wire.underlying_security_ticker.0.unwrap_or_default(),
    })
}

fn kind(word: &str) -> SecurityKind {
    match word {
        "cash" => SecurityKind::Cash,
        "cryptocurrency" => SecurityKind::Crypto,
        "derivative" => SecurityKind::Derivative,
        "equity" => SecurityKind::Equity,
        "etf" => SecurityKind::Etf,
        "fixed income" => SecurityKind::FixedIncome,
        "loan" => SecurityKind::Loan,
        "mutual fund" => SecurityKind::MutualFund,
        _ => SecurityKind::Other,
    }
}

/// A holding may name a security that the answer forgot: the position still counts.
fn unnamed(external_id: String) -> SecurityData {
    SecurityData {
        external_id,
        name: None,
        ticker: None,
        isin: None,
        cusip: None,
        figi: None,
        kind: SecurityKind::Other,
        raw_type: String::new(),
        currency: None,
        cash_equivalent: false,
        detail: None,
    }
}
