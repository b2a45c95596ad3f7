//! Connections: adopted from a link, repaired in place, refreshed by hand, ended with the provider's confirmation.

use crate::jobs::{self, Job, Outcome};
use crate::{App, Error, Result, cases, events, policy, seal, sync};
use connect::Grant;
use model::connection::ConnectionState;
use model::fault::{Fault, FaultKind};
use model::permission::Action;
use model::{Actor, AttemptId, ConnectionId, ConsentId, FirmId, FirmScope, HouseholdId, InstitutionId, MemberId, Span, Time, schedule};
use serde_json::json;
use store::Firm;
use store::connections::{Connection, Removal};

/// A connection that a client has just made.
pub struct Adopt {
    pub household: HouseholdId,
    /// Whose sign-in it is.
    pub member: MemberId,
    /// The permission that every fetch names.
    pub consent: ConsentId,
    pub provider: String,
    pub institution_id: Option<InstitutionId>,
    pub institution: String,
    pub url: Option<String>,
    pub grant: Grant,
    pub attempt: Option<AttemptId>,
}

/// Takes a connection in and makes its first refresh due, in the caller's transaction. The hook and its polling twin may both come here:
/// the second finds the first's row.
#[crate::boxed]
pub async fn adopt(app: &App, db: &Firm, scope: &FirmScope, a: Adopt) -> Result<ConnectionId> {
    if let Some(known) = store::connections::known(db, &a.provider, &a.grant.external_id).await? {
        return Ok(known);
    }
    let now = app.now();
    let id: ConnectionId = app.random().id(now);
    let (token, key_version) = seal::connection_seal(app, db, id, "token", a.grant.token.expose().as_bytes()).await?;
    let row = Connection {
        firm: db.id(),
        id,
        household: a.household,
        member: a.member,
        consent: a.consent,
        provider: a.provider,
        institution_id: a.institution_id,
        institution: a.institution,
        url: a.url,
        external_id: a.grant.external_id,
        token: Some(token),
        key_version,
        cursor: String::new(),
        state: ConnectionState::Linking,
        fault: None,
        consent_ends: a.grant.consent_ends,
        new_accounts: false,
        failures: 0,
        attempted_at: None,
        succeeded_at: None,
        failing_since: None,
        next_expected: None,
        due_at: Some(now),
        by_hand: false,
        fresh_link: true,
        lease_until: None,
        lease_epoch: 0,
        removal: Removal::None,
        created_at: now,
    };
    store::connections::insert(db, &row).await?;
    store::consents::bind(db, a.consent, id).await?;
    let detail = json!({ "institution": row.institution, "provider": row.provider, "consent": a.consent, "attempt": a.attempt });
    events::record(app, db, scope, Some(a.household), "connection.added", id, detail).await?;
    app.wake();
    Ok(id)
}

/// The client has signed in again, or chosen more accounts: same connection, same accounts, a refresh due now.
#[crate::boxed]
pub async fn repaired(app: &App, db: &Firm, scope: &FirmScope, id: ConnectionId, consent: Option<ConsentId>) -> Result<()> {
    let c = store::connections::find(db, id).await?.filter(|c| c.removal == Removal::None).ok_or(Error::NotFound)?;
    if let Some(consent) = consent.filter(|new| *new != c.consent) {
        store::consents::end(db, c.consent, app.now()).await?;
        store::connections::set_consent(db, id, consent).await?;
        store::consents::bind(db, consent, id).await?;
    }
    store::connections::set_fresh_link(db, id, app.now()).await?;
    events::record(
        app,
        db,
        scope,
        Some(c.household),
        "connection.repaired",
        id,
        json!({ "from": c.state.key(), "institution": c.institution }),
    )
    .await?;
    cases::signed_in(app, db, scope, id).await?;
    app.wake();
    Ok(())
}

/// What a provider gave after a repair: mostly the token that was there, sometimes another one for the same connection.
#[crate::boxed]
pub(crate) async fn regrant(app: &App, db: &Firm, id: ConnectionId, grant: &Grant) -> Result<()> {
    let c = store::connections::find(db, id).await?.filter(|c| c.removal == Removal::None).ok_or(Error::NotFound)?;
    if sync::grant(app, db, &c).await?.token.expose() == grant.token.expose() {
        return Ok(());
    }
    let (token, version) = seal::connection_seal(app, db, id, "token", grant.token.expose().as_bytes()).await?;
    Ok(store::keyring::set_token(db, id, token, version).await?)
}

/// Opens the token for a call that the client has begun: repair, find new.
#[crate::boxed]
pub async fn grant(app: &App, scope: &FirmScope, id: ConnectionId) -> Result<(Connection, Grant)> {
    let db = app.store().read(scope).await?;
    let c = store::connections::find(&db, id).await?.filter(|c| c.removal == Removal::None).ok_or(Error::NotFound)?;
    let grant = sync::grant(app, &db, &c).await?;
    Ok((c, grant))
}

/// What a refresh by hand can bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// It is due now and will run in a moment.
    Running,
    /// The provider brings new values in its own rhythm: a look now may find nothing newer.
    Looking { next_expected: Option<Time> },
}

