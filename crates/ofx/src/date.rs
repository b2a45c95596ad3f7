//! Dates and times as the standard writes them, and as files do. No zone means Greenwich.

use crate::warning::{Notes, Place, Repair};
use std::fmt;

/// A day, and the time of day where the file gives one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTime {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    pub time: Option<TimeOfDay>,
}

/// A time of day at its distance from Greenwich.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimeOfDay {
    pub hour: u8,
    pub minute: u8,
    /// 60 in a leap second.
    pub second: u8,
    pub millisecond: u16,
    /// Minutes east of Greenwich; 0 where the file names no zone.
    pub offset: i16,
}

impl DateTime {
    /// Milliseconds since 1970 in Greenwich. A day without a time begins at midnight there.
    pub fn unix_milliseconds(&self) -> i64 {
        let days = days_from_civil(i64::from(self.year), i64::from(self.month), i64::from(self.day));
        let t = self.time.unwrap_or(TimeOfDay { hour: 0, minute: 0, second: 0, millisecond: 0, offset: 0 });
        let minutes = days * 1440 + i64::from(t.hour) * 60 + i64::from(t.minute) - i64::from(t.offset);
        minutes * 60_000 + i64::from(t.second) * 1000 + i64::from(t.millisecond)
    }
}

/// `2026-11-20` or `2026-11-20T16:30:00.000-05:00`.
impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)?;
        let Some(t) = self.time else { return Ok(()) };
        write!(f, "T{:02}:{:02}:{:02}.{:03}", t.hour, t.minute, t.second, t.millisecond)?;
        let minutes = t.offset.unsigned_abs();
        write!(f, "{}{:02}:{:02}", if t.offset < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for DateTime {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

pub(crate) fn read(text: &str, element: &str, place: Place, notes: &mut Notes) -> Option<DateTime> {
    let t = text.trim();
    let (found, plain) = match standard(t) {
        Some((d, plain)) => (Some(d), plain),
        None => (dashed(t), false),
    };
    let good = found.filter(exists);
    match good {
        None => notes.add(Repair::BadDate, place, element, text),
        Some(_) if !plain => notes.add(Repair::OddDate, place, element, text),
        Some(_) => {}
    }
    good
}

/// `YYYYMMDD`, `YYYYMMDDHHMMSS`, `.XXX`, `[-5:EST]`. Says whether all of it is as the standard has it.
fn standard(t: &str) -> Option<(DateTime, bool)> {
    let bytes = t.as_bytes();
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    if !matches!(digits, 8 | 10 | 12 | 14) {
        return None;
    }
    let two = |at: usize| (bytes[at] - b'0') * 10 + (bytes[at + 1] - b'0');
    let year = i32::from(two(0)) * 100 + i32::from(two(2));
    let (month, day) = (two(4), two(6));
    let mut rest = &t[digits..];
    let mut plain = digits != 10;
    let mut millisecond = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let n = fraction.bytes().take_while(u8::is_ascii_digit).count();
        millisecond = format!("{:0<3}", &fraction[..n.min(3)]).parse().ok()?;
        plain &= n == 3;
        rest = &fraction[n..];
    }
    let (offset, known) = zone(rest.trim())?;
    plain &= known;
    if digits == 8 {
        // A zone beside a mere day changes nothing: the day is the institution's.
        return Some((DateTime { year, month, day, time: None }, plain && rest.is_empty()));
    }
    let part = |at: usize| if digits >= at + 2 { two(at) } else { 0 };
    let time = TimeOfDay { hour: part(8), minute: part(10), second: part(12), millisecond, offset };
    if time.hour == 24 && time.minute == 0 && time.second == 0 {
        let next = DateTime { year, month, day, time: None }.next_day();
        return Some((DateTime { time: Some(TimeOfDay { hour: 0, ..time }), ..next }, false));
    }
    Some((DateTime { year, month, day, time: Some(time) }, plain))
}

impl DateTime {
    fn next_day(self) -> DateTime {
        let tomorrow = DateTime { day: self.day.saturating_add(1), ..self };
        match (exists(&tomorrow), self.month) {
            (true, _) => tomorrow,
            (false, 12) => DateTime { year: self.year + 1, month: 1, day: 1, ..self },
            (false, _) => DateTime { month: self.month + 1, day: 1, ..self },
        }
    }
}

/// Minutes east of Greenwich, and whether the zone was written as the standard has it; `None` when it is no zone.
fn zone(t: &str) -> Option<(i16, bool)> {
    if t.is_empty() {
        return Some((0, true));
    }
    if t == "Z" {
        return Some((0, false));
    }
    let inner = t.strip_prefix('[')?;
    // Some files forget the closing bracket.
    let closed = inner.ends_with(']');
    let inner = inner.strip_suffix(']').unwrap_or(inner);
    let (number, name) = inner.split_once(':').unwrap_or((inner, ""));
    let number = number.trim();
    if number.is_empty() || number.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let minutes = named(if number.is_empty() { name.trim() } else { number })?;
        return Some((minutes, false));
    }
    let minus = number.starts_with('-');
    let number = number.trim_start_matches(['-', '+']);
    let (hours, part) = number.split_once('.').unwrap_or((number, ""));
    let hours: i16 = hours.parse().ok().filter(|h| *h <= 15)?;
    // A fraction is one of an hour by the standard; .30 and .45 are minutes in practice.
    let minutes = match part {
        "" | "0" | "00" => 0,
        "5" | "50" | "30" => 30,
        "75" | "45" => 45,
        "25" | "15" => 15,
        _ => return None,
    };
    let all = hours * 60 + minutes;
    Some((if minus { -all } else { all }, closed))
}

