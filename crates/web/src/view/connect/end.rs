//! What the client ends with: choosing accounts, the confirmation, leaving, and coming back.

use super::{Match, Place};
use crate::view::prelude::*;

/// An account that was found, to be added or left.
#[derive(Clone, Debug)]
pub struct Found {
    /// The field's value.
    pub key: String,
    pub name: String,
    pub mask: String,
    pub value: String,
    pub ticked: bool,
    /// Already in the household: stays, and is not asked about again.
    pub known: bool,
    pub owners: Vec<Pick>,
}

/// Whose the accounts are that were chosen on the provider's page. Posts `owner_KEY=VALUE`.
#[derive(Debug, Template)]
#[template(path = "connect/owners.html")]
pub struct Owners {
    pub shell: FlowShell,
    pub place: Place,
    pub title: String,
    pub problems: Problems,
    pub found: Vec<Found>,
    pub action: String,
}

/// Which accounts, and whose they are. Posts `add=KEY` for each ticked one and `owner_KEY=VALUE`.
#[derive(Debug, Template)]
#[template(path = "connect/choose.html")]
pub struct Choose {
    pub shell: FlowShell,
    pub place: Place,
    /// "Which accounts should Maya see?"
    pub title: String,
    pub problems: Problems,
    pub found: Vec<Found>,
    pub action: String,
    /// The number of the question.
    pub asked: i64,
}

#[derive(Clone, Debug)]
pub struct Added {
    pub name: String,
    pub mask: String,
    pub value: String,
    pub kind: Kind,
    pub icon: crate::icons::Icon,
}

/// The confirmation (N45), from which the client adds another account or exits (N46).
#[derive(Debug, Template)]
#[template(path = "connect/done.html")]
pub struct Done {
    pub shell: FlowShell,
    /// "Larchmont Workplace is connected".
    pub title: String,
    /// "2 accounts added to your household. They update every night."
    pub text: String,
    pub added: Vec<Added>,
    /// Large firms have several sign-in pages: other entries of this brand (N58); "" for none.
    pub portals: String,
    pub another: String,
    /// What to mend next, and its form, where the link is for everything that needs the person.
    pub next: Option<(String, String)>,
    /// Exit is a post: it ends the link (D2).
    pub exit: String,
}

/// After Exit.
#[derive(Debug, Template)]
#[template(path = "connect/thanks.html")]
pub struct Thanks {
    pub shell: FlowShell,
    /// "Your accounts stay connected. Maya has been told."
    pub text: String,
}

/// A connection that exists, for the returning client (N63).
#[derive(Clone, Debug)]
pub struct Earlier {
    pub place: Place,
    /// "Health savings ••7702", "Two 529 plans".
    pub about: String,
    pub chip: Chip,
    /// The step that failed, as a post; "" when there is nothing to mend.
    pub fix: String,
    /// "Fix", "Renew", "Find new accounts".
    pub fix_word: String,
    /// Looking for new accounts at the same institution, as a post; "" when that is not possible.
    pub find_new: String,
}

#[derive(Debug, Template)]
#[template(path = "connect/returning.html")]
pub struct Returning {
    pub shell: FlowShell,
    /// "Welcome back, Ngozi".
    pub title: String,
    pub text: String,
    pub earlier: Vec<Earlier>,
    pub another: String,
    pub exit: String,
}

/// A button of a page that tells what came between.
#[derive(Clone, Debug)]
pub enum Way {
    Page {
        word: String,
        href: String,
    },
    /// Opens the institution's own page in a new tab.
    Site {
        word: String,
        href: String,
    },
    Post {
        word: String,
        action: String,
    },
}

/// Anything that came between: none found, down, not supported, rejected, locked, an act at the institution, our fault. One page, one main
/// button, its words from the table of states.
#[derive(Debug, Template)]
#[template(path = "connect/trouble.html")]
pub struct Trouble {
    pub shell: FlowShell,
    pub tone: Tone,
    pub icon: crate::icons::Icon,
    pub title: String,
    pub text: String,
    /// Other entries of the same brand, to try instead.
    pub instead: Vec<Match>,
    /// "E-mail me when Meridian is back", ticked and posted with the first way; the mailbox with dots.
    pub tell: Option<(String, String)>,
    /// Posts the tick; "" when `tell` is not there.
    pub tell_action: String,
    pub first: Option<Way>,
    pub second: Option<Way>,
    /// "Reference 7KQ2": what support asks for. "" for none.
    pub reference: String,
}

/// The neutral page for expired, spent, revoked and unknown links (N28).
#[derive(Debug, Template)]
#[template(path = "connect/expired.html")]
pub struct Expired {
    pub shell: FlowShell,
    /// Asks the adviser for a new one; the same answer whatever the link was. "" where the firm is not known.
    pub ask: String,
    pub hidden: Vec<(&'static str, String)>,
    /// Typing the code.
    pub code: String,
    /// It has been asked for.
    pub asked: bool,
}

/// A second browser: a code from the client's mailbox.
#[derive(Debug, Template)]
#[template(path = "connect/mailbox_code.html")]
pub struct MailboxCode {
    pub shell: FlowShell,
    pub problems: Problems,
    pub code: Field,
    pub action: String,
    /// Sends a new one; "" when that must wait.
    pub again: String,
    /// There is no mailbox: the adviser reads the code out.
    pub by_voice: bool,
    /// This browser is in, and would show what was connected earlier.
    pub earlier: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    // proves: N45 N46
    #[test]
    fn the_confirmation_leads_on_or_out() {
        let (title, text) = ("Larchmont is connected".into(), "1 account added".into());
        let (another, exit) = ("/find".into(), "/exit".into());
        let page = Done { shell: FlowShell::default(), title, text, added: Vec::new(), portals: String::new(), another, next: None, exit }
            .to_string();
        assert!(page.contains("Larchmont is connected") && page.contains("href=\"/find\"") && page.contains("Add another account"));
        assert!(page.contains("action=\"/exit\" method=\"post\"") && page.contains(">Exit<"));
    }

    // proves: N28
    #[test]
    fn a_link_that_ended_says_so_and_offers_a_new_one() {
        let page =
            Expired { shell: FlowShell::default(), ask: "/ask".into(), hidden: Vec::new(), code: "/code".into(), asked: false }.to_string();
        assert!(page.contains("This link no longer works") && page.contains("action=\"/ask\"") && page.contains("href=\"/code\""));
    }
}
