//! A server that answers what a test recorded, well or badly, and remembers what it was asked.

use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone)]
pub enum Reply {
    Json(u16, String),
    /// Status, header line, body.
    With(u16, &'static str, String),
    /// More is promised than comes.
    Torn(String),
    /// The connection closes without a word.
    Reset,
}

pub fn ok(body: Value) -> Reply {
    Reply::Json(200, body.to_string())
}

pub fn error(kind: &str, code: &str) -> Reply {
    let body = serde_json::json!({
        "error_type": kind, "error_code": code, "error_message": "m", "display_message": null, "request_id": "req1",
    });
    Reply::Json(400, body.to_string())
}

#[derive(Default)]
struct Book {
    /// By path; the last of a path repeats.
    replies: HashMap<String, VecDeque<Reply>>,
    /// To every other path.
    otherwise: Option<Reply>,
    seen: Vec<(String, Value)>,
}

pub struct Recorded {
    pub base: url::Url,
    book: Arc<Mutex<Book>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Recorded {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Recorded {
    pub async fn start() -> Recorded {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = url::Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let book = Arc::new(Mutex::new(Book::default()));
        let kept = book.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, kept.clone()));
            }
        });
        Recorded { base, book, task }
    }

    pub fn on(&self, path: &str, replies: impl IntoIterator<Item = Reply>) -> &Recorded {
        self.book.lock().unwrap().replies.insert(path.into(), replies.into_iter().collect());
        self
    }

    /// Whatever is asked, this is the answer.
    pub fn always(&self, reply: Reply) -> &Recorded {
        let mut book = self.book.lock().unwrap();
        book.replies.clear();
        book.otherwise = Some(reply);
        drop(book);
        self
    }

    /// The paths asked since the last look.
    pub fn paths(&self) -> Vec<String> {
        self.seen().into_iter().map(|(p, _)| p).collect()
    }

    pub fn seen(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.book.lock().unwrap().seen)
    }

    pub fn plaid(&self, clock: model::SharedClock) -> connect::plaid::Plaid {
        let config = connect::plaid::PlaidConfig {
            base: self.base.clone(),
            client_id: "client".into(),
            secret: model::Secret::new("hush-hush".to_string()),
        };
        connect::plaid::Plaid::new(config, clock).unwrap()
    }
}

async fn serve(mut stream: TcpStream, book: Arc<Mutex<Book>>) {
    let mut read = Vec::new();
    let (head, length) = loop {
        let mut part = [0; 4096];
        let Ok(n @ 1..) = stream.read(&mut part).await else { return };
        read.extend_from_slice(&part[..n]);
        let Some(end) = read.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&read[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|l| l.strip_prefix("content-length: ")?.trim().parse::<usize>().ok()).unwrap_or(0);
        read.drain(..end + 4);
        break (head, length);
    };
    while read.len() < length {
        let mut part = [0; 4096];
        let Ok(n @ 1..) = stream.read(&mut part).await else { return };
        read.extend_from_slice(&part[..n]);
    }
    let path = head.split_whitespace().nth(1).unwrap_or_default().to_string();
    let reply = {
        let mut book = book.lock().unwrap();
        book.seen.push((path.clone(), serde_json::from_slice(&read).unwrap_or(Value::Null)));
        let queue = book.replies.get_mut(&path);
        let found = queue.and_then(|q| if q.len() > 1 { q.pop_front() } else { q.front().cloned() });
        found.or_else(|| book.otherwise.clone())
    };
    let text = match reply.unwrap_or_else(|| error("INVALID_REQUEST", "NOT_FOUND")) {
        Reply::Json(status, body) => answer(status, "x-test: 1", body.len(), &body),
        Reply::With(status, header, body) => answer(status, header, body.len(), &body),
        Reply::Torn(body) => answer(200, "x-test: 1", body.len() + 1000, &body),
        Reply::Reset => return,
    };
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.shutdown().await;
}

fn answer(status: u16, header: &str, length: usize, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{header}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}
