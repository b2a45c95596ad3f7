//! Staff: invited by an administrator with a one-use address, enrolled with a password and a second factor of their own, disabled at once.

use crate::factors::{self, Shown};
use crate::{App, Error, Field, Result, events, links, passwords, policy, sign_in};
use model::link::End;
use model::permission::{Action, Role};
use model::{Actor, FirmScope, Secret, Span, Time, UserId};
use serde_json::json;
use std::collections::HashMap;
use store::logins::{self, Login};
use vault::LinkToken;

/// How long an invitation works.
pub const WEEK: Span = Span::days(7);
const PURPOSE: &str = "staff";

/// A person of the firm's staff.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub seen_at: Option<Time>,
    pub enrolled: bool,
    /// An invitation is open until then.
    pub invited_until: Option<Time>,
    pub disabled: bool,
}

#[crate::boxed]
pub async fn list(app: &App, scope: &FirmScope) -> Result<Vec<Person>> {
    let db = app.store().read(scope).await?;
    let seen: HashMap<UserId, Time> = logins::last_seen(&db).await?.into_iter().collect();
    let now = app.now();
    let person = |l: Login| Person {
        seen_at: seen.get(&l.id).copied(),
        enrolled: l.enrolled_at.is_some(),
        invited_until: l.invite_until.filter(|t| now < *t),
        disabled: l.disabled_at.is_some(),
        id: l.id,
        name: l.name,
        email: l.email,
        role: l.role,
    };
    Ok(logins::staff(&db).await?.into_iter().map(person).collect())
}

/// What a new member of staff is called, reached at and may do.
#[derive(Debug, Clone)]
pub struct NewPerson {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
}

/// Names and addresses as they are kept; what is wrong stands at its field.
pub(crate) fn tidy(p: &NewPerson) -> Result<NewPerson> {
    let (name, email) = (p.name.split_whitespace().collect::<Vec<_>>().join(" "), p.email.trim().to_owned());
    let mut wrong = Vec::new();
    if name.is_empty() || name.chars().count() > 100 {
        wrong.push(Field { name: "name", message: "Enter a name of at most 100 characters.".into() });
    }
    if !is_address(&email) {
        wrong.push(Field { name: "email", message: "Enter an e-mail address, like name@example.com.".into() });
    }
    if !p.role.is_staff() {
        wrong.push(Field { name: "role", message: "Choose a role.".into() });
    }
    if wrong.is_empty() { Ok(NewPerson { id: p.id, name, email, role: p.role }) } else { Err(Error::Invalid(wrong)) }
}

/// Something before and after one @, a point in what follows, no spaces: the rest only the mail server knows.
pub(crate) fn is_address(text: &str) -> bool {
    let fine = |c: char| !c.is_whitespace() && !c.is_control() && !"<>,;\"()\\".contains(c);
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    let host_fine = host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains("..");
    !local.is_empty() && !local.contains('@') && host_fine && text.len() <= 254 && text.chars().all(fine)
}

/// The one-use address's secret, to be shown once.
#[derive(Debug)]
pub struct Invitation {
    pub token: Secret<String>,
    pub until: Time,
}

/// Adds somebody and makes their invitation. The same id again makes the invitation anew, as a form that is sent twice wants it.
#[crate::boxed]
pub async fn invite(app: &App, scope: &FirmScope, person: &NewPerson) -> Result<Invitation> {
    let new = tidy(person)?;
    let read = app.store().read(scope).await?;
    policy::check(app, &read, scope, Action::ManageFirm, None).await?;
    let there = logins::find(&read, new.id).await?;
    drop(read);
    let tx = app.store().begin(scope).await?;
    let role = match &there {
        None => insert(app, &tx, &new).await?.role,
        // A client's login has invitations of its own, which no member of staff may hold.
        Some(l) if !l.role.is_staff() => return Err(Error::NotFound),
        Some(l) if l.enrolled_at.is_some() => return Err(Error::Refused("This person has already set up their sign-in.".into())),
        Some(l) => l.role,
    };
    events::record(app, &tx, scope, None, "staff.invited", new.id, json!({ "role": role.key() })).await?;
    let invitation = new_invitation(app, &tx, new.id).await?;
    tx.commit().await?;
    Ok(invitation)
}

#[crate::boxed]
pub(crate) async fn insert(app: &App, tx: &store::Firm, new: &NewPerson) -> Result<Login> {
    let login = Login {
        firm: tx.id(),
        id: new.id,
        email: new.email.clone(),
        role: new.role,
        name: new.name.clone(),
        member: None,
        password_hash: None,
        totp: None,
        totp_step: 0,
        invite_until: None,
        enrolled_at: None,
        preferences: "{}".into(),
        disabled_at: None,
        created_at: app.now(),
    };
    match logins::insert(tx, &login, &sign_in::email_key(&new.email)).await {
        // Whose it is stays unsaid: it may be another firm's.
        Err(store::Error::Conflict) => Err(Error::field("email", "This address can’t be used for a new person. Use another.")),
        done => done.map(|()| login).map_err(Error::from),
    }
}

