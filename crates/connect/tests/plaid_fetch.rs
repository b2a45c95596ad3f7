//! Reading one connection from recorded answers: exact figures, honest gaps, few calls, and bad answers of every kind.

mod common;

use common::recorded::{Recorded, Reply, error, ok};
use common::{done, now};
use connect::{Connector, Cursor, Grant};
use model::time::HandClock;
use model::{Decimal, Fault, FaultKind, SecurityDetail, SecurityKind, Snapshot, Span, Time};
use serde_json::{Value, json};

const ITEM: &str = "/item/get";
const HOLDINGS: &str = "/investments/holdings/get";
const TRADES: &str = "/investments/transactions/get";
const ACCOUNTS: &str = "/accounts/get";
const LIABILITIES: &str = "/liabilities/get";
const REFRESH: &str = "/investments/refresh";

fn grant() -> Grant {
    Grant { external_id: "item-1".into(), token: model::Secret::new("access-sandbox-hush".into()), institution: None, consent_ends: None }
}

fn item(products: &[&str], updated: Option<&str>, trouble: Option<&str>) -> Value {
    let error = trouble.map(|code| json!({ "error_type": "ITEM_ERROR", "error_code": code, "error_message": "m" }));
    let updates = updated.map(|at| json!({ "last_successful_update": at }));
    json!({
        "item": { "item_id": "item-1", "institution_id": "ins_1", "error": error, "billed_products": products, "consent_expiration_time": null },
        "status": { "investments": updates, "transactions": null }, "request_id": "r-item",
    })
}

fn account(id: &str, kind: &str, subtype: &str, current: &str) -> String {
    format!(
        r#"{{"account_id":"{id}","name":"{id} account","mask":"1234","type":"{kind}","subtype":"{subtype}",
        "balances":{{"current":{current},"available":null,"limit":null,"iso_currency_code":"USD","unofficial_currency_code":null}}}}"#
    )
}

