//! What the product does: may, load, decide, save, record. The order of steps lives here and nowhere else.
//! Knows nothing of HTTP requests, HTML or SQL text.

pub mod account_view;
pub mod accounts;
pub mod asset_sync;
pub mod connect_flow;
pub mod connections;
pub mod connections_list;
mod context;
pub mod ending;
mod error;
pub mod events;
pub mod factors;
pub mod facts;
pub mod firms;
pub mod home;
pub mod hooks;
pub mod household_accounts;
pub mod household_list;
pub mod households;
pub mod institutions;
pub mod jobs;
pub mod limits;
pub mod links;
pub mod live;
pub mod mail;
pub mod members;
pub mod passwords;
pub mod policy;
pub mod portal;
pub mod portfolios;
pub mod qr;
mod random;
pub mod rebuild;
pub mod seal;
pub mod sessions;
pub mod setup;
pub mod sign_in;
pub mod staff;
pub mod sync;

pub use context::{App, Config, Parts};
pub use error::{Error, Field, Result};
pub use random::Random;
