//! The hosted link flow: a state machine on the server, and the pages that a person walks through it with.

pub mod challenge;
pub mod finish;
pub mod oauth;
pub mod pages;
pub mod session;
pub mod steps;
pub mod views;
