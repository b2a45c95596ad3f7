//! What holds for every connector: one file, run over all of them. A new provider adds a case, and nothing here.

mod common;

use common::browser::{GOOD, Person};
use common::cases::{self, Case, WIRE, Wire};
use common::lines::Lines;
use common::recorded::Reply;
use common::{Rig, copy, done, now, start};
use connect::{Cursor, Fetch, Grant, HookRequest, InstitutionStatus, Page, Pending, Purpose, Step};
use model::{AccountKind, Clock, FaultKind, Span};
use std::collections::HashSet;

async fn linked(rig: &Rig, case: &Case) -> Grant {
    match case.play(rig, case.start(Purpose::New), GOOD).await.step {
        Step::Linked(mut grants) if grants.len() == 1 => grants.remove(0),
        _ => panic!("{}: not linked", case.key),
    }
}

/// Fetches until it is done: a provider may take its time.
async fn fetched(rig: &Rig, case: &Case, grant: Grant, cursor: Cursor, by_hand: bool) -> (model::Snapshot, Grant, Cursor) {
    for _ in 0..20 {
        match case.connector.fetch(copy(&grant), cursor.clone(), by_hand, rig.clock.now()).await.unwrap() {
            Fetch::Wait(span, _) => rig.advance(span),
            fetch => return done(fetch),
        }
    }
    panic!("{}: a fetch without an end", case.key);
}

#[tokio::test]
async fn the_directory_is_read_page_by_page_without_a_double() {
    let rig = Rig::start().await;
    for case in cases::all(&rig) {
        let (c, mut seen, mut offset, mut total) = (&case.connector, HashSet::new(), 0, 1);
        while offset < total {
            let page = c.institutions(Page { offset, count: 500 }).await.unwrap();
            assert!(!page.institutions.is_empty() && page.institutions.len() <= 500);
            total = page.total;
            offset += page.institutions.len() as u32;
            for i in page.institutions {
                assert!(!i.name.is_empty() && i.url.is_some(), "{}", i.name);
                assert!(i.logo.as_ref().is_none_or(|l| l.starts_with(b"\x89PNG")));
                assert!(seen.insert(i.external_id));
            }
        }
        assert!(total > 200 || case.key == "simplefin", "{}: {total}", case.key);
        assert!(seen.contains(case.broker), "{}", case.key);
        assert_eq!(c.institutions(Page { offset: 500 * (1 + total / 500), count: 500 }).await.unwrap().institutions.len(), 0);
        assert_eq!(c.institution("ins_no_such").await.unwrap_err().kind, FaultKind::NotSupported);
        if case.key == "plaid" {
            let down = c.institution("ins_state_down").await.unwrap();
            assert_eq!((down.status, down.success_percent), (InstitutionStatus::Down, Some(2)));
        }
    }
}

// proves: N7 N30 N33
#[tokio::test]
async fn a_connection_from_the_first_click_to_its_end() {
    let rig = Rig::start().await;
    for case in cases::all(&rig) {
        let c = &case.connector;
        let grant = linked(&rig, &case).await;
        assert!(!format!("{grant:?}").contains(grant.token.expose()), "a token in a log");
        let (first, grant, cursor) = fetched(&rig, &case, grant, Cursor::default(), false).await;
        assert!(!first.accounts.is_empty() && (!first.request_ids.is_empty() || case.key == "simplefin"));
        let held: usize = first.accounts.iter().filter_map(|a| a.positions.as_ref()).map(Vec::len).sum();
        assert!(held > 0, "{}: holdings, not just balances", case.key);
        for a in &first.accounts {
            assert!(a.as_of <= rig.clock.now() && !a.name.is_empty() && !a.raw_type.is_empty());
            if a.kind.is_debt() {
                assert!(a.value.is_none_or(|v| v <= 0.into()), "{a:?}");
            }
        }

        // Nothing new: the same figures under the same names, and no movements again.
        let (again, grant, cursor) = fetched(&rig, &case, grant, cursor, false).await;
        assert_eq!(again.accounts, first.accounts);
        assert_eq!(again.trades, vec![]);

        // Repaired or looked through for more, it is the same connection with the same accounts.
        for purpose in [Purpose::Repair(copy(&grant)), Purpose::FindNew(copy(&grant))] {
            let Step::Linked(grants) = case.play(&rig, start(purpose, ""), GOOD).await.step else { panic!("{}: not repaired", case.key) };
            assert_eq!((grants.len(), &grants[0].external_id), (1, &grant.external_id));
            assert_eq!(grants[0].token.expose(), grant.token.expose(), "nothing was exchanged");
        }
        let (after, grant, _) = fetched(&rig, &case, grant, cursor, false).await;
        let ids = |s: &model::Snapshot| s.accounts.iter().map(|a| a.external_id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&after), ids(&first), "{}: no second copy", case.key);

        c.disconnect(&grant).await.unwrap();
        c.disconnect(&grant).await.unwrap();
        if case.key != "simplefin" {
            let gone = c.fetch(grant, Cursor::default(), false, rig.clock.now()).await.err().unwrap();
            assert_eq!(gone.kind, FaultKind::Removed);
        }
    }
}

