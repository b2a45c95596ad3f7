//! The second rehearsal provider beside a house: its institutions ask in our own screens.

use crate::it::browser::{Browser, Page};
use crate::it::house::House;
use crate::it::provider::settle;
use connect::mx::{Mx, MxConfig};
use connect::plaid::{Plaid, PlaidConfig};
use model::Secret;
use std::net::SocketAddr;
use std::sync::Arc;

pub use crate::it::connecting::choose;

pub struct Second {
    running: sandbox::Running,
    pub post: crate::it::provider::Post,
}

impl Second {
    /// Both providers' connectors at one sandbox, a mailbox in memory, and the second one's directory.
    pub async fn beside(house: &House) -> Second {
        let config = sandbox::Config {
            listen: "127.0.0.1:0".parse().expect("an address"),
            seed: 7,
            institutions: 60,
            clock: house.clock.clone(),
            data: None,
            latency_zero: true,
        };
        let running = sandbox::start(config).await.expect("a sandbox");
        let base: url::Url = running.base.parse().expect("a base");
        let mx = MxConfig { base: base.clone(), client_id: running.mx_client_id.clone(), api_key: Secret::new(running.mx_api_key.clone()) };
        house.app.set_connector(Arc::new(Mx::new(mx, house.clock.clone()).expect("a connector")));
        let plaid = PlaidConfig { base, client_id: running.client_id.clone(), secret: Secret::new(running.secret.clone()) };
        house.app.set_connector(Arc::new(Plaid::new(plaid, house.clock.clone()).expect("a connector")));
        let post: crate::it::provider::Post = Arc::default();
        house.app.set_post(app::mail::Transport::Memory(post.clone()));
        app::institutions::import(&house.app, "mx").await.expect("a directory");
        app::institutions::rebuild(&house.app).await.expect("an index");
        Second { running, post }
    }

    fn hand(&self) -> Browser {
        let at: SocketAddr = self.running.base.trim_start_matches("http://").parse().expect("an address");
        let mut hand = Browser::at(at);
        hand.more.push(("plaid-secret".into(), self.running.secret.clone()));
        hand
    }

    /// One of the rehearsal's own levers.
    pub async fn lever(&self, path: &str, body: serde_json::Value) -> serde_json::Value {
        let done = self.hand().send("POST", path, "application/json", body.to_string().as_bytes()).await;
        assert!(done.status < 300, "{path}: {} {}", done.status, done.body);
        serde_json::from_str(&done.body).expect("an answer")
    }

    /// Address and keys of the second provider.
    pub fn mx(&self) -> (&str, &str, &str) {
        (&self.running.base, &self.running.mx_client_id, &self.running.mx_api_key)
    }

    /// Where the bridge's tokens are made.
    pub fn simplefin(&self) -> url::Url {
        self.running.simplefin.parse().expect("an address")
    }

    /// What happens at the provider to its newest member: `approve`, `mend`, or into a state.
    pub async fn member(&self, act: &str, state: &str) {
        let mut hand = self.hand();
        let guid = self.members().await.pop().expect("a member");
        let body = format!("{{\"connection_status\":\"{state}\"}}");
        let done = hand.send("POST", &format!("/_control/mx/members/{guid}/{act}"), "application/json", body.as_bytes()).await;
        assert!(done.status < 300, "{act}: {} {}", done.status, done.body);
    }

    pub async fn approve(&self, guid: &str) {
        let done = self.hand().send("POST", &format!("/_control/mx/members/{guid}/approve"), "application/json", b"{}").await;
        assert!(done.status < 500, "{} {}", done.status, done.body);
    }

    /// The members that are there, oldest first.
    pub async fn members(&self) -> Vec<String> {
        let all: serde_json::Value = serde_json::from_str(&self.hand().get("/_control/mx/members").await.body).expect("members");
        let mut all: Vec<_> = all["members"].as_array().expect("a list").iter().filter(|m| m["removed"] == false).cloned().collect();
        all.sort_by_key(|m| m["guid"].to_string());
        all.iter().map(|m| m["guid"].as_str().expect("a guid").to_owned()).collect()
    }
}

/// The address that a page's form posts to.
pub fn form(page: &Page) -> String {
    let form = page.body.split("<form class=\"stack\"").nth(1).unwrap_or_else(|| panic!("no form in {}", page.body));
    form.split("action=\"").nth(1).and_then(|f| f.split('"').next()).expect("an address").to_owned()
}

/// Answers the question on the page, whatever it is, and lets everything settle: the page that follows.
pub async fn say(house: &House, client: &mut Browser, page: &Page, answers: &[&str]) -> Page {
    let on = post(client, page, answers).await;
    assert_eq!(on.status, 303, "{}", on.body);
    settle(house).await;
    client.follow(&on).await
}

/// The post alone.
pub async fn post(client: &mut Browser, page: &Page, answers: &[&str]) -> Page {
    let asked = page.hidden("asked");
    let names: Vec<String> = (0..answers.len()).map(|n| format!("f{n}")).collect();
    let mut fields = vec![("asked", asked.as_str())];
    fields.extend(names.iter().map(String::as_str).zip(answers.iter().copied()));
    client.post(&form(page), page, &fields).await
}

/// Every account that was found, as it stands.
pub async fn take_all(house: &House, client: &mut Browser, page: &Page) -> Page {
    assert!(page.body.contains("Which accounts should"), "{}", page.body);
    let n = page.body.matches("name=\"add\"").count();
    let places: Vec<String> = (0..n).map(|n| n.to_string()).collect();
    let asked = page.hidden("asked");
    let mut fields: Vec<(&str, &str)> = places.iter().map(|p| ("add", p.as_str())).collect();
    fields.push(("asked", &asked));
    let on = client.post(&form(page), page, &fields).await;
    assert_eq!(on.status, 303, "{}", on.body);
    settle(house).await;
    client.follow(&on).await
}
