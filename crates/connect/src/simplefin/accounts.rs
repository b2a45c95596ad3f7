//! The server's accounts in our words. It names no kinds, so they are read off the name where it says one; the client can correct it.

use super::basis;
use super::wire::{Account, Connection, Holding};
use crate::said::{day_of, tidy};
use model::{AccountData, AccountKind, Currency, Decimal, PositionData, SecurityData, SecurityKind, Time};

pub(super) fn all(wires: &[Account], connections: &[Connection], now: Time) -> Vec<AccountData> {
    let mut out: Vec<AccountData> = Vec::new();
    for wire in wires {
        let Some(mut account) = account(wire, connections, now) else { continue };
        // An id is one only within its institution.
        if out.iter().any(|a| a.external_id == account.external_id) {
            let place = wire.org.as_ref().and_then(|o| o.domain.0.clone().or(o.name.0.clone())).or(wire.conn_id.0.clone());
            let Some(place) = place else { continue };
            account.external_id = format!("{place}/{}", account.external_id);
            if out.iter().any(|a| a.external_id == account.external_id) {
                continue;
            }
        }
        out.push(account);
    }
    out
}

fn account(wire: &Account, connections: &[Connection], now: Time) -> Option<AccountData> {
    let external_id = wire.id.0.clone().filter(|id| !id.is_empty())?;
    let name = wire.name.as_deref().and_then(tidy);
    let currency: Option<Currency> = wire.currency.as_deref().and_then(|c| c.parse().ok());
    // Miles and points are counted in a unit of their own, named by an address: no money.
    let unit = wire.currency.as_deref().filter(|_| currency.is_none()).and_then(tidy);
    let held = wire.holdings.as_ref().map(|h| h.list.as_slice());
    let kind = kind(name.as_deref().unwrap_or_default(), held.is_some_and(|h| !h.is_empty()), *wire.balance);
    let as_of = wire.date.as_ref().map_or(now, |d| d.0.min(now));
    let mut terms: Vec<(String, String)> = Vec::new();
    let place = wire.org.as_ref().and_then(|o| o.name.0.clone().or(o.domain.0.clone()));
    let place = place.or_else(|| {
        let ours = connections.iter().find(|c| c.conn_id.is_some() && c.conn_id.0 == wire.conn_id.0)?;
        ours.org_name.0.clone().or(ours.name.0.clone())
    });
    terms.extend(place.as_deref().and_then(tidy).map(|p| ("institution".to_owned(), p)));
    if let Some(unit) = &unit {
        terms.push(("unit".into(), unit.clone()));
        terms.extend(wire.balance.map(|b| ("balance".to_owned(), b.to_string())));
    }
    let money = |amount: Option<Decimal>| amount.filter(|_| unit.is_none());
    let positions = held.filter(|h| !h.is_empty() || kind.is_investment());
    Some(AccountData {
        external_id,
        persistent_id: None,
        mask: name.as_deref().and_then(ending),
        name: name.unwrap_or_else(|| "Account".into()),
        official_name: None,
        kind,
        raw_type: "not said".into(),
        value: money(*wire.balance),
        available: money(*wire.available),
        limit: None,
        positions: positions.map(|h| h.iter().filter_map(|h| position(h, currency.as_ref())).collect()),
        currency,
        as_of,
        as_of_day: day_of(as_of),
        terms,
    })
}

/// Servers put the number's end into the name: `Brokerage (1234)`, `Savings ...1234`.
fn ending(name: &str) -> Option<String> {
    let digits: String = name.trim_end_matches(')').chars().rev().take_while(char::is_ascii_digit).collect();
    (3..=4).contains(&digits.len()).then(|| digits.chars().rev().collect())
}

