//! The directory in memory: rows and their index in one piece that is swapped whole. Empty until it is first built.

use super::routes::Routes;
use super::status_from;
use crate::{App, Error, Result};
use connect::InstitutionStatus;
use directory::{Entry, Index};
use model::{InstitutionId, Span, Time};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use store::institutions::Institution;

/// Choices reach the search at most this late.
const LEARNS_AFTER: Span = Span::minutes(1);

/// What the application keeps of the directory.
pub struct Shelf {
    book: RwLock<Arc<Book>>,
    built_at: AtomicI64,
    stale: AtomicBool,
    fresh: Mutex<HashMap<InstitutionId, Word>>,
}

/// A provider's latest word on one institution.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub at: Time,
    pub status: InstitutionStatus,
    pub notice: Option<String>,
    pub success_percent: Option<u8>,
}

/// One state of the directory.
pub(super) struct Book {
    pub rows: Vec<Institution>,
    pub by_id: HashMap<InstitutionId, usize>,
    pub index: Index,
    pub routes: Routes,
}

impl Default for Shelf {
    fn default() -> Shelf {
        let empty = Book { rows: Vec::new(), by_id: HashMap::new(), index: Index::build(&[], &[]), routes: Routes::default() };
        Shelf { book: RwLock::new(Arc::new(empty)), built_at: AtomicI64::new(0), stale: AtomicBool::new(false), fresh: Mutex::default() }
    }
}

impl Shelf {
    pub(super) fn book(&self) -> Arc<Book> {
        self.book.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many institutions can be found.
    pub fn len(&self) -> usize {
        self.book().index.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn swap(&self, book: Book) {
        *self.book.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(book);
    }

    pub(super) fn mark_stale(&self) {
        self.stale.store(true, Ordering::SeqCst);
    }

    /// True once for each time that something was learned and the last building is long enough ago.
    pub(super) fn wants_rebuild(&self, now: Time) -> bool {
        let since = now - Time(self.built_at.load(Ordering::SeqCst));
        since >= LEARNS_AFTER && self.stale.swap(false, Ordering::SeqCst)
    }

    pub(super) fn word(&self, id: InstitutionId) -> Option<Word> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    pub(super) fn put_word(&self, id: InstitutionId, word: Word) {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).insert(id, word);
    }
}

/// The latest word that we have: the one just asked for, or the import's.
pub(super) fn word_on(shelf: &Shelf, row: &Institution) -> Word {
    let imported = || Word {
        at: Time(0),
        status: status_from(&row.state.status),
        notice: row.state.notice.clone(),
        success_percent: row.state.success_percent.and_then(|n| u8::try_from(n).ok()),
    };
    shelf.word(row.id).unwrap_or_else(imported)
}

/// Reads the directory and builds its index anew, beside the running one. Called at start, after an import and after an edit.
#[crate::boxed]
pub async fn rebuild(app: &App) -> Result<()> {
    let (rows, aliases, lessons) = {
        let db = app.store().read_system().await?;
        (store::institutions::all(&db).await?, store::institutions::all_aliases(&db).await?, store::institutions::lessons(&db).await?)
    };
    let book = tokio::task::spawn_blocking(move || bind(rows, aliases, lessons)).await.map_err(|_| Error::Internal("directory index"))?;
    let shelf = app.shelf();
    shelf.swap(book);
    shelf.built_at.store(app.now().0, Ordering::SeqCst);
    Ok(())
}

fn bind(rows: Vec<Institution>, aliases: Vec<(InstitutionId, String)>, lessons: Vec<(String, InstitutionId, i64)>) -> Book {
    let by_id: HashMap<_, _> = rows.iter().enumerate().map(|(at, r)| (r.id, at)).collect();
    let routes = Routes::of(&rows);
    // What several providers list is one entry, known by everything that any of them is called.
    let (mut other, mut popularity): (HashMap<usize, Vec<String>>, HashMap<usize, i64>) = Default::default();
    for (id, alias) in aliases {
        if let Some(at) = by_id.get(&id) {
            other.entry(routes.first(*at)).or_default().push(alias);
        }
    }
    for (at, r) in rows.iter().enumerate() {
        *popularity.entry(routes.first(at)).or_default() += r.popularity;
    }
    let entry = |(key, r): (usize, &Institution)| Entry {
        key: key as u32,
        name: r.name.clone(),
        url: shown(r.url.as_deref()),
        aliases: other.remove(&key).unwrap_or_default(),
        popularity: popularity.get(&key).map_or(0, |n| u32::try_from(*n).unwrap_or(u32::MAX)),
        countries: r.countries.clone(),
    };
    // Who is not listed any more can be looked up, not chosen.
    let shown = rows.iter().enumerate().filter(|(at, r)| r.retired_at.is_none() && routes.first(*at) == *at);
    let entries: Vec<Entry> = shown.map(entry).collect();
    let learned: Vec<_> = lessons
        .into_iter()
        .filter_map(|(query, id, times)| Some((query, routes.first(*by_id.get(&id)?) as u32, u32::try_from(times).unwrap_or(u32::MAX))))
        .collect();
    let index = Index::build(&entries, &learned);
    Book { rows, by_id, index, routes }
}

/// The address as people read it: without scheme and closing slash.
pub(super) fn shown(url: Option<&str>) -> String {
    let url = url.unwrap_or_default();
    let bare = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url);
    bare.strip_suffix('/').unwrap_or(bare).to_owned()
}
