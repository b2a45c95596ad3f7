//! The day after a client set up their sign-in anew: nothing leaves, and nothing new comes in by any door.

use crate::it::asset_sync::{gone, mailbox, make, peek, start};
use crate::it::family::{client, family, scope};
use crate::it::house::{MAYA, houses};
use model::Span;
use model::portal::Rights;

// proves: P31
// goal: G12
#[tokio::test]
async fn for_a_day_after_a_recovery_no_link_connects_anything_for_them() {
    for house in houses().await {
        let _post = mailbox(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let login = client(&house, &f, 1, Rights::ALL).await;
        let mut maya = house.signed_in(MAYA).await;
        let (_, code) = make(&mut maya, &f, "share").await;
        let mut on_the_way = house.browser();
        assert_eq!(start(&mut on_the_way, &code).await.location(), "/c/search");

        // What the end of a recovery does, without the way there.
        let until = house.app.now() + app::recovery::HELD;
        let tx = house.app.store().begin(&scope(&house)).await.expect("a unit");
        app::recovery::hold(&house.app, &tx, &scope(&house), login, until).await.expect("held");
        tx.commit().await.expect("saved");

        assert!(gone(&peek(&mut house.browser(), &code).await), "a link that was out ends");
        assert_ne!(on_the_way.get("/c/search").await.status, 200, "and so does the browser that was in through it");
        for how in ["share", "launch", "mail"] {
            let (page, none) = make(&mut maya, &f, how).await;
            assert!(none.is_empty() || none.contains('•'), "{how}: {none}");
            assert!(page.body.contains("set up their sign-in anew less than 24 hours ago"), "{how} {}", page.body);
        }
        // The day ends by itself.
        house.clock.advance(Span::hours(24));
        app::jobs::run_due(&house.app, 50).await.expect("jobs run");
        let mut maya = house.signed_in(MAYA).await;
        let (_, code) = make(&mut maya, &f, "share").await;
        assert_eq!(start(&mut house.browser(), &code).await.location(), "/c/search");
    }
}
