//! Who may do what: one table of action × standing, read by the code, the tests and the documentation page.

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
    /// Refresh a connection.
    Refresh,
    /// Mute, disconnect or delete an account.
    EndAccount,
    AddHousehold,
    /// Firm settings, staff, provider keys, mail.
    ManageFirm,
    /// Correct names and aliases of the directory.
    EditDirectory,
}

impl Action {
    pub const ALL: [Action; 8] = [
        Action::ViewHousehold,
        Action::EditHousehold,
        Action::AskClient,
        Action::Refresh,
        Action::EndAccount,
        Action::AddHousehold,
        Action::ManageFirm,
        Action::EditDirectory,
    ];
}

/// Where somebody stands towards what they want to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub role: Role,
    /// Their part in the household in question, if any.
    pub team: Option<TeamRole>,
    /// The household is shown to its team alone.
    pub private: bool,
}

/// The table. A household that may not be viewed does not exist for the asker.
pub fn may(action: Action, who: Standing) -> bool {
    let planner = matches!(who.role, Role::Administrator | Role::Adviser);
    match action {
        Action::ViewHousehold => planner && (who.team.is_some() || !who.private || who.role == Role::Administrator),
        Action::EditHousehold | Action::AskClient | Action::Refresh => planner && who.team.is_some(),
        Action::EndAccount => planner && matches!(who.team, Some(TeamRole::Lead | TeamRole::SubAdviser)),
        Action::AddHousehold => planner,
        Action::ManageFirm | Action::EditDirectory => who.role == Role::Administrator,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands(role: Role, team: Option<TeamRole>, private: bool) -> Standing {
        Standing { role, team, private }
    }

    // proves: N9
    #[test]
    fn each_actor_may_what_their_part_is_and_no_more() {
        use Action::*;
        let lead = stands(Role::Adviser, Some(TeamRole::Lead), true);
        let delegate = stands(Role::Adviser, Some(TeamRole::Delegate), true);
        let colleague = stands(Role::Adviser, None, false);
        let administrator = stands(Role::Administrator, None, true);
        for a in [ViewHousehold, EditHousehold, AskClient, Refresh, EndAccount, AddHousehold] {
            assert!(may(a, lead), "{a:?}");
        }
        assert!(may(AskClient, delegate) && may(Refresh, delegate) && !may(EndAccount, delegate));
        assert!(may(ViewHousehold, colleague) && !may(AskClient, colleague) && !may(EditHousehold, colleague));
        assert!(!may(ViewHousehold, stands(Role::Adviser, None, true)), "a private household is its team's alone");
        assert!(may(ViewHousehold, administrator) && may(ManageFirm, administrator) && !may(Refresh, administrator));
        assert!(!may(ManageFirm, lead) && !may(EditDirectory, lead));
        // Support and clients hold none of the staff's acts, whatever a team row may say.
        for role in [Role::Support, Role::Client] {
            for team in [None, Some(TeamRole::Lead)] {
                for a in Action::ALL {
                    assert!(!may(a, stands(role, team, false)), "{role:?} {a:?}");
                }
            }
        }
    }
}
