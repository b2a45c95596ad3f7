//! A year of closes in few bytes: the day of the year and the price as differences. Exact; two to four bytes a day.

use super::Close;
use crate::{Date, Decimal};

/// The most decimals of a price.
pub const DECIMALS: u32 = 10;

/// The closes of one year, in order, each day once. `None` when a price does not fit or a day is of another year.
pub fn pack(year: i16, closes: &[Close]) -> Option<Vec<u8>> {
    let scale = closes.iter().map(|c| c.close.normalize().scale()).max().unwrap_or(0);
    if scale > DECIMALS {
        return None;
    }
    let mut out = vec![1, scale as u8];
    let (mut day, mut price) = (0i64, 0i64);
    for c in closes {
        let of_year = i64::from(c.day.day_of_year());
        if c.day.year() != year || of_year <= day {
            return None;
        }
        let mut exact = c.close.normalize();
        exact.rescale(scale);
        let units = i64::try_from(exact.mantissa()).ok()?;
        put(&mut out, (of_year - day) as u64);
        let step = units.checked_sub(price)?;
        put(&mut out, ((step << 1) ^ (step >> 63)) as u64);
        (day, price) = (of_year, units);
    }
    Some(out)
}

pub fn unpack(year: i16, mut body: &[u8]) -> Option<Vec<Close>> {
    let [1, scale, rest @ ..] = body else { return None };
    let scale = u32::from(*scale);
    if scale > DECIMALS {
        return None;
    }
    body = rest;
    let (mut of_year, mut price) = (0i16, 0i64);
    let first = Date::new(year, 1, 1).ok()?;
    let mut out = Vec::with_capacity(262);
    let (mut month, mut start) = (first, 0);
    while !body.is_empty() {
        of_year = of_year.checked_add(i16::try_from(take(&mut body)?).ok()?)?;
        let step = take(&mut body)?;
        price = price.checked_add((step >> 1) as i64 ^ -((step & 1) as i64))?;
        // The month moves on with the day: no calendar arithmetic for each close.
        while of_year > start + i16::from(month.days_in_month()) {
            start += i16::from(month.days_in_month());
            month = Date::new(year, month.month().checked_add(1).filter(|m| *m <= 12)?, 1).ok()?;
        }
        let day = Date::new(year, month.month(), i8::try_from(of_year - start).ok()?).ok()?;
        out.push(Close { day, close: Decimal::new(price, scale) });
    }
    Some(out)
}

fn put(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn take(body: &mut &[u8]) -> Option<u64> {
    let mut n = 0u64;
    for shift in (0..64).step_by(7) {
        let (first, rest) = body.split_first()?;
        *body = rest;
        n |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(n);
        }
    }
    None
}
