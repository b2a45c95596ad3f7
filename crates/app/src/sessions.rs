//! Sessions: opaque values in cookies, their hashes in the database, authority read again at each request.
//! Knows nothing of cookies' names or of passwords.

use crate::sign_in::From;
use crate::{App, Result};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::permission::Role;
use model::{Actor, FirmScope, Secret, Span, Time, UserId};
use ring::digest::{SHA256, digest};
use store::Firm;
use store::sessions::NewSession;

/// Without a request for this long, staff sign in again.
pub const IDLE: Span = Span::minutes(60);
/// Clients sooner: their browsers stand in homes and libraries.
pub const CLIENT_IDLE: Span = Span::minutes(15);

/// How long somebody of this role may be silent.
pub fn idle(role: Role) -> Span {
    if role.is_staff() { IDLE } else { CLIENT_IDLE }
}

/// Nobody stays signed in longer.
pub const ABSOLUTE: Span = Span::hours(12);
/// A factor shown this recently is enough for a dangerous act.
pub const FRESH: Span = Span::minutes(5);
/// Between the password and the code.
pub const HALF: Span = Span::minutes(10);
/// The last sight of a session is written at most this often.
const SIGHT: Span = Span::seconds(30);
/// More sessions than these and the oldest end.
const MOST: usize = 10;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Session {
    pub scope: FirmScope,
    pub user: UserId,
    pub role: Role,
    pub name: String,
    pub email: String,
    /// The person's preferences, JSON.
    pub preferences: String,
    pub firm_name: String,
    pub time_zone: String,
    /// When the firm's logo was last changed.
    pub logo_at: Option<Time>,
    pub hash: Vec<u8>,
    /// When a factor was last shown.
    pub factor_at: Time,
}

/// Whether a dangerous act needs no factor again.
pub fn fresh(session: &Session, now: Time) -> bool {
    now - session.factor_at < FRESH && session.factor_at <= now + Span::minutes(5)
}

/// What the database keeps of a cookie's value.
pub fn hash(token: &str) -> Vec<u8> {
    digest(&SHA256, format!("session1|{token}").as_bytes()).as_ref().to_vec()
}

/// The signed-in person behind a cookie's value, or nobody: unknown, idle, run out, disabled and half signed in look the same.
#[crate::boxed]
pub async fn find(app: &App, token: &str) -> Result<Option<Session>> {
    let now = app.now();
    let Some(found) = alive(app, token).await? else { return Ok(None) };
    let Some(factor_at) = found.factor_at else { return Ok(None) };
    if now - found.seen_at >= idle(found.role) {
        // Ended for good: a clock that is set back does not bring it back.
        end(app, token).await?;
        return Ok(None);
    }
    if now - found.seen_at >= SIGHT {
        let tx = app.store().begin_system().await?;
        store::sessions::touch(&tx, &found.hash, now).await?;
        tx.commit().await?;
    }
    Ok(Some(Session {
        scope: FirmScope::new(found.firm, Actor::User(found.user)),
        user: found.user,
        role: found.role,
        name: found.name,
        email: found.email,
        preferences: found.preferences,
        firm_name: found.firm_name,
        time_zone: found.time_zone,
        logo_at: found.logo_at,
        hash: found.hash,
        factor_at,
    }))
}

/// Somebody who gave the password and not yet the code.
#[crate::boxed]
pub(crate) async fn find_half(app: &App, token: &str) -> Result<Option<store::sessions::Found>> {
    Ok(alive(app, token).await?.filter(|f| f.factor_at.is_none()))
}

async fn alive(app: &App, token: &str) -> Result<Option<store::sessions::Found>> {
    // A cookie value of ours has 43 letters; nothing else is worth a query.
    if token.len() != 43 {
        return Ok(None);
    }
    let found = store::sessions::find(&*app.store().read_system().await?, &hash(token)).await?;
    Ok(found.filter(|f| app.now() < f.expires_at))
}

/// Begins a session in the caller's transaction and gives the value for the cookie.
pub(crate) async fn begin(app: &App, db: &Firm, user: UserId, factor: bool, from: From<'_>) -> Result<Secret<String>> {
    let now = app.now();
    let token = BASE64_URL_SAFE_NO_PAD.encode(app.random().bytes::<32>());
    let expires_at = now + if factor { ABSOLUTE } else { HALF };
    let row = NewSession {
        hash: &hash(&token),
        user,
        at: now,
        expires_at,
        factor_at: factor.then_some(now),
        device: from.device,
        origin: from.network,
    };
    store::sessions::insert(db, &row).await?;
    Ok(Secret::new(token))
}