fn named(zone: &str) -> Option<i16> {
    let hours = match zone.to_ascii_uppercase().as_str() {
        "GMT" | "UTC" | "Z" => 0,
        "EDT" | "AST" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" | "AKDT" => -8,
        "AKST" => -9,
        "HST" => -10,
        _ => return None,
    };
    Some(hours * 60)
}

/// `2026-11-20`, `2026-11-20T16:30:00`, `2026-11-20 16:30:00Z`, with a zone or without. The order of 11/20/2026 is anybody's guess.
fn dashed(t: &str) -> Option<DateTime> {
    let mut digits = String::with_capacity(20);
    let bytes = t.as_bytes();
    if bytes.len() < 10 || bytes[4] != bytes[7] || !matches!(bytes[4], b'-' | b'/' | b'.') {
        return None;
    }
    let number = |from: usize, to: usize| t.get(from..to).filter(|p| p.bytes().all(|b| b.is_ascii_digit()));
    for (from, to) in [(0, 4), (5, 7), (8, 10)] {
        digits.push_str(number(from, to)?);
    }
    let mut rest = &t[10..];
    if let Some(time) = rest.strip_prefix(['T', ' ']) {
        let clock = time.get(..8).filter(|c| c.as_bytes()[2] == b':' && c.as_bytes()[5] == b':')?;
        for (from, to) in [(0, 2), (3, 5), (6, 8)] {
            digits.push_str(clock.get(from..to)?);
        }
        rest = &time[8..];
        if let Some(fraction) = rest.strip_prefix('.') {
            let n = fraction.bytes().take_while(u8::is_ascii_digit).count();
            digits.push('.');
            digits.push_str(&fraction[..n]);
            rest = &fraction[n..];
        }
        if let Some(offset) = rest.strip_prefix(['-', '+']) {
            let (hours, minutes) = offset.split_once(':')?;
            digits.push_str(&format!("[{}{hours}.{minutes}]", &rest[..1]));
            rest = "";
        }
    }
    digits.push_str(rest);
    standard(&digits).map(|(d, _)| d)
}

fn exists(d: &DateTime) -> bool {
    let leap = d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0);
    let days = match d.month {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    let time = d.time.is_none_or(|t| t.hour < 24 && t.minute < 60 && t.second <= 60);
    (1..=9999).contains(&d.year) && (1..=days).contains(&d.day) && time
}

/// Days since 1970 in the Gregorian calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(t: &str) -> (Option<String>, Option<Repair>) {
        let mut notes = Notes::default();
        let d = read(t, "DTPOSTED", Place::default(), &mut notes);
        (d.map(|d| d.to_string()), notes.kept.first().map(|w| w.repair))
    }

    #[test]
    fn as_the_standard_writes_them() {
        assert_eq!(one("20261120"), (Some("2026-11-20".into()), None));
        assert_eq!(one("20261120163000"), (Some("2026-11-20T16:30:00.000+00:00".into()), None));
        assert_eq!(one("20261120163000.123[-5:EST]"), (Some("2026-11-20T16:30:00.123-05:00".into()), None));
        assert_eq!(one("20261120163000[+5.30:IST]"), (Some("2026-11-20T16:30:00.000+05:30".into()), None));
        assert_eq!(one("20261120163000[-3.5:NST]"), (Some("2026-11-20T16:30:00.000-03:30".into()), None));
    }

    #[test]
    fn as_files_write_them() {
        let odd = |t: &str| (Some(t.to_owned()), Some(Repair::OddDate));
        assert_eq!(one("20261120[-5:EST]"), odd("2026-11-20"));
        assert_eq!(one("2026-11-20"), odd("2026-11-20"));
        assert_eq!(one("2026-11-20T16:30:00Z"), odd("2026-11-20T16:30:00.000+00:00"));
        assert_eq!(one("2026-11-20T16:30:00.5-05:00"), odd("2026-11-20T16:30:00.500-05:00"));
        assert_eq!(one("20261231240000"), odd("2027-01-01T00:00:00.000+00:00"));
        assert_eq!(one("20261120163000[EST]"), odd("2026-11-20T16:30:00.000-05:00"));
        assert_eq!(one("20261120163000[-5:EST"), odd("2026-11-20T16:30:00.000-05:00"));
    }

    #[test]
    fn what_no_calendar_has_is_unknown() {
        for t in [
            "",
            "0",
            "00000000",
            "20260230",
            "20261301",
            "2026112",
            "11/20/2026",
            "today",
            "20261120256000",
            "20261120[XYZ]",
            "é026-11-20",
            "2026-11-2é",
        ] {
            assert_eq!(one(t), (None, Some(Repair::BadDate)), "{t}");
        }
    }

    #[test]
    fn milliseconds_count_from_1970() {
        let at = |t: &str| read(t, "", Place::default(), &mut Notes::default()).map(|d| d.unix_milliseconds());
        assert_eq!(at("19700101"), Some(0));
        assert_eq!(at("20261120163000[-5:EST]"), Some(1_795_210_200_000));
        assert_eq!(at("19691231235959.999"), Some(-1));
        assert_eq!(at("20000301"), Some(951_868_800_000));
    }
}
