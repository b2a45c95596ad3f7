//! After the accounts are there: whose they are, leaving, and a word when an institution is back.

use super::choose;
use super::door::Visitor;
use crate::jobs::{self, Job};
use crate::{App, Error, Result, accounts, events, facts, links};
use model::fact::{Fact, Owner};
use model::link::End;
use model::{AccountId, AttemptId, FaultKind, Span};
use serde_json::json;
use store::attempts::Step;

/// Whose each account is, as the client says. Accounts of another connection, or known before, are not touched.
#[crate::boxed]
pub async fn set_owners(app: &App, v: &Visitor, id: AttemptId, said: &[(AccountId, Vec<Owner>)]) -> Result<()> {
    choose::inside(v)?;
    let tx = app.store().begin(&v.scope).await?;
    let a = store::attempts::find(&tx, id).await?.filter(|a| a.link == v.link.id).ok_or(Error::NotFound)?;
    if a.step == Step::Done {
        return Ok(());
    }
    let connection = a.connection.ok_or(Error::NotFound)?;
    let members = store::members::of_household(&tx, v.link.household).await?;
    let own = store::accounts::of_connection(&tx, connection).await?;
    for (account, owners) in said {
        let row = own.iter().find(|x| x.id == *account && x.created_at >= a.created_at).ok_or(Error::NotFound)?;
        if accounts::owners_problem(owners, &members).is_some() {
            return Err(Error::field("owner", "Choose whose account it is"));
        }
        if row.owners == *owners {
            continue;
        }
        let version = store::facts::current(&tx, account.uuid()).await?.ok_or(Error::NotFound)?;
        let Fact::Account(mut fact) = version.fact else { return Err(Error::NotFound) };
        fact.owners = owners.clone();
        facts::say(app, &tx, &v.scope, v.link.household, Fact::Account(fact)).await?;
        events::record(app, &tx, &v.scope, Some(v.link.household), "account.owners_changed", account, json!({ "owners": owners.len() }))
            .await?;
    }
    store::attempts::done(&tx, id, app.now()).await?;
    Ok(tx.commit().await?)
}

/// *Exit*: after a connection the link ends (D2); before one it stays, and the client may come back. Says which. A browser that still
/// waits for its code ends nothing: it may be a stranger's.
#[crate::boxed]
pub async fn exit(app: &App, v: &Visitor) -> Result<bool> {
    choose::inside(v)?;
    let tx = app.store().begin(&v.scope).await?;
    let link = store::links::find(&tx, v.link.id).await?.ok_or(Error::NotFound)?;
    let finished = link.connected_at.is_some();
    if finished {
        links::end(app, &tx, &v.scope, &link, End::Finished).await?;
    }
    tx.commit().await?;
    Ok(finished)
}

/// "E-mail me when it is back", or not after all.
#[crate::boxed]
pub async fn tell_when_back(app: &App, v: &Visitor, id: AttemptId, tell: bool) -> Result<()> {
    choose::inside(v)?;
    let tx = app.store().begin(&v.scope).await?;
    let a = store::attempts::find(&tx, id).await?.filter(|a| a.link == v.link.id).ok_or(Error::NotFound)?;
    let down = a.fault.as_ref().is_some_and(|f| matches!(f.kind, FaultKind::InstitutionDown | FaultKind::ProviderDown));
    if !down || v.member.email.is_none() {
        return Err(Error::NotFound);
    }
    store::attempts::tell_when_back(&tx, id, tell).await?;
    if tell {
        jobs::enqueue(app, &tx, &Job::WatchInstitution { attempt: id }, app.now() + Span::minutes(15)).await?;
    }
    Ok(tx.commit().await?)
}
