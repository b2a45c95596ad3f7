//! What every act needs: the store, the clock, randomness, providers. Built once by the binary or a test and shared.

use crate::mail::Transport;
use crate::random::Random;
use connect::Connector;
use model::{FirmId, FirmScope, SharedClock, Span, Time};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use store::Store;
use url::Url;

/// How this installation runs. Read from the configuration file by the binary.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where browsers reach us: links, return addresses and hooks are made from it.
    pub public_url: Url,
    /// The rehearsal: sandbox reachable, clock movable, outbox page.
    pub demo: bool,
    /// Providers can post hooks to `public_url`.
    pub reachable: bool,
    /// The sign-in cookie is for https only.
    pub secure_cookies: bool,
}

pub struct Parts {
    pub store: Store,
    pub clock: SharedClock,
    pub random: Random,
    /// The master keys: they stand outside the data.
    pub ring: vault::Ring,
    pub connectors: Vec<Arc<dyn Connector>>,
    pub config: Config,
}

#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: Parts,
    /// Set-up adds a provider while the product runs: whoever asks gets the present one.
    connectors: RwLock<Vec<Arc<dyn Connector>>>,
    public_url: RwLock<Url>,
    post: RwLock<Transport>,
    /// Proxies that set-up named, beside those of the configuration.
    proxies: RwLock<Vec<IpAddr>>,
    /// Browsers come over https alone, as far as was known when the node started.
    secure_cookies: AtomicBool,
    /// Where providers are, when not at one of their own addresses: rehearsals name them.
    other_bases: RwLock<Vec<(String, Url)>>,
    /// Where price histories are read, where the deployer chose a service.
    market: RwLock<Option<Arc<connect::market::Market>>>,
    /// Where long uploads lie while they arrive: in files without a name.
    spool: RwLock<std::path::PathBuf>,
    wake: tokio::sync::Notify,
    due: tokio::sync::Notify,
    firm_keys: FirmKeys,
    /// The present time when somebody asked last.
    latest: AtomicI64,
    shelf: crate::institutions::Shelf,
    /// Who listens for changes of which firm.
    watchers: crate::live::Watchers,
    /// Looks that were written this hour.
    looked: crate::looks::Written,
    /// Passwords that were hashed.
    hashed: AtomicU64,
}

/// Firm keys that have been opened, for as long as the process lives.
#[derive(Default)]
pub struct FirmKeys(Mutex<HashMap<FirmId, Arc<vault::FirmKey>>>);

impl FirmKeys {
    pub fn get(&self, firm: &FirmId) -> Option<Arc<vault::FirmKey>> {
        self.0.lock().unwrap_or_else(|e| e.into_inner()).get(firm).cloned()
    }
    pub fn put(&self, firm: FirmId, key: Arc<vault::FirmKey>) {
        self.0.lock().unwrap_or_else(|e| e.into_inner()).insert(firm, key);
    }
}

