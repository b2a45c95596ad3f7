//! Every connector with what a test needs to treat them alike: how a person links, and what its wire looks like when it is recorded.

use super::browser::Person;
use super::recorded::{Recorded, Reply, ok};
use super::{Rig, now, start};
use connect::registry::{Keys, connector};
use connect::{Answers, Challenge, ChallengeKind, Connector, FieldRole, Grant, LinkStart, Purpose, Step};
use model::time::HandClock;
use model::{Secret, Span};
use serde_json::json;
use std::sync::Arc;
use url::Url;

pub struct Case {
    pub key: &'static str,
    pub connector: Arc<dyn Connector>,
    /// Where there is a portfolio.
    pub broker: &'static str,
    /// Not to be reached today; `None` where a link is not about one institution.
    pub down: Option<&'static str>,
    /// Institution and password that lead to a code; `None` where there is no second factor.
    pub factor: Option<(&'static str, &'static str)>,
}

fn keys(rig: &Rig, key: &str) -> Keys {
    let s = &rig.sandbox;
    let (base, client_id, secret) = match key {
        "plaid" => (&s.base, s.client_id.clone(), s.secret.clone()),
        "mx" => (&s.base, s.mx_client_id.clone(), s.mx_api_key.clone()),
        _ => (&s.simplefin, String::new(), String::new()),
    };
    Keys { provider: key.into(), base: Url::parse(base).unwrap(), client_id, secret: Secret::new(secret) }
}

pub fn all(rig: &Rig) -> Vec<Case> {
    let made = |key: &'static str| connector(keys(rig, key), rig.clock.clone()).unwrap();
    let case = |key, broker, down, factor| Case { key, connector: made(key), broker, down, factor };
    vec![
        case("plaid", "ins_state_consent_90", Some("ins_state_down"), Some(("ins_state_code_always", "pass_good"))),
        case("mx", "mxbank", Some("state_down"), Some(("mxbank", "mfa_device"))),
        case("simplefin", "simplefin", None, None),
    ]
}

/// The same with keys that nobody gave out.
pub fn with_wrong_keys(rig: &Rig, key: &str) -> Arc<dyn Connector> {
    connector(Keys { secret: Secret::new("wrong".into()), ..keys(rig, key) }, rig.clock.clone()).unwrap()
}

/// What came of a link, and everything that was kept or shown on the way.
pub struct Played {
    pub step: Step,
    pub seen: Vec<String>,
    /// What was pending, and the questions: in clear.
    pub kept: String,
    /// How often the client was told that an answer was wrong.
    pub rejected: usize,
}

impl Case {
    pub fn start(&self, purpose: Purpose) -> LinkStart {
        start(purpose, self.broker)
    }

    /// Plays a link to its end.
    pub async fn play(&self, rig: &Rig, start: LinkStart, person: Person) -> Played {
        let mut out = Played { step: self.connector.begin(start).await.unwrap(), seen: vec![], kept: String::new(), rejected: 0 };
        let (mut visited, mut answered) = (false, 0);
        for _ in 0..40 {
            let (pending, answers) = match out.step {
                Step::Visit(page, pending) => {
                    if !visited {
                        let own = page.path().starts_with("/oauth/");
                        let (seen, back) = match own {
                            true => (vec!["oauth".to_string()], rig.browser.allow(&page, person).await),
                            false => rig.browser.visit(&page, person).await,
                        };
                        assert!(back.as_str().starts_with("http://localhost:9/connect/return"), "{back} {seen:?}");
                        out.seen.extend(seen);
                        visited = true;
                    }
                    (pending, vec![])
                }
                Step::Wait(span, pending) => {
                    assert!(span > Span::ZERO);
                    rig.advance(span);
                    (pending, vec![])
                }
                Step::Ask(challenge, pending) => {
                    out.seen.push(format!("{:?}", challenge.kind));
                    out.kept.push_str(&serde_json::to_string(&challenge).unwrap());
                    out.rejected += usize::from(challenge.rejected);
                    let answers = self.answers(rig, &challenge, person, answered, &pending.0).await;
                    answered += usize::from(!matches!(challenge.kind, ChallengeKind::Credentials | ChallengeKind::Token));
                    (pending, answers)
                }
                step => return Played { step, ..out },
            };
            out.kept.push_str(&pending.0);
            out.step = self.connector.answer(pending, answers).await.unwrap();
        }
        panic!("no end: {:?}", out.seen);
    }

