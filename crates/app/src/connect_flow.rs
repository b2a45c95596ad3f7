//! The client's way from *Get started* to *Done*: one attempt at one institution, step by step, on any node.

use crate::jobs::Outcome;
use crate::{App, Error, Result};
use model::{AttemptId, FirmId};

/// Asks the provider whether the client has finished its page.
pub async fn poll(_app: &App, _firm: FirmId, _attempt: AttemptId) -> Result<Outcome> {
    Err(Error::Internal("no attempts yet"))
}
