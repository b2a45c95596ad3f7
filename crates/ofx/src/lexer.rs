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
    mark: u32,
    len: u8,
    bytes: [u8; 31],
}

/// A number that differs for most names: what does not fit it is passed over without a look at the letters.
#[inline]
pub(crate) fn mark(name: &[u8]) -> u32 {
    let n = name.len();
    let at = |i: usize| name.get(i).copied().map_or(0, u32::from);
    let ends = at(0) | at(n / 2) << 8 | at(n.wrapping_sub(1)) << 16 | at(n.wrapping_sub(2)) << 24;
    (ends ^ (at(1) << 4 | at(n / 3) << 20) ^ n as u32).wrapping_mul(0x9E37_79B1)
}

impl Name {
    pub fn new(raw: &[u8], small: bool) -> Name {
        let raw = &raw[..raw.len().min(31)];
        let mut bytes = [0; 31];
        // Cheaper than asking for a copy of some bytes.
        for (to, from) in bytes.iter_mut().zip(raw) {
            *to = *from;
        }
        if small {
            bytes.make_ascii_uppercase();
        }
        Name { mark: mark(&bytes[..raw.len()]), len: raw.len() as u8, bytes }
    }
    pub fn is(&self, name: &str) -> bool {
        &self.bytes[..usize::from(self.len)] == name.as_bytes()
    }
    #[inline]
    pub fn mark(&self) -> u32 {
        self.mark
    }
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
    }
}

/// What a byte is in a text.
const PLAIN: u8 = 0;
/// Neither a letter nor a figure nor a sign that stands for itself.
const ODD: u8 = 1;
const LESS: u8 = 2;
const TEXT: [u8; 256] = {
    let mut table = [ODD; 256];
    let mut b = b' ';
    while b < 0x7F {
        table[b as usize] = if b == b'&' { ODD } else { PLAIN };
        b += 1;
    }
    table[b'<' as usize] = LESS;
    table
};

/// What a byte is in a name: nothing, or these.
const PART: u8 = 1;
const SMALL: u8 = 2;
const COLON: u8 = 4;
const NAME: [u8; 256] = {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 128u8 {
        table[b as usize] = match b {
            b'a'..=b'z' => PART | SMALL,
            b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => PART,
            b':' => PART | COLON,
            _ => 0,
        };
        b += 1;
    }
    table
};

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
    Tag(Tag),
    Comment,
    Cdata,
    Instruction,
    Declaration,
    Nothing,
}

#[derive(Clone, Copy)]
struct Tag {
    token: Token,
    length: usize,
    /// No line can end in it.
    short: bool,
}

pub(crate) struct Lexer {
    source: Source,
    pub text: String,
    /// The tag that ended the last text.
    ahead: Option<Tag>,
    /// Where the last token began.
    pub place: Place,
    pub declared: Declared,
    pub notes: Notes,
}

impl Lexer {
    pub fn new() -> Lexer {
        Lexer {
            source: Source::new(),
            text: String::new(),
            ahead: None,
            place: Place::default(),
            declared: Declared::Nothing,
            notes: Notes::default(),
        }
    }

    /// The beginning of the file, to judge what it is.
    pub fn peek(&mut self, from: &mut dyn Read, n: usize) -> io::Result<&[u8]> {
        let have = self.source.fill(from, n)?;
        Ok(&self.source.window()[..have.min(n)])
    }

    pub fn here(&self) -> Place {
        self.source.place()
    }

