//! Somebody leaves the firm: everything of theirs is handed over at once, and nothing is left without a lead.

use crate::it::cast::{INES, colleague, ines};
use crate::it::family::{family, scope};
use crate::it::house::{House, MAYA, ROBIN, houses, maya, robin};
use app::households::Change;
use model::permission::TeamRole;
use model::{Actor, FirmScope, HouseholdId};
use store::households::Household;

async fn household(house: &House, id: HouseholdId) -> Household {
    let db = house.app.store().read(&scope(house)).await.unwrap();
    store::households::find(&db, id).await.unwrap().unwrap()
}

#[tokio::test]
async fn one_act_gives_everything_to_others_and_ends_the_access() {
    for house in houses().await {
        let (one, two, three) = (
            family(&house, 95, "Okafor", "Ngozi").await,
            family(&house, 96, "Abara", "Chidi").await,
            family(&house, 97, "Tanaka", "Kenji").await,
        );
        colleague(&house).await;
        let change = Change {
            name: "Tanaka".into(),
            lead: ines(),
            team: vec![(maya(), TeamRole::Delegate), (robin(), TeamRole::SubAdviser)],
            private: true,
            next_review: None,
        };
        app::households::change(&house.app, &scope(&house), three.household, &change).await.unwrap();
        let (mut robin_at, mut maya_at) = (house.signed_in(ROBIN).await, house.signed_in(MAYA).await);
        let leave = format!("/settings/staff/{}/leave", maya());
        assert_eq!(maya_at.get(&leave).await.status, 404, "administrators alone");
        // Ending the access alone would leave households without a lead.
        let form = robin_at.get("/settings/staff").await;
        assert!(form.body.contains(&leave), "the way there");
        assert_eq!(robin_at.post(&format!("/settings/staff/{}/end", maya()), &form, &[]).await.status, 409);
        let page = robin_at.get(&leave).await;
        assert!(page.body.contains("Okafor") && page.body.contains("They leave the teams of Tanaka"), "{}", page.body);
        assert!(!page.body.contains(&format!("<option value=\"{}\"", maya())), "nobody succeeds themselves");

        let no = robin_at.post(&leave, &page, &[]).await;
        assert!(no.status == 422 && no.body.contains("Choose who leads from now on: Abara, Okafor"), "{}", no.body);
        let (r, i, m) = (robin().to_string(), ines().to_string(), maya().to_string());
        let own = format!("hh_{}", two.household);
        assert_eq!(robin_at.post(&leave, &page, &[("all", &m)]).await.status, 422, "not to the one who leaves");
        assert_eq!(household(&house, one.household).await.lead, maya(), "nothing was done by halves");
        assert_eq!(maya_at.get("/households").await.status, 200);

        assert_eq!(robin_at.post(&leave, &page, &[("all", &r), (&own, &i)]).await.status, 303);
        assert_eq!(household(&house, one.household).await.lead, robin());
        assert_eq!(household(&house, two.household).await.lead, ines());
        let third = household(&house, three.household).await;
        assert_eq!((third.lead, third.team.as_slice()), (ines(), [(robin(), TeamRole::SubAdviser)].as_slice()));
        assert_eq!(maya_at.get("/households").await.status, 303, "every session has ended");
        assert!(robin_at.get("/settings/staff").await.body.contains("Access has ended"));
        // Nobody gives them anything behind that.
        let change = Change { name: "Okafor".into(), lead: maya(), team: Vec::new(), private: false, next_review: None };
        let administrator = FirmScope::new(house.scope.firm(), Actor::User(robin()));
        assert!(app::households::change(&house.app, &administrator, one.household, &change).await.is_err());
        let mut ines_at = house.signed_in(INES).await;
        assert_eq!(ines_at.get(&format!("{}/portfolio", three.at())).await.status, 200);
        let own = format!("/settings/staff/{}/leave", robin());
        assert_eq!(robin_at.get(&own).await.status, 409, "another administrator does it for them");
    }
}
