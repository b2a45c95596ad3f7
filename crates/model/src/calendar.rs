//! Business days of the US markets: the calendar that daily values follow.

use crate::{Date, Span, Time};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

/// The market's own holidays, observed on Friday when they fall on a Saturday (New Year's Day excepted) and on Monday after a Sunday.
pub fn is_business_day(d: Date) -> bool {
    !matches!(d.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday(d)
}

fn is_holiday(d: Date) -> bool {
    let nth = |month, n, weekday| jiff::civil::date(d.year(), month, 1).nth_weekday_of_month(n, weekday).ok();
    let fixed = |year: i16, month: i8, day: i8| {
        let h = jiff::civil::date(year, month, day);
        match h.weekday() {
            Weekday::Saturday if month == 1 && day == 1 => None,
            Weekday::Saturday => h.yesterday().ok(),
            Weekday::Sunday => h.tomorrow().ok(),
            _ => Some(h),
        }
    };
    let y = d.year();
    let good_friday = easter(y).checked_sub(jiff::Span::new().days(2)).ok();
    let mut all = vec![
        fixed(y, 1, 1),
        nth(1, 3, Weekday::Monday),
        nth(2, 3, Weekday::Monday),
        good_friday,
        nth(5, -1, Weekday::Monday),
        fixed(y, 7, 4),
        nth(9, 1, Weekday::Monday),
        nth(11, 4, Weekday::Thursday),
        fixed(y, 12, 25),
    ];
    if y >= 2022 {
        all.push(fixed(y, 6, 19));
    }
    all.contains(&Some(d))
}

/// Gregorian Easter Sunday, by the anonymous computus.
fn easter(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    jiff::civil::date(year, (n / 31) as i8, (n % 31 + 1) as i8)
}

/// The last business day on or before `d`.
pub fn last_business_day(d: Date) -> Date {
    let mut day = d;
    while !is_business_day(day) {
        day = day.yesterday().unwrap_or(day);
    }
    day
}

fn market_zone() -> TimeZone {
    TimeZone::get("America/New_York").unwrap_or(TimeZone::UTC)
}

/// The next time at which a daily rhythm brings new values: six in the morning, New York, after a business day.
pub fn next_morning_after_business_day(now: Time) -> Time {
    let zone = market_zone();
    let today = now.date(&zone);
    for n in 0..12 {
        let Ok(day) = today.checked_add(jiff::Span::new().days(n)) else { break };
        let Ok(eve) = day.yesterday() else { break };
        let Ok(at) = day.at(6, 0, 0, 0).to_zoned(zone.clone()) else { continue };
        let at = Time(at.timestamp().as_microsecond());
        if at > now && is_business_day(eve) {
            return at;
        }
    }
    now + Span::days(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    // proves: E31
    #[test]
    fn holidays_and_weekends_are_no_business_days() {
        for d in [
            date(2026, 1, 1),
            date(2026, 4, 3),
            date(2026, 7, 3),
            date(2026, 11, 26),
            date(2026, 12, 25),
            date(2027, 6, 18),
            date(2026, 11, 21),
        ] {
            assert!(!is_business_day(d), "{d}");
        }
        for d in [date(2021, 12, 31), date(2026, 11, 20), date(2026, 11, 27), date(2020, 6, 19)] {
            assert!(is_business_day(d), "{d}");
        }
    }

    // proves: D5
    #[test]
    fn the_next_values_come_on_the_morning_after_a_business_day() {
        let at = |t: &str| next_morning_after_business_day(Time::parse(t).unwrap()).to_string();
        // Friday evening: Saturday morning, with Friday's close. Saturday noon: Tuesday, with Monday's.
        assert_eq!(at("2026-11-20T22:00:00Z"), "2026-11-21T11:00:00Z");
        assert_eq!(at("2026-11-21T12:00:00Z"), "2026-11-24T11:00:00Z");
        // Thanksgiving is no business day: nothing on Friday morning.
        assert_eq!(at("2026-11-26T12:00:00Z"), "2026-11-28T11:00:00Z");
    }
}
