//! The bridge: a token claimed once, accounts behind an address with a password, warnings, a daily budget, and the end.

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{Sandbox, basic, spawn};
use model::{Decimal, Span};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn claim_of(token: &str) -> String {
    String::from_utf8(STANDARD.decode(token).unwrap()).unwrap()
}

async fn token(here: &Sandbox, user: &str) -> String {
    let out = here.control("POST", "/_control/simplefin/tokens", json!({ "user": user })).await;
    out["setup_token"].as_str().unwrap().into()
}

async fn claim(here: &Sandbox, token: &str) -> (u16, String) {
    let answer = here.http.post(claim_of(token)).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Name, password and address out of an access address.
fn apart(access: &str) -> (String, String, String) {
    let (scheme, rest) = access.split_once("://").unwrap();
    let (keys, host) = rest.split_once('@').unwrap();
    let (name, password) = keys.split_once(':').unwrap();
    (name.into(), password.into(), format!("{scheme}://{host}"))
}

async fn read(here: &Sandbox, access: &str, query: &str) -> (u16, Value) {
    let (name, password, base) = apart(access);
    let answer = here.http.get(format!("{base}/accounts{query}")).header("authorization", basic(&name, &password)).send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap_or(Value::Null))
}

async fn access(here: &Sandbox, user: &str) -> String {
    claim(here, &token(here, user).await).await.1
}

#[tokio::test]
async fn a_setup_token_is_made_on_a_page_and_claimed_once() {
    let here = spawn().await;
    let page = format!("{}/create", here.running.simplefin);
    let form = here.http.get(&page).send().await.unwrap().text().await.unwrap();
    assert!(form.contains("Make a setup token") && !form.contains("<script"));
    let post = async |fields: &'static str| {
        let sent = here.http.post(&page).header("content-type", "application/x-www-form-urlencoded").body(fields);
        sent.send().await.unwrap().text().await.unwrap()
    };
    assert!(post("user=user_good&password=wrong").await.contains("is not right"));
    let shown = post("user=user_good&password=pass_good").await;
    let token = shown.split("readonly>").nth(1).unwrap().split('<').next().unwrap().to_string();
    let (status, access) = claim(&here, &token).await;
    assert_eq!(status, 200);
    assert_eq!(claim(&here, &token).await.0, 403, "somebody claimed it before");
    assert_eq!(claim(&here, &STANDARD.encode(format!("{}/claim/none", here.running.simplefin))).await.0, 403);
    assert_eq!(read(&here, &access, "").await.0, 200);
    let wrong = access.replace("sandbox", "nobody");
    assert_eq!(read(&here, &wrong, "").await.0, 403);
    let demo = here.running.simplefin_token.clone();
    assert_eq!((claim(&here, &demo).await.0, claim(&here, &demo).await.0), (200, 200));
    let info = here.http.get(format!("{}/info", here.running.simplefin)).send().await.unwrap().text().await.unwrap();
    assert!(info.contains("1.0") && info.contains("2.0"));
}

