//! What an account was worth at one instant, as a small vector: changes daily, so every byte counts (a year of a 20-position account
//! stays under 60 kB). Exact: digits and trailing zeros come back as they were sent.

use crate::Date;
use rust_decimal::{Decimal, RoundingStrategy};

#[derive(Debug, Clone, PartialEq)]
pub struct Worth {
    pub value: Option<Decimal>,
    pub available: Option<Decimal>,
    pub limit: Option<Decimal>,
    pub as_of_day: Date,
    /// In the order of the positions that are held.
    pub positions: Vec<PositionWorth>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct PositionWorth {
    pub price: Option<Decimal>,
    pub price_day: Option<Date>,
    pub value: Option<Decimal>,
    pub vested_value: Option<Decimal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an unreadable row of the log")]
pub struct Unreadable;

/// The only format so far; a reader that meets another number stops.
const FORMAT: u8 = 1;

/// How a position's value is kept: absent, as the product of quantity and price to the cent with all or without trailing zeros, or in full.
const VALUE_NONE: u8 = 0;
const VALUE_PRODUCT: u8 = 1;
const VALUE_PRODUCT_SHORT: u8 = 2;
const VALUE_FULL: u8 = 3;
/// The scale code that means "the price follows in full, or not at all".
const PRICE_FULL: u8 = 7;

impl Worth {
    /// `quantities`: of the positions held, in their order.
    pub fn encode(&self, quantities: &[Decimal]) -> Vec<u8> {
        let mut out = vec![FORMAT];
        put_signed(&mut out, i128::from(days(self.as_of_day)));
        for d in [self.value, self.available, self.limit] {
            put_decimal(&mut out, d);
        }
        put_unsigned(&mut out, self.positions.len() as u128);
        for (p, q) in self.positions.iter().zip(quantities) {
            self.put_position(&mut out, p, *q);
        }
        out
    }

    fn put_position(&self, out: &mut Vec<u8>, p: &PositionWorth, quantity: Decimal) {
        let short = p.price.filter(|d| d.scale() < u32::from(PRICE_FULL) && !d.is_sign_negative());
        let scale = short.map_or(PRICE_FULL, |d| d.scale() as u8);
        let product = p.price.and_then(|price| product(quantity, price));
        let value = match p.value {
            None => VALUE_NONE,
            Some(v) if product.is_some_and(|x| same(x, v)) => VALUE_PRODUCT,
            Some(v) if product.is_some_and(|x| same(x.normalize(), v)) => VALUE_PRODUCT_SHORT,
            Some(_) => VALUE_FULL,
        };
        let own_day = p.price_day != Some(self.as_of_day);
        out.push(scale | value << 3 | u8::from(own_day) << 5 | u8::from(p.vested_value.is_some()) << 6);
        match short {
            Some(d) => put_unsigned(out, d.mantissa().unsigned_abs()),
            None => put_decimal(out, p.price),
        }
        if own_day {
            // Zero cannot be an own day's distance, so it stands for "no day".
            put_signed(out, p.price_day.map_or(0, |d| i128::from(days(d) - days(self.as_of_day))));
        }
        if value == VALUE_FULL {
            put_decimal(out, p.value);
        }
        if p.vested_value.is_some() {
            put_decimal(out, p.vested_value);
        }
    }

    /// The day and the total alone: what sums over many rows need, without the positions behind them.
    pub fn total(bytes: &[u8]) -> Result<(Date, Option<Decimal>), Unreadable> {
        let mut r = Reader(bytes);
        if r.byte()? != FORMAT {
            return Err(Unreadable);
        }
        Ok((date(r.signed()?)?, r.decimal()?))
    }

    pub fn decode(bytes: &[u8], quantities: &[Decimal]) -> Result<Worth, Unreadable> {
        let mut r = Reader(bytes);
        if r.byte()? != FORMAT {
            return Err(Unreadable);
        }
        let as_of_day = date(r.signed()?)?;
        let (value, available, limit) = (r.decimal()?, r.decimal()?, r.decimal()?);
        if r.unsigned()? != quantities.len() as u128 {
            return Err(Unreadable);
        }
        let positions = quantities.iter().map(|q| r.position(*q, as_of_day)).collect::<Result<_, _>>()?;
        if !r.0.is_empty() {
            return Err(Unreadable);
        }
        Ok(Worth { value, available, limit, as_of_day, positions })
    }
}

fn product(quantity: Decimal, price: Decimal) -> Option<Decimal> {
    let mut p = quantity.checked_mul(price)?.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    p.rescale(2);
    Some(p)
}

/// Equal to the last zero: 12.50 is not 12.5, -0 is not 0.
fn same(a: Decimal, b: Decimal) -> bool {
    a.serialize() == b.serialize()
}

fn days(d: Date) -> i64 {
    i64::from((d - EPOCH).get_days())
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

fn date(n: i128) -> Result<Date, Unreadable> {
    let n = i64::try_from(n).map_err(|_| Unreadable)?;
    let span = jiff::Span::new().try_days(n).map_err(|_| Unreadable)?;
    EPOCH.checked_add(span).map_err(|_| Unreadable)
}

fn put_unsigned(out: &mut Vec<u8>, mut n: u128) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn put_signed(out: &mut Vec<u8>, n: i128) {
    put_unsigned(out, ((n << 1) ^ (n >> 127)) as u128);
}

/// One byte says none, or the scale and the sign; the digits follow.
fn put_decimal(out: &mut Vec<u8>, d: Option<Decimal>) {
    match d {
        None => out.push(0),
        Some(d) => {
            out.push(1 + (d.scale() as u8) * 2 + u8::from(d.is_sign_negative()));
            put_unsigned(out, d.mantissa().unsigned_abs());
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8, Unreadable> {
        let (first, rest) = self.0.split_first().ok_or(Unreadable)?;
        self.0 = rest;
        Ok(*first)
    }
    fn unsigned(&mut self) -> Result<u128, Unreadable> {
        let mut n: u128 = 0;
        for shift in (0..126).step_by(7) {
            let b = self.byte()?;
            n |= u128::from(b & 0x7f) << shift;
            if b & 0x80 == 0 {
                return Ok(n);
            }
        }
        Err(Unreadable)
    }
    fn signed(&mut self) -> Result<i128, Unreadable> {
        let n = self.unsigned()?;
        Ok((n >> 1) as i128 ^ -((n & 1) as i128))
    }
    fn decimal(&mut self) -> Result<Option<Decimal>, Unreadable> {
        let head = match self.byte()? {
            0 => return Ok(None),
            b => b - 1,
        };
        let digits = self.unsigned()?;
        decimal(digits, u32::from(head / 2), head % 2 == 1).map(Some)
    }
    fn position(&mut self, quantity: Decimal, as_of_day: Date) -> Result<PositionWorth, Unreadable> {
        let head = self.byte()?;
        let price = match head & 7 {
            PRICE_FULL => self.decimal()?,
            scale => Some(decimal(self.unsigned()?, u32::from(scale), false)?),
        };
        let price_day = match head >> 5 & 1 {
            0 => Some(as_of_day),
            _ => match self.signed()? {
                0 => None,
                n => Some(date(i128::from(days(as_of_day)).checked_add(n).ok_or(Unreadable)?)?),
            },
        };
        let product = price.and_then(|p| product(quantity, p));
        let value = match head >> 3 & 3 {
            VALUE_NONE => None,
            VALUE_PRODUCT => Some(product.ok_or(Unreadable)?),
            VALUE_PRODUCT_SHORT => Some(product.ok_or(Unreadable)?.normalize()),
            _ => self.decimal()?,
        };
        let vested_value = if head >> 6 & 1 == 1 { self.decimal()? } else { None };
        Ok(PositionWorth { price, price_day, value, vested_value })
    }
}

fn decimal(digits: u128, scale: u32, negative: bool) -> Result<Decimal, Unreadable> {
    let n = i128::try_from(digits).map_err(|_| Unreadable)?;
    let mut d = Decimal::try_from_i128_with_scale(n, scale).map_err(|_| Unreadable)?;
    d.set_sign_negative(negative);
    Ok(d)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_decimal() -> impl Strategy<Value = Decimal> {
        (any::<i64>(), 0u32..20).prop_map(|(n, s)| Decimal::from_i128_with_scale(i128::from(n), s))
    }
    fn price() -> impl Strategy<Value = Decimal> {
        prop_oneof![(0i64..2_000_000, 0u32..5).prop_map(|(n, s)| Decimal::new(n, s)), any_decimal()]
    }
    fn any_date() -> impl Strategy<Value = Date> {
        (-20_000i128..40_000).prop_map(|n| date(n).unwrap())
    }
    prop_compose! {
        fn position()(price in prop::option::of(price()), price_day in prop::option::of(any_date()), value in prop::option::of(any_decimal()),
            vested_value in prop::option::of(any_decimal())) -> PositionWorth {
            PositionWorth { price, price_day, value, vested_value }
        }
    }

    proptest! {
        #[test]
        fn comes_back_to_the_last_digit(
            rows in prop::collection::vec((position(), price()), 0..8), value in prop::option::of(any_decimal()), as_of_day in any_date(), products in any::<bool>()
        ) {
            let quantities: Vec<Decimal> = rows.iter().map(|(_, q)| *q).collect();
            let mut positions: Vec<PositionWorth> = rows.into_iter().map(|(p, _)| p).collect();
            if products {
                for (p, q) in positions.iter_mut().zip(&quantities) {
                    p.value = p.price.and_then(|x| product(*q, x));
                    p.price_day = Some(as_of_day);
                }
            }
            let worth = Worth { value, available: None, limit: value, as_of_day, positions };
            let bytes = worth.encode(&quantities);
            let back = Worth::decode(&bytes, &quantities).unwrap();
            prop_assert_eq!(format!("{back:?}"), format!("{worth:?}"));
            prop_assert_eq!(format!("{:?}", Worth::total(&bytes).unwrap()), format!("{:?}", (as_of_day, worth.value)));
        }

        #[test]
        fn torn_or_foreign_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), q in prop::collection::vec(any_decimal(), 0..4)) {
            let _ = Worth::decode(&bytes, &q);
        }
    }

    #[test]
    fn a_year_of_twenty_positions_is_small() {
        let quantities: Vec<Decimal> = (0..20).map(|n| Decimal::new(1_234_567 + n, 3)).collect();
        let day = jiff::civil::date(2026, 11, 20);
        let positions = quantities
            .iter()
            .map(|q| {
                let price = Decimal::new(14_893, 2);
                PositionWorth { price: Some(price), price_day: Some(day), value: product(*q, price), vested_value: None }
            })
            .collect();
        let worth = Worth { value: Some(Decimal::new(367_712_345, 2)), available: None, limit: None, as_of_day: day, positions };
        assert!(worth.encode(&quantities).len() <= 80, "{}", worth.encode(&quantities).len());
    }
}
