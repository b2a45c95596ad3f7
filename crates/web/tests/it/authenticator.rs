//! An authenticator in software: makes passkeys and answers challenges as a browser would send them on.

use crate::it::browser::{Browser, Page};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as B64;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

pub struct Authenticator {
    pub origin: String,
    key: Vec<u8>,
    id: Vec<u8>,
    user: Vec<u8>,
    pub counter: u32,
    /// Whether it looks at a finger.
    pub verifies: bool,
}

fn pair(key: &[u8]) -> EcdsaKeyPair {
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key, &SystemRandom::new()).expect("a key")
}

impl Authenticator {
    pub fn new(origin: &str) -> Authenticator {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key").as_ref().to_vec();
        let id = digest(&SHA256, &key).as_ref().to_vec();
        Authenticator { origin: origin.trim_end_matches('/').to_owned(), key, id, user: Vec::new(), counter: 0, verifies: true }
    }

    fn client(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = options["publicKey"]["challenge"].as_str().expect("a challenge");
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false }).to_string().into_bytes()
    }

    fn head(&self, flags: u8) -> Vec<u8> {
        let host = self.origin.split("://").nth(1).and_then(|h| h.split(':').next()).expect("a host");
        let mut out = digest(&SHA256, host.as_bytes()).as_ref().to_vec();
        out.push(flags | 1 | if self.verifies { 4 } else { 0 });
        out.extend(self.counter.to_be_bytes());
        out
    }

    /// Answers a challenge to register.
    pub fn create(&mut self, options: &Value) -> String {
        let wanted = &options["publicKey"];
        assert_eq!(wanted["authenticatorSelection"]["residentKey"], "required", "{options}");
        assert_eq!(wanted["authenticatorSelection"]["userVerification"], "required", "{options}");
        self.user = B64.decode(wanted["user"]["id"].as_str().expect("a user")).expect("base64url");
        let client = self.client("webauthn.create", options);
        let mut auth = self.head(0x40);
        auth.extend([0; 16]);
        auth.extend((self.id.len() as u16).to_be_bytes());
        auth.extend(&self.id);
        let pair = pair(&self.key);
        let point = pair.public_key().as_ref();
        auth.extend([0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        auth.extend(&point[1..33]);
        auth.extend([0x22, 0x58, 0x20]);
        auth.extend(&point[33..65]);
        let mut object = vec![0xA3, 0x63];
        object.extend(b"fmt\x64none\x67attStmt\xA0\x68authData");
        object.extend([0x59, (auth.len() >> 8) as u8, auth.len() as u8]);
        object.extend(auth);
        let id = B64.encode(&self.id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
            "response": { "attestationObject": B64.encode(object), "clientDataJSON": B64.encode(client), "transports": ["internal"] },
        })
        .to_string()
    }

    /// Answers a challenge to sign in.
    pub fn get(&mut self, options: &Value) -> String {
        self.counter += 1;
        let (client, auth) = (self.client("webauthn.get", options), self.head(0));
        let mut signed = auth.clone();
        signed.extend(digest(&SHA256, &client).as_ref());
        let signature = pair(&self.key).sign(&SystemRandom::new(), &signed).expect("a signature");
        let id = B64.encode(&self.id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
            "response": {
                "authenticatorData": B64.encode(auth), "clientDataJSON": B64.encode(client),
                "signature": B64.encode(signature.as_ref()), "userHandle": B64.encode(&self.user),
            },
        })
        .to_string()
    }
}

/// Asks for a challenge as the page's script does.
pub async fn begin(browser: &mut Browser, page: &Page, at: &str) -> (String, Value) {
    let begun = browser.post(at, page, &[]).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    let begun: Value = serde_json::from_str(&begun.body).expect("JSON");
    (begun["ceremony"].as_str().expect("a ceremony").to_owned(), begun["options"].clone())
}

/// The sign-in page's one button.
pub async fn sign_in(browser: &mut Browser, key: &mut Authenticator) -> Page {
    let page = browser.get("/sign-in").await;
    let (ceremony, options) = begin(browser, &page, "/sign-in/passkey/begin").await;
    let answer = key.get(&options);
    browser.post("/sign-in/passkey", &page, &[("ceremony", &ceremony), ("answer", &answer)]).await
}

/// *Add a passkey* on the page of one's own sign-in.
pub async fn add(browser: &mut Browser, key: &mut Authenticator) -> Page {
    let page = browser.get("/security").await;
    let (ceremony, options) = begin(browser, &page, "/security/passkeys/begin").await;
    let answer = key.create(&options);
    browser.post("/security/passkeys", &page, &[("ceremony", &ceremony), ("answer", &answer), ("label", "Laptop")]).await
}
