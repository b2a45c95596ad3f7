//! Sessions: listed, ended, stepped up; a role that is taken away, a clock that is set back, the way back after signing out.

use crate::it::authenticator::{Authenticator, add};
use crate::it::browser::Browser;
use crate::it::family::{client, client_mail, family};
use crate::it::house::{House, MAYA, PASSWORD, ROBIN, houses, maya};
use model::Span;
use model::portal::Rights;

const NEW: [(&str, &str); 3] = [("name", "Tom Iverson"), ("email", "tom@alderfinch.example"), ("role", "adviser")];

// goal: G13
#[tokio::test]
async fn a_dangerous_act_asks_for_a_code_again_and_goes_on_with_what_was_typed() {
    for house in houses().await {
        let mut robin = house.signed_in(ROBIN).await;
        let page = robin.get("/settings/staff").await;
        let id = page.hidden("id");
        house.clock.advance(Span::minutes(5));
        let fields: Vec<(&str, &str)> = NEW.into_iter().chain([("id", id.as_str())]).collect();
        let asked = robin.post("/settings/staff", &page, &fields).await;
        assert!(asked.status == 403 && asked.body.contains("Confirm that it is you"), "{}", asked.body);
        assert!(asked.body.contains("Tom Iverson") && asked.body.contains("action=\"/settings/staff\""), "what was typed is kept");
        let wrong: Vec<(&str, &str)> = fields.iter().copied().chain([("confirm_code", "000000")]).collect();
        let asked = robin.post("/settings/staff", &asked, &wrong).await;
        assert!(asked.status == 403 && asked.body.contains("doesn’t fit"), "{}", asked.body);
        let before = robin.cookies["sid"].clone();
        let code = house.code();
        let right: Vec<(&str, &str)> = fields.iter().copied().chain([("confirm_code", code.as_str())]).collect();
        let done = robin.post("/settings/staff", &asked, &right).await;
        assert!(done.status == 200 && done.body.contains("/welcome#"), "{}", done.body);
        assert_ne!(robin.cookies["sid"], before, "the session goes on under another value");
        let mut old = house.browser();
        old.cookies.insert("sid".into(), before);
        assert_eq!(old.get("/settings/staff").await.status, 303);
        // The page that came of it works, and for five minutes nothing is asked again.
        assert_eq!(robin.post("/settings/staff", &done, &fields).await.status, 200);
        let reused: Vec<(&str, &str)> = fields.iter().copied().chain([("confirm_code", code.as_str())]).collect();
        house.clock.advance(Span::minutes(5));
        let page = robin.get("/settings/staff").await;
        assert_eq!(robin.post("/settings/staff", &page, &reused).await.status, 403, "a code is good once");
    }
}

// goal: G13
#[tokio::test]
async fn ending_a_connection_asks_for_a_code_before_it_is_asked_and_before_it_is_done() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (id, _) = crate::it::family::fed(&house, &f, 5, model::ConnectionState::Healthy).await;
        let path = format!("/connections/{id}/disconnect");
        let removal = async || {
            let db = house.app.store().read(&house.scope).await.unwrap();
            store::connections::find(&db, id).await.unwrap().unwrap().removal
        };
        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get(&path).await;
        house.clock.advance(Span::minutes(5));
        let asked = maya.get(&path).await;
        assert!(asked.status == 403 && asked.body.contains("Confirm that it is you"), "{}", asked.body);
        let asked = maya.post(&path, &page, &[]).await;
        assert!(asked.status == 403 && asked.body.contains("Confirm that it is you"), "{}", asked.body);
        assert_eq!(removal().await, store::connections::Removal::None);
        let code = house.code();
        assert_eq!(maya.post(&path, &asked, &[("confirm_code", &code)]).await.status, 303);
        assert_ne!(removal().await, store::connections::Removal::None);
    }
}

