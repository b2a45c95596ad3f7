//! Repair cases and tickets by page: mail that comes back, who may read a ticket, and what a form must not take.

use crate::it::cast::{INES, NORA, colleague, ines};
use crate::it::family::{family, family_of, fed, scope};
use crate::it::house::{House, MAYA, ROBIN, houses};
use crate::it::mail::{Says, TAKES, post_to, server};
use app::households::Change;
use model::repair::{Cause, End, Owner};
use model::{Actor, CaseId, ConnectionId, ConnectionState, FirmScope, Span};
use store::cases::Case;

/// The open case of a connection whose sign-in was rejected, noted as a run notes it.
pub async fn case(house: &House, scope: &FirmScope, id: ConnectionId) -> CaseId {
    let tx = house.app.store().begin(scope).await.expect("a unit");
    let c = store::connections::find(&tx, id).await.expect("an answer").expect("the connection");
    let (now, state) = (house.app.now(), ConnectionState::NeedsCredentials);
    app::cases::broke(&house.app, &tx, scope, &c, state, now, "ITEM_LOGIN_REQUIRED").await.expect("a case");
    let found = store::cases::of_connection(&tx, id).await.expect("an answer").expect("the case").id;
    tx.commit().await.expect("saved");
    found
}

async fn open(house: &House) -> Vec<Case> {
    let db = house.app.store().read(&scope(house)).await.expect("a look");
    store::cases::open(&db).await.expect("cases")
}

async fn settle(house: &House) {
    while app::jobs::run_due(&house.app, 16).await.expect("jobs run") > 0 {}
}

// proves: E46
#[tokio::test]
async fn mail_that_comes_back_for_good_is_a_case_of_the_adviser_until_the_address_is_another_one() {
    for house in houses().await {
        let f = family(&house, 60, "Okafor", "Ngozi").await;
        let (port, _) = server(Says { recipient: "550 no such mailbox", ..TAKES }).await;
        post_to(&house, port);
        let to = app::links::For { household: f.household, member: f.member, purpose: model::link::Purpose::Connect };
        for n in 0..2 {
            house.clock.advance(Span::hours(1));
            let id = house.app.random().id(house.app.now());
            app::asset_sync::send(&house.app, &scope(&house), &to, id).await.unwrap_or_else(|e| panic!("{n}: {e}"));
            settle(&house).await;
        }
        let all = open(&house).await;
        assert_eq!(all.len(), 1, "one case, however many messages: {all:?}");
        assert_eq!((all[0].cause, all[0].owner, all[0].connection), (Cause::Bounced, Owner::Adviser, None));
        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get(&format!("/cases/{}", all[0].id)).await;
        assert!(page.body.contains("Ask Ngozi for the right address") && page.body.contains("Correct Ngozi’s address"), "{}", page.body);
        assert!(!page.body.contains("Report a problem"));
        // Another address ends it.
        let typed = app::members::Typed {
            first: "Ngozi".into(),
            last: "Okafor".into(),
            role: model::fact::MemberRole::Adult,
            email: "ngozi@new.example".into(),
            phone: String::new(),
            born: String::new(),
        };
        app::members::change(&house.app, &scope(&house), f.household, f.member, &typed).await.expect("changed");
        let db = house.app.store().read(&scope(&house)).await.expect("a look");
        let closed = store::cases::find(&db, all[0].id).await.expect("an answer").expect("the case").closed;
        assert_eq!(closed.map(|(_, by)| by), Some(End::Reached));
        drop(db);
        assert!(open(&house).await.is_empty());
    }
}

