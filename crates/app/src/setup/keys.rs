//! A data provider's keys: checked live with the provider, sealed, and in use without a restart.

use super::{Checks, Holder};
use crate::jobs::{self, Job};
use crate::{App, Error, Field, Result, seal};
use connect::Connector;
use connect::plaid::{Plaid, PlaidConfig};
use model::Secret;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::System;
use url::Url;

const PLAID: &str = "provider.plaid";
pub(super) const CHECKS: &str = "provider.plaid.checks";

/// As it is sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(with = "super::as_text")]
    base: Url,
    client_id: String,
    secret: String,
}

impl Drop for Kept {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.secret);
    }
}

/// What may be shown of it again.
#[derive(Debug, Clone)]
pub struct Keys {
    pub base: Url,
    pub client_id: String,
}

/// Where Plaid can be: name, words, address.
#[derive(Debug, Clone)]
pub struct Place {
    pub key: &'static str,
    pub words: String,
    pub base: Url,
}

pub fn places(app: &App) -> Vec<Place> {
    let own =
        [("production", "Plaid, production", "https://production.plaid.com"), ("sandbox", "Plaid, sandbox", "https://sandbox.plaid.com")];
    let own = own.into_iter().filter_map(|(key, words, base)| Some(Place { key, words: words.into(), base: Url::parse(base).ok()? }));
    let other = app.plaid_base().map(|base| Place { key: "other", words: format!("Plaid’s wire at {base}"), base });
    own.chain(other).collect()
}

/// Where the provider sends browsers back: to be allowed in its dashboard.
pub fn return_address(public: &Url) -> Result<Url> {
    public.join("/c/return").map_err(|_| Error::Internal("the public address"))
}

async fn kept(app: &App, db: &System) -> Result<Option<Kept>> {
    let Some(open) = seal::system_get(app, db, PLAID).await? else { return Ok(None) };
    serde_json::from_slice(open.expose()).map(Some).map_err(|_| Error::Internal("an unreadable setting"))
}

pub async fn keys_saved(app: &App, db: &System) -> Result<Option<Keys>> {
    Ok(kept(app, db).await?.map(|k| Keys { base: k.base.clone(), client_id: k.client_id.clone() }))
}

pub(super) async fn load(app: &App, db: &System) -> Result<()> {
    if let Some(kept) = kept(app, db).await? {
        app.set_connector(Arc::new(made(app, &kept)?));
    }
    Ok(())
}

fn made(app: &App, kept: &Kept) -> Result<Plaid> {
    let secret = Secret::new(kept.secret.clone());
    Ok(Plaid::new(PlaidConfig { base: kept.base.clone(), client_id: kept.client_id.clone(), secret }, app.clock())?)
}

/// Checks the keys with the provider and takes them into use when they are accepted. `go_on`: with what is missing.
pub async fn save_keys(app: &App, holder: &Holder, place: &str, client_id: &str, secret: Secret<String>, go_on: bool) -> Result<()> {
    holder.firm()?;
    let before = kept(app, &*app.store().read_system().await?).await?;
    let base = places(app).into_iter().find(|p| p.key == place).map(|p| p.base);
    let base = base.ok_or_else(|| Error::field("provider", "Choose a provider."))?;
    let client_id = client_id.trim().to_owned();
    let same = before.filter(|k| secret.expose().trim().is_empty() && k.client_id == client_id && k.base == base);
    let secret = same.map_or_else(|| secret.expose().trim().to_owned(), |k| k.secret.clone());
    let mut wrong = Vec::new();
    if client_id.is_empty() || client_id.len() > 200 || !client_id.bytes().all(|b| b.is_ascii_graphic()) {
        wrong.push(Field { name: "client_id", message: "Enter the client ID from Plaid’s dashboard.".into() });
    }
    if secret.is_empty() || secret.len() > 200 || !secret.bytes().all(|b| b.is_ascii_graphic()) {
        wrong.push(Field { name: "secret", message: "Enter the secret that goes with this client ID and environment.".into() });
    }
    let kept = Kept { base, client_id, secret };
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let plaid = made(app, &kept)?;
    let return_url = return_address(&app.public_url())?;
    // A provider that does not answer is no verdict on the keys, and nothing is saved.
    let found = plaid.check(&return_url).await?;
    let accepted = found.iter().any(|c| c.name == "keys" && c.ok);
    let done = found.iter().all(|c| c.ok) || go_on;
    let sealed = serde_json::to_vec(&kept).map(Secret::new).map_err(|_| Error::Internal("a setting that cannot be written"))?;
    let tx = app.store().begin_system().await?;
    super::put_json(app, &tx, CHECKS, &Checks { at: app.now(), found, accepted: accepted && done }).await?;
    if accepted {
        seal::system_put(app, &tx, PLAID, sealed.expose()).await?;
        jobs::enqueue_system(app, &tx, &Job::ImportInstitutions { provider: plaid.card().key.to_owned() }, app.now()).await?;
    }
    tx.commit().await?;
    if accepted {
        app.set_connector(Arc::new(plaid));
        app.wake();
    }
    Ok(())
}
