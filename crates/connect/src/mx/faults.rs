//! What an answer that is not a success means, by its HTTP status: the provider names no finer reasons.

use super::wire::ErrorAnswer;
use crate::http::Answer;
use crate::lenient::Read;
use model::{Fault, FaultKind};

/// None of these asks the client for a password: what an institution says about a sign-in stands in a member's status alone.
pub fn kind(status: u16) -> FaultKind {
    match status {
        404 | 410 => FaultKind::Removed,
        408 | 425 => FaultKind::NotReady,
        429 => FaultKind::RateLimited,
        400..=499 => FaultKind::Ours,
        _ => FaultKind::ProviderDown,
    }
}

pub(super) fn of_answer(answer: &Answer) -> Fault {
    let mut fault = Fault::new(kind(answer.status), format!("HTTP_{}", answer.status));
    fault.request_id = answer.request_id.clone();
    fault.retry_after = answer.retry_after;
    let said = std::str::from_utf8(&answer.body).ok().and_then(ErrorAnswer::read).and_then(|e| e.error.0);
    if let Some(code) = said.as_ref().and_then(|e| e.code.0.clone()) {
        fault.code = format!("HTTP_{}_{}", answer.status, code.0);
    }
    fault
}

pub(super) fn unreadable() -> Fault {
    Fault::new(FaultKind::ProviderDown, "UNREADABLE_ANSWER")
}

pub(super) fn is(fault: &Fault, status: u16) -> bool {
    fault.code.strip_prefix("HTTP_").and_then(|c| c.get(..3)).and_then(|c| c.parse().ok()) == Some(status)
}
