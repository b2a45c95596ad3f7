//! What a member's `connection_status` means: each word has one row, and the tests go through all of them. Institution trouble never asks
//! anybody for a password; a word that nobody has heard of breaks nothing.

use model::FaultKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The figures can be read.
    Well,
    /// The provider is at it.
    Working,
    /// The institution has a question.
    Challenged,
    Broken(FaultKind),
    /// A word that is not in the table, or none.
    Unheard,
}

use FaultKind::{ActionAtInstitution, InstitutionDown, Locked, NeedsCredentials, NotSupported};
use Standing::{Broken, Challenged, Well, Working};

/// In the provider's own order.
pub const TABLE: &[(&str, Standing)] = &[
    ("CREATED", Working),
    ("PREVENTED", Broken(NeedsCredentials)),
    ("DENIED", Broken(NeedsCredentials)),
    ("CHALLENGED", Challenged),
    ("REJECTED", Broken(NeedsCredentials)),
    ("LOCKED", Broken(Locked)),
    ("CONNECTED", Well),
    ("IMPEDED", Broken(ActionAtInstitution)),
    ("RECONNECTED", Well),
    ("DEGRADED", Broken(InstitutionDown)),
    ("DISCONNECTED", Broken(InstitutionDown)),
    ("DISCONTINUED", Broken(NotSupported)),
    ("CLOSED", Broken(NotSupported)),
    ("DELAYED", Broken(InstitutionDown)),
    ("FAILED", Broken(InstitutionDown)),
    ("UPDATED", Working),
    ("DISABLED", Broken(NotSupported)),
    ("IMPORTED", Well),
    ("RESUMED", Working),
    ("EXPIRED", Broken(NeedsCredentials)),
    ("IMPAIRED", Broken(NeedsCredentials)),
    ("PENDING", Working),
];

pub fn of(word: Option<&str>) -> Standing {
    let known = word.and_then(|w| TABLE.iter().find(|(name, _)| *name == w));
    known.map_or(Standing::Unheard, |(_, standing)| *standing)
}

/// The word as it may stand in a log or a ticket.
pub(super) fn code(word: Option<&str>) -> String {
    let fine = word.filter(|w| !w.is_empty() && w.len() <= 40 && w.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'));
    fine.unwrap_or("UNKNOWN").into()
}
