//! Browsers that are known and browsers that are not: what the person is told, whom strangers can keep out, what the log keeps.

use crate::it::asset_sync::{mailbox, mails};
use crate::it::authenticator::{Authenticator, add, sign_in};
use crate::it::browser::Browser;
use crate::it::house::{House, MAYA, PASSWORD, ROBIN, houses, maya};
use app::sign_in::{From, give_password};
use model::{Actor, FirmScope, Secret, Span};
use serde_json::Value;
use std::sync::{Arc, Mutex};

type Post = Arc<Mutex<Vec<(String, String)>>>;

/// How many messages somebody got with these words.
async fn told(house: &House, post: &Post, to: &str, words: &str) -> usize {
    for _ in 0..4 {
        app::jobs::run_due(&house.app, 50).await.expect("jobs run");
    }
    mails(post, to).iter().filter(|m| m.paragraphs.iter().any(|p| p.contains(words))).count()
}

/// What the log says of Maya's sign-in, the newest last.
async fn log(house: &House, kind: &str) -> Vec<Value> {
    let db = house.app.store().read(&FirmScope::new(house.scope.firm(), Actor::System)).await.expect("a look");
    let sql = "SELECT detail FROM event WHERE firm_id = $1 AND kind = $2 AND object = $3 ORDER BY id";
    let rows = db.all(sql, store::params![house.scope.firm(), kind, maya().to_string()]).await.expect("events");
    rows.iter().map(|r| serde_json::from_str(&r.text("detail").expect("text")).expect("JSON")).collect()
}

/// The password, and as many wrong codes as one challenge takes.
async fn five_wrong_codes(house: &House) {
    let mut thief = house.browser();
    let page = thief.get("/sign-in").await;
    let half = thief.post("/sign-in", &page, &[("email", MAYA), ("password", PASSWORD)]).await;
    let page = thief.follow(&half).await;
    for _ in 0..5 {
        thief.post("/sign-in/code", &page, &[("code", "000000")]).await;
    }
}

