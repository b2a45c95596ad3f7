//! Joins two accounts into one, in one transaction.

use super::{current, is_there, project, say, times, works};
use crate::{App, Error, Result, events, policy};
use model::account::{AccountState, PortfolioKind, Source};
use model::fact::AccountFact;
use model::identity::Reason;
use model::permission::Action;
use model::{AccountId, FirmScope, HouseholdId, JoinId};
use serde_json::json;
use store::Firm;
use store::accounts::Account;
use store::joins::{Before, Join, Question};

/// Why two accounts become one: it decides which of the two brings the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Somebody said that they are the same.
    Same,
    /// What was kept by hand is fed from now on.
    Link,
    /// The one went on as the other.
    Moved,
}

impl Kind {
    fn key(self) -> &'static str {
        match self {
            Kind::Same => "same",
            Kind::Link => "link",
            Kind::Moved => "moved",
        }
    }
    fn event(self) -> &'static str {
        match self {
            Kind::Same => "account.made_one",
            Kind::Link => "account.linked",
            Kind::Moved => "account.moved",
        }
    }
}

/// `face` is shown from now on, with its own name, owners and history; `path` stands behind it. The caller has looked whether it may.
#[crate::boxed]
pub(super) async fn join(
    app: &App,
    db: &Firm,
    scope: &FirmScope,
    face: AccountId,
    path: AccountId,
    kind: Kind,
    reasons: &[Reason],
) -> Result<HouseholdId> {
    let (household, at_first) = current(db, face).await?;
    let (other, second) = current(db, path).await?;
    if household != other || face == path {
        return Err(Error::NotFound);
    }
    // Answers that are being applied are finished first; then nobody else adds to this household.
    store::joins::hold(db, &[at_first.connection, second.connection]).await?;
    store::connections::lock_household(db, household).await?;
    let ((_, old), (_, new)) = (current(db, face).await?, current(db, path).await?);
    if new.source == Source::Manual {
        return Err(Error::Refused("Choose an account whose values arrive by themselves.".into()));
    }
    let face_times = times(db, face).await?;
    let feeds = feeds(db, &old, &new, face_times.missing.is_some(), kind).await?;
    let before = Before {
        face_times,
        path_times: times(db, path).await?,
        face_seq: store::received::last_seq(db, face).await?,
        face: old.clone(),
        path: new.clone(),
        split: false,
        feeds,
    };
    let behind = AccountFact { same_as: Some(face), connection: None, ..new.clone() };
    say(app, db, scope, household, &behind).await?;
    store::aliases::move_all(db, path, face).await?;
    let shown = fed(&old, &new, feeds);
    if shown != old {
        say(app, db, scope, household, &shown).await?;
    }
    if feeds || new.source == Source::File {
        copy(db, path, face).await?;
        project(db, &shown).await?;
    }
    if feeds {
        store::received::set_times(db, face, before.path_times).await?;
    }
    let id: JoinId = app.random().id(app.now());
    let by = scope.actor().to_string();
    let row = Join {
        id,
        household,
        face,
        path,
        kind: kind.key().into(),
        reasons: reasons.to_vec(),
        before,
        joined_at: app.now(),
        joined_by: by.clone(),
    };
    store::joins::insert(db, &row).await?;
    if kind == Kind::Same {
        store::joins::say_same_institution(db, &old.institution, &new.institution, app.now()).await?;
    }
    settle_questions(app, db, household, face, path, &by).await?;
    let detail = json!({ "with": path, "institution": new.institution, "feeds": feeds, "reasons": reasons, "join": id });
    events::record(app, db, scope, Some(household), kind.event(), face, detail).await?;
    Ok(household)
}

/// Whether the second path brings the values: what is kept by hand, has stopped or went on elsewhere is fed by it.
async fn feeds(db: &Firm, old: &AccountFact, new: &AccountFact, missing: bool, kind: Kind) -> Result<bool> {
    let there = match new.connection {
        Some(c) => is_there(db, c).await?,
        None => new.source == Source::File,
    };
    if old.source == Source::Manual || kind == Kind::Moved {
        return Ok(true);
    }
    let goes_on = match old.connection {
        Some(c) => old.state == AccountState::Live && !missing && works(db, c).await?,
        None => false,
    };
    Ok(there && new.connection.is_some() && !goes_on)
}

