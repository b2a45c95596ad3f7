//! A sign-in that stops working, and the same login linked twice: the same accounts go on, never a second copy.

use super::story::{Visit, choose, sign_in_at, six_digits, stories};
use model::{ConnectionState, Span};
use serde_json::json;

const WORKPLACE: (&str, &str) = ("larchmont work", "Larchmont Workplace");

// proves: N30 N31 N32 N33
#[tokio::test]
async fn a_sign_in_that_broke_is_asked_for_again_and_the_same_accounts_go_on() {
    for s in stories().await {
        s.connect(WORKPLACE.0, WORKPLACE.1).await;
        let (before, c) = (s.accounts().await, s.connection().await);
        let id = *before.keys().next().expect("an account");
        let old_day = before[&id].figures.as_of_day.expect("a day");
        let old_page = s.adviser().await.get(format!("/accounts/{id}?day={old_day}")).await;

        // The password changed over there: the state says so, the figures stay, and nothing is tried again.
        s.break_item(&c.external_id, "ITEM_LOGIN_REQUIRED").await;
        s.stage.pass(Span::days(4)).await;
        assert_eq!(s.connection().await.state, ConnectionState::NeedsCredentials);
        let calls = s.fetches().await;
        for _ in 0..3 {
            s.stage.pass(Span::days(1)).await;
        }
        assert_eq!(s.fetches().await, calls, "only the client can end it, so nobody tries");
        let stopped = s.accounts().await;
        assert_eq!(stopped[&id].figures, before[&id].figures, "figures and their times stay as they were");
        let page = s.account_page(id).await;
        page.must_have("The institution rejected Ngozi’s sign-in.").must_have("Refresh waits for Ngozi’s new sign-in");
        s.adviser().await.get("/").await.must_have("Larchmont Workplace");

        // The adviser asks again from there; Ngozi proves who she is and signs in at the step that failed.
        let mut adviser = s.adviser().await;
        let ask = adviser.get(format!("/accounts/{id}")).await.link("Ask Ngozi to fix");
        let dialog = adviser.get(ask).await;
        dialog.must_have("Larchmont Workplace needs a new sign-in");
        let link = super::story::shown_link(&adviser.send(dialog.form("/share")).await);
        let (mut client, leaving) = s.enter(&link).await;
        assert!(leaving.url.path().starts_with("/c/a/"), "it lands at the step that failed: {}", leaving.url);
        let waiting = sign_in_at(&mut client, &leaving, &Visit::default()).await;
        s.confirm(&mut client, &waiting).await.must_have("Larchmont Workplace works again");

        let after = s.accounts().await;
        assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>(), "the same accounts");
        assert!(after[&id].figures.as_of_day > Some(old_day), "and newer values");
        assert_eq!((s.connection().await.id, s.connection().await.state), (c.id, ConnectionState::Healthy));
        assert_eq!(s.live_items().await, 1);
        let page = s.adviser().await.get(format!("/accounts/{id}?day={old_day}")).await;
        let total = |words: String| words.split("Positions and cash").nth(1).map(|w| w.chars().take(40).collect::<String>());
        assert_eq!(total(page.words()), total(old_page.words()), "the day before shows what it showed");
        s.end().await;
    }
}

// proves: N33 D2
#[tokio::test]
async fn the_same_login_linked_again_feeds_the_same_accounts_and_the_old_item_ends_at_the_provider() {
    for s in stories().await {
        s.connect(WORKPLACE.0, WORKPLACE.1).await;
        let (before, old) = (s.accounts().await, s.connection().await);
        s.stage.clock.advance(Span::hours(1));
        s.connect(WORKPLACE.0, WORKPLACE.1).await;
        s.stage.settle().await;

        let after = s.accounts().await;
        assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>(), "no second copy");
        let items = s.items().await;
        assert_eq!((items.len(), s.live_items().await), (2, 1));
        let of_old = items.iter().find(|i| i["item_id"] == json!(old.external_id)).expect("the first item");
        assert_eq!(of_old["removed"], json!(true), "the first one is ended over there");
        let live: Vec<_> = s.connections().await.into_iter().filter(|c| c.removal == store::connections::Removal::None).collect();
        assert!(live.len() == 1 && live[0].id != old.id);
        assert!(after.values().all(|a| a.connection == Some(live[0].id)));
        assert_eq!(s.portfolio().await.words().matches("Workplace 401(k)").count(), 1);
        s.end().await;
    }
}

