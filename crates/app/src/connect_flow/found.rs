//! Which accounts, and whose: where the provider shows every account of a sign-in, the client chooses before anything of them is stored. What
//! is left out is forgotten; what comes newly later waits for the client (Find new).

use super::door::Visitor;
use super::run::{self, Kept};
use super::{choose, question};
use crate::accounts::owners_problem;
use crate::{App, Error, Result};
use connect::{Cursor, Fetch, Grant};
use model::fact::Owner;
use model::link::Purpose;
use model::{AttemptId, Currency, Decimal, Fault, FaultKind, Money, Secret, Span};
use serde::{Deserialize, Serialize};
use store::Firm;
use store::attempts::{Attempt, Step};
use store::chosen::Chosen;

/// One look at the provider's accounts may take as long.
const LOOK: Span = Span::seconds(45);

/// The right to read, while the client has not chosen yet. Sealed with the attempt.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptGrant {
    external_id: String,
    token: String,
    institution: Option<String>,
    consent_ends: Option<model::Time>,
}

impl KeptGrant {
    pub(super) fn of(grant: &Grant) -> KeptGrant {
        KeptGrant {
            external_id: grant.external_id.clone(),
            token: grant.token.expose().clone(),
            institution: grant.institution.clone(),
            consent_ends: grant.consent_ends,
        }
    }
    pub(super) fn grant(&self) -> Grant {
        Grant {
            external_id: self.external_id.clone(),
            token: Secret::new(self.token.clone()),
            institution: self.institution.clone(),
            consent_ends: self.consent_ends,
        }
    }
}

/// An account that the sign-in shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub(super) external_id: String,
    pub name: String,
    pub mask: Option<String>,
    value: Option<Decimal>,
    currency: Option<Currency>,
}

impl Found {
    /// What it is worth, where both figure and currency are known.
    pub fn worth(&self) -> Option<Money> {
        Some(Money::new(self.value?, self.currency.clone()?))
    }
}

/// What the client says of one of them, by its place in the list.
pub struct Said {
    pub place: usize,
    pub kept: bool,
    pub owners: Vec<Owner>,
}

/// Whether the accounts of this attempt are chosen here.
pub(super) fn chooses(app: &App, a: &Attempt) -> bool {
    !matches!(a.purpose, Purpose::Repair(_)) && app.connector(&a.provider).is_some_and(|c| c.card().own_screens)
}

pub(super) enum Look {
    Found(Vec<Found>),
    /// Nothing to choose: what follows is the sync's business.
    Nothing,
    /// Not there yet.
    Later(Option<Span>),
    Ends(Fault),
}

/// Looks what the sign-in shows. Nothing of it is stored but, sealed, the list that the client is asked about.
#[crate::boxed]
pub(super) async fn look(app: &App, db: &Firm, a: &Attempt, kept: &KeptGrant) -> Result<Look> {
    let connector = app.connector(&a.provider).ok_or(Error::Internal("no such provider is configured"))?;
    let fetched = tokio::time::timeout(LOOK.std(), connector.fetch(kept.grant(), Cursor::default(), false, app.now())).await;
    let snapshot = match fetched.unwrap_or_else(|_| Err(Fault::new(FaultKind::ProviderDown, "TIMEOUT"))) {
        Ok(Fetch::Done { snapshot, .. }) => snapshot,
        Ok(Fetch::Wait(span, _)) => return Ok(Look::Later(Some(span))),
        Ok(Fetch::Ask(..)) => return Ok(Look::Ends(Fault::new(FaultKind::NeedsMfa, "ASKED"))),
        Err(fault) if fault.kind == FaultKind::NoAccounts => return Ok(Look::Nothing),
        Err(fault) if fault.kind.is_transient() => return Ok(Look::Later(fault.retry_after)),
        Err(fault) => return Ok(Look::Ends(fault)),
    };
    let known = known(db, a, &kept.external_id).await?;
    let mut found: Vec<Found> = Vec::new();
    for x in snapshot.accounts.into_iter().filter(|x| !known.contains(&x.external_id)) {
        if !found.iter().any(|f| f.external_id == x.external_id) {
            found.push(Found { external_id: x.external_id, name: x.name, mask: x.mask, value: x.value, currency: x.currency });
        }
    }
    Ok(if found.is_empty() { Look::Nothing } else { Look::Found(found) })
}

