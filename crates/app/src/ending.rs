//! Mute, disconnect, delete: three acts that people know apart. Each says what stops, and the last live account of a connection takes
//! the permission at the provider with it (N64-N66, D8, D9).

use crate::{App, Error, Result, connections, events, facts, joins, policy};
use model::account::{AccountState, Source};
use model::fact::{AccountFact, Fact};
use model::permission::Action;
use model::{AccountId, ConnectionId, FirmScope, HouseholdId};
use serde_json::json;
use store::Firm;

/// Stops the data flow and takes the account out of totals and risk; history stays. A fresh link brings it back.
#[crate::boxed]
pub async fn mute(app: &App, scope: &FirmScope, account: AccountId) -> Result<Ended> {
    end(app, scope, account, AccountState::Muted).await
}

/// Ends the data flow; the last values stay with their dates, in the totals.
#[crate::boxed]
pub async fn disconnect(app: &App, scope: &FirmScope, account: AccountId) -> Result<Ended> {
    end(app, scope, account, AccountState::Disconnected).await
}

/// Takes the account and its history out of every page; the log is kept until the retention period ends.
#[crate::boxed]
pub async fn delete(app: &App, scope: &FirmScope, account: AccountId) -> Result<Ended> {
    end(app, scope, account, AccountState::Deleted).await
}

/// What the act ended, for the sentence that tells the person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ended {
    /// It was the connection's last live account: the permission at the provider ends too, confirmed or retried until it is.
    pub connection_ended: bool,
    /// The provider cannot be told: the people end the permission on this page.
    pub by_hand_at: Option<url::Url>,
}

async fn end(app: &App, scope: &FirmScope, account: AccountId, to: AccountState) -> Result<Ended> {
    let tx = app.store().begin(scope).await?;
    let (household, before) = taken(&tx, account).await?;
    policy::check(app, &tx, scope, Action::EndAccount, Some(household)).await?;
    let ended = end_in(app, &tx, scope, household, before, to).await?;
    tx.commit().await?;
    Ok(ended)
}

/// The same for somebody who may, in a unit that has looked whether they may.
#[crate::boxed]
pub(crate) async fn end_in(
    app: &App,
    tx: &Firm,
    scope: &FirmScope,
    household: HouseholdId,
    before: AccountFact,
    to: AccountState,
) -> Result<Ended> {
    if before.state == AccountState::Deleted {
        return Err(Error::NotFound);
    }
    if before.state == to {
        return Ok(Ended::default());
    }
    if to == AccountState::Disconnected && before.source != Source::Aggregation {
        return Err(Error::Refused("This account is kept by hand: there is nothing to disconnect.".into()));
    }
    if before.same_as.is_some() {
        return Err(Error::NotFound);
    }
    let (account, connection) = (before.id, before.connection);
    let kind = stop(app, tx, scope, household, before, to).await?;
    let mut done = Ended::default();
    if let Some(c) = connection
        && store::connections::feeds(tx, c).await? == 0
    {
        done = by_end(app, tx, scope, c, kind, done).await?;
    }
    // A second path of the same account brings nothing either any more: its permission ends too.
    for c in store::aliases::paths(tx, account).await? {
        if Some(c) != connection && store::aliases::live(tx, c).await? == 0 && store::connections::feeds(tx, c).await? == 0 {
            done = by_end(app, tx, scope, c, kind, done).await?;
        }
    }
    Ok(done)
}

async fn by_end(app: &App, db: &Firm, scope: &FirmScope, id: ConnectionId, kind: &str, done: Ended) -> Result<Ended> {
    connections::end(app, db, scope, id, kind).await?;
    let provider = store::connections::find(db, id).await?.map(|c| c.provider).unwrap_or_default();
    let by_hand_at = connections::ended_at(app, &provider).or(done.by_hand_at);
    Ok(Ended { connection_ended: true, by_hand_at })
}

/// The account as it is, its connection's row taken first: a result that is being applied is finished before, or meets the end.
#[crate::boxed]
pub(crate) async fn taken(db: &Firm, account: AccountId) -> Result<(HouseholdId, AccountFact)> {
    let mut held = None;
    loop {
        let version = store::facts::current(db, account.uuid()).await?.ok_or(Error::NotFound)?;
        let Fact::Account(fact) = version.fact else { return Err(Error::NotFound) };
        match fact.connection {
            Some(c) if held != Some(c) => {
                store::connections::hold(db, c).await?;
                held = Some(c);
            }
            _ => return Ok((version.household, fact)),
        }
    }
}

/// All that a connection alone feeds is fed no more; the values stay with their dates. What another sign-in brings as well goes on by that
/// one: says which are to be asked now. The connection has ended before, so that no refresh adds an account behind our back.
#[crate::boxed]
pub(crate) async fn stop_all(
    app: &App,
    db: &Firm,
    scope: &FirmScope,
    household: HouseholdId,
    connection: ConnectionId,
) -> Result<Vec<ConnectionId>> {
    let mut onward = Vec::new();
    for a in store::accounts::of_connection(db, connection).await?.iter().filter(|a| a.state == AccountState::Live) {
        let Some(Fact::Account(fact)) = store::facts::current(db, a.id.uuid()).await?.map(|v| v.fact) else { continue };
        match joins::go_on(app, db, scope, household, &fact).await? {
            Some(path) => onward.push(path),
            None => drop(stop(app, db, scope, household, fact, AccountState::Disconnected).await?),
        }
    }
    onward.sort();
    onward.dedup();
    Ok(onward)
}

/// One account is fed no more, in the caller's transaction; says the kind of its event.
#[crate::boxed]
pub(crate) async fn stop(
    app: &App,
    db: &Firm,
    scope: &FirmScope,
    household: HouseholdId,
    before: AccountFact,
    to: AccountState,
) -> Result<&'static str> {
    let (account, connection) = (before.id, before.connection);
    facts::say(app, db, scope, household, Fact::Account(AccountFact { state: to, connection: None, ..before })).await?;
    store::connections::hold_back(db, household, account).await?;
    let kind = match to {
        AccountState::Muted => "account.muted",
        AccountState::Disconnected => "account.disconnected",
        _ => "account.deleted",
    };
    events::record(app, db, scope, Some(household), kind, account, json!({ "connection": connection })).await?;
    Ok(kind)
}

/// Counts a manual account again that was muted. A fed account needs a fresh link instead: its permission has ended.
#[crate::boxed]
pub async fn unmute(app: &App, scope: &FirmScope, account: AccountId) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    let version = store::facts::current(&tx, account.uuid()).await?.ok_or(Error::NotFound)?;
    policy::check(app, &tx, scope, Action::EndAccount, Some(version.household)).await?;
    let Fact::Account(before) = version.fact else { return Err(Error::NotFound) };
    if before.state != AccountState::Muted {
        return Err(Error::Refused("This account is not muted.".into()));
    }
    if before.source == Source::Aggregation {
        return Err(Error::Refused("A fresh Asset Sync link brings this account back.".into()));
    }
    facts::say(app, &tx, scope, version.household, Fact::Account(AccountFact { state: AccountState::Live, ..before })).await?;
    events::record(app, &tx, scope, Some(version.household), "account.unmuted", account, json!({})).await?;
    Ok(tx.commit().await?)
}
