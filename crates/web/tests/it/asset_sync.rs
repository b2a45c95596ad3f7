//! Links: the dialog that makes them, the door that opens them, who gets in, what ends them.

use crate::it::browser::{Browser, Page};
use crate::it::family::{Family, family};
use crate::it::house::{House, MAYA, empty, houses};
use model::Span;
use model::plan::Plan;
use std::sync::Arc;

/// Makes a link with one of the dialog's buttons; gives the page that shows it once and its code.
pub async fn make(browser: &mut Browser, f: &Family, how: &str) -> (Page, String) {
    let page = browser.get(&format!("{}/asset-sync", f.at())).await;
    press(browser, f, &page, how).await
}

pub async fn press(browser: &mut Browser, f: &Family, page: &Page, how: &str) -> (Page, String) {
    assert_eq!(page.status, 200, "{}", page.body);
    let (person, link, purpose) = (page.hidden("person"), page.hidden("link"), page.hidden("purpose"));
    let fields = [("person", person.as_str()), ("link", &link), ("purpose", &purpose)];
    let made = browser.post(&format!("{}/asset-sync/{how}", f.at()), page, &fields).await;
    let code = made.between("/i#", "<").split('"').next().unwrap_or_default().to_owned();
    (made, code)
}

/// The door with a code, up to the page with *Get started*.
pub async fn peek(browser: &mut Browser, code: &str) -> Page {
    let door = browser.get("/i").await;
    browser.post("/i", &door, &[("code", code)]).await
}

/// *Get started*.
pub async fn start(browser: &mut Browser, code: &str) -> Page {
    let page = peek(browser, code).await;
    assert!(page.body.contains("Get started"), "{}", page.body);
    browser.post("/c/start", &page, &[("code", code)]).await
}

pub fn gone(page: &Page) -> bool {
    page.status == 410 && page.body.contains("This link no longer works")
}

/// The page without what is made anew each time.
fn bare(page: &Page) -> String {
    page.body.replace(&page.hidden("csrf"), "").replace(&page.hidden("code"), "")
}

pub async fn mailbox(house: &House) -> Arc<std::sync::Mutex<Vec<(String, String)>>> {
    let post: Arc<std::sync::Mutex<Vec<(String, String)>>> = Arc::default();
    house.app.set_post(app::mail::Transport::Memory(post.clone()));
    post
}

pub fn mails(post: &Arc<std::sync::Mutex<Vec<(String, String)>>>, to: &str) -> Vec<app::mail::Seen> {
    post.lock().unwrap().iter().filter(|(t, _)| t == to).map(|(_, m)| app::mail::read(m)).collect()
}

// proves: N13 N15 N18 N19 N34 N35 D1 D23
#[tokio::test]
async fn three_ways_start_it_and_the_secret_is_shown_once() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get(&format!("{}/asset-sync", f.at())).await;
        for way in ["Launch now", "Share link", "Send e-mail"] {
            assert!(page.body.contains(way), "{way}");
        }
        let (made, code) = press(&mut maya, &f, &page, "share").await;
        assert_eq!(code.len(), 30, "{}", made.body);
        assert!(made.body.contains("<svg viewBox") && made.body.contains("data-copy"), "a plain address to copy, and a QR code");
        let (again, none) = press(&mut maya, &f, &page, "share").await;
        assert!(none.is_empty() && again.body.contains("it is not shown again"), "the same form twice makes one link and shows it once");
        assert!(!maya.get(&format!("{}/asset-sync", f.at())).await.body.contains(&code));
        let (launched, own) = make(&mut maya, &f, "launch").await;
        assert!(launched.body.contains("target=\"_blank\" rel=\"noopener noreferrer\"") && own.len() == 30, "a new tab, the phone first");
        assert!(launched.body.find("own phone").unwrap() < launched.body.find("On this computer").unwrap());
    }
}

// proves: N2
#[tokio::test]
async fn a_plan_without_it_has_no_dialog() {
    for house in empty().await {
        house.fill(Plan::Essentials).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get(&format!("{}/asset-sync", f.at())).await;
        assert!(page.status == 403 && page.body.contains("plan"), "{} {}", page.status, page.body);
    }
}

