//! The words and the rules of the product. Knows nothing of async, SQL or HTTP; the present time is always an argument.

pub mod id;
pub mod money;
pub mod time;

pub use id::*;
pub use money::{Currency, Money};
pub use rust_decimal::Decimal;
pub use time::{Clock, Date, SharedClock, Span, Time};
