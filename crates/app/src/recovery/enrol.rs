//! Both methods were shown: this browser, and no other, sets new factors within the hour. Everything that proved the person before ends, every
//! session too; a client is held for a day.

use super::factors::spoken_hash;
use super::{HELD, LASTS, count_try, counter, hold, open, scope, tell, write};
use crate::factors::{self, Shown};
use crate::mail::letters::{About, Kind};
use crate::sign_in::{self, From};
use crate::{App, Error, Result, events, limits, passkeys, passwords, recovery_codes};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::recovery::{Lost, Method, Step};
use model::{Actor, FirmScope, Secret};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use store::firms::FirmRow;
use store::logins::{self, Login};
use store::recoveries::{self, Enrolling};
use store::{Firm, passkeys as keys};

fn hash(cookie: &str) -> Vec<u8> {
    digest(&SHA256, format!("recover1|{cookie}").as_bytes()).as_ref().to_vec()
}

/// The link and the spoken code: one browser gets the value for a cookie that is good for setting new factors.
#[crate::boxed]
pub async fn enrolling(app: &App, link: &str, spoken: &str, device: &str) -> Result<Secret<String>> {
    let o = open(app, link).await?;
    if o.recovery.lost != Lost::Factors {
        return Err(Error::NotFound);
    }
    limits::count(app, &counter(&o.login), limits::CODES).await?;
    let scope = scope(&o.login);
    let tx = app.store().begin(&scope).await?;
    if !count_try(app, &tx, &o).await? {
        tx.commit().await?;
        return Err(Error::NotFound);
    }
    let digits: String = spoken.chars().filter(char::is_ascii_digit).collect();
    let lasts = o.recovery.spoken_until.is_some_and(|t| app.now() < t);
    let fits = o.recovery.spoken_hash.as_deref() == Some(spoken_hash(o.recovery.id, &digits).as_slice());
    if !lasts || !fits {
        tx.commit().await?;
        let text = "This code doesn’t fit, or its ten minutes are over. Ask for the code on the telephone and type it again.";
        return Err(Error::field("spoken", text));
    }
    let may = o.way.step(Step::Show(Method::Spoken)).is_some_and(|w| w.may_set());
    if !may || !recoveries::spend(&tx, o.recovery.id, app.now()).await? {
        return Err(Error::NotFound);
    }
    let cookie = BASE64_URL_SAFE_NO_PAD.encode(app.random().bytes::<32>());
    recoveries::begin_enrolling(&tx, &hash(&cookie), o.recovery.id, app.now(), app.now() + LASTS, device).await?;
    events::record(app, &tx, &scope, None, "recovery.proven", o.recovery.id, json!({ "device": device })).await?;
    tx.commit().await?;
    Ok(Secret::new(cookie))
}

struct Here {
    row: Enrolling,
    login: Login,
    firm: FirmRow,
    scope: FirmScope,
}

async fn here(app: &App, cookie: &str) -> Result<Here> {
    let found = recoveries::enrolling(&*app.store().read_system().await?, &hash(cookie)).await?;
    let row = found.filter(|e| app.now() < e.expires_at).ok_or(Error::NotFound)?;
    let db = app.store().read(&app.system_scope(row.firm)).await?;
    let recovery = recoveries::find(&db, row.recovery).await?.ok_or(Error::NotFound)?;
    let login = logins::find(&db, recovery.login).await?.filter(|l| l.disabled_at.is_none()).ok_or(Error::NotFound)?;
    let scope = FirmScope::new(login.firm, Actor::User(login.id));
    Ok(Here { row, firm: store::firms::own(&db).await?, login, scope })
}

/// Who sets new factors here.
#[derive(Debug, Clone)]
pub struct Back {
    pub name: String,
    pub email: String,
    pub firm: String,
    pub short_passwords: bool,
    /// A password is chosen and its authenticator waits for a first code.
    pub waits: bool,
}

impl Back {
    #[crate::boxed]
    pub async fn find(app: &App, cookie: &str) -> Result<Back> {
        let h = here(app, cookie).await?;
        let short_passwords = h.firm.settings.short_passwords;
        Ok(Back { name: h.login.name, email: h.login.email, firm: h.firm.name, short_passwords, waits: h.row.totp.is_some() })
    }
}