// proves: N63 D2
#[tokio::test]
async fn a_second_browser_needs_the_mailbox_and_finds_what_was_connected() {
    for s in stories().await {
        let link = s.share("").await;
        let (mut phone, _) = s.enter(&link).await;
        s.connect_in(&mut phone, WORKPLACE.0, WORKPLACE.1).await;
        let mut laptop = s.stage.browser();
        let asked = super::story::get_started(&mut laptop, &link).await;
        assert_eq!(asked.url.path(), "/c/code");
        assert!(!asked.has("Larchmont") && !asked.has("401(k)"), "nothing before the proof:\n{}", asked.words());
        let earlier = s.prove(&mut laptop, &asked).await;
        earlier.must_have("Welcome back, Ngozi").must_have("Larchmont Workplace");
        assert_eq!(phone.get("/c/search").await.status, 410, "the first browser is out");
        // The code of one browser is worth nothing in another.
        let letters = s.stage.letters_to("ngozi@okafor.example");
        let spent = six_digits(letters.last().expect("a letter"));
        let mut third = s.stage.browser();
        let page = super::story::get_started(&mut third, &link).await;
        let refused = third.send(page.form("/c/code").with("code", spent)).await;
        assert!(refused.status == 422 || refused.url.path() == "/c/code", "{}", refused.words());
        s.end().await;
    }
}

// proves: N30 N31
#[tokio::test]
async fn a_repair_whose_account_is_ended_meanwhile_ends_with_words_and_breaks_nothing() {
    for s in stories().await {
        s.connect("sable", "Sable Card").await;
        let c = s.connection().await;
        s.break_item(&c.external_id, "ITEM_LOGIN_REQUIRED").await;
        s.stage.pass(Span::days(4)).await;
        let link = s.share(&format!("&fix={}", c.id)).await;
        let (mut client, leaving) = s.enter(&link).await;
        // The adviser deletes the account while the client is at the institution.
        s.fault(json!({ "path": "/item/remove", "code": "INTERNAL_SERVER_ERROR", "times": 5 })).await;
        let account = *s.accounts().await.keys().next().expect("an account");
        app::ending::delete(&s.stage.app, s.scope(), account).await.expect("deleted");
        let back = sign_in_at(&mut client, &leaving, &Visit::default()).await;
        s.stage.settle().await;
        let page = client.get(back.url.as_str()).await;
        page.must_have("Your permission for Sable Card has ended");
        for _ in 0..16 {
            s.stage.pass(Span::hours(1)).await;
        }
        assert_eq!(s.live_items().await, 0, "the permission ended with the account");
        s.end().await;
    }
}

// proves: N20 N31
#[tokio::test]
async fn somebody_elses_login_in_a_repair_brings_no_accounts_of_theirs() {
    for s in stories().await {
        s.connect(WORKPLACE.0, WORKPLACE.1).await;
        let (before, c) = (s.accounts().await, s.connection().await);
        s.break_item(&c.external_id, "ITEM_LOGIN_REQUIRED").await;
        s.stage.pass(Span::days(4)).await;
        let (mut client, leaving) = s.enter(&s.share(&format!("&fix={}", c.id)).await).await;
        let back = sign_in_at(&mut client, &leaving, &Visit { user: "somebody_else", ..Visit::default() }).await;
        s.stage.settle().await;
        client.get(back.url.as_str()).await;
        assert_eq!(s.accounts().await.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
        s.end().await;
    }
}

// proves: N61 N62
#[tokio::test]
async fn the_same_link_brings_another_institution_in_the_same_browser() {
    for s in stories().await {
        let (mut client, done) = s.connect(WORKPLACE.0, WORKPLACE.1).await;
        let another = done.link("Add another account");
        client.get(another).await.must_have("Where is the account?");
        let leaving = choose(&mut client, "sable", "Sable Card").await;
        let waiting = sign_in_at(&mut client, &leaving, &Visit::default()).await;
        s.confirm(&mut client, &waiting).await.must_have("Sable Card is connected");
        assert_eq!(s.connections().await.len(), 2);
        s.end().await;
    }
}
