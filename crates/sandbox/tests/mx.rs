//! The second provider: every state a connection can be in, every question, and what time does.

mod common;

use common::mx::mx;
use model::Span;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// An institution that asks for nothing more.
const PLAIN: &str = "state_consent_90";

#[tokio::test]
async fn every_state_is_reached_by_a_login_and_mended_by_a_right_one() {
    let mx = mx().await;
    let ends = [
        "PREVENTED",
        "DENIED",
        "REJECTED",
        "LOCKED",
        "IMPEDED",
        "DEGRADED",
        "DISCONNECTED",
        "DISCONTINUED",
        "CLOSED",
        "DELAYED",
        "FAILED",
        "DISABLED",
        "EXPIRED",
        "IMPAIRED",
    ];
    for status in ends {
        let user = format!("user_{status}");
        let member = mx.link(PLAIN, &user, &format!("error_{status}")).await;
        assert_eq!(mx.status(&member).await, status);
        assert!(mx.accounts(&member).await.is_empty(), "{status}: nothing was ever read");
        let full = mx.ok("GET", &mx.at(&member, ""), Value::Null).await["member"].clone();
        assert!(full["successfully_aggregated_at"].is_null() && full["connection_status_message"].is_string());
        mx.sign_in_again(&member, PLAIN, &user, "pass_good").await;
        assert_eq!(mx.status(&member).await, "CONNECTED");
        assert!(!mx.accounts(&member).await.is_empty());
    }
    // Three times wrong, and the provider does not ask the institution any more.
    let member = mx.link(PLAIN, "user_good", "wrong").await;
    for (password, status) in [("wrong", "DENIED"), ("wrong", "PREVENTED"), ("pass_good", "CONNECTED")] {
        mx.sign_in_again(&member, PLAIN, "user_good", password).await;
        assert_eq!(mx.status(&member).await, status);
    }
}

#[tokio::test]
async fn every_question_is_asked_answered_and_refused() {
    let mx = mx().await;
    for (word, kind, right) in [
        ("text", "TEXT", "answer_0_0"),
        ("questions", "TEXT", "correct"),
        ("options", "OPTIONS", "Brindlemere"),
        ("device", "OPTIONS", "sms"),
        ("token", "TOKEN", " 12-34 "),
        ("image", "IMAGE_DATA", "wb"),
        ("pictures", "IMAGE_OPTIONS", "Picture 1"),
    ] {
        let user = format!("user_{word}");
        let member = mx.link(PLAIN, &user, &format!("mfa_{word}")).await;
        let waiting = mx.member(&member).await;
        assert_eq!(waiting["connection_status"], "CHALLENGED", "{word}");
        assert!(waiting["challenges"].as_array().unwrap().iter().all(|c| c["type"] == kind && c["label"].as_str() != Some("")));
        if word != "device" {
            assert_eq!(mx.answer(&member, "no").await, "REJECTED", "{word}");
            assert_eq!(mx.aggregate(&member).await, "CHALLENGED");
            assert_ne!(mx.member(&member).await["challenges"][0]["guid"], waiting["challenges"][0]["guid"], "asked anew under a new name");
        }
        let after = mx.answer(&member, right).await;
        assert_eq!(after, if word == "device" { "CHALLENGED" } else { "CONNECTED" }, "{word}");
    }
    // The institution's own way: three in a row, then nothing more is asked at the next aggregation.
    let member = mx.link("dapplegrey", "user_good", "pass_good").await;
    assert_eq!(mx.answer(&member, "correct").await, "CHALLENGED");
    assert_eq!(mx.answer(&member, "email").await, "CHALLENGED");
    assert_eq!(mx.answer(&member, "1234").await, "CONNECTED");
    mx.here.advance(Span::hours(4)).await;
    assert_eq!(mx.aggregate(&member).await, "CONNECTED");
    // A form of three fields.
    let member = mx.link("owlbarrow", "user_good", "pass_good").await;
    assert_eq!(mx.answer(&member, "correct").await, "CONNECTED");
}

