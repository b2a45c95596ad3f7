//! A history of closes, adjusted for splits and distributions, and what may be odd in it. What cannot be right is left out and told.

use super::days::number;
use crate::{Currency, Date, Decimal};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Close {
    pub day: Date,
    pub close: Decimal,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    pub name: String,
    pub currency: Currency,
    /// Where it came from: a file's name, a market-data service.
    pub source: String,
    pub closes: Vec<Close>,
}

/// What was odd, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Oddity {
    /// Days with two different closes: neither counts.
    Disagree { days: usize, first: Date },
    /// Days with the same close twice: it counts once.
    Twice { days: usize, first: Date },
    /// Closes that are not above zero do not count.
    NotPositive { days: usize, first: Date },
    /// From one close to the next the price was divided or multiplied by a small whole number, as an unadjusted split does: what lies before it
    /// does not count.
    Split { day: Date, from: Decimal, to: Decimal },
    /// Days in a row without any close, weekends left aside, longer than a close stands.
    Gap { after: Date, before: Date },
}

/// By how much, in thousandths, a price may miss the whole number.
const SPLIT_MISSES: i64 = 30;
/// What a split multiplies by, at most.
const SPLIT_MOST: i64 = 50;

/// The closes that count, in order, and what was odd. A history of crypto money moves too wildly to tell a split.
pub(super) fn clean(history: &History, may_split: bool) -> (Vec<(i32, Decimal)>, Vec<Oddity>) {
    let mut sorted: Vec<&Close> = history.closes.iter().collect();
    // Mostly it is in order already, each day once.
    if !sorted.windows(2).all(|w| w[0].day < w[1].day) {
        sorted.sort_by_key(|a| (a.day, a.close));
    }
    let mut odd = Vec::new();
    let (mut disagree, mut twice, mut low): (Vec<Date>, Vec<Date>, Vec<Date>) = Default::default();
    let mut closes: Vec<&Close> = Vec::with_capacity(sorted.len());
    for same_day in sorted.chunk_by(|a, b| a.day == b.day) {
        let (first, last) = (same_day[0], same_day[same_day.len() - 1]);
        if first.close != last.close {
            disagree.push(first.day);
        } else if first.close <= Decimal::ZERO {
            low.push(first.day);
        } else {
            if same_day.len() > 1 {
                twice.push(first.day);
            }
            closes.push(first);
        }
    }
    let mut told = |days: &[Date], make: fn(usize, Date) -> Oddity| {
        if let Some(first) = days.first() {
            odd.push(make(days.len(), *first));
        }
    };
    told(&disagree, |days, first| Oddity::Disagree { days, first });
    told(&twice, |days, first| Oddity::Twice { days, first });
    told(&low, |days, first| Oddity::NotPositive { days, first });
    if may_split && let Some(at) = closes.windows(2).rposition(|w| is_split(w[0].close, w[1].close)) {
        odd.push(Oddity::Split { day: closes[at + 1].day, from: closes[at].close, to: closes[at + 1].close });
        closes.drain(..=at);
    }
    let gaps = closes.windows(2).filter(|w| number(w[1].day) - number(w[0].day) > super::STANDS_DAYS + 1);
    odd.extend(gaps.map(|w| Oddity::Gap { after: w[0].day, before: w[1].day }));
    (closes.into_iter().map(|c| (number(c.day), c.close)).collect(), odd)
}

/// Two to fifty for one, or one for as many, within three hundredths.
pub fn is_split(from: Decimal, to: Decimal) -> bool {
    let (more, less) = if from > to { (from, to) } else { (to, from) };
    // Dividing costs much more than telling that there is nothing to divide for.
    if less.checked_mul(Decimal::new(19, 1)).is_some_and(|nearly_two| more < nearly_two) {
        return false;
    }
    let Some(times) = more.checked_div(less) else { return false };
    let whole = times.round();
    let two = Decimal::TWO;
    whole >= two && whole <= SPLIT_MOST.into() && ((times - whole).abs() <= whole * Decimal::new(SPLIT_MISSES, 3))
}
