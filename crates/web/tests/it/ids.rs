//! Ids that are not households': an invitation, a suggestion, a set, a recovery, an attempt. One's own is reached; what belongs to another
//! household, another person or another firm answers as what is missing, and stays as it was.

use crate::it::asset_sync::{mailbox, make, start};
use crate::it::browser::{Browser, Page};
use crate::it::cast::{colleague, second_firm, staff, tom};
use crate::it::connecting::{choose, out};
use crate::it::family::{Family, family, family_of, scope};
use crate::it::house::{House, MAYA, ROBIN, houses, robin};
use crate::it::provider::Provider;
use model::permission::Role;
use model::portal::{Preset, Rights};
use model::suggestion::{SuggestionKind, SuggestionState};
use model::{Actor, FirmScope, HouseholdId, InvitationId, PermissionSetId, RecoveryId, SuggestionId, UserId};

/// An open invitation for the family's first adult.
pub async fn invitation(house: &House, scope: &FirmScope, f: (HouseholdId, model::MemberId), n: u8) -> InvitationId {
    let now = house.app.now();
    let Actor::User(made_by) = scope.actor() else { panic!("a person makes it") };
    let row = store::invitations::Invitation {
        firm: scope.firm(),
        id: InvitationId::new(now, [n; 10]),
        household: f.0,
        member: f.1,
        email: None,
        proof: model::invitation::Proof::Mailbox,
        rights: Preset::Reader.rights(),
        set_name: "Reader".into(),
        made_by,
        created_at: now,
        life: model::invitation::Life { expires_at: now + model::invitation::LASTS, opened_at: None, ended: None },
        opened_on: None,
        accepted_at: None,
        login: None,
    };
    let tx = house.app.store().begin(scope).await.expect("a unit");
    store::invitations::insert(&tx, &row, row.id.uuid().as_bytes()).await.expect("an invitation");
    tx.commit().await.expect("saved");
    row.id
}

/// Something that a client said and nobody has answered.
pub async fn suggestion(house: &House, scope: &FirmScope, household: HouseholdId, login: UserId, n: u8) -> SuggestionId {
    let row = store::suggestions::Suggestion {
        id: SuggestionId::new(house.app.now(), [n; 10]),
        household,
        login,
        kind: SuggestionKind::Wrong,
        about: "Household map".into(),
        about_id: None,
        words: "Not so".into(),
        draft: None,
        state: SuggestionState::Open,
        answer: None,
        answered_by: None,
        created_at: house.app.now(),
        answered_at: None,
    };
    let tx = house.app.store().begin(scope).await.expect("a unit");
    store::suggestions::insert(&tx, &row).await.expect("a suggestion");
    tx.commit().await.expect("saved");
    row.id
}

/// A set of rights: the firm's own, or its maker's.
pub async fn set(house: &House, scope: &FirmScope, shared: bool, n: u8) -> PermissionSetId {
    let id = PermissionSetId::new(house.app.now(), [n; 10]);
    let name = format!("Set {n}");
    let typed = app::permission_sets::Typed { id, name, rights: Preset::Reader.rights(), shared };
    app::permission_sets::save(&house.app, scope, &typed).await.expect("a set");
    id
}

/// A recovery that waits for a second administrator.
pub async fn recovery(house: &House, scope: &FirmScope, login: UserId, made_by: UserId, n: u8) -> RecoveryId {
    let now = house.app.now();
    let row = store::recoveries::Recovery {
        firm: scope.firm(),
        id: RecoveryId::new(now, [n; 10]),
        login,
        lost: model::recovery::Lost::Factors,
        spoken_hash: None,
        spoken_until: None,
        spoken_tries: 0,
        made_by: Some(made_by),
        approved_by: None,
        created_at: now,
        expires_at: now + model::Span::hours(24),
        ended_at: None,
    };
    let tx = house.app.store().begin(scope).await.expect("a unit");
    store::recoveries::insert(&tx, &row, row.id.uuid().as_bytes()).await.expect("a recovery");
    tx.commit().await.expect("saved");
    row.id
}

fn bare(p: &Page, id: &str) -> String {
    let reference = p.between("req_", "<").to_owned();
    let text = p.body.replace(id, "").replace(&p.hidden("csrf"), "");
    format!("{} {} {}", p.status, p.location().replace(id, ""), if reference.is_empty() { text } else { text.replace(&reference, "") })
}

