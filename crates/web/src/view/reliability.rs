//! Reliability of institutions: what the firm's own tries say.

use super::connect::Place;
use super::household::{Kpi, Seg};
use super::prelude::*;
use super::settings::SettingsTab;

/// One day of the strip: how high the bar stands of 16, and in which colour.
#[derive(Clone, Copy, Debug)]
pub struct Day {
    pub x: usize,
    pub y: u32,
    pub height: u32,
    pub tone: Tone,
}

#[derive(Clone, Debug)]
pub struct Row {
    pub place: Place,
    /// Through which data provider.
    pub through: String,
    pub chip: Chip,
    pub days: Vec<Day>,
    /// What the strip shows, for those who hear it.
    pub said: String,
    /// "97%", "n/a" with too few tries.
    pub percent: String,
    pub tries: String,
    pub connections: String,
    pub href: String,
}

/// Why tries stopped: a bar and its number.
#[derive(Clone, Debug)]
pub struct Why {
    pub name: &'static str,
    pub n: String,
    /// Of 150.
    pub width: u64,
    pub kind: Kind,
    pub y: usize,
    pub end: u64,
}

#[derive(Debug, Template)]
#[template(path = "settings_reliability.html")]
pub struct Reliability {
    pub shell: Shell,
    pub tab: SettingsTab,
    pub kpis: Vec<Kpi>,
    pub shows: Vec<Seg>,
    pub rows: Vec<Row>,
    pub why: Vec<Why>,
    pub why_said: String,
    /// Below so many tries nothing is judged, and over how many days they are counted.
    pub enough: u32,
    pub over: i64,
    /// Nothing was tried yet.
    pub nothing: bool,
    pub earlier: Option<String>,
    pub later: Option<String>,
}
