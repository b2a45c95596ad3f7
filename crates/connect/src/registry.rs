//! Which providers there are: one entry each. Everything else finds a connector by its key, and a provider's places and words here.

use crate::Connector;
use crate::mx::{Mx, MxConfig};
use crate::plaid::{Plaid, PlaidConfig};
use crate::simplefin::{BRIDGE, SimpleFin, SimpleFinConfig};
use model::{Fault, FaultKind, Secret, SharedClock};
use std::sync::Arc;
use url::Url;

/// A provider as an operator chooses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provider {
    /// As on its card.
    pub key: &'static str,
    pub name: &'static str,
    /// What its two keys are called in its dashboard; `None` where there are none.
    pub keys: Option<(&'static str, &'static str)>,
    /// Where it can be: name, words, address.
    pub places: &'static [(&'static str, &'static str, &'static str)],
}

pub const PROVIDERS: &[Provider] = &[
    Provider {
        key: "plaid",
        name: "Plaid",
        keys: Some(("client ID", "secret")),
        places: &[
            ("production", "Plaid, production", "https://production.plaid.com"),
            ("sandbox", "Plaid, sandbox", "https://sandbox.plaid.com"),
        ],
    },
    Provider {
        key: "mx",
        name: "MX",
        keys: Some(("client ID", "API key")),
        places: &[("mx", "MX, production", "https://api.mx.com"), ("mx-test", "MX, test", "https://int-api.mx.com")],
    },
    Provider { key: "simplefin", name: "SimpleFIN", keys: None, places: &[("simplefin", "SimpleFIN Bridge (no keys)", BRIDGE)] },
];

pub fn provider(key: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|p| p.key == key)
}

/// Where a provider is and who we are there. Both keys are empty where it has none.
pub struct Keys {
    pub provider: String,
    pub base: Url,
    pub client_id: String,
    pub secret: Secret<String>,
}

pub fn connector(keys: Keys, clock: SharedClock) -> Result<Arc<dyn Connector>, Fault> {
    let Keys { provider, base, client_id, secret } = keys;
    Ok(match provider.as_str() {
        "plaid" => Arc::new(Plaid::new(PlaidConfig { base, client_id, secret }, clock)?),
        "mx" => Arc::new(Mx::new(MxConfig { base, client_id, api_key: secret }, clock)?),
        "simplefin" => Arc::new(SimpleFin::new(SimpleFinConfig { base }, clock)),
        _ => return Err(Fault::new(FaultKind::Ours, "NO_SUCH_PROVIDER")),
    })
}
