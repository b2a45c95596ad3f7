//! What must not come back to life with a backup.

use model::time::HandClock;
use rig::START;

#[tokio::test]
async fn after_a_restore_no_way_in_of_the_past_is_open() {
    for base in rig::bases(HandClock::at(START)).await {
        let (id, hash) = match base.url.starts_with("sqlite") {
            true => ("x'00000000000070008000000000000001'", "x'01'"),
            false => ("'00000000-0000-7000-8000-000000000001'::uuid", "'\\x01'::bytea"),
        };
        base.tamper(&[
            format!("INSERT INTO invitation (firm_id, id, household_id, member_id, proof, rights, set_name, hash, made_by, created_at, expires_at) VALUES ({id}, {id}, {id}, {id}, 'none', '', '', {hash}, {id}, 1, 9)"),
            format!("INSERT INTO recovery (firm_id, id, login_id, kind, hash, created_at, expires_at) VALUES ({id}, {id}, {id}, 'password', {hash}, 1, 9)"),
            format!("INSERT INTO support_grant (firm_id, id, household_id, login_id, granted_by, reason, created_at, until) VALUES ({id}, {id}, {id}, {id}, {id}, 'x', 1, 9)"),
            format!("INSERT INTO enrolment (hash, firm_id, created_at, expires_at, device) VALUES ({hash}, {id}, 1, 9, 'x')"),
            format!("INSERT INTO ceremony (hash, body, expires_at) VALUES ({hash}, '{{}}', 9)"),
        ])
        .await;
        let tx = base.store.begin_system().await.unwrap();
        store::backup::end_the_past(&tx, START).await.unwrap();
        tx.commit().await.unwrap();
        let db = base.store.read_system().await.unwrap();
        for table in [
            "invitation WHERE ended_at IS NULL",
            "recovery WHERE ended_at IS NULL",
            "support_grant WHERE ended_at IS NULL",
            "enrolment",
            "ceremony",
        ] {
            assert!(db.all(&format!("SELECT 1 AS n FROM {table}"), vec![]).await.unwrap().is_empty(), "{table} {}", base.url);
        }
    }
}
