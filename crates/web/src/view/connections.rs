//! Connections as cards on a household's Accounts page, and across households as a list of what needs attention.

use super::account::Refresh;
use super::connect::Place;
use super::household::{HouseholdHead, Kpi, Seg, Tab};
use super::prelude::*;

#[derive(Clone, Debug)]
pub struct ConnAccount {
    pub name: String,
    /// "••7702".
    pub mask: String,
    pub href: String,
    pub owner: String,
    pub value: String,
    pub muted: bool,
}

/// What the bar's button does.
#[derive(Clone, Debug)]
pub enum FixBy {
    None,
    /// A page: the Asset Sync dialog that asks the client.
    Page {
        word: String,
        href: String,
    },
    /// A post: Refresh.
    Post {
        word: String,
        action: String,
    },
}

#[derive(Clone, Debug)]
pub struct ConnCard {
    /// Unique on the page, for headings and live updates: `conn_…`.
    pub id: String,
    pub place: Place,
    pub chip: Chip,
    /// The bar's bold sentence; "" shows no bar.
    pub headline: String,
    pub sentence: String,
    pub fix: FixBy,
    /// "today, 6:12 AM"; "" when nothing has come yet.
    pub updated: String,
    /// "Next values tomorrow, about 6 AM", "Nothing newer at Larchmont yet".
    pub next: String,
    pub refresh: Refresh,
    /// "Ngozi’s permission, until 3 Mar 2027".
    pub permission: String,
    pub accounts: Vec<ConnAccount>,
    /// Ending the whole connection: its question; "" when it has ended.
    pub disconnect: String,
    /// Asking the client to look for new accounts: the Asset Sync dialog (D4).
    pub ask_more: String,
}

#[derive(Debug, Template)]
#[template(path = "household_accounts.html")]
pub struct HouseholdAccounts {
    pub shell: Shell,
    pub hh: HouseholdHead,
    /// All, Needs attention, Entered by hand.
    pub shows: Vec<Seg>,
    pub cards: Vec<ConnCard>,
    pub by_hand: Vec<ConnAccount>,
    /// The Asset Sync dialog; `None` when the plan lacks it.
    pub send: Option<String>,
    /// Posts a refresh of all that can be; "" when none can.
    pub refresh_all: String,
    pub stream: String,
}

/// One connection that needs attention, in the list across households.
#[derive(Clone, Debug)]
pub struct ConnRow {
    pub place: Place,
    pub household: String,
    pub household_href: String,
    pub person: String,
    pub chip: Chip,
    pub sentence: String,
    /// "today, 6:12 AM".
    pub updated: String,
    /// "Ngozi", "You", "Larchmont".
    pub mover: String,
    pub fix: FixBy,
}

#[derive(Debug, Template)]
#[template(path = "connections.html")]
pub struct Connections {
    pub shell: Shell,
    /// Only those at this institution; "" for all.
    pub only: String,
    pub kpis: Vec<Kpi>,
    /// Needs attention, Refreshing, All.
    pub shows: Vec<Seg>,
    pub rows: Vec<ConnRow>,
    pub earlier: Option<String>,
    pub later: Option<String>,
    pub stream: String,
}
