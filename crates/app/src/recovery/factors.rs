//! Beginning the recovery of somebody who lost their second factor. A client's is begun by their lead or an administrator; a member of staff's
//! by one administrator and approved by another, or by whoever runs the server. What is given back is a code to read out; the link goes to the
//! person's mailbox alone.

use super::{LASTS, PURPOSE, address, replace, write};
use crate::jobs::{self, Job};
use crate::mail::{
    self,
    letters::{About, Kind},
};
use crate::{App, Error, Result, events, limits, policy};
use model::permission::{Action, Role, TeamRole};
use model::recovery::Lost;
use model::{Actor, FirmScope, HouseholdId, RecoveryId, Secret, Span, Time, UserId};
use ring::digest::{SHA256, digest};
use serde_json::json;
use store::Firm;
use store::logins::{self, Login};
use store::recoveries::{self, Recovery};
use vault::LinkToken;

/// How long a spoken code works.
const SPOKEN: Span = Span::minutes(10);
/// How long an administrator's request waits for another's word.
const WAITS: Span = Span::hours(24);

/// To be read out on the telephone, now.
#[derive(Debug)]
pub struct Spoken {
    pub name: String,
    pub email: String,
    /// "4821 0937".
    pub code: Secret<String>,
    pub until: Time,
}

pub(super) fn spoken_hash(id: RecoveryId, digits: &str) -> Vec<u8> {
    digest(&SHA256, format!("spoken1|{id}|{digits}").as_bytes()).as_ref().to_vec()
}

fn new_code(app: &App) -> String {
    // 2^64 against 10^8: no digit is more likely than another by anything that can be told.
    let n = u64::from_le_bytes(app.random().bytes()) % 100_000_000;
    format!("{n:08}")
}

fn shown(login: &Login, digits: &str, until: Time) -> Spoken {
    let code = Secret::new(format!("{} {}", &digits[..4], &digits[4..]));
    Spoken { name: login.name.clone(), email: login.email.clone(), code, until }
}

fn needs_mail(app: &App) -> Result<()> {
    if mail::is_on(app) {
        return Ok(());
    }
    Err(Error::Refused("Mail is not set up, and the way back in needs it: the person gets a link, you read out a code. An administrator sets mail up under Settings.".into()))
}

/// A client of a household, for their lead or an administrator.
async fn client(app: &App, db: &Firm, scope: &FirmScope, household: HouseholdId, login: UserId) -> Result<Login> {
    let who = policy::check(app, db, scope, Action::ViewHousehold, Some(household)).await?;
    let found = store::portal::find(db, household, login).await?.filter(|a| a.ended_at.is_none()).ok_or(Error::NotFound)?;
    let login = logins::find(db, found.login).await?.filter(|l| l.role == Role::Client).ok_or(Error::NotFound)?;
    if who.team != Some(TeamRole::Lead) && who.role != Role::Administrator {
        return Err(Error::Refused("Only the lead of the household or an administrator can do this.".into()));
    }
    if login.disabled_at.is_some() {
        return Err(Error::Refused("This person’s access has ended. Give it back first.".into()));
    }
    Ok(login)
}

/// Whom an adviser would help, before they begin (P32, P33): what the page says.
#[crate::boxed]
pub async fn speak(app: &App, scope: &FirmScope, household: HouseholdId, login: UserId) -> Result<Login> {
    client(app, &*app.store().read(scope).await?, scope, household, login).await
}

/// Sends the link and gives the code to read out. Again: another link and another code, the earlier ones end.
#[crate::boxed]
pub async fn start_client(app: &App, scope: &FirmScope, household: HouseholdId, login: UserId) -> Result<Spoken> {
    let Actor::User(me) = scope.actor() else { return Err(Error::NotFound) };
    needs_mail(app)?;
    let login = speak(app, scope, household, login).await?;
    limits::take(app, &format!("recover|{}", login.id), 3, Span::hours(1)).await?;
    limits::take(app, &format!("recover-by|{me}"), 30, Span::hours(1)).await?;
    let tx = app.store().begin(scope).await?;
    // Once more where it is saved: rights may have changed since.
    client(app, &tx, scope, household, login.id).await?;
    replace(app, &tx, login.id, Lost::Factors).await?;
    let (row, token, digits) = row(app, &login, Some(me), None);
    recoveries::insert(&tx, &row, &token.hash(PURPOSE)).await?;
    send(app, &tx, &login, &row, &token).await?;
    events::record(app, &tx, scope, Some(household), "recovery.begun", row.id, json!({ "login": login.id, "lost": "factors" })).await?;
    tx.commit().await?;
    Ok(shown(&login, &digits, app.now() + SPOKEN))
}

fn row(app: &App, login: &Login, made_by: Option<UserId>, approved_by: Option<UserId>) -> (Recovery, LinkToken, String) {
    let now = app.now();
    let (id, digits) = (app.random().id(now), new_code(app));
    let row = Recovery {
        firm: login.firm,
        id,
        login: login.id,
        lost: Lost::Factors,
        spoken_hash: Some(spoken_hash(id, &digits)),
        spoken_until: Some(now + SPOKEN),
        spoken_tries: 0,
        made_by,
        approved_by,
        created_at: now,
        expires_at: now + LASTS,
        ended_at: None,
    };
    (row, LinkToken::new(app.random().bytes()), digits)
}

async fn send(app: &App, tx: &Firm, login: &Login, row: &Recovery, token: &LinkToken) -> Result<()> {
    jobs::enqueue(app, tx, &Job::ExpireRecovery { recovery: row.id }, row.expires_at).await?;
    let link = address(app, token);
    let about = About { link: &link, ..About::default() };
    write(app, tx, (&login.name, &login.email), Kind::NewSignIn, about, row.id.to_string()).await
}

