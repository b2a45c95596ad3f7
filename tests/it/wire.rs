//! One request in raw bytes and its answer: for what no browser sends, and for the director of the rehearsal provider.

use serde_json::Value;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A server that does not answer at all is a failure, not a wait.
const MOST: Duration = Duration::from_secs(90);

#[derive(Debug, Clone)]
pub struct Answer {
    /// 0 when the connection ended without an answer.
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends these bytes, whatever they are, and reads until the other end closes.
pub async fn send(at: &str, bytes: &[u8]) -> Answer {
    let all = tokio::time::timeout(MOST, async {
        let mut stream = TcpStream::connect(at).await.expect("somebody listens");
        // A server that has seen enough closes before everything is sent.
        let _ = stream.write_all(bytes).await;
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all).await;
        all
    });
    read(&all.await.unwrap_or_else(|_| panic!("no end of {}", String::from_utf8_lossy(&bytes[..bytes.len().min(200)]))))
}

/// Only the head of an answer that has no end.
pub async fn head(at: &str, bytes: &[u8]) -> Answer {
    let head = tokio::time::timeout(MOST, async {
        let mut stream = TcpStream::connect(at).await.expect("somebody listens");
        stream.write_all(bytes).await.expect("sent");
        let mut all = Vec::new();
        while !all.windows(4).any(|w| w == b"\r\n\r\n") {
            match stream.read_buf(&mut all).await {
                Ok(n) if n > 0 => {}
                _ => break,
            }
        }
        all
    });
    read(&head.await.expect("a head"))
}

pub fn read(all: &[u8]) -> Answer {
    let split = all.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or(all.len());
    let head = String::from_utf8_lossy(&all[..split]).into_owned();
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    let mut body = all.get(split + 4..).unwrap_or_default().to_vec();
    if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        body = unchunked(&body);
    }
    Answer { status, head, body }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(end) = rest.windows(2).position(|w| w == b"\r\n") {
        let Ok(size) = usize::from_str_radix(String::from_utf8_lossy(&rest[..end]).trim(), 16) else { break };
        let from = end + 2;
        if size == 0 || rest.len() < from + size {
            break;
        }
        out.extend_from_slice(&rest[from..from + size]);
        rest = rest.get(from + size + 2..).unwrap_or_default();
    }
    out
}

/// A whole request with its length counted.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut out = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    out.push_str("\r\n");
    let mut out = out.into_bytes();
    out.extend_from_slice(body);
    out
}

/// Asks the director of a rehearsal provider.
pub async fn direct(sandbox: &sandbox::Running, method: &str, path: &str) -> Value {
    ask(sandbox.base.trim_start_matches("http://"), &sandbox.secret, method, path).await
}

pub async fn ask(at: &str, secret: &str, method: &str, path: &str) -> Value {
    let answer = send(at, &request(method, path, &[("plaid-secret", secret)], b"")).await;
    assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text());
    serde_json::from_slice(&answer.body).expect("the director's answer")
}
