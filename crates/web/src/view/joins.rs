//! "Is this the same account?", closed or moved, the paths of one account, and linking one that is kept by hand: the firm's pages and the
//! client's show the same parts.

use super::household::{HouseholdHead, Tab};
use super::portal::{PortalAct, PortalHere, PortalShell};
use super::prelude::*;

/// One of two accounts.
#[derive(Clone, Debug, Default)]
pub struct Side {
    pub id: String,
    pub name: String,
    /// "Bluewater Credit Union ••0417, by Asset Sync".
    pub place: String,
    pub value: String,
    /// "as of 20 Nov".
    pub as_of: String,
    /// "Because: the same institution, the same last digits."
    pub because: String,
    pub href: String,
}

/// One question about a new account.
#[derive(Clone, Debug)]
pub struct Asked {
    pub side: Side,
    pub others: Vec<Side>,
    /// "" for those who may only read.
    pub action: String,
}

/// One account that vanished.
#[derive(Clone, Debug)]
pub struct Gone {
    pub side: Side,
    /// "since yesterday".
    pub since: String,
    pub successors: Vec<Side>,
    pub action: String,
}

/// What both pages are made of.
#[derive(Clone, Debug, Template)]
#[template(path = "same_list.html")]
pub struct SameList {
    pub csrf: String,
    pub asked: Vec<Asked>,
    pub gone: Vec<Gone>,
    pub problem: String,
}
impl askama::filters::HtmlSafe for SameList {}

#[derive(Debug, Template)]
#[template(path = "same.html")]
pub struct Same {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub list: SameList,
    pub stream: String,
}

#[derive(Template)]
#[template(path = "portal/same.html")]
pub struct PortalSame {
    pub shell: PortalShell,
    pub list: SameList,
    pub adviser: String,
}

/// What stands beside a total that may hold something twice.
#[derive(Clone, Debug, Template)]
#[template(
    source = r#"<div class="note st-warn">{{ icon::ALERT }}<p class="grow"><b class="strong">{{ title }}</b> {{ text }}</p><a class="btn s" href="{{ href }}">Answer</a></div>"#,
    ext = "html"
)]
pub struct SameNote {
    pub title: String,
    pub text: String,
    pub href: String,
}
impl askama::filters::HtmlSafe for SameNote {}

/// One way by which an account arrives.
#[derive(Clone, Debug)]
pub struct PathLine {
    pub place: String,
    /// "Ngozi’s sign-in, through plaid".
    pub about: String,
    pub since: String,
    pub because: String,
    pub chip: Chip,
    /// The hidden fields of *Use this one*.
    pub prefer: String,
    /// The hidden fields of *Take apart*: what and which.
    pub apart: Option<(&'static str, String)>,
}

#[derive(Debug, Template)]
#[template(path = "paths.html")]
pub struct Paths {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub at: String,
    pub name: String,
    pub lines: Vec<PathLine>,
    pub may: bool,
}

#[derive(Template)]
#[template(path = "portal/paths.html")]
pub struct PortalPaths {
    pub shell: PortalShell,
    pub name: String,
    pub back: String,
    pub lines: Vec<PathLine>,
    pub wrong: PortalAct,
}

/// Linking an account that is kept by hand.
#[derive(Debug, Template)]
#[template(path = "link_account.html")]
pub struct LinkAccount {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub at: String,
    pub name: String,
    pub value: String,
    pub targets: Vec<Side>,
    pub problem: String,
}
