//! What changed between two days: the causes, adding up, and the accounts in which it changed.

use super::household::{HouseholdHead, Tab};
use super::prelude::*;

/// A cause, or one of the two ends.
#[derive(Clone, Debug)]
pub struct Cause {
    pub name: String,
    pub about: String,
    /// A figure for each currency.
    pub amounts: Vec<String>,
    pub end: bool,
}

#[derive(Clone, Debug)]
pub struct ChangedRow {
    pub name: String,
    /// "" where the account has no page any more.
    pub href: String,
    /// "Larchmont Workplace ••4821".
    pub place: String,
    /// "Market" and "+$120.00".
    pub parts: Vec<(&'static str, String)>,
    pub whole: String,
}

#[derive(Debug, Template)]
#[template(path = "changed.html")]
pub struct Changed {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub at: String,
    pub firm: String,
    /// For the fields: "2026-09-30".
    pub from: String,
    pub to: String,
    pub least: String,
    pub most: String,
    pub from_error: String,
    pub to_error: String,
    /// "From 30 Sep 2026 to 21 Nov 2026".
    pub days: String,
    pub causes: Vec<Cause>,
    pub rows: Vec<ChangedRow>,
    /// How far the figures go.
    pub notes: Vec<String>,
    pub disclaimer: String,
}
