//! When a connection is due. A click, a hook and a timer only move the due time; nothing here knows who asks.

use crate::calendar::next_morning_after_business_day;
use crate::{Span, Time};

/// Refresh runs of one connection in one day, whatever happens (I18).
pub const RUNS_PER_DAY: i64 = 8;
/// Between two refreshes by hand of one connection.
pub const HAND_GAP: Span = Span::minutes(5);
/// Over how long the morning's refreshes are spread.
const SPREAD: Span = Span::minutes(90);

/// After a good refresh: when the provider expects newer values, or the morning after the next business day; spread by `jitter` in 0..=1000.
pub fn after_success(now: Time, next_expected: Option<Time>, jitter: u16) -> Time {
    let base = match next_expected {
        Some(t) if t > now => t,
        _ => next_morning_after_business_day(now),
    };
    // A provider that names an instant far ahead is still asked once a week.
    base.min(now + Span::days(7)) + Span(SPREAD.0 * i64::from(jitter.min(1000)) / 1000)
}

/// Whether a person may ask for a refresh now; otherwise when.
pub fn by_hand(now: Time, last_attempt: Option<Time>) -> Result<(), Time> {
    match last_attempt {
        // A clock that was set back must not lock people out.
        Some(t) if t <= now && now - t < HAND_GAP => Err(t + HAND_GAP),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // proves: D5 N8
    #[test]
    fn a_good_refresh_is_followed_by_the_next_morning_spread_out() {
        let now = Time::parse("2026-11-20T15:00:00Z").unwrap();
        let first = Time::parse("2026-11-21T11:00:00Z").unwrap();
        assert_eq!(after_success(now, None, 0), first);
        assert_eq!(after_success(now, None, 1000), first + Span::minutes(90));
        assert_eq!(after_success(now, Some(now - Span::days(1)), 0), first);
        assert_eq!(after_success(now, Some(now + Span::hours(2)), 0), now + Span::hours(2));
        assert_eq!(after_success(now, Some(now + Span::days(60)), 0), now + Span::days(7));
    }

    #[test]
    fn by_hand_waits_five_minutes_to_the_microsecond() {
        let t = Time::from_seconds(1_000);
        assert_eq!(by_hand(t + Span(HAND_GAP.0 - 1), Some(t)), Err(t + HAND_GAP));
        assert_eq!(by_hand(t + HAND_GAP, Some(t)), Ok(()));
        assert_eq!(by_hand(t - Span::days(3), Some(t)), Ok(()));
    }
}
