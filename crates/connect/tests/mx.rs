//! What is this connector's own: every state of a member, every form of question, the step that failed, and what is taken back.

mod common;

use common::browser::{GOOD, Person};
use common::cases::{self, Case};
use common::recorded::{Recorded, Reply, ok};
use common::{Rig, copy, done, now, start};
use connect::mx::status::{self, Standing, TABLE};
use connect::mx::{Mx, MxConfig};
use connect::{ChallengeKind, Connector, Cursor, Fetch, Grant, Pending, Purpose, Step};
use model::time::HandClock;
use model::{Clock, FaultKind, Secret, Span};
use serde_json::{Value, json};

fn mx(rig: &Rig) -> Case {
    cases::all(rig).into_iter().find(|c| c.key == "mx").unwrap()
}

async fn linked(rig: &Rig, case: &Case, at: &str, person: Person) -> Grant {
    let played = case.play(rig, start(Purpose::New, at), person).await;
    let Step::Linked(mut grants) = played.step else { panic!("{at}: {:?}", played.seen) };
    grants.remove(0)
}

async fn members(rig: &Rig) -> Vec<Value> {
    rig.lever("GET", "/_control/mx/members", json!({})).await["members"].as_array().unwrap().clone()
}

/// What the state table says, read off `providers.md` by hand.
fn expected(word: &str) -> Option<FaultKind> {
    use FaultKind::*;
    Some(match word {
        "DENIED" | "PREVENTED" | "REJECTED" | "EXPIRED" | "IMPAIRED" => NeedsCredentials,
        "LOCKED" => Locked,
        "IMPEDED" => ActionAtInstitution,
        "DEGRADED" | "DELAYED" | "FAILED" | "DISCONNECTED" => InstitutionDown,
        "DISCONTINUED" | "CLOSED" | "DISABLED" => NotSupported,
        _ => return None,
    })
}

// proves: E36 E39 N68 N69 N70
#[tokio::test]
async fn every_state_of_a_member_means_what_the_table_says() {
    assert_eq!(TABLE.len(), 22);
    for (word, standing) in TABLE {
        match standing {
            Standing::Broken(kind) => assert_eq!(Some(*kind), expected(word), "{word}"),
            _ => assert_eq!(expected(word), None, "{word}"),
        }
    }
    assert_eq!((status::of(Some("SPARKLING")), status::of(None)), (Standing::Unheard, Standing::Unheard));
    // The same over the wire, at a connection that has worked.
    let rig = Rig::start().await;
    let case = mx(&rig);
    let grant = linked(&rig, &case, "mxbank", GOOD).await;
    let (first, grant, cursor) = done(case.connector.fetch(grant, Cursor::default(), false, rig.clock.now()).await.unwrap());
    assert!(!first.accounts.is_empty());
    let path = format!("/_control/mx/members/{}/status", grant.external_id);
    for (word, standing) in TABLE {
        rig.lever("POST", &path, json!({ "connection_status": word })).await;
        let came = case.connector.fetch(copy(&grant), cursor.clone(), false, rig.clock.now()).await;
        match (standing, came) {
            (Standing::Broken(kind), Err(fault)) => assert_eq!((fault.kind, fault.code.as_str()), (*kind, *word)),
            (Standing::Well, Ok(Fetch::Done { .. })) | (Standing::Challenged, Ok(Fetch::Ask(..))) => {}
            // A connection that worked and waits for an approval waits for the client.
            (Standing::Working, Ok(Fetch::Wait(..) | Fetch::Ask(..))) => {}
            (_, came) => panic!("{word}: {:?}", came.err()),
        }
    }
}

// proves: E23 E24 E25
#[tokio::test]
async fn every_form_of_question_is_passed_through_and_answered() {
    let rig = Rig::start().await;
    let case = mx(&rig);
    for (password, kinds) in [
        ("challenge", vec!["Questions"]),
        ("options", vec!["Method"]),
        ("image", vec!["Questions"]),
        ("mfa_text", vec!["Questions"]),
        ("mfa_questions_2_3", vec!["Questions", "Questions"]),
        ("mfa_token", vec!["Code"]),
        ("mfa_device", vec!["Method", "Code"]),
        ("mfa_pictures", vec!["Method"]),
        ("mfa_push", vec!["Approval"]),
        ("mfa_text_device_token_push", vec!["Questions", "Method", "Code", "Approval"]),
    ] {
        let person = Person { user: "user_asked", ..GOOD.with(password) };
        let played = case.play(&rig, start(Purpose::New, "mxbank"), person).await;
        let Step::Linked(grants) = played.step else { panic!("{password}: {:?}", played.seen) };
        let mut seen = played.seen.clone();
        seen.dedup_by(|a, b| a == b && a == "Approval");
        assert_eq!(seen[0], "Credentials");
        assert_eq!(seen[1..], kinds, "{password}");
        assert_eq!(played.rejected, 0);
        case.connector.disconnect(&grants[0]).await.unwrap();
    }
}

