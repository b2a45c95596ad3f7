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
