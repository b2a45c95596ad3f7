//! What is shared with a client, said to that client, and ending it: their own access, at once (D14). The adviser ends another's.

use crate::portal::{self, Lens};
use crate::portal_reports::{self, About};
use crate::{App, Error, Result, events};
use serde_json::json;
pub use store::portal::Access;

#[crate::boxed]
pub async fn view(app: &App, lens: &Lens) -> Result<(About, Access)> {
    let db = app.store().read(&lens.scope).await?;
    let access = store::portal::find(&db, lens.household, lens.login).await?.ok_or(Error::NotFound)?;
    Ok((portal_reports::about_in(app, &db, lens).await?, access))
}

/// The client ends their own access to a household: gone with the next request and from every open page.
#[crate::boxed]
pub async fn leave(app: &App, lens: &Lens) -> Result<()> {
    lens.as_client()?;
    let tx = app.store().begin(&lens.scope).await?;
    portal::enter_in(&tx, &lens.scope, lens.household).await?;
    let mut access = store::portal::find(&tx, lens.household, lens.login).await?.ok_or(Error::NotFound)?;
    let now = app.now();
    access.ended_at = Some(now);
    access.changed_at = now;
    store::portal::save(&tx, &access).await?;
    events::record(app, &tx, &lens.scope, Some(lens.household), "portal.left", lens.login, json!({ "member": lens.member })).await?;
    Ok(tx.commit().await?)
}
