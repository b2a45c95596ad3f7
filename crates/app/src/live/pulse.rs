//! The watcher of one firm: while anybody listens it asks the database every few hundred milliseconds what moved, and tells every stream of
//! the firm at once. It learns of its own node's changes and of other nodes' in the same way.

use super::{Matter, matter};
use crate::{App, Result};
use model::{ConnectionId, EventId, FirmId, HouseholdId, Span, Time};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How often a firm is asked while somebody listens.
const TURN: Duration = Duration::from_millis(400);
/// An event can be committed so long after the instant in its id: another node's clock, a transaction that waited.
const WINDOW: Span = Span::seconds(60);
/// The same for a refresh, whose instant is taken as it is saved.
const FRESH: Span = Span::seconds(10);

/// How far each part of a firm has come: numbers that rise with every change since the watcher began.
#[derive(Debug, Clone, Default)]
pub(super) struct Pulse {
    /// The first look is done.
    pub ready: bool,
    pub any: u64,
    /// Who works here, and as what: whoever listens asks whether they still may.
    pub authority: u64,
    /// The sessions that are there, by the hash of their cookies' values.
    pub here: Arc<HashSet<Vec<u8>>>,
    /// Settings of the whole firm.
    pub firm: u64,
    parts: HashMap<(HouseholdId, Matter), u64>,
}

impl Pulse {
    pub fn of(&self, household: HouseholdId, matter: Matter) -> u64 {
        self.parts.get(&(household, matter)).copied().unwrap_or_default()
    }
}

/// Events without a household that every page shows: names, limits, the look of the firm.
pub(super) fn is_of_firm(kind: &str) -> bool {
    kind.starts_with("firm.") || kind.starts_with("portal.")
}

/// The firms that somebody listens to.
#[derive(Default)]
pub struct Watchers(Mutex<HashMap<FirmId, watch::Sender<Arc<Pulse>>>>);

impl Watchers {
    pub(super) fn listen(&self, app: &App, firm: FirmId) -> watch::Receiver<Arc<Pulse>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(there) = all.get(&firm) {
            return there.subscribe();
        }
        let (tell, told) = watch::channel(Arc::default());
        all.insert(firm, tell);
        tokio::spawn(run(app.clone(), firm));
        told
    }

    /// Tells everybody; false when nobody listens any more, and then the watcher is gone.
    fn tell(&self, firm: FirmId, pulse: Option<&Pulse>) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(there) = all.get(&firm) else { return false };
        if there.receiver_count() == 0 {
            all.remove(&firm);
            return false;
        }
        if let Some(pulse) = pulse {
            there.send_replace(Arc::new(pulse.clone()));
        }
        true
    }
}

async fn run(app: App, firm: FirmId) {
    let mut watcher = Watcher::new(firm, app.now());
    loop {
        let moved = match watcher.look(&app).await {
            Ok(moved) => moved,
            Err(e) => {
                // The next turn asks again; meanwhile nobody is told anything wrong.
                tracing::warn!(error = %e, "a firm could not be watched");
                false
            }
        };
        if !app.watchers().tell(firm, moved.then_some(&watcher.pulse)) {
            return;
        }
        tokio::time::sleep(TURN).await;
    }
}

struct Watcher {
    firm: FirmId,
    pulse: Pulse,
    number: u64,
    /// The last look, by our clock: what was written since then is looked for even when the clock jumps.
    last: Time,
    known: HashSet<EventId>,
    fresh: HashMap<ConnectionId, Time>,
    running: BTreeMap<ConnectionId, HouseholdId>,
    people: String,
}

impl Watcher {
    fn new(firm: FirmId, now: Time) -> Watcher {
        Watcher {
            firm,
            pulse: Pulse::default(),
            number: 0,
            last: now,
            known: HashSet::new(),
            fresh: HashMap::new(),
            running: BTreeMap::new(),
            people: String::new(),
        }
    }

    /// One look. True when something is to be told.
    async fn look(&mut self, app: &App) -> Result<bool> {
        let now = app.now();
        let from = now.min(self.last);
        let db = app.store().read(&app.system_scope(self.firm)).await?;
        let events = store::live::events(&db, None, from - WINDOW).await?;
        let fresh = store::live::refreshed(&db, from - FRESH).await?;
        let running: BTreeMap<_, _> = store::live::running(&db, now).await?.into_iter().collect();
        let people = store::live::people(&db).await?;
        let here = if people == self.people { None } else { Some(store::live::sessions(&db).await?) };
        drop(db);
        self.last = now;
        let first = !self.pulse.ready;
        let before = self.number;
        let new: Vec<_> = events.iter().filter(|e| !self.known.contains(&e.id)).collect();
        for e in new {
            self.number = before + 1;
            match e.household {
                Some(id) => self.moved(id, matter(&e.kind, &e.object, &e.detail)),
                None => self.of_firm(&e.kind),
            }
        }
        let fed = fresh.iter().filter(|(c, _, at)| self.fresh.get(c) != Some(at)).map(|(_, h, _)| *h);
        let turned = running.iter().filter(|(c, _)| !self.running.contains_key(c)).map(|(_, h)| *h);
        let ended = self.running.iter().filter(|(c, _)| !running.contains_key(c)).map(|(_, h)| *h);
        for household in fed.chain(turned).chain(ended).collect::<HashSet<_>>() {
            self.number = before + 1;
            self.moved(household, Some(Matter::Accounts));
        }
        if let Some(here) = here {
            self.number = before + 1;
            self.pulse.here = Arc::new(here);
        }
        self.known = events.into_iter().map(|e| e.id).collect();
        self.fresh = fresh.into_iter().map(|(c, _, at)| (c, at)).collect();
        (self.running, self.people, self.pulse.ready) = (running, people, true);
        Ok(first || self.number != before)
    }

    fn moved(&mut self, household: HouseholdId, matter: Option<Matter>) {
        self.pulse.any = self.number;
        for m in [Some(Matter::Any), matter].into_iter().flatten() {
            self.pulse.parts.insert((household, m), self.number);
        }
    }

    fn of_firm(&mut self, kind: &str) {
        if is_of_firm(kind) {
            (self.pulse.firm, self.pulse.any) = (self.number, self.number);
        }
        // Somebody came, left or became something else: everybody asks again whether they still may.
        if is_of_firm(kind) || kind.starts_with("staff.") {
            self.pulse.authority = self.number;
        }
    }
}
