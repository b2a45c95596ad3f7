//! Rate budgets: a token bucket for each path, filled by the clock that is passed in. Never waits: who comes too early is told for how long.

use model::{Span, Time};
use std::collections::HashMap;
use std::sync::Mutex;

/// What one path may be asked per minute.
pub type Budget = (&'static str, u32);

/// Nothing is saved up for longer than this part of a minute, so that a quiet hour is not followed by a storm.
const BURST: i64 = 6;

pub struct Gate {
    budgets: &'static [Budget],
    buckets: Mutex<HashMap<&'static str, Bucket>>,
}

struct Bucket {
    /// In millionths of a call.
    held: i64,
    filled: Time,
}

impl Gate {
    /// Paths that are not listed are free.
    pub fn new(budgets: &'static [Budget]) -> Gate {
        Gate { budgets, buckets: Mutex::default() }
    }

    /// Takes one call, or says how long there is none.
    pub fn take(&self, path: &str, now: Time) -> Result<(), Span> {
        let Some(&(name, per_minute)) = self.budgets.iter().find(|(p, _)| *p == path) else { return Ok(()) };
        let rate = i64::from(per_minute.max(1));
        let most = (rate * 1_000_000 / BURST).max(1_000_000);
        let mut buckets = self.buckets.lock().unwrap_or_else(|e| e.into_inner());
        let bucket = buckets.entry(name).or_insert(Bucket { held: most, filled: now });
        // A clock that went back fills nothing and takes nothing.
        let passed = (now - bucket.filled).0.clamp(0, 60_000_000);
        bucket.held = (bucket.held + passed * rate / 60).min(most);
        bucket.filled = now;
        if bucket.held >= 1_000_000 {
            bucket.held -= 1_000_000;
            return Ok(());
        }
        Err(Span((1_000_000 - bucket.held) * 60 / rate + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_brings_a_minutes_calls() {
        let gate = Gate::new(&[("/a", 60)]);
        let start = Time::from_seconds(1_000);
        let burst = (0..100).take_while(|_| gate.take("/a", start).is_ok()).count();
        assert_eq!(burst, 10);
        let wait = gate.take("/a", start).unwrap_err();
        assert!(wait > Span::ZERO && wait <= Span::seconds(2), "{wait:?}");
        assert!(gate.take("/a", start + wait).is_ok());
        let taken = (0..60_000).filter(|i| gate.take("/a", start + Span::seconds(10) + Span::millis(*i)).is_ok()).count();
        assert!((60..=70).contains(&taken), "{taken}");
        assert!(gate.take("/other", start).is_ok());
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_away() {
        let gate = Gate::new(&[("/a", 6)]);
        let t = Time::from_seconds(5_000);
        assert!(gate.take("/a", t).is_ok());
        assert!(gate.take("/a", t - Span::hours(1)).is_err());
        assert!(gate.take("/a", t - Span::hours(1) + Span::seconds(11)).is_ok());
    }
}
