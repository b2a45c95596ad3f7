//! The portal's first page.

use super::*;

/// How the client reaches who advises them (P22).
#[derive(Clone, Debug, Default)]
pub struct AdviserCard {
    pub name: String,
    pub title: String,
    pub initials: String,
    /// The photograph's address; "" shows the initials.
    pub picture: String,
    pub email: String,
    pub phone: String,
    pub dial: String,
}

#[derive(Clone, Debug)]
pub struct PortalWorth {
    /// "$2,252,040"; several currencies beside each other.
    pub net: String,
    /// What is missing from it; "" when nothing is.
    pub unknown: String,
    pub freshness: String,
    pub rows: Vec<PortalKind>,
    pub map: Option<String>,
}

#[derive(Clone, Debug)]
pub struct PortalKind {
    pub name: &'static str,
    pub kind: Kind,
    pub icon: crate::icons::Icon,
    /// "5 items".
    pub items: String,
    pub value: String,
}

/// A report that is shared.
#[derive(Clone, Debug)]
pub struct PortalReport {
    pub name: &'static str,
    pub about: &'static str,
    pub icon: crate::icons::Icon,
    pub href: String,
    /// Opens it with the print window; `None` where printing is not shared.
    pub print: Option<String>,
}

#[derive(Clone, Debug)]
pub struct PortalAnswer {
    pub tone: Tone,
    pub title: String,
    pub text: String,
}

#[derive(Template)]
#[template(path = "portal/home.html")]
pub struct PortalHome {
    pub shell: PortalShell,
    pub greeting: String,
    pub add: Option<PortalAct>,
    pub bar: Option<PortalBar>,
    pub answers: Vec<PortalAnswer>,
    pub worth: Option<PortalWorth>,
    pub adviser: AdviserCard,
    pub reports: Vec<PortalReport>,
    pub wrong: PortalAct,
}
