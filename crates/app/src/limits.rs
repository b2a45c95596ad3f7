//! How often something may be tried: counted in the database before the try, so that many tries at once are many.

use crate::{App, Error, Result};
use model::{Span, Time};
use store::buckets::{self, Bucket};

/// At most `most` tries in each `span`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) most: i64,
    pub(crate) span: Span,
}

/// Sign-ins that fail, from one source.
pub(crate) const SOURCE: Limit = Limit { most: 30, span: Span::minutes(10) };
/// Sign-ins that fail at one firm, from wherever.
pub(crate) const FIRM: Limit = Limit { most: 300, span: Span::minutes(10) };
/// Tries at one challenge; then it is over.
pub(crate) const CHALLENGE: Limit = Limit { most: 5, span: Span::minutes(10) };
/// Codes of one account.
pub(crate) const CODES: Limit = Limit { most: 20, span: Span::hours(1) };

/// Counts a try; `TooMany` when there were too many already. `name` is the thing and who: `link|203.0.113.7`.
#[crate::boxed]
pub async fn take(app: &App, name: &str, most: i64, span: Span) -> Result<()> {
    count(app, name, Limit { most, span }).await
}

#[crate::boxed]
pub(crate) async fn count(app: &App, name: &str, limit: Limit) -> Result<()> {
    let now = app.now();
    let tx = app.store().begin_system().await?;
    let bucket = buckets::add(&tx, name, now + limit.span, now).await?;
    tx.commit().await?;
    if bucket.count > limit.most { Err(Error::TooMany(bucket.until - now)) } else { Ok(()) }
}

/// Asks without counting.
#[crate::boxed]
pub(crate) async fn still_free(app: &App, name: &str, limit: Limit) -> Result<()> {
    let now = app.now();
    let found = buckets::find(&*app.store().read_system().await?, name).await?;
    match found.filter(|b| now < b.until && b.count >= limit.most) {
        Some(b) => Err(Error::TooMany(b.until - now)),
        None => Ok(()),
    }
}

/// A try that turned out well does not count.
#[crate::boxed]
pub async fn forgive(app: &App, name: &str) -> Result<()> {
    let tx = app.store().begin_system().await?;
    buckets::give_back(&tx, name).await?;
    Ok(tx.commit().await?)
}

/// Failures are forgotten this long after the last.
const MEMORY: Span = Span::hours(24);
const FREE: i64 = 5;
const CLOSES: i64 = 50;

/// How long after the nth failure the next try waits.
pub(crate) fn wait_after(failures: i64) -> Span {
    match failures {
        ..FREE => Span::ZERO,
        n => Span::seconds(1 << (n - FREE).min(6)).min(Span::seconds(60)),
    }
}

/// Counts a try against an account as a failure until it turns out well, and says which it would be. Too soon after the last, or closed:
/// `TooMany`, and the try is not made.
#[crate::boxed]
pub(crate) async fn begin_try(app: &App, name: &str) -> Result<i64> {
    for _ in 0..8 {
        let now = app.now();
        let tx = app.store().begin_system().await?;
        let was = buckets::find(&tx, name).await?;
        let failures = was.filter(|b| now < b.until).map_or(0, |b| b.count);
        if let Some(was) = was.filter(|_| failures > 0) {
            let open = if failures >= CLOSES { was.until } else { opens(was) };
            if now < open {
                return Err(Error::TooMany(open - now));
            }
        }
        let is = Bucket { count: failures + 1, until: now + MEMORY };
        if buckets::swap(&tx, name, was, is).await? {
            tx.commit().await?;
            return Ok(is.count);
        }
    }
    Err(Error::Busy)
}

fn opens(b: Bucket) -> Time {
    b.until - MEMORY + wait_after(b.count)
}

/// The account is fine again.
#[crate::boxed]
pub(crate) async fn end_tries(app: &App, name: &str) -> Result<()> {
    let tx = app.store().begin_system().await?;
    buckets::remove(&tx, name).await?;
    Ok(tx.commit().await?)
}
