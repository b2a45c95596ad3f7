//! Signed webhooks: what is said about an Item, the ES256 signature over the raw body, and delivery with its retries.

use super::error::Trouble;
use crate::keys::{hash, hex};
use crate::state::{Item, Shared, State};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use model::{Span, Time};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use std::sync::Mutex;

/// The key that signs webhooks.
pub struct Signer {
    pair: EcdsaKeyPair,
    pub kid: String,
    pub created: i64,
    pub pkcs8: String,
}

impl Signer {
    pub fn new(created: i64) -> std::io::Result<Signer> {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map_err(|_| std::io::Error::other("no randomness for a signing key"))?;
        Signer::from_text(&STANDARD.encode(made.as_ref()), created)
    }

    pub fn from_text(pkcs8: &str, created: i64) -> std::io::Result<Signer> {
        let bytes = STANDARD.decode(pkcs8).map_err(std::io::Error::other)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &bytes, &SystemRandom::new())
            .map_err(|_| std::io::Error::other("the signing key that was kept cannot be read"))?;
        let h = hex(&hash(&[pair.public_key().as_ref()])[..16]);
        let kid = format!("{}-{}-4{}-a{}-{}", &h[..8], &h[8..12], &h[13..16], &h[17..20], &h[20..32]);
        Ok(Signer { pair, kid, created, pkcs8: pkcs8.into() })
    }

    /// The public half, as `/webhook_verification_key/get` shows it.
    pub fn jwk(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        json!({
            "alg": "ES256", "crv": "P-256", "kty": "EC", "use": "sig", "kid": self.kid,
            "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..65]),
            "created_at": self.created, "expired_at": null,
        })
    }

    /// The JWT that goes with a body.
    pub fn sign(&self, body: &[u8], now: Time) -> Option<String> {
        let head = json!({ "alg": "ES256", "kid": self.kid, "typ": "JWT" });
        let digest = hex(ring::digest::digest(&ring::digest::SHA256, body).as_ref());
        let claims = json!({ "iat": now.as_seconds(), "request_body_sha256": digest });
        let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(head.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = self.pair.sign(&SystemRandom::new(), text.as_bytes()).ok()?;
        Some(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref())))
    }
}

#[derive(Clone)]
pub struct Letter {
    pub url: String,
    pub body: String,
    tries: u32,
    due: Time,
    gives_up: Time,
}

/// What waits to be delivered.
#[derive(Default)]
pub struct Outbox {
    waiting: Mutex<Vec<Letter>>,
    pub wake: tokio::sync::Notify,
}

impl Outbox {
    fn push(&self, letter: Letter) {
        self.waiting.lock().unwrap_or_else(|e| e.into_inner()).push(letter);
        self.wake.notify_one();
    }

    fn due(&self, now: Time) -> Vec<Letter> {
        let mut waiting = self.waiting.lock().unwrap_or_else(|e| e.into_inner());
        let (ready, later): (Vec<_>, Vec<_>) = waiting.drain(..).partition(|l| l.due <= now);
        *waiting = later;
        ready
    }

    pub fn len(&self) -> usize {
        self.waiting.lock().unwrap_or_else(|e| e.into_inner()).len()
    }
}

impl State {
    /// Queues a webhook. The body is indented, as Plaid's are: whoever hashes anything but the raw bytes will notice.
    pub fn post(&self, url: &str, mut body: Value) {
        body["environment"] = json!("sandbox");
        let now = self.now();
        let body = serde_json::to_string_pretty(&body).unwrap_or_default();
        self.outbox.push(Letter { url: url.into(), body, tries: 0, due: now, gives_up: now + Span::hours(24) });
    }

    /// Queues a webhook about an Item, when the Item has an address for it.
    pub fn tell(&self, item: &Item, kind: &str, code: &str, more: Value) -> bool {
        let Some(url) = item.webhook.clone().filter(|u| !u.is_empty()) else { return false };
        let now = self.now();
        self.change(&item.id, |i| i.last_webhook = Some((now, code.into())));
        let mut body = json!({ "webhook_type": kind, "webhook_code": code, "item_id": item.id, "error": null });
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        self.post(&url, body);
        true
    }

    pub fn tell_error(&self, item: &Item, trouble: &Trouble) -> bool {
        self.tell(item, "ITEM", "ERROR", json!({ "error": trouble.in_webhook() }))
    }
}

/// Sends what is due, each on its own; what is not taken waits 30 seconds, then four times as long each time, up to a day.
pub fn deliver(state: &Shared, client: &reqwest::Client) {
    for letter in state.outbox.due(state.now()) {
        tokio::spawn(deliver_one(state.clone(), client.clone(), letter));
    }
}

async fn deliver_one(state: Shared, client: reqwest::Client, mut letter: Letter) {
    let now = state.now();
    let Some(jwt) = state.signer.sign(letter.body.as_bytes(), now) else { return };
    let sent = client
        .post(&letter.url)
        .header("content-type", "application/json")
        .header("plaid-verification", jwt)
        .body(letter.body.clone())
        .send()
        .await;
    if sent.is_ok_and(|r| r.status().is_success()) {
        return;
    }
    letter.due = now + Span::seconds(30 * 4i64.pow(letter.tries.min(7)));
    letter.tries += 1;
    if letter.due <= letter.gives_up {
        state.outbox.push(letter);
    }
}
