//! A bridge that speaks SimpleFIN: a page that gives out setup tokens, a claim that works once, and accounts behind an address with a
//! password in it.

mod accounts;
mod pages;

pub use pages::{director, router};

use crate::keys::dice;
use crate::state::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Date, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// So many looks a day are agreed on.
const BUDGET: u32 = 24;
/// Whoever goes on in spite of the warnings loses the token here.
const PATIENCE: u32 = 36;
/// The setup token that can be claimed again and again.
const DEMO: &str = "demo";

/// The institutions that somebody's bridge reaches.
const REACHED: [&str; 4] = ["ins_larchmont_brokerage", "ins_bluewater", "ins_sable", "ins_tessera"];

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bridge {
    /// The last part of the claim's address.
    pub setup: String,
    pub login: String,
    pub made: Time,
    pub claimed: bool,
    /// Name and password of the access address.
    pub name: String,
    pub password: String,
    pub revoked: bool,
    pub day: Date,
    pub asked: u32,
}

/// What the bridge remembers, by setup token.
#[derive(Default)]
pub struct Memory {
    pub bridges: BTreeMap<String, Bridge>,
}

impl State {
    pub fn simplefin_base(&self) -> String {
        format!("{}/simplefin", self.base)
    }

    fn setup_token(&self, setup: &str) -> String {
        STANDARD.encode(format!("{}/claim/{setup}", self.simplefin_base()))
    }

    pub fn simplefin_demo_token(&self) -> String {
        self.setup_token(DEMO)
    }

    /// A bridge for that user name, not claimed yet.
    fn new_bridge(&self, login: &str) -> Bridge {
        let setup = self.keys.opaque();
        self.bridge(&setup, login)
    }

    fn bridge(&self, setup: &str, login: &str) -> Bridge {
        let now = self.now();
        let bridge = Bridge {
            setup: setup.into(),
            login: login.into(),
            made: now,
            claimed: false,
            name: format!("sandbox{:08X}", dice(&[setup.as_bytes()]) as u32),
            password: self.keys.opaque(),
            revoked: false,
            day: now.utc_date(),
            asked: 0,
        };
        self.journal.bridge(&bridge);
        self.book().simplefin.bridges.insert(setup.into(), bridge.clone());
        bridge
    }

    /// Changes a bridge and writes it down.
    fn change_bridge<T>(&self, which: impl Fn(&Bridge) -> bool, with: impl FnOnce(&mut Bridge) -> T) -> Option<T> {
        let mut book = self.book();
        let bridge = book.simplefin.bridges.values_mut().find(|b| which(b))?;
        let out = with(bridge);
        self.journal.bridge(bridge);
        Some(out)
    }
}
