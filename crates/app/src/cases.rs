//! Repair cases: every break opens one in the transaction that noted it, with a cause, somebody whose move it is, and an end. A change of
//! cause is the same case; the next good refresh closes it. Who is told what stands in `notices`.

mod list;
mod page;

pub use list::{Age, Choice, Entry, List, list, open_of};
pub use page::{Line, Page, What, page};
pub use store::cases::Case;

use crate::jobs::{self, Job, Outcome};
use crate::{App, Error, Result, events, notices};
use model::connection::ConnectionState;
use model::repair::{self, Cause, End, Owner, Step};
use model::{CaseId, ConnectionId, FirmId, FirmScope, MemberId, Time};
use serde_json::json;
use store::Firm;
use store::connections::Connection;
use store::mail::Mail;

/// A run has ended in a state that is not well, and has been failing since then. Nothing is opened for what heals by itself in its time.
#[crate::boxed]
pub async fn broke(app: &App, db: &Firm, scope: &FirmScope, c: &Connection, state: ConnectionState, since: Time, code: &str) -> Result<()> {
    let now = app.now();
    let Some(cause) = Cause::of(state, now - since) else { return Ok(()) };
    // What is merely late has been so all along.
    let begun = if cause == Cause::Delayed { since } else { now };
    case_of(app, db, scope, c, cause, begun, None, code).await
}

/// A good refresh: whatever was wrong is over. A permission that ends soon is a case of its own.
#[crate::boxed]
pub async fn went_well(app: &App, db: &Firm, scope: &FirmScope, c: &Connection, state: ConnectionState, ends: Option<Time>) -> Result<()> {
    let ending = state == ConnectionState::ConsentExpiring;
    if let Some(case) = store::cases::of_connection(db, c.id).await?.filter(|k| !(ending && k.cause == Cause::PermissionEnding)) {
        let by = case.mended.map_or(End::Healed, |(_, by)| by);
        close(app, db, scope, &case, by).await?;
    }
    if ending { case_of(app, db, scope, c, Cause::PermissionEnding, app.now(), ends, "").await } else { Ok(()) }
}

/// The client has signed in again: values are awaited, and nobody is asked meanwhile.
#[crate::boxed]
pub(crate) async fn signed_in(app: &App, db: &Firm, scope: &FirmScope, id: ConnectionId) -> Result<()> {
    mended(app, db, scope, id, End::Mended).await
}

/// The provider says that a connection was mended somewhere else. The fetch that follows finds out.
#[crate::boxed]
pub(crate) async fn said_mended(app: &App, provider: &str, external_id: &str) -> Result<()> {
    let known = store::connections::by_external(&*app.store().read_system().await?, provider, external_id).await?;
    let Some(c) = known else { return Ok(()) };
    let scope = app.system_scope(c.firm);
    let tx = app.store().begin(&scope).await?;
    mended(app, &tx, &scope, c.id, End::Elsewhere).await?;
    Ok(tx.commit().await?)
}

async fn mended(app: &App, db: &Firm, scope: &FirmScope, id: ConnectionId, by: End) -> Result<()> {
    let Some(case) = store::cases::of_connection(db, id).await?.filter(|c| c.mended.is_none_or(|(_, b)| b != by)) else { return Ok(()) };
    let kind = if by == End::Elsewhere { "case.mended_elsewhere" } else { "case.signed_in" };
    let case = Case { mended: Some((app.now(), by)), mends: case.mends + 1, ..case };
    turn(app, db, scope, case, kind, json!({})).await
}

/// The connection itself has ended.
#[crate::boxed]
pub(crate) async fn ended(app: &App, db: &Firm, scope: &FirmScope, id: ConnectionId) -> Result<()> {
    match store::cases::of_connection(db, id).await? {
        Some(case) => close(app, db, scope, &case, End::Disconnected).await,
        None => Ok(()),
    }
}

/// A message came back for good: whoever of the household it was for cannot be reached. The adviser asks for the right address.
#[crate::boxed]
pub(crate) async fn bounced(app: &App, db: &Firm, scope: &FirmScope, mail: &Mail) -> Result<()> {
    let Some(member) = reader(db, mail).await? else { return Ok(()) };
    let now = app.now();
    let case = fresh(app, member.household, member.id, Cause::Bounced, now, now);
    open(app, db, scope, Case { institution: String::new(), ..case }, json!({ "for": mail.purpose })).await
}

/// A later message to the same address has arrived, or the address is another one now.
#[crate::boxed]
pub(crate) async fn arrived(app: &App, db: &Firm, scope: &FirmScope, mail: &Mail) -> Result<()> {
    match reader(db, mail).await? {
        Some(member) => reached(app, db, scope, member.id).await,
        None => Ok(()),
    }
}

#[crate::boxed]
pub(crate) async fn reached(app: &App, db: &Firm, scope: &FirmScope, member: MemberId) -> Result<()> {
    match store::cases::of_mail(db, member).await? {
        Some(case) => close(app, db, scope, &case, End::Reached).await,
        None => Ok(()),
    }
}

/// The person of the household whom a message was for; staff get messages about households too.
async fn reader(db: &Firm, mail: &Mail) -> Result<Option<store::members::Member>> {
    let Some(household) = mail.household else { return Ok(None) };
    let people = store::members::of_household(db, household).await?;
    Ok(people.into_iter().find(|m| m.email.as_deref().is_some_and(|e| e.eq_ignore_ascii_case(&mail.recipient))))
}

