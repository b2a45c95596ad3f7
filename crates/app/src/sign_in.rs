//! Signing in: a passkey, or a password and then a code. Known and unknown addresses get the same answer after the same work.
//! Knows nothing of cookies; what it gives back goes into one.

use crate::jobs::{self, Job, Outcome};
use crate::limits::{self, count};
use crate::passwords::{self, Fits};
use crate::sessions::Session;
use crate::{App, Error, Result, events, factors, passkeys, recovery, recovery_codes, sessions};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::{Actor, FirmScope, Secret, Span};
use ring::digest::{SHA256, digest};
use ring::hmac;
use serde_json::{Value, json};
use store::logins::{self, Login};
use unicode_normalization::UnicodeNormalization;

/// The form in which addresses are compared.
pub fn email_key(email: &str) -> String {
    email.trim().nfc().collect::<String>().to_lowercase()
}

/// The browser that a try comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct From<'a> {
    /// The key of the per-source limits.
    pub source: &'a str,
    /// "Firefox on Linux".
    pub device: &'a str,
    /// The network alone, as the list of one's own browsers names it; "" when it is not known.
    pub network: &'a str,
    /// What [`mark`] gave this browser after earlier sign-ins.
    pub mark: &'a str,
}

/// The first step. Gives the value for a cookie that is good for the code alone.
pub async fn give_password(app: &App, email: &str, password: Secret<String>, from: From<'_>) -> Result<Secret<String>> {
    let key = email_key(email);
    let mark = known(app, &key, from.mark);
    let account = match mark {
        Some(mark) => format!("login|{}|{}", digest_of(&key), digest_of(mark)),
        None => account(&key),
    };
    // Which firm an address belongs to must not show: what stands behind the @ stands for the firm, known or not.
    let host = key.rsplit_once('@').map_or("", |(_, host)| host);
    let (source, firm) = (format!("login-from|{}", from.source), format!("login-at|{}", digest_of(host)));
    // A browser that signed in before keeps its own counters: strangers cannot lock its owner out.
    if mark.is_none() {
        count(app, &source, limits::SOURCE).await?;
        count(app, &firm, limits::FIRM).await?;
    }
    let nth = limits::begin_try(app, &account).await?;
    let found = logins::by_email(&*app.store().read_system().await?, &key).await?;
    let ready = found.filter(|l| l.disabled_at.is_none() && l.enrolled_at.is_some());
    let fits = passwords::fits(app, &password, ready.as_ref().and_then(|l| l.password_hash.as_deref())).await?;
    let Some(login) = ready.filter(|_| fits != Fits::No) else {
        // Whether there is anybody to note it of is looked up by a job: here the work is the same for every address.
        let tx = app.store().begin_system().await?;
        let refused = Job::NoteRefused { key, device: from.device.into(), network: from.network.into() };
        jobs::enqueue_system(app, &tx, &refused, app.now() + NOTED).await?;
        tx.commit().await?;
        let wait = limits::wait_after(nth);
        // The sixth failure and those after it say how long to wait.
        return Err(if nth > 5 { Error::TooMany(wait) } else { Error::field("password", "This email and password don’t match.") });
    };
    let renewed = match fits {
        Fits::Outdated => Some(passwords::hash(app, &password).await?),
        Fits::Yes | Fits::No => None,
    };
    limits::end_tries(app, &account).await?;
    if mark.is_none() {
        limits::forgive(app, &source).await?;
        limits::forgive(app, &firm).await?;
    }
    let tx = app.store().begin(&scope(&login)).await?;
    if let Some(hash) = renewed {
        logins::set_password(&tx, login.id, &hash).await?;
    }
    let token = sessions::begin(app, &tx, login.id, false, from).await?;
    tx.commit().await?;
    Ok(token)
}

/// The counter of wrong passwords for an address, from browsers that are not known.
fn account(email_key: &str) -> String {
    format!("login|{}", digest_of(email_key))
}

/// Wrong passwords of so long are noted together.
const NOTED: Span = Span::minutes(1);

