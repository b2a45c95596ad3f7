//! How a table of columns becomes an account: what each column says, how its dates and numbers are written. People say it; what the
//! table itself suggests is only where the form begins. Currency and amount are never guessed.

mod cell;
mod table;

use cell::role;
pub use cell::{day, number};
pub use table::{Table, read};

use crate::{Currency, Date, PositionData, SecurityData, SecurityKind, TradeData};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// What the account holds, one security in each row.
    Holdings,
    /// What moved, one movement in each row.
    Movements,
}

/// What one column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Nothing,
    Name,
    Ticker,
    Cusip,
    Isin,
    Quantity,
    Price,
    Value,
    Cost,
    Day,
    Amount,
    Text,
    Number,
    Balance,
}

impl Role {
    pub const ALL: [(Role, &'static str, &'static str); 14] = [
        (Role::Nothing, "nothing", "Left out"),
        (Role::Name, "name", "Name of the security"),
        (Role::Ticker, "ticker", "Ticker"),
        (Role::Cusip, "cusip", "CUSIP"),
        (Role::Isin, "isin", "ISIN"),
        (Role::Quantity, "quantity", "Quantity"),
        (Role::Price, "price", "Price"),
        (Role::Value, "value", "Value"),
        (Role::Cost, "cost", "Cost of the position"),
        (Role::Day, "day", "Day"),
        (Role::Amount, "amount", "Amount, plus is money in"),
        (Role::Text, "text", "What for"),
        (Role::Number, "number", "The institution’s own number"),
        (Role::Balance, "balance", "Balance after it"),
    ];
    pub fn key(self) -> &'static str {
        Self::ALL.into_iter().find(|(r, ..)| *r == self).map_or("nothing", |(_, key, _)| key)
    }
    pub fn from_key(key: &str) -> Option<Role> {
        Self::ALL.into_iter().find(|(_, k, _)| *k == key).map(|(r, ..)| r)
    }
    fn is_number(self) -> bool {
        matches!(self, Role::Quantity | Role::Price | Role::Value | Role::Cost | Role::Amount | Role::Balance)
    }
}

/// In which order a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Days {
    YearFirst,
    MonthFirst,
    DayFirst,
}

/// How a table is read. Kept for the next one with the same heading; it says nothing of any person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    pub rows: Rows,
    pub columns: Vec<Role>,
    pub days: Option<Days>,
    /// The comma stands before the cents, the point between thousands.
    pub comma: Option<bool>,
    pub currency: Option<Currency>,
}

/// A cell that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// As a spreadsheet counts: the heading is row 1.
    pub row: usize,
    pub column: String,
    pub found: String,
}

/// What the rows say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Said {
    pub positions: Vec<PositionData>,
    pub trades: Vec<TradeData>,
    /// Of the newest movement, where a column says it.
    pub balance: Option<Decimal>,
    pub newest: Option<Date>,
    pub unread: Vec<Unread>,
}

impl Mapping {
    /// Where the form begins: what the heading and the cells themselves show beyond doubt.
    pub fn suggest(table: &Table) -> Mapping {
        let columns: Vec<Role> = table.heading.iter().map(|h| role(h)).collect();
        let moves = columns.contains(&Role::Amount) && columns.contains(&Role::Day);
        let mut seen = Vec::new();
        let columns: Vec<Role> = columns
            .into_iter()
            .map(|r| {
                if r == Role::Nothing || seen.contains(&r) {
                    Role::Nothing
                } else {
                    seen.push(r);
                    r
                }
            })
            .collect();
        let cells = |want: fn(Role) -> bool| {
            let at: Vec<usize> = columns.iter().enumerate().filter(|(_, r)| want(**r)).map(|(i, _)| i).collect();
            table.rows.iter().flat_map(move |row| at.clone().into_iter().filter_map(move |i| row.get(i)).map(String::as_str))
        };
        let days = [Days::YearFirst, Days::MonthFirst, Days::DayFirst];
        let mut fits = days.into_iter().filter(|d| cells(|r| r == Role::Day).filter(|c| !c.is_empty()).all(|c| day(c, *d).is_some()));
        let first = fits.next();
        let days = first.filter(|_| fits.next().is_none());
        let all = |comma| cells(Role::is_number).filter(|c| !c.is_empty()).all(|c| number(c, comma).is_some());
        let comma = match (all(false), all(true)) {
            (true, false) => Some(false),
            (false, true) => Some(true),
            _ => None,
        };
        Mapping { rows: if moves { Rows::Movements } else { Rows::Holdings }, columns, days, comma, currency: None }
    }