/// Somebody else of the staff, who can sign in and lost something.
async fn colleague(app: &App, db: &Firm, scope: &FirmScope, login: UserId) -> Result<Login> {
    policy::check(app, db, scope, Action::ManageFirm, None).await?;
    let found = logins::find(db, login).await?.filter(|l| l.role.is_staff()).ok_or(Error::NotFound)?;
    if scope.actor() == Actor::User(login) {
        return Err(Error::Refused("Another administrator has to do this for you.".into()));
    }
    if found.disabled_at.is_some() {
        return Err(Error::Refused("This person’s access has ended. Give it back first.".into()));
    }
    if found.enrolled_at.is_none() {
        return Err(Error::Refused("This person has not set up their sign-in yet: invite them again.".into()));
    }
    Ok(found)
}

/// The first of two administrators. Nothing is sent and nothing ends before the second agrees.
#[crate::boxed]
pub async fn start_staff(app: &App, scope: &FirmScope, login: UserId) -> Result<()> {
    let Actor::User(me) = scope.actor() else { return Err(Error::NotFound) };
    needs_mail(app)?;
    let tx = app.store().begin(scope).await?;
    let login = colleague(app, &tx, scope, login).await?;
    replace(app, &tx, login.id, Lost::Factors).await?;
    let (mut row, token, _) = row(app, &login, Some(me), None);
    (row.spoken_hash, row.spoken_until, row.expires_at) = (None, None, app.now() + WAITS);
    recoveries::insert(&tx, &row, &token.hash(PURPOSE)).await?;
    jobs::enqueue(app, &tx, &Job::ExpireRecovery { recovery: row.id }, row.expires_at).await?;
    events::record(app, &tx, scope, None, "recovery.begun", row.id, json!({ "login": login.id, "lost": "factors" })).await?;
    Ok(tx.commit().await?)
}

/// A recovery of staff that waits for a second administrator.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub id: RecoveryId,
    pub name: String,
    pub by: String,
    pub at: Time,
    /// Whoever looks may agree: they neither began it nor is it theirs.
    pub mine_to_approve: bool,
}

#[crate::boxed]
pub async fn waiting(app: &App, scope: &FirmScope) -> Result<Vec<Waiting>> {
    let Actor::User(me) = scope.actor() else { return Err(Error::NotFound) };
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::ManageFirm, None).await?;
    let mut out = Vec::new();
    for r in recoveries::waiting(&db, app.now()).await? {
        let name = logins::find(&db, r.login).await?.map_or(String::new(), |l| l.name);
        let by = match r.made_by {
            Some(by) => logins::find(&db, by).await?.map_or(String::new(), |l| l.name),
            None => String::new(),
        };
        out.push(Waiting { id: r.id, name, by, at: r.created_at, mine_to_approve: r.made_by != Some(me) && r.login != me });
    }
    Ok(out)
}

/// The second of two administrators: sends the link and gets the code to read out.
#[crate::boxed]
pub async fn approve(app: &App, scope: &FirmScope, id: RecoveryId) -> Result<Spoken> {
    let Actor::User(me) = scope.actor() else { return Err(Error::NotFound) };
    needs_mail(app)?;
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::ManageFirm, None).await?;
    let found = recoveries::find(&tx, id).await?.filter(|r| r.ended_at.is_none() && r.approved_by.is_none() && app.now() < r.expires_at);
    let mut r = found.filter(|r| r.lost == Lost::Factors).ok_or(Error::NotFound)?;
    let login = colleague(app, &tx, scope, r.login).await?;
    if r.made_by == Some(me) || r.made_by.is_none() {
        return Err(Error::Refused("A second administrator has to agree, not the one who began.".into()));
    }
    let (fresh, token, digits) = row(app, &login, r.made_by, Some(me));
    r.approved_by = Some(me);
    r.spoken_hash = Some(spoken_hash(r.id, &digits));
    (r.spoken_until, r.expires_at) = (fresh.spoken_until, fresh.expires_at);
    if !recoveries::approve(&tx, &r, &token.hash(PURPOSE)).await? {
        return Err(Error::NotFound);
    }
    send(app, &tx, &login, &r, &token).await?;
    events::record(app, &tx, scope, None, "recovery.approved", r.id, json!({ "login": login.id })).await?;
    tx.commit().await?;
    Ok(shown(&login, &digits, app.now() + SPOKEN))
}

/// For a firm with one administrator: whoever runs the server begins it at the command line, and reads the code out.
#[crate::boxed]
pub async fn operator(app: &App, email: &str) -> Result<Spoken> {
    needs_mail(app)?;
    let key = crate::sign_in::email_key(email);
    let found = logins::by_email(&*app.store().read_system().await?, &key).await?;
    let login = found.filter(|l| l.role.is_staff() && l.disabled_at.is_none() && l.enrolled_at.is_some()).ok_or(Error::NotFound)?;
    let scope = app.system_scope(login.firm);
    let tx = app.store().begin(&scope).await?;
    replace(app, &tx, login.id, Lost::Factors).await?;
    let (row, token, digits) = row(app, &login, None, None);
    recoveries::insert(&tx, &row, &token.hash(PURPOSE)).await?;
    send(app, &tx, &login, &row, &token).await?;
    events::record(app, &tx, &scope, None, "recovery.begun", row.id, json!({ "login": login.id, "lost": "factors", "by": "operator" }))
        .await?;
    tx.commit().await?;
    Ok(shown(&login, &digits, app.now() + SPOKEN))
}