fn kind(name: &str, holds: bool, balance: Option<Decimal>) -> AccountKind {
    use AccountKind::*;
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |parts: &[&str]| parts.iter().any(|p| words.contains(p) || (p.contains(' ') && name.contains(p)));
    let owed = balance.is_none_or(|b| b <= Decimal::ZERO);
    match () {
        () if has(&["401k", "401", "403b", "457b", "457", "ira", "roth", "pension", "retirement", "tsp"]) => Retirement,
        () if has(&["hsa", "health savings"]) => HealthSavings,
        () if has(&["529", "education"]) => Education,
        () if has(&["annuity"]) => Annuity,
        () if holds || has(&["brokerage", "investment", "investments", "trading"]) => Brokerage,
        () if has(&["student loan", "student loans"]) && owed => StudentLoan,
        () if has(&["mortgage", "heloc", "home equity"]) && owed => Mortgage,
        () if has(&["loan", "line of credit"]) && owed => Loan,
        () if has(&["credit card", "visa", "mastercard", "card"]) && owed => CreditCard,
        () if has(&["checking"]) => Checking,
        () if has(&["savings", "money market", "certificate"]) => Savings,
        () if has(&["cash"]) => Cash,
        () => Other,
    }
}

fn position(wire: &Holding, account: Option<&Currency>) -> Option<PositionData> {
    let quantity = wire.shares.0?;
    let (symbol, name) = (wire.symbol.as_deref().and_then(tidy), wire.description.as_deref().and_then(tidy));
    let cash = name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case("cash")) && symbol.is_none();
    Some(PositionData {
        quantity,
        price: None,
        price_day: None,
        value: *wire.market_value,
        cost_basis: basis::total(*wire.cost_basis, *wire.purchase_price, quantity, *wire.market_value),
        vested_quantity: None,
        vested_value: None,
        lots: vec![],
        security: SecurityData {
            external_id: symbol.clone().or(name.clone()).or(wire.id.0.clone())?,
            name,
            ticker: symbol,
            isin: None,
            cusip: None,
            figi: None,
            kind: if cash { SecurityKind::Cash } else { SecurityKind::Other },
            raw_type: String::new(),
            currency: wire.currency.as_deref().and_then(|c| c.parse().ok()).or_else(|| account.cloned()),
            cash_equivalent: cash,
            detail: None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::super::wire::Set;
    use super::*;
    use crate::lenient::Read;

    fn read(json: &str) -> Vec<AccountData> {
        let set = Set::read(json).unwrap();
        all(set.accounts.as_ref().unwrap(), &set.connections, Time::from_seconds(1_790_000_000))
    }

    // proves: N7
    #[test]
    fn holdings_are_exact_and_kinds_are_read_off_names_alone() {
        let set = read(
            r#"{"errors":[],"accounts":[{"id":"a","name":"Larchmont Rollover IRA (4411)","currency":"USD","balance":"1200.10","balance-date":1780000000,
            "org":{"name":"Larchmont","domain":"larchmont.example"},"holdings":[
            {"id":"h","symbol":"DEF","description":"Defensive","shares":"10.123456789","market_value":"1200.10","currency":"","cost_basis":"900.00","purchase_price":"0.00"}]},
            {"id":"a","name":"Rewards","currency":"https://air.example/miles","balance":"1234","balance-date":0,"org":{"domain":"air.example"}},
            {"id":"c","name":"Visa card","currency":"USD","balance":"-55.20"},{"id":"d","name":"Gift card","currency":"USD","balance":"20"}]}"#,
        );
        let ira = &set[0];
        let held = &ira.positions.as_ref().unwrap()[0];
        assert_eq!(
            (ira.kind, ira.mask.as_deref(), held.quantity.to_string().as_str()),
            (AccountKind::Retirement, Some("4411"), "10.123456789")
        );
        assert_eq!((held.security.currency.clone(), held.cost_basis.unwrap().to_string().as_str()), (Some(Currency::usd()), "900.00"));
        assert_eq!(ira.as_of, Time::from_seconds(1_780_000_000));
        let miles = &set[1];
        assert_eq!((miles.external_id.as_str(), miles.value, miles.currency.clone()), ("air.example/a", None, None));
        assert!(miles.terms.contains(&("balance".into(), "1234".into())));
        assert_eq!((set[2].kind, set[3].kind), (AccountKind::CreditCard, AccountKind::Other));
    }

    #[test]
    fn the_second_version_names_its_institutions_apart() {
        let set = read(
            r#"{"errlist":[],"connections":[{"conn_id":"k1","name":"Mine","org_name":"Umberwick Bank"}],
            "accounts":[{"id":"a","conn_id":"k1","name":"Checking","currency":"USD","balance":"7.00"}]}"#,
        );
        assert_eq!((set[0].kind, set[0].terms[0].1.as_str()), (AccountKind::Checking, "Umberwick Bank"));
    }
}
