//! The two database engines behind one pool, one transaction, one row: the only file that names both. Everything above it writes SQL with
//! `$1`, `$2`, which both understand.

use crate::Result;
use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqliteRow, SqliteSynchronous};
use sqlx::{Arguments, AssertSqlSafe, ConnectOptions, Database, Postgres, Sqlite, Transaction};
use std::str::FromStr;
use std::time::Duration;
use tokio::sync::Mutex;
use uuid::Uuid;

/// More than the statements that we have: each is parsed once a connection.
const STATEMENTS: usize = 1_000;

/// What can stand for `$n`. Nothing is given as a typed nothing, because PostgreSQL wants to know its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Flag(Option<bool>),
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Uuid(Option<Uuid>),
}

macro_rules! value {
    ($($kind:ident $t:ty),*) => { $(
        impl From<$t> for Value { fn from(v: $t) -> Value { Value::$kind(Some(v)) } }
        impl From<Option<$t>> for Value { fn from(v: Option<$t>) -> Value { Value::$kind(v) } }
    )* };
}
value!(Flag bool, Int i64, Text String, Bytes Vec<u8>, Uuid Uuid);

impl From<&str> for Value {
    fn from(v: &str) -> Value {
        Value::Text(Some(v.to_owned()))
    }
}

fn arguments<A: Arguments + Default>(values: Vec<Value>) -> Result<A>
where
    bool: sqlx::Type<A::Database> + for<'q> sqlx::Encode<'q, A::Database>,
    i64: sqlx::Type<A::Database> + for<'q> sqlx::Encode<'q, A::Database>,
    String: sqlx::Type<A::Database> + for<'q> sqlx::Encode<'q, A::Database>,
    Vec<u8>: sqlx::Type<A::Database> + for<'q> sqlx::Encode<'q, A::Database>,
    Uuid: sqlx::Type<A::Database> + for<'q> sqlx::Encode<'q, A::Database>,
    Option<bool>: sqlx::Type<A::Database> + for<'q> sqlx::Encode<'q, A::Database>,
    Option<i64>: sqlx::Type<A::Database> + for<'q> sqlx::Encode<'q, A::Database>,
    Option<String>: sqlx::Type<A::Database> + for<'q> sqlx::Encode<'q, A::Database>,
    Option<Vec<u8>>: sqlx::Type<A::Database> + for<'q> sqlx::Encode<'q, A::Database>,
    Option<Uuid>: sqlx::Type<A::Database> + for<'q> sqlx::Encode<'q, A::Database>,
{
    let mut all = A::default();
    for v in values {
        match v {
            Value::Flag(v) => all.add(v),
            Value::Int(v) => all.add(v),
            Value::Text(v) => all.add(v),
            Value::Bytes(v) => all.add(v),
            Value::Uuid(v) => all.add(v),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(all)
}

/// A row of either engine.
pub(crate) enum Found {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// What a column can be read as, on both engines.
pub(crate) trait Column:
    for<'r> sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite> + for<'r> sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres>
{
}
impl<T> Column for T where
    T: for<'r> sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite> + for<'r> sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres>
{
}

impl Found {
    pub fn get<T: Column>(&self, column: &str) -> std::result::Result<T, sqlx::Error> {
        use sqlx::Row;
        match self {
            Found::Sqlite(r) => r.try_get(column),
            Found::Postgres(r) => r.try_get(column),
        }
    }
}

/// What a pool may do.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Use {
    All,
    Reading,
    AppRole,
}

#[derive(Clone)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

fn pool<D: Database>(connections: u32) -> PoolOptions<D> {
    let options = PoolOptions::new().max_connections(connections).min_connections(1).acquire_timeout(Duration::from_secs(20));
    options.test_before_acquire(false)
}

impl Pool {
    pub async fn open(url: &str, connections: u32, rights: Use) -> Result<Pool> {
        if !url.starts_with("sqlite") {
            let o = PgConnectOptions::from_str(url)?.disable_statement_logging().statement_cache_capacity(STATEMENTS);
            let o = if rights == Use::AppRole { o.options([("role", "heldaway_app")]) } else { o };
            return Ok(Pool::Postgres(pool(connections).connect_with(o).await?));
        }
        let o = SqliteConnectOptions::from_str(url)?
            .disable_statement_logging()
            .statement_cache_capacity(STATEMENTS)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .create_if_missing(true);
        let o = if rights == Use::Reading { o.pragma("query_only", "on") } else { o };
        // Connections here end with the store. The writer's own would take its guards with it, and the next one would have none.
        let pool = pool(connections).idle_timeout(None).max_lifetime(None);
        Ok(Pool::Sqlite(pool.connect_with(o).await?))
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Pool::Sqlite(_))
    }

    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Pool::Sqlite(p) => Tx::Sqlite(Mutex::new(p.begin().await?)),
            Pool::Postgres(p) => Tx::Postgres(Mutex::new(p.begin().await?)),
        })
    }

    /// A transaction that writes: on SQLite it takes the write lock at once, because one that reads first may be refused it later.
    pub async fn begin_writing(&self) -> Result<Tx> {
        Ok(match self {
            Pool::Sqlite(p) => Tx::Sqlite(Mutex::new(p.begin_with("BEGIN IMMEDIATE").await?)),
            Pool::Postgres(p) => Tx::Postgres(Mutex::new(p.begin().await?)),
        })
    }

    /// Statements as they are, outside any transaction of ours.
    pub async fn script(&self, sql: &str) -> Result<()> {
        match self {
            Pool::Sqlite(p) => {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(p).await?;
            }
            Pool::Postgres(p) => {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(p).await?;
            }
        }
        Ok(())
    }

    /// One number, outside any transaction of ours.
    pub async fn number(&self, sql: &str) -> Result<Option<i64>> {
        Ok(match self {
            Pool::Sqlite(p) => sqlx::query_scalar(AssertSqlSafe(sql)).fetch_optional(p).await?.flatten(),
            Pool::Postgres(p) => sqlx::query_scalar(AssertSqlSafe(sql)).fetch_optional(p).await?.flatten(),
        })
    }

    pub async fn close(&self) {
        match self {
            Pool::Sqlite(p) => p.close().await,
            Pool::Postgres(p) => p.close().await,
        }
    }
}

