//! A sandbox of its own for each test, spoken to over HTTP as any client would.
#![allow(dead_code)]

pub mod mx;

use model::time::HandClock;
use model::{Span, Time};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

pub const SEED: u64 = 7;
/// A Friday afternoon in New York.
pub const NOW: &str = "2026-11-20T20:00:00Z";
pub const BROKER: &str = "ins_109508";

pub struct Sandbox {
    pub running: sandbox::Running,
    pub clock: Arc<HandClock>,
    pub http: reqwest::Client,
}

pub fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap()
}

pub async fn spawn() -> Sandbox {
    spawn_with(HandClock::at(Time::parse(NOW).unwrap()), None).await
}

pub async fn spawn_with(clock: Arc<HandClock>, data: Option<PathBuf>) -> Sandbox {
    let config = sandbox::Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        seed: SEED,
        institutions: 300,
        clock: clock.clone(),
        data,
        latency_zero: true,
    };
    Sandbox { running: sandbox::start(config).await.unwrap(), clock, http: client() }
}

impl Sandbox {
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.base)
    }

    /// A call with the keys in its headers: status and body.
    pub async fn call(&self, path: &str, body: Value) -> (u16, Value) {
        let sent = self
            .http
            .post(self.url(path))
            .header("plaid-client-id", &self.running.client_id)
            .header("plaid-secret", &self.running.secret)
            .header("plaid-version", "2020-09-14")
            .body(body.to_string());
        let answer = sent.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
    }

    pub async fn ok(&self, path: &str, body: Value) -> Value {
        let (status, out) = self.call(path, body).await;
        assert_eq!(status, 200, "{path}: {out}");
        assert!(out["request_id"].is_string(), "{path} carries no request id");
        out
    }

    /// The code of a refusal, after checking that its body is complete.
    pub async fn refused(&self, path: &str, body: Value) -> String {
        let (status, out) = self.call(path, body).await;
        assert!(status >= 400, "{path} was not refused: {out}");
        for key in ["error_type", "error_code", "error_message", "display_message", "request_id"] {
            assert!(out.get(key).is_some(), "{path}: {key} is missing in {out}");
        }
        out["error_code"].as_str().unwrap().to_string()
    }

    pub async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let sent = self.http.request(method, self.url(path)).header("plaid-secret", &self.running.secret);
        let sent = sent.header("content-type", "application/json").body(body.to_string());
        let answer = sent.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }

    /// Moves the clock and lets the sandbox look at it.
    pub async fn advance(&self, by: Span) {
        self.clock.advance(by);
        self.control("POST", "/_control/look", json!({})).await;
    }

    /// An access token without a page.
    pub async fn item(&self, institution: &str, products: &[&str], options: Value) -> String {
        let asked = json!({ "institution_id": institution, "initial_products": products, "options": options });
        let public = self.ok("/sandbox/public_token/create", asked).await;
        let out = self.ok("/item/public_token/exchange", json!({ "public_token": public["public_token"] })).await;
        out["access_token"].as_str().unwrap().to_string()
    }

    pub async fn link(&self, more: Value) -> Link<'_> {
        let mut asked = json!({
            "client_name": "Alder & Finch", "language": "en", "country_codes": ["US"], "user": { "client_user_id": "someone" },
            "hosted_link": { "completion_redirect_uri": "http://127.0.0.1:9/back" },
        });
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = self.ok("/link/token/create", asked).await;
        Link { sandbox: self, token: made["link_token"].as_str().unwrap().into(), url: made["hosted_link_url"].as_str().unwrap().into() }
    }
}

/// A person in front of the hosted page.
pub struct Link<'a> {
    pub sandbox: &'a Sandbox,
    pub token: String,
    pub url: String,
}

