//! One simulation: steps thrown by the seed, oracles after each, rest at the end.

use crate::drive::Run;
use crate::planted::Bug;
use crate::provider::Turn;
use crate::view::View;
use crate::world::{Fail, World, text};
use crate::{oracles, rest};
use model::{AccountId, ConnectionId, Date};
use std::collections::BTreeMap;
use store::received::Received;

/// What a step did, as far as an oracle has to know it.
#[derive(Default)]
pub struct Did {
    /// The connection for which the provider was called.
    pub called: Option<ConnectionId>,
    pub finished: Option<Finished>,
    /// Accounts that a person muted, disconnected or deleted, whether or not the act lived.
    pub ends: Option<AccountId>,
    /// Two accounts that people have just said to be one: the one that is shown, and the one behind it.
    pub joined: Option<(AccountId, AccountId)>,
    /// Nothing of ours was touched: only the world outside, or the clock.
    pub outside: bool,
}

pub struct Finished {
    pub conn: ConnectionId,
    pub epoch: i64,
    pub call: usize,
    pub died: bool,
    /// What the answer held: (outside account, version); none for a fault or an empty one.
    pub answered: Option<Vec<(usize, usize)>>,
}

pub struct Sim {
    pub world: World,
    pub runs: Vec<Run>,
    pub view: View,
    pub step: u64,
    /// The step in which a connection was linked or repaired last.
    pub fresh: BTreeMap<ConnectionId, u64>,
    /// The step in which a person ended an account last.
    pub ended: BTreeMap<AccountId, u64>,
    /// How many calls there had been when a hook last said that something is new.
    pub marked: BTreeMap<ConnectionId, usize>,
    /// Days as the clock counts them: a day begun again after the clock was set back is another day.
    pub eras: u64,
    pub spent: BTreeMap<(usize, u64, Date), i64>,
    pub allowed: BTreeMap<(usize, u64, Date), i64>,
    /// Which outside account an account of ours is.
    pub is: BTreeMap<AccountId, usize>,
    pub seen: BTreeMap<String, u64>,
    pub bug: Option<Bug>,
}

/// How a simulation ended.
pub struct Report {
    pub hash: u64,
    pub seen: BTreeMap<String, u64>,
}

pub struct Failure {
    pub seed: u64,
    pub why: String,
    pub last: Vec<String>,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "seed {}: {}\n  after:\n    {}", self.seed, self.why, self.last.join("\n    "))
    }
}

/// How long a world lives.
pub const STEPS: u64 = 60;

pub async fn simulate(seed: u64, steps: u64, bug: Option<Bug>, url: &str, dir: &std::path::Path) -> Result<Report, Failure> {
    let fail = |why: Fail, last: Vec<String>| Failure { seed, why, last };
    let mut sim = Sim::open(seed, bug, url, dir).await.map_err(|e| fail(e, vec![]))?;
    let done = sim.live(steps).await;
    let store = sim.world.store.clone();
    let (hash, seen) = (sim.world.trace.hash(), std::mem::take(&mut sim.seen));
    let mut last: Vec<String> = sim.world.trace.steps.iter().rev().take(60).rev().cloned().collect();
    last.extend(sim.view.conns.iter().map(|(id, c)| format!("{id} {c:?}")));
    last.extend(sim.view.accts.iter().map(|(id, a)| format!("{id} is {:?} {a:?}", sim.is.get(id))));
    drop(sim);
    let _ = store.close().await;
    match done {
        Ok(()) => Ok(Report { hash, seen }),
        Err(why) => Err(fail(why, last)),
    }
}

impl Sim {
    pub async fn open(seed: u64, bug: Option<Bug>, url: &str, dir: &std::path::Path) -> Result<Sim, Fail> {
        let world = World::new(seed, url, dir).await?;
        let view = View::load(&world.store).await?;
        Ok(Sim {
            world,
            runs: vec![],
            view,
            step: 0,
            fresh: BTreeMap::new(),
            ended: BTreeMap::new(),
            marked: BTreeMap::new(),
            eras: 0,
            spent: BTreeMap::new(),
            allowed: BTreeMap::new(),
            is: BTreeMap::new(),
            seen: BTreeMap::new(),
            bug,
        })
    }

    pub fn saw(&mut self, what: impl Into<String>) {
        *self.seen.entry(what.into()).or_default() += 1;
    }

    async fn live(&mut self, steps: u64) -> Result<(), Fail> {
        // Two clients have signed in and their accounts have come before anything goes wrong.
        for _ in 0..2 {
            let did = self.link().await?;
            self.judge(did).await?;
            let did = self.start(0, Turn::Good, None).await?;
            self.judge(did).await?;
            while !self.runs.is_empty() {
                let did = self.finish(0, None).await?;
                self.judge(did).await?;
            }
        }
        for _ in 0..steps {
            let did = self.throw().await?;
            self.judge(did).await?;
        }
        rest::come_to(self).await
    }

    /// Reads everything again and asks every oracle.
    pub async fn judge(&mut self, did: Did) -> Result<(), Fail> {
        self.step += 1;
        if did.outside {
            return Ok(());
        }
        self.plant(&did).await?;
        let after = View::load(&self.world.store).await?;
        let mut rows: Vec<(AccountId, Received)> = Vec::new();
        for ((account, seq), rec) in after.new_log(&self.view) {
            let scope = self.world.homes.iter().find(|h| h.scope.firm() == rec.firm).ok_or("a row of no firm")?.scope;
            let db = self.world.store.read(&scope).await.map_err(text)?;
            let history = store::received::history(&db, *account).await.map_err(text)?;
            rows.extend(history.into_iter().filter(|r| r.seq == *seq).map(|r| (*account, r)));
        }
        let before = std::mem::replace(&mut self.view, after);
        self.learn(&before, &rows, did.joined)?;
        oracles::all(self, &before, &did, &rows)?;
        for n in 0..self.world.homes.len() {
            let household = self.world.homes[n].household;
            let own =
                |v: &View| v.accts.iter().filter(|(_, a)| a.household == household).map(|(id, a)| (*id, a.clone())).collect::<Vec<_>>();
            if own(&before) != own(&self.view) {
                oracles::i5_total(self, n).await?;
            }
        }
        self.world.trace.fold(&format!("{:?}{:?}{}", self.view.conns, self.view.accts, self.view.events.len()));
        Ok(())
    }

    /// Facts about the world that oracles of later steps need.
    fn learn(&mut self, before: &View, rows: &[(AccountId, Received)], joined: Option<(AccountId, AccountId)>) -> Result<(), Fail> {
        if let Some((face, path)) = joined {
            let went_on_as = *self.is.get(&path).ok_or("joined to nothing that is known")?;
            self.is.insert(face, went_on_as);
        }
        for (account, r) in rows {
            let n = r.held.raw_type.strip_prefix("sim/").and_then(|n| n.parse().ok()).ok_or("a row without its truth")?;
            if self.is.insert(*account, n).is_some_and(|was| was != n) {
                return Err(format!("{account} turned from one outside account into another"));
            }
        }
        let mut saw = Vec::new();
        for e in self.view.new_events(before) {
            saw.push(format!("event {}", e.kind));
            match e.kind.as_str() {
                "connection.added" | "connection.repaired" => {
                    let id = e.object.parse().map_err(text)?;
                    self.fresh.insert(id, self.step);
                }
                "account.muted" | "account.disconnected" | "account.deleted" => {
                    self.ended.insert(e.object.parse().map_err(text)?, self.step);
                }
                _ => {}
            }
        }
        saw.into_iter().for_each(|s| self.saw(s));
        Ok(())
    }
}
