//! Reading histories from the market-data service, for what somebody of the firm holds: what is new each day, and the whole of a history
//! that was adjusted anew. A file that the firm brought is never overwritten.

use super::{Security, by_key, found, save};
use crate::jobs::{self, Job, Outcome};
use crate::{App, Error, Result, events, policy};
use connect::market::{Market, Told};
use model::permission::Action;
use model::risk::file::Series;
use model::risk::{AssetClass, SINCE};
use model::{Date, FaultKind, FirmId, FirmScope, Span, Time};
use serde_json::json;

const EVERY: Span = Span::hours(24);
/// Securities that one unit of work saves.
const TOGETHER: usize = 10;
/// A job goes on in another run after this long: its lease is not much longer.
const LONGEST: Span = Span::seconds(45);

fn read_name(firm: FirmId) -> String {
    format!("prices.{firm}")
}

/// Which security was read last, while a reading goes on.
fn place_name(firm: FirmId) -> String {
    format!("prices.{firm}.at")
}

/// When the service was last read to the end for this firm.
#[crate::boxed]
pub(super) async fn read_at(app: &App, scope: &FirmScope) -> Result<Option<Time>> {
    let text = store::settings::text(&*app.store().read_system().await?, &read_name(scope.firm())).await?;
    Ok(text.and_then(|t| t.parse().ok()).map(Time))
}

