//! Statements: what they are about, and their balances.

use crate::account::Account;
use crate::date::DateTime;
use crate::record::{Field, Part};
use crate::status::Status;
use crate::warning::{Notes, Repair};
use rust_decimal::Decimal;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum StatementKind {
    Bank,
    Card,
    Loan,
    Investment,
}

/// What a statement is about.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Head {
    pub kind: StatementKind,
    pub account: Option<Account>,
    /// What its amounts are in unless they say otherwise, as the file spells it. Never assumed.
    pub currency: Option<String>,
    /// When the statement was true; investment statements say it here, others beside each balance.
    pub as_of: Option<DateTime>,
    /// The period of its transactions.
    pub from: Option<DateTime>,
    pub to: Option<DateTime>,
    /// The status of the answer that it came in.
    pub status: Option<Status>,
    pub request: Option<String>,
    /// Whether the file closes it. A statement that is cut short may lack anything.
    pub complete: bool,
    pub rest: Vec<Field>,
}

impl Head {
    pub(crate) fn new(kind: StatementKind) -> Head {
        Head {
            kind,
            account: None,
            currency: None,
            as_of: None,
            from: None,
            to: None,
            status: None,
            request: None,
            complete: false,
            rest: Vec::new(),
        }
    }

    /// A value that stands in the statement or in one of its lists.
    pub(crate) fn leaf(&mut self, name: &str, value: &str, notes: &mut Notes) {
        let place = notes.place;
        let mut date = || crate::date::read(value, name, place, notes);
        match name {
            "CURDEF" if self.currency.is_none() => self.currency = Some(value.to_owned()),
            "DTASOF" if self.as_of.is_none() => self.as_of = date(),
            "DTSTART" if self.from.is_none() => self.from = date(),
            "DTEND" if self.to.is_none() => self.to = date(),
            _ if self.rest.len() < 256 => self.rest.push(Field { path: name.to_owned(), value: value.to_owned() }),
            _ => notes.once(Repair::TooMany, place, name, ""),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum BalanceKind {
    /// What the account holds, by the institution's books.
    Ledger,
    /// What can be spent.
    Available,
    /// What a loan still owes.
    Principal,
    /// Another one, with a name of the institution's own.
    Named,
}

#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Balance {
    pub kind: BalanceKind,
    pub amount: Option<Decimal>,
    pub as_of: Option<DateTime>,
    pub name: Option<String>,
    pub description: Option<String>,
    /// `DOLLAR`, `PERCENT` or `NUMBER`: what a named balance counts.
    pub unit: Option<String>,
    pub currency: Option<String>,
    pub rest: Vec<Field>,
}

impl Balance {
    pub(crate) fn read(part: Part<'_>, kind: BalanceKind, notes: &mut Notes) -> Balance {
        let amount = match kind {
            BalanceKind::Named => part.amount("VALUE", notes).or_else(|| part.amount("BALAMT", notes)),
            _ => part.needed("BALAMT", notes),
        };
        Balance { rest: part.rest(), ..Balance::plain(part, kind, amount, notes) }
    }

    fn plain(part: Part<'_>, kind: BalanceKind, amount: Option<Decimal>, notes: &mut Notes) -> Balance {
        let name = part.string("NAME");
        Balance {
            kind,
            amount,
            as_of: part.date("DTASOF", notes),
            name,
            description: part.string("DESC"),
            unit: part.string("BALTYPE"),
            currency: currency(part),
            rest: Vec::new(),
        }
    }

    /// A list of named balances.
    pub(crate) fn list(part: Part<'_>, notes: &mut Notes) -> Vec<Balance> {
        let named = |p: Part<'_>, notes: &mut Notes| {
            let amount = p.amount("VALUE", notes);
            Balance::plain(p, BalanceKind::Named, amount, notes)
        };
        part.parts("BAL").map(|p| named(p, notes)).collect()
    }
}

/// The balances of an investment account.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct InvestmentBalance {
    /// Cash and sweep funds, which then are no positions.
    pub cash: Option<Decimal>,
    /// Negative: borrowed.
    pub margin: Option<Decimal>,
    /// The worth of all short positions as a positive number. They are positions already: it is not added to a total.
    pub short: Option<Decimal>,
    pub buying_power: Option<Decimal>,
    pub named: Vec<Balance>,
    pub rest: Vec<Field>,
}

impl InvestmentBalance {
    pub(crate) fn read(part: Part<'_>, notes: &mut Notes) -> InvestmentBalance {
        InvestmentBalance {
            cash: part.amount("AVAILCASH", notes),
            margin: part.amount("MARGINBALANCE", notes),
            short: part.amount("SHORTBALANCE", notes),
            buying_power: part.amount("BUYPOWER", notes),
            named: part.part("BALLIST").map(|l| Balance::list(l, notes)).unwrap_or_default(),
            rest: part.rest(),
        }
    }
}

/// The currency of one amount where it is not the statement's; files abbreviate the group to a value.
pub(crate) fn currency(part: Part<'_>) -> Option<String> {
    part.part("CURRENCY").and_then(|c| c.string("CURSYM")).or_else(|| part.string("CURRENCY"))
}

/// The currency that an amount was converted from.
pub(crate) fn original_currency(part: Part<'_>) -> Option<String> {
    part.part("ORIGCURRENCY").and_then(|c| c.string("CURSYM")).or_else(|| part.string("ORIGCURRENCY"))
}
