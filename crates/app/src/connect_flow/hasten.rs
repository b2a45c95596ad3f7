//! Looking sooner than at the next turn: the client is back, or a hook says that something ended.

use super::door::Visitor;
use super::run::kept;
use crate::jobs::{self, Job};
use crate::{App, Result};
use model::AttemptId;

/// The client is back from the provider's page: look now rather than at the next turn. Gives the attempt that they came from.
#[crate::boxed]
pub async fn returned(app: &App, v: &Visitor) -> Result<Option<AttemptId>> {
    super::choose::inside(v)?;
    let tx = app.store().begin(&v.scope).await?;
    let all = store::attempts::of_link(&tx, v.link.id).await?;
    let newest = all.iter().find(|a| a.step.is_open()).or(all.iter().find(|a| a.ended_at.is_none())).or(all.first());
    if let Some(a) = newest.filter(|a| a.step.is_open()) {
        jobs::hasten(app, &tx, &Job::PollAttempt { attempt: a.id }).await?;
    }
    tx.commit().await?;
    Ok(newest.map(|a| a.id))
}

/// A hook says that a link session ended: whichever attempt knows it is looked at now.
#[crate::boxed]
pub(crate) async fn hasten_open(app: &App, provider: &str, link_token: &str) -> Result<()> {
    let open = store::attempts::open_at(&*app.store().read_system().await?, provider).await?;
    for a in open {
        let scope = app.system_scope(a.firm);
        let kept = kept(app, &*app.store().read(&scope).await?, &a).await?;
        if kept.is_some_and(|k| k.pending.contains(link_token)) {
            let tx = app.store().begin(&scope).await?;
            jobs::hasten(app, &tx, &Job::PollAttempt { attempt: a.id }).await?;
            tx.commit().await?;
            break;
        }
    }
    Ok(())
}