    async fn answers(&self, rig: &Rig, asked: &Challenge, person: Person, answered: usize, pending: &str) -> Answers {
        let secret = |text: &str| Secret::new(text.to_string());
        if asked.kind == ChallengeKind::Approval {
            let member: serde_json::Value = serde_json::from_str(pending).unwrap();
            let path = format!("/_control/mx/members/{}/approve", member["member"].as_str().unwrap());
            rig.lever("POST", &path, json!({})).await;
            return vec![];
        }
        let mut out = Answers::new();
        for (n, field) in asked.fields.iter().enumerate() {
            let said = match (asked.kind, field.role) {
                (ChallengeKind::Token, _) if person.password.starts_with("wrong") => "not a token".into(),
                (ChallengeKind::Token, _) => {
                    let made = rig.lever("POST", "/_control/simplefin/tokens", json!({ "user": person.user })).await;
                    made["setup_token"].as_str().unwrap().to_string()
                }
                (ChallengeKind::Credentials, FieldRole::Username) => person.user.to_string(),
                (ChallengeKind::Credentials, _) => person.password.to_string(),
                _ if person.leaves_at == "wrong factor" && field.options.is_empty() => "0000".into(),
                _ if !field.options.is_empty() => field.options[0].value.clone(),
                (_, FieldRole::Code) => "1234".into(),
                _ if field.picture.is_some() => "wb".into(),
                _ => format!("answer_{answered}_{n}"),
            };
            out.push((field.name.clone(), secret(&said)));
        }
        out
    }

    /// A recorded wire with this connector before it: one investment account with one position.
    pub async fn recorded(&self, wire: Wire<'_>) -> (Recorded, Arc<dyn Connector>) {
        let server = Recorded::start().await;
        match self.key {
            "plaid" => plaid(&server, wire),
            "mx" => mx(&server, wire),
            _ => simplefin(&server, wire),
        }
        let base = if self.key == "simplefin" { server.base.join("simplefin").unwrap() } else { server.base.clone() };
        let keys = Keys { provider: self.key.into(), base, client_id: "client".into(), secret: Secret::new("hush-hush".into()) };
        let connector = connector(keys, HandClock::at(now())).unwrap();
        (server, connector)
    }

    /// A grant of the recorded wire.
    pub fn granted(&self, server: &Recorded) -> Grant {
        let (external_id, token) = match self.key {
            "plaid" => ("item-1", "access-sandbox-hush".to_string()),
            "mx" => ("mbr-1", "usr-1/mbr-1".to_string()),
            _ => ("sfin-1", server.base.as_str().replacen("http://", "http://name:hush-hush@", 1) + "simplefin"),
        };
        Grant { external_id: external_id.into(), token: Secret::new(token), institution: None, consent_ends: None }
    }
}

/// What the recorded wire says.
#[derive(Clone, Copy)]
pub struct Wire<'a> {
    /// As digits.
    pub balance: &'a str,
    pub quantity: &'a str,
    pub value: &'a str,
    /// The account's kind in the provider's words.
    pub kind: &'a str,
    /// The connection's own state, where it is said at all.
    pub state: Option<&'a str>,
}

pub const WIRE: Wire<'static> = Wire { balance: "100.50", quantity: "2", value: "100.50", kind: "", state: None };