// proves: N28
#[tokio::test]
async fn a_stranger_learns_firm_and_purpose_and_scanners_change_nothing() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let (_, code) = make(&mut maya, &f, "share").await;
        for _ in 0..15 {
            let mut scanner = house.browser();
            let page = scanner.get("/i").await;
            assert!(page.status == 200 && !scanner.cookies.contains_key("lsid"));
            assert!(!page.body.contains("Okafor") && !page.body.contains("Ngozi"));
        }
        let mut client = house.browser();
        let page = peek(&mut client, &code).await;
        assert!(page.body.contains("Alder &#38; Finch") && page.body.contains("Get started"));
        assert!(!page.body.contains("Okafor") && !page.body.contains("Ngozi") && !page.body.contains("home.example"));
        assert!(!client.cookies.contains_key("lsid"), "a look lets nobody in");
        assert!(maya.get(&format!("{}/asset-sync", f.at())).await.body.contains("Not opened yet"));
        assert_eq!(start(&mut client, &code).await.location(), "/c/search");
        assert!(maya.get(&format!("{}/asset-sync", f.at())).await.body.contains("Another program"), "opened, and on what");
    }
}

// proves: N26 N27 N28 D2
#[tokio::test]
async fn expired_revoked_replaced_and_unknown_look_the_same_to_the_holder_and_not_to_the_adviser() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let at = format!("{}/asset-sync", f.at());
        let unknown = peek(&mut house.browser(), "7KQ2M-9D4XT-W3NHB-8RZ5V-C6JYEP").await;
        assert!(gone(&unknown), "{}", unknown.body);

        let (page, replaced) = make(&mut maya, &f, "share").await;
        house.clock.advance(Span::seconds(1));
        let (_, revoked) = make(&mut maya, &f, "share").await;
        assert!(gone(&peek(&mut house.browser(), &replaced).await));
        let fields = [("person", page.hidden("person")), ("link", page.hidden("link")), ("purpose", page.hidden("purpose"))];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert_eq!(maya.post(&format!("{at}/revoke"), &page, &fields).await.status, 303);
        assert!(maya.get(&at).await.body.contains("Revoked"));
        house.clock.advance(Span::seconds(1));
        let (_, expired) = make(&mut maya, &f, "share").await;
        house.clock.advance(Span::seconds(7 * 24 * 3600 - 1));
        assert!(peek(&mut house.browser(), &expired).await.body.contains("Get started"), "a second before the week is over");
        house.clock.advance(Span::seconds(1));
        app::jobs::run_due(&house.app, 20).await.unwrap();
        for code in [&revoked, &expired] {
            let page = peek(&mut house.browser(), code).await;
            assert!(gone(&page));
            assert_eq!(bare(&page), bare(&unknown));
        }
        let mut maya = house.signed_in(MAYA).await;
        assert!(maya.get(&at).await.body.contains("Expired unused"));
        house.clock.set(house.app.now() - Span::days(3));
        assert!(gone(&peek(&mut house.browser(), &expired).await), "a clock that is set back revives nothing");
    }
}

