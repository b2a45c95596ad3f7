//! What the connect flow does for somebody who does not wait: a word when the values are there, and another entry where one is down.

use crate::it::asset_sync::{mailbox, make};
use crate::it::browser::{Browser, Page};
use crate::it::connecting::{client, out};
use crate::it::family::family;
use crate::it::house::{House, MAYA, houses};
use crate::it::provider::{Provider, settle};
use model::Span;

/// Signs in at the provider and stands where the first values are on their way.
async fn collecting(house: &House, provider: &Provider, client: &mut Browser) -> (String, Page) {
    let leaving = crate::it::connecting::choose(client, "bank").await;
    let back = provider.visit(&out(&leaving), "pass_good", "").await;
    let home = back.find("/c/return").expect("a way back");
    let on = client.get(&back[home..]).await;
    // The attempt is asked after; the first refresh has not begun.
    app::jobs::run_due(&house.app, 20).await.expect("jobs");
    let at = on.location().split('?').next().unwrap_or_default().to_owned();
    let page = client.get(&at).await;
    assert!(page.body.contains("Getting your accounts"), "{}", page.body);
    (at, page)
}

#[tokio::test]
async fn whoever_asks_or_leaves_before_the_values_are_there_is_told_once() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        for (n, given, asks) in [(1, "Ngozi", true), (2, "Erik", false)] {
            let f = family(&house, n, "Okafor", given).await;
            let mut client = client(&house, &f).await;
            let (at, page) = collecting(&house, &provider, &mut client).await;
            assert!(page.body.contains("E-mail me when they are there"), "{}", page.body);
            if asks {
                assert_eq!(client.post(&format!("{at}/tell"), &page, &[("tell", "yes")]).await.location(), at);
                assert!(client.get(&at).await.body.contains("We write to n•••@home.example"));
            } else {
                // A look at the page says nothing; leaving by the cross does.
                assert_eq!(client.get("/c/later").await.status, 200);
                assert!(page.body.contains("<form action=\"/c/later\" method=\"post\">"), "{}", page.body);
                assert_eq!(client.post("/c/later", &page, &[]).await.location(), "/c/later");
            }
            let to = format!("{}@home.example", given.to_lowercase());
            assert!(provider.mail_to(&to).is_empty());
            for _ in 0..3 {
                house.clock.advance(Span::seconds(40));
                settle(&house).await;
            }
            let told = provider.mail_to(&to);
            assert_eq!(told.len(), 1, "{given}");
            assert!(told[0].subject.contains("have arrived") && told[0].reply_to.contains(MAYA), "{:?}", told[0]);
        }
        // Somebody who waits to the end is written nothing.
        let f = family(&house, 3, "Brandt", "Lotte").await;
        let mut waits = client(&house, &f).await;
        let (at, _) = collecting(&house, &provider, &mut waits).await;
        settle(&house).await;
        let done = waits.get(&at).await;
        assert!(done.body.contains("is connected"), "{}", done.body);
        waits.get("/c/later").await;
        house.clock.advance(Span::minutes(40));
        settle(&house).await;
        assert!(provider.mail_to("lotte@home.example").is_empty());
    }
}

// proves: N58 N70
#[tokio::test]
async fn an_institution_that_is_down_offers_the_other_entries_of_its_brand_and_the_adviser_by_hand() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let brand = |name: &str| name.split_whitespace().next().unwrap_or_default().to_lowercase();
        let all = app::institutions::search(&house.app, "larchmont", 10);
        let all: Vec<_> = all.into_iter().filter(|f| brand(&f.name) == "larchmont" && !f.retired).collect();
        assert!(all.len() > 1, "a brand with several entries");
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut client = client(&house, &f).await;
        provider.lever(&format!("/_control/institutions/{}/health", all[0].external_id), "{\"health\":\"down\"}").await;
        let notice = client.get(&format!("/c/at/{}", all[0].id)).await;
        let (attempt, shown) = (notice.hidden("attempt"), notice.hidden("shown"));
        let begun = client.post(&format!("/c/at/{}", all[0].id), &notice, &[("attempt", &attempt), ("q", ""), ("shown", &shown)]).await;
        let down = client.follow(&begun).await;
        assert!(down.body.contains("It isn’t your password") && down.body.contains("can add the account by hand"), "{}", down.body);
        assert!(down.body.contains(&format!("/c/at/{}", all[1].id)), "{}", down.body);
        assert!(!down.body.contains(&format!("class=\"nm\" href=\"/c/at/{}", all[0].id)));
    }
}

#[tokio::test]
async fn a_code_on_the_screen_ends_however_its_dialog_is_closed() {
    for house in houses().await {
        mailbox(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let (page, code) = make(&mut maya, &f, "launch").await;
        // The cross is a button of the form that ends the code; Escape posts the same form.
        let (form, rest) = page.body.split_once("data-ends").expect("the form that ends it");
        assert!(form.ends_with("id=\"as-end\" ") && page.body.contains("form=\"as-end\" aria-label=\"Close\""), "{}", rest);
        let end = form.rsplit("action=\"").next().and_then(|a| a.split('"').next()).expect("its address").to_owned();
        let fields: Vec<(String, String)> = ["link", "purpose", "person"].iter().map(|n| ((*n).to_owned(), page.hidden(n))).collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(maya.post(&end, &page, &fields).await.status, 303);
        let mut client = house.browser();
        let door = client.get("/i").await;
        let gone = client.post("/i", &door, &[("code", &code)]).await;
        assert!(crate::it::asset_sync::gone(&gone), "{}", gone.body);
    }
}
