//! The client's way from *Get started* to *Done*: one attempt at one institution, step by step, on any node. Everything hangs on the link:
//! whoever holds a browser that it let in acts for its person in its household, and for nobody else (N20).

mod after;
mod answer;
mod arrival;
mod choose;
mod codes;
mod door;
mod earlier;
mod found;
mod hasten;
mod portal;
mod question;
mod run;
mod stage;
mod typed;
mod watch;

pub use after::{exit, set_owners, tell_when_back};
pub use answer::{CHECKED, FIELDS, Taken, answer};
pub use arrival::{arrived, leave, mailbox_of, tell_when_arrived};
pub use choose::{Chosen, begin, look, mend, popular, search, token_entry};
pub(crate) use codes::{give_code, waits_for_code};
pub use codes::{needs_proof, send_code, try_code};
pub use door::{Entry, Peek, Visitor, again, ask, peek, redeem, visitor};
pub use earlier::{Earlier, Where, earlier, next_to_mend, place};
pub use found::{Found, Said, keep_accounts};
pub(crate) use hasten::hasten_open;
pub use hasten::returned;
pub use portal::{may_add_facts, open};
pub use question::{MOST_WRONG, STOPPED};
pub use run::poll;
pub use stage::{Owned, Question, Stage, stage};
pub use typed::{any_typed_here, typed_here, typed_setting};
pub use watch::watch;

/// What the institution asks, as the pages draw it; they know no provider.
pub use connect::{Challenge, ChallengeField, ChallengeKind, FieldRole, Picture};

/// Rows that the pages of the flow read; they know no SQL.
pub use store::{accounts::Account, attempts::Attempt, connections::Connection, members::Member};
