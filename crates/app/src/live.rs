//! Open pages that keep themselves current (D10). A page's stream says that something of what it may show has changed, never what: the page
//! reads itself again. One watcher for each firm looks for all its streams (`live/pulse.rs`); a stream asks for itself only whether its
//! holder still may.

mod pulse;

use crate::{App, Error, Result, policy, portal};
use model::permission::{Action, Role};
use model::portal::{Area, Right, Rights};
use model::{Actor, FirmScope, HouseholdId, Span, Time, UserId};
use pulse::Pulse;
pub use pulse::Watchers;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// What is told of is as old as this at most when nothing else makes a stream ask for its holder's authority.
const CHECK: Duration = Duration::from_secs(15);
/// Leave that ends by itself in the middle of a quiet minute is asked for more often.
const CHECK_SUPPORT: Duration = Duration::from_secs(1);
/// A page that was drawn so long before its stream opened may have missed a change: transactions take a moment, and nodes' clocks differ.
const SLACK: Span = Span::seconds(2);

/// Connections of somebody's own households that need somebody: the number in the rail. Nobody's are none.
#[crate::boxed]
pub async fn attention(app: &App, scope: &FirmScope) -> Result<usize> {
    let Actor::User(who) = scope.actor() else { return Ok(0) };
    let db = app.store().read(scope).await?;
    Ok(store::home::attention(&db, who).await?)
}

/// Whether the session that opened a stream still holds. Asking does not keep it alive.
#[crate::boxed]
pub async fn still_here(app: &App, hash: &[u8]) -> Result<bool> {
    let db = app.store().read_system().await?;
    let now = app.now();
    let found = store::sessions::find(&db, hash).await?;
    Ok(found.is_some_and(|s| s.factor_at.is_some() && s.expires_at > now && now - s.seen_at < crate::sessions::idle(s.role)))
}

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Pages of staff over many households.
    Firm,
    /// A household as staff see it.
    Household(HouseholdId),
    /// A household as one client may see it.
    Portal(HouseholdId),
}

/// A part of what happens, as far as it decides who may learn of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Matter {
    /// Anything: for staff, who see the whole household.
    Any,
    /// Its name, its lead, how the firm presents itself.
    Household,
    Members,
    Accounts,
    /// What one login may see, suggested, or was answered.
    Own(UserId),
}

/// What an event of a kind is about. Whatever is not named here is the firm's own business and reaches no client.
fn matter(kind: &str, object: &str, detail: &str) -> Option<Matter> {
    let (noun, _) = kind.split_once('.').unwrap_or((kind, ""));
    match noun {
        "household" => Some(Matter::Household),
        "member" => Some(Matter::Members),
        "account" | "connection" | "portfolio" | "consent" => Some(Matter::Accounts),
        "portal" | "suggestion" => {
            let named = serde_json::from_str::<serde_json::Value>(detail).ok();
            let named = named.and_then(|d| d["login"].as_str().and_then(|l| l.parse().ok()));
            named.or_else(|| object.parse().ok()).map(Matter::Own)
        }
        _ => None,
    }
}

/// What a client with these rights is told of.
fn matters(rights: Rights, login: UserId) -> Vec<Matter> {
    let any = |areas: &[Area]| areas.iter().any(|a| rights.holds(Right::View(*a)));
    let mut out = vec![Matter::Household, Matter::Own(login)];
    if any(&[Area::Map, Area::Members]) {
        out.push(Matter::Members);
    }
    // The map shows accounts with their figures as well.
    if any(&[Area::Map, Area::Financials, Area::BalanceSheet]) || rights.holds(Right::Connect) {
        out.push(Matter::Accounts);
    }
    out
}

/// Where a stream stands in the firm's numbering of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Seen {
    household: u64,
    firm: u64,
    authority: u64,
}

/// One open page's stream.
pub struct Stream {
    app: App,
    scope: FirmScope,
    session: Vec<u8>,
    about: About,
    matters: Vec<Matter>,
    pulse: watch::Receiver<Arc<Pulse>>,
    seen: Seen,
    behind: bool,
    check: Duration,
}

impl Stream {
    /// Opens a stream for whoever may see the page. `since`: when the page was drawn, or the last word that reached it.
    #[crate::boxed]
    pub async fn open(app: &App, scope: &FirmScope, session: &[u8], role: Role, about: About, since: Option<Time>) -> Result<Stream> {
        let mut stream = Stream {
            app: app.clone(),
            scope: *scope,
            session: session.into(),
            about,
            matters: Vec::new(),
            pulse: app.watchers().listen(app, scope.firm()),
            seen: Seen::default(),
            behind: false,
            check: if role == Role::Support { CHECK_SUPPORT } else { CHECK },
        };
        stream.matters = stream.may().await?;
        // What the watcher has not seen yet it will tell of; what came before, the log says.
        let ready = stream.pulse.wait_for(|p| p.ready).await.map(|p| p.clone()).map_err(|_| Error::Busy)?;
        stream.seen = stream.place(&ready);
        if let Some(since) = since {
            stream.behind = stream.missed(since.min(app.now()) - SLACK).await?;
        }
        Ok(stream)
    }