    pub fn next(&mut self, from: &mut dyn Read) -> io::Result<Token> {
        self.text.clear();
        if let Some(tag) = self.ahead.take() {
            self.place = self.source.place();
            self.pass(&tag);
            return Ok(tag.token);
        }
        self.space(from)?;
        self.place = self.source.place();
        let mut some = false;
        loop {
            if self.source.fill(from, 1)? == 0 {
                return Ok(if some { Token::Text { ended: false } } else { Token::End });
            }
            if self.source.window()[0] != b'<' {
                some = true;
                if self.piece(from)? {
                    continue;
                }
                return Ok(Token::Text { ended: false });
            }
            match self.markup(from)? {
                Markup::Tag(tag) if some => {
                    self.ahead = Some(tag);
                    return Ok(Token::Text { ended: true });
                }
                Markup::Instruction if some => return Ok(Token::Text { ended: true }),
                Markup::Tag(tag) => {
                    self.pass(&tag);
                    return Ok(tag.token);
                }
                Markup::Instruction => {
                    self.instruction();
                    return Ok(Token::Instruction);
                }
                Markup::Comment => self.until(from, b"-->", 4)?,
                Markup::Declaration => self.declaration(from)?,
                Markup::Cdata => {
                    some = true;
                    self.cdata(from)?;
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

    fn pass(&mut self, tag: &Tag) {
        match tag.short {
            true => self.source.skip(tag.length),
            false => self.source.consume(tag.length),
        }
    }

    fn space(&mut self, from: &mut dyn Read) -> io::Result<()> {
        loop {
            let window = self.source.window();
            match window.iter().position(|b| !b.is_ascii_whitespace()) {
                Some(0) => return Ok(()),
                Some(n) => {
                    self.source.consume(n);
                    return Ok(());
                }
                None => {
                    let n = window.len();
                    self.source.consume(n);
                    if self.source.fill(from, 1)? == 0 {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Text up to the next `<`. Says whether something follows.
    fn piece(&mut self, from: &mut dyn Read) -> io::Result<bool> {
        let (mut seen, mut plain) = (0, true);
        loop {
            let window = self.source.window();
            let mut odd = PLAIN;
            let mut end = seen;
            // One look at each byte says where the text ends and whether anything in it needs another look.
            while let Some(b) = window.get(end) {
                let what = TEXT[usize::from(*b)];
                if what == LESS {
                    break;
                }
                odd |= what;
                end += 1;
            }
            plain &= odd == PLAIN;
            if end < window.len() {
                self.take(end, plain);
                return Ok(true);
            }
            seen = end;
            if seen >= VALUE {
                // A character must not be torn; no one is longer than four bytes, no entity of ours than twelve.
                let mut cut = seen;
                while cut > seen - 4 && window[cut - 1] & 0x80 != 0 {
                    cut -= 1;
                }
                if let Some(n) = window[cut - 12..cut].iter().rposition(|b| *b == b'&') {
                    cut = cut - 12 + n;
                }
                self.take(cut, plain);
                (seen, plain) = (0, true);
                self.source.fill(from, 1)?;
                if self.source.window().is_empty() {
                    return Ok(false);
                }
                continue;
            }
            if self.source.fill(from, seen * 2 + 64)? == seen {
                self.take(seen, plain);
                return Ok(false);
            }
        }
    }

    /// `plain`: every byte stands for itself, and none ends a line.
    fn take(&mut self, n: usize, plain: bool) {
        if self.text.len() < VALUE {
            let piece = &self.source.window()[..n];
            match std::str::from_utf8(piece) {
                Ok(text) if plain => self.text.push_str(text),
                _ => text::append(&mut self.text, piece, self.declared, false, self.place, &mut self.notes),
            }
            self.cut();
        }
        match plain {
            true => self.source.skip(n),
            false => self.source.consume(n),
        }
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

    fn markup(&mut self, from: &mut dyn Read) -> io::Result<Markup> {
        self.source.fill(from, TAG)?;
        let w = self.source.window();
        let w = &w[..w.len().min(TAG)];
        Ok(match w.get(1) {
            Some(b) if b.is_ascii_alphabetic() => tag(w, 1).map_or(Markup::Nothing, Markup::Tag),
            Some(b'/') => tag(w, 2).map_or(Markup::Nothing, |tag| match tag.token {
                Token::Open { name, .. } => Markup::Tag(Tag { token: Token::Close(name), ..tag }),
                _ => Markup::Nothing,
            }),
            Some(b'!') if w.starts_with(b"<!--") => Markup::Comment,
            Some(b'!') if w.starts_with(b"<![CDATA[") => Markup::Cdata,
            Some(b'!') if w.get(2).is_some_and(u8::is_ascii_alphabetic) => Markup::Declaration,
            Some(b'?') if w.get(2).is_some_and(u8::is_ascii_alphabetic) => Markup::Instruction,
            _ => Markup::Nothing,
        })
    }

    /// Passes over everything up to and with the mark, in constant memory.
    fn until(&mut self, from: &mut dyn Read, mark: &[u8], opening: usize) -> io::Result<()> {
        self.source.consume(opening);
        loop {
            let have = self.source.fill(from, mark.len())?;
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

    fn cdata(&mut self, from: &mut dyn Read) -> io::Result<()> {
        self.source.consume(9);
        loop {
            let have = self.source.fill(from, VALUE)?;
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
    fn declaration(&mut self, from: &mut dyn Read) -> io::Result<()> {
        let place = self.source.place();
        self.source.fill(from, TAG)?;
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
            None => self.until(from, b">", 2)?,
        }
        Ok(())
    }

    fn instruction(&mut self) {
        let w = self.source.window();
        let w = &w[..w.len().min(TAG)];
        let end = w.windows(2).position(|p| p == b"?>").map(|n| n + 2).or_else(|| w.iter().position(|b| *b == b'>').map(|n| n + 1));
        let end = end.unwrap_or(2);
        self.text = String::from_utf8_lossy(&w[..end]).into_owned();
        self.source.consume(end);
    }
}

/// A tag as an opening one, with its length; `None` when it is no tag.
fn tag(w: &[u8], from: usize) -> Option<Tag> {
    let (mut end, mut seen) = (from, 0);
    let after = loop {
        let b = *w.get(end)?;
        match NAME[usize::from(b)] {
            0 => break b,
            what => seen |= what,
        }
        end += 1;
    };
    let mut name = &w[from..end];
    if seen & COLON != 0 {
        // The namespace of a prefix is of no interest.
        name = name.rsplit(|b| *b == b':').next().unwrap_or(name);
    }
    if !name.first()?.is_ascii_alphabetic() {
        return None;
    }
    let small = seen & SMALL != 0 && name.iter().any(u8::is_ascii_lowercase);
    let name = Name::new(name, small);
    if after == b'>' {
        return Some(Tag { token: Token::Open { name, empty: false, small }, length: end + 1, short: true });
    }
    let close = end + w[end..].iter().position(|b| *b == b'>' || *b == b'<').filter(|n| w[end + n] == b'>')?;
    let inside = w[end..close].trim_ascii();
    let empty = inside.ends_with(b"/");
    let attributes = inside.strip_suffix(b"/").unwrap_or(inside);
    // Only attributes may stand behind the name; anything else is text that looks like a tag.
    let fits = attributes.is_empty() || (after.is_ascii_whitespace() && attributes.contains(&b'='));
    fits.then_some(Tag { token: Token::Open { name, empty, small }, length: close + 1, short: false })
}
