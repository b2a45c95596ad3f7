//! Who may do what: one table of action × part × condition. The code reads it, `docs/permissions.md` and the page in the product are made
//! from it, and the walk over the routes expects it.

use crate::portal::Right;
use serde::{Deserialize, Serialize};

/// What somebody is in the firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the firm's settings and staff; also works as an adviser.
    Administrator,
    Adviser,
    /// Answers questions about the product; sees no client data.
    Support,
    /// A person of a household.
    Client,
}

impl Role {
    pub const ALL: [Role; 4] = [Role::Administrator, Role::Adviser, Role::Support, Role::Client];
    pub fn key(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Adviser => "adviser",
            Role::Support => "support",
            Role::Client => "client",
        }
    }
    pub fn from_key(key: &str) -> Option<Role> {
        Self::ALL.into_iter().find(|r| r.key() == key)
    }
    pub fn is_staff(self) -> bool {
        self != Role::Client
    }
}

/// What a member of staff is to one household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TeamRole {
    Lead,
    SubAdviser,
    Delegate,
}

impl TeamRole {
    pub fn key(self) -> &'static str {
        match self {
            TeamRole::Lead => "lead",
            TeamRole::SubAdviser => "sub_adviser",
            TeamRole::Delegate => "delegate",
        }
    }
    pub fn from_key(key: &str) -> Option<TeamRole> {
        [TeamRole::Lead, TeamRole::SubAdviser, TeamRole::Delegate].into_iter().find(|r| r.key() == key)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Look at a household's people, accounts and connections.
    ViewHousehold,
    /// Change a household, its members and its manual accounts.
    EditHousehold,
    /// Ask a client or prospect to connect accounts: make, send and revoke links.
    AskClient,
    Refresh,
    /// Report a connection's problem to Data Support.
    ReportProblem,
    /// Mute, disconnect or delete an account.
    EndAccount,
    /// Say who leads a household, who works on it, and who sees it.
    ManageTeam,
    SeeLooks,
    /// Let a person of support look at a household for a while.
    GrantSupport,
    AddHousehold,
    /// Firm settings, staff, provider keys, mail.
    ManageFirm,
    /// Correct names and aliases of the directory.
    EditDirectory,
    /// Data Support's own list: tickets without the people whom they are about.
    WorkTickets,
    ViewShared,
    PrintShared,
    ConnectAccounts,
    AddFacts,
    Suggest,
}

impl Action {
    pub const ALL: [Action; 18] = [
        Action::ViewHousehold,
        Action::EditHousehold,
        Action::AskClient,
        Action::Refresh,
        Action::ReportProblem,
        Action::EndAccount,
        Action::ManageTeam,
        Action::SeeLooks,
        Action::GrantSupport,
        Action::AddHousehold,
        Action::ManageFirm,
        Action::EditDirectory,
        Action::WorkTickets,
        Action::ViewShared,
        Action::PrintShared,
        Action::ConnectAccounts,
        Action::AddFacts,
        Action::Suggest,
    ];

    /// What a client does who uses this right.
    pub fn of(right: Right) -> Action {
        match right {
            Right::View(_) => Action::ViewShared,
            Right::Print(_) => Action::PrintShared,
            Right::Connect => Action::ConnectAccounts,
            Right::AddFacts => Action::AddFacts,
            Right::Suggest => Action::Suggest,
        }
    }
}

/// What somebody is when they ask: a column of the table. One person can be several: an administrator who leads is both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Lead,
    SubAdviser,
    Delegate,
    /// Any other adviser of the firm.
    Colleague,
    Administrator,
    Support,
    Client,
}

