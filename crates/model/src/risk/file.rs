//! Price histories in a CSV file: one close in each row. A row that cannot be taken is named with its line and its reason; no other row waits
//! for it, and none is guessed.
//!
//! Columns by their headings, in any order: `security` (or `ticker`, `isin`), `date`, and `close` or `adjusted close`; if wanted `currency`,
//! `name`, `class`, and `split` and `distribution` for closes that are not adjusted yet.

use super::{AssetClass, Close, pack};
use crate::import::{Days, day, number, read};
use crate::{Currency, Date, Decimal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A row that was not taken, as a spreadsheet counts: the heading is line 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    pub line: usize,
    pub why: String,
}

/// What the file says of one security.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// `ticker:VTI`, `isin:…`, `class:equity`, `rate:EUR`.
    pub key: String,
    pub name: String,
    pub class: Option<AssetClass>,
    pub currency: Currency,
    /// In order, each day once, adjusted.
    pub closes: Vec<Close>,
    /// Closes were adjusted here, by the file's splits and distributions.
    pub adjusted: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    pub rows: usize,
    pub series: Vec<Series>,
    pub rejects: Vec<Reject>,
    /// Rows that said what another row said already.
    pub twice: usize,
}

struct Row {
    line: usize,
    day: Date,
    close: Decimal,
    split: Option<Decimal>,
    distribution: Option<Decimal>,
}

#[derive(Default)]
struct Columns {
    security: Option<(usize, &'static str)>,
    day: Option<usize>,
    close: Option<usize>,
    is_adjusted: bool,
    currency: Option<usize>,
    name: Option<usize>,
    class: Option<usize>,
    split: Option<usize>,
    distribution: Option<usize>,
}

/// Reads a file; the sentence says why it cannot be read at all. `currency` holds where no column says one.
pub fn histories(bytes: &[u8], currency: &Currency, today: Date) -> Result<Read, String> {
    let table = read(bytes)?;
    let columns = Columns::of(&table.heading)?;
    let mut out = Read { rows: table.rows.len(), ..Read::default() };
    let mut found: BTreeMap<String, (Series, Vec<Row>)> = BTreeMap::new();
    for (at, cells) in table.rows.iter().enumerate() {
        let line = at + 2;
        match columns.row(cells, line, currency, today) {
            Err(why) => out.rejects.push(Reject { line, why }),
            Ok((head, row)) => {
                let (series, rows) = found.entry(head.key.clone()).or_insert_with(|| (head.clone(), Vec::new()));
                if series.currency != head.currency {
                    let why = format!("{} is in {} on an earlier line and in {} here", head.key, series.currency, head.currency);
                    out.rejects.push(Reject { line, why });
                } else if series.class.is_some() && head.class.is_some() && series.class != head.class {
                    out.rejects.push(Reject { line, why: format!("{} is of another class on an earlier line", head.key) });
                } else {
                    series.class = series.class.or(head.class);
                    rows.push(row);
                }
            }
        }
    }
    for (_, (mut series, rows)) in found {
        let rows = settle(rows, &mut out);
        (series.closes, series.adjusted) = adjust(rows, &mut out.rejects);
        if !series.closes.is_empty() {
            out.series.push(series);
        }
    }
    out.rejects.sort_by(|a, b| (a.line, &a.why).cmp(&(b.line, &b.why)));
    Ok(out)
}

impl Columns {
    fn of(heading: &[String]) -> Result<Columns, String> {
        let mut c = Columns::default();
        for (at, text) in heading.iter().enumerate() {
            let text = text.trim().to_lowercase().replace(['_', '-'], " ");
            let seen = match text.as_str() {
                "security" | "key" => c.security.replace((at, "")).is_some(),
                "ticker" | "symbol" => c.security.replace((at, "ticker:")).is_some(),
                "isin" => c.security.replace((at, "isin:")).is_some(),
                "date" | "day" => c.day.replace(at).is_some(),
                "close" | "price" => c.close.replace(at).is_some(),
                "adjusted close" | "adj close" => {
                    c.is_adjusted = true;
                    c.close.replace(at).is_some()
                }
                "currency" => c.currency.replace(at).is_some(),
                "name" => c.name.replace(at).is_some(),
                "class" | "asset class" => c.class.replace(at).is_some(),
                "split" | "split ratio" => c.split.replace(at).is_some(),
                "distribution" | "dividend" => c.distribution.replace(at).is_some(),
                _ => false,
            };
            if seen {
                return Err(format!("Two columns say the same: “{}” is the second. Take one out.", heading[at]));
            }
        }
        let missing = [("security, ticker or isin", c.security.is_none()), ("date", c.day.is_none()), ("close", c.close.is_none())];
        match missing.into_iter().find(|(_, m)| *m) {
            Some((name, _)) => Err(format!("No column is called {name}. The heading names the columns.")),
            None => Ok(c),
        }
    }

