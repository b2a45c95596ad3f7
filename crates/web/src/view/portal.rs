//! The client portal's frame and its pages. Every page names the household and shows only what the lens let through.

use super::prelude::*;

/// Places in the portal's main menu.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PortalHere {
    #[default]
    Nowhere,
    Home,
    Map,
    Accounts,
    Reports,
}

/// The client's frame: firm, menu, likeness; on a phone a bar at the foot.
#[derive(Clone, Debug, Default)]
pub struct PortalShell {
    pub firm: String,
    /// Where the firm's own logo is; `None` shows the product's mark.
    pub logo: Option<String>,
    pub person: String,
    pub initials: String,
    pub who: String,
    pub here: PortalHere,
    /// `/portal/hh_…`, or the preview's address; every link of the menu begins with it. "" before a household was chosen.
    pub base: String,
    /// "Okafor–Lindqvist": shown where there are several.
    pub household: String,
    /// More than one household: the menu offers to change.
    pub several: bool,
    pub may_map: bool,
    pub may_accounts: bool,
    /// Some report beside the map is shared.
    pub may_reports: bool,
    /// An adviser looks through the client's eyes; says whose.
    pub preview: Option<String>,
    pub theme: Theme,
    pub csrf: String,
    pub sandbox: bool,
    pub said: Option<Note>,
    /// Where the page listens for changes; "" where nothing changes.
    pub stream: String,
    /// Seconds of silence after which the session ends.
    pub idle: i64,
}

#[derive(Template)]
#[template(path = "portal/households.html")]
pub struct PortalHouseholds {
    pub shell: PortalShell,
    /// Name and address.
    pub households: Vec<(String, String)>,
    pub contact: Contact,
}
