//! Where an attempt stands, for its page: read from the attempt, its connection and what has arrived. Changes nothing.

use super::door::Visitor;
use super::found::Found;
use super::{choose, run, typed};
use crate::{App, Error, Result};
use connect::Challenge;
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
    /// The provider works on it, or was not reached yet. `page`: the client may go back to the provider's page.
    Waiting {
        page: bool,
    },
    /// The institution asks, and the client answers here.
    Ask(Box<Question>),
    /// The sign-in is through: the client says which accounts, and whose.
    Choose {
        found: Vec<Found>,
        members: Vec<Member>,
        asked: i64,
    },
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

/// A question of the institution's, as it stands.
pub struct Question {
    pub challenge: Challenge,
    /// Goes with the answer: for another question it is not taken.
    pub asked: i64,
    /// Answers that were not accepted, of those that may be wrong.
    pub wrong: i64,
    /// Whether the last answer arrived is not known.
    pub unsure: bool,
    /// The last answer came too late, and the same is asked anew.
    pub repeats: bool,
    /// The sign-in was not accepted lately: the client checks it at the institution before they type it again.
    pub must_check: bool,
    pub provider: String,
}

pub struct Owned {
    pub account: Account,
    /// In the household before this attempt: not asked about again.
    pub known: bool,
}

#[crate::boxed]
pub async fn stage(app: &App, v: &Visitor, id: AttemptId) -> Result<(Attempt, Stage)> {
    choose::inside(v)?;
    let db = app.store().read(&v.scope).await?;
    let a = store::attempts::find(&db, id).await?.filter(|a| a.link == v.link.id).ok_or(Error::NotFound)?;
    let stage = match a.step {
        Step::Starting => Stage::Waiting { page: false },
        Step::Visit => {
            let page = run::kept(app, &db, &a).await?.and_then(|k| k.page).ok_or(Error::Internal("a visit without a page"))?;
            let provider = app.connector(&a.provider).map(|c| c.card().name.to_owned()).unwrap_or_default();
            Stage::Visit { page, provider }
        }
        Step::Wait => Stage::Waiting { page: run::kept(app, &db, &a).await?.is_some_and(|k| k.page.is_some()) },
        Step::Ask => ask(app, &db, v, &a).await?,
        Step::Left => Stage::Left,
        Step::Trouble => {
            let fault = a.fault.as_ref().ok_or(Error::Internal("a trouble without a fault"))?;
            Stage::Trouble { kind: fault.kind, reference: a.id.to_string() }
        }
        Step::Linked | Step::Done => linked(app, &db, v, &a).await?,
    };
    Ok((a, stage))
}

async fn ask(app: &App, db: &store::Firm, v: &Visitor, a: &Attempt) -> Result<Stage> {
    let kept = run::kept(app, db, a).await?.ok_or(Error::Internal("a question without its state"))?;
    if kept.grant.is_some() {
        let members = store::members::of_household(db, v.link.household).await?;
        return Ok(Stage::Choose { found: kept.found, members, asked: a.asked });
    }
    let challenge = kept.challenge.ok_or(Error::Internal("a question that is not there"))?;
    Ok(Stage::Ask(Box::new(Question {
        challenge,
        asked: a.asked,
        wrong: a.wrong,
        unsure: kept.unsure,
        repeats: kept.repeats,
        must_check: typed::was_rejected(app, db, a.member, a.institution_id).await?,
        provider: app.connector(&a.provider).map(|c| c.card().name.to_owned()).unwrap_or_default(),
    })))
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
    // Where the accounts were chosen here, whose they are was said with it.
    let said = store::chosen::of(db, id).await?.any();
    if a.step == Step::Linked && members.len() > 1 && fresh && !said && !matches!(a.purpose, Purpose::Repair(_)) {
        let accounts = accounts.into_iter().map(|account| Owned { known: account.created_at < a.created_at, account }).collect();
        return Ok(Stage::Owners { accounts, members });
    }
    Ok(Stage::Done { accounts })
}
