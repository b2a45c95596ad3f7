//! Forgotten passwords, lost phones: each way back in shows two methods, and none of them says who is known here.

use crate::it::authenticator::{Authenticator, begin};
use crate::it::browser::{Browser, Page};
use crate::it::cast;
use crate::it::family::{Family, client, client_mail, family};
use crate::it::house::{House, MAYA, PASSWORD, ROBIN, houses, maya};
use app::mail::{Seen, Transport};
use model::permission::Role;
use model::portal::{Area, Right, Rights};
use model::{Span, UserId};
use std::sync::{Arc, Mutex};

const CHOSEN: &str = "eleven quiet rivers in may";

type Post = Arc<Mutex<Vec<(String, String)>>>;

fn post(house: &House) -> Post {
    let post = Post::default();
    house.app.set_post(Transport::Memory(post.clone()));
    post
}

/// Runs what waits, and gives the messages to one person since.
async fn mail_to(house: &House, post: &Post, to: &str) -> Vec<Seen> {
    for _ in 0..4 {
        app::jobs::run_due(&house.app, 50).await.expect("jobs run");
    }
    let all = std::mem::take(&mut *post.lock().expect("the post"));
    all.iter().filter(|(recipient, _)| recipient == to).map(|(_, text)| app::mail::read(text)).collect()
}

fn link_in(seen: &[Seen]) -> String {
    let lines = seen.iter().flat_map(|m| &m.paragraphs);
    lines.filter_map(|p| p.split_once("/recover#")).map(|(_, code)| code.trim().to_owned()).next().unwrap_or_default()
}

async fn forgot(house: &House, email: &str) -> Page {
    let mut browser = house.browser();
    let page = browser.get("/forgot").await;
    browser.post("/forgot", &page, &[("email", email)]).await
}

async fn open(house: &House, link: &str) -> (Browser, Page) {
    let mut browser = house.browser();
    let door = browser.get("/recover").await;
    let page = browser.post("/recover", &door, &[("code", link)]).await;
    (browser, page)
}

// proves: P29 D13
// goal: G7
#[tokio::test]
async fn known_and_unknown_addresses_are_answered_alike_and_three_times_an_hour() {
    for house in houses().await {
        let post = post(&house);
        assert!(house.browser().get("/sign-in").await.body.contains("Forgot your password?"));
        let mut said = Vec::new();
        for email in [MAYA, "nobody@alderfinch.example"] {
            let mut answers = Vec::new();
            for _ in 0..4 {
                let page = forgot(&house, email).await;
                answers.push((page.status, page.body.replace(&page.hidden("csrf"), "")));
            }
            assert_eq!(answers.iter().map(|a| a.0).collect::<Vec<_>>(), [200, 200, 200, 429]);
            said.push(answers[..3].to_vec());
        }
        assert_eq!(said[0], said[1]);
        // What the request did is the same as well: one job, whoever it is about.
        assert_eq!(mail_to(&house, &post, "nobody@alderfinch.example").await.len(), 0);
        house.clock.advance(Span::hours(1));
        assert_eq!(forgot(&house, MAYA).await.status, 200);
        assert!(!link_in(&mail_to(&house, &post, MAYA).await).is_empty());
    }
}

