//! Signing in: a password, then a code. Known and unknown addresses get the same answer after the same work.
//! Knows nothing of cookies; what it gives back goes into one.

use crate::limits::{self, count};
use crate::passwords::{self, Fits};
use crate::{App, Error, Result, events, factors, sessions};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::{Actor, FirmScope, Secret};
use ring::digest::{SHA256, digest};
use ring::hmac;
use serde_json::json;
use store::logins::{self, Login};
use unicode_normalization::UnicodeNormalization;

/// The form in which addresses are compared.
pub fn email_key(email: &str) -> String {
    email.trim().nfc().collect::<String>().to_lowercase()
}

/// Where a try comes from.
#[derive(Debug, Clone, Copy)]
pub struct From<'a> {
    /// The key of the per-source limits.
    pub source: &'a str,
    /// "Firefox on Linux".
    pub device: &'a str,
    /// What [`mark`] gave this browser after an earlier sign-in.
    pub mark: &'a str,
}

/// The first step. Gives the value for a cookie that is good for the code alone.
pub async fn give_password(app: &App, email: &str, password: Secret<String>, from: From<'_>) -> Result<Secret<String>> {
    let key = email_key(email);
    let known = knows(app, &key, from.mark);
    let account = match known {
        true => format!("login|{}|{}", digest_of(&key), digest_of(from.mark)),
        false => format!("login|{}", digest_of(&key)),
    };
    // Which firm an address belongs to must not show: what stands behind the @ stands for the firm, known or not.
    let host = key.rsplit_once('@').map_or("", |(_, host)| host);
    let (source, firm) = (format!("login-from|{}", from.source), format!("login-at|{}", digest_of(host)));
    // A browser that signed in before keeps its own counters: strangers cannot lock its owner out.
    if !known {
        count(app, &source, limits::SOURCE).await?;
        count(app, &firm, limits::FIRM).await?;
    }
    let nth = limits::begin_try(app, &account).await?;
    let found = logins::by_email(&*app.store().read_system().await?, &key).await?;
    let ready = found.filter(|l| l.disabled_at.is_none() && l.enrolled_at.is_some());
    let fits = passwords::fits(app, &password, ready.as_ref().and_then(|l| l.password_hash.as_deref())).await?;
    let Some(login) = ready.filter(|_| fits != Fits::No) else {
        let wait = limits::wait_after(nth);
        // The sixth failure and those after it say how long to wait.
        return Err(if nth > 5 { Error::TooMany(wait) } else { Error::field("password", "This email and password don’t match.") });
    };
    let renewed = match fits {
        Fits::Outdated => Some(passwords::hash(app, &password).await?),
        Fits::Yes | Fits::No => None,
    };
    limits::end_tries(app, &account).await?;
    if !known {
        limits::forgive(app, &source).await?;
        limits::forgive(app, &firm).await?;
    }
    let tx = app.store().begin(&scope(&login)).await?;
    if let Some(hash) = renewed {
        logins::set_password(&tx, login.id, &hash).await?;
    }
    let token = sessions::begin(app, &tx, login.id, false, from.device).await?;
    tx.commit().await?;
    Ok(token)
}

/// The second step. Gives the value for the cookie of a whole session. `NotFound`: the first step is gone or too long ago.
pub async fn give_code(app: &App, half: &str, code: &str, device: &str) -> Result<Secret<String>> {
    let found = sessions::find_half(app, half).await?.ok_or(Error::NotFound)?;
    let scope = FirmScope::new(found.firm, Actor::User(found.user));
    let (challenge, account) = (format!("code|{}", digest_of(half)), format!("codes|{}", found.user));
    let counted = match count(app, &challenge, limits::CHALLENGE).await {
        Ok(()) => count(app, &account, limits::CODES).await,
        refused => refused,
    };
    if let Err(refused) = counted {
        sessions::end(app, half).await?;
        return Err(refused);
    }
    let read = app.store().read(&scope).await?;
    let login = logins::find(&read, found.user).await?.ok_or(Error::NotFound)?;
    let sealed = login.totp.as_ref().ok_or(Error::Internal("somebody enrolled without a second factor"))?;
    let seed = factors::opened(app, &read, login.id, sealed).await?;
    drop(read);
    let wrong =
        || Error::field("code", "This code doesn’t fit. Codes change every 30 seconds and each works once: type the one shown now.");
    let step = factors::step(&seed, code, app.now()).ok_or_else(wrong)?;
    let tx = app.store().begin(&scope).await?;
    if !logins::use_step(&tx, login.id, step).await? || !store::sessions::end_one(&tx, login.id, &found.hash).await? {
        return Err(wrong());
    }
    let token = begin_whole(app, &tx, &scope, &login, device).await?;
    tx.commit().await?;
    limits::end_tries(app, &account).await?;
    Ok(token)
}

/// A whole session for somebody who has just proven both factors.
pub(crate) async fn begin_whole(app: &App, tx: &store::Firm, scope: &FirmScope, login: &Login, device: &str) -> Result<Secret<String>> {
    let token = sessions::begin(app, tx, login.id, true, device).await?;
    sessions::trim(tx, login.id).await?;
    events::record(app, tx, scope, None, "session.begun", login.id, json!({ "device": device })).await?;
    Ok(token)
}

pub(crate) fn scope(login: &Login) -> FirmScope {
    FirmScope::new(login.firm, Actor::User(login.id))
}

/// Remembers that this browser signed in as this address. It proves nothing; it only keeps strangers' failures apart from its own.
pub fn mark(app: &App, email: &str) -> String {
    let salt = BASE64_URL_SAFE_NO_PAD.encode(app.random().bytes::<12>());
    let tag = hmac::sign(&mark_key(app), marked(&salt, &email_key(email)).as_bytes());
    format!("{salt}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag))
}

fn knows(app: &App, email_key: &str, mark: &str) -> bool {
    let Some((salt, tag)) = mark.split_once('.') else { return false };
    let Ok(tag) = BASE64_URL_SAFE_NO_PAD.decode(tag) else { return false };
    hmac::verify(&mark_key(app), marked(salt, email_key).as_bytes(), &tag).is_ok()
}

fn marked(salt: &str, email_key: &str) -> String {
    format!("device1|{salt}|{email_key}")
}

fn mark_key(app: &App) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, app.ring().derive("device").expose())
}

/// Names of counters hold no address in clear.
fn digest_of(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
}
