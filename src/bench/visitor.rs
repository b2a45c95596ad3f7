//! The smallest visitor that measures pages: one request a connection, cookies kept, nothing followed but the sign-in.

use crate::Trouble;
use model::Clock;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

#[derive(Clone)]
pub struct Visitor {
    at: String,
    /// Which of this machine's own addresses it comes from.
    from: Option<Ipv4Addr>,
    cookies: BTreeMap<String, String>,
}

pub struct Answer {
    pub status: u16,
    pub body: String,
    pub micros: u64,
}

impl Visitor {
    /// `at`: host and port.
    pub fn new(at: String) -> Visitor {
        Visitor { at, from: None, cookies: BTreeMap::new() }
    }

    /// The same visitor at another address of this machine.
    pub fn from(self, address: Ipv4Addr) -> Visitor {
        Visitor { from: Some(address), ..self }
    }

    async fn line(&self) -> Result<TcpStream, Trouble> {
        let Some(from) = self.from else { return Ok(TcpStream::connect(&self.at).await?) };
        let socket = TcpSocket::new_v4()?;
        socket.bind((from, 0).into())?;
        Ok(socket.connect(self.at.parse().map_err(|_| Trouble("an address".into()))?).await?)
    }

    pub fn at(&self) -> &str {
        &self.at
    }

    pub async fn get(&mut self, path: &str) -> Result<Answer, Trouble> {
        self.ask("GET", path, "").await
    }

    /// Posts a form whose token stands on a page.
    pub async fn post(&mut self, path: &str, page: &Answer, fields: &[(&str, String)]) -> Result<Answer, Trouble> {
        self.post_to(path, &page.body, fields).await
    }

    /// The same with the page's text alone.
    pub async fn post_to(&mut self, path: &str, page: &str, fields: &[(&str, String)]) -> Result<Answer, Trouble> {
        let mut all = vec![("csrf", token(page))];
        all.extend_from_slice(fields);
        self.ask("POST", path, &encoded(&all)).await
    }

    /// The cookies as they stand on the wire.
    pub fn cookies(&self) -> String {
        self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join("; ")
    }

    async fn ask(&mut self, method: &str, path: &str, body: &str) -> Result<Answer, Trouble> {
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let form = match method {
            "POST" => format!("content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n", body.len()),
            _ => String::new(),
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncookie: {}\r\n{form}\r\n{body}",
            self.at,
            cookies.join("; ")
        );
        let began = Instant::now();
        let mut line = self.line().await?;
        line.write_all(head.as_bytes()).await?;
        let mut bytes = Vec::new();
        line.read_to_end(&mut bytes).await?;
        let micros = began.elapsed().as_micros() as u64;
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").ok_or_else(|| Trouble("half an answer".into()))?;
        for line in head.lines().skip(1) {
            let Some((name, value)) = line.split_once(": ") else { continue };
            if name.eq_ignore_ascii_case("set-cookie")
                && let Some((name, value)) = value.split(';').next().and_then(|c| c.split_once('='))
            {
                self.cookies.insert(name.into(), value.into());
            }
        }
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        Ok(Answer { status, body: body.to_owned(), micros })
    }

    /// With password and code, as a person does.
    pub async fn sign_in(&mut self, email: &str, password: &str, totp: &str, clock: &dyn Clock) -> Result<(), Trouble> {
        let page = self.get("/sign-in").await?;
        let fields = [("csrf", token(&page.body)), ("email", email.into()), ("password", password.into()), ("next", String::new())];
        self.ask("POST", "/sign-in", &encoded(&fields)).await?;
        let page = self.get("/sign-in/code").await?;
        let code = app::factors::code_at(totp, clock.now()).ok_or_else(|| Trouble("no code".into()))?;
        let fields = [("csrf", token(&page.body)), ("code", code), ("next", String::new())];
        let answer = self.ask("POST", "/sign-in/code", &encoded(&fields)).await?;
        match answer.status {
            303 => Ok(()),
            other => Err(Trouble(format!("the sign-in was answered with {other}"))),
        }
    }
}

fn token(page: &str) -> String {
    let mark = "name=\"csrf\" value=\"";
    page.find(mark).map(|at| page[at + mark.len()..].split('"').next().unwrap_or_default().to_owned()).unwrap_or_default()
}

fn encoded(fields: &[(&str, String)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
