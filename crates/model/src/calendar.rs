//! Business days of the US markets: the calendar that daily values follow, for the schedule, the connectors and the rehearsal alike.

use crate::{Date, Time};
use jiff::ToSpan;
use jiff::civil::{Weekday, date};
use jiff::tz::TimeZone;

/// Days on which the markets closed outside the yearly rules.
const CLOSED: [Date; 5] = [date(2007, 1, 2), date(2012, 10, 29), date(2012, 10, 30), date(2018, 12, 5), date(2025, 1, 9)];

pub fn is_business_day(d: Date) -> bool {
    !matches!(d.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday(d) && !CLOSED.contains(&d)
}

fn is_holiday(d: Date) -> bool {
    let nth = |n, weekday| d.nth_weekday_of_month(n, weekday).is_ok_and(|h| h == d);
    match d.month() {
        // A New Year's Day on a Saturday is not made up for: 31 December is a business day.
        1 => d.day() == 1 || (d.day() == 2 && d.weekday() == Weekday::Monday) || nth(3, Weekday::Monday),
        2 => nth(3, Weekday::Monday),
        3 | 4 => good_friday(d.year()) == Some(d),
        5 => nth(-1, Weekday::Monday),
        6 => d.year() >= 2022 && is_observed(d, 19),
        7 => is_observed(d, 4),
        9 => nth(1, Weekday::Monday),
        11 => nth(4, Weekday::Thursday),
        12 => is_observed(d, 25),
        _ => false,
    }
}

/// A holiday on the month's `n`th day: Saturday's is kept on Friday, Sunday's on Monday.
fn is_observed(d: Date, n: i8) -> bool {
    d.day() == n || (d.day() == n - 1 && d.weekday() == Weekday::Friday) || (d.day() == n + 1 && d.weekday() == Weekday::Monday)
}

/// Two days before Easter Sunday, by the anonymous computus.
fn good_friday(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    date(year, (n / 31) as i8, (n % 31 + 1) as i8).checked_sub(2.days()).ok()
}

/// The markets' own time by its present rule: a machine without files of time zones must not move the morning.
pub fn new_york() -> TimeZone {
    TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap_or(TimeZone::UTC)
}

/// The next time at which a daily rhythm brings new values: six in the morning, New York, after a business day.
pub fn next_morning_after_business_day(now: Time) -> Time {
    let zone = new_york();
    let today = now.date(&zone);
    for n in 0..12 {
        let Ok(day) = today.checked_add(n.days()) else { break };
        let Ok(eve) = day.yesterday() else { break };
        let Ok(at) = day.at(6, 0, 0, 0).to_zoned(zone.clone()) else { continue };
        let at = Time(at.timestamp().as_microsecond());
        if at > now && is_business_day(eve) {
            return at;
        }
    }
    now + crate::Span::days(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    // proves: E31
    #[test]
    fn holidays_and_weekends_are_no_business_days() {
        for d in [
            date(2008, 3, 21),
            date(2012, 10, 29),
            date(2021, 12, 24),
            date(2023, 1, 2),
            date(2024, 3, 29),
            date(2025, 4, 18),
            date(2026, 1, 1),
            date(2026, 4, 3),
            date(2026, 6, 19),
            date(2026, 7, 3),
            date(2026, 11, 21),
            date(2026, 11, 26),
            date(2026, 12, 25),
            date(2027, 3, 26),
            date(2027, 6, 18),
            date(2027, 12, 24),
        ] {
            assert!(!is_business_day(d), "{d}");
        }
        for d in [
            date(2020, 6, 19),
            date(2021, 12, 31),
            date(2026, 4, 6),
            date(2026, 7, 6),
            date(2026, 11, 20),
            date(2026, 11, 27),
            date(2027, 12, 31),
        ] {
            assert!(is_business_day(d), "{d}");
        }
    }

    // proves: D5
    #[test]
    fn the_next_values_come_on_the_morning_after_a_business_day() {
        let at = |t: &str| next_morning_after_business_day(Time::parse(t).unwrap()).to_string();
        assert_eq!(at("2026-11-19T10:59:59Z"), "2026-11-19T11:00:00Z");
        assert_eq!(at("2026-11-19T11:00:00Z"), "2026-11-20T11:00:00Z");
        assert_eq!(at("2026-07-08T15:00:00Z"), "2026-07-09T10:00:00Z", "summer time");
        // Friday evening: Saturday morning, with Friday's close. Saturday noon: Tuesday, with Monday's.
        assert_eq!(at("2026-11-20T22:00:00Z"), "2026-11-21T11:00:00Z");
        assert_eq!(at("2026-11-21T12:00:00Z"), "2026-11-24T11:00:00Z");
        // Thanksgiving is no business day: nothing on Friday morning.
        assert_eq!(at("2026-11-26T12:00:00Z"), "2026-11-28T11:00:00Z");
    }
}
