//! Who looked: noted for every page, once an hour, with the reason; shown to the household's people and to its team.

use crate::it::cast::{INES, colleague};
use crate::it::family::{client, client_mail, family, fed, scope};
use crate::it::house::{House, MAYA, ROBIN, houses};
use model::portal::Preset;
use model::{ConnectionState, HouseholdId, Span, Time};
use store::portal::Look;

async fn looks(house: &House, household: HouseholdId) -> Vec<(String, String, String)> {
    let db = house.app.store().read(&scope(house)).await.unwrap();
    let found = store::portal::looks(&db, household, Time(i64::MAX / 2), 100).await.unwrap();
    found.into_iter().map(|Look { name, page, why, .. }| (name, page, why)).collect()
}

// goal: G27 who looked at whose data is known
#[tokio::test]
async fn every_look_is_noted_once_an_hour_with_the_reason() {
    for house in houses().await {
        let f = family(&house, 81, "Okafor", "Ngozi").await;
        let other = family(&house, 82, "Abara", "Chidi").await;
        let (_, account) = fed(&house, &f, 35, ConnectionState::Healthy).await;
        client(&house, &f, 1, Preset::Everything.rights()).await;
        colleague(&house).await;
        // All in one hour.
        let hour = Time::from_seconds(house.app.now().as_seconds().div_euclid(3600) * 3600 + 3600);
        house.clock.set(hour);
        let (mut maya, mut robin, mut ines, mut ngozi) = (
            house.signed_in(MAYA).await,
            house.signed_in(ROBIN).await,
            house.signed_in(INES).await,
            house.signed_in(&client_mail(1)).await,
        );
        let portfolio = format!("{}/portfolio", f.at());
        let page = |route: &str, name: &str, why: &str| (name.to_owned(), route.to_owned(), why.to_owned());
        maya.more = vec![("x-fragment".into(), "sums".into())];
        assert_eq!(maya.get(&portfolio).await.status, 200);
        maya.more.clear();
        for _ in 0..3 {
            assert_eq!(maya.get(&portfolio).await.status, 200);
        }
        assert_eq!(looks(&house, f.household).await, [page("/households/{household}/portfolio", "Maya Castellanos", "lead")]);
        maya.get(&format!("/accounts/{account}")).await;
        robin.get(&portfolio).await;
        ines.get(&portfolio).await;
        // What was refused was not looked at.
        assert_eq!(ines.get(&format!("{}/looks", f.at())).await.status, 409);
        assert_eq!(ines.get(&format!("{}/change", f.at())).await.status, 409);
        assert_eq!(ngozi.get(&format!("/portal/{}/looks", other.household)).await.status, 404);
        let all = looks(&house, f.household).await;
        assert!(all.contains(&page("/accounts/{account}", "Maya Castellanos", "lead")), "{all:?}");
        assert!(all.contains(&page("/households/{household}/portfolio", "Robin Finch", "administrator")), "{all:?}");
        assert!(all.contains(&page("/households/{household}/portfolio", "Ines Moreau", "colleague")), "{all:?}");
        assert_eq!((all.len(), looks(&house, other.household).await.len()), (4, 0));
        house.clock.set(hour + Span::minutes(59));
        maya.get(&portfolio).await;
        assert_eq!(looks(&house, f.household).await.len(), 4);
        house.clock.advance(Span::minutes(1));
        maya.get(&portfolio).await;
        assert_eq!(looks(&house, f.household).await.len(), 5, "the next hour is another line");
    }
}

#[tokio::test]
async fn the_households_people_and_its_team_read_who_looked() {
    for house in houses().await {
        let f = family(&house, 83, "Tanaka", "Kenji").await;
        client(&house, &f, 1, Preset::Reader.rights()).await;
        let (mut maya, mut robin) = (house.signed_in(MAYA).await, house.signed_in(ROBIN).await);
        maya.get(&format!("{}/portfolio", f.at())).await;
        robin.get(&format!("{}/members", f.at())).await;
        let mut kenji = house.signed_in(&client_mail(1)).await;
        let page = kenji.get(&format!("/portal/{}/looks", f.household)).await;
        for part in
            ["Who looked", "Today", "Maya Castellanos", "Portfolio", "Your lead adviser", "Robin Finch", "Administrator of the firm"]
        {
            assert!(page.body.contains(part), "{part}: {}", page.body);
        }
        let page = maya.get(&format!("{}/looks", f.at())).await;
        assert!(page.body.contains("Kenji Tanaka") && page.body.contains("Has access to the portal"), "{}", page.body);
        assert!(maya.get(&format!("{}/members", f.at())).await.body.contains("/looks\">Who looked</a>"));
        for odd in ["before=x", "before=-1", "before=99999999999999999999", "before=0"] {
            assert_eq!(maya.get(&format!("{}/looks?{odd}", f.at())).await.status, 200, "{odd}");
        }
    }
}

#[tokio::test]
async fn lists_are_looks_at_the_households_that_they_name() {
    for house in houses().await {
        let f = family(&house, 84, "Vance", "Eleanor").await;
        let other = family(&house, 85, "Brandt", "Lotte").await;
        let mut maya = house.signed_in(MAYA).await;
        assert!(maya.get("/households?q=vance").await.body.contains("Vance"));
        assert_eq!(looks(&house, f.household).await, [("Maya Castellanos".into(), "/households".into(), "lead".into())]);
        assert!(looks(&house, other.household).await.is_empty(), "not on the page");
    }
}
