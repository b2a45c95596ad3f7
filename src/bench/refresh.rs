//! Refreshes against a provider that answers at once, over loopback HTTP, with durable commits: how many a second, and how much of our own
//! processor time each takes. The provider is another process and is not counted.

use super::child::Other;
use super::machine::{self, round};
use super::scratch::Scratch;
use crate::demo::households::{self, Made};
use crate::demo::{Rehearsed, Stage, staff, wire};
use crate::node::{self, Plan};
use crate::{Trouble, clock};
use app::App;
use clap::Args;
use connect::plaid::{Plaid, PlaidConfig};
use futures_util::{StreamExt, TryStreamExt, stream};
use model::calendar::is_business_day;
use model::fact::HouseholdStatus;
use model::{Clock, FirmScope, Secret};
use sandbox::world::World;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use url::Url;

#[derive(Args)]
pub struct Options {
    /// How many connections
    #[arg(long, default_value_t = 240, value_name = "N")]
    connections: usize,
    /// How long unchanged refreshes are kept up
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    seconds: u64,
    /// How many days with new values
    #[arg(long, default_value_t = 5, value_name = "N")]
    days: u32,
}

/// What one connection has.
const ACCOUNTS: usize = 4;
const POSITIONS: std::ops::RangeInclusive<usize> = 18..=22;
const INSTITUTIONS: usize = 2_000;
/// Refreshes side by side, as in the worker.
const AT_ONCE: u32 = 32;
/// Longer than a clock file is believed.
const BELIEF: Duration = Duration::from_millis(450);

pub async fn run(options: Options) -> Result<Value, Trouble> {
    let dir = Scratch::new()?;
    let clock_file = dir.path().join("clock");
    std::fs::write(&clock_file, "0")?;
    let mut provider = Other::start(&[
        "sandbox",
        "--listen",
        "127.0.0.1:0",
        "--latency-zero",
        "--institutions",
        &INSTITUTIONS.to_string(),
        "--clock-file",
        &clock_file.display().to_string(),
    ])?;
    let said: Value = serde_json::from_str(&provider.first_line()?).map_err(|e| Trouble(e.to_string()))?;
    let stage = stage(&said, dir.path(), &clock_file).await?;
    let positions = link_all(&stage, options.connections).await?;
    round_of(&stage).await?;
    let unchanged = measure(&stage, Until::Passed(Duration::from_secs(options.seconds))).await?;
    let changed = measure(&stage, Until::Days(options.days, &clock_file)).await?;
    let (median, slowest) = machine::fsync_us(dir.path())?;
    stage.app.store().clone().close().await?;
    Ok(json!({
        "bench": "refresh",
        "connections": options.connections,
        "accounts_per_connection": ACCOUNTS,
        "positions_per_connection": round(positions),
        "processors": machine::processors(),
        "disk_fsync_us": { "p50": median, "max": slowest },
        "unchanged": unchanged,
        "changed": changed,
    }))
}

async fn stage(said: &Value, dir: &Path, clock_file: &Path) -> Result<Stage, Trouble> {
    let text = |name: &str| said["plaid"][name].as_str().unwrap_or_default().to_owned();
    let clock = Arc::new(Rehearsed::new(clock::of(Some(clock_file.to_owned()))));
    let base = Url::parse(&text("base")).map_err(|e| Trouble(e.to_string()))?;
    let keys = PlaidConfig { base, client_id: text("client_id"), secret: Secret::new(text("secret")) };
    let plaid = Arc::new(Plaid::new(keys, clock.clone())?);
    let public_url = Url::parse("http://localhost:1").map_err(|e| Trouble(e.to_string()))?;
    let config = app::Config { public_url, demo: true, reachable: false, secure_cookies: false };
    let url = crate::place::sqlite_url(&dir.join("bench.db"));
    let plan = Plan { database: &url, keys: &[dir.join("key/kek")], clock: clock.clone(), connectors: vec![plaid.clone()], config };
    Ok(Stage { app: node::open(plan).await?, plaid, clock, seed: 1 })
}

/// People with so many accounts and positions at the brokers of the invented world, as many as are wanted. Says the mean of positions.
async fn link_all(stage: &Stage, wanted: usize) -> Result<f64, Trouble> {
    app::institutions::import(&stage.app, "plaid").await?;
    let firm = staff::alder_finch(stage).await?;
    let scope = firm.as_who("lead");
    let people = tokio::task::spawn_blocking(move || people(wanted)).await.map_err(|e| Trouble(e.to_string()))?;
    let positions = people.iter().map(|p| p.2).sum::<usize>() as f64 / people.len().max(1) as f64;
    let mut homes: Vec<(Made, String, String)> = Vec::new();
    for (n, (institution, user, _)) in people.into_iter().enumerate() {
        let last = format!("Number{n}");
        let plan = households::Plan {
            name: &last,
            status: HouseholdStatus::Client,
            people: &[("Ada", &last, "1980-01-01")],
            adults: 1,
            review_in: None,
            team: &[],
        };
        homes.push((households::make(stage, &firm, &scope, &plan).await?, institution, user));
    }
    link_homes(stage, &scope, &homes).await?;
    Ok(positions)
}

