//! Repair cases as a list and one by one; a ticket before it is sent, and as it is kept.

use super::household::Seg;
use super::prelude::*;

/// One case in the list.
#[derive(Clone, Debug)]
pub struct CaseRow {
    pub href: String,
    pub thumb: Thumb,
    /// The institution, or what else has stopped.
    pub place: String,
    pub chip: Chip,
    pub household: String,
    pub household_href: String,
    pub person: String,
    /// "Ngozi", "You", "Larchmont".
    pub mover: String,
    pub step: String,
    /// "Tue 24 Nov"; late ones say so.
    pub due: String,
    pub late: bool,
    /// "Opened today, 9:30 AM", or how and when it was closed.
    pub when: String,
}

#[derive(Debug, Template)]
#[template(path = "cases.html")]
pub struct Cases {
    pub shell: Shell,
    /// Mine, Whole firm.
    pub whose: Vec<Seg>,
    /// All, then by whose move it is.
    pub owners: Vec<Seg>,
    /// Kept beside cause and age when they are chosen.
    pub hidden: Vec<(&'static str, String)>,
    pub cause: Select,
    pub age: Select,
    pub state: Select,
    pub rows: Vec<CaseRow>,
    pub closed: bool,
    /// The reader works on tickets too.
    pub tickets: bool,
    pub earlier: Option<String>,
    pub later: Option<String>,
    pub stream: String,
}

/// One line of what has happened.
#[derive(Clone, Debug)]
pub struct CaseLine {
    pub title: String,
    /// Who and when; more where there is more to say.
    pub text: String,
    pub done: bool,
    pub href: String,
}

/// Something to do about it.
#[derive(Clone, Debug)]
pub struct CaseAct {
    pub word: String,
    pub href: String,
    /// A form's post instead of a page.
    pub post: bool,
    pub primary: bool,
    /// Opens as a sheet.
    pub sheet: bool,
    pub icon: crate::icons::Icon,
}

#[derive(Debug, Template)]
#[template(path = "case.html")]
pub struct CasePage {
    pub shell: Shell,
    pub title: String,
    pub place: super::connect::Place,
    pub chip: Chip,
    pub household: String,
    pub household_href: String,
    pub person: String,
    pub mover: String,
    pub step: String,
    pub due: String,
    pub late: bool,
    pub closed: String,
    pub acts: Vec<CaseAct>,
    /// Why it cannot be reported yet; "" otherwise.
    pub too_early: String,
    pub lines: Vec<CaseLine>,
    /// Name and value, for support.
    pub facts: Vec<(&'static str, String)>,
    pub tickets: Vec<TicketRow>,
    pub stream: String,
}

/// One ticket in a list.
#[derive(Clone, Debug)]
pub struct TicketRow {
    pub href: String,
    pub title: String,
    pub text: String,
    pub chip: Chip,
}

#[derive(Debug, Template)]
#[template(path = "ticket_new.html")]
pub struct TicketNew {
    pub shell: Shell,
    pub problems: Problems,
    pub title: String,
    pub action: String,
    pub back: String,
    pub id: String,
    pub given: String,
    pub institution: String,
    /// The institution's own page; "" where it is not known.
    pub site: String,
    pub words: Field,
    /// As it will be sent; none before it was looked at.
    pub preview: Option<Preview>,
}

/// The message as Data Support reads it.
#[derive(Clone, Debug)]
pub struct Preview {
    /// "" when no message can leave: then it is kept here.
    pub to: String,
    pub subject: String,
    pub words: String,
    pub context: Vec<String>,
}

#[derive(Debug, Template)]
#[template(path = "ticket.html")]
pub struct TicketPage {
    pub shell: Shell,
    pub problems: Problems,
    pub title: String,
    pub chip: Chip,
    /// "Reported by Maya Castellanos, today, 9:30 AM, to help@…".
    pub line: String,
    /// The household's name, its case; "" for support.
    pub household: String,
    pub case: String,
    pub words: String,
    pub context: Vec<String>,
    /// Who and when, the words, and the state that it left.
    pub notes: Vec<(String, String, Chip)>,
    /// Posts a note; "" for whoever only reads.
    pub action: String,
    pub id: String,
    pub state: Select,
    pub note: Field,
    /// Support has its own list to go back to.
    pub console: bool,
}

#[derive(Debug, Template)]
#[template(path = "tickets.html")]
pub struct Tickets {
    pub shell: Shell,
    /// Whom tickets are written to; "" for nobody.
    pub mailbox: String,
    pub shows: Vec<Seg>,
    pub rows: Vec<TicketLine>,
}

/// One ticket in Data Support's list: no household, no person.
#[derive(Clone, Debug)]
pub struct TicketLine {
    pub href: String,
    pub thumb: Thumb,
    pub institution: String,
    pub provider: String,
    pub cause: String,
    pub chip: Chip,
    pub since: String,
    pub changed: String,
}
