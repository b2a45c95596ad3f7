//! Units of work: saved whole or not at all, committed in groups, closed to other firms.

use model::time::HandClock;
use model::{Actor, FirmId, FirmScope, HouseholdId, Time};
use rig::START;
use store::{Error, Store, params};

fn firm(n: u8) -> FirmScope {
    FirmScope::new(FirmId::new(START, [n; 10]), Actor::System)
}

async fn add_firm(store: &Store, scope: &FirmScope) {
    let tx = store.begin_system().await.unwrap();
    let sql = "INSERT INTO firm (id, name, plan, time_zone, settings, created_at) VALUES ($1, 'Alder & Finch', 'complete', 'America/Chicago', '{}', $2)";
    tx.exec(sql, params![scope.firm(), START]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn add_event(db: &store::Firm, n: u8) -> store::Result<()> {
    let e = store::events::Event {
        id: model::EventId::new(START, [n; 10]),
        at: START,
        actor: "system".into(),
        household: None,
        kind: "test.done".into(),
        object: "x".into(),
        detail: "{}".into(),
    };
    store::events::insert(db, &e).await
}

#[tokio::test]
async fn a_unit_that_is_dropped_leaves_nothing_and_the_next_goes_on() {
    for base in rig::bases(HandClock::at(START)).await {
        let scope = firm(1);
        add_firm(&base.store, &scope).await;
        let tx = base.store.begin(&scope).await.unwrap();
        add_event(&tx, 1).await.unwrap();
        drop(tx);
        let tx = base.store.begin(&scope).await.unwrap();
        add_event(&tx, 2).await.unwrap();
        tx.commit().await.unwrap();
        let seen = store::events::of_object(&base.store.read(&scope).await.unwrap(), "x").await.unwrap();
        assert_eq!(seen.len(), 1, "{}", base.url);
        assert_eq!(seen[0].id, model::EventId::new(START, [2; 10]));
    }
}

#[tokio::test]
async fn many_writers_at_once_all_land_and_a_failing_one_harms_nobody() {
    for base in rig::bases(HandClock::at(START)).await {
        let scope = firm(1);
        add_firm(&base.store, &scope).await;
        let mut tasks = Vec::new();
        for n in 0..60u8 {
            let store = base.store.clone();
            tasks.push(tokio::spawn(async move {
                let tx = store.begin(&scope).await?;
                // Every third one collides with its predecessor and is undone.
                add_event(&tx, if n % 3 == 2 { n - 1 } else { n }).await?;
                tx.commit().await
            }));
        }
        let mut saved = 0;
        for t in tasks {
            match t.await.unwrap() {
                Ok(()) => saved += 1,
                Err(Error::Conflict) => {}
                Err(e) => panic!("{e}"),
            }
        }
        let seen = store::events::of_object(&base.store.read(&scope).await.unwrap(), "x").await.unwrap();
        assert_eq!((saved, seen.len()), (40, 40), "{}", base.url);
    }
}

#[tokio::test]
async fn rows_of_another_firm_are_refused_by_the_database_itself() {
    for base in rig::bases(HandClock::at(START)).await {
        let (mine, theirs) = (firm(1), firm(2));
        add_firm(&base.store, &mine).await;
        add_firm(&base.store, &theirs).await;
        let tx = base.store.begin(&theirs).await.unwrap();
        add_event(&tx, 7).await.unwrap();
        tx.commit().await.unwrap();

        let insert = "INSERT INTO keyring (firm_id, owner_id, version, wrapped, created_at) VALUES ($1, $1, 1, $2, 0)";
        let tx = base.store.begin(&mine).await.unwrap();
        let refused = tx.exec(insert, params![theirs.firm(), vec![1u8]]).await;
        assert!(matches!(refused, Err(Error::OtherFirm)), "{} {refused:?}", base.url);
        drop(tx);
        for sql in ["UPDATE session SET device = 'x' WHERE firm_id = $1", "DELETE FROM keyring WHERE firm_id = $1"] {
            let setup = base.store.begin(&theirs).await.unwrap();
            setup.exec("DELETE FROM keyring WHERE firm_id = $1", params![theirs.firm()]).await.unwrap();
            setup.exec(insert, params![theirs.firm(), vec![1u8]]).await.unwrap();
            setup.commit().await.unwrap();
            let tx = base.store.begin(&mine).await.unwrap();
            // SQLite raises, PostgreSQL does not even see the row.
            assert!(!matches!(tx.exec(sql, params![theirs.firm()]).await, Ok(n) if n > 0), "{sql} {}", base.url);
        }
        if !base.store.is_sqlite() {
            let read = base.store.read(&mine).await.unwrap();
            assert!(read.all("SELECT id FROM event", vec![]).await.unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn a_reference_to_another_firms_row_is_refused() {
    for base in rig::bases(HandClock::at(START)).await {
        let (mine, theirs) = (firm(1), firm(2));
        add_firm(&base.store, &mine).await;
        add_firm(&base.store, &theirs).await;
        let household = HouseholdId::new(START, [3; 10]);
        let tx = base.store.begin(&theirs).await.unwrap();
        let sql = "INSERT INTO household (firm_id, id, name, name_key, status, lead_id, private, created_at) VALUES ($1, $2, 'Abara', 'abara', 'client', $2, $3, 0)";
        tx.exec(sql, params![theirs.firm(), household, false]).await.unwrap();
        tx.commit().await.unwrap();
        let tx = base.store.begin(&mine).await.unwrap();
        let sql = "INSERT INTO portfolio (firm_id, id, household_id, kind, name) VALUES ($1, $2, $2, 'current', 'Current')";
        assert!(matches!(tx.exec(sql, params![mine.firm(), household]).await, Err(Error::Conflict)), "{}", base.url);
    }
}

#[tokio::test]
async fn a_copy_of_the_database_opens_and_is_whole() {
    let base = rig::sqlite(HandClock::at(START)).await;
    let scope = firm(1);
    add_firm(&base.store, &scope).await;
    let copy = base.dir.path().join("copy.db");
    base.store.copy_to(copy.to_str().unwrap()).await.unwrap();
    let url = format!("sqlite://{}", copy.display());
    let again = Store::open(store::Open { url: &url, clock: HandClock::at(Time(0)), connections: 2 }).await.unwrap();
    let rows = again.read_system().await.unwrap().all("SELECT id FROM firm", vec![]).await.unwrap();
    assert_eq!(rows.len(), 1);
}
