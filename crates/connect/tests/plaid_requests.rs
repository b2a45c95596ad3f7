//! What we send, held against the provider's published description when a path to that file is given. The file itself is not ours to keep.

mod common;

use common::browser::{GOOD, Person};
use common::published::Published;
use common::{Rig, copy, done, start};
use connect::{Connector, Cursor, Page, Purpose, Step};
use serde_json::Value;

/// Newer than the public description (2026-11): preselects the institution.
const NEWER: &[&str] = &["/link/token/create.institution_data.institution_id is not known"];

#[test]
fn the_reader_tells_right_from_wrong() {
    let yaml = "paths:\n  /a/get:\n    post:\n      summary: Get\n      requestBody:\n        content:\n          application/json:\n            schema:\n              \
                $ref: '#/components/schemas/AGet'\n      responses:\n        x: 1\ncomponents:\n  schemas:\n    AGet:\n      type: object\n      properties:\n        \
                token:\n          type: string\n        options:\n          $ref: '#/components/schemas/Options'\n      required:\n      - token\n    Options:\n      \
                properties:\n        count:\n          description: |-\n            How many: some.\n          type: integer\n";
    let published = Published::read(yaml);
    let faults = |body: &str| published.faults("/a/get", serde_json::from_str::<Value>(body).unwrap().as_object().unwrap());
    assert_eq!(faults(r#"{"token":"t","options":{"count":1}}"#), Vec::<String>::new());
    assert_eq!(faults(r#"{"options":{"cuont":1}}"#), ["/a/get: token is required", "/a/get.options.cuont is not known"]);
    assert_eq!(published.faults("/b", &Default::default()), ["/b is not published"]);
}

#[tokio::test]
async fn every_request_is_as_published() {
    #[allow(
        clippy::disallowed_methods,
        reason = "the vendor's file may not be kept here, so the person who runs the tests says where it is"
    )]
    let Ok(path) = std::env::var("HELDAWAY_PLAID_OPENAPI") else {
        println!("skipped: HELDAWAY_PLAID_OPENAPI does not say where the published description is");
        return;
    };
    let published = Published::read(&std::fs::read_to_string(path).unwrap());
    let rig = Rig::start().await;
    speak_every_word(&rig).await;
    let asked = rig.lever("GET", "/_control/requests", Value::Null).await;
    let paths = asked["counts"].as_object().unwrap();
    assert!(paths.len() >= 13, "{paths:?}");
    for request in asked["last"].as_array().unwrap() {
        let faults = published.faults(request["path"].as_str().unwrap(), request["body"].as_object().unwrap());
        let faults: Vec<_> = faults.into_iter().filter(|f| !NEWER.contains(&f.as_str())).collect();
        assert!(faults.is_empty(), "{faults:?} in {request}");
    }
}

/// Each call that the connector has, at least once.
async fn speak_every_word(rig: &Rig) {
    let plaid = rig.plaid();
    plaid.institutions(Page { offset: 0, count: 2 }).await.unwrap();
    plaid.check(&"https://asset.alderfinch.example/return".parse().unwrap()).await.unwrap();
    let mut grants = Vec::new();
    for institution in ["ins_109508", "ins_larchmont_bank", "ins_kestrel", "ins_state_consent_90"] {
        let mut new = start(Purpose::New, institution);
        new.webhook = Some("https://asset.alderfinch.example/hooks".parse().unwrap());
        let Step::Visit(page, pending) = plaid.begin(new).await.unwrap() else { panic!() };
        rig.browser.visit(&page, GOOD).await;
        let Step::Linked(linked) = plaid.answer(pending, vec![]).await.unwrap() else { panic!("{institution}") };
        grants.extend(linked);
    }
    for grant in grants {
        for purpose in [Purpose::Repair(copy(&grant)), Purpose::FindNew(copy(&grant))] {
            let Step::Visit(page, pending) = plaid.begin(start(purpose, "")).await.unwrap() else { panic!() };
            rig.browser.visit(&page, Person { leaves_at: "sign-in", ..GOOD }).await;
            assert!(matches!(plaid.answer(pending, vec![]).await.unwrap(), Step::Left));
        }
        let (_, grant, cursor) = done(plaid.fetch(grant, Cursor::default(), false, common::now()).await.unwrap());
        let (_, grant, _) = done(plaid.fetch(grant, cursor, true, common::now()).await.unwrap());
        let grant = plaid.rotate(grant).await.unwrap();
        plaid.disconnect(&grant).await.unwrap();
    }
    let body = br#"{"webhook_type":"ITEM"}"#;
    let digest: String = ring::digest::digest(&ring::digest::SHA256, body).as_ref().iter().map(|b| format!("{b:02x}")).collect();
    let part = |json: String| base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, json);
    let head = part(r#"{"alg":"ES256","kid":"no-such-key"}"#.into());
    let claims = part(format!(r#"{{"iat":{},"request_body_sha256":"{digest}"}}"#, common::now().as_seconds()));
    let headers = vec![("plaid-verification".into(), format!("{head}.{claims}.{}", part("x".repeat(64))))];
    let refused = plaid.hook(&connect::HookRequest { headers, body: body.to_vec(), now: common::now() }).await;
    assert_eq!(refused.unwrap_err().code, "HOOK_KEY");
}
