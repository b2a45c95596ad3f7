//! The one TLS set-up for everything that goes out: ring, TLS 1.2 and 1.3, roots compiled in, so that a bare container works too.

use rustls::{ClientConfig, RootCertStore};
use std::sync::{Arc, OnceLock};

pub(crate) fn config() -> ClientConfig {
    static CONFIG: OnceLock<ClientConfig> = OnceLock::new();
    CONFIG.get_or_init(make).clone()
}

fn make() -> ClientConfig {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = [&rustls::version::TLS13, &rustls::version::TLS12];
    let builder = match ClientConfig::builder_with_provider(provider).with_protocol_versions(&versions) {
        Ok(builder) => builder,
        Err(e) => unreachable!("ring speaks TLS 1.2 and 1.3: {e}"),
    };
    builder.with_root_certificates(roots).with_no_client_auth()
}
