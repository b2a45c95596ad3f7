//! The client's way through: door, start, search, notice, leaving, progress, choice, done, and what can come between. The pages name the
//! firm and the purpose; only pages behind a redeemed link name the client.

mod find;
mod parts;
mod start;

pub use find::{Match, Search, Tile, marked};
pub use parts::Place;
pub use start::{Door, Start, TypeCode};
