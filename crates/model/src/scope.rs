//! Who acts, and for which firm. Built by the session extractor, the link session and the job runner; everything else receives it.

use crate::id::{FirmId, LinkId, MemberId, UserId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "by", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// Staff or client, signed in.
    User(UserId),
    /// A person of a household through the link that was made for them.
    Person { member: MemberId, link: LinkId },
    /// The product itself: schedule, hooks, jobs.
    System,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::User(u) => write!(f, "{u}"),
            Actor::Person { member, link } => write!(f, "{member}/{link}"),
            Actor::System => f.write_str("system"),
        }
    }
}

/// The firm in whose name something is done, and by whom. Rows of another firm do not exist for its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirmScope {
    firm: FirmId,
    actor: Actor,
}

impl FirmScope {
    pub fn new(firm: FirmId, actor: Actor) -> FirmScope {
        FirmScope { firm, actor }
    }
    pub fn firm(&self) -> FirmId {
        self.firm
    }
    pub fn actor(&self) -> Actor {
        self.actor
    }
}
