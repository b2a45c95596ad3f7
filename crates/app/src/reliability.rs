//! How well institutions work for this firm, from its own refreshes and sign-ins of the last thirty days. Counted as each try ends; read by
//! Settings and before a client connects.

use crate::connections_list::{Mover, mover};
use crate::institutions::Found;
use crate::{App, Error, Result, policy};
use jiff::tz::TimeZone;
use model::reliability::{DAYS, Ending, Record};
use model::{Actor, Date, FaultKind, FirmScope, Span, Time};
use std::collections::HashMap;
use store::Firm;
use store::connections::Connection;
use store::tries::Tried;

/// Days of the strip beside an institution.
pub const STRIP: usize = 14;

/// One institution through one provider.
#[derive(Debug, Clone)]
pub struct Known {
    pub institution: String,
    pub provider: String,
    pub record: Record,
    /// The last days, the oldest first.
    pub days: [Record; STRIP],
    pub connections: i64,
}

#[derive(Debug, Clone)]
pub struct Book {
    /// Those that work worst come first, then those with most connections.
    pub rows: Vec<Known>,
    pub total: Record,
    /// Connections that wait for a client, an institution or us.
    pub waiting: [usize; 3],
    pub connections: i64,
    pub today: Date,
    pub now: Time,
    pub zone: TimeZone,
}

/// Counts a refresh as it ends, in its own transaction. `None`: it has not come to an end yet.
#[crate::boxed]
pub(crate) async fn count(app: &App, db: &Firm, c: &Connection, fault: Option<FaultKind>) -> Result<()> {
    let ending = fault.map_or(Some(Ending::Worked), Ending::of);
    if let Some(ending) = ending {
        store::tries::count(db, c.id, &c.provider, &c.institution, app.now().utc_date(), ending).await?;
    }
    Ok(())
}

/// The first day that counts.
fn first(today: Date) -> Date {
    today.saturating_sub(jiff::Span::new().days(DAYS - 1))
}

/// Refreshes and sign-ins alike, by day.
async fn tried(db: &Firm, now: Time, names: Option<&[String]>) -> Result<Vec<Tried>> {
    let mut all = store::tries::refreshes(db, first(now.utc_date()), names).await?;
    for s in store::tries::sign_ins(db, now - Span::days(DAYS), names).await? {
        let Some(ending) = s.fault.map_or(Some(Ending::Worked), Ending::of) else { continue };
        all.push(Tried { provider: s.provider, institution: s.institution, day: s.at.utc_date(), ending, n: 1 });
    }
    Ok(all)
}

fn times(n: i64) -> u32 {
    u32::try_from(n.max(0)).unwrap_or(u32::MAX)
}

/// Every institution that the firm's clients have tried, for all staff.
#[crate::boxed]
pub async fn book(app: &App, scope: &FirmScope) -> Result<Book> {
    // Support sees institutions and nobody's connections.
    let states = match crate::connections_list::states(app, scope).await {
        Err(Error::NotFound) => Vec::new(),
        seen => seen?,
    };
    let db = app.store().read(scope).await?;
    let Actor::User(who) = scope.actor() else { return Err(Error::NotFound) };
    store::policy::role(&db, who).await?.filter(|r| r.is_staff()).ok_or(Error::NotFound)?;
    let (now, zone) = (app.now(), policy::zone(&db).await?);
    let today = now.utc_date();
    let mut by: HashMap<(String, String), Known> = HashMap::new();
    let blank = |provider: &str, institution: &str| Known {
        institution: institution.to_owned(),
        provider: provider.to_owned(),
        record: Record::default(),
        days: [Record::default(); STRIP],
        connections: 0,
    };
    for (provider, institution, n) in store::tries::connections(&db).await? {
        let known = blank(&provider, &institution);
        by.insert((institution, provider), Known { connections: n, ..known });
    }
    let mut total = Record::default();
    for t in tried(&db, now, None).await? {
        let known = by.entry((t.institution.clone(), t.provider.clone())).or_insert_with(|| blank(&t.provider, &t.institution));
        known.record.add(t.ending, times(t.n));
        total.add(t.ending, times(t.n));
        let ago = t.day.until(today).map_or(i32::MAX, |s| s.get_days());
        if let Some(at) = usize::try_from(ago).ok().and_then(|a| STRIP.checked_sub(a + 1)) {
            known.days[at].add(t.ending, times(t.n));
        }
    }
    let mut rows: Vec<Known> = by.into_values().collect();
    rows.sort_by_key(|k| (k.record.percent().unwrap_or(101), -k.connections, k.institution.to_lowercase(), k.provider.clone()));
    let connections = rows.iter().map(|k| k.connections).sum();
    let of = |f: fn(&Mover) -> bool| states.iter().filter(|(s, _)| f(&mover(*s, "", ""))).map(|(_, n)| n).sum();
    let waiting = [
        of(|m| matches!(m, Mover::Client(_))),
        of(|m| matches!(m, Mover::Institution(_) | Mover::Provider)),
        of(|m| matches!(m, Mover::Adviser | Mover::Administrator)),
    ];
    Ok(Book { rows, total, waiting, connections, today, now, zone })
}

/// What this firm has seen of some institutions, before somebody connects one: by provider and name.
#[crate::boxed]
pub async fn of(app: &App, scope: &FirmScope, found: &[Found]) -> Result<HashMap<(String, String), Record>> {
    let mut names: Vec<String> = found.iter().map(|f| f.name.clone()).collect();
    names.sort();
    names.dedup();
    let mut out: HashMap<(String, String), Record> = HashMap::new();
    if names.is_empty() {
        return Ok(out);
    }
    let db = app.store().read(scope).await?;
    for t in tried(&db, app.now(), Some(&names)).await? {
        out.entry((t.provider, t.institution)).or_default().add(t.ending, times(t.n));
    }
    Ok(out)
}

/// Forgets days that nobody counts any more.
#[crate::boxed]
pub(crate) async fn sweep(app: &App, db: &store::System) -> Result<()> {
    let before = first(app.now().utc_date()).saturating_sub(jiff::Span::new().days(1));
    store::tries::sweep(db, before).await?;
    Ok(())
}
