//! Bad input at every address: a clear answer, never a failure of ours, nothing of another firm, nothing done twice.

use super::story::{Story, story};
use super::wire::{self, Answer, request};
use model::plan::Plan;
use stage::Form;
use std::collections::BTreeSet;
use web::routes::table;

const CANARY: &str = "Kestrelwight-of-another-firm";
pub const SCRIPT: &str = "\"'><script>alert(7)</script><img src=x onerror=alert(8)>{{7*7}}";
const TYPE: &str = "application/x-www-form-urlencoded";

/// Somebody who is signed in and a client at once, with a token that fits.
struct Attacker {
    at: String,
    cookies: String,
    csrf: String,
    /// What addresses are filled with: what is there, and what is not theirs.
    own: Vec<(&'static str, String)>,
}

impl Attacker {
    async fn new(s: &Story) -> Attacker {
        let (mut client, done) = s.connect("larchmont work", "Larchmont Workplace").await;
        let mut adviser = s.adviser().await;
        let page = adviser.get("/preferences").await;
        let csrf = page.form("csrf").value("csrf").expect("a token").to_owned();
        client.cookies.entry("localhost".into()).or_default().extend(adviser.cookies["localhost"].clone());
        let cookies = client.cookies["localhost"].iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join("; ");
        let account = *s.accounts().await.keys().next().expect("an account");
        let own = vec![
            ("{household}", s.family.id.to_string()),
            ("{member}", s.ngozi().to_string()),
            ("{account}", account.to_string()),
            ("{connection}", s.connection().await.id.to_string()),
            ("{attempt}", done.url.path().rsplit('/').next().unwrap_or_default().to_owned()),
            ("{firm}", s.firm.id.to_string()),
            ("{user}", s.firm.other.id.to_string()),
            ("{kind}", "current".into()),
            ("{topic}", "two-factor".into()),
            ("{provider}", "plaid".into()),
            ("{name}", "app.css".into()),
        ];
        let at = format!("127.0.0.1:{}", s.stage.url.port().expect("a port"));
        Attacker { at, cookies, csrf, own }
    }

    fn fill(&self, path: &str) -> String {
        let path = self.own.iter().fold(path.to_owned(), |p, (name, value)| p.replace(name, value));
        // What is left is somebody else's.
        path.split('/')
            .map(|part| if part.starts_with('{') { "inst_01m00000000000000000000000" } else { part })
            .collect::<Vec<_>>()
            .join("/")
    }

