//! The firm itself and its first administrator. The firm begins with the administrator, because everybody belongs to a firm.

use super::Holder;
use crate::factors::Shown;
use crate::firms::{self, Change, NewFirm, Settings};
use crate::sign_in::From;
use crate::staff::{self, NewPerson};
use crate::{App, Error, Result, seal};
use model::permission::Role;
use model::plan::Plan;
use model::{Actor, FirmScope, Secret, UserId};
use store::logins;

/// The invitation that the administrator is using, sealed.
const INVITE: &str = "setup.invite";
pub(super) const FIRM: &str = "setup.firm";
pub(super) const SUPPORT: &str = "setup.support";
const BEFORE: &str = "New firm";

/// Takes name, address and password and shows the second factor's key. Again with other values until the first code was right.
#[crate::boxed]
pub async fn save_administrator(app: &App, holder: &Holder, name: &str, email: &str, password: Secret<String>) -> Result<Shown> {
    if holder.is_administrator() {
        return Err(Error::Refused("The administrator is set up. Change your own name under Preferences.".into()));
    }
    let now = app.now();
    let id: UserId = app.random().id(now);
    let new = staff::tidy(&NewPerson { id, name: name.into(), email: email.into(), role: Role::Administrator })?;
    if let Some(wrong) = crate::passwords::complaint(password.expose(), false, &[&new.name, &new.email]) {
        return Err(Error::field("password", wrong));
    }
    let there = store::firms::all(&*app.store().read_system().await?).await?.into_iter().next();
    let firm = there.as_ref().map_or_else(|| app.random().id(now), |f| f.id);
    let scope = FirmScope::new(firm, Actor::System);
    let tx = app.store().begin(&scope).await?;
    if there.is_none() {
        let begun = NewFirm {
            id: firm,
            name: BEFORE.into(),
            plan: Plan::Complete,
            time_zone: "America/Chicago".into(),
            settings: Settings::default(),
        };
        firms::create(app, &tx, &begun).await?;
    }
    // Somebody who was entered and never confirmed makes room.
    logins::remove_unproven(&tx).await?;
    let invitation = staff::add_invited(app, &tx, &new).await?;
    tx.commit().await?;
    let tx = app.store().begin_system().await?;
    seal::system_put(app, &tx, INVITE, invitation.token.expose().as_bytes()).await?;
    tx.commit().await?;
    staff::choose_password(app, invitation.token.expose(), password).await
}

async fn invitation(app: &App) -> Result<Secret<String>> {
    let sealed = seal::system_get(app, &*app.store().read_system().await?, INVITE).await?.ok_or(Error::NotFound)?;
    String::from_utf8(sealed.expose().clone()).map(Secret::new).map_err(|_| Error::Internal("an unreadable setting"))
}

/// The key that waits for its first code, if there is one.
#[crate::boxed]
pub async fn waiting_administrator(app: &App, holder: &Holder) -> Result<Option<Shown>> {
    if holder.is_administrator() {
        return Ok(None);
    }
    let code = match invitation(app).await {
        Err(Error::NotFound) => return Ok(None),
        code => code?,
    };
    match staff::waiting_factor(app, code.expose()).await {
        Err(Error::NotFound) => Ok(None),
        shown => shown.map(Some),
    }
}

/// The first code: the administrator exists and is signed in; the set-up's own session is over.
pub async fn confirm_administrator(app: &App, _holder: &Holder, factor: &str, from: From<'_>) -> Result<(Secret<String>, String)> {
    let code = invitation(app).await?;
    let done = staff::confirm(app, code.expose(), factor, from).await?;
    let tx = app.store().begin_system().await?;
    store::settings::remove(&tx, INVITE).await?;
    super::begin::end(&tx).await?;
    tx.commit().await?;
    Ok(done)
}

/// The firm's name and time zone.
#[crate::boxed]
pub async fn save_firm(app: &App, holder: &Holder, name: &str, time_zone: &str) -> Result<()> {
    change(app, holder, FIRM, |c| {
        c.name = name.into();
        c.time_zone = time_zone.into();
    })
    .await
}

/// How clients reach the firm, and what stands under its reports.
#[crate::boxed]
pub async fn save_support(app: &App, holder: &Holder, email: &str, phone: &str, disclaimer: &str) -> Result<()> {
    if email.trim().is_empty() {
        return Err(Error::field("support_email", "Enter the address that clients may write to: messages come from it."));
    }
    change(app, holder, SUPPORT, |c| {
        c.support_email = email.into();
        c.support_phone = phone.into();
        c.disclaimer = disclaimer.into();
    })
    .await
}

async fn change(app: &App, holder: &Holder, done: &str, set: impl FnOnce(&mut Change)) -> Result<()> {
    let scope = holder.firm()?;
    let firm = firms::own(app, &scope).await?;
    let mut change = Change {
        name: firm.name,
        time_zone: firm.time_zone,
        support_email: firm.settings.support_email,
        support_phone: firm.settings.support_phone,
        disclaimer: firm.settings.disclaimer,
    };
    set(&mut change);
    firms::save(app, &scope, &change).await?;
    let tx = app.store().begin_system().await?;
    store::settings::put(&tx, done, Some("yes"), None, app.now()).await?;
    Ok(tx.commit().await?)
}
