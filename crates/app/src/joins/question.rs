//! "Is this the same account?": asked once, to the client in their portal and to the adviser; whoever answers first, answers for good.

use super::act::{Kind, join};
use super::current;
use crate::portal::{self, Lens};
use crate::{App, Error, Result, events, policy};
use model::account::AccountState;
use model::permission::Action;
use model::portal::{Area, Right};
use model::{AccountId, FirmScope, HouseholdId};
use serde_json::json;
use store::Firm;
use store::joins::Question;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The same as this one.
    Same(AccountId),
    /// Another account than all that were asked about.
    Another,
}

/// The questions about accounts that came by the client's own sign-ins. Where the other one is not shared with them, the adviser alone is
/// asked.
#[crate::boxed]
pub async fn of_client(db: &Firm, lens: &Lens) -> Result<Vec<Question>> {
    let mut out = Vec::new();
    if !lens.holds(Right::Connect) {
        return Ok(out);
    }
    for q in store::joins::open(db, lens.household).await? {
        let own = [is_own(db, lens, q.account).await?, is_own(db, lens, q.other).await?];
        let sees_both = lens.holds(Right::View(Area::Financials)) || own == [true, true];
        if own.contains(&true) && sees_both {
            out.push(q);
        }
    }
    Ok(out)
}

/// Whether the client's own sign-in feeds it.
#[crate::boxed]
pub(super) async fn is_own(db: &Firm, lens: &Lens, account: AccountId) -> Result<bool> {
    let Some(connection) = store::accounts::find(db, account).await?.and_then(|a| a.connection) else { return Ok(false) };
    Ok(store::connections::find(db, connection).await?.is_some_and(|c| c.member == lens.member))
}

#[crate::boxed]
pub async fn answer(app: &App, scope: &FirmScope, account: AccountId, answer: Answer) -> Result<HouseholdId> {
    let tx = app.store().begin(scope).await?;
    let (household, _) = current(&tx, account).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(household)).await?;
    decide(app, &tx, scope, household, account, answer).await?;
    tx.commit().await?;
    app.wake();
    Ok(household)
}

/// The client's own answer.
#[crate::boxed]
pub async fn answer_own(app: &App, lens: &Lens, account: AccountId, answer: Answer) -> Result<()> {
    lens.act(Right::Connect)?;
    let tx = app.store().begin(&lens.scope).await?;
    let now = portal::enter_in(&tx, &lens.scope, lens.household).await?;
    now.act(Right::Connect)?;
    if !of_client(&tx, &now).await?.iter().any(|q| q.account == account) {
        return Err(Error::NotFound);
    }
    decide(app, &tx, &lens.scope, lens.household, account, answer).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

async fn decide(app: &App, db: &Firm, scope: &FirmScope, household: HouseholdId, account: AccountId, answer: Answer) -> Result<()> {
    store::connections::lock_household(db, household).await?;
    let open: Vec<Question> = store::joins::open(db, household).await?.into_iter().filter(|q| q.account == account).collect();
    if open.is_empty() {
        return Err(Error::Refused("Somebody has answered this already.".into()));
    }
    let by = scope.actor().to_string();
    match answer {
        Answer::Same(other) => {
            let q = open.iter().find(|q| q.other == other).ok_or(Error::NotFound)?;
            let (_, known) = current(db, other).await?;
            if known.state == AccountState::Deleted {
                return Err(Error::NotFound);
            }
            join(app, db, scope, other, account, Kind::Same, &q.reasons).await?;
        }
        Answer::Another => {
            for q in &open {
                store::joins::settle(db, q.account, q.other, "different", &by, app.now()).await?;
                let detail = json!({ "other": q.other });
                events::record(app, db, scope, Some(household), "account.kept_apart", account, detail).await?;
            }
        }
    }
    Ok(())
}