#[tokio::test]
async fn accounts_holdings_and_movements_are_text_and_as_asked() {
    let here = spawn().await;
    let access = access(&here, "user_good").await;
    let (_, out) = read(&here, &access, "").await;
    assert_eq!(out["errors"], json!([]));
    let accounts = out["accounts"].as_array().unwrap();
    let names: BTreeSet<&str> = accounts.iter().map(|a| a["org"]["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 4);
    for a in accounts {
        a["balance"].as_str().unwrap().parse::<Decimal>().unwrap();
        assert!(a["balance-date"].is_i64() && a["id"].is_string() && a["currency"].is_string());
    }
    let card = accounts.iter().find(|a| a["org"]["name"] == "Sable Card").unwrap();
    assert!(card["balance"].as_str().unwrap().starts_with('-'), "what is owed is negative here");
    assert!(!card["transactions"].as_array().unwrap().is_empty());
    let invested = accounts.iter().find(|a| !a["holdings"].as_array().unwrap().is_empty()).unwrap();
    let value: Decimal =
        invested["holdings"].as_array().unwrap().iter().map(|h| h["market_value"].as_str().unwrap().parse::<Decimal>().unwrap()).sum();
    assert!(value > Decimal::ZERO);
    let id = card["id"].as_str().unwrap();
    let (_, one) = read(&here, &access, &format!("?account={id}&balances-only=1")).await;
    assert_eq!(one["accounts"].as_array().unwrap().len(), 1);
    assert_eq!(one["accounts"][0]["transactions"], json!([]));
    let now = model::Time::parse(common::NOW).unwrap();
    let from = (now - Span::days(5)).as_seconds();
    let (_, some) = read(&here, &access, &format!("?start-date={from}&account={id}")).await;
    let moved = some["accounts"][0]["transactions"].as_array().unwrap();
    assert!(moved.len() < card["transactions"].as_array().unwrap().len());
    assert!(moved.iter().all(|t| t["posted"].as_i64().unwrap() >= from - 86_400));
    let (_, long) = read(&here, &access, &format!("?start-date={}", (now - Span::days(300)).as_seconds())).await;
    assert!(long["errors"][0].as_str().unwrap().contains("90 days"));
    let (_, second) = read(&here, &access, "?version=2").await;
    assert!(
        second["errlist"].is_array()
            && second["connections"].as_array().unwrap().len() == 4
            && second["accounts"][0]["conn_id"].is_string()
    );
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_the_accounts() {
    let here = spawn().await;
    let broken = access(&here, "user_broken").await;
    let (status, out) = read(&here, &broken, "").await;
    assert_eq!(status, 200, "a broken connection is no error of the protocol");
    assert!(out["errors"][0].as_str().unwrap().contains("Bluewater Credit Union"));
    assert!(!out["accounts"].as_array().unwrap().is_empty());
    let (_, second) = read(&here, &broken, "?version=2").await;
    assert_eq!(second["errlist"][0]["code"], "con.auth");
    here.control("POST", "/_control/institutions/ins_sable/health", json!({ "health": "down" })).await;
    let good = access(&here, "user_good").await;
    assert!(read(&here, &good, "").await.1["errors"][0].as_str().unwrap().contains("Sable Card"));
    let none = access(&here, "user_none").await;
    assert_eq!(read(&here, &none, "").await.1["accounts"], json!([]));
    let doubled = access(&here, "user_doubled").await;
    let (_, twice) = read(&here, &doubled, "").await;
    let ids: Vec<&str> = twice["accounts"].as_array().unwrap().iter().map(|a| a["id"].as_str().unwrap()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len() * 2, ids.len());
    let unpaid = access(&here, "user_unpaid").await;
    assert_eq!(read(&here, &unpaid, "").await.0, 402);
    here.control("POST", "/_control/faults", json!({ "path": "GET /simplefin/accounts", "html": true, "times": 1 })).await;
    assert_eq!(read(&here, &good, "").await, (200, Value::Null));
}

#[tokio::test]
async fn too_many_looks_are_warned_of_and_then_end_the_token() {
    let here = spawn().await;
    here.control("POST", "/_control/limits", json!({ "on": true })).await;
    let careful = access(&here, "user_careful").await;
    for _ in 0..24 {
        assert_eq!(read(&here, &careful, "?balances-only=1").await.1["errors"], json!([]));
    }
    let (status, out) = read(&here, &careful, "?balances-only=1").await;
    assert_eq!(status, 200);
    assert!(out["errors"][0].as_str().unwrap().contains("24 requests"));
    here.advance(Span::days(1)).await;
    assert_eq!(read(&here, &careful, "?balances-only=1").await.1["errors"], json!([]), "a new day, a new budget");
    let eager = access(&here, "user_eager").await;
    for _ in 0..36 {
        assert_eq!(read(&here, &eager, "?balances-only=1").await.0, 200);
    }
    assert_eq!(read(&here, &eager, "?balances-only=1").await.0, 403, "who does not listen is out");
    here.advance(Span::days(1)).await;
    assert_eq!(read(&here, &eager, "?balances-only=1").await.0, 403);
    let (name, ..) = apart(&careful);
    here.control("POST", &format!("/_control/simplefin/bridges/{name}/revoke"), json!({})).await;
    assert_eq!(read(&here, &careful, "").await.0, 403, "the client took it back");
}
