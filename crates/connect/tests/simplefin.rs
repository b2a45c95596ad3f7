//! What is this connector's own: the token that works once, the words that must be shown, the day's budget, and addresses that people type.

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::cases::{self, Case};
use common::{Rig, copy, done, now, start};
use connect::simplefin::{BRIDGE, SimpleFin, SimpleFinConfig};
use connect::{ChallengeKind, Connector, Cursor, Grant, Purpose, Step};
use model::time::HandClock;
use model::{Clock, FaultKind, Secret, Span};
use serde_json::json;
use url::Url;

fn bridge(rig: &Rig) -> Case {
    cases::all(rig).into_iter().find(|c| c.key == "simplefin").unwrap()
}

async fn token(rig: &Rig, user: &str) -> (String, String) {
    let made = rig.lever("POST", "/_control/simplefin/tokens", json!({ "user": user })).await;
    (made["setup_token"].as_str().unwrap().to_string(), made["name"].as_str().unwrap().to_string())
}

/// Begins, and answers with this token.
async fn paste(c: &dyn Connector, purpose: Purpose, token: &str) -> Step {
    let Step::Ask(asked, pending) = c.begin(start(purpose, "simplefin")).await.unwrap() else { panic!("not asked") };
    assert_eq!((asked.kind, asked.fields.len()), (ChallengeKind::Token, 1));
    assert!(asked.help.start.is_some(), "where the token is made");
    c.answer(pending, vec![(asked.fields[0].name.clone(), Secret::new(token.to_string()))]).await.unwrap()
}

async fn linked(rig: &Rig, c: &dyn Connector, user: &str) -> (Grant, String) {
    let (token, name) = token(rig, user).await;
    let Step::Linked(mut grants) = paste(c, Purpose::New, &token).await else { panic!("not linked") };
    (grants.remove(0), name)
}

// proves: N7
#[tokio::test]
async fn a_token_is_claimed_once_and_used_twice_it_warns() {
    let rig = Rig::start().await;
    let case = bridge(&rig);
    let (text, _) = token(&rig, "user_good").await;
    let Step::Linked(grants) = paste(&*case.connector, Purpose::New, &format!("  {text}\n")).await else { panic!("not linked") };
    let grant = &grants[0];
    assert!(!grant.external_id.contains("sandbox") && !format!("{grant:?}").contains(grant.token.expose()));
    let Step::Ask(asked, pending) = paste(&*case.connector, Purpose::New, &text).await else { panic!("claimed twice") };
    assert!(asked.rejected && asked.prompt.contains("switch it off"), "{}", asked.prompt);
    assert_eq!(asked.tries_left, Some(1));
    let again = vec![(asked.fields[0].name.clone(), Secret::new(text))];
    let Step::Ended(fault) = case.connector.answer(pending, again).await.unwrap() else { panic!("tried for ever") };
    assert_eq!(fault.kind, FaultKind::NeedsCredentials);
}

// proves: N32
#[tokio::test]
async fn a_withdrawn_token_is_a_permission_that_ended_and_a_new_one_keeps_the_connection() {
    let rig = Rig::start().await;
    let case = bridge(&rig);
    let c = &*case.connector;
    let (grant, name) = linked(&rig, c, "user_good").await;
    let (first, grant, cursor) = done(c.fetch(grant, Cursor::default(), false, rig.clock.now()).await.unwrap());
    rig.lever("POST", &format!("/_control/simplefin/bridges/{name}/revoke"), json!({})).await;
    let fault = c.fetch(copy(&grant), cursor.clone(), false, rig.clock.now()).await.err().unwrap();
    assert_eq!(fault.kind, FaultKind::ConsentRevoked);
    let (new, _) = token(&rig, "user_good").await;
    let Step::Linked(grants) = paste(c, Purpose::Repair(copy(&grant)), &new).await else { panic!("not repaired") };
    assert_eq!(grants[0].external_id, grant.external_id);
    assert_ne!(grants[0].token.expose(), grant.token.expose());
    let (after, ..) = done(c.fetch(copy(&grants[0]), cursor, false, rig.clock.now()).await.unwrap());
    let ids = |s: &model::Snapshot| s.accounts.iter().map(|a| a.external_id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&after), ids(&first), "no second copy");
}

// proves: E36
#[tokio::test]
async fn what_the_server_says_is_shown_as_plain_text_and_the_rest_counts() {
    let rig = Rig::start().await;
    let case = bridge(&rig);
    let (grant, _) = linked(&rig, &*case.connector, "user_broken").await;
    let (snapshot, ..) = done(case.connector.fetch(grant, Cursor::default(), false, rig.clock.now()).await.unwrap());
    assert!(!snapshot.accounts.is_empty());
    assert_eq!(snapshot.warnings.len(), 1, "{:?}", snapshot.warnings);
    assert!(snapshot.warnings[0].contains("sign in again"), "{:?}", snapshot.warnings);
    let (grant, _) = linked(&rig, &*case.connector, "user_none").await;
    let fault = case.connector.fetch(grant, Cursor::default(), false, rig.clock.now()).await.err().unwrap();
    assert_eq!(fault.kind, FaultKind::NoAccounts);
}

// proves: D5
#[tokio::test]
async fn the_days_budget_is_kept_and_begins_anew_at_midnight() {
    let rig = Rig::start().await;
    let case = bridge(&rig);
    let (grant, _) = linked(&rig, &*case.connector, "user_good").await;
    let mut cursor = Cursor::default();
    for _ in 0..20 {
        cursor = done(case.connector.fetch(copy(&grant), cursor, true, rig.clock.now()).await.unwrap()).2;
    }
    let fault = case.connector.fetch(copy(&grant), cursor.clone(), true, rig.clock.now()).await.err().unwrap();
    assert_eq!((fault.kind, fault.retry_after), (FaultKind::RateLimited, Some(Span::hours(4))), "at 20:00");
    rig.advance(Span::hours(4));
    done(case.connector.fetch(grant, cursor, true, rig.clock.now()).await.unwrap());
}

/// A token is an address that a stranger chose: none of ours is ever called with it.
#[tokio::test]
async fn tokens_that_lead_to_us_are_no_tokens() {
    let rig = Rig::start().await;
    let real = SimpleFin::new(SimpleFinConfig { base: Url::parse(BRIDGE).unwrap() }, HandClock::at(now()));
    let inside = format!("{}/simplefin/claim/demo", rig.sandbox.base);
    for address in [
        inside.as_str(),
        "https://169.254.169.254/claim/x",
        "https://127.0.0.1/claim",
        "http://bridge.simplefin.org/claim/x",
        "file:///etc/passwd",
        "https://localhost/x",
    ] {
        let Step::Ask(asked, _) = paste(&real, Purpose::New, &STANDARD.encode(address)).await else { panic!("{address} was called") };
        assert!(asked.rejected);
    }
    for nonsense in ["", "nonsense!", &"A".repeat(9_000)] {
        assert!(matches!(paste(&real, Purpose::New, nonsense).await, Step::Ask(..)), "{nonsense:.20}");
    }
    // An access address is no better for having been given by a server.
    for address in [
        "https://user:pass@127.0.0.1/simplefin",
        "http://user:pass@bridge.simplefin.org/simplefin",
        "https://bridge.simplefin.org/simplefin",
    ] {
        let grant = Grant { external_id: "x".into(), token: Secret::new(address.into()), institution: None, consent_ends: None };
        let fault = real.fetch(grant, Cursor::default(), false, now()).await.err().unwrap();
        assert_eq!(fault.kind, FaultKind::Ours, "{address}");
    }
}
