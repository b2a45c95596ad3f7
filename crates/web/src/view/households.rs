//! The list of households, adding one, and the people of one.

use super::household::{HouseholdHead, Seg, Tab};
use super::prelude::*;

#[derive(Clone, Debug)]
pub struct HouseholdRow {
    pub href: String,
    pub name: String,
    pub initials: String,
    /// "Ngozi, Erik and 2 children".
    pub people: String,
    pub prospect: bool,
    pub lead: String,
    pub state: Chip,
    /// "Newest today · oldest 14 Aug".
    pub freshness: String,
    /// "Mon 23 Nov"; "" when none is planned.
    pub review: String,
    /// Its team and administrators alone see it.
    pub private: bool,
    /// Somebody sees it in the client portal.
    pub shared: bool,
    /// "26%".
    pub held_away: String,
    pub value: String,
}

#[derive(Debug, Template)]
#[template(path = "households.html", blocks = ["found"])]
pub struct Households {
    pub shell: Shell,
    /// "The 9 you lead or help with, of 48 in the firm."
    pub line: String,
    /// Mine, the firm's, clients, prospects, private, in the portal, in need of attention: with their counts.
    pub shows: Vec<Seg>,
    pub show_key: String,
    /// Sorting: values for `sort`.
    pub sorts: Vec<Pick>,
    pub rows: Vec<HouseholdRow>,
    /// Earlier and later pages.
    pub earlier: Option<String>,
    pub later: Option<String>,
    /// "1 to 50 of 230"; "" when all are shown.
    pub range: String,
    pub may_add: bool,
    /// The firm has none at all.
    pub fresh: bool,
}

#[derive(Debug, Template)]
#[template(path = "household_new.html")]
pub struct HouseholdNew {
    pub shell: Shell,
    pub problems: Problems,
    /// The new household's id: a second click finds it there already.
    pub id: String,
    pub name: Field,
    pub first: Field,
    pub last: Field,
    pub email: Field,
    pub status: Select,
    pub lead: Select,
}

#[derive(Clone, Debug)]
pub struct MemberRow {
    pub name: String,
    pub initials: String,
    /// "Adult", "Child, born 2014".
    pub about: String,
    pub email: String,
    /// "Client", "Prospect"; `None` for a child.
    pub status: Option<Chip>,
    /// "3 connections, 1 needs attention".
    pub connections: String,
    /// The Asset Sync dialog; "" for a child or where it is not in the plan.
    pub link: String,
    pub edit: String,
}

#[derive(Debug, Template)]
#[template(path = "members.html")]
pub struct Members {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub rows: Vec<MemberRow>,
    pub may_add: bool,
    /// A prospect household becomes a client one: the form's address; "" otherwise (D15).
    pub becomes_client: String,
    /// The page that changes the household itself; "" for readers.
    pub change: String,
    pub income: super::income::IncomeTable,
    pub documents: super::income::DocumentTable,
}

/// Adding a member, or changing one.
#[derive(Debug, Template)]
#[template(path = "member.html")]
pub struct Member {
    pub shell: Shell,
    pub hh: HouseholdHead,
    /// "Add a member", "Ngozi Okafor".
    pub title: String,
    pub action: String,
    /// Takes the person off the household; "" for a new one.
    pub leave: String,
    pub problems: Problems,
    pub first: Field,
    pub last: Field,
    pub role: Select,
    pub born: Field,
    pub born_year: Field,
    pub email: Field,
    pub phone: Field,
}
