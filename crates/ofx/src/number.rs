//! Numbers, exact. A number that could mean two things is unknown, never guessed.

use crate::warning::{Notes, Place, Repair};
use rust_decimal::Decimal;
use std::str::FromStr;

/// Reads an amount. `None`, with a warning, when it is no number or can be read in two ways.
pub(crate) fn read(text: &str, element: &str, place: Place, notes: &mut Notes) -> Option<Decimal> {
    let bytes = text.as_bytes();
    // Nearly every number is plain: digits, a sign in front, a point.
    if let Some(d) = plain(bytes) {
        if bytes.contains(&b'.') {
            if notes.comma_seen && grouped(text.trim_start_matches(['-', '+']), '.') {
                notes.add(Repair::AmbiguousNumber, place, element, text);
                return None;
            }
            notes.point_seen = true;
        }
        return Some(d);
    }
    match odd(text, notes) {
        Ok(d) => {
            notes.add(Repair::OddNumber, place, element, text);
            Some(d)
        }
        Err(repair) => {
            notes.add(repair, place, element, text);
            None
        }
    }
}

fn plain(bytes: &[u8]) -> Option<Decimal> {
    let (minus, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    if digits.is_empty() || digits.len() > 18 {
        return if digits.len() > 18 && digits.iter().all(|b| b.is_ascii_digit() || *b == b'.') { long(bytes) } else { None };
    }
    let (mut n, mut scale, mut point, mut some) = (0i64, 0u32, false, false);
    for b in digits {
        match b {
            b'0'..=b'9' => {
                n = n * 10 + i64::from(b - b'0');
                scale += u32::from(point);
                some = true;
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    some.then(|| {
        let mut d = Decimal::new(n, scale);
        d.set_sign_negative(minus);
        d
    })
}

/// More digits than a machine word; all of them, or nothing.
fn long(bytes: &[u8]) -> Option<Decimal> {
    let text = std::str::from_utf8(bytes).ok()?;
    Decimal::from_str_exact(text.strip_prefix('+').unwrap_or(text)).ok()
}

/// Other spellings: signs behind, brackets, currency signs, separators of thousands, decimal commas.
fn odd(text: &str, notes: &mut Notes) -> Result<Decimal, Repair> {
    let mut t = text.trim();
    let mut minus = false;
    if let Some(inner) = t.strip_prefix('(').and_then(|i| i.strip_suffix(')')) {
        (t, minus) = (inner.trim(), true);
    }
    if let Some(front) = t.strip_suffix('-') {
        if minus {
            return Err(Repair::BadNumber);
        }
        (t, minus) = (front.trim_end(), true);
    }
    let signs = ['$', '€', '£', '¥'];
    // A sign behind or brackets were the sign already.
    let behind = minus;
    let mut seen = false;
    loop {
        t = t.trim_start_matches(signs).trim_start();
        match t.strip_prefix(['-', '−', '+']) {
            Some(rest) if !seen && !behind => {
                minus = !t.starts_with('+');
                (t, seen) = (rest.trim_start(), true);
            }
            Some(_) => return Err(Repair::BadNumber),
            None if t.starts_with(signs) => {}
            None => break,
        }
    }
    t = t.trim_end_matches(signs).trim_end();
    let magnitude = magnitude(t, notes)?;
    Ok(if minus { -magnitude } else { magnitude })
}

fn magnitude(t: &str, notes: &mut Notes) -> Result<Decimal, Repair> {
    let exact = |s: &str| Decimal::from_str_exact(s).map_err(|_| Repair::BadNumber);
    if !t.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',') {
        return Err(Repair::BadNumber);
    }
    if t.contains(['e', 'E']) && t.chars().all(|c| c.is_ascii_digit() || "eE+-.".contains(c)) {
        return Decimal::from_scientific(t).map_err(|_| Repair::BadNumber);
    }
    // Blanks and apostrophes only ever separate thousands.
    let mut s = t.to_owned();
    for blank in [' ', '\u{a0}', '\u{202f}', '\'', '’'] {
        if s.contains(blank) {
            let whole = s.split(['.', ',']).next().unwrap_or_default();
            if !grouped(whole, blank) || s[whole.len()..].contains(blank) {
                return Err(Repair::BadNumber);
            }
            s = s.replace(blank, "");
        }
    }
    if !s.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',') {
        return Err(Repair::BadNumber);
    }
    let (commas, points) = (s.matches(',').count(), s.matches('.').count());
    match (commas, points) {
        (0, 0 | 1) => exact(&s),
        // Both stand there: the last one is the decimal one, and the other must separate thousands.
        (_, 1) if s.rfind('.') > s.rfind(',') && grouped(&s[..s.find('.').unwrap_or(0)], ',') => {
            notes.point_seen = true;
            exact(&s.replace(',', ""))
        }
        (1, _) if points > 0 && s.rfind(',') > s.rfind('.') && grouped(&s[..s.find(',').unwrap_or(0)], '.') => {
            notes.comma_seen = true;
            exact(&s.replace('.', "").replace(',', "."))
        }
        (1, 0) if grouped(&s, ',') => match (notes.comma_seen, notes.point_seen) {
            (true, false) => exact(&s.replace(',', ".")),
            (false, true) => exact(&s.replace(',', "")),
            _ => Err(Repair::AmbiguousNumber),
        },
        (1, 0) => {
            notes.comma_seen = true;
            exact(&s.replace(',', "."))
        }
        (_, 0) if grouped(&s, ',') => exact(&s.replace(',', "")),
        (0, _) if grouped(&s, '.') => {
            notes.comma_seen = true;
            exact(&s.replace('.', ""))
        }
        _ => Err(Repair::BadNumber),
    }
}

/// Whether digits stand in threes between the separators: 1,234 or 12,345,678.
fn grouped(s: &str, separator: char) -> bool {
    let mut parts = s.split(separator);
    let first = parts.next().unwrap_or_default();
    let digits = |p: &str| p.bytes().all(|b| b.is_ascii_digit());
    let rest: Vec<&str> = parts.collect();
    (1..=3).contains(&first.len()) && digits(first) && first != "0" && !rest.is_empty() && rest.iter().all(|p| p.len() == 3 && digits(p))
}

/// A whole number such as a code.
pub(crate) fn whole(text: &str) -> Option<u32> {
    u32::from_str(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> (Option<String>, Option<Repair>) {
        with(text, &mut Notes::default())
    }
    fn with(text: &str, notes: &mut Notes) -> (Option<String>, Option<Repair>) {
        let before = notes.kept.len();
        let d = read(text, "TRNAMT", Place::default(), notes);
        (d.map(|d| d.to_string()), notes.kept.get(before).map(|w| w.repair))
    }

    #[test]
    fn exact_as_written() {
        for t in ["0", "-12.50", "1234567890.123456", "0.10", "79228162514264337593543950335"] {
            assert_eq!(one(t), (Some(t.to_owned()), None));
        }
        assert_eq!(one("+.5"), (Some("0.5".into()), None));
        assert_eq!(one("79228162514264337593543950336"), (None, Some(Repair::BadNumber)));
        assert_eq!(one("0.12345678901234567890123456789"), (None, Some(Repair::BadNumber)));
    }

    #[test]
    fn other_spellings_are_understood_and_noted() {
        let some = |t: &str| (Some(t.to_owned()), Some(Repair::OddNumber));
        assert_eq!(one("12,5"), some("12.5"));
        assert_eq!(one("1.234,56"), some("1234.56"));
        assert_eq!(one("1,234.56"), some("1234.56"));
        assert_eq!(one("1,234,567"), some("1234567"));
        assert_eq!(one("1 234,56"), some("1234.56"));
        assert_eq!(one("1'234.50"), some("1234.50"));
        assert_eq!(one("(12.00)"), some("-12.00"));
        assert_eq!(one("12.00-"), some("-12.00"));
        assert_eq!(one("-$1,250.00"), some("-1250.00"));
        assert_eq!(one("$-3"), some("-3"));
        assert_eq!(one("1e-3"), some("0.001"));
        assert_eq!(one("0,125"), some("0.125"));
    }

    #[test]
    fn two_readings_are_no_reading() {
        assert_eq!(one("1,234"), (None, Some(Repair::AmbiguousNumber)));
        let mut german = Notes::default();
        with("12,50", &mut german);
        assert_eq!(with("1,234", &mut german).0.as_deref(), Some("1.234"));
        assert_eq!(with("1.234", &mut german), (None, Some(Repair::AmbiguousNumber)));
        let mut english = Notes::default();
        with("12.50", &mut english);
        assert_eq!(with("1,234", &mut english).0.as_deref(), Some("1234"));
    }

    #[test]
    fn what_is_no_number_is_unknown() {
        for t in ["", "-", ".", "abc", "1.2.3", "12,34,5", "--1", "(1-)", "NaN", "1 2", "1,2.3,4", "\u{661}", "(-1)"] {
            assert_eq!(one(t).0, None, "{t}");
        }
    }
}