impl Part {
    pub const ALL: [Part; 7] =
        [Part::Lead, Part::SubAdviser, Part::Delegate, Part::Colleague, Part::Administrator, Part::Support, Part::Client];
    pub fn name(self) -> &'static str {
        match self {
            Part::Lead => "Lead",
            Part::SubAdviser => "Sub-adviser",
            Part::Delegate => "Delegate",
            Part::Colleague => "Other advisers",
            Part::Administrator => "Administrator",
            Part::Support => "Support",
            Part::Client => "Client",
        }
    }
    /// Who that is, as a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Part::Lead => "The adviser who answers for the household. Each household has one.",
            Part::SubAdviser => "An adviser who works on the household beside the lead, and may do nearly everything the lead may.",
            Part::Delegate => "Somebody who does the daily work on the household. They end nothing and do not choose the team.",
            Part::Colleague => "Every other adviser of the firm.",
            Part::Administrator => "Somebody who runs the firm’s settings and staff. An administrator who leads a household may do both.",
            Part::Support => "Somebody who answers questions about the product and sees no client data unless they are let in.",
            Part::Client => "A person of the household, in the client portal.",
        }
    }
    fn is(self, who: Standing) -> bool {
        let planner = matches!(who.role, Role::Administrator | Role::Adviser);
        match self {
            Part::Lead => planner && who.team == Some(TeamRole::Lead),
            Part::SubAdviser => planner && who.team == Some(TeamRole::SubAdviser),
            Part::Delegate => planner && who.team == Some(TeamRole::Delegate),
            Part::Colleague => planner,
            Part::Administrator => who.role == Role::Administrator,
            Part::Support => who.role == Role::Support,
            Part::Client => who.role == Role::Client,
        }
    }
}

/// On which condition: a cell of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    No,
    Yes,
    /// Unless the household is private.
    Open,
    /// While the firm's leave for this household lasts.
    Granted,
    /// With the portal right for it.
    Shared,
}

impl Cell {
    /// Those that need a word.
    pub const CONDITIONS: [Cell; 3] = [Cell::Open, Cell::Granted, Cell::Shared];
    pub fn words(self) -> &'static str {
        match self {
            Cell::No => "no",
            Cell::Yes => "yes",
            Cell::Open => "unless it is private",
            Cell::Granted => "while let in",
            Cell::Shared => "if shared with them",
        }
    }
    /// What the condition means, as a sentence; "" where the word says it.
    pub fn meaning(self) -> &'static str {
        match self {
            Cell::No | Cell::Yes => "",
            Cell::Open => "A private household is seen by its own team and by administrators, and by nobody else.",
            Cell::Granted => {
                "The lead or an administrator lets one person of support look at one household, for an hour at most and for a reason. \
                 It is shown on every page of that person’s, in the household, and in the client’s own list of who looked. It ends by \
                 itself, or at once by hand."
            }
            Cell::Shared => {
                "The adviser has given the client this right, and the firm’s own limit allows it. Whoever may print may also read."
            }
        }
    }
    fn holds(self, who: Standing) -> bool {
        match self {
            Cell::No => false,
            Cell::Yes => true,
            Cell::Open => !who.private,
            Cell::Granted => who.granted,
            Cell::Shared => who.shared,
        }
    }
}

/// A row: what is done, and each part's condition in the order of [`Part::ALL`].
#[derive(Debug, Clone, Copy)]
pub struct Line {
    pub action: Action,
    pub words: &'static str,
    pub cells: [Cell; 7],
}

const fn line(action: Action, words: &'static str, cells: [Cell; 7]) -> Line {
    Line { action, words, cells }
}

