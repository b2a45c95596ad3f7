//! Bytes as they come, in a window that stays small; UTF-16 becomes UTF-8 on the way in.

use crate::warning::Place;
use std::io::{self, Read};

const CHUNK: usize = 64 << 10;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Width {
    Unknown,
    Bytes,
    Utf16 { big: bool },
}

/// It holds the bytes and not where they come from: everything above it is compiled once, not for each kind of file.
pub(crate) struct Source {
    buf: Vec<u8>,
    at: usize,
    end: usize,
    eof: bool,
    width: Width,
    /// Half a UTF-16 unit, or half a pair, from the last chunk.
    left: Vec<u8>,
    place: Place,
}

impl Source {
    pub fn new() -> Source {
        let place = Place { line: 1, byte: 0 };
        Source { buf: vec![0; 2 * CHUNK], at: 0, end: 0, eof: false, width: Width::Unknown, left: Vec::new(), place }
    }

    #[inline]
    pub fn window(&self) -> &[u8] {
        &self.buf[self.at..self.end]
    }

    #[inline]
    pub fn place(&self) -> Place {
        self.place
    }

    /// Passes over bytes that no line ends in.
    #[inline]
    pub fn skip(&mut self, n: usize) {
        self.place.byte += n as u64;
        self.at += n;
    }

    pub fn consume(&mut self, n: usize) {
        let n = n.min(self.end - self.at);
        self.place.line += lines(&self.buf[self.at..self.at + n]);
        self.place.byte += n as u64;
        self.at += n;
    }

    /// Makes the window at least `want` bytes long, unless the file ends before. Says how long it is.
    #[inline]
    pub fn fill(&mut self, from: &mut dyn Read, want: usize) -> io::Result<usize> {
        let have = self.end - self.at;
        if have >= want || self.eof { Ok(have) } else { self.more(from, want) }
    }

    fn more(&mut self, from: &mut dyn Read, want: usize) -> io::Result<usize> {
        while self.end - self.at < want && !self.eof {
            if self.at > 0 && (self.at == self.end || self.buf.len() - self.end < CHUNK) {
                self.buf.copy_within(self.at..self.end, 0);
                self.end -= self.at;
                self.at = 0;
            }
            if self.buf.len() - self.end < CHUNK {
                self.buf.resize(self.end + 2 * CHUNK, 0);
            }
            match self.width {
                Width::Unknown => self.decide(from)?,
                Width::Bytes => {
                    let n = read(from, &mut self.buf[self.end..])?;
                    self.eof = n == 0;
                    self.end += n;
                }
                Width::Utf16 { big } => self.wide(from, big)?,
            }
        }
        Ok(self.end - self.at)
    }

    /// The first bytes show the width: a byte-order mark, or a zero beside each ASCII character.
    fn decide(&mut self, from: &mut dyn Read) -> io::Result<()> {
        let mut first = [0u8; 4];
        let mut n = 0;
        while n < 4 {
            let more = read(from, &mut first[n..])?;
            if more == 0 {
                self.eof = true;
                break;
            }
            n += more;
        }
        let first = &first[..n];
        let (width, skip) = match first {
            [0xEF, 0xBB, 0xBF, ..] => (Width::Bytes, 3),
            [0xFF, 0xFE, ..] => (Width::Utf16 { big: false }, 2),
            [0xFE, 0xFF, ..] => (Width::Utf16 { big: true }, 2),
            [a, 0, b, 0] if *a != 0 && *b != 0 => (Width::Utf16 { big: false }, 0),
            [0, a, 0, b] if *a != 0 && *b != 0 => (Width::Utf16 { big: true }, 0),
            _ => (Width::Bytes, 0),
        };
        self.width = width;
        let rest = first[skip..].to_vec();
        match width {
            Width::Utf16 { .. } => self.left = rest,
            _ => {
                self.buf[self.end..self.end + rest.len()].copy_from_slice(&rest);
                self.end += rest.len();
            }
        }
        Ok(())
    }

    fn wide(&mut self, from: &mut dyn Read, big: bool) -> io::Result<()> {
        // One unit of two bytes becomes at most three.
        let mut chunk = [0u8; CHUNK / 4];
        let n = read(from, &mut chunk)?;
        let last = n == 0;
        let mut bytes = std::mem::take(&mut self.left);
        bytes.extend_from_slice(&chunk[..n]);
        let mut units: Vec<u16> =
            bytes.chunks_exact(2).map(|p| if big { u16::from_be_bytes([p[0], p[1]]) } else { u16::from_le_bytes([p[0], p[1]]) }).collect();
        let mut used = units.len() * 2;
        if !last && units.last().is_some_and(|u| (0xD800..0xDC00).contains(u)) {
            units.pop();
            used -= 2;
        }
        self.left = bytes[used..].to_vec();
        let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        if self.buf.len() - self.end < text.len() {
            self.buf.resize(self.end + text.len() + CHUNK, 0);
        }
        self.buf[self.end..self.end + text.len()].copy_from_slice(text.as_bytes());
        self.end += text.len();
        self.eof = last;
        Ok(())
    }
}

fn lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|b| **b == b'\n').count() as u64
}

fn read(inner: &mut dyn Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match inner.read(into) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}