#[tokio::test]
async fn a_passkey_confirms_as_well_and_only_ones_own() {
    for house in houses().await {
        let origin = format!("http://localhost:{}", house.at.port());
        house.app.set_public_url(origin.parse().expect("an address"));
        let mut robin = house.signed_in(ROBIN).await;
        let mut maya = house.signed_in(MAYA).await;
        let (mut roberts, mut mayas) = (Authenticator::new(&origin), Authenticator::new(&origin));
        assert_eq!(add(&mut robin, &mut roberts).await.status, 303);
        assert_eq!(add(&mut maya, &mut mayas).await.status, 303);
        house.clock.advance(Span::minutes(6));
        let page = robin.get("/confirm?next=/security/password").await;
        for (key, status) in [(&mut mayas, 403), (&mut roberts, 303)] {
            let (ceremony, options) = crate::it::authenticator::begin(&mut robin, &page, "/sign-in/passkey/begin").await;
            let answer = key.get(&options);
            let fields = [("next", "/security/password"), ("confirm_ceremony", &ceremony), ("confirm_answer", &answer)];
            let done = robin.post("/confirm", &page, &fields).await;
            assert_eq!(done.status, status, "{}", done.body);
        }
        assert_eq!(robin.get("/security/password").await.status, 200);
    }
}

async fn changed(house: &House, browser: &mut Browser, act: &str) {
    let mut other = house.browser();
    assert_eq!(house.sign_in(&mut other, MAYA).await.status, 303);
    let page = browser.get("/security").await;
    let done = match act {
        "password" => browser.post("/security/password", &page, &[("password", "eleven quiet rivers in may")]).await,
        "codes" => browser.post("/security/codes", &page, &[]).await,
        _ => {
            let page = browser.post("/security/authenticator", &page, &[]).await;
            let secret = page.between("id=\"totp\" tabindex=\"0\">", "<").replace(' ', "");
            let ceremony = page.hidden("ceremony");
            let again = browser.post("/security/authenticator/confirm", &page, &[("ceremony", &ceremony), ("factor", "000000")]).await;
            assert!(again.status == 422 && again.body.contains(&secret[..4]), "{}", again.body);
            let code = app::factors::code_at(&secret, house.app.now()).expect("a code");
            let ceremony = again.hidden("ceremony");
            browser.post("/security/authenticator/confirm", &again, &[("ceremony", &ceremony), ("factor", &code)]).await
        }
    };
    assert!(matches!(done.status, 200 | 303), "{act} {}", done.body);
    assert_eq!(other.get("/preferences").await.status, 303, "{act} ends the others");
    assert_eq!(browser.get("/preferences").await.status, 200, "{act} keeps this one");
}

// goal: G13
#[tokio::test]
async fn changing_a_factor_ends_the_other_browsers() {
    for house in houses().await {
        let mut maya = house.signed_in(MAYA).await;
        for act in ["codes", "authenticator"] {
            changed(&house, &mut maya, act).await;
            // The new authenticator is not the house's: put the old one back for the next.
            let hash = app::passwords::hash(&house.app, &model::Secret::new(PASSWORD.into())).await.expect("a hash");
            let tx = house.app.store().begin(&crate::it::family::scope(&house)).await.expect("a unit");
            let seed =
                app::seal::firm_seal(&house.app, &tx, crate::it::house::maya().uuid(), "totp", &base32(crate::it::house::SECRET)).await;
            store::logins::set_proofs(&tx, crate::it::house::maya(), &hash, &seed.expect("sealed"), Some(house.app.now()))
                .await
                .expect("set");
            tx.commit().await.expect("saved");
        }
        let mut maya = house.signed_in(MAYA).await;
        changed(&house, &mut maya, "password").await;
    }
}

fn base32(text: &str) -> Vec<u8> {
    let places = text.bytes().map(|b| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|a| *a == b).expect("a letter") as u8);
    let bits: Vec<u8> = places.flat_map(|p| (0..5).rev().map(move |i| p >> i & 1)).collect();
    bits.chunks_exact(8).map(|c| c.iter().fold(0, |n, b| n << 1 | b)).collect()
}

