//! The Asset Sync dialog: for whom, three ways to start, and what became of the link. Also drawn as a page of its own.

use super::household::{HouseholdHead, Tab};
use super::prelude::*;

/// A step of the link's life.
#[derive(Clone, Debug)]
pub struct Step {
    pub done: bool,
    /// The one that is being waited for.
    pub now: bool,
    pub title: String,
    pub text: String,
}

/// What Launch now shows.
#[derive(Clone, Debug)]
pub enum Launch {
    /// A button that makes the code.
    Ready,
    /// Shown once: the code for the client's own phone first (D23), then this computer in a new tab (N34).
    Shown { qr: String, href: String, until: String },
}

impl Launch {
    /// Done is then a post: closing the page ends the code on the screen.
    pub fn is_shown(&self) -> bool {
        matches!(self, Launch::Shown { .. })
    }
}

/// What Share link shows. The secret is shown once, right after it was made.
#[derive(Clone, Debug)]
pub enum Share {
    Ready,
    /// One exists and works; a new one ends it.
    Exists {
        until: String,
    },
    Shown {
        link: String,
        qr: String,
        until: String,
    },
}

/// What Send e-mail shows (N21-N23).
#[derive(Clone, Debug, Default)]
pub struct Letter {
    pub to: String,
    pub cc: String,
    pub subject: String,
    pub paragraphs: Vec<String>,
    /// The line with the link as the client reads it; dots before it is made.
    pub link: String,
    /// The same line in the adviser's copy, dots where the code is.
    pub dotted: String,
    pub closing: Vec<String>,
    /// Why it cannot be sent: no mailbox, or the firm has switched system e-mail off. "" when it can.
    pub why_not: String,
    /// "Sent today, 9:44 AM"; "" when it was not.
    pub sent: String,
}

#[derive(Debug, Template)]
#[template(path = "asset_sync.html", blocks = ["sheet"])]
pub struct AssetSync {
    pub shell: Shell,
    pub hh: HouseholdHead,
    /// Posts go to `{at}/launch`, `{at}/share`, `{at}/mail`, `{at}/revoke`; `GET {at}?person=…` changes the person.
    pub at: String,
    /// Where Done and the cross lead.
    pub close: String,
    /// Full name, first name, and the value of the form field.
    pub person: String,
    pub first: String,
    pub person_key: String,
    pub prospect: bool,
    /// Clients and prospects of the household.
    pub people: Vec<Pick>,
    /// What the link is about when it repairs: "Pinecrest Health Savings needs a new sign-in". "" for a first request.
    pub purpose: String,
    pub problems: Problems,
    pub launch: Launch,
    pub share: Share,
    pub letter: Letter,
    /// The link's state in a word; `None` when there is none.
    pub state: Option<Chip>,
    pub steps: Vec<Step>,
    pub revocable: bool,
    /// Another browser waits for a code that can be read out.
    pub waiting: bool,
    /// The code to read out, shown once; "" for none.
    pub code: String,
    /// Values that travel along with each post.
    pub hidden: Vec<(&'static str, String)>,
}
