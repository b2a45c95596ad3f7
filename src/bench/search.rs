//! Search as people type it: every key press of a list of queries, over directories of several sizes, through the application's own search.

use crate::node::{self, Plan};
use crate::{Trouble, clock};
use clap::Args;
use serde_json::{Value, json};
use std::time::Instant;
use store::institutions::{Institution, Weather};
use url::Url;

#[derive(Args)]
pub struct Options {
    /// How many institutions, several times for several sizes
    #[arg(long, default_values_t = [12_000, 50_000], value_name = "N")]
    institutions: Vec<usize>,
    #[arg(long, default_value_t = 5, value_name = "N")]
    rounds: usize,
}

const TYPED: [&str; 16] = [
    "larchmont workplace",
    "bluewater credit union",
    "norhtgate brokrage",
    "harbor and vale",
    "pinecrset helth savigns",
    "first community bank",
    "peoples bank & trust",
    "farmers state bank",
    "https://work.larchmont.example/login",
    "meridain home loans",
    "kestral student loans",
    "retirement plan services",
    "zzyzx qwrtp",
    "nortgate.example",
    "federal credit union",
    "tessera 529",
];

pub async fn run(options: Options) -> Result<Value, Trouble> {
    let mut sizes = Vec::new();
    for n in options.institutions {
        sizes.push(one(n, options.rounds).await?);
    }
    Ok(json!({ "bench": "search", "sizes": sizes }))
}

async fn one(count: usize, rounds: usize) -> Result<Value, Trouble> {
    let dir = super::scratch::Scratch::new()?;
    let clock = clock::of(None);
    let public_url = Url::parse("http://localhost:1").map_err(|e| Trouble(e.to_string()))?;
    let config = app::Config { public_url, demo: false, reachable: false, secure_cookies: false };
    let url = crate::place::sqlite_url(&dir.path().join("bench.db"));
    let plan = Plan { database: &url, keys: &[dir.path().join("key/kek")], clock, connectors: Vec::new(), config };
    let app = node::open(plan).await?;
    fill(&app, count).await?;
    let began = Instant::now();
    app::institutions::rebuild(&app).await?;
    let build_ms = began.elapsed().as_millis() as u64;
    let mut times = Vec::new();
    for round in 0..=rounds {
        for typed in TYPED {
            for end in (1..=typed.len()).filter(|e| typed.is_char_boundary(*e)) {
                let began = Instant::now();
                std::hint::black_box(app::institutions::search(&app, &typed[..end], 12));
                // The first round warms the caches, as the first visitors of the day do.
                if round > 0 {
                    times.push(began.elapsed().as_nanos() as u64 / 1_000);
                }
            }
        }
    }
    times.sort_unstable();
    let at = |permille: usize| times[(times.len() - 1) * permille / 1000];
    let out = json!({
        "institutions": app.shelf().len(),
        "searches": times.len(),
        "index_build_ms": build_ms,
        "p50_us": at(500),
        "p99_us": at(990),
        "max_us": at(1000),
    });
    app.store().clone().close().await?;
    Ok(out)
}

async fn fill(app: &app::App, count: usize) -> Result<(), Trouble> {
    let world = sandbox::world::World::generate(1, count);
    let row = |i: &sandbox::world::Institution| Institution {
        id: app.random().id(app.now()),
        provider: "plaid".into(),
        external_id: i.id.clone(),
        name: i.name.clone(),
        url: Some(i.url.clone()),
        countries: i.country_codes.iter().map(|c| (*c).to_owned()).collect(),
        products: i.products.iter().map(|p| (*p).to_owned()).collect(),
        oauth: i.oauth,
        colour: None,
        state: Weather { status: "healthy".into(), notice: None, success_percent: None },
        popularity: i64::from(i.popularity),
        retired_at: None,
    };
    let rows: Vec<Institution> = world.institutions().iter().map(row).collect();
    for part in rows.chunks(2_000) {
        let tx = app.store().begin_system().await?;
        store::institutions::upsert(&tx, part, app.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}
