//! What providers get wrong, at all three of them: by user name, and by a fault on demand.

mod common;

use common::{BROKER, Sandbox, basic, spawn};
use model::Span;
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn plaid(here: &Sandbox, user: &str) -> String {
    here.item(BROKER, &["investments"], json!({ "override_username": user, "override_password": "pass_good" })).await
}

async fn ids(here: &Sandbox, token: &str) -> Vec<String> {
    let out = here.ok("/accounts/get", json!({ "access_token": token })).await;
    out["accounts"].as_array().unwrap().iter().map(|a| a["account_id"].as_str().unwrap().to_string()).collect()
}

#[tokio::test]
async fn the_first_provider_doubles_renames_empties_and_stands_still() {
    let here = spawn().await;
    let doubled = plaid(&here, "user_doubled").await;
    let twice = ids(&here, &doubled).await;
    assert_eq!(twice.iter().collect::<BTreeSet<_>>().len() * 2, twice.len());
    let (renamed, emptied) = (plaid(&here, "user_rekeyed").await, plaid(&here, "user_emptied").await);
    let before = ids(&here, &renamed).await;
    assert_eq!(before, ids(&here, &renamed).await, "the same all day");
    assert!(!ids(&here, &emptied).await.is_empty());
    let (stale, fresh) = (plaid(&here, "user_stale").await, plaid(&here, "user_good").await);
    let held = async |token: &str| {
        let out = here.ok("/investments/holdings/get", json!({ "access_token": token })).await;
        let days = out["holdings"].as_array().unwrap().iter().map(|h| h["institution_price_as_of"].as_str().unwrap().to_string());
        days.max().unwrap()
    };
    assert!(held(&stale).await < held(&fresh).await);
    here.advance(Span::days(4)).await;
    let after = ids(&here, &renamed).await;
    assert_eq!(before.len(), after.len());
    assert!(before.iter().all(|id| !after.contains(id)));
    assert!(ids(&here, &emptied).await.is_empty());
}

#[tokio::test]
async fn the_bridge_renames_empties_and_stands_still() {
    let here = spawn().await;
    let read = async |access: &str| {
        let (keys, host) = access.split_once("://").unwrap().1.split_once('@').unwrap();
        let (name, password) = keys.split_once(':').unwrap();
        let sent = here.http.get(format!("http://{host}/accounts?balances-only=1")).header("authorization", basic(name, password));
        let out: Value = serde_json::from_str(&sent.send().await.unwrap().text().await.unwrap()).unwrap();
        out["accounts"].as_array().unwrap().clone()
    };
    let access = async |user: &str| {
        use base64::Engine as _;
        let token = here.control("POST", "/_control/simplefin/tokens", json!({ "user": user })).await["setup_token"].clone();
        let claim = base64::engine::general_purpose::STANDARD.decode(token.as_str().unwrap()).unwrap();
        here.http.post(String::from_utf8(claim).unwrap()).send().await.unwrap().text().await.unwrap()
    };
    let ids = |rows: &[Value]| rows.iter().map(|a| a["id"].as_str().unwrap().to_string()).collect::<Vec<_>>();
    let (renamed, emptied, stale, fresh) =
        (access("user_rekeyed").await, access("user_emptied").await, access("user_stale").await, access("user_good").await);
    let before = ids(&read(&renamed).await);
    assert!(!read(&emptied).await.is_empty());
    assert!(read(&stale).await[0]["balance-date"].as_i64() < read(&fresh).await[0]["balance-date"].as_i64());
    here.advance(Span::days(4)).await;
    assert!(ids(&read(&renamed).await).iter().all(|id| !before.contains(id)));
    assert!(read(&emptied).await.is_empty());
}

#[tokio::test]
async fn the_first_provider_answers_with_pages_errors_inside_and_a_time_to_come_back() {
    let here = spawn().await;
    let token = plaid(&here, "user_good").await;
    let ask = async || {
        let sent = here.http.post(here.url("/accounts/get")).header("plaid-client-id", &here.running.client_id);
        let sent = sent.header("plaid-secret", &here.running.secret).body(json!({ "access_token": token }).to_string());
        let answer = sent.send().await.unwrap();
        let wait = answer.headers().get("retry-after").map(|v| v.to_str().unwrap().to_string());
        (answer.status().as_u16(), wait, answer.text().await.unwrap())
    };
    let fault = async |mut fault: Value| {
        (fault["path"], fault["times"]) = (json!("/accounts/get"), json!(1));
        here.control("POST", "/_control/faults", fault).await;
    };
    fault(json!({ "html": true })).await;
    let (status, _, text) = ask().await;
    assert!(status == 200 && text.starts_with("<!doctype html>"));
    fault(json!({ "code": "INTERNAL_SERVER_ERROR", "status": 200 })).await;
    let (status, _, text) = ask().await;
    assert!(status == 200 && text.contains("INTERNAL_SERVER_ERROR") && !text.contains("\"accounts\""));
    fault(json!({ "code": "ACCOUNTS_LIMIT", "retry_after": 90 })).await;
    let (status, wait, _) = ask().await;
    assert_eq!((status, wait.as_deref()), (429, Some("90")));
    fault(json!({ "code": "ACCOUNTS_LIMIT" })).await;
    assert_eq!(ask().await.1, None);
    assert!(ask().await.2.contains("\"accounts\""));
}