// proves: E39 N33
#[tokio::test]
async fn a_repair_begins_at_the_step_that_failed() {
    let rig = Rig::start().await;
    let case = mx(&rig);
    let grant = linked(&rig, &case, "mxbank", GOOD).await;
    let path = format!("/_control/mx/members/{}/status", grant.external_id);
    for (word, first) in [("DENIED", "Credentials"), ("PREVENTED", "Credentials"), ("IMPAIRED", "Credentials"), ("CHALLENGED", "Code")] {
        rig.lever("POST", &path, json!({ "connection_status": word })).await;
        let played = case.play(&rig, start(Purpose::Repair(copy(&grant)), ""), GOOD).await;
        let Step::Linked(grants) = played.step else { panic!("{word}: {:?}", played.seen) };
        assert_eq!(played.seen.first().map(String::as_str), Some(first), "{word}");
        assert_eq!((&grants[0].external_id, grants[0].token.expose()), (&grant.external_id, grant.token.expose()), "{word}");
    }
    // What only the institution can mend is tried anew, and never asks for a password.
    for word in ["LOCKED", "IMPEDED", "FAILED", "DEGRADED", "DISCONNECTED"] {
        rig.lever("POST", &path, json!({ "connection_status": word })).await;
        rig.advance(Span::hours(4));
        let played = case.play(&rig, start(Purpose::Repair(copy(&grant)), ""), GOOD).await;
        assert!(played.seen.is_empty(), "{word}: {:?}", played.seen);
        let Step::Ended(fault) = played.step else { continue };
        assert_eq!(Some(fault.kind), expected(word));
    }
    rig.lever("POST", &format!("/_control/mx/members/{}/mend", grant.external_id), json!({})).await;
    let begun = case.connector.begin(start(Purpose::Repair(copy(&grant)), "")).await.unwrap();
    assert!(matches!(begun, Step::Linked(_)), "repaired elsewhere");
    assert!(members(&rig).await.iter().all(|m| m["removed"] == false), "a repair takes nothing back");
}

// proves: E24
#[tokio::test]
async fn a_question_in_the_middle_of_a_refresh_is_asked() {
    let rig = Rig::start().await;
    let case = mx(&rig);
    let grant = linked(&rig, &case, "mxbank", GOOD).await;
    let (_, grant, cursor) = done(case.connector.fetch(grant, Cursor::default(), false, rig.clock.now()).await.unwrap());
    rig.lever("POST", &format!("/_control/mx/members/{}/status", grant.external_id), json!({ "connection_status": "CHALLENGED" })).await;
    let Fetch::Ask(asked, pending) = case.connector.fetch(copy(&grant), cursor.clone(), false, rig.clock.now()).await.unwrap() else {
        panic!("not asked")
    };
    assert_eq!(asked.kind, ChallengeKind::Code);
    let said = vec![(asked.fields[0].name.clone(), Secret::new("1234".to_string()))];
    let mut step = case.connector.answer(pending, said).await.unwrap();
    while let Step::Wait(span, pending) = step {
        rig.advance(span);
        step = case.connector.answer(pending, vec![]).await.unwrap();
    }
    assert!(matches!(step, Step::Linked(_)));
    assert!(matches!(case.connector.fetch(grant, cursor, false, rig.clock.now()).await.unwrap(), Fetch::Done { .. }));
}

