//! Changing a household: its name, its next review, and who works on it.

use super::household::{HouseholdHead, Tab};
use super::prelude::*;

/// One colleague and their part in the household.
#[derive(Clone, Debug)]
pub struct TeamPick {
    /// Their id: the field's name is `team_` and this.
    pub id: String,
    pub name: String,
    /// "none", "sub_adviser", "delegate".
    pub part: &'static str,
}

#[derive(Debug, Template)]
#[template(path = "household_change.html")]
pub struct HouseholdChange {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub problems: Problems,
    pub name: Field,
    pub next_review: Field,
    pub lead: Select,
    pub team: Vec<TeamPick>,
    /// Shown to its team alone, and to administrators.
    pub private: bool,
}
