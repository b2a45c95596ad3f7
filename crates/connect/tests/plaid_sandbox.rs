//! Whole flows against the sandbox over HTTP: second factors, errors by password, banks without investments, more accounts, hooks.

mod common;

use common::browser::{GOOD, Person};
use common::{Rig, copy, done, start};
use connect::plaid::Plaid;
use connect::{Connector, Cursor, Grant, HookRequest, Purpose, Signal, Step};
use model::{AccountKind, FaultKind, Span, Time};
use serde_json::json;

/// Offers everything; asks for nothing but a password.
const BANK: &str = "ins_109508";

async fn play(rig: &Rig, plaid: &Plaid, purpose: Purpose, institution: &str, person: Person) -> (Step, Vec<String>) {
    let Step::Visit(page, pending) = plaid.begin(start(purpose, institution)).await.unwrap() else { panic!("no page") };
    let (seen, _) = rig.browser.visit(&page, person).await;
    (plaid.answer(pending, vec![]).await.unwrap(), seen)
}

async fn linked(rig: &Rig, plaid: &Plaid, institution: &str, person: Person) -> Grant {
    match play(rig, plaid, Purpose::New, institution, person).await {
        (Step::Linked(mut grants), _) => grants.remove(0),
        (Step::Ended(fault), seen) => panic!("{fault} after {seen:?}"),
        (_, seen) => panic!("left after {seen:?}"),
    }
}

// proves: N41
#[tokio::test]
async fn every_kind_of_second_factor_ends_in_a_link() {
    let rig = Rig::start().await;
    let plaid = rig.plaid();
    for (password, step) in [
        ("pass_good", ""),
        ("mfa_device", "device"),
        ("mfa_questions_1_1", "questions"),
        ("mfa_questions_2_2", "questions"),
        ("mfa_selections", "selections"),
    ] {
        let (outcome, seen) = play(&rig, &plaid, Purpose::New, BANK, GOOD.with(password)).await;
        assert!(matches!(outcome, Step::Linked(g) if g.len() == 1), "{password}: {seen:?}");
        assert!(step.is_empty() || seen.iter().any(|s| s == step), "{password}: {seen:?}");
        assert!(!seen.contains(&"search".to_string()), "nobody searches twice");
    }
    let (outcome, seen) = play(&rig, &plaid, Purpose::New, "ins_127287", GOOD).await;
    assert!(matches!(outcome, Step::Linked(_)) && seen.contains(&"institution".to_string()), "{seen:?}");
}

// proves: N68 N70
#[tokio::test]
async fn every_error_of_a_sign_in_says_who_must_act() {
    let rig = Rig::start().await;
    let plaid = rig.plaid();
    for (password, kind) in [
        ("error_ITEM_LOCKED", FaultKind::Locked),
        ("error_INSTITUTION_DOWN", FaultKind::InstitutionDown),
        ("error_INSTITUTION_NOT_RESPONDING", FaultKind::InstitutionDown),
        ("error_NO_ACCOUNTS", FaultKind::NoAccounts),
        ("error_PASSWORD_RESET_REQUIRED", FaultKind::ActionAtInstitution),
        ("error_ITEM_NOT_SUPPORTED", FaultKind::NotSupported),
        ("error_MFA_NOT_SUPPORTED", FaultKind::NotSupported),
        ("error_INVALID_CREDENTIALS", FaultKind::NeedsCredentials),
    ] {
        let (outcome, seen) = play(&rig, &plaid, Purpose::New, BANK, GOOD.with(password)).await;
        match outcome {
            Step::Ended(fault) => assert_eq!(fault.kind, kind, "{password}: {seen:?}"),
            // A wrong password is told on the page; whoever leaves then has just left.
            _ => assert_eq!(kind, FaultKind::NeedsCredentials, "{password}: {seen:?}"),
        }
    }
}

