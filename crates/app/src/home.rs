//! The adviser's first page: which households need something, whose move it is, which links are out, what came since yesterday.

use crate::connections_list::{self, Entry, Mover};
use crate::{App, Result, policy};
use jiff::tz::TimeZone;
use model::sums::is_out_of_date;
use model::{AccountState, ConnectionId, Date, FirmScope, HouseholdId, Source, Span, Time};
use std::collections::HashMap;
use store::cases::Case;
use store::events::Event;
pub use store::home::LinkOut;
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
    /// Households that this reader sees in this choice.
    pub households: usize,
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
const NEWS: [&str; 6] =
    ["connection.added", "connection.repaired", "account.added", "account.muted", "account.disconnected", "connection.end_confirmed"];

pub async fn load(app: &App, scope: &FirmScope, whose: Whose) -> Result<Home> {
    let entries = connections_list::visible(app, scope).await?;
    let db = app.store().read(scope).await?;
    let seen = crate::household_list::seen(app, &db, scope, whose == Whose::Mine).await?;
    let (now, zone) = (app.now(), policy::zone(&db).await?);
    let today = now.date(&zone);
    let find = |id: HouseholdId| seen.iter().find(|h| h.id == id).cloned();
    let mut needs: Vec<Needs> = Vec::new();
    let soon = today.checked_add(jiff::Span::new().days(AHEAD)).unwrap_or(today);
    let is_soon = |h: &Household| h.next_review.is_some_and(|d| d >= today && d <= soon);
    for household in seen.iter().filter(|h| is_soon(h)) {
        needs.push(Needs { household: household.clone(), members: Vec::new(), stopped: Vec::new(), coming: Vec::new() });
    }
    let mut well = Vec::new();
    for e in entries {
        if !e.connection.state.needs_attention() {
            well.push(e);
            continue;
        }
        let Some(household) = find(e.household.id) else { continue };
        match needs.iter_mut().find(|n| n.household.id == household.id) {
            Some(n) => n.stopped.push(e),
            None => needs.push(Needs { household, members: Vec::new(), stopped: vec![e], coming: Vec::new() }),
        }
    }
    // The next review first; one that is past or not planned comes after, by name.
    needs.sort_by(|a, b| key(&a.household, today).cmp(&key(&b.household, today)));
    needs.truncate(50);
    let ids: Vec<HouseholdId> = needs.iter().map(|n| n.household.id).collect();
    let members = store::members::of_households(&db, &ids).await?;
    let accounts = store::accounts::of_households(&db, &ids).await?;
    for n in &mut needs {
        n.members = members.iter().filter(|m| m.household == n.household.id).cloned().collect();
        if is_soon(&n.household) {
            let by = n.household.next_review.unwrap_or(today);
            let own = accounts.iter().filter(|a| a.household == n.household.id);
            n.coming = coming(&well, n, own, by, today, &zone);
        }
    }
    let ready = needs.iter().filter(|n| is_soon(&n.household) && n.stopped.is_empty() && n.coming.is_empty()).count();
    let links = store::home::links(&db, now, now - Span::days(2)).await?;
    let events = store::home::events(&db, &NEWS, now - Span::hours(36), 200).await?;
    Ok(Home {
        links: links.into_iter().filter_map(|l| Some((l.clone(), find(l.household)?))).take(20).collect(),
        news: events.into_iter().filter_map(|event| Some(News { household: find(event.household?)?, event })).take(12).collect(),
        households: seen.len(),
        reviews: seen.iter().filter(|h| is_soon(h)).count(),
        ready,
        fresh: seen.is_empty() && crate::household_list::seen(app, &db, scope, false).await?.is_empty(),
        writes: crate::mail::why_not(app, &store::firms::own(&db).await?).is_none(),
        cases: store::cases::open(&db).await?.into_iter().filter_map(|c| Some((c.connection?, c))).collect(),
        needs,
        today,
        now,
        zone,
    })
}

/// What of a household will be too old, or end, by its review.
fn coming<'a>(
    well: &[Entry],
    needs: &Needs,
    accounts: impl Iterator<Item = &'a store::accounts::Account>,
    by: Date,
    today: Date,
    zone: &TimeZone,
) -> Vec<Coming> {
    let own = || well.iter().filter(|e| e.household.id == needs.household.id);
    let mut out = Vec::new();
    for e in own() {
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
        let told = a.connection.is_some_and(|c| needs.stopped.iter().any(|e| e.connection.id == c));
        if !told && if by_hand { days > TYPED_DAYS } else { is_out_of_date(a.source, Some(day), today) } {
            out.push(Coming::Old { account: a.name.clone(), days, by_hand });
        }
    }
    out.truncate(6);
    out
}

fn key(h: &Household, today: Date) -> (bool, Option<Date>, &str) {
    let next = h.next_review.filter(|d| *d >= today);
    (next.is_none(), next, &h.name_key)
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
