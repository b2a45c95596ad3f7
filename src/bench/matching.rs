//! One found account against many known ones of a household, through the rule that the engine uses: names are compared, figures too.

use crate::Trouble;
use clap::Args;
use model::head::{Head, HeadPosition};
use model::identity::{Candidate, Seeker, assign};
use model::{
    AccountData, AccountKind, AccountState, ConnectionId, Currency, Decimal, Id, PositionData, SecurityData, SecurityKind, Source, Time,
};
use serde_json::{Value, json};
use std::time::Instant;

#[derive(Args)]
pub struct Options {
    /// How many accounts are known
    #[arg(long, default_value_t = 1000, value_name = "N")]
    known: usize,
    #[arg(long, default_value_t = 500, value_name = "N")]
    rounds: usize,
}

/// Positions of each account.
const HELD: usize = 12;

pub fn run(options: &Options) -> Result<Value, Trouble> {
    let ours: Vec<Candidate> = (0..options.known).map(known).collect();
    let seeker = Seeker { path: id(0), institutions: vec!["Larchmont Workplace".into()], site: None, member: None };
    let mut times = Vec::with_capacity(options.rounds);
    let mut joined = 0;
    for round in 0..options.rounds {
        let found = found(round * 7 % options.known.max(1));
        let began = Instant::now();
        let got = assign(&seeker, &[&found], &ours, &[]);
        times.push(began.elapsed().as_nanos() as u64);
        joined += got.iter().filter(|v| v.ours().is_some()).count();
    }
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() * share / 100).min(times.len().saturating_sub(1))).map_or(0.0, |n| *n as f64 / 1000.0);
    Ok(json!({
        "bench": "match",
        "known": options.known,
        "positions_each": HELD,
        "rounds": options.rounds,
        "joined": joined,
        "p50_us": at(50),
        "p99_us": at(99),
        "max_us": at(100),
    }))
}

fn id<K: model::id::Kind>(n: usize) -> Id<K> {
    let mut random = [0; 10];
    random[..8].copy_from_slice(&(n as u64).to_be_bytes());
    Id::new(Time(0), random)
}

fn mask(n: usize) -> String {
    format!("{n:04}")
}

fn value(n: usize) -> Decimal {
    Decimal::new(1_000_000 + n as i64, 2)
}

/// All at one institution, so that nothing is left out early.
fn known(n: usize) -> Candidate {
    let positions = (0..HELD).map(|p| HeadPosition {
        security: format!("ticker:T{}", (n + p) % 400),
        name: format!("Fund {p}"),
        ticker: None,
        kind: SecurityKind::MutualFund,
        cash_equivalent: false,
        currency: None,
        quantity: Decimal::from(n + p),
        price: None,
        price_day: None,
        value: None,
        cost_basis: None,
        vested_quantity: None,
        vested_value: None,
        lots: 0,
    });
    let head = Head { value: Some(value(n)), currency: Some(Currency::usd()), positions: Some(positions.collect()), ..Head::default() };
    Candidate {
        account: id(n + 1),
        state: AccountState::Live,
        source: Source::Aggregation,
        institution: "Larchmont Workplace".into(),
        site: None,
        name: format!("Workplace 401(k) {n}"),
        // Every other one has no digits: then everything else is compared.
        mask: n.is_multiple_of(2).then(|| mask(n)),
        kind: AccountKind::Retirement,
        owners: Vec::new(),
        persistent: Vec::new(),
        head,
        aliases: Vec::new(),
    }
}

fn found(n: usize) -> AccountData {
    let position = |p: usize| PositionData {
        security: SecurityData {
            external_id: format!("s{p}"),
            name: None,
            ticker: Some(format!("T{}", (n + p) % 400)),
            isin: None,
            cusip: None,
            figi: None,
            kind: SecurityKind::MutualFund,
            raw_type: "mutual fund".into(),
            currency: None,
            cash_equivalent: false,
            detail: None,
        },
        quantity: Decimal::from(n + p),
        price: None,
        price_day: None,
        value: None,
        cost_basis: None,
        vested_quantity: None,
        vested_value: None,
        lots: Vec::new(),
    };
    let path: ConnectionId = id(0);
    AccountData {
        external_id: path.to_string(),
        persistent_id: None,
        name: format!("Workplace 401(k) {n}"),
        official_name: None,
        mask: Some(mask(n)),
        kind: AccountKind::Retirement,
        raw_type: "401k".into(),
        currency: Some(Currency::usd()),
        value: Some(value(n)),
        available: None,
        limit: None,
        positions: Some((0..HELD).map(position).collect()),
        as_of: Time(0),
        as_of_day: Time(0).utc_date(),
        terms: Vec::new(),
    }
}
