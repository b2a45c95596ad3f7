//! The provider as a model: it answers out of the truth, late, torn, twice or not at all, and remembers every call.

use crate::truth::{Login, Outside};
use async_trait::async_trait;
use connect::{
    Answers, Card, Check, Connector, Cursor, Fetch, Grant, HookRequest, InstitutionCard, InstitutionPage, LinkStart, Page, Pending, Signal,
    Step,
};
use model::{Fault, FaultKind, Secret, Snapshot, Span, Time};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot};
use url::Url;

/// What the next call will meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Good,
    /// Figures that were true earlier.
    Late,
    Empty,
    LeaveOut,
    /// One account stands in the answer twice.
    Twice,
    /// Answered well, with a new token.
    Rotate,
    /// The other side did everything, and the answer is lost.
    Lost,
    Torn,
    Wait,
    Ask,
    Fault(FaultKind),
}

/// One call of the provider's log.
#[derive(Debug, Clone)]
pub struct Call {
    /// None when the token was refused.
    pub login: Option<usize>,
    /// (outside account, version) of what it answered; none for a fault.
    pub answered: Option<Vec<(usize, usize)>>,
    pub cursor: String,
}

#[derive(Default)]
pub struct State {
    pub outside: Vec<Outside>,
    pub logins: Vec<Login>,
    pub calls: Vec<Call>,
    pub turn: Option<(Turn, u64)>,
    waiting: Vec<(usize, oneshot::Sender<()>)>,
    pub farewells: Vec<usize>,
    /// Outside accounts that went on as others.
    pub moves: Vec<(usize, usize)>,
}

pub struct Provider {
    card: Card,
    state: Mutex<State>,
    pub arrived: Notify,
}

impl Provider {
    pub fn new() -> Arc<Provider> {
        let card = Card {
            key: "sim",
            name: "Simulated",
            refreshes_holdings: false,
            own_screens: false,
            calls_per_minute: 1_000_000,
            concurrency: 100,
        };
        Arc::new(Provider { card, state: Mutex::default(), arrived: Notify::new() })
    }
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Lets a call that waits at the gate go on.
    pub fn release(&self, call: usize) {
        let mut s = self.state();
        if let Some(n) = s.waiting.iter().position(|(c, _)| *c == call) {
            let _ = s.waiting.remove(n).1.send(());
        }
    }
}

impl State {
    fn login(&self, token: &str) -> Option<usize> {
        self.logins.iter().position(|l| l.token == token || l.previous.as_deref() == Some(token))
    }

    /// Decides the answer when the call comes in, so that what waits at the gate grows old.
    fn answer(&mut self, grant: &Grant) -> Result<Fetch, Fault> {
        let (turn, salt) = self.turn.take().unwrap_or((Turn::Good, 0));
        let login = self.login(grant.token.expose());
        let cursor = format!("c{}", self.calls.len());
        self.calls.push(Call { login, answered: None, cursor: cursor.clone() });
        let Some(n) = login else { return Err(Fault::new(FaultKind::NeedsCredentials, "TOKEN")) };
        let login = &mut self.logins[n];
        if login.token == *grant.token.expose() {
            // The new token has been used: the one before is worth nothing now.
            login.previous = None;
        }
        if login.revoked {
            return Err(Fault::new(FaultKind::Removed, "GONE"));
        }
        if let Some(fault) = &login.trouble {
            return Err(fault.clone());
        }
        if matches!(turn, Turn::Rotate | Turn::Lost) && login.token == *grant.token.expose() {
            login.previous = Some(login.token.clone());
            login.token = format!("{}-r{salt}", login.item);
        }
        match turn {
            Turn::Fault(kind) => Err(crate::truth::fault(kind, &mut crate::dice::Dice::new(salt))),
            Turn::Lost => Err(Fault::new(FaultKind::ProviderDown, "TIMEOUT")),
            Turn::Torn => Err(Fault::new(FaultKind::ProviderDown, "UNREADABLE")),
            Turn::Wait => Ok(Fetch::Wait(Span::seconds(20), Pending(String::new()))),
            Turn::Ask => {
                let challenge = connect::Challenge::new(connect::ChallengeKind::Code, "Code", vec![]);
                Ok(Fetch::Ask(challenge, Pending(String::new())))
            }
            _ => Ok(self.done(n, turn, salt, cursor)),
        }
    }

