//! What each endpoint answers, and how it refuses.

mod common;

use common::{BROKER, spawn};
use model::Span;
use serde_json::{Value, json};

#[tokio::test]
async fn both_credential_styles_open_and_wrong_keys_do_not() {
    let s = spawn().await;
    let post = |body: Value| s.http.post(s.url("/institutions/get_by_id")).body(body.to_string()).send();
    let read = async |sent: reqwest::Result<reqwest::Response>| -> Value {
        serde_json::from_slice(&sent.unwrap().bytes().await.unwrap()).unwrap()
    };
    let asked = json!({ "institution_id": BROKER, "country_codes": ["US"] });
    let mut with = asked.clone();
    with["client_id"] = json!(s.running.client_id);
    with["secret"] = json!(s.running.secret);
    assert_eq!(read(post(with.clone()).await).await["institution"]["institution_id"], BROKER);
    assert_eq!(s.ok("/institutions/get_by_id", asked.clone()).await["institution"]["institution_id"], BROKER);
    let bare = read(post(asked).await).await;
    assert_eq!(bare["error_code"], "MISSING_FIELDS");
    assert_eq!(bare["error_message"], "the following required fields are missing: client_id, secret");
    with["secret"] = json!("nothing");
    let wrong = read(post(with).await).await;
    assert_eq!((&wrong["error_type"], &wrong["error_code"]), (&json!("INVALID_INPUT"), &json!("INVALID_API_KEYS")));
}

#[tokio::test]
async fn bad_requests_are_named_exactly() {
    let s = spawn().await;
    let token = s.item(BROKER, &["investments"], json!({})).await;
    assert_eq!(s.refused("/item/get", json!({})).await, "MISSING_FIELDS");
    assert_eq!(s.refused("/item/get", json!({ "access_token": token, "more": 1 })).await, "UNKNOWN_FIELDS");
    assert_eq!(s.refused("/item/get", json!({ "access_token": 5 })).await, "INVALID_FIELD");
    assert_eq!(s.refused("/item/get", json!({ "access_token": "nonsense" })).await, "INVALID_ACCESS_TOKEN");
    assert_eq!(s.refused("/item/get", json!({ "access_token": "access-sandbox-none" })).await, "INVALID_ACCESS_TOKEN");
    assert_eq!(s.refused("/nothing/here", json!({})).await, "NOT_FOUND");
    let raw = s.http.post(s.url("/item/get")).header("plaid-client-id", &s.running.client_id).header("plaid-secret", &s.running.secret);
    let out: Value = serde_json::from_slice(&raw.body("{torn").send().await.unwrap().bytes().await.unwrap()).unwrap();
    assert_eq!(out["error_code"], "INVALID_BODY");
    let other = json!({ "access_token": token, "options": { "account_ids": ["none"] } });
    assert_eq!(s.refused("/accounts/get", other).await, "INVALID_ACCOUNT_ID");
    let products = json!({ "institution_id": BROKER, "initial_products": ["nothing"] });
    assert_eq!(s.refused("/sandbox/public_token/create", products).await, "INVALID_PRODUCT");
    let institution = json!({ "institution_id": "ins_0", "initial_products": ["investments"] });
    assert_eq!(s.refused("/sandbox/public_token/create", institution).await, "INVALID_INSTITUTION");
}

