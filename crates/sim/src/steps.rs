//! The events of a world, thrown by the seed: refreshes, people, hooks, the provider's moods, crashes, clocks.

use crate::drive::Ended;
use crate::provider::Turn;
use crate::sim::{Did, Sim};
use crate::world::{self, Fail, Linked};
use model::{AccountId, ConnectionId, FaultKind, Span, schedule};

impl Sim {
    pub async fn throw(&mut self) -> Result<Did, Fail> {
        let outside = || Did { outside: true, ..Did::default() };
        let roll = self.world.dice.below(100);
        let text;
        let did = match roll {
            0..=19 => {
                let turn = self.turn();
                text = format!("start {turn:?}");
                let (node, die) = (self.world.dice.below(self.world.nodes.len()), self.death(60));
                self.saw(format!("{turn:?}"));
                self.start(node, turn, die).await?
            }
            20..=41 if !self.runs.is_empty() => {
                let n = self.world.dice.below(self.runs.len());
                let die = self.death(150);
                text = format!("finish {} die {die:?}", self.runs[n].conn);
                self.finish(n, die).await?
            }
            20..=47 => {
                text = self.time_passes();
                outside()
            }
            48..=57 => {
                text = "the truth moves".into();
                self.truth_moves();
                outside()
            }
            58..=62 => {
                text = "a new login".into();
                self.link().await?
            }
            63..=66 => {
                text = "a repair".into();
                self.repair(None).await?
            }
            67..=72 => {
                text = "an account ends".into();
                self.end().await?
            }
            73..=76 => {
                text = "a hook".into();
                self.hook().await?
            }
            77..=79 => {
                text = "by hand".into();
                self.by_hand().await?
            }
            80..=84 => {
                text = "jobs".into();
                self.jobs().await?
            }
            85..=90 => {
                text = "the provider changes".into();
                self.provider_changes();
                outside()
            }
            91 => {
                text = "a rename".into();
                self.rename().await?
            }
            92 | 96 => {
                text = "a move".into();
                self.moved().await?
            }
            93 => {
                let n = self.world.dice.below(self.world.nodes.len());
                text = format!("node {n} crashes");
                self.crash(n)?;
                Did::default()
            }
            94 | 95 => {
                text = "frozen past the lease".into();
                self.world.clock.advance(Span::minutes(5));
                let (node, turn) = (self.world.dice.below(self.world.nodes.len()), self.turn());
                self.start(node, turn, None).await?
            }
            97 => {
                text = self.clock_jumps();
                outside()
            }
            _ => {
                text = "a permission ends".into();
                self.withdraw().await?
            }
        };
        self.world.trace.step(format!("{} {} {text}", self.step + 1, self.world.now()));
        Ok(did)
    }

    fn turn(&mut self) -> Turn {
        let d = &mut self.world.dice;
        match d.below(20) {
            0..=8 => Turn::Good,
            9 => Turn::Twice,
            10 | 11 => Turn::Late,
            12 => Turn::Empty,
            13 => Turn::LeaveOut,
            14 => Turn::Rotate,
            15 => Turn::Lost,
            16 => [Turn::Torn, Turn::Wait, Turn::Ask][d.below(3)],
            _ => Turn::Fault(FaultKind::ALL[d.below(FaultKind::ALL.len())]),
        }
    }

    fn time_passes(&mut self) -> String {
        let now = self.world.now();
        let next = self.view.conns.values().filter_map(|c| c.due_at).filter(|t| *t > now).min();
        let span = match (self.world.dice.below(4), next) {
            (0, _) => Span::minutes(1 + self.world.dice.below(10) as i64),
            (1, _) => Span::hours(1 + self.world.dice.below(8) as i64),
            (_, Some(t)) => (t - now).min(Span::days(4)),
            _ => Span::minutes(20),
        };
        self.world.clock.advance(span);
        format!("{} minutes pass", span.as_seconds() / 60)
    }

