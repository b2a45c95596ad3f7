//! Databases for tests: a fresh SQLite file always, and a fresh PostgreSQL database beside it when the run names a server in
//! `HELDAWAY_TEST_POSTGRES` (`scripts/test` always does). Used by tests alone.

use model::{Clock, SharedClock, Time};
use sqlx::{AssertSqlSafe, Connection, Database, Executor, PgConnection, Postgres, Sqlite, SqliteConnection};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Open, Store};

/// Saturday 21 November 2026, 09:30 in Chicago: where every test begins unless it says otherwise.
pub const START: Time = Time::from_seconds(1_795_275_000);

/// One open database; its files go when it is dropped.
pub struct Base {
    pub store: Store,
    pub url: String,
    pub dir: Dir,
}

impl Base {
    /// Changes rows as somebody does who holds the database itself: past the product, its guards and its foreign keys.
    pub async fn tamper(&self, statements: &[String]) {
        tamper(&self.url, statements).await;
    }
}

/// The same for a database that is named.
pub async fn tamper(url: &str, statements: &[String]) {
    async fn change<D: Database>(mut db: D::Connection, free: &'static str, statements: &[String])
    where
        for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
    {
        db.execute(sqlx::raw_sql(free)).await.expect("no foreign keys");
        for statement in statements {
            db.execute(sqlx::raw_sql(AssertSqlSafe(statement.as_str()))).await.unwrap_or_else(|e| panic!("{statement}: {e}"));
        }
        db.close().await.expect("the end");
    }
    if url.starts_with("sqlite") {
        let db = SqliteConnection::connect(url).await.expect("the database itself");
        change::<Sqlite>(db, "PRAGMA foreign_keys = OFF", statements).await;
    } else {
        let db = PgConnection::connect(url).await.expect("the database itself");
        change::<Postgres>(db, "SET session_replication_role = replica", statements).await;
    }
}

/// A folder that goes when it is dropped.
pub struct Dir(PathBuf);

impl Dir {
    pub fn new() -> Dir {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("heldaway-test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Dir(path)
    }
    pub fn path(&self) -> &Path {
        &self.0
    }
}
impl Default for Dir {
    fn default() -> Self {
        Dir::new()
    }
}
impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A fresh database on each engine of this run.
pub async fn bases(clock: Arc<dyn Clock>) -> Vec<Base> {
    let mut out = vec![sqlite(clock.clone()).await];
    if let Some(base) = postgres(clock).await {
        out.push(base);
    }
    out
}

pub async fn sqlite(clock: SharedClock) -> Base {
    let dir = Dir::new();
    let url = format!("sqlite://{}", dir.path().join("test.db").display());
    let store = Store::open(Open { url: &url, clock, connections: 4 }).await.expect("a fresh SQLite database");
    Base { store, url, dir }
}

/// `None` when the run has no PostgreSQL server.
#[allow(clippy::disallowed_methods, reason = "tests learn of the server from scripts/test through the environment")]
pub async fn postgres(clock: SharedClock) -> Option<Base> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("HELDAWAY_TEST_POSTGRES").ok()?;
    let name = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    let mut admin = PgConnection::connect(&server).await.expect("the server that HELDAWAY_TEST_POSTGRES names");
    admin.execute(sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))).await.expect("a fresh database");
    admin.close().await.expect("closing the server connection");
    let (before, _) = server.rsplit_once('/').expect("a URL that names a database");
    let url = format!("{before}/{name}");
    let store = Store::open(Open { url: &url, clock, connections: 6 }).await.expect("a fresh PostgreSQL database");
    Some(Base { store, url, dir: Dir::new() })
}
