//! The program is killed at any moment of a link or a refresh, and started again: no double, no loss, nothing stuck.

use super::killing::{Crash, until};
use super::program::{run, said};
use super::story::{get_started, look_at, shown_link};
use model::Span;
use serde_json::json;
use stage::{Browser, Page};
use std::time::Duration;
use store::params;
use url::Url;

/// Where Pat has a sign-in; each is connected in one round.
const PLACES: [(&str, &str); 16] = [
    ("larchmont bank", "Larchmont Bank"),
    ("larchmont brokerage", "Larchmont Brokerage"),
    ("bluewater", "Bluewater Credit Union"),
    ("northgate", "Northgate Brokerage"),
    ("sable", "Sable Card"),
    ("larchmont work", "Larchmont Workplace"),
    ("tessera", "Tessera 529"),
    ("harbor vale", "Harbor & Vale Custody"),
    ("kestrel", "Kestrel Student Loans"),
    ("larchmont card", "Larchmont Card"),
    ("osprey", "Osprey Mutual"),
    ("fennel coin", "Fennel Coin Exchange"),
    ("pinecrest", "Pinecrest Health Savings"),
    ("granite", "Granite Life"),
    ("larchmont benefits", "Larchmont Benefits"),
    ("wickerbird", "First Wickerbird Bank"),
];

/// The moments of a link at which the program dies.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Moment {
    Notice,
    WhileContinuing,
    Continued,
    AtTheSignIn,
    AtTheAccounts,
    /// The provider's page is finished, the browser is not back.
    Finished,
    WhileReturning,
    Returned,
    /// The result was read, or is being exchanged.
    Read,
    Exchanged,
    FirstFigures,
}

const MOMENTS: [Moment; 11] = [
    Moment::Exchanged,
    Moment::WhileContinuing,
    Moment::Continued,
    Moment::AtTheSignIn,
    Moment::AtTheAccounts,
    Moment::Finished,
    Moment::WhileReturning,
    Moment::Returned,
    Moment::Read,
    Moment::FirstFigures,
    Moment::Notice,
];

impl Crash {
    /// One link for Pat, opened and redeemed; the program dies right after.
    async fn pat(&mut self) -> (Browser, String) {
        let clients = self.about["firms"][0]["clients"].as_array().expect("clients").clone();
        let pat = clients.iter().find(|c| c["name"] == json!("Pat Halloran")).expect("Pat");
        let (household, member) = (pat["household"].as_str().expect("an id"), pat["member"].as_str().expect("an id"));
        let mut adviser = self.adviser().await;
        let page = adviser.get(format!("/households/{household}/asset-sync?person={member}")).await;
        let link = shown_link(&adviser.send(page.form("/share")).await);
        let mut browser = Browser::new(self.home());
        let page = get_started(&mut browser, &link).await;
        assert_eq!(page.url.path(), "/c/search", "{}", page.words());
        self.again().await;
        let page = browser.get("/c").await;
        assert_eq!(page.url.path(), "/c/search", "what was redeemed stays redeemed");
        (browser, household.to_owned())
    }

    /// Goes on from wherever the link stands until the accounts are there. Gives whether the client had to connect once more.
    async fn finish(&self, browser: &mut Browser, place: (&str, &str)) -> u32 {
        let mut begun = 0;
        let mut page = browser.get("/c").await;
        for _ in 0..600 {
            assert!(page.status < 500, "{}", page.words());
            if page.has(&format!("{} is connected", place.1)) {
                return begun;
            }
            let away = page.links().into_iter().find(|(_, u)| u.path().starts_with("/link/"));
            page = if let Some((_, away)) = away {
                self.through(browser, away, None).await.0
            } else if page.has_form("/owners") {
                browser.send(page.form("/owners").press("Continue")).await
            } else if page.url.path().starts_with("/c/a/") && waits(&page) {
                tokio::time::sleep(Duration::from_millis(20)).await;
                browser.get(page.url.as_str()).await
            } else {
                assert!(begun < 3, "connected again and again:\n{}", page.words());
                begun += 1;
                let notice = look_at(browser, place.0, place.1).await;
                browser.send(notice.form("/c/at/").press("Continue")).await
            };
        }
        self.dump().await;
        panic!("{} is never connected; it stands at {}:\n{}", place.1, page.url, page.words());
    }

