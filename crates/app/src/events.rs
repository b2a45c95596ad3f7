//! Records what happened in the change's own transaction: one row for each effect.

use crate::{App, Result};
use model::{FirmScope, HouseholdId};
use std::fmt::Display;
use store::Firm;

/// Kinds are `noun.verb` and stable. `detail` holds ids and plain words, never a secret, a balance or an account number.
pub async fn record(
    app: &App,
    db: &Firm,
    scope: &FirmScope,
    household: Option<HouseholdId>,
    kind: &str,
    object: impl Display,
    detail: serde_json::Value,
) -> Result<()> {
    let now = app.now();
    let event = store::events::Event {
        id: app.random().id(now),
        at: now,
        actor: scope.actor().to_string(),
        household,
        kind: kind.to_owned(),
        object: object.to_string(),
        detail: detail.to_string(),
    };
    Ok(store::events::insert(db, &event).await?)
}