    fn clock_jumps(&mut self) -> String {
        if self.world.dice.chance(500) {
            self.saw("the clock jumps ahead");
            self.world.clock.advance(Span::days(31));
            "the clock jumps 31 days ahead".into()
        } else {
            self.saw("the clock is set back");
            self.eras += 1;
            // What was due now is due then: the oracle of hooks looks at later ones.
            self.marked.clear();
            let now = self.world.now();
            self.world.clock.set(now - Span::days(3));
            "the clock is set back three days".into()
        }
    }

    pub fn truth_moves(&mut self) {
        let now = self.world.now();
        let mut s = self.world.provider.state();
        for o in &mut s.outside {
            if self.world.dice.chance(800) {
                o.moves(now, &mut self.world.dice);
            }
        }
    }

    pub async fn link(&mut self) -> Result<Did, Fail> {
        let home = self.world.dice.below(self.world.homes.len());
        let institution = self.world.dice.below(2);
        let n = self.world.new_login(home, institution);
        self.link_as(home, institution, n).await
    }

    pub async fn link_as(&mut self, home: usize, institution: usize, n: usize) -> Result<Did, Fail> {
        let again = self.world.provider.state().logins[..n].iter().any(|l| l.household == home && l.institution == institution);
        if again {
            self.saw("a second item for the same institution");
        }
        let app = self.app();
        let ends = self.world.dice.chance(200).then(|| self.world.now() + Span::days(1 + self.world.dice.below(20) as i64));
        let linked = {
            let s = self.world.provider.state();
            let (h, l) = (&self.world.homes[home], &s.logins[n]);
            let consent = app.random().id(self.world.now());
            let (item, token) = (l.item.clone(), l.token.clone());
            Linked { scope: h.scope, household: h.household, member: h.members[l.member], consent, item, token, institution, ends }
        };
        // The hook and its polling twin both come here, and a process that died is asked again.
        let die = self.death(150);
        for (die, app) in [(die, app), (None, self.app())] {
            let linked = linked.clone();
            self.act(async move { world::adopt(app, linked).await.map(|_| ()) }, die).await?;
        }
        Ok(Did::default())
    }

    /// The client signs in again: what was wrong with the login is over.
    pub async fn repair(&mut self, which: Option<ConnectionId>) -> Result<Did, Fail> {
        let open: Vec<ConnectionId> = self.view.conns.iter().filter(|(_, c)| c.removal == "none").map(|(id, _)| *id).collect();
        let Some(id) = which.or_else(|| self.world.dice.pick(&open)) else { return Ok(Did::default()) };
        let c = &self.view.conns[&id];
        let (n, consent_is_over) = {
            let mut s = self.world.provider.state();
            let n = s.logins.iter().position(|l| l.item == c.item).ok_or("a connection of no item")?;
            s.logins[n].trouble = None;
            if s.logins[n].consent_ends.is_some() {
                s.logins[n].consent_ends = Some(self.world.now() + Span::days(90));
            }
            (n, self.view.consents.get(&c.consent).is_none_or(|(_, ended)| ended.is_some()))
        };
        let h = &self.world.homes[self.world.provider.state().logins[n].household];
        let (scope, household, member) = (h.scope, h.household, h.members[0]);
        let institution = self.world.provider.state().logins[n].institution;
        let renewed = consent_is_over || which.is_some() || self.world.dice.chance(400);
        let app = self.app();
        if self.runs.iter().any(|r| r.conn == id) {
            self.saw("a repair while a refresh was under way");
        }
        let day = self.world.now().utc_date();
        *self.allowed.entry((n, self.eras, day)).or_default() += schedule::RUNS_PER_DAY;
        self.act(world::repair(app, scope, id, renewed.then_some((household, member, institution))), None).await?;
        Ok(Did::default())
    }