/// Data Support has a ticket about it, or has it no more.
#[crate::boxed]
pub(crate) async fn reported(app: &App, db: &Firm, scope: &FirmScope, id: CaseId, at: Option<Time>) -> Result<()> {
    let case = store::cases::find(db, id).await?.filter(|c| c.closed.is_none() && c.reported_at.is_some() != at.is_some());
    let Some(case) = case else { return Ok(()) };
    let kind = if at.is_some() { "case.reported" } else { "case.given_back" };
    turn(app, db, scope, Case { reported_at: at, ..case }, kind, json!({})).await
}

fn fresh(app: &App, household: model::HouseholdId, member: MemberId, cause: Cause, since: Time, now: Time) -> Case {
    Case {
        id: app.random().id(now),
        household,
        member,
        connection: None,
        institution: String::new(),
        cause,
        since,
        owner: Owner::Us,
        due_at: now,
        consent_ends: None,
        mended: None,
        mends: 0,
        reported_at: None,
        turn: 0,
        opened_at: now,
        closed: None,
    }
}

#[allow(clippy::too_many_arguments, reason = "what a break is made of")]
async fn case_of(
    app: &App,
    db: &Firm,
    scope: &FirmScope,
    c: &Connection,
    cause: Cause,
    since: Time,
    ends: Option<Time>,
    code: &str,
) -> Result<()> {
    let Some(case) = store::cases::of_connection(db, c.id).await? else {
        let new = fresh(app, c.household, c.member, cause, since, app.now());
        let new = Case { connection: Some(c.id), institution: c.institution.clone(), consent_ends: ends, ..new };
        let detail = json!({ "cause": cause.key(), "institution": c.institution, "code": code });
        return open(app, db, scope, new, detail).await;
    };
    if case.cause == cause && case.mended.is_none() {
        if case.consent_ends == ends {
            return Ok(());
        }
        return turn(app, db, scope, Case { consent_ends: ends, ..case }, "case.permission_moved", json!({})).await;
    }
    let detail = json!({ "from": case.cause.key(), "to": cause.key(), "code": code, "again": case.mended.is_some() });
    turn(app, db, scope, Case { cause, since, consent_ends: ends, mended: None, ..case }, "case.changed", detail).await
}

async fn open(app: &App, db: &Firm, scope: &FirmScope, case: Case, detail: serde_json::Value) -> Result<()> {
    let first = repair::next(&case.known(), app.now());
    let case = Case { owner: first.owner, due_at: first.due, ..case };
    if !store::cases::insert(db, &case).await? {
        return Ok(());
    }
    events::record(app, db, scope, Some(case.household), "case.opened", case.id, detail).await?;
    jobs::enqueue(app, db, &Job::LookAtCase { case: case.id, turn: case.turn }, app.now()).await
}

/// The case is another one now: looked at anew, and a look planned before does nothing.
async fn turn(app: &App, db: &Firm, scope: &FirmScope, case: Case, kind: &str, detail: serde_json::Value) -> Result<()> {
    let next = repair::next(&case.known(), app.now());
    let case = Case { owner: next.owner, due_at: next.due, turn: case.turn + 1, ..case };
    if !store::cases::save(db, &case).await? {
        return Ok(());
    }
    events::record(app, db, scope, Some(case.household), kind, case.id, detail).await?;
    jobs::enqueue(app, db, &Job::LookAtCase { case: case.id, turn: case.turn }, app.now()).await
}

async fn close(app: &App, db: &Firm, scope: &FirmScope, case: &Case, by: End) -> Result<()> {
    if store::cases::close(db, case.id, by, app.now()).await? {
        events::record(app, db, scope, Some(case.household), "case.closed", case.id, json!({ "by": by.key() })).await?;
    }
    Ok(())
}

/// Tells whoever is to be told, hands the move on when somebody's time is over, and says when to look again.
#[crate::boxed]
pub(crate) async fn look(app: &App, firm: FirmId, id: CaseId, turn: i64) -> Result<Outcome> {
    let scope = app.system_scope(firm);
    let tx = app.store().begin(&scope).await?;
    store::cases::hold(&tx, id).await?;
    let case = store::cases::find(&tx, id).await?.ok_or(Error::Internal("a case that is not there"))?;
    if case.closed.is_some() || case.turn != turn {
        return Ok(Outcome::Done);
    }
    let (now, known) = (app.now(), case.known());
    let next = repair::next(&known, now);
    let moved = (case.owner, case.due_at) != (next.owner, next.due);
    let handed_on = case.owner != next.owner;
    let case = Case { owner: next.owner, due_at: next.due, ..case };
    if moved {
        store::cases::save(&tx, &case).await?;
    }
    if handed_on {
        let detail = json!({ "owner": next.owner.key() });
        events::record(app, &tx, &scope, Some(case.household), "case.handed_on", case.id, detail).await?;
    }
    if next.owner == Owner::Adviser {
        notices::adviser(app, &tx, &case, next.step).await?;
    }
    if next.owner == Owner::Us && next.step == Step::OurSide {
        notices::administrators(app, &tx, &case).await?;
    }
    let told = notices::client(app, &tx, &scope, &case).await?;
    tx.commit().await?;
    app.wake();
    Ok(repair::look_at(&known, now).into_iter().chain(told).min().map_or(Outcome::Done, Outcome::Again))
}
