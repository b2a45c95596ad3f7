//! The store on both engines.

#[path = "it/units.rs"]
mod units;
