//! Connections across the firm's households, and whose move it is when one has stopped.

use crate::{App, Result, policy};
use jiff::tz::TimeZone;
use model::permission::{Action, Role};
use model::{Actor, ConnectionState, Date, FirmScope, HouseholdId, Time, UserId};
use store::Firm;
use store::connections::Connection;
use store::connections_list::{Filter, Order};
use store::households::Household;
use store::members::Member;

pub const PAGE: usize = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    #[default]
    Attention,
    /// Whose move it is.
    Client,
    Institution,
    Us,
    Refreshing,
    All,
}

impl Which {
    pub const ALL: [Which; 6] = [Which::Attention, Which::Client, Which::Institution, Which::Us, Which::Refreshing, Which::All];
    pub fn key(self) -> &'static str {
        match self {
            Which::Attention => "attention",
            Which::Client => "client",
            Which::Institution => "institution",
            Which::Us => "us",
            Which::Refreshing => "refreshing",
            Which::All => "all",
        }
    }
    pub fn from_key(key: &str) -> Option<Which> {
        Self::ALL.into_iter().find(|w| w.key() == key)
    }
    /// Whether a connection in this state belongs here; what is being refreshed is no state.
    fn keeps(self, state: ConnectionState) -> bool {
        let mover = mover(state, "", "");
        match self {
            Which::Attention => state.needs_attention(),
            Which::Client => matches!(mover, Mover::Client(_)),
            Which::Institution => matches!(mover, Mover::Institution(_) | Mover::Provider),
            Which::Us => matches!(mover, Mover::Adviser | Mover::Administrator),
            Which::Refreshing | Which::All => true,
        }
    }
}

/// Who can make it work again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mover {
    Nobody,
    /// The client, by given name.
    Client(String),
    Institution(String),
    Provider,
    Adviser,
    Administrator,
}

pub fn mover(state: ConnectionState, given: &str, institution: &str) -> Mover {
    use ConnectionState::*;
    match state {
        NeedsCredentials | NeedsMfa | Locked | ActionAtInstitution | ConsentExpiring | ConsentRevoked | NoAccounts => {
            Mover::Client(given.into())
        }
        InstitutionDown => Mover::Institution(institution.into()),
        ProviderDown => Mover::Provider,
        NotSupported => Mover::Adviser,
        Ours => Mover::Administrator,
        Linking | Healthy | NotReady | RateLimited | Removed => Mover::Nobody,
    }
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub connection: Connection,
    pub household: Household,
    pub member: Option<Member>,
    pub refreshing: bool,
    pub mover: Mover,
    /// May this reader do something about it?
    pub on_team: bool,
}

/// What is asked of the list.
#[derive(Debug, Clone, Default)]
pub struct Query {
    pub which: Which,
    /// Only in households that the reader leads or works on.
    pub mine: bool,
    /// Only at the institution of this name.
    pub at: Option<String>,
    /// From 0.
    pub page: usize,
}

#[derive(Debug, Clone)]
pub struct List {
    pub entries: Vec<Entry>,
    /// In the order of [`Which::ALL`].
    pub counts: [usize; 6],
    /// The institutions among which one is chosen.
    pub institutions: Vec<String>,
    pub more: bool,
    pub today: Date,
    pub zone: TimeZone,
}

/// Through whose eyes: nobody named sees private households too.
struct Reader {
    who: Option<UserId>,
    seen_by: Option<UserId>,
}

async fn reader(app: &App, db: &Firm, scope: &FirmScope) -> Result<Reader> {
    let standing = policy::check(app, db, scope, Action::ViewHousehold, None).await?;
    let who = match scope.actor() {
        Actor::User(u) => Some(u),
        _ => None,
    };
    Ok(Reader { who, seen_by: if standing.role == Role::Administrator { None } else { who } })
}

/// How many connections this reader sees in each state.
#[crate::boxed]
pub async fn states(app: &App, scope: &FirmScope) -> Result<Vec<(ConnectionState, usize)>> {
    let db = app.store().read(scope).await?;
    let seen_by = reader(app, &db, scope).await?.seen_by;
    Ok(store::connections_list::states(&db, &Filter { seen_by, ..Filter::default() }).await?)
}

/// One page: the database counts, cuts and sorts; what has stopped longest comes first, all of them come by household.
#[crate::boxed]
pub async fn list(app: &App, scope: &FirmScope, q: &Query) -> Result<List> {
    let db = app.store().read(scope).await?;
    let (r, now) = (reader(app, &db, scope).await?, app.now());
    let zone = policy::zone(&db).await?;
    let all = Filter { seen_by: r.seen_by, mine: r.who.filter(|_| q.mine), institution: q.at.clone(), ..Filter::default() };
    let states = store::connections_list::states(&db, &all).await?;
    let running = Filter { running_at: Some(now), ..all.clone() };
    let refreshing = store::connections_list::states(&db, &running).await?.iter().map(|(_, n)| n).sum();
    let counts = Which::ALL.map(|w| match w {
        Which::Refreshing => refreshing,
        _ => states.iter().filter(|(s, _)| w.keeps(*s)).map(|(_, n)| n).sum(),
    });
    let here = Filter { institution: None, ..all.clone() };
    let institutions = store::connections_list::institutions(&db, &here).await?;
    let base = if q.which == Which::Refreshing { running } else { all };
    let wanted = ConnectionState::ALL.into_iter().filter(|s| q.which.keeps(*s));
    let filter = Filter {
        states: if matches!(q.which, Which::All | Which::Refreshing) { Vec::new() } else { wanted.collect() },
        order: if matches!(q.which, Which::All | Which::Refreshing) { Order::Household } else { Order::Age },
        limit: u32::try_from(PAGE + 1).unwrap_or(u32::MAX),
        offset: u32::try_from(q.page.saturating_mul(PAGE)).unwrap_or(u32::MAX),
        ..base
    };
    let mut found = store::connections_list::page(&db, &filter).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let mut ids: Vec<HouseholdId> = found.iter().map(|c| c.household).collect();
    ids.sort();
    ids.dedup();
    let households = store::households::some(&db, &ids).await?;
    let members = store::members::of_households(&db, &ids).await?;
    let entry = |c: Connection| {
        let household = households.iter().find(|h| h.id == c.household)?.clone();
        Some(entry(c, household, &members, r.who, now))
    };
    let entries = found.into_iter().filter_map(entry).collect();
    Ok(List { entries, counts, institutions, more, today: now.date(&zone), zone })
}

/// A connection with whose move it is, by the household's people.
pub(crate) fn entry(connection: Connection, household: Household, members: &[Member], who: Option<UserId>, now: Time) -> Entry {
    let member = members.iter().find(|m| m.id == connection.member).cloned();
    let given = member.as_ref().map_or("the client", |m| m.given.as_str());
    Entry {
        mover: mover(connection.state, given, &connection.institution),
        refreshing: connection.lease_until.is_some_and(|t| t > now),
        on_team: on_team(&household, who),
        household,
        member,
        connection,
    }
}

/// Whether this reader may do something about it.
pub(crate) fn on_team(household: &Household, who: Option<UserId>) -> bool {
    who.is_none_or(|w| household.lead == w || household.team.iter().any(|(t, _)| *t == w))
}
