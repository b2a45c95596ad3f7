//! A letter as RFC 5322 bytes: plain text and HTML side by side, threads joined, nothing from outside in a header unencoded.

use super::Letter;
use crate::{Error, Result};
use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use model::{Secret, Time};
use serde::{Deserialize, Serialize};
use std::time::{Duration, UNIX_EPOCH};

/// What the mail server needs, as it is sealed.
#[derive(Serialize, Deserialize)]
pub struct Ready {
    pub from: String,
    pub to: String,
    /// Seven-bit text: the library encodes everything else.
    pub message: String,
}

pub fn build(from: &Mailbox, letter: &Letter, id: &str, host: &str, now: Time) -> Result<Secret<String>> {
    if letter.subject.chars().any(char::is_control) {
        return Err(Error::Refused("The subject holds characters that do not belong in a message.".into()));
    }
    let thread = format!("<{}@{host}>", letter.thread);
    let mut builder = Message::builder()
        .from(from.clone())
        .to(letter.to.clone())
        .subject(letter.subject.clone())
        .date(UNIX_EPOCH + Duration::from_micros(u64::try_from(now.0).unwrap_or(0)))
        .message_id(Some(format!("<{id}@{host}>")))
        .in_reply_to(thread.clone())
        .references(thread);
    if let Some(cc) = &letter.cc {
        builder = builder.cc(cc.clone());
    }
    if let Some(reply_to) = &letter.reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    let part =
        |kind: ContentType, body: String| SinglePart::builder().header(kind).header(ContentTransferEncoding::QuotedPrintable).body(body);
    let both = MultiPart::alternative()
        .singlepart(part(ContentType::TEXT_PLAIN, plain(&letter.paragraphs)))
        .singlepart(part(ContentType::TEXT_HTML, html(&letter.subject, &letter.paragraphs)));
    let message = builder.multipart(both).map_err(|_| Error::Internal("a message could not be written"))?;
    let text = String::from_utf8(message.formatted()).map_err(|_| Error::Internal("a message that is not text"))?;
    let ready = Ready { from: from.email.to_string(), to: letter.recipient.email.to_string(), message: text };
    Ok(Secret::new(serde_json::to_string(&ready).map_err(|_| Error::Internal("a message could not be written"))?))
}

fn plain(paragraphs: &[String]) -> String {
    let mut out = paragraphs.join("\r\n\r\n");
    out.push_str("\r\n");
    out
}

/// No pictures, no styles from elsewhere, and an address is a link with itself as its text.
fn html(title: &str, paragraphs: &[String]) -> String {
    let shown = |p: &String| {
        let p = escape(p);
        if p.starts_with("https://") || p.starts_with("http://") {
            format!("<p><a href=\"{p}\">{p}</a></p>")
        } else {
            format!("<p>{p}</p>")
        }
    };
    let body: String = paragraphs.iter().map(shown).collect();
    format!("<!doctype html><html lang=\"en\"><head><title>{}</title></head><body>{body}</body></html>", escape(title))
}

fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::mailbox;

    fn letter(subject: &str) -> Letter {
        let to = mailbox("Ngozi Okafor", "ngozi@okafor.example").unwrap();
        let cc = mailbox("Maya Castellanos", "maya@alderfinch.example").unwrap();
        Letter {
            household: None,
            purpose: "link:x".into(),
            recipient: to.clone(),
            to,
            cc: Some(cc.clone()),
            reply_to: Some(cc),
            subject: subject.into(),
            paragraphs: vec!["Hello <Ngozi> & all".into(), "https://held.example/i#7KQ2M".into()],
            thread: "link_1".into(),
        }
    }

    // proves: N22 N23
    #[test]
    fn both_alternatives_stand_in_one_message_and_replies_reach_people() {
        let from = mailbox("Alder & Finch", "help@alderfinch.example").unwrap();
        let text = build(&from, &letter("Connect"), "mail_1", "held.example", Time::from_seconds(1_795_275_000)).unwrap();
        let ready: Ready = serde_json::from_str(text.expose()).unwrap();
        let lines: Vec<&str> = ready.message.split("\r\n").collect();
        for want in [
            "To: \"Ngozi Okafor\" <ngozi@okafor.example>",
            "Cc: \"Maya Castellanos\" <maya@alderfinch.example>",
            "Reply-To: \"Maya Castellanos\" <maya@alderfinch.example>",
            "References: <link_1@held.example>",
            "In-Reply-To: <link_1@held.example>",
            "Message-ID: <mail_1@held.example>",
        ] {
            assert!(lines.contains(&want), "{want}\n{}", ready.message);
        }
        assert!(ready.message.contains("text/plain") && ready.message.contains("text/html"));
        assert!(ready.message.contains("&lt;Ngozi&gt; &amp; all"));
        assert_eq!((ready.from.as_str(), ready.to.as_str()), ("help@alderfinch.example", "ngozi@okafor.example"));
    }

    #[test]
    fn no_header_can_be_smuggled_in() {
        let from = mailbox("Alder & Finch", "help@alderfinch.example").unwrap();
        assert!(build(&from, &letter("Hi\r\nBcc: eve@evil.example"), "m", "h", Time(0)).is_err());
        assert!(mailbox("Ngozi\r\nBcc: eve@evil.example", "ngozi@okafor.example").is_err());
        assert!(mailbox("Ngozi", "ngozi@okafor.example\nBcc: eve@evil.example").is_err());
        assert!(mailbox("Ngozi", "not an address").is_err());
    }
}
