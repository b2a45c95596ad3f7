//! A demo that is killed and started again in its folder, with the clock in the test's hand.

use super::program::{Program, demo_json};
use super::story::{Visit, answered};
use super::wire;
use model::time::HandClock;
use model::{Span, Time};
use serde_json::Value;
use stage::{Browser, Page};
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;
use store::{Open, Store, params};
use url::Url;

pub struct Crash {
    pub dir: rig::Dir,
    pub ports: [u16; 2],
    pub clock: i64,
    pub program: Option<Program>,
    pub about: Value,
    pub kills: u32,
}

/// Waits for something, looking often. Nothing here takes a minute.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..12_000 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("still not: {what}");
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

impl Crash {
    pub async fn begin() -> Crash {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut crash =
            Crash { dir: rig::Dir::new(), ports: [free_port(), free_port()], clock: 0, program: None, about: Value::Null, kills: 0 };
        crash.start().await;
        crash
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }
    pub fn database(&self) -> String {
        format!("sqlite://{}", self.data().join("heldaway.db").display())
    }

    pub async fn start(&mut self) {
        let clock = self.dir.path().join("clock");
        std::fs::write(&clock, self.clock.to_string()).expect("the clock's file");
        let (dir, clock) = (self.data().display().to_string(), clock.display().to_string());
        let [ours, theirs] = self.ports.map(|p| format!("127.0.0.1:{p}"));
        let said = ["demo", "--data", &dir, "--listen", &ours, "--sandbox", &theirs, "--institutions", "60", "--clock-file", &clock];
        let mut program = Program::start(&said);
        program.until("Heldaway is ready");
        self.program = Some(program);
        self.about = demo_json(&self.data());
    }

    pub fn kill(&mut self) {
        self.program.take().expect("it runs").kill();
        self.kills += 1;
    }

    /// Kills it if it still runs, starts it again, and lets the leases of the dead run out.
    pub async fn again(&mut self) {
        if self.program.is_some() {
            self.kill();
        }
        self.clock += 301;
        self.start().await;
    }

    /// Moves the clock on and waits until the program has seen it.
    pub async fn pass(&mut self, span: Span) {
        let before = self.now().await;
        self.clock += span.as_seconds();
        let (draft, file) = (self.dir.path().join("clock.new"), self.dir.path().join("clock"));
        std::fs::write(&draft, self.clock.to_string()).expect("the clock's file");
        std::fs::rename(&draft, &file).expect("the clock's file");
        until("the clock moves", async || (self.now().await - before >= span).then_some(())).await;
    }

    pub async fn control(&self, method: &str, path: &str) -> Value {
        let secret = self.about["sandbox"]["plaid"]["secret"].as_str().expect("a secret").to_owned();
        wire::ask(&format!("127.0.0.1:{}", self.ports[1]), &secret, method, path).await
    }
    pub async fn now(&self) -> Time {
        let said = self.control("POST", "/_control/look").await;
        Time::parse(said["now"].as_str().expect("an instant")).expect("an instant")
    }
    pub async fn calls(&self, path: &str) -> u64 {
        self.control("GET", "/_control/requests").await["counts"][path].as_u64().unwrap_or(0)
    }
    pub async fn fetches(&self) -> u64 {
        self.calls("/accounts/get").await + self.calls("/investments/holdings/get").await
    }

    pub fn home(&self) -> Url {
        Url::parse(&format!("http://localhost:{}", self.ports[0])).expect("an address")
    }

    pub async fn open(&self) -> Store {
        Store::open(Open { url: &self.database(), clock: HandClock::at(rig::START), connections: 2 }).await.expect("the database opens")
    }

    /// Waits until nothing is due.
    pub async fn settled(&self) {
        until("nothing is due", async || {
            let now = self.now().await;
            let due = "SELECT (SELECT count(*) FROM connection WHERE due_at <= $1) \
                       + (SELECT count(*) FROM job WHERE state IN ('waiting', 'running') AND run_at <= $1) AS n";
            let store = self.open().await;
            let db = store.read_system().await.expect("a look");
            let left = db.one(due, params![now]).await.expect("a count").expect("a row").int("n").expect("a number");
            drop(db);
            store.close().await.expect("closed");
            (left == 0).then_some(())
        })
        .await;
    }

