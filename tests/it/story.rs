//! What the stories share: a firm with one family, a client who goes the whole way, and a look at both ends of the wire.

use super::wire;
use model::plan::Plan;
use model::time::HandClock;
use model::{AccountId, ConnectionId, FirmScope, MemberId};
use serde_json::{Value, json};
use stage::{Browser, Firm, Form, Household, Page, Stage};
use std::collections::BTreeMap;
use store::accounts::Account;
use store::connections::Connection;

/// One stage with a firm and a family of two adults.
pub struct Story {
    pub stage: Stage,
    pub firm: Firm,
    pub family: Household,
}

/// The same story on each database of this run.
pub async fn stories() -> Vec<Story> {
    let mut out = Vec::new();
    for stage in stage::stages().await {
        out.push(Story::on(stage).await);
    }
    out
}

/// One story where the database makes no difference.
pub async fn story() -> Story {
    let clock = HandClock::at(rig::START);
    let base = rig::sqlite(clock.clone()).await;
    Story::on(Stage::new(base, clock).await).await
}

impl Story {
    pub async fn on(stage: Stage) -> Story {
        let firm = stage.firm("Alder & Finch", Plan::Complete).await;
        let family = stage.household(&firm.lead, "Okafor–Lindqvist", &[("Ngozi", "Okafor"), ("Erik", "Lindqvist")]).await;
        Story { stage, firm, family }
    }

    pub fn scope(&self) -> &FirmScope {
        &self.firm.lead.scope
    }
    pub fn ngozi(&self) -> MemberId {
        self.family.member("Ngozi")
    }
    pub fn at(&self, rest: &str) -> String {
        format!("/households/{}{rest}", self.family.id)
    }
    pub async fn adviser(&self) -> Browser {
        self.stage.sign_in(&self.firm.lead).await
    }

    /// The adviser makes a link for Ngozi: its address with the secret.
    pub async fn share(&self, about: &str) -> String {
        let mut adviser = self.adviser().await;
        let page = adviser.get(self.at(&format!("/asset-sync?person={}{about}", self.ngozi()))).await;
        shown_link(&adviser.send(page.form("/share")).await)
    }

    /// Opens a link and presses *Get started*; types the mailbox code where one is asked for.
    pub async fn enter(&self, link: &str) -> (Browser, Page) {
        let mut browser = self.stage.browser();
        let page = get_started(&mut browser, link).await;
        let page = if page.url.path() == "/c/code" { self.prove(&mut browser, &page).await } else { page };
        (browser, page)
    }

    pub async fn prove(&self, browser: &mut Browser, page: &Page) -> Page {
        self.stage.settle().await;
        let letters = self.stage.letters_to("ngozi@okafor.example");
        let code = six_digits(letters.last().expect("a letter with a code"));
        browser.send(page.form("/c/code").with("code", code)).await
    }

    /// From the adviser's link to the confirmation: the page with *Add another account* and *Exit*.
    pub async fn connect(&self, typed: &str, name: &str) -> (Browser, Page) {
        let (mut browser, _) = self.enter(&self.share("").await).await;
        let done = self.connect_in(&mut browser, typed, name).await;
        (browser, done)
    }

    /// The same for somebody who is in already.
    pub async fn connect_in(&self, browser: &mut Browser, typed: &str, name: &str) -> Page {
        let leaving = choose(browser, typed, name).await;
        let waiting = sign_in_at(browser, &leaving, &Visit::default()).await;
        self.confirm(browser, &waiting).await
    }

    /// Waits for the first values and says whose the accounts are.
    pub async fn confirm(&self, browser: &mut Browser, waiting: &Page) -> Page {
        self.stage.settle().await;
        let page = browser.get(waiting.url.as_str()).await;
        if page.has_form("/owners") { browser.send(page.form("/owners").press("Continue")).await } else { page }
    }