// proves: E39
#[tokio::test]
async fn wrong_words_link_nothing_and_lock_nobody_out() {
    let rig = Rig::start().await;
    for case in cases::all(&rig) {
        // The test bank of the one takes every password.
        let at = if case.key == "mx" { "larchmont_brokerage" } else { case.broker };
        let played = case.play(&rig, start(Purpose::New, at), GOOD.with("wrong-words")).await;
        match played.step {
            Step::Left => assert_eq!(case.key, "plaid"),
            Step::Ended(fault) => assert_eq!(fault.kind, FaultKind::NeedsCredentials, "{}", case.key),
            _ => panic!("{}: linked with the wrong words", case.key),
        }
        // The institution has heard the wrong words at most twice, and the client was told each time.
        let forms = played.seen.iter().filter(|s| ["Credentials", "Token"].contains(&s.as_str())).count();
        assert!(forms <= 2, "{}: {:?}", case.key, played.seen);
        if case.key != "plaid" {
            assert_eq!((forms, played.rejected), (2, 1), "{}: {:?}", case.key, played.seen);
        }
        assert!(!played.kept.contains("wrong-words"));
    }
}

// proves: N41 E23 E24
#[tokio::test]
async fn a_second_factor_is_asked_where_the_institution_wants_one() {
    let rig = Rig::start().await;
    for case in cases::all(&rig) {
        let Some((at, password)) = case.factor else { continue };
        let played = case.play(&rig, start(Purpose::New, at), GOOD.with(password)).await;
        let seen: Vec<String> = played.seen.iter().map(|s| s.to_lowercase()).collect();
        assert!(matches!(played.step, Step::Linked(_)) && seen.contains(&"code".to_string()), "{}: {seen:?}", case.key);

        let plain = case.play(&rig, case.start(Purpose::New), GOOD).await;
        let asked = |s: &String| ["code", "device", "questions", "selections", "search", "method"].contains(&s.to_lowercase().as_str());
        assert!(matches!(plain.step, Step::Linked(_)) && !plain.seen.iter().any(asked), "{}: {:?}", case.key, plain.seen);

        // Wrong answers stop after the second, and it was not the password.
        let wrong = Person { leaves_at: if case.key == "plaid" { "code" } else { "wrong factor" }, ..GOOD.with(password) };
        let played = case.play(&rig, start(Purpose::New, at), wrong).await;
        match played.step {
            Step::Left => assert_eq!(case.key, "plaid"),
            Step::Ended(fault) => assert_eq!(fault.kind, FaultKind::NeedsMfa, "{}: {:?}", case.key, played.seen),
            _ => panic!("{}: linked with a wrong code: {:?}", case.key, played.seen),
        }
        assert!(played.seen.iter().filter(|s| *s == "Code").count() <= 2, "{:?}", played.seen);
    }
}

// proves: E36 N68
#[tokio::test]
async fn an_institution_that_is_down_is_never_the_clients_password() {
    let rig = Rig::start().await;
    for case in cases::all(&rig) {
        if let Some(down) = case.down {
            let played = case.play(&rig, start(Purpose::New, down), GOOD).await;
            let Step::Ended(fault) = played.step else { panic!("{}: {:?}", case.key, played.seen) };
            assert_eq!((fault.kind, played.rejected), (FaultKind::InstitutionDown, 0), "{}", case.key);
        }
        let word = match case.key {
            "plaid" => "INSTITUTION_DOWN",
            "mx" => "FAILED",
            _ => "The institution could not be reached.",
        };
        let (server, c) = case.recorded(Wire { state: Some(word), ..WIRE }).await;
        let fault = c.fetch(case.granted(&server), Cursor::default(), false, now()).await.err().unwrap();
        assert_eq!(fault.kind, FaultKind::InstitutionDown, "{}: {fault:?}", case.key);
        assert!(fault.kind.is_transient() && !fault.kind.waits_for_client());
    }
}

