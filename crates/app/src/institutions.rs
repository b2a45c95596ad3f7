//! The directory: imported from providers, searched in memory, corrected by people, learning from choices.

use crate::jobs::Outcome;
use crate::{App, Error, Result};

/// Reads a provider's whole directory.
pub async fn import(_app: &App, _provider: &str) -> Result<Outcome> {
    Err(Error::Internal("no directory yet"))
}
