//! Connections across the firm's households, and whose move it is when one has stopped.

use crate::{App, Result, policy};
use jiff::tz::TimeZone;
use model::permission::{Action, Role};
use model::{Actor, ConnectionState, Date, FirmScope, HouseholdId};
use store::connections::Connection;
use store::households::{Filter, Household};
use store::members::Member;

pub const PAGE: usize = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    #[default]
    Attention,
    Refreshing,
    All,
}

impl Which {
    pub const ALL: [Which; 3] = [Which::Attention, Which::Refreshing, Which::All];
    pub fn key(self) -> &'static str {
        match self {
            Which::Attention => "attention",
            Which::Refreshing => "refreshing",
            Which::All => "all",
        }
    }
    pub fn from_key(key: &str) -> Option<Which> {
        Self::ALL.into_iter().find(|w| w.key() == key)
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

#[derive(Debug, Clone)]
pub struct List {
    pub entries: Vec<Entry>,
    /// In the order of [`Which::ALL`].
    pub counts: [usize; 3],
    pub waiting_for_clients: usize,
    pub waiting_for_institutions: usize,
    pub waiting_for_us: usize,
    pub more: bool,
    pub today: Date,
    pub zone: TimeZone,
}

/// All that this reader may see.
pub async fn visible(app: &App, scope: &FirmScope) -> Result<Vec<Entry>> {
    let db = app.store().read(scope).await?;
    let standing = policy::check(app, &db, scope, Action::ViewHousehold, None).await?;
    let who = match scope.actor() {
        Actor::User(u) => Some(u),
        _ => None,
    };
    let seen_by = if standing.role == Role::Administrator { None } else { who };
    let households = store::households::list(&db, &Filter { seen_by, limit: u32::MAX, ..Filter::default() }).await?;
    let by_id: std::collections::HashMap<HouseholdId, Household> = households.into_iter().map(|h| (h.id, h)).collect();
    let connections = store::connections::of_firm(&db).await?;
    let mut ids: Vec<HouseholdId> = connections.iter().map(|c| c.household).collect();
    ids.sort();
    ids.dedup();
    let mut members = Vec::new();
    for some in ids.chunks(500) {
        members.extend(store::members::of_households(&db, some).await?);
    }
    let now = app.now();
    Ok(connections
        .into_iter()
        .filter_map(|connection| {
            let household = by_id.get(&connection.household)?.clone();
            let member = members.iter().find(|m| m.id == connection.member).cloned();
            let given = member.as_ref().map_or("the client", |m| m.given.as_str());
            let on_team = who.is_none_or(|w| household.lead == w || household.team.iter().any(|(t, _)| *t == w));
            Some(Entry {
                mover: mover(connection.state, given, &connection.institution),
                refreshing: connection.lease_until.is_some_and(|t| t > now),
                on_team,
                household,
                member,
                connection,
            })
        })
        .collect())
}

/// `at`: only those at the institution of this name.
pub async fn list(app: &App, scope: &FirmScope, which: Which, at: Option<&str>, page: usize) -> Result<List> {
    let mut all = visible(app, scope).await?;
    all.retain(|e| at.is_none_or(|name| e.connection.institution == name));
    let zone = zone(app, scope).await?;
    let keeps = |w: Which, e: &Entry| match w {
        Which::Attention => e.connection.state.needs_attention(),
        Which::Refreshing => e.refreshing,
        Which::All => true,
    };
    let counts = Which::ALL.map(|w| all.iter().filter(|e| keeps(w, e)).count());
    let waiting = |f: fn(&Mover) -> bool| all.iter().filter(|e| f(&e.mover)).count();
    let (clients, institutions, us) = (
        waiting(|m| matches!(m, Mover::Client(_))),
        waiting(|m| matches!(m, Mover::Institution(_) | Mover::Provider)),
        waiting(|m| matches!(m, Mover::Adviser | Mover::Administrator)),
    );
    all.retain(|e| keeps(which, e));
    all.sort_by(|a, b| {
        (&a.household.name_key, &a.connection.institution, a.connection.id).cmp(&(
            &b.household.name_key,
            &b.connection.institution,
            b.connection.id,
        ))
    });
    let more = all.len() > (page + 1).saturating_mul(PAGE);
    let entries = all.into_iter().skip(page.saturating_mul(PAGE)).take(PAGE).collect();
    Ok(List {
        entries,
        counts,
        waiting_for_clients: clients,
        waiting_for_institutions: institutions,
        waiting_for_us: us,
        more,
        today: app.now().date(&zone),
        zone,
    })
}

async fn zone(app: &App, scope: &FirmScope) -> Result<TimeZone> {
    let db = app.store().read(scope).await?;
    policy::zone(&db).await
}
