//! Somebody's own sign-in: passkeys, authenticator, printed codes, password. Each change ends the person's other sessions and is told by mail;
//! that a factor was shown within five minutes is asked before, by the route's guard. The last way in is never removed.

use crate::factors::{self, Shown};
use crate::passkeys::{self, Begun};
use crate::sessions::Session;
use crate::{App, Error, Result, events, limits, passwords, recovery, recovery_codes, sign_in};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::{Actor, FirmScope, PasskeyId, Secret, Span};
use serde_json::{Value, json};
use store::FirmTx;
use store::logins::{self, Login};

/// Between showing an authenticator's key and its first code.
const SHOWN: Span = Span::minutes(10);

/// What somebody has to sign in with.
#[derive(Debug, Clone)]
pub struct Ways {
    pub passkeys: Vec<passkeys::Listed>,
    pub password: bool,
    pub authenticator: bool,
    pub codes_left: i64,
    pub short_passwords: bool,
}

#[crate::boxed]
pub async fn ways(app: &App, session: &Session) -> Result<Ways> {
    let passkeys = passkeys::list(app, &session.scope, session.user).await?;
    let db = app.store().read(&session.scope).await?;
    let login = logins::find(&db, session.user).await?.ok_or(Error::NotFound)?;
    Ok(Ways {
        passkeys,
        password: login.password_hash.is_some(),
        authenticator: login.totp.is_some(),
        codes_left: store::recovery_codes::left(&db, session.user).await?,
        short_passwords: store::firms::own(&db).await?.settings.short_passwords,
    })
}

async fn mine(app: &App, session: &Session) -> Result<(FirmTx, Login)> {
    let scope = FirmScope::new(session.scope.firm(), Actor::User(session.user));
    let tx = app.store().begin(&scope).await?;
    let login = logins::find(&tx, session.user).await?.ok_or(Error::NotFound)?;
    Ok((tx, login))
}

/// What every change of a factor does besides.
async fn changed(app: &App, tx: FirmTx, session: &Session, login: &Login, kind: &str, said: &str) -> Result<()> {
    store::sessions::end_of_user(&tx, session.user, Some(&session.hash)).await?;
    events::record(app, &tx, &session.scope, None, kind, session.user, json!({})).await?;
    recovery::tell(app, &tx, login, said).await?;
    Ok(tx.commit().await?)
}

#[crate::boxed]
pub async fn begin_passkey(app: &App, session: &Session) -> Result<Begun> {
    passkeys::begin_another(app, &session.scope, session.user, &session.email, &session.name).await
}

#[crate::boxed]
pub async fn add_passkey(app: &App, session: &Session, ceremony: &str, answer: &Value, label: &str) -> Result<()> {
    let registered = passkeys::finish_registration(app, ceremony, answer).await?;
    let (tx, login) = mine(app, session).await?;
    passkeys::keep(app, &tx, session.user, registered, label).await?;
    changed(app, tx, session, &login, "passkey.added", "A passkey was added to your sign-in.").await
}

/// Never the last way in: what stays is another passkey, or a password with an authenticator.
#[crate::boxed]
pub async fn remove_passkey(app: &App, session: &Session, id: PasskeyId) -> Result<()> {
    let (tx, login) = mine(app, session).await?;
    let all = store::passkeys::of_login(&tx, session.user).await?;
    if !all.iter().any(|p| p.id == id) {
        return Err(Error::NotFound);
    }
    if all.len() == 1 && (login.password_hash.is_none() || login.totp.is_none()) {
        return Err(Error::Refused("This is your only way in. Add another passkey, or a password with an authenticator, first.".into()));
    }
    store::passkeys::remove(&tx, session.user, id).await?;
    changed(app, tx, session, &login, "passkey.removed", "A passkey was removed from your sign-in.").await
}

/// A new authenticator's key, shown until its first code proves it. The present one works until then.
#[derive(Debug)]
pub struct NewKey {
    /// Carried in the form; good for this person alone.
    pub ceremony: Secret<String>,
    pub shown: Shown,
}

#[crate::boxed]
pub async fn new_authenticator(app: &App, session: &Session) -> Result<NewKey> {
    keep_key(app, session, &factors::new_seed(app)).await
}

fn hash(ceremony: &str) -> Vec<u8> {
    use ring::digest::{SHA256, digest};
    digest(&SHA256, format!("authenticator1|{ceremony}").as_bytes()).as_ref().to_vec()
}

async fn keep_key(app: &App, session: &Session, seed: &Secret<Vec<u8>>) -> Result<NewKey> {
    let db = app.store().read(&session.scope).await?;
    let firm = store::firms::own(&db).await?.name;
    let sealed = factors::sealed(app, &db, session.user, seed).await?;
    drop(db);
    let ceremony = BASE64_URL_SAFE_NO_PAD.encode(app.random().bytes::<32>());
    let tx = app.store().begin_system().await?;
    let body = json!({ "user": session.user, "sealed": BASE64_URL_SAFE_NO_PAD.encode(&sealed) }).to_string();
    store::ceremonies::insert(&tx, &hash(&ceremony), &body, app.now() + SHOWN).await?;
    tx.commit().await?;
    Ok(NewKey { ceremony: Secret::new(ceremony), shown: factors::shown(seed, &firm, &session.email) })
}