    /// The instant of the next change that the page may show; `None` when the stream is over: the session ended, or the page is theirs no more.
    #[crate::boxed]
    pub async fn next(&mut self) -> Option<Time> {
        if std::mem::take(&mut self.behind) {
            return Some(self.app.now());
        }
        loop {
            let told = tokio::time::timeout(self.check, self.pulse.changed()).await;
            if matches!(told, Ok(Err(_))) {
                return None;
            }
            let pulse = self.pulse.borrow_and_update().clone();
            if !pulse.here.contains(&*self.session) {
                return None;
            }
            let now = self.place(&pulse);
            let (before, moved) = (self.seen, now.household != self.seen.household || now.firm != self.seen.firm);
            self.seen = now;
            if told.is_err() || moved || now.authority != before.authority {
                // Apart, because it is rare and large: a page that waits is to cost little.
                let matters = Box::pin(self.asked()).await?;
                if matters != self.matters {
                    self.matters = matters;
                    // Counted by the new rights from here on; the page is drawn by them too.
                    self.seen = self.place(&self.pulse.borrow().clone());
                    return Some(self.app.now());
                }
            }
            if moved {
                return Some(self.app.now());
            }
        }
    }

    /// What the holder may be told of now; `None` when they may no more.
    async fn asked(&self) -> Option<Vec<Matter>> {
        match still_here(&self.app, &self.session).await {
            Ok(true) => self.may().await.ok(),
            _ => None,
        }
    }

    fn place(&self, pulse: &Pulse) -> Seen {
        let household = match self.about {
            About::Firm => pulse.any,
            About::Household(id) | About::Portal(id) => self.matters.iter().map(|m| pulse.of(id, *m)).max().unwrap_or_default(),
        };
        Seen { household, firm: pulse.firm, authority: pulse.authority }
    }

    /// What the page's holder may be told of now; `NotFound` for whoever may not see it.
    async fn may(&self) -> Result<Vec<Matter>> {
        let household = match self.about {
            About::Portal(id) => {
                let lens = portal::enter(&self.app, &self.scope, id).await?;
                return Ok(matters(lens.rights(), lens.login));
            }
            About::Household(id) => Some(id),
            About::Firm => None,
        };
        let db = self.app.store().read(&self.scope).await?;
        policy::check(&self.app, &db, &self.scope, Action::ViewHousehold, household).await?;
        Ok(vec![Matter::Any])
    }

    /// Whether something happened since an instant that the page may show.
    async fn missed(&self, since: Time) -> Result<bool> {
        let db = self.app.store().read(&self.scope).await?;
        let (id, all) = match self.about {
            About::Firm => (None, true),
            About::Household(id) => (Some(id), true),
            About::Portal(id) => (Some(id), false),
        };
        for e in store::live::events(&db, id, since).await? {
            let shown = match (e.household, matter(&e.kind, &e.object, &e.detail)) {
                (None, _) => pulse::is_of_firm(&e.kind),
                (Some(_), Some(m)) => all || self.matters.contains(&m),
                (Some(_), None) => all,
            };
            if shown {
                return Ok(true);
            }
        }
        let fed = all || self.matters.contains(&Matter::Accounts);
        Ok(fed && store::live::refreshed(&db, since).await?.iter().any(|(_, h, _)| id.is_none_or(|id| id == *h)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // proves: P25 D10
    #[test]
    fn a_client_is_told_of_what_their_rights_show_and_of_nothing_else() {
        let (me, other) = (UserId::new(Time(0), [1; 10]), UserId::new(Time(0), [2; 10]));
        let reader = matters(Rights::of([Right::View(Area::Map)]), me);
        let told = |kind: &str, object: &str, detail: &str| matter(kind, object, detail).is_some_and(|m| reader.contains(&m));
        assert!(told("member.changed", "", "{}") && told("household.changed", "", "{}"));
        assert!(told("account.added", "", "{}"), "the map shows accounts");
        let people = matters(Rights::of([Right::View(Area::Members)]), me);
        for withheld in ["account.added", "connection.changed"] {
            assert!(matter(withheld, "", "{}").is_some_and(|m| !people.contains(&m)), "financials are withheld: {withheld}");
        }
        assert!(told("portal.granted", &me.to_string(), "{}") && !told("portal.granted", &other.to_string(), "{}"));
        assert!(told("suggestion.answered", "sug_1", &format!("{{\"login\":\"{me}\"}}")));
        for own in ["link.created", "staff.disabled", "session.begun", "support.let_in", "invitation.created", "anything.new"] {
            assert!(!told(own, "", "{}"), "{own}");
        }
        assert!(matters(Rights::ALL, me).contains(&Matter::Accounts));
    }
}