// proves: E39
#[tokio::test]
async fn what_comes_to_nothing_is_taken_back_and_one_sign_in_is_one_member() {
    let rig = Rig::start().await;
    let case = mx(&rig);
    let played = case.play(&rig, start(Purpose::New, "larchmont_brokerage"), GOOD.with("wrong")).await;
    assert!(matches!(played.step, Step::Ended(_)));
    let all = members(&rig).await;
    assert_eq!((all.len(), &all[0]["removed"]), (1, &json!(true)), "the provider does not go on with the wrong words");

    // Whoever leaves in the middle of a second factor leaves nothing either.
    let begun = case.connector.begin(start(Purpose::New, "mxbank")).await.unwrap();
    let Step::Ask(form, pending) = begun else { panic!("no form") };
    let said = |f: &connect::ChallengeField| (f.name.clone(), Secret::new(if f.secret { "challenge" } else { "mxuser" }.to_string()));
    let asked = case.connector.answer(pending, form.fields.iter().map(said).collect()).await.unwrap();
    let Step::Ask(_, pending) = asked else { panic!("no question") };
    case.connector.abandon(Pending(pending.0.clone())).await.unwrap();
    case.connector.abandon(pending).await.unwrap();
    assert!(members(&rig).await.iter().all(|m| m["removed"] == true));

    // Connected twice, it is the same connection.
    let one = linked(&rig, &case, "mxbank", GOOD).await;
    let two = linked(&rig, &case, "mxbank", GOOD).await;
    assert_eq!(one.external_id, two.external_id);
}

fn recorded(server: &Recorded) -> (Mx, Grant) {
    let config = MxConfig { base: server.base.clone(), client_id: "c".into(), api_key: Secret::new("hush-hush".into()) };
    let grant = Grant { external_id: "mbr-1".into(), token: Secret::new("usr-1/mbr-1".into()), institution: None, consent_ends: None };
    (Mx::new(config, HandClock::at(now())).unwrap(), grant)
}

fn member(status: &str, busy: bool, began: &str, succeeded: &str) -> Reply {
    ok(json!({ "member": {
        "guid": "mbr-1", "connection_status": status, "is_being_aggregated": busy, "aggregated_at": began, "successfully_aggregated_at": succeeded,
    }}))
}

const STATUS: &str = "/users/usr-1/members/mbr-1/status";
const AGGREGATE: &str = "/users/usr-1/members/mbr-1/aggregate";
const ACCOUNTS: &str = "/users/usr-1/members/mbr-1/accounts?page=1&records_per_page=1000";

