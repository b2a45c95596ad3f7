//! The rehearsal provider beside a house, and a person at its page: reads it, fills in its forms, comes back to our return address.

use crate::it::browser::{Browser, Page};
use crate::it::house::House;
use connect::plaid::{Plaid, PlaidConfig};
use model::Secret;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

pub type Post = Arc<Mutex<Vec<(String, String)>>>;

pub struct Provider {
    running: sandbox::Running,
    pub post: Post,
}

impl Provider {
    /// Starts the sandbox, takes its connector and a mailbox in memory into use, and reads the directory.
    pub async fn beside(house: &House) -> Provider {
        let config = sandbox::Config {
            listen: "127.0.0.1:0".parse().expect("an address"),
            seed: 7,
            institutions: 700,
            clock: house.clock.clone(),
            data: None,
            latency_zero: true,
        };
        let running = sandbox::start(config).await.expect("a sandbox");
        let config = PlaidConfig {
            base: running.base.parse().expect("a base"),
            client_id: running.client_id.clone(),
            secret: Secret::new(running.secret.clone()),
        };
        house.app.set_connector(Arc::new(Plaid::new(config, house.clock.clone()).expect("a connector")));
        let post: Post = Arc::default();
        house.app.set_post(app::mail::Transport::Memory(post.clone()));
        app::institutions::import(&house.app, "plaid").await.expect("a directory");
        app::institutions::rebuild(&house.app).await.expect("an index");
        Provider { running, post }
    }

    pub fn at(&self) -> SocketAddr {
        self.running.base.trim_start_matches("http://").parse().expect("an address")
    }

    /// Goes through the provider's page to its end; gives the address that it leads back to. `leaves_at`: the step at which they leave.
    pub async fn visit(&self, page: &str, password: &str, leaves_at: &str) -> String {
        let mut browser = Browser::at(self.at());
        let home = page.trim_start_matches(&self.running.base).trim_end_matches('/').to_owned();
        let mut at = browser.get(&home).await.location().to_owned();
        let mut last = String::new();
        for _ in 0..12 {
            let path = at.trim_start_matches(&self.running.base).to_owned();
            if path.starts_with("http") {
                return path;
            }
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            let html = browser.get(&path).await;
            let away = name == leaves_at || name == "problem" || (name == last && name == "sign-in");
            let (form, fields) = if away { ("exit", Vec::new()) } else { (name.as_str(), answers(&name, password, &html)) };
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let next = browser.post_bare(&format!("{home}/{form}"), &fields).await;
            assert!(next.status < 400, "{form}: {} {}", next.status, next.body);
            at = next.location().to_owned();
            last = name;
        }
        panic!("no way out of {page}");
    }
}

fn answers(step: &str, password: &str, html: &Page) -> Vec<(String, String)> {
    let pair = |n: &str, v: &str| (n.to_owned(), v.to_owned());
    match step {
        "sign-in" => vec![pair("user", "user_good"), pair("password", password)],
        "institution" => vec![pair("decision", "allow")],
        "device" => vec![pair("device", "phone")],
        "code" => vec![pair("code", "1234")],
        "accounts" => {
            html.body.split("name=\"account\" value=\"").skip(1).filter_map(|r| r.split('"').next()).map(|k| pair("account", k)).collect()
        }
        _ => Vec::new(),
    }
}

/// Everything that is due: jobs and refreshes, until nothing is.
pub async fn settle(house: &House) {
    for _ in 0..20 {
        let jobs = app::jobs::run_due(&house.app, 20).await.expect("jobs");
        let refreshes = app::sync::refresh_due(&house.app, 20).await.expect("refreshes");
        if jobs + refreshes == 0 {
            return;
        }
    }
}

impl Provider {
    /// The messages to somebody, as they would read them.
    pub fn mail_to(&self, who: &str) -> Vec<app::mail::Seen> {
        let all = self.post.lock().expect("the mailbox");
        all.iter().filter(|(to, _)| to == who).map(|(_, m)| app::mail::read(m)).collect()
    }
}

impl Provider {
    /// Moves one of the rehearsal's levers.
    pub async fn lever(&self, path: &str, body: &str) {
        let mut hand = Browser::at(self.at());
        hand.more.push(("plaid-secret".into(), self.running.secret.clone()));
        let done = hand.send("POST", path, "application/json", body.as_bytes()).await;
        assert!(done.status < 300, "{path}: {} {}", done.status, done.body);
    }
}

impl Provider {
    /// What the operator types in set-up: where it is, the client id, the secret.
    pub fn keys(&self) -> (&str, &str, &str) {
        (&self.running.base, &self.running.client_id, &self.running.secret)
    }
}
