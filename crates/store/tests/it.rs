//! The store on both engines.

#[path = "it/past.rs"]
mod past;
#[path = "it/units.rs"]
mod units;
