//! Asking the provider how an attempt goes, and keeping what it says. A hook, the client's return, the polling twin and an answer all come
//! here; only one asks at a time, and a connection is taken in once.

use super::found::{self, Found, KeptGrant, Look};
use super::question;
use crate::connections::{self, Adopt};
use crate::jobs::{self, Job, Outcome};
use crate::{App, Error, Result, events, seal};
use connect::{Challenge, ChallengeKind, Grant, Pending};
use model::link::Purpose;
use model::{Actor, AttemptId, ConnectionId, Fault, FaultKind, FirmId, FirmScope, Span, Time};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::attempts::{Attempt, Step, Trouble};

/// A provider's link session lives no longer; its data neither.
const MOST: Span = Span::hours(4);
/// How long the client may take to choose the accounts.
const CHOICE: Span = Span::hours(24);
const FIRST_LOOK: Span = Span::seconds(5);
/// While the institution works on what was typed, somebody is waiting at the page.
const SOON: Span = Span::seconds(2);
/// A question waits for the client, not for us.
const PATIENT: Span = Span::seconds(30);
/// Longer than any call for the provider's page takes.
const SETTING_OUT: Span = Span::minutes(2);
/// Nobody else asks while one does.
const LEASE: Span = Span::seconds(60);
const FIELD: &str = "pending";

/// What an open attempt keeps, sealed.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    pub pending: String,
    /// The provider's page, while the client may go there.
    pub page: Option<String>,
    /// What the institution asks in our own screens. Questions are private, so they lie here; answers lie nowhere.
    #[serde(default)]
    pub challenge: Option<Challenge>,
    /// The provider did not say whether the last answer arrived.
    #[serde(default)]
    pub unsure: bool,
    /// It asks once more what was answered already, and does not say that the answer was wrong: it came too late.
    #[serde(default)]
    pub repeats: bool,
    /// The sign-in is through, and the client chooses what may be stored.
    #[serde(default)]
    pub grant: Option<KeptGrant>,
    #[serde(default)]
    pub found: Vec<Found>,
}

impl Kept {
    /// Something goes on at the institution without the client typing anything here.
    fn is_approval(&self) -> bool {
        self.challenge.as_ref().is_some_and(|c| c.kind == ChallengeKind::Approval)
    }
}

fn person(a: &Attempt) -> FirmScope {
    FirmScope::new(a.firm, Actor::Person { member: a.member, link: a.link })
}

#[crate::boxed]
pub(super) async fn kept(app: &App, db: &store::Firm, a: &Attempt) -> Result<Option<Kept>> {
    let Some(sealed) = &a.pending else { return Ok(None) };
    let open = seal::firm_open(app, db, a.id.uuid(), FIELD, sealed).await?;
    serde_json::from_slice(open.expose()).map(Some).map_err(|_| Error::Internal("an unreadable attempt"))
}

/// Quick at first, while somebody may be waiting at the page; slower later, until the provider forgets the session.
fn next_look(a: &Attempt, now: Time) -> Time {
    let age = now - a.created_at;
    // In our own screens the client answers, and waits, and answers again.
    if a.asked > 0 && a.step == Step::Wait && now - a.changed_at < Span::minutes(2) {
        return now + SOON;
    }
    now + match age.as_seconds() {
        ..120 => FIRST_LOOK,
        120..600 => Span::seconds(15),
        600..3600 => Span::seconds(60),
        _ => Span::minutes(5),
    }
}

/// Enqueued with the attempt itself, so that none is left alone when the program stops before the provider has answered.
#[crate::boxed]
pub(super) async fn watch_over(app: &App, db: &store::Firm, a: &Attempt) -> Result<()> {
    jobs::enqueue(app, db, &Job::PollAttempt { attempt: a.id }, a.created_at + FIRST_LOOK).await
}

