//! One account: what it holds, what it is worth, as of when, where that comes from, and ending it.

use super::household::{HouseholdHead, Seg};
use super::prelude::*;

#[derive(Clone, Debug, Default)]
pub struct Position {
    pub name: String,
    /// "LTFX · Fund", "no ticker · Employer stock".
    pub about: String,
    /// "" for cash.
    pub quantity: String,
    pub price: String,
    /// "19 Nov".
    pub price_day: String,
    /// Older than the others: shown in the colour of a warning.
    pub price_old: bool,
    pub value: String,
    /// "" is shown as "not provided", "n/a" for cash.
    pub cost: String,
}

/// What the positions leave unexplained of the total that the institution reports.
#[derive(Clone, Debug)]
pub struct Gap {
    pub amount: String,
    pub percent: String,
}

/// A line of "Where it comes from".
#[derive(Clone, Debug, Default)]
pub struct Fact {
    pub name: &'static str,
    pub value: String,
    pub more: String,
    /// Opened in a new tab; "" for none.
    pub href: String,
}
impl Fact {
    pub fn new(name: &'static str, value: impl Into<String>) -> Fact {
        Fact { name, value: value.into(), ..Fact::default() }
    }
    pub fn more(self, more: impl Into<String>) -> Fact {
        Fact { more: more.into(), ..self }
    }
    pub fn link(self, href: impl Into<String>) -> Fact {
        Fact { href: href.into(), ..self }
    }
}

/// What happened to the account: values that changed, links, repairs, mutes.
#[derive(Clone, Debug)]
pub struct Happened {
    pub when: String,
    pub what: String,
    /// "by Ngozi", "+$9,940".
    pub more: String,
}

/// The date control.
#[derive(Clone, Debug, Default)]
pub struct AsOf {
    /// "2026-11-20".
    pub day: String,
    /// The last day that can be asked for.
    pub most: String,
    pub earlier: String,
    /// `None` when it is today.
    pub later: Option<String>,
    pub jumps: Vec<Seg>,
    /// Another day than today is shown: "As it was on 30 Sep 2026". "" today.
    pub past: String,
}

/// What Refresh is just now.
#[derive(Clone, Debug)]
pub enum Refresh {
    /// Nothing to refresh: by hand, or ended.
    None,
    Ready {
        action: String,
    },
    /// Disabled, with the reason beside it (ruling 7).
    Waits {
        why: String,
    },
    Running,
}

#[derive(Debug, Template)]
#[template(path = "account.html")]
pub struct Account {
    pub shell: Shell,
    pub hh: HouseholdHead,
    /// `/accounts/acct_…`.
    pub at: String,
    pub name: String,
    /// "••4821".
    pub mask: String,
    pub state: Chip,
    pub held_away: bool,
    /// "Current portfolio" and where it is.
    pub portfolio: String,
    pub portfolio_href: String,
    pub owner: String,
    pub as_of: AsOf,
    pub refresh: Refresh,
    /// A bar when something needs doing, with one button that leads to a page.
    pub trouble: Option<Note>,
    pub fix: Option<(String, String)>,
    /// "Values at the close of 19 Nov, unless a date says otherwise".
    pub positions_note: String,
    pub positions: Vec<Position>,
    pub positions_total: String,
    /// "Total that Larchmont reports".
    pub reported_name: String,
    pub reported: String,
    pub gap: Option<Gap>,
    /// "$412,380" and "+$9,940 since 30 September".
    pub total: String,
    pub change: String,
    pub facts: Vec<Fact>,
    pub history: Vec<Happened>,
    /// Which of the three endings are offered.
    pub can_mute: bool,
    pub can_disconnect: bool,
    pub can_delete: bool,
    /// Unmuting and connecting again need a fresh link: its page. "" when neither applies.
    pub send_link: String,
    /// Posts that a muted account by hand counts again; "" otherwise.
    pub unmute: String,
    /// What else leads on from it: address, title, what it is about.
    pub more: Vec<(String, &'static str, &'static str)>,
    /// The form that changes an account entered by hand; "" otherwise.
    pub edit: String,
    /// None where there is none to be told.
    pub risk: Option<super::risk::RiskCard>,
    pub stream: String,
}

/// A question before something ends: what stops, what stays, what ends at the provider. A dialog, or a page of its own.
#[derive(Debug, Template)]
#[template(path = "ask.html", blocks = ["sheet"])]
pub struct Ask {
    pub shell: Shell,
    pub problems: Problems,
    /// "Mute Workplace 401(k)?"
    pub title: String,
    pub paragraphs: Vec<String>,
    pub action: String,
    /// "Mute account", "Keep it as it is".
    pub yes: String,
    pub no: String,
    pub back: String,
    /// What has to be typed first; `None` when a click is enough.
    pub typed: Option<Field>,
    pub danger: bool,
}