// proves: N28
#[tokio::test]
async fn asking_for_a_new_link_tells_the_adviser_and_answers_everybody_alike() {
    for house in houses().await {
        let post = mailbox(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let (_, old) = make(&mut maya, &f, "share").await;
        make(&mut maya, &f, "share").await;
        let mut answers = Vec::new();
        for code in [old.as_str(), "7KQ2M-9D4XT-W3NHB-8RZ5V-C6JYEP"] {
            let mut client = house.browser();
            let page = peek(&mut client, code).await;
            let done = client.post("/i/ask", &page, &[("code", code)]).await;
            assert!(done.status == 200 && done.body.contains("Your adviser has been told"), "{}", done.body);
            answers.push(bare(&done));
        }
        assert_eq!(answers[0].replace(&old, ""), answers[1].replace("7KQ2M-9D4XT-W3NHB-8RZ5V-C6JYEP", ""));
        app::jobs::run_due(&house.app, 20).await.unwrap();
        let told = mails(&post, MAYA);
        assert_eq!(told.len(), 1);
        assert!(told[0].paragraphs.iter().any(|p| p.ends_with("/asset-sync")) && !told[0].subject.contains("Ngozi"));
    }
}

// proves: N20 N25 D2
#[tokio::test]
async fn the_same_browser_comes_back_all_week_and_a_second_one_needs_the_code_from_the_mailbox() {
    for house in houses().await {
        let post = mailbox(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let (_, code) = make(&mut maya, &f, "share").await;
        let mut phone = house.browser();
        assert_eq!(start(&mut phone, &code).await.location(), "/c/search");
        house.clock.advance(Span::days(6));
        assert_eq!(start(&mut phone, &code).await.location(), "/c/search", "in again, without a code");
        assert_eq!(phone.get("/c/search").await.status, 200);

        let mut laptop = house.browser();
        assert_eq!(start(&mut laptop, &code).await.location(), "/c/code");
        assert_eq!(laptop.get("/c/search").await.status, 404, "nothing without the code");
        app::jobs::run_due(&house.app, 20).await.unwrap();
        let letter = mails(&post, "ngozi@home.example").pop().expect("a code in the mailbox");
        let right: String =
            letter.paragraphs.iter().find_map(|p| p.split(' ').next().filter(|w| w.len() == 6 && w.parse::<u32>().is_ok())).unwrap().into();
        let page = laptop.get("/c/code").await;
        let wrong = if right == "000000" { "000001" } else { "000000" };
        assert_eq!(laptop.post("/c/code", &page, &[("code", wrong)]).await.status, 422);
        let typed = format!("{} {}", &right[..3], &right[3..]);
        assert_eq!(laptop.post("/c/code", &page, &[("code", &typed)]).await.location(), "/c/search");
        assert_eq!(laptop.get("/c/search").await.status, 200);
        assert!(gone(&phone.get("/c/search").await), "the first browser is out");
    }
}

// proves: D2
#[tokio::test]
async fn a_code_bears_five_tries_and_ten_minutes_and_the_adviser_can_read_one_out() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let (_, code) = make(&mut maya, &f, "share").await;
        start(&mut house.browser(), &code).await;
        let mut laptop = house.browser();
        start(&mut laptop, &code).await;
        let at = format!("{}/asset-sync", f.at());
        let read_out = async |maya: &mut Browser| {
            let page = maya.get(&at).await;
            assert!(page.body.contains("waits for a code"), "{}", page.body);
            let (page, _) = press(maya, &f, &page, "code").await;
            page.between("<span class=\"num\">", "</span>").replace(' ', "")
        };
        let first = read_out(&mut maya).await;
        let page = laptop.get("/c/code").await;
        for _ in 0..5 {
            let wrong = if first == "000000" { "000001" } else { "000000" };
            assert_eq!(laptop.post("/c/code", &page, &[("code", wrong)]).await.status, 422);
        }
        let spent = laptop.post("/c/code", &page, &[("code", &first)]).await;
        assert!(spent.status == 422 && spent.body.contains("no longer works"));
        let second = read_out(&mut maya).await;
        house.clock.advance(Span::minutes(10));
        assert_eq!(laptop.post("/c/code", &page, &[("code", &second)]).await.status, 422, "too late");
        let third = read_out(&mut maya).await;
        assert_eq!(laptop.post("/c/code", &page, &[("code", &third)]).await.status, 303);
    }
}

// proves: N16 D23
#[tokio::test]
async fn a_launched_link_opens_one_browser_and_ends_when_the_page_is_closed() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let (_, code) = make(&mut maya, &f, "launch").await;
        let mut phone = house.browser();
        assert_eq!(start(&mut phone, &code).await.location(), "/c/search");
        let mut other = house.browser();
        let page = peek(&mut other, &code).await;
        assert!(gone(&other.post("/c/start", &page, &[("code", &code)]).await), "never a code for a launched link");
        // On this computer: the adviser's own browser, whose session is neither used nor ended.
        let (page, code) = make(&mut maya, &f, "launch").await;
        let door = maya.get("/i").await;
        let peeked = maya.post("/i", &door, &[("code", &code)]).await;
        maya.post("/c/start", &peeked, &[("code", &code)]).await;
        assert!(maya.cookies.contains_key("lsid") && maya.cookies.contains_key("sid"));
        assert_eq!(maya.get("/preferences").await.status, 200, "still signed in");
        drop(page);
        let (page, code) = make(&mut maya, &f, "launch").await;
        press(&mut maya, &f, &page, "close").await;
        assert!(gone(&peek(&mut house.browser(), &code).await));
        let (_, code) = make(&mut maya, &f, "launch").await;
        house.clock.advance(Span::minutes(60));
        assert!(gone(&peek(&mut house.browser(), &code).await));
    }
}

