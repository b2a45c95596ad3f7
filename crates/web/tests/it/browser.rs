//! A browser as far as tests need one: cookies, forms, nothing else. One connection a request.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Browser {
    at: SocketAddr,
    pub cookies: BTreeMap<String, String>,
    /// More header lines, as they stand on the wire.
    pub more: Vec<(String, String)>,
}

pub struct Page {
    pub status: u16,
    pub head: Vec<(String, String)>,
    pub body: String,
}

impl Page {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }
    pub fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let at = self.body.find(&mark).map(|i| i + mark.len());
        at.and_then(|i| self.body[i..].split('"').next()).unwrap_or_default().to_owned()
    }
    /// What stands between two marks.
    pub fn between(&self, from: &str, to: &str) -> &str {
        self.body.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map_or("", |(found, _)| found)
    }
}

impl Browser {
    pub fn at(at: SocketAddr) -> Browser {
        Browser { at, cookies: BTreeMap::new(), more: Vec::new() }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, "", b"").await
    }

    /// The head of an answer that may have no end, and as much of the body as came with it.
    pub async fn head(&mut self, path: &str) -> Page {
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\n\r\n", self.at, cookies.join("; "));
        let mut line = TcpStream::connect(self.at).await.expect("the server listens");
        line.write_all(head.as_bytes()).await.expect("the server reads");
        let (mut answer, mut part) = (Vec::new(), [0; 4096]);
        loop {
            let n = line.read(&mut part).await.expect("the server answers");
            answer.extend_from_slice(&part[..n]);
            let text = String::from_utf8_lossy(&answer);
            let stream = text.to_ascii_lowercase().contains("text/event-stream");
            if n == 0 || (stream && text.contains("\r\n\r\n")) {
                return read(&answer);
            }
        }
    }

    /// Posts a form; the token of the last page of this browser goes with it.
    pub async fn post(&mut self, path: &str, page: &Page, fields: &[(&str, &str)]) -> Page {
        let csrf = page.hidden("csrf");
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.post_bare(path, &all).await
    }

    pub async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, "application/x-www-form-urlencoded", body.as_bytes()).await
    }

    /// Follows a way on.
    pub async fn follow(&mut self, page: &Page) -> Page {
        assert_eq!(page.status, 303, "{}", page.body);
        let to = page.location().to_owned();
        self.get(&to).await
    }

    pub async fn send(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> Page {
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.at);
        if !cookies.is_empty() {
            head += &format!("Cookie: {}\r\n", cookies.join("; "));
        }
        for (name, value) in &self.more {
            head += &format!("{name}: {value}\r\n");
        }
        if method != "GET" {
            head += &format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
        }
        head += "\r\n";
        let mut line = TcpStream::connect(self.at).await.expect("the server listens");
        line.write_all(head.as_bytes()).await.expect("the server reads");
        line.write_all(body).await.expect("the server reads");
        let mut answer = Vec::new();
        line.read_to_end(&mut answer).await.expect("the server answers");
        let page = read(&answer);
        for (_, cookie) in page.head.iter().filter(|(n, _)| n.eq_ignore_ascii_case("set-cookie")) {
            let (name, rest) = cookie.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            match rest.contains("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.into(), value.into()),
            };
        }
        page
    }
}

fn read(answer: &[u8]) -> Page {
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|l| l.split(' ').nth(1)).and_then(|s| s.parse().ok()).expect("a status");
    let head = lines.filter_map(|l| l.split_once(": ")).map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    Page { status, head, body: String::from_utf8_lossy(&answer[end + 4..]).into_owned() }
}
