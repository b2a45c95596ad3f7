//! What the clock does: values move, webhooks go out signed and are tried again, consent ends, limits hold, a restart forgets nothing.

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{BROKER, Receiver, spawn, spawn_with};
use model::time::HandClock;
use model::{Span, Time};
use serde_json::{Value, json};

#[tokio::test]
async fn values_move_once_a_business_day_and_are_announced() {
    let s = spawn().await;
    let hooks = Receiver::open().await;
    let token = s.item(BROKER, &["investments", "liabilities", "transactions"], json!({ "webhook": hooks.url })).await;
    let held = async || s.ok("/investments/holdings/get", json!({ "access_token": token })).await;
    let updated = async || {
        let out = s.ok("/item/get", json!({ "access_token": token })).await;
        out["status"]["investments"]["last_successful_update"].as_str().unwrap().to_string()
    };
    s.ok("/transactions/sync", json!({ "access_token": token })).await;
    let friday = held().await;
    assert_eq!(updated().await, common::NOW, "the first pull is the link itself");
    s.clock.advance(Span::hours(9));
    assert_eq!(held().await["holdings"], friday["holdings"], "not before the close is published");
    s.clock.advance(Span::hours(2));
    s.control("POST", "/_control/look", json!({})).await;
    let saturday = held().await;
    assert_ne!(saturday["holdings"], friday["holdings"]);
    assert_eq!(updated().await, "2026-11-21T06:00:00Z");
    for (kind, code) in [("HOLDINGS", "DEFAULT_UPDATE"), ("LIABILITIES", "DEFAULT_UPDATE"), ("TRANSACTIONS", "SYNC_UPDATES_AVAILABLE")] {
        hooks.wait_for(kind, code).await;
    }
    s.advance(Span::days(1)).await;
    assert_eq!(held().await["holdings"], saturday["holdings"], "nothing is published on a Sunday");
}

#[tokio::test]
async fn webhooks_are_signed_over_their_raw_bytes() {
    let s = spawn().await;
    let hooks = Receiver::open().await;
    let token = s.item(BROKER, &["investments"], json!({ "webhook": hooks.url })).await;
    s.ok("/sandbox/item/fire_webhook", json!({ "access_token": token, "webhook_type": "HOLDINGS", "webhook_code": "DEFAULT_UPDATE" }))
        .await;
    let hook = hooks.wait_for("HOLDINGS", "DEFAULT_UPDATE").await;
    let parts: Vec<&str> = hook.jwt.split('.').collect();
    let read = |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
    let (head, claims) = (read(parts[0]), read(parts[1]));
    assert_eq!(head["alg"], "ES256");
    let key = s.ok("/webhook_verification_key/get", json!({ "key_id": head["kid"] })).await["key"].clone();
    let part = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let point = [vec![4], part("x"), part("y")].concat();
    let public = ring::signature::UnparsedPublicKey::new(&ring::signature::ECDSA_P256_SHA256_FIXED, point);
    let text = format!("{}.{}", parts[0], parts[1]);
    public.verify(text.as_bytes(), &URL_SAFE_NO_PAD.decode(parts[2]).unwrap()).unwrap();
    let digest = ring::digest::digest(&ring::digest::SHA256, &hook.raw);
    let hex: String = digest.as_ref().iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(claims["request_body_sha256"], hex);
    assert_eq!(claims["iat"], Time::parse(common::NOW).unwrap().as_seconds());
    assert!(hook.raw.starts_with(b"{\n  \""), "indented: whoever re-serialises it hashes something else");
    assert_eq!(hook.body["environment"], "sandbox");
    let unknown = json!({ "key_id": "none" });
    assert_eq!(s.refused("/webhook_verification_key/get", unknown).await, "INVALID_WEBHOOK_VERIFICATION_KEY_ID");
}

#[tokio::test]
async fn a_refused_webhook_is_tried_again_later() {
    let s = spawn().await;
    let hooks = Receiver::open().await;
    *hooks.refuse.lock().unwrap() = 2;
    let token = s.item(BROKER, &["investments"], json!({})).await;
    s.ok("/item/webhook/update", json!({ "access_token": token, "webhook": hooks.url })).await;
    for (left, wait) in [(1, 30), (0, 120)] {
        let waiting = async || s.control("GET", "/_control/requests", json!({})).await["webhooks_waiting"].as_u64().unwrap();
        while *hooks.refuse.lock().unwrap() > left || waiting().await == 0 {
            tokio::task::yield_now().await;
        }
        s.advance(Span::seconds(wait)).await;
    }
    assert_eq!(hooks.next().await.body["webhook_code"], "WEBHOOK_UPDATE_ACKNOWLEDGED");
}

