//! Weekdays numbered from the first day of the method, and a history laid upon them. The only place where a price becomes a binary float.

use super::{SINCE, STANDS_DAYS, WINDOW_WEEKS};
use crate::{Date, Decimal};
use rust_decimal::prelude::ToPrimitive;

/// Weekdays from one end of a window to the other.
pub(super) const REACH: usize = WINDOW_WEEKS * 5;

/// Days since 1970.
pub(super) fn number(d: Date) -> i32 {
    let (y, m, day) = (i32::from(d.year()), i32::from(d.month()), i32::from(d.day()));
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let of_era = y - era * 400;
    let of_year = (153 * (m + if m > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Monday to Friday. 1970 began on a Thursday.
fn is_weekday(n: i32) -> bool {
    (n + 3).rem_euclid(7) < 5
}

/// The weekdays from the first day of the method to a day.
pub(super) struct Grid {
    pub days: Vec<i32>,
    /// The calendar year of each.
    pub years: Vec<i16>,
}

impl Grid {
    pub fn until(last: Date) -> Grid {
        let (mut days, mut years) = (Vec::with_capacity(8_192), Vec::with_capacity(8_192));
        let end = number(last);
        for year in SINCE.year()..=last.year() {
            let (from, next) =
                (jiff::civil::date(year, 1, 1), number(jiff::civil::date(year, 1, 1)) + if is_leap(year) { 366 } else { 365 });
            for n in (number(from)..next).filter(|n| is_weekday(*n) && *n <= end) {
                days.push(n);
                years.push(year);
            }
        }
        Grid { days, years }
    }
    /// How many windows fit.
    pub fn windows(&self) -> usize {
        self.days.len().saturating_sub(REACH)
    }
    /// The close of each weekday: the last one on or before it that is not too old. Not a number where there is none.
    pub fn lay(&self, closes: &[(i32, Decimal)]) -> Vec<f64> {
        let mut out = Vec::with_capacity(self.days.len());
        let (mut at, mut last) = (0, None);
        for day in &self.days {
            while let Some((d, close)) = closes.get(at).filter(|(d, _)| d <= day) {
                last = Some((*d, close.to_f64().unwrap_or(f64::NAN)));
                at += 1;
            }
            out.push(last.filter(|(d, _)| day - d <= STANDS_DAYS).map_or(f64::NAN, |(_, c)| c));
        }
        out
    }
}

fn is_leap(year: i16) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

/// The return of each window; not a number where one end has no price.
pub(super) fn returns(prices: &[f64]) -> Vec<f64> {
    prices.iter().zip(prices.get(REACH..).unwrap_or_default()).map(|(from, to)| to / from - 1.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_numbered_as_the_calendar_does() {
        let mut day = date(1999, 12, 28);
        for _ in 0..20_000 {
            assert_eq!(number(day), date(1970, 1, 1).until(day).unwrap().get_days(), "{day}");
            assert_eq!(is_weekday(number(day)), day.weekday().to_monday_one_offset() <= 5, "{day}");
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn a_window_ends_on_its_weekday_half_a_year_later() {
        let grid = Grid::until(date(2026, 11, 20));
        assert_eq!(grid.days[0], number(date(2008, 1, 1)));
        assert_eq!(*grid.days.last().unwrap(), number(date(2026, 11, 20)));
        assert!(grid.days.windows(REACH + 1).all(|w| w[REACH] - w[0] == 182));
    }
}