impl App {
    pub fn new(mut parts: Parts) -> App {
        let connectors = RwLock::new(std::mem::take(&mut parts.connectors));
        let public_url = RwLock::new(parts.config.public_url.clone());
        let secure_cookies = AtomicBool::new(parts.config.secure_cookies);
        App(Arc::new(Inner {
            parts,
            connectors,
            public_url,
            post: RwLock::default(),
            proxies: RwLock::default(),
            secure_cookies,
            other_bases: RwLock::default(),
            market: RwLock::default(),
            spool: RwLock::new(std::env::temp_dir()),
            wake: tokio::sync::Notify::new(),
            due: tokio::sync::Notify::new(),
            firm_keys: FirmKeys::default(),
            latest: AtomicI64::new(i64::MAX),
            shelf: Default::default(),
            watchers: Default::default(),
            looked: Default::default(),
            hashed: AtomicU64::new(0),
        }))
    }
    pub fn store(&self) -> &Store {
        &self.0.parts.store
    }
    pub fn now(&self) -> Time {
        self.0.parts.clock.now()
    }
    pub fn clock(&self) -> SharedClock {
        self.0.parts.clock.clone()
    }
    /// Whether the clock was set back since this was asked last; true after the start, when nobody knows.
    pub fn clock_was_set_back(&self) -> bool {
        let now = self.now();
        let before = Time(self.0.latest.swap(now.0, Ordering::SeqCst));
        before > now + Span::minutes(5)
    }
    pub fn random(&self) -> &Random {
        &self.0.parts.random
    }
    pub fn ring(&self) -> &vault::Ring {
        &self.0.parts.ring
    }
    pub fn firm_keys(&self) -> &FirmKeys {
        &self.0.firm_keys
    }
    /// The directory in memory.
    pub fn shelf(&self) -> &crate::institutions::Shelf {
        &self.0.shelf
    }
    pub(crate) fn watchers(&self) -> &crate::live::Watchers {
        &self.0.watchers
    }
    pub(crate) fn looked(&self) -> &crate::looks::Written {
        &self.0.looked
    }
    /// How many passwords were hashed since the start: known and unknown addresses cost one each.
    pub fn hashed(&self) -> u64 {
        self.0.hashed.load(Ordering::SeqCst)
    }
    pub(crate) fn count_hash(&self) {
        self.0.hashed.fetch_add(1, Ordering::SeqCst);
    }
    pub fn config(&self) -> &Config {
        &self.0.parts.config
    }
    /// Where browsers reach us now: set-up may have named another address than the configuration did.
    pub fn public_url(&self) -> Url {
        self.0.public_url.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    pub fn set_public_url(&self, url: Url) {
        *self.0.public_url.write().unwrap_or_else(PoisonError::into_inner) = url;
    }
    /// Whether cookies are for https alone. Changes at start only: a browser that signs in keeps its cookie's name.
    pub fn secure_cookies(&self) -> bool {
        self.0.secure_cookies.load(Ordering::SeqCst)
    }
    pub(crate) fn set_secure_cookies(&self) {
        self.0.secure_cookies.store(true, Ordering::SeqCst);
    }
    /// Providers can post hooks to our address.
    pub fn is_reachable(&self) -> bool {
        self.config().reachable || self.public_url().scheme() == "https"
    }
    pub fn proxies(&self) -> Vec<IpAddr> {
        self.0.proxies.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    pub(crate) fn set_proxies(&self, proxies: Vec<IpAddr>) {
        *self.0.proxies.write().unwrap_or_else(PoisonError::into_inner) = proxies;
    }
    /// Other places to find providers at, offered in set-up beside their own.
    pub fn other_bases(&self) -> Vec<(String, Url)> {
        self.0.other_bases.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    pub fn set_other_base(&self, provider: &str, base: Url) {
        let mut all = self.0.other_bases.write().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(p, _)| p != provider);
        all.push((provider.to_owned(), base));
    }
    /// Where mail goes now; set-up and the settings page change it.
    pub fn post(&self) -> Transport {
        self.0.post.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    pub fn set_post(&self, transport: Transport) {
        *self.0.post.write().unwrap_or_else(PoisonError::into_inner) = transport;
    }
    pub fn connector(&self, key: &str) -> Option<Arc<dyn Connector>> {
        self.connectors().into_iter().find(|c| c.card().key == key)
    }
    pub fn connectors(&self) -> Vec<Arc<dyn Connector>> {
        self.0.connectors.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// Takes a provider into use, in place of the one with its key.
    pub fn set_connector(&self, connector: Arc<dyn Connector>) {
        let mut all = self.0.connectors.write().unwrap_or_else(PoisonError::into_inner);
        all.retain(|c| c.card().key != connector.card().key);
        all.push(connector);
    }
    pub fn market(&self) -> Option<Arc<connect::market::Market>> {
        self.0.market.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    pub fn set_market(&self, market: Arc<connect::market::Market>) {
        *self.0.market.write().unwrap_or_else(PoisonError::into_inner) = Some(market);
    }
    /// The folder for what must not stay: the data folder, once the node has said which it is.
    pub fn spool(&self) -> std::path::PathBuf {
        self.0.spool.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    pub fn set_spool(&self, dir: std::path::PathBuf) {
        *self.0.spool.write().unwrap_or_else(PoisonError::into_inner) = dir;
    }
    /// Tells the workers that something may be due.
    pub fn wake(&self) {
        self.0.wake.notify_one();
        self.0.due.notify_one();
    }
    /// The same, for the worker that refreshes.
    #[crate::boxed]
    pub async fn due(&self) {
        self.0.due.notified().await;
    }
    /// Until somebody says that something may be due.
    #[crate::boxed]
    pub async fn woken(&self) {
        self.0.wake.notified().await;
    }
    /// The scope of work that nobody asked for: schedule, hooks, jobs.
    pub fn system_scope(&self, firm: model::FirmId) -> FirmScope {
        FirmScope::new(firm, model::Actor::System)
    }
}
