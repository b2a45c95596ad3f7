//! The arithmetic, step by step as `docs/risk.md` tells it.

use super::days::{Grid, REACH, returns};
use super::history::clean;
use super::*;
use rust_decimal::RoundingStrategy;
use rust_decimal::prelude::ToPrimitive;

/// Six months: what the positions with a history of their own did, what the stand-ins did, and the year.
type Window = (f64, f64, i16);

/// A history upon the grid, in the currency of the score.
struct Laid {
    returns: Vec<f64>,
    finite: usize,
    odd: Vec<Oddity>,
}

struct Desk<'a> {
    inputs: &'a Inputs,
    grid: Grid,
    laid: BTreeMap<String, Option<Laid>>,
    rates: BTreeMap<Currency, Option<(Decimal, Vec<f64>)>>,
}

pub fn score(inputs: &Inputs) -> Outcome {
    let mut desk = Desk { inputs, grid: Grid::until(inputs.as_of), laid: BTreeMap::new(), rates: BTreeMap::new() };
    let mut positions: Vec<&Position> = inputs.positions.iter().collect();
    // One order, so that sums of binary floats come out the same to the last bit however the positions stood.
    positions.sort_by(|a, b| {
        let key = |p: &Position| (p.account.clone(), p.security.clone(), p.name.clone(), p.value, p.currency.clone(), p.class, p.managed);
        key(a).cmp(&key(b))
    });
    let mut parts: Vec<Part> = positions.into_iter().map(|p| desk.part(p)).collect();
    desk.finish(&mut parts)
}

