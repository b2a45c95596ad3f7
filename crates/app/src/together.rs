//! Refresh together: the connections of one person that want them each time, cleared in one sitting with one list, by the client alone or with
//! their adviser beside them. How far each is stands on the connection itself, so closing the page loses nothing.

use crate::households::{self, Found};
use crate::portal::{self, Lens};
use crate::portal_accounts::needs_client;
use crate::portfolios::Feed;
use crate::{App, Error, Result, events, policy};
use model::permission::{Action, may};
use model::portal::Right;
use model::{ConnectionId, ConnectionState, FirmScope, HouseholdId, MemberId, Span, Time};
use serde_json::json;
use store::Firm;
use store::connections::{Connection, Removal};
use store::sittings::Sitting;

/// Whoever wanted a second proof so often, in so many days, always wants it.
const ALWAYS: usize = 2;
const LATELY: Span = Span::days(90);

/// Where one connection stands in a sitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The person has to do something.
    Waits,
    /// Signed in; the values are on their way.
    Coming,
    Done,
    /// Nobody can do anything now: the institution or we are at it.
    Stuck,
}

#[derive(Debug, Clone)]
pub struct Item {
    pub feed: Feed,
    pub turn: Turn,
}

/// One person's list.
#[derive(Debug, Clone)]
pub struct List {
    pub member: MemberId,
    /// When the sitting began; `None`: not yet.
    pub since: Option<Time>,
    pub items: Vec<Item>,
}

impl List {
    pub fn done(&self) -> usize {
        self.items.iter().filter(|i| i.turn == Turn::Done).count()
    }
    /// Whose turn it is next.
    pub fn next(&self) -> Option<&Item> {
        self.items.iter().find(|i| i.turn == Turn::Waits)
    }
}

/// Before a sitting everything on the list waits; within one, what has been refreshed since it began is done.
fn turn(c: &Connection, feed: &Feed, since: Option<Time>) -> Turn {
    let fresh = since.is_some_and(|s| c.succeeded_at.is_some_and(|t| t >= s));
    match c.state {
        _ if feed.refreshing => Turn::Coming,
        ConnectionState::Linking | ConnectionState::NotReady => Turn::Coming,
        ConnectionState::InstitutionDown
        | ConnectionState::ProviderDown
        | ConnectionState::RateLimited
        | ConnectionState::Ours
        | ConnectionState::NotSupported
        | ConnectionState::Removed => Turn::Stuck,
        _ if fresh && !c.state.waits_for_client() => Turn::Done,
        _ => Turn::Waits,
    }
}

async fn connections(db: &Firm, household: HouseholdId, member: MemberId) -> Result<Vec<Connection>> {
    let mut all = store::connections::of_household(db, household).await?;
    all.retain(|c| c.member == member);
    Ok(all)
}

/// What belongs on the list of a person: what needs them now, and what has wanted a second proof again and again.
fn belongs(app: &App, all: &[Connection], asked: &[ConnectionId]) -> Vec<ConnectionId> {
    let always = |c: &Connection| c.state.may_fetch() && asked.iter().filter(|a| **a == c.id).count() >= ALWAYS;
    all.iter().filter(|c| needs_client(&Feed::of(c, app.now())) || always(c)).map(|c| c.id).collect()
}

async fn list_in(app: &App, db: &Firm, household: HouseholdId, member: MemberId) -> Result<List> {
    let now = app.now();
    let all = connections(db, household, member).await?;
    let sitting = store::sittings::open(db, member).await?.filter(|s| s.household == household);
    let ids = match &sitting {
        Some(s) => s.connections.clone(),
        None => belongs(app, &all, &store::sittings::asked(db, household, now - LATELY).await?),
    };
    let since = sitting.map(|s| s.started_at);
    let item = |id: &ConnectionId| {
        let c = all.iter().find(|c| c.id == *id)?;
        let feed = Feed::of(c, now);
        Some(Item { turn: turn(c, &feed, since), feed })
    };
    // One that was ended meanwhile has left the list.
    Ok(List { member, since, items: ids.iter().filter_map(item).collect() })
}

/// The client's own list.
#[crate::boxed]
pub async fn own(app: &App, lens: &Lens) -> Result<List> {
    lens.need(Right::Connect)?;
    let db = app.store().read(&lens.scope).await?;
    list_in(app, &db, lens.household, lens.member).await
}

