//! The parts of a form, found while it arrives: fields in memory, the file wherever it is written to.

use super::Upload;
use std::io::{self, Write};

/// What stands above a part, and all fields together.
const HEAD: usize = 8 << 10;
const FIELDS: usize = 64 << 10;

enum Place {
    /// Before the first boundary.
    Before,
    /// Behind a boundary: another part, or the end.
    Boundary,
    Head,
    Field(String, Vec<u8>),
    File(String, bool),
    End,
}

pub(super) struct Parts<W> {
    mark: Vec<u8>,
    place: Place,
    /// What has come and cannot be told yet.
    left: Vec<u8>,
    fields: usize,
    upload: Upload,
    file: W,
}

fn broken() -> io::Error {
    io::Error::from(io::ErrorKind::InvalidData)
}

impl<W: Write> Parts<W> {
    /// `kind`: the content type with its boundary.
    pub fn new(kind: &str, file: W) -> Option<Parts<W>> {
        let boundary = kind.strip_prefix("multipart/form-data")?.split(';').find_map(|p| p.trim().strip_prefix("boundary="))?;
        let boundary = boundary.trim_matches('"');
        let fits = (1..=70).contains(&boundary.len());
        // The first boundary has no line before it.
        let left = b"\r\n".to_vec();
        let mark = format!("\r\n--{boundary}").into_bytes();
        fits.then(|| Parts { mark, place: Place::Before, left, fields: 0, upload: Upload::default(), file })
    }

    pub fn feed(&mut self, piece: &[u8]) -> io::Result<()> {
        self.left.extend_from_slice(piece);
        while self.step()? {}
        Ok(())
    }

    /// What was found; `None` when it was torn.
    pub fn end(self) -> Option<(Upload, W)> {
        matches!(self.place, Place::End).then_some((self.upload, self.file))
    }

    /// Says whether it came further.
    fn step(&mut self) -> io::Result<bool> {
        match self.place {
            Place::End => {
                self.left.clear();
                Ok(false)
            }
            Place::Boundary => {
                let Some(next) = self.left.get(..2) else { return Ok(false) };
                self.place = match next {
                    b"\r\n" => Place::Head,
                    b"--" => Place::End,
                    _ => return Err(broken()),
                };
                self.left.drain(..2);
                Ok(true)
            }
            Place::Head => match find(&self.left, b"\r\n\r\n") {
                Some(n) => {
                    self.place = head(&self.left[..n]).ok_or_else(broken)?;
                    // The empty line may be the one before a boundary.
                    self.left.drain(..n + 4);
                    Ok(true)
                }
                None if self.left.len() > HEAD => Err(broken()),
                None => Ok(false),
            },
            Place::Before | Place::Field(..) | Place::File(..) => self.content(),
        }
    }

    fn content(&mut self) -> io::Result<bool> {
        let found = find(&self.left, &self.mark);
        // A boundary may have begun at the end.
        let n = found.unwrap_or(self.left.len().saturating_sub(self.mark.len() - 1));
        match &mut self.place {
            Place::Field(_, value) => {
                self.fields += n;
                if self.fields > FIELDS {
                    return Err(broken());
                }
                value.extend_from_slice(&self.left[..n]);
            }
            Place::File(_, some) => {
                *some |= n > 0;
                self.file.write_all(&self.left[..n])?;
            }
            _ => {}
        }
        self.left.drain(..n + found.map_or(0, |_| self.mark.len()));
        if found.is_none() {
            return Ok(false);
        }
        match std::mem::replace(&mut self.place, Place::Boundary) {
            Place::Field(name, value) => self.upload.fields.push((name, String::from_utf8(value).map_err(|_| broken())?)),
            // Nothing chosen is an empty file without a name.
            Place::File(name, true) if self.upload.name.is_none() => self.upload.name = Some(name),
            // One file is what the form has.
            Place::File(_, true) => return Err(broken()),
            _ => {}
        }
        Ok(true)
    }
}

fn head(bytes: &[u8]) -> Option<Place> {
    let text = std::str::from_utf8(bytes).ok()?;
    let line = text.split("\r\n").find(|l| l.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let value = |name: &str| line.split(';').find_map(|p| p.trim().strip_prefix(name)).map(|v| v.trim_matches('"'));
    Some(match value("filename=") {
        Some(name) => Place::File(name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned(), false),
        None => Place::Field(value("name=")?.to_owned(), Vec::new()),
    })
}

fn find(text: &[u8], mark: &[u8]) -> Option<usize> {
    // Long files are searched by the mark's first byte, which is rare.
    let mut from = 0;
    while let Some(at) = text.get(from..)?.iter().position(|b| *b == mark[0]) {
        if text[from + at..].starts_with(mark) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}
