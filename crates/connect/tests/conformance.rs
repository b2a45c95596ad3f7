//! What holds for every connector: one file, run over the registry. A new provider adds a person for its page here, and nothing else.

mod common;

use common::browser::{GOOD, Person};
use common::{Rig, copy, done, start};
use connect::registry::{self, Config};
use connect::{Connector, Cursor, Grant, HookRequest, InstitutionStatus, LinkStart, Page, Pending, Purpose, Step};
use model::{FaultKind, Span};
use std::collections::HashSet;
use std::sync::Arc;

fn all(rig: &Rig) -> Vec<Arc<dyn Connector>> {
    registry::connectors(Config { plaid: Some(rig.config()), clock: rig.clock.clone() }).unwrap()
}

/// Plays a link to its end and gives what came of it.
async fn link(rig: &Rig, connector: &dyn Connector, start: LinkStart, person: Person) -> (Step, Vec<String>) {
    let Step::Visit(page, pending) = connector.begin(start).await.unwrap() else { panic!("no page to visit") };
    let Step::Wait(span, pending) = connector.answer(pending, vec![]).await.unwrap() else { panic!("over before it began") };
    assert!(span > Span::ZERO);
    let (seen, back) = rig.browser.visit(&page, person).await;
    assert_eq!(back.as_str(), "http://localhost:9/connect/return", "{seen:?}");
    (connector.answer(Pending(pending.0), vec![]).await.unwrap(), seen)
}

async fn linked(rig: &Rig, connector: &dyn Connector) -> Grant {
    let broker = start(Purpose::New, "ins_state_consent_90");
    match link(rig, connector, broker, GOOD).await.0 {
        Step::Linked(mut grants) if grants.len() == 1 => grants.remove(0),
        _ => panic!("not linked"),
    }
}

#[tokio::test]
async fn the_directory_is_read_page_by_page_without_a_double() {
    let rig = Rig::start().await;
    for c in all(&rig) {
        let (mut seen, mut offset, mut total) = (HashSet::new(), 0, 1);
        while offset < total {
            let page = c.institutions(Page { offset, count: 500 }).await.unwrap();
            assert!(!page.institutions.is_empty() && page.institutions.len() <= 500);
            total = page.total;
            offset += page.institutions.len() as u32;
            for i in page.institutions {
                assert!(!i.name.is_empty() && i.url.is_some() && i.logo.as_ref().is_some_and(|l| l.starts_with(b"\x89PNG")), "{}", i.name);
                assert!(seen.insert(i.external_id));
            }
        }
        assert!(total > 400, "{total}");
        assert_eq!(c.institutions(Page { offset: total + 10, count: 500 }).await.unwrap().institutions.len(), 0);
        let down = c.institution("ins_state_down").await.unwrap();
        assert_eq!((down.status, down.success_percent), (InstitutionStatus::Down, Some(2)));
        assert_eq!(c.institution("ins_no_such").await.unwrap_err().kind, FaultKind::NotSupported);
    }
}

// proves: N7 N30 N33
#[tokio::test]
async fn a_connection_from_the_first_click_to_its_end() {
    let rig = Rig::start().await;
    for c in all(&rig) {
        let grant = linked(&rig, &*c).await;
        assert!(!format!("{grant:?}").contains(grant.token.expose()), "a token in a log");
        let (first, grant, cursor) = done(c.fetch(copy(&grant), Cursor::default(), false, common::now()).await.unwrap());
        assert!(!first.accounts.is_empty() && !first.request_ids.is_empty());
        let held: usize = first.accounts.iter().filter_map(|a| a.positions.as_ref()).map(Vec::len).sum();
        assert!(held > 0, "holdings, not just balances");
        for a in &first.accounts {
            assert!(a.as_of <= common::now() && !a.name.is_empty() && !a.raw_type.is_empty());
            if a.kind.is_debt() {
                assert!(a.value.is_none_or(|v| v <= 0.into()), "{a:?}");
            }
        }

        // Nothing new: the same figures under the same names, and no movements again.
        let (again, grant, cursor) = done(c.fetch(grant, cursor, false, common::now()).await.unwrap());
        assert_eq!(again.accounts, first.accounts);
        assert_eq!(again.trades, vec![]);

        // The sign-in ends at the institution; repaired, it is the same connection with the same accounts.
        rig.lever("POST", &format!("/_control/items/{}/break", grant.external_id), serde_json::json!({"code": "ITEM_LOGIN_REQUIRED"}))
            .await;
        let fault = c.fetch(copy(&grant), cursor.clone(), true, common::now()).await.err().unwrap();
        assert_eq!(fault.kind, FaultKind::NeedsCredentials);
        let Step::Linked(grants) = link(&rig, &*c, start(Purpose::Repair(copy(&grant)), ""), GOOD).await.0 else { panic!("not repaired") };
        assert_eq!((grants.len(), &grants[0].external_id), (1, &grant.external_id));
        assert_eq!(grants[0].token.expose(), grant.token.expose(), "nothing was exchanged");
        let (after, grant, _) = done(c.fetch(copy(&grants[0]), cursor, false, common::now()).await.unwrap());
        let ids = |s: &model::Snapshot| s.accounts.iter().map(|a| a.external_id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&after), ids(&first), "no second copy");

        c.disconnect(&grant).await.unwrap();
        c.disconnect(&grant).await.unwrap();
        let gone = c.fetch(grant, Cursor::default(), false, common::now()).await.err().unwrap();
        assert_eq!(gone.kind, FaultKind::Removed);
    }
}

