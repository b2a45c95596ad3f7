//! The state of a connection and what moves it: outcomes in, state and next due time out. Pure: no clock, no randomness inside.

use crate::fault::{Fault, FaultKind};
use crate::{Span, Time};
use serde::{Deserialize, Serialize};

/// What the people are told about a connection. `Healthy` with an old value is still healthy: freshness is another fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    /// The first values are on their way.
    Linking,
    Healthy,
    NeedsCredentials,
    NeedsMfa,
    Locked,
    ActionAtInstitution,
    /// Works, but the permission ends soon.
    ConsentExpiring,
    ConsentRevoked,
    InstitutionDown,
    /// Our side or the provider's.
    ProviderDown,
    NoAccounts,
    NotSupported,
    NotReady,
    RateLimited,
    /// Something of ours is wrong (keys, request).
    Ours,
    /// The provider no longer knows it, or we removed it.
    Removed,
}

impl ConnectionState {
    pub const ALL: [ConnectionState; 16] = [
        ConnectionState::Linking,
        ConnectionState::Healthy,
        ConnectionState::NeedsCredentials,
        ConnectionState::NeedsMfa,
        ConnectionState::Locked,
        ConnectionState::ActionAtInstitution,
        ConnectionState::ConsentExpiring,
        ConnectionState::ConsentRevoked,
        ConnectionState::InstitutionDown,
        ConnectionState::ProviderDown,
        ConnectionState::NoAccounts,
        ConnectionState::NotSupported,
        ConnectionState::NotReady,
        ConnectionState::RateLimited,
        ConnectionState::Ours,
        ConnectionState::Removed,
    ];
    pub fn key(self) -> &'static str {
        match self {
            ConnectionState::Linking => "linking",
            ConnectionState::Healthy => "healthy",
            ConnectionState::NeedsCredentials => "needs_credentials",
            ConnectionState::NeedsMfa => "needs_mfa",
            ConnectionState::Locked => "locked",
            ConnectionState::ActionAtInstitution => "action_at_institution",
            ConnectionState::ConsentExpiring => "consent_expiring",
            ConnectionState::ConsentRevoked => "consent_revoked",
            ConnectionState::InstitutionDown => "institution_down",
            ConnectionState::ProviderDown => "provider_down",
            ConnectionState::NoAccounts => "no_accounts",
            ConnectionState::NotSupported => "not_supported",
            ConnectionState::NotReady => "not_ready",
            ConnectionState::RateLimited => "rate_limited",
            ConnectionState::Ours => "ours",
            ConnectionState::Removed => "removed",
        }
    }
    pub fn from_key(key: &str) -> Option<ConnectionState> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
    /// Only the client can mend it: Refresh waits (ruling 7), the adviser can ask.
    pub fn waits_for_client(self) -> bool {
        use ConnectionState::*;
        matches!(self, NeedsCredentials | NeedsMfa | Locked | ActionAtInstitution | ConsentRevoked)
    }
    /// Worth a person's attention, whoever that is.
    pub fn needs_attention(self) -> bool {
        !matches!(
            self,
            ConnectionState::Healthy
                | ConnectionState::Linking
                | ConnectionState::NotReady
                | ConnectionState::RateLimited
                | ConnectionState::Removed
        )
    }
    /// Fetches are allowed at all.
    pub fn may_fetch(self) -> bool {
        !self.waits_for_client() && !matches!(self, ConnectionState::Removed | ConnectionState::NotSupported)
    }
}

/// The state that a fault leads to. `worked_before`: a fetch has succeeded once.
pub fn state_after(fault: FaultKind, worked_before: bool) -> ConnectionState {
    match fault {
        FaultKind::NeedsCredentials => ConnectionState::NeedsCredentials,
        FaultKind::NeedsMfa => ConnectionState::NeedsMfa,
        FaultKind::Locked => ConnectionState::Locked,
        FaultKind::ActionAtInstitution => ConnectionState::ActionAtInstitution,
        FaultKind::ConsentRevoked => ConnectionState::ConsentRevoked,
        FaultKind::InstitutionDown => ConnectionState::InstitutionDown,
        FaultKind::ProviderDown => ConnectionState::ProviderDown,
        FaultKind::NoAccounts => ConnectionState::NoAccounts,
        FaultKind::NotSupported => ConnectionState::NotSupported,
        FaultKind::NotReady => ConnectionState::NotReady,
        FaultKind::RateLimited => ConnectionState::RateLimited,
        FaultKind::Ours => ConnectionState::Ours,
        // Ruling 8: a connection deleted over there was revoked when it used to work, and is gone otherwise.
        FaultKind::Removed if worked_before => ConnectionState::ConsentRevoked,
        FaultKind::Removed => ConnectionState::Removed,
    }
}

/// How long to wait after the `n`-th failure in a row (1 = first). `None`: not retried by itself. `jitter` in 0..=1000 spreads it.
/// Full jitter between half and the whole of the step; a Retry-After is never undercut.
pub fn retry_in(fault: &Fault, n: u32, jitter: u16) -> Option<Span> {
    if !fault.kind.is_transient() && fault.kind != FaultKind::NoAccounts {
        return None;
    }
    let (first, most) = match fault.kind {
        FaultKind::NotReady => (Span::seconds(15), Span::minutes(30)),
        FaultKind::NoAccounts => (Span::hours(12), Span::hours(24)),
        FaultKind::Ours => (Span::minutes(10), Span::hours(24)),
        FaultKind::ProviderDown => (Span::seconds(30), Span::hours(4)),
        _ => (Span::minutes(2), Span::hours(8)),
    };
    let step = first.0.saturating_mul(1 << (n.max(1) - 1).min(20)).min(most.0);
    let spread = step / 2 + (step / 2) * i64::from(jitter.min(1000)) / 1000;
    // Whoever asks for more than a month means "for ever", or nothing.
    let asked = fault.retry_after.map_or(0, |s| s.0.clamp(0, Span::days(31).0));
    let asked = asked + (asked / 10) * i64::from(jitter.min(1000)) / 1000;
    Some(Span(spread.max(asked)))
}

/// A permission that ends within thirty days is worth a word (consent ends 30, 7 and 1 days ahead).
pub fn consent_state(ends: Option<Time>, now: Time) -> Option<ConnectionState> {
    let ends = ends?;
    if ends <= now {
        Some(ConnectionState::ConsentRevoked)
    } else if ends - now <= Span::days(30) {
        Some(ConnectionState::ConsentExpiring)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // proves: N68
    #[test]
    fn institution_trouble_never_becomes_a_new_sign_in() {
        for k in FaultKind::ALL.into_iter().filter(|k| k.is_transient()) {
            assert!(!state_after(k, true).waits_for_client(), "{k:?}");
            assert!(retry_in(&Fault::new(k, "X"), 1, 500).is_some());
        }
    }

    #[test]
    fn nothing_that_waits_for_the_client_is_retried() {
        for k in FaultKind::ALL.into_iter().filter(|k| k.waits_for_client()) {
            assert_eq!(retry_in(&Fault::new(k, "X"), 1, 0), None, "{k:?}");
        }
    }

    #[test]
    fn retry_after_is_kept_and_steps_are_bounded() {
        let mut f = Fault::new(FaultKind::RateLimited, "RATE_LIMIT");
        f.retry_after = Some(Span::hours(20));
        assert!(retry_in(&f, 1, 0).unwrap() >= Span::hours(20));
        for n in 1..200 {
            let s = retry_in(&Fault::new(FaultKind::InstitutionDown, "X"), n, 1000).unwrap();
            assert!(s <= Span::hours(8) && s >= Span::minutes(1));
        }
    }
}
