//! Tags and the text between them. What only looks like a tag is text; comments, declarations and processing instructions are passed over.

use crate::source::Source;
use crate::text::{self, Declared};
use crate::warning::{Notes, Place, Repair};
use std::io::{self, Read};

/// A longer value is cut here.
const VALUE: usize = 64 << 10;
/// A tag with its attributes.
const TAG: usize = 4 << 10;

/// An element's name in capitals. Longer ones than the standard has are cut: nothing known is that long.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    len: u8,
    bytes: [u8; 31],
}

impl Name {
    pub fn new(raw: &[u8]) -> Name {
        let raw = &raw[..raw.len().min(31)];
        let mut bytes = [0; 31];
        bytes[..raw.len()].copy_from_slice(raw);
        bytes.make_ascii_uppercase();
        Name { len: raw.len() as u8, bytes }
    }
    pub fn is(&self, name: &str) -> bool {
        &self.bytes[..usize::from(self.len)] == name.as_bytes()
    }
    /// A number below 256 that differs for most names.
    pub fn mark(&self) -> usize {
        let at = |i: usize| usize::from(self.bytes[i % 31]);
        let n = usize::from(self.len);
        (at(0) * 7 + at(n / 2) * 31 + at(n.saturating_sub(1)) * 13 + at(1) * 3 + n * 17) & 255
    }
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
    }
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Token {
    Open {
        name: Name,
        empty: bool,
        small: bool,
    },
    Close(Name),
    /// The text is in [`Lexer::text`]; `ended`: something stands after it, so that it is whole.
    Text {
        ended: bool,
    },
    /// `<?OFX ...?>` or `<?xml ...?>`; its inside is in [`Lexer::text`].
    Instruction,
    End,
}

/// What a `<` begins.
enum Markup {
    Tag { token: Token, length: usize },
    Comment,
    Cdata,
    Instruction,
    Declaration,
    Nothing,
}

pub(crate) struct Lexer<R> {
    source: Source<R>,
    pub text: String,
    /// Where the last token began.
    pub place: Place,
    pub declared: Declared,
    pub notes: Notes,
}

impl<R: Read> Lexer<R> {
    pub fn new(inner: R) -> Lexer<R> {
        let source = Source::new(inner);
        Lexer { source, text: String::new(), place: Place::default(), declared: Declared::Nothing, notes: Notes::default() }
    }

    /// The beginning of the file, to judge what it is.
    pub fn peek(&mut self, n: usize) -> io::Result<&[u8]> {
        let have = self.source.fill(n)?;
        Ok(&self.source.window()[..have.min(n)])
    }

    pub fn here(&self) -> Place {
        self.source.place()
    }

    pub fn next(&mut self) -> io::Result<Token> {
        self.text.clear();
        self.space()?;
        self.place = self.source.place();
        let mut some = false;
        loop {
            if self.source.fill(1)? == 0 {
                return Ok(if some { Token::Text { ended: false } } else { Token::End });
            }
            if self.source.window()[0] != b'<' {
                some = true;
                if self.piece()? {
                    continue;
                }
                return Ok(Token::Text { ended: false });
            }
            match self.markup()? {
                Markup::Tag { .. } | Markup::Instruction if some => return Ok(Token::Text { ended: true }),
                Markup::Tag { token, length } => {
                    self.source.consume(length);
                    return Ok(token);
                }
                Markup::Instruction => {
                    self.instruction()?;
                    return Ok(Token::Instruction);
                }
                Markup::Comment => self.until(b"-->", 4)?,
                Markup::Declaration => self.declaration()?,
                Markup::Cdata => {
                    some = true;
                    self.cdata()?;
                }
                Markup::Nothing => {
                    some = true;
                    self.notes.once(Repair::BareLess, self.place, "", "<");
                    if self.text.len() < VALUE {
                        self.text.push('<');
                    }
                    self.source.consume(1);
                }
            }
        }
    }