/// When to look again at an attempt as it stands now; never once it is over.
async fn after(app: &App, scope: &FirmScope, id: AttemptId) -> Result<Outcome> {
    let now = app.now();
    let db = app.store().read(scope).await?;
    let Some(a) = store::attempts::find(&db, id).await?.filter(|a| a.step.is_open()) else { return Ok(Outcome::Done) };
    let kept = kept(app, &db, &a).await?;
    if a.step != Step::Ask {
        // The sign-in is through: what it shows is looked at without delay.
        let through = kept.is_some_and(|k| k.grant.is_some()) && now - a.changed_at < SOON;
        return Ok(Outcome::Again(if through { now } else { next_look(&a, now) }));
    }
    let approval = kept.is_some_and(|k| k.is_approval());
    let young = now - a.created_at < Span::minutes(15);
    Ok(Outcome::Again(now + if approval && young { SOON } else { PATIENT.max(next_look(&a, now) - now) }))
}

/// Asks the provider whether the client has finished its page.
#[crate::boxed]
pub async fn poll(app: &App, firm: FirmId, id: AttemptId) -> Result<Outcome> {
    let scope = app.system_scope(firm);
    let tx = app.store().begin(&scope).await?;
    let now = app.now();
    let Some(a) = store::attempts::find(&tx, id).await?.filter(|a| a.step.is_open()) else { return Ok(Outcome::Done) };
    let unfinished = kept(app, &tx, &a).await?;
    let most = if unfinished.as_ref().is_some_and(|k| k.grant.is_some()) { CHOICE } else { MOST };
    if now - a.created_at >= most {
        store::attempts::end(&tx, &a, Step::Left, None, now).await?;
        tx.commit().await?;
        found::give_up(app, &a, unfinished).await;
        return Ok(Outcome::Done);
    }
    if a.step == Step::Ask && unfinished.as_ref().is_some_and(|k| k.grant.is_some()) {
        return Ok(Outcome::Again(now + Span::minutes(30)));
    }
    if a.step == Step::Starting {
        if now - a.created_at < SETTING_OUT {
            return Ok(Outcome::Again(next_look(&a, now)));
        }
        // Whoever asked for the provider's page never came back with it.
        end(app, &tx, &scope, &a, &Trouble { kind: FaultKind::ProviderDown, code: "NOT_STARTED".into(), request_id: None }, now).await?;
        tx.commit().await?;
        return Ok(Outcome::Done);
    }
    if !store::attempts::lease(&tx, id, now, LEASE).await? {
        return Ok(Outcome::Again(next_look(&a, now)));
    }
    let kept = unfinished.ok_or(Error::Internal("an open attempt without its state"))?;
    tx.commit().await?;
    if let Some(grant) = &kept.grant {
        return look(app, &scope, &a, grant).await;
    }
    let connector = app.connector(&a.provider).ok_or(Error::Internal("no such provider is configured"))?;
    match connector.answer(Pending(kept.pending), Vec::new()).await {
        Ok(step) => settle(app, &a, keep_page(step, kept.page), kept.challenge, kept.unsure).await?,
        // The connection that was to be mended has ended over there.
        Err(fault) if fault.kind == FaultKind::Removed => settle(app, &a, connect::Step::Ended(fault), None, false).await?,
        Err(fault) => {
            // The provider cannot be asked now: that says nothing about the client's sign-in.
            tracing::info!(attempt = %id, code = fault.code, "the link session could not be read");
            let tx = app.store().begin(&scope).await?;
            store::attempts::give_back(&tx, id).await?;
            tx.commit().await?;
            return Ok(Outcome::Again(now + fault.retry_after.unwrap_or(Span::seconds(20)).max(FIRST_LOOK)));
        }
    }
    after(app, &scope, id).await
}

