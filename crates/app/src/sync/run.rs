//! One run: claim, open the token, fetch, apply or note the fault.

use super::{FETCH, LEASE, PER_INSTITUTION, apply};
use crate::{App, Error, Result, cases, events, jobs, seal};
use connect::{Cursor, Fetch, Grant};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use model::connection::{ConnectionState, retry_in, state_after};
use model::fault::{Fault, FaultKind};
use model::{Secret, Snapshot, Time, schedule};
use serde_json::json;
use store::connections::{Claim, Connection, FaultNote, Outcome};

/// So often in a row a provider may still be at it; with the steps of `retry_in` that is a quarter of an hour. Then it counts as a failure.
const MOST_WAITS: u32 = 6;

/// Claims what is due, at most `limit`, and runs it side by side. Says how many ran.
#[crate::boxed]
pub async fn refresh_due(app: &App, limit: u32) -> Result<usize> {
    let claimed = claim(app, limit).await?;
    let n = claimed.len();
    let mut running: FuturesUnordered<_> = claimed.into_iter().map(|c| refresh_one(app, c)).collect();
    while let Some(done) = running.next().await {
        done?;
    }
    Ok(n)
}

#[crate::boxed]
pub(crate) async fn claim(app: &App, limit: u32) -> Result<Vec<Connection>> {
    let now = app.now();
    let today = now.utc_date().to_string();
    let set_back = app.clock_was_set_back();
    let tx = app.store().begin_system().await?;
    if set_back {
        store::connections::after_set_back(&tx, now).await?;
        store::jobs::after_set_back(&tx, now, jobs::LEASE).await?;
    }
    let runs_per_day = schedule::RUNS_PER_DAY;
    let claim = Claim { now, lease: LEASE, limit, per_institution: PER_INSTITUTION, runs_per_day, today: &today };
    let claimed = store::connections::claim(&tx, &claim).await?;
    if claimed.len() < limit as usize {
        store::connections::put_off(&tx, now, &today, runs_per_day, tomorrow(now)).await?;
    }
    tx.commit().await?;
    Ok(claimed)
}

/// The first instant of the next UTC day, when the day's allowance begins anew.
fn tomorrow(now: Time) -> Time {
    const DAY: i64 = 86_400_000_000;
    Time((now.0.div_euclid(DAY) + 1) * DAY)
}

/// Runs one claimed connection to its end. Only trouble of our own store comes back as an error.
#[crate::boxed]
pub async fn refresh_one(app: &App, c: Connection) -> Result<()> {
    let outcome = match fetch(app, &c).await {
        Ok((Fetch::Done { snapshot, .. }, _)) if snapshot.accounts.is_empty() => Err(Fault::new(FaultKind::NoAccounts, "EMPTY").into()),
        Ok((Fetch::Done { mut snapshot, grant, cursor }, asked_with)) => {
            snapshot.undouble();
            let rotated = (grant.token.expose() != asked_with.expose()).then_some(&grant);
            applied(app, &c, &snapshot, rotated, &cursor).await
        }
        Ok((Fetch::Ask(..), _)) => Err(Fault::new(FaultKind::NeedsMfa, "ASKED").into()),
        Ok((Fetch::Wait(span, _), _)) => Err(Fault { retry_after: Some(span), ..Fault::new(FaultKind::NotReady, "WAIT") }.into()),
        Err(e) => Err(e),
    };
    match outcome {
        Ok(()) => Ok(()),
        // The lease was lost or the connection ended meanwhile: whoever holds it now decides.
        Err(Error::Store(store::Error::Gone)) => {
            tracing::info!(connection = %c.id, epoch = c.lease_epoch, "a late result was dropped");
            Ok(())
        }
        Err(Error::Fault(fault)) => note(app, &c, fault).await,
        Err(Error::Internal(why)) => {
            tracing::error!(connection = %c.id, why, "a refresh failed on our side");
            note(app, &c, Fault::new(FaultKind::Ours, "INTERNAL")).await
        }
        // The database refuses the answer or what it stands on: a person must look, and the next try waits longer each time.
        Err(Error::Store(e @ (store::Error::Conflict | store::Error::OtherFirm | store::Error::Unreadable(_)))) => {
            tracing::error!(connection = %c.id, error = %e, "an answer could not be saved");
            note(app, &c, Fault::new(FaultKind::Ours, "STORE")).await
        }
        Err(e) => Err(e),
    }
}

