//! Passkeys: both factors in one, checked by a well-kept crate. The state between challenge and answer stands in the database, so that it
//! works once, for five minutes, on any node. Knows no pages; sessions are begun by `sign_in`.
//!
//! Registering: [`begin_registration`] gives a ceremony and what the browser is told, [`finish_registration`] checks its answer, [`keep`]
//! writes it in the caller's transaction.

use crate::{App, Error, Result, events};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::{FirmScope, PasskeyId, Secret, Span, Time, UserId};
use ring::digest::{SHA256, digest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Firm;
use webauthn_rs::prelude::{CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, Url};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// Between the challenge and its answer.
const LASTS: Span = Span::minutes(5);
/// More than anybody carries.
const MOST: usize = 20;

/// Whether this installation's address can have passkeys at all: a bare number cannot.
pub fn possible(app: &App) -> bool {
    party(&app.public_url()).is_some()
}

/// Whose passkeys these are: the host of our public address.
fn party(address: &Url) -> Option<Webauthn> {
    let Some(url::Host::Domain(host)) = address.host() else { return None };
    // Browsers offer passkeys over https, and on this machine itself.
    if address.scheme() != "https" && host != "localhost" {
        return None;
    }
    WebauthnBuilder::new(host, address).ok()?.rp_name("Heldaway").build().ok()
}

fn ours(app: &App) -> Result<Webauthn> {
    party(&app.public_url()).ok_or_else(|| Error::Refused("This address has no name, only a number: passkeys need a name.".into()))
}

#[derive(Serialize, Deserialize)]
enum State {
    Register { user: UserId, state: PasskeyRegistration },
    SignIn(DiscoverableAuthentication),
}

/// A challenge: its name for the form, and what the browser is told, JSON.
#[derive(Debug)]
pub struct Begun {
    pub ceremony: Secret<String>,
    pub options: Value,
}

fn hash(ceremony: &str) -> Vec<u8> {
    digest(&SHA256, format!("ceremony1|{ceremony}").as_bytes()).as_ref().to_vec()
}

async fn open(app: &App, state: &State, options: Value) -> Result<Begun> {
    let ceremony = BASE64_URL_SAFE_NO_PAD.encode(app.random().bytes::<32>());
    let body = serde_json::to_string(state).map_err(|_| Error::Internal("a ceremony's state"))?;
    let tx = app.store().begin_system().await?;
    store::ceremonies::insert(&tx, &hash(&ceremony), &body, app.now() + LASTS).await?;
    tx.commit().await?;
    Ok(Begun { ceremony: Secret::new(ceremony), options })
}

async fn close(app: &App, ceremony: &str) -> Result<State> {
    let tx = app.store().begin_system().await?;
    let body = store::ceremonies::take(&tx, &hash(ceremony), app.now()).await?;
    tx.commit().await?;
    let body = body.ok_or_else(|| wrong("That took longer than five minutes. Try again."))?;
    serde_json::from_str(&body).map_err(|_| Error::Internal("a ceremony's state"))
}

fn wrong(text: &str) -> Error {
    Error::field("passkey", text)
}

fn read<T: DeserializeOwned>(answer: &Value) -> Result<T> {
    T::deserialize(answer).map_err(|_| wrong("The browser’s answer could not be read. Try again."))
}

fn as_json(options: impl Serialize) -> Result<Value> {
    serde_json::to_value(options).map_err(|_| Error::Internal("a ceremony's options"))
}

/// A passkey that was made and is not kept yet.
#[derive(Debug, Clone)]
pub struct Registered {
    pub user: UserId,
    key: Passkey,
}

/// The first passkey of somebody who has none yet. `name` is what they sign in as, `display` what they are called.
#[crate::boxed]
pub async fn begin_registration(app: &App, user: UserId, name: &str, display: &str) -> Result<Begun> {
    begin(app, user, name, display, Vec::new()).await
}

/// One more; an authenticator that holds one already says so.
#[crate::boxed]
pub async fn begin_another(app: &App, scope: &FirmScope, user: UserId, name: &str, display: &str) -> Result<Begun> {
    let there = store::passkeys::of_login(&*app.store().read(scope).await?, user).await?;
    if there.len() >= MOST {
        return Err(Error::Refused(format!("You have {MOST} passkeys. Remove one that you no longer use first.")));
    }
    begin(app, user, name, display, there.into_iter().map(|p| p.credential).collect()).await
}

async fn begin(app: &App, user: UserId, name: &str, display: &str, without: Vec<CredentialID>) -> Result<Begun> {
    let made = ours(app)?.start_passkey_registration(user.uuid(), name, display, Some(without));
    let (challenge, state) = made.map_err(|_| Error::Internal("a passkey's challenge"))?;
    let mut options = as_json(challenge)?;
    // The authenticator remembers whose it is, so that one button signs in and nobody types an address.
    if let Some(wanted) = options.pointer_mut("/publicKey/authenticatorSelection").and_then(Value::as_object_mut) {
        wanted.insert("residentKey".into(), json!("required"));
        wanted.insert("requireResidentKey".into(), json!(true));
    }
    open(app, &State::Register { user, state }, options).await
}

/// Checks the browser's answer. Each ceremony is answered once.
#[crate::boxed]
pub async fn finish_registration(app: &App, ceremony: &str, answer: &Value) -> Result<Registered> {
    let State::Register { user, state } = close(app, ceremony).await? else { return Err(wrong("Try again.")) };
    let checked = ours(app)?.finish_passkey_registration(&read(answer)?, &state);
    let key = checked.map_err(|e| {
        tracing::info!(reason = %e, "a passkey was not accepted");
        wrong("This passkey was not accepted. Try again, or use another device.")
    })?;
    Ok(Registered { user, key })
}

/// Writes a registered passkey in the caller's transaction.
#[crate::boxed]
pub async fn keep(app: &App, tx: &Firm, user: UserId, registered: Registered, label: &str) -> Result<PasskeyId> {
    if registered.user != user {
        return Err(Error::NotFound);
    }
    let now = app.now();
    let row = store::passkeys::Passkey {
        firm: tx.id(),
        id: app.random().id(now),
        login: user,
        credential: registered.key.cred_id().to_vec(),
        body: store::to_json(&registered.key)?,
        name: label_of(label),
        created_at: now,
        used_at: None,
    };
    match store::passkeys::insert(tx, &row).await {
        Err(store::Error::Conflict) => Err(wrong("This passkey is in use already. Use another device.")),
        done => Ok(done.map(|()| row.id)?),
    }
}

fn label_of(label: &str) -> String {
    let label: String = label.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(60).collect();
    if label.is_empty() { "Passkey".into() } else { label }
}

/// The challenge for somebody who is not known yet.
#[crate::boxed]
pub async fn begin_sign_in(app: &App) -> Result<Begun> {
    let made = ours(app)?.start_discoverable_authentication().map_err(|_| Error::Internal("a passkey's challenge"))?;
    open(app, &State::SignIn(made.1), as_json(made.0)?).await
}

/// Whose passkey answered.
#[derive(Debug, Clone)]
pub(crate) struct Proven {
    pub scope: FirmScope,
    pub user: UserId,
}

pub(crate) fn unknown() -> Error {
    wrong("This passkey isn’t known here, or not any more. Use another one, or your password.")
}

/// Checks the answer to [`begin_sign_in`]: unknown, removed and wrong are one and the same. User verification is part of the check, so this
/// proves two factors.
#[crate::boxed]
pub(crate) async fn prove(app: &App, ceremony: &str, answer: &Value) -> Result<Proven> {
    let State::SignIn(state) = close(app, ceremony).await? else { return Err(unknown()) };
    let (party, answer) = (ours(app)?, read(answer)?);
    let (user, credential) = party.identify_discoverable_authentication(&answer).map_err(|_| unknown())?;
    let found = store::passkeys::by_credential(&*app.store().read_system().await?, credential).await?;
    let row = found.filter(|p| p.login.uuid() == user).ok_or_else(unknown)?;
    let mut key: Passkey = serde_json::from_str(&row.body).map_err(|_| Error::Internal("unreadable passkey"))?;
    let checked = party.finish_discoverable_authentication_v2(&answer, state, &key).map_err(|e| {
        tracing::info!(reason = %e, "a passkey did not fit");
        unknown()
    })?;
    if !checked.user_verified() {
        return Err(unknown());
    }
    key.update_credential(&checked);
    let scope = FirmScope::new(row.firm, model::Actor::User(row.login));
    let tx = app.store().begin(&scope).await?;
    if !store::passkeys::used(&tx, row.id, &row.body, &store::to_json(&key)?, app.now()).await? {
        return Err(unknown());
    }
    tx.commit().await?;
    Ok(Proven { scope, user: row.login })
}

/// A passkey in a person's list.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: PasskeyId,
    pub name: String,
    pub created_at: Time,
    pub used_at: Option<Time>,
}

#[crate::boxed]
pub async fn list(app: &App, scope: &FirmScope, user: UserId) -> Result<Vec<Listed>> {
    let all = store::passkeys::of_login(&*app.store().read(scope).await?, user).await?;
    Ok(all.into_iter().map(|p| Listed { id: p.id, name: p.name, created_at: p.created_at, used_at: p.used_at }).collect())
}

#[crate::boxed]
pub async fn rename(app: &App, scope: &FirmScope, user: UserId, id: PasskeyId, label: &str) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    if !store::passkeys::rename(&tx, user, id, &label_of(label)).await? {
        return Err(Error::NotFound);
    }
    events::record(app, &tx, scope, None, "passkey.renamed", id, json!({})).await?;
    Ok(tx.commit().await?)
}
