//! The data providers' keys: checked live with the provider, sealed, and in use without a restart. Each provider is kept by itself.

use super::{Checks, Holder};
use crate::jobs::{self, Job};
use crate::{App, Error, Field, Result, seal};
use connect::Connector;
use connect::registry::{self, PROVIDERS, Provider};
use model::Secret;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::System;
use url::Url;

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
    pub provider: &'static str,
    pub name: &'static str,
    pub base: Url,
    pub client_id: String,
    pub checks: Option<Checks>,
}

impl Keys {
    /// In use, as it is or with what is missing.
    pub fn is_accepted(&self) -> bool {
        self.checks.as_ref().is_some_and(|c| c.accepted)
    }
}

/// Where a provider can be: name, words, address.
#[derive(Debug, Clone)]
pub struct Place {
    pub key: String,
    pub provider: &'static str,
    pub words: String,
    pub base: Url,
}

pub fn places(app: &App) -> Vec<Place> {
    let others = app.other_bases();
    let mut all = Vec::new();
    for p in PROVIDERS {
        let own = p.places.iter().filter_map(|(key, words, base)| Some(((*key).to_owned(), (*words).to_owned(), Url::parse(base).ok()?)));
        let other = others.iter().filter(|(provider, _)| provider == p.key);
        // The first provider's was there before there were several.
        let name = if p.key == "plaid" { "other".to_owned() } else { format!("{}-other", p.key) };
        let other = other.map(|(_, base)| (name.clone(), format!("{}’s wire at {base}", p.name), base.clone()));
        all.extend(own.chain(other).map(|(key, words, base)| Place { key, provider: p.key, words, base }));
    }
    all
}

/// Where the provider sends browsers back: to be allowed in its dashboard.
pub fn return_address(public: &Url) -> Result<Url> {
    public.join("/c/return").map_err(|_| Error::Internal("the public address"))
}

fn sealed_name(provider: &str) -> String {
    format!("provider.{provider}")
}

fn checks_name(provider: &str) -> String {
    format!("provider.{provider}.checks")
}

async fn kept(app: &App, db: &System, provider: &str) -> Result<Option<Kept>> {
    let Some(open) = seal::system_get(app, db, &sealed_name(provider)).await? else { return Ok(None) };
    serde_json::from_slice(open.expose()).map(Some).map_err(|_| Error::Internal("an unreadable setting"))
}

/// Every provider that was entered here, and the last look at one whose keys were not accepted.
#[crate::boxed]
pub async fn keys_saved(app: &App, db: &System) -> Result<(Vec<Keys>, Option<Checks>)> {
    let (mut all, mut refused): (Vec<Keys>, Option<Checks>) = (Vec::new(), None);
    for p in PROVIDERS {
        let checks: Option<Checks> = super::json(db, &checks_name(p.key)).await?;
        match kept(app, db, p.key).await? {
            Some(k) => all.push(Keys { provider: p.key, name: p.name, base: k.base.clone(), client_id: k.client_id.clone(), checks }),
            None if checks.as_ref().map(|c| c.at) > refused.as_ref().map(|c| c.at) => refused = checks,
            None => {}
        }
    }
    let newest = all.iter().filter_map(|k| k.checks.as_ref()).map(|c| c.at).max();
    Ok((all, refused.filter(|c| Some(c.at) > newest)))
}

#[crate::boxed]
pub(super) async fn load(app: &App, db: &System) -> Result<()> {
    for p in PROVIDERS {
        if let Some(kept) = kept(app, db, p.key).await? {
            app.set_connector(made(app, p, &kept)?);
        }
    }
    Ok(())
}

fn made(app: &App, provider: &Provider, kept: &Kept) -> Result<Arc<dyn Connector>> {
    let secret = Secret::new(kept.secret.clone());
    let keys = registry::Keys { provider: provider.key.into(), base: kept.base.clone(), client_id: kept.client_id.clone(), secret };
    Ok(registry::connector(keys, app.clock())?)
}

/// What is wrong with what was typed, in the words of the provider's own dashboard.
fn wrong(provider: &Provider, kept: &Kept) -> Vec<Field> {
    let Some((id, secret)) = provider.keys else { return Vec::new() };
    let fine = |text: &str| !text.is_empty() && text.len() <= 200 && text.bytes().all(|b| b.is_ascii_graphic());
    let mut out = Vec::new();
    if !fine(&kept.client_id) {
        out.push(Field { name: "client_id", message: format!("Enter the {id} from {}’s dashboard.", provider.name) });
    }
    if !fine(&kept.secret) {
        out.push(Field { name: "secret", message: format!("Enter the {secret} that goes with this client ID and environment.") });
    }
    out
}

/// Checks the keys with the provider and takes them into use when they are accepted. `go_on`: with what is missing.
#[crate::boxed]
pub async fn save_keys(app: &App, holder: &Holder, place: &str, client_id: &str, secret: Secret<String>, go_on: bool) -> Result<()> {
    holder.firm()?;
    let none = || Error::field("provider", "Choose a provider.");
    let Place { provider, base, .. } = places(app).into_iter().find(|p| p.key == place).ok_or_else(none)?;
    let provider = registry::provider(provider).ok_or_else(none)?;
    let kept = if provider.keys.is_some() {
        let before = kept(app, &*app.store().read_system().await?, provider.key).await?;
        let client_id = client_id.trim().to_owned();
        let same = before.filter(|k| secret.expose().trim().is_empty() && k.client_id == client_id && k.base == base);
        let secret = same.map_or_else(|| secret.expose().trim().to_owned(), |k| k.secret.clone());
        Kept { base, client_id, secret }
    } else {
        Kept { base, client_id: String::new(), secret: String::new() }
    };
    let wrong = wrong(provider, &kept);
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let connector = made(app, provider, &kept)?;
    let return_url = return_address(&app.public_url())?;
    // A provider that does not answer is no verdict on the keys, and nothing is saved.
    let found = connector.check(&return_url).await?;
    let accepted = found.iter().any(|c| c.name == "keys" && c.ok);
    let done = found.iter().all(|c| c.ok) || go_on;
    let sealed = serde_json::to_vec(&kept).map(Secret::new).map_err(|_| Error::Internal("a setting that cannot be written"))?;
    let tx = app.store().begin_system().await?;
    super::put_json(app, &tx, &checks_name(provider.key), &Checks { at: app.now(), found, accepted: accepted && done }).await?;
    if accepted {
        seal::system_put(app, &tx, &sealed_name(provider.key), sealed.expose()).await?;
        jobs::enqueue_system(app, &tx, &Job::ImportInstitutions { provider: provider.key.to_owned() }, app.now()).await?;
    }
    tx.commit().await?;
    if accepted {
        app.set_connector(connector);
        app.wake();
    }
    Ok(())
}