fn plaid(server: &Recorded, w: Wire<'_>) {
    let kind = if w.kind.is_empty() { "investment" } else { w.kind };
    let account = format!(
        r#"{{"account_id":"a","name":"IRA","mask":"1234","type":"{kind}","subtype":"ira","balances":{{"current":{},"iso_currency_code":"USD"}}}}"#,
        w.balance
    );
    let held = format!(
        r#"{{"account_id":"a","security_id":"s1","quantity":{},"institution_price":50.25,"institution_price_as_of":"2026-11-19","institution_value":{},"cost_basis":null}}"#,
        w.quantity, w.value
    );
    let error = w.state.map(|code| json!({ "error_type": "INSTITUTION_ERROR", "error_code": code, "error_message": "m" }));
    let item = json!({
        "item": { "item_id": "item-1", "error": error, "billed_products": ["investments"] },
        "status": { "investments": null }, "request_id": "r1",
    });
    server.on("/item/get", [ok(item)]);
    let text =
        format!(r#"{{"accounts":[{account}],"holdings":[{held}],"securities":[{{"security_id":"s1","type":"etf"}}],"request_id":"r2"}}"#);
    server.on("/investments/holdings/get", [Reply::Json(200, text)]);
    server.on("/accounts/get", [Reply::Json(200, format!(r#"{{"accounts":[{account}],"request_id":"r3"}}"#))]);
    let none = json!({ "investment_transactions": [], "securities": [], "total_investment_transactions": 0, "request_id": "r4" });
    server.on("/investments/transactions/get", [ok(none)]);
}

fn mx(server: &Recorded, w: Wire<'_>) {
    let kind = if w.kind.is_empty() { "INVESTMENT" } else { w.kind };
    let member = json!({ "member": {
        "guid": "mbr-1", "connection_status": w.state.unwrap_or("CONNECTED"), "is_being_aggregated": false,
        "aggregated_at": "2026-11-20T19:00:00Z",
        "successfully_aggregated_at": w.state.is_none_or(|s| s == "SPARKLING").then_some("2026-11-20T19:00:00Z"),
    }});
    server.on("/users/usr-1/members/mbr-1/status", [ok(member)]);
    let account = format!(
        r#"{{"accounts":[{{"guid":"a","name":"IRA","type":"{kind}","subtype":"IRA","balance":{},"currency_code":"USD"}}],"pagination":{{"total_pages":1}}}}"#,
        w.balance
    );
    let all = "?page=1&records_per_page=1000";
    server.on(&format!("/users/usr-1/members/mbr-1/accounts{all}"), [Reply::Json(200, account)]);
    let held = format!(
        r#"{{"investment_holdings":[{{"guid":"h","account_guid":"a","symbol":"ZIDX","quantity":{},"current_price":50.25,"market_value":{},"holding_type":"EXCHANGE_TRADED_FUND"}}],"pagination":{{"total_pages":1}}}}"#,
        w.quantity, w.value
    );
    server.on(&format!("/users/usr-1/members/mbr-1/investment_holdings{all}"), [Reply::Json(200, held)]);
}

fn simplefin(server: &Recorded, w: Wire<'_>) {
    let name = if w.kind.is_empty() { "Roth IRA (1234)" } else { w.kind };
    let held = format!(
        r#"{{"id":"h","symbol":"ZIDX","description":"Index","shares":"{}","market_value":"{}","currency":"USD","cost_basis":"","purchase_price":"0.00"}}"#,
        w.quantity, w.value
    );
    let held = if w.kind.is_empty() { held } else { String::new() };
    let account = format!(
        r#"{{"id":"a","name":"{name}","currency":"USD","balance":"{}","balance-date":1795200000,"org":{{"name":"Place"}},"holdings":[{held}]}}"#,
        w.balance
    );
    let (errors, accounts) = match w.state {
        Some(words) if words != "SPARKLING" => (format!("\"{words}\""), String::new()),
        _ => (String::new(), account),
    };
    let since = now().as_seconds() - 86_400;
    let path = format!("/simplefin/accounts?version=2&start-date={since}");
    server.on(&path, [Reply::Json(200, format!(r#"{{"errors":[{errors}],"accounts":[{accounts}]}}"#))]);
}
