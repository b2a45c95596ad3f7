//! What waits: a provider that is still at it, a notice while its reader is held, a hook that comes a second time; and what both readers see
//! of the same accounts while values come by themselves.

use super::hooks::{Catcher, deliver, listen};
use super::states::three;
use super::story::{Story, story};
use model::{ConnectionState, Span};
use serde_json::json;
use stage::Page;

impl Story {
    async fn look_now(&self) {
        for c in self.connections().await {
            app::connections::mark_due(&self.stage.app, self.scope().firm(), c.id).await.expect("due");
        }
        self.stage.settle().await;
    }
    async fn open_case(&self) -> Option<store::cases::Case> {
        let db = self.stage.app.store().read(self.scope()).await.expect("a look");
        store::cases::open(&db).await.expect("cases").pop()
    }
    fn rejections(&self) -> usize {
        let letters = self.stage.letters_to("ngozi@okafor.example");
        letters.iter().filter(|l| app::mail::read(l).paragraphs.iter().any(|p| p.contains("rejected your sign-in"))).count()
    }
}

// proves: N68 E36
#[tokio::test]
async fn a_provider_that_is_still_at_it_is_no_failure_and_does_not_wait_for_ever() {
    let s = story().await;
    s.connect("sable", "Sable Card").await;
    let c = s.connection().await;
    s.fault(json!({ "code": "PRODUCT_NOT_READY", "type": "ITEM_ERROR", "item_id": c.external_id })).await;
    // The next day, with its whole allowance before it.
    s.stage.clock.advance(Span::hours(12));
    s.look_now().await;
    let first = s.connection().await;
    assert_eq!((first.state, first.failures, first.failing_since), (ConnectionState::NotReady, 0, None));
    assert_eq!(first.succeeded_at, c.succeeded_at);
    assert!(first.due_at.is_some_and(|t| t - s.stage.now() <= Span::minutes(1)), "and it is looked at again soon");
    let mut quiet = 0;
    for _ in 0..60 {
        s.stage.pass(Span::minutes(1)).await;
        if s.connection().await.failures == 0 {
            quiet += 1;
        }
    }
    assert!((6..40).contains(&quiet), "for {quiet} minutes it is no failure");
    assert!(s.connection().await.failures > 0 && s.open_case().await.is_none());
    for _ in 0..2 {
        s.stage.pass(Span::days(1)).await;
    }
    assert_eq!(s.open_case().await.map(|c| c.cause), Some(model::repair::Cause::Delayed), "somebody is named in the end");
    s.no_more_faults().await;
    s.look_now().await;
    assert_eq!((s.connection().await.state, s.connection().await.failures), (ConnectionState::Healthy, 0));
    assert!(s.open_case().await.is_none());
    s.end().await;
}

// proves: P31 E46
#[tokio::test]
async fn a_notice_waits_for_the_day_after_a_recovery_and_then_goes_out_once() {
    let s = story().await;
    s.connect("sable", "Sable Card").await;
    let login = s.stage.client(&s.family, "Ngozi", model::portal::Rights::ALL).await;
    let app = &s.stage.app;
    let tx = app.store().begin(s.scope()).await.expect("a unit");
    app::recovery::hold(app, &tx, s.scope(), login.id, app.now() + app::recovery::HELD).await.expect("held");
    tx.commit().await.expect("saved");
    s.break_item(&s.connection().await.external_id, "ITEM_LOGIN_REQUIRED").await;
    s.stage.clock.advance(Span::hours(6));
    s.look_now().await;
    assert!(s.open_case().await.is_some());
    assert_eq!(s.rejections(), 0, "no link goes out for somebody who is held");
    for _ in 0..6 {
        s.stage.pass(Span::hours(4)).await;
    }
    assert_eq!(s.rejections(), 1, "and it is not forgotten");
    s.end().await;
}

// proves: E38
#[tokio::test]
async fn a_hook_that_comes_again_mends_nothing() {
    let s = story().await;
    s.connect("sable", "Sable Card").await;
    let catcher = Catcher::new().await;
    let item = listen(&s, &catcher).await;
    s.break_item(&item, "ITEM_LOGIN_REQUIRED").await;
    s.stage.clock.advance(Span::hours(6));
    s.look_now().await;
    s.direct(&format!("/_control/items/{item}/mend"), json!({})).await;
    let (_, grant) = app::connections::grant(&s.stage.app, s.scope(), s.connection().await.id).await.expect("the token");
    let fire = json!({ "access_token": grant.token.expose(), "webhook_type": "ITEM", "webhook_code": "LOGIN_REPAIRED" });
    s.direct("/sandbox/item/fire_webhook", fire).await;
    let hook = catcher.hook(&["LOGIN_REPAIRED"]).await;
    assert_eq!(deliver(&s, &hook).await, 200);
    s.stage.settle().await;
    assert!(s.open_case().await.is_none());
    // It breaks once more, and somebody plays the old word again.
    s.break_item(&item, "ITEM_LOGIN_REQUIRED").await;
    s.look_now().await;
    assert!(s.open_case().await.is_some_and(|c| c.mended.is_none()));
    assert_eq!(deliver(&s, &hook).await, 200);
    s.stage.settle().await;
    let case = s.open_case().await.expect("the case");
    assert_eq!((case.mended, case.mends), (None, 0), "what it said then is not true now");
    s.end().await;
}

/// The three times of each account, as the page's icons tell them.
fn times(page: &Page) -> Vec<String> {
    let told = page.html.split("data-tip=\"Value as of ").skip(1).filter_map(|t| t.split('"').next());
    let mut all: Vec<String> = told.map(str::to_owned).collect();
    all.sort();
    all
}

// proves: E1 E2 E3 E4
#[tokio::test]
async fn adviser_and_client_see_the_same_accounts_figures_and_times_and_values_come_by_themselves() {
    let s = three().await;
    s.connect("larchmont work", "Larchmont Workplace").await;
    let grant = s.sign_in_at_mx("person_b", "pass_good", "mxbank").await;
    s.adopt("mx", grant, "Candlemoth Rehearsal Bank").await;
    s.stage.settle().await;
    let login = s.stage.client(&s.family, "Ngozi", model::portal::Rights::ALL).await;
    let mut earlier = None;
    for _ in 0..2 {
        let accounts = s.accounts().await;
        assert!(accounts.values().map(|a| &a.institution).collect::<std::collections::BTreeSet<_>>().len() == 2);
        let client = s.stage.sign_in(&login).await.get(format!("/portal/{}/accounts", s.family.id)).await;
        let adviser = s.adviser().await.get(s.at("/accounts")).await;
        for a in accounts.values() {
            let value = app::household_list::worth(a).map(|m| web::view::words::money_short(&m)).expect("a value");
            for page in [&client, &adviser] {
                page.must_have(&a.name).must_have(&value);
            }
        }
        assert_eq!(times(&client), times(&adviser), "one household, one truth");
        assert_eq!(times(&client).len(), accounts.len());
        let figures: Vec<_> = accounts.into_values().map(|a| (a.id, a.figures.as_of, a.figures.value)).collect();
        if let Some(before) = earlier.replace(figures.clone()) {
            assert_eq!(before.len(), figures.len());
            assert!(before.iter().zip(&figures).all(|(b, a)| b.0 == a.0 && b.1 < a.1), "newer, and nobody has asked");
            assert!(before.iter().zip(&figures).any(|(b, a)| b.2 != a.2), "and other values");
        }
        for _ in 0..5 {
            s.stage.pass(Span::days(1)).await;
        }
    }
    s.end().await;
}
