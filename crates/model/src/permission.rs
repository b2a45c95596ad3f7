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
    pub fn words(self) -> &'static str {
        match self {
            Cell::No => "no",
            Cell::Yes => "yes",
            Cell::Open => "unless private",
            Cell::Granted => "while granted",
            Cell::Shared => "where shared",
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
        //                                                                                     lead  sub   del   others admin support  client
        line(Action::ViewHousehold, "Look at a household: people, accounts, connections",     [Yes, Yes, Yes, Open, Yes, Granted, No]),
        line(Action::EditHousehold, "Change a household, its people and accounts kept by hand", [Yes, Yes, Yes, No, No, No, No]),
        line(Action::AskClient, "Ask a client to connect accounts; make, send and end links", [Yes, Yes, Yes, No, No, No, No]),
        line(Action::Refresh, "Refresh a connection",                                         [Yes, Yes, Yes, No, No, No, No]),
        line(Action::ReportProblem, "Report a connection’s problem to Data Support",          [Yes, Yes, Yes, No, No, No, No]),
        line(Action::EndAccount, "Mute, disconnect or delete an account",                     [Yes, Yes, No, No, No, No, No]),
        line(Action::ManageTeam, "Say who leads, who works on it and who sees it",            [Yes, Yes, No, No, No, No, No]),
        line(Action::SeeLooks, "Read who looked at a household",                              [Yes, Yes, Yes, No, Yes, No, Yes]),
        line(Action::GrantSupport, "Let support look at one household for at most an hour",   [Yes, No, No, No, Yes, No, No]),
        line(Action::AddHousehold, "Add a household",                                         [Yes, Yes, Yes, Yes, Yes, No, No]),
        line(Action::ManageFirm, "Firm settings, staff, handing over, provider keys, mail",   [No, No, No, No, Yes, No, No]),
        line(Action::EditDirectory, "Correct names in the directory of institutions",         [No, No, No, No, Yes, No, No]),
        line(Action::WorkTickets, "Data Support: read and answer tickets, without client data", [No, No, No, No, Yes, Yes, No]),
        line(Action::ViewShared, "Portal: look at an area",                                   [No, No, No, No, No, No, Shared]),
        line(Action::PrintShared, "Portal: print or download an area",                        [No, No, No, No, No, No, Shared]),
        line(Action::ConnectAccounts, "Portal: connect accounts, refresh and mend one’s own", [No, No, No, No, No, No, Shared]),
        line(Action::AddFacts, "Portal: add facts of one’s own",                              [No, No, No, No, No, No, Shared]),
        line(Action::Suggest, "Portal: suggest a change",                                     [No, No, No, No, No, No, Shared]),
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
        "# Who may do what\n\nMade from `model::permission::TABLE`, which the product reads; the same table is shown at *Settings, Who may do \
         what*.\nWhat a person may not see answers as if it did not exist.\n\n| action | {} |\n|---|{}\n",
        names.join(" | "),
        "---|".repeat(names.len())
    );
    for l in &TABLE {
        let cells: Vec<&str> = l.cells.into_iter().map(Cell::words).collect();
        text += &format!("| {} | {} |\n", l.words, cells.join(" | "));
    }
    text + CONDITIONS
}

const CONDITIONS: &str = "
- *unless private*: a private household is seen by its team and by administrators alone.
- *while granted*: an administrator or the lead lets one person of support look at one household for at most 60 minutes, with a reason.
  It is shown on every page of theirs, in the household and in the client’s own list of who looked. It ends by itself, or at once by hand.
- *where shared*: the adviser gave the client this right, and the firm’s ceiling allows it. Printing needs looking.
";

#[cfg(test)]
mod tests {
    use super::*;

    fn stands(role: Role, team: Option<TeamRole>, private: bool) -> Standing {
        Standing::staff(role, team, private)
    }

    // proves: N9 D7
    #[test]
    fn each_actor_may_what_their_part_is_and_no_more() {
        use Action::*;
        let lead = stands(Role::Adviser, Some(TeamRole::Lead), true);
        let delegate = stands(Role::Adviser, Some(TeamRole::Delegate), true);
        let colleague = stands(Role::Adviser, None, false);
        let administrator = stands(Role::Administrator, None, true);
        for a in [ViewHousehold, EditHousehold, AskClient, Refresh, EndAccount, ManageTeam, GrantSupport, AddHousehold] {
            assert!(may(a, lead), "{a:?}");
        }
        assert!(may(AskClient, delegate) && may(Refresh, delegate) && !may(EndAccount, delegate) && !may(ManageTeam, delegate));
        assert!(may(ViewHousehold, colleague) && !may(AskClient, colleague) && !may(EditHousehold, colleague));
        assert!(!may(ViewHousehold, stands(Role::Adviser, None, true)), "a private household is its team's alone");
        assert!(may(ViewHousehold, administrator) && may(ManageFirm, administrator) && !may(Refresh, administrator));
        assert!(!may(ManageFirm, lead) && !may(EditDirectory, lead) && !may(GrantSupport, delegate));
        // Support and clients hold none of the staff's acts, whatever a team row may say.
        for role in [Role::Support, Role::Client] {
            for team in [None, Some(TeamRole::Lead)] {
                let own = [(Role::Client, SeeLooks), (Role::Support, WorkTickets)];
                for a in Action::ALL.into_iter().filter(|a| !own.contains(&(role, *a))) {
                    assert!(!may(a, stands(role, team, false)), "{role:?} {a:?}");
                }
            }
        }
    }

    #[test]
    fn support_looks_while_it_is_granted_and_does_nothing() {
        let granted = Standing { granted: true, ..stands(Role::Support, None, true) };
        let all: Vec<Action> = Action::ALL.into_iter().filter(|a| may(*a, granted)).collect();
        assert_eq!(all, [Action::ViewHousehold, Action::WorkTickets]);
        assert!(!may(Action::ViewHousehold, Standing { granted: true, ..stands(Role::Adviser, None, true) }), "a grant is support's");
    }

    // proves: P25 P28
    #[test]
    fn clients_act_where_it_is_shared() {
        for right in Right::ALL {
            assert!(may(Action::of(right), Standing::client(true)) && !may(Action::of(right), Standing::client(false)));
        }
    }

    #[test]
    fn every_action_has_one_line() {
        assert_eq!(TABLE.map(|l| l.action), Action::ALL);
    }

    /// `HELDAWAY_UPDATE=1 cargo test -p model` writes the page anew.
    #[test]
    #[allow(clippy::disallowed_methods, reason = "whoever changes the table says by the environment that the page follows")]
    fn the_documentation_is_this_table() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/permissions.md");
        if std::env::var_os("HELDAWAY_UPDATE").is_some() {
            std::fs::write(file, page()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(file).unwrap_or_default(), page(), "say HELDAWAY_UPDATE=1 to write it anew");
    }
}
