//! Whether something that a page shows has changed since it was drawn. Says that, never what: the page reads itself again.

use crate::{App, Result, policy};
use model::permission::Action;
use model::{Actor, FirmScope, HouseholdId};

/// A word that is another one as soon as anything of the household changed.
pub async fn household(app: &App, scope: &FirmScope, id: HouseholdId) -> Result<String> {
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::ViewHousehold, Some(id)).await?;
    Ok(store::home::pulse(&db, Some(id), app.now()).await?)
}

/// The same for everything in the firm.
pub async fn firm(app: &App, scope: &FirmScope) -> Result<String> {
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::ViewHousehold, None).await?;
    Ok(store::home::pulse(&db, None, app.now()).await?)
}

/// Connections of somebody's own households that need somebody: the number in the rail. Nobody's are none.
pub async fn attention(app: &App, scope: &FirmScope) -> Result<usize> {
    let Actor::User(who) = scope.actor() else { return Ok(0) };
    let db = app.store().read(scope).await?;
    Ok(store::home::attention(&db, who).await?)
}

/// Whether the session that opened a stream still holds. Asking does not keep it alive.
pub async fn still_here(app: &App, hash: &[u8]) -> Result<bool> {
    let db = app.store().read_system().await?;
    let now = app.now();
    let found = store::sessions::find(&db, hash).await?;
    Ok(found.is_some_and(|s| s.factor_at.is_some() && s.expires_at > now && now - s.seen_at < crate::sessions::idle(s.role)))
}
