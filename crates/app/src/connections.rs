//! Connections: adopted from a link, repaired in place, ended with the provider's confirmation.

use crate::jobs::Outcome;
use crate::{App, Error, Result};
use model::{ConnectionId, FirmId};

/// Ends the permission at the provider; called again until it is confirmed.
pub async fn revoke(_app: &App, _firm: FirmId, _connection: ConnectionId) -> Result<Outcome> {
    Err(Error::Internal("no connections yet"))
}