// proves: E47 E48 E49
// goal: G2
#[tokio::test]
async fn a_ticket_is_the_households_team_and_data_supports_and_nobody_elses() {
    for house in houses().await {
        colleague(&house).await;
        let own = FirmScope::new(house.scope.firm(), Actor::User(ines()));
        let f = family_of(&house, &own, 61, "Adeyemi", "Folake").await;
        let change = Change { name: "Adeyemi".into(), lead: ines(), team: Vec::new(), private: true, next_review: None };
        app::households::change(&house.app, &own, f.household, &change).await.expect("private");
        let (connection, _) = crate::it::family::fed_by(&house, &own, &f, 61, ConnectionState::Healthy).await;
        let case = case(&house, &own, connection).await;
        let mut lead = house.signed_in(INES).await;
        let form = lead.get(&format!("/cases/{case}/report")).await;
        assert_eq!(form.status, 200, "{}", form.body);
        let id = form.hidden("id");
        let at = format!("/cases/{case}/report");
        let fields = [("id", id.as_str()), ("words", "An error page since Monday"), ("do", "send")];
        for words in ["", "account 4400119822", "it shows $12"] {
            let p = lead.post(&at, &form, &[("id", &id), ("words", words), ("do", "send")]).await;
            assert_eq!(p.status, 422, "{words}");
        }
        let sent = lead.post(&at, &form, &fields).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let ticket = sent.location().to_owned();
        assert_eq!(lead.post(&at, &form, &fields).await.location(), ticket, "once");
        // A colleague who may not see the household, and support, which sees the ticket and no household.
        let mut maya = house.signed_in(MAYA).await;
        assert_eq!(maya.get(&ticket).await.status, 404);
        let own = maya.get("/preferences").await;
        assert_eq!(maya.post(&ticket, &own, &[("state", "solved")]).await.status, 404);
        for who in [NORA, ROBIN] {
            let mut browser = house.signed_in(who).await;
            let page = browser.get(&ticket).await;
            assert_eq!(page.status, 200);
            assert_eq!(page.body.contains("Adeyemi"), who == ROBIN, "{}", page.body);
            let list = browser.get("/tickets").await;
            assert!(list.body.contains("Larchmont Workplace") && !list.body.contains("Adeyemi") && !list.body.contains("Folake"));
        }
        let page = lead.get(&ticket).await;
        let noted = [("id", page.hidden("id")), ("state", "open".into()), ("words", "Folake, FOLAKE and folake adeyemi see it too".into())];
        let noted: Vec<(&str, &str)> = noted.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert_eq!(lead.post(&ticket, &page, &noted).await.status, 303);
        let mut nora = house.signed_in(NORA).await;
        let page = nora.get(&ticket).await;
        assert!(page.body.contains("[client], [client] and [client] see it too"), "{}", page.body);
        let refused = nora.post(&ticket, &page, &[("id", &page.hidden("id")), ("state", "open"), ("words", "")]).await;
        assert_eq!(refused.status, 422);
        let done = nora.post(&ticket, &page, &[("id", &page.hidden("id")), ("state", "solved"), ("words", "")]).await;
        assert_eq!(done.status, 303);
        assert!(lead.get(&ticket).await.body.contains("Solved"));
        // Solved: another may follow.
        assert_eq!(lead.get(&at).await.status, 200);
    }
}

// proves: E45 D4
#[tokio::test]
async fn the_adviser_has_no_find_new_but_asks_the_client_from_the_case() {
    for house in houses().await {
        let f = family(&house, 62, "Tanaka", "Kenji").await;
        let (connection, _) = fed(&house, &f, 62, ConnectionState::NoAccounts).await;
        let tx = house.app.store().begin(&scope(&house)).await.expect("a unit");
        let c = store::connections::find(&tx, connection).await.expect("an answer").expect("the connection");
        app::cases::broke(&house.app, &tx, &scope(&house), &c, c.state, house.app.now(), "NO_ACCOUNTS").await.expect("a case");
        tx.commit().await.expect("saved");
        let id = open(&house).await[0].id;
        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get(&format!("/cases/{id}")).await;
        assert!(!page.body.contains("Find new") && page.body.contains("Ask Kenji to fix"), "{}", page.body);
        let href = page.between("/asset-sync?", "\"").replace("&amp;", "&").replace("&#38;", "&");
        assert!(href.contains(&format!("find={connection}")), "the link opens where new accounts are chosen: {href}");
    }
}
