//! A table of columns as one account: people say which account it is and how its columns are read; a preview shows what comes of it.

use super::Found;
use crate::Field;
use model::account::AccountKind;
use model::import::{Mapping, Rows, Table};
use model::{AccountData, Date, Decimal, Time, text};
use ring::digest;

/// How many rows a preview shows.
const SHOWN: usize = 8;

/// What people say of a table.
#[derive(Debug, Clone)]
pub struct Said {
    pub mapping: Mapping,
    /// Which account it is.
    pub name: String,
    pub kind: String,
    pub mask: String,
    /// The day of holdings; movements have their own.
    pub as_of: String,
}

/// A table as it is read so far.
#[derive(Debug, Clone)]
pub struct Grid {
    pub heading: Vec<String>,
    pub sample: Vec<Vec<String>>,
    pub rows: usize,
    pub mapping: Mapping,
    /// The mapping is the one of an earlier file with the same heading.
    pub remembered: bool,
    pub(super) key: Vec<u8>,
    pub name: String,
    pub kind: String,
    pub mask: String,
    pub as_of: String,
}

/// By what stands above the columns a table is known again. `reader`: "" for what the firm's own people said of it.
pub(super) fn heading(table: &Table, reader: &str) -> Vec<u8> {
    let mut all = table.heading.iter().map(|h| h.to_lowercase()).collect::<Vec<_>>().join("\u{1f}");
    if !reader.is_empty() {
        all = format!("{all}\u{1e}{reader}");
    }
    digest::digest(&digest::SHA256, all.as_bytes()).as_ref()[..16].to_vec()
}

pub(super) fn read(
    table: &Table,
    saved: Option<Mapping>,
    said: Option<&Said>,
    institution: &str,
    now: Time,
    today: Date,
    key: Vec<u8>,
) -> (Found, Grid) {
    let remembered = saved.is_some();
    let mapping = match said {
        Some(s) => s.mapping.clone(),
        None => saved.unwrap_or_else(|| Mapping::suggest(table)),
    };
    let typed = |pick: fn(&Said) -> &String| said.map(|s| pick(s).clone()).unwrap_or_default();
    let grid = Grid {
        heading: table.heading.clone(),
        sample: table.rows.iter().take(SHOWN).cloned().collect(),
        rows: table.rows.len(),
        mapping,
        remembered,
        key,
        name: typed(|s| &s.name),
        kind: typed(|s| &s.kind),
        mask: typed(|s| &s.mask),
        as_of: typed(|s| &s.as_of),
    };
    let mut found = Found::default();
    let mut no = |name: &'static str, message: String| found.wrong.push(Field { name, message });
    for (field, sentence) in grid.mapping.missing() {
        no(field, sentence.into());
    }
    let name = text::line(&grid.name, 80);
    if name.is_empty() {
        no("name", "Enter a name for the account".into());
    }
    let kind = AccountKind::from_key(&grid.kind);
    if kind.is_none() {
        no("kind", "Choose what kind of account it is".into());
    }
    let mask = text::line(&grid.mask, 8);
    if !mask.is_empty() && (mask.len() > 4 || !mask.chars().all(|c| c.is_ascii_alphanumeric())) {
        no("mask", "Enter at most the last four digits, or leave it empty".into());
    }
    let holdings = grid.mapping.rows == Rows::Holdings;
    let typed_day = text::day(&grid.as_of).filter(|d| *d <= today);
    if holdings && typed_day.is_none() {
        no("as_of", "Enter the day of these holdings, up to today".into());
    }
    // What the columns give is shown as soon as they can be read; the rest may still be missing.
    let account = format!("{}|{}|csv", institution.to_lowercase(), if mask.is_empty() { name.to_lowercase() } else { mask.clone() });
    if grid.mapping.missing().iter().any(|(field, _)| *field != "currency") {
        return (found, grid);
    }
    let rows = grid.mapping.apply(table, &account);
    for u in rows.unread.iter().take(20) {
        let message = format!("Row {}, {}: “{}” cannot be read", u.row, u.column, u.found);
        found.wrong.push(Field { name: "columns", message });
    }
    if rows.unread.len() > 20 {
        found.wrong.push(Field { name: "columns", message: format!("and {} more cells", rows.unread.len() - 20) });
    }
    let as_of_day = if holdings { typed_day } else { rows.newest };
    if let Some(day) = as_of_day.filter(|d| *d > today) {
        found.wrong.push(Field { name: "columns", message: format!("The newest movement is of {day}, a day that has not come.") });
    }
    let (Some(kind), Some(as_of_day)) = (kind, as_of_day) else { return (found, grid) };
    let sum = || rows.positions.iter().try_fold(Decimal::ZERO, |sum, p| sum.checked_add(p.value?));
    let value = if holdings { sum() } else { rows.balance };
    let begins = as_of_day.to_zoned(jiff::tz::TimeZone::UTC).map_or(now, |z| Time(z.timestamp().as_microsecond()));
    let as_of = begins.min(now);
    found.trades = rows.trades;
    found.accounts = vec![AccountData {
        external_id: account,
        persistent_id: None,
        name,
        official_name: None,
        mask: (!mask.is_empty()).then_some(mask),
        kind,
        raw_type: "csv".into(),
        currency: grid.mapping.currency.clone(),
        value: if kind.is_debt() { value.map(|v| -v.abs()) } else { value },
        available: None,
        limit: None,
        positions: holdings.then_some(rows.positions),
        as_of,
        as_of_day,
        terms: Vec::new(),
    }];
    (found, grid)
}