async fn link_homes(stage: &Stage, scope: &FirmScope, homes: &[(Made, String, String)]) -> Result<(), Trouble> {
    let each = homes.iter().map(|(made, at, user)| wire::link(stage, scope, made, "Ada", at, user));
    stream::iter(each).buffer_unordered(16).try_collect::<Vec<_>>().await?;
    Ok(())
}

fn people(wanted: usize) -> Vec<(String, String, usize)> {
    let world = World::generate(1, INSTITUTIONS);
    let fit = |i: &&sandbox::world::Institution| {
        i.products.contains(&"investments") && i.country_codes.contains(&"US") && i.health == sandbox::world::Health::Healthy
    };
    let places: Vec<_> = world.institutions().iter().filter(fit).collect();
    let mut found = Vec::new();
    for n in 0.. {
        for place in &places {
            let user = format!("bench{n}");
            let person = world.person(place, &user);
            let positions: usize = person.accounts.iter().map(|a| a.holdings.len()).sum();
            if person.accounts.len() == ACCOUNTS && POSITIONS.contains(&positions) {
                found.push((place.id.clone(), user, positions));
            }
            if found.len() == wanted {
                return found;
            }
        }
        if n > 400 {
            break;
        }
    }
    found
}

enum Until<'a> {
    /// The clock stands where it is.
    Passed(Duration),
    /// So many business days, one round each.
    Days(u32, &'a Path),
}

async fn measure(stage: &Stage, until: Until<'_>) -> Result<Value, Trouble> {
    let (mut refreshes, mut seconds, mut cpu, mut rows) = (0u64, 0.0, Duration::ZERO, 0);
    let mut calls: BTreeMap<String, u64> = BTreeMap::new();
    let mut days = 0;
    loop {
        match &until {
            Until::Passed(limit) if seconds >= limit.as_secs_f64() => break,
            Until::Days(limit, _) if days >= *limit => break,
            Until::Passed(_) => {}
            Until::Days(_, file) => {
                next_day(stage, file).await?;
                days += 1;
            }
        }
        let before = received(&stage.app).await?;
        stage.plaid.http().take_calls();
        let (cpu_before, began) = (machine::cpu()?, Instant::now());
        refreshes += round_of(stage).await?;
        seconds += began.elapsed().as_secs_f64();
        cpu += machine::cpu()? - cpu_before;
        for call in stage.plaid.http().take_calls() {
            *calls.entry(call.path).or_default() += 1;
        }
        rows += received(&stage.app).await? - before;
    }
    let per = |n: f64| round(n / refreshes.max(1) as f64);
    let calls: Map<String, Value> = calls.into_iter().map(|(path, n)| (path, json!(per(n as f64)))).collect();
    Ok(json!({
        "refreshes": refreshes,
        "seconds": round(seconds),
        "per_second": round(refreshes as f64 / seconds.max(0.001)),
        "cpu_ms_per_refresh": per(cpu.as_secs_f64() * 1_000.0),
        "rows_per_refresh": per(rows as f64),
        "calls_per_refresh": calls,
    }))
}

async fn received(app: &App) -> Result<i64, Trouble> {
    Ok(store::rehearsal::received(&*app.store().read_system().await?).await?)
}

/// Every connection once.
async fn round_of(stage: &Stage) -> Result<u64, Trouble> {
    let tx = stage.app.store().begin_system().await?;
    let due = store::rehearsal::all_due(&tx, stage.clock.now()).await?;
    tx.commit().await?;
    let mut ran = 0;
    while ran < due {
        let n = app::sync::refresh_due(&stage.app, AT_ONCE).await? as u64;
        if n == 0 {
            break;
        }
        ran += n;
    }
    Ok(ran)
}

/// Moves both processes' clocks to the morning after the next business day.
async fn next_day(stage: &Stage, file: &Path) -> Result<(), Trouble> {
    let text = std::fs::read_to_string(file)?;
    let mut offset: i64 = text.trim().parse().unwrap_or(0);
    loop {
        offset += 86_400;
        let then = stage.clock.now() + model::Span::seconds(offset - text.trim().parse::<i64>().unwrap_or(0));
        if then.utc_date().yesterday().is_ok_and(is_business_day) {
            break;
        }
    }
    std::fs::write(file, offset.to_string())?;
    tokio::time::sleep(BELIEF).await;
    Ok(())
}