// goal: G13
#[tokio::test]
async fn browsers_are_listed_with_their_network_and_ended_one_by_one() {
    for house in houses().await {
        let mut phone = house.browser();
        phone.more.push(("User-Agent".into(), "Mozilla/5.0 (iPhone) Version/19.0 Safari/605".into()));
        house.sign_in(&mut phone, MAYA).await;
        let mut tablet = house.signed_in(MAYA).await;
        let mut desk = house.signed_in(MAYA).await;
        let page = desk.get("/security").await;
        assert!(page.body.contains("Safari on iPhone") && page.body.contains("From this network"), "{}", page.body);
        assert_eq!(page.body.matches("This browser").count(), 1);
        let of_phone = page.body.split("Safari on iPhone").nth(1).expect("the phone").to_owned();
        let session = of_phone.split("name=\"session\" value=\"").nth(1).and_then(|r| r.split('"').next()).expect("a reference");
        assert_eq!(desk.post("/security/sessions/end", &page, &[("session", session)]).await.status, 303);
        assert_eq!(phone.get("/preferences").await.status, 303);
        assert_eq!(tablet.get("/preferences").await.status, 200);
        let mut robin = house.signed_in(ROBIN).await;
        let theirs = robin.get("/security").await;
        assert_eq!(robin.post("/security/sessions/end", &theirs, &[("session", session)]).await.status, 404);
        assert_eq!(desk.post("/security/sessions/end-others", &page, &[]).await.status, 303);
        assert_eq!(tablet.get("/preferences").await.status, 303);
        assert_eq!(desk.get("/preferences").await.status, 200);
    }
}

// goal: G4
#[tokio::test]
async fn a_role_that_is_taken_away_is_gone_at_the_next_request() {
    for house in houses().await {
        let mut robin = house.signed_in(ROBIN).await;
        let page = robin.get("/settings/staff").await;
        let scope = model::FirmScope::new(house.scope.firm(), model::Actor::System);
        let tx = house.app.store().begin(&scope).await.unwrap();
        store::logins::set_role(&tx, crate::it::house::robin(), model::permission::Role::Adviser).await.unwrap();
        tx.commit().await.unwrap();
        let fields: Vec<(&str, &str)> = NEW.to_vec();
        assert_eq!(robin.post("/settings/staff", &page, &fields).await.status, 404);
    }
}

// goal: G13
#[tokio::test]
async fn idle_and_absolute_ends_are_exact_and_a_clock_set_back_revives_nothing() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        client(&house, &f, 1, Rights::ALL).await;
        for (email, idle) in [(MAYA.to_owned(), 3600), (client_mail(1), 900)] {
            let mut browser = house.browser();
            assert_eq!(house.sign_in(&mut browser, &email).await.status, 303);
            house.clock.advance(Span::seconds(idle - 1));
            assert_eq!(browser.get("/security").await.status, 200, "{email}");
            house.clock.advance(Span::seconds(idle));
            assert_eq!(browser.get("/security").await.status, 303, "{email}");
            house.clock.advance(Span::seconds(-idle));
            assert_eq!(browser.get("/security").await.status, 303, "{email}: ended stays ended");
            house.clock.advance(Span::seconds(idle));
        }
    }
}

#[tokio::test]
async fn after_signing_out_the_way_back_shows_nothing() {
    for house in houses().await {
        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get("/security").await;
        assert_eq!(page.header("cache-control"), Some("no-store"));
        let out = maya.post("/sign-out", &page, &[]).await;
        assert!(out.header("clear-site-data").is_some_and(|v| v.contains("cache")), "{:?}", out.head);
        assert_eq!(maya.get("/security").await.status, 303);
        assert_eq!(maya.post("/security/codes", &page, &[]).await.status, 303, "and does nothing");
    }
}

#[tokio::test]
async fn ten_browsers_at_most() {
    for house in houses().await {
        let mut first = house.signed_in(MAYA).await;
        for _ in 0..10 {
            house.signed_in(MAYA).await;
        }
        assert_eq!(first.get("/preferences").await.status, 303);
        let _ = maya();
    }
}
