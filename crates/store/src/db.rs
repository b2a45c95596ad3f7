//! The one place where the database is opened and transactions begin. On SQLite all units go through one writer (`writer.rs`); on
//! PostgreSQL every unit has its own transaction. A firm's handle carries its firm: the guards of the database (row-level security, or
//! triggers on the writer) refuse every other firm's rows.

use crate::engine::{Pool, Tx, Use, Value};
use crate::row::Row;
use crate::writer::{self, Writer};
use crate::{Error, Result, migrate};
use model::{FirmId, FirmScope, SharedClock};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
    pool: Pool,
    writer: Option<Arc<Mutex<Writer>>>,
    flush: Arc<Notify>,
    stopped: Arc<AtomicBool>,
}

impl Store {
    /// Migrates on one connection, closes it, opens the pool.
    pub async fn open(open: Open<'_>) -> Result<Store> {
        let first = Pool::open(open.url, 1, Use::All).await?;
        migrate::run(&first, open.clock.now()).await?;
        let sqlite = first.is_sqlite();
        let rights = match sqlite {
            true => Use::Reading,
            false if migrate::has_app_role(&first).await? => Use::AppRole,
            false => Use::All,
        };
        first.close().await;
        let pool = Pool::open(open.url, open.connections, rights).await?;
        let stopped = Arc::new(AtomicBool::new(false));
        let flush = Arc::new(Notify::new());
        let writer = if sqlite {
            let db = Pool::open(open.url, 1, Use::All).await?;
            Some(writer::open(db, flush.clone(), stopped.clone()).await?)
        } else {
            None
        };
        Ok(Store(Arc::new(Inner { url: open.url.to_owned(), pool, writer, flush, stopped })))
    }

    /// The write path has failed: nothing may be answered as saved any more.
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::SeqCst)
    }

    pub fn is_sqlite(&self) -> bool {
        self.0.pool.is_sqlite()
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

    async fn begin_read(&self, firm: Option<FirmId>) -> Result<Tx> {
        let tx = self.0.pool.begin().await?;
        if !self.is_sqlite() {
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
        group.script(&format!("SAVEPOINT unit; UPDATE guard_scope SET firm = {firm}")).await?;
        Ok((Conn::Writer(group), Unit::Shared { writer: w, flush: self.0.flush.clone() }))
    }

    /// Copies the SQLite database into a new file, consistent and without stopping writers.
    pub async fn copy_to(&self, path: &str) -> Result<()> {
        let own = Pool::open(&self.0.url, 1, Use::All).await?;
        let done = own.script(&format!("VACUUM INTO '{}'", path.replace('\'', "''"))).await;
        own.close().await;
        done
    }

    /// Ends the pools. A unit that still runs is undone.
    pub async fn close(self) -> Result<()> {
        if let Some(w) = &self.0.writer {
            let mut w = w.lock().await;
            w.clear().await?;
            w.commit().await;
            w.db.close().await;
        }
        self.0.pool.close().await;
        Ok(())
    }
}

async fn set_firm(tx: &Tx, firm: Option<FirmId>) -> Result<()> {
    let (firm, system) = match firm {
        Some(f) => (f.uuid().to_string(), "off"),
        None => (String::new(), "on"),
    };
    let sql = "SELECT set_config('app.firm', $1, true), set_config('app.system', $2, true)";
    tx.all(sql, vec![firm.into(), system.into()]).await?;
    Ok(())
}

enum Conn {
    Tx(Tx),
    Writer(Arc<Tx>),
}

impl Conn {
    fn tx(&self) -> &Tx {
        match self {
            Conn::Tx(own) => own,
            Conn::Writer(group) => group,
        }
    }
    async fn exec(&self, sql: &str, values: Vec<Value>) -> Result<u64> {
        point().await;
        self.tx().exec(sql, values).await
    }
    async fn all(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>> {
        point().await;
        Ok(self.tx().all(sql, values).await?.into_iter().map(Row).collect())
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
        (Some(Conn::Tx(tx)), _) => tx.commit().await,
        (Some(Conn::Writer(group)), Some(Unit::Shared { mut writer, flush })) => {
            let released = group.script("RELEASE unit").await;
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