#[tokio::test]
async fn webhooks_on_demand_and_what_they_refuse() {
    let s = spawn().await;
    let hooks = Receiver::open().await;
    let fire = "/sandbox/item/fire_webhook";
    let mute = s.item(BROKER, &["investments"], json!({})).await;
    let asked = |token: &str, kind: &str, code: &str| json!({ "access_token": token, "webhook_type": kind, "webhook_code": code });
    assert_eq!(s.refused(fire, asked(&mute, "HOLDINGS", "DEFAULT_UPDATE")).await, "SANDBOX_WEBHOOK_INVALID");
    let token = s.item(BROKER, &["investments"], json!({ "webhook": hooks.url })).await;
    assert_eq!(s.refused(fire, asked(&token, "LIABILITIES", "DEFAULT_UPDATE")).await, "SANDBOX_PRODUCT_NOT_ENABLED");
    assert_eq!(s.refused(fire, asked(&token, "ITEM", "NOTHING")).await, "SANDBOX_WEBHOOK_INVALID");
    for code in
        ["NEW_ACCOUNTS_AVAILABLE", "PENDING_DISCONNECT", "USER_PERMISSION_REVOKED", "USER_ACCOUNT_REVOKED", "LOGIN_REPAIRED", "ERROR"]
    {
        assert_eq!(s.ok(fire, asked(&token, "ITEM", code)).await["webhook_fired"], true);
        let hook = hooks.wait_for("ITEM", code).await;
        assert!(hook.body["item_id"].is_string());
    }
    s.ok("/sandbox/item/reset_login", json!({ "access_token": token })).await;
    let broken = hooks.wait_for("ITEM", "ERROR").await;
    assert_eq!((&broken.body["error"]["error_code"], &broken.body["error"]["status"]), (&json!("ITEM_LOGIN_REQUIRED"), &json!(400)));
}

#[tokio::test]
async fn link_webhooks_tell_how_a_session_ended() {
    let s = spawn().await;
    let hooks = Receiver::open().await;
    let asked = json!({ "products": ["investments"], "institution_data": { "institution_id": BROKER }, "webhook": hooks.url });
    let link = s.link(asked.clone()).await;
    link.sign_in("user_good", "pass_good").await;
    link.choose_all().await;
    let hook = hooks.wait_for("LINK", "SESSION_FINISHED").await;
    assert_eq!((&hook.body["status"], &hook.body["link_token"]), (&json!("SUCCESS"), &json!(link.token)));
    let token = &hook.body["public_tokens"][0];
    s.ok("/item/public_token/exchange", json!({ "public_token": token })).await;
    let told = hooks.wait_for("LINK", "EVENTS").await;
    assert!(told.body["events"].as_array().unwrap().len() > 3);
    let left = s.link(asked).await;
    left.open().await;
    left.post("exit", &[]).await;
    assert_eq!(hooks.wait_for("LINK", "SESSION_FINISHED").await.body["status"], "EXITED");
}

#[tokio::test]
async fn consent_is_announced_and_ends() {
    let s = spawn().await;
    let hooks = Receiver::open().await;
    let token = s.item("ins_state_consent_90", &["investments"], json!({ "webhook": hooks.url })).await;
    s.advance(Span::days(84)).await;
    let warned = hooks.wait_for("ITEM", "PENDING_DISCONNECT").await;
    assert_eq!(warned.body["disconnect_time"], "2027-02-18T20:00:00Z");
    s.ok("/investments/holdings/get", json!({ "access_token": token })).await;
    s.advance(Span::days(7)).await;
    let ended = hooks.wait_for("ITEM", "ERROR").await;
    assert_eq!(ended.body["error"]["error_code_reason"], "OAUTH_CONSENT_EXPIRED");
    let (_, out) = s.call("/investments/holdings/get", json!({ "access_token": token })).await;
    assert_eq!((&out["error_code"], &out["error_code_reason"]), (&json!("ITEM_LOGIN_REQUIRED"), &json!("OAUTH_CONSENT_EXPIRED")));
    let fix = s.link(json!({ "access_token": token })).await;
    fix.sign_in("user_good", "pass_good").await;
    hooks.wait_for("ITEM", "LOGIN_REPAIRED").await;
    let item = s.ok("/item/get", json!({ "access_token": token })).await["item"].clone();
    assert_eq!(item["consent_expiration_time"], "2027-05-20T20:00:00Z", "renewed");
}

