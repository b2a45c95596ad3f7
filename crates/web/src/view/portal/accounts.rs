//! Organizer · Accounts: connections, accounts by hand, one account, adding one.

use super::*;
use crate::view::account::Position;
use crate::view::connect::Place;

/// A connection, the client's own or another adult's.
#[derive(Clone, Debug)]
pub struct PortalConn {
    pub id: String,
    pub place: Place,
    pub chip: Chip,
    /// The bar's bold sentence; "" shows no bar.
    pub headline: String,
    pub sentence: String,
    /// The bar's buttons.
    pub fixes: Vec<PortalAct>,
    pub updated: String,
    /// Why Refresh and Find new wait; "" when they do not.
    pub waits: String,
    pub acts: Vec<PortalAct>,
    /// Whose sign-in it is, where it is another's.
    pub whose: String,
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
    /// "2 connections need you."; "" when none does.
    pub needs: String,
    pub cards: Vec<PortalConn>,
    pub others: Vec<PortalItem>,
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
