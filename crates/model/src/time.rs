//! Instants and the clock. The present time is always an argument; only the binary reads the system clock.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, Sub};
use std::sync::Arc;

/// A calendar day without a time zone.
pub type Date = jiff::civil::Date;

/// An instant in microseconds since 1970-01-01T00:00:00Z. Stored as a 64-bit integer on both databases.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Time(pub i64);

/// A span in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Span(pub i64);

impl Span {
    pub const ZERO: Span = Span(0);
    pub const fn micros(n: i64) -> Span {
        Span(n)
    }
    pub const fn millis(n: i64) -> Span {
        Span(n * 1_000)
    }
    pub const fn seconds(n: i64) -> Span {
        Span(n * 1_000_000)
    }
    pub const fn minutes(n: i64) -> Span {
        Span::seconds(n * 60)
    }
    pub const fn hours(n: i64) -> Span {
        Span::minutes(n * 60)
    }
    /// Days of exactly 24 hours.
    pub const fn days(n: i64) -> Span {
        Span::hours(n * 24)
    }
    pub const fn as_seconds(self) -> i64 {
        self.0 / 1_000_000
    }
    pub fn std(self) -> std::time::Duration {
        std::time::Duration::from_micros(self.0.max(0) as u64)
    }
}

impl Time {
    pub const fn from_seconds(s: i64) -> Time {
        Time(s * 1_000_000)
    }
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
    /// The whole milliseconds since 1970, as UUID v7 wants them.
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }
    /// Reads an RFC 3339 instant such as `2026-11-21T09:30:00Z`.
    pub fn parse(text: &str) -> Option<Time> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Time(t.as_microsecond()))
    }
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
    pub fn zoned(self, zone: &jiff::tz::TimeZone) -> jiff::Zoned {
        self.timestamp().to_zoned(zone.clone())
    }
    pub fn date(self, zone: &jiff::tz::TimeZone) -> Date {
        self.zoned(zone).date()
    }
    pub fn utc_date(self) -> Date {
        self.date(&jiff::tz::TimeZone::UTC)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}
impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}
impl Add<Span> for Time {
    type Output = Time;
    fn add(self, s: Span) -> Time {
        Time(self.0.saturating_add(s.0))
    }
}
impl Sub<Span> for Time {
    type Output = Time;
    fn sub(self, s: Span) -> Time {
        Time(self.0.saturating_sub(s.0))
    }
}
impl Sub<Time> for Time {
    type Output = Span;
    fn sub(self, t: Time) -> Span {
        Span(self.0.saturating_sub(t.0))
    }
}

/// Where the present time comes from: the system in `serve`, a movable offset in demo and sandbox, a hand-set value in tests.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Time;
}

pub type SharedClock = Arc<dyn Clock>;

/// A clock that stands still until somebody moves it.
#[derive(Debug, Default)]
pub struct HandClock(std::sync::atomic::AtomicI64);

impl HandClock {
    pub fn at(t: Time) -> Arc<HandClock> {
        Arc::new(HandClock(t.0.into()))
    }
    pub fn set(&self, t: Time) {
        self.0.store(t.0, std::sync::atomic::Ordering::SeqCst);
    }
    pub fn advance(&self, s: Span) {
        self.0.fetch_add(s.0, std::sync::atomic::Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Time {
        Time(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }
}