#[tokio::test]
async fn link_tokens_are_checked_before_they_are_given() {
    let s = spawn().await;
    let asked = |more: Value| {
        let mut all = json!({
            "client_name": "Firm", "language": "en", "country_codes": ["US"], "user": { "client_user_id": "u" }, "products": ["investments"],
        });
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    let path = "/link/token/create";
    let made = s.ok(path, asked(json!({}))).await;
    assert!(made["link_token"].as_str().unwrap().starts_with("link-sandbox-"));
    assert!(made.get("hosted_link_url").is_none(), "no page that nobody asked for");
    assert_eq!(made["expiration"], "2026-11-21T00:00:00Z", "four hours");
    for (more, code) in [
        (json!({ "language": "xx" }), "INVALID_FIELD"),
        (json!({ "country_codes": [] }), "INVALID_FIELD"),
        (json!({ "products": [] }), "MISSING_FIELDS"),
        (json!({ "user": null }), "MISSING_FIELDS"),
        (json!({ "user": {} }), "MISSING_FIELDS"),
        (json!({ "webhook": "nowhere" }), "INVALID_FIELD"),
        (json!({ "surprise": true }), "UNKNOWN_FIELDS"),
        (json!({ "hosted_link": { "surprise": true } }), "UNKNOWN_FIELDS"),
        (json!({ "hosted_link": { "url_lifetime_seconds": 1_900_000 } }), "INVALID_FIELD"),
        (json!({ "institution_data": { "institution_id": "ins_0" } }), "INVALID_INSTITUTION"),
        (json!({ "access_token": "access-sandbox-x", "products": null }), "INVALID_ACCESS_TOKEN"),
        (json!({ "client_name": "A name that is much longer than thirty characters" }), "INVALID_FIELD"),
    ] {
        assert_eq!(s.refused(path, asked(more.clone())).await, code, "{more}");
    }
    let token = s.item(BROKER, &["investments"], json!({})).await;
    assert_eq!(s.refused(path, asked(json!({ "access_token": token }))).await, "INVALID_FIELD", "no products in update mode");
    assert_eq!(s.refused("/link/token/get", json!({ "link_token": "link-sandbox-none" })).await, "INVALID_LINK_TOKEN");
}

#[tokio::test]
async fn a_public_token_is_exchanged_once_and_within_half_an_hour() {
    let s = spawn().await;
    let asked = json!({ "institution_id": BROKER, "initial_products": ["investments"] });
    let path = "/item/public_token/exchange";
    let one = s.ok("/sandbox/public_token/create", asked.clone()).await;
    let body = json!({ "public_token": one["public_token"] });
    let got = s.ok(path, body.clone()).await;
    assert!(got["access_token"].as_str().unwrap().starts_with("access-sandbox-"));
    assert_eq!(s.refused(path, body).await, "INVALID_PUBLIC_TOKEN");
    let late = s.ok("/sandbox/public_token/create", asked).await;
    s.clock.advance(Span::minutes(31));
    let (_, said) = s.call(path, json!({ "public_token": late["public_token"] })).await;
    assert!(said["error_message"].as_str().unwrap().contains("expired"), "{said}");
    assert_eq!(s.refused(path, json!({ "public_token": "public-sandbox-none" })).await, "INVALID_PUBLIC_TOKEN");
}

#[tokio::test]
async fn numbers_come_as_exact_json_numbers_and_securities_fit_their_holdings() {
    let s = spawn().await;
    let token = s.item(BROKER, &["investments"], json!({})).await;
    let out = s.ok("/investments/holdings/get", json!({ "access_token": token })).await;
    let holdings = out["holdings"].as_array().unwrap();
    assert!(!holdings.is_empty());
    for h in holdings {
        for key in ["quantity", "institution_price", "institution_value"] {
            let text = h[key].as_number().unwrap_or_else(|| panic!("{key} is a number")).to_string();
            assert!(model::money::decimal(&text).is_some() && !text.contains('e'), "{key}: {text}");
        }
        let security = out["securities"].as_array().unwrap().iter().find(|x| x["security_id"] == h["security_id"]).unwrap();
        for key in ["figi", "isin", "cusip", "market_identifier_code", "cfi_code", "sector", "option_contract", "fixed_income"] {
            assert!(security.get(key).is_some(), "{key} is always there, even when it is null");
        }
        assert_ne!(h["iso_currency_code"].is_null(), h["unofficial_currency_code"].is_null(), "exactly one currency");
    }
    assert!(holdings.iter().any(|h| h["cost_basis"].is_null()) || holdings.iter().any(|h| h["cost_basis"].is_number()));
    let accounts = out["accounts"].as_array().unwrap();
    assert!(accounts.iter().all(|a| a["type"] == "investment" && a["balances"].get("margin_loan_amount").is_some()));
}

#[tokio::test]
async fn investment_transactions_page_without_gap_or_double() {
    let s = spawn().await;
    let token = s.item(BROKER, &["investments"], json!({})).await;
    let page = async |offset: u64, count: u64| {
        let body = json!({
            "access_token": token, "start_date": "2020-01-01", "end_date": "2030-01-01", "options": { "count": count, "offset": offset },
        });
        s.ok("/investments/transactions/get", body).await
    };
    let whole = page(0, 500).await;
    let total = whole["total_investment_transactions"].as_u64().unwrap();
    let all: Vec<Value> = whole["investment_transactions"].as_array().unwrap().clone();
    let mut pieces = Vec::new();
    while (pieces.len() as u64) < total.min(500) {
        let part = page(pieces.len() as u64, 3).await;
        pieces.extend(part["investment_transactions"].as_array().unwrap().clone());
    }
    pieces.truncate(all.len());
    assert_eq!(pieces, all);
    let days: Vec<&str> = all.iter().map(|t| t["date"].as_str().unwrap()).collect();
    assert!(days.is_sorted_by(|a, b| a >= b), "newest first");
    assert!(days.iter().all(|d| *d >= "2024-11-19" && *d <= "2026-11-19"), "two years, and nothing that is not published");
    let turned = json!({ "access_token": token, "start_date": "2026-02-01", "end_date": "2026-01-01" });
    assert_eq!(s.refused("/investments/transactions/get", turned).await, "INVALID_FIELD");
}

#[tokio::test]
async fn bank_movements_stream_behind_a_cursor() {
    let s = spawn().await;
    let options = json!({ "override_username": "user_transactions_dynamic", "override_password": "x" });
    let token = s.item("ins_109511", &["transactions"], options).await;
    let sync = async |cursor: &str, count: u64| {
        s.ok("/transactions/sync", json!({ "access_token": token, "cursor": cursor, "count": count })).await
    };
    let (mut cursor, mut ids, mut pending) = (String::new(), std::collections::BTreeSet::new(), Vec::new());
    loop {
        let part = sync(&cursor, 20).await;
        for t in part["added"].as_array().unwrap() {
            assert!(ids.insert(t["transaction_id"].to_string()), "nothing comes twice");
            if t["pending"] == true {
                pending.push(t["transaction_id"].clone());
            }
        }
        cursor = part["next_cursor"].as_str().unwrap().into();
        if part["has_more"] == false {
            break;
        }
    }
    assert!(ids.len() > 20);
    s.clock.advance(Span::days(3));
    let later = sync(&cursor, 500).await;
    let removed: Vec<Value> = later["removed"].as_array().unwrap().iter().map(|r| r["transaction_id"].clone()).collect();
    assert_eq!(removed.len(), pending.len(), "what was pending is replaced");
    assert!(pending.iter().all(|p| removed.contains(p)));
    let replaced = later["added"].as_array().unwrap().iter().filter(|t| t["pending_transaction_id"].is_string()).count();
    assert_eq!(replaced, pending.len());
    assert!(!later["modified"].as_array().unwrap().is_empty());
    assert_eq!(s.refused("/transactions/sync", json!({ "access_token": token, "cursor": "?" })).await, "INVALID_FIELD");
}

#[tokio::test]
async fn institutions_page_search_and_tell_their_state() {
    let s = spawn().await;
    let page = |offset: u64| json!({ "count": 120, "offset": offset, "country_codes": ["US"] });
    let first = s.ok("/institutions/get", page(0)).await;
    let total = first["total"].as_u64().unwrap();
    let mut seen = std::collections::BTreeSet::new();
    let mut offset = 0;
    while offset < total {
        for i in s.ok("/institutions/get", page(offset)).await["institutions"].as_array().unwrap() {
            assert!(seen.insert(i["institution_id"].as_str().unwrap().to_string()));
        }
        offset += 120;
    }
    assert_eq!(seen.len() as u64, total);
    let search = json!({ "query": "northgate", "products": ["investments"], "country_codes": ["US"] });
    let found = s.ok("/institutions/search", search).await;
    assert_eq!(found["institutions"][0]["institution_id"], "ins_northgate");
    assert!(found["institutions"].as_array().unwrap().len() <= 10);
    let by_id = async |id: &str| {
        let asked = json!({ "institution_id": id, "country_codes": ["US"], "options": { "include_status": true, "include_optional_metadata": true } });
        s.ok("/institutions/get_by_id", asked).await["institution"].clone()
    };
    let down = by_id("ins_state_down").await;
    assert_eq!(down["status"]["item_logins"]["status"], "DOWN");
    assert!(down["url"].as_str().unwrap().ends_with(".example") && down["logo"].is_string());
    assert_eq!(by_id("ins_state_retired").await["connection_availability"], "NOT_SUPPORTED");
}

#[tokio::test]
async fn tokens_rotate_and_items_end() {
    let s = spawn().await;
    let token = s.item(BROKER, &["investments"], json!({})).await;
    let id = s.ok("/item/get", json!({ "access_token": token })).await["item"]["item_id"].clone();
    let fresh = s.ok("/item/access_token/invalidate", json!({ "access_token": token })).await["new_access_token"].clone();
    assert_eq!(s.refused("/item/get", json!({ "access_token": token })).await, "INVALID_ACCESS_TOKEN", "dead at once");
    assert_eq!(s.ok("/item/get", json!({ "access_token": fresh })).await["item"]["item_id"], id);
    let why = json!({ "access_token": fresh, "reason_code": "BOREDOM" });
    assert_eq!(s.refused("/item/remove", why).await, "INVALID_FIELD");
    s.ok("/item/remove", json!({ "access_token": fresh, "reason_code": "OTHER", "reason_note": "left" })).await;
    for path in ["/item/get", "/item/remove", "/accounts/get", "/investments/holdings/get"] {
        assert_eq!(s.refused(path, json!({ "access_token": fresh })).await, "ITEM_NOT_FOUND");
    }
}

#[tokio::test]
async fn a_custom_person_shows_what_was_written() {
    let s = spawn().await;
    let written = json!({ "override_accounts": [
        { "type": "investment", "subtype": "roth", "meta": { "name": "My Roth", "mask": "4242" }, "holdings": {
            "institution_price": 12.345, "cost_basis": 100.1, "quantity": 10, "currency": "USD",
            "security": { "ticker_symbol": "ZZQ", "name": "Zed", "currency": "USD" } } },
        { "type": "depository", "subtype": "checking", "starting_balance": 77.25 },
    ] });
    let options = json!({ "override_username": "user_custom", "override_password": written.to_string() });
    let token = s.item(BROKER, &["investments"], options).await;
    let accounts = s.ok("/accounts/get", json!({ "access_token": token })).await["accounts"].clone();
    assert_eq!(accounts[0]["name"], "My Roth");
    assert_eq!(accounts[1]["balances"]["current"].to_string(), "77.25");
    let held = s.ok("/investments/holdings/get", json!({ "access_token": token })).await;
    assert_eq!(held["holdings"][0]["institution_value"].to_string(), "123.45");
    assert_eq!(held["securities"][0]["ticker_symbol"], "ZZQ");
}

#[tokio::test]
async fn products_that_an_institution_lacks_are_refused() {
    let s = spawn().await;
    let token = s.item("ins_kestrel", &["liabilities"], json!({})).await;
    let owed = s.ok("/liabilities/get", json!({ "access_token": token })).await;
    assert!(owed["liabilities"]["student"].is_array() && owed["liabilities"]["credit"].is_null());
    assert_eq!(s.refused("/investments/holdings/get", json!({ "access_token": token })).await, "PRODUCTS_NOT_SUPPORTED");
    let plan = s.item("ins_larchmont_workplace", &["investments"], json!({})).await;
    assert_eq!(s.refused("/investments/refresh", json!({ "access_token": plan })).await, "PRODUCTS_NOT_SUPPORTED");
}
