//! The connector trait, one folder per provider, and the only outbound HTTP clients. Knows nothing of SQL, pages or jobs.

pub mod connector;
mod gate;
pub mod guard;
pub mod http;
mod lenient;
pub mod market;
pub mod mx;
pub mod plaid;
pub mod registry;
mod said;
pub mod simplefin;
mod tls;

pub use connector::*;
