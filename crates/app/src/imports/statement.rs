//! An OFX file as accounts, positions and movements. What the file does not say is asked or unknown, never guessed.

use super::{Answers, Found, named};
use crate::Field;
use model::account::AccountKind;
use model::{AccountData, Currency, Date, Decimal, PositionData, SecurityData, SecurityDetail, SecurityKind, Time, TradeData, text};
use ofx::{BalanceKind, DateTime, Document, Statement, StatementKind};
use std::collections::HashMap;

/// Warnings that a page shows; the rest is counted.
const NOTES: usize = 20;

pub(super) fn read(body: &[u8], answers: &Answers, today: Date) -> Found {
    let mut found = Found::default();
    let doc = match Document::read(body) {
        Ok(doc) => doc,
        Err(e) => {
            found.wrong.push(wrong(format!("This file cannot be read: {e}.")));
            return found;
        }
    };
    if doc.cut_short || doc.statements.iter().any(|s| !s.head.complete) {
        found.wrong.push(wrong("This file ends in the middle, so something of it is missing. Download it again at the institution."));
    }
    if let Some(status) = doc.sign_on.as_ref().and_then(|s| s.status.as_ref())
        && doc.statements.is_empty()
        && status.meaning() != ofx::Meaning::Good
    {
        let said = status.message.as_deref().map(|m| format!(" It says: {}.", text::line(m, 120))).unwrap_or_default();
        found.wrong.push(wrong(format!("The institution has put no account into this file.{said}")));
    } else if doc.statements.is_empty() {
        found.wrong.push(wrong("This file holds no statement: no balance, no position and no movement."));
    }
    let repairs: Vec<String> = doc.warnings.iter().take(NOTES).map(|w| format!("Line {}: {}", w.place.line, sentence(w))).collect();
    let more = doc.warning_count.saturating_sub(repairs.len() as u64);
    found.notes = repairs;
    if more > 0 {
        found.notes.push(format!("{more} more of these"));
    }
    found.origin = origin(&doc);
    let securities: HashMap<&ofx::SecurityId, &ofx::Security> = doc.securities.iter().filter_map(|s| Some((s.id.as_ref()?, s))).collect();
    for s in &doc.statements {
        account(s, &securities, answers, today, &mut found);
    }
    found
}

fn wrong(message: impl Into<String>) -> Field {
    Field { name: "file", message: message.into() }
}

fn sentence(w: &ofx::Warning) -> String {
    let at = if w.element.is_empty() { String::new() } else { format!(" at {}", w.element) };
    let found = if w.found.is_empty() { String::new() } else { format!(": {}", text::line(&w.found, 60)) };
    format!("{}{at}{found}", w.repair.sentence())
}

/// The institution by its own number, or by its name, or by the number of the bank that the first account is at.
fn origin(doc: &Document) -> Option<String> {
    let signed = doc.sign_on.as_ref().and_then(|s| s.organization.clone().or_else(|| s.institution_id.clone()));
    let bank = || doc.statements.iter().find_map(|s| s.head.account.as_ref()?.institution.clone());
    signed.or_else(bank).map(|o| text::line(&o, 80))
}

fn kind(s: &Statement) -> AccountKind {
    let subtype = s.head.account.as_ref().and_then(|a| a.subtype.as_deref()).unwrap_or_default().to_ascii_uppercase();
    match (s.head.kind, subtype.as_str()) {
        (StatementKind::Bank, "SAVINGS" | "MONEYMRKT" | "CD") => AccountKind::Savings,
        (StatementKind::Bank, "CREDITLINE") => AccountKind::Loan,
        (StatementKind::Bank, _) => AccountKind::Checking,
        (StatementKind::Card, _) => AccountKind::CreditCard,
        (StatementKind::Loan, "MORTGAGE" | "HOMEEQUITY") => AccountKind::Mortgage,
        (StatementKind::Loan, "STUDENT") => AccountKind::StudentLoan,
        (StatementKind::Loan, _) => AccountKind::Loan,
        (StatementKind::Investment, _) if s.plan.is_some() || s.plan_balance.is_some() => AccountKind::Retirement,
        (StatementKind::Investment, _) => AccountKind::Brokerage,
    }
}

