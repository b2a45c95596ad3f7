//! When newer values are to be expected where nobody can ask for them: a trading day's closing values are there on the next morning in New
//! York. Knows the exchange's holidays by rule, so that nobody is promised figures for Thanksgiving.

use jiff::civil::{Date, Weekday, time};
use jiff::tz::TimeZone;
use jiff::{ToSpan, civil::date};
use model::Time;

/// New York by its present rule, without a database of zones.
pub(super) fn new_york() -> TimeZone {
    TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap_or(TimeZone::UTC)
}

/// The first morning after `now` that brings the values of a trading day.
pub(super) fn next_values(now: Time) -> Option<Time> {
    let zone = new_york();
    let today = now.date(&zone);
    let mornings = (0..12).filter_map(|ahead| today.checked_add(ahead.days()).ok());
    let after_trading = mornings.filter(|day| day.yesterday().is_ok_and(is_trading_day));
    after_trading
        .filter_map(|day| day.to_datetime(time(6, 0, 0, 0)).to_zoned(zone.clone()).ok())
        .map(|at| Time(at.timestamp().as_microsecond()))
        .find(|at| *at > now)
}

fn is_trading_day(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday(day)
}

fn is_holiday(day: Date) -> bool {
    let nth = |month: i8, n: i8, weekday| day.month() == month && day.nth_weekday_of_month(n, weekday).is_ok_and(|d| d == day);
    let kept = |month, of| date(day.year(), month, of);
    // A Saturday's holiday is kept on Friday, a Sunday's on Monday; but 31 December is never a holiday.
    let observed = |h: Date| match h.weekday() {
        Weekday::Saturday => h.yesterday().is_ok_and(|d| d == day && d.year() == h.year()),
        Weekday::Sunday => h.tomorrow().is_ok_and(|d| d == day),
        _ => h == day,
    };
    observed(kept(1, 1))
        || nth(1, 3, Weekday::Monday)
        || nth(2, 3, Weekday::Monday)
        || good_friday(day.year()) == Some(day)
        || nth(5, -1, Weekday::Monday)
        || observed(kept(6, 19))
        || observed(kept(7, 4))
        || nth(9, 1, Weekday::Monday)
        || nth(11, 4, Weekday::Thursday)
        || observed(kept(12, 25))
}

/// Two days before Easter, by the golden number and the moon's age.
fn good_friday(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (golden, century) = (y % 19, y / 100);
    let moon = (century - century / 4 - (8 * century + 13) / 25 + 19 * golden + 15) % 30;
    let moon = moon - (moon / 28) * (1 - (29 / (moon + 1)) * ((21 - golden) / 11));
    let weekday = (y + y / 4 + moon + 2 - century + century / 4) % 7;
    let past_march = moon - weekday;
    let month = 3 + (past_march + 40) / 44;
    let easter = Date::new(year, month as i8, (past_march + 28 - 31 * (month / 4)) as i8).ok()?;
    easter.checked_sub(2.days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(now: &str) -> String {
        next_values(Time::parse(now).unwrap()).unwrap().to_string()
    }

    #[test]
    fn the_morning_after_the_next_close() {
        assert_eq!(next("2026-11-18T15:00:00Z"), "2026-11-19T11:00:00Z", "Wednesday's close comes on Thursday at six in New York");
        assert_eq!(next("2026-11-19T10:59:59Z"), "2026-11-19T11:00:00Z");
        assert_eq!(next("2026-11-19T11:00:00Z"), "2026-11-20T11:00:00Z");
        assert_eq!(next("2026-07-08T15:00:00Z"), "2026-07-09T10:00:00Z", "summer time");
        assert_eq!(next("2026-11-21T11:00:00Z"), "2026-11-24T11:00:00Z", "Saturday has Friday's; Monday's come on Tuesday");
        assert_eq!(next("2026-11-26T12:00:00Z"), "2026-11-28T11:00:00Z", "nothing on the morning after Thanksgiving");
    }

    #[test]
    fn holidays_by_rule() {
        for closed in
            ["2026-01-01", "2026-04-03", "2025-04-18", "2024-03-29", "2027-03-26", "2026-06-19", "2026-07-03", "2027-12-24", "2023-01-02"]
        {
            assert!(!is_trading_day(closed.parse().unwrap()), "{closed}");
        }
        for open in ["2021-12-31", "2026-11-27", "2026-07-06", "2026-04-06"] {
            assert!(is_trading_day(open.parse().unwrap()), "{open}");
        }
    }
}
