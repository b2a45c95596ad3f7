//! A table as programs write it: separated by commas, semicolons, tabs or bars, with quotes around what holds one of them.

/// The heading and the rows, cells without blanks around them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    pub heading: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// The most rows of one file.
pub const ROWS: usize = 200_000;
/// The most columns, and the longest cell.
const COLUMNS: usize = 100;
const CELL: usize = 4_096;

/// Reads a table; the sentence says what is wrong with it.
pub fn read(bytes: &[u8]) -> Result<Table, String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err("This is not a text file. Save it as CSV and choose it again.".into());
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(t) => std::borrow::Cow::Borrowed(t),
        // Windows programs in the West.
        Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
    };
    let separator = separator(&text).ok_or("This file has no columns. A CSV file has commas, semicolons or tabs between them.")?;
    let mut rows = Rows { text: &text, separator, line: 1 };
    let heading = rows.next().transpose()?.unwrap_or_default();
    let mut out = Table { heading, rows: Vec::new() };
    for row in rows {
        let row = row?;
        if out.rows.len() >= ROWS {
            return Err(format!("This file has more than {ROWS} rows. Divide it and bring the parts one after the other."));
        }
        if row.len() > 1 || !row[0].is_empty() {
            out.rows.push(row);
        }
    }
    if out.rows.is_empty() {
        return Err("This file has a heading and no rows.".into());
    }
    Ok(out)
}

/// The one that the first line has most of.
fn separator(text: &str) -> Option<char> {
    let first = text.lines().find(|l| !l.trim().is_empty())?;
    let best = [',', ';', '\t', '|'].into_iter().max_by_key(|c| first.matches(*c).count())?;
    first.contains(best).then_some(best)
}

struct Rows<'a> {
    text: &'a str,
    separator: char,
    line: usize,
}

impl Iterator for Rows<'_> {
    type Item = Result<Vec<String>, String>;
    fn next(&mut self) -> Option<Self::Item> {
        if self.text.is_empty() {
            return None;
        }
        let (mut row, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        let began = self.line;
        let mut chars = self.text.char_indices().peekable();
        let mut end = self.text.len();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' if quoted && chars.peek().is_some_and(|(_, n)| *n == '"') => {
                    chars.next();
                    cell.push('"');
                }
                '"' if quoted => quoted = false,
                '"' if cell.trim().is_empty() => (quoted, cell) = (true, String::new()),
                c if c == self.separator && !quoted => row.push(std::mem::take(&mut cell)),
                '\n' if !quoted => {
                    end = at + 1;
                    self.line += 1;
                    break;
                }
                c => {
                    self.line += usize::from(c == '\n');
                    cell.push(c);
                }
            }
            if cell.len() > CELL || row.len() > COLUMNS {
                self.text = "";
                return Some(Err(format!("Line {began} is not a row of a table: it is too long.")));
            }
        }
        if quoted {
            self.text = "";
            return Some(Err(format!("A quotation mark on line {began} is never closed: the file may have been cut.")));
        }
        row.push(cell);
        self.text = &self.text[end..];
        Some(Ok(row.into_iter().map(|c| c.trim().to_owned()).collect()))
    }
}
