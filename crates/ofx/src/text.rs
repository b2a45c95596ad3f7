//! Bytes of a value as text: which encoding they really are in, and what their entities stand for.

use crate::warning::{Notes, Place, Repair};

/// What the header says; the bytes are believed before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Declared {
    #[default]
    Nothing,
    Ascii,
    Utf8,
    Western,
    /// A code page that this reader has no table of.
    Unknown,
}

/// Windows-1252 from 0x80 to 0x9F; zero where it has no character.
const C1: [u16; 32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019,
    0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
];

/// Adds the piece to the text. Entities are resolved once; `raw`: the piece has none (CDATA).
pub(crate) fn append(out: &mut String, piece: &[u8], declared: Declared, raw: bool, place: Place, notes: &mut Notes) {
    let plain = piece.iter().all(|b| (b' '..0x7F).contains(b) && *b != b'&');
    match std::str::from_utf8(piece) {
        Ok(text) if plain => out.push_str(text),
        Ok(text) => {
            if declared == Declared::Western && !text.is_ascii() {
                notes.once(Repair::Mislabelled, place, "", "UTF-8");
            }
            entities(out, text, raw, place, notes);
        }
        Err(_) => {
            if matches!(declared, Declared::Utf8 | Declared::Ascii | Declared::Unknown | Declared::Nothing) {
                notes.once(Repair::Mislabelled, place, "", "Windows-1252");
            }
            let text = western(piece, place, notes);
            entities(out, &text, raw, place, notes);
        }
    }
}

fn western(piece: &[u8], place: Place, notes: &mut Notes) -> String {
    let mut text = String::with_capacity(piece.len() + piece.len() / 4);
    for b in piece {
        let c = match b {
            0x80..=0x9F => match C1[usize::from(b - 0x80)] {
                0 => {
                    notes.add(Repair::BadByte, place, "", &format!("{b:02X}"));
                    char::REPLACEMENT_CHARACTER
                }
                n => char::from_u32(u32::from(n)).unwrap_or(char::REPLACEMENT_CHARACTER),
            },
            b => char::from(*b),
        };
        text.push(c);
    }
    text
}

fn entities(out: &mut String, text: &str, raw: bool, place: Place, notes: &mut Notes) {
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_control() || (c == '&' && !raw)) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('&') {
            rest = entity(out, rest, place, notes);
            continue;
        }
        let c = rest.chars().next().unwrap_or('\n');
        rest = &rest[c.len_utf8()..];
        // A value that goes over several lines is one line to its reader.
        if c == '\n' || c == '\r' || c == '\t' {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            notes.once(Repair::Control, place, "", &format!("U+{:04X}", u32::from(c)));
        }
    }
    out.push_str(rest);
}

/// One entity at the start of the text; says what follows it.
fn entity<'a>(out: &mut String, text: &'a str, place: Place, notes: &mut Notes) -> &'a str {
    let body = &text[1..];
    let end = body.bytes().take(12).position(|b| !(b.is_ascii_alphanumeric() || b == b'#'));
    let name = &body[..end.unwrap_or(body.len().min(12)).min(floor(body, 12))];
    let closed = body[name.len()..].starts_with(';');
    let known = match name.to_ascii_lowercase().as_str() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        n => number(n),
    };
    match known {
        Some(c) if closed => {
            out.push(c);
            &body[name.len() + 1..]
        }
        _ => {
            let repair = if closed && !name.is_empty() { Repair::OwnEntity } else { Repair::BareAmpersand };
            notes.once(repair, place, "", &format!("&{name}"));
            out.push('&');
            body
        }
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn number(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let n = match digits.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(n).filter(|c| !c.is_control() || c.is_whitespace()).map(|c| if c.is_control() { ' ' } else { c })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(piece: &[u8], declared: Declared) -> (String, Vec<Repair>) {
        let (mut out, mut notes) = (String::new(), Notes::default());
        append(&mut out, piece, declared, false, Place::default(), &mut notes);
        (out, notes.kept.iter().map(|w| w.repair).collect())
    }

    #[test]
    fn what_the_bytes_are_counts_more_than_what_the_header_says() {
        assert_eq!(read("Caf\u{e9}".as_bytes(), Declared::Western), ("Caf\u{e9}".into(), vec![Repair::Mislabelled]));
        assert_eq!(read(b"Caf\xe9", Declared::Western), ("Caf\u{e9}".into(), vec![]));
        assert_eq!(read(b"Caf\xe9 \x80", Declared::Utf8), ("Caf\u{e9} \u{20ac}".into(), vec![Repair::Mislabelled]));
        assert_eq!(read(b"\x81", Declared::Western), ("\u{fffd}".into(), vec![Repair::BadByte]));
    }

    #[test]
    fn entities_are_resolved_once_and_bare_ampersands_stay() {
        assert_eq!(read(b"A&amp;B &lt;C&gt; &#233; &#xe9;", Declared::Nothing).0, "A&B <C> \u{e9} \u{e9}");
        assert_eq!(read(b"&amp;amp;", Declared::Nothing).0, "&amp;");
        assert_eq!(read(b"AT&T", Declared::Nothing), ("AT&T".into(), vec![Repair::BareAmpersand]));
        assert_eq!(read(b"&bomb;", Declared::Nothing), ("&bomb;".into(), vec![Repair::OwnEntity]));
        assert_eq!(read(b"a\r\nb\x00c", Declared::Nothing).0, "a bc");
        assert_eq!(read("&é&日本語日本語".as_bytes(), Declared::Nothing).0, "&é&日本語日本語");
    }
}