#[tokio::test]
async fn whoever_leaves_or_is_refused_links_nothing() {
    let rig = Rig::start().await;
    for c in all(&rig) {
        let leaves = Person { leaves_at: "sign-in", ..GOOD };
        let (step, _) = link(&rig, &*c, start(Purpose::New, "ins_109508"), leaves).await;
        assert!(matches!(step, Step::Left));
        let (step, _) = link(&rig, &*c, start(Purpose::New, "ins_109508"), GOOD.with("error_USER_SETUP_REQUIRED")).await;
        assert!(matches!(step, Step::Ended(f) if f.kind == FaultKind::ActionAtInstitution));
        let (step, _) = link(&rig, &*c, start(Purpose::New, "ins_state_down"), GOOD).await;
        assert!(matches!(step, Step::Ended(f) if f.kind == FaultKind::InstitutionDown));
        let refused = c.begin(start(Purpose::New, "ins_state_retired")).await.err().unwrap();
        assert_eq!(refused.kind, FaultKind::NotSupported);
        assert!(c.answer(Pending("nonsense".into()), vec![]).await.is_err());
    }
}

// proves: N41
#[tokio::test]
async fn a_second_factor_is_asked_where_the_institution_wants_one() {
    let rig = Rig::start().await;
    for c in all(&rig) {
        let (step, seen) = link(&rig, &*c, start(Purpose::New, "ins_state_code_always"), GOOD).await;
        assert!(matches!(step, Step::Linked(_)) && seen.contains(&"code".to_string()), "{seen:?}");
        let (step, seen) = link(&rig, &*c, start(Purpose::New, "ins_109508"), GOOD).await;
        assert!(matches!(step, Step::Linked(_)), "{seen:?}");
        assert!(!seen.iter().any(|s| ["code", "device", "questions", "selections", "search"].contains(&s.as_str())), "{seen:?}");
    }
}

#[tokio::test]
async fn hooks_that_nobody_signed_are_refused() {
    let rig = Rig::start().await;
    for c in all(&rig) {
        for body in [&b""[..], b"{}", br#"{"webhook_type":"ITEM","webhook_code":"USER_PERMISSION_REVOKED","item_id":"x"}"#] {
            let request = HookRequest { headers: vec![], body: body.into(), now: common::now() };
            assert!(c.hook(&request).await.is_err());
        }
    }
}

#[tokio::test]
async fn keys_are_checked_live() {
    let rig = Rig::start().await;
    let home = url::Url::parse("https://asset.alderfinch.example/connect/return").unwrap();
    for c in all(&rig) {
        let checks = c.check(&home).await.unwrap();
        assert!(checks.len() >= 5 && checks.iter().all(|c| c.ok), "{checks:?}");
    }
    let mut config = rig.config();
    config.secret = model::Secret::new("wrong".to_string());
    for c in registry::connectors(Config { plaid: Some(config), clock: rig.clock.clone() }).unwrap() {
        let checks = c.check(&home).await.unwrap();
        assert!(checks.iter().any(|c| !c.ok) && !format!("{checks:?}").contains("wrong\""), "{checks:?}");
        assert_eq!(c.institution("ins_109508").await.unwrap_err().kind, FaultKind::Ours);
    }
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_down() {
    let rig = Rig::start().await;
    let connectors = all(&rig);
    rig.sandbox.stop().await;
    for c in connectors {
        assert_eq!(c.institutions(Page { offset: 0, count: 5 }).await.unwrap_err().kind, FaultKind::ProviderDown);
    }
}
