//! Hooks: what the provider signed is read, and nothing else is. The key server here is our own, so that keys can be wrong in every way.

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use common::recorded::{Recorded, Reply, error, ok};
use connect::plaid::Plaid;
use connect::{Connector, HookRequest, Signal};
use model::time::HandClock;
use model::{FaultKind, Span, Time};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

type Spoil = fn(&mut Value);

const KID: &str = "6c5516e1-92dc-479e-a8ff-5a51992e0001";
/// Indented, as the provider sends it: whoever hashes it after parsing gets another hash.
const BODY: &str = "{\n  \"webhook_type\": \"HOLDINGS\",\n  \"webhook_code\": \"DEFAULT_UPDATE\",\n  \"item_id\": \"item-1\",\n  \"environment\": \"sandbox\"\n}";

struct Signer(EcdsaKeyPair);

impl Signer {
    fn new() -> Signer {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        Signer(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &random).unwrap())
    }
    fn jwk(&self) -> Value {
        let point = self.0.public_key().as_ref();
        json!({
            "alg": "ES256", "crv": "P-256", "kid": KID, "kty": "EC", "use": "sig", "x": B64.encode(&point[1..33]), "y": B64.encode(&point[33..]),
            "created_at": 1_700_000_000, "expired_at": null,
        })
    }
    fn token(&self, head: Value, claims: Value) -> String {
        let text = format!("{}.{}", B64.encode(head.to_string()), B64.encode(claims.to_string()));
        let signature = self.0.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
        format!("{text}.{}", B64.encode(signature.as_ref()))
    }
}

fn head() -> Value {
    json!({ "alg": "ES256", "kid": KID, "typ": "JWT" })
}

fn sha(body: &[u8]) -> String {
    ring::digest::digest(&ring::digest::SHA256, body).as_ref().iter().map(|b| format!("{b:02x}")).collect()
}

fn claims(at: Time) -> Value {
    json!({ "iat": at.as_seconds(), "request_body_sha256": sha(BODY.as_bytes()) })
}

fn request(token: &str, body: &[u8]) -> HookRequest {
    HookRequest { headers: vec![("Plaid-Verification".into(), token.into())], body: body.into(), now: common::now() }
}

struct Scene {
    signer: Signer,
    server: Recorded,
    plaid: Plaid,
}

async fn scene() -> Scene {
    let (signer, server) = (Signer::new(), Recorded::start().await);
    server.on("/webhook_verification_key/get", [ok(json!({ "key": signer.jwk(), "request_id": "r" }))]);
    let plaid = server.plaid(HandClock::at(common::now()));
    Scene { signer, server, plaid }
}

impl Scene {
    fn good(&self) -> String {
        self.signer.token(head(), claims(common::now()))
    }
    async fn refused(&self, what: &str, request: &HookRequest) {
        assert!(self.plaid.hook(request).await.is_err(), "{what}");
    }
}

#[tokio::test]
async fn what_the_provider_signed_is_read_and_its_key_kept() {
    let s = scene().await;
    let changed = vec![Signal::Changed { external_id: "item-1".into() }];
    for skew in [0, -299, 299] {
        let token = s.signer.token(head(), claims(common::now() + Span::seconds(skew)));
        assert_eq!(s.plaid.hook(&request(&token, BODY.as_bytes())).await.unwrap(), changed, "{skew}");
    }
    assert_eq!(s.server.paths().len(), 1, "one look-up for one key");
    let mut lower = request(&s.good(), BODY.as_bytes());
    lower.headers[0].0 = "plaid-verification".into();
    assert_eq!(s.plaid.hook(&lower).await.unwrap(), changed);
}

