//! The audit log against somebody who holds the database: what was changed, removed, put in, exchanged, cut off or sealed anew is named.

use app::audit::{Found, Signed, seal, verify};
use app::firms::NewFirm;
use app::{App, Config, Parts, Random};
use model::plan::Plan;
use model::time::HandClock;
use model::{Actor, FirmId, FirmScope};
use rig::START;
use serde_json::json;
use store::Store;
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

async fn look(app: &App, anchors: &[Signed]) -> Found {
    verify(app.store(), app.ring(), anchors.to_vec()).await.expect("a look").pop().expect("one firm")
}

const TABLES: [&str; 4] = ["event", "audit_seal", "audit_checkpoint", "audit_waiting"];

/// One tampering: what it is, how it is done, the first trouble that is told.
fn tamperings(sqlite: bool) -> Vec<(&'static str, Vec<String>, &'static str)> {
    let event = |row: u8| format!("(SELECT event_id FROM audit_seal WHERE seq = {row})");
    let new = if sqlite { "x'00000000000070008000000000000042'" } else { "'00000000-0000-7000-8000-000000000042'::uuid" };
    let move_row = |from: u32, to: u32| format!("UPDATE audit_seal SET seq = {to} WHERE seq = {from}");
    vec![
        ("changed", vec![format!("UPDATE event SET detail = '{{\"n\":99}}' WHERE id = {}", event(5))], "row 5: event"),
        ("another actor", vec![format!("UPDATE event SET actor = 'user_x' WHERE id = {}", event(1))], "row 1: event"),
        ("removed", vec![format!("DELETE FROM event WHERE id = {}", event(6))], "row 6: its event"),
        (
            "removed with its row",
            vec![format!("DELETE FROM event WHERE id = {}", event(6)), "DELETE FROM audit_seal WHERE seq = 6".into()],
            "row 6 is missing",
        ),
        (
            "removed and closed up",
            vec![
                format!("DELETE FROM event WHERE id = {}", event(12)),
                "DELETE FROM audit_seal WHERE seq = 12".into(),
                move_row(13, 12),
                "UPDATE audit_checkpoint SET seq = 12 WHERE seq = 13".into(),
            ],
            "is not signed by this installation",
        ),
        (
            "put in",
            vec![format!(
                "INSERT INTO event SELECT firm_id, {new}, at, actor, household_id, 'firm.changed', object, detail FROM event WHERE id = {}",
                event(3)
            )],
            "was put in",
        ),
        ("exchanged", vec![move_row(4, 1000), move_row(7, 4), move_row(1000, 7)], "row 4: event"),
        ("unsigned", vec!["DELETE FROM audit_checkpoint WHERE seq = 13".into()], "row 9 and those after it were never signed"),
        (
            "its seal removed",
            vec!["DELETE FROM audit_seal WHERE seq = 13".into()],
            "row 13 and those after it were cut off: row 13 was signed",
        ),
    ]
}

#[tokio::test]
async fn every_tampering_is_found_and_its_first_row_named() {
    for base in rig::bases(HandClock::at(START)).await {
        let app = app(base.store.clone(), Ring::fleeting(Randomness::seeded(7)));
        firm(&app).await;
        happen(&app, 7).await;
        let mut anchors = seal(&app).await.expect("sealed");
        happen(&app, 5).await;
        anchors.extend(seal(&app).await.expect("sealed"));
        assert_eq!(anchors.iter().map(|a| a.checkpoint.seq).collect::<Vec<_>>(), [8, 13]);
        let found = look(&app, &anchors).await;
        assert_eq!((found.sealed, found.waiting, found.troubles.as_slice()), (13, 0, &[][..]), "{}", base.url);

        let sqlite = base.url.starts_with("sqlite");
        base.tamper(&TABLES.map(|t| format!("CREATE TABLE kept_{t} AS SELECT * FROM {t}"))).await;
        let back: Vec<String> =
            TABLES.iter().flat_map(|t| [format!("DELETE FROM {t}"), format!("INSERT INTO {t} SELECT * FROM kept_{t}")]).collect();
        for (what, how, told) in tamperings(sqlite) {
            base.tamper(&how).await;
            let found = look(&app, &anchors).await;
            assert!(found.troubles.first().is_some_and(|t| t.contains(told)), "{what}: {:?}", found.troubles);
            base.tamper(&back).await;
            assert!(look(&app, &anchors).await.troubles.is_empty(), "{what}");
        }

        // Cut off whole, as an older copy of the database is: only what lies outside can tell.
        let cut = ["DELETE FROM event WHERE id IN (SELECT event_id FROM audit_seal WHERE seq > 8)", "DELETE FROM audit_seal WHERE seq > 8"];
        base.tamper(&[cut[0].into(), cut[1].into(), "DELETE FROM audit_checkpoint WHERE seq > 8".into()]).await;
        assert!(look(&app, &anchors[..1]).await.troubles.is_empty());
        let found = look(&app, &anchors).await;
        assert_eq!(found.troubles, ["row 9 and those after it were cut off: row 13 is kept outside the database"]);
        base.tamper(&back).await;

        // Changed and sealed anew by somebody without the master key.
        base.tamper(&[
            "UPDATE event SET actor = 'user_x' WHERE kind = 'firm.begun'".into(),
            "DELETE FROM audit_seal".into(),
            "DELETE FROM audit_checkpoint".into(),
            "INSERT INTO audit_waiting SELECT firm_id, id FROM event".into(),
        ])
        .await;
        seal(&self::app(base.store.clone(), Ring::fleeting(Randomness::seeded(8)))).await.expect("a chain of one's own");
        let found = look(&app, &[]).await;
        assert!(found.troubles.iter().all(|t| t.contains("is not signed by this installation")) && !found.troubles.is_empty());
        assert!(look(&app, &anchors).await.troubles.iter().any(|t| t == "row 8 is not the one that was kept outside the database"));
    }
}

#[tokio::test]
async fn what_waits_is_named_and_cannot_vanish_unseen() {
    for base in rig::bases(HandClock::at(START)).await {
        let app = app(base.store.clone(), Ring::fleeting(Randomness::seeded(7)));
        firm(&app).await;
        seal(&app).await.expect("sealed");
        happen(&app, 2).await;
        let found = look(&app, &[]).await;
        assert_eq!((found.sealed, found.waiting, found.troubles.len()), (1, 2, 0));
        let oldest = found.oldest.expect("the oldest");
        base.tamper(&["DELETE FROM event WHERE detail = '{\"n\":0}'".into()]).await;
        let found = look(&app, &[]).await;
        assert_eq!(found.troubles, [format!("event {} was removed before it was sealed", oldest.event)]);
        // The log itself goes on.
        assert_eq!(seal(&app).await.expect("sealed").pop().expect("one").checkpoint.seq, 2);
    }
}
