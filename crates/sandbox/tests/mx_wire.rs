//! The second provider on the wire: keys, lists, faults, pages of institutions, a restart, and the same people as at the first one.

mod common;

use common::mx::{mx, of};
use model::Span;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// An institution that asks for nothing more.
const PLAIN: &str = "state_consent_90";

#[tokio::test]
async fn nobody_gets_in_without_keys_or_reads_what_is_anothers() {
    let mx = mx().await;
    let member = mx.link(PLAIN, "user_good", "pass_good").await;
    assert_eq!(mx.status(&member).await, "CONNECTED");
    let bare = mx.here.http.get(mx.here.url("/users")).header("accept", common::mx::VERSION).send().await.unwrap();
    assert_eq!(bare.status().as_u16(), 401);
    let keys = common::basic(&mx.here.running.mx_client_id, &mx.here.running.mx_api_key);
    for (header, value, status) in [
        ("accept", "text/html", 406),
        ("accept-version", "v19990101", 406),
        ("accept-version", "v20250224", 200),
        ("accept", common::mx::VERSION, 200),
    ] {
        let sent = mx.here.http.get(mx.here.url("/users")).header("authorization", &keys).header(header, value);
        assert_eq!(sent.send().await.unwrap().status().as_u16(), status, "{header}: {value}");
    }
    let other = mx.ok("POST", "/users", json!({ "user": {} })).await["user"]["guid"].as_str().unwrap().to_string();
    for path in ["", "/status", "/accounts", "/investment_holdings", "/transactions", "/challenges"] {
        let (status, out) = mx.call("GET", &format!("/users/{other}/members/{member}{path}"), Value::Null).await;
        assert_eq!((status, out["error"]["type"].as_str()), (404, Some("not_found")), "{path}");
    }
    let credentials = mx.credentials(PLAIN, "user_good", "pass_good").await;
    let again = json!({ "member": { "institution_code": PLAIN, "credentials": credentials } });
    assert_eq!(mx.call("POST", &format!("/users/{}/members", mx.user), again.clone()).await.0, 409);
    assert_eq!(mx.call("POST", &format!("/users/{other}/members"), again).await.0, 202, "another person may have the same login");
    for bad in [json!({}), json!({ "member": {} }), json!({ "member": { "institution_code": PLAIN, "credentials": [] } }), json!([])] {
        assert_eq!(mx.call("POST", &format!("/users/{}/members", mx.user), bad).await.0, 400);
    }
    let nowhere = json!({ "member": { "institution_code": "nowhere", "credentials": [{}] } });
    assert_eq!(mx.call("POST", &format!("/users/{}/members", mx.user), nowhere).await.0, 404);
    let noted = mx.here.control("GET", "/_control/requests", json!({})).await.to_string();
    assert!(!noted.contains("pass_good") && !noted.contains(&mx.here.running.mx_api_key), "nothing that was typed is kept");
}

#[tokio::test]
async fn lists_come_in_pages_and_some_institutions_are_only_here() {
    let mx = mx().await;
    let mut here = BTreeMap::new();
    let mut page = 1;
    loop {
        let out = mx.ok("GET", &format!("/institutions?page={page}&records_per_page=50"), Value::Null).await;
        for i in out["institutions"].as_array().unwrap() {
            let twice = here.insert(i["code"].as_str().unwrap().to_string(), i["name"].as_str().unwrap().to_string());
            assert!(twice.is_none());
        }
        if page >= out["pagination"]["total_pages"].as_u64().unwrap() {
            assert_eq!(out["pagination"]["total_entries"].as_u64().unwrap() as usize, here.len());
            break;
        }
        page += 1;
    }
    let all = mx.here.ok("/institutions/get", json!({ "count": 500, "offset": 0, "country_codes": ["US", "CA", "GB"] })).await;
    let there: BTreeSet<&str> = all["institutions"].as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap()).collect();
    let here: BTreeSet<&str> = here.values().map(String::as_str).collect();
    assert!(here.contains("Larchmont Brokerage") && there.contains("Larchmont Brokerage"));
    assert!(here.contains("Corncrake Investments") && !there.contains("Corncrake Investments"));
    assert!(!here.contains("Sable Card") && there.contains("Sable Card"));
    let odd = mx.ok("GET", "/institutions?page=0&records_per_page=5000&name=larchmont", Value::Null).await;
    assert_eq!((odd["pagination"]["per_page"].as_u64(), odd["pagination"]["current_page"].as_u64()), (Some(25), Some(1)));
    assert!(odd["institutions"].as_array().unwrap().iter().all(|i| i["name"].as_str().unwrap().contains("Larchmont")));
}

