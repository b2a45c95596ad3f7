//! The risk score of what somebody holds: how much it would have lost in six months at the lower end of what has been, mapped to 1 to 99 by
//! a published curve. Pure: the same inputs always give the same answer, in whatever order they stand. `docs/risk.md` is the method note.
//!
//! Amounts of money are decimals. Prices become binary floats once, at the door of the statistics (`days`), and nothing that left there is
//! ever an amount again.

mod class;
mod curve;
mod days;
pub mod file;
mod history;
mod measure;
pub mod pack;
mod say;
#[cfg(test)]
mod tests;

pub use class::{AssetClass, rate_key};
pub use curve::{CURVE, of_downside};
pub use history::{Close, History, Oddity};
pub use measure::score;
pub use say::percent;

use crate::{Currency, Date, Decimal};
use jiff::civil::date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which method: it changes whenever the same inputs would give another answer.
pub const METHOD: &str = "heldaway-risk-1";
/// The first day on which a six-month window may begin.
pub const SINCE: Date = date(2008, 1, 1);
/// Six months: 26 weeks, so that a window ends on the weekday on which it began.
pub const WINDOW_WEEKS: usize = 26;
/// A close stands for days without one for so many days; then there is a gap.
pub const STANDS_DAYS: i32 = 10;
/// The lower end of the 95 % historical range.
pub const LOWER_END: f64 = 0.025;
/// A position is modelled when so much of the windows can be computed for it, in percent.
pub const LEAST_PERCENT: usize = 90;
/// Below this number of windows (four years of weekdays) there is no score.
pub const LEAST_WINDOWS: usize = 1_044;
/// What the value that is not modelled is taken to lose at the upper end of the interval.
pub const UNKNOWN_LOSS: f64 = 0.5;

/// One line of what is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Which account, by its id.
    pub account: String,
    pub account_name: String,
    /// The firm looks after it; else it is held away.
    pub managed: bool,
    /// Identity of the security; `None` for cash and for value that no position explains.
    pub security: Option<String>,
    pub name: String,
    /// `None`: nobody has said what it is.
    pub class: Option<AssetClass>,
    /// `None`: the institution does not provide it.
    pub value: Option<Decimal>,
    pub currency: Option<Currency>,
}

/// Everything that the score is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    pub method: String,
    pub as_of: Date,
    /// What amounts are added up in.
    pub currency: Currency,
    pub positions: Vec<Position>,
    /// By security, by `class:…` for what stands in where history is short, by `rate:…` for the price of a unit of another currency.
    pub histories: BTreeMap<String, History>,
}

/// How one position entered the score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum How {
    /// Cash: its value stands still.
    Still,
    /// By its own history, and the class's where that is short.
    Modelled { own_windows: usize, stand_in_windows: usize },
    /// Not at all, and why.
    Not { why: Why },
}

/// Why a position is not modelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Why {
    /// The institution reports more than its positions explain, or sends no positions.
    Unexplained,
    NoValue,
    NoCurrency,
    NoRate {
        currency: Currency,
    },
    /// No history, and nobody has said which asset class could stand in.
    UnknownSecurity,
    /// No history, and none for its class.
    NoStandIn {
        class: AssetClass,
    },
    /// A history that is too short or too torn, with nothing to stand in.
    TooShort {
        percent: usize,
    },
    /// An amount with more digits than can be added up.
    TooLarge,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub position: Position,
    /// In the currency of the score.
    pub value: Option<Decimal>,
    pub how: How,
    /// What was odd in its own history.
    pub odd: Vec<Oddity>,
}

/// Why there is no score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Nothing {
    NothingHeld,
    NothingModelled,
    /// What is modelled adds up to nothing, or to a debt.
    NotPositive,
    TooFewWindows {
        windows: usize,
    },
}

/// The score with what it rests on. Fractions: 0.125 is a loss of an eighth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// 1 to 99.
    pub score: u8,
    /// The interval beside it.
    pub low: u8,
    pub high: u8,
    /// The six-month loss at the lower end of the 95 % historical range; negative where even that was a gain.
    pub downside: f64,
    pub windows: usize,
    pub first: Date,
    pub last: Date,
    /// The loss with one calendar year of windows left out at a time.
    pub without_year: Vec<(i16, f64)>,
    /// The loss when what stands in moved half as much, and one and a half times as much.
    pub stand_in: Option<(f64, f64)>,
    /// The loss when what is not modelled stands still, and when it loses half.
    pub not_modelled: Option<(f64, f64)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub method: String,
    pub as_of: Date,
    pub currency: Currency,
    pub score: Result<Score, Nothing>,
    /// Percent of the value that is modelled, cut (never rounded up) to a tenth; `None` where no value is known.
    pub coverage: Option<Decimal>,
    pub modelled: Decimal,
    pub in_scope: Decimal,
    /// Positions whose value cannot be expressed in the currency of the score, so that it is in no sum.
    pub unvalued: usize,
    /// In one fixed order: by account, security, name, value.
    pub parts: Vec<Part>,
}
