//! The words and the rules of the product. Knows nothing of async, SQL or HTTP; the present time is always an argument.

pub mod account;
pub mod calendar;
pub mod connection;
pub mod consent;
pub mod fact;
pub mod fault;
pub mod head;
pub mod held;
pub mod id;
pub mod identity;
pub mod link;
pub mod money;
pub mod permission;
pub mod plan;
pub mod portal;
pub mod schedule;
pub mod scope;
pub mod secret;
pub mod shelf;
pub mod snapshot;
pub mod suggestion;
pub mod sums;
pub mod text;
pub mod time;
pub mod worth;

pub use account::{AccountKind, AccountState, AccountType, Custody, PortfolioKind, Source};
pub use connection::ConnectionState;
pub use fault::{Fault, FaultKind};
pub use id::*;
pub use money::{Currency, Money};
pub use rust_decimal::Decimal;
pub use scope::{Actor, FirmScope};
pub use secret::Secret;
pub use snapshot::{AccountData, Lot, PositionData, SecurityData, SecurityDetail, SecurityKind, Snapshot, TradeData};
pub use time::{Clock, Date, SharedClock, Span, Time};
