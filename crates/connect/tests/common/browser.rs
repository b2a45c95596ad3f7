//! A person at the provider's page: reads it, fills in its forms, and ends up back at our return address.

use serde_json::Value;
use std::time::Duration;
use url::Url;

pub struct Browser(reqwest::Client);

/// Who sits there, and what they do.
#[derive(Clone, Copy)]
pub struct Person {
    pub user: &'static str,
    pub password: &'static str,
    /// How many of the offered accounts are ticked; all by default.
    pub accounts: usize,
    /// The step at which they leave.
    pub leaves_at: &'static str,
}

pub const GOOD: Person = Person { user: "user_good", password: "pass_good", accounts: usize::MAX, leaves_at: "" };

impl Person {
    pub fn with(self, password: &'static str) -> Person {
        Person { password, ..self }
    }
}

impl Browser {
    pub fn new() -> Browser {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().timeout(Duration::from_secs(20));
        Browser(client.build().unwrap())
    }

    async fn step(&self, request: reqwest::RequestBuilder, at: &Url) -> (Url, String) {
        let response = request.send().await.unwrap();
        let to = response.headers().get("location").map(|l| at.join(l.to_str().unwrap()).unwrap());
        let status = response.status().as_u16();
        let body = response.text().await.unwrap();
        assert!(status < 400, "{at}: {status}");
        (to.unwrap_or_else(|| at.clone()), body)
    }

    /// Goes through the page to its end; gives the steps that were seen and the address in the end.
    pub async fn visit(&self, page: &Url, person: Person) -> (Vec<String>, Url) {
        let (mut at, _) = self.step(self.0.get(page.clone()), page).await;
        let mut seen: Vec<String> = Vec::new();
        for _ in 0..12 {
            if at.origin() != page.origin() {
                return (seen, at);
            }
            let name = at.path_segments().unwrap().next_back().unwrap().to_string();
            let (_, html) = self.step(self.0.get(at.clone()), &at).await;
            let stuck = seen.last() == Some(&name) && matches!(name.as_str(), "sign-in" | "code" | "device");
            seen.push(name.clone());
            let home = format!("{}/", page.as_str().trim_end_matches('/'));
            let away = person.leaves_at == name || name == "problem" || stuck;
            let (form, fields) = if away { ("exit".to_string(), vec![]) } else { (name.clone(), answers(&name, person, &html)) };
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let post = self.0.post(format!("{home}{form}")).header("content-type", "application/x-www-form-urlencoded").body(body);
            at = self.step(post, &at).await.0;
        }
        panic!("no way out of {seen:?}");
    }

    /// Signs in at an institution's own page and allows what it asks; gives where it leads back to.
    pub async fn allow(&self, page: &Url, person: Person) -> Url {
        let fields = [("user", person.user), ("password", person.password), ("decision", "allow")];
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let post = self.0.post(format!("{page}/institution")).header("content-type", "application/x-www-form-urlencoded").body(body);
        self.step(post, page).await.0
    }

    pub async fn lever(&self, base: &str, secret: &str, method: &str, path: &str, body: Value) -> Value {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request =
            self.0.request(method, format!("{base}{path}")).header("plaid-secret", secret).header("content-type", "application/json");
        let response = request.body(body.to_string()).send().await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.status());
        serde_json::from_str(&response.text().await.unwrap()).unwrap()
    }
}

fn answers(step: &str, person: Person, html: &str) -> Vec<(String, String)> {
    let pair = |name: &str, value: &str| (name.to_string(), value.to_string());
    match step {
        "sign-in" | "institution" => vec![pair("user", person.user), pair("password", person.password), pair("decision", "allow")],
        "device" => vec![pair("device", "phone")],
        "code" => vec![pair("code", "1234")],
        "questions" | "selections" => prompts(html),
        "accounts" => {
            values(html, "name=\"account\" value=\"").into_iter().take(person.accounts).map(|key| ("account".to_string(), key)).collect()
        }
        _ => vec![],
    }
}

/// The prompts of a page by name, each with its right answer by the sandbox's rule: the first choice, or the word that the page hints at.
fn prompts(html: &str) -> Vec<(String, String)> {
    let mut names = values(html, "name=\"answer_");
    names.dedup();
    let round = html.split("<code>answer_").nth(1).and_then(|rest| rest.split('_').next()).unwrap_or("0").to_string();
    let each = names.into_iter().map(|n| {
        let choices = values(html, &format!("name=\"answer_{n}\" value=\""));
        let answer = choices.into_iter().next().unwrap_or_else(|| format!("answer_{round}_{n}"));
        (format!("answer_{n}"), answer)
    });
    each.collect()
}

fn values(html: &str, before: &str) -> Vec<String> {
    html.split(before).skip(1).filter_map(|rest| rest.split('"').next()).map(String::from).collect()
}