fn account(s: &Statement, securities: &HashMap<&ofx::SecurityId, &ofx::Security>, answers: &Answers, today: Date, found: &mut Found) {
    let kind = kind(s);
    let Some(number) = s.head.account.as_ref().and_then(|a| a.id.as_deref()).filter(|n| !n.is_empty()) else {
        found.wrong.push(wrong("An account of this file has no number, so it could not be found again."));
        return;
    };
    let mask: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
    let mask = mask[mask.len().saturating_sub(4)..].to_owned();
    let name = format!("{} {mask}", named(kind));
    let said = s.head.currency.as_ref().and_then(|c| c.parse::<Currency>().ok().filter(|c| c.code().len() == 3));
    found.asks_currency |= said.is_none();
    let currency = said.or_else(|| answers.currency.clone());
    if currency.is_none() {
        found.wrong.push(Field { name: "currency", message: "Choose the currency: the file does not say it".into() });
    }
    let ledger = s.balances.iter().find(|b| b.kind != BalanceKind::Available && b.kind != BalanceKind::Named);
    let moment = s.head.as_of.or_else(|| ledger.and_then(|b| b.as_of)).or(s.head.to);
    let Some(moment) = moment else {
        found.wrong.push(wrong(format!("The file does not say of which day {name} is.")));
        return;
    };
    let (Some(as_of_day), as_of) = (day(moment), Time(moment.unix_milliseconds().saturating_mul(1000))) else { return };
    if as_of_day > today.saturating_add(jiff::Span::new().days(1)) {
        found.wrong.push(wrong(format!("{name} is said to be of {as_of_day}, a day that has not come.")));
    }
    let positions = (s.head.kind == StatementKind::Investment).then(|| positions(s, securities, currency.as_ref(), found));
    let value = match &positions {
        Some(p) => invested(s, p),
        None => owed(kind, ledger.and_then(|b| b.amount), answers, found),
    };
    let external_id = match &s.head.account {
        Some(a) => format!("{}|{number}|{}", a.institution.as_deref().unwrap_or_default(), kind.key()),
        None => number.to_owned(),
    };
    movements(s, &external_id, currency.as_ref(), &name, found);
    found.accounts.push(AccountData {
        external_id,
        persistent_id: None,
        name,
        official_name: None,
        mask: (!mask.is_empty()).then_some(mask),
        kind,
        raw_type: s.head.account.as_ref().and_then(|a| a.subtype.clone()).unwrap_or_default(),
        currency,
        value,
        available: s.balances.iter().find(|b| b.kind == BalanceKind::Available).and_then(|b| b.amount),
        limit: None,
        positions,
        as_of,
        as_of_day,
        terms: Vec::new(),
    });
}

fn day(d: DateTime) -> Option<Date> {
    Date::new(i16::try_from(d.year).ok()?, i8::try_from(d.month).ok()?, i8::try_from(d.day).ok()?).ok()
}

/// A debt counts against the household. Files write what is owed with a minus or without: where there is none, people say which it is.
fn owed(kind: AccountKind, amount: Option<Decimal>, answers: &Answers, found: &mut Found) -> Option<Decimal> {
    let amount = amount?;
    if !kind.is_debt() || amount.is_zero() || amount.is_sign_negative() {
        return Some(amount);
    }
    found.asks_owed = true;
    match answers.owed {
        Some(true) => Some(-amount),
        Some(false) => Some(amount),
        None => {
            found.wrong.push(Field { name: "owed", message: "Say whether the balance is owed".into() });
            None
        }
    }
}

/// Positions with their sign, cash and margin are the whole; without the balances nobody knows whether there is cash.
fn invested(s: &Statement, positions: &[PositionData]) -> Option<Decimal> {
    if let Some(total) = s.plan_balance.as_ref().and_then(|b| b.sources.total) {
        return Some(total);
    }
    s.investment_balance.as_ref().filter(|b| b.cash.is_some())?;
    let one = positions.iter().all(|p| p.security.currency == positions[0].security.currency);
    one.then(|| positions.iter().try_fold(Decimal::ZERO, |sum, p| sum.checked_add(p.value?)))?
}

fn positions(
    s: &Statement,
    securities: &HashMap<&ofx::SecurityId, &ofx::Security>,
    currency: Option<&Currency>,
    found: &mut Found,
) -> Vec<PositionData> {
    let mut out = Vec::new();
    for p in &s.positions {
        let Some(units) = p.units else {
            found.wrong.push(wrong("A position of this file has no quantity that can be read."));
            continue;
        };
        let about = p.security.as_ref().and_then(|id| securities.get(id)).copied();
        let own = p.currency.as_ref().and_then(|c| c.parse().ok());
        // Average cost is of one unit; bonds and options count otherwise, and theirs stays unknown.
        let whole = matches!(p.kind, ofx::PositionKind::Stock | ofx::PositionKind::Fund | ofx::PositionKind::Other);
        out.push(PositionData {
            security: security(p.security.as_ref(), about, own.as_ref().or(currency)),
            quantity: units,
            price: p.unit_price,
            price_day: p.priced.and_then(day),
            value: p.market_value,
            cost_basis: p.average_cost.filter(|_| whole).and_then(|c| c.checked_mul(units)),
            vested_quantity: None,
            vested_value: None,
            lots: Vec::new(),
        });
    }
    let balance = s.investment_balance.as_ref();
    let parts = [("Cash", balance.and_then(|b| b.cash)), ("Margin", balance.and_then(|b| b.margin))];
    for (name, amount) in parts.into_iter().filter_map(|(n, a)| Some((n, a.filter(|a| !a.is_zero())?))) {
        out.push(PositionData {
            security: SecurityData {
                external_id: name.to_lowercase(),
                name: Some(name.into()),
                ticker: None,
                isin: None,
                cusip: None,
                figi: None,
                kind: SecurityKind::Cash,
                raw_type: "INVBAL".into(),
                currency: currency.cloned(),
                cash_equivalent: true,
                detail: None,
            },
            quantity: amount,
            price: None,
            price_day: None,
            value: Some(amount),
            cost_basis: None,
            vested_quantity: None,
            vested_value: None,
            lots: Vec::new(),
        });
    }
    out
}

