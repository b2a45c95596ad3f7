//! What every act needs: the store, the clock, randomness, providers. Built once by the binary or a test and shared.

use crate::random::Random;
use connect::Connector;
use model::{FirmScope, SharedClock, Time};
use std::sync::Arc;
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
    pub connectors: Vec<Arc<dyn Connector>>,
    pub config: Config,
}

#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: Parts,
    wake: tokio::sync::Notify,
}

impl App {
    pub fn new(parts: Parts) -> App {
        App(Arc::new(Inner { parts, wake: tokio::sync::Notify::new() }))
    }
    pub fn store(&self) -> &Store {
        &self.0.parts.store
    }
    pub fn now(&self) -> Time {
        self.0.parts.clock.now()
    }
    pub fn random(&self) -> &Random {
        &self.0.parts.random
    }
    pub fn config(&self) -> &Config {
        &self.0.parts.config
    }
    pub fn connector(&self, key: &str) -> Option<&Arc<dyn Connector>> {
        self.0.parts.connectors.iter().find(|c| c.card().key == key)
    }
    pub fn connectors(&self) -> &[Arc<dyn Connector>] {
        &self.0.parts.connectors
    }
    /// Tells the workers that something may be due.
    pub fn wake(&self) {
        self.0.wake.notify_one();
    }
    /// Until somebody says that something may be due.
    pub async fn woken(&self) {
        self.0.wake.notified().await;
    }
    /// The scope of work that nobody asked for: schedule, hooks, jobs.
    pub fn system_scope(&self, firm: model::FirmId) -> FirmScope {
        FirmScope::new(firm, model::Actor::System)
    }
}
