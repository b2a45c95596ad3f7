//! One account as of a day: what it held, what it was worth, where that came from, and what happened to it.

use crate::households::{self, Found};
use crate::portfolios::Feed;
use crate::{App, Error, Result, policy};
use jiff::tz::TimeZone;
use model::as_of::end_of;
use model::fact::{Fact, ManualValue};
use model::head::Head;
use model::permission::{Action, may};
use model::{AccountId, ConnectionId, Date, FirmScope, Money, Source, Time};
use store::Firm;
use store::accounts::Account;
use store::connections::{Connection, Removal};
use store::events::Event;
use store::facts::Version;
use store::portfolios::Portfolio;

/// Figures of one day, with the three times that are never mixed (D12).
#[derive(Debug, Clone)]
pub struct Shown {
    pub head: Head,
    /// When the figures were true; `None` for a typed day.
    pub as_of: Option<Time>,
    pub as_of_day: Date,
    /// When we got them, or when somebody typed them.
    pub received_at: Time,
}

impl Shown {
    pub fn value(&self) -> Option<Money> {
        Some(Money::new(self.head.value?, self.head.currency.clone()?))
    }
}

/// A permission that ended with an account (N66): certain, not best effort, and shown.
#[derive(Debug, Clone)]
pub struct Ended {
    pub institution: String,
    /// `None`: the provider has not confirmed yet; it is asked again until it does.
    pub confirmed_at: Option<Time>,
    /// The provider cannot be told: our key is deleted, and the people end the permission on this page.
    pub by_hand_at: Option<url::Url>,
    /// Other accounts of the connection keep going: the permission did not end.
    pub goes_on: bool,
}

#[derive(Debug, Clone)]
pub struct View {
    pub found: Found,
    pub account: Account,
    pub portfolio: Portfolio,
    pub connection: Option<Connection>,
    pub feed: Option<Feed>,
    /// The connection that fed it before it was ended, and when the provider confirmed the end.
    pub ended: Option<Ended>,
    /// The day that is shown.
    pub day: Date,
    pub shown: Option<Shown>,
    /// The value at the end of the last quarter before the day, to compare with.
    pub before: Option<(Date, Money)>,
    /// Newest first.
    pub history: Vec<Event>,
    /// Who can stand behind an event: the actor's text and a name.
    pub people: Vec<(String, String)>,
    /// No other account of the connection is live: ending this one ends the permission too.
    pub last_live: bool,
    pub may_edit: bool,
    pub may_end: bool,
    pub may_refresh: bool,
    pub today: Date,
    pub zone: TimeZone,
}

/// The account on a day; today when none is named. A day that has not come is today.
#[crate::boxed]
pub async fn view(app: &App, scope: &FirmScope, id: AccountId, day: Option<Date>) -> Result<View> {
    let db = app.store().read(scope).await?;
    let account = store::accounts::find(&db, id).await?.ok_or(Error::NotFound)?;
    let found = households::load(app, &db, scope, account.household).await?;
    if account.state == model::AccountState::Deleted || account.same_as.is_some() {
        return Err(Error::NotFound);
    }
    let zone = policy::zone(&db).await?;
    let today = app.now().date(&zone);
    let day = day.map_or(today, |d| d.min(today));
    let versions = store::facts::history(&db, id.uuid()).await?;
    let now = app.now();
    let shown = shown(&db, &account, &versions, day, today, &zone, now).await?;
    let before = match quarter_end_before(day) {
        Some(q) => self::shown(&db, &account, &versions, q, today, &zone, now).await?.and_then(|s| Some((q, s.value()?))),
        None => None,
    };
    let connection = match account.connection {
        Some(c) => store::connections::find(&db, c).await?,
        None => None,
    };
    let last_live = match &connection {
        Some(c) => store::connections::feeds(&db, c.id).await? <= 1,
        None => false,
    };
    let staff = store::policy::staff(&db).await?;
    let clients = store::portal_home::clients(&db, account.household).await?;
    let people = staff.into_iter().map(|s| (s.id, s.name)).chain(clients);
    let people = people.map(|(id, name)| (model::Actor::User(id).to_string(), name)).collect();
    let ended = ended(app, &db, &account, &id.to_string()).await?;
    let mut history = store::events::of_object(&db, &id.to_string()).await?;
    history.reverse();
    Ok(View {
        may_edit: may(Action::EditHousehold, found.standing),
        may_end: may(Action::EndAccount, found.standing),
        may_refresh: may(Action::Refresh, found.standing),
        portfolio: store::portfolios::find(&db, account.portfolio).await?.ok_or(Error::NotFound)?,
        ended,
        feed: connection.as_ref().map(|c| Feed::of(c, now)),
        found,
        account,
        connection,
        day,
        shown,
        before,
        history,
        people,
        last_live,
        today,
        zone,
    })
}