#[tokio::test]
async fn the_same_person_has_the_same_accounts_at_both_providers() {
    let mx = mx().await;
    let member = mx.link("n109508", "user_good", "pass_good").await;
    assert_eq!(mx.status(&member).await, "CONNECTED");
    let token = mx.here.item(common::BROKER, &["investments"], json!({})).await;
    let plaid = mx.here.ok("/accounts/get", json!({ "access_token": token })).await;
    let tail = |text: &Value| text.as_str().map(|t| t.trim_start_matches("XXXXXX").to_string());
    let theirs: BTreeMap<String, (Option<String>, String)> = plaid["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| (a["name"].as_str().unwrap().into(), (tail(&a["mask"]), a["balances"]["current"].to_string())))
        .collect();
    let ours: BTreeMap<String, (Option<String>, String)> = mx
        .accounts(&member)
        .await
        .iter()
        .map(|a| (a["name"].as_str().unwrap().into(), (tail(&a["account_number"]), a["balance"].to_string())))
        .collect();
    assert_eq!(ours, theirs);
}

#[tokio::test]
async fn a_restart_goes_on_where_it_stopped() {
    let folder = std::env::temp_dir().join(format!("heldaway-mx-{}-{:?}", std::process::id(), std::thread::current().id()));
    let clock = std::sync::Arc::new(model::time::HandClock::default());
    clock.advance(Span::days(20_777));
    let mx = of(common::spawn_with(clock.clone(), Some(folder.clone())).await).await;
    let (done, asked) = (mx.link(PLAIN, "user_good", "pass_good").await, mx.link(PLAIN, "user_two", "mfa_text_token").await);
    assert_eq!(mx.status(&done).await, "CONNECTED");
    assert_eq!(mx.answer(&asked, "correct").await, "CHALLENGED");
    let accounts = mx.accounts(&done).await;
    let user = mx.user.clone();
    mx.here.running.stop().await;
    let mut mx = of(common::spawn_with(clock, Some(folder.clone())).await).await;
    mx.user = user;
    assert_eq!(mx.accounts(&done).await, accounts);
    assert_eq!(mx.answer(&asked, "1234").await, "CONNECTED");
    let kept = std::fs::read_to_string(folder.join("sandbox.jsonl")).unwrap();
    assert!(!kept.contains("pass_good") && !kept.contains("mfa_text_token"), "passwords are not kept");
    mx.here.running.stop().await;
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn some_institutions_sign_people_in_on_their_own_page() {
    let mx = mx().await;
    assert!(mx.ok("GET", "/institutions/wexcombe/credentials", Value::Null).await["credentials"].as_array().unwrap().is_empty());
    let asked = json!({
        "member": { "institution_code": "wexcombe", "is_oauth": true, "credentials": [] },
        "client_redirect_url": "http://127.0.0.1:9/back?x=1", "referral_source": "APP",
    });
    let made = mx.ok("POST", &format!("/users/{}/members", mx.user), asked).await["member"].clone();
    let (guid, window) = (made["guid"].as_str().unwrap(), made["oauth_window_uri"].as_str().unwrap());
    assert_eq!(mx.status(guid).await, "PENDING");
    let page = mx.here.http.get(window).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Wexcombe Brokerage") && page.contains("Sandbox — invented institution"));
    let post = async |window: &str, fields: &str| {
        let sent = mx.here.http.post(format!("{window}/institution")).header("content-type", "application/x-www-form-urlencoded");
        let answer = sent.body(fields.to_string()).send().await.unwrap();
        (answer.status().as_u16(), answer.headers().get("location").map(|l| l.to_str().unwrap().to_string()))
    };
    assert_eq!(post(window, "decision=allow&user=user_good&password=wrong").await, (200, None));
    let (status, to) = post(window, "decision=allow&user=user_good&password=pass_good").await;
    assert_eq!((status, to), (303, Some(format!("http://127.0.0.1:9/back?x=1&status=success&member_guid={guid}"))));
    assert_eq!(mx.status(guid).await, "CONNECTED");
    assert_eq!(post(window, "decision=allow&user=user_good&password=pass_good").await.0, 410, "once");
    let fresh = mx.ok("GET", &mx.at(guid, "/oauth_window_uri?client_redirect_url=http%3A%2F%2F127.0.0.1%3A9%2F"), Value::Null).await;
    let (_, to) = post(fresh["member"]["oauth_window_uri"].as_str().unwrap(), "decision=refuse").await;
    assert!(to.unwrap().contains("status=error"));
    assert_eq!(mx.status(guid).await, "DENIED");
}

#[tokio::test]
async fn faults_strike_on_demand() {
    let mx = mx().await;
    let member = mx.link(PLAIN, "user_good", "pass_good").await;
    let path = "GET /users/{user}/members/{member}/accounts";
    let read = async || mx.raw("GET", &mx.at(&member, "/accounts"), Value::Null).await;
    for (fault, status) in [
        (json!({ "status": 503, "retry_after": 30 }), 503),
        (json!({ "status": 429 }), 429),
        (json!({ "html": true }), 200),
        (json!({ "status": 200 }), 200),
    ] {
        let mut whole = fault.clone();
        (whole["path"], whole["times"], whole["item_id"]) = (json!(path), json!(1), json!(member));
        mx.lever("/_control/faults", whole).await;
        let answer = read().await;
        assert_eq!(answer.status().as_u16(), status, "{fault}");
        assert_eq!(answer.headers().get("retry-after").is_some(), fault.get("retry_after").is_some());
        assert!(!answer.text().await.unwrap().contains("\"accounts\""), "{fault}");
        assert!(read().await.text().await.unwrap().contains("\"accounts\""), "once");
    }
    mx.lever("/_control/faults", json!({ "path": path, "torn": true, "times": 1 })).await;
    let broken = match mx.try_raw("GET", &mx.at(&member, "/accounts"), Value::Null).await {
        Ok(answer) => answer.text().await.is_err(),
        Err(_) => true,
    };
    assert!(broken, "the answer breaks off");
}