/// The table.
#[rustfmt::skip]
pub const TABLE: [Line; 18] = {
    use Cell::*;
    [
        line(Action::ViewHousehold, "Look at a household: its people, accounts and connections",
            [Yes, Yes, Yes, Open, Yes, Granted, No]),
        line(Action::EditHousehold, "Change a household, its people, and the accounts that are kept by hand",
            [Yes, Yes, Yes, No, No, No, No]),
        line(Action::AskClient, "Ask a client to connect accounts: make a link, send it, end it",
            [Yes, Yes, Yes, No, No, No, No]),
        line(Action::Refresh, "Ask for newer values of a connection",
            [Yes, Yes, Yes, No, No, No, No]),
        line(Action::ReportProblem, "Report a connection that does not work to Data Support",
            [Yes, Yes, Yes, No, No, No, No]),
        line(Action::EndAccount, "Mute, disconnect or delete an account",
            [Yes, Yes, No, No, No, No, No]),
        line(Action::ManageTeam, "Say who leads a household, who works on it, and who may see it",
            [Yes, Yes, No, No, No, No, No]),
        line(Action::SeeLooks, "Read who looked at a household, and when",
            [Yes, Yes, Yes, No, Yes, No, Yes]),
        line(Action::GrantSupport, "Let somebody of support look at one household, for an hour at most",
            [Yes, No, No, No, Yes, No, No]),
        line(Action::AddHousehold, "Add a household",
            [Yes, Yes, Yes, Yes, Yes, No, No]),
        line(Action::ManageFirm, "Change the firm’s settings, staff, mail and keys; hand households over when somebody leaves",
            [No, No, No, No, Yes, No, No]),
        line(Action::EditDirectory, "Correct the names of institutions, so that clients find them",
            [No, No, No, No, Yes, No, No]),
        line(Action::WorkTickets, "Read and answer tickets to Data Support; no client data stands in them",
            [No, No, No, No, Yes, Yes, No]),
        line(Action::ViewShared, "In the client portal: read a part of the household",
            [No, No, No, No, No, No, Shared]),
        line(Action::PrintShared, "In the client portal: print a part of the household, or download it",
            [No, No, No, No, No, No, Shared]),
        line(Action::ConnectAccounts, "In the client portal: connect accounts, refresh them, and mend what has stopped",
            [No, No, No, No, No, No, Shared]),
        line(Action::AddFacts, "In the client portal: enter accounts by hand or from a file",
            [No, No, No, No, No, No, Shared]),
        line(Action::Suggest, "In the client portal: suggest a change to the adviser",
            [No, No, No, No, No, No, Shared]),
    ]
};

/// Where somebody stands towards what they want to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub role: Role,
    /// Their part in the household in question, if any.
    pub team: Option<TeamRole>,
    /// The household is shown to its team alone.
    pub private: bool,
    /// The firm lets this person of support look at the household now.
    pub granted: bool,
    /// The client holds the portal right that the act needs.
    pub shared: bool,
}

impl Standing {
    pub fn staff(role: Role, team: Option<TeamRole>, private: bool) -> Standing {
        Standing { role, team, private, granted: false, shared: false }
    }
    pub fn client(shared: bool) -> Standing {
        Standing { role: Role::Client, team: None, private: false, granted: false, shared }
    }
}

/// Reads the table. A household that may not be viewed does not exist for the asker.
pub fn may(action: Action, who: Standing) -> bool {
    let Some(line) = TABLE.iter().find(|l| l.action == action) else { return false };
    Part::ALL.into_iter().zip(line.cells).any(|(part, cell)| part.is(who) && cell.holds(who))
}

/// The documentation page: `docs/permissions.md`.
pub fn page() -> String {
    let names: Vec<&str> = Part::ALL.into_iter().map(Part::name).collect();
    let mut text = format!(
        "# Who may do what\n\n<!-- Made from crates/model/src/permission.rs: change the table there. -->\n\nThe product reads this very table, \
         and shows it under *Settings, Who may do what*. What somebody may not see\nanswers as if it did not exist.\n\n| | {} |\n|---|{}\n",
        names.join(" | "),
        "---|".repeat(names.len())
    );
    for l in &TABLE {
        let cells: Vec<&str> = l.cells.into_iter().map(|c| if c == Cell::No { "" } else { c.words() }).collect();
        text += &format!("| {} | {} |\n", l.words, cells.join(" | "));
    }
    text += "\nAn empty field means never.\n\n## The conditions\n\n";
    for c in Cell::CONDITIONS {
        text += &format!("- *{}*: {}\n", c.words(), c.meaning());
    }
    text += "\n## Who is who\n\nOne person can be several of these.\n\n";
    for p in Part::ALL {
        text += &format!("- *{}*: {}\n", p.name(), p.meaning());
    }
    text
}

#[cfg(test)]
mod tests;