/// Posts to one's own first at the end, so that what is refused is refused while there is something to do.
async fn tried(browser: &mut Browser, form: &Page, path: impl Fn(&str) -> String, fields: &[(&str, &str)], own: &str, others: &[String]) {
    let mut answers = Vec::new();
    for id in others {
        let p = browser.post(&path(id), form, fields).await;
        assert_eq!(p.status, 404, "{} {}", path(id), p.body);
        answers.push(bare(&p, id));
    }
    assert!(answers.windows(2).all(|w| w[0] == w[1]), "told apart: {answers:?}");
    let p = browser.post(&path(own), form, fields).await;
    assert!(matches!(p.status, 200 | 303 | 409), "{} {} {}", path(own), p.status, p.body);
}

struct Three {
    own: Family,
    private: Family,
    foreign: Family,
    ines: FirmScope,
}

async fn three(house: &House) -> Three {
    colleague(house).await;
    second_firm(house).await;
    let ines = FirmScope::new(house.scope.firm(), Actor::User(crate::it::cast::ines()));
    let own = family(house, 1, "Okafor", "Ngozi").await;
    let private = family_of(house, &ines, 2, "Adeyemi", "Folake").await;
    let lead = crate::it::cast::ines();
    let change = app::households::Change { name: "Adeyemi".into(), lead, team: Vec::new(), private: true, next_review: None };
    app::households::change(&house.app, &ines, private.household, &change).await.expect("private");
    let foreign = family_of(house, &tom(), 3, "Elsewhere", "Cy").await;
    Three { own, private, foreign, ines }
}

fn nothing<T: std::fmt::Display>(own: &T) -> String {
    let own = own.to_string();
    let (prefix, _) = own.split_once('_').expect("a prefix");
    HouseholdId::new(rig::START, [250; 10]).to_string().replacen("hh", prefix, 1)
}

// goal: G2
#[tokio::test]
async fn an_invitation_or_a_suggestion_of_another_household_is_a_missing_one() {
    for house in houses().await {
        let w = three(&house).await;
        let of = |f: &Family| (f.household, f.member);
        let own = invitation(&house, &scope(&house), of(&w.own), 1).await;
        let private = invitation(&house, &w.ines, of(&w.private), 2).await;
        let foreign = invitation(&house, &tom(), of(&w.foreign), 3).await;
        let others = [private.to_string(), foreign.to_string(), nothing(&own)];
        let mut maya = house.signed_in(MAYA).await;
        let form = maya.get(&format!("{}/portal", w.own.at())).await;
        for act in ["code", "revoke"] {
            let path = |id: &str| format!("{}/portal/invitations/{id}/{act}", w.own.at());
            tried(&mut maya, &form, path, &[], &own.to_string(), &others).await;
            // Under its own household it is not there either.
            for (f, id) in [(&w.private, private), (&w.foreign, foreign)] {
                assert_eq!(maya.post(&format!("{}/portal/invitations/{id}/{act}", f.at()), &form, &[]).await.status, 404);
            }
        }
        for (scope, id, ended) in [(scope(&house), own, true), (w.ines, private, false), (tom(), foreign, false)] {
            let db = house.app.store().read(&scope).await.expect("a look");
            let found = store::invitations::find(&db, id).await.expect("an answer").expect("the invitation");
            assert_eq!(found.life.ended.is_some(), ended, "{id}");
        }

        let login = crate::it::family::client(&house, &w.own, 1, Rights::ALL).await;
        let own = suggestion(&house, &scope(&house), w.own.household, login, 4).await;
        let private = suggestion(&house, &w.ines, w.private.household, login, 5).await;
        let theirs = UserId::new(rig::START, [21; 10]);
        let foreign = suggestion(&house, &tom(), w.foreign.household, theirs, 6).await;
        let others = [private.to_string(), foreign.to_string(), nothing(&own)];
        let path = |id: &str| format!("{}/suggestions/{id}", w.own.at());
        tried(&mut maya, &form, path, &[("do", "accept")], &own.to_string(), &others).await;
        for (scope, id, state) in [
            (scope(&house), own, SuggestionState::Accepted),
            (w.ines, private, SuggestionState::Open),
            (tom(), foreign, SuggestionState::Open),
        ] {
            let db = house.app.store().read(&scope).await.expect("a look");
            assert_eq!(store::suggestions::find(&db, id).await.expect("an answer").expect("the suggestion").state, state, "{id}");
        }
    }
}

