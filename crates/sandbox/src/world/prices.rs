//! Closing prices in closed form: any security on any day without storing a history. Integers only.
//!
//! A price is its reference price times two to the difference of two sums: the market's level (a drawn outline with the falls of 2008
//! and 2020, roughened) times the security's beta, its own midpoint-displacement walk, and a drift. Debt follows a drawn rate curve,
//! options their underlying.

use super::calendar::{Calendar, days_between};
use super::random::{Stream, key, mix};
use super::{Security, World};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

/// A closing price and its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Close {
    pub price: Decimal,
    pub day: Date,
}

/// How a security's price comes about. Prices are in ten-thousandths, logarithms to base two with 32 binary digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Path {
    /// One unit of its currency, always.
    Flat,
    Walk(Walk),
    /// Per 100 of face; coupon and spread in ten-thousandths of a percent.
    Debt {
        coupon: i64,
        spread: i64,
    },
    /// `underlying` is an index into the world's securities; volatility in percent a year.
    Choice {
        underlying: usize,
        strike: i64,
        volatility: i64,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Walk {
    pub key: u64,
    pub price: i64,
    /// The number of the business day on which `price` holds.
    pub at: usize,
    /// Percent of the market's movement.
    pub beta: i64,
    /// Own daily movement, in hundredths of a percent.
    pub sigma: i64,
    /// Own yearly drift, in percent.
    pub drift: i64,
}

const ONE: i64 = 1 << 32;
const SPAN_LEVEL: u32 = 13;
/// 1/ln 2 in 32 binary digits: turns natural logarithms into binary ones.
const LOG2_E: i64 = 6_196_328_019;

/// The market's level in thousandths of a doubling.
const OUTLINE: [(Date, i64); 25] = [
    (date(2006, 1, 3), 0),
    (date(2007, 10, 9), 270),
    (date(2008, 9, 12), -20),
    (date(2008, 10, 10), -480),
    (date(2008, 11, 20), -740),
    (date(2009, 1, 2), -520),
    (date(2009, 3, 9), -900),
    (date(2010, 4, 23), -60),
    (date(2010, 7, 2), -300),
    (date(2011, 4, 29), 100),
    (date(2011, 10, 3), -200),
    (date(2013, 6, 3), 320),
    (date(2015, 5, 21), 730),
    (date(2016, 2, 11), 510),
    (date(2018, 1, 26), 1150),
    (date(2018, 12, 24), 870),
    (date(2020, 2, 19), 1400),
    (date(2020, 3, 23), 800),
    (date(2020, 8, 18), 1400),
    (date(2022, 1, 3), 1900),
    (date(2022, 10, 12), 1480),
    (date(2024, 7, 16), 2100),
    (date(2025, 4, 8), 1850),
    (date(2026, 11, 19), 2350),
    (date(2037, 12, 31), 3500),
];

/// Times of large daily swings, and their size in ten-thousandths.
const STORMS: [(Date, Date, i64); 2] = [(date(2008, 9, 15), date(2009, 4, 15), 220), (date(2020, 2, 24), date(2020, 4, 30), 300)];

/// The yield of good debt in ten-thousandths of a percent.
const RATES: [(Date, i64); 9] = [
    (date(2006, 1, 3), 47_000),
    (date(2007, 7, 2), 51_000),
    (date(2008, 12, 18), 26_000),
    (date(2012, 7, 25), 16_000),
    (date(2018, 11, 8), 32_000),
    (date(2020, 8, 4), 7_000),
    (date(2023, 10, 19), 49_000),
    (date(2026, 11, 19), 42_000),
    (date(2037, 12, 31), 40_000),
];

/// What all prices share: the market's level and the rate of each business day.
#[derive(Debug)]
pub(crate) struct Market {
    level: Vec<i64>,
    rate: Vec<i64>,
}

impl Market {
    pub fn new(seed: u64, calendar: &Calendar) -> Market {
        let (market, rates, storm) = (key(seed, &["market"]), key(seed, &["rates"]), key(seed, &["storm"]));
        let (mut level, mut rate) = (Vec::with_capacity(calendar.len()), Vec::with_capacity(calendar.len()));
        for i in 0..calendar.len() {
            let day = calendar.day(i);
            let rough = STORMS.iter().find(|s| s.0 <= day && day <= s.1).map_or(0, |s| s.2);
            level.push(
                outline(&OUTLINE, day) * (ONE / 1000)
                    + wander(market, i, 80, 7)
                    + (bell(storm, i as u64) * ((rough * LOG2_E / 10_000) >> 16)),
            );
            // The walk's own unit is a fraction of one; a hundredth of it is a percent of yield.
            rate.push((outline(&RATES, day) + (((wander(rates, i, 60, 8) >> 8) * 30_000) >> 24)).max(1_000));
        }
        Market { level, rate }
    }
}

/// A straight line between the drawn points, exact at each.
fn outline(points: &[(Date, i64)], day: Date) -> i64 {
    let after = points.iter().position(|p| p.0 >= day).unwrap_or(points.len() - 1).max(1);
    let (a, b) = (points[after - 1], points[after]);
    let (done, all) = (days_between(a.0, day.min(b.0)), days_between(a.0, b.0));
    a.1 + (b.1 - a.1) * done / all
}

/// About a standard normal deviate, with 16 binary digits.
fn bell(key: u64, node: u64) -> i64 {
    let w = mix(key ^ (node + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let sum = (w & 0xffff) + ((w >> 16) & 0xffff) + ((w >> 32) & 0xffff) + (w >> 48);
    ((sum as i64 - 2 * 0xffff) * 113_512) >> 16
}

/// A walk by midpoint displacement over 8192 business days. `sigma` is the daily step in hundredths of a percent; movements slower than
/// two to the `cap` days are damped, so that no price drifts out of reason in thirty years.
fn wander(key: u64, index: usize, sigma: i64, cap: u32) -> i64 {
    let step = sigma * LOG2_E / 10_000;
    let (mut low, mut high) = (0u64, 1u64 << SPAN_LEVEL);
    let (mut a, mut b, target) = (0i64, 0i64, (index as u64).min(high));
    for level in (1..=SPAN_LEVEL).rev() {
        let middle = (low + high) / 2;
        let m = (a + b) / 2 + ((((step * half_root(level.min(cap))) >> 16) * bell(key, middle)) >> 16);
        match target.cmp(&middle) {
            std::cmp::Ordering::Equal => return m,
            std::cmp::Ordering::Less => (high, b) = (middle, m),
            std::cmp::Ordering::Greater => (low, a) = (middle, m),
        }
    }
    if target == low { a } else { b }
}

/// Half the root of two to the `level`, with 16 binary digits.
fn half_root(level: u32) -> i64 {
    let whole = 1i64 << (15 + level / 2);
    if level % 2 == 1 { (whole * 92_682) >> 16 } else { whole }
}

/// `value` times two to the `exponent`.
fn scale(value: i64, exponent: i64) -> i64 {
    // The Taylor terms ln(2)^k / k!, with 32 binary digits.
    const TERMS: [i64; 8] = [4_294_967_296, 2_977_044_472, 1_031_764_991, 238_388_333, 41_309_551, 5_726_720, 661_573, 65_510];
    let (whole, part) = (exponent >> 32, exponent & (ONE - 1));
    let power = TERMS.iter().rev().fold(0i64, |sum, t| ((sum as i128 * part as i128) >> 32) as i64 + t);
    let product = value as i128 * power as i128;
    let shift = 32 - whole;
    if shift >= 0 { (product >> shift.min(120)) as i64 } else { (product << (-shift).min(24)) as i64 }
}

impl Walk {
    fn exponent(&self, market: &Market, index: usize) -> i64 {
        market.level[index] / 100 * self.beta + wander(self.key, index, self.sigma, 9) + self.drift * LOG2_E / 100 * index as i64 / 252
    }
    fn price(&self, market: &Market, index: usize) -> i64 {
        let exact = scale(self.price, self.exponent(market, index) - self.exponent(market, self.at));
        if exact < 10_000 { exact.max(1) } else { cents(exact) }
    }
}

/// Rounds ten-thousandths to whole cents, at least one. What costs less than one unit keeps four digits.
fn cents(price: i64) -> i64 {
    ((price + 50) / 100 * 100).max(100)
}

impl World {
    /// The latest close on or before `day`; `None` before the first. After the end of a bond or option, its last one.
    pub fn close(&self, security: &Security, day: Date) -> Option<Close> {
        let day = security.ends().map_or(day, |end| end.min(day));
        self.close_at(security, self.calendar.at(day)?)
    }

    /// Every close from `from` to `to`, oldest first.
    pub fn history<'a>(&'a self, security: &'a Security, from: Date, to: Date) -> impl Iterator<Item = Close> + 'a {
        let to = security.ends().map_or(to, |end| end.min(to));
        let first = self.calendar.at(self.calendar.on_or_after(from)).unwrap_or(0);
        let last = self.calendar.at(to).map_or(0, |i| i + 1);
        (first..last).filter_map(|i| self.close_at(security, i)).filter(move |c| c.day >= from)
    }

    pub(crate) fn close_at(&self, security: &Security, index: usize) -> Option<Close> {
        let index = index.min(self.calendar.len() - 1);
        let day = self.calendar.day(index);
        if security.issued().is_some_and(|d| day < d) {
            return None;
        }
        let units = self.units(security, index);
        let price = if units % 100 == 0 { Decimal::new(units / 100, 2) } else { Decimal::new(units, 4) };
        Some(Close { price, day })
    }

    fn units(&self, security: &Security, index: usize) -> i64 {
        match &security.path {
            Path::Flat => 10_000,
            Path::Walk(w) => w.price(&self.market, index),
            Path::Debt { coupon, spread } => {
                let left = security.ends().map_or(0, |end| days_between(self.calendar.day(index), end)).max(0);
                // Years times 10,000; long debt moves less than its years say.
                let years = left * 10_000 * 4 / 1461;
                let weight = if *coupon == 0 { years } else { years.min(60_000) * 85 / 100 + (years - 60_000).max(0) * 35 / 100 };
                1_000_000 + (coupon - self.market.rate[index] - spread) * weight / 10_000
            }
            Path::Choice { underlying, strike, volatility } => {
                let Some(of) = self.securities.get(*underlying) else { return 100 };
                let spot = self.units(of, index);
                let left = security.ends().map_or(0, |end| days_between(self.calendar.day(index), end)).max(0);
                let call = security.option.as_ref().is_some_and(|o| o.call);
                let inside = if call { spot - strike } else { strike - spot };
                // The well-known 0.4 · S · σ · √T at the money, fading away from it.
                let root = (left as u64 * 100_000_000 / 365).isqrt() as i64;
                let at_money = spot / 1000 * 4 * volatility / 100 * 100 * root / 10_000;
                let time = if at_money == 0 {
                    0
                } else {
                    (at_money as i128 * at_money as i128 / (at_money + (spot - strike).abs()) as i128) as i64
                };
                cents(inside.max(0) + time)
            }
        }
    }
}

/// A walk anchored at `price` (ten-thousandths) on the business day numbered `at`.
pub(crate) fn walk(seed: u64, name: &str, price: i64, at: usize, character: (i64, i64, i64)) -> Path {
    let (beta, sigma, drift) = character;
    Path::Walk(Walk { key: Stream::of(seed, &["walk", name]).word(), price, at, beta, sigma, drift })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_and_halves() {
        assert_eq!(scale(10_000, 0), 10_000);
        assert_eq!(scale(10_000, ONE), 20_000);
        assert_eq!(scale(10_000, -ONE), 5_000);
        assert_eq!(scale(1_000_000, ONE / 2), 1_414_213);
        assert!((scale(1_000_000, ONE - 1) - 2_000_000).abs() < 4);
    }

    #[test]
    fn outlines_pass_through_their_points() {
        for (day, level) in OUTLINE {
            assert_eq!(outline(&OUTLINE, day), level, "{day}");
        }
        assert_eq!(outline(&OUTLINE, date(2050, 1, 1)), 3500);
    }
}
