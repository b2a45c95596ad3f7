//! A connection ends and takes nothing with it that another sign-in brings as well: such an account goes on by that path.

use super::works;
use crate::{App, Result, events, facts};
use model::account::Source;
use model::fact::{AccountFact, Fact};
use model::{ConnectionId, FirmScope, HouseholdId};
use serde_json::json;
use store::Firm;

/// The path by which an account goes on whose connection has just ended, if it has one; one that works comes before one that waits. The
/// caller makes it due once the unit is saved.
#[crate::boxed]
pub(crate) async fn go_on(
    app: &App,
    db: &Firm,
    scope: &FirmScope,
    household: HouseholdId,
    before: &AccountFact,
) -> Result<Option<ConnectionId>> {
    let mut next = None;
    for path in store::aliases::paths(db, before.id).await?.into_iter().filter(|p| Some(*p) != before.connection) {
        let well = works(db, path).await?;
        if well || next.is_none() {
            next = Some(path);
        }
        if well {
            break;
        }
    }
    let Some(path) = next else { return Ok(None) };
    let known = store::aliases::of_account(db, before.id).await?;
    let own = known.iter().find(|k| k.alias.connection == path && k.ended_at.is_none()).and_then(|k| k.own);
    for mut j in store::joins::of_account(db, before.id).await? {
        let feeds = own == Some(j.path);
        if j.before.feeds != feeds {
            j.before.feeds = feeds;
            store::joins::set_before(db, j.id, &j.before).await?;
        }
    }
    let fact = AccountFact { connection: Some(path), source: Source::Aggregation, ..before.clone() };
    facts::say(app, db, scope, household, Fact::Account(fact)).await?;
    let detail = json!({ "connection": path, "before": before.connection });
    events::record(app, db, scope, Some(household), "account.path_chosen", before.id, detail).await?;
    Ok(Some(path))
}
