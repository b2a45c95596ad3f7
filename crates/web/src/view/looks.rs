//! Who looked at a household: the same list for its people and for its team.

use super::household::{HouseholdHead, Tab};
use super::portal::{PortalHere, PortalShell};
use super::prelude::*;

/// "Maya Castellanos, Portfolio, 9:31 AM, your lead adviser".
#[derive(Clone, Debug, Default)]
pub struct LookLine {
    pub who: String,
    pub what: String,
    pub at: String,
    pub why: String,
}

/// The looks of one day, the latest first.
#[derive(Clone, Debug, Default)]
pub struct LookDay {
    pub day: String,
    pub lines: Vec<LookLine>,
}

#[derive(Template)]
#[template(path = "portal/looks.html")]
pub struct PortalLooks {
    pub shell: PortalShell,
    pub days: Vec<LookDay>,
    /// Where the ones before are; "" when there are none.
    pub older: String,
}

#[derive(Template)]
#[template(path = "household_looks.html")]
pub struct HouseholdLooks {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub days: Vec<LookDay>,
    pub older: String,
}
