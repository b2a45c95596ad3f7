//! The markets' business days, numbered from 2006 to the end of the price histories.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use model::calendar::is_business_day;

pub const FIRST_DAY: Date = date(2006, 1, 3);
pub const LAST_DAY: Date = date(2037, 12, 31);

/// Business days numbered from [`FIRST_DAY`], with constant-time lookup.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// By calendar day since [`FIRST_DAY`]: the number of the latest business day on or before it.
    index: Vec<u16>,
    days: Vec<Date>,
}

impl Calendar {
    pub(crate) fn new() -> Calendar {
        let (mut index, mut days) = (Vec::with_capacity(12_000), Vec::with_capacity(8_200));
        let mut day = FIRST_DAY;
        while day <= LAST_DAY {
            if is_business_day(day) {
                days.push(day);
            }
            index.push((days.len() - 1) as u16);
            day = day.saturating_add(1.day());
        }
        Calendar { index, days }
    }
    /// The number of the latest business day on or before `day`; after [`LAST_DAY`] the last one.
    pub(crate) fn at(&self, day: Date) -> Option<usize> {
        let offset = days_between(FIRST_DAY, day);
        if offset < 0 {
            return None;
        }
        self.index.get((offset as usize).min(self.index.len() - 1)).map(|i| usize::from(*i))
    }
    pub(crate) fn day(&self, index: usize) -> Date {
        self.days[index.min(self.days.len() - 1)]
    }
    pub(crate) fn len(&self) -> usize {
        self.days.len()
    }
    /// The first business day on or after `day`.
    pub(crate) fn on_or_after(&self, day: Date) -> Date {
        match self.at(day) {
            Some(i) if self.days[i] == day => day,
            Some(i) => self.day(i + 1),
            None => FIRST_DAY,
        }
    }
}

/// Whole days from `a` to `b`, negative when `b` is earlier.
pub(crate) fn days_between(a: Date, b: Date) -> i64 {
    i64::from(a.until(b).map(|s| s.get_days()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_days() {
        let c = Calendar::new();
        assert_eq!(c.at(date(2006, 1, 2)), None);
        assert_eq!(c.at(FIRST_DAY), Some(0));
        let friday = c.at(date(2026, 11, 20)).unwrap();
        assert_eq!(c.at(date(2026, 11, 22)), Some(friday));
        assert_eq!(c.day(friday), date(2026, 11, 20));
        assert_eq!(c.on_or_after(date(2026, 11, 21)), date(2026, 11, 23));
        assert!(c.len() < 8192);
    }
}