    fn row(&self, cells: &[String], line: usize, currency: &Currency, today: Date) -> Result<(Series, Row), String> {
        let cell = |at: Option<usize>| at.and_then(|a| cells.get(a)).map(|t| t.trim()).unwrap_or_default();
        let (at, prefix) = self.security.unwrap_or_default();
        let key = key(cell(Some(at)), prefix)?;
        let day =
            day(cell(self.day), Days::YearFirst).ok_or_else(|| format!("“{}” is no date such as 2026-01-31", short(cell(self.day))))?;
        if day > today {
            return Err(format!("{day} has not come yet"));
        }
        if day.year() < 1900 {
            return Err(format!("{day} is before 1900"));
        }
        let amount = |name: &str, at: Option<usize>| match cell(at) {
            "" => Ok(None),
            text => {
                let d = number(text, false).ok_or_else(|| format!("“{}” is no {name}", short(text)))?;
                let fits = d > Decimal::ZERO && d.normalize().scale() <= pack::DECIMALS && d < Decimal::from(100_000_000);
                if fits { Ok(Some(d)) } else { Err(format!("{text} is no {name}: above zero, below 100 million, at most 10 decimals")) }
            }
        };
        let close = amount("price", self.close)?.ok_or("No price")?;
        let currency = match cell(self.currency) {
            "" => currency.clone(),
            text => text.parse().map_err(|_| format!("“{}” is no currency", short(text)))?,
        };
        let class = match cell(self.class) {
            "" => None,
            text => Some(class(text).ok_or_else(|| format!("“{}” is no asset class of this product", short(text)))?),
        };
        let unadjusted = |at: Option<usize>, name: &str| match self.is_adjusted {
            true => Ok(None),
            // Nothing, or none: both are said in files.
            false if number(cell(at), false).is_some_and(|d| d.is_zero()) => Ok(None),
            false => amount(name, at),
        };
        let row =
            Row { line, day, close, split: unadjusted(self.split, "split")?, distribution: unadjusted(self.distribution, "distribution")? };
        let name = match cell(self.name) {
            "" => key.split_once(':').map_or(key.clone(), |(_, n)| n.to_owned()),
            text => crate::text::line(text, 120),
        };
        Ok((Series { key, name, class, currency, closes: Vec::new(), adjusted: false }, row))
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

fn class(text: &str) -> Option<AssetClass> {
    let word = text.to_lowercase().replace([' ', '-'], "_");
    AssetClass::from_key(&word).or_else(|| AssetClass::ALL.into_iter().find(|c| c.name().eq_ignore_ascii_case(text)))
}

/// The identity under which positions and rates find a history.
fn key(text: &str, prefix: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("No security".into());
    }
    let (kind, rest) = match (prefix, text.split_once(':')) {
        ("", Some((kind, rest))) => (kind.to_lowercase(), rest),
        ("", None) => ("ticker".into(), text),
        (p, _) => (p.trim_end_matches(':').into(), text),
    };
    let rest = rest.trim();
    if rest.is_empty() || rest.len() > 64 || rest.chars().any(char::is_control) {
        return Err(format!("“{}” is no security", short(text)));
    }
    match kind.as_str() {
        "ticker" | "isin" | "cusip" | "figi" => Ok(format!("{kind}:{}", rest.to_uppercase())),
        "own" => Ok(format!("own:{rest}")),
        "class" => class(rest).map(AssetClass::stand_in).ok_or_else(|| format!("“{}” is no asset class of this product", short(rest))),
        "rate" => rest.parse().map(|c: Currency| super::rate_key(&c)).map_err(|_| format!("“{}” is no currency", short(rest))),
        _ => Err(format!("“{}” is no kind of identifier: ticker, isin, cusip, figi, class or rate", short(&kind))),
    }
}

/// Each day once: the same said twice counts once, two different closes count neither.
fn settle(mut rows: Vec<Row>, out: &mut Read) -> Vec<Row> {
    rows.sort_by_key(|r| (r.day, r.line));
    let mut settled: Vec<Row> = Vec::with_capacity(rows.len());
    let mut rows = rows.into_iter().peekable();
    while let Some(first) = rows.next() {
        let mut same = Vec::new();
        while let Some(next) = rows.next_if(|r| r.day == first.day) {
            same.push(next);
        }
        let said = |r: &Row| (r.close, r.split, r.distribution);
        if same.iter().all(|r| said(r) == said(&first)) {
            out.twice += same.len();
            settled.push(first);
            continue;
        }
        let lines: Vec<String> = std::iter::once(&first).chain(&same).map(|r| r.line.to_string()).collect();
        for r in std::iter::once(&first).chain(&same) {
            let why = format!("Lines {} say different things of {}: none of them is taken", lines.join(", "), first.day);
            out.rejects.push(Reject { line: r.line, why });
        }
    }
    settled
}

/// Backwards from the newest: before a split the close is divided by its ratio, before a distribution it is scaled by what was left of it.
fn adjust(rows: Vec<Row>, rejects: &mut Vec<Reject>) -> (Vec<Close>, bool) {
    let adjusted = rows.iter().any(|r| r.split.is_some() || r.distribution.is_some());
    let mut factor = Decimal::ONE;
    let mut out = Vec::with_capacity(rows.len());
    for (at, r) in rows.iter().enumerate().rev() {
        let close = r.close.checked_mul(factor).map(|c| if adjusted { c.round_dp(pack::DECIMALS.min(8)) } else { c });
        match close.filter(|c| *c > Decimal::ZERO) {
            Some(close) => out.push(Close { day: r.day, close }),
            None => rejects.push(Reject { line: r.line, why: "The adjusted price is too small to be kept".into() }),
        }
        if let Some(split) = r.split {
            factor = factor.checked_div(split).unwrap_or(factor);
        }
        if let (Some(paid), Some(before)) = (r.distribution, at.checked_sub(1).and_then(|b| rows.get(b))) {
            match Decimal::ONE.checked_sub(paid.checked_div(before.close).unwrap_or(Decimal::ONE)).filter(|left| *left > Decimal::ZERO) {
                Some(left) => factor = factor.checked_mul(left).unwrap_or(factor),
                None => rejects
                    .push(Reject { line: r.line, why: format!("A distribution of {paid} is more than the price of the day before it") }),
            }
        }
    }
    out.reverse();
    (out, adjusted)
}