// proves: N39
#[tokio::test]
async fn where_an_institution_has_its_own_page_nothing_is_typed_into_ours() {
    let rig = Rig::start().await;
    for case in cases::all(&rig) {
        let at = match case.key {
            "plaid" => "ins_127287",
            "mx" => "n127287",
            _ => continue,
        };
        assert!(case.connector.institution(at).await.unwrap().oauth, "{}", case.key);
        let played = case.play(&rig, start(Purpose::New, at), GOOD).await;
        let Step::Linked(grants) = played.step else { panic!("{}: {:?}", case.key, played.seen) };
        assert!(!played.seen.contains(&"Credentials".to_string()), "{:?}", played.seen);
        let (snapshot, ..) = fetched(&rig, &case, copy(&grants[0]), Cursor::default(), false).await;
        assert!(!snapshot.accounts.is_empty());
    }
}

#[tokio::test]
async fn whoever_leaves_or_is_refused_links_nothing() {
    let rig = Rig::start().await;
    for case in cases::all(&rig) {
        let c = &case.connector;
        assert!(c.answer(Pending("nonsense".into()), vec![]).await.is_err());
        let begun = c.begin(case.start(Purpose::New)).await.unwrap();
        let (Step::Visit(_, pending) | Step::Ask(_, pending)) = begun else { panic!("{}: linked by nobody", case.key) };
        c.abandon(Pending(pending.0.clone())).await.unwrap();
        c.abandon(pending).await.unwrap();
        let retired = match case.key {
            "plaid" => "ins_state_retired",
            "mx" => "state_retired",
            _ => continue,
        };
        let refused = c.begin(start(Purpose::New, retired)).await.err().unwrap();
        assert_eq!(refused.kind, FaultKind::NotSupported, "{}", case.key);
    }
}

// proves: D5
#[tokio::test]
async fn a_provider_that_slows_us_down_is_obeyed() {
    let rig = Rig::start().await;
    for case in cases::all(&rig) {
        let (server, c) = case.recorded(WIRE).await;
        for (header, wait) in [("retry-after: 120", Some(Span::minutes(2))), ("x-test: 1", None)] {
            server.always(Reply::With(429, header, "{}".into()));
            let fault = c.fetch(case.granted(&server), Cursor::default(), false, now()).await.err().unwrap();
            assert_eq!((fault.kind, fault.retry_after), (FaultKind::RateLimited, wait), "{}", case.key);
        }
    }
}

