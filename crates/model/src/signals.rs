//! Attention signals: an open pack of rules over what is known of a household. A rule is a function of its inputs and one threshold; it shows
//! its arithmetic, and where something is missing it says what, instead of a finding. Everything is a decimal, and the present day an argument.

mod cover;
mod data;
mod debts;
mod holdings;
mod page;
mod papers;
mod say;
#[cfg(test)]
mod tests;

pub use page::page;
pub use say::amount;

use crate::detail::Detail;
use crate::documents::DocumentFact;
use crate::head::HeadPosition;
use crate::income::IncomeFact;
use crate::{AccountId, AccountKind, Currency, Date, Decimal, MemberId, Money, Source};
use std::collections::{BTreeMap, BTreeSet};

/// What a rule may read of a household: its Current portfolio without what is muted, its people, and what waits for an answer.
#[derive(Debug, Clone)]
pub struct Household {
    pub today: Date,
    pub dependants: usize,
    /// Adults by name.
    pub adults: Vec<(MemberId, String)>,
    pub incomes: Vec<IncomeFact>,
    pub documents: Vec<DocumentFact>,
    pub accounts: Vec<Account>,
    /// Pairs that may be one account, by their names, while nobody has said.
    pub doubts: Vec<(String, String)>,
    /// Currencies that a rate is kept for, with the day of the newest.
    pub rates: BTreeMap<Currency, Date>,
}

#[derive(Debug, Clone)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    pub kind: AccountKind,
    pub source: Source,
    /// `None` = not provided, never zero. Debts are negative.
    pub value: Option<Money>,
    pub as_of: Option<Date>,
    /// `None`: without positions by nature, or none were sent.
    pub positions: Option<Vec<HeadPosition>>,
    /// What was typed beside the value.
    pub detail: Option<Detail>,
    /// Somebody is named as beneficiary, share by share.
    pub has_beneficiary: bool,
    /// What the provider says of a loan or card.
    pub terms: Vec<(String, String)>,
}

impl Account {
    /// A policy may have no cash value: that is not unknown, it is none.
    fn has_worth(&self) -> bool {
        self.value.is_some() || self.kind != AccountKind::Insurance || self.detail.is_none()
    }
}

impl Household {
    /// The currency that most accounts are in; of as many, the first by its code.
    pub fn currency(&self) -> Currency {
        let mut counts: BTreeMap<&Currency, usize> = BTreeMap::new();
        for m in self.accounts.iter().filter_map(|a| a.value.as_ref()) {
            *counts.entry(&m.currency).or_default() += 1;
        }
        let most = counts.values().max().copied().unwrap_or(0);
        counts.into_iter().find(|(_, n)| *n == most).map_or_else(Currency::usd, |(c, _)| c.clone())
    }
    fn of(&self, fits: impl Fn(AccountKind) -> bool) -> Vec<&Account> {
        self.accounts.iter().filter(|a| fits(a.kind)).collect()
    }
}

/// What a threshold is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Percent,
    Days,
    Months,
    /// In the currency of the household.
    Amount,
}

/// Where the measure begins to be a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    AtMost,
    AtLeast,
}

/// The one threshold of a rule.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    pub side: Side,
    /// The product's own, where the firm says nothing else.
    pub default: u32,
    pub unit: Unit,
    /// The largest that makes sense.
    pub most: u32,
}

impl Limit {
    const fn at_most(default: u32, unit: Unit, most: u32) -> Option<Limit> {
        Some(Limit { side: Side::AtMost, default, unit, most })
    }
    const fn at_least(default: u32, unit: Unit, most: u32) -> Option<Limit> {
        Some(Limit { side: Side::AtLeast, default, unit, most })
    }
    /// "at most 10%", "at least 3 months".
    pub fn words(&self, value: Decimal) -> String {
        let side = if self.side == Side::AtMost { "at most" } else { "at least" };
        format!("{side} {}", self.unit.words(value))
    }
    /// What was typed as a threshold, or what is wrong with it.
    pub fn read(&self, text: &str) -> Result<Decimal, String> {
        let bare: String = text.trim().trim_end_matches('%').chars().filter(|c| *c != ',' && !c.is_whitespace()).collect();
        let (name, most) = (self.unit.name(), say::number(Decimal::from(self.most)));
        if bare.is_empty() {
            return Err(format!("Enter a number of {name} between 0 and {most}"));
        }
        let Some(value) = crate::money::decimal(&bare) else {
            return Err(format!("“{}” is no number. Enter a number of {name} between 0 and {most}", crate::text::line(text, 40)));
        };
        if value.is_sign_negative() || value > Decimal::from(self.most) {
            return Err(format!("Enter a number of {name} between 0 and {most}"));
        }
        if self.unit == Unit::Days && !value.fract().is_zero() {
            return Err("Enter whole days".into());
        }
        if value.normalize().scale() > 4 {
            return Err("Enter at most four digits after the point".into());
        }
        Ok(value.normalize())
    }
}

impl Unit {
    pub fn name(self) -> &'static str {
        match self {
            Unit::Percent => "percent",
            Unit::Days => "days",
            Unit::Months => "months",
            Unit::Amount => "the household’s currency",
        }
    }
    pub fn words(self, value: Decimal) -> String {
        let n = say::number(value);
        match self {
            Unit::Percent => format!("{n}%"),
            Unit::Days if value == Decimal::ONE => "1 day".into(),
            Unit::Months if value == Decimal::ONE => "1 month".into(),
            Unit::Days | Unit::Months => format!("{n} {}", self.name()),
            Unit::Amount => n,
        }
    }
}

