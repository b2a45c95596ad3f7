//! The adviser's first page: which households need something, whose move it is, and which links are out.

use super::household::{Kpi, Seg};
use super::prelude::*;

/// One thing that has stopped or will.
#[derive(Clone, Debug)]
pub struct Stale {
    pub tone: Tone,
    /// "Pinecrest Health Savings" and "sign-in rejected 9 Nov".
    pub name: String,
    pub text: String,
    /// The case, where there is one.
    pub href: String,
}

/// A household that needs something.
#[derive(Clone, Debug)]
pub struct Needs {
    pub name: String,
    pub href: String,
    /// "Ngozi and Erik", "Amélie, prospect".
    pub people: String,
    /// "Mon 23 Nov" and "in 3 days"; "" when none is planned.
    pub review: String,
    pub until: String,
    pub stale: Vec<Stale>,
    /// "Ngozi", "You", "Meridian", "Nobody".
    pub mover: String,
    /// "all 3, with one link".
    pub why: String,
    /// The Asset Sync dialog for the one who can mend it; "" when there is nothing to do.
    pub link: String,
    /// Sends that link by e-mail at once: where to, and the hidden fields; none where the dialog is needed.
    pub send: Option<(String, Vec<(&'static str, String)>)>,
}

/// A link that is out, or just ended.
#[derive(Clone, Debug)]
pub struct LinkOut {
    pub chip: Chip,
    /// "Kenji Tanaka", "Pat Halloran, prospect".
    pub person: String,
    pub href: String,
    pub text: String,
    /// "Until Tue 24 Nov".
    pub until: String,
}

/// News: values that came, accounts that were connected.
#[derive(Clone, Debug)]
pub struct News {
    pub thumb: Thumb,
    pub household: String,
    pub href: String,
    pub text: String,
    pub when: String,
}

#[derive(Debug, Template)]
#[template(path = "home.html")]
pub struct Home {
    pub shell: Shell,
    /// "Good morning, Maya".
    pub greeting: String,
    /// "Friday 20 November. What has stopped, and whose move it is."
    pub line: String,
    pub whose: Vec<Seg>,
    pub kpis: Vec<Kpi>,
    pub needs: Vec<Needs>,
    pub links: Vec<LinkOut>,
    pub news: Vec<News>,
    /// All households that need somebody, where the page has not all of them; "" where it has.
    pub rest: String,
    /// No household exists yet.
    pub fresh: bool,
}
