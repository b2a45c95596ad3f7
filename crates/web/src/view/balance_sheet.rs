//! The balance sheet of any day: figures, charts with their data beside them, and the table. The client's report uses the same parts.

mod chart;

use super::household::{HouseholdHead, Seg, Tab};
use super::prelude::*;
pub use chart::{Bar, Bars, Line, Point};

/// "As of": a plain form that asks for the same page of another day, and the ways to days that are asked for often.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "balance_sheet_day.html")]
pub struct DayControl {
    pub action: String,
    /// What the form keeps beside the day.
    pub hidden: Vec<(&'static str, String)>,
    /// "2026-11-20".
    pub day: String,
    pub least: String,
    pub most: String,
    /// "" when the day can be shown.
    pub error: String,
    pub jumps: Vec<Seg>,
    /// By what is known now or was known then; empty today.
    pub known: Vec<Seg>,
}
impl askama::filters::HtmlSafe for DayControl {}

/// Net worth over time and what it is made of, for each currency, and the same as a table.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "balance_sheet_charts.html")]
pub struct SheetCharts {
    /// A currency each: its line from the second month end on, and what it is made of.
    pub pairs: Vec<(Option<Line>, Bars)>,
    /// "Net worth in USD" for each column.
    pub heads: Vec<String>,
    /// "30 Sep 2026", a value for each currency, "2 unknown".
    pub months: Vec<(String, Vec<String>, String)>,
    /// Some month end has accounts without a value.
    pub partial: bool,
    /// Other accounts are in the line at its end than at its beginning; "" where it is as many.
    pub grown: String,
}
impl askama::filters::HtmlSafe for SheetCharts {}

#[derive(Clone, Debug)]
pub struct SheetRow {
    pub name: String,
    /// "" where the account has no page any more.
    pub href: String,
    /// "Larchmont Workplace ••4821".
    pub place: String,
    /// "Held away", "Managed here", "By hand".
    pub kept: &'static str,
    pub owner: String,
    pub as_of: String,
    pub old: bool,
    pub value: String,
}

#[derive(Clone, Debug)]
pub struct SheetGroup {
    pub name: String,
    pub kind: Kind,
    pub rows: Vec<SheetRow>,
    /// "Total retirement".
    pub total_name: String,
    pub total: String,
}

#[derive(Debug, Template)]
#[template(path = "balance_sheet.html")]
pub struct BalanceSheet {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub firm: String,
    pub control: DayControl,
    /// By type, by owner, by institution.
    pub by: Vec<Seg>,
    /// "As of 30 Sep 2026, by what was known then".
    pub as_of: String,
    /// "Maya Castellanos, 21 Nov 2026".
    pub prepared: String,
    pub fresh: String,
    pub kpis: Vec<(&'static str, String)>,
    /// None while nothing is there.
    pub charts: Option<SheetCharts>,
    pub groups: Vec<SheetGroup>,
    /// "Net worth" for each currency.
    pub totals: Vec<(String, String)>,
    /// What is not counted, in sentences.
    pub notes: Vec<String>,
    pub any_old: bool,
    pub disclaimer: String,
    /// Of today alone.
    pub stream: String,
}
