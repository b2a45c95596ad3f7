//! What went wrong at a provider or institution, named by what must happen next and by whom.
//! A fault picks the client's sentence, the adviser's sentence, the button, the next try, and whether anything is retried at all.

use crate::Span;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The institution rejected the sign-in; only the client can enter the new one.
    NeedsCredentials,
    /// The institution wants a code, an answer or an approval from the client.
    NeedsMfa,
    /// The institution locked the sign-in; the client unlocks it there.
    Locked,
    /// The client must do something on the institution's own site first.
    ActionAtInstitution,
    /// The client's permission ended or was withdrawn.
    ConsentRevoked,
    /// The institution is down or does not answer. Never the client's password.
    InstitutionDown,
    /// The data provider itself is down, slow, or answered something unreadable.
    ProviderDown,
    /// The sign-in works but shows no accounts.
    NoAccounts,
    /// This institution or kind of sign-in cannot be connected.
    NotSupported,
    /// The provider is still collecting.
    NotReady,
    /// Asked too often; `retry_after` says when to come back.
    RateLimited,
    /// The provider no longer knows this connection.
    Removed,
    /// Our keys, our request or our code: the firm's administrator or we must act, never the client.
    Ours,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind:?} ({code})")]
pub struct Fault {
    pub kind: FaultKind,
    /// The provider's own code, for tickets: never shown to a client.
    pub code: String,
    /// The provider's reference for its support.
    pub request_id: Option<String>,
    /// How long the provider asks us to wait.
    pub retry_after: Option<Span>,
}

impl Fault {
    pub fn new(kind: FaultKind, code: impl Into<String>) -> Fault {
        Fault { kind, code: code.into(), request_id: None, retry_after: None }
    }
}

impl FaultKind {
    pub const ALL: [FaultKind; 13] = [
        FaultKind::NeedsCredentials,
        FaultKind::NeedsMfa,
        FaultKind::Locked,
        FaultKind::ActionAtInstitution,
        FaultKind::ConsentRevoked,
        FaultKind::InstitutionDown,
        FaultKind::ProviderDown,
        FaultKind::NoAccounts,
        FaultKind::NotSupported,
        FaultKind::NotReady,
        FaultKind::RateLimited,
        FaultKind::Removed,
        FaultKind::Ours,
    ];

    /// Trying again may help without anybody doing anything.
    pub fn is_transient(self) -> bool {
        matches!(
            self,
            FaultKind::InstitutionDown | FaultKind::ProviderDown | FaultKind::NotReady | FaultKind::RateLimited | FaultKind::Ours
        )
    }
    /// Only the client can end it. Nothing is retried, so that nobody is locked out by us.
    pub fn waits_for_client(self) -> bool {
        use FaultKind::*;
        matches!(self, NeedsCredentials | NeedsMfa | Locked | ActionAtInstitution | ConsentRevoked)
    }
}
