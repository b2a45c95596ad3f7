//! Finding an institution: as somebody types, by its id, among those that people at the firm use.

use super::shelf::{Book, Shelf, Word, shown, word_on};
use super::{Status, rebuild, routes, weather};
use crate::{App, Error, Result};
use model::{FirmScope, InstitutionId, Span};
use std::collections::HashSet;
use std::ops::Range;
use store::institutions::Institution;

/// A provider's word on an institution is asked for again after this long.
const FRESH: Span = Span::minutes(10);
/// Longer queries are no names.
const LONGEST_LESSON: usize = 60;

/// One institution as the pages show it. Marks are byte ranges of `name` and of `site`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub id: InstitutionId,
    pub provider: String,
    pub external_id: String,
    pub name: String,
    /// The institution's own sign-in page: where the link icon leads.
    pub url: Option<String>,
    /// The same address as people read it, without scheme: what `url_marks` are about. "" without an address.
    pub site: String,
    /// Its host alone.
    pub host: String,
    pub name_marks: Vec<Range<usize>>,
    pub url_marks: Vec<Range<usize>>,
    /// Two letters for the thumbnail.
    pub monogram: String,
    /// `#rrggbb`, where the provider says.
    pub colour: Option<String>,
    /// The sign-in happens on the institution's own site.
    pub oauth: bool,
    pub products: Vec<String>,
    pub status: Status,
    /// The provider's notice, in its words.
    pub notice: Option<String>,
    pub success_percent: Option<u8>,
    /// Not listed any more: existing connections stay, new ones are not to be had.
    pub retired: bool,
}

impl Found {
    fn of(shelf: &Shelf, row: &Institution) -> Found {
        let Word { status, notice, success_percent, .. } = word_on(shelf, row);
        let site = shown(row.url.as_deref());
        Found {
            id: row.id,
            provider: row.provider.clone(),
            external_id: row.external_id.clone(),
            name: row.name.clone(),
            url: row.url.clone(),
            host: site.split(['/', '?', '#']).next().unwrap_or_default().to_owned(),
            site,
            name_marks: Vec::new(),
            url_marks: Vec::new(),
            monogram: monogram(&row.name),
            colour: row.colour.clone(),
            oauth: row.oauth,
            products: row.products.clone(),
            status,
            notice,
            success_percent,
            retired: row.retired_at.is_some(),
        }
    }
}

/// The first letters of the first two words.
fn monogram(name: &str) -> String {
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    match words.as_slice() {
        [] => "?".into(),
        [only] => only.chars().take(2).collect(),
        [first, second, ..] => first.chars().take(1).chain(second.chars().take(1)).collect(),
    }
}

/// Best matches first; the most popular for an empty query, nothing for one that matches nothing.
pub fn search(app: &App, query: &str, limit: usize) -> Vec<Found> {
    if app.shelf().wants_rebuild(app.now()) {
        let app = app.clone();
        tokio::spawn(async move {
            if let Err(e) = rebuild(&app).await {
                tracing::warn!(error = %e, "the directory could not be built anew");
            }
        });
    }
    let book = app.shelf().book();
    let hits = book.index.search(query, limit);
    let found = hits.into_iter().map(|h| Found {
        name_marks: h.name_marks,
        url_marks: h.url_marks,
        ..Found::of(app.shelf(), routes::best(app, &book, h.key as usize))
    });
    found.collect()
}

fn by_id<'a>(book: &'a Book, id: &InstitutionId) -> Option<&'a Institution> {
    book.by_id.get(id).map(|at| &book.rows[*at])
}

/// One institution, retired ones too.
#[crate::boxed]
pub async fn find(app: &App, id: InstitutionId) -> Result<Found> {
    if let Some(row) = by_id(&app.shelf().book(), &id) {
        return Ok(Found::of(app.shelf(), row));
    }
    // Imported by another node since the index was built.
    let row = store::institutions::find(&*app.store().read_system().await?, id).await?.ok_or(Error::NotFound)?;
    Ok(Found::of(app.shelf(), &row))
}

/// Thumbnails: what people at this firm use, then what is chosen most.
#[crate::boxed]
pub async fn popular(app: &App, scope: &FirmScope, limit: usize) -> Result<Vec<Found>> {
    let used = {
        let db = app.store().read(scope).await?;
        store::institutions::used_at_firm(&db, u32::try_from(limit).unwrap_or(u32::MAX)).await?
    };
    let book = app.shelf().book();
    let used = used.iter().filter_map(|id| book.by_id.get(id)).map(|at| book.routes.first(*at));
    let used: Vec<usize> = used.filter(|at| book.rows[*at].retired_at.is_none()).collect();
    let more = book.index.search("", limit + used.len()).into_iter().map(|h| h.key as usize);
    let mut have = HashSet::new();
    let all = used.iter().copied().chain(more).filter(|at| have.insert(*at));
    let mut out: Vec<Found> = all.map(|at| Found::of(app.shelf(), routes::best(app, &book, at))).collect();
    out.truncate(limit);
    Ok(out)
}

/// The institution with the provider's present word on it, asked at most every ten minutes. When the provider cannot be reached, the last
/// word stands.
#[crate::boxed]
pub async fn refresh(app: &App, id: InstitutionId) -> Result<Found> {
    let known = find(app, id).await?;
    let now = app.now();
    if known.retired || app.shelf().word(id).is_some_and(|w| now - w.at < FRESH) {
        return Ok(known);
    }
    let Some(connector) = app.connector(&known.provider) else { return Ok(known) };
    let card = match connector.institution(&known.external_id).await {
        Ok(card) => card,
        Err(fault) => {
            tracing::info!(institution = %id, code = fault.code, "no fresh word on an institution");
            return Ok(known);
        }
    };
    let word = Word { at: now, status: card.status, notice: card.notice.clone(), success_percent: card.success_percent };
    app.shelf().put_word(id, word);
    if (known.status, &known.notice, known.success_percent) != (card.status, &card.notice, card.success_percent) {
        let tx = app.store().begin_system().await?;
        store::institutions::set_weather(&tx, id, &weather(&card)).await?;
        tx.commit().await?;
    }
    find(app, id).await
}

/// Somebody typed this and chose that: it counts for the order of the next search. Nobody is named, and what looks like an address of a
/// person or a number is not kept.
#[crate::boxed]
pub async fn learn(app: &App, query: &str, id: InstitutionId) -> Result<()> {
    let plain = directory::plain(query);
    let digits = query.chars().filter(char::is_ascii_digit).count();
    let keeps = !plain.is_empty() && plain.len() <= LONGEST_LESSON && digits < 5 && !query.contains('@');
    let tx = app.store().begin_system().await?;
    store::institutions::learn(&tx, keeps.then_some(plain.as_str()), id).await?;
    tx.commit().await?;
    app.shelf().mark_stale();
    Ok(())
}