#[tokio::test]
async fn an_institution_that_asks_each_time_stops_at_the_next_update() {
    let s = spawn().await;
    let hooks = Receiver::open().await;
    let token = s.item("ins_pinecrest", &["investments"], json!({ "webhook": hooks.url })).await;
    let item = s.ok("/item/get", json!({ "access_token": token })).await["item"].clone();
    assert_eq!(item["update_type"], "user_present_required");
    s.advance(Span::hours(11)).await;
    hooks.wait_for("ITEM", "ERROR").await;
    assert_eq!(s.refused("/investments/holdings/get", json!({ "access_token": token })).await, "ITEM_LOGIN_REQUIRED");
    let fix = s.link(json!({ "access_token": token })).await;
    assert_eq!(fix.sign_in("user_good", "pass_good").await, "device");
    fix.post("device", &[("device", "text")]).await;
    assert_eq!(fix.post("code", &[("code", "1234")]).await, "back");
    s.ok("/investments/holdings/get", json!({ "access_token": token })).await;
}

#[tokio::test]
async fn limits_hold_per_item_and_minute() {
    let s = spawn().await;
    s.control("POST", "/_control/limits", json!({ "on": true })).await;
    let token = s.item(BROKER, &["investments"], json!({})).await;
    let other = s.item(BROKER, &["investments"], json!({})).await;
    for _ in 0..15 {
        s.ok("/investments/holdings/get", json!({ "access_token": token })).await;
    }
    let (status, out) = s.call("/investments/holdings/get", json!({ "access_token": token })).await;
    assert_eq!(
        (status, &out["error_type"], &out["error_code"]),
        (429, &json!("RATE_LIMIT_EXCEEDED"), &json!("INVESTMENT_HOLDINGS_GET_LIMIT"))
    );
    s.ok("/investments/holdings/get", json!({ "access_token": other })).await;
    s.clock.advance(Span::minutes(1));
    s.ok("/investments/holdings/get", json!({ "access_token": token })).await;
}

#[tokio::test]
async fn the_director_breaks_what_it_is_told_to() {
    let s = spawn().await;
    let bare = s.http.get(s.url("/_control/items")).send().await.unwrap();
    assert_eq!(bare.status().as_u16(), 400, "nobody without the secret");
    let token = s.item(BROKER, &["investments"], json!({})).await;
    let ask = json!({ "access_token": token });
    let path = "/investments/holdings/get";
    s.control("POST", "/_control/faults", json!({ "code": "INTERNAL_SERVER_ERROR", "path": path, "times": 1 })).await;
    let (status, out) = s.call(path, ask.clone()).await;
    assert_eq!((status, &out["error_type"]), (500, &json!("API_ERROR")));
    s.ok(path, ask.clone()).await;
    s.control("POST", "/_control/faults", json!({ "torn": true, "times": 1 })).await;
    let torn = s.http.post(s.url(path)).header("plaid-client-id", &s.running.client_id).header("plaid-secret", &s.running.secret);
    let answer = torn.body(ask.to_string()).send().await;
    assert!(match answer {
        Ok(a) => a.bytes().await.is_err(),
        Err(_) => true,
    });
    s.control("POST", &format!("/_control/institutions/{BROKER}/health"), json!({ "health": "down" })).await;
    assert_eq!(s.refused(path, ask.clone()).await, "INSTITUTION_DOWN");
    s.ok("/item/get", ask.clone()).await;
    s.control("POST", &format!("/_control/institutions/{BROKER}/health"), json!({ "health": "healthy" })).await;
    let id = s.control("GET", "/_control/items", json!({})).await["items"][0]["item_id"].as_str().unwrap().to_string();
    s.control("POST", &format!("/_control/items/{id}/break"), json!({ "code": "USER_PERMISSION_REVOKED" })).await;
    assert_eq!(s.refused(path, ask.clone()).await, "USER_PERMISSION_REVOKED");
    s.control("POST", &format!("/_control/items/{id}/mend"), json!({})).await;
    s.ok(path, ask).await;
    let seen = s.control("GET", "/_control/requests", json!({})).await;
    assert_eq!(seen["counts"][path], 6);
    assert!(!seen.to_string().contains(&token), "credentials are masked");
}