/// Takes the password and shows the authenticator's key.
#[crate::boxed]
pub async fn choose_password(app: &App, cookie: &str, password: Secret<String>) -> Result<Shown> {
    let h = here(app, cookie).await?;
    let words = [h.login.name.as_str(), h.login.email.as_str(), h.firm.name.as_str()];
    if let Some(wrong) = passwords::complaint(password.expose(), h.firm.settings.short_passwords, &words) {
        return Err(Error::field("password", wrong));
    }
    let hashed = passwords::hash(app, &password).await?;
    let seed = factors::new_seed(app);
    let tx = app.store().begin(&h.scope).await?;
    let sealed = factors::sealed(app, &tx, h.login.id, &seed).await?;
    if !recoveries::propose(&tx, &h.row.hash, &hashed, &sealed).await? {
        return Err(Error::NotFound);
    }
    tx.commit().await?;
    Ok(factors::shown(&seed, &h.firm.name, &h.login.email))
}

/// The key that waits for its first code, shown again.
#[crate::boxed]
pub async fn waiting_key(app: &App, cookie: &str) -> Result<Shown> {
    let h = here(app, cookie).await?;
    let db = app.store().read(&h.scope).await?;
    let seed = factors::opened(app, &db, h.login.id, h.row.totp.as_ref().ok_or(Error::NotFound)?).await?;
    Ok(factors::shown(&seed, &h.firm.name, &h.login.email))
}

/// A whole session, and ten printed codes to show once.
pub type Done = (Secret<String>, Vec<Secret<String>>);

/// The first code proves the authenticator.
pub async fn confirm(app: &App, cookie: &str, code: &str, from: From<'_>) -> Result<Done> {
    let h = here(app, cookie).await?;
    limits::count(app, &counter(&h.login), limits::CODES).await?;
    let (Some(password), Some(sealed)) = (h.row.password_hash.clone(), h.row.totp.clone()) else { return Err(Error::NotFound) };
    let db = app.store().read(&h.scope).await?;
    let seed = factors::opened(app, &db, h.login.id, &sealed).await?;
    drop(db);
    let wrong = || Error::field("factor", "This code doesn’t fit. Type the six digits that the app shows now.");
    let step = factors::step(&seed, code, app.now()).ok_or_else(wrong)?;
    let tx = app.store().begin(&h.scope).await?;
    keys::remove_all(&tx, h.login.id).await?;
    logins::replace_proofs(&tx, h.login.id, Some(&password), Some((&sealed, step)), app.now()).await?;
    finish(app, tx, &h, from).await
}

#[crate::boxed]
pub async fn begin_passkey(app: &App, cookie: &str) -> Result<passkeys::Begun> {
    let h = here(app, cookie).await?;
    passkeys::begin_registration(app, h.login.id, &h.login.email, &h.login.name).await
}

/// A passkey instead of password and authenticator.
pub async fn finish_passkey(app: &App, cookie: &str, ceremony: &str, answer: &Value, from: From<'_>) -> Result<Done> {
    let h = here(app, cookie).await?;
    let registered = passkeys::finish_registration(app, ceremony, answer).await?;
    let tx = app.store().begin(&h.scope).await?;
    keys::remove_all(&tx, h.login.id).await?;
    passkeys::keep(app, &tx, h.login.id, registered, from.device).await?;
    logins::replace_proofs(&tx, h.login.id, None, None, app.now()).await?;
    finish(app, tx, &h, from).await
}

/// The unit that set the new proofs is finished here: codes, sessions, hold, messages.
async fn finish(app: &App, tx: store::FirmTx, h: &Here, from: From<'_>) -> Result<Done> {
    if !recoveries::end_enrolling(&tx, &h.row.hash, app.now()).await? {
        return Err(Error::NotFound);
    }
    let printed = recovery_codes::make(app, &tx, h.login.id).await?;
    store::sessions::end_of_user(&tx, h.login.id, None).await?;
    if !h.login.role.is_staff() {
        hold(app, &tx, &h.scope, h.login.id, app.now() + HELD).await?;
    }
    events::record(app, &tx, &h.scope, None, "recovery.done", h.row.recovery, json!({ "lost": "factors", "device": from.device })).await?;
    tell(app, &tx, &h.login, "Your sign-in was set up anew, and every browser that was signed in before is signed out.").await?;
    tell_lead(app, &tx, h).await?;
    let token = sign_in::begin_whole(app, &tx, &h.scope, &h.login, from).await?;
    tx.commit().await?;
    limits::end_tries(app, &counter(&h.login)).await?;
    sign_in::reopen(app, &h.login).await?;
    Ok((token, printed))
}

/// The client's lead, or whoever began a colleague's.
async fn tell_lead(app: &App, tx: &Firm, h: &Here) -> Result<()> {
    let reach = match h.login.role.is_staff() {
        true => recoveries::administrator(tx, h.login.id).await?,
        false => recoveries::lead_of(tx, h.login.id).await?,
    };
    let Some(reach) = reach else { return Ok(()) };
    let about = About { client: &h.login.name, ..About::default() };
    write(app, tx, (&reach.name, &reach.email), Kind::CameBack, about, h.row.recovery.to_string()).await
}
