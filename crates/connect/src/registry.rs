//! Which connectors there are: one line a provider. Everything else finds a connector by its key.

use crate::Connector;
use crate::plaid::{Plaid, PlaidConfig};
use model::{Fault, SharedClock};
use std::sync::Arc;

/// The providers that the operator has keys for.
pub struct Config {
    pub plaid: Option<PlaidConfig>,
    pub clock: SharedClock,
}

pub fn connectors(config: Config) -> Result<Vec<Arc<dyn Connector>>, Fault> {
    let mut all: Vec<Arc<dyn Connector>> = Vec::new();
    if let Some(plaid) = config.plaid {
        all.push(Arc::new(Plaid::new(plaid, config.clock.clone())?));
    }
    Ok(all)
}
