//! Risk scores: processor time from packed histories to the number, with its interval.

use super::machine;
use crate::Trouble;
use clap::Args;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use model::risk::{AssetClass, Close, History, Inputs, METHOD, Position, pack, score};
use model::{Currency, Decimal};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Args)]
pub struct Options {
    #[arg(long, default_value_t = 40, value_name = "N")]
    securities: usize,
    #[arg(long, default_value_t = 18, value_name = "N")]
    years: i16,
    #[arg(long, default_value_t = 50, value_name = "N")]
    rounds: u32,
}

const LAST: Date = date(2026, 11, 20);

/// A year of closes as it lies in the database.
type Year = (i16, Vec<u8>);

pub fn run(o: &Options) -> Result<Value, Trouble> {
    let packed: Vec<(String, Vec<Year>)> =
        (0..o.securities).map(|n| Some((format!("ticker:B{n}"), years(n as u64, o.years)?))).collect::<Option<_>>().ok_or_else(wrong)?;
    let bytes: usize = packed.iter().flat_map(|(_, y)| y).map(|(_, body)| body.len()).sum();
    let whole = measure(o.rounds, || Ok(score(&inputs(&packed)?)))?;
    let ready = inputs(&packed)?;
    let closes: usize = ready.histories.values().map(|h| h.closes.len()).sum();
    let alone = measure(o.rounds, || Ok(score(&ready)))?;
    let found = score(&ready).score.map_err(|why| Trouble(why.words()))?;
    Ok(json!({
        "bench": "risk",
        "securities": o.securities,
        "years": o.years,
        "closes": closes,
        "windows": found.windows,
        "rounds": o.rounds,
        "cpu_ms": ms(whole, o.rounds),
        "score_alone_cpu_ms": ms(alone, o.rounds),
        "packed_bytes_each": bytes / o.securities.max(1),
        "score": found.score,
        "optimised": !cfg!(debug_assertions),
    }))
}

fn wrong() -> Trouble {
    Trouble("a made-up price does not pack".into())
}

fn measure<T>(rounds: u32, mut work: impl FnMut() -> Result<T, Trouble>) -> Result<Duration, Trouble> {
    let before = machine::cpu()?;
    for _ in 0..rounds {
        std::hint::black_box(work()?);
    }
    Ok(machine::cpu()? - before)
}

fn ms(time: Duration, rounds: u32) -> f64 {
    machine::round(time.as_secs_f64() * 1000.0 / f64::from(rounds.max(1)))
}

/// A made-up walk on weekdays, packed by year.
fn years(seed: u64, years: i16) -> Option<Vec<Year>> {
    let (mut state, mut units) = (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, 500_000i64);
    let mut by_year: BTreeMap<i16, Vec<Close>> = BTreeMap::new();
    let mut day = date(LAST.year() - years, LAST.month(), LAST.day());
    while day <= LAST {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        units = (units + units * ((state >> 33) as i64 % 4_001 - 1_990) / 100_000).clamp(10_000, 100_000_000);
        if day.weekday().to_monday_one_offset() <= 5 {
            by_year.entry(day.year()).or_default().push(Close { day, close: Decimal::new(units, 4) });
        }
        day = day.saturating_add(1.day());
    }
    by_year.into_iter().map(|(y, closes)| Some((y, pack::pack(y, &closes)?))).collect()
}

fn inputs(packed: &[(String, Vec<Year>)]) -> Result<Inputs, Trouble> {
    let mut histories = BTreeMap::new();
    for (key, years) in packed {
        let closes: Option<Vec<Vec<Close>>> = years.iter().map(|(y, body)| pack::unpack(*y, body)).collect();
        let closes = closes.ok_or_else(wrong)?.concat();
        histories.insert(key.clone(), History { name: key.clone(), currency: Currency::usd(), source: "made up".into(), closes });
    }
    let position = |(n, (key, _)): (usize, &(String, Vec<Year>))| Position {
        account: format!("account {}", n % 5),
        account_name: "Bench".into(),
        managed: n % 2 == 0,
        security: Some(key.clone()),
        name: key.clone(),
        class: Some(AssetClass::Equity),
        value: Some(Decimal::from(10_000 + n as i64)),
        currency: Some(Currency::usd()),
    };
    Ok(Inputs {
        method: METHOD.into(),
        as_of: LAST,
        currency: Currency::usd(),
        positions: packed.iter().enumerate().map(position).collect(),
        histories,
    })
}
