//! Who works on a household, what lists show, and pages that learn of changes by themselves.

use crate::it::family::{Family, by_hand, family, fed, scope};
use crate::it::house::{House, MAYA, ROBIN, houses, maya, robin};
use model::fact::HouseholdStatus;
use model::{ConnectionState, Span};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn the_team_changes_the_household_and_a_private_one_is_shown_to_it_alone() {
    for house in houses().await {
        let f = family(&house, 61, "Abara", "Chidi").await;
        let (mut maya_at, mut robin_at) = (house.signed_in(MAYA).await, house.signed_in(ROBIN).await);
        let page = robin_at.get(&format!("{}/portfolio", f.at())).await;
        assert_eq!(page.status, 200, "everybody in the firm reads it");
        assert_eq!(robin_at.get(&format!("{}/change", f.at())).await.status, 409, "its team changes it");

        let form = maya_at.get(&format!("{}/change", f.at())).await;
        let (lead, team) = (maya().to_string(), format!("team_{}", robin()));
        let fields = [("name", "Abara family"), ("next_review", "2026-12-02"), ("lead", &lead), (&team, "delegate"), ("private", "yes")];
        assert_eq!(maya_at.post(&format!("{}/change", f.at()), &form, &fields).await.status, 303);
        let page = robin_at.get(&format!("{}/members", f.at())).await;
        assert!(page.body.contains("Abara family") && page.body.contains("delegate Robin Finch"), "{}", page.body);
        assert!(page.body.contains("Add member"), "a delegate works on it");
        // A delegate edits, but ends nothing.
        let account = by_hand(&house, &f, 1, "Brokerage", "5").await;
        assert_eq!(robin_at.get(&format!("/accounts/{account}/mute")).await.status, 409);
        for wrong in [("next_review", "soon"), ("lead", "nobody"), ("name", " ")] {
            let mut fields = vec![("name", "Abara"), ("next_review", ""), ("lead", lead.as_str())];
            fields.retain(|(n, _)| *n != wrong.0);
            fields.push(wrong);
            assert_eq!(maya_at.post(&format!("{}/change", f.at()), &form, &fields).await.status, 422, "{wrong:?}");
        }
        assert!(maya_at.get("/households?sort=review").await.body.contains("Wed 2 Dec"));
    }
}

#[tokio::test]
async fn a_person_leaves_only_when_nothing_of_theirs_is_left() {
    for house in houses().await {
        let f = family(&house, 62, "Okafor", "Ngozi").await;
        let account = by_hand(&house, &f, 1, "Brokerage", "5").await;
        let mut browser = house.signed_in(MAYA).await;
        let leave = format!("{}/members/{}/leave", f.at(), f.member);
        let form = browser.get(&format!("{}/members/{}", f.at(), f.member)).await;
        let no = browser.post(&leave, &form, &[]).await;
        assert!(no.status == 409 && no.body.contains("at least one adult"), "{}", no.body);
        let erik = model::MemberId::new(rig::START, [78; 10]);
        let to = format!("{}/members/{erik}", f.at());
        assert_eq!(browser.post(&to, &form, &[("first", "Erik"), ("last", "Lindqvist"), ("role", "adult")]).await.status, 303);
        assert!(browser.post(&leave, &form, &[]).await.body.contains("owns accounts here"));
        app::accounts::set_owners(&house.app, &scope(&house), account, app::accounts::equal_shares(&[erik])).await.unwrap();
        assert_eq!(browser.post(&leave, &form, &[]).await.status, 303);
        let page = browser.get(&format!("{}/members", f.at())).await;
        assert!(!page.body.contains("Ngozi") && page.body.contains("Erik"));
        assert!(!browser.get("/households?q=ngozi").await.body.contains("Okafor</a>"));
    }
}

#[tokio::test]
async fn lists_find_names_with_and_without_their_accents_and_page_by_fifty() {
    for house in houses().await {
        let one = family(&house, 63, "Delacroix", "Amélie").await;
        for n in 100..160u8 {
            family(&house, n, &format!("Family {n}"), "Jo").await;
        }
        let mut browser = house.signed_in(MAYA).await;
        for q in ["am%C3%A9lie", "AMELIE", "delacr", "delacroix+am", "%25", "_"] {
            let page = browser.get(&format!("/households?q={q}")).await;
            assert_eq!(page.status, 200, "{q}");
            assert_eq!(page.body.contains("Delacroix</a>"), !matches!(q, "%25" | "_") || page.body.contains("1 to 50"), "{q}");
        }
        let none = browser.get("/households?q=%3Cscript%3E").await;
        assert!(none.body.contains("No household matches “&#60;script&#62;”"), "{}", none.body);
        let first = browser.get("/households?show=mine").await;
        assert!(first.body.contains("1 to 50 of 61") && first.body.contains("rel=\"next\""));
        let second = browser.get("/households?show=mine&page=1").await;
        assert!(second.body.contains("51 to 61 of 61") && second.body.contains("rel=\"prev\""), "{}", second.body);
        for odd in ["page=-1", "page=99999999999", "sort=%00", "show=everything", "page=9"] {
            assert_eq!(browser.get(&format!("/households?{odd}")).await.status, 200, "{odd}");
        }
        app::households::set_status(&house.app, &scope(&house), one.household, HouseholdStatus::Prospect).await.unwrap();
        assert!(browser.get("/households?show=prospects").await.body.contains("Delacroix</a>"));
    }
}

