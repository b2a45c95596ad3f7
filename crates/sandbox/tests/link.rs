//! The hosted page, step by step, as a browser without scripts posts it.

mod common;

use common::{BROKER, Sandbox, spawn, ticked};
use model::Span;
use serde_json::{Value, json};

fn at(institution: &str) -> Value {
    json!({ "products": ["investments"], "institution_data": { "institution_id": institution } })
}

fn events(session: &Value) -> Vec<String> {
    session["events"].as_array().unwrap().iter().rev().map(|e| e["event_name"].as_str().unwrap().to_string()).collect()
}

#[tokio::test]
async fn a_chosen_institution_opens_at_its_sign_in_and_hands_off() {
    let s = spawn().await;
    let link = s.link(at(BROKER)).await;
    assert_eq!(link.open().await, "sign-in", "nobody searches twice");
    assert!(link.page("sign-in").await.contains("First Wickerbird Bank"));
    assert_eq!(link.post("sign-in", &[("user", "user_good"), ("password", "pass_good")]).await, "accounts");
    let html = link.page("accounts").await;
    let keys = ticked(&html);
    assert!(keys.len() > 1);
    assert_eq!(link.post("accounts", &[("account", &keys[0])]).await, "back", "off to the completion address");
    let session = link.session().await;
    assert_eq!(events(&session), ["OPEN", "SELECT_INSTITUTION", "TRANSITION_VIEW", "SUBMIT_CREDENTIALS", "TRANSITION_VIEW", "HANDOFF"]);
    assert!(session["finished_at"].is_string() && session.get("exit").is_none());
    let (token, _) = link.exchange().await;
    let accounts = s.ok("/accounts/get", json!({ "access_token": token })).await["accounts"].clone();
    assert_eq!(accounts.as_array().unwrap().len(), 1, "only what was ticked");
    assert_eq!(accounts[0]["account_id"], session["results"]["item_add_results"][0]["accounts"][0]["id"]);
    assert_eq!(link.open().await, "back", "a finished page leads back");
}

#[tokio::test]
async fn a_search_finds_the_institution_when_none_was_chosen() {
    let s = spawn().await;
    let link = s.link(json!({ "products": ["investments"] })).await;
    assert_eq!(link.open().await, "search");
    assert!(link.page("search?q=harbor+%26+vale").await.contains("ins_harborvale"));
    assert!(link.page("search?q=nothinglikethis").await.contains("No institution matches"));
    assert_eq!(link.post("select", &[("institution_id", "ins_harborvale")]).await, "sign-in");
    assert!(events(&link.session().await).contains(&"SEARCH_INSTITUTION".to_string()));
    assert!(link.page("search?q=").await.contains("Find your institution"), "back to choose another");
}

/// Where the page stands, what is posted there, where that leads.
type Walked<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

