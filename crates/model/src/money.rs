//! Exact amounts. A decimal and its currency; unknown is `None`, never zero. No floats.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An ISO 4217 code, or a provider's unofficial one (crypto), upper case, 1 to 12 ASCII letters, digits or `._-`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a currency code")]
pub struct BadCurrency;

impl Currency {
    pub fn usd() -> Currency {
        Currency("USD".into())
    }
    pub fn code(&self) -> &str {
        &self.0
    }
}
impl FromStr for Currency {
    type Err = BadCurrency;
    fn from_str(s: &str) -> Result<Self, BadCurrency> {
        let ok = (1..=12).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        if ok { Ok(Currency(s.to_ascii_uppercase())) } else { Err(BadCurrency) }
    }
}
impl TryFrom<String> for Currency {
    type Error = BadCurrency;
    fn try_from(s: String) -> Result<Self, BadCurrency> {
        s.parse()
    }
}
impl From<Currency> for String {
    fn from(c: Currency) -> String {
        c.0
    }
}
impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An amount of one currency.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    #[serde(with = "rust_decimal::serde::str")]
    pub amount: Decimal,
    pub currency: Currency,
}

impl Money {
    pub fn new(amount: Decimal, currency: Currency) -> Money {
        Money { amount, currency }
    }
    pub fn usd(amount: Decimal) -> Money {
        Money { amount, currency: Currency::usd() }
    }
}
impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

/// Reads a JSON number's own text as a decimal, exponents included, without passing through binary floats.
/// `None` when it is not a number or has more digits than 28: unknown is better than wrong.
pub fn decimal(text: &str) -> Option<Decimal> {
    let t = text.trim();
    let d = if t.contains(['e', 'E']) { Decimal::from_scientific(t).ok()? } else { Decimal::from_str_exact(t).ok()? };
    Some(d)
}

/// Sums by currency; a missing value makes that sum partial, which the caller is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Total {
    pub by_currency: std::collections::BTreeMap<Currency, Decimal>,
    /// How many items had no known value.
    pub unknown: usize,
}

impl Total {
    pub fn add(&mut self, value: Option<&Money>) {
        match value {
            Some(m) => *self.by_currency.entry(m.currency.clone()).or_default() += m.amount,
            None => self.unknown += 1,
        }
    }
    /// The only sum, when everything is known to be of one currency (or nothing is there at all).
    pub fn single(&self) -> Option<Money> {
        match self.by_currency.len() {
            1 => self.by_currency.iter().next().map(|(c, a)| Money::new(*a, c.clone())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_from_text() {
        assert_eq!(decimal("0.1").unwrap().to_string(), "0.1");
        assert_eq!(decimal("1e-7").unwrap().to_string(), "0.0000001");
        assert_eq!(decimal("12345678901234567.8901234567").unwrap().to_string(), "12345678901234567.8901234567");
        assert_eq!(decimal("abc"), None);
        assert_eq!(decimal("0.12345678901234567890123456789"), None);
    }
}