#[tokio::test]
async fn three_wrong_answers_lock_and_an_unanswered_question_is_dropped() {
    let mx = mx().await;
    let member = mx.link(PLAIN, "user_good", "mfa_token").await;
    for status in ["REJECTED", "REJECTED", "LOCKED"] {
        assert_eq!(mx.answer(&member, "0000").await, status);
        mx.aggregate(&member).await;
    }
    let late = mx.link(PLAIN, "user_late", "mfa_token").await;
    let asked = mx.member(&late).await["challenges"].clone();
    mx.here.advance(Span::minutes(11)).await;
    assert_eq!(mx.status(&late).await, "EXPIRED");
    let body = json!({ "member": { "challenges": [{ "guid": asked[0]["guid"], "value": "1234" }] } });
    assert_eq!(mx.call("PUT", &mx.at(&late, "/resume"), body).await.0, 405);
    let (status, none) = mx.call("GET", &mx.at(&late, "/challenges"), Value::Null).await;
    assert_eq!((status, none), (204, Value::Null));
    assert_eq!(mx.aggregate(&late).await, "CHALLENGED");
    for challenges in [json!([]), json!([{ "guid": "CRD-other", "value": "1234" }]), json!([{ "guid": 7 }])] {
        let (status, out) = mx.call("PUT", &mx.at(&late, "/resume"), json!({ "member": { "challenges": challenges } })).await;
        assert_eq!(status, 400, "{out}");
    }
    assert_eq!(mx.answer(&late, "1234").await, "CONNECTED");
}