/// Two answers that meet in the database are applied one after the other.
async fn applied(app: &App, c: &Connection, snapshot: &Snapshot, rotated: Option<&Grant>, cursor: &Cursor) -> Result<()> {
    for _ in 0..2 {
        match apply::apply(app, c, snapshot, rotated, cursor).await {
            Err(e) if e.is_conflict() => tracing::info!(connection = %c.id, "two answers met"),
            done => return done,
        }
    }
    apply::apply(app, c, snapshot, rotated, cursor).await
}

/// What the provider answered, and the token it was asked with.
async fn fetch(app: &App, c: &Connection) -> Result<(Fetch, Secret<String>)> {
    let connector = app.connector(&c.provider).ok_or(Error::Internal("no such provider is configured"))?;
    let grant = {
        let db = app.store().read(&app.system_scope(c.firm)).await?;
        // No fetch without a live consent.
        if !store::consents::is_live(&db, c.consent, app.now()).await? {
            return Err(Fault::new(FaultKind::ConsentRevoked, "CONSENT").into());
        }
        grant(app, &db, c).await?
    };
    let asked_with = Secret::new(grant.token.expose().clone());
    let fetch = connector.fetch(grant, Cursor(c.cursor.clone()), c.by_hand, app.now());
    match tokio::time::timeout(FETCH.std(), fetch).await {
        Ok(done) => Ok((done?, asked_with)),
        Err(_) => Err(Fault::new(FaultKind::ProviderDown, "TIMEOUT").into()),
    }
}

/// Opens the token of a connection for the length of one call.
#[crate::boxed]
pub(crate) async fn grant(app: &App, db: &store::Firm, c: &Connection) -> Result<Grant> {
    let sealed = c.token.as_deref().ok_or(Error::Internal("the connection has no token"))?;
    let open = seal::connection_open(app, db, c.id, c.key_version, "token", sealed).await?;
    let token = String::from_utf8(open.expose().clone()).map_err(|_| Error::Internal("token"))?;
    Ok(Grant { external_id: c.external_id.clone(), token: Secret::new(token), institution: None, consent_ends: c.consent_ends })
}

/// A fault moves the state, the due time and the count of failures: never a value, never "last updated".
async fn note(app: &App, c: &Connection, fault: Fault) -> Result<()> {
    let now = app.now();
    let waits = c.fault.as_ref().filter(|f| f.kind == FaultKind::NotReady).map_or(0, |f| f.waits) + 1;
    // Still at it is an answer, and no failure: nothing is counted and nobody's case is opened.
    let waiting = fault.kind == FaultKind::NotReady && waits <= MOST_WAITS;
    let failures = c.failures + i64::from(!waiting);
    let step = if waiting { waits } else { u32::try_from(failures).unwrap_or(u32::MAX) };
    // Slower, and not from the first step again.
    let step = if fault.kind == FaultKind::NotReady && !waiting { step.saturating_add(MOST_WAITS) } else { step };
    let worked = c.succeeded_at.is_some();
    let state = match state_after(fault.kind, worked) {
        // Nothing has gone wrong: the first values are still on their way.
        ConnectionState::NotReady if !worked => ConnectionState::Linking,
        s => s,
    };
    let due_at = retry_in(&fault, step, app.random().permille()).map(|s| now + s);
    let scope = app.system_scope(c.firm);
    let tx = app.store().begin(&scope).await?;
    let waits = if fault.kind == FaultKind::NotReady { waits.min(MOST_WAITS) } else { 0 };
    let note = FaultNote { kind: fault.kind, code: fault.code, request_id: fault.request_id, waits };
    let since = c.failing_since.unwrap_or(now);
    let failing_since = if waiting { c.failing_since } else { Some(since) };
    let outcome = Outcome { state, fault: Some(&note), due_at, failures, failing_since, success: None };
    match store::connections::settle(&tx, c.id, c.lease_epoch, &outcome).await {
        Err(store::Error::Gone) => return Ok(()),
        other => other?,
    }
    if state != c.state {
        let (code, request) = (&note.code, &note.request_id);
        let detail = json!({ "from": c.state.key(), "to": state.key(), "code": code, "request_id": request, "institution": c.institution });
        events::record(app, &tx, &scope, Some(c.household), "connection.changed", c.id, detail).await?;
    }
    if !waiting {
        cases::broke(app, &tx, &scope, c, state, since, &note.code).await?;
        crate::reliability::count(app, &tx, c, Some(note.kind)).await?;
    }
    Ok(tx.commit().await?)
}
