//! The second provider as a client sees it.

use super::{Sandbox, spawn};
use serde_json::{Value, json};

pub const VERSION: &str = "application/vnd.mx.api.v1+json";

pub struct Mx {
    pub here: Sandbox,
    pub user: String,
}

pub async fn mx() -> Mx {
    of(spawn().await).await
}

pub async fn of(here: Sandbox) -> Mx {
    let mut mx = Mx { here, user: String::new() };
    mx.user = mx.ok("POST", "/users", json!({ "user": {} })).await["user"]["guid"].as_str().unwrap().into();
    mx
}

impl Mx {
    pub async fn raw(&self, method: &str, path: &str, body: Value) -> reqwest::Response {
        self.try_raw(method, path, body).await.unwrap()
    }

    pub async fn try_raw(&self, method: &str, path: &str, body: Value) -> reqwest::Result<reqwest::Response> {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let keys = super::basic(&self.here.running.mx_client_id, &self.here.running.mx_api_key);
        let sent = self.here.http.request(method, self.here.url(path)).header("authorization", keys).header("accept", VERSION);
        sent.header("content-type", "application/json").body(body.to_string()).send().await
    }

    pub async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let answer = self.raw(method, path, body).await;
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    pub async fn ok(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, out) = self.call(method, path, body).await;
        assert!((200..300).contains(&status), "{method} {path}: {status} {out}");
        out
    }

    pub fn at(&self, member: &str, rest: &str) -> String {
        format!("/users/{}/members/{member}{rest}", self.user)
    }

    /// What the institution's form makes of a user name and a password.
    pub async fn credentials(&self, institution: &str, user: &str, password: &str) -> Value {
        let form = self.ok("GET", &format!("/institutions/{institution}/credentials"), Value::Null).await;
        let each = form["credentials"].as_array().unwrap().iter().map(|c| {
            let value = match c["type"].as_str().unwrap() {
                "LOGIN" => user,
                "PASSWORD" => password,
                _ => "10042",
            };
            json!({ "guid": c["guid"], "value": value })
        });
        each.collect()
    }

    /// A new member's guid.
    pub async fn link(&self, institution: &str, user: &str, password: &str) -> String {
        let credentials = self.credentials(institution, user, password).await;
        let asked = json!({ "member": { "institution_code": institution, "credentials": credentials } });
        let made = self.ok("POST", &format!("/users/{}/members", self.user), asked).await;
        assert_eq!(made["member"]["connection_status"], "CREATED");
        made["member"]["guid"].as_str().unwrap().into()
    }

    pub async fn sign_in_again(&self, member: &str, institution: &str, user: &str, password: &str) {
        let credentials = self.credentials(institution, user, password).await;
        let out = self.ok("PUT", &self.at(member, ""), json!({ "member": { "credentials": credentials } })).await;
        assert_eq!(out["member"]["connection_status"], "UPDATED");
    }

    pub async fn member(&self, member: &str) -> Value {
        self.ok("GET", &self.at(member, "/status"), Value::Null).await["member"].clone()
    }

    pub async fn status(&self, member: &str) -> String {
        self.member(member).await["connection_status"].as_str().unwrap().into()
    }

    /// Answers every question that waits with the same word.
    pub async fn answer(&self, member: &str, word: &str) -> String {
        let waiting = self.member(member).await;
        let each = waiting["challenges"].as_array().expect("questions").iter().map(|c| json!({ "guid": c["guid"], "value": word }));
        let body = json!({ "member": { "challenges": each.collect::<Value>() } });
        self.ok("PUT", &self.at(member, "/resume"), body).await;
        self.status(member).await
    }

    pub async fn aggregate(&self, member: &str) -> String {
        self.ok("POST", &self.at(member, "/aggregate"), Value::Null).await;
        self.status(member).await
    }

    pub async fn accounts(&self, member: &str) -> Vec<Value> {
        self.ok("GET", &self.at(member, "/accounts?records_per_page=1000"), Value::Null).await["accounts"].as_array().unwrap().clone()
    }

    pub async fn holdings(&self, member: &str) -> Vec<Value> {
        let out = self.ok("GET", &self.at(member, "/investment_holdings?records_per_page=1000"), Value::Null).await;
        out["investment_holdings"].as_array().unwrap().clone()
    }

    pub async fn lever(&self, path: &str, body: Value) -> Value {
        self.here.control("POST", path, body).await
    }
}