async fn walk(s: &Sandbox, password: &str, steps: &[Walked<'_>]) {
    let link = s.link(at(BROKER)).await;
    let mut here = link.sign_in("user_good", password).await;
    for (step, fields, then) in steps {
        assert_eq!(here, *step, "{password}");
        link.page(step).await;
        here = link.post(step, fields).await;
        assert_eq!(here, *then, "{password} after {step}");
    }
    assert_eq!(link.choose_all().await, "back");
    link.exchange().await;
}

#[tokio::test]
async fn every_second_factor_of_the_table_works() {
    let s = spawn().await;
    walk(
        &s,
        "mfa_device",
        &[("device", &[("device", "text")], "code"), ("code", &[("code", "9999")], "code"), ("code", &[("code", "12-34")], "accounts")],
    )
    .await;
    walk(
        &s,
        "mfa_questions_2_2",
        &[
            ("questions", &[("answer_0", "answer_0_0"), ("answer_1", "wrong")], "questions"),
            ("questions", &[("answer_0", "answer_0_0"), ("answer_1", "answer_0_1")], "questions"),
            ("questions", &[("answer_0", "answer_1_0"), ("answer_1", "answer_1_1")], "accounts"),
        ],
    )
    .await;
    walk(&s, "mfa_selections", &[("selections", &[("answer_0", "Yes")], "accounts")]).await;
    walk(&s, "mfa_selections_1_2_3", &[("selections", &[("answer_0", "answer_0_0_0"), ("answer_1", "answer_0_1_0")], "accounts")]).await;
}

#[tokio::test]
async fn error_passwords_show_their_error_and_end_with_it() {
    let s = spawn().await;
    for code in [
        "ITEM_LOCKED",
        "INSTITUTION_DOWN",
        "NO_ACCOUNTS",
        "USER_SETUP_REQUIRED",
        "PASSWORD_RESET_REQUIRED",
        "ITEM_NOT_SUPPORTED",
        "MFA_NOT_SUPPORTED",
        "INSTITUTION_NOT_RESPONDING",
        "INVALID_MFA",
        "SOMETHING_NEW",
    ] {
        let link = s.link(at(BROKER)).await;
        assert_eq!(link.sign_in("user_good", &format!("error_{code}")).await, "problem", "{code}");
        assert!(link.page("problem").await.contains(code));
        assert_eq!(link.post("exit", &[]).await, "back");
        let session = link.session().await;
        assert_eq!(session["exit"]["error"]["error_code"], code);
        assert_eq!(session["exit"]["metadata"]["institution"]["institution_id"], BROKER);
        assert!(session.get("results").is_none() && session.get("on_success").is_none());
    }
    let link = s.link(at(BROKER)).await;
    assert_eq!(link.sign_in("user_good", r#"{"recaptcha":"bad"}"#).await, "problem");
    assert_eq!(link.post("again", &[]).await, "sign-in");
    assert_eq!(link.post("sign-in", &[("user", "user_good"), ("password", r#"{"recaptcha":"good"}"#)]).await, "accounts");
}

#[tokio::test]
async fn three_wrong_passwords_lock_and_end_the_session() {
    let s = spawn().await;
    let link = s.link(at(BROKER)).await;
    assert_eq!(link.sign_in("user_good", "wrong").await, "sign-in");
    let page = link.page("sign-in").await;
    assert!(page.contains("role=\"alert\"") && page.contains("<title>Error:"), "the page says what was wrong");
    assert!(page.contains("value=\"user_good\""), "the user name stays");
    assert!(!page.contains("value=\"wrong\""), "a password is never given back");
    assert_eq!(link.post("sign-in", &[("user", "user_good"), ("password", "error_INVALID_CREDENTIALS")]).await, "sign-in");
    assert_eq!(link.post("sign-in", &[("user", "user_good"), ("password", "wrong")]).await, "problem");
    assert!(link.page("problem").await.contains("locked"));
    let session = link.session().await;
    assert_eq!(session["exit"]["error"]["error_code"], "ITEM_LOCKED");
    assert!(session["finished_at"].is_string());
    assert_eq!(link.open().await, "sign-in", "opening the address again begins anew");
}

#[tokio::test]
async fn leaving_says_where() {
    let s = spawn().await;
    let status = async |institution: Option<&str>, password: &str, posts: &[(&str, (&str, &str))]| {
        let more = institution.map_or(json!({ "products": ["investments"] }), at);
        let link = s.link(more).await;
        if password.is_empty() {
            link.open().await;
        } else {
            link.sign_in("user_good", password).await;
        }
        for (step, field) in posts {
            link.post(step, &[*field]).await;
        }
        assert_eq!(link.post("exit", &[]).await, "back");
        let session = link.session().await;
        assert_eq!(session["exit"], session["on_exit"]);
        assert_eq!(*events(&session).last().unwrap(), "EXIT");
        session["exit"]["metadata"]["status"].as_str().unwrap().to_string()
    };
    assert_eq!(status(None, "", &[]).await, "institution_not_found");
    assert_eq!(status(Some(BROKER), "", &[]).await, "requires_credentials");
    assert_eq!(status(Some(BROKER), "mfa_device", &[]).await, "choose_device");
    assert_eq!(status(Some(BROKER), "mfa_device", &[("device", ("device", "text"))]).await, "requires_code");
    assert_eq!(status(Some(BROKER), "mfa_questions_1_1", &[]).await, "requires_questions");
    assert_eq!(status(Some(BROKER), "mfa_selections", &[]).await, "requires_selections");
    assert_eq!(status(Some(BROKER), "pass_good", &[]).await, "requires_account_selection");
    assert_eq!(status(Some("ins_northgate"), "", &[]).await, "requires_oauth");
}

#[tokio::test]
async fn oauth_goes_to_the_institution_and_back() {
    let s = spawn().await;
    let link = s.link(at("ins_northgate")).await;
    assert_eq!(link.open().await, "continue");
    assert!(link.page("continue").await.contains("Continue to Northgate Brokerage"));
    assert_eq!(link.post("continue", &[]).await, "institution");
    let theirs = link.page("institution").await;
    assert!(theirs.contains("www.northgate.example"));
    let allow = [("user", "user_good"), ("password", "pass_good"), ("decision", "allow")];
    assert_eq!(link.post("institution", &allow).await, "accounts");
    assert_eq!(link.choose_all().await, "back");
    let (token, _) = link.exchange().await;
    let item = s.ok("/item/get", json!({ "access_token": token })).await["item"].clone();
    assert_eq!(item["consent_expiration_time"], "2027-05-19T20:00:00Z", "180 days");
    let names = events(&link.session().await);
    assert!(names.contains(&"OPEN_OAUTH".into()) && names.contains(&"CLOSE_OAUTH".into()));

    let no = s.link(at("ins_northgate")).await;
    no.open().await;
    no.post("continue", &[]).await;
    assert_eq!(no.post("institution", &[("decision", "refuse")]).await, "problem");
    assert!(events(&no.session().await).contains(&"FAIL_OAUTH".into()));
    assert_eq!(no.post("again", &[]).await, "continue");
}

#[tokio::test]
async fn institutions_that_are_down_or_gone_refuse() {
    let s = spawn().await;
    for (id, code) in [("ins_state_down", "INSTITUTION_DOWN"), ("ins_state_retired", "INSTITUTION_NO_LONGER_SUPPORTED")] {
        let link = s.link(json!({ "products": ["assets"], "institution_data": { "institution_id": id } })).await;
        assert_eq!(link.open().await, "problem");
        assert!(link.page("problem").await.contains(code));
    }
    let merged = s.link(json!({ "products": ["assets"], "institution_data": { "institution_id": "ins_state_merged" } })).await;
    merged.open().await;
    assert!(merged.page("problem").await.contains("now part of Harbor"));
    let lacks = s.link(at("ins_kestrel")).await;
    assert_eq!(lacks.open().await, "problem");
    lacks.post("exit", &[]).await;
    assert_eq!(lacks.session().await["exit"]["metadata"]["status"], "institution_not_supported");
}

#[tokio::test]
async fn filters_hide_kinds_of_account() {
    let s = spawn().await;
    let mut asked = at(BROKER);
    asked["account_filters"] = json!({ "investment": { "account_subtypes": ["all"] } });
    let link = s.link(asked).await;
    link.sign_in("user_good", "pass_good").await;
    link.choose_all().await;
    let session = link.session().await;
    let accounts = session["results"]["item_add_results"][0]["accounts"].as_array().unwrap();
    assert!(!accounts.is_empty() && accounts.iter().all(|a| a["type"] == "investment"));
}

#[tokio::test]
async fn a_repair_keeps_item_and_token() {
    let s = spawn().await;
    let link = s.link(at(BROKER)).await;
    link.sign_in("user_good", "pass_good").await;
    link.choose_all().await;
    let (token, item) = link.exchange().await;
    s.ok("/sandbox/item/reset_login", json!({ "access_token": token })).await;
    assert_eq!(s.refused("/investments/holdings/get", json!({ "access_token": token })).await, "ITEM_LOGIN_REQUIRED");
    s.ok("/accounts/get", json!({ "access_token": token })).await;

    let other = s.link(json!({ "access_token": token })).await;
    assert_eq!(other.sign_in("somebody.else", "pass_good").await, "problem");
    assert!(other.page("problem").await.contains("INVALID_UPDATED_USERNAME"));

    let fix = s.link(json!({ "access_token": token })).await;
    assert_eq!(fix.sign_in("user_good", "pass_good").await, "back", "a mere repair asks for no accounts");
    let out = s.ok("/item/get", json!({ "access_token": token })).await;
    assert_eq!((&out["item"]["error"], &out["item"]["item_id"]), (&Value::Null, &json!(item)));
    s.ok("/investments/holdings/get", json!({ "access_token": token })).await;

    let choose = s.link(json!({ "access_token": token, "update": { "account_selection_enabled": true } })).await;
    assert_eq!(choose.sign_in("user_good", "pass_good").await, "accounts");
    let keys = ticked(&choose.page("accounts").await);
    choose.post("accounts", &[("account", &keys[0])]).await;
    let left = s.ok("/accounts/get", json!({ "access_token": token })).await;
    assert_eq!(left["accounts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn pages_end_and_steps_cannot_be_skipped() {
    let s = spawn().await;
    let link = s.link(at(BROKER)).await;
    assert_eq!(link.open().await, "sign-in");
    assert_eq!(link.post("accounts", &[("account", "x")]).await, "sign-in", "a step out of turn changes nothing");
    assert_eq!(link.post("code", &[("code", "1234")]).await, "sign-in");
    let html = s.http.get(format!("{}/accounts", link.url)).send().await.unwrap();
    assert_eq!(html.status().as_u16(), 303);
    link.sign_in("user_good", "pass_good").await;
    assert_eq!(link.post("accounts", &[]).await, "accounts", "nothing was ticked");
    assert!(link.page("accounts").await.contains("Choose at least one account"));

    let old = s.link(at(BROKER)).await;
    s.clock.advance(Span::minutes(31));
    assert_eq!(s.http.get(&old.url).send().await.unwrap().status().as_u16(), 410);
    assert_eq!(s.http.get(s.url("/link/unknown")).send().await.unwrap().status().as_u16(), 410);
    assert_eq!(link.choose_all().await, "back", "who was inside may finish");
}

#[tokio::test]
async fn several_institutions_in_one_session() {
    let s = spawn().await;
    let mut asked = at(BROKER);
    asked["enable_multi_item_link"] = json!(true);
    let link = s.link(asked).await;
    link.sign_in("user_good", "pass_good").await;
    assert_eq!(link.choose_all().await, "done");
    assert_eq!(link.post("another", &[]).await, "search");
    link.post("select", &[("institution_id", "ins_harborvale")]).await;
    assert_eq!(link.post("sign-in", &[("user", "user_good"), ("password", "pass_good")]).await, "device");
    link.post("device", &[("device", "email")]).await;
    link.post("code", &[("code", "1234")]).await;
    link.choose_all().await;
    assert_eq!(link.post("exit", &[]).await, "back");
    let session = link.session().await;
    assert_eq!(session["results"]["item_add_results"].as_array().unwrap().len(), 2);
    assert!(session.get("exit").is_none());
}

#[tokio::test]
async fn a_doubled_click_makes_one_item() {
    let s = spawn().await;
    let link = s.link(at(BROKER)).await;
    link.sign_in("user_good", "pass_good").await;
    let keys = ticked(&link.page("accounts").await);
    let fields: Vec<(&str, &str)> = keys.iter().map(|k| ("account", k.as_str())).collect();
    let (a, b) = tokio::join!(link.post("accounts", &fields), link.post("accounts", &fields));
    assert_eq!((a.as_str(), b.as_str()), ("back", "back"));
    let items = s.control("GET", "/_control/items", json!({})).await;
    assert_eq!(items["items"].as_array().unwrap().len(), 1);
}
