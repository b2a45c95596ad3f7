//! What a client does in a browser, step by step: the ways that several stories share.

use stage::{Browser, Page, Stage};

/// The address with its secret, as the adviser's page shows it once.
pub fn shown_link(page: &Page) -> String {
    let at = page.html.find("/i#").unwrap_or_else(|| panic!("no link on {}:\n{}", page.url, page.words()));
    let code: String = page.html[at + 3..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    format!("/i#{code}")
}

/// Opens the link and gets started: the page that asks where the account is.
pub async fn open(stage: &Stage, link: &str) -> (Browser, Page) {
    let mut browser = stage.browser();
    let page = browser.get(link).await;
    // With scripts the page sends the part behind the # by itself; without, the client types it.
    let code = link.split('#').nth(1).unwrap_or_default();
    let page = browser.send(page.form("/i").with("code", code)).await;
    let page = browser.send(page.form("Get started").press("Get started")).await;
    (browser, page)
}

/// Searches, chooses, agrees: the page that leads to the provider.
pub async fn choose(browser: &mut Browser, typed: &str, name: &str) -> Page {
    let page = browser.get("/c/search").await;
    let page = browser.send(page.form("q").with("q", typed)).await;
    let page = browser.get(page.link(name)).await;
    page.must_have("What we will read");
    browser.send(page.form("/c/at/").press("Continue")).await
}

/// Signs in at the institution on the provider's page and comes back.
pub async fn sign_in_at(browser: &mut Browser, leaving: &Page, user: &str) -> Page {
    let mut page = browser.get(leaving.link("Continue to")).await;
    for _ in 0..12 {
        let form = match page.url.path().rsplit('/').next().unwrap_or_default() {
            _ if page.url.host_str() == Some("localhost") => return page,
            "sign-in" => page.form("user").with("user", user).with("password", "pass_good"),
            "device" => page.form("/device"),
            "code" => page.form("code").with("code", "1234"),
            "questions" => answered(&page, "questions"),
            "selections" => answered(&page, "selections"),
            "accounts" => page.form("/accounts"),
            "continue" => page.form("/continue"),
            "institution" => page.form("/institution").with("user", user).with("password", "pass_good").press("allow"),
            "done" => page.form("/exit"),
            other => panic!("a step nobody told us of: {other} at {}\n{}", page.url, page.words()),
        };
        page = browser.send(form).await;
    }
    panic!("the provider's page does not come to an end: {}", page.url);
}

/// The right answers stand on the page.
fn answered(page: &Page, step: &str) -> stage::Form {
    let form = page.form(step);
    let hint = page.html.split("<code>").nth(1).and_then(|t| t.split("</code>").next()).unwrap_or_default().to_owned();
    let names: Vec<String> =
        page.html.match_indices("name=\"").map(|(n, _)| page.html[n + 6..].split('"').next().unwrap_or_default().to_owned()).collect();
    names.into_iter().filter(|n| form.value(n).is_none() || form.value(n) == Some("")).fold(form.clone(), |f, n| f.with(&n, hint.clone()))
}

/// Waits until the first values are there, then confirms whose each account is.
pub async fn confirm(stage: &Stage, browser: &mut Browser, waiting: &Page) -> Page {
    stage.settle().await;
    let page = browser.get(waiting.url.as_str()).await;
    let page = match page.has_form("/owners") {
        true => page,
        false => browser.get(page.link("Continue")).await,
    };
    browser.send(page.form("/owners").press("Continue")).await
}
