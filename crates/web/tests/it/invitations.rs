//! Invitations: made by the adviser, one browser at a time, seven days, replaced, taken back, bounded; and what the other tests press.

use crate::it::asset_sync::{gone, mailbox, mails, peek};
use crate::it::browser::{Browser, Page};
use crate::it::family::{Family, family, scope};
use crate::it::house::{House, MAYA, PASSWORD, houses};
use crate::it::provider::settle;
use model::Span;
use model::fact::MemberRole;
use std::collections::HashSet;

pub type Post = std::sync::Arc<std::sync::Mutex<Vec<(String, String)>>>;

/// The form of the dialog as it is drawn, with some of it typed otherwise.
pub async fn draw(browser: &mut Browser, f: &Family) -> Page {
    let page = browser.get(&format!("{}/portal/new", f.at())).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page
}

pub async fn send(browser: &mut Browser, f: &Family, page: &Page, email: &str, set: &str, rights: &[&str]) -> Page {
    let (id, member, was_set, was) = (page.hidden("id"), page.hidden("member"), page.hidden("was_set"), page.hidden("was"));
    let mut fields = vec![("id", id.as_str()), ("member", &member), ("was_set", &was_set), ("was", &was), ("email", email), ("set", set)];
    fields.extend(rights.iter().map(|r| ("right", *r)));
    browser.post(&format!("{}/portal/new", f.at()), page, &fields).await
}

pub fn code_of(page: &Page) -> String {
    page.between("<code id=\"lk\" tabindex=\"0\">", "<").split('#').nth(1).unwrap_or_default().to_owned()
}

/// An invitation of the map, and the code of its link.
pub async fn invite(browser: &mut Browser, f: &Family, email: &str) -> String {
    let page = draw(browser, f).await;
    let made = send(browser, f, &page, email, "reader", &["map.view", "connect", "suggest"]).await;
    assert_eq!(made.status, 200, "{}", made.body);
    code_of(&made)
}

/// The door, and the button.
pub async fn redeem(browser: &mut Browser, code: &str) -> Page {
    let page = peek(browser, code).await;
    browser.post("/welcome/portal", &page, &[("code", code)]).await
}

/// The newest six digits that came by mail.
pub async fn digits(house: &House, post: &Post, to: &str) -> String {
    settle(house).await;
    let all = mails(post, to);
    let words = all.last().map(|m| m.paragraphs.join(" ")).unwrap_or_default();
    let found = words.split(|c: char| !c.is_ascii_digit()).find(|w| w.len() == 6);
    found.unwrap_or_else(|| panic!("no code for {to} in {words}")).to_owned()
}

/// From the proven address to the signed-in page with the printed codes.
pub async fn finish(house: &House, browser: &mut Browser) -> Page {
    let page = browser.get("/welcome/portal").await;
    assert!(page.body.contains("Choose how you sign in"), "{}", page.body);
    let set = browser.post("/welcome/portal/password", &page, &[("password", PASSWORD)]).await;
    let page = browser.follow(&set).await;
    let key = page.between("<code id=\"totp\" tabindex=\"0\">", "<").to_owned();
    let code = app::factors::code_at(&key, house.app.now()).expect("a key");
    let done = browser.post("/welcome/portal/factor", &page, &[("factor", &code)]).await;
    assert!(done.status == 200 && done.body.contains("Keep these codes"), "{} {}", done.status, done.body);
    done
}

/// The way in for a bound address.
pub async fn enrol(house: &House, post: &Post, code: &str, to: &str) -> Browser {
    let mut browser = house.browser();
    let on = redeem(&mut browser, code).await;
    assert_eq!(on.location(), "/welcome/portal", "{}", on.body);
    let page = browser.follow(&on).await;
    let six = digits(house, post, to).await;
    assert_eq!(browser.post("/welcome/portal/code", &page, &[("code", &six)]).await.status, 303);
    finish(house, &mut browser).await;
    browser
}

pub async fn states(house: &House, f: &Family) -> Vec<String> {
    let sql = "SELECT COALESCE(end_reason, CASE WHEN opened_at IS NULL THEN 'created' ELSE 'opened' END) AS s FROM invitation \
               WHERE firm_id = $1 AND household_id = $2 ORDER BY created_at, id";
    let db = house.app.store().read(&house.scope).await.unwrap();
    db.all(sql, store::params![house.scope.firm(), f.household]).await.unwrap().iter().map(|r| r.text("s").unwrap()).collect()
}

