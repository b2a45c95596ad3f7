//! What a firm's own wording must hold before it is kept.

use super::{Kind, Part, Slot, Wording, paragraphs, parts};
use crate::Field;

const SUBJECT: usize = 120;
const BODY: usize = 6000;

/// What is wrong with it, each at its field.
pub fn check(kind: Kind, w: &Wording) -> Result<(), Vec<Field>> {
    let mut wrong = Vec::new();
    let mut say = |name, message: String| wrong.push(Field { name, message });
    let subject = w.subject.trim();
    if subject.is_empty() || subject.chars().count() > SUBJECT {
        say("subject", format!("Enter a subject of at most {SUBJECT} characters."));
    } else if subject.chars().any(char::is_control) {
        say("subject", "Keep the subject on one line.".into());
    } else if let Some(s) = parts(subject).iter().find_map(|p| if let Part::Slot(s) = p { Some(*s) } else { None }).filter(|s| secret(*s)) {
        say("subject", format!("{{{}}} does not belong in a subject: mailboxes show it on locked screens.", s.name()));
    } else if let Some(message) = stranger(kind, subject) {
        say("subject", message);
    }
    let body = w.body.trim();
    let used = |slot: Slot| parts(body).contains(&Part::Slot(slot));
    if body.is_empty() || body.chars().count() > BODY {
        say("body", format!("Enter a text of at most {BODY} characters."));
    } else if body.chars().any(|c| c.is_control() && c != '\n') {
        say("body", "The text holds characters that do not belong in a message.".into());
    } else if let Some(message) = stranger(kind, body) {
        say("body", message);
    } else if let Some(slot) = kind.slots().find(|s| kind.needs(*s) && !used(*s)) {
        say("body", format!("The letter does nothing without {{{}}}. Put it back.", slot.name()));
    } else if paragraphs(body).map(parts).any(|p| p.contains(&Part::Slot(Slot::Link)) && p.iter().any(|x| !alone(x))) {
        say("body", "Put {link} in a paragraph of its own, with an empty line before and after it.".into());
    } else if parts(body).iter().filter(|p| **p == Part::Slot(Slot::Link)).count() > 1 {
        say("body", "Put {link} in once.".into());
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// What may stand in the paragraph of a link.
fn alone(part: &Part<'_>) -> bool {
    matches!(part, Part::Slot(Slot::Link) | Part::Text(""))
}

/// What opens something: for the person's eyes in the message, not for a notification.
fn secret(slot: Slot) -> bool {
    matches!(slot, Slot::Link | Slot::Code)
}

/// A placeholder that this letter does not know.
fn stranger(kind: Kind, text: &str) -> Option<String> {
    parts(text).into_iter().find_map(|p| match p {
        Part::Unknown(name) => Some(format!("{{{name}}} is no placeholder. Choose one of the list.")),
        Part::Slot(s) if !kind.slots().any(|k| k == s) => {
            Some(format!("{{{}}} is not known in this letter. Choose one of the list.", s.name()))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: Kind, subject: &str, body: &str) -> Vec<(&'static str, String)> {
        let w = Wording { subject: subject.into(), body: body.into() };
        check(kind, &w).err().unwrap_or_default().into_iter().map(|f| (f.name, f.message)).collect()
    }

    // proves: P16
    #[test]
    fn a_letter_without_what_it_needs_is_refused_at_its_field() {
        assert!(said(Kind::Connect, "Hello", "Open\n\n{link}\n\n{adviser's first name}").is_empty());
        for (subject, body, field, part) in [
            ("Hello", "No link", "body", "without {link}"),
            ("Hello", "Open {link} now", "body", "paragraph of its own"),
            ("Hello", "{link}\n\n{link}", "body", "once"),
            ("Hello", "{link}\n\n{frist name}", "body", "{frist name} is no placeholder"),
            ("Hello", "{link}\n\n{code}", "body", "not known in this letter"),
            ("See {link}", "{link}", "subject", "does not belong in a subject"),
            ("", "{link}", "subject", "Enter a subject"),
            ("a\r\nBcc: eve@evil.example", "{link}", "subject", "one line"),
        ] {
            let found = said(Kind::Connect, subject, body);
            assert!(found.len() == 1 && found[0].0 == field && found[0].1.contains(part), "{subject} / {body}: {found:?}");
        }
        assert!(!said(Kind::Code, "Code", "nothing").is_empty());
    }
}