impl Desk<'_> {
    fn part(&mut self, p: &Position) -> Part {
        let (value, how, odd) = match self.value(p) {
            Err(why) => (None, How::Not { why }, Vec::new()),
            Ok(value) => {
                let (how, odd) = self.how(p);
                (Some(value), how, odd)
            }
        };
        Part { position: p.clone(), value, how, odd }
    }

    /// What the position is worth in the currency of the score.
    fn value(&mut self, p: &Position) -> Result<Decimal, Why> {
        let value = p.value.ok_or(Why::NoValue)?;
        let currency = p.currency.clone().ok_or(Why::NoCurrency)?;
        if currency == self.inputs.currency {
            return Ok(value);
        }
        let Some((today, _)) = self.rate(&currency) else { return Err(Why::NoRate { currency }) };
        value.checked_mul(*today).ok_or(Why::TooLarge)
    }

    /// The newest rate that still stands, and the rate of each weekday.
    fn rate(&mut self, of: &Currency) -> Option<&(Decimal, Vec<f64>)> {
        if !self.rates.contains_key(of) {
            let history = self.inputs.histories.get(&rate_key(of)).filter(|h| h.currency == self.inputs.currency);
            let made = history.and_then(|h| {
                let (closes, _) = clean(h, false);
                let end = days::number(self.inputs.as_of);
                let newest = closes.iter().rfind(|(d, _)| *d <= end).filter(|(d, _)| end - d <= STANDS_DAYS)?;
                Some((newest.1, self.grid.lay(&closes)))
            });
            self.rates.insert(of.clone(), made);
        }
        self.rates.get(of)?.as_ref()
    }

    fn lay(&mut self, key: &str, may_split: bool) -> Option<&Laid> {
        if !self.laid.contains_key(key) {
            let made = self.inputs.histories.get(key).and_then(|h| {
                let (closes, odd) = clean(h, may_split);
                let mut prices = self.grid.lay(&closes);
                if h.currency != self.inputs.currency {
                    let (_, rates) = self.rate(&h.currency)?;
                    prices.iter_mut().zip(rates).for_each(|(p, r)| *p *= r);
                }
                let returns = returns(&prices);
                Some(Laid { finite: returns.iter().filter(|r| r.is_finite()).count(), returns, odd })
            });
            self.laid.insert(key.to_owned(), made);
        }
        self.laid.get(key)?.as_ref()
    }

    fn how(&mut self, p: &Position) -> (How, Vec<Oddity>) {
        let not = |why| (How::Not { why }, Vec::new());
        if p.class == Some(AssetClass::Cash) && p.currency.as_ref() == Some(&self.inputs.currency) {
            return (How::Still, Vec::new());
        }
        if p.class == Some(AssetClass::Cash) {
            // Cash of another currency moves with its rate alone; the value above has shown that there is one.
            let windows = self.grid.windows();
            let own = p.currency.clone().and_then(|c| self.rate(&c).map(|(_, r)| returns(r).iter().filter(|r| r.is_finite()).count()));
            let own = own.unwrap_or(0);
            return match own * 100 >= windows * LEAST_PERCENT {
                true => (How::Modelled { own_windows: own, stand_in_windows: 0 }, Vec::new()),
                false => not(Why::TooShort { percent: own * 100 / windows.max(1) }),
            };
        }
        let Some(key) = &p.security else { return not(Why::Unexplained) };
        let foreign = self.inputs.histories.get(key).map(|h| h.currency.clone()).filter(|c| *c != self.inputs.currency);
        if let Some(currency) = foreign
            && self.rate(&currency).is_none()
        {
            return not(Why::NoRate { currency });
        }
        let windows = self.grid.windows();
        let may_split = p.class != Some(AssetClass::Crypto);
        let (own, odd) = self.lay(key, may_split).map_or((Vec::new(), Vec::new()), |l| (l.returns.clone(), l.odd.clone()));
        let stand_in = p.class.map(AssetClass::stand_in).and_then(|k| self.lay(&k, may_split));
        let finite = |r: &[f64], at: usize| r.get(at).is_some_and(|x| x.is_finite());
        let own_windows = (0..windows).filter(|at| finite(&own, *at)).count();
        let other = stand_in.map_or(0, |s| (0..windows).filter(|at| !finite(&own, *at) && finite(&s.returns, *at)).count());
        if windows > 0 && (own_windows + other) * 100 >= windows * LEAST_PERCENT {
            return (How::Modelled { own_windows, stand_in_windows: other }, odd);
        }
        let why = match (own_windows, p.class, stand_in.is_some_and(|s| s.finite > 0)) {
            (0, None, _) => Why::UnknownSecurity,
            (0, Some(class), false) => Why::NoStandIn { class },
            _ => Why::TooShort { percent: (own_windows + other) * 100 / windows.max(1) },
        };
        (How::Not { why }, odd)
    }

    fn finish(mut self, parts: &mut [Part]) -> Outcome {
        let (mut modelled, mut all, mut net) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
        for p in parts.iter_mut() {
            let Some(v) = p.value else { continue };
            let sums = all.checked_add(v.abs()).and_then(|a| net.checked_add(v).map(|n| (a, n)));
            let Some((a, n)) = sums else {
                (p.value, p.how) = (None, How::Not { why: Why::TooLarge });
                continue;
            };
            all = a;
            if !matches!(p.how, How::Not { .. }) {
                modelled += v.abs();
                net = n;
            }
        }
        let score = self.measure(parts, modelled, all, net);
        let percent = (!all.is_zero()).then(|| modelled.checked_div(all).and_then(|s| s.checked_mul(Decimal::ONE_HUNDRED))).flatten();
        Outcome {
            method: METHOD.into(),
            as_of: self.inputs.as_of,
            currency: self.inputs.currency.clone(),
            score,
            coverage: percent.map(|c| c.round_dp_with_strategy(1, RoundingStrategy::ToZero)),
            modelled,
            in_scope: all,
            unvalued: parts.iter().filter(|p| p.value.is_none()).count(),
            parts: parts.to_vec(),
        }
    }

    fn measure(&mut self, parts: &[Part], modelled: Decimal, all: Decimal, net: Decimal) -> Result<Score, Nothing> {
        if parts.is_empty() {
            return Err(Nothing::NothingHeld);
        }
        let counted: Vec<&Part> = parts.iter().filter(|p| !matches!(p.how, How::Not { .. })).collect();
        if counted.is_empty() || modelled.is_zero() {
            return Err(Nothing::NothingModelled);
        }
        if net <= Decimal::ZERO {
            return Err(Nothing::NotPositive);
        }
        let windows = self.grid.windows();
        let (mut own, mut other) = (vec![0.0; windows], vec![0.0; windows]);
        let mut stood_in = false;
        for p in counted {
            let weight = p.value.and_then(|v| v.checked_div(net)).and_then(|w| w.to_f64()).unwrap_or(f64::NAN);
            if p.how == How::Still {
                continue;
            }
            stood_in |= self.add(&p.position, weight, &mut own, &mut other);
        }
        // Windows in which every modelled position has a return.
        let all_of: Vec<Window> =
            own.into_iter().zip(other).zip(&self.grid.years).map(|((a, b), y)| (a, b, *y)).filter(|w| (w.0 + w.1).is_finite()).collect();
        if all_of.len() < LEAST_WINDOWS {
            return Err(Nothing::TooFewWindows { windows: all_of.len() });
        }
        let loss = |part: &dyn Fn(&Window) -> Option<f64>| {
            let some: Vec<f64> = all_of.iter().filter_map(part).collect();
            (some.len() >= LEAST_WINDOWS).then(|| -lower_end(some))
        };
        let downside = loss(&|w| Some(w.0 + w.1)).unwrap_or_default();
        let years = all_of.first().map_or(0, |w| w.2)..=all_of.last().map_or(0, |w| w.2);
        let without_year: Vec<(i16, f64)> = years.filter_map(|y| Some((y, loss(&|w| (w.2 != y).then_some(w.0 + w.1))?))).collect();
        let stand_in = stood_in.then(|| {
            let by = |f: f64| loss(&|w| Some(w.0 + f * w.1)).unwrap_or(downside);
            (by(0.5), by(1.5))
        });
        let missing = all.checked_sub(modelled).and_then(|m| m.checked_div(all)).and_then(|s| s.to_f64()).unwrap_or(0.0);
        let not_modelled = (missing > 0.0).then_some((downside * (1.0 - missing), downside * (1.0 - missing) + UNKNOWN_LOSS * missing));
        let others = without_year.iter().map(|(_, l)| *l).chain(stand_in.iter().chain(&not_modelled).flat_map(|(a, b)| [*a, *b]));
        let scores: Vec<u8> = others.chain([downside]).map(of_downside).collect();
        let score = of_downside(downside);
        let day =
            |at: usize| jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(self.grid.days.get(at).copied().unwrap_or(0)));
        Ok(Score {
            score,
            low: scores.iter().copied().min().unwrap_or(score),
            high: scores.iter().copied().max().unwrap_or(score),
            downside,
            windows: all_of.len(),
            first: day(0),
            last: day((windows + REACH).saturating_sub(1)),
            without_year,
            stand_in,
            not_modelled,
        })
    }

    /// Adds a position's part of each window. True where something stood in for it.
    fn add(&mut self, p: &Position, weight: f64, own: &mut [f64], other: &mut [f64]) -> bool {
        if p.class == Some(AssetClass::Cash) {
            let rates = p.currency.clone().and_then(|c| self.rate(&c).map(|(_, r)| returns(r))).unwrap_or_default();
            own.iter_mut().zip(rates).for_each(|(sum, r)| *sum += weight * r);
            return false;
        }
        let may_split = p.class != Some(AssetClass::Crypto);
        let mine = p.security.as_ref().and_then(|k| self.lay(k, may_split)).map(|l| l.returns.clone()).unwrap_or_default();
        let stand_in = p.class.map(AssetClass::stand_in).and_then(|k| self.lay(&k, may_split));
        let mut stood_in = false;
        for at in 0..own.len() {
            match mine.get(at).filter(|r| r.is_finite()) {
                Some(r) => own[at] += weight * r,
                None => {
                    let instead = stand_in.and_then(|s| s.returns.get(at)).copied().unwrap_or(f64::NAN);
                    other[at] += weight * instead;
                    stood_in |= instead.is_finite();
                }
            }
        }
        stood_in
    }
}

/// The 2.5th percentile: sorted from the worst, between two neighbours in proportion.
fn lower_end(mut of: Vec<f64>) -> f64 {
    let place = (of.len() - 1) as f64 * LOWER_END;
    let below = place.floor() as usize;
    let (_, low, above) = of.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    let next = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    low + (next - low) * (place - below as f64)
}
