//! What was typed comes out as text, and what was sent twice happens once.

use super::hostile::SCRIPT;
use super::story::{Story, get_started, look_at, shown_link, stories};
use stage::{Browser, Form, Page};

#[tokio::test]
async fn what_was_typed_is_escaped_in_pages_and_letters_and_adds_no_header() {
    for s in stories().await {
        let mut adviser = s.adviser().await;
        let page = adviser.get("/households/new").await;
        let form = page.form("/households/new");
        let bad = form
            .clone()
            .with("name", SCRIPT)
            .with("first", format!("Eve {SCRIPT}"))
            .with("last", "X\r\nBcc: eve@evil.example")
            .with("email", "eve@home.example\r\nBcc: eve@evil.example");
        let refused = adviser.send(bad.clone()).await;
        assert_eq!(refused.status, 422, "an address with a line break is none");
        assert!(!refused.html.contains("<script>alert(7)"));
        let page = adviser.send(bad.with("email", "eve@home.example")).await;
        assert!(page.status == 200 && page.url.path().starts_with("/households/hh_"), "{} {}", page.url, page.words());
        let household = page.url.path().split('/').nth(2).expect("an id").to_owned();
        let dialog = adviser.get(format!("/households/{household}/asset-sync")).await;
        for html in [&page.html, &dialog.html, &adviser.get("/households").await.html, &adviser.get("/").await.html] {
            assert!(!html.contains("<script>alert(7)") && !html.contains("<img src=x"));
        }
        let sent = adviser.send(dialog.form("/mail")).await;
        assert_eq!(sent.status, 200, "{}", sent.words());
        s.stage.settle().await;
        let mut letters = [s.stage.letters_to("eve@home.example"), s.stage.letters_to(&s.firm.lead.email)].concat();
        // The adviser is also told of the browser that they have just signed in with.
        letters.retain(|l| l.contains("eve@home.example"));
        assert_eq!(letters.len(), 2, "to the client, and to the adviser in cc");
        for letter in letters {
            let head = letter.split("\r\n\r\n").next().unwrap_or_default();
            assert!(!head.lines().any(|l| l.to_ascii_lowercase().starts_with("bcc")), "{head}");
            let html = letter.split("<!doctype html>").nth(1).expect("its page");
            assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
        }
        assert!(s.stage.letters_to("eve@evil.example").is_empty());
        s.end().await;
    }
}

async fn rows(s: &Story) -> Vec<i64> {
    let db = s.stage.app.store().read_system().await.expect("a look");
    let mut out = Vec::new();
    for table in ["household", "member", "account", "link", "mail", "attempt", "consent", "connection", "login", "fact"] {
        let row = db.one(&format!("SELECT count(*) AS n FROM {table}"), vec![]).await.expect("a count").expect("a row");
        out.push(row.int("n").expect("a number"));
    }
    out
}

/// Sends a form three times, twice of them at once. What the first did is done once.
async fn thrice(s: &Story, browser: &mut Browser, form: &Form) -> Page {
    let page = browser.send(form.clone()).await;
    assert!(page.status < 400, "{} {}", page.status, page.words());
    let once = rows(s).await;
    let mut twin = Browser::new(s.stage.url.clone());
    twin.cookies = browser.cookies.clone();
    let (one, two) = tokio::join!(browser.send(form.clone()), twin.send(form.clone()));
    assert!(one.status < 500 && two.status < 500, "{} {}", one.status, two.status);
    assert_eq!(rows(s).await, once, "{} sent again does something again", form.action.path());
    page
}

/// Sends a form twice at the same instant, when nothing has been done yet.
async fn at_once(s: &Story, browser: &mut Browser, form: &Form, what: usize) {
    let before = rows(s).await[what];
    let mut twin = Browser::new(s.stage.url.clone());
    twin.cookies = browser.cookies.clone();
    let (one, two) = tokio::join!(browser.send(form.clone()), twin.send(form.clone()));
    assert!(one.status < 500 && two.status < 500, "{} {}\n{}{}", one.status, two.status, one.words(), two.words());
    assert_eq!(rows(s).await[what], before + 1, "{}: done once", form.action.path());
}

#[tokio::test]
async fn a_form_that_is_sent_twice_has_one_effect() {
    for s in stories().await {
        let mut adviser = s.adviser().await;
        let page = adviser.get("/households/new").await;
        let new = page
            .form("/households/new")
            .with("name", "Twice")
            .with("first", "Tess")
            .with("last", "Twice")
            .with("email", "tess@twice.example");
        thrice(&s, &mut adviser, &new).await;
        let page = adviser.get("/households/new").await;
        let new = page
            .form("/households/new")
            .with("name", "Again")
            .with("first", "Ada")
            .with("last", "Again")
            .with("email", "ada@again.example");
        at_once(&s, &mut adviser, &new, 0).await;
        let page = adviser.get(s.at("/members/new")).await;
        let member = page.form("/members").with("first", "Jonas").with("last", "Lindqvist").with("email", "");
        thrice(&s, &mut adviser, &member).await;
        let page = adviser.get(s.at(&format!("/asset-sync?person={}", s.ngozi()))).await;
        at_once(&s, &mut adviser, &page.form("/share"), 3).await;
        let page = adviser.get(s.at(&format!("/asset-sync?person={}", s.ngozi()))).await;
        thrice(&s, &mut adviser, &page.form("/mail")).await;
        let page = adviser.get(s.at(&format!("/asset-sync?person={}", s.ngozi()))).await;
        let link = shown_link(&thrice(&s, &mut adviser, &page.form("/share")).await);
        let mut client = s.stage.browser();
        get_started(&mut client, &link).await;
        let notice = look_at(&mut client, "sable", "Sable Card").await;
        at_once(&s, &mut client, &notice.form("/c/at/").press("Continue"), 5).await;
        // Words that changed since they were shown are shown again, not agreed to.
        let notice = look_at(&mut client, "sable", "Sable Card").await;
        let before = rows(&s).await;
        let stale = client.send(notice.form("/c/at/").with("shown", "0".repeat(64)).press("Continue")).await;
        stale.must_have("What we will read");
        assert_eq!(rows(&s).await, before);
        s.end().await;
    }
}