// proves: P29
// goal: G9
#[tokio::test]
async fn a_new_password_needs_the_mail_and_the_second_factor_and_ends_every_browser() {
    for house in houses().await {
        let post = post(&house);
        let mut old = house.signed_in(MAYA).await;
        forgot(&house, MAYA).await;
        let link = link_in(&mail_to(&house, &post, MAYA).await);
        let (mut browser, page) = open(&house, &link.to_lowercase()).await;
        assert!(page.body.contains("Set a new password") && page.body.contains(MAYA), "{}", page.body);
        let poor = browser.post("/recover/password", &page, &[("code", &link), ("password", "short"), ("factor", "000000")]).await;
        assert!(poor.status == 422 && poor.body.contains("at least 15"));
        let fields = |factor: &str| vec![("code", link.clone()), ("password", CHOSEN.to_owned()), ("factor", factor.to_owned())];
        let give = |f: Vec<(&'static str, String)>| f;
        let wrong = give(fields("000000"));
        let no = browser.post("/recover/password", &page, &wrong.iter().map(|(n, v)| (*n, v.as_str())).collect::<Vec<_>>()).await;
        assert!(no.status == 422 && !browser.cookies.contains_key("sid"), "the mail alone gives nothing");
        // Thirty-two hold link and code: one wins.
        let code = house.code();
        let mut tasks = Vec::new();
        for _ in 0..32 {
            let mut other = Browser::at(house.at);
            other.cookies = browser.cookies.clone();
            let (csrf, link, code) = (page.hidden("csrf"), link.clone(), code.clone());
            tasks.push(tokio::spawn(async move {
                let all = [("csrf", csrf.as_str()), ("code", &link), ("password", CHOSEN), ("factor", &code)];
                let done = other.post_bare("/recover/password", &all).await;
                (done.status, other)
            }));
        }
        let mut winners = Vec::new();
        for task in tasks {
            let (status, browser) = task.await.expect("an answer");
            match status {
                303 => winners.push(browser),
                422 | 429 | 503 => {}
                other => panic!("{other}"),
            }
        }
        assert_eq!(winners.len(), 1);
        assert_eq!(winners[0].get("/preferences").await.status, 200, "both were shown: signed in");
        assert_eq!(old.get("/preferences").await.status, 303, "whoever was in before is out");
        let told = mail_to(&house, &post, MAYA).await;
        assert!(told.iter().any(|m| m.paragraphs.iter().any(|p| p.contains("password was set anew"))), "{told:?}");
        house.clock.advance(Span::minutes(11));
        let (_, spent) = open(&house, &link).await;
        assert_eq!(spent.status, 422);
        let mut fresh = house.browser();
        let page = fresh.get("/sign-in").await;
        assert_eq!(fresh.post("/sign-in", &page, &[("email", MAYA), ("password", PASSWORD)]).await.status, 422);
        assert_eq!(fresh.post("/sign-in", &page, &[("email", MAYA), ("password", CHOSEN)]).await.status, 303);
        assert_eq!(fresh.get("/preferences").await.status, 303, "the new password alone opens nothing");
    }
}

// proves: P29
#[tokio::test]
async fn a_link_ends_after_an_hour_after_five_wrong_codes_and_with_the_next_one() {
    for house in houses().await {
        let post = post(&house);
        forgot(&house, MAYA).await;
        let first = link_in(&mail_to(&house, &post, MAYA).await);
        forgot(&house, MAYA).await;
        let second = link_in(&mail_to(&house, &post, MAYA).await);
        assert_eq!(open(&house, &first).await.1.status, 422, "replaced");
        house.clock.advance(Span::hours(1));
        assert_eq!(open(&house, &second).await.1.status, 422, "its hour is over");
        app::jobs::run_due(&house.app, 50).await.expect("jobs run");
        house.clock.advance(Span::minutes(-30));
        assert_eq!(open(&house, &second).await.1.status, 422, "a clock that is set back revives nothing");
        house.clock.advance(Span::minutes(31));
        forgot(&house, MAYA).await;
        let third = link_in(&mail_to(&house, &post, MAYA).await);
        let (mut browser, page) = open(&house, &third).await;
        for _ in 0..5 {
            let no = browser.post("/recover/password", &page, &[("code", &third), ("password", CHOSEN), ("factor", "000000")]).await;
            assert!(no.status == 422 && no.body.contains("doesn’t fit"), "{}", no.body);
        }
        let code = house.code();
        let over = browser.post("/recover/password", &page, &[("code", &third), ("password", CHOSEN), ("factor", &code)]).await;
        assert!(over.status == 422 && over.body.contains("doesn’t work"), "{}", over.body);
    }
}

async fn begin_for(_: &House, adviser: &mut Browser, f: &Family, login: UserId) -> (String, Page) {
    let at = format!("{}/portal/{login}/recover", f.at());
    let page = adviser.get(&at).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let begun = adviser.post(&at, &page, &[]).await;
    let spoken = begun.between("otp-said\"><b>", "<").to_owned();
    (spoken, begun)
}

// proves: P31
// goal: G12
#[tokio::test]
async fn the_adviser_begins_and_the_client_finishes_with_link_and_spoken_code() {
    for house in houses().await {
        let post = post(&house);
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let login = client(&house, &f, 1, Rights::ALL).await;
        let mut lost = house.browser();
        assert_eq!(house.sign_in(&mut lost, &client_mail(1)).await.status, 303);
        let mut adviser = house.signed_in(MAYA).await;
        let (spoken, begun) = begin_for(&house, &mut adviser, &f, login).await;
        assert_eq!(spoken.replace(' ', "").len(), 8, "{}", begun.body);
        let link = link_in(&mail_to(&house, &post, &client_mail(1)).await);
        assert!(!link.is_empty() && !begun.body.contains(&link), "the adviser holds the code, the client the link");
        let (mut browser, page) = open(&house, &link).await;
        assert!(page.body.contains("eight digits") && !page.body.contains("Ngozi"), "{}", page.body);
        assert_eq!(browser.get("/recover/new").await.location(), "/recover", "the link alone sets nothing");
        let no = browser.post("/recover/spoken", &page, &[("code", &link), ("spoken", "1234 5678")]).await;
        assert_eq!(no.status, 422);
        let proven = browser.post("/recover/spoken", &page, &[("code", &link), ("spoken", &spoken)]).await;
        assert_eq!(proven.location(), "/recover/new", "{}", proven.body);
        assert_eq!(open(&house, &link).await.1.status, 422, "one browser");
        assert_eq!(lost.get("/portal").await.status, 303, "one household: straight there");
        let page = browser.follow(&proven).await;
        let page = browser.post("/recover/new/password", &page, &[("password", CHOSEN)]).await;
        let secret = page.between("id=\"totp\" tabindex=\"0\">", "<").replace(' ', "");
        assert_eq!(browser.post("/recover/new/factor", &page, &[("factor", "000000")]).await.status, 422);
        let factor = app::factors::code_at(&secret, house.app.now()).expect("a code");
        let done = browser.post("/recover/new/factor", &page, &[("factor", &factor)]).await;
        assert!(done.status == 200 && done.body.matches("<li><code>").count() == 10, "{}", done.body);
        assert_eq!(browser.get("/portal").await.location(), format!("/portal/{}", f.household));
        assert!(lost.get("/portal").await.location().starts_with("/sign-in"), "the browser that was lost is out");
        // The client and the lead are told.
        for _ in 0..3 {
            app::jobs::run_due(&house.app, 50).await.expect("jobs run");
        }
        let told: Vec<String> = post.lock().expect("the post").iter().map(|(to, _)| to.clone()).collect();
        assert!(told.contains(&client_mail(1)) && told.contains(&MAYA.to_owned()), "{told:?}");
        // For a day nothing leaves and nothing new comes in.
        let scope = model::FirmScope::new(house.scope.firm(), model::Actor::User(login));
        let lens = app::portal::enter(&house.app, &scope, f.household).await.expect("still their portal");
        assert!(lens.view(Area::Financials).is_ok());
        assert!(matches!(lens.act(Right::Connect), Err(app::Error::Refused(why)) if why.contains("24 hours")));
        assert!(matches!(lens.need(Right::Print(Area::Financials)), Err(app::Error::Refused(_))));
        assert!(browser.get("/security").await.body.contains("less than 24 hours ago"));
        house.clock.advance(Span::hours(24));
        app::jobs::run_due(&house.app, 50).await.expect("jobs run");
        let lens = app::portal::enter(&house.app, &scope, f.household).await.expect("their portal");
        assert!(lens.act(Right::Connect).is_ok() && lens.need(Right::Print(Area::Financials)).is_ok());
    }
}

#[tokio::test]
async fn a_passkey_made_on_the_way_back_is_a_whole_way_in() {
    for house in houses().await {
        let origin = format!("http://localhost:{}", house.at.port());
        house.app.set_public_url(origin.parse().expect("an address"));
        let post = post(&house);
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let login = client(&house, &f, 1, Rights::ALL).await;
        let mut adviser = house.signed_in(MAYA).await;
        let (spoken, _) = begin_for(&house, &mut adviser, &f, login).await;
        let link = link_in(&mail_to(&house, &post, &client_mail(1)).await);
        let (mut browser, page) = open(&house, &link).await;
        let proven = browser.post("/recover/spoken", &page, &[("code", &link), ("spoken", &spoken)]).await;
        let page = browser.follow(&proven).await;
        let mut key = Authenticator::new(&origin);
        let (ceremony, options) = begin(&mut browser, &page, "/recover/new/passkey/begin").await;
        let answer = key.create(&options);
        let done = browser.post("/recover/new/passkey", &page, &[("ceremony", &ceremony), ("answer", &answer)]).await;
        assert_eq!(done.status, 200, "{}", done.body);
        assert_eq!(crate::it::authenticator::sign_in(&mut house.browser(), &mut key).await.status, 303);
        // What was there before is gone, and a passkey has no password to forget: the message says what to do.
        let mut old = house.browser();
        let page = old.get("/sign-in").await;
        assert_eq!(old.post("/sign-in", &page, &[("email", &client_mail(1)), ("password", PASSWORD)]).await.status, 422);
        let tx = house.app.store().begin(&crate::it::family::scope(&house)).await.unwrap();
        store::recovery_codes::replace(&tx, login, &[]).await.unwrap();
        tx.commit().await.unwrap();
        mail_to(&house, &post, MAYA).await;
        forgot(&house, &client_mail(1)).await;
        let told = mail_to(&house, &post, &client_mail(1)).await;
        assert!(link_in(&told).is_empty() && told.iter().any(|m| m.paragraphs.iter().any(|p| p.contains("call your adviser"))), "{told:?}");
    }
}

// proves: P31
#[tokio::test]
async fn a_spoken_code_lasts_ten_minutes_and_five_tries() {
    for house in houses().await {
        let post = post(&house);
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let login = client(&house, &f, 1, Rights::ALL).await;
        let mut adviser = house.signed_in(MAYA).await;
        let (spoken, _) = begin_for(&house, &mut adviser, &f, login).await;
        let link = link_in(&mail_to(&house, &post, &client_mail(1)).await);
        house.clock.advance(Span::minutes(10));
        let (mut browser, page) = open(&house, &link).await;
        assert_eq!(browser.post("/recover/spoken", &page, &[("code", &link), ("spoken", &spoken)]).await.status, 422, "too late");
        let mut adviser = house.signed_in(MAYA).await;
        let (spoken, _) = begin_for(&house, &mut adviser, &f, login).await;
        let link = link_in(&mail_to(&house, &post, &client_mail(1)).await);
        let (mut browser, page) = open(&house, &link).await;
        for _ in 0..5 {
            assert_eq!(browser.post("/recover/spoken", &page, &[("code", &link), ("spoken", "00000000")]).await.status, 422);
        }
        let over = browser.post("/recover/spoken", &page, &[("code", &link), ("spoken", &spoken)]).await;
        assert!(over.status == 422 && over.body.contains("doesn’t work"), "{}", over.body);
    }
}

// proves: P31
// goal: G12
#[tokio::test]
async fn only_the_lead_or_an_administrator_begins_and_support_never() {
    for house in houses().await {
        post(&house);
        cast::colleague(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let login = client(&house, &f, 1, Rights::ALL).await;
        let at = format!("{}/portal/{login}/recover", f.at());
        for (email, status) in [(cast::INES, 409), (cast::NORA, 404), (ROBIN, 200)] {
            let mut browser = house.signed_in(email).await;
            let page = browser.get("/security").await;
            assert_eq!(browser.post(&at, &page, &[]).await.status, status, "{email}");
        }
        let mut robin = house.signed_in(ROBIN).await;
        let page = robin.get("/security").await;
        let other = format!("{}/portal/{}/recover", f.at(), maya());
        assert_eq!(robin.post(&other, &page, &[]).await.status, 404, "staff have another way");
    }
}

// proves: P31
// goal: G12
#[tokio::test]
async fn staff_come_back_by_two_administrators() {
    for house in houses().await {
        let post = post(&house);
        cast::staff(&house, house.scope.firm(), &[(15, "Priya Shah", "priya@alderfinch.example", Role::Administrator)]).await;
        let mut robin = house.signed_in(ROBIN).await;
        let page = robin.get("/settings/staff").await;
        let begun = robin.post(&format!("/settings/staff/{}/recover", maya()), &page, &[]).await;
        assert_eq!(begun.location(), "/settings/staff", "{}", begun.body);
        assert!(link_in(&mail_to(&house, &post, MAYA).await).is_empty(), "nothing goes out before the second agrees");
        let mut priya = house.signed_in("priya@alderfinch.example").await;
        let page = priya.get("/settings/staff").await;
        let approve = format!("/settings/staff/recoveries/{}/approve", page.between("/settings/staff/recoveries/", "/approve"));
        let own = robin.get("/settings/staff").await;
        assert!(own.body.contains("Another administrator agrees here") && !own.body.contains(&approve));
        assert_eq!(robin.post(&approve, &own, &[]).await.status, 409, "one person is not two");
        let agreed = priya.post(&approve, &page, &[]).await;
        let spoken = agreed.between("otp-said\"><b>", "<").to_owned();
        let link = link_in(&mail_to(&house, &post, MAYA).await);
        let (mut browser, page) = open(&house, &link).await;
        let proven = browser.post("/recover/spoken", &page, &[("code", &link), ("spoken", &spoken)]).await;
        assert_eq!(proven.location(), "/recover/new", "{}", proven.body);
        let page = priya.get("/settings/staff").await;
        assert_eq!(priya.post(&approve, &page, &[]).await.status, 404, "agreed once");
    }
}

// goal: G12
#[tokio::test]
async fn where_there_is_one_administrator_the_operator_begins_and_the_mailbox_is_still_needed() {
    for house in houses().await {
        let post = post(&house);
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        client(&house, &f, 1, Rights::ALL).await;
        for nobody in [client_mail(1), "nobody@alderfinch.example".into()] {
            assert!(matches!(app::recovery::operator(&house.app, &nobody).await, Err(app::Error::NotFound)));
        }
        let spoken = app::recovery::operator(&house.app, ROBIN).await.expect("begun");
        let link = link_in(&mail_to(&house, &post, ROBIN).await);
        let (mut browser, page) = open(&house, &link).await;
        let proven = browser.post("/recover/spoken", &page, &[("code", &link), ("spoken", spoken.code.expose())]).await;
        assert_eq!(proven.location(), "/recover/new", "{}", proven.body);
    }
}
