//! The first values can take a while. A client who asks, or leaves meanwhile, is told once when they are there.

use super::door::Visitor;
use super::{choose, watch};
use crate::jobs::{self, Job, Outcome};
use crate::mail::{self, letters};
use crate::{App, Error, Result};
use model::{AttemptId, FirmId, Span, Time};
use store::attempts::{Attempt, Step};
use store::{Firm, connections::Removal};

/// Quick at first, slower later, and after a week never.
fn next(since: Span) -> Option<Span> {
    match since.as_seconds() {
        ..600 => Some(Span::seconds(30)),
        600..7200 => Some(Span::minutes(5)),
        _ if since < Span::days(7) => Some(Span::minutes(30)),
        _ => None,
    }
}

/// Linked, and the first values are still on their way.
async fn is_collecting(db: &Firm, a: &Attempt) -> Result<bool> {
    let Some(c) = a.connection.filter(|_| a.step == Step::Linked) else { return Ok(false) };
    Ok(store::connections::find(db, c).await?.is_some_and(|c| c.fresh_link && c.removal == Removal::None))
}

/// Where a word can be sent; none where the firm sends none or nobody's mailbox is known.
pub fn mailbox_of(app: &App, v: &Visitor) -> Option<String> {
    v.member.email.clone().filter(|_| mail::why_not(app, &v.firm).is_none())
}

/// "E-mail me when they are there", or not after all.
#[crate::boxed]
pub async fn tell_when_arrived(app: &App, v: &Visitor, id: AttemptId, tell: bool) -> Result<()> {
    choose::inside(v)?;
    let tx = app.store().begin(&v.scope).await?;
    let a = store::attempts::find(&tx, id).await?.filter(|a| a.link == v.link.id).ok_or(Error::NotFound)?;
    if !is_collecting(&tx, &a).await? || mailbox_of(app, v).is_none() {
        return Err(Error::NotFound);
    }
    set(app, &tx, &a, tell).await?;
    Ok(tx.commit().await?)
}

/// Somebody leaves. Whatever is still on its way is told of when it is there.
#[crate::boxed]
pub async fn leave(app: &App, v: &Visitor) -> Result<()> {
    if !v.is_in() || mailbox_of(app, v).is_none() {
        return Ok(());
    }
    let tx = app.store().begin(&v.scope).await?;
    for a in store::attempts::of_link(&tx, v.link.id).await? {
        if !a.tell_when_back && is_collecting(&tx, &a).await? {
            set(app, &tx, &a, true).await?;
        }
    }
    Ok(tx.commit().await?)
}

async fn set(app: &App, tx: &Firm, a: &Attempt, tell: bool) -> Result<()> {
    store::attempts::tell_when_back(tx, a.id, tell).await?;
    if tell {
        jobs::enqueue(app, tx, &Job::TellArrived { attempt: a.id }, app.now() + Span::seconds(30)).await?;
    }
    Ok(())
}

/// Looks whether the values have come, and writes once.
#[crate::boxed]
pub async fn arrived(app: &App, firm: FirmId, id: AttemptId) -> Result<Outcome> {
    let scope = app.system_scope(firm);
    let now: Time = app.now();
    let tx = app.store().begin(&scope).await?;
    let Some(a) = store::attempts::find(&tx, id).await?.filter(|a| a.tell_when_back) else { return Ok(Outcome::Done) };
    let Some(c) = a.connection else { return Ok(Outcome::Done) };
    let Some(c) = store::connections::find(&tx, c).await?.filter(|c| c.removal == Removal::None) else { return Ok(Outcome::Done) };
    let there = !c.fresh_link && store::accounts::of_connection(&tx, c.id).await?.iter().any(|x| x.state.counts());
    if !there {
        // What only the client can mend is said by the adviser, with a link.
        let waits = c.state.waits_for_client();
        return Ok(next(now - a.created_at).filter(|_| !waits).map_or(Outcome::Done, |s| Outcome::Again(now + s)));
    }
    store::attempts::tell_when_back(&tx, id, false).await?;
    watch::tell(app, &tx, &a, letters::Kind::Arrived, "arrived").await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}
