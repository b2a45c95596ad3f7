//! Price histories: brought as files with a preview, or read from a market-data service; what is kept, and what is held without one.

mod market;

pub use market::{hasten, keep_current, refresh};

use crate::{App, Error, Result, events, policy};
use jiff::tz::TimeZone;
use model::permission::Action;
use model::risk::file::{Read, Series, histories};
use model::risk::{Close, SINCE};
use model::{Currency, Date, FirmScope, ImportId, Span, Time, text};
use serde_json::json;
use std::collections::BTreeMap;
use store::Firm;
pub use store::prices::{File, Held, Security};

/// The largest file: eighteen years of a hundred securities.
pub const MOST_BYTES: usize = 32 << 20;
const KEPT: Span = Span::hours(24);

#[derive(Debug, Clone)]
pub struct View {
    pub kept: Vec<Security>,
    /// Held by somebody, without a history of its own.
    pub without: Vec<Held>,
    /// The market-data service: its name, and when it was last read to the end.
    pub market: Option<(String, Option<Time>)>,
    pub zone: TimeZone,
    pub today: Date,
}

/// Where a position's history is kept: under the security's own key, or by its ticker where files name it so.
pub fn found<'a>(kept: &'a BTreeMap<&str, &Security>, key: &str, ticker: Option<&str>) -> Option<&'a Security> {
    let by_ticker = || kept.get(format!("ticker:{}", ticker?.trim().to_uppercase()).as_str());
    kept.get(key).or_else(by_ticker).copied()
}

pub fn by_key(kept: &[Security]) -> BTreeMap<&str, &Security> {
    kept.iter().map(|s| (s.key.as_str(), s)).collect()
}

#[crate::boxed]
pub async fn view(app: &App, scope: &FirmScope) -> Result<View> {
    let db = app.store().read(scope).await?;
    let kept = store::prices::all(&db).await?;
    let index = by_key(&kept);
    let mut without = store::prices::held(&db).await?;
    without.retain(|h| h.kind != "cash" && found(&index, &h.key, h.ticker.as_deref()).is_none());
    let market = match app.market() {
        Some(m) => Some((m.card().name.to_owned(), market::read_at(app, scope).await?)),
        None => None,
    };
    let zone = policy::zone(&db).await?;
    let today = app.now().date(&zone);
    Ok(View { market, kept, without, zone, today })
}

/// What taking a file in would do to one security.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub series: Series,
    /// Days that are new, days whose close is another than the one kept, days that are the same.
    pub new: usize,
    pub other: usize,
    pub same: usize,
    /// The first and last close that differ, with what is kept.
    pub example: Option<(Date, String, String)>,
    /// Why it cannot be taken in beside what is kept.
    pub refused: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Preview {
    pub file: File,
    pub read: Read,
    pub changes: Vec<Change>,
}

/// Takes a file and keeps it until it is taken in or its day is over. Nothing is changed yet.
#[crate::boxed]
pub async fn bring(app: &App, scope: &FirmScope, name: &str, body: &[u8], currency: &str) -> Result<ImportId> {
    let Ok(currency) = currency.trim().parse::<Currency>() else {
        return Err(Error::field("currency", "Enter the currency of prices that name none, such as USD"));
    };
    if body.is_empty() {
        return Err(Error::field("file", "Choose a file"));
    }
    if body.len() > MOST_BYTES {
        return Err(Error::field("file", format!("This file is larger than {} MB. Divide it.", MOST_BYTES >> 20)));
    }
    let id: ImportId = app.random().id(app.now());
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::ManageFirm, None).await?;
    let today = policy::today(app, &tx).await?;
    histories(body, &currency, today).map_err(|sentence| Error::field("file", sentence))?;
    store::prices::forget(&tx, app.now() - KEPT).await?;
    let file = File {
        id,
        name: text::line(name, 120),
        currency,
        body: Some(body.to_vec()),
        brought_by: scope.actor().to_string(),
        brought_at: app.now(),
        done_at: None,
    };
    store::prices::insert_file(&tx, &file).await?;
    events::record(app, &tx, scope, None, "prices.brought", id, json!({ "file": file.name })).await?;
    tx.commit().await?;
    Ok(id)
}

#[crate::boxed]
pub async fn preview(app: &App, scope: &FirmScope, id: ImportId) -> Result<Preview> {
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::ManageFirm, None).await?;
    let today = policy::today(app, &db).await?;
    look(&db, id, today).await
}

