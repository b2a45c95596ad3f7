//! The policy summary: the firm's page, and what stands on the client's report too.

use super::household::{HouseholdHead, Tab};
use super::portal::PortalAct;
use super::prelude::*;

#[derive(Clone, Debug, Default)]
pub struct PolicyRow {
    pub name: String,
    /// "Term life"; "Kind not recorded".
    pub kind: String,
    /// The account; "" where it is not for this reader.
    pub href: String,
    /// "Granite Life ••1182".
    pub insurer: String,
    pub cover: String,
    pub premium: String,
    /// "$612.84 a year" under a premium that is paid more often.
    pub a_year: String,
    /// "Ends 3 Mar 2041".
    pub term: String,
    pub over: bool,
    /// "Erik 100 %", "Not recorded", "Not needed".
    pub beneficiary: String,
    /// A beneficiary is needed and nobody is named.
    pub nobody: bool,
    /// "Cash value $1,250.50 as of 19 Nov 2026"; "" for none.
    pub cash: String,
    /// Muted: in no total.
    pub muted: bool,
    /// "Something looks wrong", for clients.
    pub wrong: Option<PortalAct>,
}

#[derive(Clone, Debug, Default, Template)]
#[template(path = "policy_parts.html")]
pub struct PolicyParts {
    /// Name, figure and unit.
    pub kpis: Vec<(&'static str, String, &'static str)>,
    /// Whom they insure, and the policies.
    pub groups: Vec<(String, Vec<PolicyRow>)>,
    /// What is not in the totals, in words.
    pub notes: Vec<String>,
}
impl askama::filters::HtmlSafe for PolicyParts {}

#[derive(Debug, Template)]
#[template(path = "policies.html")]
pub struct Policies {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub parts: PolicyParts,
    pub firm: String,
    /// "Maya Castellanos, 20 Nov 2026".
    pub prepared: String,
    pub disclaimer: String,
    /// The form for a policy; "" for readers.
    pub add: String,
}
