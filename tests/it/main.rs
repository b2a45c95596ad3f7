//! Stories: the whole product in process, on both databases.

mod arrival;
mod client;
mod crash;
mod directory;
mod operating;
mod program;
mod ending;
mod repair;
mod story;
mod trouble;
mod wire;
