//! The one place where the database is opened and transactions begin. On SQLite a single writer commits in groups, so that one
//! fsync serves all who wait; on PostgreSQL every unit has its own transaction. A firm's handle carries its firm: the guards of the
//! database (row-level security, or triggers on the writer) refuse every other firm's rows.

use crate::migrate;
use crate::row::Row;
use crate::{Error, Result};
use model::{FirmId, FirmScope, SharedClock};
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait, Value,
};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, Notify, OwnedMutexGuard, oneshot};

/// How to open the store.
pub struct Open<'a> {
    /// `sqlite:///path/file.db` or `postgres://…`.
    pub url: &'a str,
    pub clock: SharedClock,
    /// Readers beside the writer on SQLite, connections on PostgreSQL.
    pub connections: u32,
}

#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    url: String,
    backend: DbBackend,
    pool: DatabaseConnection,
    writer: Option<Arc<Mutex<Writer>>>,
    flush: Arc<Notify>,
    stopped: Arc<AtomicBool>,
}

/// The SQLite writer: one connection, one open group of units.
struct Writer {
    db: DatabaseConnection,
    /// The group that has begun and is not yet committed. It holds its connection: taking one from the pool for each statement and
    /// giving it back would double the messages to the database's thread.
    group: Option<Arc<DatabaseTransaction>>,
    /// A unit was dropped without commit: its savepoint must go before anything else happens.
    abandoned: bool,
    waiting: Vec<oneshot::Sender<bool>>,
}

impl Store {
    /// Migrates on one connection, closes it, opens the pool.
    pub async fn open(open: Open<'_>) -> Result<Store> {
        let first = connect(open.url, 1, Use::All).await?;
        migrate::run(&first, open.clock.now()).await?;
        let backend = first.get_database_backend();
        let rights = match backend {
            DbBackend::Postgres if migrate::has_app_role(&first).await? => Use::AppRole,
            DbBackend::Postgres => Use::All,
            _ => Use::Reading,
        };
        first.close().await?;
        let pool = connect(open.url, open.connections, rights).await?;
        let stopped = Arc::new(AtomicBool::new(false));
        let flush = Arc::new(Notify::new());
        let writer = if backend == DbBackend::Postgres {
            None
        } else {
            let db = connect(open.url, 1, Use::All).await?;
            guard(&db).await?;
            let writer = Arc::new(Mutex::new(Writer { db, group: None, abandoned: false, waiting: Vec::new() }));
            tokio::spawn(commit_groups(Arc::downgrade(&writer), flush.clone(), stopped.clone()));
            Some(writer)
        };
        Ok(Store(Arc::new(Inner { url: open.url.to_owned(), backend, pool, writer, flush, stopped })))
    }

    /// The write path has failed: nothing may be answered as saved any more.
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::SeqCst)
    }

    pub fn is_sqlite(&self) -> bool {
        self.0.backend != DbBackend::Postgres
    }

    /// A consistent look at one firm's rows.
    pub async fn read(&self, scope: &FirmScope) -> Result<FirmRead> {
        let tx = self.begin_read(Some(scope.firm())).await?;
        Ok(FirmRead(Firm { conn: Conn::Tx(tx), firm: scope.firm() }))
    }

    /// A look across firms: sign-in, schedule, rebuild.
    pub async fn read_system(&self) -> Result<SystemRead> {
        Ok(SystemRead(System { conn: Conn::Tx(self.begin_read(None).await?) }))
    }

    /// One unit of work for one firm. Nothing is saved until `commit`; dropping it undoes it.
    pub async fn begin(&self, scope: &FirmScope) -> Result<FirmTx> {
        let (conn, unit) = self.begin_write(Some(scope.firm())).await?;
        Ok(FirmTx { firm: Some(Firm { conn, firm: scope.firm() }), unit: Some(unit) })
    }

    /// One unit of work across firms: set-up, claims, the directory.
    pub async fn begin_system(&self) -> Result<SystemTx> {
        let (conn, unit) = self.begin_write(None).await?;
        Ok(SystemTx { system: Some(System { conn }), unit: Some(unit) })
    }

    async fn begin_read(&self, firm: Option<FirmId>) -> Result<DatabaseTransaction> {
        let tx = self.0.pool.begin().await?;
        if self.0.backend == DbBackend::Postgres {
            set_firm(&tx, firm).await?;
        }
        Ok(tx)
    }

    async fn begin_write(&self, firm: Option<FirmId>) -> Result<(Conn, Unit)> {
        if self.is_stopped() {
            return Err(Error::Stopped);
        }
        let Some(writer) = &self.0.writer else {
            let tx = self.0.pool.begin().await?;
            set_firm(&tx, firm).await?;
            return Ok((Conn::Tx(tx), Unit::Own));
        };
        let mut w = writer.clone().lock_owned().await;
        w.clear().await?;
        // From here until the unit is handed out, a cancelled caller leaves a savepoint behind: say so first.
        w.abandoned = true;
        let group = match w.group().await {
            Ok(group) => group,
            Err(e) => {
                w.abandoned = false;
                return Err(e);
            }
        };
        // One message to the database's thread instead of two: every unit begins here.
        let firm = firm.map_or("NULL".to_owned(), |f| format!("x'{}'", f.uuid().simple()));
        group.execute_unprepared(&format!("SAVEPOINT unit; UPDATE guard_scope SET firm = {firm}")).await?;
        Ok((Conn::Writer(group), Unit::Shared { writer: w, flush: self.0.flush.clone() }))
    }

    /// Copies the SQLite database into a new file, consistent and without stopping writers.
    pub async fn copy_to(&self, path: &str) -> Result<()> {
        let own = connect(&self.0.url, 1, Use::All).await?;
        let statement = Statement::from_sql_and_values(self.0.backend, "VACUUM INTO $1", [path.into()]);
        let done = own.execute_raw(statement).await;
        own.close().await?;
        done?;
        Ok(())
    }

    /// Ends the pools. A unit that still runs is undone.
    pub async fn close(self) -> Result<()> {
        if let Some(w) = &self.0.writer {
            let mut w = w.lock().await;
            w.clear().await?;
            w.commit().await;
            w.db.clone().close().await?;
        }
        self.0.pool.clone().close().await?;
        Ok(())
    }
}

