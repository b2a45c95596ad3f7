//! The search over everything: found however it is spelled, and never what one may not see.

use crate::it::cast::{INES, NORA, colleague, second_firm, tom};
use crate::it::family::{family, family_of, fed, scope};
use crate::it::house::{House, MAYA, ROBIN, houses};
use app::households::Change;
use model::{ConnectionState, FirmScope, HouseholdId};

async fn make_private(house: &House, scope: &FirmScope, id: HouseholdId, name: &str) {
    let team = Vec::new();
    let change = Change { name: name.into(), next_review: None, lead: crate::it::house::maya(), team, private: true };
    app::households::change(&house.app, scope, id, &change).await.expect("changed");
}

// proves: N9
#[tokio::test]
async fn households_people_and_institutions_are_found_by_whoever_may_see_them() {
    for house in houses().await {
        let open = family(&house, 1, "Delacroix", "Amélie").await;
        let closed = family(&house, 2, "Söderlund", "Åke").await;
        fed(&house, &open, 11, ConnectionState::Healthy).await;
        fed(&house, &closed, 12, ConnectionState::Healthy).await;
        make_private(&house, &scope(&house), closed.household, "Söderlund").await;
        colleague(&house).await;
        second_firm(&house).await;
        let other = family_of(&house, &tom(), 3, "Delacroix-Stone", "Amélie").await;

        let mut maya = house.signed_in(MAYA).await;
        for q in ["am%C3%A9lie", "AMELIE", "delacr", "amelie+delacroix"] {
            let page = maya.get(&format!("/search?q={q}")).await;
            assert!(page.body.contains(&format!("{}/members", open.at())), "{q}: {}", page.body);
            assert!(!page.body.contains(&other.household.to_string()) && !page.body.contains("Stone"), "another firm’s");
        }
        for q in ["soderlund", "s%C3%B6der", "ake"] {
            assert!(maya.get(&format!("/search?q={q}")).await.body.contains(&closed.at()), "{q}");
            assert!(house.signed_in(ROBIN).await.get(&format!("/search?q={q}")).await.body.contains(&closed.at()), "administrators see it");
        }
        let place = maya.get("/search?q=LARCHMONT").await;
        assert!(place.body.contains("Larchmont Workplace") && place.body.contains("2 connections in 2 households"), "{}", place.body);
        let href = place.between("href=\"/connections?", "\"").replace("&#38;", "&");
        let there = maya.get(&format!("/connections?{href}")).await;
        assert!(there.body.contains("Connections at Larchmont Workplace") && there.body.contains("Delacroix"), "{}", there.body);
        assert!(!maya.get("/connections?show=all&at=Elsewhere").await.body.contains("Delacroix"));

        // On no team: the private household does not exist, nor does its sign-in count.
        let mut ines = house.signed_in(INES).await;
        let page = ines.get("/search?q=soderlund").await;
        assert!(page.body.contains("Nothing matches “soderlund”") && !page.body.contains(&closed.at()), "{}", page.body);
        assert!(!ines.get("/search?q=ake").await.body.contains(&closed.at()));
        assert!(ines.get("/search?q=larchmont").await.body.contains("1 connection in 1 household"));
        // Support finds nothing at all.
        let mut nora = house.signed_in(NORA).await;
        for q in ["delacroix", "amelie", "larchmont"] {
            let page = nora.get(&format!("/search?q={q}")).await;
            assert!(page.status == 200 && page.body.contains("Nothing matches"), "{q}: {}", page.body);
        }
    }
}

#[tokio::test]
async fn the_same_lines_come_as_they_are_typed_and_odd_words_do_no_harm() {
    for house in houses().await {
        for n in 0..8u8 {
            family(&house, 10 + n, &format!("Brandt {n}"), "Lotte").await;
        }
        let mut maya = house.signed_in(MAYA).await;
        let whole = maya.get("/search?q=brandt").await;
        assert!(whole.body.contains("<html") && whole.body.matches("class=\"hit\"").count() >= 16, "{}", whole.body);
        maya.more.push(("x-fragment".into(), "hits".into()));
        let typed = maya.get("/search?q=brandt").await;
        assert!(!typed.body.contains("<html") && typed.body.contains("id=\"hits\""), "{}", typed.body);
        assert_eq!(typed.body.matches("/households/hh_").count(), 10, "five of each kind: {}", typed.body);
        assert!(typed.body.contains("href=\"/households?q=brandt\""), "and where all of them are");
        maya.more.clear();
        for q in ["", "%25", "_", "%00", "%3Cscript%3E", "'%20OR%201=1--", &"x".repeat(4000)] {
            let page = maya.get(&format!("/search?q={q}")).await;
            assert!(page.status == 200 && !page.body.contains("<script>alert") && !page.body.contains("Brandt"), "{q}");
        }
    }
}
