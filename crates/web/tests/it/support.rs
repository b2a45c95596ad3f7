//! Support sees no client data, except one household for at most an hour while the firm allows it.

use crate::it::cast::{INES, NORA, colleague, nora};
use crate::it::family::{Family, by_hand, client, client_mail, family};
use crate::it::house::{House, MAYA, ROBIN, houses};
use model::Span;
use model::portal::Preset;

async fn let_in(house: &House, by: &str, f: &Family, minutes: &str, reason: &str) -> u16 {
    let mut browser = house.signed_in(by).await;
    let at = format!("{}/support", f.at());
    // Whoever may not has no form; a token of theirs is on every page.
    let (shown, form) = (browser.get(&at).await, browser.get("/preferences").await);
    let (id, nora) = (shown.hidden("id"), nora().to_string());
    let fields = [("id", id.as_str()), ("login", &nora), ("minutes", minutes), ("reason", reason)];
    let first = browser.post(&at, &form, &fields).await.status;
    assert_eq!(browser.post(&at, &form, &fields).await.status, first, "the same form again");
    first
}

#[tokio::test]
async fn support_reads_one_household_while_it_is_let_in_and_changes_nothing() {
    for house in houses().await {
        let f = family(&house, 91, "Okafor", "Ngozi").await;
        let other = family(&house, 92, "Abara", "Chidi").await;
        let account = by_hand(&house, &f, 1, "Brokerage", "5").await;
        client(&house, &f, 1, Preset::Reader.rights()).await;
        colleague(&house).await;
        let mut nora = house.signed_in(NORA).await;
        let portfolio = format!("{}/portfolio", f.at());
        assert_eq!(nora.get(&portfolio).await.status, 404, "nothing without leave");
        assert!(nora.get("/support").await.body.contains("Nobody lets you in"));

        assert_eq!(let_in(&house, INES, &f, "30", "A colleague").await, 409, "neither lead nor administrator");
        assert_eq!(let_in(&house, MAYA, &f, "61", "Too long").await, 422);
        assert_eq!(let_in(&house, MAYA, &f, "30", "  ").await, 422);
        assert_eq!(let_in(&house, MAYA, &f, "60", "Values look doubled").await, 303);
        let began = house.app.now();

        let page = nora.get(&portfolio).await;
        assert!(page.status == 200 && page.body.contains("You may look at Okafor until"), "{}", page.body);
        assert!(nora.get("/preferences").await.body.contains("You may look at Okafor until"), "on every page");
        assert!(nora.get("/support").await.body.contains(&portfolio));
        assert_eq!(nora.get(&format!("/accounts/{account}")).await.status, 200);
        // Read and nothing else; one household and no other.
        assert_eq!(nora.get(&format!("{}/portfolio", other.at())).await.status, 404);
        assert_eq!(nora.get("/households").await.status, 404);
        let form = nora.get("/preferences").await;
        for path in [format!("{}/change", f.at()), format!("/accounts/{account}/delete"), format!("{}/refresh", f.at())] {
            assert!(nora.post(&path, &form, &[]).await.status >= 400, "{path}");
        }
        assert_eq!(nora.get(&format!("{}/support", f.at())).await.status, 409, "nobody lets themselves in");

        // The team and the household's people see it, with the reason.
        let page = house.signed_in(MAYA).await.get(&format!("{}/members", f.at())).await;
        assert!(page.body.contains("Nora Vance of support may look at this household until"), "{}", page.body);
        let page = house.signed_in(&client_mail(1)).await.get(&format!("/portal/{}/looks", f.household)).await;
        assert!(page.body.contains("Nora Vance") && page.body.contains("Support, let in because: Values look doubled"), "{}", page.body);

        // To the very end of the hour and no longer.
        house.clock.set(began + Span::minutes(60) - Span::micros(1));
        let mut nora = house.signed_in(NORA).await;
        house.clock.set(began + Span::minutes(60) - Span::micros(1));
        assert_eq!(nora.get(&portfolio).await.status, 200);
        house.clock.set(began + Span::minutes(60));
        assert_eq!(nora.get(&portfolio).await.status, 404);
    }
}

#[tokio::test]
async fn leave_ends_at_once_by_hand_of_either_side() {
    for house in houses().await {
        let f = family(&house, 93, "Tanaka", "Kenji").await;
        colleague(&house).await;
        for (by, ends) in [(MAYA, ROBIN), (ROBIN, NORA)] {
            assert_eq!(let_in(&house, by, &f, "15", "A look at the import").await, 303);
            let mut nora = house.signed_in(NORA).await;
            let page = nora.get(&format!("{}/portfolio", f.at())).await;
            let end = page.between("<form action=\"/support/", "\"").to_owned();
            assert_eq!(page.status, 200);
            let mut stranger = house.signed_in(INES).await;
            let form = stranger.get("/preferences").await;
            assert_eq!(stranger.post(&format!("/support/{end}"), &form, &[]).await.status, 409);
            let mut hand = house.signed_in(ends).await;
            let form = hand.get("/preferences").await;
            assert_eq!(hand.post(&format!("/support/{end}"), &form, &[]).await.status, 303);
            assert_eq!(nora.get(&format!("{}/portfolio", f.at())).await.status, 404, "at once");
        }
    }
}
