//! Reading our own messages again: for the demo's outbox and for tests. Understands exactly what `message` writes.

use super::Transport;
use crate::App;
use std::path::Path;

/// One message as a reader would see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    pub from: String,
    pub to: String,
    pub cc: String,
    pub reply_to: String,
    pub subject: String,
    pub date: String,
    pub references: String,
    pub paragraphs: Vec<String>,
}

/// The newest messages of the folder, newest first.
#[crate::boxed]
pub async fn outbox(app: &App, most: usize) -> Vec<Seen> {
    let Transport::Folder(dir) = app.post() else { return Vec::new() };
    let mut names = names(&dir).await;
    // Ids begin with their time.
    names.sort_unstable_by(|a, b| b.cmp(a));
    let mut out = Vec::new();
    for name in names.into_iter().take(most) {
        if let Ok(text) = tokio::fs::read_to_string(dir.join(name)).await {
            out.push(read(&text));
        }
    }
    out
}

async fn names(dir: &Path) -> Vec<String> {
    let mut out = Vec::new();
    let Ok(mut all) = tokio::fs::read_dir(dir).await else { return out };
    while let Ok(Some(entry)) = all.next_entry().await {
        out.extend(entry.file_name().into_string().ok().filter(|n| n.ends_with(".eml")));
    }
    out
}

pub fn read(text: &str) -> Seen {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let field = |name: &str| {
        let lines = head.split("\r\n").filter_map(|l| l.split_once(": "));
        lines.filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| words(v.trim())).next().unwrap_or_default()
    };
    // The first part is the plain one; its text begins after its own head and ends at the boundary.
    let part = body.split_once("\r\n\r\n").map_or("", |(_, rest)| rest);
    let part = part.split("\r\n--").next().unwrap_or(part);
    let plain = quoted(part);
    Seen {
        from: field("From"),
        to: field("To"),
        cc: field("Cc"),
        reply_to: field("Reply-To"),
        subject: field("Subject"),
        date: field("Date"),
        references: field("References"),
        paragraphs: plain.split("\r\n\r\n").map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect(),
    }
}

/// Quoted-printable back to text.
fn quoted(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let [first, tail @ ..] = rest {
        let pair = tail.get(..2).and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (first, pair) {
            (b'=', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Encoded words of a header back to text.
fn words(value: &str) -> String {
    use base64::Engine;
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, tail)) = rest.split_once("=?utf-8?b?") {
        let Some((word, after)) = tail.split_once("?=") else { break };
        if !before.trim().is_empty() || out.is_empty() {
            out.push_str(before);
        }
        let bytes = base64::prelude::BASE64_STANDARD.decode(word).unwrap_or_default();
        out.push_str(&String::from_utf8_lossy(&bytes));
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_reads_back() {
        assert_eq!(quoted("Hello =E2=80=A2=\r\n there =3D ="), "Hello • there = =");
        assert_eq!(words("=?utf-8?b?w4RybGE=?= <a@b.example>"), "Ärla <a@b.example>");
    }
}
