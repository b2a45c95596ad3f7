//! The way back in, in the steps of `model::recovery`: a mailed link and a second method, whoever began it. Support has no part in it.
//! Knows no cookies and no pages.

mod enrol;
mod factors;
mod password;

pub use enrol::{Back, begin_passkey, choose_password, confirm, enrolling, finish_passkey, waiting_key};
pub use factors::{Spoken, Waiting, approve, operator, speak, start_client, start_staff, waiting};
pub use password::{ask, forgot, set_password};

use crate::jobs::{self, Job, Outcome};
use crate::mail::letters::{self, About, Kind};
use crate::mail::{self, Letter, mailbox};
use crate::{App, Error, Result, events};
use model::permission::Role;
use model::recovery::{Hand, Lost, Method, Step, Way, Whose};
use model::{Actor, FirmId, FirmScope, RecoveryId, Span, Time, UserId};
use serde_json::json;
use store::Firm;
use store::firms::FirmRow;
use store::logins::{self, Login};
use store::recoveries::{self, Recovery};
use vault::LinkToken;
use zeroize::Zeroizing;

/// How long the mailed link works, and the browser that came through it.
pub const LASTS: Span = Span::hours(1);
/// How long nothing leaves and nothing new comes in after a client's recovery.
pub const HELD: Span = Span::hours(24);
const PURPOSE: &str = "recover";
/// Wrong codes that end a way back in.
const TRIES: i64 = 5;

/// The scope of what somebody does who is not signed in yet.
fn scope(login: &Login) -> FirmScope {
    FirmScope::new(login.firm, Actor::User(login.id))
}

/// The counter of codes that are typed behind the mailed link. Nobody gets here without the mailbox, so nobody else uses it up.
fn counter(login: &Login) -> String {
    format!("recover-codes|{}", login.id)
}

fn whose(role: Role) -> Whose {
    if role.is_staff() { Whose::Staff } else { Whose::Client }
}

/// How far a row of the database is, by the rules of the model: the mailbox is shown by the link itself.
fn way(r: &Recovery, role: Role) -> Option<Way> {
    let begun = match (r.lost, whose(role), r.made_by) {
        (Lost::Password, whose, _) => Way::default().step(Step::Begin(Lost::Password, whose, Hand::Oneself)),
        (Lost::Factors, Whose::Client, Some(_)) => Way::default().step(Step::Begin(Lost::Factors, Whose::Client, Hand::Lead)),
        (Lost::Factors, Whose::Client, None) => None,
        (Lost::Factors, Whose::Staff, Some(by)) => {
            let begun = Way::default().step(Step::Begin(Lost::Factors, Whose::Staff, Hand::Administrator));
            match r.approved_by {
                Some(other) if other != by => begun.and_then(|w| w.step(Step::Approve(Hand::OtherAdministrator))),
                _ => begun,
            }
        }
        (Lost::Factors, Whose::Staff, None) => Way::default().step(Step::Begin(Lost::Factors, Whose::Staff, Hand::Operator)),
    };
    begun.and_then(|w| w.step(Step::Show(Method::Mailbox)))
}

/// A way that its link opens: expired, spent, ended, not approved and unknown are one and the same.
struct Open {
    recovery: Recovery,
    login: Login,
    firm: FirmRow,
    way: Way,
}

async fn open(app: &App, code: &str) -> Result<Open> {
    let hash = LinkToken::parse(code).map_err(|_| Error::NotFound)?.hash(PURPOSE);
    let found = recoveries::by_hash(&*app.store().read_system().await?, &hash).await?;
    let live = found.filter(|r| r.ended_at.is_none() && app.now() < r.expires_at);
    let recovery = live.ok_or(Error::NotFound)?;
    let db = app.store().read(&FirmScope::new(recovery.firm, Actor::User(recovery.login))).await?;
    let login = logins::find(&db, recovery.login).await?.filter(|l| l.disabled_at.is_none()).ok_or(Error::NotFound)?;
    let way = way(&recovery, login.role).ok_or(Error::NotFound)?;
    let firm = store::firms::own(&db).await?;
    Ok(Open { recovery, login, firm, way })
}

/// What the link opens, before anything is typed.
#[derive(Debug, Clone)]
pub struct Opened {
    pub firm: String,
    pub lost: Lost,
    pub email: String,
    pub short_passwords: bool,
}

/// Changes nothing, whoever asks how often.
#[crate::boxed]
pub async fn peek(app: &App, code: &str) -> Result<Opened> {
    let o = open(app, code).await?;
    Ok(Opened { firm: o.firm.name, lost: o.recovery.lost, email: o.login.email, short_passwords: o.firm.settings.short_passwords })
}

