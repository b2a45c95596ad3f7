//! The one writer of a SQLite database. Units queue for it in a fair lock, each in a savepoint of one open transaction, and a flusher
//! that waits in the same queue commits everybody who queued before it: one fsync serves many. Its triggers refuse other firms' rows.

use crate::engine::{Pool, Tx};
use crate::{Result, migrate};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use tokio::sync::{Mutex, Notify, oneshot};

/// The SQLite writer: one connection, one open group of units.
pub(crate) struct Writer {
    pub db: Pool,
    /// The group that has begun and is not yet committed. It holds its connection: taking one from the pool for each statement and
    /// giving it back would double the messages to the database's thread.
    group: Option<Arc<Tx>>,
    /// A unit was dropped without commit: its savepoint must go before anything else happens.
    pub abandoned: bool,
    pub waiting: Vec<oneshot::Sender<bool>>,
}

/// Takes the connection over for as long as the store is open, guards it, and commits its groups from now on.
pub(crate) async fn open(db: Pool, flush: Arc<Notify>, stopped: Arc<AtomicBool>) -> Result<Arc<Mutex<Writer>>> {
    guard(&db).await?;
    let writer = Arc::new(Mutex::new(Writer { db, group: None, abandoned: false, waiting: Vec::new() }));
    tokio::spawn(commit_groups(Arc::downgrade(&writer), flush, stopped));
    Ok(writer)
}

impl Writer {
    pub async fn group(&mut self) -> Result<Arc<Tx>> {
        if let Some(group) = &self.group {
            return Ok(group.clone());
        }
        let group = Arc::new(self.db.begin_writing().await?);
        self.group = Some(group.clone());
        Ok(group)
    }

    pub async fn clear(&mut self) -> Result<()> {
        if let (true, Some(group)) = (self.abandoned, &self.group) {
            // The savepoint may not exist (cancelled before it was made); then there is nothing to undo.
            let _ = group.script("ROLLBACK TO unit").await;
            let _ = group.script("RELEASE unit").await;
        }
        self.abandoned = false;
        Ok(())
    }

    /// Commits the group and tells everybody who waits. `false` when the disk refused.
    pub async fn commit(&mut self) -> bool {
        let Some(group) = self.group.take() else { return true };
        let group = alone(group).await;
        let ok = group.commit().await.inspect_err(|e| tracing::error!(error = %e, "the group could not be committed")).is_ok();
        for w in self.waiting.drain(..) {
            let _ = w.send(ok);
        }
        ok
    }
}

/// A unit lets go of the writer only at its end; it may take another moment until it has let go of the group too.
async fn alone(mut group: Arc<Tx>) -> Tx {
    loop {
        match Arc::try_unwrap(group) {
            Ok(alone) => return alone,
            Err(shared) => group = shared,
        }
        tokio::task::yield_now().await;
    }
}

/// Waits in the same fair queue as the writers, so that everybody who queued before it is in the group that it commits.
async fn commit_groups(writer: Weak<Mutex<Writer>>, flush: Arc<Notify>, stopped: Arc<AtomicBool>) {
    loop {
        flush.notified().await;
        let Some(writer) = writer.upgrade() else { return };
        let mut w = writer.lock().await;
        let _ = w.clear().await;
        if !w.commit().await {
            // After an I/O error a row may be there although it was refused: nothing is certain any more.
            stopped.store(true, Ordering::SeqCst);
        }
    }
}

/// Triggers on the writer that refuse a row of any firm but the unit's own.
async fn guard(db: &Pool) -> Result<()> {
    // The unit's firm is written at the beginning of each: no file for that.
    db.script("PRAGMA temp_store = MEMORY").await?;
    db.script("CREATE TEMP TABLE guard_scope (firm blob)").await?;
    db.script("INSERT INTO guard_scope VALUES (NULL)").await?;
    for t in migrate::guarded() {
        for (when, rows) in [("INSERT", &["NEW"][..]), ("UPDATE", &["OLD", "NEW"]), ("DELETE", &["OLD"])] {
            let test: Vec<String> = rows.iter().map(|r| format!("{r}.firm_id IS NOT (SELECT firm FROM guard_scope)")).collect();
            db.script(&format!(
                "CREATE TEMP TRIGGER guard_{t}_{} BEFORE {when} ON main.{t} WHEN (SELECT firm FROM guard_scope) IS NOT NULL AND ({}) \
                 BEGIN SELECT RAISE(ABORT, 'other firm'); END",
                when.to_lowercase(),
                test.join(" OR ")
            ))
            .await?;
        }
    }
    Ok(())
}
