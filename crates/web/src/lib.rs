//! Pages, forms, sessions and assets. Knows neither SQL nor connectors.

mod account_acts;
mod account_change;
mod account_history;
mod account_page;
mod accounts;
mod asset_sync;
pub mod assets;
mod at;
mod balance_sheet;
mod beneficiaries;
mod cases;
mod changed;
mod connect;
mod connections;
pub mod cookies;
mod crowd;
pub mod csrf;
mod documents;
pub mod door;
pub mod guides;
mod handover;
mod headers;
mod help;
mod home;
mod hooks;
mod household_accounts;
mod household_change;
mod household_together;
mod household_words;
mod households;
pub mod icons;
mod imports;
mod income;
mod invitations;
mod join;
mod joins;
mod known;
mod live;
mod looks;
mod manual;
mod map;
mod members;
mod outbox;
mod patience;
mod permission_sets;
mod permissions;
mod policies;
mod portal;
mod portfolios;
mod preferences;
mod recover;
mod recover_client;
mod resources;
pub mod respond;
mod rights;
mod risk;
pub mod routes;
mod search;
mod security;
pub mod server;
pub mod session;
mod settings;
mod setup;
mod sign_in;
mod signals;
mod step_up;
mod suggestions;
mod support;
mod tickets;
mod troubles;
mod upload;
pub mod view;
mod welcome;
mod zones;

use app::App;
use ring::hmac;
use std::net::IpAddr;
use std::sync::Arc;

/// What every handler can reach.
#[derive(Clone)]
pub struct Web {
    pub app: App,
    inner: Arc<Inner>,
}

struct Inner {
    /// Signs the hidden token of forms.
    forms: hmac::Key,
    /// Proxies whose word about the client's address is taken.
    proxies: Vec<IpAddr>,
    /// Turns true when the node stops: answers that have no end of their own end then.
    stop: tokio::sync::watch::Sender<bool>,
}

impl Web {
    pub fn new(app: App, proxies: Vec<IpAddr>) -> Web {
        let forms = hmac::Key::new(hmac::HMAC_SHA256, app.ring().derive("cookie").expose());
        Web { app, inner: Arc::new(Inner { forms, proxies, stop: tokio::sync::watch::Sender::new(false) }) }
    }
    pub(crate) fn form_key(&self) -> &hmac::Key {
        &self.inner.forms
    }
    pub(crate) fn stop(&self) {
        self.inner.stop.send_replace(true);
    }
    /// Until the node stops.
    pub(crate) async fn stopping(&self) {
        // The sender lives as long as this handle.
        let _ = self.inner.stop.subscribe().wait_for(|s| *s).await;
    }
    pub(crate) fn proxies(&self) -> &[IpAddr] {
        &self.inner.proxies
    }
}
