//! What the sandbox remembers: items, tokens, link sessions and what was rehearsed with them. One lock, one journal.

use crate::control::Rehearsal;
use crate::custom::Custom;
use crate::journal::Journal;
use crate::keys::Keys;
use crate::link::session::LinkToken;
use crate::plaid::error::Trouble;
use crate::plaid::investments::Drawn;
use crate::plaid::limits::Windows;
use crate::plaid::webhooks::{Outbox, Signer};
use crate::world::{Health, Institution, Person, World};
use model::{Date, SharedClock, Span, Time};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

/// One sign-in at one institution.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Item {
    pub id: String,
    pub access_token: String,
    pub institution_id: String,
    pub user: String,
    /// Accounts that somebody wrote down for `user_custom`.
    pub custom: Option<Custom>,
    pub products: Vec<String>,
    pub consented: Vec<String>,
    pub webhook: Option<String>,
    pub created: Time,
    /// The latest time a person signed in.
    pub signed_in: Time,
    /// The accounts the client may see.
    pub keys: Vec<String>,
    /// Accounts that the person could choose from; what was left out is not ticked again.
    pub offered: Vec<String>,
    /// Accounts whose existence was told; anything else is news.
    pub told: Vec<String>,
    pub error: Option<Trouble>,
    pub broken_at: Option<Time>,
    pub consent_ends: Option<Time>,
    pub warned: bool,
    /// The business day whose values were announced last.
    pub announced: Date,
    pub pulled: Option<Time>,
    pub last_webhook: Option<(Time, String)>,
    /// `/transactions/sync` was called, so its webhook may be sent.
    pub synced: bool,
    pub removed: bool,
}

impl Item {
    /// The day on which the person linked, which decides when later accounts appear.
    pub fn linked(&self) -> Date {
        self.created.utc_date()
    }

    /// The latest instant from which values can be: a broken Item stands still.
    pub fn alive_until(&self, now: Time) -> Time {
        self.broken_at.map_or(now, |b| b.min(now))
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublicToken {
    pub item_id: String,
    pub created: Time,
    pub spent: bool,
}

#[derive(Default)]
pub struct Book {
    pub items: HashMap<String, Item>,
    /// Access token to Item.
    pub access: HashMap<String, String>,
    pub public: HashMap<String, PublicToken>,
    pub links: HashMap<String, LinkToken>,
    /// The opaque part of a hosted page's address to its link token.
    pub pages: HashMap<String, String>,
    pub health: HashMap<String, Health>,
    pub mx: crate::mx::Memory,
    pub simplefin: crate::simplefin::Memory,
    pub windows: Windows,
    pub rehearsal: Rehearsal,
}

pub struct State {
    pub base: String,
    pub world: World,
    pub clock: SharedClock,
    pub keys: Keys,
    pub signer: Signer,
    pub outbox: Outbox,
    pub latency_zero: bool,
    pub journal: Journal,
    pub drawn: Drawn,
    /// The second provider's institutions by name.
    pub mx_listing: OnceLock<Vec<String>>,
    /// Held for one person's turn at a hosted page.
    pub turns: Mutex<()>,
    people: Mutex<HashMap<(String, String), Arc<Person>>>,
    book: Mutex<Book>,
}

pub type Shared = Arc<State>;

impl State {
    #[allow(clippy::too_many_arguments)]
    pub fn new(
        base: String,
        world: World,
        clock: SharedClock,
        keys: Keys,
        signer: Signer,
        journal: Journal,
        mut book: Book,
        latency_zero: bool,
    ) -> State {
        book.windows.on = !latency_zero;
        State {
            base,
            world,
            clock,
            keys,
            signer,
            outbox: Outbox::default(),
            latency_zero,
            journal,
            drawn: Drawn::default(),
            mx_listing: OnceLock::new(),
            turns: Mutex::default(),
            people: Mutex::default(),
            book: Mutex::new(book),
        }
    }

    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// A panic while the lock was held leaves plain data behind, so the next one goes on with it.
    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(|e| e.into_inner())
    }

    pub fn item(&self, id: &str) -> Option<Item> {
        self.book().items.get(id).cloned()
    }

    /// Changes an Item and writes it down.
    pub fn change<T>(&self, id: &str, with: impl FnOnce(&mut Item) -> T) -> Option<T> {
        let mut book = self.book();
        let item = book.items.get_mut(id)?;
        let out = with(item);
        self.journal.item(item);
        Some(out)
    }

    pub fn keep(&self, item: Item) {
        let mut book = self.book();
        self.journal.item(&item);
        book.access.insert(item.access_token.clone(), item.id.clone());
        book.items.insert(item.id.clone(), item);
    }

    pub fn mint_public(&self, item_id: &str) -> String {
        let token = self.keys.token("public");
        let made = PublicToken { item_id: item_id.into(), created: self.now(), spent: false };
        self.journal.public(&token, &made);
        self.book().public.insert(token.clone(), made);
        token
    }

    pub fn health(&self, institution: &Institution) -> Health {
        self.book().health.get(&institution.id).cloned().unwrap_or_else(|| institution.health.clone())
    }

    /// Who signs in there under that name; drawn once.
    pub fn person(&self, institution: &Institution, user: &str) -> Arc<Person> {
        let mut people = self.people.lock().unwrap_or_else(|e| e.into_inner());
        let key = (institution.id.clone(), user.to_string());
        people.entry(key).or_insert_with(|| Arc::new(self.world.person(institution, user))).clone()
    }

    pub fn institution(&self, id: &str) -> Option<&Institution> {
        self.world.institution(id)
    }

    /// Marks an Item as broken from now on, unless it is broken already. Says whether it was this call that did it.
    pub fn break_item(&self, id: &str, trouble: Trouble) -> bool {
        let now = self.now();
        let news = self.change(id, |i| {
            let news = i.error.as_ref() != Some(&trouble);
            i.broken_at.get_or_insert(now);
            i.error = Some(trouble.clone());
            news
        });
        news.unwrap_or(false)
    }
}

/// The business day whose closes are to be had at an instant: institutions publish a day's values at 06:00 UTC of the next.
pub fn data_day(t: Time) -> Date {
    let mut day = (t - Span::hours(6)).utc_date().yesterday().unwrap_or(Date::MIN);
    while !crate::world::is_business_day(day) {
        match day.yesterday() {
            Ok(d) => day = d,
            Err(_) => break,
        }
    }
    day
}

/// When the values of a business day were published.
pub fn published(day: Date) -> Time {
    let next = day.tomorrow().unwrap_or(day);
    Time::parse(&format!("{next}T06:00:00Z")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_move_once_a_business_day() {
        let day = |t: &str| data_day(Time::parse(t).unwrap()).to_string();
        assert_eq!(day("2026-11-17T05:59:59Z"), "2026-11-13", "a Tuesday before six still shows Friday");
        assert_eq!(day("2026-11-17T06:00:00Z"), "2026-11-16");
        assert_eq!(day("2026-11-21T06:00:00Z"), "2026-11-20");
        assert_eq!(day("2026-11-23T12:00:00Z"), "2026-11-20", "nothing is published over a weekend");
        assert_eq!(published("2026-11-20".parse().unwrap()).to_string(), "2026-11-21T06:00:00Z");
    }
}