#[tokio::test]
async fn banks_and_lenders_without_investments_link_too() {
    let rig = Rig::start().await;
    let plaid = rig.plaid();
    for institution in ["ins_larchmont_bank", "ins_sable", "ins_kestrel", "ins_bluewater"] {
        let grant = linked(&rig, &plaid, institution, GOOD).await;
        let (snapshot, _, _) = done(plaid.fetch(grant, Cursor::default(), false, common::now()).await.unwrap());
        assert!(!snapshot.accounts.is_empty(), "{institution}");
        assert!(snapshot.accounts.iter().all(|a| !a.kind.is_debt() || a.value.is_none_or(|v| v <= 0.into())), "{institution}");
        if institution == "ins_sable" {
            let card = snapshot.accounts.iter().find(|a| a.kind == AccountKind::CreditCard).unwrap();
            assert!(card.terms.iter().any(|(name, _)| name == "purchase_apr"), "{card:?}");
        }
    }
}

#[tokio::test]
async fn a_result_is_exchanged_once_and_said_to_be_spent_after() {
    let rig = Rig::start().await;
    let plaid = rig.plaid();
    let Step::Visit(page, pending) = plaid.begin(start(Purpose::New, BANK)).await.unwrap() else { panic!() };
    rig.browser.visit(&page, GOOD).await;
    let again = connect::Pending(pending.0.clone());
    assert!(matches!(plaid.answer(pending, vec![]).await.unwrap(), Step::Linked(_)));
    assert!(matches!(plaid.answer(again, vec![]).await.unwrap(), Step::Ended(f) if f.code == "LINK_RESULT_SPENT"));
}

#[tokio::test]
async fn a_page_that_nobody_opens_ends_by_itself() {
    let rig = Rig::start().await;
    let plaid = rig.plaid();
    let Step::Visit(_, pending) = plaid.begin(start(Purpose::New, BANK)).await.unwrap() else { panic!() };
    let Step::Wait(_, pending) = plaid.answer(pending, vec![]).await.unwrap() else { panic!() };
    rig.advance(Span::hours(5));
    assert!(matches!(plaid.answer(connect::Pending(pending.0.clone()), vec![]).await.unwrap(), Step::Left));
    rig.advance(Span::hours(24));
    assert!(matches!(plaid.answer(pending, vec![]).await.unwrap(), Step::Left), "the provider has forgotten it");
}

#[tokio::test]
async fn more_accounts_join_the_same_connection() {
    let rig = Rig::start().await;
    let plaid = rig.plaid();
    let few = linked(&rig, &plaid, "ins_larchmont_bank", Person { accounts: 1, ..GOOD }).await;
    let (before, few, cursor) = done(plaid.fetch(few, Cursor::default(), false, common::now()).await.unwrap());
    assert_eq!(before.accounts.len(), 1);
    let (step, seen) = play(&rig, &plaid, Purpose::FindNew(copy(&few)), "", GOOD).await;
    let Step::Linked(grants) = step else { panic!("{seen:?}") };
    assert_eq!(grants[0].external_id, few.external_id);
    let (after, _, _) = done(plaid.fetch(copy(&grants[0]), cursor, true, common::now()).await.unwrap());
    assert!(after.accounts.len() > 1);
    assert!(after.accounts.iter().any(|a| a.external_id == before.accounts[0].external_id), "the first one is still itself");
}

#[tokio::test]
async fn values_move_with_the_market_and_next_values_are_named() {
    let rig = Rig::start().await;
    let plaid = rig.plaid();
    let grant = linked(&rig, &plaid, "ins_state_consent_90", GOOD).await;
    let (first, grant, cursor) = done(plaid.fetch(grant, Cursor::default(), false, common::now()).await.unwrap());
    assert!(first.consent_ends.is_some_and(|end| end > common::now()));
    let expected = first.next_expected.unwrap();
    assert!(expected > common::now());
    let later = expected + Span::minutes(1);
    rig.clock.set(later);
    let (next, _, _) = done(plaid.fetch(grant, cursor, false, later).await.unwrap());
    assert!(next.provider_updated > first.provider_updated);
    let value = |s: &model::Snapshot| s.accounts.iter().filter_map(|a| a.value).sum::<model::Decimal>();
    assert_ne!(value(&next), value(&first), "what was promised for then is there then");
}

