//! The client's way from *Get started* to *Exit*, at the rehearsal provider's real pages.

use crate::it::asset_sync::{make, start};
use crate::it::browser::{Browser, Page};
use crate::it::family::{Family, family, scope};
use crate::it::house::{House, MAYA, houses};
use crate::it::provider::{Provider, settle};
use model::Span;

/// A client who has pressed *Get started*.
async fn client(house: &House, f: &Family) -> Browser {
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

async fn agree(client: &mut Browser, notice: &Page) -> Page {
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
async fn through(house: &House, provider: &Provider, client: &mut Browser, leaving: &Page, password: &str, leaves_at: &str) -> Page {
    let back = provider.visit(&out(leaving), password, leaves_at).await;
    assert!(back.contains("/c/return"), "{back}");
    let home = back.find("/c/return").unwrap();
    let on = client.get(&back[home..]).await;
    assert_eq!(on.status, 303, "{}", on.body);
    settle(house).await;
    client.follow(&on).await
}

async fn rows(house: &House, sql: &str) -> Vec<store::Row> {
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

// proves: N30 N31 N33 N63
#[tokio::test]
async fn a_stopped_connection_is_mended_in_place_by_a_link_that_lands_there() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut first = client(&house, &f).await;
        let leaving = choose(&mut first, "bank").await;
        through(&house, &provider, &mut first, &leaving, "pass_good", "").await;
        let before = rows(&house, "SELECT id FROM account WHERE firm_id = $1 ORDER BY id").await.len();
        let c = rows(&house, "SELECT id FROM connection WHERE firm_id = $1").await[0].id::<model::id::Connection>("id").unwrap();
        let tx = house.app.store().begin(&house.scope).await.unwrap();
        store::connections::set_state(&tx, c, model::ConnectionState::NeedsCredentials, None, None).await.unwrap();
        tx.commit().await.unwrap();

        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get(&format!("{}/asset-sync?fix={c}", f.at())).await;
        assert!(page.body.contains("needs a new sign-in"), "{}", page.body);
        let fields = [("person", page.hidden("person")), ("link", page.hidden("link")), ("purpose", page.hidden("purpose"))];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let made = maya.post(&format!("{}/asset-sync/share", f.at()), &page, &fields).await;
        let code = made.between("/i#", "<").to_owned();
        let mut client = house.browser();
        let asked = start(&mut client, &code).await;
        assert_eq!(asked.location(), "/c/code", "who they are comes before what they connected");
        assert_eq!(client.get("/c/earlier").await.location(), "/c/code");
        let page = client.get("/c/code").await;
        settle(&house).await;
        let letter = provider.mail_to("ngozi@home.example").pop().expect("a code");
        let right =
            letter.paragraphs.iter().find_map(|p| p.split(' ').next().filter(|w| w.len() == 6 && w.parse::<u32>().is_ok())).unwrap();
        let on = client.post("/c/code", &page, &[("code", right)]).await;
        assert!(on.location().starts_with("/c/a/"), "it lands at the step that failed: {}", on.location());
        let leaving = client.follow(&on).await;
        assert!(leaving.body.contains("Your accounts stay the same"), "{}", leaving.body);
        let done = through(&house, &provider, &mut client, &leaving, "pass_good", "").await;
        assert!(done.body.contains("works again"), "{}", done.body);
        assert_eq!(rows(&house, "SELECT id FROM account WHERE firm_id = $1 ORDER BY id").await.len(), before, "no second copy");
        let earlier = client.get("/c/earlier").await;
        assert!(earlier.status == 200 && earlier.body.contains("Welcome back, Ngozi"), "{}", earlier.body);
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
