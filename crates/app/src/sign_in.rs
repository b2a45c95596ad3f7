//! Signing in: a passkey, or a password and then a code. Known and unknown addresses get the same answer after the same work.
//! Knows nothing of cookies; what it gives back goes into one.

use crate::limits::{self, count};
use crate::passwords::{self, Fits};
use crate::sessions::Session;
use crate::{App, Error, Result, events, factors, passkeys, recovery, recovery_codes, sessions};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::{Actor, FirmScope, Secret};
use ring::digest::{SHA256, digest};
use ring::hmac;
use serde_json::{Value, json};
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
    let wrong =
        || Error::field("code", "This code doesn’t fit. Codes change every 30 seconds and each works once: type the one shown now.");
    let tx = app.store().begin(&scope).await?;
    let login = logins::find(&tx, found.user).await?.ok_or(Error::NotFound)?;
    if !factors::show(app, &tx, &login, code).await? || !store::sessions::end_one(&tx, login.id, &found.hash).await? {
        return Err(wrong());
    }
    if recovery_codes::looks_like(code) {
        events::record(app, &tx, &scope, None, "recovery_code.used", login.id, json!({})).await?;
        recovery::tell(app, &tx, &login, "One of your recovery codes was used to sign in.").await?;
    }
    let token = begin_whole(app, &tx, &scope, &login, device).await?;
    tx.commit().await?;
    limits::end_tries(app, &account).await?;
    Ok(token)
}

/// Both steps in one: the passkey says who it is and proves both factors.
pub async fn give_passkey(app: &App, ceremony: &str, answer: &Value, from: From<'_>) -> Result<(Secret<String>, String)> {
    let source = format!("login-from|{}", from.source);
    count(app, &source, limits::SOURCE).await?;
    let proven = passkeys::prove(app, ceremony, answer).await?;
    let tx = app.store().begin(&proven.scope).await?;
    let login = logins::find(&tx, proven.user).await?.filter(|l| l.disabled_at.is_none() && l.enrolled_at.is_some());
    let login = login.ok_or_else(passkeys::unknown)?;
    let token = begin_whole(app, &tx, &proven.scope, &login, from.device).await?;
    tx.commit().await?;
    limits::forgive(app, &source).await?;
    Ok((token, login.email))
}

/// How somebody who is signed in shows a factor again.
#[derive(Debug)]
pub enum Proof<'a> {
    Code(&'a str),
    Passkey { ceremony: &'a str, answer: &'a Value },
}

/// Step-up: gives the session a new value. A wrong code is a mistake in field "code".
pub async fn show_again(app: &App, session: &Session, proof: Proof<'_>) -> Result<Secret<String>> {
    let account = format!("codes|{}", session.user);
    count(app, &account, limits::CODES).await?;
    let scope = FirmScope::new(session.scope.firm(), Actor::User(session.user));
    if let Proof::Passkey { ceremony, answer } = proof
        && passkeys::prove(app, ceremony, answer).await?.user != session.user
    {
        return Err(Error::field("code", "This passkey is somebody else’s."));
    }
    let tx = app.store().begin(&scope).await?;
    if let Proof::Code(code) = proof {
        let login = logins::find(&tx, session.user).await?.ok_or(Error::NotFound)?;
        if !factors::show(app, &tx, &login, code).await? {
            return Err(Error::field("code", "This code doesn’t fit. Each works once: wait for the next one and type it."));
        }
    }
    let token = sessions::renew(app, &tx, &session.hash).await?;
    events::record(app, &tx, &scope, None, "session.stepped_up", session.user, json!({})).await?;
    tx.commit().await?;
    limits::forgive(app, &account).await?;
    Ok(token)
}

/// Whom somebody asks whose code does not come or does not fit (P32): the client's adviser, or another administrator.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    pub name: String,
    pub email: String,
    pub phone: String,
}

/// For a browser that gave the password. Before that nobody is named.
pub async fn whom_to_ask(app: &App, half: &str) -> Result<Option<Ask>> {
    let Some(found) = sessions::find_half(app, half).await? else { return Ok(None) };
    let db = app.store().read(&FirmScope::new(found.firm, Actor::User(found.user))).await?;
    let reach = match found.role.is_staff() {
        true => store::recoveries::administrator(&db, found.user).await?,
        false => store::recoveries::lead_of(&db, found.user).await?,
    };
    Ok(reach.map(|r| Ask { name: r.name, email: r.email, phone: r.phone }))
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

/// How many passwords for an address were wrong of late.
pub(crate) async fn tries_of(app: &App, email: &str) -> Result<i64> {
    let name = format!("login|{}", digest_of(&email_key(email)));
    let found = store::buckets::find(&*app.store().read_system().await?, &name).await?;
    Ok(found.filter(|b| app.now() < b.until).map_or(0, |b| b.count))
}

/// Names of counters hold no address in clear.
pub(crate) fn digest_of(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
}