#[tokio::test]
async fn prices_have_a_history() {
    let s = spawn().await;
    let token = s.item(BROKER, &["investments"], json!({})).await;
    let held = s.ok("/investments/holdings/get", json!({ "access_token": token })).await;
    let id =
        held["securities"].as_array().unwrap().iter().find(|x| x["type"] == "equity" || x["type"] == "etf").unwrap()["security_id"].clone();
    let url = s.url(&format!("/_market/history?security={}&from=2006-01-01&to=2030-01-01", id.as_str().unwrap()));
    let out: Value = serde_json::from_slice(&s.http.get(url).send().await.unwrap().bytes().await.unwrap()).unwrap();
    let closes = out["closes"].as_array().unwrap();
    assert!(closes.len() > 5000);
    assert_eq!(closes.last().unwrap()["date"], "2026-11-19", "nothing from the future");
}

#[tokio::test]
async fn a_restart_forgets_nothing() {
    let clock = HandClock::at(Time::parse(common::NOW).unwrap());
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("sandbox-restart");
    let _ = std::fs::remove_dir_all(&folder);
    let s = spawn_with(clock.clone(), Some(folder.clone())).await;
    let token = s.item(BROKER, &["investments"], json!({})).await;
    let link = s.link(json!({ "products": ["investments"], "institution_data": { "institution_id": BROKER } })).await;
    link.sign_in("user_good", "mfa_device").await;
    let (open, page) = (link.token.clone(), link.url.rsplit('/').next().unwrap().to_string());
    let before = s.ok("/investments/holdings/get", json!({ "access_token": token })).await;
    let gone = s.item(BROKER, &["investments"], json!({})).await;
    s.ok("/item/remove", json!({ "access_token": gone })).await;
    s.running.stop().await;
    // What a killed process leaves behind.
    let file = folder.join("sandbox.jsonl");
    let mut text = std::fs::read(&file).unwrap();
    text.extend_from_slice(b"{\"item\":{\"item\":{\"id\":\"to");
    std::fs::write(&file, text).unwrap();

    let s = spawn_with(clock, Some(folder)).await;
    let after = s.ok("/investments/holdings/get", json!({ "access_token": token })).await;
    assert_eq!((&before["holdings"], &before["accounts"]), (&after["holdings"], &after["accounts"]));
    assert_eq!(s.refused("/item/get", json!({ "access_token": gone })).await, "ITEM_NOT_FOUND");
    let link = common::Link { sandbox: &s, token: open, url: s.url(&format!("/link/{page}")) };
    assert_eq!(link.open().await, "device", "the person goes on where the page stood");
    link.post("device", &[("device", "text")]).await;
    assert_eq!(link.post("code", &[("code", "1234")]).await, "accounts");
    link.choose_all().await;
    let (fresh, _) = link.exchange().await;
    assert_ne!(fresh, token);
    s.running.stop().await;
}

#[tokio::test]
async fn new_accounts_are_announced_once() {
    let s = spawn().await;
    let hooks = Receiver::open().await;
    let token = s.item(BROKER, &["investments"], json!({ "webhook": hooks.url, "override_username": "user_new_account" })).await;
    let count = async |t: &str| s.ok("/accounts/get", json!({ "access_token": t })).await["accounts"].as_array().unwrap().len();
    let had = count(&token).await;
    for _ in 0..3 {
        s.advance(Span::days(1)).await;
    }
    hooks.wait_for("ITEM", "NEW_ACCOUNTS_AVAILABLE").await;
    assert_eq!(count(&token).await, had, "nobody has chosen it yet");
    let find = s.link(json!({ "access_token": token, "update": { "account_selection_enabled": true } })).await;
    find.sign_in("user_new_account", "pass_good").await;
    find.choose_all().await;
    assert!(count(&token).await > had);
}