/// Adds somebody with their proofs already given: the rehearsal's people, whose passwords are printed.
#[crate::boxed]
pub async fn add_ready(app: &App, tx: &store::Firm, new: &NewPerson, password_hash: &str, secret: &str) -> Result<()> {
    insert(app, tx, new).await?;
    let seed = Secret::new(factors::from_base32(secret).ok_or(Error::Internal("a second factor's secret"))?);
    let sealed = factors::sealed(app, tx, new.id, &seed).await?;
    Ok(logins::set_proofs(tx, new.id, password_hash, &sealed, Some(app.now())).await?)
}

/// Adds somebody and makes their invitation, for set-up.
#[crate::boxed]
pub(crate) async fn add_invited(app: &App, tx: &store::Firm, new: &NewPerson) -> Result<Invitation> {
    insert(app, tx, new).await?;
    new_invitation(app, tx, new.id).await
}

async fn new_invitation(app: &App, tx: &store::Firm, id: UserId) -> Result<Invitation> {
    let token = LinkToken::new(app.random().bytes());
    let until = app.now() + WEEK;
    logins::invite(tx, id, &token.hash(PURPOSE), until).await?;
    Ok(Invitation { token: Secret::new(token.code().to_string()), until })
}

/// Somebody else of the firm, for an administrator to change.
async fn other(app: &App, scope: &FirmScope, id: UserId) -> Result<Login> {
    let read = app.store().read(scope).await?;
    policy::check(app, &read, scope, Action::ManageFirm, None).await?;
    let login = logins::find(&read, id).await?.filter(|l| l.role.is_staff()).ok_or(Error::NotFound)?;
    if scope.actor() == Actor::User(id) {
        return Err(Error::Refused("Another administrator has to do this for you.".into()));
    }
    Ok(login)
}

/// Once more where it is saved, one administrator after the other: two who take each other's place at once would leave the firm to nobody.
async fn still_may(app: &App, tx: &store::Firm, scope: &FirmScope) -> Result<()> {
    store::firms::hold(tx).await?;
    policy::check(app, tx, scope, Action::ManageFirm, None).await.map(|_| ())
}

/// A new invitation for somebody who has not set up their sign-in yet. Whoever has, and lost something, comes back by `recovery`: that takes
/// two administrators.
#[crate::boxed]
pub async fn reset(app: &App, scope: &FirmScope, id: UserId) -> Result<Invitation> {
    let login = other(app, scope, id).await?;
    if login.disabled_at.is_some() {
        return Err(Error::Refused("This person’s access has ended. Give it back first.".into()));
    }
    if login.enrolled_at.is_some() {
        return Err(Error::Refused(
            "This person has set up their sign-in already. If something is lost, a second administrator has to agree.".into(),
        ));
    }
    let tx = app.store().begin(scope).await?;
    let invitation = new_invitation(app, &tx, id).await?;
    store::sessions::end_of_user(&tx, id, None).await?;
    events::record(app, &tx, scope, None, "staff.reset", id, json!({})).await?;
    tx.commit().await?;
    Ok(invitation)
}

/// Makes somebody something else. They sign in again: what they saw as what they were ends at once.
#[crate::boxed]
pub async fn set_role(app: &App, scope: &FirmScope, id: UserId, role: Role) -> Result<()> {
    let login = other(app, scope, id).await?;
    if !role.is_staff() {
        return Err(Error::field("role", "Choose a role."));
    }
    if login.role == role {
        return Ok(());
    }
    let tx = app.store().begin(scope).await?;
    still_may(app, &tx, scope).await?;
    // Their row is taken first: whoever makes them a lead at the same instant waits, or has been seen here.
    logins::set_role(&tx, id, role).await?;
    if role == Role::Support && crate::handover::still_leads(&tx, id).await? > 0 {
        return Err(Error::Refused(
            "This person leads households, and support sees no client data. Hand the households over first.".into(),
        ));
    }
    store::sessions::end_of_user(&tx, id, None).await?;
    let detail = json!({ "from": login.role.key(), "to": role.key() });
    events::record(app, &tx, scope, None, "staff.role", id, detail).await?;
    let said = "What you may do at your firm was changed by an administrator, and every browser was signed out.";
    crate::recovery::tell(app, &tx, &login, said).await?;
    Ok(tx.commit().await?)
}

/// Ends somebody's access, sessions included, at once; or gives it back.
#[crate::boxed]
pub async fn set_disabled(app: &App, scope: &FirmScope, id: UserId, disabled: bool) -> Result<()> {
    let login = other(app, scope, id).await?;
    if login.disabled_at.is_some() == disabled {
        return Ok(());
    }
    let tx = app.store().begin(scope).await?;
    still_may(app, &tx, scope).await?;
    logins::set_disabled(&tx, id, disabled.then(|| app.now())).await?;
    if disabled && crate::handover::still_leads(&tx, id).await? > 0 {
        return Err(Error::Refused("This person leads households. Hand them over: choose “Leaves the firm”.".into()));
    }
    store::sessions::end_of_user(&tx, id, None).await?;
    // Whoever leaves may have kept the secret of a link that no client has opened yet.
    if disabled {
        for link in store::links::in_hand(&tx, id).await? {
            links::end(app, &tx, scope, &link, End::Revoked).await?;
        }
        for i in store::invitations::made_by(&tx, id).await? {
            crate::invitations::end(app, &tx, scope, &i, model::invitation::End::Revoked).await?;
        }
    }
    events::record(app, &tx, scope, None, if disabled { "staff.disabled" } else { "staff.enabled" }, id, json!({})).await?;
    Ok(tx.commit().await?)
}

