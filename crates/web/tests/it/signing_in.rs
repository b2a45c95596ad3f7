//! Signing in, staying signed in, being kept out.

use crate::it::browser::Browser;
use crate::it::family::{client, client_mail, family};
use crate::it::house::{MAYA, PASSWORD, ROBIN, houses};
use model::Span;
use model::portal::Rights;

#[tokio::test]
async fn a_password_and_a_code_open_the_house_and_signing_out_closes_it() {
    for house in houses().await {
        let mut browser = house.browser();
        let asked = browser.get("/settings").await;
        assert_eq!((asked.status, asked.location()), (303, "/sign-in?next=%2Fsettings"));
        let page = browser.follow(&asked).await;
        let half =
            browser.post("/sign-in", &page, &[("email", " Maya@AlderFinch.example "), ("password", PASSWORD), ("next", "/settings")]).await;
        assert_eq!(half.location(), "/sign-in/code?next=%2Fsettings", "{}", half.body);
        // The password alone opens nothing.
        assert_eq!(browser.get("/settings").await.status, 303);
        let page = browser.follow(&half).await;
        let code = house.code();
        let whole = browser.post("/sign-in/code", &page, &[("code", &code), ("next", "/settings")]).await;
        assert_eq!(whole.location(), "/settings");
        let page = browser.follow(&whole).await;
        assert!(page.status == 200 && page.body.contains("Maya Castellanos"));
        let old = browser.cookies["sid"].clone();
        let out = browser.post("/sign-out", &page, &[]).await;
        assert_eq!(out.location(), "/sign-in?said=out");
        browser.cookies.insert("sid".into(), old);
        assert_eq!(browser.get("/settings").await.status, 303, "the session has ended, not only its cookie");
    }
}

// proves: D13
// goal: G7
#[tokio::test]
async fn known_and_unknown_addresses_get_the_same_answer() {
    for house in houses().await {
        let mut answers = Vec::new();
        for email in [MAYA, "nobody@alderfinch.example"] {
            let mut browser = house.browser();
            let page = browser.get("/sign-in").await;
            for _ in 0..5 {
                let no = browser.post("/sign-in", &page, &[("email", email), ("password", "not the right one at all")]).await;
                answers.push((email, no.status, no.body.replace(email, "").replace(&no.hidden("csrf"), "")));
            }
            let sixth = browser.post("/sign-in", &page, &[("email", email), ("password", "not the right one at all")]).await;
            assert!(sixth.status == 429 && sixth.header("retry-after").is_some(), "{} {}", sixth.status, sixth.body);
        }
        let (known, unknown) = answers.split_at(5);
        for (k, u) in known.iter().zip(unknown) {
            assert_eq!((k.1, &k.2), (u.1, &u.2));
            assert_eq!(k.1, 422);
        }
    }
}

// goal: G10 G11
#[tokio::test]
async fn guessing_is_slowed_down_and_then_over_while_a_known_browser_still_signs_in() {
    for house in houses().await {
        let mut known = house.signed_in(MAYA).await;
        known.cookies.remove("sid");
        let mut refused = 0;
        let mut failures = 0;
        for _ in 0..70 {
            // Every try comes from another place and waits as long as it is told to.
            let mut thief = house.browser();
            let page = thief.get("/sign-in").await;
            let no = thief.post("/sign-in", &page, &[("email", MAYA), ("password", "a guess among many others")]).await;
            match no.status {
                422 => failures += 1,
                429 => refused += 1,
                other => panic!("{other}"),
            }
            house.clock.advance(Span::minutes(10));
        }
        assert!(failures <= 5 && refused >= 65, "{failures} {refused}");
        let mut stranger = house.browser();
        let page = stranger.get("/sign-in").await;
        let right = stranger.post("/sign-in", &page, &[("email", MAYA), ("password", PASSWORD)]).await;
        assert_eq!(right.status, 429, "after fifty failures even the right password is not tried");
        let done = house.sign_in(&mut known, MAYA).await;
        assert_eq!((done.status, done.location()), (303, "/"));
    }
}

// goal: G9
#[tokio::test]
async fn a_code_works_once_however_many_hold_it() {
    for house in houses().await {
        let mut tasks = Vec::new();
        let code = house.code();
        for _ in 0..4 {
            let mut browser = house.browser();
            let page = browser.get("/sign-in").await;
            let half = browser.post("/sign-in", &page, &[("email", MAYA), ("password", PASSWORD)]).await;
            let page = browser.follow(&half).await;
            let code = code.clone();
            tasks.push(tokio::spawn(async move { browser.post("/sign-in/code", &page, &[("code", &code)]).await.status }));
        }
        let mut winners = 0;
        for task in tasks {
            match task.await.expect("an answer") {
                303 => winners += 1,
                422 => {}
                other => panic!("{other}"),
            }
        }
        assert_eq!(winners, 1);
    }
}

#[tokio::test]
async fn five_wrong_codes_end_the_sign_in() {
    for house in houses().await {
        let mut browser = house.browser();
        let page = browser.get("/sign-in").await;
        let half = browser.post("/sign-in", &page, &[("email", MAYA), ("password", PASSWORD)]).await;
        let page = browser.follow(&half).await;
        for _ in 0..5 {
            assert_eq!(browser.post("/sign-in/code", &page, &[("code", "000000")]).await.status, 422);
        }
        let code = house.code();
        assert_eq!(browser.post("/sign-in/code", &page, &[("code", &code)]).await.status, 429);
        let over = browser.post("/sign-in/code", &page, &[("code", &code)]).await;
        assert_eq!(over.location(), "/sign-in?said=again");
    }
}

