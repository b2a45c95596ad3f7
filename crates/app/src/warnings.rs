//! What a provider tells the client about a connection in its own words (SimpleFIN wants it shown). It stands beside the connection until an
//! answer comes without it, and decides nothing.

use crate::{App, Result, events};
use model::{ConnectionId, FirmScope, HouseholdId, Snapshot};
use serde_json::json;
use std::collections::HashMap;
use store::Firm;
use store::connections::Connection;

/// By connection, for the pages of a household.
pub(crate) type Said = HashMap<ConnectionId, Vec<String>>;

#[crate::boxed]
pub(crate) async fn of_household(db: &Firm, household: HouseholdId) -> Result<Said> {
    let mut all = Said::new();
    for (id, words) in store::warnings::of_household(db, household).await? {
        all.entry(id).or_default().push(words);
    }
    Ok(all)
}

/// Keeps what the latest answer says, in the answer's own transaction.
#[crate::boxed]
pub(crate) async fn keep(app: &App, db: &Firm, scope: &FirmScope, c: &Connection, s: &Snapshot) -> Result<()> {
    if store::warnings::of(db, c.id).await? == s.warnings {
        return Ok(());
    }
    store::warnings::replace(db, c.id, &s.warnings, app.now()).await?;
    let detail = json!({ "institution": c.institution, "warnings": s.warnings.len() });
    events::record(app, db, scope, Some(c.household), "connection.warned", c.id, detail).await
}