#[tokio::test]
async fn a_page_instead_of_data_is_the_providers_trouble() {
    let rig = Rig::start().await;
    for case in cases::all(&rig) {
        let (server, c) = case.recorded(WIRE).await;
        for reply in [
            Reply::Json(200, "<!doctype html><h1>Maintenance</h1>".into()),
            Reply::Json(200, "{}".into()),
            Reply::Json(200, r#"{"error":{"message":"inside"}}"#.into()),
            Reply::Json(502, "<html>".into()),
            Reply::Torn("{".into()),
            Reply::Reset,
        ] {
            server.always(reply);
            let fault = c.fetch(case.granted(&server), Cursor::default(), false, now()).await.err().unwrap();
            assert_eq!(fault.kind, FaultKind::ProviderDown, "{}: {fault:?}", case.key);
        }
    }
}

// proves: N7
#[tokio::test]
async fn every_digit_arrives() {
    let rig = Rig::start().await;
    for case in cases::all(&rig) {
        let (balance, quantity, value) = ("12345678901234.5670", "0.1234567890123456789", "-9007199254740993.10");
        let (server, c) = case.recorded(Wire { balance, quantity, value, ..WIRE }).await;
        let (snapshot, grant, cursor) = done(c.fetch(case.granted(&server), Cursor::default(), false, now()).await.unwrap());
        let a = &snapshot.accounts[0];
        let p = &a.positions.as_ref().unwrap()[0];
        let said = [a.value.unwrap().to_string(), p.quantity.to_string(), p.value.unwrap().to_string()];
        assert_eq!(said, [balance, quantity, value], "{}", case.key);
        let (again, ..) = done(c.fetch(grant, cursor, false, now()).await.unwrap());
        assert_eq!(again.accounts, snapshot.accounts, "{}: the same twice", case.key);
    }
}

#[tokio::test]
async fn words_of_tomorrow_fail_nothing() {
    let rig = Rig::start().await;
    for case in cases::all(&rig) {
        let state = (case.key == "mx").then_some("SPARKLING");
        let (server, c) = case.recorded(Wire { kind: "HOLOGRAM", state, ..WIRE }).await;
        let (snapshot, ..) = done(c.fetch(case.granted(&server), Cursor::default(), false, now()).await.unwrap());
        let a = &snapshot.accounts[0];
        assert_eq!((a.kind, a.value.map(|v| v.to_string())), (AccountKind::Other, Some("100.50".into())), "{}", case.key);
        assert!(a.raw_type.contains("HOLOGRAM") || a.name == "HOLOGRAM", "{}: {}", case.key, a.raw_type);
    }
}

// proves: N17
#[tokio::test]
async fn nothing_secret_is_written_down_on_the_way() {
    let rig = Rig::start().await;
    let lines = Lines::default();
    let _heard = tracing::subscriber::set_default(lines.clone());
    for case in cases::all(&rig) {
        let (at, password) = case.factor.unwrap_or((case.broker, "pass_good"));
        let person = Person { user: "user_rare_name", ..GOOD.with(password) };
        let played = case.play(&rig, start(Purpose::New, at), person).await;
        let Step::Linked(grants) = played.step else { panic!("{}: {:?}", case.key, played.seen) };
        let (_, grant, cursor) = fetched(&rig, &case, copy(&grants[0]), Cursor::default(), true).await;
        case.connector.disconnect(&grant).await.unwrap();
        let written = format!("{}{:?}{:?}", lines.0.lock().unwrap(), grants, cursor);
        for secret in ["user_rare_name", password, "1234", grant.token.expose()] {
            assert!(!played.kept.contains(secret) || (case.key == "plaid" && secret == "1234"), "{}: {secret} is pending", case.key);
            let heard = written.contains(secret) && secret != "1234";
            assert!(!heard, "{}: {secret} in {written}", case.key);
        }
        let own = [&rig.sandbox.secret, &rig.sandbox.mx_api_key];
        assert!(own.iter().all(|key| !written.contains(key.as_str())), "{}: a key in the log", case.key);
    }
}

#[tokio::test]
async fn hooks_that_nobody_signed_are_refused() {
    let rig = Rig::start().await;
    for case in cases::all(&rig) {
        for body in [
            &b""[..],
            b"{}",
            br#"{"webhook_type":"ITEM","webhook_code":"USER_PERMISSION_REVOKED","item_id":"x"}"#,
            br#"{"type":"CONNECTION_STATUS","action":"CHANGED","connection_status":"DENIED","member_guid":"MBR-1"}"#,
        ] {
            let request = HookRequest { headers: vec![], body: body.into(), now: now() };
            assert!(case.connector.hook(&request).await.is_err());
        }
    }
}

#[tokio::test]
async fn keys_are_checked_live() {
    let rig = Rig::start().await;
    let home = url::Url::parse("https://asset.alderfinch.example/connect/return").unwrap();
    for case in cases::all(&rig) {
        let checks = case.connector.check(&home).await.unwrap();
        assert!(checks.len() >= 3 && checks.iter().all(|c| c.ok), "{checks:?}");
        assert!(checks.iter().any(|c| c.name == "keys"));
        if case.key == "simplefin" {
            continue;
        }
        let stranger = cases::with_wrong_keys(&rig, case.key);
        let checks = stranger.check(&home).await.unwrap();
        assert!(checks.iter().any(|c| !c.ok) && !format!("{checks:?}").contains("wrong\""), "{checks:?}");
        assert_eq!(stranger.institution(case.broker).await.unwrap_err().kind, FaultKind::Ours);
    }
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_down() {
    let rig = Rig::start().await;
    let all = cases::all(&rig);
    rig.sandbox.stop().await;
    for case in all {
        assert_eq!(case.connector.institutions(Page { offset: 0, count: 5 }).await.unwrap_err().kind, FaultKind::ProviderDown);
    }
}
