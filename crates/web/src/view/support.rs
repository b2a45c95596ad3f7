//! Support that is let in for a while: given in the household, listed for support.

use super::household::{HouseholdHead, Tab};
use super::prelude::*;

/// One time that support was let in.
#[derive(Clone, Debug, Default)]
pub struct GrantLine {
    pub who: String,
    pub when: String,
    pub why: String,
    /// Posts its end; "" when it is over.
    pub end: String,
}

#[derive(Template)]
#[template(path = "household_support.html")]
pub struct SupportPage {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub problems: Problems,
    /// The firm has nobody of support.
    pub nobody: bool,
    /// Made with the form: sent twice, it lets in once.
    pub id: String,
    pub login: Select,
    pub minutes: Select,
    pub reason: Field,
    pub grants: Vec<GrantLine>,
}

#[derive(Template)]
#[template(path = "support.html")]
pub struct SupportHome {
    pub shell: Shell,
    /// Name, address, until when and why.
    pub households: Vec<(String, String, String)>,
}
