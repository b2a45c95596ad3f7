//! The worker: a reconciler with no input. It looks for what is due, runs it within its limits, and sleeps until woken or due.

use super::run;
use crate::{App, jobs};
use model::Span;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Refreshes side by side on one node.
const AT_ONCE: usize = 32;
/// Jobs taken in one go.
const JOBS: u32 = 16;
/// How long the worker sleeps at most; clicks and hooks wake it earlier.
const NAP: Duration = Duration::from_millis(500);
/// Done jobs are kept this long for people to look at.
const KEEP_DONE: Span = Span::days(7);

/// Works until `stop` turns true, then lets what runs finish.
#[crate::boxed]
pub async fn work(app: App, mut stop: watch::Receiver<bool>) {
    let refreshes = tokio::spawn(refreshes(app.clone(), stop.clone()));
    while !*stop.borrow() {
        if app.store().is_stopped() {
            tracing::error!("the write path has failed; the worker stops");
            break;
        }
        let ran = jobs::run_due(&app, JOBS).await.unwrap_or_else(|e| {
            tracing::error!(error = %e, "jobs could not be run");
            0
        });
        if ran == 0 {
            tokio::select! {
                _ = stop.changed() => {}
                _ = app.woken() => {}
                _ = tokio::time::sleep(NAP) => sweep(&app).await,
            }
        }
    }
    let _ = refreshes.await;
}

async fn refreshes(app: App, mut stop: watch::Receiver<bool>) {
    let mut running = JoinSet::new();
    while !*stop.borrow() && !app.store().is_stopped() {
        while let Some(done) = running.try_join_next() {
            log(done);
        }
        let free = AT_ONCE - running.len();
        let claimed = match run::claim(&app, free as u32).await {
            Ok(c) => c,
            Err(e) => {
                tracing::error!(error = %e, "nothing could be claimed");
                Vec::new()
            }
        };
        let idle = claimed.is_empty();
        for c in claimed {
            let app = app.clone();
            running.spawn(async move { run::refresh_one(&app, c).await });
        }
        if running.len() >= AT_ONCE {
            if let Some(done) = running.join_next().await {
                log(done);
            }
        } else if idle {
            tokio::select! {
                _ = stop.changed() => {}
                _ = app.due() => {}
                _ = tokio::time::sleep(NAP) => {}
            }
        }
    }
    while let Some(done) = running.join_next().await {
        log(done);
    }
}

fn log(done: Result<crate::Result<()>, tokio::task::JoinError>) {
    match done {
        Ok(Ok(())) => {}
        Ok(Err(e)) => tracing::error!(error = %e, "a refresh could not be saved"),
        Err(e) => tracing::error!(error = %e, "a refresh ended badly"),
    }
}

async fn sweep(app: &App) {
    let before = app.now() - KEEP_DONE;
    let Ok(tx) = app.store().begin_system().await else { return };
    let swept = store::jobs::sweep(&tx, before).await.is_ok() && crate::reliability::sweep(app, &tx).await.is_ok();
    if swept {
        let _ = tx.commit().await;
    }
    if let Err(e) = crate::sessions::sweep(app).await {
        tracing::error!(error = %e, "what has run out could not be removed");
    }
}
