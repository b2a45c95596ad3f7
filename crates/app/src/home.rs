//! The adviser's first page: which households need something, whose move it is, which links are out, what came since yesterday.

use crate::connections_list::{self, Entry, Mover};
use crate::{App, Result, household_list, policy};
use jiff::tz::TimeZone;
use model::permission::{Action, Role};
use model::sums::is_out_of_date;
use model::{AccountState, Actor, ConnectionId, ConnectionState, Date, FirmScope, HouseholdId, Source, Span, Time};
use std::collections::HashMap;
use store::Firm;
use store::cases::Case;
use store::events::Event;
pub use store::home::LinkOut;
use store::home::Waiting;
pub use store::households::Household;
use store::members::Member;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Whose {
    #[default]
    Mine,
    All,
}

/// A household that is reviewed soon or needs somebody: what has stopped, and what will be too old by its review.
#[derive(Debug, Clone)]
pub struct Needs {
    pub household: Household,
    pub members: Vec<Member>,
    pub stopped: Vec<Entry>,
    pub coming: Vec<Coming>,
    /// The reader works on it.
    pub on_team: bool,
}

/// What waits, by whose move it is, in all households of this choice: the page's rows may be fewer.
#[derive(Debug, Clone, Default)]
pub struct Waits {
    pub client: Waiting,
    /// The reader: clients who have not answered, connections that are not supported any more, and on our side for an administrator.
    pub you: Waiting,
    /// Values to type anew before a review, and their households.
    pub typed: usize,
    pub typed_households: usize,
    pub institution: Waiting,
}

/// What works now and will not be fit for the review.
#[derive(Debug, Clone)]
pub enum Coming {
    /// The permission at an institution ends that day.
    Ends { institution: String, given: String, on: Date },
    /// A value that is so many days old by then. `by_hand`: ours to type anew.
    Old { account: String, days: i32, by_hand: bool },
}

/// What people type in is worth a look after so many days.
const TYPED_DAYS: i32 = 90;
/// Reviews that are on the first page.
const AHEAD: i64 = 30;
/// Households on the page.
pub const ROWS: usize = 50;

#[derive(Debug, Clone)]
pub struct News {
    pub event: Event,
    pub household: Household,
}

#[derive(Debug, Clone)]
pub struct Home {
    pub needs: Vec<Needs>,
    pub links: Vec<(LinkOut, Household)>,
    pub news: Vec<News>,
    /// More households than these need somebody.
    pub more: bool,
    pub waits: Waits,
    /// Reviews in the next thirty days.
    pub reviews: usize,
    /// Of those on the page, the ones with nothing left to do.
    pub ready: usize,
    /// Nothing exists yet.
    pub fresh: bool,
    /// Messages can leave.
    pub writes: bool,
    /// The open case of each connection.
    pub cases: HashMap<ConnectionId, Case>,
    pub today: Date,
    pub now: Time,
    pub zone: TimeZone,
}

/// What is told as news.
const NEWS: [&str; 7] = [
    "connection.added",
    "connection.repaired",
    "account.added",
    "account.muted",
    "account.disconnected",
    "connection.end_confirmed",
    "connection.key_deleted",
];

#[crate::boxed]
pub async fn load(app: &App, scope: &FirmScope, whose: Whose) -> Result<Home> {
    let db = app.store().read(scope).await?;
    let filter = household_list::whose(app, &db, scope, whose == Whose::Mine).await?;
    let (now, zone) = (app.now(), policy::zone(&db).await?);
    let today = now.date(&zone);
    let soon = today.checked_add(jiff::Span::new().days(AHEAD)).unwrap_or(today);
    let mut households = store::home::needing(&db, &filter, today, soon, u32::try_from(ROWS + 1).unwrap_or(u32::MAX)).await?;
    let more = households.len() > ROWS;
    households.truncate(ROWS);
    let ids: Vec<HouseholdId> = households.iter().map(|h| h.id).collect();
    let members = store::members::of_households(&db, &ids).await?;
    let accounts = store::accounts::of_households(&db, &ids).await?;
    let connections = store::connections::of_households(&db, &ids).await?;
    let who = match scope.actor() {
        Actor::User(u) => Some(u),
        _ => None,
    };
    let is_soon = |h: &Household| h.next_review.is_some_and(|d| d >= today && d <= soon);
    let mut needs = Vec::new();
    for household in households {
        let id = household.id;
        let entry = |c| connections_list::entry(c, household.clone(), &members, who, now);
        let all = connections.iter().filter(|c| c.household == id).cloned().map(entry);
        let (mut stopped, well): (Vec<Entry>, Vec<Entry>) = all.partition(|e| e.connection.state.needs_attention());
        stopped.sort_by_key(|e| (e.connection.failing_since.unwrap_or(e.connection.created_at), e.connection.id));
        let coming = match household.next_review.filter(|_| is_soon(&household)) {
            Some(by) => coming(&well, &stopped, accounts.iter().filter(|a| a.household == id), by, today, &zone),
            None => Vec::new(),
        };
        let members = members.iter().filter(|m| m.household == id).cloned().collect();
        needs.push(Needs { on_team: connections_list::on_team(&household, who), household, members, stopped, coming });
    }
    let links = store::home::links(&db, &filter, now, now - Span::days(2), 20).await?;
    let events = store::home::events(&db, &filter, &NEWS, now - Span::hours(36), 12).await?;
    let mut named: Vec<HouseholdId> = links.iter().map(|l| l.household).chain(events.iter().filter_map(|e| e.household)).collect();
    named.sort();
    named.dedup();
    let named = store::households::some(&db, &named).await?;
    let find = |id: HouseholdId| named.iter().find(|h| h.id == id).cloned();
    Ok(Home {
        links: links.into_iter().filter_map(|l| Some((l.clone(), find(l.household)?))).collect(),
        news: events.into_iter().filter_map(|event| Some(News { household: find(event.household?)?, event })).collect(),
        reviews: store::home::reviews(&db, &filter, today, soon).await?,
        ready: needs.iter().filter(|n| is_soon(&n.household) && n.stopped.is_empty() && n.coming.is_empty()).count(),
        fresh: needs.is_empty() && store::households::count(&db, &household_list::whose(app, &db, scope, false).await?).await? == 0,
        writes: crate::mail::why_not(app, &store::firms::own(&db).await?).is_none(),
        cases: store::cases::open_of(&db, &ids).await?.into_iter().filter_map(|c| Some((c.connection?, c))).collect(),
        waits: waits(app, &db, scope, &filter, &needs).await?,
        needs,
        more,
        today,
        now,
        zone,
    })
}

