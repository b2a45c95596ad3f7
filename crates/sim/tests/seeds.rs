//! Seeded worlds in every run; a seed that failed once is named here for ever. More of them: `cargo run --release -p sim -- 5000 1000`
//! runs seeds 1000 to 5999.

use sim::planted::Bug;
use sim::{STEPS, run};

/// What a run must have reached, or it proves nothing: every trouble of the provider and every rare branch.
const REACHED: [&str; 35] = [
    "Good",
    "Late",
    "Empty",
    "LeaveOut",
    "Twice",
    "Rotate",
    "Lost",
    "Torn",
    "Wait",
    "Ask",
    "a crash before the fetch",
    "a crash after the fetch",
    "a crash in an act",
    "a node crashed",
    "a late result was dropped",
    "a late answer was recorded and not shown",
    "a hook while a refresh was under way",
    "a repair while a refresh was under way",
    "an account ended while its refresh was under way",
    "a second item for the same institution",
    "an account appeared",
    "an external id changed",
    "every external id changed",
    "an account vanished",
    "what had vanished is back",
    "an account moved away",
    "a move was said",
    "an account was renamed",
    "a permission was withdrawn",
    "a refresh by hand",
    "the clock is set back",
    "the clock jumps ahead",
    "event account.joined",
    "event account.missing",
    "event connection.end_confirmed",
];

// proves: N8 N33 N64 N65 N66 N68 D5 D8 D9 D12
#[test]
fn whatever_happens_in_whatever_order_every_invariant_holds() {
    let (seen, failures) = run::many(0..200, STEPS, None, 3);
    for f in &failures {
        eprintln!("{f}");
    }
    assert!(failures.is_empty(), "{} seeds failed; the lines above name them", failures.len());
    let mut wanted: Vec<String> = REACHED.iter().map(|r| (*r).to_owned()).collect();
    wanted.extend(model::FaultKind::ALL.iter().map(|k| format!("Fault({k:?})")));
    let never: Vec<&String> = wanted.iter().filter(|w| !seen.contains_key(*w)).collect();
    assert!(never.is_empty(), "never reached: {never:?}");
}

#[test]
fn planted_bugs_are_found() {
    let is_lost = |bug: &Bug| {
        let found = run::many(0..80, STEPS, Some(*bug), 1).1;
        found.iter().for_each(|f| eprintln!("{bug:?}: seed {}: {}", f.seed, f.why));
        found.is_empty()
    };
    let lost: Vec<Bug> = Bug::ALL.into_iter().filter(is_lost).collect();
    assert!(lost.is_empty(), "nobody noticed {lost:?}");
}

/// The same on PostgreSQL, when the run names a server.
#[test]
fn every_invariant_holds_on_postgresql() {
    let blank = run::Blank::new();
    for seed in 1_000..1_008 {
        let Some(url) = run::postgres() else { return };
        blank.run_on(&url, seed, STEPS).unwrap_or_else(|f| panic!("{f}"));
    }
}

#[test]
fn the_same_seed_goes_the_same_way() {
    let blank = run::Blank::new();
    for seed in 0..6 {
        let hash = || blank.run(seed, STEPS, None).unwrap_or_else(|f| panic!("{f}")).hash;
        assert_eq!(hash(), hash(), "seed {seed}");
    }
}
