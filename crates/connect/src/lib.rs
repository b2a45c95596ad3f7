//! The connector trait, one file per provider, and the only outbound HTTP client. Knows nothing of SQL, pages or jobs.

pub mod connector;

pub use connector::*;