#[tokio::test]
async fn an_approval_on_the_phone_waits_for_the_phone() {
    let mx = mx().await;
    let member = mx.link("hazelpush", "user_good", "pass_good").await;
    assert_eq!(mx.status(&member).await, "PENDING");
    assert!(mx.member(&member).await.get("challenges").is_none());
    let page = mx.here.http.get(mx.here.url("/phone")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Hazelpush Securities") && page.contains(&member) && !page.contains("<script"));
    let decide = |member: &str, said: &str| {
        let sent = mx.here.http.post(mx.here.url(&format!("/phone/{member}")));
        sent.header("content-type", "application/x-www-form-urlencoded").body(format!("decision={said}")).send()
    };
    assert_eq!(decide(&member, "approve").await.unwrap().status().as_u16(), 303);
    assert_eq!(mx.status(&member).await, "CONNECTED");
    let refused = mx.link("hazelpush", "user_other", "pass_good").await;
    decide(&refused, "decline").await.unwrap();
    assert_eq!(mx.status(&refused).await, "REJECTED");
    assert_eq!(mx.aggregate(&refused).await, "PENDING");
    mx.lever(&format!("/_control/mx/members/{refused}/approve"), json!({})).await;
    assert_eq!(mx.status(&refused).await, "CONNECTED");
    let forgotten = mx.link(PLAIN, "user_third", "mfa_token_push").await;
    assert_eq!(mx.answer(&forgotten, "1234").await, "PENDING");
    mx.here.advance(Span::minutes(11)).await;
    assert_eq!(mx.status(&forgotten).await, "EXPIRED");
}

#[tokio::test]
async fn what_breaks_later_keeps_the_accounts_and_what_heals_by_itself_heals() {
    let mx = mx().await;
    for (status, heals) in
        [("IMPEDED", false), ("EXPIRED", false), ("IMPAIRED", false), ("CLOSED", false), ("FAILED", true), ("DEGRADED", true)]
    {
        let user = format!("user_{status}");
        let member = mx.link(PLAIN, &user, &format!("later_{status}")).await;
        let before = mx.member(&member).await;
        assert_eq!(before["connection_status"], "CONNECTED");
        let accounts = mx.accounts(&member).await;
        assert_eq!(mx.aggregate(&member).await, status);
        let after = mx.member(&member).await;
        assert_eq!(after["successfully_aggregated_at"], before["successfully_aggregated_at"], "a failure moves no last success");
        assert_eq!(mx.accounts(&member).await, accounts, "what was read stays to be read");
        assert_eq!(mx.aggregate(&member).await, if heals { "CONNECTED" } else { status });
        mx.lever(&format!("/_control/mx/members/{member}/mend"), json!({})).await;
        assert_eq!(mx.status(&member).await, "RECONNECTED");
    }
    // Gone at the provider, and data that turns odd.
    let gone = mx.link(PLAIN, "user_gone", "later_REMOVED").await;
    assert_eq!(mx.status(&gone).await, "CONNECTED");
    mx.ok("POST", &mx.at(&gone, "/aggregate"), Value::Null).await;
    assert_eq!(mx.call("GET", &mx.at(&gone, "/status"), Value::Null).await.0, 404);
    let odd = mx.link(PLAIN, "user_odd", "later_error_inside").await;
    assert!(!mx.accounts(&odd).await.is_empty());
    assert_eq!(mx.aggregate(&odd).await, "CONNECTED");
    let (status, out) = mx.call("GET", &mx.at(&odd, "/accounts"), Value::Null).await;
    assert!(status == 200 && out["error"].is_object() && out.get("accounts").is_none());
    let asked = mx.link(PLAIN, "user_asked", "later_mfa_token").await;
    assert_eq!(mx.status(&asked).await, "CONNECTED");
    assert_eq!(mx.aggregate(&asked).await, "CHALLENGED");
    assert_eq!(mx.answer(&asked, "1234").await, "CONNECTED");
    mx.lever(&format!("/_control/mx/members/{asked}/status"), json!({ "connection_status": "DISCONNECTED" })).await;
    assert_eq!(mx.status(&asked).await, "DISCONNECTED");
    assert_eq!(mx.aggregate(&asked).await, "DISCONNECTED");
}

#[tokio::test]
async fn an_aggregation_too_soon_is_taken_and_does_nothing() {
    let mx = mx().await;
    let (rationed, free) = (mx.link(PLAIN, "user_good", "pass_good").await, mx.link("mxbank", "mxuser", "x").await);
    mx.status(&rationed).await;
    mx.status(&free).await;
    mx.lever("/_control/limits", json!({ "on": true })).await;
    let first = mx.member(&rationed).await["aggregated_at"].clone();
    mx.here.advance(Span::hours(1)).await;
    assert_eq!(mx.call("POST", &mx.at(&rationed, "/aggregate"), json!({})).await.0, 202);
    assert_eq!(mx.member(&rationed).await["aggregated_at"], first);
    mx.aggregate(&free).await;
    assert_ne!(mx.member(&free).await["aggregated_at"], first, "the test institution is not rationed");
    mx.here.advance(Span::hours(2)).await;
    mx.aggregate(&rationed).await;
    assert_ne!(mx.member(&rationed).await["aggregated_at"], first);
}

#[tokio::test]
async fn values_come_overnight_and_a_question_nobody_answers_keeps_the_old_ones() {
    let mx = mx().await;
    let (plain, asks) = (mx.link(PLAIN, "user_good", "pass_good").await, mx.link("marrowby", "user_good", "pass_good").await);
    mx.answer(&asks, "1234").await;
    let figures = async |m: &str| mx.holdings(m).await.iter().map(|h| h["market_value"].to_string()).collect::<Vec<_>>();
    let (old, kept) = (figures(&plain).await, figures(&asks).await);
    // From a Friday afternoon to the Tuesday that shows Monday.
    mx.here.advance(Span::days(4)).await;
    assert_eq!(mx.status(&plain).await, "CONNECTED");
    assert_ne!(figures(&plain).await, old);
    assert_eq!(mx.status(&asks).await, "CHALLENGED", "this one asks at every sign-in, and nobody was there");
    assert_eq!(figures(&asks).await, kept);
    assert_eq!(mx.answer(&asks, "1234").await, "CONNECTED");
    assert_ne!(figures(&asks).await, kept);
}

#[tokio::test]
async fn user_names_make_the_trouble_that_providers_make() {
    let mx = mx().await;
    let of = async |user: &str| mx.link(PLAIN, user, "pass_good").await;
    let guids = |rows: &[Value]| rows.iter().map(|r| r["guid"].as_str().unwrap().to_string()).collect::<Vec<_>>();
    let none = of("user_none").await;
    assert_eq!((mx.status(&none).await.as_str(), mx.accounts(&none).await.len()), ("CONNECTED", 0));
    let doubled = of("user_doubled").await;
    let rows = guids(&mx.accounts(&doubled).await);
    assert_eq!(rows.iter().collect::<BTreeSet<_>>().len() * 2, rows.len());
    let held = guids(&mx.holdings(&doubled).await);
    assert_eq!(held.iter().collect::<BTreeSet<_>>().len() * 2, held.len());
    let rekeyed = of("user_rekeyed").await;
    let before = mx.accounts(&rekeyed).await;
    mx.aggregate(&rekeyed).await;
    let after = mx.accounts(&rekeyed).await;
    assert!(guids(&before).iter().all(|g| !guids(&after).contains(g)));
    assert_eq!(
        before.iter().map(|a| &a["account_number"]).collect::<Vec<_>>(),
        after.iter().map(|a| &a["account_number"]).collect::<Vec<_>>()
    );
    let emptied = of("user_emptied").await;
    assert!(!mx.accounts(&emptied).await.is_empty());
    assert_eq!(mx.aggregate(&emptied).await, "CONNECTED");
    assert!(mx.accounts(&emptied).await.is_empty());
    let (stale, fresh) = (of("user_stale").await, of("user_good").await);
    let day = async |m: &str| mx.holdings(m).await[0]["current_price_as_of"].as_str().unwrap().to_string();
    assert!(day(&stale).await < day(&fresh).await);
    let slow = of("user_slow").await;
    let now = mx.member(&slow).await;
    assert_eq!((now["connection_status"].as_str(), now["is_being_aggregated"].as_bool()), (Some("DELAYED"), Some(true)));
    assert!(mx.accounts(&slow).await.is_empty());
    mx.here.advance(Span::minutes(4)).await;
    assert_eq!(mx.status(&slow).await, "CONNECTED");
    assert!(!mx.accounts(&slow).await.is_empty());
    for (user, status, kind, wait) in [
        ("user_html", 200, "text/html", None),
        ("user_error_inside", 200, "application/json", None),
        ("user_busy", 429, "application/json", None),
        ("user_busy_until", 429, "application/json", Some("120")),
    ] {
        let member = of(user).await;
        let answer = mx.raw("GET", &mx.at(&member, "/accounts"), Value::Null).await;
        assert_eq!(answer.status().as_u16(), status, "{user}");
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with(kind), "{user}");
        assert_eq!(answer.headers().get("retry-after").map(|v| v.to_str().unwrap()), wait, "{user}");
        let text = answer.text().await.unwrap();
        assert!(!text.contains("\"accounts\""), "{user}: {text}");
    }
}

