//! One cell: what a heading suggests, and a number and a day as people say that they are written.

use super::{Days, Role};
use crate::Date;
use rust_decimal::Decimal;

/// What a heading says in a word that many institutions use.
pub(super) fn role(heading: &str) -> Role {
    let h = heading.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| h.contains(w));
    match h.trim() {
        _ if has(&["isin"]) => Role::Isin,
        _ if has(&["cusip"]) => Role::Cusip,
        _ if has(&["ticker", "symbol"]) => Role::Ticker,
        _ if has(&["balance", "saldo"]) => Role::Balance,
        _ if has(&["quantity", "shares", "units", "stück"]) => Role::Quantity,
        _ if has(&["cost"]) => Role::Cost,
        _ if has(&["price", "kurs"]) => Role::Price,
        _ if has(&["amount", "betrag"]) => Role::Amount,
        _ if has(&["value", "wert"]) => Role::Value,
        _ if has(&["date", "datum", "day"]) => Role::Day,
        _ if has(&["security", "investment", "holding", "fund"]) => Role::Name,
        _ if has(&["description", "payee", "memo", "text", "details"]) => Role::Text,
        _ if has(&["reference", "transaction id"]) => Role::Number,
        "name" => Role::Name,
        "id" => Role::Number,
        _ => Role::Nothing,
    }
}

/// An amount as the mapping says that amounts are written. Brackets and a sign behind mean minus.
pub fn number(text: &str, comma: bool) -> Option<Decimal> {
    let mut t = text.trim().trim_start_matches(['$', '€', '£']).trim();
    let mut minus = false;
    if let Some(inner) = t.strip_prefix('(').and_then(|i| i.strip_suffix(')')) {
        (t, minus) = (inner.trim(), true);
    } else if let Some(front) = t.strip_suffix('-') {
        (t, minus) = (front.trim(), true);
    } else if let Some(rest) = t.strip_prefix(['-', '−']) {
        (t, minus) = (rest.trim(), true);
    } else if let Some(rest) = t.strip_prefix('+') {
        t = rest.trim();
    }
    t = t.trim_matches(['$', '€', '£', ' ', '\u{a0}']);
    let (point, group) = if comma { (',', '.') } else { ('.', ',') };
    let (whole, part) = t.split_once(point).map_or((t, None), |(w, p)| (w, Some(p)));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let blank = |c: char| c == group || c == ' ' || c == '\u{a0}' || c == '\u{202f}' || c == '\'';
    let groups: Vec<&str> = whole.split(blank).collect();
    let grouped = groups.len() == 1 || groups[1..].iter().all(|g| g.len() == 3);
    let fits = grouped
        && groups.iter().all(|g| digits(g))
        && part.is_none_or(digits)
        && (!whole.is_empty() || part.is_some_and(|p| !p.is_empty()));
    if !fits || (groups.len() > 1 && !(1..=3).contains(&groups[0].len())) {
        return None;
    }
    let plain = match part {
        Some(p) if !p.is_empty() => format!("{}.{p}", groups.concat()),
        _ => groups.concat(),
    };
    let d = Decimal::from_str_exact(&plain).ok()?;
    Some(if minus { -d } else { d })
}

/// A day as the mapping says that dates are written; what follows it, such as a time, is left.
pub fn day(text: &str, order: Days) -> Option<Date> {
    let first = text.trim().split(['T', ' ']).next()?;
    let mut parts: Vec<&str> = first.split(['-', '/', '.']).filter(|p| !p.is_empty()).collect();
    if let ([all], Days::YearFirst) = (&parts[..], order)
        && all.len() == 8
        && all.is_ascii()
    {
        parts = vec![&all[..4], &all[4..6], &all[6..]];
    }
    let [a, b, c] = parts[..] else { return None };
    let (y, m, d) = match order {
        Days::YearFirst => (a, b, c),
        Days::MonthFirst => (c, a, b),
        Days::DayFirst => (c, b, a),
    };
    if y.len() != 4 || !(1..=2).contains(&m.len()) || !(1..=2).contains(&d.len()) {
        return None;
    }
    Date::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?).ok()
}