// goal: G2
#[tokio::test]
async fn a_set_of_somebody_else_and_a_recovery_of_another_firm_are_missing() {
    for house in houses().await {
        let _post = mailbox(&house).await;
        let w = three(&house).await;
        let own = set(&house, &scope(&house), false, 1).await;
        let others = [set(&house, &w.ines, false, 2).await.to_string(), set(&house, &tom(), true, 3).await.to_string(), nothing(&own)];
        let mut maya = house.signed_in(MAYA).await;
        let form = maya.get("/settings/portal/sets/new").await;
        let mut answers = Vec::new();
        for id in &others {
            let p = maya.get(&format!("/settings/portal/sets/{id}")).await;
            assert_eq!(p.status, 404);
            answers.push(bare(&p, id));
        }
        assert!(answers.windows(2).all(|w| w[0] == w[1]), "{answers:?}");
        assert_eq!(maya.get(&format!("/settings/portal/sets/{own}")).await.status, 200);
        tried(&mut maya, &form, |id| format!("/settings/portal/sets/{id}/end"), &[], &own.to_string(), &others).await;
        let db = house.app.store().read(&w.ines).await.expect("a look");
        assert_eq!(store::portal::sets(&db, crate::it::cast::ines()).await.expect("sets").len(), 1, "a colleague’s own is still there");

        staff(&house, house.scope.firm(), &[(31, "Priya Rao", "priya@alderfinch.example", Role::Administrator)]).await;
        staff(&house, tom().firm(), &[(32, "Uma Berg", "uma@otherfirm.example", Role::Adviser)]).await;
        let system = |firm| FirmScope::new(firm, Actor::System);
        let priya = UserId::new(rig::START, [31; 10]);
        let own = recovery(&house, &system(house.scope.firm()), crate::it::cast::ines(), priya, 1).await;
        let (tess, uma) = (UserId::new(rig::START, [21; 10]), UserId::new(rig::START, [32; 10]));
        let foreign = recovery(&house, &system(tom().firm()), uma, tess, 2).await;
        let others = [foreign.to_string(), nothing(&own)];
        let mut at_desk = house.signed_in(ROBIN).await;
        let form = at_desk.get("/settings/staff").await;
        tried(&mut at_desk, &form, |id| format!("/settings/staff/recoveries/{id}/approve"), &[], &own.to_string(), &others).await;
        for (firm, id, by) in [(house.scope.firm(), own, Some(robin())), (tom().firm(), foreign, None)] {
            let db = house.app.store().read(&system(firm)).await.expect("a look");
            assert_eq!(store::recoveries::find(&db, id).await.expect("an answer").expect("the recovery").approved_by, by);
        }
    }
}

// proves: N20
// goal: G2 G18
#[tokio::test]
async fn an_attempt_of_another_link_is_a_missing_one() {
    for house in houses().await {
        let _provider = Provider::beside(&house).await;
        let (one, two) = (family(&house, 1, "Okafor", "Ngozi").await, family(&house, 2, "Adeyemi", "Folake").await);
        let mut maya = house.signed_in(MAYA).await;
        let mut visitors = Vec::new();
        for f in [&one, &two] {
            let (_, code) = make(&mut maya, f, "share").await;
            let mut browser = house.browser();
            start(&mut browser, &code).await;
            let leaving = choose(&mut browser, "bank").await;
            assert!(out(&leaving).starts_with("http"));
            let db = house.app.store().read(&scope(&house)).await.expect("a look");
            let link = store::links::of_household(&db, f.household).await.expect("links").remove(0).id;
            let attempt = store::attempts::of_link(&db, link).await.expect("attempts").remove(0).id;
            visitors.push((browser, leaving, attempt));
        }
        let other = visitors[1].2;
        let (browser, form, own) = &mut visitors[0];
        assert_eq!(browser.get(&format!("/c/a/{own}")).await.status, 200);
        for act in ["", "/tell", "/owners"] {
            let mut answers = Vec::new();
            for id in [other.to_string(), nothing(own)] {
                let path = format!("/c/a/{id}{act}");
                let p = if act.is_empty() { browser.get(&path).await } else { browser.post(&path, form, &[]).await };
                assert!(p.status >= 400 && p.status < 500, "{path}: {}", p.status);
                assert!(!p.body.contains("Adeyemi") && !p.body.contains("Folake"), "{path}");
                answers.push(bare(&p, &id));
            }
            assert_eq!(answers[0], answers[1], "{act}");
        }
    }
}