    async fn end(&mut self) -> Result<Did, Fail> {
        let live: Vec<AccountId> = self.view.accts.iter().filter(|(_, a)| a.state != "deleted").map(|(id, _)| *id).collect();
        let Some(id) = self.world.dice.pick(&live) else { return Ok(Did::default()) };
        let a = &self.view.accts[&id];
        let scope = self.world.homes.iter().find(|h| h.household == a.household).ok_or("an account of no household")?.scope;
        let connection = a.connection;
        if self.runs.iter().any(|r| Some(r.conn) == connection) {
            self.saw("an account ended while its refresh was under way");
        }
        let (app, how, die) = (self.app(), self.world.dice.below(7), self.death(150));
        let act = async move {
            match how {
                0 | 1 => app::ending::mute(&app, &scope, id).await.map(|_| ()),
                2 | 3 => app::ending::disconnect(&app, &scope, id).await.map(|_| ()),
                4 | 5 => app::ending::delete(&app, &scope, id).await.map(|_| ()),
                _ => match connection {
                    Some(c) => app::household_accounts::disconnect(&app, &scope, c).await.map(|_| ()),
                    None => Ok(()),
                },
            }
        };
        self.act(act, die).await?;
        Ok(Did { ends: Some(id), ..Did::default() })
    }

    /// Hooks come in any number, and out of turn.
    async fn hook(&mut self) -> Result<Did, Fail> {
        let all: Vec<ConnectionId> = self.view.conns.keys().copied().collect();
        match self.world.dice.pick(&all) {
            Some(id) => self.hook_for(id).await,
            None => Ok(Did::default()),
        }
    }

    pub async fn hook_for(&mut self, id: ConnectionId) -> Result<Did, Fail> {
        let firm = self.view.conns[&id].firm;
        for _ in 0..1 + self.world.dice.below(2) {
            let app = self.app();
            self.act(async move { app::connections::mark_due(&app, firm, id).await }, None).await?;
        }
        let calls = self.world.provider.state().calls.len();
        self.marked.insert(id, calls);
        if self.runs.iter().any(|r| r.conn == id) {
            self.saw("a hook while a refresh was under way");
        }
        Ok(Did::default())
    }

    async fn by_hand(&mut self) -> Result<Did, Fail> {
        let all: Vec<ConnectionId> = self.view.conns.keys().copied().collect();
        let Some(id) = self.world.dice.pick(&all) else { return Ok(Did::default()) };
        let c = &self.view.conns[&id];
        let scope = self.world.homes.iter().find(|h| h.household == c.household).ok_or("a connection of no household")?.scope;
        let app = self.app();
        let asked = self.act(async move { app::connections::refresh_by_hand(&app, &scope, id).await.map(|_| ()) }, None).await?;
        self.saw(if matches!(asked, Ended::Well) { "a refresh by hand" } else { "a refresh by hand was refused" });
        Ok(Did::default())
    }

    pub async fn jobs(&mut self) -> Result<Did, Fail> {
        let (app, die) = (self.app(), self.death(200));
        self.act(async move { app::jobs::run_due(&app, 2).await.map(|_| ()) }, die).await?;
        Ok(Did::default())
    }

    async fn rename(&mut self) -> Result<Did, Fail> {
        let live: Vec<AccountId> = self.view.accts.iter().filter(|(_, a)| a.state != "deleted").map(|(id, _)| *id).collect();
        let Some(id) = self.world.dice.pick(&live) else { return Ok(Did::default()) };
        let a = &self.view.accts[&id];
        let scope = self.world.homes.iter().find(|h| h.household == a.household).ok_or("an account of no household")?.scope;
        let (app, name) = (self.app(), format!("Renamed {}", self.step));
        self.act(async move { app::accounts::rename(&app, &scope, id, &name).await }, None).await?;
        self.saw("an account was renamed");
        Ok(Did::default())
    }

    /// The client takes the permission back without the provider's help.
    async fn withdraw(&mut self) -> Result<Did, Fail> {
        let open: Vec<ConnectionId> = self.view.conns.iter().filter(|(_, c)| c.removal == "none").map(|(id, _)| *id).collect();
        let Some(id) = self.world.dice.pick(&open) else { return Ok(Did::default()) };
        let c = &self.view.conns[&id];
        let scope = self.world.homes.iter().find(|h| h.household == c.household).ok_or("a connection of no household")?.scope;
        let (consent, now) = (c.consent, self.world.now());
        let app = self.app();
        let act = async move {
            let tx = app.store().begin(&scope).await?;
            store::consents::end(&tx, consent, now).await?;
            Ok(tx.commit().await?)
        };
        self.act(act, None).await?;
        self.saw("a permission was withdrawn");
        Ok(Did::default())
    }
}
