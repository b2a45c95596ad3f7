//! Closed, moved or hidden? Asked about an account that the institution does not show any more. Nothing is guessed: until somebody says,
//! the last value stays with its date.

use super::act::{Kind, join, successors};
use super::question::is_own;
use super::{current, say};
use crate::portal::{self, Lens};
use crate::{App, Error, Result, connections, events, policy};
use model::account::AccountState;
use model::fact::AccountFact;
use model::identity::Reason;
use model::permission::Action;
use model::portal::Right;
use model::{AccountId, FirmScope, HouseholdId, Time};
use serde_json::json;
use store::Firm;
use store::accounts::Account;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// It is no more: out of the totals from now on, its history stays.
    Closed,
    /// It went on as another account of this household.
    Moved(AccountId),
    /// It is there, and the institution does not show it: the last value stays with its date, and it comes back by itself.
    Hidden,
}

/// An account that vanished, and what it can have gone on as.
#[derive(Debug, Clone)]
pub struct Vanished {
    pub account: Account,
    pub since: Time,
    pub successors: Vec<Account>,
    /// Somebody has said what became of it: `closed`, `moved`, `hidden`.
    pub answer: Option<String>,
}

/// The accounts of a household that vanished and that nobody has said anything about.
#[crate::boxed]
pub async fn open(db: &Firm, household: HouseholdId) -> Result<Vec<Vanished>> {
    let said = store::joins::vanished(db, household).await?;
    let mut out = Vec::new();
    for account in store::accounts::of_household(db, household).await? {
        let Some(since) = account.figures.missing_since.filter(|_| account.state == AccountState::Live) else { continue };
        // An answer holds for the time that it was given about: who comes back and vanishes again is asked about again.
        let answer = said.iter().find(|(id, _, at)| *id == account.id && *at == since).map(|(_, a, _)| a.clone());
        if answer.is_none() {
            out.push(Vanished { successors: successors(db, &account).await?, since, answer, account });
        }
    }
    Ok(out)
}

/// What the firm's own people say.
#[crate::boxed]
pub async fn settle(app: &App, scope: &FirmScope, account: AccountId, what: Gone) -> Result<HouseholdId> {
    let tx = app.store().begin(scope).await?;
    let (household, _) = current(&tx, account).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(household)).await?;
    decide(app, &tx, scope, account, what).await?;
    tx.commit().await?;
    app.wake();
    Ok(household)
}

/// What the client says of an account that came by their own sign-in.
#[crate::boxed]
pub async fn settle_own(app: &App, lens: &Lens, account: AccountId, what: Gone) -> Result<()> {
    lens.act(Right::Connect)?;
    let tx = app.store().begin(&lens.scope).await?;
    portal::enter_in(&tx, &lens.scope, lens.household).await?.act(Right::Connect)?;
    let asked = of_client(&tx, lens).await?.into_iter().find(|v| v.account.id == account).ok_or(Error::NotFound)?;
    if let Gone::Moved(to) = what
        && !asked.successors.iter().any(|a| a.id == to)
    {
        return Err(Error::NotFound);
    }
    decide(app, &tx, &lens.scope, account, what).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// Those of the client's own connections, gone on as others of their own: what somebody else's sign-in feeds is not theirs to put away.
#[crate::boxed]
pub async fn of_client(db: &Firm, lens: &Lens) -> Result<Vec<Vanished>> {
    let mut out = Vec::new();
    if !lens.holds(Right::Connect) {
        return Ok(out);
    }
    for mut v in open(db, lens.household).await? {
        if !is_own(db, lens, v.account.id).await? {
            continue;
        }
        let mut own = Vec::new();
        for a in v.successors {
            if is_own(db, lens, a.id).await? {
                own.push(a);
            }
        }
        v.successors = own;
        out.push(v);
    }
    Ok(out)
}

async fn decide(app: &App, db: &Firm, scope: &FirmScope, account: AccountId, what: Gone) -> Result<()> {
    let (household, first) = current(db, account).await?;
    store::joins::hold(db, &[first.connection]).await?;
    store::connections::lock_household(db, household).await?;
    let (_, fact) = current(db, account).await?;
    let missing = store::accounts::find(db, account).await?.and_then(|a| a.figures.missing_since);
    let Some(since) = missing.filter(|_| fact.state == AccountState::Live) else {
        return Err(Error::Refused("The account is in the institution’s answer again.".into()));
    };
    let by = scope.actor().to_string();
    let word = match what {
        Gone::Closed => {
            let day = policy::today(app, db).await?;
            let connection = fact.connection;
            say(app, db, scope, household, &AccountFact { state: AccountState::Muted, connection: None, closed_on: Some(day), ..fact })
                .await?;
            store::connections::hold_back(db, household, account).await?;
            events::record(app, db, scope, Some(household), "account.closed", account, json!({ "connection": connection })).await?;
            if let Some(c) = connection
                && store::connections::feeds(db, c).await? == 0
            {
                connections::end(app, db, scope, c, "account.closed").await?;
            }
            "closed"
        }
        Gone::Moved(to) => {
            join(app, db, scope, account, to, Kind::Moved, &[Reason::SaidByPeople]).await?;
            "moved"
        }
        Gone::Hidden => {
            events::record(app, db, scope, Some(household), "account.hidden_there", account, json!({})).await?;
            "hidden"
        }
    };
    Ok(store::joins::say_vanished(db, account, word, since, &by, app.now()).await?)
}