fn holdings(accounts: &str, holdings: &str, securities: &str) -> Reply {
    Reply::Json(200, format!(r#"{{"accounts":[{accounts}],"holdings":[{holdings}],"securities":[{securities}],"request_id":"r-h"}}"#))
}

fn accounts(list: &str) -> Reply {
    Reply::Json(200, format!(r#"{{"accounts":[{list}],"request_id":"r-a"}}"#))
}

fn trades(ids: &[&str], total: usize) -> Reply {
    let list: Vec<Value> = ids
        .iter()
        .map(|id| json!({ "investment_transaction_id": id, "account_id": "ira", "date": "2026-11-18", "name": "BUY", "type": "buy", "amount": 10.10 }))
        .collect();
    ok(json!({ "investment_transactions": list, "securities": [], "total_investment_transactions": total, "request_id": "r-t" }))
}

const UPDATED: &str = "2026-11-20T06:00:00Z";
const SPY: &str =
    r#"{"security_id":"s1","name":"Index fund","ticker_symbol":"ZIDX","type":"etf","subtype":"etf","iso_currency_code":"USD"}"#;

fn held(quantity: &str, price: &str, value: &str, basis: &str) -> String {
    format!(
        r#"{{"account_id":"ira","security_id":"s1","quantity":{quantity},"institution_price":{price},"institution_price_as_of":"2026-11-19",
        "institution_value":{value},"cost_basis":{basis}}}"#
    )
}

/// An ordinary investment connection with one account.
async fn ordinary() -> Recorded {
    let server = Recorded::start().await;
    let ira = account("ira", "investment", "ira", "100.5");
    server.on(ITEM, [ok(item(&["investments"], Some(UPDATED), None))]);
    server.on(HOLDINGS, [holdings(&ira, &held("2", "50.25", "100.50", "null"), SPY)]);
    server.on(ACCOUNTS, [accounts(&ira)]);
    server.on(TRADES, [trades(&["t1"], 1)]);
    server
}

async fn fetch(server: &Recorded, cursor: Cursor, by_hand: bool) -> Result<(Snapshot, Grant, Cursor), Fault> {
    fetch_at(server, cursor, by_hand, now()).await
}

async fn fetch_at(server: &Recorded, cursor: Cursor, by_hand: bool, at: Time) -> Result<(Snapshot, Grant, Cursor), Fault> {
    server.plaid(HandClock::at(at)).fetch(grant(), cursor, by_hand, at).await.map(done)
}

fn dec(text: &str) -> Option<Decimal> {
    Some(text.parse().unwrap())
}

// proves: N7
#[tokio::test]
async fn figures_arrive_digit_for_digit_and_unknown_is_not_zero() {
    let server = ordinary().await;
    let list = [
        account("ira", "investment", "ira", "123456789012345.678901"),
        account("card", "credit", "credit card", "0.1"),
        account("blank", "depository", "checking", "null"),
    ];
    let positions = [
        held("0.000000012345", "4e1", "1e-7", "null"),
        held("3", "\"33.30\"", "99.9", "0"),
        held("{}", "12.5", "100", "null"),
        held("null", "3", "10", "null"),
    ];
    server.on(HOLDINGS, [holdings(&list.join(","), &positions.join(","), SPY)]);
    server.on(ACCOUNTS, [accounts(&list.join(","))]);
    let (s, _, _) = fetch(&server, Cursor::default(), false).await.unwrap();
    let values: Vec<_> = s.accounts.iter().map(|a| a.value.map(|v| v.to_string())).collect();
    assert_eq!(values, [Some("123456789012345.678901".into()), Some("-0.1".into()), None]);
    let p = s.accounts[0].positions.as_ref().unwrap();
    assert_eq!(p.len(), 3, "the fourth has no quantity that anybody knows");
    assert_eq!((p[0].quantity.to_string().as_str(), p[0].price, p[0].value), ("0.000000012345", dec("40"), dec("0.0000001")));
    assert_eq!((p[0].cost_basis, p[1].cost_basis, p[1].price), (None, dec("0"), dec("33.30")));
    assert_eq!(p[2].quantity, Decimal::from(8), "value by price, exactly");
    assert_eq!((s.accounts[1].positions.clone(), s.accounts[2].positions.clone()), (None, None));
}

#[tokio::test]
async fn words_of_tomorrow_never_fail_a_sync() {
    let server = ordinary().await;
    let odd = r#"{"account_id":"odd","name":null,"type":"quantum","subtype":{"a":1},"mask":12,"balances":"none"},7,null"#;
    let ira = account("ira", "investment", "lunar ira", "100.5");
    let securities = r#"{"security_id":"s1","type":"tokenised sunlight","subtype":"beam","name":"Sun\u0000light","new_field":[1,2]},
        {"security_id":"o1","type":"derivative","subtype":"option","option_contract":{"contract_type":"call","expiration_date":"2027-01-15",
         "strike_price":150.5,"underlying_security_ticker":"ZZQ"}},
        {"security_id":"b1","type":"fixed income","fixed_income":{"yield_rate":{"percentage":4.25,"type":"coupon"},"maturity_date":"2031-02-15",
         "issue_date":null,"face_value":1000}}"#;
    let positions: Vec<String> = ["s1", "o1", "b1", "lost"].iter().map(|s| held("1", "2", "2", "null").replace("s1", s)).collect();
    server.on(HOLDINGS, [holdings(&format!("{ira},{odd}"), &format!("{},[]", positions.join(",")), securities)]);
    let (s, _, _) = fetch(&server, Cursor::default(), false).await.unwrap();
    assert_eq!(s.accounts.len(), 2);
    assert_eq!((s.accounts[0].raw_type.as_str(), s.accounts[1].raw_type.as_str()), ("investment/lunar ira", "quantum"));
    let p = s.accounts[0].positions.as_ref().unwrap();
    assert_eq!((p[0].security.kind, p[0].security.raw_type.as_str()), (SecurityKind::Other, "tokenised sunlight/beam"));
    assert_eq!(p[0].security.name.as_deref(), Some("Sun light"));
    assert!(matches!(&p[1].security.detail, Some(SecurityDetail::Option { call: true, strike, .. }) if *strike == dec("150.5").unwrap()));
    assert!(
        matches!(&p[2].security.detail, Some(SecurityDetail::Bond { coupon_percent, issued: None, .. }) if *coupon_percent == dec("4.25"))
    );
    assert_eq!((p[3].security.external_id.as_str(), p[3].security.name.clone()), ("lost", None), "a position still counts");
}

#[tokio::test]
async fn an_unchanged_refresh_is_two_calls() {
    let server = ordinary().await;
    let (first, _, cursor) = fetch(&server, Cursor::default(), false).await.unwrap();
    assert_eq!(server.paths(), [ITEM, HOLDINGS, ACCOUNTS, TRADES]);
    assert_eq!(first.request_ids, ["r-item", "r-h", "r-a", "r-t"]);
    assert_eq!((first.trades.len(), first.trades[0].amount), (1, dec("10.1")));
    let (again, _, cursor) = fetch(&server, cursor, false).await.unwrap();
    assert_eq!(server.paths(), [ITEM, HOLDINGS]);
    assert_eq!((again.accounts, again.trades), (first.accounts, vec![]));

    server.on(ITEM, [ok(item(&["investments"], Some("2026-11-20T19:00:00Z"), None))]);
    fetch(&server, cursor.clone(), false).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen.iter().map(|s| s.0.as_str()).collect::<Vec<_>>(), [ITEM, HOLDINGS, TRADES]);
    assert_eq!(seen[2].1["start_date"], "2026-11-06", "two weeks of overlap");
    fetch_at(&server, cursor, false, now() + Span::hours(25)).await.unwrap();
    assert_eq!(server.paths(), [ITEM, HOLDINGS, ACCOUNTS, TRADES], "once a day everything is compared");
}

#[tokio::test]
async fn accounts_that_only_the_full_list_names_are_never_missed() {
    let server = ordinary().await;
    let (ira, cash) = (account("ira", "investment", "ira", "1"), account("cash", "depository", "checking", "5.50"));
    server.on(ACCOUNTS, [accounts(&format!("{ira},{cash}"))]);
    let (first, _, cursor) = fetch(&server, Cursor::default(), false).await.unwrap();
    let (again, _, _) = fetch(&server, cursor, false).await.unwrap();
    for s in [first, again] {
        assert_eq!(s.accounts.iter().map(|a| a.external_id.as_str()).collect::<Vec<_>>(), ["ira", "cash"]);
        assert_eq!(s.accounts[1].value, dec("5.50"));
    }
}

#[tokio::test]
async fn a_connection_without_investments_has_balances_and_terms() {
    let server = Recorded::start().await;
    let card = account("card", "credit", "credit card", "410");
    server.on(ITEM, [ok(item(&["transactions", "liabilities"], None, None))]);
    let terms = r#"{"credit":[{"account_id":"card","aprs":[{"apr_percentage":21.240,"apr_type":"purchase_apr"}],"is_overdue":false,
        "minimum_payment_amount":20,"next_payment_due_date":"2026-12-28"}],"mortgage":null,"student":null}"#;
    server.on(LIABILITIES, [Reply::Json(200, format!(r#"{{"accounts":[{card}],"liabilities":{terms}}}"#))]);
    server.on(ACCOUNTS, [accounts(&card)]);
    let (s, _, cursor) = fetch(&server, Cursor::default(), false).await.unwrap();
    assert_eq!(server.paths(), [ITEM, LIABILITIES, ACCOUNTS]);
    let pair = |n: &str, v: &str| (n.to_string(), v.to_string());
    let told =
        [pair("purchase_apr", "21.240"), pair("overdue", "no"), pair("minimum_payment", "20"), pair("next_payment_due", "2026-12-28")];
    assert_eq!(s.accounts[0].terms, told);
    assert_eq!((s.accounts[0].as_of, s.accounts[0].positions.clone(), s.next_expected), (now(), None, None));

    server.on(LIABILITIES, [error("ITEM_ERROR", "NO_LIABILITY_ACCOUNTS")]);
    let (s, _, cursor) = fetch(&server, cursor, false).await.unwrap();
    assert_eq!((s.accounts.len(), s.accounts[0].terms.len()), (1, 0));
    server.paths();
    fetch(&server, cursor, false).await.unwrap();
    assert_eq!(server.paths(), [ITEM, ACCOUNTS], "what is not there is not asked for again the same day");
}

// proves: N68
#[tokio::test]
async fn a_failure_wins_over_cached_figures_unless_they_are_news() {
    let server = ordinary().await;
    let (_, _, cursor) = fetch(&server, Cursor::default(), false).await.unwrap();
    server.on(ITEM, [ok(item(&["investments"], Some(UPDATED), Some("ITEM_LOGIN_REQUIRED")))]);
    assert_eq!(fetch(&server, cursor.clone(), false).await.unwrap_err().kind, FaultKind::NeedsCredentials);
    server.on(ITEM, [ok(item(&["investments"], None, Some("ITEM_LOCKED")))]);
    assert_eq!(fetch(&server, cursor.clone(), false).await.unwrap_err().kind, FaultKind::Locked);

    let newer = "2026-11-20T12:00:00Z";
    server.on(ITEM, [ok(item(&["investments"], Some(newer), Some("ITEM_LOGIN_REQUIRED")))]);
    let (news, _, cursor) = fetch(&server, cursor, false).await.unwrap();
    assert_eq!(news.accounts[0].as_of, Time::parse(newer).unwrap());
    assert_eq!(fetch(&server, cursor, false).await.unwrap_err().kind, FaultKind::NeedsCredentials, "once, not twice");

    server.on(ITEM, [ok(item(&["investments"], Some(UPDATED), Some("NEW_ACCOUNTS_AVAILABLE")))]);
    assert!(fetch(&server, Cursor::default(), false).await.unwrap().0.new_accounts, "news of accounts are no failure");
}

#[tokio::test]
async fn as_of_is_what_the_provider_says_and_never_ahead() {
    let server = ordinary().await;
    let (s, _, _) = fetch(&server, Cursor::default(), false).await.unwrap();
    assert_eq!((s.accounts[0].as_of, s.provider_updated), (Time::parse(UPDATED).unwrap(), Time::parse(UPDATED)));
    assert_eq!(s.accounts[0].as_of_day.to_string(), "2026-11-19", "the day of the prices");
    assert_eq!(s.next_expected, Time::parse("2026-11-21T11:00:00Z"), "Friday's close, on Saturday at six in New York");
    server.on(ITEM, [ok(item(&["investments"], Some("2031-01-01T00:00:00Z"), None))]);
    assert_eq!(fetch(&server, Cursor::default(), false).await.unwrap().0.accounts[0].as_of, now());
}

#[tokio::test]
async fn bad_answers_are_the_providers_trouble() {
    let server = ordinary().await;
    let (_, _, cursor) = fetch(&server, Cursor::default(), false).await.unwrap();
    let good = item(&["investments"], Some(UPDATED), None).to_string();
    let bad = [
        Reply::Torn(good.clone()),
        Reply::Torn(String::new()),
        Reply::Reset,
        Reply::Json(200, good[..good.len() - 2].into()),
        Reply::Json(200, String::new()),
        Reply::Json(200, "<html>Welcome to the airport</html>".into()),
        Reply::Json(200, "[]".into()),
        Reply::Json(200, "{}".into()),
        Reply::Json(200, r#"{"item":null}"#.into()),
        Reply::Json(500, "oops".into()),
        Reply::Json(503, "{}".into()),
        Reply::With(302, "location: http://127.0.0.1:1/", String::new()),
    ];
    for (n, reply) in bad.into_iter().enumerate() {
        server.on(ITEM, [reply]);
        assert_eq!(fetch(&server, cursor.clone(), false).await.unwrap_err().kind, FaultKind::ProviderDown, "{n}");
    }
    server.on(ITEM, [Reply::Json(200, good)]);
    for body in ["{}", r#"{"accounts":null,"holdings":[]}"#, r#"{"accounts":{},"holdings":[]}"#, r#"{"accounts":[],"holdings":null}"#] {
        server.on(HOLDINGS, [Reply::Json(200, body.into())]);
        let kind = fetch(&server, cursor.clone(), false).await.unwrap_err().kind;
        assert_eq!(kind, FaultKind::ProviderDown, "an answer without its lists is no empty portfolio: {body}");
    }
    let empty = holdings("", "", "");
    server.on(HOLDINGS, [empty]).on(ACCOUNTS, [accounts("")]);
    assert_eq!(fetch(&server, cursor, false).await.unwrap_err().kind, FaultKind::NoAccounts);
}

#[tokio::test]
async fn limits_say_how_long_to_wait() {
    let server = ordinary().await;
    let body = r#"{"error_type":"RATE_LIMIT_EXCEEDED","error_code":"INVESTMENT_HOLDINGS_GET_LIMIT","request_id":"q9"}"#;
    server.on(HOLDINGS, [Reply::With(429, "retry-after: 90", body.into())]);
    let fault = fetch(&server, Cursor::default(), false).await.unwrap_err();
    assert_eq!((fault.kind, fault.retry_after, fault.request_id.as_deref()), (FaultKind::RateLimited, Some(Span::seconds(90)), Some("q9")));
    server.on(HOLDINGS, [Reply::With(429, "retry-after: Fri, 20 Nov 2026 20:05:00 GMT", "slow down".into())]);
    let fault = fetch(&server, Cursor::default(), false).await.unwrap_err();
    assert_eq!((fault.kind, fault.retry_after), (FaultKind::RateLimited, Some(Span::minutes(5))));
}

#[tokio::test]
async fn movements_are_read_once_though_the_pages_move() {
    let server = ordinary().await;
    // One more arrives while we turn the page, so the last of the first page is the first of the second.
    server.on(TRADES, [trades(&["t5", "t4", "t3"], 5), trades(&["t3", "t2", "t1"], 6)]);
    let (s, _, _) = fetch(&server, Cursor::default(), false).await.unwrap();
    assert_eq!(s.trades.iter().map(|t| t.external_id.as_str()).collect::<Vec<_>>(), ["t5", "t4", "t3", "t2", "t1"]);
    // One vanishes: what moved up could be missed, so it is read from the beginning.
    server.on(TRADES, [trades(&["t5", "t4"], 4), trades(&["t2"], 3), trades(&["t4", "t3", "t2"], 3)]);
    let (s, _, _) = fetch(&server, Cursor::default(), false).await.unwrap();
    assert_eq!(s.trades.iter().map(|t| t.external_id.as_str()).collect::<Vec<_>>(), ["t4", "t3", "t2"]);
    // Movements that cannot be read hold up nothing and are asked for again.
    server.on(TRADES, [error("ITEM_ERROR", "PRODUCT_NOT_READY"), trades(&["t1"], 1)]);
    let (s, _, cursor) = fetch(&server, Cursor::default(), false).await.unwrap();
    assert_eq!((s.trades.len(), s.accounts.len()), (0, 1));
    assert_eq!(fetch(&server, cursor, false).await.unwrap().0.trades.len(), 1);
}

#[tokio::test]
async fn a_refresh_by_hand_asks_for_news_where_that_exists() {
    let server = ordinary().await;
    let (_, _, cursor) = fetch(&server, Cursor::default(), false).await.unwrap();
    server.paths();
    server.on(REFRESH, [ok(json!({ "request_id": "r-r" }))]);
    let (s, _, _) = fetch(&server, cursor.clone(), true).await.unwrap();
    assert_eq!(server.paths(), [REFRESH, ITEM, HOLDINGS, ACCOUNTS]);
    assert_eq!(s.next_expected, Some(now() + Span::minutes(2)), "asked for, not there yet");

    server.on(REFRESH, [error("ITEM_ERROR", "PRODUCTS_NOT_SUPPORTED")]);
    let (s, _, cursor) = fetch(&server, cursor, true).await.unwrap();
    assert_eq!(s.next_expected, Time::parse("2026-11-21T11:00:00Z"));
    server.paths();
    fetch(&server, cursor, true).await.unwrap();
    assert_eq!(server.paths(), [ITEM, HOLDINGS, ACCOUNTS], "not asked again for what this institution does not have");
}

#[tokio::test]
async fn answers_of_another_connection_are_not_taken() {
    let server = ordinary().await;
    let mut other = item(&["investments"], Some(UPDATED), None);
    other["item"]["item_id"] = json!("item-2");
    server.on(ITEM, [ok(other)]);
    assert_eq!(fetch(&server, Cursor::default(), false).await.unwrap_err().code, "OTHER_CONNECTION");
    assert!(fetch(&ordinary().await, Cursor("{torn".into()), false).await.is_ok(), "a cursor that cannot be read starts over");
}

#[tokio::test]
async fn a_rotated_token_replaces_the_old_one() {
    let server = ordinary().await;
    server.on("/item/access_token/invalidate", [ok(json!({ "new_access_token": "access-sandbox-new" }))]);
    let plaid = server.plaid(HandClock::at(now()));
    let new = plaid.rotate(grant()).await.unwrap();
    assert_eq!((new.token.expose().as_str(), new.external_id.as_str()), ("access-sandbox-new", "item-1"));
    let calls = plaid.http().take_calls();
    assert_eq!((calls.len(), calls[0].path.as_str(), calls[0].status), (1, "/item/access_token/invalidate", 200));
    assert!(!format!("{calls:?}").contains("access-sandbox"), "paths, not tokens");
}