/// The account as it is shown once it is fed by the other: its own name, owners and place.
fn fed(old: &AccountFact, new: &AccountFact, feeds: bool) -> AccountFact {
    if !feeds {
        return old.clone();
    }
    AccountFact {
        institution: new.institution.clone(),
        mask: new.mask.clone().or_else(|| old.mask.clone()),
        source: new.source,
        state: new.state,
        connection: new.connection,
        manual: None,
        closed_on: None,
        ..old.clone()
    }
}

/// What was received for the one is written to the other's log as well, with its own times: each day shows what was known of it.
async fn copy(db: &Firm, from: AccountId, to: AccountId) -> Result<()> {
    let mut seq = store::received::last_seq(db, to).await?;
    for r in store::received::history(db, from).await? {
        let encoded = store::received::encode(&r.held, &r.worth, r.as_of)?;
        if store::received::has(db, to, &encoded).await? {
            continue;
        }
        seq += 1;
        store::received::append(db, to, seq, &encoded, None, r.received_at).await?;
    }
    Ok(())
}

/// The question is answered by the join; what was asked about the second account is asked about the first, if it never was.
async fn settle_questions(app: &App, db: &Firm, household: HouseholdId, face: AccountId, path: AccountId, by: &str) -> Result<()> {
    store::joins::settle(db, face, path, "same", by, app.now()).await?;
    for q in store::joins::of_one(db, household, path).await? {
        store::joins::settle(db, q.account, q.other, "settled", by, app.now()).await?;
        let third = if q.account == path { q.other } else { q.account };
        if third != face {
            store::joins::ask(db, &Question { account: third, other: face, ..q }).await?;
        }
    }
    Ok(())
}

/// Links an account that is kept by hand to one that a connection brings (or back: an account of a connection to a second one of it).
#[crate::boxed]
pub async fn link(app: &App, scope: &FirmScope, by_hand: AccountId, fed: AccountId) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    let (household, fact) = current(&tx, by_hand).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(household)).await?;
    if fact.source != Source::Manual {
        return Err(Error::Refused("This account’s values arrive by themselves.".into()));
    }
    join(app, &tx, scope, by_hand, fed, Kind::Link, &[Reason::SaidByPeople]).await?;
    Ok(tx.commit().await?)
}

/// Accounts of a household that another one can be linked to or can have gone on as: in Current, with values that arrive by themselves,
/// not fed by the same name.
#[crate::boxed]
pub(super) async fn others(db: &Firm, household: HouseholdId, but: AccountId) -> Result<Vec<Account>> {
    let current = store::portfolios::of_household(db, household).await?.into_iter().find(|p| p.kind == PortfolioKind::Current);
    let mut all = store::accounts::of_household(db, household).await?;
    all.retain(|a| a.id != but && a.source != Source::Manual && current.as_ref().is_some_and(|p| p.id == a.portfolio));
    Ok(all)
}

/// What an account that is kept by hand can be linked to; those of its own family first.
#[crate::boxed]
pub async fn targets(app: &App, scope: &FirmScope, by_hand: AccountId) -> Result<(Account, Vec<Account>)> {
    let db = app.store().read(scope).await?;
    let account = store::accounts::find(&db, by_hand).await?.filter(|a| a.same_as.is_none()).ok_or(Error::NotFound)?;
    policy::check(app, &db, scope, Action::EditHousehold, Some(account.household)).await?;
    if account.source != Source::Manual || account.state == AccountState::Deleted {
        return Err(Error::NotFound);
    }
    let mut all = others(&db, account.household, by_hand).await?;
    all.retain(|a| a.state == AccountState::Live);
    all.sort_by_key(|a| (a.kind != account.kind, a.kind.is_debt() != account.kind.is_debt(), a.name.to_lowercase()));
    Ok((account, all))
}

/// What a vanished account can have gone on as; the newest first.
#[crate::boxed]
pub async fn successors(db: &Firm, account: &Account) -> Result<Vec<Account>> {
    let mut all = others(db, account.household, account.id).await?;
    all.retain(|a| a.state == AccountState::Live && a.figures.missing_since.is_none());
    all.sort_by_key(|a| (a.kind != account.kind, std::cmp::Reverse(a.created_at), a.id));
    Ok(all)
}
