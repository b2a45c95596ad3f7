//! SQL and nothing but: one file per feature, one code path for SQLite and PostgreSQL. Knows nothing of HTTP, providers or who may what.

pub mod accounts;
pub mod aliases;
pub mod attempts;
pub mod audit;
pub mod backup;
pub mod buckets;
pub mod cases;
pub mod ceremonies;
pub mod chosen;
pub mod connections;
pub mod connections_list;
pub mod consents;
mod db;
mod engine;
pub mod events;
pub mod facts;
pub mod firms;
pub mod handover;
pub mod home;
pub mod hooks;
pub mod households;
pub mod imports;
pub mod institutions;
pub mod invitations;
pub mod jobs;
pub mod joins;
pub mod keyring;
pub mod likeness;
pub mod link_sessions;
pub mod links;
pub mod live;
pub mod logins;
pub mod mail;
pub mod members;
mod migrate;
pub mod passkeys;
#[cfg(feature = "points")]
pub mod points;
pub mod policy;
pub mod portal;
pub mod portal_home;
pub mod portfolios;
pub mod prices;
pub mod rebuild;
pub mod received;
pub mod recoveries;
pub mod recovery_codes;
pub mod rehearsal;
mod row;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod signals;
pub mod sittings;
pub mod suggestions;
pub mod support;
pub mod tickets;
pub mod trades;
pub mod tries;
pub mod warnings;
mod writer;

use sqlx::error::ErrorKind;

pub use db::{Firm, FirmRead, FirmTx, Open, Store, System, SystemRead, SystemTx};
pub use engine::Value;
pub use migrate::VERSION as SCHEMA;
pub use row::{Param, Row, to_json};

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A unique or foreign key refused the row; the text names the constraint.
    #[error("refused by a constraint")]
    Conflict,
    /// The database guard stopped a row of another firm.
    #[error("the row belongs to another firm")]
    OtherFirm,
    /// A row that was promised is not there, or a lease was lost.
    #[error("gone")]
    Gone,
    /// Two transactions wanted each other's rows, and this one had to give way: the same again will do.
    #[error("met another transaction")]
    Met,
    /// The database holds something that cannot be read: named, never guessed.
    #[error("unreadable {0}")]
    Unreadable(&'static str),
    #[error("the write path has failed; the node must stop")]
    Stopped,
    #[error("database: {0}")]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for Error {
    fn from(e: sqlx::Error) -> Self {
        let refused = e.as_database_error().map(sqlx::error::DatabaseError::kind);
        if let Some(ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation) = refused {
            return Error::Conflict;
        }
        let text = e.to_string();
        if text.contains("other firm") || text.contains("row-level security") {
            return Error::OtherFirm;
        }
        if text.contains("deadlock detected") || text.contains("could not serialize access") {
            return Error::Met;
        }
        Error::Database(e)
    }
}

pub type Result<T> = std::result::Result<T, Error>;