// proves: N66
#[tokio::test]
async fn the_end_of_a_permission_is_shown_until_the_provider_confirms_it_and_then_as_confirmed() {
    for house in houses().await {
        let f = family(&house, 64, "Vance", "Roosevelt").await;
        let (connection, account) = fed(&house, &f, 35, ConnectionState::Healthy).await;
        let mut browser = house.signed_in(MAYA).await;
        let form = browser.get(&format!("/accounts/{account}/mute")).await;
        browser.post(&format!("/accounts/{account}/mute"), &form, &[]).await;
        let page = browser.get(&format!("/accounts/{account}")).await;
        assert!(page.body.contains("The data provider has not confirmed it yet"), "{}", page.body);
        assert!(page.body.contains("Send a link"), "unmuting needs a fresh link");
        assert!(browser.get(&format!("{}/accounts", f.at())).await.body.contains("We are ending the permission at Larchmont Workplace"));

        let tx = house.app.store().begin(&scope(&house)).await.unwrap();
        store::connections::confirm_end(&tx, connection).await.unwrap();
        let detail = serde_json::json!({ "institution": "Larchmont Workplace" });
        app::events::record(&house.app, &tx, &scope(&house), Some(f.household), "connection.end_confirmed", connection, detail)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(browser.get(&format!("/accounts/{account}")).await.body.contains("Confirmed by the data provider today"));
        assert!(!browser.get(&format!("{}/accounts", f.at())).await.body.contains("We are ending"));
        assert!(browser.get("/").await.body.contains("end of the permission confirmed"));
    }
}

// proves: D8
#[tokio::test]
async fn a_muted_account_by_hand_counts_again_with_one_click() {
    for house in houses().await {
        let f = family(&house, 65, "Brandt", "Lotte").await;
        let account = by_hand(&house, &f, 1, "Brokerage", "750").await;
        let mut browser = house.signed_in(MAYA).await;
        let form = browser.get(&format!("/accounts/{account}/mute")).await;
        browser.post(&format!("/accounts/{account}/mute"), &form, &[]).await;
        assert!(browser.get(&format!("{}/portfolio", f.at())).await.body.contains("<td class=\"num\">not yet</td>"));
        let page = browser.get(&format!("/accounts/{account}")).await;
        assert!(page.body.contains("Count again"));
        assert_eq!(browser.post(&format!("/accounts/{account}/unmute"), &page, &[]).await.status, 303);
        assert!(browser.get(&format!("{}/portfolio", f.at())).await.body.contains("<td class=\"num\">$750"));
    }
}

/// Opens a household's stream and hands back what it says first.
async fn first_word(house: &House, f: &Family, cookie: &str) -> String {
    let mut line = tokio::net::TcpStream::connect(house.at).await.unwrap();
    let head = format!("GET {}/live HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\n\r\n", f.at(), house.at);
    line.write_all(head.as_bytes()).await.unwrap();
    let (mut seen, mut part) = (String::new(), [0; 4096]);
    while !seen.contains("\r\n\r\n") {
        let n = line.read(&mut part).await.unwrap();
        seen += &String::from_utf8_lossy(&part[..n]);
    }
    assert!(seen.contains("text/event-stream"), "{seen}");
    by_hand(house, f, 9, "Just added", "1").await;
    while !seen.contains("\ndata: ") {
        let n = line.read(&mut part).await.unwrap();
        assert!(n > 0, "the stream ended: {seen}");
        seen += &String::from_utf8_lossy(&part[..n]);
    }
    seen
}

// proves: N8
#[tokio::test]
async fn an_open_page_is_told_that_something_changed() {
    for house in houses().await {
        let f = family(&house, 66, "Tanaka", "Kenji").await;
        let browser = house.signed_in(MAYA).await;
        let cookie: Vec<String> = browser.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let said = first_word(&house, &f, &cookie.join("; ")).await;
        assert!(said.contains(&format!("data: {}", f.household)), "{said}");
        house.clock.advance(Span::hours(2));
        assert!(house.browser().get(&format!("{}/live", f.at())).await.status == 303, "no stream without a session");
    }
}