#[tokio::test]
async fn forgeries() {
    let s = scene().await;
    let (now, body) = (common::now(), BODY.as_bytes());
    let with_head = |head: Value| s.signer.token(head, claims(now));
    let good = s.good();
    let parts: Vec<&str> = good.split('.').collect();
    let unsigned = |head: Value| format!("{}.{}", B64.encode(head.to_string()), parts[1]);
    let hmac = |head: Value| {
        // The old trick: the public key as the secret of a symmetric algorithm.
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, s.signer.0.public_key().as_ref());
        let text = unsigned(head);
        format!("{text}.{}", B64.encode(ring::hmac::sign(&key, text.as_bytes()).as_ref()))
    };
    let stranger = Signer::new();
    let compact = serde_json::from_str::<Value>(BODY).unwrap().to_string();
    let other = BODY.replace("item-1", "item-2");
    let mut bent = B64.decode(parts[2]).unwrap();
    bent[40] ^= 1;
    let bent = format!("{}.{}.{}", parts[0], parts[1], B64.encode(bent));

    let tokens: Vec<(&str, String)> = vec![
        ("no algorithm", format!("{}.", unsigned(json!({ "alg": "none", "kid": KID })))),
        ("no algorithm, signed", with_head(json!({ "alg": "none", "kid": KID }))),
        ("symmetric algorithm", hmac(json!({ "alg": "HS256", "kid": KID }))),
        ("symmetric signature under the right name", hmac(head())),
        ("right name in the wrong case", with_head(json!({ "alg": "es256", "kid": KID }))),
        ("another curve", with_head(json!({ "alg": "ES384", "kid": KID }))),
        ("no kid", with_head(json!({ "alg": "ES256" }))),
        ("kid that is a path", with_head(json!({ "alg": "ES256", "kid": "../../etc/passwd" }))),
        ("kid that is no text", with_head(json!({ "alg": "ES256", "kid": 7 }))),
        ("key of its own in the head", stranger.token(json!({ "alg": "ES256", "kid": KID, "jwk": stranger.jwk() }), claims(now))),
        ("demands that we do not know", with_head(json!({ "alg": "ES256", "kid": KID, "crit": ["b64"] }))),
        ("signed by a stranger", stranger.token(head(), claims(now))),
        ("too old", s.signer.token(head(), claims(now - Span::seconds(301)))),
        ("from the future", s.signer.token(head(), claims(now + Span::seconds(301)))),
        ("iat at the end of time", s.signer.token(head(), json!({ "iat": i64::MAX, "request_body_sha256": sha(body) }))),
        ("no iat", s.signer.token(head(), json!({ "request_body_sha256": sha(body) }))),
        ("iat in words", s.signer.token(head(), json!({ "iat": "now", "request_body_sha256": sha(body) }))),
        ("no hash", s.signer.token(head(), json!({ "iat": now.as_seconds() }))),
        ("hash of another body", s.signer.token(head(), json!({ "iat": now.as_seconds(), "request_body_sha256": sha(b"{}") }))),
        ("hash in capitals", s.signer.token(head(), json!({ "iat": now.as_seconds(), "request_body_sha256": sha(body).to_uppercase() }))),
        ("beginning of the hash", s.signer.token(head(), json!({ "iat": now.as_seconds(), "request_body_sha256": sha(body)[..32] }))),
        ("one bit of the signature", bent),
        ("cut off", good[..good.len() - 20].to_string()),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("four parts", format!("{good}.{}", parts[2])),
        ("padding", format!("{good}==")),
        ("no token", String::new()),
        ("dots", "..".into()),
        ("far too long", format!("{good}{}", "A".repeat(5000))),
        ("claims of another token", format!("{}.{}.{}", parts[0], B64.encode(claims(now - Span::seconds(1)).to_string()), parts[2])),
    ];
    for (what, token) in tokens {
        s.refused(what, &request(&token, body)).await;
    }
    s.refused("other body", &request(&good, other.as_bytes())).await;
    s.refused("written anew", &request(&good, compact.as_bytes())).await;
    s.refused("one more line", &request(&good, format!("{BODY}\n").as_bytes())).await;
    s.refused("no header", &HookRequest { headers: vec![], body: body.into(), now }).await;
    let twice = HookRequest {
        headers: vec![("Plaid-Verification".into(), good.clone()), ("plaid-verification".into(), good.clone())],
        body: body.into(),
        now,
    };
    s.refused("two headers", &twice).await;
    let late = HookRequest { now: now + Span::minutes(6), ..request(&good, body) };
    s.refused("sent again later", &late).await;
    assert!(s.plaid.hook(&request(&good, body)).await.is_ok(), "and the real one still passes");
}