async fn waits(app: &App, db: &Firm, scope: &FirmScope, filter: &store::households::Filter, needs: &[Needs]) -> Result<Waits> {
    let of = |fits: fn(&Mover) -> bool| -> Vec<ConnectionState> {
        let all = ConnectionState::ALL.into_iter().filter(|s| s.needs_attention());
        all.filter(|s| fits(&connections_list::mover(*s, "", ""))).collect()
    };
    let client = of(|m| matches!(m, Mover::Client(_)));
    let mut own = of(|m| matches!(m, Mover::Adviser));
    if policy::check(app, db, scope, Action::ViewHousehold, None).await?.role == Role::Administrator {
        own.extend(of(|m| matches!(m, Mover::Administrator)));
    }
    let institution = of(|m| matches!(m, Mover::Institution(_) | Mover::Provider));
    let mine = household_list::whose(app, db, scope, true).await?;
    let typed = |n: &&Needs| n.on_team && n.stopped.is_empty() && is_typed(&n.coming);
    Ok(Waits {
        client: store::home::waiting(db, filter, &[(&client, Some(false))]).await?,
        you: store::home::waiting(db, &mine, &[(&client, Some(true)), (&own, None)]).await?,
        typed: needs.iter().filter(typed).flat_map(|n| &n.coming).filter(|c| matches!(c, Coming::Old { by_hand: true, .. })).count(),
        typed_households: needs.iter().filter(typed).count(),
        institution: store::home::waiting(db, filter, &[(&institution, None)]).await?,
    })
}

/// Whether the next thing to do is to type a value, and nobody's permission is to be renewed before.
pub fn is_typed(coming: &[Coming]) -> bool {
    let ends = coming.iter().any(|c| matches!(c, Coming::Ends { .. }));
    !ends && coming.iter().any(|c| matches!(c, Coming::Old { by_hand: true, .. }))
}

/// What of a household will be too old, or end, by its review.
fn coming<'a>(
    well: &[Entry],
    stopped: &[Entry],
    accounts: impl Iterator<Item = &'a store::accounts::Account>,
    by: Date,
    today: Date,
    zone: &TimeZone,
) -> Vec<Coming> {
    let mut out = Vec::new();
    for e in well {
        if let Some(on) = e.connection.consent_ends.map(|t| t.date(zone)).filter(|d| *d <= by) {
            let given = e.member.as_ref().map_or_else(|| "the client".into(), |m| m.given.clone());
            out.push(Coming::Ends { institution: e.connection.institution.clone(), given, on });
        }
    }
    for a in accounts.filter(|a| a.state == AccountState::Live) {
        let Some(day) = a.figures.as_of_day else { continue };
        let days = day.until(by).map_or(0, |s| s.get_days());
        let by_hand = a.source == Source::Manual;
        // What a stopped connection brings is told with the connection.
        let told = a.connection.is_some_and(|c| stopped.iter().any(|e| e.connection.id == c));
        if !told && if by_hand { days > TYPED_DAYS } else { is_out_of_date(a.source, Some(day), today) } {
            out.push(Coming::Old { account: a.name.clone(), days, by_hand });
        }
    }
    out.truncate(6);
    out
}

/// Whose move it is for a household: the client's before ours before the institution's.
pub fn mover(stopped: &[Entry]) -> Option<&Mover> {
    let rank = |m: &Mover| match m {
        Mover::Client(_) => 0,
        Mover::Adviser | Mover::Administrator => 1,
        Mover::Institution(_) | Mover::Provider => 2,
        Mover::Nobody => 3,
    };
    stopped.iter().map(|e| &e.mover).min_by_key(|m| rank(m))
}
