//! Rehearsal providers: real HTTP servers that speak the providers' wire protocols over a generated world.
//! Knows nothing of the product but `model`'s clock and decimals.

pub mod world;
