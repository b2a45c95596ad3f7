//! Seeded worlds: the real engine on a real store, a provider that is a model, and oracles after each step. A seed that fails once is
//! kept as a test for ever. Knows nothing that the product ships.

mod changes;
mod dice;
mod drive;
mod oracles;
pub mod planted;
mod provider;
mod rest;
pub mod run;
mod sim;
mod steps;
#[cfg(test)]
mod stories;
mod truth;
mod view;
mod world;

pub use sim::{Failure, Report, STEPS};