/// The sign-in is through: what does it show?
async fn look(app: &App, scope: &FirmScope, a: &Attempt, grant: &KeptGrant) -> Result<Outcome> {
    let looked = found::look(app, &*app.store().read(scope).await?, a, grant).await?;
    let now = app.now();
    let by = person(a);
    let tx = app.store().begin(&by).await?;
    let held = |found| Kept { grant: Some(KeptGrant::of(&grant.grant())), found, ..Kept::of(Pending(String::new())) };
    match looked {
        Look::Found(found) => {
            keep(app, &tx, a, Step::Ask, &held(found), (a.asked + 1, 0), now).await?;
        }
        Look::Nothing => {
            link(app, &tx, &by, a, vec![grant.grant()], now).await?;
        }
        Look::Later(wait) => {
            store::attempts::give_back(&tx, a.id).await?;
            tx.commit().await?;
            return Ok(Outcome::Again(wait.map_or(next_look(a, now), |w| now + w.max(SOON))));
        }
        Look::Ends(fault) => {
            let trouble = Trouble { kind: fault.kind, code: fault.code, request_id: fault.request_id };
            end(app, &tx, &by, a, &trouble, now).await?;
            tx.commit().await?;
            found::give_up(app, a, Some(held(Vec::new()))).await;
            return Ok(Outcome::Done);
        }
    }
    tx.commit().await?;
    app.wake();
    after(app, scope, a.id).await
}

/// While the provider only waits, the client may still go to its page.
fn keep_page(step: connect::Step, page: Option<String>) -> connect::Step {
    match (step, page.and_then(|p| p.parse().ok())) {
        (connect::Step::Wait(_, pending), Some(page)) => connect::Step::Visit(page, pending),
        (step, _) => step,
    }
}

/// Keeps what the provider said. Linked is said to exactly one caller; nothing undoes it. `before`: the question that stood there, and
/// `unsure`: whether its answer may have been lost.
#[crate::boxed]
pub(super) async fn settle(app: &App, a: &Attempt, step: connect::Step, before: Option<Challenge>, unsure: bool) -> Result<()> {
    let scope = person(a);
    let now = app.now();
    let tx = app.store().begin(&scope).await?;
    let trouble = |f: &Fault| Trouble { kind: f.kind, code: f.code.clone(), request_id: f.request_id.clone() };
    let mut unfinished = None;
    match step {
        connect::Step::Visit(page, pending) => {
            keep(app, &tx, a, Step::Visit, &Kept { page: Some(page.into()), ..Kept::of(pending) }, (a.asked, a.wrong), now).await?
        }
        connect::Step::Wait(_, pending) => {
            keep(app, &tx, a, Step::Wait, &Kept { challenge: before, unsure, ..Kept::of(pending) }, (a.asked, a.wrong), now).await?
        }
        connect::Step::Linked(mut grants) if grants.len() == 1 && found::chooses(app, a) => {
            let grant = grants.pop().map(|g| KeptGrant::of(&g));
            keep(app, &tx, a, Step::Wait, &Kept { grant, ..Kept::of(Pending(String::new())) }, (a.asked, 0), now).await?
        }
        connect::Step::Linked(grants) => match link(app, &tx, &scope, a, grants, now).await {
            Ok(Some(_)) => {}
            // The twin was quicker: its transaction holds everything.
            Ok(None) => return Ok(()),
            // The connection was ended here while the client was at the provider's page.
            Err(Error::NotFound) => {
                let ended = Trouble { kind: FaultKind::Removed, code: "ENDED_MEANWHILE".into(), request_id: None };
                end(app, &tx, &scope, a, &ended, now).await?;
            }
            Err(e) => return Err(e),
        },
        connect::Step::Left => {
            store::attempts::end(&tx, a, Step::Left, None, now).await?;
        }
        connect::Step::Ended(fault) => end(app, &tx, &scope, a, &trouble(&fault), now).await?,
        connect::Step::Ask(challenge, pending) => match question::next(a, &challenge, before.as_ref()) {
            question::Next::Same => keep_on(app, &tx, a, pending, now).await?,
            question::Next::Ask { asked, wrong } => {
                let repeats = question::repeats(a, &challenge, before.as_ref()) && !unsure;
                let kept = Kept { challenge: Some(challenge), unsure, repeats, ..Kept::of(pending) };
                keep(app, &tx, a, Step::Ask, &kept, (asked, wrong), now).await?
            }
            question::Next::Stop(fault) => {
                end(app, &tx, &scope, a, &trouble(&fault), now).await?;
                unfinished = Some(Kept::of(pending));
            }
        },
    }
    tx.commit().await?;
    question::take_back(app, a, unfinished).await;
    app.wake();
    Ok(())
}

