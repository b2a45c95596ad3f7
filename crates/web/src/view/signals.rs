//! Attention signals: what was found in a household with its arithmetic, and the firm's own thresholds.

use super::household::{HouseholdHead, Tab};
use super::prelude::*;
use super::settings::SettingsTab;

/// One line of arithmetic.
#[derive(Clone, Debug, Default)]
pub struct StepRow {
    pub label: String,
    pub expression: String,
    pub result: String,
}

/// An account that a rule read.
#[derive(Clone, Debug)]
pub struct InputRow {
    pub name: String,
    pub href: String,
    pub source: &'static str,
    /// "19 Nov"; "no value yet".
    pub as_of: String,
}

/// A rule that could be worked out, found or fine.
#[derive(Clone, Debug)]
pub struct SignalCard {
    pub key: &'static str,
    pub title: &'static str,
    pub about: &'static str,
    /// "12.5%".
    pub measure: String,
    /// "at most 10%, the product’s own"; "" without a threshold.
    pub threshold: String,
    pub steps: Vec<StepRow>,
    /// "From 3 accounts, oldest value 19 Nov".
    pub quality: String,
    pub inputs: Vec<InputRow>,
    pub version: u32,
    /// Where it can be mended: address and words.
    pub acts: Vec<(String, String)>,
}

/// A rule that cannot be worked out, and exactly what is missing.
#[derive(Clone, Debug)]
pub struct SignalGap {
    pub title: &'static str,
    /// What, and where it is mended.
    pub missing: Vec<(String, String)>,
}

#[derive(Debug, Template)]
#[template(path = "signals.html")]
pub struct SignalsPage {
    pub shell: Shell,
    pub hh: HouseholdHead,
    /// "2 findings · 3 cannot be told · 5 fine".
    pub line: String,
    pub found: Vec<SignalCard>,
    pub gaps: Vec<SignalGap>,
    pub fine: Vec<SignalCard>,
    /// Title and why there is nothing to look at.
    pub quiet: Vec<(&'static str, &'static str)>,
    pub off: Vec<&'static str>,
    pub has_accounts: bool,
    pub disclaimer: String,
}

/// One rule as the firm sees it.
#[derive(Clone, Debug)]
pub struct RuleRow {
    pub key: &'static str,
    pub title: &'static str,
    pub about: &'static str,
    /// "investment accounts, their positions".
    pub reads: String,
    pub version: u32,
    /// As it is published: "On, at most 10%, the product’s own".
    pub holds: String,
    pub draft: Option<String>,
    pub on: bool,
    pub field: Option<Field>,
    /// Who said what, newest first.
    pub said: Vec<String>,
}

#[derive(Debug, Template)]
#[template(path = "settings_signals.html")]
pub struct SettingsSignals {
    pub shell: Shell,
    pub tab: SettingsTab,
    pub problems: Problems,
    pub rows: Vec<RuleRow>,
    pub may_change: bool,
    /// Rules with a draft.
    pub drafts: usize,
}

/// What the draft of one rule would change.
#[derive(Clone, Debug)]
pub struct TryRow {
    pub title: &'static str,
    pub now: String,
    pub then: String,
    pub finds_now: String,
    pub finds_then: String,
    /// Address, name, and whether it would be found.
    pub households: Vec<(String, String, bool)>,
    pub more: usize,
}

#[derive(Debug, Template)]
#[template(path = "settings_signals_try.html")]
pub struct SettingsSignalsTry {
    pub shell: Shell,
    pub tab: SettingsTab,
    /// "14 households".
    pub looked_at: String,
    pub rows: Vec<TryRow>,
}
