//! Runs seeds, each on a fresh copy of one migrated database.

use crate::planted::Bug;
use crate::sim::{self, Failure, Report};
use model::time::HandClock;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Open, Store};

/// A folder in memory where there is one: a simulated crash needs no disk to forget.
pub(crate) fn folder() -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let shm = Path::new("/dev/shm");
    let base = if shm.is_dir() { shm.to_owned() } else { std::env::temp_dir() };
    let path = base.join(format!("heldaway-sim-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst)));
    std::fs::create_dir_all(&path).expect("a folder for the simulation");
    path
}

pub(crate) fn alone<F: Future>(f: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(f)
}

/// A fresh database on the PostgreSQL server of this run, if it names one.
pub fn postgres() -> Option<String> {
    alone(async {
        let base = rig::postgres(HandClock::at(rig::START)).await?;
        let url = base.url.clone();
        base.store.close().await.expect("closing it");
        Some(url)
    })
}

/// A migrated, empty database.
pub struct Blank(PathBuf);

impl Blank {
    pub fn new() -> Blank {
        let dir = folder();
        let url = format!("sqlite://{}", dir.join("blank.db").display());
        alone(async {
            let store = Store::open(Open { url: &url, clock: HandClock::at(rig::START), connections: 1 }).await.expect("a database");
            store.close().await.expect("closing it");
        });
        Blank(dir)
    }
    /// One seed from its beginning to its end.
    pub fn run(&self, seed: u64, steps: u64, bug: Option<Bug>) -> Result<Report, Failure> {
        let dir = folder();
        let file = dir.join("world.db");
        std::fs::copy(self.0.join("blank.db"), &file).expect("a copy of the blank database");
        let url = format!("sqlite://{}", file.display());
        let out = alone(sim::simulate(seed, steps, bug, &url, &dir));
        let _ = std::fs::remove_dir_all(dir);
        out
    }
    /// The same on another engine's fresh database.
    pub fn run_on(&self, url: &str, seed: u64, steps: u64) -> Result<Report, Failure> {
        let dir = folder();
        let out = alone(sim::simulate(seed, steps, None, url, &dir));
        let _ = std::fs::remove_dir_all(dir);
        out
    }
}

impl Default for Blank {
    fn default() -> Self {
        Blank::new()
    }
}

impl Drop for Blank {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs seeds side by side: what was reached in all of them, and what failed; stops when so many failures are enough.
pub fn many(seeds: std::ops::Range<u64>, steps: u64, bug: Option<Bug>, enough: usize) -> (BTreeMap<String, u64>, Vec<Failure>) {
    let blank = Blank::new();
    let next = AtomicU64::new(seeds.start);
    let out = Mutex::new((BTreeMap::new(), Vec::new()));
    let lock = || out.lock().unwrap_or_else(|e| e.into_inner());
    std::thread::scope(|s| {
        for _ in 0..std::thread::available_parallelism().map_or(2, |n| n.get()) {
            s.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds.end || lock().1.len() >= enough {
                        return;
                    }
                    match blank.run(seed, steps, bug) {
                        Ok(r) => r.seen.into_iter().for_each(|(k, n)| *lock().0.entry(k).or_default() += n),
                        Err(f) => lock().1.push(f),
                    }
                }
            });
        }
    });
    out.into_inner().unwrap_or_else(|e| e.into_inner())
}
