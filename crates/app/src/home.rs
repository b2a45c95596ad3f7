//! The adviser's first page: which households need something, whose move it is, which links are out, what came since yesterday.

use crate::connections_list::{self, Entry, Mover};
use crate::{App, Result, policy};
use jiff::tz::TimeZone;
use model::{Date, FirmScope, HouseholdId, Span, Time};
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

/// A household and the connections of it that need somebody.
#[derive(Debug, Clone)]
pub struct Needs {
    pub household: Household,
    pub members: Vec<Member>,
    pub stopped: Vec<Entry>,
}

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
    /// Nothing exists yet.
    pub fresh: bool,
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
    for e in entries.into_iter().filter(|e| e.connection.state.needs_attention()) {
        let Some(household) = find(e.household.id) else { continue };
        match needs.iter_mut().find(|n| n.household.id == household.id) {
            Some(n) => n.stopped.push(e),
            None => needs.push(Needs { household, members: Vec::new(), stopped: vec![e] }),
        }
    }
    // The next review first; whoever has none planned comes after, by name.
    needs.sort_by(|a, b| key(&a.household).cmp(&key(&b.household)));
    needs.truncate(50);
    for n in &mut needs {
        n.members = store::members::of_household(&db, n.household.id).await?;
    }
    let links = store::home::links(&db, now, now - Span::days(2)).await?;
    let events = store::home::events(&db, &NEWS, now - Span::hours(36), 200).await?;
    let soon = today.checked_add(jiff::Span::new().days(30)).unwrap_or(today);
    Ok(Home {
        links: links.into_iter().filter_map(|l| Some((l.clone(), find(l.household)?))).take(20).collect(),
        news: events.into_iter().filter_map(|event| Some(News { household: find(event.household?)?, event })).take(12).collect(),
        households: seen.len(),
        reviews: seen.iter().filter(|h| h.next_review.is_some_and(|d| d >= today && d <= soon)).count(),
        fresh: seen.is_empty() && crate::household_list::seen(app, &db, scope, false).await?.is_empty(),
        needs,
        today,
        now,
        zone,
    })
}

fn key(h: &Household) -> (bool, Option<Date>, &str) {
    (h.next_review.is_none(), h.next_review, &h.name_key)
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
