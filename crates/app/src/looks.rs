//! Who looked at a household, when and why: a row for each person, household, page and hour, read by the household's people (issue: "who
//! looked") and by its team. A look that cannot be written is not given.

use crate::portal::Lens;
use crate::{App, Error, Result, policy};
use jiff::tz::TimeZone;
use model::permission::{Action, Role, TeamRole};
use model::{AccountId, Actor, ConnectionId, FirmScope, HouseholdId, MemberId, Time, UserId};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use store::Firm;
pub use store::portal::Look;
pub use store::support::Grant;

/// What was looked at, as an address names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Of {
    Household(HouseholdId),
    Account(AccountId),
    Connection(ConnectionId),
    Member(MemberId),
}

/// Whose look, at which page, of what.
type Key = (UserId, String, Of);

/// What this node wrote in the present hour: the second look costs no write, and no statement.
#[derive(Default)]
pub struct Written(Mutex<(i64, HashSet<Key>)>);

/// More different looks in one hour than these are written again; the database keeps them once.
const MOST: usize = 200_000;

impl Written {
    fn has(&self, now: Time, key: &Key) -> bool {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let hour = now.as_seconds().div_euclid(3600);
        if held.0 != hour || held.1.len() >= MOST {
            *held = (hour, HashSet::new());
        }
        held.1.contains(key)
    }
    fn keep(&self, key: Key) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.insert(key);
    }
}

/// Somebody was shown a page about these.
pub async fn note(app: &App, scope: &FirmScope, page: &str, all: impl IntoIterator<Item = Of>) -> Result<()> {
    let Actor::User(who) = scope.actor() else { return Err(Error::NotFound) };
    let now = app.now();
    let new: Vec<Of> = all.into_iter().filter(|of| !app.looked().has(now, &(who, page.to_owned(), *of))).collect();
    if new.is_empty() {
        return Ok(());
    }
    let tx = app.store().begin(scope).await?;
    for of in &new {
        // What a page of somebody's showed and is gone by now has no household to be written for.
        let Some(household) = household(&tx, *of).await? else { continue };
        let Some(why) = why(app, &tx, who, household).await? else { continue };
        store::portal::look(&tx, household, who, page, &why, now).await?;
    }
    tx.commit().await?;
    for of in new {
        app.looked().keep((who, page.to_owned(), of));
    }
    Ok(())
}

async fn household(db: &Firm, of: Of) -> Result<Option<HouseholdId>> {
    let entity = match of {
        Of::Household(id) => return Ok(Some(id)),
        Of::Connection(id) => return Ok(store::connections::find(db, id).await?.map(|c| c.household)),
        Of::Account(id) => id.uuid(),
        Of::Member(id) => id.uuid(),
    };
    Ok(store::facts::current(db, entity).await?.map(|v| v.household))
}

/// By what right somebody looks, in words for the household's people.
async fn why(app: &App, db: &Firm, who: UserId, household: HouseholdId) -> Result<Option<String>> {
    let Some(standing) = store::policy::standing(db, who, household).await? else { return Ok(None) };
    Ok(Some(match (standing.role, standing.team) {
        (Role::Client, _) => "household member".into(),
        (Role::Support, _) => {
            let grant = store::support::live(db, household, who, app.now()).await?;
            format!("support: {}", grant.map_or_else(|| "leave that has ended".into(), |g| g.reason))
        }
        (_, Some(TeamRole::Lead)) => "lead".into(),
        (_, Some(TeamRole::SubAdviser)) => "sub-adviser".into(),
        (_, Some(TeamRole::Delegate)) => "delegate".into(),
        (Role::Administrator, None) => "administrator".into(),
        (Role::Adviser, None) => "colleague".into(),
    }))
}

/// One page of the list, newest first.
#[derive(Debug, Clone)]
pub struct Looks {
    pub looks: Vec<Look>,
    /// Support that was let in, with the reason, also when it never looked.
    pub grants: Vec<Grant>,
    /// Older ones are before this instant.
    pub older: Option<Time>,
    pub zone: TimeZone,
    pub now: Time,
}

/// Lines on a page.
const PAGE: u32 = 200;

/// For the household's team.
#[crate::boxed]
pub async fn list(app: &App, scope: &FirmScope, household: HouseholdId, before: Option<Time>) -> Result<Looks> {
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::SeeLooks, Some(household)).await?;
    read(app, &db, household, before).await
}

/// For the household's people: whoever has any access to it.
#[crate::boxed]
pub async fn through(app: &App, lens: &Lens, before: Option<Time>) -> Result<Looks> {
    let db = app.store().read(&lens.scope).await?;
    read(app, &db, lens.household, before).await
}

async fn read(app: &App, db: &Firm, household: HouseholdId, before: Option<Time>) -> Result<Looks> {
    let now = app.now();
    let before = before.unwrap_or(Time(now.0.saturating_add(1)));
    let looks = store::portal::looks(db, household, before, PAGE).await?;
    let older = (looks.len() as u32 == PAGE).then(|| looks.last().map(|l| l.at)).flatten();
    let mut grants = store::support::of_household(db, household, 100).await?;
    grants.retain(|g| g.created_at < before && older.is_none_or(|t| g.created_at >= t));
    Ok(Looks { looks, grants, older, zone: policy::zone(db).await?, now })
}
