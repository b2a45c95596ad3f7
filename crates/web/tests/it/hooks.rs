//! Hooks, signed by the rehearsal provider and posted to this house: each counts once, none brings figures.

use crate::it::connecting::{choose, client, out};
use crate::it::family::family;
use crate::it::house::{House, reachable};
use crate::it::provider::{Provider, settle};
use model::Span;

async fn one(house: &House, sql: &str) -> i64 {
    let db = house.app.store().read_system().await.unwrap();
    db.one(sql, vec![]).await.unwrap().map_or(0, |r| r.opt_int("n").unwrap().unwrap_or(0))
}

/// Waits until a hook has come in over the line: it travels by itself. The limit only keeps a broken test from hanging.
async fn arrived(house: &House, more_than: i64) -> i64 {
    let come = async {
        loop {
            let n = one(house, "SELECT CAST(COUNT(*) AS bigint) AS n FROM hook").await;
            if n > more_than {
                return n;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), come).await.expect("a hook")
}

#[tokio::test]
async fn a_signed_hook_finishes_a_link_and_makes_a_connection_due() {
    for house in reachable().await {
        let provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        let leaving = choose(&mut client, "bank").await;
        provider.visit(&out(&leaving), "pass_good", "").await;
        provider.lever("/_control/look", "{}").await;
        arrived(&house, 0).await;
        // The clock stands still, so the polling twin is not due: only the hook can have brought it forward.
        // The hook's row stands a moment before the attempt is brought forward.
        let linked = async {
            while one(&house, "SELECT CAST(COUNT(*) AS bigint) AS n FROM connection").await == 0 {
                settle(&house).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(60), linked).await.expect("a connection that the hook brought");
        settle(&house).await;
        let row = "SELECT due_at AS n FROM connection";
        let db = house.app.store().read_system().await.unwrap();
        let external: String = db.one("SELECT external_id FROM connection", vec![]).await.unwrap().unwrap().text("external_id").unwrap();
        drop(db);
        house.clock.advance(Span::hours(1));
        assert!(one(&house, row).await > house.app.now().0, "not due by itself");
        provider.lever(&format!("/_control/items/{external}/break"), "{\"code\":\"ITEM_LOGIN_REQUIRED\",\"webhook\":true}").await;
        provider.lever("/_control/look", "{}").await;
        // Which hook comes when is the network's business: an earlier one may still be on its way. Nothing but this one makes it due.
        let due = async {
            while one(&house, row).await != house.app.now().0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(60), due).await.expect("due now, by the hook alone");
        settle(&house).await;
        let db = house.app.store().read_system().await.unwrap();
        let state = db.one("SELECT state FROM connection", vec![]).await.unwrap().unwrap().text("state").unwrap();
        assert_eq!(state, "needs_credentials", "the fetch found out what is true");
    }
}

#[tokio::test]
async fn what_no_provider_signed_is_refused_and_kept_nowhere() {
    for house in reachable().await {
        let _provider = Provider::beside(&house).await;
        let mut stranger = house.browser();
        let body = br#"{"webhook_type":"ITEM","webhook_code":"ERROR","item_id":"x"}"#;
        assert_eq!(stranger.send("POST", "/hooks/plaid", "application/json", body).await.status, 401);
        assert_eq!(stranger.send("POST", "/hooks/nobody", "application/json", body).await.status, 404);
        let long = vec![b' '; 256 * 1024 + 1];
        assert_eq!(stranger.send("POST", "/hooks/plaid", "application/json", &long).await.status, 413);
        stranger.more.push(("plaid-verification".into(), "a.b.c".into()));
        assert_eq!(stranger.send("POST", "/hooks/plaid", "application/json", b"\xff\xfe").await.status, 401);
        assert_eq!(one(&house, "SELECT CAST(COUNT(*) AS bigint) AS n FROM hook").await, 0);
    }
}

#[tokio::test]
async fn forgeries_use_up_their_senders_tries_and_not_the_providers() {
    for house in reachable().await {
        let _provider = Provider::beside(&house).await;
        let mut forger = house.browser();
        let body = br#"{"webhook_type":"ITEM","webhook_code":"ERROR","item_id":"x"}"#;
        for _ in 0..50 {
            assert_eq!(forger.send("POST", "/hooks/plaid", "application/json", body).await.status, 401);
        }
        let no = forger.send("POST", "/hooks/plaid", "application/json", body).await;
        assert!(no.status == 429 && no.header("retry-after").is_some(), "{}", no.status);
        assert_eq!(
            one(&house, "SELECT CAST(COUNT(*) AS bigint) AS n FROM bucket WHERE name = 'hook|plaid'").await,
            0,
            "not the provider’s"
        );
        house.clock.advance(Span::minutes(10));
        assert_eq!(forger.send("POST", "/hooks/plaid", "application/json", body).await.status, 401, "looked at again");
    }
}
