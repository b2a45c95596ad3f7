//! The end of the way in: a sign-in of the person's own, proven by a passkey or by a password with a code, or one that they had already.
//! The adviser never sets a client's password (P18).

use super::notice::{self, What};
use super::welcome::Visitor;
use super::{Step, step};
use crate::factors::{self, Shown};
use crate::passkeys::{self, Begun};
use crate::portal::Access;
use crate::sessions::Session;
use crate::sign_in::{self, From};
use crate::{App, Error, Result, events, limits, passwords, portal, recovery_codes, staff};
use model::permission::Role;
use model::{Actor, FirmScope, Secret, UserId};
use serde_json::json;
use store::Firm;
use store::logins::{self, Login};

/// Signed in: the value for the session's cookie, and the printed codes, shown once.
pub struct Done {
    pub session: Secret<String>,
    pub codes: Vec<Secret<String>>,
}

async fn at(app: &App, v: &Visitor, wanted: &[Step]) -> Result<String> {
    if !wanted.contains(&step(app, v).await?) {
        return Err(Error::NotFound);
    }
    v.enrolment.email.clone().ok_or(Error::NotFound)
}

/// Takes the password and shows the second factor's key; again with another password while nothing is confirmed.
#[crate::boxed]
pub async fn choose_password(app: &App, v: &Visitor, password: Secret<String>) -> Result<()> {
    let email = at(app, v, &[Step::Choose, Step::Factor]).await?;
    let own = [v.member.name.as_str(), &email, &v.firm.name];
    if let Some(wrong) = passwords::complaint(password.expose(), v.firm.settings.short_passwords, &own) {
        return Err(Error::field("password", wrong));
    }
    let hashed = passwords::hash(app, &password).await?;
    let seed = factors::new_seed(app);
    let tx = app.store().begin(&v.scope).await?;
    let sealed = factors::sealed(app, &tx, v.login, &seed).await?;
    store::invitations::propose(&tx, &v.enrolment.hash, &hashed, &sealed).await?;
    Ok(tx.commit().await?)
}

/// The key that waits to be confirmed.
#[crate::boxed]
pub async fn waiting_factor(app: &App, v: &Visitor) -> Result<Shown> {
    let email = at(app, v, &[Step::Factor]).await?;
    let db = app.store().read(&v.scope).await?;
    let sealed = v.enrolment.totp.as_deref().ok_or(Error::NotFound)?;
    let seed = factors::opened(app, &db, v.login, sealed).await?;
    Ok(factors::shown(&seed, &v.firm.name, &email))
}

/// The first code proves the second factor, spends the invitation and signs in.
pub async fn confirm(app: &App, v: &Visitor, code: &str, from: From<'_>) -> Result<Done> {
    let email = at(app, v, &[Step::Factor]).await?;
    limits::count(app, &format!("codes|{}", v.login), limits::CODES).await?;
    let (sealed, password) = (v.enrolment.totp.as_deref(), v.enrolment.password_hash.as_deref());
    let (sealed, password) = (sealed.ok_or(Error::NotFound)?, password.ok_or(Error::NotFound)?);
    let seed = {
        let db = app.store().read(&v.scope).await?;
        factors::opened(app, &db, v.login, sealed).await?
    };
    let wrong = || Error::field("factor", "This code doesn’t fit. Type the six digits that the app shows now.");
    let step = factors::step(&seed, code, app.now()).ok_or_else(wrong)?;
    let tx = app.store().begin(&v.scope).await?;
    let login = insert(app, &tx, v, email).await?;
    logins::set_proofs(&tx, login.id, password, sealed, Some(app.now())).await?;
    logins::use_step(&tx, login.id, step).await?;
    let done = finish(app, &tx, v, &login, from).await?;
    tx.commit().await?;
    Ok(done)
}

/// The challenge for the first passkey of a sign-in that does not exist yet.
#[crate::boxed]
pub async fn begin_passkey(app: &App, v: &Visitor) -> Result<Begun> {
    let email = at(app, v, &[Step::Choose, Step::Factor]).await?;
    passkeys::begin_registration(app, v.login, &email, &v.member.name).await
}

/// A passkey is both factors: it spends the invitation and signs in.
pub async fn finish_passkey(app: &App, v: &Visitor, ceremony: &str, answer: &serde_json::Value, from: From<'_>) -> Result<Done> {
    let email = at(app, v, &[Step::Choose, Step::Factor]).await?;
    let registered = passkeys::finish_registration(app, ceremony, answer).await?;
    if registered.user != v.login {
        return Err(Error::NotFound);
    }
    let tx = app.store().begin(&v.scope).await?;
    let login = insert(app, &tx, v, email).await?;
    store::invitations::enrol_bare(&tx, login.id, app.now()).await?;
    passkeys::keep(app, &tx, login.id, registered, from.device).await?;
    let done = finish(app, &tx, v, &login, from).await?;
    tx.commit().await?;
    Ok(done)
}

async fn insert(app: &App, tx: &Firm, v: &Visitor, email: String) -> Result<Login> {
    let person = staff::NewPerson { id: v.login, name: v.member.name.clone(), email, role: Role::Client };
    staff::insert(app, tx, &person).await
}

async fn finish(app: &App, tx: &Firm, v: &Visitor, login: &Login, from: From<'_>) -> Result<Done> {
    let scope = sign_in::scope(login);
    accept(app, tx, &scope, v, login.id).await?;
    let codes = recovery_codes::make(app, tx, login.id).await?;
    let session = sign_in::begin_whole(app, tx, &scope, login, from).await?;
    Ok(Done { session, codes })
}

/// Somebody who has a sign-in already, proven by being signed in with it, gains the household (P35).
#[crate::boxed]
pub async fn join(app: &App, v: &Visitor, session: &Session) -> Result<()> {
    let email = at(app, v, &[Step::Exists]).await?;
    let same = session.scope.firm() == v.invitation.firm && sign_in::email_key(&session.email) == sign_in::email_key(&email);
    if !same || session.role != Role::Client {
        return Err(Error::Refused("Sign in with the address that was invited.".into()));
    }
    let tx = app.store().begin(&session.scope).await?;
    let there = store::portal::find(&tx, v.invitation.household, session.user).await?;
    if there.is_some_and(|a| a.ended_at.is_none() && a.member != v.invitation.member) {
        return Err(Error::Refused(
            "This sign-in sees the household already, as somebody else. Each person has a sign-in of their own.".into(),
        ));
    }
    accept(app, &tx, &session.scope, v, session.user).await?;
    Ok(tx.commit().await?)
}

/// Spends the invitation and gives what it says.
async fn accept(app: &App, tx: &Firm, scope: &FirmScope, v: &Visitor, login: UserId) -> Result<()> {
    let (i, now) = (&v.invitation, app.now());
    if scope.actor() != Actor::User(login) || !store::invitations::accept(tx, i.id, login, now).await? {
        return Err(Error::NotFound);
    }
    store::invitations::end_enrolments(tx, i.id, now).await?;
    let access = Access {
        household: i.household,
        login,
        member: i.member,
        rights: i.rights,
        set_name: i.set_name.clone(),
        granted_by: i.made_by,
        granted_at: now,
        changed_at: now,
        ended_at: None,
    };
    portal::grant(app, tx, scope, &access).await?;
    events::record(app, tx, scope, Some(i.household), "invitation.accepted", i.id, json!({ "member": i.member, "login": login })).await?;
    notice::tell(app, tx, &v.firm, i, &v.member, What::Accepted).await
}
