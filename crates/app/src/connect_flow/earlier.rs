//! The returning client: what they connected before, and where a browser that is in should go.

use super::choose;
use super::codes::needs_proof;
use super::door::Visitor;
use super::stage::{Stage, stage};
use crate::{App, Error, Result};
use model::link::Purpose;
use model::{AttemptId, Span};
use store::accounts::Account;
use store::attempts::{Attempt, Step};
use store::connections::Connection;

/// As long a confirmation is what a browser comes back to; then it is an earlier connection among others.
const SHOWN: Span = Span::hours(1);

/// A connection of this person with what it feeds.
pub struct Earlier {
    pub connection: Connection,
    pub accounts: Vec<Account>,
}

/// What this person connected before (N63), after the proof.
#[crate::boxed]
pub async fn earlier(app: &App, v: &Visitor) -> Result<Vec<Earlier>> {
    choose::inside(v)?;
    if needs_proof(app, v).await? {
        return Err(Error::NotFound);
    }
    let db = app.store().read(&v.scope).await?;
    let mut out = Vec::new();
    for connection in store::connections::of_household(&db, v.link.household).await? {
        if connection.member == v.link.member {
            let mut accounts = store::accounts::of_connection(&db, connection.id).await?;
            accounts.retain(|a| a.state.counts());
            out.push(Earlier { connection, accounts });
        }
    }
    Ok(out)
}

/// Where somebody who comes in, or comes back, goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// A code first.
    Code,
    /// The attempt that is under way.
    Attempt(AttemptId),
    /// The repair or the search for new accounts that the link is for.
    Mend(Purpose),
    Earlier,
    Search,
}

#[crate::boxed]
pub async fn place(app: &App, v: &Visitor) -> Result<Where> {
    if !v.is_in() || (v.link.purpose != Purpose::Connect && needs_proof(app, v).await?) {
        return Ok(Where::Code);
    }
    let db = app.store().read(&v.scope).await?;
    let attempts = store::attempts::of_link(&db, v.link.id).await?;
    drop(db);
    let under_way = attempts.iter().find(|a| a.step.is_open());
    if let Some(a) =
        under_way.or(attempts.first()).filter(|a| matches!(a.step, Step::Starting | Step::Visit | Step::Wait | Step::Ask | Step::Linked))
        && !long_done(app, v, a).await?
    {
        return Ok(Where::Attempt(a.id));
    }
    if v.link.purpose == Purpose::RepairAll {
        return Ok(next_to_mend(app, v).await?.map_or(Where::Earlier, |c| Where::Mend(Purpose::Repair(c.id))));
    }
    if v.link.purpose != Purpose::Connect && !attempts.iter().any(|a| matches!(a.step, Step::Linked | Step::Done)) {
        return Ok(Where::Mend(v.link.purpose));
    }
    if needs_proof(app, v).await? {
        return Ok(Where::Code);
    }
    Ok(if earlier(app, v).await?.is_empty() { Where::Search } else { Where::Earlier })
}

/// The next connection of this person that only they can mend.
#[crate::boxed]
pub async fn next_to_mend(app: &App, v: &Visitor) -> Result<Option<Connection>> {
    let all = earlier(app, v).await?.into_iter().map(|e| e.connection);
    Ok(all.into_iter().find(|c| c.state.waits_for_client() || c.state == model::ConnectionState::ConsentExpiring))
}

async fn long_done(app: &App, v: &Visitor, a: &Attempt) -> Result<bool> {
    if a.step != Step::Linked || app.now() - a.created_at < SHOWN {
        return Ok(false);
    }
    Ok(matches!(stage(app, v, a.id).await?.1, Stage::Done { .. }))
}
