//! Between choosing an institution and its accounts: the notice, the way out to its sign-in, and waiting.

use super::Place;
use crate::view::prelude::*;

/// What will be read, what the institution says about itself, and the client's permission (E20-E22). Continue posts to `action`.
#[derive(Debug, Template)]
#[template(path = "connect/notice.html")]
pub struct Notice {
    pub shell: FlowShell,
    pub place: Place,
    /// "A note from Larchmont Workplace", or "Connect Larchmont Workplace" when there is none.
    pub title: String,
    /// The institution's own facts; empty when there is no notice.
    pub facts: Vec<String>,
    /// "Account names and last four digits", "Balances and holdings".
    pub reads: Vec<String>,
    /// The permission's text, exactly as it is kept with the consent.
    pub consent: String,
    /// Slow today: said before going on; "" when it is not.
    pub trouble: String,
    /// What the firm's own tries there say, or that they are too few.
    pub record: String,
    pub action: String,
    pub hidden: Vec<(&'static str, String)>,
    pub other: String,
}

/// Going to the institution's sign-in on the provider's page (N39). A link, so that the content policy need not be widened.
#[derive(Debug, Template)]
#[template(path = "connect/leaving.html")]
pub struct Leaving {
    pub shell: FlowShell,
    pub place: Place,
    /// The provider's page with this institution chosen.
    pub href: String,
    /// "Plaid", or "Sandbox": who runs the page.
    pub provider: String,
    /// Repairing: what stopped. "" for a first connection.
    pub repair: String,
    /// Looking for more accounts: what comes next. "" otherwise.
    pub more: String,
    pub other: String,
}

/// One named step of the wait.
#[derive(Clone, Debug)]
pub struct Stage {
    pub title: String,
    /// "14 of 22 funds"; "" for none.
    pub text: String,
    pub done: bool,
    pub now: bool,
}

/// The wait: named steps with counts, leave whenever you like (N43, N44).
#[derive(Debug, Template)]
#[template(path = "connect/progress.html", blocks = ["wait"])]
pub struct Progress {
    pub shell: FlowShell,
    pub place: Place,
    /// "Getting your accounts".
    pub title: String,
    /// "Usually about a minute, sometimes a few. You can leave this page; we’ll e-mail you when it’s done."
    pub text: String,
    pub stages: Vec<Stage>,
    /// "Waiting for Larchmont".
    pub waiting: String,
    /// 0 to 100; `None` hides the bar.
    pub percent: Option<u8>,
    /// The mailbox that a word can be sent to, with dots, and whether it was asked for; `None` where there is none.
    pub tell: Option<(String, bool)>,
    pub tell_action: String,
    /// Where the page goes by itself once there is something to show; "" while it waits.
    pub next: String,
    /// "Carry on in the background".
    pub background: String,
    pub background_word: &'static str,
}
