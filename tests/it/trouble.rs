//! What can go wrong over there, in words: whose move it is, no blame on a password, and figures and their times stay as they were.

use super::story::{Visit, choose, look_at, sign_in_at, stories};
use model::{ConnectionState as C, Span};
use serde_json::{Value, json};

/// A fault of one connection, the state that it leads to, and the words on the account's page.
fn faults() -> Vec<(Value, C, &'static str)> {
    vec![
        (json!({ "code": "INSTITUTION_DOWN" }), C::InstitutionDown, "Larchmont Workplace isn’t letting anyone connect right now."),
        (json!({ "code": "INSTITUTION_NOT_RESPONDING" }), C::InstitutionDown, "We keep trying; nobody needs to do anything."),
        // The institution changed its interface, and the provider has not caught up (N69).
        (json!({ "code": "UNSUPPORTED_RESPONSE", "type": "INSTITUTION_ERROR" }), C::InstitutionDown, "We keep trying"),
        (json!({ "code": "INTERNAL_SERVER_ERROR", "status": 500 }), C::ProviderDown, "We couldn’t get the latest values."),
        (json!({ "torn": true }), C::ProviderDown, "We couldn’t get the latest values."),
        (json!({ "code": "RATE_LIMIT", "status": 429 }), C::RateLimited, "waiting its turn"),
        (json!({ "code": "A_CODE_OF_TOMORROW", "type": "A_TYPE_OF_TOMORROW" }), C::Ours, "Something broke on our side."),
        (json!({ "code": "INSTITUTION_NO_LONGER_SUPPORTED" }), C::NotSupported, "can’t connect Larchmont Workplace"),
    ]
}

// proves: N32 N67 N68 N69 N70 D12
#[tokio::test]
async fn trouble_over_there_names_whose_move_it_is_and_leaves_every_figure_alone() {
    for s in stories().await {
        s.connect("larchmont work", "Larchmont Workplace").await;
        let c = s.connection().await;
        let id = *s.accounts().await.keys().next().expect("an account");
        for (mut fault, state, words) in faults() {
            let before = (s.accounts().await, s.connection().await.succeeded_at);
            let last = s.stage.now();
            fault["item_id"] = json!(c.external_id);
            s.fault(fault.clone()).await;
            s.stage.pass(Span::days(1)).await;
            // Over a weekend nothing is due: ask by hand, as an adviser would.
            if s.connection().await.attempted_at <= Some(last) {
                let mut adviser = s.adviser().await;
                let page = adviser.get(format!("/accounts/{id}")).await;
                adviser.send(page.form("/refresh")).await;
                s.stage.settle().await;
            }
            let now = s.connection().await;
            assert_eq!(now.state, state, "{fault}");
            assert!(now.attempted_at > Some(last), "attempted is a time of its own");
            let after = s.accounts().await;
            assert!(after.iter().all(|(id, a)| a.figures == before.0[id].figures), "{fault}: figures and their times");
            assert_eq!(now.succeeded_at, before.1, "{fault}: last updated");
            let page = s.account_page(id).await;
            page.must_have(words);
            // The likeness' own menu speaks of the adviser's sign-in.
            let said = page.words().to_lowercase().replace("sign-in and security", "");
            assert!(!said.contains("password") && !said.contains("sign-in"), "{fault}: {said}");
            s.no_more_faults().await;
            if state == C::NotSupported {
                // The institution has changed for good: nothing is asked any more, and the adviser is told what to do instead.
                page.must_have("Values no longer arrive by themselves. Keep the account up to date by hand.");
                let asked = s.fetches().await;
                for _ in 0..4 {
                    s.stage.pass(Span::days(1)).await;
                }
                assert_eq!((now.due_at, s.fetches().await), (None, asked), "{fault}");
                break;
            }
            // It mends itself.
            for _ in 0..3 {
                s.stage.pass(Span::days(1)).await;
            }
            assert_eq!(s.connection().await.state, C::Healthy, "{fault}");
        }
        s.end().await;
    }
}