/// The question stands as it stood.
async fn keep_on(app: &App, db: &store::Firm, a: &Attempt, pending: Pending, now: Time) -> Result<()> {
    let was = kept(app, db, a).await?.ok_or(Error::Internal("a question without its state"))?;
    keep(app, db, a, Step::Ask, &Kept { pending: pending.0, ..was }, (a.asked, a.wrong), now).await
}

impl Kept {
    pub(super) fn of(pending: Pending) -> Kept {
        Kept { pending: pending.0, page: None, challenge: None, unsure: false, repeats: false, grant: None, found: Vec::new() }
    }
}

/// `counts`: the number of the question from now on, and the answers in a row that were wrong.
#[crate::boxed]
pub(super) async fn keep(
    app: &App,
    db: &store::Firm,
    a: &Attempt,
    step: Step,
    kept: &Kept,
    (asked, wrong): (i64, i64),
    now: Time,
) -> Result<()> {
    let kept = serde_json::to_vec(kept).map_err(|_| Error::Internal("an attempt's state"))?;
    let pending = &seal::firm_seal(app, db, a.id.uuid(), FIELD, &kept).await?;
    store::attempts::keep(db, a, &store::attempts::Keep { step, pending, asked, wrong }, now).await?;
    Ok(())
}

async fn end(app: &App, db: &store::Firm, scope: &FirmScope, a: &Attempt, trouble: &Trouble, now: Time) -> Result<()> {
    if store::attempts::end(db, a, Step::Trouble, Some(trouble), now).await? {
        let detail = json!({ "institution": a.institution, "code": trouble.code, "request_id": trouble.request_id });
        events::record(app, db, scope, Some(a.household), "attempt.failed", a.id, detail).await?;
    }
    Ok(())
}

/// Takes the connection in, or wakes the one that was repaired. None: somebody else has done it.
#[crate::boxed]
pub(super) async fn link(
    app: &App,
    db: &store::Firm,
    scope: &FirmScope,
    a: &Attempt,
    grants: Vec<Grant>,
    now: Time,
) -> Result<Option<ConnectionId>> {
    let connection = match a.purpose {
        Purpose::Repair(c) | Purpose::FindNew(c) => {
            connections::repaired(app, db, scope, c, a.consent).await?;
            if let Some(grant) = grants.first() {
                connections::regrant(app, db, c, grant).await?;
            }
            c
        }
        // An attempt mends one connection; only its link can be for all.
        Purpose::Connect | Purpose::RepairAll => {
            let consent = a.consent.ok_or(Error::Internal("a connection without a permission"))?;
            let mut first = None;
            for grant in grants {
                let adopt = Adopt {
                    household: a.household,
                    member: a.member,
                    consent,
                    provider: a.provider.clone(),
                    institution_id: a.institution_id,
                    institution: a.institution.clone(),
                    url: a.url.clone(),
                    grant,
                    attempt: Some(a.id),
                };
                let id = connections::adopt(app, db, scope, adopt).await?;
                first = first.or(Some(id));
            }
            first.ok_or(Error::Internal("linked without a grant"))?
        }
    };
    if !store::attempts::linked(db, a.id, connection, now).await? {
        return Ok(None);
    }
    store::links::connected(db, a.link, now).await?;
    Ok(Some(connection))
}
