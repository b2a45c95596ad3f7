//! What is said of a score, in plain words.

use super::{Nothing, Oddity, Why};
use crate::Date;

/// A fraction as a percentage with one digit: 0.1234 is "12.3%".
pub fn percent(fraction: f64) -> String {
    format!("{:.1}%", fraction * 100.0)
}

fn day(d: Date) -> String {
    d.strftime("%-d %b %Y").to_string()
}

impl Why {
    pub fn words(&self) -> String {
        match self {
            Why::Unexplained => "Reported by the institution without positions that explain it".into(),
            Why::NoValue => "The institution does not provide its value".into(),
            Why::NoCurrency => "Its currency is not known".into(),
            Why::NoRate { currency } => format!("No exchange rate for {currency} of the last ten days"),
            Why::UnknownSecurity => "No price history, and its asset class is not known".into(),
            Why::NoStandIn { class } => format!("No price history, and none that stands in for {}", class.name().to_lowercase()),
            Why::TooShort { percent } => format!("Prices for {percent}% of the six-month windows only, and nothing stands in for the rest"),
            Why::TooLarge => "An amount with more digits than can be added up".into(),
        }
    }
}

impl Nothing {
    pub fn words(&self) -> String {
        match self {
            Nothing::NothingHeld => "Nothing is held that a price history could speak for.".into(),
            Nothing::NothingModelled => "No position has a price history or a class that stands in for it.".into(),
            Nothing::NotPositive => "What is modelled adds up to a debt.".into(),
            Nothing::TooFewWindows { windows } => {
                format!("Only {windows} six-month windows have a price for everything; four years of them are needed.")
            }
        }
    }
}

impl Oddity {
    pub fn words(&self) -> String {
        let days = |n: usize| if n == 1 { "1 day".to_owned() } else { format!("{n} days") };
        match self {
            Oddity::Disagree { days: n, first } => {
                format!("{} with two different closes, first on {}: neither counts", days(*n), day(*first))
            }
            Oddity::Twice { days: n, first } => format!("{} with the same close twice, first on {}: it counts once", days(*n), day(*first)),
            Oddity::NotPositive { days: n, first } => {
                format!("{} with a close that is not above zero, first on {}: left out", days(*n), day(*first))
            }
            Oddity::Split { day: d, from, to } => {
                format!("From {from} to {to} on {}, as a split that was not adjusted for: what lies before is left out", day(*d))
            }
            Oddity::Gap { after, before } => format!("No closes between {} and {}", day(*after), day(*before)),
        }
    }
}