    pub async fn connections(&self) -> Vec<Connection> {
        let db = self.stage.app.store().read(self.scope()).await.expect("a look");
        store::connections::of_household(&db, self.family.id).await.expect("connections")
    }

    pub async fn connection(&self) -> Connection {
        let mut all = self.connections().await;
        assert_eq!(all.len(), 1, "one connection");
        all.remove(0)
    }

    /// One connection, whatever has become of it.
    pub async fn connection_of(&self, id: ConnectionId) -> Connection {
        let db = self.stage.app.store().read(self.scope()).await.expect("a look");
        store::connections::find(&db, id).await.expect("a look").expect("the connection")
    }

    /// Every account that is not deleted, by id.
    pub async fn accounts(&self) -> BTreeMap<AccountId, Account> {
        let db = self.stage.app.store().read(self.scope()).await.expect("a look");
        let all = store::accounts::of_household(&db, self.family.id).await.expect("accounts");
        all.into_iter().filter(|a| a.state != model::AccountState::Deleted).map(|a| (a.id, a)).collect()
    }

    /// Words of the rehearsal director.
    pub async fn direct(&self, path: &str, body: Value) {
        self.stage.plaid.direct(path, body).await.expect("the director hears");
    }
    pub async fn fault(&self, fault: Value) {
        self.direct("/_control/faults", fault).await;
    }
    pub async fn no_more_faults(&self) {
        wire::direct(&self.stage.sandbox, "DELETE", "/_control/faults").await;
    }
    pub async fn break_item(&self, external_id: &str, code: &str) {
        self.direct(&format!("/_control/items/{external_id}/break"), json!({ "code": code })).await;
    }
    /// The items that the provider knows.
    pub async fn items(&self) -> Vec<Value> {
        let all = wire::direct(&self.stage.sandbox, "GET", "/_control/items").await;
        all["items"].as_array().cloned().unwrap_or_default()
    }
    pub async fn live_items(&self) -> usize {
        self.items().await.iter().filter(|i| i["removed"] == json!(false)).count()
    }
    /// How often an endpoint was called.
    pub async fn calls(&self, path: &str) -> u64 {
        wire::direct(&self.stage.sandbox, "GET", "/_control/requests").await["counts"][path].as_u64().unwrap_or(0)
    }
    /// Calls that read figures.
    pub async fn fetches(&self) -> u64 {
        let mut n = 0;
        for path in ["/item/get", "/accounts/get", "/investments/holdings/get", "/liabilities/get"] {
            n += self.calls(path).await;
        }
        n
    }

    /// The portfolio as the adviser sees it.
    pub async fn portfolio(&self) -> Page {
        self.adviser().await.get(self.at("/portfolio")).await
    }
    pub async fn account_page(&self, id: AccountId) -> Page {
        self.adviser().await.get(format!("/accounts/{id}")).await
    }

    /// Ends the story: nothing failed, and the log says what the pages said.
    pub async fn end(self) {
        self.stage.settle().await;
        let report = app::rebuild::run(&self.stage.app).await.expect("a rebuild");
        assert!(report.rows > 0 && report.differences.is_empty(), "the log says something else: {:?}", report.differences);
        self.stage.end().await;
    }
}

/// The address with its secret, as the adviser's page shows it once.
pub fn shown_link(page: &Page) -> String {
    let at = page.html.find("/i#").unwrap_or_else(|| panic!("no link on {}:\n{}", page.url, page.words()));
    page.html[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || "/#-".contains(*c)).collect()
}

pub fn six_digits(letter: &str) -> String {
    let words = letter.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|w| w.len() == 6 && w.bytes().all(|b| b.is_ascii_digit()))
        .map(str::to_owned)
        .next()
        .unwrap_or_else(|| panic!("no code in {letter}"))
}