/// A transaction. Dropping it undoes it.
pub(crate) enum Tx {
    Sqlite(Mutex<Transaction<'static, Sqlite>>),
    Postgres(Mutex<Transaction<'static, Postgres>>),
}

impl Tx {
    /// Statements as they are, without parameters.
    pub async fn script(&self, sql: &str) -> Result<()> {
        match self {
            Tx::Sqlite(t) => {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **t.lock().await).await?;
            }
            Tx::Postgres(t) => {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **t.lock().await).await?;
            }
        }
        Ok(())
    }

    /// Says how many rows it touched.
    pub async fn exec(&self, sql: &str, values: Vec<Value>) -> Result<u64> {
        let sql = AssertSqlSafe(sql);
        Ok(match self {
            Tx::Sqlite(t) => {
                let values = arguments::<SqliteArguments>(values)?;
                sqlx::query_with(sql, values).execute(&mut **t.lock().await).await?.rows_affected()
            }
            Tx::Postgres(t) => {
                let values = arguments::<PgArguments>(values)?;
                sqlx::query_with(sql, values).execute(&mut **t.lock().await).await?.rows_affected()
            }
        })
    }

    pub async fn all(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Found>> {
        let sql = AssertSqlSafe(sql);
        Ok(match self {
            Tx::Sqlite(t) => {
                let values = arguments::<SqliteArguments>(values)?;
                let rows = sqlx::query_with(sql, values).fetch_all(&mut **t.lock().await).await?;
                rows.into_iter().map(Found::Sqlite).collect()
            }
            Tx::Postgres(t) => {
                let values = arguments::<PgArguments>(values)?;
                let rows = sqlx::query_with(sql, values).fetch_all(&mut **t.lock().await).await?;
                rows.into_iter().map(Found::Postgres).collect()
            }
        })
    }

    pub async fn commit(self) -> Result<()> {
        match self {
            Tx::Sqlite(t) => t.into_inner().commit().await?,
            Tx::Postgres(t) => t.into_inner().commit().await?,
        }
        Ok(())
    }
}
