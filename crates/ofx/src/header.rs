//! What a file says about itself before it begins, and what it is when it is no OFX file.

use crate::text::Declared;
use crate::warning::{Notes, Place, Repair};

/// The header, as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Header {
    /// `102` to `160` for SGML, `200` and above for XML.
    pub version: Option<u32>,
    pub encoding: Option<String>,
    pub charset: Option<String>,
    pub security: Option<String>,
    pub file_id: Option<String>,
    pub old_file_id: Option<String>,
}

/// What a file that is not OFX looks like, so that a person can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Looks {
    /// A web page: often the sign-in page of a session that had ended.
    WebPage,
    /// Compressed: an archive, or a spreadsheet's own format.
    Compressed,
    Pdf,
    /// A line of columns.
    Table,
    /// Quicken's older format.
    Qif,
    Unlike,
}

const KEYS: [&str; 9] = ["OFXHEADER", "DATA", "VERSION", "SECURITY", "ENCODING", "CHARSET", "COMPRESSION", "OLDFILEUID", "NEWFILEUID"];

impl Header {
    /// Reads the beginning of a file. Lines may be missing, run together or in small letters.
    pub(crate) fn read(start: &[u8], notes: &mut Notes) -> Header {
        let text = String::from_utf8_lossy(start);
        let upper = text.to_ascii_uppercase();
        let end = upper.find("<OFX>").unwrap_or(upper.len());
        let (text, upper) = (&text[..end.min(text.len())], &upper[..end]);
        let value = |key: &str| attribute(text, upper, key).or_else(|| line(text, upper, key));
        let header = Header {
            version: value("VERSION").and_then(|v| v.parse().ok()),
            encoding: attribute_of(text, upper, "<?XML", "ENCODING").or_else(|| line(text, upper, "ENCODING")),
            charset: line(text, upper, "CHARSET"),
            security: value("SECURITY"),
            file_id: value("NEWFILEUID"),
            old_file_id: value("OLDFILEUID"),
        };
        let place = Place { line: 1, byte: 0 };
        if !upper.contains("OFXHEADER") {
            notes.add(Repair::NoHeader, place, "", "");
        } else if value("COMPRESSION").is_some_and(|c| !c.eq_ignore_ascii_case("NONE")) {
            notes.add(Repair::OddHeader, place, "COMPRESSION", &value("COMPRESSION").unwrap_or_default());
        }
        header
    }

    pub(crate) fn declared(&self) -> Declared {
        let is = |v: &Option<String>, words: &[&str]| v.as_ref().is_some_and(|v| words.iter().any(|w| v.eq_ignore_ascii_case(w)));
        let utf8 = ["UTF-8", "UTF8", "UNICODE", "UTF-16"];
        let western = ["1252", "WINDOWS-1252", "CP1252", "8859-1", "ISO-8859-1", "LATIN1", "CSISOLATIN1"];
        match self {
            h if is(&h.encoding, &utf8) || is(&h.charset, &utf8) => Declared::Utf8,
            h if is(&h.charset, &western) || is(&h.encoding, &western) => Declared::Western,
            h if h.charset.is_none() && h.encoding.is_none() => Declared::Nothing,
            h if is(&h.charset, &["NONE", ""]) || h.charset.is_none() => Declared::Ascii,
            _ => Declared::Unknown,
        }
    }
}