impl Link<'_> {
    /// Where the page sends the browser.
    pub async fn open(&self) -> String {
        let answer = self.sandbox.http.get(&self.url).send().await.unwrap();
        self.location(answer)
    }

    pub async fn post(&self, step: &str, fields: &[(&str, &str)]) -> String {
        let body: Vec<String> = fields.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
        let sent = self.sandbox.http.post(format!("{}/{step}", self.url)).header("content-type", "application/x-www-form-urlencoded");
        let answer = sent.body(body.join("&")).send().await.unwrap();
        self.location(answer)
    }

    fn location(&self, answer: reqwest::Response) -> String {
        assert_eq!(answer.status().as_u16(), 303, "every step ends in a redirect");
        let to = answer.headers()["location"].to_str().unwrap().to_string();
        to.rsplit('/').next().unwrap().to_string()
    }

    pub async fn page(&self, step: &str) -> String {
        let answer = self.sandbox.http.get(format!("{}/{step}", self.url)).send().await.unwrap();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_string();
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{policy}");
        assert_eq!(answer.status().as_u16(), 200, "{step}");
        let text = answer.text().await.unwrap();
        assert!(text.contains("Sandbox — invented institution, invented data"));
        assert!(!text.contains("<script") && !text.contains("style="));
        text
    }

    pub async fn sign_in(&self, user: &str, password: &str) -> String {
        self.open().await;
        self.post("sign-in", &[("user", user), ("password", password)]).await
    }

    /// Ticks everything that is ticked.
    pub async fn choose_all(&self) -> String {
        let keys = ticked(&self.page("accounts").await);
        let fields: Vec<(&str, &str)> = keys.iter().map(|k| ("account", k.as_str())).collect();
        self.post("accounts", &fields).await
    }

    pub async fn session(&self) -> Value {
        let out = self.sandbox.ok("/link/token/get", json!({ "link_token": self.token })).await;
        out["link_sessions"].as_array().unwrap().last().unwrap().clone()
    }

    /// The access token of what was connected.
    pub async fn exchange(&self) -> (String, String) {
        let session = self.session().await;
        let public = &session["results"]["item_add_results"][0]["public_token"];
        let out = self.sandbox.ok("/item/public_token/exchange", json!({ "public_token": public })).await;
        (out["access_token"].as_str().unwrap().into(), out["item_id"].as_str().unwrap().into())
    }
}

pub fn ticked(html: &str) -> Vec<String> {
    let boxes = html.split("name=\"account\" value=\"").skip(1);
    boxes.filter(|rest| rest.split('>').next().unwrap().ends_with(" checked")).map(|r| r.split('"').next().unwrap().to_string()).collect()
}

pub fn basic(name: &str, password: &str) -> String {
    use base64::Engine as _;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{name}:{password}")))
}

pub fn encode(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// A webhook as it arrived.
#[derive(Clone, Debug)]
pub struct Hook {
    pub jwt: String,
    pub raw: Vec<u8>,
    pub body: Value,
}

/// An address that takes webhooks.
pub struct Receiver {
    pub url: String,
    got: tokio::sync::Mutex<tokio::sync::mpsc::UnboundedReceiver<Hook>>,
    /// How many deliveries are refused before one is taken.
    pub refuse: Arc<Mutex<u32>>,
}

impl Receiver {
    pub async fn open() -> Receiver {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (send, got) = tokio::sync::mpsc::unbounded_channel();
        let refuse = Arc::new(Mutex::new(0));
        let left = refuse.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (send, left) = (send.clone(), left.clone());
                tokio::spawn(async move { take(stream, send, left).await });
            }
        });
        Receiver { url, got: got.into(), refuse }
    }

    pub async fn next(&self) -> Hook {
        let mut got = self.got.lock().await;
        tokio::time::timeout(std::time::Duration::from_secs(20), got.recv()).await.expect("a webhook").unwrap()
    }

    /// The next one of that code, passing over others.
    pub async fn wait_for(&self, kind: &str, code: &str) -> Hook {
        loop {
            let hook = self.next().await;
            if hook.body["webhook_type"] == kind && hook.body["webhook_code"] == code {
                return hook;
            }
        }
    }
}

async fn take(mut stream: tokio::net::TcpStream, send: tokio::sync::mpsc::UnboundedSender<Hook>, left: Arc<Mutex<u32>>) {
    let mut all = Vec::new();
    let mut part = [0; 4096];
    let (head, raw) = loop {
        let n = stream.read(&mut part).await.unwrap_or(0);
        if n == 0 {
            return;
        }
        all.extend_from_slice(&part[..n]);
        let Some(at) = all.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&all[..at]).to_lowercase();
        let length: usize = head.split("content-length: ").nth(1).and_then(|r| r.lines().next()?.trim().parse().ok()).unwrap_or(0);
        if all.len() >= at + 4 + length {
            break (String::from_utf8_lossy(&all[..at]).to_string(), all[at + 4..at + 4 + length].to_vec());
        }
    };
    let refused = {
        let mut left = left.lock().unwrap();
        let refused = *left > 0;
        *left = left.saturating_sub(1);
        refused
    };
    let answer = if refused { "503 Service Unavailable" } else { "200 OK" };
    let _ = stream.write_all(format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").as_bytes()).await;
    if !refused {
        let jwt = head.lines().find_map(|l| l.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case("plaid-verification"))).unwrap().1;
        let _ = send.send(Hook { jwt: jwt.into(), body: serde_json::from_slice(&raw).unwrap(), raw });
    }
}