    /// One link, killed at a moment; then finished. Gives how often the client had to connect anew because a result was lost.
    async fn link(&mut self, browser: &mut Browser, place: (&str, &str), moment: Moment) {
        let notice = look_at(browser, place.0, place.1).await;
        let form = notice.form("/c/at/").press("Continue");
        let exchanged = self.calls("/item/public_token/exchange").await;
        match moment {
            Moment::Notice => {}
            Moment::WhileContinuing => {
                let created = self.calls("/institutions/get_by_id").await;
                self.throw(browser, "POST", &form.action, &form.fields);
                until("it was asked", async || (self.calls("/institutions/get_by_id").await > created).then_some(())).await;
            }
            _ => {
                let leaving = browser.send(form).await;
                let away = leaving.links().into_iter().find(|(_, u)| u.path().starts_with("/link/")).expect("the way out").1;
                match moment {
                    Moment::AtTheSignIn => drop(browser.get(away).await),
                    Moment::AtTheAccounts => drop(self.through(browser, away, Some("accounts")).await),
                    Moment::Continued => {}
                    _ => {
                        let (_, back) = self.through(browser, away, Some("back")).await;
                        let back = back.expect("the way back");
                        self.at_the_end(browser, back, moment, exchanged).await;
                    }
                }
            }
        }
        self.again().await;
        let anew = self.finish(browser, place).await;
        let innocent = !matches!(
            moment,
            Moment::Read | Moment::Exchanged | Moment::FirstFigures | Moment::WhileReturning | Moment::Returned | Moment::Finished
        );
        assert!(anew <= 1, "{moment:?}: connected {anew} times more");
        assert!(anew == 0 || !innocent || matches!(moment, Moment::Notice | Moment::WhileContinuing), "{moment:?}: what was begun goes on");
    }

    async fn at_the_end(&self, browser: &mut Browser, back: Url, moment: Moment, exchanged: u64) {
        let read = self.calls("/link/token/get").await;
        let fetched = self.fetches().await;
        match moment {
            Moment::Finished => return,
            Moment::WhileReturning => self.throw(browser, "GET", &back, &[]),
            _ => drop(browser.once(&back, None).await),
        }
        match moment {
            Moment::Read => until("the result is read", async || (self.calls("/link/token/get").await > read).then_some(())).await,
            Moment::Exchanged => {
                until("it is exchanged", async || (self.calls("/item/public_token/exchange").await > exchanged).then_some(())).await;
            }
            Moment::FirstFigures => until("figures are read", async || (self.fetches().await > fetched).then_some(())).await,
            _ => {}
        }
    }