/// What became of the permission behind an account that was muted or disconnected.
async fn ended(app: &App, db: &Firm, a: &Account, object: &str) -> Result<Option<Ended>> {
    if a.connection.is_some() || a.source != Source::Aggregation {
        return Ok(None);
    }
    let events = store::events::of_object(db, object).await?;
    let last = events.iter().rev().find(|e| matches!(e.kind.as_str(), "account.muted" | "account.disconnected"));
    let detail: Option<serde_json::Value> = last.and_then(|e| serde_json::from_str(&e.detail).ok());
    let Some(id) = detail.and_then(|d| d.get("connection")?.as_str()?.parse::<ConnectionId>().ok()) else { return Ok(None) };
    let Some(c) = store::connections::find(db, id).await? else { return Ok(None) };
    let events = store::events::of_object(db, &id.to_string()).await?;
    let done = |e: &&Event| matches!(e.kind.as_str(), "connection.end_confirmed" | "connection.key_deleted");
    let confirmed_at = events.iter().rev().find(done).map(|e| e.at).filter(|_| c.removal == Removal::Confirmed);
    let by_hand_at = crate::connections::ended_at(app, &c.provider);
    Ok(Some(Ended { institution: c.institution, confirmed_at, by_hand_at, goes_on: c.removal == Removal::None }))
}

async fn shown(db: &Firm, a: &Account, versions: &[Version], day: Date, today: Date, zone: &TimeZone, now: Time) -> Result<Option<Shown>> {
    if a.source == Source::Manual {
        return Ok(typed_shown(versions, day));
    }
    if day == today {
        // One row holds everything that today's page needs.
        let (Some(as_of_day), Some(received_at)) = (a.figures.as_of_day, a.figures.received_at) else { return Ok(None) };
        let head = store::accounts::head(db, a.id).await?.unwrap_or_default();
        return Ok(Some(Shown { head, as_of: a.figures.as_of, as_of_day, received_at }));
    }
    let found = store::received::as_of(db, a.id, end_of(day, zone), now).await?;
    let received = found.map(|r| Shown { head: r.head(), as_of: Some(r.as_of), as_of_day: r.worth.as_of_day, received_at: r.received_at });
    // Before its first values arrived, an account that was kept by hand shows what was typed.
    Ok(received.or_else(|| typed_shown(versions, day)))
}

fn typed_shown(versions: &[Version], day: Date) -> Option<Shown> {
    typed(versions, day).map(|(m, at)| Shown {
        head: Head { currency: Some(m.currency.clone()), value: Some(m.value), ..Head::default() },
        as_of: None,
        as_of_day: m.as_of,
        received_at: at,
    })
}

/// The typed value that holds on a day, and when it was first said.
pub fn typed(versions: &[Version], day: Date) -> Option<(&ManualValue, Time)> {
    let facts = versions.iter().filter_map(|v| match &v.fact {
        Fact::Account(f) => Some((f, v.known_from)),
        _ => None,
    });
    model::as_of::typed(facts, day)
}

/// The last day of the quarter before the one that a day is in.
pub fn quarter_end_before(day: Date) -> Option<Date> {
    let first_month = (day.month() - 1) / 3 * 3 + 1;
    Date::new(day.year(), first_month, 1).ok()?.yesterday().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_end_before_the_day() {
        let day = |t: &str| t.parse::<Date>().unwrap();
        assert_eq!(quarter_end_before(day("2026-11-20")), Some(day("2026-09-30")));
        assert_eq!(quarter_end_before(day("2026-01-01")), Some(day("2025-12-31")));
        assert_eq!(quarter_end_before(day("2026-03-31")), Some(day("2025-12-31")));
    }
}
