//! The risk score: beside other figures, and the page that tells how it was computed from every input.

use super::household::{HouseholdHead, Tab};
use super::prelude::*;

/// One score in words.
#[derive(Clone, Debug, Default)]
pub struct RiskFigure {
    /// "All accounts".
    pub name: &'static str,
    /// "58"; "" where there is none.
    pub score: String,
    /// "52 to 61".
    pub between: String,
    /// "21.3%".
    pub loss: String,
    /// "97.4%"; "" where no value is known.
    pub coverage: String,
    /// Why there is no score.
    pub why: String,
}

/// Beside an account's figures, and in the client's financials.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "risk_card.html")]
pub struct RiskCard {
    pub figures: Vec<RiskFigure>,
    /// "2 positions are not part of it."; "" when all are.
    pub missing: String,
    /// The page with every input; "" where it is not for this reader.
    pub href: String,
    /// The firm's own; "" where the page shows it anyway.
    pub disclaimer: String,
}
impl askama::filters::HtmlSafe for RiskCard {}

#[derive(Clone, Debug, Default)]
pub struct RiskRow {
    pub account: String,
    pub security: String,
    /// "ticker:VTI · Shares".
    pub about: String,
    pub value: String,
    pub how: String,
    pub is_in: bool,
    /// What was odd in its history.
    pub odd: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct HistoryRow {
    pub key: String,
    pub name: String,
    pub currency: String,
    pub source: String,
    pub closes: String,
    pub days: String,
}

#[derive(Debug, Template)]
#[template(path = "risk.html")]
pub struct RiskPage {
    pub shell: Shell,
    pub hh: HouseholdHead,
    /// "Risk score, all accounts".
    pub title: String,
    pub figures: Vec<RiskFigure>,
    pub method: String,
    /// "20 Nov 2026".
    pub as_of: String,
    pub currency: String,
    /// "4,798 windows of 26 weeks, from 1 Jan 2008 to 20 Nov 2026".
    pub windows: String,
    pub modelled: String,
    pub in_scope: String,
    pub unvalued: String,
    pub rows: Vec<RiskRow>,
    pub histories: Vec<HistoryRow>,
    /// What the interval holds: what was changed, the loss, the score.
    pub tries: Vec<(String, String, u8)>,
    /// Loss in percent and score.
    pub curve: Vec<(String, String)>,
    /// Account, value, why.
    pub outside: Vec<(String, String, &'static str)>,
    /// Every input as a file.
    pub file: String,
    pub back: (String, String),
    pub disclaimer: String,
    pub has_prices: bool,
    pub is_administrator: bool,
}
