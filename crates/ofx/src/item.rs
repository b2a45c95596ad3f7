//! What the pull reader gives: items, and the few errors after which nothing can be read at all.

use crate::account::AccountInfo;
use crate::header::Looks;
use crate::plan::{Plan, PlanBalance};
use crate::position::Position;
use crate::record::Field;
use crate::security::Security;
use crate::statement::{Balance, Head, InvestmentBalance};
use crate::status::{Answer, SignOn};
use crate::trade::Trade;
use crate::transaction::Transaction;
use std::io;

/// One thing that a file says.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(tag = "is", rename_all = "snake_case"))]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "items come one at a time; boxes would cost more than they save")]
pub enum Item {
    SignOn(SignOn),
    /// The status of one answer.
    Answer(Answer),
    /// A statement begins. Everything up to its end belongs to it.
    Begin(Head),
    Transaction(Transaction),
    Trade(Trade),
    Position(Position),
    Balance(Balance),
    InvestmentBalance(InvestmentBalance),
    PlanBalance(PlanBalance),
    Plan(Plan),
    /// A statement ends. What was said about it after its beginning is in here too.
    End(Head),
    Security(Security),
    /// One entry of a list of accounts.
    Account(AccountInfo),
    /// A record that this reader has no form for: an open order, an institution's profile, an extension.
    Other(Other),
}

/// A record as it stands in the file.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Other {
    pub element: String,
    pub fields: Vec<Field>,
}

/// Why nothing can be read at all. Everything else is a [`Warning`](crate::Warning).
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// No byte, or nothing but blanks.
    Empty,
    /// Nothing of OFX stands in it.
    NotOfx(Looks),
    Io(io::Error),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Empty => f.write_str("the file is empty"),
            Error::NotOfx(Looks::WebPage) => f.write_str("this is a web page, not an OFX file"),
            Error::NotOfx(Looks::Compressed) => f.write_str("this file is compressed; an OFX file is plain text"),
            Error::NotOfx(Looks::Pdf) => f.write_str("this is a PDF document, not an OFX file"),
            Error::NotOfx(Looks::Table) => f.write_str("this is a table of columns, not an OFX file"),
            Error::NotOfx(Looks::Qif) => f.write_str("this is a QIF file, not an OFX file"),
            Error::NotOfx(Looks::Unlike) => f.write_str("this is not an OFX file"),
            Error::Io(e) => write!(f, "the file cannot be read: {e}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(e: io::Error) -> Error {
        Error::Io(e)
    }
}
