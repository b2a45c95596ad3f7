//! The client's way through: door, start, search, notice, leaving, progress, choice, done, and what can come between. The pages name the
//! firm and the purpose; only pages behind a redeemed link name the client.

mod ask;
mod end;
mod find;
mod parts;
mod path;
mod start;

pub use ask::{Approve, Ask, AskChoice, AskField, AskKind, AskNote};
pub use end::{Added, Choose, Done, Earlier, Expired, Found, MailboxCode, Owners, Returning, Thanks, Trouble, Way};
pub use find::{Match, Search, Tile, marked};
pub use parts::Place;
pub use path::{Leaving, Notice, Progress, Stage};
pub use start::{Door, Start, TypeCode};