// proves: D5
#[tokio::test]
async fn the_provider_is_asked_to_look_when_that_can_bring_something_and_never_where_only_the_client_can_help() {
    let server = Recorded::start().await;
    let (mx, grant) = recorded(&server);
    server.on(ACCOUNTS, [Reply::Json(200, r#"{"accounts":[{"guid":"a","type":"SAVINGS","balance":1.10}]}"#.into())]);
    server.on(AGGREGATE, [member("CONNECTED", true, "2026-11-20T20:00:00Z", "2026-11-20T06:00:00Z")]);
    let (early, late) = ("2026-11-20T06:00:00Z", "2026-11-20T18:30:00Z");
    for (status, began, succeeded, by_hand, looks) in [
        ("CONNECTED", early, early, false, false),
        ("CONNECTED", early, early, true, true),
        ("CONNECTED", late, early, true, false),
        ("CONNECTED", early, "2026-11-18T06:00:00Z", false, true),
        ("DEGRADED", early, "2026-11-18T06:00:00Z", false, true),
        ("DENIED", early, "2026-11-18T06:00:00Z", true, false),
        ("LOCKED", early, "2026-11-18T06:00:00Z", true, false),
    ] {
        server.on(STATUS, [member(status, false, began, succeeded)]);
        server.seen();
        let _ = mx.fetch(copy(&grant), Cursor::default(), by_hand, now()).await;
        let asked = server.paths().contains(&AGGREGATE.to_string());
        assert_eq!(asked, looks, "{status} {began} {succeeded} {by_hand}");
    }
}

#[tokio::test]
async fn an_error_wins_over_old_figures_and_newer_ones_are_taken_once() {
    let server = Recorded::start().await;
    let (mx, grant) = recorded(&server);
    server.on(ACCOUNTS, [Reply::Json(200, r#"{"accounts":[{"guid":"a","type":"SAVINGS","balance":1.10}]}"#.into())]);
    server.on(STATUS, [member("DENIED", false, "2026-11-20T19:00:00Z", "2026-11-20T06:00:00Z")]);
    let (snapshot, grant, cursor) = done(mx.fetch(grant, Cursor::default(), false, now()).await.unwrap());
    assert_eq!(snapshot.accounts[0].value.unwrap().to_string(), "1.10");
    let fault = mx.fetch(grant, cursor, false, now()).await.err().unwrap();
    assert_eq!((fault.kind, fault.code.as_str()), (FaultKind::NeedsCredentials, "DENIED"));
}

// proves: E43
#[tokio::test]
async fn no_accounts_is_an_answer_and_nothing_becomes_nothing() {
    let server = Recorded::start().await;
    let (mx, grant) = recorded(&server);
    server.on(STATUS, [member("CONNECTED", false, "2026-11-20T19:00:00Z", "2026-11-20T06:00:00Z")]);
    for body in [r#"{"accounts":[]}"#, r#"{"accounts":[{"guid":"a","type":"SAVINGS","is_closed":true}]}"#] {
        server.on(ACCOUNTS, [Reply::Json(200, body.into())]);
        let fault = mx.fetch(copy(&grant), Cursor::default(), false, now()).await.err().unwrap();
        assert_eq!(fault.kind, FaultKind::NoAccounts);
    }
}

const RESUME: &str = "/users/usr-1/members/mbr-1/resume";

/// The member waits for an answer to the question of this id, in the words that it always has.
fn asks(guid: &str) -> Reply {
    ok(json!({ "member": {
        "guid": "mbr-1", "connection_status": "CHALLENGED", "is_being_aggregated": true,
        "challenges": [{ "guid": guid, "label": "Enter the code we sent you.", "type": "TEXT" }],
    }}))
}

fn answers(guid: &str) -> connect::Answers {
    vec![(guid.to_owned(), Secret::new("4711".to_owned()))]
}

// proves: E23 E24
#[tokio::test]
async fn the_same_words_are_another_question_and_only_the_providers_word_makes_an_answer_wrong() {
    let server = Recorded::start().await;
    let (mx, grant) = recorded(&server);
    server.on(STATUS, [asks("CRD-1")]).on(RESUME, [member("RESUMED", true, "", "")]);
    let Fetch::Ask(asked, pending) = mx.fetch(grant, Cursor::default(), false, now()).await.unwrap() else { panic!("not asked") };
    assert_eq!(asked.fields[0].name, "CRD-1");
    // Still open when we look: the answer is on its way. Then the same words under another id.
    server.on(STATUS, [asks("CRD-1"), asks("CRD-1"), asks("CRD-2")]);
    let Step::Wait(_, pending) = mx.answer(pending, answers("CRD-1")).await.unwrap() else { panic!("not waited for") };
    let Step::Wait(_, pending) = mx.answer(pending, vec![]).await.unwrap() else { panic!("not waited for") };
    let Step::Ask(asked, pending) = mx.answer(pending, vec![]).await.unwrap() else { panic!("not asked") };
    assert_eq!((asked.fields[0].name.as_str(), asked.rejected, asked.tries_left), ("CRD-2", false, Some(2)));
    let mut pending = pending;
    for n in 3..8 {
        server.on(STATUS, [asks(&format!("CRD-{n}"))]);
        let Step::Ask(asked, on) = mx.answer(pending, answers(&format!("CRD-{}", n - 1))).await.unwrap() else { panic!("not asked") };
        assert!(!asked.rejected, "as often as asked");
        pending = on;
    }
    // An answer that is never taken does not wait for ever, and is not called wrong.
    server.on(STATUS, [asks("CRD-7")]);
    let mut step = mx.answer(pending, answers("CRD-7")).await.unwrap();
    let mut looks = 0;
    while let Step::Wait(_, on) = step {
        looks += 1;
        assert!(looks < 40, "waited for ever");
        step = mx.answer(on, vec![]).await.unwrap();
    }
    let Step::Ask(asked, pending) = step else { panic!("not asked") };
    assert!(!asked.rejected && looks > 3);
    // Wrong is what the provider calls so, and twice is enough.
    server.on(AGGREGATE, [member("RESUMED", true, "", "")]);
    server.on(STATUS, [member("REJECTED", false, "", ""), asks("CRD-8")]);
    let Step::Wait(_, pending) = mx.answer(pending, answers("CRD-7")).await.unwrap() else { panic!("not begun again") };
    let Step::Ask(asked, pending) = mx.answer(pending, vec![]).await.unwrap() else { panic!("not asked") };
    assert_eq!((asked.rejected, asked.fields[0].rejected, asked.tries_left), (true, true, Some(1)));
    server.on(STATUS, [member("REJECTED", false, "", "")]);
    let Step::Ended(fault) = mx.answer(pending, answers("CRD-8")).await.unwrap() else { panic!("not stopped") };
    assert_eq!((fault.kind, fault.code.as_str()), (FaultKind::NeedsMfa, "REJECTED"));
}