// proves: N21 N22 N23 N25
#[tokio::test]
async fn send_e_mail_writes_to_the_client_with_the_code_and_to_the_adviser_with_dots() {
    for house in houses().await {
        let post = mailbox(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get(&format!("{}/asset-sync", f.at())).await;
        assert_eq!(press(&mut maya, &f, &page, "mail").await.0.status, 303);
        press(&mut maya, &f, &page, "mail").await;
        app::jobs::run_due(&house.app, 20).await.unwrap();
        let (client, adviser) = (mails(&post, "ngozi@home.example"), mails(&post, MAYA));
        assert_eq!((client.len(), adviser.len()), (1, 1), "sent once, though the form came twice");
        let (client, adviser) = (&client[0], &adviser[0]);
        assert_eq!(
            (&client.to, &client.cc, &client.subject, &client.references),
            (&adviser.to, &adviser.cc, &adviser.subject, &adviser.references)
        );
        assert!(client.to.contains("ngozi@home.example") && client.cc.contains(MAYA));
        assert!(client.reply_to.contains(MAYA) && adviser.reply_to.contains("ngozi@home.example"), "replies reach people");
        let link = client.paragraphs.iter().find(|p| p.contains("/i#")).expect("the link");
        let code = link.split('#').nth(1).unwrap();
        assert_eq!(code.len(), 30);
        assert!(client.paragraphs.iter().any(|p| p.contains("Get started") && p.contains("works until")), "instructions");
        assert!(!adviser.paragraphs.concat().contains(code) && adviser.paragraphs.iter().any(|p| p.contains("•••••-")));
        assert_eq!(start(&mut house.browser(), code).await.location(), "/c/search");
        let page = maya.get(&format!("{}/asset-sync", f.at())).await;
        assert!(page.body.contains("Sent today"), "{}", page.body);
        let db = house.app.store().read(&house.scope).await.unwrap();
        let rows = db.all("SELECT message FROM mail WHERE firm_id = $1", store::params![house.scope.firm()]).await.unwrap();
        assert!(rows.iter().all(|r| r.opt_bytes("message").unwrap().is_none()), "wiped when sent");
    }
}

// proves: D1
#[tokio::test]
async fn a_firm_can_switch_system_mail_off_and_the_page_says_so() {
    for house in houses().await {
        mailbox(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let tx = house.app.store().begin(&house.scope).await.unwrap();
        let mut firm = store::firms::own(&tx).await.unwrap();
        firm.settings.sends_mail = false;
        store::firms::save(&tx, &firm).await.unwrap();
        tx.commit().await.unwrap();
        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get(&format!("{}/asset-sync", f.at())).await;
        assert!(page.body.contains("switched off e-mail") && !page.body.contains("/asset-sync/mail\""), "{}", page.body);
        let (refused, _) = press(&mut maya, &f, &page, "mail").await;
        assert!(refused.body.contains("switched off e-mail"), "refused on the server too");
        assert_eq!(press(&mut maya, &f, &page, "share").await.1.len(), 30);
    }
}

#[tokio::test]
async fn neither_secret_nor_mailbox_code_lies_in_the_database_in_clear() {
    for house in houses().await {
        mailbox(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get(&format!("{}/asset-sync", f.at())).await;
        press(&mut maya, &f, &page, "mail").await;
        let db = house.app.store().read(&house.scope).await.unwrap();
        let rows = db.all("SELECT message FROM mail WHERE firm_id = $1", store::params![house.scope.firm()]).await.unwrap();
        assert_eq!(rows.len(), 2);
        for r in rows {
            let sealed = r.opt_bytes("message").unwrap().expect("it waits");
            assert!(!sealed.windows(4).any(|w| w == b"/i=23" || w == b"From" || w == b"Ngoz"), "sealed while it waits");
        }
    }
}
