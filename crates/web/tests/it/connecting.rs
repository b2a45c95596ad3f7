//! The client's way from *Get started* to *Exit*, at the rehearsal provider's real pages.

use crate::it::asset_sync::{make, start};
use crate::it::browser::{Browser, Page};
use crate::it::family::{Family, family, scope};
use crate::it::house::{House, MAYA, houses};
use crate::it::provider::{Provider, settle};
use model::Span;

/// A client who has pressed *Get started*.
pub async fn client(house: &House, f: &Family) -> Browser {
    let mut maya = house.signed_in(MAYA).await;
    let (_, code) = make(&mut maya, f, "share").await;
    let mut client = house.browser();
    assert_eq!(start(&mut client, &code).await.location(), "/c/search");
    client
}

/// Searches, chooses the first healthy match, agrees; gives the page of the attempt.
pub async fn choose(client: &mut Browser, query: &str) -> Page {
    let page = client.get(&format!("/c/search?q={query}")).await;
    let rows = page.body.split("class=\"inst-row\"").skip(1);
    let row = rows.into_iter().find(|r| !r.contains("chip")).unwrap_or_else(|| panic!("no match in {}", page.body));
    let href = row.split("class=\"nm\" href=\"").nth(1).and_then(|r| r.split('"').next()).expect("a way").replace("&#38;", "&");
    let notice = client.get(&href).await;
    agree(client, &notice).await
}

pub async fn agree(client: &mut Browser, notice: &Page) -> Page {
    assert!(notice.body.contains("By choosing Continue"), "{}", notice.body);
    let action = notice.between("<form class=\"foot\" action=\"", "\"").to_owned();
    let fields = [("attempt", notice.hidden("attempt")), ("q", notice.hidden("q")), ("shown", notice.hidden("shown"))];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let on = client.post(&action, notice, &fields).await;
    client.follow(&on).await
}

/// The address of the provider's page.
pub fn out(page: &Page) -> String {
    let href = page.between("<a class=\"btn primary l block\" href=\"", "\"");
    assert!(href.starts_with("http"), "{}", page.body);
    href.replace("&#38;", "&")
}

/// Signs in at the provider and comes back; gives the page after everything has settled.
pub async fn through(house: &House, provider: &Provider, client: &mut Browser, leaving: &Page, password: &str, leaves_at: &str) -> Page {
    let back = provider.visit(&out(leaving), password, leaves_at).await;
    assert!(back.contains("/c/return"), "{back}");
    let home = back.find("/c/return").unwrap();
    let on = client.get(&back[home..]).await;
    assert_eq!(on.status, 303, "{}", on.body);
    settle(house).await;
    client.follow(&on).await
}

pub async fn rows(house: &House, sql: &str) -> Vec<store::Row> {
    house.app.store().read(&house.scope).await.unwrap().all(sql, store::params![house.scope.firm()]).await.unwrap()
}

// proves: N3 N4 N6 N7 N37 N39 N43 N44 N45 N46 N61 D2 D15
#[tokio::test]
async fn from_get_started_to_the_confirmation_and_out() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        let leaving = choose(&mut client, "bank").await;
        assert!(leaving.body.contains("Sign in to"), "{}", leaving.body);
        // Reading the page again begins nothing anew.
        let path =
            format!("/c/a/{}", rows(&house, "SELECT id FROM attempt WHERE firm_id = $1").await[0].id::<model::id::Attempt>("id").unwrap());
        assert_eq!(out(&client.get(&path).await), out(&leaving));
        assert_eq!(client.get("/c").await.location(), path, "coming back leads to the same step");
        let done = through(&house, &provider, &mut client, &leaving, "pass_good", "").await;
        assert!(
            done.body.contains("is connected") && done.body.contains("Add another account") && done.body.contains(">Exit<"),
            "{}",
            done.body
        );

        let consents = rows(&house, "SELECT * FROM consent WHERE firm_id = $1").await;
        assert_eq!(consents.len(), 1);
        assert!(consents[0].text("shown").unwrap().contains("By choosing Continue") && consents[0].opt_time("ends_at").unwrap().is_some());
        assert!(consents[0].opt_id::<model::id::Connection>("connection_id").unwrap().is_some(), "the connection names its permission");
        let db = house.app.store().read(&house.scope).await.unwrap();
        let accounts = store::accounts::of_household(&db, f.household).await.unwrap();
        assert!(!accounts.is_empty() && accounts.iter().all(|a| a.custody == model::Custody::HeldAway && a.figures.value.is_some()));
        drop(db);
        let mut maya = house.signed_in(MAYA).await;
        assert!(maya.get(&format!("{}/asset-sync", f.at())).await.body.contains("Connected"));

        let thanks = client.post("/c/exit", &done, &[]).await;
        assert!(thanks.body.contains("You can close this tab"), "{}", thanks.body);
        assert_eq!(client.get("/c/search").await.status, 410, "Exit after a connection ends the link");
        assert!(maya.get(&format!("{}/asset-sync", f.at())).await.body.contains("Finished"));
    }
}