/// What this connection feeds already: not asked about again.
async fn known(db: &Firm, a: &Attempt, external_id: &str) -> Result<Vec<String>> {
    let connection = match a.purpose.connection() {
        Some(c) => Some(c),
        None => store::connections::known(db, &a.provider, external_id).await?,
    };
    let Some(c) = connection else { return Ok(Vec::new()) };
    Ok(store::received::fed_by(db, c).await?.into_iter().map(|f| f.external_id).collect())
}

/// *Add these accounts*: the connection is made, and with it what may be stored. Says whether this form did it.
#[crate::boxed]
pub async fn keep_accounts(app: &App, v: &Visitor, id: AttemptId, asked: i64, said: Vec<Said>) -> Result<bool> {
    choose::inside(v)?;
    let tx = app.store().begin(&v.scope).await?;
    let a = store::attempts::find(&tx, id).await?.filter(|a| a.link == v.link.id).ok_or(Error::NotFound)?;
    if a.step != Step::Ask || a.asked != asked {
        return Ok(false);
    }
    let kept: Kept = run::kept(app, &tx, &a).await?.ok_or(Error::Internal("a choice without its state"))?;
    let Some(grant) = kept.grant else { return Ok(false) };
    if said.iter().all(|s| !s.kept) && a.purpose == Purpose::Connect {
        return Err(Error::field("add", "Choose at least one account"));
    }
    let members = store::members::of_household(&tx, v.link.household).await?;
    if said.iter().any(|s| s.kept && !s.owners.is_empty() && owners_problem(&s.owners, &members).is_some()) {
        return Err(Error::field("add", "Choose whose account it is"));
    }
    if !store::attempts::take_question(&tx, id, asked, app.now(), Span::ZERO).await? {
        return Ok(false);
    }
    let taken = store::attempts::find(&tx, id).await?.ok_or(Error::NotFound)?;
    let linked = run::link(app, &tx, &v.scope, &taken, vec![grant.grant()], app.now()).await?;
    let connection = linked.ok_or(Error::Internal("a choice for what is connected already"))?;
    for (n, f) in kept.found.iter().enumerate() {
        let own = said.iter().find(|s| s.place == n);
        let chosen =
            Chosen { kept: own.is_some_and(|s| s.kept), owners: own.filter(|s| s.kept).map(|s| s.owners.clone()).unwrap_or_default() };
        store::chosen::put(&tx, connection, &f.external_id, &chosen, app.now()).await?;
    }
    tx.commit().await?;
    app.wake();
    Ok(true)
}

/// The client goes without having chosen: what the sign-in opened is closed again.
#[crate::boxed]
pub(super) async fn give_up(app: &App, a: &Attempt, kept: Option<Kept>) {
    let Some(kept) = kept else { return };
    match (&kept.grant, a.purpose) {
        (Some(grant), Purpose::Connect) => {
            let Some(connector) = app.connector(&a.provider) else { return };
            // The same sign-in twice is one connection at the provider: the one that is in use stays.
            if is_in_use(app, a, &grant.external_id).await.unwrap_or(true) {
                return;
            }
            if let Err(fault) = connector.disconnect(&grant.grant()).await {
                tracing::warn!(attempt = %a.id, code = fault.code, "a connection that nobody wanted was not ended");
            }
        }
        (Some(_), _) => {}
        (None, _) => question::take_back(app, a, Some(kept)).await,
    }
}

async fn is_in_use(app: &App, a: &Attempt, external_id: &str) -> Result<bool> {
    let db = app.store().read(&app.system_scope(a.firm)).await?;
    Ok(store::connections::known(&db, &a.provider, external_id).await?.is_some())
}
