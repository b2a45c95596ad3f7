//! Somebody leaves: who takes over what.

use super::prelude::*;

/// A household and who leads it from now on.
#[derive(Clone, Debug, Default)]
pub struct Takes {
    pub name: String,
    pub field: String,
    pub picks: Vec<Pick>,
}

#[derive(Template)]
#[template(path = "handover.html")]
pub struct HandOver {
    pub shell: Shell,
    pub at: String,
    pub name: String,
    pub problems: Problems,
    pub all: Select,
    pub led: Vec<Takes>,
    /// Households that they work on beside another lead.
    pub helped: Vec<String>,
    /// Access has ended already.
    pub gone: bool,
}
