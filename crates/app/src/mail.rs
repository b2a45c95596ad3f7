//! Outgoing mail: written sealed in the change's transaction, delivered by a job, "sent or perhaps sent" recorded and never silently repeated.

use crate::jobs::Outcome;
use crate::{App, Error, Result};
use model::{FirmId, MailId};

/// Hands one message to the mail server.
pub async fn deliver(_app: &App, _firm: FirmId, _mail: MailId) -> Result<Outcome> {
    Err(Error::Internal("mail is not configured"))
}
