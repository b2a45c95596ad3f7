//! The audit log as the operator verifies it: checkpoints outside the database, and the command that reads both.

use super::program::{run, said};
use app::audit::{keep, read, seal};
use app::firms::NewFirm;
use app::{App, Config, Parts, Random};
use model::plan::Plan;
use model::time::HandClock;
use model::{Actor, FirmId, FirmScope};
use rig::{Dir, START};
use serde_json::json;
use std::fs;
use std::path::Path;
use store::{Open, Store};
use tokio::sync::watch;
use vault::{Randomness, Ring};

fn app(store: Store, ring: Ring) -> App {
    let config =
        Config { public_url: "http://localhost".parse().expect("an address"), demo: false, reachable: false, secure_cookies: false };
    App::new(Parts { store, clock: HandClock::at(START), random: Random::seeded(7), ring, connectors: Vec::new(), config })
}

fn scope() -> FirmScope {
    FirmScope::new(FirmId::new(START, [1; 10]), Actor::System)
}

/// A firm with one event: its beginning.
async fn firm(app: &App) {
    let tx = app.store().begin(&scope()).await.expect("a unit");
    let new = NewFirm {
        id: scope().firm(),
        name: "Alder & Finch".into(),
        plan: Plan::Complete,
        time_zone: "America/Chicago".into(),
        settings: Default::default(),
    };
    app::firms::create(app, &tx, &new).await.expect("a firm");
    tx.commit().await.expect("saved");
}

async fn happen(app: &App, times: usize) {
    for n in 0..times {
        let tx = app.store().begin(&scope()).await.expect("a unit");
        app::events::record(app, &tx, &scope(), None, "firm.changed", n, json!({ "n": n })).await.expect("recorded");
        tx.commit().await.expect("saved");
    }
}

async fn kept(app: &App, file: &Path) {
    let (_stop, stopped) = watch::channel(true);
    keep(app.clone(), file.to_owned(), stopped).await;
}

#[tokio::test]
async fn checkpoints_lie_outside_the_database_and_the_command_reads_both() {
    let dir = Dir::new();
    let data = dir.path().join("data");
    fs::create_dir_all(&data).expect("a folder");
    let url = format!("sqlite://{}", data.join("heldaway.db").display());
    let store = Store::open(Open { url: &url, clock: HandClock::at(START), connections: 2 }).await.expect("a database");
    let key = dir.path().join("data.key/kek");
    let app = app(store, Ring::load_or_create(&key, Randomness::system()).expect("a key"));
    firm(&app).await;
    // Written before there was a chain: nothing waits.
    rig::tamper(&url, &["DELETE FROM audit_waiting".into()]).await;
    let file = data.join("audit.anchors");
    kept(&app, &file).await;
    happen(&app, 3).await;
    // Cut off between the database and the file: the next start makes it good.
    seal(&app).await.expect("sealed");
    kept(&app, &file).await;
    kept(&app, &file).await;
    let lines = read(&file).await.expect("the file");
    assert_eq!(lines.iter().flatten().map(|s| s.checkpoint.seq).collect::<Vec<_>>(), [1, 4]);
    fs::write(&file, format!("{}{{\"firm\":", fs::read_to_string(&file).expect("text"))).expect("a line cut short");
    happen(&app, 1).await;
    kept(&app, &file).await;
    let lines = read(&file).await.expect("the file");
    assert_eq!(lines.iter().map(|l| l.as_ref().map(|s| s.checkpoint.seq)).collect::<Vec<_>>(), [Some(1), Some(4), None, Some(5)]);
    let text = fs::read_to_string(&file).expect("text").lines().filter(|l| l.ends_with('}')).map(|l| format!("{l}\n")).collect::<String>();
    fs::write(&file, text).expect("whole again");

    let check = || run(&["audit", "verify", "--data", &data.display().to_string()]);
    let fine = check();
    assert!(fine.status.success() && said(&fine).contains("5 events sealed, 0 wait"), "{}", said(&fine));
    rig::tamper(&url, &["UPDATE event SET actor = 'user_x' WHERE id = (SELECT event_id FROM audit_seal WHERE seq = 2)".into()]).await;
    let bad = check();
    assert!(!bad.status.success() && said(&bad).contains("row 2: event"), "{}", said(&bad));
}
