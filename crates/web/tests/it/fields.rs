//! What a form does not ask for it does not take: every role adds the fields it would like to be true, and none becomes so.

use crate::it::family::{family, family_of};
use crate::it::house::{MAYA, houses, maya};
use crate::it::portal::{at, signed};
use model::permission::Role;
use model::portal::Preset;
use model::{FirmScope, HouseholdId};

const WISHES: [(&str, &str); 12] = [
    ("role", "administrator"),
    ("firm", "firm_00000000000000000000000000"),
    ("firm_id", "1"),
    ("member", "mem_00000000000000000000000000"),
    ("member_id", "1"),
    ("login", "user_00000000000000000000000000"),
    ("rights", "map.view map.print"),
    ("right", "balance-sheet.print"),
    ("set", "everything-print"),
    ("state", "accepted"),
    ("lead", "user_00000000000000000000000000"),
    ("enrolled_at", "1"),
];

async fn counts(house: &crate::it::house::House, scope: &FirmScope, own: HouseholdId, other: HouseholdId) -> String {
    let db = house.app.store().read(scope).await.expect("a look");
    let mut text = String::new();
    for id in [own, other] {
        text += &format!("{:?}", store::households::find(&db, id).await.expect("read"));
        text += &format!("{:?}", store::portal::of_household(&db, id).await.expect("read"));
    }
    text
}

// goal: G3
#[tokio::test]
async fn a_form_takes_what_it_asks_for_and_nothing_else() {
    for house in houses().await {
        let own = family(&house, 1, "Own", "Ada").await;
        let other = family_of(&house, &house.scope, 2, "Other", "Bo").await;
        let (login, mut ada) = signed(&house, &own, 1, Preset::Reader.rights()).await;
        let before = counts(&house, &house.scope, own.household, other.household).await;

        // A client who says what looks wrong wishes for more.
        let base = at(&own);
        let ask = ada.get(&format!("{base}/wrong?about=map")).await;
        let (id, household) = (ask.hidden("id"), other.household.to_string());
        let mut given =
            vec![("id", id.as_str()), ("about", "map"), ("kind", "wrong"), ("words", "Look here"), ("household", household.as_str())];
        given.extend(WISHES);
        assert_eq!(ada.post(&format!("{base}/wrong"), &ask, &given).await.location(), format!("{base}/told"));
        assert_eq!(counts(&house, &house.scope, own.household, other.household).await, before);
        let db = house.app.store().read(&house.scope).await.expect("a look");
        assert_eq!(store::policy::role(&db, login).await.expect("read"), Some(Role::Client));
        drop(db);

        // An adviser who saves their preferences wishes to be more.
        let mut adviser = house.signed_in(MAYA).await;
        let page = adviser.get("/preferences").await;
        let mut given = vec![("name", "Maya Castellanos"), ("theme", "dark"), ("zone", "")];
        given.extend(WISHES);
        assert_eq!(adviser.post("/preferences", &page, &given).await.status, 303);
        let db = house.app.store().read(&house.scope).await.expect("a look");
        assert_eq!(store::policy::role(&db, maya()).await.expect("read"), Some(Role::Adviser));
        drop(db);
        assert_eq!(adviser.post("/settings/statements", &page, &[("compliance", "x")]).await.status, 404, "that is an administrator's");
        assert_eq!(counts(&house, &house.scope, own.household, other.household).await, before);
    }
}
