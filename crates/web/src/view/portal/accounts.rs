//! Organizer · Accounts: connections, accounts by hand, one account, adding one.

use super::*;
use crate::view::account::Position;
use crate::view::account_change::ShareField;
use crate::view::connect::Place;
use crate::view::states::Sentence;

/// The one bar that steps through everything that needs this person: "1 of 2".
#[derive(Clone, Debug)]
pub struct PortalBar {
    pub tone: Tone,
    pub at: usize,
    pub of: usize,
    pub headline: String,
    pub sentence: Sentence,
    pub updated: String,
    pub fixes: Vec<PortalAct>,
    pub before: Option<PortalAct>,
    pub after: Option<PortalAct>,
    /// All of them in one sitting; `None` for a single one.
    pub together: Option<PortalAct>,
}

/// A connection, the client's own or another adult's.
#[derive(Clone, Debug)]
pub struct PortalConn {
    pub id: String,
    pub place: Place,
    pub chip: Chip,
    /// The bar's bold sentence; "" shows no bar.
    pub headline: String,
    /// Shown without a bar too, where there is something to say.
    pub sentence: Sentence,
    /// That a word goes out when it is back; "" where none was asked for.
    pub tells: String,
    /// The bar's buttons.
    pub fixes: Vec<PortalAct>,
    pub updated: String,
    /// "Last attempted today, 6:12 AM", where that brought nothing.
    pub attempted: String,
    /// "Next values expected tomorrow, 6:00 AM".
    pub next: String,
    /// Why Refresh and Find new wait; "" when they do not.
    pub waits: String,
    pub acts: Vec<PortalAct>,
    /// Ending the connection; `None` where it is not theirs to end.
    pub disconnect: Option<PortalAct>,
    /// Whose sign-in it is, where it is another's.
    pub whose: String,
    /// What the provider says in its own words.
    pub said: Vec<String>,
    pub items: Vec<PortalItem>,
    pub wrong: PortalAct,
}

#[derive(Template)]
#[template(path = "portal/accounts.html")]
pub struct PortalAccounts {
    pub shell: PortalShell,
    pub adviser: String,
    pub add: Option<PortalAct>,
    pub kpis: Vec<(&'static str, String)>,
    pub bar: Option<PortalBar>,
    /// Everything that always asks, in one sitting; `None` where nothing does.
    pub together: Option<PortalAct>,
    pub cards: Vec<PortalConn>,
    pub others: Vec<PortalItem>,
    /// What the totals may hold twice.
    pub doubled: Option<crate::view::joins::SameNote>,
    pub wrong: PortalAct,
}

#[derive(Template)]
#[template(path = "portal/account.html")]
pub struct PortalAccount {
    pub shell: PortalShell,
    pub name: String,
    pub mask: String,
    pub chip: Option<Chip>,
    pub held_away: bool,
    pub value: String,
    pub facts: Vec<(&'static str, String)>,
    pub positions: Vec<Position>,
    /// The client's own: a new value, and taking it back.
    pub own: Option<OwnFact>,
    /// What the client can do with an account of their own: name and owners, mute, disconnect, delete.
    pub manage: Vec<PortalAct>,
    pub wrong: PortalAct,
    pub disclaimer: String,
}

#[derive(Clone, Debug)]
pub struct OwnFact {
    pub action: String,
    pub problems: Problems,
    pub value: Field,
    pub as_of: Field,
    pub remove: PortalAct,
}

/// How an account is added (E10, E11).
#[derive(Template)]
#[template(path = "portal/add.html")]
pub struct PortalAdd {
    pub shell: PortalShell,
    pub connect: Option<PortalAct>,
    /// Where the client makes a token, and the way on with it; `None` where none is taken.
    pub token: Option<(String, PortalAct)>,
    pub by_hand: Option<PortalAct>,
    pub back: String,
    /// The guide about it.
    pub guide: &'static str,
    pub firm: String,
}

#[derive(Template)]
#[template(path = "portal/by_hand.html")]
pub struct PortalByHand {
    pub shell: PortalShell,
    pub action: String,
    pub id: String,
    pub problems: Problems,
    pub name: Field,
    pub kind: Select,
    pub owner: Select,
    pub value: Field,
    pub currency: Select,
    pub as_of: Field,
    pub institution: Field,
    pub mask: Field,
    pub cancel: String,
    pub adviser: String,
}

/// Name and owners of an account that is the client's own.
#[derive(Template)]
#[template(path = "portal/change.html")]
pub struct PortalChange {
    pub shell: PortalShell,
    pub title: String,
    pub action: String,
    pub back: String,
    pub problems: Problems,
    pub name: Field,
    pub shares: Vec<ShareField>,
    pub shares_error: String,
}

/// A question before something ends: what stops, what stays, what ends at the institution.
#[derive(Template)]
#[template(path = "portal/ask.html")]
pub struct PortalAsk {
    pub shell: PortalShell,
    pub title: String,
    pub paragraphs: Vec<String>,
    pub action: String,
    pub yes: String,
    pub back: String,
}

/// One connection of a sitting.
#[derive(Clone, Debug)]
pub struct PortalTurn {
    pub place: Place,
    pub chip: Chip,
    pub text: String,
    pub act: Option<PortalAct>,
}

/// Refresh together: one list, cleared from top to bottom.
#[derive(Template)]
#[template(path = "portal/together.html")]
pub struct PortalTogether {
    pub shell: PortalShell,
    pub adviser: String,
    pub turns: Vec<PortalTurn>,
    pub done: usize,
    /// Begins the sitting; `None` while it runs.
    pub begin: Option<PortalAct>,
    /// Ends it; `None` before it has begun.
    pub end: Option<PortalAct>,
    pub back: String,
}