/// Asks for a reading of every firm whose prices were not read for a day. Called now and then, by any node.
#[crate::boxed]
pub async fn keep_current(app: &App) -> Result<()> {
    if app.market().is_none() {
        return Ok(());
    }
    let firms = store::firms::all(&*app.store().read_system().await?).await?;
    for firm in firms {
        let scope = app.system_scope(firm.id);
        if read_at(app, &scope).await?.is_some_and(|at| app.now() - at < EVERY) {
            continue;
        }
        let tx = app.store().begin(&scope).await?;
        jobs::enqueue(app, &tx, &Job::RefreshPrices { firm: firm.id }, app.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// An administrator wants it now.
#[crate::boxed]
pub async fn hasten(app: &App, scope: &FirmScope) -> Result<()> {
    if app.market().is_none() {
        return Err(Error::Refused("No market-data service is set up. Prices come from files.".into()));
    }
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::ManageFirm, None).await?;
    jobs::hasten(app, &tx, &Job::RefreshPrices { firm: scope.firm() }).await?;
    events::record(app, &tx, scope, None, "prices.asked", scope.firm(), json!({})).await?;
    Ok(tx.commit().await?)
}

/// One history to read.
struct Wish {
    /// Under which it is kept here.
    key: String,
    name: String,
    class: Option<AssetClass>,
    /// What the service calls it.
    asked: String,
    /// The newest close that is kept, and its day.
    last: Option<Date>,
}

#[crate::boxed]
pub async fn refresh(app: &App, firm: FirmId) -> Result<Outcome> {
    // The service may have been taken out since.
    let Some(market) = app.market() else { return Ok(Outcome::Done) };
    let scope = app.system_scope(firm);
    let today = app.now().utc_date();
    let stand_ins = match market.stand_ins().await {
        Err(fault) if fault.kind == FaultKind::RateLimited => return later(app, fault.retry_after),
        other => other?,
    };
    let mut wishes = wishes(app, &scope, stand_ins).await?;
    wishes.sort_by(|a, b| a.key.cmp(&b.key));
    if let Some(done) = store::settings::text(&*app.store().read_system().await?, &place_name(firm)).await? {
        wishes.retain(|w| w.key > done);
    }
    let began = app.now();
    for some in wishes.chunks(TOGETHER) {
        let mut told = Vec::new();
        for wish in some {
            match ask(app, &scope, &market, wish, today).await {
                Err(Error::Fault(fault)) if fault.kind == FaultKind::RateLimited => {
                    keep(app, &scope, &market, told).await?;
                    return later(app, fault.retry_after);
                }
                other => told.extend(other?),
            }
        }
        keep(app, &scope, &market, told).await?;
        let tx = app.store().begin_system().await?;
        store::settings::put(&tx, &place_name(firm), some.last().map(|w| w.key.as_str()), None, app.now()).await?;
        tx.commit().await?;
        if app.now() - began > LONGEST {
            return later(app, Some(Span::ZERO));
        }
    }
    let tx = app.store().begin_system().await?;
    store::settings::remove(&tx, &place_name(firm)).await?;
    store::settings::put(&tx, &read_name(firm), Some(&app.now().0.to_string()), None, app.now()).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

fn later(app: &App, wait: Option<Span>) -> Result<Outcome> {
    Ok(Outcome::Again(app.now() + wait.unwrap_or(Span::minutes(1))))
}

async fn wishes(app: &App, scope: &FirmScope, stand_ins: Vec<(AssetClass, String)>) -> Result<Vec<Wish>> {
    let db = app.store().read(scope).await?;
    let kept = store::prices::all(&db).await?;
    let index = by_key(&kept);
    let ours = |s: &Security| s.source.starts_with("market ");
    let mut out: Vec<Wish> = Vec::new();
    for h in store::prices::held(&db).await? {
        let known = found(&index, &h.key, h.ticker.as_deref());
        if h.kind == "cash" || known.is_some_and(|k| !ours(k)) {
            continue;
        }
        // A ticker names it in most services; without one, the number of its identifier does.
        let asked = h.ticker.clone().or_else(|| h.key.split_once(':').filter(|(kind, _)| *kind != "own").map(|(_, id)| id.to_owned()));
        let Some(asked) = asked else { continue };
        let key = known.map_or(h.key, |k| k.key.clone());
        out.push(Wish { key, name: h.name, class: None, asked, last: known.map(|k| k.last) });
    }
    for (class, asked) in stand_ins {
        let key = class.stand_in();
        let known = index.get(key.as_str()).copied();
        if known.is_none_or(ours) {
            out.push(Wish {
                key,
                name: format!("Stands in for {}", class.name().to_lowercase()),
                class: Some(class),
                asked,
                last: known.map(|k| k.last),
            });
        }
    }
    Ok(out)
}

/// What is new of a history; all of it where the newest kept close comes back different.
async fn ask(app: &App, scope: &FirmScope, market: &Market, wish: &Wish, today: Date) -> Result<Option<Series>> {
    let whole = SINCE.saturating_sub(jiff::Span::new().days(14));
    let Some(told) = market.history(&wish.asked, wish.last.unwrap_or(whole), today).await? else { return Ok(None) };
    let mut told = told;
    if let Some(last) = wish.last
        && !agrees(app, scope, wish, last, &told).await?
    {
        match market.history(&wish.asked, whole, today).await? {
            Some(all) => told = all,
            None => return Ok(None),
        }
    }
    if told.unreadable > 0 {
        tracing::warn!(security = wish.key, rows = told.unreadable, "closes that cannot be read were left out");
    }
    let name = told.name.map_or_else(|| wish.name.clone(), |n| model::text::line(&n, 120));
    told.closes.retain(|c| c.day <= today);
    told.closes.sort_by_key(|c| c.day);
    told.closes.dedup_by_key(|c| c.day);
    if told.closes.is_empty() {
        return Ok(None);
    }
    let class = wish.class.or(told.class);
    Ok(Some(Series { key: wish.key.clone(), name, class, currency: told.currency, closes: told.closes, adjusted: true }))
}

async fn agrees(app: &App, scope: &FirmScope, wish: &Wish, last: Date, told: &Told) -> Result<bool> {
    let Some(now) = told.closes.iter().find(|c| c.day == last) else { return Ok(told.closes.is_empty()) };
    let db = app.store().read(scope).await?;
    let kept = store::prices::histories(&db, std::slice::from_ref(&wish.key), last.year()).await?;
    Ok(kept.get(&wish.key).is_some_and(|k| k.iter().any(|c| c.day == last && c.close == now.close)))
}

async fn keep(app: &App, scope: &FirmScope, market: &Market, told: Vec<Series>) -> Result<()> {
    // What came back as it is kept already changes nothing and is no event.
    let tx = app.store().begin(scope).await?;
    let mut keys = Vec::new();
    for series in told {
        let known = store::prices::find(&tx, &series.key).await?;
        let nothing_new = known.as_ref().is_some_and(|k| series.closes.iter().all(|c| c.day == k.last));
        if nothing_new || known.is_some_and(|k| k.currency != series.currency || !k.source.starts_with("market ")) {
            continue;
        }
        save(app, &tx, &series, &format!("market {}", market.card().name)).await?;
        keys.push(series.key);
    }
    if keys.is_empty() {
        return Ok(());
    }
    events::record(app, &tx, scope, None, "prices.refreshed", scope.firm(), json!({ "securities": keys })).await?;
    Ok(tx.commit().await?)
}