/// The lists of a household's people, for its team; people without anything to do have none.
#[crate::boxed]
pub async fn of_household(app: &App, scope: &FirmScope, household: HouseholdId) -> Result<(Found, Vec<List>, bool)> {
    let db = app.store().read(scope).await?;
    let found = households::load(app, &db, scope, household).await?;
    let mut out = Vec::new();
    for m in &found.members {
        let list = list_in(app, &db, household, m.id).await?;
        if !list.items.is_empty() {
            out.push(list);
        }
    }
    let may_ask = may(Action::AskClient, found.standing);
    Ok((found, out, may_ask))
}

async fn begin_in(app: &App, db: &Firm, scope: &FirmScope, household: HouseholdId, member: MemberId) -> Result<()> {
    if store::sittings::open(db, member).await?.is_some() {
        return Ok(());
    }
    let now = app.now();
    let all = connections(db, household, member).await?;
    let ids = belongs(app, &all, &store::sittings::asked(db, household, now - LATELY).await?);
    if ids.is_empty() {
        return Err(Error::Refused("Nothing needs this person just now.".into()));
    }
    let n = ids.len();
    let sitting = Sitting { id: app.random().id(now), household, member, started_at: now, ended_at: None, connections: ids };
    if store::sittings::insert(db, &sitting).await? {
        let detail = json!({ "member": member, "connections": n });
        events::record(app, db, scope, Some(household), "sitting.begun", sitting.id, detail).await?;
    }
    Ok(())
}

async fn end_in(app: &App, db: &Firm, scope: &FirmScope, household: HouseholdId, member: MemberId) -> Result<()> {
    let Some(s) = store::sittings::open(db, member).await?.filter(|s| s.household == household) else { return Ok(()) };
    let done = list_in(app, db, household, member).await?.done();
    if store::sittings::end(db, s.id, app.now()).await? {
        let detail = json!({ "member": member, "connections": s.connections.len(), "done": done });
        events::record(app, db, scope, Some(household), "sitting.ended", s.id, detail).await?;
    }
    Ok(())
}

/// The client begins their own; one that is open goes on.
#[crate::boxed]
pub async fn begin_own(app: &App, lens: &Lens) -> Result<()> {
    lens.act(Right::Connect)?;
    let tx = app.store().begin(&lens.scope).await?;
    portal::enter_in(&tx, &lens.scope, lens.household).await?.act(Right::Connect)?;
    begin_in(app, &tx, &lens.scope, lens.household, lens.member).await?;
    Ok(tx.commit().await?)
}

#[crate::boxed]
pub async fn end_own(app: &App, lens: &Lens) -> Result<()> {
    lens.as_client()?;
    lens.need(Right::Connect)?;
    let tx = app.store().begin(&lens.scope).await?;
    end_in(app, &tx, &lens.scope, lens.household, lens.member).await?;
    Ok(tx.commit().await?)
}

/// The adviser begins one with somebody who sits beside them.
#[crate::boxed]
pub async fn begin(app: &App, scope: &FirmScope, household: HouseholdId, member: MemberId) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    whom(app, &tx, scope, household, member).await?;
    begin_in(app, &tx, scope, household, member).await?;
    Ok(tx.commit().await?)
}

#[crate::boxed]
pub async fn end(app: &App, scope: &FirmScope, household: HouseholdId, member: MemberId) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    whom(app, &tx, scope, household, member).await?;
    end_in(app, &tx, scope, household, member).await?;
    Ok(tx.commit().await?)
}

async fn whom(app: &App, db: &Firm, scope: &FirmScope, household: HouseholdId, member: MemberId) -> Result<()> {
    policy::check(app, db, scope, Action::AskClient, Some(household)).await?;
    let there = store::members::find(db, member).await?.filter(|m| m.household == household && m.active);
    there.map(|_| ()).ok_or(Error::NotFound)
}

/// After a repair from the portal: whether a sitting goes on, what works now, and how much still needs this person.
#[derive(Debug, Clone)]
pub struct After {
    pub sitting: bool,
    pub left: usize,
}

#[crate::boxed]
pub async fn after(app: &App, lens: &Lens) -> Result<After> {
    let db = app.store().read(&lens.scope).await?;
    let list = list_in(app, &db, lens.household, lens.member).await?;
    let all = connections(&db, lens.household, lens.member).await?;
    let left = all.iter().filter(|c| c.removal == Removal::None && needs_client(&Feed::of(c, app.now()))).count();
    Ok(After { sitting: list.since.is_some() && list.next().is_some(), left })
}
