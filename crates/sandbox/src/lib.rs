//! Rehearsal providers: real HTTP servers that speak the providers' wire protocols over a generated world.
//! Knows nothing of the product but `model`'s clock and decimals.

mod control;
mod custom;
mod feed;
mod journal;
mod keys;
mod link;
mod mx;
mod plaid;
mod server;
mod simplefin;
mod start;
mod state;
mod tick;
pub mod world;

pub use start::{Config, Running, start};
