//! Passkeys and printed codes, through the pages, with an authenticator in software.

use crate::it::authenticator::{Authenticator, add, begin, sign_in};
use crate::it::browser::Browser;
use crate::it::family::{client, client_mail, family};
use crate::it::house::{House, MAYA, PASSWORD, houses};
use model::Span;
use model::portal::Rights;

/// The house by its name: an address that is a number has no passkeys.
fn named(house: &House) -> String {
    let origin = format!("http://localhost:{}", house.at.port());
    house.app.set_public_url(origin.parse().expect("an address"));
    origin
}

// proves: P30
// goal: G9
#[tokio::test]
async fn staff_and_clients_sign_in_at_one_page_with_one_button() {
    for house in houses().await {
        let origin = named(&house);
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        client(&house, &f, 1, Rights::ALL).await;
        for (email, home) in [(MAYA.to_owned(), "/"), (client_mail(1), "/portal")] {
            let mut browser = house.browser();
            assert_eq!(house.sign_in(&mut browser, &email).await.status, 303);
            let mut key = Authenticator::new(&origin);
            let added = add(&mut browser, &mut key).await;
            assert_eq!((added.status, added.location()), (303, "/security"), "{}", added.body);
            assert!(browser.get("/security").await.body.contains("Laptop"));
            let mut other = house.browser();
            let page = other.get("/sign-in").await;
            assert!(page.body.contains("Sign in with a passkey") && page.body.contains("autocomplete=\"username webauthn\""));
            let done = sign_in(&mut other, &mut key).await;
            assert_eq!((done.status, done.location()), (303, "/"), "{}", done.body);
            let first = other.get("/").await;
            assert!(first.location() == home || (first.status == 200 && home == "/"), "{} {}", first.status, first.location());
            let again = sign_in(&mut house.browser(), &mut key).await;
            assert_eq!(again.status, 303, "the counter goes on");
        }
    }
}

// goal: G9
#[tokio::test]
async fn an_answer_is_good_once_for_five_minutes_from_this_site_and_from_a_finger() {
    for house in houses().await {
        let origin = named(&house);
        let mut maya = house.signed_in(MAYA).await;
        let mut key = Authenticator::new(&origin);
        assert_eq!(add(&mut maya, &mut key).await.status, 303);
        // Thirty-two browsers hold the same answer.
        let mut thief = house.browser();
        let page = thief.get("/sign-in").await;
        let (ceremony, options) = begin(&mut thief, &page, "/sign-in/passkey/begin").await;
        let answer = key.get(&options);
        let mut tasks = Vec::new();
        for _ in 0..32 {
            let mut browser = Browser::at(house.at);
            browser.cookies = thief.cookies.clone();
            let (csrf, ceremony, answer) = (page.hidden("csrf"), ceremony.clone(), answer.clone());
            tasks.push(tokio::spawn(async move {
                browser.post_bare("/sign-in/passkey", &[("csrf", &csrf), ("ceremony", &ceremony), ("answer", &answer)]).await.status
            }));
        }
        let mut winners = 0;
        for task in tasks {
            match task.await.expect("an answer") {
                303 => winners += 1,
                422 | 429 => {}
                other => panic!("{other}"),
            }
        }
        assert_eq!(winners, 1);
        house.clock.advance(Span::minutes(11));
        // Too late, from elsewhere, without a finger, by a copy of the key: the same answer each time.
        let mut late = house.browser();
        let page = late.get("/sign-in").await;
        let (ceremony, options) = begin(&mut late, &page, "/sign-in/passkey/begin").await;
        let answer = key.get(&options);
        house.clock.advance(Span::minutes(5));
        assert_eq!(late.post("/sign-in/passkey", &page, &[("ceremony", &ceremony), ("answer", &answer)]).await.status, 422);
        // A clock that is set back revives nothing that was answered.
        house.clock.advance(Span::minutes(-5));
        assert_eq!(late.post("/sign-in/passkey", &page, &[("ceremony", &ceremony), ("answer", &answer)]).await.status, 422);
        key.origin = "http://evil.example".into();
        assert_eq!(sign_in(&mut house.browser(), &mut key).await.status, 422);
        key.origin = origin;
        key.verifies = false;
        assert_eq!(sign_in(&mut house.browser(), &mut key).await.status, 422);
        key.verifies = true;
        key.counter = 0;
        assert_eq!(sign_in(&mut house.browser(), &mut key).await.status, 422, "a copy counts behind");
        key.counter = 100;
        assert_eq!(sign_in(&mut house.browser(), &mut key).await.status, 303);
    }
}