    fn space(&mut self) -> io::Result<()> {
        loop {
            let window = self.source.window();
            match window.iter().position(|b| !b.is_ascii_whitespace()) {
                Some(n) => {
                    self.source.consume(n);
                    return Ok(());
                }
                None => {
                    let n = window.len();
                    self.source.consume(n);
                    if self.source.fill(1)? == 0 {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Text up to the next `<`. Says whether something follows.
    fn piece(&mut self) -> io::Result<bool> {
        let mut seen = 0;
        loop {
            let window = self.source.window();
            if let Some(n) = window[seen..].iter().position(|b| *b == b'<') {
                self.take(seen + n);
                return Ok(true);
            }
            seen = window.len();
            if seen >= VALUE {
                // A character must not be torn; no one is longer than four bytes, no entity of ours than twelve.
                let mut cut = seen;
                while cut > seen - 4 && window[cut - 1] & 0x80 != 0 {
                    cut -= 1;
                }
                if let Some(n) = window[cut - 12..cut].iter().rposition(|b| *b == b'&') {
                    cut = cut - 12 + n;
                }
                self.take(cut);
                seen = 0;
                self.source.fill(1)?;
                if self.source.window().is_empty() {
                    return Ok(false);
                }
                continue;
            }
            if self.source.fill(seen * 2 + 64)? == seen {
                self.take(seen);
                return Ok(false);
            }
        }
    }

    fn take(&mut self, n: usize) {
        if self.text.len() < VALUE {
            let piece = &self.source.window()[..n];
            text::append(&mut self.text, piece, self.declared, false, self.place, &mut self.notes);
            self.cut();
        }
        self.source.consume(n);
    }

    fn cut(&mut self) {
        if self.text.len() > VALUE {
            let mut at = VALUE;
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            self.text.truncate(at);
            self.notes.add(Repair::TooLong, self.place, "", "");
        }
    }

    fn markup(&mut self) -> io::Result<Markup> {
        self.source.fill(TAG)?;
        let w = self.source.window();
        let w = &w[..w.len().min(TAG)];
        Ok(match w.get(1) {
            Some(b'!') if w.starts_with(b"<!--") => Markup::Comment,
            Some(b'!') if w.starts_with(b"<![CDATA[") => Markup::Cdata,
            Some(b'!') if w.get(2).is_some_and(u8::is_ascii_alphabetic) => Markup::Declaration,
            Some(b'?') if w.get(2).is_some_and(u8::is_ascii_alphabetic) => Markup::Instruction,
            Some(b'/') => tag(w, 2).map_or(Markup::Nothing, |(name, _, _, length)| Markup::Tag { token: Token::Close(name), length }),
            Some(b) if b.is_ascii_alphabetic() => tag(w, 1)
                .map_or(Markup::Nothing, |(name, empty, small, length)| Markup::Tag { token: Token::Open { name, empty, small }, length }),
            _ => Markup::Nothing,
        })
    }

    /// Passes over everything up to and with the mark, in constant memory.
    fn until(&mut self, mark: &[u8], opening: usize) -> io::Result<()> {
        self.source.consume(opening);
        loop {
            let have = self.source.fill(mark.len())?;
            if have < mark.len() {
                self.source.consume(have);
                return Ok(());
            }
            let window = self.source.window();
            match window.windows(mark.len()).position(|w| w == mark) {
                Some(n) => {
                    self.source.consume(n + mark.len());
                    return Ok(());
                }
                None => {
                    let n = window.len() - (mark.len() - 1);
                    self.source.consume(n);
                }
            }
        }
    }

    fn cdata(&mut self) -> io::Result<()> {
        self.source.consume(9);
        loop {
            let have = self.source.fill(VALUE)?;
            let window = self.source.window();
            let found = window.windows(3).position(|w| w == b"]]>");
            let n = found.unwrap_or(if have < VALUE { have } else { have - 2 });
            if self.text.len() < VALUE {
                let piece = &window[..n];
                text::append(&mut self.text, piece, self.declared, true, self.place, &mut self.notes);
                self.cut();
            }
            self.source.consume(if found.is_some() { n + 3 } else { n });
            if found.is_some() || have < VALUE {
                return Ok(());
            }
        }
    }

    /// A document type's own rules are never read; an entity that it declares is text like any other.
    fn declaration(&mut self) -> io::Result<()> {
        let place = self.source.place();
        self.source.fill(TAG)?;
        let w = self.source.window();
        let w = &w[..w.len().min(TAG)];
        let mut quote = 0u8;
        let mut end = None;
        for (i, b) in w.iter().enumerate() {
            match *b {
                q @ (b'"' | b'\'') if quote == 0 => quote = q,
                q if q == quote => quote = 0,
                b'>' | b'[' if quote == 0 => {
                    end = Some(i + 1);
                    break;
                }
                _ => {}
            }
        }
        let name = String::from_utf8_lossy(&w[..w.len().min(24)]).into_owned();
        let plain = w.iter().position(|b| *b == b'>').map(|n| n + 1);
        self.notes.add(Repair::Declaration, place, "", &name);
        match end.or(plain) {
            Some(n) => self.source.consume(n),
            None => self.until(b">", 2)?,
        }
        Ok(())
    }

    fn instruction(&mut self) -> io::Result<()> {
        let w = self.source.window();
        let w = &w[..w.len().min(TAG)];
        let end = w.windows(2).position(|p| p == b"?>").map(|n| n + 2).or_else(|| w.iter().position(|b| *b == b'>').map(|n| n + 1));
        let end = end.unwrap_or(2);
        self.text = String::from_utf8_lossy(&w[..end]).into_owned();
        self.source.consume(end);
        Ok(())
    }
}

/// A tag's name, whether it closes itself, whether it has small letters, and its length; `None` when it is no tag.
fn tag(w: &[u8], from: usize) -> Option<(Name, bool, bool, usize)> {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || b"._-:".contains(b);
    let end = from + w[from..].iter().position(|b| !is_name(b))?;
    let name = &w[from..end];
    // The namespace of a prefix is of no interest.
    let name = name.rsplit(|b| *b == b':').next().unwrap_or(name);
    if name.is_empty() || !name[0].is_ascii_alphabetic() {
        return None;
    }
    let small = name.iter().any(u8::is_ascii_lowercase);
    if w[end] == b'>' {
        return Some((Name::new(name), false, small, end + 1));
    }
    let close = end + w[end..].iter().position(|b| *b == b'>' || *b == b'<').filter(|n| w[end + n] == b'>')?;
    let inside = w[end..close].trim_ascii();
    let empty = inside.ends_with(b"/");
    let attributes = inside.strip_suffix(b"/").unwrap_or(inside);
    // Only attributes may stand behind the name; anything else is text that looks like a tag.
    let fits = attributes.is_empty() || (w[end].is_ascii_whitespace() && attributes.contains(&b'='));
    fits.then(|| (Name::new(name), empty, small, close + 1))
}