#[tokio::test]
async fn an_institution_in_trouble_fails_for_everybody_and_comes_back() {
    let mx = mx().await;
    assert!(mx.here.http.get(mx.here.url("/logos/corncrake.png")).send().await.unwrap().status().is_success());
    let there = mx.link(PLAIN, "user_good", "pass_good").await;
    assert_eq!(mx.status(&there).await, "CONNECTED");
    let health = async |h: &str| mx.lever("/_control/institutions/ins_state_consent_90/health", json!({ "health": h })).await;
    health("down").await;
    assert_eq!(mx.aggregate(&there).await, "FAILED");
    let new = mx.link(PLAIN, "user_new", "pass_good").await;
    assert_eq!(mx.status(&new).await, "FAILED");
    health("healthy").await;
    assert_eq!((mx.aggregate(&there).await, mx.aggregate(&new).await), ("CONNECTED".into(), "CONNECTED".into()));
    health("retired").await;
    assert_eq!(mx.aggregate(&there).await, "DISCONTINUED");
    let shown = mx.ok("GET", &format!("/institutions/{PLAIN}"), Value::Null).await;
    assert_eq!(shown["institution"]["is_disabled_by_client"], true);
    let gone = mx.link("lostwithy", "user_good", "pass_good").await;
    assert_eq!(mx.status(&gone).await, "DISCONTINUED");
}