/// One line of arithmetic: what it is, how it comes about with its numbers, and what comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub label: String,
    pub expression: String,
    pub result: String,
}

impl Step {
    fn new(label: impl Into<String>, expression: impl Into<String>, result: impl Into<String>) -> Step {
        Step { label: label.into(), expression: expression.into(), result: result.into() }
    }
}

/// Where something missing is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mend {
    Account(AccountId),
    /// What is typed beside the value.
    Details(AccountId),
    Beneficiaries(AccountId),
    Add,
    Same,
    Prices,
    Income,
    Documents,
}

/// Exactly what is missing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    pub what: String,
    pub at: Mend,
}

impl Missing {
    fn new(what: impl Into<String>, at: Mend) -> Missing {
        Missing { what: what.into(), at }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Finding {
        /// "12.5%", "2 of 5 accounts".
        measure: String,
        arithmetic: Vec<Step>,
        /// What may be looked at to mend it.
        at: Vec<Mend>,
    },
    Fine {
        measure: String,
        arithmetic: Vec<Step>,
    },
    CannotTell {
        missing: Vec<Missing>,
    },
    /// The household has nothing that the rule speaks of: "No policy is recorded".
    Nothing {
        why: &'static str,
    },
}

impl Outcome {
    pub fn is_finding(&self) -> bool {
        matches!(self, Outcome::Finding { .. })
    }
    fn cannot(missing: Vec<Missing>) -> Outcome {
        let once: BTreeSet<Missing> = missing.into_iter().collect();
        Outcome::CannotTell { missing: once.into_iter().collect() }
    }
    fn of(finding: bool, measure: String, arithmetic: Vec<Step>, at: Vec<Mend>) -> Outcome {
        if finding { Outcome::Finding { measure, arithmetic, at } } else { Outcome::Fine { measure, arithmetic } }
    }
}

/// What came of a rule, with the accounts that it read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub outcome: Outcome,
    pub used: Vec<AccountId>,
}

impl Verdict {
    fn new(outcome: Outcome, used: &[&Account]) -> Verdict {
        Verdict { outcome, used: used.iter().map(|a| a.id).collect() }
    }
    fn nothing(why: &'static str) -> Verdict {
        Verdict { outcome: Outcome::Nothing { why }, used: Vec::new() }
    }
}

/// One rule. Its key never changes; its version rises with its arithmetic.
#[derive(Clone, Copy)]
pub struct Rule {
    pub key: &'static str,
    pub version: u32,
    pub title: &'static str,
    /// What a client reads where it is a finding.
    pub client: &'static str,
    /// What it looks at and why, for the firm.
    pub about: &'static str,
    /// Its arithmetic, for the documentation.
    pub how: &'static str,
    pub reads: &'static [&'static str],
    pub limit: Option<Limit>,
    apply: fn(&Household, Decimal) -> Verdict,
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} v{}", self.key, self.version)
    }
}

impl Rule {
    pub fn find(key: &str) -> Option<&'static Rule> {
        pack().find(|r| r.key == key)
    }
    /// The threshold where the firm has set none.
    pub fn default(&self) -> Decimal {
        self.limit.map_or(Decimal::ZERO, |l| Decimal::from(l.default))
    }
    pub fn apply(&self, household: &Household, threshold: Decimal) -> Verdict {
        (self.apply)(household, threshold)
    }
}

/// Every rule, in the order of pages. A new rule is a line in one of these lists.
pub fn pack() -> impl Iterator<Item = &'static Rule> {
    holdings::RULES.iter().chain(debts::RULES).chain(cover::RULES).chain(papers::RULES).chain(data::RULES)
}

/// Amounts in one currency added up, and what stands in the way.
struct Sum {
    known: Decimal,
    missing: Vec<Missing>,
}

/// Adds up what accounts are worth. What is unknown, or in another currency, is missing and never zero.
fn add_up(accounts: &[&Account], currency: &Currency) -> Sum {
    let mut sum = Sum { known: Decimal::ZERO, missing: Vec::new() };
    for a in accounts {
        match &a.value {
            Some(m) if m.currency == *currency => match sum.known.checked_add(m.amount) {
                Some(s) => sum.known = s,
                None => sum.missing.push(too_large(a)),
            },
            Some(m) => sum.missing.push(foreign(a, &m.currency, currency)),
            None => sum.missing.push(Missing::new(format!("the value of {}", a.name), Mend::Account(a.id))),
        }
    }
    sum
}

fn foreign(a: &Account, own: &Currency, other: &Currency) -> Missing {
    let what = format!("{} is in {own}, and amounts in {own} and {other} are not added up here", a.name);
    Missing::new(what, Mend::Account(a.id))
}

fn too_large(a: &Account) -> Missing {
    Missing::new(format!("an amount that can be added up: {} has too many digits", a.name), Mend::Account(a.id))
}

/// part × by > limit × whole, exactly; `None` when the digits do not fit.
fn exceeds(part: Decimal, by: i64, limit: Decimal, whole: Decimal) -> Option<bool> {
    Some(part.checked_mul(Decimal::from(by))? > limit.checked_mul(whole)?)
}

fn digits() -> Missing {
    Missing::new("amounts that can be added up: these have too many digits", Mend::Add)
}
