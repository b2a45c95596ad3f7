//! What a client tells the adviser: the form, the client's list with the answers, and the adviser's list.

use super::*;
use crate::view::household::{HouseholdHead, Tab};
use crate::view::shell::Shell;

#[derive(Template)]
#[template(path = "portal/wrong.html")]
pub struct PortalWrong {
    pub shell: PortalShell,
    pub problems: Problems,
    pub action: String,
    pub id: String,
    pub about: String,
    /// What it is about, as the page called it.
    pub subject: String,
    pub adviser: String,
    pub words: Field,
    /// A change may be suggested.
    pub suggests: bool,
    pub change: bool,
    /// A new value may go with it.
    pub draft: Option<(Field, Field)>,
    pub back: String,
}

#[derive(Clone, Debug)]
pub struct Said {
    pub id: String,
    pub when: String,
    /// "Something looks wrong", "Suggested change".
    pub kind: &'static str,
    pub about: String,
    pub words: String,
    /// "$88,000 as of 30 Sep 2026"; "" for none.
    pub draft: String,
    pub chip: Chip,
    pub answer: String,
    /// "Maya Castellanos", or who said it, for the adviser.
    pub who: String,
    pub by: String,
    pub open: bool,
    /// Where the adviser looks at the item; "" for none.
    pub href: String,
}

#[derive(Template)]
#[template(path = "portal/told.html")]
pub struct PortalTold {
    pub shell: PortalShell,
    pub rows: Vec<Said>,
    pub adviser: String,
    pub wrong: PortalAct,
}

#[derive(Template)]
#[template(path = "suggestions.html")]
pub struct Suggestions {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub rows: Vec<Said>,
    /// Posts an answer to `{at}/{id}`; "" for readers who may not answer.
    pub action: String,
    pub problems: Problems,
    pub stream: String,
}
