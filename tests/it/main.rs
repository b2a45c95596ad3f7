//! Stories: the whole product in process, on both databases.

mod arrival;
mod audit;
mod cases;
mod client;
mod consent;
mod crash;
mod directory;
mod doubled;
mod ending;
mod hooks;
mod hostile;
mod killing;
mod leaving;
mod operating;
mod portals;
mod program;
mod recover;
mod repair;
mod secrets;
mod states;
mod story;
mod told;
mod trouble;
mod waiting;
mod wire;
