//! What clients and colleagues see of a member of staff: photograph, title, telephone. Their own to change; seen by everybody who is signed
//! in at the firm, and by nobody else.

use crate::{App, Error, Field, Result, events, pictures};
use model::permission::Role;
use model::{Actor, FirmScope, UserId};
use serde_json::json;
use store::Firm;
pub use store::likeness::Card;

const TITLE: usize = 60;

/// The card of a member of staff, for the page that shows whom to turn to.
#[crate::boxed]
pub async fn card(db: &Firm, login: UserId) -> Result<Option<Card>> {
    Ok(store::likeness::card(db, login).await?)
}

/// Where the photograph is; "" when there is none.
pub fn address(card: &Card) -> String {
    card.likeness_at.map(|at| format!("/likeness/{}?v={}", card.login, at.0)).unwrap_or_default()
}

/// Every member of staff.
#[crate::boxed]
pub async fn cards(app: &App, scope: &FirmScope) -> Result<Vec<Card>> {
    let db = app.store().read(scope).await?;
    Ok(store::likeness::cards(&db).await?)
}

/// The actor, when they are staff.
async fn own(db: &Firm, scope: &FirmScope) -> Result<UserId> {
    let Actor::User(user) = scope.actor() else { return Err(Error::NotFound) };
    match store::policy::role(db, user).await? {
        Some(role) if role.is_staff() => Ok(user),
        _ => Err(Error::NotFound),
    }
}

/// The actor's own card.
#[crate::boxed]
pub async fn mine(app: &App, scope: &FirmScope) -> Result<Card> {
    let db = app.store().read(scope).await?;
    let user = own(&db, scope).await?;
    store::likeness::card(&db, user).await?.ok_or(Error::NotFound)
}

/// What is wrong with a telephone number, if anything.
pub(crate) fn phone_problem(phone: &str) -> Option<&'static str> {
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let fine = phone.chars().all(|c| c.is_ascii_digit() || " +-().x/".contains(c));
    (!phone.is_empty() && (digits < 5 || phone.chars().count() > 40 || !fine)).then_some("Enter a phone number, or leave it empty.")
}

/// Title and telephone as they will be kept, or what is wrong with them.
pub fn tidy(title: &str, phone: &str) -> std::result::Result<(String, String), Vec<Field>> {
    let (title, phone) = (title.split_whitespace().collect::<Vec<_>>().join(" "), phone.trim().to_owned());
    let mut wrong = Vec::new();
    if title.chars().count() > TITLE || title.chars().any(char::is_control) {
        wrong.push(Field { name: "title", message: format!("Enter at most {TITLE} characters.") });
    }
    if let Some(message) = phone_problem(&phone) {
        wrong.push(Field { name: "phone", message: message.into() });
    }
    if wrong.is_empty() { Ok((title, phone)) } else { Err(wrong) }
}

/// Saves the actor's own title and telephone.
#[crate::boxed]
pub async fn save(app: &App, scope: &FirmScope, title: &str, phone: &str) -> Result<()> {
    let (title, phone) = tidy(title, phone).map_err(Error::Invalid)?;
    let tx = app.store().begin(scope).await?;
    let user = own(&tx, scope).await?;
    let old = store::likeness::card(&tx, user).await?.ok_or(Error::NotFound)?;
    if (old.title.unwrap_or_default(), old.phone.unwrap_or_default()) != (title.clone(), phone.clone()) {
        store::likeness::set(&tx, user, &title, &phone).await?;
        events::record(app, &tx, scope, None, "staff.card_changed", user, json!({})).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes the actor's own photograph, or takes it away.
#[crate::boxed]
pub async fn set(app: &App, scope: &FirmScope, body: Option<&[u8]>) -> Result<()> {
    let picture = body.map(|b| pictures::check("likeness", b)).transpose()?;
    let tx = app.store().begin(scope).await?;
    let user = own(&tx, scope).await?;
    let name = store::likeness::picture(user);
    match &picture {
        Some(p) => store::firms::set_picture(&tx, &name, p.mime, &p.body, app.now()).await?,
        None => {
            store::firms::remove_picture(&tx, &name).await?;
        }
    }
    events::record(app, &tx, scope, None, "staff.likeness", user, json!({ "there": picture.is_some() })).await?;
    Ok(tx.commit().await?)
}

/// The photograph of a member of staff of the asker's own firm: (kind, bytes). Everybody else's is not there.
#[crate::boxed]
pub async fn picture(app: &App, scope: &FirmScope, login: UserId) -> Result<(String, Vec<u8>)> {
    let db = app.store().read(scope).await?;
    let Actor::User(user) = scope.actor() else { return Err(Error::NotFound) };
    store::policy::role(&db, user).await?.ok_or(Error::NotFound)?;
    store::policy::role(&db, login).await?.filter(|r: &Role| r.is_staff()).ok_or(Error::NotFound)?;
    store::firms::picture(&db, &store::likeness::picture(login)).await?.ok_or(Error::NotFound)
}
