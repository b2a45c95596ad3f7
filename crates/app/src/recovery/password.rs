//! A forgotten password (P29): a mailed link and the second factor that the person still has. Known and unknown addresses cause the same
//! work in the request (D13); who they are is looked up by a job.

use super::{LASTS, PURPOSE, address, count_try, counter, open, replace, scope, tell, write};
use crate::jobs::{self, Job, Outcome};
use crate::mail::letters::{About, Kind};
use crate::sign_in::{self, From, email_key};
use crate::{App, Error, Result, events, factors, limits, mail, passwords};
use model::recovery::{Lost, Method, Step};
use model::{Actor, FirmScope, Secret, Span};
use serde_json::json;
use store::logins;
use store::recoveries::{self, Recovery};
use store::recovery_codes;
use vault::LinkToken;

/// Somebody typed an address. What the page answers is the same for every address.
#[crate::boxed]
pub async fn ask(app: &App, email: &str, source: &str) -> Result<()> {
    if !mail::is_on(app) {
        return Err(Error::Refused("Mail is not set up here, so no link can be sent. Ask whoever looks after your sign-in.".into()));
    }
    let key = email_key(email);
    if key.is_empty() || key.len() > 254 {
        return Err(Error::field("email", "Enter your email."));
    }
    limits::take(app, &format!("forgot-from|{source}"), 30, Span::minutes(10)).await?;
    limits::take(app, &format!("forgot|{}", sign_in::digest_of(&key)), 3, Span::hours(1)).await?;
    let tx = app.store().begin_system().await?;
    jobs::enqueue_system(app, &tx, &Job::Forgot { key }, app.now()).await?;
    Ok(tx.commit().await?)
}

/// The job: writes to whoever has this address, if anybody has.
#[crate::boxed]
pub async fn forgot(app: &App, key: &str) -> Result<Outcome> {
    let found = logins::by_email(&*app.store().read_system().await?, key).await?;
    let Some(login) = found.filter(|l| l.disabled_at.is_none() && l.enrolled_at.is_some()) else { return Ok(Outcome::Done) };
    let scope = scope(&login);
    let tx = app.store().begin(&scope).await?;
    if login.totp.is_none() && recovery_codes::left(&tx, login.id).await? == 0 {
        // Whoever signs in by a passkey alone has no second factor beside it: they are led to recovery.
        write(app, &tx, (&login.name, &login.email), Kind::PasskeyAlone, About::default(), login.id.to_string()).await?;
    } else {
        let now = app.now();
        replace(app, &tx, login.id, Lost::Password).await?;
        let token = LinkToken::new(app.random().bytes());
        let row = Recovery {
            firm: login.firm,
            id: app.random().id(now),
            login: login.id,
            lost: Lost::Password,
            spoken_hash: None,
            spoken_until: None,
            spoken_tries: 0,
            made_by: None,
            approved_by: None,
            created_at: now,
            expires_at: now + LASTS,
            ended_at: None,
        };
        recoveries::insert(&tx, &row, &token.hash(PURPOSE)).await?;
        jobs::enqueue(app, &tx, &Job::ExpireRecovery { recovery: row.id }, row.expires_at).await?;
        let link = address(app, &token);
        let about = About { link: &link, ..About::default() };
        write(app, &tx, (&login.name, &login.email), Kind::NewPassword, about, row.id.to_string()).await?;
        events::record(app, &tx, &scope, None, "recovery.begun", row.id, json!({ "lost": "password" })).await?;
    }
    tx.commit().await?;
    Ok(Outcome::Done)
}

/// A new password, with the second factor. Gives a whole session: the mailbox and the factor were both shown. All other sessions end.
pub async fn set_password(app: &App, link: &str, password: Secret<String>, code: &str, from: From<'_>) -> Result<(Secret<String>, String)> {
    let o = open(app, link).await?;
    if o.recovery.lost != Lost::Password {
        return Err(Error::NotFound);
    }
    let words = [o.login.name.as_str(), o.login.email.as_str(), o.firm.name.as_str()];
    if let Some(wrong) = passwords::complaint(password.expose(), o.firm.settings.short_passwords, &words) {
        return Err(Error::field("password", wrong));
    }
    limits::count(app, &counter(&o.login), limits::CODES).await?;
    let hash = passwords::hash(app, &password).await?;
    let scope = FirmScope::new(o.login.firm, Actor::User(o.login.id));
    let tx = app.store().begin(&scope).await?;
    if !count_try(app, &tx, &o).await? {
        tx.commit().await?;
        return Err(Error::NotFound);
    }
    let login = logins::find(&tx, o.login.id).await?.ok_or(Error::NotFound)?;
    if !factors::show(app, &tx, &login, code).await? {
        tx.commit().await?;
        return Err(Error::field("code", "This code doesn’t fit. Type the one that the app shows now, or one of your printed codes."));
    }
    let may = o.way.step(Step::Show(Method::Factor)).is_some_and(|w| w.may_set());
    if !may || !recoveries::spend(&tx, o.recovery.id, app.now()).await? {
        return Err(Error::NotFound);
    }
    logins::set_password(&tx, login.id, &hash).await?;
    store::sessions::end_of_user(&tx, login.id, None).await?;
    events::record(app, &tx, &scope, None, "recovery.done", o.recovery.id, json!({ "lost": "password" })).await?;
    tell(app, &tx, &login, "Your password was set anew, and every browser was signed out.").await?;
    let token = sign_in::begin_whole(app, &tx, &scope, &login, from).await?;
    tx.commit().await?;
    limits::end_tries(app, &counter(&login)).await?;
    sign_in::reopen(app, &login).await?;
    Ok((token, login.email))
}