#[tokio::test]
async fn rotation_kills_the_old_token() {
    let rig = Rig::start().await;
    let plaid = rig.plaid();
    let old = linked(&rig, &plaid, BANK, GOOD).await;
    let new = plaid.rotate(copy(&old)).await.unwrap();
    assert_ne!(new.token.expose(), old.token.expose());
    assert_eq!(plaid.fetch(old, Cursor::default(), false, common::now()).await.err().unwrap().kind, FaultKind::Ours);
    done(plaid.fetch(new, Cursor::default(), false, common::now()).await.unwrap());
}

#[tokio::test]
async fn torn_answers_and_refusals_on_the_way_change_nothing() {
    let rig = Rig::start().await;
    let plaid = rig.plaid();
    let grant = linked(&rig, &plaid, "ins_state_consent_90", GOOD).await;
    let (first, grant, cursor) = done(plaid.fetch(grant, Cursor::default(), false, common::now()).await.unwrap());
    for (fault, kind) in [
        (json!({ "path": "/investments/holdings/get", "torn": true, "times": 1 }), FaultKind::ProviderDown),
        (json!({ "path": "/item/get", "code": "INTERNAL_SERVER_ERROR", "times": 1 }), FaultKind::ProviderDown),
        (json!({ "path": "/investments/holdings/get", "code": "INVESTMENT_HOLDINGS_GET_LIMIT", "times": 1 }), FaultKind::RateLimited),
        (json!({ "path": "/investments/holdings/get", "code": "PRODUCT_NOT_READY", "times": 1 }), FaultKind::NotReady),
        (
            json!({ "path": "/item/get", "code": "ITEM_LOGIN_REQUIRED", "reason": "OAUTH_USER_REVOKED", "times": 1 }),
            FaultKind::ConsentRevoked,
        ),
    ] {
        rig.lever("POST", "/_control/faults", fault.clone()).await;
        let got = plaid.fetch(copy(&grant), cursor.clone(), false, common::now()).await.err().unwrap();
        assert_eq!(got.kind, kind, "{fault}");
    }
    let (after, _, _) = done(plaid.fetch(grant, cursor, false, common::now()).await.unwrap());
    assert_eq!(after.accounts, first.accounts);
}

/// The sandbox's own signature, over its own indented body, read by the connector.
#[tokio::test]
async fn hooks_of_the_sandbox_verify() {
    let rig = Rig::start().await;
    let plaid = rig.plaid();
    let (address, mut hooks) = listen().await;
    let mut new = start(Purpose::New, BANK);
    new.webhook = Some(address);
    let Step::Visit(page, pending) = plaid.begin(new).await.unwrap() else { panic!() };
    rig.browser.visit(&page, GOOD).await;
    let Step::Linked(grants) = plaid.answer(pending, vec![]).await.unwrap() else { panic!() };
    rig.lever("POST", &format!("/_control/items/{}/break", grants[0].external_id), json!({ "code": "ITEM_LOCKED", "webhook": true })).await;
    rig.lever("POST", "/_control/look", json!({})).await;
    let mut signals = Vec::new();
    while !signals.iter().any(|s| matches!(s, Signal::Broken { .. })) {
        let mut request = hooks.recv().await.unwrap();
        request.now = rig.clock_now();
        signals.extend(plaid.hook(&request).await.unwrap());
    }
    assert!(signals.iter().any(|s| matches!(s, Signal::LinkFinished { .. })), "{signals:?}");
    assert!(signals.iter().any(|s| matches!(s, Signal::Broken { fault, .. } if fault.kind == FaultKind::Locked)), "{signals:?}");
}

impl Rig {
    fn clock_now(&self) -> Time {
        model::Clock::now(&*self.clock)
    }
}

async fn listen() -> (url::Url, tokio::sync::mpsc::UnboundedReceiver<HookRequest>) {
    let (send, receive) = tokio::sync::mpsc::unbounded_channel();
    let take = move |headers: axum::http::HeaderMap, body: axum::body::Bytes| {
        let headers = headers.iter().map(|(n, v)| (n.to_string(), v.to_str().unwrap_or_default().to_string())).collect();
        let _ = send.send(HookRequest { headers, body: body.to_vec(), now: common::now() });
        async { "ok" }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = url::Url::parse(&format!("http://{}/hooks", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().route("/hooks", axum::routing::post(take))).await });
    (address, receive)
}