// proves: N40 N41 D2
#[tokio::test]
async fn a_rejected_sign_in_and_a_closed_page_connect_nothing_and_can_be_tried_again() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        let leaving = choose(&mut client, "bank").await;
        let left = through(&house, &provider, &mut client, &leaving, "pass_good", "accounts").await;
        assert!(left.body.contains("is not connected yet"), "{}", left.body);
        assert_eq!(rows(&house, "SELECT id FROM connection WHERE firm_id = $1").await.len(), 0);
        let leaving = choose(&mut client, "bank").await;
        let no = through(&house, &provider, &mut client, &leaving, "error_ITEM_LOCKED", "").await;
        assert!(no.body.contains("has locked this sign-in") && no.body.contains("Reference"), "{}", no.body);
        let leaving = choose(&mut client, "bank").await;
        let down = through(&house, &provider, &mut client, &leaving, "error_INSTITUTION_DOWN", "").await;
        assert!(down.body.contains("It isn’t your password"), "{}", down.body);
        let later = client.get("/c/later").await;
        assert!(later.status == 200 && later.body.contains("Everything so far is kept"));
        let leaving = choose(&mut client, "bank").await;
        let done = through(&house, &provider, &mut client, &leaving, "pass_good", "").await;
        assert!(done.body.contains("is connected"), "{}", done.body);
    }
}

// proves: N44
#[tokio::test]
async fn the_polling_twin_finds_out_without_a_hook_or_a_return() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        let leaving = choose(&mut client, "bank").await;
        provider.visit(&out(&leaving), "pass_good", "").await;
        // The tab was closed on the way back.
        house.clock.advance(Span::seconds(6));
        settle(&house).await;
        assert_eq!(rows(&house, "SELECT id FROM connection WHERE firm_id = $1").await.len(), 1);
        settle(&house).await;
        let back = client.get("/c").await;
        assert!(client.follow(&back).await.body.contains("is connected"));
        assert_eq!(rows(&house, "SELECT id FROM consent WHERE firm_id = $1").await.len(), 1);
    }
}

// proves: N20
#[tokio::test]
async fn a_link_of_one_person_reaches_nothing_of_another() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let ours = family(&house, 1, "Okafor", "Ngozi").await;
        let theirs = family(&house, 2, "Larsen", "Erik").await;
        let mut a = client(&house, &ours).await;
        let leaving = choose(&mut a, "bank").await;
        through(&house, &provider, &mut a, &leaving, "pass_good", "").await;
        let attempt = rows(&house, "SELECT id FROM attempt WHERE firm_id = $1").await[0].id::<model::id::Attempt>("id").unwrap();
        let c = rows(&house, "SELECT id FROM connection WHERE firm_id = $1").await[0].id::<model::id::Connection>("id").unwrap();
        let mut b = client(&house, &theirs).await;
        assert_eq!(b.get(&format!("/c/a/{attempt}")).await.status, 404);
        let page = b.get("/c/search").await;
        assert_eq!(b.get("/c/earlier").await.location(), "/c/search");
        let search = b.get("/c/later").await;
        let _ = page;
        for path in [format!("/c/fix/{c}"), format!("/c/more/{c}"), format!("/c/a/{attempt}/owners"), format!("/c/a/{attempt}/tell")] {
            let door = b.get("/i").await;
            assert_eq!(b.post(&path, &door, &[]).await.status, 404, "{path} {}", search.status);
        }
        let db = house.app.store().read(&scope(&house)).await.unwrap();
        assert!(store::accounts::of_household(&db, theirs.household).await.unwrap().is_empty());
    }
}

// proves: D18
#[tokio::test]
async fn a_household_of_two_is_asked_whose_each_account_is_once() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let erik = app::members::Typed {
            first: "Erik".into(),
            last: "Okafor".into(),
            role: model::fact::MemberRole::Adult,
            email: String::new(),
            phone: String::new(),
            born: String::new(),
        };
        let id = model::MemberId::new(rig::START, [77; 10]);
        app::members::add(&house.app, &scope(&house), f.household, id, &erik).await.unwrap();
        let mut client = client(&house, &f).await;
        let leaving = choose(&mut client, "bank").await;
        let whose = through(&house, &provider, &mut client, &leaving, "pass_good", "").await;
        assert!(whose.body.contains("Whose accounts are these?") && whose.body.contains(">Joint<"), "{}", whose.body);
        let names: Vec<String> =
            whose.body.split("name=\"owner_").skip(1).filter_map(|r| r.split('"').next()).map(|k| format!("owner_{k}")).collect();
        assert!(whose.body.contains(&format!("value=\"{}\" selected", f.member)), "the person with the link stands there first");
        let mut fields: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), "joint")).collect();
        let erik = id.to_string();
        fields[0].1 = &erik;
        let action = whose.between("<form class=\"stack\" action=\"", "\"").to_owned();
        let wrong = client.post(&action, &whose, &[(names[0].as_str(), "mem_nobody")]).await;
        assert_eq!(wrong.status, 422, "{}", wrong.body);
        let on = client.post(&action, &whose, &fields).await;
        assert!(client.follow(&on).await.body.contains("is connected"));
        assert_eq!(client.post(&action, &whose, &fields).await.status, 303, "a second click changes nothing");
        let db = house.app.store().read(&house.scope).await.unwrap();
        let accounts = store::accounts::of_household(&db, f.household).await.unwrap();
        let of = |n: &str| accounts.iter().find(|a| format!("owner_{}", a.id) == n).unwrap();
        assert_eq!(of(&names[0]).owners, app::accounts::equal_shares(&[id]));
        assert!(names[1..].iter().all(|n| of(n).owners.len() == 2));
    }
}

