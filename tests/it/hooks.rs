//! What providers say by themselves: signed or refused, once, in any order, and never more than "look now".

use super::story::{Story, Visit, choose, sign_in_at, stories};
use super::wire::{self, request};
use model::{ConnectionState as C, Span};
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A hook as it came: signature and bytes.
pub type Hook = (String, Vec<u8>);

/// Somebody who takes the provider's hooks and keeps them, so that they can be delivered as a test wants.
pub struct Catcher {
    url: String,
    caught: Arc<Mutex<Vec<Hook>>>,
}

impl Catcher {
    pub async fn new() -> Catcher {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hooks/plaid", listener.local_addr().expect("its address"));
        let caught: Arc<Mutex<Vec<Hook>>> = Arc::default();
        let keep = caught.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut all = Vec::new();
                let body = loop {
                    match stream.read_buf(&mut all).await {
                        Ok(n) if n > 0 => {}
                        _ => break None,
                    }
                    let Some(end) = all.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
                    let head = String::from_utf8_lossy(&all[..end]).to_ascii_lowercase();
                    let length = head.lines().find_map(|l| l.strip_prefix("content-length:")?.trim().parse::<usize>().ok()).unwrap_or(0);
                    if all.len() >= end + 4 + length {
                        let head = String::from_utf8_lossy(&all[..end]).into_owned();
                        let signed =
                            head.lines().find_map(|l| l.split_once(':').filter(|(n, _)| n.eq_ignore_ascii_case("plaid-verification")));
                        break Some((signed.map_or_else(String::new, |(_, v)| v.trim().to_owned()), all[end + 4..].to_vec()));
                    }
                };
                if let Some(hook) = body {
                    keep.lock().expect("the list").push(hook);
                }
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await;
            }
        });
        Catcher { url, caught }
    }

    /// The hook with these words, as soon as it is there.
    pub async fn hook(&self, words: &[&str]) -> Hook {
        for _ in 0..2_000 {
            let fits = |body: &[u8]| words.iter().all(|w| String::from_utf8_lossy(body).contains(w));
            let found = self.caught.lock().expect("the list").iter().rev().find(|(_, b)| fits(b)).cloned();
            if let Some(hook) = found {
                return hook;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("no hook with {words:?}");
    }
}

pub async fn deliver(s: &Story, hook: &Hook) -> u16 {
    let at = format!("127.0.0.1:{}", s.stage.url.port().expect("a port"));
    let headers = [("Plaid-Verification", hook.0.as_str()), ("Content-Type", "application/json")];
    wire::send(&at, &request("POST", "/hooks/plaid", &headers, &hook.1)).await.status
}

/// The connection's hooks go to the catcher from now on.
pub async fn listen(s: &Story, catcher: &Catcher) -> String {
    let c = s.connection().await;
    let (_, grant) = app::connections::grant(&s.stage.app, s.scope(), c.id).await.expect("the token");
    s.direct("/item/webhook/update", json!({ "access_token": grant.token.expose(), "webhook": catcher.url })).await;
    c.external_id
}

// proves: G30
#[tokio::test]
async fn of_a_providers_hooks_fifty_a_second_are_taken_and_the_rest_are_sent_again() {
    for s in stories().await {
        // An item of nobody here: its provider posts to the catcher alone, so that no other hook is counted.
        let catcher = Catcher::new().await;
        s.stage.plaid.rehearse_link("ins_sable", "stranger", Some(&catcher.url)).await.expect("linked");
        let item = s.items().await[0]["item_id"].as_str().expect("its id").to_owned();
        s.direct(&format!("/_control/items/{item}/break"), json!({ "code": "ITEM_LOCKED", "webhook": true })).await;
        let hook = catcher.hook(&["ITEM_LOCKED"]).await;
        for n in 0..50 {
            assert_eq!(deliver(&s, &hook).await, 200, "the {n}th");
        }
        let at = format!("127.0.0.1:{}", s.stage.url.port().expect("a port"));
        let bytes = request("POST", "/hooks/plaid", &[("Plaid-Verification", hook.0.as_str())], &hook.1);
        let refused = wire::send(&at, &bytes).await;
        assert_eq!(refused.status, 429);
        assert!(refused.head.to_ascii_lowercase().contains("retry-after: 1"), "{}", refused.head);
        s.stage.clock.advance(Span::seconds(1));
        assert_eq!(deliver(&s, &hook).await, 200, "a second later");
        s.end().await;
    }
}

// proves: N44 G30
#[tokio::test]
async fn a_hook_is_the_providers_own_or_refused_and_counts_once_in_any_order() {
    for s in stories().await {
        s.connect("sable", "Sable Card").await;
        let catcher = Catcher::new().await;
        let item = listen(&s, &catcher).await;
        s.direct(&format!("/_control/items/{item}/break"), json!({ "code": "ITEM_LOGIN_REQUIRED", "webhook": true })).await;
        let broken = catcher.hook(&["ITEM_LOGIN_REQUIRED"]).await;

        // Forged: another body, another signature, none, an old one.
        let fetched = s.fetches().await;
        let forged = String::from_utf8_lossy(&broken.1).replace(&item, "another-item");
        assert_eq!(deliver(&s, &(broken.0.clone(), forged.into_bytes())).await, 401);
        let mut letters: Vec<char> = broken.0.chars().collect();
        let last = letters.len() - 5;
        letters[last] = if letters[last] == 'A' { 'B' } else { 'A' };
        assert_eq!(deliver(&s, &(letters.into_iter().collect(), broken.1.clone())).await, 401);
        assert_eq!(deliver(&s, &(String::new(), broken.1.clone())).await, 401);
        assert_eq!(deliver(&s, &("eyJhbGciOiJub25lIn0.e30.".into(), broken.1.clone())).await, 401);
        s.stage.settle().await;
        assert_eq!(s.fetches().await, fetched, "what was refused moves nothing");

        // The real one: the state comes from a look, not from the hook.
        assert_eq!(deliver(&s, &broken).await, 200);
        s.stage.settle().await;
        assert_eq!(s.connection().await.state, C::NeedsCredentials);
        let fetched = s.fetches().await;
        assert_eq!(deliver(&s, &broken).await, 200, "again: taken, and done already");
        s.stage.settle().await;
        assert_eq!(s.fetches().await, fetched, "one effect");
        s.stage.clock.advance(Span::minutes(6));
        assert_eq!(deliver(&s, &broken).await, 401, "too old");
        s.end().await;
    }
}

// proves: G30
#[tokio::test]
async fn hooks_of_unknown_items_and_hooks_out_of_order_change_nothing_but_the_time_of_the_next_look() {
    for s in stories().await {
        s.connect("larchmont work", "Larchmont Workplace").await;
        let catcher = Catcher::new().await;
        let item = listen(&s, &catcher).await;
        // An item that nobody here knows.
        s.stage.plaid.rehearse_link("ins_sable", "stranger", Some(&catcher.url)).await.expect("linked");
        let stranger =
            s.items().await.into_iter().map(|i| i["item_id"].as_str().unwrap_or_default().to_owned()).find(|i| *i != item).expect("it");
        s.direct(&format!("/_control/items/{stranger}/break"), json!({ "code": "ITEM_LOCKED", "webhook": true })).await;
        let unknown = catcher.hook(&[&stranger, "ITEM_LOCKED"]).await;
        assert_eq!(deliver(&s, &unknown).await, 200);
        // Broken and mended over there before either hook arrives, and then they come the wrong way round.
        s.direct(&format!("/_control/items/{item}/break"), json!({ "code": "ITEM_LOCKED", "webhook": true })).await;
        let broken = catcher.hook(&[&item, "ITEM_LOCKED"]).await;
        s.direct(&format!("/_control/items/{item}/mend"), json!({})).await;
        assert_eq!(deliver(&s, &broken).await, 200);
        s.stage.settle().await;
        let c = s.connection().await;
        assert_eq!((c.state, s.connections().await.len()), (C::Healthy, 1), "the truth is what a look finds");
        s.end().await;
    }
}

// proves: N33 N44
#[tokio::test]
async fn many_who_look_at_once_take_a_connection_in_once() {
    for s in stories().await {
        let (mut client, _) = s.enter(&s.share("").await).await;
        let leaving = choose(&mut client, "larchmont work", "Larchmont Workplace").await;
        let waiting = sign_in_at(&mut client, &leaving, &Visit::default()).await;
        let again = async || {
            let mut browser = s.stage.browser();
            browser.cookies = client.cookies.clone();
            browser.get("/c/return").await
        };
        s.stage.clock.advance(Span::seconds(10));
        let work = async || app::jobs::run_due(&s.stage.app, 8).await.expect("jobs run");
        let (a, b, c, _, _, _) = tokio::join!(again(), again(), again(), work(), work(), work());
        assert!([a.status, b.status, c.status].iter().all(|s| *s == 200));
        s.confirm(&mut client, &waiting).await.must_have("Larchmont Workplace is connected");
        assert_eq!((s.connections().await.len(), s.accounts().await.len(), s.live_items().await), (1, 2, 1));
        assert_eq!(s.calls("/item/public_token/exchange").await, 1);
        s.end().await;
    }
}

// proves: N33
#[tokio::test]
async fn an_exchange_whose_answer_was_lost_is_told_and_connecting_once_more_makes_no_double() {
    for s in stories().await {
        let (mut client, _) = s.enter(&s.share("").await).await;
        s.fault(json!({ "path": "/item/public_token/exchange", "torn": true, "times": 1 })).await;
        let leaving = choose(&mut client, "larchmont work", "Larchmont Workplace").await;
        let waiting = sign_in_at(&mut client, &leaving, &Visit::default()).await;
        for _ in 0..4 {
            s.stage.pass(Span::minutes(1)).await;
        }
        let page = client.get(waiting.url.as_str()).await;
        page.must_have("It isn’t your password");
        assert!(s.connections().await.is_empty() && s.accounts().await.is_empty());
        s.connect_in(&mut client, "larchmont work", "Larchmont Workplace").await.must_have("Larchmont Workplace is connected");
        assert_eq!((s.connections().await.len(), s.accounts().await.len()), (1, 2));
        s.end().await;
    }
}
