//! The support centre for clients: guides, searchable, and whom to ask. What is shared, and ending it.

use super::*;
use crate::guides::Guide;

/// Whom a client asks: the adviser of each of their households, and the firm (P19, P20, P22).
#[derive(Clone, Debug, Default)]
pub struct SupportContact {
    pub household: String,
    pub adviser: AdviserCard,
}

#[derive(Template)]
#[template(path = "portal/support.html")]
pub struct PortalSupport {
    pub shell: PortalShell,
    pub query: String,
    /// By part; one part without a name for what was searched.
    pub parts: Vec<(&'static str, Vec<&'static Guide>)>,
    pub found: usize,
    pub contacts: Vec<SupportContact>,
    pub firm: Contact,
}

#[derive(Template)]
#[template(path = "portal/guide.html")]
pub struct PortalGuide {
    pub shell: PortalShell,
    pub guide: &'static Guide,
    pub all: &'static [Guide],
    pub contacts: Vec<SupportContact>,
    pub firm: Contact,
}

#[derive(Template)]
#[template(path = "portal/access.html")]
pub struct PortalAccess {
    pub shell: PortalShell,
    pub household: String,
    /// "Maya Castellanos", "21 November 2026".
    pub by: String,
    pub since: String,
    /// Area, may look, may print.
    pub areas: Vec<(&'static str, bool, bool)>,
    pub acts: Vec<(&'static str, bool)>,
    pub leave: String,
    pub adviser: String,
}

#[derive(Template)]
#[template(path = "portal/leave.html")]
pub struct PortalLeave {
    pub shell: PortalShell,
    pub household: String,
    pub adviser: String,
    pub action: String,
    pub back: String,
}