/// The address with the secret behind the `#`: a browser never sends that part.
fn address(app: &App, token: &LinkToken) -> Zeroizing<String> {
    let base = app.public_url().join("/recover").map(String::from).unwrap_or_default();
    Zeroizing::new(format!("{base}#{}", *token.code()))
}

/// A letter about somebody's sign-in: it goes out wherever mail goes out at all, whatever the firm lets the product write to clients.
async fn write(app: &App, tx: &Firm, to: (&str, &str), kind: Kind, about: About<'_>, thread: String) -> Result<()> {
    if !mail::is_on(app) {
        return Ok(());
    }
    let firm = store::firms::own(tx).await?;
    let about = About {
        given: to.0.split_whitespace().next().unwrap_or(to.0),
        firm: &firm.name,
        support_email: &firm.settings.support_email,
        support_phone: &firm.settings.support_phone,
        ..about
    };
    let (subject, paragraphs) = letters::compose(&firm.settings, kind, &about);
    let to = mailbox(to.0, to.1)?;
    let letter = Letter {
        household: None,
        purpose: format!("security:{thread}"),
        recipient: to.clone(),
        to,
        cc: None,
        reply_to: None,
        subject,
        paragraphs,
        thread,
    };
    mail::write(app, tx, &firm, &letter).await.map(|_| ())
}

/// Tells somebody what happened to their own sign-in.
#[crate::boxed]
pub(crate) async fn tell(app: &App, tx: &Firm, login: &Login, what: &str) -> Result<()> {
    let about = About { news: what, ..About::default() };
    write(app, tx, (&login.name, &login.email), Kind::SignInChanged, about, login.id.to_string()).await
}

/// The time of a way back in is over.
#[crate::boxed]
pub(crate) async fn expire(app: &App, firm: FirmId, id: RecoveryId) -> Result<Outcome> {
    let tx = app.store().begin(&app.system_scope(firm)).await?;
    let Some(r) = recoveries::find(&tx, id).await?.filter(|r| r.ended_at.is_none()) else { return Ok(Outcome::Done) };
    if app.now() < r.expires_at {
        return Ok(Outcome::Again(r.expires_at));
    }
    recoveries::end(&tx, id, app.now(), "expired").await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

/// Ends every earlier way of the same kind: there is one at a time.
async fn replace(app: &App, tx: &Firm, login: UserId, lost: Lost) -> Result<()> {
    for old in recoveries::live(tx, login, lost).await? {
        recoveries::end(tx, old.id, app.now(), "replaced").await?;
    }
    Ok(())
}

/// A try at the second method, in the unit that makes it. False: there were too many, and the way has ended; commit that.
async fn count_try(app: &App, tx: &Firm, o: &Open) -> Result<bool> {
    let nth = recoveries::count_try(tx, o.recovery.id).await?.ok_or(Error::NotFound)?;
    if nth > TRIES {
        recoveries::end(tx, o.recovery.id, app.now(), "tries").await?;
        events::record(app, tx, &scope(&o.login), None, "recovery.ended", o.recovery.id, json!({ "why": "tries" })).await?;
    }
    Ok(nth <= TRIES)
}

/// What stands on the pages of somebody who is held, and why an act is refused.
pub fn held_words() -> String {
    "Your sign-in was set up anew less than 24 hours ago. Until that day has passed nothing is exported and no new account is connected, \
     so that nobody else can use it. Everything else works."
        .into()
}

/// Until when this person is held. A job ends it, so that a clock that is set back holds nobody again.
#[crate::boxed]
pub async fn held_until(app: &App, scope: &FirmScope, user: UserId) -> Result<Option<Time>> {
    Ok(logins::held_until(&*app.store().read(scope).await?, user).await?)
}

/// Nothing leaves and nothing new comes in for this person until then; what was on its way ends now.
#[crate::boxed]
pub async fn hold(app: &App, tx: &Firm, scope: &FirmScope, user: UserId, until: Time) -> Result<()> {
    logins::hold(tx, user, Some(until)).await?;
    crate::links::hold(app, tx, scope, user).await?;
    jobs::enqueue(app, tx, &Job::EndHold { user }, until).await
}

/// The day is over.
#[crate::boxed]
pub(crate) async fn release(app: &App, firm: FirmId, user: UserId) -> Result<Outcome> {
    let tx = app.store().begin(&app.system_scope(firm)).await?;
    match logins::held_until(&tx, user).await? {
        Some(until) if app.now() < until => return Ok(Outcome::Again(until)),
        Some(_) => logins::hold(&tx, user, None).await?,
        None => return Ok(Outcome::Done),
    }
    tx.commit().await?;
    Ok(Outcome::Done)
}