pub const NGOZI: &str = "ngozi@home.example";

// goal: G16 at two nodes on one database
// proves: P36
#[tokio::test]
async fn of_many_browsers_at_once_one_is_let_in() {
    for house in houses().await {
        mailbox(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let code = invite(&mut maya, &f, NGOZI).await;
        let nodes = [house.app.clone(), house.other()];
        let crowd = (0..32).map(|n: u32| {
            let (app, code) = (nodes[n as usize % 2].clone(), code.clone());
            tokio::spawn(async move { app::invitations::redeem(&app, &format!("198.51.100.{n}"), &code, None, "Firefox").await })
        });
        let mut won = 0;
        for answer in futures_util::future::join_all(crowd).await {
            match answer.expect("no panic").expect("no fault") {
                app::invitations::Entry::In(Some(_)) => won += 1,
                app::invitations::Entry::In(None) => panic!("nobody came with a cookie"),
                app::invitations::Entry::Neutral => {}
            }
        }
        assert_eq!(won, 1);
        // Whoever comes with the link while somebody is in finds nothing, and another an hour later is let in.
        assert!(gone(&redeem(&mut house.browser(), &code).await));
        house.clock.advance(Span::minutes(61));
        assert_eq!(redeem(&mut house.browser(), &code).await.location(), "/welcome/portal");
        assert_eq!(states(&house, &f).await, ["opened"]);
    }
}

// proves: P12 P36
// goal: G17
#[tokio::test]
async fn seven_days_and_not_a_second_more_and_no_clock_brings_it_back() {
    for house in houses().await {
        mailbox(&house).await;
        let (f, g) = (family(&house, 1, "Okafor", "Ngozi").await, family(&house, 2, "Tanaka", "Kenji").await);
        let mut maya = house.signed_in(MAYA).await;
        let made = house.app.now();
        let (first, second) = (invite(&mut maya, &f, NGOZI).await, invite(&mut maya, &g, "kenji@home.example").await);
        house.clock.set(made + Span::days(7) - Span::seconds(120));
        let mut ngozi = house.browser();
        assert_eq!(redeem(&mut ngozi, &first).await.location(), "/welcome/portal", "120 seconds before");
        house.clock.set(made + Span::days(7) + Span::seconds(120));
        assert!(
            gone(&peek(&mut house.browser(), &second).await) && gone(&redeem(&mut house.browser(), &second).await),
            "120 seconds after"
        );
        assert_eq!(ngozi.get("/welcome/portal").await.status, 200, "who came in time finishes within the hour");
        settle(&house).await;
        assert_eq!(states(&house, &g).await, ["expired"]);
        house.clock.set(made + Span::hours(1));
        assert!(gone(&peek(&mut house.browser(), &second).await) && gone(&redeem(&mut house.browser(), &second).await), "set back");
        house.clock.set(made + Span::days(7) + Span::minutes(60));
        assert_eq!(ngozi.get("/welcome/portal").await.status, 410, "the hour is over");
        house.clock.set(made + Span::days(350));
        assert!(gone(&redeem(&mut house.browser(), &first).await));
        let mut maya = house.signed_in(MAYA).await;
        let list = maya.get(&format!("{}/portal", g.at())).await;
        assert!(list.body.contains("Expired") && list.body.contains("New link"), "{}", list.body);
    }
}

// proves: P13 P36
// goal: G18
#[tokio::test]
async fn a_new_link_ends_the_older_and_every_refusal_reads_the_same() {
    for house in houses().await {
        mailbox(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let old = invite(&mut maya, &f, NGOZI).await;
        let mut early = house.browser();
        assert_eq!(redeem(&mut early, &old).await.location(), "/welcome/portal");
        house.clock.advance(Span::seconds(1));
        let new = invite(&mut maya, &f, NGOZI).await;
        assert_eq!(early.get("/welcome/portal").await.status, 410, "a browser that was in through the old one is out");
        let page = maya.get(&format!("{}/portal", f.at())).await;
        let revoke = page.body.split("action=\"").find(|a| a.contains("/revoke\"")).and_then(|a| a.split('"').next()).unwrap().to_owned();
        let answers = {
            let mut all = vec![peek(&mut house.browser(), &old).await, redeem(&mut house.browser(), &old).await];
            all.push(peek(&mut house.browser(), "7KQ2M-9D4XT-W3NHB-8RZ5V-C6JYEP").await);
            assert_eq!(peek(&mut house.browser(), &new).await.status, 200);
            assert_eq!(maya.post(&revoke, &page, &[]).await.status, 303);
            assert_eq!(maya.post(&revoke, &page, &[]).await.status, 303, "a doubled click");
            all.push(peek(&mut house.browser(), &new).await);
            all.push(redeem(&mut house.browser(), &new).await);
            all
        };
        let bare = |p: &Page| p.body.replace(&p.hidden("csrf"), "").replace(&p.hidden("code"), "");
        for (n, a) in answers.iter().enumerate().filter(|(n, _)| *n != 2) {
            assert!(gone(a) && bare(a) == bare(&answers[0]), "{n}: {}", a.body);
        }
        assert_eq!(states(&house, &f).await, ["replaced", "revoked"]);
        // Guessed: a letter changed is no code at all, or nobody's.
        let mut wrong = new.clone().into_bytes();
        wrong[0] = if wrong[0] == b'0' { b'1' } else { b'0' };
        let guessed = peek(&mut house.browser(), &String::from_utf8(wrong).unwrap()).await;
        assert!(guessed.status == 410 || guessed.status == 422);
    }
}

#[tokio::test]
async fn children_have_no_sign_in_and_nobody_is_invited_twice_over() {
    for house in houses().await {
        let post = mailbox(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let child = model::MemberId::new(rig::START, [92; 10]);
        let typed = app::members::Typed {
            first: "Ada".into(),
            last: "Okafor".into(),
            role: MemberRole::Dependant,
            email: String::new(),
            phone: String::new(),
            born: "2011-05-20".into(),
        };
        app::members::add(&house.app, &scope(&house), f.household, child, &typed).await.unwrap();
        let mut maya = house.signed_in(MAYA).await;
        let list = maya.get(&format!("{}/portal", f.at())).await;
        assert!(list.body.contains("Under 18: no sign-in of their own"), "{}", list.body);
        let page = draw(&mut maya, &f).await;
        let (id, own) = (page.hidden("id"), page.hidden("member"));
        let to = child.to_string();
        let fields =
            [("id", id.as_str()), ("member", &to), ("was_set", "reader"), ("was", "map.view"), ("set", "reader"), ("right", "map.view")];
        let no = maya.post(&format!("{}/portal/new", f.at()), &page, &fields).await;
        assert!(no.status == 422 && no.body.contains("cannot be invited"), "{}", no.body);
        // Who has access is changed, not invited again.
        let code = invite(&mut maya, &f, NGOZI).await;
        enrol(&house, &post, &code, NGOZI).await;
        let fields =
            [("id", id.as_str()), ("member", &own), ("was_set", "reader"), ("was", "map.view"), ("set", "reader"), ("right", "map.view")];
        let no = maya.post(&format!("{}/portal/new", f.at()), &page, &fields).await;
        assert!(no.status == 422 && no.body.contains("has access already"), "{}", no.body);
    }
}

// goal: G19
#[tokio::test]
async fn invitations_are_bounded_for_each_address() {
    for house in houses().await {
        mailbox(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        for _ in 0..3 {
            invite(&mut maya, &f, NGOZI).await;
        }
        let page = draw(&mut maya, &f).await;
        let no = send(&mut maya, &f, &page, NGOZI, "reader", &["map.view", "connect", "suggest"]).await;
        assert!(no.status == 422 && no.body.contains("often enough"), "{}", no.body);
        house.clock.advance(Span::minutes(30));
        maya.get("/").await;
        house.clock.advance(Span::minutes(31));
        assert!(!invite(&mut maya, &f, NGOZI).await.is_empty());
        // Ten thousand secrets of the same make are ten thousand different ones.
        let all: HashSet<String> = (0..10_000).map(|_| vault::LinkToken::new(house.app.random().bytes()).code().to_string()).collect();
        assert_eq!(all.len(), 10_000);
    }
}
