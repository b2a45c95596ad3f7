//! Why a total is another one on a later day: for each account the difference is split by cause, and the parts add up to it exactly. What
//! no figure explains is called so; nothing is spread over the other parts to make them look complete.

use crate::{ConnectionId, Currency, Date};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

pub mod flow;

/// Why a value is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// What became known later about the first day, of an account that was shown on it.
    Corrected,
    /// Counted now and not then, or a value for the first time.
    New,
    /// Counted then and not now.
    Closed,
    /// Money or securities that came from outside the account, or left it.
    Flows,
    /// Prices, income and costs of what was held.
    Market,
    /// Somebody typed another value.
    Typed,
    /// The account came by another path than before, and what else happened cannot be told apart from that.
    Relinked,
    /// The source gives no movements, or no value any more.
    Unexplained,
}

impl Part {
    pub const ALL: [Part; 8] =
        [Part::Corrected, Part::New, Part::Closed, Part::Flows, Part::Market, Part::Typed, Part::Relinked, Part::Unexplained];
    pub fn key(self) -> &'static str {
        match self {
            Part::Corrected => "corrected",
            Part::New => "new",
            Part::Closed => "closed",
            Part::Flows => "flows",
            Part::Market => "market",
            Part::Typed => "typed",
            Part::Relinked => "relinked",
            Part::Unexplained => "unexplained",
        }
    }
}

/// What is held of one security.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// See [`crate::held::security_key`].
    pub security: String,
    pub quantity: Decimal,
    pub price: Option<Decimal>,
    pub value: Option<Decimal>,
}

/// What an account that counted was worth at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worth {
    /// Debts negative; `None` = unknown.
    pub value: Option<Decimal>,
    pub currency: Option<Currency>,
    /// Typed by somebody rather than brought by a source.
    pub typed: bool,
    /// The connection that brought it.
    pub via: Option<ConnectionId>,
    pub holdings: Vec<Holding>,
}

impl Worth {
    /// Two equal sums are one only in one currency.
    fn known(&self) -> Option<(&Currency, Decimal)> {
        Some((self.currency.as_ref()?, self.value?))
    }
}

/// One movement between the two days, as far as the split needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    pub day: Date,
    pub kind: flow::Kind,
    /// Positive = into the account; `None` = the source does not say.
    pub amount: Option<Decimal>,
    pub currency: Option<Currency>,
}

/// An account at both ends. `None`: it was not there, or did not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ends {
    /// The first day as it was known then: what a page showed on it.
    pub shown: Option<Worth>,
    /// The first day as it is known now.
    pub first: Option<Worth>,
    pub last: Option<Worth>,
    /// After the first day, up to the last one; `None`: the source gives none for that time.
    pub movements: Option<Vec<Movement>>,
}

/// One account's part of the difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub part: Part,
    pub currency: Currency,
    pub amount: Decimal,
}

/// `None`: a sum has more digits than can be kept exactly. Parts of nothing are left out.
pub fn split(e: &Ends) -> Option<Vec<Change>> {
    let mut out = Parts::default();
    correct(&mut out, e)?;
    // What no page showed on the first day is new, however old its first values are.
    let (first, last) = (e.first.as_ref().filter(|_| e.shown.is_some()), e.last.as_ref());
    match (first.and_then(Worth::known), last.and_then(Worth::known)) {
        (None, None) => {}
        (None, Some((c, v))) => out.add(Part::New, c, v)?,
        // Still there, and nobody knows what it is worth.
        (Some((c, v)), None) if last.is_some() => out.add(Part::Unexplained, c, -v)?,
        (Some((c, v)), None) => out.add(Part::Closed, c, -v)?,
        (Some((a, v)), Some((b, w))) if a != b => {
            out.add(Part::Closed, a, -v)?;
            out.add(Part::New, b, w)?;
        }
        (Some((c, v)), Some((_, w))) => within(&mut out, e, first?, last?, c, w.checked_sub(v)?)?,
    }
    Some(out.0.into_iter().filter(|(_, v)| !v.is_zero()).map(|((part, currency), amount)| Change { part, currency, amount }).collect())
}

#[derive(Default)]
struct Parts(BTreeMap<(Part, Currency), Decimal>);

impl Parts {
    fn add(&mut self, part: Part, currency: &Currency, amount: Decimal) -> Option<()> {
        let sum = self.0.entry((part, currency.clone())).or_default();
        *sum = sum.checked_add(amount)?;
        Some(())
    }
}

fn correct(out: &mut Parts, e: &Ends) -> Option<()> {
    let Some(shown) = &e.shown else { return Some(()) };
    let part = if e.first.is_some() { Part::Corrected } else { Part::Closed };
    if let Some((c, v)) = shown.known() {
        out.add(part, c, -v)?;
    }
    if let Some((c, v)) = e.first.as_ref().and_then(Worth::known) {
        out.add(part, c, v)?;
    }
    Some(())
}

/// Of one account, in one currency, valued at both ends.
fn within(out: &mut Parts, e: &Ends, first: &Worth, last: &Worth, currency: &Currency, whole: Decimal) -> Option<()> {
    if first.typed && last.typed {
        return out.add(Part::Typed, currency, whole);
    }
    let mut rest = whole;
    let mut clear = e.movements.is_some();
    for m in e.movements.iter().flatten() {
        let same = m.currency.as_ref().is_none_or(|c| c == currency);
        match (m.kind, m.amount) {
            (flow::Kind::Inside, _) => {}
            (flow::Kind::Flow, Some(amount)) if same => {
                out.add(Part::Flows, currency, amount)?;
                rest = rest.checked_sub(amount)?;
            }
            _ => clear = false,
        }
    }
    let moved_path = first.typed != last.typed || first.via != last.via;
    if clear && !moved_path && !last.holdings.is_empty() {
        return out.add(Part::Market, currency, rest);
    }
    let market = if clear || e.movements.is_none() { prices(first, last) } else { None };
    if let Some(market) = market {
        out.add(Part::Market, currency, market)?;
        rest = rest.checked_sub(market)?;
    }
    out.add(if moved_path { Part::Relinked } else { Part::Unexplained }, currency, rest)
}

/// What the prices alone did to what was held on both days. What was bought or sold between them counts at the last day's price: its own
/// price nobody told.
fn prices(first: &Worth, last: &Worth) -> Option<Decimal> {
    let (before, after) = (by_security(first)?, by_security(last)?);
    let mut sum = Decimal::ZERO;
    for (security, (q1, v1, _)) in &before {
        let Some((q2, v2, p2)) = after.get(security) else { continue };
        let bought = q2.checked_sub(*q1)?;
        let paid = if bought.is_zero() { Decimal::ZERO } else { bought.checked_mul((*p2)?)? };
        sum = sum.checked_add(v2.checked_sub(*v1)?.checked_sub(paid)?)?;
    }
    Some(sum)
}

type Held = (Decimal, Decimal, Option<Decimal>);

/// `None`: a value is unknown.
fn by_security(w: &Worth) -> Option<BTreeMap<&str, Held>> {
    let mut out: BTreeMap<&str, Held> = BTreeMap::new();
    for h in &w.holdings {
        let (q, v, p) = out.entry(h.security.as_str()).or_default();
        (*q, *v, *p) = (q.checked_add(h.quantity)?, v.checked_add(h.value?)?, h.price);
    }
    Some(out)
}

#[cfg(test)]
mod tests;