/// Keeps the newest sessions of a person and ends the rest. Gives those that ended.
#[crate::boxed]
pub(crate) async fn trim(db: &Firm, user: UserId) -> Result<Vec<store::sessions::Listed>> {
    let all = store::sessions::of_user(db, user).await?;
    let old = all.into_iter().skip(MOST).collect::<Vec<_>>();
    for one in &old {
        store::sessions::end_one(db, user, &one.hash).await?;
    }
    Ok(old)
}

/// Signs out, or makes room for whoever signs in next in the same browser: the session ends, and the log says why.
#[crate::boxed]
pub async fn leave(app: &App, token: &str, why: &str) -> Result<()> {
    let Some(found) = alive(app, token).await?.filter(|f| f.factor_at.is_some()) else { return Ok(()) };
    let scope = FirmScope::new(found.firm, Actor::User(found.user));
    let tx = app.store().begin(&scope).await?;
    if store::sessions::end_one(&tx, found.user, &found.hash).await? {
        crate::events::record(app, &tx, &scope, None, "session.ended", found.user, serde_json::json!({ "why": why })).await?;
    }
    Ok(tx.commit().await?)
}

/// Ends the session behind a cookie's value, whatever it is worth.
#[crate::boxed]
pub async fn end(app: &App, token: &str) -> Result<()> {
    let tx = app.store().begin_system().await?;
    store::sessions::end(&tx, &hash(token)).await?;
    Ok(tx.commit().await?)
}

/// A browser that is signed in as this person.
#[derive(Debug, Clone)]
pub struct Elsewhere {
    /// Names it in forms; opens nothing.
    pub reference: String,
    pub device: String,
    /// The network it came from; "" when that is not known.
    pub origin: String,
    pub since: Time,
    pub seen_at: Time,
    /// The one that asks.
    pub here: bool,
}

fn reference(hash: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&digest(&SHA256, hash).as_ref()[..12])
}

/// All of the person's sessions, the latest first.
#[crate::boxed]
pub async fn list(app: &App, session: &Session) -> Result<Vec<Elsewhere>> {
    let now = app.now();
    let all = store::sessions::of_user(&*app.store().read(&session.scope).await?, session.user).await?;
    let live = all.into_iter().filter(|s| now - s.seen_at < idle(session.role) && now - s.created_at < ABSOLUTE);
    let listed = |s: store::sessions::Listed| Elsewhere {
        reference: reference(&s.hash),
        here: s.hash == session.hash,
        device: s.device,
        origin: s.origin.unwrap_or_default(),
        since: s.created_at,
        seen_at: s.seen_at,
    };
    Ok(live.map(listed).collect())
}

/// The person's other sessions.
#[crate::boxed]
pub async fn others(app: &App, session: &Session) -> Result<Vec<Elsewhere>> {
    Ok(list(app, session).await?.into_iter().filter(|s| !s.here).collect())
}

/// Ends one of the person's other sessions.
#[crate::boxed]
pub async fn end_named(app: &App, session: &Session, named: &str) -> Result<()> {
    let tx = app.store().begin(&session.scope).await?;
    let all = store::sessions::of_user(&tx, session.user).await?;
    let found = all.into_iter().find(|s| s.hash != session.hash && reference(&s.hash) == named).ok_or(crate::Error::NotFound)?;
    store::sessions::end_one(&tx, session.user, &found.hash).await?;
    crate::events::record(app, &tx, &session.scope, None, "session.ended", session.user, serde_json::json!({ "device": found.device }))
        .await?;
    Ok(tx.commit().await?)
}

/// A factor was shown again: the session goes on under another value, and the old one is worth nothing.
#[crate::boxed]
pub(crate) async fn renew(app: &App, db: &Firm, was: &[u8]) -> Result<Secret<String>> {
    let token = BASE64_URL_SAFE_NO_PAD.encode(app.random().bytes::<32>());
    if !store::sessions::rotate(db, was, &hash(&token), app.now()).await? {
        return Err(crate::Error::NotFound);
    }
    Ok(Secret::new(token))
}

/// Removes what has run out, challenges too, so that a clock that is set back revives nothing.
#[crate::boxed]
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.now();
    let tx = app.store().begin_system().await?;
    store::sessions::sweep(&tx, now - IDLE, now).await?;
    store::ceremonies::sweep(&tx, now).await?;
    Ok(tx.commit().await?)
}

/// Ends the person's other sessions.
#[crate::boxed]
pub async fn end_others(app: &App, session: &Session) -> Result<()> {
    let tx = app.store().begin(&session.scope).await?;
    store::sessions::end_of_user(&tx, session.user, Some(&session.hash)).await?;
    crate::events::record(app, &tx, &session.scope, None, "session.ended_others", session.user, serde_json::json!({})).await?;
    Ok(tx.commit().await?)
}
