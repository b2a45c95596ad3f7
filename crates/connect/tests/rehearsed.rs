//! Every row of the table of states is reached by a sign-in at the rehearsal, and what providers get wrong harms nothing that was known.

mod common;

use common::browser::{GOOD, Person};
use common::cases::{self, Case};
use common::{Rig, copy, done, start};
use connect::{Cursor, Fetch, Grant, Purpose, Step};
use model::{Clock, Decimal, Fault, FaultKind, Snapshot, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Asks for nothing more than the sign-in, and has a portfolio.
const PLAIN: &str = "state_consent_90";

fn of(rig: &Rig, key: &str) -> Case {
    cases::all(rig).into_iter().find(|c| c.key == key).unwrap()
}

async fn link(rig: &Rig, case: &Case, at: &str, person: Person) -> Grant {
    match case.play(rig, start(Purpose::New, at), person).await.step {
        Step::Linked(mut grants) if grants.len() == 1 => grants.remove(0),
        Step::Ended(fault) => panic!("{}: {fault:?}", person.user),
        _ => panic!("{}: not linked", person.user),
    }
}

/// A fetch by hand, waited for to its end.
async fn fetch(rig: &Rig, case: &Case, grant: &Grant, cursor: &Cursor) -> Result<(Snapshot, Cursor), Fault> {
    for _ in 0..40 {
        match case.connector.fetch(copy(grant), cursor.clone(), true, rig.clock.now()).await? {
            Fetch::Wait(span, _) => rig.advance(span),
            Fetch::Ask(..) => return Err(Fault::new(FaultKind::NeedsMfa, "ASKED")),
            fetch => {
                let (snapshot, _, cursor) = done(fetch);
                return Ok((snapshot, cursor));
            }
        }
    }
    panic!("{}: a fetch without an end", case.key);
}

/// The states a member can end in, and whose move each is.
const ENDS: [(&str, FaultKind); 14] = [
    ("PREVENTED", FaultKind::NeedsCredentials),
    ("DENIED", FaultKind::NeedsCredentials),
    ("REJECTED", FaultKind::NeedsMfa),
    ("LOCKED", FaultKind::Locked),
    ("IMPEDED", FaultKind::ActionAtInstitution),
    ("DEGRADED", FaultKind::InstitutionDown),
    ("DISCONNECTED", FaultKind::InstitutionDown),
    ("DISCONTINUED", FaultKind::NotSupported),
    ("CLOSED", FaultKind::NotSupported),
    ("DELAYED", FaultKind::InstitutionDown),
    ("FAILED", FaultKind::InstitutionDown),
    ("DISABLED", FaultKind::NotSupported),
    ("EXPIRED", FaultKind::NeedsMfa),
    ("IMPAIRED", FaultKind::NeedsCredentials),
];

// proves: N68 N70
#[tokio::test]
async fn every_state_of_a_sign_in_is_reached_and_says_whose_move_it_is() {
    let rig = Rig::start().await;
    let case = of(&rig, "mx");
    for (status, kind) in ENDS {
        let password: &'static str = format!("error_{status}").leak();
        let user: &'static str = format!("user_{status}").leak();
        let played = case.play(&rig, start(Purpose::New, PLAIN), Person { user, ..GOOD.with(password) }).await;
        let Step::Ended(fault) = played.step else { panic!("{status}: it did not end") };
        assert_eq!(fault.kind, kind, "{status}");
        let down = matches!(kind, FaultKind::InstitutionDown | FaultKind::NotSupported | FaultKind::ActionAtInstitution);
        assert!(!down || played.seen.iter().filter(|s| *s == "Credentials").count() == 1, "{status}: no second password");
    }
}

// proves: N68
#[tokio::test]
async fn what_breaks_later_is_told_apart_and_heals_where_it_heals() {
    let rig = Rig::start().await;
    let case = of(&rig, "mx");
    let again = |status: &str| matches!(status, "DEGRADED" | "DISCONNECTED" | "DELAYED" | "FAILED");
    for (status, kind) in ENDS.into_iter().chain([("REMOVED", FaultKind::Removed), ("mfa_token", FaultKind::NeedsMfa)]) {
        // Nobody is there at a refresh: what was not answered needs the sign-in again.
        let kind = if matches!(status, "REJECTED" | "EXPIRED") { FaultKind::NeedsCredentials } else { kind };
        let password: &'static str = format!("later_{status}").leak();
        let user: &'static str = format!("user_{status}").leak();
        let grant = link(&rig, &case, PLAIN, Person { user, ..GOOD.with(password) }).await;
        let (first, cursor) = fetch(&rig, &case, &grant, &Cursor::default()).await.unwrap();
        assert!(!first.accounts.is_empty());
        rig.advance(Span::hours(4));
        assert_eq!(fetch(&rig, &case, &grant, &cursor).await.unwrap_err().kind, kind, "{status}");
        if again(status) {
            rig.advance(Span::hours(4));
            let (healed, _) = fetch(&rig, &case, &grant, &cursor).await.unwrap();
            assert_eq!(healed.accounts.len(), first.accounts.len(), "{status}");
        }
    }
}

/// Accounts by mask and name, each with what it is worth and how many positions it has.
fn told(snapshot: &Snapshot) -> BTreeMap<String, (Option<Decimal>, usize)> {
    let one = |a: &model::AccountData| {
        let name = format!("{} {}", a.mask.as_deref().unwrap_or_default(), a.name);
        (name, (a.value, a.positions.as_ref().map_or(0, Vec::len)))
    };
    snapshot.accounts.iter().map(one).collect()
}

#[tokio::test]
async fn doubled_accounts_are_one_and_new_identifiers_are_told_as_they_are() {
    let rig = Rig::start().await;
    for case in cases::all(&rig) {
        let at = if case.key == "mx" { PLAIN } else { case.broker };
        let grant = link(&rig, &case, at, Person { user: "user_doubled", ..GOOD }).await;
        let (twice, _) = fetch(&rig, &case, &grant, &Cursor::default()).await.unwrap();
        let ids: BTreeSet<&str> = twice.accounts.iter().map(|a| a.external_id.as_str()).collect();
        assert_eq!(ids.len(), twice.accounts.len(), "{}: an account twice", case.key);
        let grant = link(&rig, &case, at, Person { user: "user_rekeyed", ..GOOD }).await;
        let (before, cursor) = fetch(&rig, &case, &grant, &Cursor::default()).await.unwrap();
        rig.advance(Span::days(4));
        let (after, _) = fetch(&rig, &case, &grant, &cursor).await.unwrap();
        let ids = |s: &Snapshot| s.accounts.iter().map(|a| a.external_id.clone()).collect::<BTreeSet<_>>();
        assert!(ids(&before).is_disjoint(&ids(&after)), "{}", case.key);
        assert_eq!(told(&before).keys().collect::<Vec<_>>(), told(&after).keys().collect::<Vec<_>>(), "{}", case.key);
    }
}

#[tokio::test]
async fn an_empty_answer_is_never_an_empty_portfolio() {
    let rig = Rig::start().await;
    for case in cases::all(&rig) {
        let at = if case.key == "mx" { PLAIN } else { case.broker };
        let grant = link(&rig, &case, at, Person { user: "user_emptied", ..GOOD }).await;
        let (before, cursor) = fetch(&rig, &case, &grant, &Cursor::default()).await.unwrap();
        assert!(!before.accounts.is_empty());
        rig.advance(Span::days(4));
        let fault = fetch(&rig, &case, &grant, &cursor).await.map(|(s, _)| s.accounts.len()).unwrap_err();
        assert_eq!(fault.kind, FaultKind::NoAccounts, "{}", case.key);
    }
}

#[tokio::test]
async fn what_is_no_answer_changes_nothing() {
    let rig = Rig::start().await;
    let case = of(&rig, "mx");
    for (word, kind, waits) in [
        ("html", FaultKind::ProviderDown, false),
        ("error_inside", FaultKind::ProviderDown, false),
        ("busy", FaultKind::RateLimited, false),
        ("busy_until", FaultKind::RateLimited, true),
        ("none", FaultKind::NoAccounts, false),
    ] {
        let password: &'static str = format!("later_{word}").leak();
        let grant = link(&rig, &case, PLAIN, Person { user: format!("person_{word}").leak(), ..GOOD.with(password) }).await;
        let (_, cursor) = fetch(&rig, &case, &grant, &Cursor::default()).await.unwrap();
        rig.advance(Span::hours(4));
        let fault = fetch(&rig, &case, &grant, &cursor).await.map(|_| ()).unwrap_err();
        assert_eq!((fault.kind, fault.retry_after.is_some()), (kind, waits), "{word}");
    }
}
