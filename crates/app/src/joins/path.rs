//! The paths by which one account arrives: which of them brings the values, and taking one apart that the program joined by itself.

use super::part::part_in;
use super::{current, is_there, times, works};
use crate::{App, Error, Result, events, facts, policy};
use model::account::{AccountState, Source};
use model::fact::{AccountFact, Fact};
use model::permission::Action;
use model::{AccountId, ConnectionId, FirmScope, JoinId};
use serde_json::json;
use store::Firm;
use store::aliases::Known;
use store::joins::{Before, Join};

/// Whether people have made this account of two and the path that brings its values works: no other sign-in takes over by itself.
#[crate::boxed]
pub(crate) async fn path_chosen(db: &Firm, account: AccountId, feeder: Option<ConnectionId>, asks: ConnectionId) -> Result<bool> {
    let Some(feeder) = feeder.filter(|f| *f != asks) else { return Ok(false) };
    let known = store::aliases::of_account(db, account).await?;
    if known.iter().all(|k| k.own.is_none()) || !known.iter().any(|k| k.alias.connection == asks) {
        return Ok(false);
    }
    works(db, feeder).await
}

/// This connection brings the values from now on; the other one stays a second path.
#[crate::boxed]
pub async fn prefer(app: &App, scope: &FirmScope, account: AccountId, connection: ConnectionId) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    let (household, first) = current(&tx, account).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(household)).await?;
    store::joins::hold(&tx, &[first.connection, Some(connection)]).await?;
    store::connections::lock_household(&tx, household).await?;
    let (_, fact) = current(&tx, account).await?;
    let known = store::aliases::of_account(&tx, account).await?;
    let named = known.iter().find(|k| k.alias.connection == connection && k.ended_at.is_none()).ok_or(Error::NotFound)?;
    if fact.connection == Some(connection) && fact.state == AccountState::Live {
        return Ok(());
    }
    if !is_there(&tx, connection).await? {
        return Err(Error::Refused("This connection has ended.".into()));
    }
    if fact.state != AccountState::Live {
        return Err(Error::Refused("A fresh Asset Sync link brings this account back.".into()));
    }
    for mut j in store::joins::of_account(&tx, account).await? {
        let feeds = named.own == Some(j.path);
        if j.before.feeds != feeds {
            j.before.feeds = feeds;
            store::joins::set_before(&tx, j.id, &j.before).await?;
        }
    }
    let before = fact.connection;
    let fact = AccountFact { connection: Some(connection), source: Source::Aggregation, ..fact };
    facts::say(app, &tx, scope, household, Fact::Account(fact)).await?;
    let detail = json!({ "connection": connection, "before": before });
    events::record(app, &tx, scope, Some(household), "account.path_chosen", account, detail).await?;
    store::connections::make_due(&tx, connection, app.now(), false).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// Takes a path apart that the program joined by itself: it was another account after all. That one is made now, with all that the path
/// brought; this one is fed by what fed it before.
#[crate::boxed]
pub async fn split(app: &App, scope: &FirmScope, account: AccountId, connection: ConnectionId) -> Result<AccountId> {
    let tx = app.store().begin(scope).await?;
    let (household, first) = current(&tx, account).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(household)).await?;
    let known = store::aliases::of_account(&tx, account).await?;
    let here = |k: &&Known| k.alias.connection == connection;
    if known.iter().filter(here).any(|k| k.own.is_some()) {
        return Err(Error::Refused("People joined this one. Take their join apart.".into()));
    }
    if !known.iter().any(|k| here(&k)) || known.iter().all(|k| here(&k)) {
        return Err(Error::Refused("This is the only way by which the account arrives.".into()));
    }
    store::joins::hold(&tx, &[first.connection, Some(connection)]).await?;
    store::connections::lock_household(&tx, household).await?;
    let (_, now) = current(&tx, account).await?;
    let was =
        before(&tx, account, connection).await?.ok_or_else(|| Error::Refused("This path came first: the account is its own.".into()))?;
    let path = made(app, &tx, &now, connection).await?;
    facts::say(app, &tx, scope, household, Fact::Account(path.clone())).await?;
    store::aliases::set_own(&tx, account, connection, path.id).await?;
    store::trades::give(&tx, account, connection, path.id).await?;
    let id: JoinId = app.random().id(app.now());
    let join = Join {
        id,
        household,
        face: account,
        path: path.id,
        kind: "same".into(),
        reasons: Vec::new(),
        before: Before {
            face_times: times(&tx, account).await?,
            path_times: super::part::unknown(),
            face_seq: 0,
            feeds: now.connection == Some(connection),
            face: was,
            path: AccountFact { same_as: None, ..path.clone() },
            split: true,
        },
        joined_at: app.now(),
        joined_by: "system".into(),
    };
    store::joins::insert(&tx, &join).await?;
    part_in(app, &tx, scope, &join).await?;
    tx.commit().await?;
    app.wake();
    Ok(path.id)
}

/// The account as it was before this connection fed it for the first time.
async fn before(db: &Firm, account: AccountId, connection: ConnectionId) -> Result<Option<AccountFact>> {
    let mut was = None;
    for v in store::facts::history(db, account.uuid()).await? {
        let Fact::Account(f) = v.fact else { continue };
        if f.connection == Some(connection) {
            return Ok(was);
        }
        was = Some(f);
    }
    // It never fed: the account as it is.
    Ok(was)
}

async fn made(app: &App, db: &Firm, now: &AccountFact, connection: ConnectionId) -> Result<AccountFact> {
    let c = store::connections::find(db, connection).await?.ok_or(Error::NotFound)?;
    let id: AccountId = app.random().id(app.now());
    Ok(AccountFact {
        id,
        institution: c.institution,
        source: Source::Aggregation,
        state: AccountState::Live,
        connection: Some(connection),
        manual: None,
        detail: None,
        closed_on: None,
        same_as: Some(now.id),
        ..now.clone()
    })
}