    /// Everything that must hold after all that.
    async fn judge(&self, household: &str, places: &[(&str, &str)]) {
        let items = self.control("GET", "/_control/items").await["items"].as_array().cloned().expect("items");
        let store = self.open().await;
        {
            let db = store.read_system().await.expect("a look");
            let household: model::HouseholdId = household.parse().expect("an id");
            let integrity = db.one("SELECT integrity_check AS n FROM pragma_integrity_check", vec![]).await.expect("a check");
            assert_eq!(integrity.expect("a row").text("n").expect("words"), "ok");
            let connections = db.all("SELECT * FROM connection WHERE removal = 'none' ORDER BY id", vec![]).await.expect("connections");
            let mut of_pat = 0;
            for c in &connections {
                let (external, name) = (c.text("external_id").expect("an id"), c.text("institution").expect("a name"));
                let item = items.iter().find(|i| i["item_id"] == json!(external)).unwrap_or_else(|| panic!("{name} has no item"));
                assert_eq!(item["removed"], json!(false), "{name} is gone over there");
                let sql = "SELECT count(*) AS n FROM account WHERE connection_id = $1 AND state = 'live'";
                let id = c.id::<model::id::Connection>("id").expect("an id");
                let n = db.one(sql, params![id]).await.expect("a count").expect("a row").int("n").expect("a number");
                assert_eq!(Some(n as u64), item["accounts"].as_u64(), "accounts of {name} here and there");
                let state = c.word("state", model::ConnectionState::from_key).expect("a state");
                assert!(!state.may_fetch() || c.opt_time("due_at").expect("a time").is_some(), "{name} is stuck");
                if c.id::<model::id::Household>("household_id").expect("an id") != household {
                    continue;
                }
                of_pat += 1;
                assert!(places.iter().any(|p| p.1 == name), "nobody connected {name}");
                assert!(c.opt_time("succeeded_at").expect("a time").is_some(), "{name} never brought figures");
            }
            assert_eq!(of_pat, places.len(), "each place is connected once");
            let twice = "SELECT count(*) AS n FROM (SELECT 1 FROM account WHERE source = 'aggregation' AND state <> 'deleted' \
                         GROUP BY household_id, institution, name, mask HAVING count(*) > 1) AS double";
            assert_eq!(
                db.one(twice, vec![]).await.expect("a count").expect("a row").int("n").expect("a number"),
                0,
                "an account is there twice"
            );
            let open = db
                .all("SELECT institution, step, fault FROM attempt WHERE ended_at IS NULL AND step NOT IN ('linked', 'done')", vec![])
                .await
                .expect("attempts");
            let open: Vec<_> = open.iter().map(|a| (a.text("institution"), a.text("step"))).collect();
            assert!(open.is_empty(), "attempts that never end: {open:?}");
            let failed = store::jobs::failures(&db, 10).await.expect("jobs");
            assert!(failed.is_empty(), "{failed:?}");
        }
        store.close().await.expect("closed");
    }

    async fn loop_of(places: &[(&'static str, &'static str)], refreshes: u64) {
        let mut crash = Crash::begin().await;
        let (mut browser, household) = crash.pat().await;
        for (n, place) in places.iter().enumerate() {
            crash.link(&mut browser, *place, MOMENTS[n % MOMENTS.len()]).await;
        }
        // Many refreshes at once, cut off after a few, one more each time.
        for n in 0..refreshes {
            crash.settled().await;
            let fetched = crash.fetches().await;
            crash.pass(Span::days(3)).await;
            until("refreshes run", async || (crash.fetches().await > fetched + n * 2).then_some(())).await;
            crash.again().await;
        }
        crash.settled().await;
        // What a client left open ends by itself.
        crash.pass(Span::hours(5)).await;
        crash.settled().await;
        crash.judge(&household, places).await;
        assert!(u64::from(crash.kills) > places.len() as u64 + refreshes);
        let stopped = crash.program.take().expect("it runs").stop();
        assert!(stopped, "it ends well");
        let data = crash.data().display().to_string();
        let rebuilt = run(&["rebuild", "--data", &data]);
        assert!(rebuilt.status.success() && said(&rebuilt).contains(" 0 differences"), "{}", said(&rebuilt));
    }
}

/// The page goes on by itself.
fn waits(page: &Page) -> bool {
    page.has("Getting your accounts") || page.has("Waiting for")
}

// proves: N33 N44 G41 G43 G45
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_of_a_link_or_a_refresh_it_goes_on_without_double_or_loss() {
    Crash::loop_of(&PLACES[..11], 4).await;
}

/// The same for longer: `cargo test --test it -- --ignored crash`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes"]
async fn killed_many_times_it_goes_on_without_double_or_loss() {
    Crash::loop_of(&PLACES, 40).await;
}