/// An institution that is listed: its id, its name, and what the provider calls it.
pub fn listed(house: &House) -> (model::InstitutionId, String, String) {
    let found = app::institutions::search(&house.app, "bank", 5).into_iter().find(|f| !f.retired).expect("a bank");
    (found.id, found.name, found.external_id)
}

// proves: N68 N70
#[tokio::test]
async fn an_institution_that_is_down_says_so_and_the_client_is_told_when_it_is_back() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        let (id, name, external) = listed(&house);
        provider.lever(&format!("/_control/institutions/{external}/health"), "{\"health\":\"down\"}").await;
        let notice = client.get(&format!("/c/at/{id}")).await;
        assert!(notice.body.contains("isn’t letting anyone connect right now"), "{}", notice.body);
        let down = agree(&mut client, &notice).await;
        assert!(down.body.contains("It isn’t your password") && down.body.contains("n•••@home.example"), "{}", down.body);
        assert_eq!(rows(&house, "SELECT id FROM connection WHERE firm_id = $1").await.len(), 0);
        let action = down.between("<form class=\"card pad stack s3\" action=\"", "\"").to_owned();
        assert_eq!(client.post(&action, &down, &[("tell", "yes")]).await.status, 303);
        house.clock.advance(Span::minutes(16));
        settle(&house).await;
        assert!(provider.mail_to("ngozi@home.example").is_empty(), "still down");
        provider.lever(&format!("/_control/institutions/{external}/health"), "{\"health\":\"healthy\"}").await;
        house.clock.advance(Span::minutes(16));
        settle(&house).await;
        let told = provider.mail_to("ngozi@home.example");
        assert_eq!(told.len(), 1);
        assert!(told[0].subject.contains(&name) && told[0].reply_to.contains(MAYA));
        house.clock.advance(Span::minutes(16));
        settle(&house).await;
        assert_eq!(provider.mail_to("ngozi@home.example").len(), 1, "told once");
    }
}

// proves: N47 N69 N70
#[tokio::test]
async fn an_institution_that_cannot_be_connected_offers_another_way() {
    for house in houses().await {
        let _provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        let id = {
            let db = house.app.store().begin_system().await.unwrap();
            let row = db.one("SELECT id FROM institution ORDER BY name LIMIT 1", vec![]).await.unwrap().unwrap();
            let id: model::InstitutionId = row.id("id").unwrap();
            let sql = "UPDATE institution SET retired_at = $2 WHERE id = $1";
            db.exec(sql, store::params![id, house.app.now()]).await.unwrap();
            db.commit().await.unwrap();
            id
        };
        app::institutions::rebuild(&house.app).await.unwrap();
        let page = client.get(&format!("/c/at/{id}")).await;
        assert!(page.body.contains("can’t be connected") && page.body.contains("not every one"), "{}", page.body);
    }
}

// proves: N71
#[tokio::test]
async fn whatever_came_between_names_a_support_contact() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let tx = house.app.store().begin(&house.scope).await.unwrap();
        let mut firm = store::firms::own(&tx).await.unwrap();
        firm.settings.support_email = "help@alderfinch.example".into();
        store::firms::save(&tx, &firm).await.unwrap();
        tx.commit().await.unwrap();
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        let leaving = choose(&mut client, "bank").await;
        let no = through(&house, &provider, &mut client, &leaving, "error_INVALID_CREDENTIALS", "").await;
        assert!(no.body.contains("mailto:help@alderfinch.example"), "{}", no.body);
    }
}

#[tokio::test]
async fn words_that_were_not_shown_are_not_agreed_to() {
    for house in houses().await {
        let _provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        let (id, _, _) = listed(&house);
        let notice = client.get(&format!("/c/at/{id}")).await;
        let attempt = notice.hidden("attempt");
        let again = client.post(&format!("/c/at/{id}"), &notice, &[("attempt", &attempt), ("shown", "0")]).await;
        assert!(again.status == 200 && again.body.contains("By choosing Continue"));
        assert!(rows(&house, "SELECT id FROM consent WHERE firm_id = $1").await.is_empty());
    }
}