/// What an invitation's holder sees before they choose a password.
#[derive(Debug, Clone)]
pub struct Invited {
    pub name: String,
    pub email: String,
    pub firm: String,
    pub short_passwords: bool,
}

/// Expired, spent, replaced and unknown are one and the same.
async fn open(app: &App, code: &str) -> Result<(Login, [u8; 32], Invited)> {
    let hash = LinkToken::parse(code).map_err(|_| Error::NotFound)?.hash(PURPOSE);
    let found = logins::by_invite(&*app.store().read_system().await?, &hash).await?;
    let live = found.filter(|l| l.disabled_at.is_none() && l.invite_until.is_some_and(|t| app.now() < t));
    let login = live.ok_or(Error::NotFound)?;
    let firm = store::firms::own(&*app.store().read(&sign_in::scope(&login)).await?).await?;
    let short_passwords = firm.settings.short_passwords;
    let invited = Invited { name: login.name.clone(), email: login.email.clone(), firm: firm.name, short_passwords };
    Ok((login, hash, invited))
}

#[crate::boxed]
pub async fn invited(app: &App, code: &str) -> Result<Invited> {
    Ok(open(app, code).await?.2)
}

/// Takes the password and shows the second factor's key; again with another password while nothing is confirmed.
#[crate::boxed]
pub async fn choose_password(app: &App, code: &str, password: Secret<String>) -> Result<Shown> {
    let (login, hash, invited) = open(app, code).await?;
    if let Some(wrong) = passwords::complaint(password.expose(), invited.short_passwords, &[&invited.name, &invited.email, &invited.firm]) {
        return Err(Error::field("password", wrong));
    }
    let hashed = passwords::hash(app, &password).await?;
    let seed = factors::new_seed(app);
    let tx = app.store().begin(&sign_in::scope(&login)).await?;
    let sealed = factors::sealed(app, &tx, login.id, &seed).await?;
    if !logins::propose(&tx, login.id, &hash, &hashed, &sealed, app.now()).await? {
        return Err(Error::NotFound);
    }
    tx.commit().await?;
    Ok(factors::shown(&seed, &invited.firm, &invited.email))
}

/// The key that waits to be confirmed, shown again after a wrong code.
#[crate::boxed]
pub async fn waiting_factor(app: &App, code: &str) -> Result<Shown> {
    let (login, _, invited) = open(app, code).await?;
    let read = app.store().read(&sign_in::scope(&login)).await?;
    let sealed = login.totp.as_ref().ok_or(Error::NotFound)?;
    let seed = factors::opened(app, &read, login.id, sealed).await?;
    Ok(factors::shown(&seed, &invited.firm, &invited.email))
}

/// The first code proves the second factor, spends the invitation and signs in.
pub async fn confirm(app: &App, code: &str, factor: &str, from: sign_in::From<'_>) -> Result<(Secret<String>, String)> {
    let (login, hash, _) = open(app, code).await?;
    let scope = sign_in::scope(&login);
    crate::limits::count(app, &format!("codes|{}", login.id), crate::limits::CODES).await?;
    let read = app.store().read(&scope).await?;
    let seed = factors::opened(app, &read, login.id, login.totp.as_ref().ok_or(Error::NotFound)?).await?;
    drop(read);
    let wrong = || Error::field("factor", "This code doesn’t fit. Type the six digits that the app shows now.");
    let step = factors::step(&seed, factor, app.now()).ok_or_else(wrong)?;
    let tx = app.store().begin(&scope).await?;
    if !logins::enrol(&tx, login.id, &hash, step, app.now()).await? {
        return Err(Error::NotFound);
    }
    events::record(app, &tx, &scope, None, "staff.enrolled", login.id, json!({})).await?;
    let token = sign_in::begin_whole(app, &tx, &scope, &login, from).await?;
    tx.commit().await?;
    Ok((token, login.email))
}

/// Saves somebody's own name and preferences.
#[crate::boxed]
pub async fn save_own(app: &App, scope: &FirmScope, name: &str, preferences: &serde_json::Value) -> Result<()> {
    let Actor::User(user) = scope.actor() else { return Err(Error::NotFound) };
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Error::field("name", "Enter a name of at most 100 characters."));
    }
    let tx = app.store().begin(scope).await?;
    logins::set_profile(&tx, user, &name, &preferences.to_string()).await?;
    Ok(tx.commit().await?)
}
