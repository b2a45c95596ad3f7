//! Days on which the invented markets close: US market rules, from 2006 to the end of the price histories.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

pub const FIRST_DAY: Date = date(2006, 1, 3);
pub const LAST_DAY: Date = date(2037, 12, 31);

/// Closures outside the yearly rules.
const EXTRA: [Date; 5] = [date(2007, 1, 2), date(2012, 10, 29), date(2012, 10, 30), date(2018, 12, 5), date(2025, 1, 9)];

/// Is `day` a day with a close?
pub fn is_business_day(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday(day)
}

fn is_holiday(d: Date) -> bool {
    let (y, m, n) = (d.year(), d.month(), d.day());
    let nth = |k: i8, w: Weekday| d.nth_weekday_of_month(k, w).is_ok_and(|x| x == d);
    match m {
        1 => new_year(d) || nth(3, Weekday::Monday) || EXTRA.contains(&d),
        2 => nth(3, Weekday::Monday),
        3 | 4 => good_friday(y) == d,
        5 => nth(-1, Weekday::Monday),
        6 => y >= 2022 && observed(d, 19),
        7 => observed(d, 4),
        9 => nth(1, Weekday::Monday),
        11 => nth(4, Weekday::Thursday),
        12 => observed(d, 25) || EXTRA.contains(&d),
        _ => n > 28 && EXTRA.contains(&d),
    }
}

/// New Year's Day moves from Sunday to Monday, but a Saturday one is not made up for.
fn new_year(d: Date) -> bool {
    d.day() == 1 || (d.day() == 2 && d.weekday() == Weekday::Monday)
}

/// A holiday of the month's `n`th day: Saturday's is kept on Friday, Sunday's on Monday.
fn observed(d: Date, n: i8) -> bool {
    d.day() == n || (d.day() == n - 1 && d.weekday() == Weekday::Friday) || (d.day() == n + 1 && d.weekday() == Weekday::Monday)
}

/// Two days before Easter Sunday (the Gregorian computus).
fn good_friday(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    date(year, (n / 31) as i8, (n % 31 + 1) as i8).saturating_sub(2.days())
}

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
    fn knows_the_closed_days() {
        for closed in [
            date(2026, 1, 1),
            date(2026, 4, 3),
            date(2026, 6, 19),
            date(2026, 7, 3),
            date(2026, 11, 26),
            date(2021, 12, 24),
            date(2012, 10, 29),
            date(2008, 3, 21),
            date(2026, 11, 21),
        ] {
            assert!(!is_business_day(closed), "{closed}");
        }
        for open in [date(2026, 11, 20), date(2021, 12, 31), date(2020, 6, 19), date(2026, 11, 27), date(2026, 7, 6)] {
            assert!(is_business_day(open), "{open}");
        }
    }

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