/// `KEY:VALUE` on a line of its own, among others, or with no break at all before the next key.
fn line(text: &str, upper: &str, key: &str) -> Option<String> {
    let mark = format!("{key}:");
    let mut from = 0;
    let at = loop {
        let at = from + upper.get(from..)?.find(&mark)?;
        // OFXHEADER: must not be taken for HEADER:, nor NEWFILEUID: for FILEUID:.
        let before = &upper[..at];
        let starts = !before.ends_with(|c: char| c.is_ascii_alphabetic()) || KEYS.iter().any(|k| ends_with_value(before, k));
        if starts {
            break at + mark.len();
        }
        from = at + 1;
    };
    let rest = &text[at..];
    let stop = rest.find(['\r', '\n', ' ', '\t', '<']).unwrap_or(rest.len());
    let next = KEYS.iter().filter_map(|k| upper[at..at + stop].find(&format!("{k}:"))).min().unwrap_or(stop);
    let value = rest[..stop.min(next)].trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// Whether the text ends with some key and its value, with no break behind it.
fn ends_with_value(before: &str, key: &str) -> bool {
    let last = before.rsplit(['\r', '\n', ' ', '\t']).next().unwrap_or_default();
    last.contains(&format!("{key}:"))
}

/// `KEY="VALUE"` in the instruction of a 2.x file.
fn attribute(text: &str, upper: &str, key: &str) -> Option<String> {
    attribute_of(text, upper, "<?OFX", key)
}

fn attribute_of(text: &str, upper: &str, instruction: &str, key: &str) -> Option<String> {
    let begin = upper.find(instruction)?;
    let end = begin + upper[begin..].find('>')?;
    let inside = &upper[begin..end];
    let mut from = 0;
    loop {
        let at = from + inside.get(from..)?.find(key)?;
        let before = inside[..at].chars().next_back().is_some_and(|c| c.is_whitespace() || c == '"' || c == '\'');
        let rest = inside[at + key.len()..].trim_start();
        if let (true, Some(value)) = (before, rest.strip_prefix('=')) {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| *c == '"' || *c == '\'')?;
            let begins = end - value.len() + 1;
            let value = &text[begins..end];
            return Some(value[..value.find(quote)?].trim().to_owned());
        }
        from = at + key.len();
    }
}

/// What the first bytes look like, for a file in which nothing of OFX stands.
pub(crate) fn looks(start: &[u8]) -> Looks {
    let magic: [(&[u8], Looks); 7] = [
        (b"\x1f\x8b", Looks::Compressed),
        (b"PK\x03\x04", Looks::Compressed),
        (b"7z\xbc\xaf", Looks::Compressed),
        (b"BZh", Looks::Compressed),
        (b"\xfd7zXZ", Looks::Compressed),
        (b"\xd0\xcf\x11\xe0", Looks::Compressed),
        (b"%PDF", Looks::Pdf),
    ];
    if let Some((_, looks)) = magic.iter().find(|(m, _)| start.starts_with(m)) {
        return *looks;
    }
    let text = String::from_utf8_lossy(start).to_ascii_lowercase();
    let text = text.trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']);
    if text.starts_with("<!doctype html") || text.starts_with("<html") || text.contains("<body") {
        return Looks::WebPage;
    }
    if text.starts_with("!type:") || text.starts_with("!account") {
        return Looks::Qif;
    }
    let first = text.lines().next().unwrap_or_default();
    if [',', ';', '\t'].iter().any(|c| first.matches(*c).count() >= 2) {
        return Looks::Table;
    }
    Looks::Unlike
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Header, usize) {
        let mut notes = Notes::default();
        (Header::read(text.as_bytes(), &mut notes), notes.kept.len())
    }

    #[test]
    fn one_header_in_many_shapes() {
        let lines = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:103\r\nSECURITY:NONE\r\nENCODING:USASCII\r\nCHARSET:1252\r\nCOMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:n-1\r\n\r\n<OFX>";
        for text in [lines.to_owned(), lines.replace("\r\n", " "), lines.replace("\r\n", ""), lines.replace("\r\n", "\r")] {
            let (h, warnings) = read(&text);
            assert_eq!((h.version, h.charset.as_deref(), h.encoding.as_deref()), (Some(103), Some("1252"), Some("USASCII")), "{text}");
            assert_eq!((h.file_id.as_deref(), h.old_file_id.as_deref(), warnings), (Some("n-1"), Some("NONE"), 0), "{text}");
            assert_eq!(h.declared(), Declared::Western);
        }
        let xml = r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?><?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID='x'?><OFX>"#;
        let (h, warnings) = read(xml);
        assert_eq!((h.version, h.encoding.as_deref(), h.file_id.as_deref(), warnings), (Some(211), Some("UTF-8"), Some("x"), 0));
        assert_eq!(read("<OFX>"), (Header::default(), 1));
    }

    #[test]
    fn other_files_are_told_apart() {
        assert_eq!(looks(b"PK\x03\x04..."), Looks::Compressed);
        assert_eq!(looks(b"<!DOCTYPE html><html>"), Looks::WebPage);
        assert_eq!(looks(b"Date;Amount;Text\n"), Looks::Table);
        assert_eq!(looks(b"!Type:Bank\n"), Looks::Qif);
        assert_eq!(looks(b"hello"), Looks::Unlike);
    }
}
