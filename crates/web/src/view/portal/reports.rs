//! The reports that are shared: each with its freshness and disclaimer lines, and a print button where printing is shared.

use super::*;
use crate::view::balance_sheet::{DayControl, SheetCharts};
use crate::view::map::MapParts;

/// One account as the portal lists it.
#[derive(Clone, Debug)]
pub struct PortalItem {
    pub name: String,
    /// "Larchmont Workplace ••4821".
    pub place: String,
    pub kind: Kind,
    pub icon: crate::icons::Icon,
    pub owner: String,
    pub value: String,
    /// "19 Nov 2026".
    pub as_of: String,
    /// More than seven days old.
    pub old: bool,
    pub source: String,
    pub held_away: bool,
    /// As of, received, attempted.
    pub times: crate::view::household::Times,
    /// What is the matter with it; `None` when nothing is.
    pub chip: Option<Chip>,
    /// Its own page; "" where that is not shared.
    pub href: String,
    pub wrong: PortalAct,
}

#[derive(Clone, Debug)]
pub struct PortalGroup {
    pub name: &'static str,
    pub kind: Kind,
    pub items: Vec<PortalItem>,
    pub total: String,
}

/// What stands at the head and the foot of every report.
#[derive(Clone, Debug, Default)]
pub struct ReportFrame {
    pub name: &'static str,
    pub household: String,
    pub firm: String,
    /// "Maya Castellanos, 21 November 2026".
    pub prepared: String,
    pub freshness: String,
    pub disclaimer: String,
    pub print: bool,
    /// The same as a file, where taking it along is shared.
    pub file: Option<String>,
    pub wrong: PortalAct,
    /// "Ask Maya", for what is not there.
    pub adviser: String,
}

#[derive(Template)]
#[template(path = "portal/map.html")]
pub struct PortalMap {
    pub shell: PortalShell,
    pub report: ReportFrame,
    pub parts: MapParts,
    pub add: Option<PortalAct>,
}

#[derive(Template)]
#[template(path = "portal/financials.html")]
pub struct PortalFinancials {
    pub shell: PortalShell,
    pub report: ReportFrame,
    /// None while the firm keeps no prices.
    pub risk: Option<crate::view::risk::RiskCard>,
    /// None where none is recorded.
    pub income: Option<crate::view::income::IncomeTable>,
    pub groups: Vec<PortalGroup>,
    pub total: String,
    pub add: Option<PortalAct>,
}

#[derive(Template)]
#[template(path = "portal/balance_sheet.html")]
pub struct PortalBalanceSheet {
    pub shell: PortalShell,
    pub report: ReportFrame,
    pub control: DayControl,
    /// "As of 30 Sep 2026, by what is known now".
    pub as_of: String,
    /// None while no value is known.
    pub charts: Option<SheetCharts>,
    pub kpis: Vec<(&'static str, String)>,
    pub groups: Vec<PortalGroup>,
    /// "Net worth" for each currency.
    pub totals: Vec<(String, String)>,
    /// "Not counted: 2 accounts whose value is not known."
    pub notes: Vec<String>,
    pub any_old: bool,
}

#[derive(Template)]
#[template(path = "portal/policies.html")]
pub struct PortalPolicies {
    pub shell: PortalShell,
    pub report: ReportFrame,
    pub parts: crate::view::policies::PolicyParts,
    pub named: crate::view::policies::BeneficiaryView,
}

/// A person of the household.
#[derive(Clone, Debug)]
pub struct PortalMember {
    pub initials: String,
    pub name: String,
    pub about: String,
    pub facts: Vec<(&'static str, String)>,
    pub wrong: PortalAct,
}

#[derive(Template)]
#[template(path = "portal/members.html")]
pub struct PortalMembers {
    pub shell: PortalShell,
    pub report: ReportFrame,
    pub members: Vec<PortalMember>,
}

/// Something that needs attention, in words.
#[derive(Clone, Debug)]
pub struct PortalSignal {
    pub chip: Chip,
    pub title: String,
    pub text: String,
    /// How it was worked out; empty where the figures are not shared.
    pub steps: Vec<crate::view::signals::StepRow>,
    pub wrong: PortalAct,
}

#[derive(Template)]
#[template(path = "portal/signals.html")]
pub struct PortalSignals {
    pub shell: PortalShell,
    pub report: ReportFrame,
    pub signals: Vec<PortalSignal>,
    /// "3 more things cannot be told yet"; "" where none is left.
    pub untold: String,
}

#[derive(Template)]
#[template(path = "portal/reports.html")]
pub struct PortalReports {
    pub shell: PortalShell,
    pub reports: Vec<PortalReport>,
    pub adviser: String,
}
