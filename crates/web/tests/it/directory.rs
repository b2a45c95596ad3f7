//! Other names of institutions: typed by people, learned from choices.

use crate::it::house::{MAYA, ROBIN, houses};
use crate::it::provider::Provider;

#[tokio::test]
async fn a_name_that_an_administrator_adds_is_found_and_one_that_is_removed_is_not() {
    for house in houses().await {
        let _provider = Provider::beside(&house).await;
        let known = app::institutions::search(&house.app, "bank", 1).remove(0);
        let at = "/settings/institutions?q=zanzibarian+nickname";
        let mut robin = house.signed_in(ROBIN).await;
        assert!(!robin.get(at).await.body.contains(&known.name));
        let page = robin.get(&format!("/settings/institutions?q={}", known.name.replace(' ', "+"))).await;
        let names = format!("/settings/institutions/{}/names", known.id);
        assert!(page.body.contains(&names), "{}", page.body);
        let done = robin.post(&names, &page, &[("alias", "Zanzibarian Nickname")]).await;
        assert_eq!(done.status, 303, "{}", done.body);
        let page = robin.get(at).await;
        assert!(page.body.contains(&known.name) && page.body.contains("Zanzibarian Nickname"), "{}", page.body);

        let mut maya = house.signed_in(MAYA).await;
        let seen = maya.get(at).await;
        assert!(seen.body.contains("Zanzibarian Nickname") && !seen.body.contains("names/remove"), "{}", seen.body);
        assert_eq!(maya.post(&names, &seen, &[("alias", "Mine")]).await.status, 404);

        let gone = robin.post(&format!("{names}/remove?name=Zanzibarian+Nickname"), &page, &[]).await;
        assert_eq!(gone.status, 303);
        assert!(!robin.get(at).await.body.contains(&known.name));
    }
}

#[tokio::test]
async fn what_people_type_before_they_choose_is_learned_and_can_be_forgotten() {
    for house in houses().await {
        let _provider = Provider::beside(&house).await;
        let known = app::institutions::search(&house.app, "bank", 1).remove(0);
        for _ in 0..3 {
            app::institutions::learn(&house.app, "umpqualla", known.id).await.expect("learned");
        }
        app::institutions::rebuild(&house.app).await.expect("an index");
        let mut robin = house.signed_in(ROBIN).await;
        let page = robin.get("/settings/institutions?q=umpqualla").await;
        assert!(page.body.contains(&known.name) && page.body.contains("(learned)"), "{}", page.body);
        let gone = robin.post(&format!("/settings/institutions/{}/names/remove?name=umpqualla", known.id), &page, &[]).await;
        assert_eq!(gone.status, 303);
        assert!(!robin.get("/settings/institutions?q=umpqualla").await.body.contains("(learned)"));
    }
}