    fn at(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|r| *r == role)
    }

    /// What is still to be said before the table can be read: the name of the field, and the sentence.
    pub fn missing(&self) -> Vec<(&'static str, &'static str)> {
        let mut out = Vec::new();
        let mut need = |field, there: bool, sentence| {
            if !there {
                out.push((field, sentence));
            }
        };
        let has = |role| self.at(role).is_some();
        match self.rows {
            Rows::Holdings => {
                let named = [Role::Name, Role::Ticker, Role::Cusip, Role::Isin].into_iter().any(has);
                need("columns", named, "Say which column names the security");
                need("columns", has(Role::Quantity), "Say which column is the quantity");
            }
            Rows::Movements => {
                need("columns", has(Role::Day), "Say which column is the day");
                need("columns", has(Role::Amount), "Say which column is the amount");
            }
        }
        need("days", self.days.is_some() || !has(Role::Day), "Say how dates are written");
        need("comma", self.comma.is_some(), "Say how amounts are written");
        need("currency", self.currency.is_some(), "Choose the currency: the file does not say it");
        out
    }

    /// Reads every row. A row without anything is passed over; a cell that cannot be read is named, never guessed.
    pub fn apply(&self, table: &Table, account: &str) -> Said {
        let mut said = Said::default();
        let mut seen: HashMap<String, usize> = HashMap::new();
        for (n, row) in table.rows.iter().enumerate().filter(|(_, r)| r.iter().any(|c| !c.is_empty())) {
            let mut cells = Cells { mapping: self, table, row, at: n + 2, unread: &mut said.unread };
            match self.rows {
                Rows::Holdings => {
                    if let Some(p) = cells.position() {
                        said.positions.push(p);
                    }
                }
                Rows::Movements => {
                    if let Some((mut t, balance)) = cells.movement(account) {
                        let again = seen.entry(t.external_id.clone()).or_default();
                        *again += 1;
                        if *again > 1 {
                            t.external_id = format!("{}#{again}", t.external_id);
                        }
                        if said.newest.is_none_or(|d| t.day > d) {
                            (said.newest, said.balance) = (Some(t.day), balance);
                        }
                        said.trades.push(t);
                    }
                }
            }
        }
        said
    }
}

struct Cells<'a> {
    mapping: &'a Mapping,
    table: &'a Table,
    row: &'a [String],
    at: usize,
    unread: &'a mut Vec<Unread>,
}

impl Cells<'_> {
    fn text(&self, role: Role) -> Option<String> {
        let cell = self.row.get(self.mapping.at(role)?)?;
        (!cell.is_empty()).then(|| crate::text::line(cell, 200))
    }

    fn unread(&mut self, role: Role) {
        let Some(column) = self.mapping.at(role) else { return };
        let found = self.row.get(column).cloned().unwrap_or_default();
        let column = self.table.heading.get(column).cloned().unwrap_or_default();
        self.unread.push(Unread { row: self.at, column, found: crate::text::line(&found, 40) });
    }

    /// `Err`: something stands there that is no number.
    fn number(&mut self, role: Role) -> Option<Decimal> {
        let text = self.text(role)?;
        let read = number(&text, self.mapping.comma.unwrap_or(false));
        if read.is_none() {
            self.unread(role);
        }
        read
    }

    fn position(&mut self) -> Option<PositionData> {
        let (name, ticker, cusip, isin) = (self.text(Role::Name), self.text(Role::Ticker), self.text(Role::Cusip), self.text(Role::Isin));
        let quantity = self.number(Role::Quantity);
        let (price, value, cost_basis) = (self.number(Role::Price), self.number(Role::Value), self.number(Role::Cost));
        let Some(quantity) = quantity else {
            if self.text(Role::Quantity).is_none() {
                self.unread(Role::Quantity);
            }
            return None;
        };
        let external_id = [&isin, &cusip, &ticker, &name].into_iter().flatten().next().cloned();
        let Some(external_id) = external_id else {
            self.unread(Role::Name);
            return None;
        };
        let price_day = self.day();
        let security = SecurityData {
            external_id,
            name,
            ticker,
            isin,
            cusip,
            figi: None,
            kind: SecurityKind::Other,
            raw_type: "csv".into(),
            currency: self.mapping.currency.clone(),
            cash_equivalent: false,
            detail: None,
        };
        Some(PositionData {
            security,
            quantity,
            price,
            price_day,
            value,
            cost_basis,
            vested_quantity: None,
            vested_value: None,
            lots: Vec::new(),
        })
    }

    fn day(&mut self) -> Option<Date> {
        let text = self.text(Role::Day)?;
        let read = self.mapping.days.and_then(|d| day(&text, d));
        if read.is_none() {
            self.unread(Role::Day);
        }
        read
    }

    fn movement(&mut self, account: &str) -> Option<(TradeData, Option<Decimal>)> {
        let (day, amount, balance) = (self.day(), self.number(Role::Amount), self.number(Role::Balance));
        for (role, there) in [(Role::Day, day.is_some()), (Role::Amount, amount.is_some())] {
            if !there && self.text(role).is_none() {
                self.unread(role);
            }
        }
        let (day, amount) = (day?, amount?);
        let name = self.text(Role::Text).unwrap_or_else(|| "Movement".into());
        let external_id = self.text(Role::Number).unwrap_or_else(|| format!("{day}|{}|{name}", amount.normalize()));
        let trade = TradeData {
            external_id,
            account: account.to_owned(),
            cancels: None,
            day,
            name,
            raw_type: "csv".into(),
            security: None,
            quantity: None,
            price: None,
            amount: Some(-amount),
            fees: None,
            currency: self.mapping.currency.clone(),
        };
        Some((trade, balance))
    }
}

#[cfg(test)]
mod tests;