    pub async fn adviser(&self) -> Browser {
        let lead = &self.about["firms"][0]["people"]["lead"];
        let of = |name: &str| lead[name].as_str().expect("a login").to_owned();
        let mut browser = Browser::new(self.home());
        let page = browser.get("/sign-in").await;
        let page = browser.send(page.form("password").with("email", of("email")).with("password", of("password"))).await;
        let code = app::factors::code_at(&of("totp"), self.now().await).expect("a code");
        let page = browser.send(page.form("code").with("code", code)).await;
        assert!(!page.url.path().starts_with("/sign-in"), "{}", page.words());
        browser
    }

    /// Sends a request without waiting for its answer.
    pub fn throw(&self, browser: &Browser, method: &str, to: &Url, fields: &[(String, String)]) {
        let cookies = browser.cookies.values().flatten().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join("; ");
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [("Cookie", cookies.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
        let bytes = wire::request(method, &to[url::Position::BeforePath..], &headers, body.as_bytes());
        let at = format!("127.0.0.1:{}", self.ports[0]);
        tokio::spawn(async move { wire::send(&at, &bytes).await });
    }

    /// What is under way, for whoever reads a failure.
    pub async fn dump(&self) {
        let now = self.now().await;
        let store = self.open().await;
        {
            let db = store.read_system().await.expect("a look");
            for a in db.all("SELECT institution, step, lease_until FROM attempt WHERE ended_at IS NULL", vec![]).await.expect("attempts") {
                eprintln!("{now}: attempt {:?} {:?} {:?}", a.text("institution"), a.text("step"), a.opt_time("lease_until"));
            }
            let jobs = "SELECT kind, state, attempts, run_at, lease_until, last_error FROM job WHERE state <> 'done'";
            for j in db.all(jobs, vec![]).await.expect("jobs") {
                let at = j.time("run_at").map(|t| t.to_string());
                eprintln!(
                    "job {:?} {:?} {at:?} {:?} {:?}",
                    j.text("kind"),
                    j.text("state"),
                    j.opt_time("lease_until"),
                    j.opt_text("last_error")
                );
            }
            let connections = "SELECT institution, state, due_at, lease_until, fault FROM connection WHERE due_at IS NOT NULL";
            for c in db.all(connections, vec![]).await.expect("connections") {
                eprintln!(
                    "{:?} {:?} {:?} {:?} {:?}",
                    c.text("institution"),
                    c.text("state"),
                    c.opt_time("due_at"),
                    c.opt_time("lease_until"),
                    c.opt_text("fault")
                );
            }
        }
        store.close().await.expect("closed");
    }

    /// Through the provider's page, or up to a step of it. `stop` at the way back gives the address that the browser would go to.
    pub async fn through(&self, browser: &mut Browser, away: Url, stop: Option<&str>) -> (Page, Option<Url>) {
        let visit = Visit { user: "pat", ..Visit::default() };
        let mut page = browser.get(away).await;
        for _ in 0..12 {
            let step = page.url.path().rsplit('/').next().unwrap_or_default().to_owned();
            if page.url.host_str() == Some("localhost") || stop == Some(step.as_str()) {
                return (page, None);
            }
            let form = answered(&page, &visit);
            if stop == Some("back") {
                let (status, next, html) = browser.once(&form.action, Some(&form.fields)).await;
                let next = next.and_then(|n| form.action.join(&n).ok()).expect("a way on");
                if next.host_str() == Some("localhost") {
                    return (Page { status, url: form.action.clone(), html }, Some(next));
                }
                page = browser.get(next).await;
            } else {
                page = browser.send(form).await;
            }
        }
        panic!("the provider's page does not end");
    }
}