    fn done(&mut self, n: usize, turn: Turn, salt: u64, cursor: String) -> Fetch {
        let login = &self.logins[n];
        let mut seen: Vec<usize> = login.shows.iter().copied().filter(|a| !login.hidden.contains(a)).collect();
        match turn {
            Turn::Empty => seen.clear(),
            Turn::LeaveOut if !seen.is_empty() => {
                seen.remove(salt as usize % seen.len());
            }
            Turn::Twice => seen.extend(seen.first().copied()),
            _ => {}
        }
        if salt % 2 == 1 {
            seen.reverse();
        }
        let version = |a: usize| {
            let newest = self.outside[a].versions.len() - 1;
            if turn == Turn::Late { newest.saturating_sub(1 + salt as usize % 2) } else { newest }
        };
        let answered: Vec<(usize, usize)> = seen.iter().map(|a| (*a, version(*a))).collect();
        let mut snapshot = Snapshot { consent_ends: login.consent_ends, ..Snapshot::default() };
        for (a, v) in &answered {
            let external = login.external(*a);
            snapshot.trades.extend(self.outside[*a].trades(&external));
            snapshot.accounts.push(self.outside[*a].data(*a, *v, external));
        }
        let grant = Grant {
            external_id: login.item.clone(),
            token: Secret::new(login.token.clone()),
            institution: None,
            consent_ends: login.consent_ends,
        };
        if !answered.is_empty() {
            self.calls.last_mut().expect("this call").answered = Some(answered);
        }
        Fetch::Done { snapshot, grant, cursor: Cursor(cursor) }
    }
}

fn not_here<T>() -> Result<T, Fault> {
    Err(Fault::new(FaultKind::NotSupported, "SIM"))
}

#[async_trait]
impl Connector for Provider {
    fn card(&self) -> &Card {
        &self.card
    }
    async fn fetch(&self, grant: Grant, _: Cursor, _by_hand: bool, _: Time) -> Result<Fetch, Fault> {
        let (answer, gate) = {
            let mut s = self.state();
            let call = s.calls.len();
            let answer = s.answer(&grant);
            let (open, gate) = oneshot::channel();
            s.waiting.retain(|(_, w)| !w.is_closed());
            s.waiting.push((call, open));
            (answer, gate)
        };
        self.arrived.notify_one();
        let _ = gate.await;
        answer
    }
    async fn disconnect(&self, grant: &Grant) -> Result<(), Fault> {
        let mut s = self.state();
        let Some(n) = s.login(grant.token.expose()) else { return Ok(()) };
        s.farewells.push(n);
        let login = &mut s.logins[n];
        if login.clings > 0 {
            login.clings -= 1;
            return Err(Fault::new(FaultKind::ProviderDown, "NOT_NOW"));
        }
        login.revoked = true;
        if std::mem::take(&mut login.loses_goodbye) { Err(Fault::new(FaultKind::ProviderDown, "TIMEOUT")) } else { Ok(()) }
    }
    async fn institutions(&self, _: Page) -> Result<InstitutionPage, Fault> {
        not_here()
    }
    async fn institution(&self, _: &str) -> Result<InstitutionCard, Fault> {
        not_here()
    }
    async fn begin(&self, _: LinkStart) -> Result<Step, Fault> {
        not_here()
    }
    async fn answer(&self, _: Pending, _: Answers) -> Result<Step, Fault> {
        not_here()
    }
    async fn hook(&self, _: &HookRequest) -> Result<Vec<Signal>, Fault> {
        not_here()
    }
    async fn check(&self, _: &Url) -> Result<Vec<Check>, Fault> {
        not_here()
    }
}