/// Whether a new authenticator is in use, or its key is to be shown again after a wrong code.
#[derive(Debug)]
pub enum Confirmed {
    Yes,
    Wrong(NewKey),
}

#[crate::boxed]
pub async fn confirm_authenticator(app: &App, session: &Session, ceremony: &str, code: &str) -> Result<Confirmed> {
    limits::count(app, &sign_in::codes_of(session), limits::CODES).await?;
    let tx = app.store().begin_system().await?;
    let body = store::ceremonies::take(&tx, &hash(ceremony), app.now()).await?;
    tx.commit().await?;
    let gone = || Error::Refused("That took longer than ten minutes. Begin again.".into());
    let body: Value = serde_json::from_str(&body.ok_or_else(gone)?).map_err(|_| Error::Internal("an authenticator's state"))?;
    if body["user"] != json!(session.user) {
        return Err(Error::NotFound);
    }
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(body["sealed"].as_str().unwrap_or_default());
    let sealed = sealed.map_err(|_| Error::Internal("an authenticator's state"))?;
    let (tx, login) = mine(app, session).await?;
    let seed = factors::opened(app, &tx, session.user, &sealed).await?;
    let Some(step) = factors::step(&seed, code, app.now()) else {
        drop(tx);
        return Ok(Confirmed::Wrong(keep_key(app, session, &seed).await?));
    };
    logins::set_totp(&tx, session.user, &sealed, step).await?;
    changed(app, tx, session, &login, "authenticator.changed", "A new authenticator app was set up for your sign-in.").await?;
    limits::end_tries(app, &sign_in::codes_of(session)).await?;
    Ok(Confirmed::Yes)
}

/// Ten new codes, shown once; the earlier ones end.
#[crate::boxed]
pub async fn new_codes(app: &App, session: &Session) -> Result<Vec<Secret<String>>> {
    let (tx, login) = mine(app, session).await?;
    let codes = recovery_codes::make(app, &tx, session.user).await?;
    changed(app, tx, session, &login, "recovery_codes.made", "New recovery codes were made; the earlier ones no longer work.").await?;
    Ok(codes)
}

#[crate::boxed]
pub async fn set_password(app: &App, session: &Session, password: Secret<String>) -> Result<()> {
    let firm = {
        let db = app.store().read(&session.scope).await?;
        store::firms::own(&db).await?
    };
    let words = [session.name.as_str(), session.email.as_str(), firm.name.as_str()];
    if let Some(wrong) = passwords::complaint(password.expose(), firm.settings.short_passwords, &words) {
        return Err(Error::field("password", wrong));
    }
    let hash = passwords::hash(app, &password).await?;
    let (tx, login) = mine(app, session).await?;
    logins::set_password(&tx, session.user, &hash).await?;
    changed(app, tx, session, &login, "password.changed", "Your password was changed.").await
}

/// What a ticket about a sign-in says (P33): nothing secret, nothing of the household's.
#[derive(Debug, Clone)]
pub struct Ticket {
    pub to: String,
    pub subject: String,
    pub lines: Vec<String>,
}

/// For an adviser whose client's code does not come or does not fit (D21).
#[crate::boxed]
pub async fn ticket(app: &App, scope: &FirmScope, household: model::HouseholdId, login: model::UserId) -> Result<Ticket> {
    let who = recovery::speak(app, scope, household, login).await?;
    let db = app.store().read(scope).await?;
    let firm = store::firms::own(&db).await?;
    let seen = store::sessions::of_user(&db, who.id).await?.first().map(|s| s.seen_at);
    let keys = store::passkeys::of_login(&db, who.id).await?.len();
    let left = store::recovery_codes::left(&db, who.id).await?;
    let wait = sign_in::tries_of(app, &who.email).await?;
    let lines = vec![
        format!("Sign-in: {}", who.id),
        format!("Firm: {} ({})", firm.name, firm.id),
        format!("Set up: {}", who.enrolled_at.map_or("not yet".into(), |t| t.to_string())),
        format!("Authenticator: {}. Passkeys: {keys}. Printed codes left: {left}", if who.totp.is_some() { "yes" } else { "no" }),
        format!("Last seen: {}", seen.map_or("not known".into(), |t| t.to_string())),
        format!("Wrong passwords in the last day: {wait}"),
        format!("Clock of the server: {}", app.now()),
        "What the page says, and what the phone’s clock shows: ".into(),
    ];
    Ok(Ticket {
        to: crate::firms::data_support(&db, &firm).await?,
        subject: format!("A sign-in code does not arrive or does not fit: {}", who.id),
        lines,
    })
}