/// A person asks for newer values. Waits for the client when only the client can help; never more often than every five minutes.
#[crate::boxed]
pub async fn refresh_by_hand(app: &App, scope: &FirmScope, id: ConnectionId) -> Result<Asked> {
    let tx = app.store().begin(scope).await?;
    let c = store::connections::find(&tx, id).await?.filter(|c| c.removal == Removal::None).ok_or(Error::NotFound)?;
    may_refresh(app, &tx, scope, &c).await?;
    ask_refresh(app, tx, scope, c).await
}

/// Makes it due for somebody who may ask, in a unit that has looked whether they may.
#[crate::boxed]
pub(crate) async fn ask_refresh(app: &App, tx: store::FirmTx, scope: &FirmScope, c: Connection) -> Result<Asked> {
    let (now, id) = (app.now(), c.id);
    if !c.state.may_fetch() {
        return Err(Error::Refused(format!("Refresh waits: {} needs the client first.", c.institution)));
    }
    schedule::by_hand(now, c.attempted_at).map_err(|at| Error::TooMany(at - now))?;
    store::connections::make_due(&tx, id, now, true).await?;
    events::record(app, &tx, scope, Some(c.household), "connection.refresh_asked", id, json!({ "institution": c.institution })).await?;
    tx.commit().await?;
    app.wake();
    let live = app.connector(&c.provider).is_some_and(|p| p.card().refreshes_holdings);
    Ok(if live { Asked::Running } else { Asked::Looking { next_expected: c.next_expected } })
}

/// Staff by the table; a person of the household for their own connection.
async fn may_refresh(app: &App, db: &Firm, scope: &FirmScope, c: &Connection) -> Result<()> {
    match scope.actor() {
        Actor::Person { member, .. } if member == c.member => Ok(()),
        Actor::Person { .. } => Err(Error::NotFound),
        _ => policy::check(app, db, scope, Action::Refresh, Some(c.household)).await.map(|_| ()),
    }
}

/// A hook said something about a connection: a fetch will find out what is true. Unknown ids are nobody's.
#[crate::boxed]
pub async fn mark_due(app: &App, firm: FirmId, id: ConnectionId) -> Result<()> {
    let scope = app.system_scope(firm);
    let tx = app.store().begin(&scope).await?;
    store::connections::make_due(&tx, id, app.now(), false).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// Ends a connection here and at once, in the caller's transaction: no later result commits, its key is destroyed, and the provider is
/// told until it confirms.
#[crate::boxed]
pub async fn end(app: &App, db: &Firm, scope: &FirmScope, id: ConnectionId, why: &str) -> Result<()> {
    let c = store::connections::find(db, id).await?.ok_or(Error::NotFound)?;
    if !store::connections::end(db, id).await? {
        return Ok(());
    }
    store::consents::end(db, c.consent, app.now()).await?;
    cases::ended(app, db, scope, id).await?;
    jobs::enqueue(app, db, &Job::Revoke { connection: id }, app.now()).await?;
    events::record(app, db, scope, Some(c.household), "connection.ended", id, json!({ "why": why, "institution": c.institution })).await
}

/// The page where people end a permission of this provider's themselves, because it cannot be told; `None` where it confirms the end.
pub fn ended_at(app: &App, provider: &str) -> Option<url::Url> {
    app.connector(provider)?.ended_at()
}

/// How long one goodbye may take: less than the lease of its job.
const GOODBYE: Span = Span::seconds(60);

/// Ends the permission at the provider; called again until it is confirmed. Only then are the token and its key destroyed.
#[crate::boxed]
pub async fn revoke(app: &App, firm: FirmId, id: ConnectionId) -> Result<Outcome> {
    let scope = app.system_scope(firm);
    let (connector, grant, c) = {
        let db = app.store().read(&scope).await?;
        let c = store::connections::find(&db, id).await?.ok_or(Error::NotFound)?;
        if c.removal != Removal::Pending {
            return Ok(Outcome::Done);
        }
        let connector = app.connector(&c.provider).ok_or(Error::Internal("no such provider is configured"))?;
        (connector, sync::grant(app, &db, &c).await?, c)
    };
    let told = tokio::time::timeout(GOODBYE.std(), connector.disconnect(&grant)).await;
    if let Err(fault) = told.unwrap_or_else(|_| Err(Fault::new(FaultKind::ProviderDown, "TIMEOUT"))) {
        tracing::warn!(connection = %id, code = fault.code, "the provider has not confirmed the end yet");
        let wait = fault.retry_after.unwrap_or(Span::minutes(10));
        return Ok(Outcome::Again(app.now() + wait));
    }
    let tx = app.store().begin(&scope).await?;
    if !store::connections::confirm_end(&tx, id).await? {
        return Ok(Outcome::Done);
    }
    seal::connection_destroy(&tx, id).await?;
    // Where nobody can be told, only what we did is said.
    let kind = if connector.ended_at().is_some() { "connection.key_deleted" } else { "connection.end_confirmed" };
    events::record(app, &tx, &scope, Some(c.household), kind, id, json!({ "institution": c.institution })).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}
