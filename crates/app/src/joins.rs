//! Which accounts are one. Asked about once, joined and taken apart by people: the account that was known stays, with its name, owners
//! and history, and the other stands behind it, whole, so that the two can be two again.

mod act;
pub mod gone;
mod onward;
mod part;
mod path;
mod question;

mod view;

pub use act::{link, successors, targets};
pub use gone::{Gone, Vanished};
pub(crate) use onward::go_on;
pub use part::part;
pub(crate) use path::path_chosen;
pub use path::{prefer, split};
pub use question::{Answer, answer, answer_own};
pub use view::{Apart, Asked, Doubled, Line, Page, Paths, Side, doubled, own, page, paths, paths_of_client};

use crate::sync::reconcile_words;
use crate::{App, Error, Result, facts};
use model::account::{AccountState, Source};
use model::fact::{AccountFact, Fact};
use model::identity::Reason;
use model::{AccountId, ConnectionId, HouseholdId};
use store::Firm;
use store::connections::Removal;
use store::joins::Times;

/// Reasons in words, one line.
pub fn because(reasons: &[Reason]) -> String {
    reconcile_words(reasons)
}

/// The current version of an account that is shown: not deleted, not behind another.
async fn current(db: &Firm, id: AccountId) -> Result<(HouseholdId, AccountFact)> {
    let version = store::facts::current(db, id.uuid()).await?.ok_or(Error::NotFound)?;
    match version.fact {
        Fact::Account(f) if f.state != AccountState::Deleted && f.same_as.is_none() => Ok((version.household, f)),
        _ => Err(Error::NotFound),
    }
}

/// Whether a connection is there and brings values.
async fn works(db: &Firm, id: ConnectionId) -> Result<bool> {
    Ok(store::connections::find(db, id).await?.is_some_and(|c| c.removal == Removal::None && !c.state.needs_attention()))
}

async fn is_there(db: &Firm, id: ConnectionId) -> Result<bool> {
    Ok(store::connections::find(db, id).await?.is_some_and(|c| c.removal == Removal::None))
}

async fn times(db: &Firm, id: AccountId) -> Result<Times> {
    let f = store::accounts::find(db, id).await?.ok_or(Error::NotFound)?.figures;
    Ok(Times { confirmed: f.confirmed_at, missing: f.missing_since })
}

/// Makes the figures of an account again from its log; without a row in it, nothing that was received is shown.
async fn project(db: &Firm, fact: &AccountFact) -> Result<()> {
    if fact.manual.is_some() {
        return Ok(store::received::clear(db, fact.id, true).await?);
    }
    let seq = store::received::last_seq(db, fact.id).await?;
    match store::rebuild::made(db, fact.id, seq).await? {
        Some((made, from)) => Ok(store::rebuild::show(db, fact.id, &made, &from).await?),
        // An account that was typed and never received keeps what was typed until the first values come.
        None => Ok(store::received::clear(db, fact.id, fact.source == Source::Manual).await?),
    }
}

async fn say(app: &App, db: &Firm, scope: &model::FirmScope, household: HouseholdId, fact: &AccountFact) -> Result<()> {
    facts::say(app, db, scope, household, Fact::Account(fact.clone())).await
}