impl Writer {
    async fn group(&mut self) -> Result<Arc<DatabaseTransaction>> {
        if let Some(group) = &self.group {
            return Ok(group.clone());
        }
        let options = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
        let group = Arc::new(self.db.begin_with_options(options).await?);
        self.group = Some(group.clone());
        Ok(group)
    }

    async fn clear(&mut self) -> Result<()> {
        if let (true, Some(group)) = (self.abandoned, &self.group) {
            // The savepoint may not exist (cancelled before it was made); then there is nothing to undo.
            let _ = group.execute_unprepared("ROLLBACK TO unit").await;
            let _ = group.execute_unprepared("RELEASE unit").await;
        }
        self.abandoned = false;
        Ok(())
    }

    /// Commits the group and tells everybody who waits. `false` when the disk refused.
    async fn commit(&mut self) -> bool {
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
async fn alone(mut group: Arc<DatabaseTransaction>) -> DatabaseTransaction {
    loop {
        match Arc::try_unwrap(group) {
            Ok(alone) => return alone,
            Err(shared) => group = shared,
        }
        tokio::task::yield_now().await;
    }
}

/// Waits in the same fair queue as the writers, so that everybody who queued before it is in the group that it commits.
async fn commit_groups(writer: std::sync::Weak<Mutex<Writer>>, flush: Arc<Notify>, stopped: Arc<AtomicBool>) {
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

/// What a pool may do.
#[derive(Clone, Copy, PartialEq)]
enum Use {
    All,
    Reading,
    AppRole,
}

async fn connect(url: &str, connections: u32, rights: Use) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url.to_owned());
    options
        .sqlx_logging(false)
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(20))
        .test_before_acquire(false);
    if url.starts_with("sqlite") {
        // Connections here end with the store. The writer's own would take its guards with it, and the next one would have none.
        options.idle_timeout(None).max_lifetime(None);
    }
    options.map_sqlx_sqlite_opts(move |o| {
        let o = o
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .create_if_missing(true);
        if rights == Use::Reading { o.pragma("query_only", "on") } else { o }
    });
    options.map_sqlx_postgres_opts(move |o| if rights == Use::AppRole { o.options([("role", "heldaway_app")]) } else { o });
    Ok(Database::connect(options).await?)
}

