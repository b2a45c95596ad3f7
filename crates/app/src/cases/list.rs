//! The cases that somebody of the firm may see: whose move, for how long, with Data Support or not.

use super::Case;
use crate::{App, Result, household_list, policy};
use jiff::tz::TimeZone;
use model::permission::Action;
use model::repair::{self, Cause, Move, Owner};
use model::{Actor, ConnectionId, FirmScope, HouseholdId, MemberId, Span, Time};
use std::collections::HashMap;
use store::Firm;
use store::households::Household;
use store::members::Member;

pub const PAGE: usize = 50;
/// Closed cases stay in the list for so long.
const KEPT: Span = Span::days(30);

/// For how long a case has been open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    Day,
    Week,
    Older,
}

impl Age {
    pub const ALL: [Age; 3] = [Age::Day, Age::Week, Age::Older];
    pub fn key(self) -> &'static str {
        match self {
            Age::Day => "day",
            Age::Week => "week",
            Age::Older => "older",
        }
    }
    pub fn from_key(key: &str) -> Option<Age> {
        Self::ALL.into_iter().find(|a| a.key() == key)
    }
    fn of(open: Span) -> Age {
        match open {
            s if s < Span::days(1) => Age::Day,
            s if s < Span::days(7) => Age::Week,
            _ => Age::Older,
        }
    }
}

/// Which of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice {
    /// Only households that the reader leads or works on.
    pub mine: bool,
    pub owner: Option<Owner>,
    pub cause: Option<Cause>,
    pub age: Option<Age>,
    /// Those that were closed lately instead of the open ones.
    pub closed: bool,
    pub page: usize,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub case: Case,
    pub household: Household,
    pub member: Option<Member>,
    /// As things stand now.
    pub next: Move,
    /// The reader works on the household.
    pub on_team: bool,
}

#[derive(Debug, Clone)]
pub struct List {
    pub entries: Vec<Entry>,
    /// How many are open, by whose move it is, whatever owner was chosen.
    pub counts: Vec<(Owner, usize)>,
    pub more: bool,
    pub now: Time,
    pub zone: TimeZone,
}

#[crate::boxed]
pub async fn list(app: &App, scope: &FirmScope, choice: &Choice) -> Result<List> {
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::ViewHousehold, None).await?;
    let now = app.now();
    let cases = match choice.closed {
        true => store::cases::closed(&db, now - KEPT, 500).await?,
        false => store::cases::open(&db).await?,
    };
    let mut entries = seen(app, &db, scope, cases, choice.mine).await?;
    let fits = |e: &Entry| {
        let age = e.case.closed.map_or(now, |(t, _)| t) - e.case.opened_at;
        choice.cause.is_none_or(|c| e.case.cause == c) && choice.age.is_none_or(|a| Age::of(age) == a)
    };
    entries.retain(fits);
    let counts = Owner::ALL.iter().map(|o| (*o, entries.iter().filter(|e| e.next.owner == *o).count())).collect();
    entries.retain(|e| choice.owner.is_none_or(|o| e.next.owner == o));
    if !choice.closed {
        // Whatever is due first comes first.
        entries.sort_by_key(|e| (e.next.due, e.case.id));
    }
    let more = entries.len() > (choice.page + 1).saturating_mul(PAGE);
    let entries = entries.into_iter().skip(choice.page.saturating_mul(PAGE)).take(PAGE).collect();
    Ok(List { entries, counts, more, now, zone: policy::zone(&db).await? })
}

async fn seen(app: &App, db: &Firm, scope: &FirmScope, cases: Vec<Case>, mine: bool) -> Result<Vec<Entry>> {
    let mut ids: Vec<HouseholdId> = cases.iter().map(|c| c.household).collect();
    ids.sort();
    ids.dedup();
    let households = household_list::seen_of(app, db, scope, &ids, mine).await?;
    let by_id: HashMap<HouseholdId, Household> = households.into_iter().map(|h| (h.id, h)).collect();
    ids.retain(|h| by_id.contains_key(h));
    let mut members: HashMap<MemberId, Member> = HashMap::new();
    for some in ids.chunks(500) {
        members.extend(store::members::of_households(db, some).await?.into_iter().map(|m| (m.id, m)));
    }
    let who = match scope.actor() {
        Actor::User(u) => Some(u),
        _ => None,
    };
    let now = app.now();
    let entry = |case: Case| {
        let household = by_id.get(&case.household)?.clone();
        let on_team = who.is_none_or(|w| household.lead == w || household.team.iter().any(|(t, _)| *t == w));
        let member = members.get(&case.member).cloned();
        Some(Entry { next: repair::next(&case.known(), now), case, household, member, on_team })
    };
    Ok(cases.into_iter().filter_map(entry).collect())
}

/// The open case of a connection, for the pages that lead to it. Nobody who may not see the household sees it.
#[crate::boxed]
pub async fn open_of(app: &App, scope: &FirmScope, id: ConnectionId) -> Result<Option<Case>> {
    let db = app.store().read(scope).await?;
    let Some(case) = store::cases::of_connection(&db, id).await? else { return Ok(None) };
    policy::check(app, &db, scope, Action::ViewHousehold, Some(case.household)).await?;
    Ok(Some(case))
}