/// Without scripts the client types the code that stands behind the #.
pub async fn get_started(browser: &mut Browser, link: &str) -> Page {
    let page = browser.get("/i").await;
    let code = link.split('#').nth(1).unwrap_or_default();
    let page = browser.send(page.form("/i").with("code", code)).await;
    if page.status != 200 {
        return page;
    }
    browser.send(page.form("Get started").press("Get started")).await
}

/// Searches and opens the notice of one institution.
pub async fn look_at(browser: &mut Browser, typed: &str, name: &str) -> Page {
    let page = browser.get("/c/search").await;
    let page = browser.send(page.form("q").with("q", typed)).await;
    // The marks of what was typed may cut a word.
    let bare = |w: &str| w.replace(' ', "");
    let found = page.links().into_iter().find(|(w, u)| u.path().starts_with("/c/at/") && bare(w).contains(&bare(name)));
    let (_, href) = found.unwrap_or_else(|| panic!("{name} is not among {:?}", page.links()));
    browser.get(href).await
}

/// Searches, chooses, agrees: the page that leads to the provider.
pub async fn choose(browser: &mut Browser, typed: &str, name: &str) -> Page {
    let page = look_at(browser, typed, name).await;
    page.must_have("What we will read");
    browser.send(page.form("/c/at/").press("Continue")).await
}

/// How somebody goes through the provider's page.
#[derive(Clone)]
pub struct Visit<'a> {
    pub user: &'a str,
    pub password: &'a str,
    /// The accounts that they leave out, by their place in the list.
    pub without: &'a [usize],
}

impl Default for Visit<'_> {
    fn default() -> Self {
        Visit { user: "ngozi", password: "pass_good", without: &[] }
    }
}

/// Goes to the provider's page, through it and back.
pub async fn sign_in_at(browser: &mut Browser, leaving: &Page, visit: &Visit<'_>) -> Page {
    let away = leaving.links().into_iter().find(|(_, u)| u.path().starts_with("/link/"));
    let (_, away) = away.unwrap_or_else(|| panic!("no way to the provider on {}:\n{}", leaving.url, leaving.words()));
    let mut page = browser.get(away).await;
    for _ in 0..12 {
        if page.url.host_str() == Some("localhost") {
            return page;
        }
        let form = answered(&page, visit);
        page = browser.send(form).await;
    }
    panic!("the provider's page does not come to an end: {}", page.url);
}

/// The form of a step, filled in.
pub fn answered(page: &Page, v: &Visit<'_>) -> Form {
    let typed = |form: Form| form.with("user", v.user).with("password", v.password);
    match page.url.path().rsplit('/').next().unwrap_or_default() {
        "sign-in" => typed(page.form("/sign-in")),
        "device" => page.form("/device"),
        "code" => page.form("/code").with("code", "1234"),
        "accounts" => v.without.iter().rev().fold(page.form("/accounts"), |f, n| leave_out(f, *n)),
        "continue" => page.form("/continue"),
        "institution" => typed(page.form("/institution")).press("allow"),
        "problem" | "done" => page.form("/exit"),
        step @ ("questions" | "selections") => hinted(page, step),
        other => panic!("a step nobody told us of: {other} at {}\n{}", page.url, page.words()),
    }
}

fn leave_out(mut form: Form, nth: usize) -> Form {
    let places: Vec<usize> = (0..form.fields.len()).filter(|i| form.fields[*i].0 == "account").collect();
    form.fields.remove(places[nth]);
    form
}

/// The right answers follow from their names.
fn hinted(page: &Page, step: &str) -> Form {
    let mut form = page.form(step);
    let names: Vec<String> = page
        .html
        .match_indices("name=\"answer_")
        .map(|(n, _)| page.html[n + 6..].split('"').next().unwrap_or_default().to_owned())
        .collect();
    for name in names {
        let n = name.trim_start_matches("answer_").to_owned();
        let right = if step == "questions" { format!("answer_0_{n}") } else { format!("answer_0_{n}_0") };
        form = form.with(&name, right);
    }
    form
}