#[tokio::test]
async fn an_address_that_is_a_number_offers_the_other_way_in() {
    for house in houses().await {
        let mut maya = house.signed_in(MAYA).await;
        assert!(maya.get("/security").await.body.contains("passkeys need a name"));
        assert!(!house.browser().get("/sign-in").await.body.contains("Sign in with a passkey"));
    }
}

#[tokio::test]
async fn the_last_way_in_is_never_removed_and_a_removed_passkey_opens_nothing() {
    for house in houses().await {
        let origin = named(&house);
        let mut maya = house.signed_in(MAYA).await;
        let mut key = Authenticator::new(&origin);
        assert_eq!(add(&mut maya, &mut key).await.status, 303);
        let page = maya.get("/security").await;
        let remove =
            format!("/security/passkeys/{}/remove", page.between("/security/passkeys/", "/name").rsplit('/').next().expect("an id"));
        let remove = if remove.contains("key_") { remove } else { panic!("{remove}") };
        let page = maya.get("/security").await;
        assert_eq!(maya.post(&remove, &page, &[]).await.status, 303, "password and app are left");
        assert_eq!(sign_in(&mut house.browser(), &mut key).await.status, 422);
        // Nobody else's passkey is removed by its id.
        let mut second = Authenticator::new(&origin);
        assert_eq!(add(&mut maya, &mut second).await.status, 303);
        let mut robin = house.signed_in(crate::it::house::ROBIN).await;
        let page = robin.get("/security").await;
        assert_eq!(robin.post(&remove, &page, &[]).await.status, 404);
        // Without a password the passkey is all there is.
        let tx = house.app.store().begin(&crate::it::family::scope(&house)).await.unwrap();
        store::logins::replace_proofs(&tx, crate::it::house::maya(), None, None, house.app.now()).await.unwrap();
        tx.commit().await.unwrap();
        let page = maya.get("/security").await;
        let id = page
            .body
            .split("/security/passkeys/")
            .filter_map(|p| p.split('/').next())
            .find(|p| p.starts_with("key_"))
            .expect("an id")
            .to_owned();
        let no = maya.post(&format!("/security/passkeys/{id}/remove"), &page, &[]).await;
        assert!(no.status == 409 && no.body.contains("only way in"), "{}", no.body);
        assert_eq!(sign_in(&mut house.browser(), &mut second).await.status, 303);
    }
}

#[tokio::test]
async fn a_printed_code_stands_for_the_app_once_and_new_ones_end_the_old() {
    for house in houses().await {
        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get("/security").await;
        let made = maya.post("/security/codes", &page, &[]).await;
        let codes: Vec<String> = made.body.split("<li><code>").skip(1).filter_map(|c| c.split('<').next()).map(str::to_owned).collect();
        assert_eq!(codes.len(), 10, "{}", made.body);
        assert!(codes.iter().all(|c| c.replace('-', "").len() == 26), "130 bits each");
        for (code, status) in [(&codes[0], 303), (&codes[0], 422), (&codes[1], 303)] {
            let mut phone = house.browser();
            let page = phone.get("/sign-in").await;
            let half = phone.post("/sign-in", &page, &[("email", MAYA), ("password", PASSWORD)]).await;
            let page = phone.follow(&half).await;
            let done = phone.post("/sign-in/code", &page, &[("code", ""), ("printed", &code.to_lowercase())]).await;
            assert_eq!(done.status, status, "{}", done.body);
        }
        let page = maya.get("/security").await;
        assert!(page.body.contains("8 left"), "{}", page.body);
        maya.post("/security/codes", &page, &[]).await;
        let mut phone = house.browser();
        let page = phone.get("/sign-in").await;
        let half = phone.post("/sign-in", &page, &[("email", MAYA), ("password", PASSWORD)]).await;
        let page = phone.follow(&half).await;
        assert_eq!(phone.post("/sign-in/code", &page, &[("printed", &codes[2])]).await.status, 422);
    }
}
