//! `heldaway serve`: a real firm's installation. No sandbox is reachable from it, and the clock is the system's.

use crate::config::{Config, Prices, Tls};
use crate::node::{self, Door, Plan};
use crate::place::Place;
use crate::{Trouble, clock};
use app::App;
use clap::Args;
use connect::Connector;
use connect::market::{Market, MarketConfig};
use connect::registry;
use model::{Secret, SharedClock};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use url::Url;

#[derive(Args)]
pub struct Options {
    /// The configuration file; none is needed
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The folder with the database
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to listen
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

pub fn data_folder(config: &Config, asked: Option<PathBuf>) -> PathBuf {
    asked.or_else(|| config.data.clone()).unwrap_or_else(|| PathBuf::from("./heldaway-data"))
}

pub async fn run(options: Options, config: Config) -> Result<(), Trouble> {
    let place = Place::hold(&data_folder(&config, options.data.clone()))?;
    if place.is_demo() {
        return Err(Trouble("This folder belongs to the demo. Name an empty one with --data.".into()));
    }
    let at = options.listen.or(config.listen).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
    let listener = node::listen(at, "--listen").await?;
    let app = open(&Config { listen: Some(at), ..config.clone() }, &place, clock::of(None)).await?;
    let tls = tls(&config, &app).await?;
    let stop = node::stop_signal()?;
    tracing::info!(%at, "serving");
    welcome(&app, at, tls.is_some()).await?;
    node::run(app, Door { listener, tls, proxies: config.proxies }, place.anchors(), stop).await
}

/// Opens the installation that a configuration and a folder describe.
pub async fn open(config: &Config, place: &Place, clock: SharedClock) -> Result<App, Trouble> {
    let keys = match config.key_files.is_empty() {
        true => vec![place.key()],
        false => config.key_files.clone(),
    };
    for key in &keys {
        outside(key, place)?;
    }
    let url = config.database.clone().unwrap_or_else(|| place.database_url());
    let public_url = config.public_url.clone().map_or_else(|| local(config.listen), Ok)?;
    let secure = public_url.scheme() == "https";
    let app_config = app::Config { reachable: secure, secure_cookies: secure, public_url, demo: false };
    let connectors = connectors(config, clock.clone())?;
    let app = node::open(Plan { database: &url, keys: &keys, clock, connectors, config: app_config }).await?;
    for (provider, base) in [("plaid", &config.plaid_base), ("mx", &config.mx_base), ("simplefin", &config.simplefin_base)] {
        if let Some(base) = base {
            app.set_other_base(provider, base.clone());
        }
    }
    if let Some(prices) = &config.prices {
        app.set_market(market(prices, app.clock())?);
    }
    app::setup::load(&app).await?;
    // What stands in the configuration file wins over what was entered in set-up.
    if let Some(named) = &config.public_url {
        app.set_public_url(named.clone());
    }
    Ok(app)
}

/// TLS of our own, from the configuration file or as set-up saved it.
async fn tls(config: &Config, app: &App) -> Result<Option<TlsAcceptor>, Trouble> {
    let saved = app::setup::saved_address(app).await?.and_then(|a| match a.way {
        app::setup::Way::Direct { certificate, key } => Some(Tls { certificate, key }),
        app::setup::Way::Proxy { .. } => None,
    });
    config.tls.as_ref().or(saved.as_ref()).map(acceptor).transpose()
}

/// A key inside the data folder would leave with every copy of the data.
fn outside(key: &Path, place: &Place) -> Result<(), Trouble> {
    let (key, data) = (std::path::absolute(key)?, std::path::absolute(place.path("."))?);
    match key.starts_with(&data) {
        true => Err(Trouble(format!("The master key {} lies inside the data folder. Put it somewhere else.", key.display()))),
        false => Ok(()),
    }
}

fn local(listen: Option<SocketAddr>) -> Result<Url, Trouble> {
    let port = listen.map_or(8080, |l| l.port());
    Url::parse(&format!("http://localhost:{port}")).map_err(|e| Trouble(e.to_string()))
}

fn connectors(config: &Config, clock: SharedClock) -> Result<Vec<Arc<dyn Connector>>, Trouble> {
    let all = registry::PROVIDERS.iter().filter_map(|p| connector(config, p.key, clock.clone()).transpose());
    all.collect()
}

/// The connector of a provider that the configuration names.
pub fn connector(config: &Config, provider: &str, clock: SharedClock) -> Result<Option<Arc<dyn Connector>>, Trouble> {
    let keyed = match provider {
        "plaid" => config.plaid.as_ref(),
        "mx" => config.mx.as_ref(),
        _ => None,
    };
    let keyless = config.simplefin.as_ref().filter(|_| provider == "simplefin");
    let keys = match (keyed, keyless) {
        (Some(keys), _) => {
            let file = &keys.secret_file;
            let secret = std::fs::read_to_string(file).map_err(|e| Trouble(format!("{} cannot be read: {e}", file.display())))?;
            let secret = Secret::new(secret.trim().to_owned());
            registry::Keys { provider: provider.into(), base: keys.base.clone(), client_id: keys.client_id.clone(), secret }
        }
        (None, Some(server)) => {
            let secret = Secret::new(String::new());
            registry::Keys { provider: provider.into(), base: server.base.clone(), client_id: String::new(), secret }
        }
        (None, None) => return Ok(None),
    };
    Ok(Some(registry::connector(keys, clock)?))
}

/// The market-data service that the configuration names.
fn market(prices: &Prices, clock: SharedClock) -> Result<Arc<Market>, Trouble> {
    let read = |file: &PathBuf| std::fs::read_to_string(file).map_err(|e| Trouble(format!("{} cannot be read: {e}", file.display())));
    let key = prices.key_file.as_ref().map(read).transpose()?.map(|k| Secret::new(k.trim().to_owned()));
    Ok(Arc::new(Market::new(MarketConfig { base: prices.base.clone(), key }, clock)?))
}

fn acceptor(tls: &Tls) -> Result<TlsAcceptor, Trouble> {
    let bad = |file: &Path, e: &dyn std::fmt::Display| Trouble(format!("{}: {e}", file.display()));
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(&tls.certificate).map_err(|e| bad(&tls.certificate, &e))?.collect();
    let chain = chain.map_err(|e| bad(&tls.certificate, &e))?;
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|e| bad(&tls.key, &e))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| bad(&tls.certificate, &e))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|e| bad(&tls.certificate, &e))?;
    Ok(TlsAcceptor::from(Arc::new(server)))
}

/// What the operator reads on the terminal once the address is taken.
async fn welcome(app: &App, at: SocketAddr, tls: bool) -> Result<(), Trouble> {
    let scheme = if tls { "https" } else { "http" };
    println!("Heldaway serves at {scheme}://{at}");
    if let Some(code) = app::setup::begin(app).await? {
        println!(
            "Nobody is set up yet. Open this address once, in the browser you set up with:\n  {scheme}://{at}/setup#{}",
            code.expose()
        );
    }
    Ok(())
}
