//! What the product does: may, load, decide, save, record. The order of steps lives here and nowhere else.
//! Knows nothing of HTTP requests, HTML or SQL text.

pub mod connect_flow;
pub mod connections;
mod context;
mod error;
pub mod events;
pub mod jobs;
pub mod institutions;
pub mod mail;
mod random;
pub mod seal;

pub use context::{App, Config, Parts};
pub use error::{Error, Field, Result};
pub use random::Random;