fn security(id: Option<&ofx::SecurityId>, about: Option<&ofx::Security>, currency: Option<&Currency>) -> SecurityData {
    let number = id.and_then(|i| i.id.clone()).unwrap_or_default();
    let scheme = |s: &str| id.and_then(|i| i.scheme.as_deref()).is_some_and(|x| x.eq_ignore_ascii_case(s)).then(|| number.clone());
    let kind = match about.map(|a| &a.kind) {
        Some(ofx::SecurityKind::Stock) => SecurityKind::Equity,
        Some(ofx::SecurityKind::Fund) => SecurityKind::MutualFund,
        Some(ofx::SecurityKind::Debt) => SecurityKind::FixedIncome,
        Some(ofx::SecurityKind::Option) => SecurityKind::Derivative,
        _ => SecurityKind::Other,
    };
    let bond = about.and_then(|a| a.bond.as_ref()).map(|b| SecurityDetail::Bond {
        coupon_percent: b.coupon_percent,
        maturity: b.matures.and_then(day),
        issued: None,
        face: b.par,
    });
    SecurityData {
        name: about.and_then(|a| a.name.as_ref()).map(|n| text::line(n, 120)),
        ticker: about.and_then(|a| a.ticker.clone()),
        isin: scheme("ISIN"),
        cusip: scheme("CUSIP"),
        figi: None,
        kind,
        raw_type: about.map(|a| a.kind.as_str().to_owned()).unwrap_or_default(),
        currency: currency.cloned(),
        cash_equivalent: false,
        detail: bond,
        external_id: number,
    }
}

/// Some institutions use one number twice: then day and amount tell the movements apart, in every file alike.
fn movements(s: &Statement, account: &str, currency: Option<&Currency>, name: &str, found: &mut Found) {
    let mut seen: HashMap<String, (Option<Date>, Option<Decimal>)> = HashMap::new();
    let mut add = |mut t: TradeData| {
        match seen.get(&t.external_id) {
            None => {
                seen.insert(t.external_id.clone(), (Some(t.day), t.amount));
            }
            Some((day, amount)) if (*day, *amount) == (Some(t.day), t.amount) => return,
            Some(_) => t.external_id = format!("{}|{}|{}", t.external_id, t.day, t.amount.unwrap_or_default().normalize()),
        }
        found.trades.push(t);
    };
    let mut undated = 0;
    let blank = |day: Date, id: Option<&String>, said: String, raw: &str, amount: Option<Decimal>| TradeData {
        external_id: id.cloned().unwrap_or_else(|| format!("{day}|{}|{said}", amount.unwrap_or_default().normalize())),
        account: account.to_owned(),
        cancels: None,
        day,
        name: said,
        raw_type: raw.to_owned(),
        security: None,
        quantity: None,
        price: None,
        amount,
        fees: None,
        currency: currency.cloned(),
    };
    // Not posted yet is not a movement yet.
    for t in s.transactions.iter().filter(|t| !t.pending) {
        let Some(day) = t.posted.and_then(day) else {
            undated += 1;
            continue;
        };
        let raw = t.kind.as_ref().map_or("", |k| k.as_str());
        let said = t.name.clone().or_else(|| t.memo.clone()).unwrap_or_else(|| "Movement".into());
        let own = t.currency.as_ref().and_then(|c| c.parse().ok());
        let made = blank(day, t.id.as_ref(), text::line(&said, 200), raw, t.amount.map(|a| -a));
        add(TradeData { cancels: t.corrects.clone(), currency: own.or_else(|| currency.cloned()), ..made });
    }
    for t in &s.trades {
        let Some(day) = t.traded.and_then(day) else {
            undated += 1;
            continue;
        };
        let said = t.memo.clone().unwrap_or_else(|| t.kind.as_str().to_owned());
        let made = blank(day, t.id.as_ref(), text::line(&said, 200), t.kind.as_str(), t.total.map(|a| -a));
        let security = t.security.as_ref().map(|id| security(Some(id), None, currency));
        add(TradeData { cancels: t.reverses.clone(), security, quantity: t.units, price: t.unit_price, fees: t.fees, ..made });
    }
    if undated > 0 {
        found.wrong.push(wrong(format!("{undated} of the movements of {name} have no day that can be read.")));
    }
}