// proves: N67
#[tokio::test]
async fn one_institutions_bad_days_are_not_anothers() {
    for s in stories().await {
        s.connect("larchmont work", "Larchmont Workplace").await;
        s.connect("northgate brok", "Northgate Brokerage").await;
        let at = async |name: &str| s.connections().await.into_iter().find(|c| c.institution == name).expect("the connection");
        let (bad, good) = (at("Larchmont Workplace").await, at("Northgate Brokerage").await);
        s.fault(json!({ "code": "INSTITUTION_NOT_RESPONDING", "item_id": bad.external_id })).await;
        for _ in 0..4 {
            s.stage.pass(Span::days(1)).await;
        }
        let (bad_now, good_now) = (at("Larchmont Workplace").await, at("Northgate Brokerage").await);
        assert_eq!((bad_now.state, bad_now.succeeded_at), (C::InstitutionDown, bad.succeeded_at));
        assert!(good_now.state == C::Healthy && good_now.succeeded_at > good.succeeded_at, "{good_now:?}");
        let page = s.adviser().await.get(s.at("/accounts")).await;
        page.must_have("Larchmont Workplace isn’t letting anyone connect right now.").must_have("Up to date");
        assert!(!page.has("Northgate Brokerage isn’t letting"), "{}", page.words());
        s.no_more_faults().await;
        s.end().await;
    }
}

// proves: N68
#[tokio::test]
async fn a_slow_answer_is_waited_for() {
    for s in stories().await {
        s.fault(json!({ "path": "/accounts/get", "latency_ms": 400, "times": 2 })).await;
        s.fault(json!({ "path": "/investments/holdings/get", "latency_ms": 400, "times": 2 })).await;
        let (_, done) = s.connect("larchmont work", "Larchmont Workplace").await;
        done.must_have("Larchmont Workplace is connected");
        s.end().await;
    }
}

// proves: N48 N68 N70 N71
#[tokio::test]
async fn an_institution_that_is_down_or_gone_is_said_before_anybody_types_a_password() {
    for s in stories().await {
        let (mut client, _) = s.enter(&s.share("").await).await;
        // Gone for good: no way on from here, but another institution or the adviser.
        let gone = look_at(&mut client, "bygone", "Bygone").await;
        gone.must_have("can’t be connected").must_have("Choose a different institution").must_have("help@firm.example");
        // Down today.
        let page = look_at(&mut client, "stillpool", "Stillpool Savings Bank").await;
        page.must_have("It isn’t your password.");
        let page = client.send(page.form("/c/at/").press("Continue")).await;
        page.must_have("Stillpool Savings Bank isn’t letting anyone connect right now")
            .must_have("It isn’t your password")
            .must_have("help@firm.example");
        assert!(!page.links().iter().any(|(_, u)| u.path().starts_with("/link/")), "nobody is sent to a closed door");
        let told = client.send(page.form("/tell").with("tell", "yes")).await;
        assert_eq!(told.status, 200);
        s.stage.pass(Span::hours(3)).await;
        assert!(!s.stage.letters_to("ngozi@okafor.example").iter().any(|l| l.contains("Stillpool")));
        s.direct("/_control/institutions/ins_state_down/health", json!({ "health": "healthy" })).await;
        s.stage.pass(Span::hours(1)).await;
        let letters = s.stage.letters_to("ngozi@okafor.example");
        assert_eq!(letters.iter().filter(|l| l.contains("Stillpool")).count(), 1, "told once that it is back");
        s.end().await;
    }
}

// proves: N40 N48 N71
#[tokio::test]
async fn each_error_of_the_providers_page_has_words_and_a_next_step_and_connects_nothing() {
    for s in stories().await {
        let (mut client, _) = s.enter(&s.share("").await).await;
        for (password, words) in [
            ("error_ITEM_LOCKED", "has locked this sign-in"),
            ("error_PASSWORD_RESET_REQUIRED", "wants something from you first"),
            ("error_INSTITUTION_NOT_RESPONDING", "isn’t letting anyone connect right now"),
            ("error_INSTITUTION_NO_LONGER_SUPPORTED", "can’t be connected"),
            ("error_NO_ACCOUNTS", "shows no accounts"),
            ("error_INTERNAL_SERVER_ERROR", "Our data provider isn’t answering"),
        ] {
            let leaving = choose(&mut client, "sable", "Sable Card").await;
            let back = sign_in_at(&mut client, &leaving, &Visit { password, ..Visit::default() }).await;
            s.stage.settle().await;
            let page = client.get(back.url.as_str()).await;
            page.must_have(words).must_have("help@firm.example");
            assert!(page.links().iter().any(|(_, u)| u.path().starts_with("/c/")), "a next step:\n{}", page.words());
        }
        assert!(s.connections().await.is_empty() && s.live_items().await == 0);
        s.connect_in(&mut client, "sable", "Sable Card").await.must_have("Sable Card is connected");
        s.end().await;
    }
}
