//! Connections as cards on a household's Accounts page, and across households as a list of what needs attention.

use super::account::Refresh;
use super::connect::Place;
use super::household::{HouseholdHead, Seg, Tab, Times};
use super::prelude::*;

#[derive(Clone, Debug)]
pub struct ConnAccount {
    pub name: String,
    /// "••7702".
    pub mask: String,
    pub href: String,
    pub owner: String,
    pub value: String,
    /// "as of yesterday", and its three times.
    pub as_of: String,
    pub times: Times,
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
    /// "Last attempted today, 6:12 AM", where that brought nothing.
    pub attempted: String,
    /// Whose sign-in it is: "Ngozi".
    pub who: String,
    /// "Next values tomorrow, about 6 AM", "Nothing newer at Larchmont yet".
    pub next: String,
    pub refresh: Refresh,
    /// "Ngozi’s permission, until 3 Mar 2027".
    pub permission: String,
    /// What the provider says in its own words, each with its name before it.
    pub said: Vec<String>,
    pub accounts: Vec<ConnAccount>,
    /// Ending the whole connection: its question; "" when it has ended.
    pub disconnect: String,
    /// Asking the client to look for new accounts: the Asset Sync dialog (D4).
    pub ask_more: String,
    /// The open case: what happened, whose move it is, and reporting it (D22); "" when nothing has stopped.
    pub case: String,
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
    /// Clearing what needs its people in one sitting; "" when nothing does.
    pub together: String,
    /// Posts a refresh of all that can be; "" when none can.
    pub refresh_all: String,
    /// What the totals may hold twice.
    pub doubled: Option<super::joins::SameNote>,
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
    /// For how long it has stopped, and since when; "" when it has not.
    pub age: String,
    pub since: String,
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
    /// The same choice at all institutions.
    pub everywhere: String,
    /// Needs attention, whose move it is, Refreshing, All.
    pub shows: Vec<Seg>,
    /// My households, all of them.
    pub whose: Vec<Seg>,
    pub institutions: Vec<Pick>,
    pub hidden: Vec<(&'static str, String)>,
    /// Nobody has connected anything yet.
    pub nothing: bool,
    pub rows: Vec<ConnRow>,
    pub earlier: Option<String>,
    pub later: Option<String>,
    pub stream: String,
}

/// One connection of a sitting.
#[derive(Clone, Debug)]
pub struct Turn {
    pub place: Place,
    pub chip: Chip,
    pub text: String,
    /// The dialog that asks for this one alone; "" where nothing is to be asked.
    pub ask: String,
}

/// One person's list.
#[derive(Clone, Debug)]
pub struct TurnList {
    pub id: String,
    pub name: String,
    pub given: String,
    /// Since when the sitting runs; "" before it has begun.
    pub since: String,
    pub done: usize,
    pub turns: Vec<Turn>,
    /// The link that opens the whole list on the person's own device.
    pub open: String,
}

/// Refresh together, beside the client.
#[derive(Debug, Template)]
#[template(path = "household_together.html")]
pub struct HouseholdTogether {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub lists: Vec<TurnList>,
    /// Whether the reader may begin and end a sitting.
    pub acts: bool,
    pub stream: String,
}