/// Triggers on the writer that refuse a row of any firm but the unit's own.
async fn guard(db: &DatabaseConnection) -> Result<()> {
    // The unit's firm is written at the beginning of each: no file for that.
    db.execute_unprepared("PRAGMA temp_store = MEMORY").await?;
    db.execute_unprepared("CREATE TEMP TABLE guard_scope (firm blob)").await?;
    db.execute_unprepared("INSERT INTO guard_scope VALUES (NULL)").await?;
    for t in migrate::guarded() {
        for (when, rows) in [("INSERT", &["NEW"][..]), ("UPDATE", &["OLD", "NEW"]), ("DELETE", &["OLD"])] {
            let test: Vec<String> = rows.iter().map(|r| format!("{r}.firm_id IS NOT (SELECT firm FROM guard_scope)")).collect();
            db.execute_unprepared(&format!(
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

async fn set_firm(tx: &DatabaseTransaction, firm: Option<FirmId>) -> Result<()> {
    let (firm, system) = match firm {
        Some(f) => (f.uuid().to_string(), "off"),
        None => (String::new(), "on"),
    };
    let sql = "SELECT set_config('app.firm', $1, true), set_config('app.system', $2, true)";
    tx.query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, [firm.into(), system.into()])).await?;
    Ok(())
}

enum Conn {
    Tx(DatabaseTransaction),
    Writer(Arc<DatabaseTransaction>),
}

impl Conn {
    async fn exec(&self, sql: &str, values: Vec<Value>) -> Result<u64> {
        point().await;
        Ok(match self {
            Conn::Tx(c) => c.execute_raw(Statement::from_sql_and_values(c.get_database_backend(), sql, values)).await?,
            Conn::Writer(c) => c.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await?,
        }
        .rows_affected())
    }
    async fn all(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>> {
        point().await;
        let rows = match self {
            Conn::Tx(c) => c.query_all_raw(Statement::from_sql_and_values(c.get_database_backend(), sql, values)).await?,
            Conn::Writer(c) => c.query_all_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await?,
        };
        Ok(rows.into_iter().map(Row).collect())
    }
}

/// How a unit ends.
enum Unit {
    Own,
    Shared { writer: OwnedMutexGuard<Writer>, flush: Arc<Notify> },
}

/// A handle on one firm's rows. Every statement of a feature names `firm_id = $1` with [`Firm::id`].
pub struct Firm {
    conn: Conn,
    firm: FirmId,
}

impl Firm {
    pub fn id(&self) -> FirmId {
        self.firm
    }
    pub async fn exec(&self, sql: &str, values: Vec<Value>) -> Result<u64> {
        self.conn.exec(sql, values).await
    }
    pub async fn all(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>> {
        self.conn.all(sql, values).await
    }
    pub async fn one(&self, sql: &str, values: Vec<Value>) -> Result<Option<Row>> {
        Ok(self.conn.all(sql, values).await?.into_iter().next())
    }
}

/// A handle across firms.
pub struct System {
    conn: Conn,
}

impl System {
    pub async fn exec(&self, sql: &str, values: Vec<Value>) -> Result<u64> {
        self.conn.exec(sql, values).await
    }
    pub async fn all(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>> {
        self.conn.all(sql, values).await
    }
    pub async fn one(&self, sql: &str, values: Vec<Value>) -> Result<Option<Row>> {
        Ok(self.conn.all(sql, values).await?.into_iter().next())
    }
}

pub struct FirmRead(Firm);
pub struct SystemRead(System);

pub struct FirmTx {
    firm: Option<Firm>,
    unit: Option<Unit>,
}

pub struct SystemTx {
    system: Option<System>,
    unit: Option<Unit>,
}

impl Deref for FirmRead {
    type Target = Firm;
    fn deref(&self) -> &Firm {
        &self.0
    }
}
impl Deref for SystemRead {
    type Target = System;
    fn deref(&self) -> &System {
        &self.0
    }
}
impl Deref for FirmTx {
    type Target = Firm;
    fn deref(&self) -> &Firm {
        self.firm.as_ref().expect("a unit that has not been committed")
    }
}
impl Deref for SystemTx {
    type Target = System;
    fn deref(&self) -> &System {
        self.system.as_ref().expect("a unit that has not been committed")
    }
}

impl FirmTx {
    /// Saves the unit; returns when it is on the disk.
    pub async fn commit(mut self) -> Result<()> {
        let conn = self.firm.take().map(|f| f.conn);
        finish(conn, self.unit.take()).await
    }
}
impl SystemTx {
    /// Saves the unit; returns when it is on the disk.
    pub async fn commit(mut self) -> Result<()> {
        let conn = self.system.take().map(|s| s.conn);
        finish(conn, self.unit.take()).await
    }
}

/// Where a simulation may stop the task.
async fn point() {
    #[cfg(feature = "points")]
    crate::points::pass().await;
}

async fn finish(conn: Option<Conn>, unit: Option<Unit>) -> Result<()> {
    point().await;
    let done = save(conn, unit).await;
    point().await;
    done
}

async fn save(conn: Option<Conn>, unit: Option<Unit>) -> Result<()> {
    match (conn, unit) {
        (Some(Conn::Tx(tx)), _) => Ok(tx.commit().await?),
        (Some(Conn::Writer(group)), Some(Unit::Shared { mut writer, flush })) => {
            let released = group.execute_unprepared("RELEASE unit").await;
            drop(group);
            released?;
            writer.abandoned = false;
            point().await;
            let (tell, told) = oneshot::channel();
            writer.waiting.push(tell);
            drop(writer);
            flush.notify_one();
            match told.await {
                Ok(true) => Ok(()),
                _ => Err(Error::Stopped),
            }
        }
        _ => Err(Error::Gone),
    }
}
