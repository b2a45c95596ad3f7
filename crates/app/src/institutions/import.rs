//! Reading a provider's whole directory, page by page. It goes on where it stopped: a provider that slows us down, or a restart in the
//! middle, costs nothing that was read.

use super::{rebuild, weather};
use crate::jobs::{self, Job, Outcome};
use crate::{App, Error, Result};
use connect::{InstitutionCard, Page};
use futures_util::{StreamExt, stream};
use model::{FaultKind, Span, Time};
use serde::{Deserialize, Serialize};
use std::pin::pin;
use store::institutions::Institution;

const PAGE: u32 = 500;
/// Pages asked for at once.
const AHEAD: usize = 3;
/// A directory changes slowly.
const EVERY: Span = Span::hours(24);
/// A provider that suddenly lists much less than before is more likely broken than right.
const LEAST_SHARE: i64 = 2;

/// How far an import is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Progress {
    began: Time,
    offset: u32,
}

fn progress_name(provider: &str) -> String {
    format!("import.{provider}")
}

fn done_name(provider: &str) -> String {
    format!("imported.{provider}")
}

/// Reads a provider's directory from where the last try stopped.
#[crate::boxed]
pub async fn import(app: &App, provider: &str) -> Result<Outcome> {
    let connector = app.connector(provider).ok_or(Error::Internal("no such provider is configured"))?;
    let mut at = progress(app, provider).await?;
    // The next pages are on their way while one is saved; they arrive in order.
    let ask = |offset| {
        let connector = connector.clone();
        async move { connector.institutions(Page { offset, count: PAGE }).await }
    };
    let mut pages = pin!(stream::iter((at.offset..).step_by(PAGE as usize)).map(ask).buffered(AHEAD));
    while let Some(page) = pages.next().await {
        let page = match page {
            Ok(page) => page,
            Err(fault) if fault.kind == FaultKind::RateLimited => {
                return Ok(Outcome::Again(app.now() + fault.retry_after.unwrap_or(Span::minutes(1))));
            }
            Err(fault) => return Err(fault.into()),
        };
        at.offset += PAGE;
        let last = page.institutions.is_empty() || at.offset >= page.total;
        save(app, provider, &page.institutions, at).await?;
        if last {
            break;
        }
    }
    finish(app, provider, at.began).await?;
    rebuild(app).await?;
    Ok(Outcome::Done)
}

async fn progress(app: &App, provider: &str) -> Result<Progress> {
    let kept = store::settings::text(&*app.store().read_system().await?, &progress_name(provider)).await?;
    let kept: Option<Progress> = kept.and_then(|text| serde_json::from_str(&text).ok());
    // What was begun yesterday would mix two states of the directory.
    Ok(kept.filter(|p| app.now() - p.began < EVERY).unwrap_or(Progress { began: app.now(), offset: 0 }))
}

async fn save(app: &App, provider: &str, cards: &[InstitutionCard], at: Progress) -> Result<()> {
    let rows: Vec<Institution> = cards.iter().map(|c| row(app, provider, c)).collect();
    let text = serde_json::to_string(&at).map_err(|_| Error::Internal("import progress"))?;
    let tx = app.store().begin_system().await?;
    store::institutions::upsert(&tx, &rows, at.began).await?;
    store::settings::put(&tx, &progress_name(provider), Some(&text), None, app.now()).await?;
    Ok(tx.commit().await?)
}

/// Our pages lead there: what a browser would run instead of opening is no address.
fn is_page(url: &str) -> bool {
    url.parse::<url::Url>().is_ok_and(|u| matches!(u.scheme(), "https" | "http"))
}

fn row(app: &App, provider: &str, card: &InstitutionCard) -> Institution {
    Institution {
        id: app.random().id(app.now()),
        provider: provider.into(),
        external_id: card.external_id.clone(),
        name: card.name.clone(),
        url: card.url.clone().filter(|u| is_page(u)),
        countries: card.countries.clone(),
        products: card.products.clone(),
        oauth: card.oauth,
        colour: card.colour.clone(),
        state: weather(card),
        popularity: 0,
        retired_at: None,
    }
}

async fn finish(app: &App, provider: &str, began: Time) -> Result<()> {
    let tx = app.store().begin_system().await?;
    let (listed, seen) = store::institutions::seen(&tx, provider, began).await?;
    if seen * LEAST_SHARE >= listed {
        let retired = store::institutions::retire_unseen(&tx, provider, began).await?;
        tracing::info!(provider, seen, retired, "directory imported");
    } else {
        tracing::warn!(provider, listed, seen, "the provider lists much less than before: nothing is retired");
    }
    store::settings::remove(&tx, &progress_name(provider)).await?;
    store::settings::put(&tx, &done_name(provider), Some(&began.0.to_string()), None, app.now()).await?;
    Ok(tx.commit().await?)
}

/// When a provider's directory was last read to its end.
#[crate::boxed]
pub async fn imported_at(app: &App, provider: &str) -> Result<Option<Time>> {
    let text = store::settings::text(&*app.store().read_system().await?, &done_name(provider)).await?;
    Ok(text.and_then(|t| t.parse().ok()).map(Time))
}

/// Asks for an import of every directory that was not read for a day. Called now and then, by any node.
#[crate::boxed]
pub async fn keep_current(app: &App) -> Result<()> {
    for connector in app.connectors() {
        let provider = connector.card().key;
        if imported_at(app, provider).await?.is_some_and(|at| app.now() - at < EVERY) {
            continue;
        }
        let tx = app.store().begin_system().await?;
        jobs::enqueue_system(app, &tx, &Job::ImportInstitutions { provider: provider.into() }, app.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_page;

    #[test]
    fn only_what_opens_as_a_page_is_an_address() {
        for good in ["https://sable.example/sign-in", "HTTP://sable.example"] {
            assert!(is_page(good), "{good}");
        }
        for bad in ["javascript:alert(1)", "data:text/html,x", " javascript:alert(1)", "file:///etc/passwd", "sable.example", ""] {
            assert!(!is_page(bad), "{bad}");
        }
    }
}