#[tokio::test]
async fn keys_that_are_not_fit() {
    let now = common::now();
    let cases: [(&str, Spoil); 8] = [
        ("expired", |k| k["expired_at"] = json!(1_700_000_001)),
        ("another kid", |k| k["kid"] = json!("6c5516e1-92dc-479e-a8ff-5a51992e0002")),
        ("another algorithm", |k| k["alg"] = json!("RS256")),
        ("another curve", |k| k["crv"] = json!("P-384")),
        ("for encryption", |k| k["use"] = json!("enc")),
        ("half a point", |k| k["y"] = json!("")),
        ("not on the curve", |k| k["x"] = json!(B64.encode([1; 32]))),
        ("no key at all", |k| *k = Value::Null),
    ];
    for (what, spoil) in cases {
        let s = scene().await;
        let mut key = s.signer.jwk();
        spoil(&mut key);
        s.server.on("/webhook_verification_key/get", [ok(json!({ "key": key }))]);
        s.refused(what, &request(&s.good(), BODY.as_bytes())).await;
    }
    let s = scene().await;
    s.server.on("/webhook_verification_key/get", [error("INVALID_INPUT", "INVALID_WEBHOOK_VERIFICATION_KEY_ID")]);
    for _ in 0..5 {
        s.refused("unknown kid", &request(&s.good(), BODY.as_bytes())).await;
    }
    assert_eq!(s.server.paths().len(), 1, "strangers do not make us ask again and again");
    let s = scene().await;
    s.server.on("/webhook_verification_key/get", [Reply::Reset, ok(json!({ "key": s.signer.jwk() }))]);
    assert_eq!(s.plaid.hook(&request(&s.good(), BODY.as_bytes())).await.unwrap_err().kind, FaultKind::ProviderDown);
    assert!(s.plaid.hook(&request(&s.signer.token(head(), claims(now)), BODY.as_bytes())).await.is_ok(), "the sender tries again");
}

#[tokio::test]
async fn a_key_is_looked_up_again_after_some_hours() {
    let s = scene().await;
    assert!(s.plaid.hook(&request(&s.good(), BODY.as_bytes())).await.is_ok());
    let mut withdrawn = s.signer.jwk();
    withdrawn["expired_at"] = json!(1_790_000_000);
    s.server.on("/webhook_verification_key/get", [ok(json!({ "key": withdrawn }))]);
    let later = common::now() + Span::hours(7);
    let token = s.signer.token(head(), claims(later));
    s.refused("withdrawn", &HookRequest { now: later, ..request(&token, BODY.as_bytes()) }).await;
}

#[tokio::test]
async fn bodies_that_are_too_large_or_no_json() {
    let s = scene().await;
    let sign = |body: &[u8]| s.signer.token(head(), json!({ "iat": common::now().as_seconds(), "request_body_sha256": sha(body) }));
    let large = vec![b' '; (256 << 10) + 1];
    s.refused("too large", &request(&sign(&large), &large)).await;
    for body in [&b"nonsense"[..], b"", b"{", &[0xff, 0xfe], b"[1]"] {
        s.refused("no JSON", &request(&sign(body), body)).await;
    }
    let new = br#"{"webhook_type":"NEW","webhook_code":"THING"}"#;
    assert_eq!(s.plaid.hook(&request(&sign(new), new)).await.unwrap(), vec![]);
}
