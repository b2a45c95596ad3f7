//! Staff and the firm's settings.

use crate::it::browser::Page;
use crate::it::house::{self, House, MAYA, ROBIN, empty, houses};
use model::permission::Role;
use model::plan::Plan;
use model::{Actor, FirmScope, Span, UserId};

const NEW: &str = "tom@alderfinch.example";
const CHOSEN: &str = "eleven quiet rivers in may";

fn code_of(page: &Page) -> String {
    page.between("/welcome#", "<").to_owned()
}

#[tokio::test]
async fn a_new_adviser_is_invited_enrols_with_both_factors_and_the_invitation_is_spent() {
    for house in houses().await {
        let mut robin = house.signed_in(ROBIN).await;
        let page = robin.get("/settings/staff").await;
        let fields = [("id", page.hidden("id")), ("name", "Tom Iverson".into()), ("email", NEW.into()), ("role", "adviser".into())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let first = robin.post("/settings/staff", &page, &fields).await;
        let second = robin.post("/settings/staff", &page, &fields).await;
        assert_eq!(
            second.body.matches("Tom Iverson").count(),
            first.body.matches("Tom Iverson").count(),
            "the form sent twice adds one person"
        );
        let mut tom = house.browser();
        let door = tom.get("/welcome").await;
        let replaced = tom.post("/welcome", &door, &[("code", &code_of(&first))]).await;
        assert!(replaced.status == 422 && replaced.body.contains("doesn’t work"));
        let code = code_of(&second);
        let page = tom.post("/welcome", &door, &[("code", &code.to_lowercase())]).await;
        assert!(page.body.contains("Welcome, Tom Iverson"), "{}", page.body);
        for (poor, why) in [("short", "at least 15"), ("alderfinch tomiverson", "easy to guess")] {
            let no = tom.post("/welcome/password", &page, &[("code", &code), ("password", poor)]).await;
            assert!(no.status == 422 && no.body.contains(why), "{}", no.body);
        }
        let page = tom.post("/welcome/password", &page, &[("code", &code), ("password", CHOSEN)]).await;
        let secret = page.between("id=\"totp\" tabindex=\"0\">", "<").replace(' ', "");
        assert_eq!(secret.len(), 32, "{}", page.body);
        let no = tom.post("/welcome/factor", &page, &[("code", &code), ("factor", "123")]).await;
        assert!(no.status == 422 && no.body.contains(&secret[..4]));
        let factor = app::factors::code_at(&secret, house.app.now()).expect("a code");
        let done = tom.post("/welcome/factor", &page, &[("code", &code), ("factor", &factor)]).await;
        assert_eq!((done.status, done.location()), (303, "/"), "{}", done.body);
        assert_eq!(tom.get("/preferences").await.status, 200);
        let mut late = house.browser();
        let door = late.get("/welcome").await;
        assert_eq!(late.post("/welcome", &door, &[("code", &code)]).await.status, 422, "spent");
        let mut again = house.browser();
        let page = again.get("/sign-in").await;
        let half = again.post("/sign-in", &page, &[("email", NEW), ("password", CHOSEN)]).await;
        assert_eq!(half.status, 303);
        let page = again.follow(&half).await;
        assert_eq!(again.post("/sign-in/code", &page, &[("code", &factor)]).await.status, 422, "the code that enrolled is used up");
    }
}

#[tokio::test]
async fn an_invitation_runs_out_after_a_week() {
    for house in houses().await {
        let mut robin = house.signed_in(ROBIN).await;
        let page = robin.get("/settings/staff").await;
        let id = page.hidden("id");
        let made = robin.post("/settings/staff", &page, &[("id", &id), ("name", "Tom"), ("email", NEW), ("role", "adviser")]).await;
        let mut tom = house.browser();
        let door = tom.get("/welcome").await;
        house.clock.advance(Span::days(7));
        assert_eq!(tom.post("/welcome", &door, &[("code", &code_of(&made))]).await.status, 422);
    }
}

#[tokio::test]
async fn whoever_leaves_is_out_at_once_and_can_come_back() {
    for house in houses().await {
        let mut robin = house.signed_in(ROBIN).await;
        let mut maya = house.signed_in(MAYA).await;
        let page = robin.get("/settings/staff").await;
        let manage = format!("/settings/staff/{}", house::maya());
        assert_eq!(robin.post(&format!("{manage}/end"), &page, &[]).await.status, 303);
        assert_eq!(maya.get("/preferences").await.status, 303);
        let page = maya.get("/sign-in").await;
        assert_eq!(maya.post("/sign-in", &page, &[("email", MAYA), ("password", crate::it::house::PASSWORD)]).await.status, 422);
        let page = robin.get("/settings/staff").await;
        assert_eq!(robin.post(&format!("{manage}/restore"), &page, &[]).await.status, 303);
        house.signed_in(MAYA).await;
        let own = format!("/settings/staff/{}/end", house::robin());
        let page = robin.get("/settings/staff").await;
        assert_eq!(robin.post(&own, &page, &[]).await.status, 409, "nobody locks themselves out");
    }
}

// goal: G4
#[tokio::test]
async fn an_administrator_changes_what_somebody_is_and_they_sign_in_again() {
    for house in houses().await {
        let mut robin = house.signed_in(ROBIN).await;
        let mut maya = house.signed_in(MAYA).await;
        let page = robin.get("/settings/staff").await;
        assert!(page.body.contains("Make Administrator") && page.body.contains("Make Support"), "{}", page.body);
        let of = |who: model::UserId| format!("/settings/staff/{who}/role");
        let (hers, own) = (of(house::maya()), of(house::robin()));
        assert_eq!(robin.post(&own, &page, &[("role", "adviser")]).await.status, 409, "nobody takes their own place away");
        assert!(matches!(robin.post(&hers, &page, &[("role", "client")]).await.status, 400 | 422));
        assert_eq!(maya.get("/settings/staff").await.status, 200);
        let done = robin.post(&hers, &page, &[("role", "administrator")]).await;
        assert_eq!(done.status, 303, "{}", done.body);
        assert_eq!(maya.get("/settings/staff").await.status, 303, "what she was is gone at once");
        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get("/settings/staff").await;
        assert!(page.body.contains("Make an invitation"), "{}", page.body);
        // She leads a household now: support would see no client data.
        let _f = crate::it::family::family(&house, 1, "Okafor", "Ngozi").await;
        let page = robin.get("/settings/staff").await;
        let no = robin.post(&hers, &page, &[("role", "support")]).await;
        assert!(no.status == 409 && no.body.contains("Hand the households over first"), "{}", no.body);
        house.clock.advance(Span::minutes(6));
        let asked = robin.post(&hers, &page, &[("role", "adviser")]).await;
        assert!(asked.status == 403 && asked.body.contains("Confirm that it is you"), "{}", asked.body);
    }
}

/// What an administrator does to another; false when they may not any more.
async fn ends(house: &House, by: UserId, other: UserId, how: &str) -> bool {
    let scope = FirmScope::new(house.scope.firm(), Actor::User(by));
    let done = match how {
        "role" => app::staff::set_role(&house.app, &scope, other, Role::Adviser).await,
        "end" => app::staff::set_disabled(&house.app, &scope, other, true).await,
        _ => app::handover::leave(&house.app, &scope, other, &app::handover::Plan::default()).await.map(|_| ()),
    };
    match done {
        Ok(()) => true,
        Err(app::Error::NotFound) => false,
        Err(e) => panic!("{how}: {e}"),
    }
}

// goal: G4
#[tokio::test]
async fn of_two_administrators_who_end_each_other_at_once_one_is_left() {
    for house in houses().await {
        for (one, two) in [("role", "role"), ("end", "end"), ("leave", "leave"), ("role", "end"), ("end", "leave"), ("leave", "role")] {
            let tx = house.app.store().begin(&house.scope).await.unwrap();
            for who in [house::robin(), house::maya()] {
                store::logins::set_role(&tx, who, Role::Administrator).await.unwrap();
                store::logins::set_disabled(&tx, who, None).await.unwrap();
            }
            tx.commit().await.unwrap();
            let (first, second) =
                tokio::join!(ends(&house, house::robin(), house::maya(), one), ends(&house, house::maya(), house::robin(), two));
            assert!(first != second, "{one} and {two}: {first} {second}");
            let db = house.app.store().read(&house.scope).await.unwrap();
            let left = store::policy::staff(&db).await.unwrap().into_iter().filter(|s| s.active && s.role == Role::Administrator);
            assert_eq!(left.map(|s| s.id).collect::<Vec<_>>(), [if first { house::robin() } else { house::maya() }], "{one} and {two}");
        }
    }
}

#[tokio::test]
async fn whoever_has_set_up_their_sign_in_is_not_invited_anew_by_one_person_alone() {
    for house in houses().await {
        let mut robin = house.signed_in(ROBIN).await;
        let mut maya = house.signed_in(MAYA).await;
        let page = robin.get("/settings/staff").await;
        let no = robin.post(&format!("/settings/staff/{}/reset", house::maya()), &page, &[]).await;
        assert!(no.status == 409 && no.body.contains("second administrator"), "{}", no.body);
        assert_eq!(maya.get("/preferences").await.status, 200, "nothing ended");
        let id = page.hidden("id");
        robin.post("/settings/staff", &page, &[("id", &id), ("name", "Tom"), ("email", NEW), ("role", "adviser")]).await;
        let anew = robin.post(&format!("/settings/staff/{id}/reset"), &page, &[]).await;
        assert!(!code_of(&anew).is_empty(), "an invitation that nobody used is made anew: {}", anew.body);
    }
}

#[tokio::test]
async fn only_administrators_change_the_firm() {
    for house in houses().await {
        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get("/settings").await;
        assert!(page.status == 200 && page.body.contains("Only administrators change these"));
        for path in ["/settings", "/settings/staff", "/settings/mail"] {
            assert_eq!(maya.post(path, &page, &[("name", "Mine now")]).await.status, 404, "{path}");
        }
        let mut robin = house.signed_in(ROBIN).await;
        let page = robin.get("/settings").await;
        let no = robin.post("/settings", &page, &[("name", ""), ("zone", "Mars/Base"), ("support_email", "nobody")]).await;
        assert_eq!(no.status, 422);
        for part in ["Enter the firm’s name", "Choose a time zone", "Enter an e-mail address"] {
            assert!(no.body.contains(part), "{part} {}", no.body);
        }
        let fields = [
            ("name", "Alder, Finch & Co"),
            ("zone", "America/Denver"),
            ("support_email", "help@alderfinch.example"),
            ("support_phone", "555-0142"),
        ];
        let done = robin.post("/settings", &page, &fields).await;
        let page = robin.follow(&done).await;
        assert!(page.body.contains("The firm’s settings are saved.") && page.body.contains("Alder, Finch &#38; Co"), "{}", page.body);
        assert!(!robin.get("/settings").await.body.contains("settings are saved"), "said once");
        assert!(house.browser().get("/sign-in").await.body.contains("555-0142"));
    }
}

// proves: N1 N2
#[tokio::test]
async fn the_plan_says_what_it_includes() {
    for (plan, says) in [
        (Plan::Complete, "Complete, with Asset Sync"),
        (Plan::Heritage, "no longer offered, kept for your firm), with Asset Sync"),
        (Plan::Essentials, "Essentials. Asset Sync is not in your plan"),
    ] {
        for house in empty().await {
            house.fill(plan).await;
            let page = house.signed_in(ROBIN).await.get("/settings").await;
            assert!(page.body.contains(says), "{}", page.body);
        }
    }
}
