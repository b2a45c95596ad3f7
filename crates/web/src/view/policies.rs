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
    pub kpis: Vec<(&'static str, String, String)>,
    /// Whom they insure, and the policies.
    pub groups: Vec<(String, Vec<PolicyRow>)>,
    /// What is not in the totals, in words.
    pub notes: Vec<String>,
}
impl askama::filters::HtmlSafe for PolicyParts {}

/// One account or policy and who receives it.
#[derive(Clone, Debug, Default)]
pub struct NamedRow {
    pub name: String,
    /// The account; "" where it is not for this reader.
    pub href: String,
    /// "Term life, $1,000,000", "Retirement account".
    pub about: String,
    /// "Erik 60 %, Ada 40 %"; "Not recorded".
    pub primary: String,
    pub contingent: String,
    /// Somebody has to be named and nobody is.
    pub nobody: bool,
    /// The form; "" for readers.
    pub change: String,
}

/// Who receives what.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "beneficiary_view.html")]
pub struct BeneficiaryView {
    pub rows: Vec<NamedRow>,
    /// Each beneficiary with what they receive, as words.
    pub people: Vec<(String, Vec<String>)>,
    /// "2 have no beneficiary recorded."; "" when all have.
    pub missing: String,
}
impl askama::filters::HtmlSafe for BeneficiaryView {}

/// One line of the form.
#[derive(Clone, Debug, Default)]
pub struct NamedLine {
    /// "primary_1": names of fields begin with it.
    pub key: String,
    pub n: usize,
    pub who: Vec<Pick>,
    pub name: String,
    pub share: String,
}

/// One class of the form.
#[derive(Clone, Debug, Default)]
pub struct NamedClass {
    pub key: &'static str,
    pub title: &'static str,
    pub about: &'static str,
    pub error: String,
    pub lines: Vec<NamedLine>,
}

#[derive(Debug, Template)]
#[template(path = "beneficiaries.html")]
pub struct Beneficiaries {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub title: String,
    /// `/accounts/acct_…`.
    pub at: String,
    pub problems: Problems,
    pub classes: Vec<NamedClass>,
}

#[derive(Debug, Template)]
#[template(path = "policies.html")]
pub struct Policies {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub parts: PolicyParts,
    pub named: BeneficiaryView,
    pub firm: String,
    /// "Maya Castellanos, 20 Nov 2026".
    pub prepared: String,
    pub disclaimer: String,
    /// The form for a policy; "" for readers.
    pub add: String,
}
