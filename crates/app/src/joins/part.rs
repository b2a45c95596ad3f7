//! Takes a join apart: two accounts again, as they were, each with what arrived for it meanwhile. What people changed on the account
//! that was shown stays with it.

use super::{current, is_there, project, say, times};
use crate::{App, Error, Result, events, policy};
use model::account::AccountState;
use model::fact::{AccountFact, Fact};
use model::permission::Action;
use model::{AccountId, ConnectionId, FirmScope, JoinId};
use serde_json::json;
use std::collections::HashSet;
use store::Firm;
use store::aliases::Known;
use store::joins::{Before, Join, Times};

/// Says which account is shown by itself again.
#[crate::boxed]
pub async fn part(app: &App, scope: &FirmScope, id: JoinId) -> Result<AccountId> {
    let tx = app.store().begin(scope).await?;
    let join = store::joins::find(&tx, id).await?.ok_or(Error::NotFound)?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(join.household)).await?;
    part_in(app, &tx, scope, &join).await?;
    tx.commit().await?;
    app.wake();
    Ok(join.path)
}

#[crate::boxed]
pub(super) async fn part_in(app: &App, db: &Firm, scope: &FirmScope, join: &Join) -> Result<()> {
    let (household, first) = current(db, join.face).await?;
    store::joins::hold(db, &[first.connection, join.before.face.connection, join.before.path.connection]).await?;
    store::connections::lock_household(db, household).await?;
    let newest = store::joins::of_account(db, join.face).await?.into_iter().next();
    if newest.is_some_and(|j| j.id != join.id) {
        return Err(Error::Refused("Another account was joined to this one later. Take that one apart first.".into()));
    }
    let (_, now) = current(db, join.face).await?;
    let known = store::aliases::of_account(db, join.face).await?;
    let mine = |k: &&Known| k.own == Some(join.path);
    let theirs: HashSet<ConnectionId> = known.iter().filter(mine).map(|k| k.alias.connection).collect();
    let own: HashSet<ConnectionId> = known.iter().filter(|k| k.own != Some(join.path)).map(|k| k.alias.connection).collect();
    let b = &join.before;
    let moved = rows(app, db, join, &theirs, &own).await?;
    store::aliases::give_back(db, join.path, join.face).await?;

    let fed_by_theirs = b.feeds && now.connection.is_none_or(|c| theirs.contains(&c));
    let kept = times(db, join.face).await?;
    let path = Fact::Account(second(db, b, &now, fed_by_theirs).await?);
    let Fact::Account(path) = path else { return Ok(()) };
    say(app, db, scope, household, &path).await?;
    let face = first_again(db, b, &now, fed_by_theirs).await?;
    if face != now {
        say(app, db, scope, household, &face).await?;
    }
    project(db, &path).await?;
    if moved || b.feeds {
        project(db, &face).await?;
    }
    if fed_by_theirs {
        store::received::set_times(db, join.face, b.face_times).await?;
    }
    store::received::set_times(db, join.path, if fed_by_theirs { kept } else { b.path_times }).await?;
    store::joins::part(db, join.id, &scope.actor().to_string(), app.now()).await?;
    store::joins::keep_apart(db, household, join.path, join.face, &scope.actor().to_string(), app.now()).await?;
    for (object, with) in [(join.face, join.path), (join.path, join.face)] {
        let detail = json!({ "with": with, "institution": b.path.institution, "join": join.id });
        events::record(app, db, scope, Some(household), "account.parted", object, detail).await?;
    }
    // What did not bring the values meanwhile is asked again.
    if let Some(c) = path.connection.filter(|_| !fed_by_theirs) {
        store::connections::make_due(db, c, app.now(), false).await?;
    }
    Ok(())
}

/// Rows that the second path brought leave the first account's log; those that came since the join go to its own.
async fn rows(app: &App, db: &Firm, join: &Join, theirs: &HashSet<ConnectionId>, own: &HashSet<ConnectionId>) -> Result<bool> {
    let mut seq = store::received::last_seq(db, join.path).await?;
    let mut gone = Vec::new();
    for r in store::received::history(db, join.face).await? {
        // One sign-in can bring both: then the path that fed is the one that wrote.
        let shared = own.contains(&r.held.via) && !join.before.feeds;
        if r.seq <= join.before.face_seq || !theirs.contains(&r.held.via) || shared {
            continue;
        }
        gone.push(r.seq);
        let encoded = store::received::encode(&r.held, &r.worth, r.as_of)?;
        if !store::received::has(db, join.path, &encoded).await? {
            seq += 1;
            store::received::append(db, join.path, seq, &encoded, None, r.received_at).await?;
        }
    }
    store::received::withdraw(db, join.face, &gone, app.now()).await?;
    Ok(!gone.is_empty())
}

/// The second account as it was; an end that came meanwhile is its end too.
async fn second(db: &Firm, b: &Before, now: &AccountFact, fed: bool) -> Result<AccountFact> {
    let mut path = AccountFact { same_as: None, ..b.path.clone() };
    if fed {
        path.connection = now.connection;
        if now.state != AccountState::Live {
            path.state = now.state;
        }
    }
    alive(db, &mut path).await?;
    Ok(path)
}

/// The first account with what people changed meanwhile; what feeds it is what fed it before.
async fn first_again(db: &Firm, b: &Before, now: &AccountFact, fed_by_theirs: bool) -> Result<AccountFact> {
    let was = |new: &str, joined: &str, old: &str| if new == joined { old.to_owned() } else { new.to_owned() };
    let mut face = AccountFact {
        institution: was(&now.institution, &b.path.institution, &b.face.institution),
        mask: if now.mask == b.path.mask { b.face.mask.clone() } else { now.mask.clone() },
        ..now.clone()
    };
    if !fed_by_theirs {
        return Ok(face);
    }
    face = AccountFact {
        source: b.face.source,
        connection: b.face.connection,
        manual: b.face.manual.clone(),
        closed_on: b.face.closed_on,
        state: b.face.state,
        ..face
    };
    alive(db, &mut face).await?;
    Ok(face)
}

/// A connection that ended meanwhile feeds nothing any more.
async fn alive(db: &Firm, fact: &mut AccountFact) -> Result<()> {
    if let Some(c) = fact.connection
        && !is_there(db, c).await?
    {
        fact.connection = None;
        if fact.state == AccountState::Live {
            fact.state = AccountState::Disconnected;
        }
    }
    Ok(())
}

/// Nothing was known of it before it had an account of its own.
pub(super) fn unknown() -> Times {
    Times::default()
}
