//! Price histories under Settings: what is kept, what is held without, and a file before it is taken in.

use super::prelude::*;
use super::settings::SettingsTab;

#[derive(Clone, Debug)]
pub struct PriceRow {
    pub key: String,
    pub name: String,
    /// "Shares · USD".
    pub about: String,
    pub source: String,
    /// "3 Jan 2008 to 20 Nov 2026".
    pub days: String,
    pub closes: String,
}

#[derive(Debug, Template)]
#[template(path = "settings_prices.html")]
pub struct SettingsPrices {
    pub shell: Shell,
    pub tab: SettingsTab,
    pub problems: Problems,
    pub may_change: bool,
    /// "Read through 127.0.0.1, last today, 6:12 AM."
    pub market: String,
    pub has_market: bool,
    pub file_error: String,
    pub currency: Field,
    pub rows: Vec<PriceRow>,
    /// Held by somebody, without a history: name and key.
    pub without: Vec<(String, String)>,
    pub without_more: usize,
}

#[derive(Clone, Debug)]
pub struct PriceChange {
    pub name: String,
    pub key: String,
    pub days: String,
    pub new: String,
    pub other: String,
    pub same: String,
    pub note: String,
    pub refused: bool,
}

#[derive(Debug, Template)]
#[template(path = "settings_prices_file.html")]
pub struct SettingsPricesFile {
    pub shell: Shell,
    pub tab: SettingsTab,
    pub action: String,
    pub file: String,
    /// "12,480 rows".
    pub about: String,
    pub changes: Vec<PriceChange>,
    /// Line and reason.
    pub rejects: Vec<(usize, String)>,
    pub rejects_more: usize,
    pub can_take: bool,
}
