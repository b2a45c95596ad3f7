//! Where an attempt stands, for its page: read from the attempt, its connection and what has arrived. Changes nothing.

use super::door::Visitor;
use super::{choose, run};
use crate::{App, Error, Result};
use model::connection::ConnectionState;
use model::link::Purpose;
use model::{AttemptId, FaultKind};
use store::accounts::Account;
use store::attempts::{Attempt, Step};
use store::members::Member;

pub enum Stage {
    /// The provider's page, and who runs it.
    Visit {
        page: String,
        provider: String,
    },
    /// The provider works on it, or was not reached yet.
    Waiting,
    /// Linked: the first values are on their way. `slow`: something came between that passes by itself.
    Collecting {
        slow: Option<ConnectionState>,
    },
    /// Found; the client says whose they are.
    Owners {
        accounts: Vec<Owned>,
        members: Vec<Member>,
    },
    /// The confirmation.
    Done {
        accounts: Vec<Account>,
    },
    NoAccounts,
    /// The client closed the provider's page.
    Left,
    /// Something came between, with what support asks for. `mailbox`: where a word can be sent when it is over.
    Trouble {
        kind: FaultKind,
        reference: String,
    },
}

pub struct Owned {
    pub account: Account,
    /// In the household before this attempt: not asked about again.
    pub known: bool,
}

pub async fn stage(app: &App, v: &Visitor, id: AttemptId) -> Result<(Attempt, Stage)> {
    choose::inside(v)?;
    let db = app.store().read(&v.scope).await?;
    let a = store::attempts::find(&db, id).await?.filter(|a| a.link == v.link.id).ok_or(Error::NotFound)?;
    let stage = match a.step {
        Step::Starting => Stage::Waiting,
        Step::Visit => {
            let page = run::kept(app, &db, &a).await?.and_then(|k| k.page).ok_or(Error::Internal("a visit without a page"))?;
            let provider = app.connector(&a.provider).map(|c| c.card().name.to_owned()).unwrap_or_default();
            Stage::Visit { page, provider }
        }
        Step::Wait => Stage::Waiting,
        Step::Left => Stage::Left,
        Step::Trouble => {
            let fault = a.fault.as_ref().ok_or(Error::Internal("a trouble without a fault"))?;
            Stage::Trouble { kind: fault.kind, reference: a.id.to_string() }
        }
        Step::Linked | Step::Done => linked(app, &db, v, &a).await?,
    };
    Ok((a, stage))
}

async fn linked(_app: &App, db: &store::Firm, v: &Visitor, a: &Attempt) -> Result<Stage> {
    use ConnectionState as C;
    let id = a.connection.ok_or(Error::Internal("linked without a connection"))?;
    let c = store::connections::find(db, id).await?.ok_or(Error::NotFound)?;
    let trouble = |kind| Stage::Trouble { kind, reference: c.id.to_string() };
    if c.fresh_link {
        return Ok(match c.state {
            C::Linking | C::NotReady | C::Healthy | C::ConsentExpiring => Stage::Collecting { slow: None },
            C::InstitutionDown | C::ProviderDown | C::RateLimited | C::Ours => Stage::Collecting { slow: Some(c.state) },
            C::NoAccounts => Stage::NoAccounts,
            C::NeedsCredentials => trouble(FaultKind::NeedsCredentials),
            C::NeedsMfa => trouble(FaultKind::NeedsMfa),
            C::Locked => trouble(FaultKind::Locked),
            C::ActionAtInstitution => trouble(FaultKind::ActionAtInstitution),
            C::ConsentRevoked => trouble(FaultKind::ConsentRevoked),
            C::NotSupported => trouble(FaultKind::NotSupported),
            C::Removed => trouble(FaultKind::Removed),
        });
    }
    let mut accounts = store::accounts::of_connection(db, id).await?;
    accounts.retain(|a| a.state.counts());
    if accounts.is_empty() {
        return Ok(Stage::NoAccounts);
    }
    let members = store::members::of_household(db, v.link.household).await?;
    let fresh = accounts.iter().any(|x| x.created_at >= a.created_at);
    if a.step == Step::Linked && members.len() > 1 && fresh && !matches!(a.purpose, Purpose::Repair(_)) {
        let accounts = accounts.into_iter().map(|account| Owned { known: account.created_at < a.created_at, account }).collect();
        return Ok(Stage::Owners { accounts, members });
    }
    Ok(Stage::Done { accounts })
}