/// The job: somebody's own log says that their password was not given right.
#[crate::boxed]
pub(crate) async fn note_refused(app: &App, key: &str, device: &str, network: &str) -> Result<Outcome> {
    let found = logins::by_email(&*app.store().read_system().await?, key).await?;
    let Some(login) = found else { return Ok(Outcome::Done) };
    let of_late = tries_of(app, &login.email).await?;
    let scope = app.system_scope(login.firm);
    let tx = app.store().begin(&scope).await?;
    let detail = json!({ "what": "password", "of_late": of_late.max(1), "device": device, "network": network });
    events::record(app, &tx, &scope, None, "session.refused", login.id, detail).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

/// The second step. Gives the value for the cookie of a whole session, and the address. `NotFound`: the first step is gone or too long ago.
pub async fn give_code(app: &App, half: &str, code: &str, from: From<'_>) -> Result<(Secret<String>, String)> {
    let found = sessions::find_half(app, half).await?.ok_or(Error::NotFound)?;
    let scope = FirmScope::new(found.firm, Actor::User(found.user));
    let mark = known(app, &email_key(&found.email), from.mark);
    // Whoever has the password alone uses up the codes of strangers, not those of a browser that the owner signed in with.
    let account = match mark {
        Some(mark) => format!("codes|{}|{}", found.user, digest_of(mark)),
        None => format!("codes|{}", found.user),
    };
    let challenge = format!("code|{}", digest_of(half));
    let counted = match count(app, &challenge, limits::CHALLENGE).await {
        Ok(()) => count(app, &account, limits::CODES).await,
        refused => refused,
    };
    if let Err(refused) = counted {
        sessions::end(app, half).await?;
        return Err(refused);
    }
    let tx = app.store().begin(&scope).await?;
    let login = logins::find(&tx, found.user).await?.ok_or(Error::NotFound)?;
    if !factors::show(app, &tx, &login, code).await? || !store::sessions::end_one(&tx, login.id, &found.hash).await? {
        drop(tx);
        let nobody = app.system_scope(found.firm);
        let tx = app.store().begin(&nobody).await?;
        let detail = json!({ "what": "code", "device": from.device, "network": from.network });
        events::record(app, &tx, &nobody, None, "session.refused", login.id, detail).await?;
        tx.commit().await?;
        let text = "This code doesn’t fit. Codes change every 30 seconds and each works once: type the one shown now.";
        return Err(Error::field("code", text));
    }
    if recovery_codes::looks_like(code) {
        events::record(app, &tx, &scope, None, "recovery_code.used", login.id, json!({})).await?;
        recovery::tell(app, &tx, &login, "One of your recovery codes was used to sign in.").await?;
    }
    let token = begin_whole(app, &tx, &scope, &login, from).await?;
    if mark.is_none() {
        tell_new(app, &tx, &login, from).await?;
    }
    tx.commit().await?;
    limits::end_tries(app, &account).await?;
    Ok((token, login.email))
}

/// Both steps in one: the passkey says who it is and proves both factors.
pub async fn give_passkey(app: &App, ceremony: &str, answer: &Value, from: From<'_>) -> Result<(Secret<String>, String)> {
    // A counter of its own: nobody guesses a passkey, and wrong passwords of the same network do not stand in its way.
    let source = format!("passkey-from|{}", from.source);
    count(app, &source, limits::SOURCE).await?;
    let proven = passkeys::prove(app, ceremony, answer).await?;
    let tx = app.store().begin(&proven.scope).await?;
    let login = logins::find(&tx, proven.user).await?.filter(|l| l.disabled_at.is_none() && l.enrolled_at.is_some());
    let login = login.ok_or_else(passkeys::unknown)?;
    let token = begin_whole(app, &tx, &proven.scope, &login, from).await?;
    if known(app, &email_key(&login.email), from.mark).is_none() {
        tell_new(app, &tx, &login, from).await?;
    }
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
    let account = codes_of(session);
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
#[crate::boxed]
pub async fn whom_to_ask(app: &App, half: &str) -> Result<Option<Ask>> {
    let Some(found) = sessions::find_half(app, half).await? else { return Ok(None) };
    let db = app.store().read(&FirmScope::new(found.firm, Actor::User(found.user))).await?;
    let reach = match found.role.is_staff() {
        true => store::recoveries::administrator(&db, found.user).await?,
        false => store::recoveries::lead_of(&db, found.user).await?,
    };
    Ok(reach.map(|r| Ask { name: r.name, email: r.email, phone: r.phone }))
}

/// The counter of codes that somebody who is signed in types: wrong ones elsewhere do not count here.
pub(crate) fn codes_of(session: &Session) -> String {
    format!("codes|{}|{}", session.user, BASE64_URL_SAFE_NO_PAD.encode(&session.hash))
}

/// A whole session for somebody who has just proven both factors. One browser too many ends the one that was used longest ago.
pub(crate) async fn begin_whole(app: &App, tx: &store::Firm, scope: &FirmScope, login: &Login, from: From<'_>) -> Result<Secret<String>> {
    let token = sessions::begin(app, tx, login.id, true, from).await?;
    for old in sessions::trim(tx, login.id).await? {
        let what = format!("You signed in with more browsers than ten, so the one you used longest ago is signed out: {}.", old.device);
        events::record(app, tx, scope, None, "session.ended", login.id, json!({ "why": "too many", "device": old.device })).await?;
        recovery::tell(app, tx, login, &what).await?;
    }
    let detail = json!({ "device": from.device, "network": from.network });
    events::record(app, tx, scope, None, "session.begun", login.id, detail).await?;
    Ok(token)
}

/// A browser that did not sign in as this person before: they are told.
async fn tell_new(app: &App, tx: &store::Firm, login: &Login, from: From<'_>) -> Result<()> {
    let network = if from.network.is_empty() { String::new() } else { format!(", network {}", from.network) };
    let what = format!("Somebody signed in as you with a browser that was not used for it before: {}{network}.", from.device);
    recovery::tell(app, tx, login, &what).await
}

/// Opens an account again that strangers closed by guessing: both methods of a recovery were shown.
#[crate::boxed]
pub(crate) async fn reopen(app: &App, login: &Login) -> Result<()> {
    limits::end_tries(app, &account(&email_key(&login.email))).await?;
    limits::end_tries(app, &format!("codes|{}", login.id)).await
}

pub(crate) fn scope(login: &Login) -> FirmScope {
    FirmScope::new(login.firm, Actor::User(login.id))
}

/// So many people share a browser at most; the one who signed in longest ago is forgotten first.
const SHARED: usize = 5;

/// Remembers that this browser signed in as this address, beside the others who did. It proves nothing; it only keeps strangers' failures
/// apart from its own.
pub fn mark(app: &App, email: &str, earlier: &str) -> String {
    let key = email_key(email);
    let salt = BASE64_URL_SAFE_NO_PAD.encode(app.random().bytes::<12>());
    let tag = hmac::sign(&mark_key(app), marked(&salt, &key).as_bytes());
    let own = format!("{salt}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag));
    let others = marks(earlier).filter(|m| !is_mark(app, &key, m)).take(SHARED - 1).map(str::to_owned);
    [own].into_iter().chain(others).collect::<Vec<_>>().join("~")
}

fn marks(all: &str) -> impl Iterator<Item = &str> {
    all.split('~').take(SHARED).filter(|m| m.len() < 80)
}

/// The mark of this address among those that a browser brings.
fn known<'a>(app: &App, email_key: &str, all: &'a str) -> Option<&'a str> {
    marks(all).find(|m| is_mark(app, email_key, m))
}

fn is_mark(app: &App, email_key: &str, mark: &str) -> bool {
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
#[crate::boxed]
pub(crate) async fn tries_of(app: &App, email: &str) -> Result<i64> {
    let name = account(&email_key(email));
    let found = store::buckets::find(&*app.store().read_system().await?, &name).await?;
    Ok(found.filter(|b| app.now() < b.until).map_or(0, |b| b.count))
}

/// Names of counters hold no address in clear.
pub(crate) fn digest_of(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
}