async fn look(db: &Firm, id: ImportId, today: Date) -> Result<Preview> {
    let file = store::prices::file(db, id).await?.ok_or(Error::NotFound)?;
    let Some(body) = &file.body else {
        return Err(Error::Refused(match file.done_at {
            Some(_) => "This file has been taken in already.".into(),
            None => "This file was brought more than a day ago and is gone. Choose it again.".into(),
        }));
    };
    let read = histories(body, &file.currency, today).map_err(Error::Refused)?;
    let keys: Vec<String> = read.series.iter().map(|s| s.key.clone()).collect();
    let kept = store::prices::histories(db, &keys, i16::MIN).await?;
    let mut changes = Vec::with_capacity(read.series.len());
    for s in &read.series {
        let of = store::prices::find(db, &s.key).await?;
        changes.push(change(s, of.as_ref(), kept.get(&s.key).map_or(&[][..], Vec::as_slice)));
    }
    Ok(Preview { file, read, changes })
}

fn change(series: &Series, of: Option<&Security>, kept: &[Close]) -> Change {
    let kept: BTreeMap<Date, &Close> = kept.iter().map(|c| (c.day, c)).collect();
    let mut out = Change { series: series.clone(), new: 0, other: 0, same: 0, example: None, refused: None };
    for c in &series.closes {
        match kept.get(&c.day) {
            None => out.new += 1,
            Some(k) if k.close == c.close => out.same += 1,
            Some(k) => {
                out.other += 1;
                out.example.get_or_insert_with(|| (c.day, k.close.to_string(), c.close.to_string()));
            }
        }
    }
    if let Some(s) = of.filter(|s| s.currency != series.currency) {
        let sentence = format!("Its history is kept in {} and the file has {}. Remove the history first.", s.currency, series.currency);
        out.refused = Some(sentence);
    }
    out
}

/// What taking a file in has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    pub securities: usize,
    pub new: usize,
    pub other: usize,
    pub rejects: usize,
}

#[crate::boxed]
pub async fn take_in(app: &App, scope: &FirmScope, id: ImportId) -> Result<Taken> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::ManageFirm, None).await?;
    let today = policy::today(app, &tx).await?;
    let preview = look(&tx, id, today).await?;
    let mut taken = Taken { rejects: preview.read.rejects.len(), ..Taken::default() };
    for c in preview.changes.iter().filter(|c| c.refused.is_none()) {
        save(app, &tx, &c.series, &format!("file {}", preview.file.name)).await?;
        taken.securities += 1;
        taken.new += c.new;
        taken.other += c.other;
    }
    if !store::prices::done(&tx, id, app.now()).await? {
        return Err(Error::Refused("This file has been taken in already.".into()));
    }
    let detail = json!({ "file": preview.file.name, "securities": taken.securities, "new": taken.new, "replaced": taken.other });
    events::record(app, &tx, scope, None, "prices.imported", id, detail).await?;
    tx.commit().await?;
    Ok(taken)
}

#[crate::boxed]
pub async fn remove(app: &App, scope: &FirmScope, key: &str) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::ManageFirm, None).await?;
    let s = store::prices::find(&tx, key).await?.ok_or(Error::NotFound)?;
    store::prices::remove(&tx, key).await?;
    events::record(app, &tx, scope, None, "prices.removed", &s.key, json!({ "security": s.key, "closes": s.closes })).await?;
    Ok(tx.commit().await?)
}

/// Lays the closes of a series over those that are kept; a class that is not said stays as it was.
async fn save(app: &App, db: &Firm, series: &Series, source: &str) -> Result<()> {
    let mut years: BTreeMap<i16, BTreeMap<Date, Close>> = BTreeMap::new();
    let kept = store::prices::histories(db, std::slice::from_ref(&series.key), i16::MIN).await?;
    for c in kept.get(&series.key).into_iter().flatten().chain(&series.closes) {
        years.entry(c.day.year()).or_default().insert(c.day, *c);
    }
    let all = || years.values().flat_map(BTreeMap::keys);
    let (Some(first), Some(last)) = (all().min(), all().max()) else { return Ok(()) };
    let before = store::prices::find(db, &series.key).await?;
    let security = Security {
        key: series.key.clone(),
        name: series.name.clone(),
        class: series.class.or(before.and_then(|b| b.class)),
        currency: series.currency.clone(),
        source: source.to_owned(),
        first: *first,
        last: *last,
        closes: all().count() as i64,
        changed_at: app.now(),
    };
    store::prices::put(db, &security).await?;
    let touched: std::collections::BTreeSet<i16> = series.closes.iter().map(|c| c.day.year()).collect();
    for year in touched {
        let closes: Vec<Close> = years.get(&year).into_iter().flat_map(BTreeMap::values).copied().collect();
        store::prices::put_year(db, &security.key, year, &closes).await?;
    }
    Ok(())
}

/// The first year that the score looks at: the close before its first day may be of the year before.
pub(crate) fn first_year() -> i16 {
    SINCE.year() - 1
}
