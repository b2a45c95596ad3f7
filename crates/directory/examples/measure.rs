//! How long a search takes, over every key press of a list of queries: `cargo run --release -p directory --example measure`.
#![allow(clippy::disallowed_methods)] // measuring is the one thing that needs the machine's clock

#[path = "../tests/world/mod.rs"]
mod world;

use std::time::Instant;

use directory::Index;

const TYPED: &[&str] = &[
    "larchmont workplace",
    "bluewater credit union",
    "first national bank of springfield",
    "norhtgate brokrage",
    "harbour and vale custody",
    "community federal credit union",
    "fedelity investments",
    "pinecrset helth savigns",
    "peoples bank & trust",
    "farmers merchants state bank",
    "https://work.larchmont.example/login",
    "meridain home loans",
    "kestral student loans",
    "retirement services",
    "zzyzx qwrtp",
    "nortgate.example",
    "firstspringfieldnationalbank",
    "securty insurence of winchestr",
];

fn main() {
    for size in [12_000, 50_000] {
        let entries = world::world(size);
        let began = Instant::now();
        let index = Index::build(&entries, &[]);
        let build = began.elapsed();
        let mut times: Vec<(u128, &str)> = vec![];
        for round in 0..12 {
            for query in TYPED {
                for end in (1..=query.len()).filter(|&e| query.is_char_boundary(e)) {
                    let began = Instant::now();
                    std::hint::black_box(index.search(&query[..end], 12));
                    // The first round warms the caches, as the first visitors of the day do.
                    if round > 0 {
                        times.push((began.elapsed().as_nanos(), &query[..end]));
                    }
                }
            }
        }
        times.sort();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].0 / 1000;
        println!(
            r#"{{"entries":{},"searches":{},"build_ms":{},"p50_us":{},"p99_us":{},"max_us":{},"slowest":{:?}}}"#,
            index.len(),
            times.len(),
            build.as_millis(),
            at(0.5),
            at(0.99),
            at(1.0),
            times[(times.len() - 1) * 995 / 1000].1
        );
    }
}