    async fn send(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> Answer {
        let mut headers = vec![("Cookie", self.cookies.as_str())];
        if !kind.is_empty() {
            headers.push(("Content-Type", kind));
        }
        let bytes = request(method, path, &headers, body);
        // A stream of news has no end.
        if path.ends_with("/live") { wire::head(&self.at, &bytes).await } else { wire::send(&self.at, &bytes).await }
    }

    fn form(&self, rest: &str) -> Vec<u8> {
        format!("csrf={}&{rest}", self.csrf).into_bytes()
    }
}

#[track_caller]
fn bears(answer: &Answer, what: &str) {
    assert!((200..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
    assert!(!answer.text().contains(CANARY), "{what}: it shows what belongs to another firm");
}

/// Another firm whose data must not show up anywhere.
async fn neighbours(s: &Story) {
    let other = s.stage.firm(&format!("{CANARY} Partners"), Plan::Complete).await;
    s.stage.household(&other.lead, CANARY, &[("Cy", CANARY)]).await;
}

#[tokio::test]
async fn every_address_bears_every_method_and_every_body() {
    let s = story().await;
    neighbours(&s).await;
    let a = Attacker::new(&s).await;
    // Signing out and ending accounts would end the attack.
    let keeps = |path: &str| {
        !["/sign-out", "/delete", "/disconnect", "/mute", "/leave", "/sign-out-others", "/exit", "/end"].iter().any(|e| path.ends_with(e))
    };
    let paths: BTreeSet<&str> = table().into_iter().map(|(_, p, _)| p).collect();
    for path in &paths {
        let filled = a.fill(path);
        for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"] {
            let answer = a.send(method, &filled, "", b"").await;
            bears(&answer, &format!("{method} {path}"));
            assert!(method == "GET" || method == "HEAD" || answer.status >= 400, "{method} {path}: {}", answer.status);
        }
    }
    let many = (0..5_000).map(|n| format!("f{n}=1")).collect::<Vec<_>>().join("&");
    let long = "x".repeat(120_000);
    for (method, path, _) in table().into_iter().filter(|(m, p, _)| m.as_str() == "POST" && keeps(p)) {
        let filled = a.fill(path);
        let bodies: Vec<(&str, &str, Vec<u8>)> = vec![
            ("nothing", TYPE, Vec::new()),
            ("no type", "", a.form("a=1")),
            ("JSON", "application/json", b"{\"csrf\":\"x\"}".to_vec()),
            ("a file", "multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nx".to_vec()),
            ("a file of nothing", "multipart/form-data", b"--".to_vec()),
            ("broken UTF-8", TYPE, [a.form("name=").as_slice(), b"\xff\xfe\xc3(%ff%c0%80"].concat()),
            ("NUL", TYPE, a.form("name=%00&first=%00&last=%00&email=%00&code=%00&id=%00&person=%00&link=%00&attempt=%00&q=%00")),
            ("no token", TYPE, b"name=x&email=a@b.example".to_vec()),
            ("a foreign token", TYPE, b"csrf=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&name=x".to_vec()),
            ("two tokens", TYPE, a.form(&format!("csrf={}", a.csrf))),
            (
                "the same field twice",
                TYPE,
                a.form("name=a&name=b&first=a&first=b&person=a&person=b&code=1&code=2&id=a&id=b&email=a&email=b"),
            ),
            ("fields without end", TYPE, a.form(&many)),
            ("a field without end", TYPE, a.form(&format!("name={long}&first={long}&code={long}"))),
            ("bytes", TYPE, (0..=255).collect()),
            ("half an escape", TYPE, a.form("name=%&first=%2&last=%zz&&&===&=")),
        ];
        for (what, kind, body) in &bodies {
            let answer = a.send(method.as_str(), &filled, kind, body).await;
            bears(&answer, &format!("{path} with {what}"));
            let refused = ["nothing", "JSON", "no token", "a foreign token", "bytes"].contains(what) && !path.starts_with("/hooks");
            assert!(!refused || answer.status >= 400, "{path} takes {what}: {}", answer.status);
        }
        let much = a.send(method.as_str(), &filled, TYPE, &vec![b'x'; (1 << 20) + 1]).await;
        // The server may have closed before all was sent.
        assert!(much.status == 0 || (400..500).contains(&much.status), "{path} with more than a mebibyte: {}", much.status);
    }
    s.end().await;
}

#[tokio::test]
async fn addresses_that_lead_out_lead_nowhere() {
    let s = story().await;
    neighbours(&s).await;
    let a = Attacker::new(&s).await;
    for path in [
        "/assets/../Cargo.toml",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "/assets/app.css%00.png",
        "/accounts/..%2f..%2fsettings",
        "/accounts/%ff%fe",
        "/accounts/%00",
        "/households/hh_/portfolio",
        "/households/hh_zzzzzzzzzzzzzzzzzzzzzzzzzz/portfolio",
        "/households/acct_01m00000000000000000000000/portfolio",
        "//evil.example/",
        "/help/..%2f..%2fsecret",
        "/logo/firm_01m00000000000000000000000",
        "/c/at/inst_nothing",
        "/c/a/%F0%9F%92%A9",
        "/hooks/nobody",
    ] {
        let answer = a.send("GET", path, "", b"").await;
        bears(&answer, path);
        assert!(matches!(answer.status, 400 | 404 | 405), "{path}: {}", answer.status);
    }
    let long = format!("/accounts/{}", "a".repeat(40_000));
    for line in [
        format!("GET {long} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-A: {}\r\nConnection: close\r\n\r\n", "a".repeat(60_000)),
        "GET / HTTP/9.9\r\n\r\n".into(),
        "\r\n\r\n\r\n".into(),
        "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".into(),
        "POST /i HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n"
            .into(),
        "POST /i HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\nConnection: close\r\n\r\n".into(),
    ] {
        let answer = wire::send(&a.at, line.as_bytes()).await;
        assert!(answer.status < 500, "{} for {}", answer.status, &line[..40.min(line.len())]);
        assert!(!answer.head.contains("evil.example"), "{}", answer.head);
    }
    // A query that is broken is an empty one, or refused.
    for query in
        ["?q=%ff", "?day=%00", "?person=x&person=y", "?next=//evil.example", "?as_of=99999-99-99", "?show=%f0%28", "?fix=conn_x&find=y"]
    {
        for path in ["/households", "/accounts/{account}", "/households/{household}/asset-sync", "/c/search", "/sign-in", "/"] {
            let path = format!("{}{query}", a.fill(path));
            bears(&a.send("GET", &path, "", b"").await, &path);
        }
    }
    // Signing in leads nowhere else.
    let mut browser = s.stage.browser();
    s.stage.clock.advance(model::Span::seconds(60));
    let page = browser.get("/sign-in?next=https://evil.example/").await;
    let login = &s.firm.other;
    let page = browser
        .send(page.form("password").with("email", &login.email).with("password", &login.password).with("next", "//evil.example/"))
        .await;
    let code = app::factors::code_at(&login.totp, s.stage.now()).expect("a code");
    let page = browser.send(page.form("code").with("code", code).with("next", "https://evil.example/")).await;
    assert_eq!((page.url.host_str(), page.status), (Some("localhost"), 200));
    s.end().await;
}

/// Every text field of a form holds this.
fn filled(form: &Form, value: &str) -> Form {
    let keep = [
        "csrf",
        "id",
        "link",
        "purpose",
        "person",
        "attempt",
        "shown",
        "status",
        "role",
        "lead",
        "owner",
        "kind",
        "type",
        "portfolio",
        "custody",
    ];
    let mut form = form.clone();
    for (name, v) in &mut form.fields {
        if !keep.contains(&name.as_str()) && !name.starts_with("owner") {
            *v = value.to_owned();
        }
    }
    form
}

#[tokio::test]
async fn every_form_bears_hostile_fields_and_no_page_runs_them() {
    let s = story().await;
    neighbours(&s).await;
    let a = Attacker::new(&s).await;
    let mut adviser = s.adviser().await;
    let mut seen = BTreeSet::new();
    let pages: Vec<String> = table()
        .iter()
        .filter(|(m, p, _)| m.as_str() == "GET" && !p.ends_with("/live") && !p.starts_with("/c") && !p.starts_with("/setup"))
        .map(|(_, p, _)| a.fill(p))
        .collect();
    let long = "ä".repeat(70_000);
    for path in &pages {
        let page = adviser.get(path).await;
        for form in
            page.forms().into_iter().filter(|f| f.post && !f.action.path().contains("sign") && !f.action.path().contains("/settings"))
        {
            let names: Vec<&str> = form.fields.iter().map(|(n, _)| n.as_str()).collect();
            if !seen.insert((form.action.path().to_owned(), names.join(","))) {
                continue;
            }
            for value in [
                SCRIPT,
                "\u{0}",
                "\r\nBcc: eve@evil.example",
                "\u{202e}\u{2066}abc",
                "-1",
                "99999999999999999999999999",
                "2026-02-30",
                "=1+1",
                &long,
            ] {
                let (status, _, html) = adviser.once(&form.action, Some(&filled(&form, value).fields)).await;
                let what = format!("{} with {}", form.action.path(), value.chars().take(30).collect::<String>());
                assert!(status < 500, "{what}: {status}");
                assert!(!html.contains("<script>alert(7)") && !html.contains("<img src=x"), "{what} runs what was typed");
                assert!(!html.contains(CANARY), "{what}");
            }
        }
    }
    assert!(seen.len() > 8, "forms were found: {seen:?}");
    for path in &pages {
        let page = adviser.get(path).await;
        assert!(
            page.status < 500 && !page.html.contains("<script>alert(7)") && !page.html.contains("<img src=x"),
            "{path} runs what was typed"
        );
    }
    s.end().await;
}

#[tokio::test]
async fn a_request_that_never_ends_is_cut_and_others_are_served_meanwhile() {
    let s = story().await;
    let at = format!("127.0.0.1:{}", s.stage.url.port().expect("a port"));
    let mut slow = Vec::new();
    for _ in 0..40 {
        let at = at.clone();
        slow.push(tokio::spawn(async move { wire::send(&at, b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").await }));
    }
    for _ in 0..20 {
        assert_eq!(s.stage.browser().get("/healthz").await.status, 200);
    }
    for task in slow {
        let answer = task.await.expect("it ends");
        assert!(answer.status == 0 || answer.status == 408, "{}", answer.head);
    }
    s.end().await;
}