// goal: G13
#[tokio::test]
async fn a_session_ends_after_an_idle_hour_and_after_twelve_hours_whatever_happens() {
    for house in houses().await {
        let mut browser = house.signed_in(MAYA).await;
        house.clock.advance(Span::seconds(3599));
        assert_eq!(browser.get("/preferences").await.status, 200);
        house.clock.advance(Span::minutes(60));
        assert_eq!(browser.get("/preferences").await.status, 303);
        let mut browser = house.signed_in(MAYA).await;
        for _ in 0..23 {
            house.clock.advance(Span::minutes(30));
            assert_eq!(browser.get("/preferences").await.status, 200);
        }
        house.clock.advance(Span::minutes(30));
        assert_eq!(browser.get("/preferences").await.status, 303);
    }
}

#[tokio::test]
async fn a_person_sees_and_ends_their_other_browsers() {
    for house in houses().await {
        let mut phone = house.browser();
        phone.more.push(("User-Agent".into(), "Mozilla/5.0 (iPhone) Version/19.0 Safari/605".into()));
        house.sign_in(&mut phone, MAYA).await;
        let mut desk = house.signed_in(MAYA).await;
        let page = desk.get("/preferences").await;
        assert!(page.body.contains("Safari on iPhone"), "{}", page.body);
        assert_eq!(desk.post("/preferences/sign-out-others", &page, &[]).await.status, 303);
        assert_eq!(phone.get("/preferences").await.status, 303);
        assert!(desk.get("/preferences").await.body.contains("Only this browser"));
    }
}

async fn refused(browser: &mut Browser, page: &crate::it::browser::Page) -> u16 {
    browser.post("/preferences", page, &[("name", "Somebody Else")]).await.status
}

#[tokio::test]
async fn forms_of_other_sites_and_other_browsers_are_refused() {
    for house in houses().await {
        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get("/preferences").await;
        let mut robin = house.signed_in(ROBIN).await;
        assert_eq!(refused(&mut robin, &page).await, 403, "the token belongs to another session");
        assert_eq!(maya.post_bare("/preferences", &[("name", "Somebody Else")]).await.status, 403);
        for (name, value) in
            [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://evil.example"), ("Origin", "null")]
        {
            maya.more = vec![(name.into(), value.into())];
            assert_eq!(refused(&mut maya, &page).await, 403, "{name} {value}");
        }
        maya.more = vec![("Origin".into(), format!("http://{}", house.at)), ("Sec-Fetch-Site".into(), "same-origin".into())];
        assert_eq!(refused(&mut maya, &page).await, 303);
    }
}

#[tokio::test]
async fn every_answer_carries_the_strict_headers() {
    let houses = houses().await;
    let mut browser = houses[0].browser();
    for path in ["/sign-in", "/nothing/here", "/healthz", "/settings"] {
        let page = browser.get(path).await;
        let policy = page.header("content-security-policy").expect("a policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{path} {part}");
        }
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        assert!(page.header("server").is_none());
    }
    let lost = browser.get("/nothing/here").await;
    assert!(lost.status == 404 && lost.body.contains("There is nothing at this address"));
}

// proves: P32 P33 D21 D22
#[tokio::test]
async fn a_code_that_does_not_fit_leads_to_the_adviser_and_from_there_to_a_ticket() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let login = client(&house, &f, 1, Rights::ALL).await;
        let mut robin = house.signed_in(ROBIN).await;
        let page = robin.get("/settings").await;
        let fields = [
            ("name", "Alder & Finch"),
            ("zone", "America/Chicago"),
            ("support_email", "help@alderfinch.example"),
            ("support_phone", "555-0142"),
        ];
        assert_eq!(robin.post("/settings", &page, &fields).await.status, 303);
        let mut browser = house.browser();
        let page = browser.get("/sign-in").await;
        assert!(!page.body.contains("Maya"), "nobody is named before the password");
        let half = browser.post("/sign-in", &page, &[("email", &client_mail(1)), ("password", PASSWORD)]).await;
        let page = browser.follow(&half).await;
        for part in ["ask Maya Castellanos", MAYA, "help@alderfinch.example", "555-0142", "Alder &#38; Finch"] {
            assert!(page.body.contains(part), "{part} {}", page.body);
        }
        assert!(!page.body.contains("ticket"), "clients open none");
        let mut adviser = house.signed_in(MAYA).await;
        let page = adviser.get(&format!("{}/portal/{login}/recover", f.at())).await;
        // Data Support is the firm's own administrator until the firm names a mailbox.
        let to = format!("mailto:{ROBIN}?subject=");
        for part in [to.as_str(), &login.to_string(), "Authenticator: yes", "Clock of the server"] {
            assert!(page.body.contains(part), "{part} {}", page.body);
        }
        let details = page.between("<pre", "</pre>");
        assert!(!details.contains("Okafor") && !details.contains("Ngozi"), "nothing of the household: {details}");
        let settings = robin.get("/settings").await;
        let wrong = robin.post("/settings/statements", &settings, &[("data_support", "nobody")]).await;
        assert!(wrong.status == 422 && wrong.body.contains("Enter an e-mail address"), "{}", wrong.body);
        assert_eq!(robin.post("/settings/statements", &settings, &[("data_support", "data@operator.example")]).await.status, 303);
        let page = adviser.get(&format!("{}/portal/{login}/recover", f.at())).await;
        assert!(page.body.contains("mailto:data@operator.example?subject="), "{}", page.body);
    }
}
