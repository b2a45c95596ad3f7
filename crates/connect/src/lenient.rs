//! Reading JSON that grows without notice: a field of the wrong form is unknown, an element of the wrong form is left out, and the rest
//! stands. Numbers are read from their own text, never through binary floats.

use model::{Date, Decimal, Time};
use serde::de::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::ops::Deref;

/// A value that can be read from its JSON text, or not.
pub trait Read: Sized {
    fn read(json: &str) -> Option<Self>;
}

/// A field that may be absent, null or nonsense.
#[derive(Debug, Clone, PartialEq)]
pub struct Maybe<T>(pub Option<T>);

impl<T> Default for Maybe<T> {
    fn default() -> Self {
        Maybe(None)
    }
}
impl<T> Deref for Maybe<T> {
    type Target = Option<T>;
    fn deref(&self) -> &Option<T> {
        &self.0
    }
}
impl<'de, T: Read> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let raw = <&'de RawValue>::deserialize(d)?;
        Ok(Maybe(T::read(raw.get())))
    }
}

/// A list whose unreadable elements are left out and counted.
#[derive(Debug, Clone)]
pub struct Many<T> {
    pub list: Vec<T>,
    pub unreadable: usize,
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Many { list: Vec::new(), unreadable: 0 }
    }
}
impl<T> Deref for Many<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.list
    }
}
impl<T: Read> Read for Many<T> {
    fn read(json: &str) -> Option<Self> {
        let raw: Vec<&RawValue> = serde_json::from_str(json).ok()?;
        let list: Vec<T> = raw.iter().filter_map(|r| T::read(r.get())).collect();
        Some(Many { unreadable: raw.len() - list.len(), list })
    }
}
impl<'de, T: Read> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let raw = <&'de RawValue>::deserialize(d)?;
        Ok(Many::read(raw.get()).unwrap_or_default())
    }
}

impl Read for Decimal {
    /// A number, or its digits in quotes.
    fn read(json: &str) -> Option<Decimal> {
        let text = json.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(json);
        model::money::decimal(text)
    }
}
impl Read for String {
    fn read(json: &str) -> Option<String> {
        serde_json::from_str(json).ok()
    }
}
impl Read for bool {
    fn read(json: &str) -> Option<bool> {
        json.parse().ok()
    }
}
impl Read for i64 {
    fn read(json: &str) -> Option<i64> {
        json.parse().ok()
    }
}
impl Read for Date {
    fn read(json: &str) -> Option<Date> {
        let text = String::read(json)?;
        text.get(..10)?.parse().ok()
    }
}
impl Read for Time {
    /// An instant; a bare day means its beginning.
    fn read(json: &str) -> Option<Time> {
        let text = String::read(json)?;
        Time::parse(&text).or_else(|| text.parse::<Date>().ok().and_then(|_| Time::parse(&format!("{text}T00:00:00Z"))))
    }
}

/// Makes wire structs readable as elements and as fields: from objects alone, where the library would take a list for a struct too.
macro_rules! readable {
    ($($t:ty),+ $(,)?) => {$(
        impl $crate::lenient::Read for $t {
            fn read(json: &str) -> Option<Self> {
                json.trim_start().starts_with('{').then(|| serde_json::from_str(json).ok())?
            }
        }
    )+};
}
pub(crate) use readable;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(default)]
    #[derive(Default)]
    struct Row {
        amount: Maybe<Decimal>,
        day: Maybe<Date>,
        name: Maybe<String>,
    }
    readable!(Row);

    #[test]
    fn nonsense_is_unknown_and_the_rest_stands() {
        let json = r#"[{"amount":{"x":1},"day":"soon","name":"a"},5,{"amount":1e2,"day":"2026-11-20T10:00:00Z","name":null},null,"x",{}]"#;
        let rows: Many<Row> = serde_json::from_str(json).unwrap();
        assert_eq!((rows.len(), rows.unreadable), (3, 3));
        assert_eq!((rows[0].amount.0, rows[0].day.0, rows[0].name.as_deref()), (None, None, Some("a")));
        assert_eq!((rows[1].amount.0, rows[1].day.0), (Some(Decimal::from(100)), Some(jiff::civil::date(2026, 11, 20))));
        assert_eq!(rows[2].amount.0, None);
        let rows: Many<Row> = serde_json::from_str("null").unwrap();
        assert!(rows.is_empty());
    }

    #[test]
    fn unknown_is_not_zero() {
        for bad in ["null", "\"\"", "true", "[]", "NaN", "1e999", "0.00000000000000000000000000000000000001", "\"1,000\""] {
            assert_eq!(Decimal::read(bad), None, "{bad}");
        }
    }

    proptest! {
        // What was written is what is read, to the last digit, where binary floats would not keep it.
        #[test]
        fn decimals_are_exact(mantissa in -9_999_999_999_999_999_999_999_999_999i128..9_999_999_999_999_999_999_999_999_999i128, scale in 0u32..=28) {
            let d = Decimal::from_i128_with_scale(mantissa, scale);
            let json = format!("{{\"amount\":{d}}}");
            let row: Row = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(row.amount.0.map(|a| a.to_string()), Some(d.to_string()));
        }

        #[test]
        fn exponents_are_exact(mantissa in -999_999_999i64..999_999_999, exponent in -12i32..9) {
            let json = format!("{{\"amount\":{mantissa}e{exponent}}}");
            let row: Row = serde_json::from_str(&json).unwrap();
            let ten = Decimal::from(10).checked_powi_exact(exponent);
            prop_assert_eq!(row.amount.0, Some(Decimal::from(mantissa) * ten));
        }
    }

    trait Powers {
        fn checked_powi_exact(self, e: i32) -> Decimal;
    }
    impl Powers for Decimal {
        fn checked_powi_exact(self, e: i32) -> Decimal {
            let step = if e < 0 { Decimal::new(1, 1) } else { self };
            (0..e.unsigned_abs()).fold(Decimal::ONE, |p, _| p * step)
        }
    }
}