// goal: G13 a new browser and the end of the oldest are told to the person
#[tokio::test]
async fn a_browser_that_is_new_to_somebody_is_told_to_them_once() {
    for house in houses().await {
        let post = mailbox(&house).await;
        const NEW: &str = "with a browser that was not used for it before: Safari on iPhone, network this network";
        let mut shared = house.browser();
        shared.more.push(("User-Agent".into(), "Mozilla/5.0 (iPhone) Version/19.0 Safari/605".into()));
        for (email, letters) in [(MAYA, 1), (MAYA, 1), (ROBIN, 1), (MAYA, 1), (ROBIN, 1)] {
            assert_eq!(house.sign_in(&mut shared, email).await.status, 303);
            assert_eq!(told(&house, &post, email, NEW).await, letters, "{email}: two people share it, and both are known");
        }
        // A mark of somebody else's making is none.
        shared.cookies.insert("device".into(), "AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into());
        assert_eq!(house.sign_in(&mut shared, MAYA).await.status, 303);
        assert_eq!(told(&house, &post, MAYA, NEW).await, 2);
        let begun = log(&house, "session.begun").await;
        assert_eq!(begun.last().map(|d| d["network"].clone()), Some("this network".into()), "{begun:?}");
    }
}

// goal: G13
#[tokio::test]
async fn the_eleventh_browser_ends_the_one_used_longest_ago_and_says_so() {
    for house in houses().await {
        let post = mailbox(&house).await;
        let mut first = house.signed_in(MAYA).await;
        for _ in 0..9 {
            house.signed_in(MAYA).await;
        }
        assert_eq!(first.get("/preferences").await.status, 200, "ten are fine");
        const OVER: &str = "the one you used longest ago is signed out";
        assert_eq!(told(&house, &post, MAYA, OVER).await, 0);
        let mut second = house.signed_in(MAYA).await;
        assert_eq!(told(&house, &post, MAYA, OVER).await, 1);
        assert_eq!(second.get("/preferences").await.status, 200);
        assert_eq!(log(&house, "session.ended").await.len(), 1);
    }
}

// goal: G13
#[tokio::test]
async fn whoever_signs_in_takes_the_place_of_whoever_was_signed_in_here() {
    for house in houses().await {
        let mut browser = house.signed_in(MAYA).await;
        let before = browser.cookies["sid"].clone();
        assert_eq!(house.sign_in(&mut browser, ROBIN).await.status, 303);
        let mut old = house.browser();
        old.cookies.insert("sid".into(), before);
        assert_eq!(old.get("/preferences").await.status, 303, "the value that the browser held is worth nothing");
        assert!(browser.get("/preferences").await.body.contains("Robin Finch"));
        let page = browser.get("/preferences").await;
        browser.post("/sign-out", &page, &[]).await;
        assert_eq!(log(&house, "session.ended").await, [serde_json::json!({ "why": "signed in anew" })]);
    }
}

#[tokio::test]
async fn what_was_refused_stands_in_the_log_of_whom_it_concerns() {
    for house in houses().await {
        let mut thief = house.browser();
        let page = thief.get("/sign-in").await;
        for email in [MAYA, MAYA, MAYA, "nobody@alderfinch.example"] {
            let no = thief.post("/sign-in", &page, &[("email", email), ("password", "not the right one at all")]).await;
            assert_eq!(no.status, 422);
        }
        assert!(log(&house, "session.refused").await.is_empty(), "the request itself does not know whether there is anybody");
        house.clock.advance(Span::minutes(1));
        app::jobs::run_due(&house.app, 50).await.expect("jobs run");
        let refused = log(&house, "session.refused").await;
        assert_eq!(refused.len(), 1, "a minute’s are one: {refused:?}");
        assert_eq!((&refused[0]["what"], &refused[0]["of_late"]), (&"password".into(), &3.into()), "{refused:?}");
        five_wrong_codes(&house).await;
        let refused = log(&house, "session.refused").await;
        assert_eq!(refused.iter().filter(|d| d["what"] == "code" && d["network"] == "this network").count(), 5, "{refused:?}");
    }
}

// goal: G11 whoever has the password cannot close the second step for its owner
#[tokio::test]
async fn wrong_codes_of_strangers_keep_neither_a_known_browser_nor_a_passkey_out() {
    for house in houses().await {
        let origin = format!("http://localhost:{}", house.at.port());
        house.app.set_public_url(origin.parse().expect("an address"));
        let mut key = Authenticator::new(&origin);
        let mut known = house.signed_in(MAYA).await;
        assert_eq!(add(&mut known, &mut key).await.status, 303);
        for _ in 0..5 {
            five_wrong_codes(&house).await;
        }
        let mut stranger = house.browser();
        let closed = house.sign_in(&mut stranger, MAYA).await;
        assert_eq!(closed.status, 429, "twenty an hour: a right code of an unknown browser is not looked at any more");
        // What the owner does where they are signed in goes on too.
        house.clock.advance(Span::minutes(6));
        let page = known.get("/confirm?next=/security").await;
        let code = house.code();
        assert_eq!(known.post("/confirm", &page, &[("confirm_code", &code), ("next", "/security")]).await.status, 303);
        known.cookies.remove("sid");
        assert_eq!(house.sign_in(&mut known, MAYA).await.status, 303, "a browser that is known");
        assert_eq!(sign_in(&mut house.browser(), &mut key).await.status, 303, "a passkey, in any browser");
        // In a known browser too, guessing ends.
        known.cookies.remove("sid");
        for n in 0..30 {
            let page = known.get("/sign-in").await;
            let half = known.post("/sign-in", &page, &[("email", MAYA), ("password", PASSWORD)]).await;
            let page = known.follow(&half).await;
            if known.post("/sign-in/code", &page, &[("code", "000000")]).await.status == 429 {
                assert_eq!(n, 20);
                break;
            }
            assert!(n < 25, "a known browser guesses for ever");
        }
        house.clock.advance(Span::hours(1));
        assert_eq!(house.sign_in(&mut stranger, MAYA).await.status, 303, "after an hour everybody may again");
    }
}

// goal: G11 1,000 wrong tries from elsewhere, and the known browser gets in at each of 100 moments between them
#[tokio::test]
async fn a_thousand_wrong_tries_do_not_keep_the_known_browser_out_once() {
    for house in houses().await {
        let mark = app::sign_in::mark(&house.app, MAYA, "");
        let mut in_again = 0;
        for n in 0..1000 {
            let source = format!("10.{}.{}.{}", n % 7, n / 250, n % 250);
            let thief = From { source: &source, device: "A test", ..From::default() };
            assert!(give_password(&house.app, MAYA, Secret::new("a guess among many others".into()), thief).await.is_err());
            if n % 10 == 9 {
                let owner = From { source: "192.0.2.7", device: "A test", mark: &mark, ..From::default() };
                in_again += usize::from(give_password(&house.app, MAYA, Secret::new(PASSWORD.into()), owner).await.is_ok());
            }
            house.clock.advance(Span::seconds(61));
        }
        assert_eq!(in_again, 100);
    }
}

// goal: G7 the same work for both: one hash and one job, whoever it is about
#[tokio::test]
async fn an_unknown_address_costs_the_hash_that_a_known_one_costs() {
    for house in houses().await {
        for (email, of_whom) in [(MAYA, "known"), ("nobody@alderfinch.example", "unknown"), (" ", "none")] {
            let before = house.app.hashed();
            let from = From { source: "192.0.2.1", device: "A test", ..From::default() };
            let no = give_password(&house.app, email, Secret::new("not the right one at all".into()), from).await;
            assert!(matches!(no, Err(app::Error::Invalid(_))), "{of_whom}: {no:?}");
            assert_eq!(house.app.hashed() - before, 1, "{of_whom}");
        }
        let db = house.app.store().read_system().await.expect("a look");
        let waiting = db.all("SELECT kind FROM job WHERE kind = 'note_refused'", vec![]).await.expect("jobs");
        assert_eq!(waiting.len(), 3);
    }
}

/// Somebody guesses in the browser of another person.
#[tokio::test]
async fn a_mark_opens_the_counters_of_its_own_address_alone() {
    for house in houses().await {
        let mut browser: Browser = house.signed_in(ROBIN).await;
        browser.cookies.remove("sid");
        for _ in 0..5 {
            five_wrong_codes(&house).await;
        }
        assert_eq!(house.sign_in(&mut browser, MAYA).await.status, 429, "Robin’s browser is not known as Maya’s");
    }
}
