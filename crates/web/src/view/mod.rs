//! The views: one struct a page, its fields ready to show, and the template beside it in `templates/`. Decides nothing, loads nothing,
//! and knows no type of `app`: handlers map what they loaded into these.
//!
//! Every page has a `shell` (who is looking, through which frame) and shows itself with `to_string()` or `render()`.

pub mod account;
pub mod account_change;
pub mod asset_sync;
pub mod balance_sheet;
pub mod cases;
pub mod changed;
pub mod connect;
pub mod connections;
pub mod handover;
pub mod help;
pub mod home;
pub mod household;
pub mod household_change;
pub mod households;
pub mod imports;
pub mod income;
pub mod invitations;
pub mod join;
pub mod joins;
pub mod kit;
pub mod looks;
pub mod manual;
pub mod map;
pub mod outbox;
pub mod permissions;
pub mod policies;
pub mod portal;
pub mod portfolio;
pub mod preferences;
pub mod prices;
pub mod recover;
pub mod reliability;
pub mod resources;
pub mod risk;
pub mod search;
pub mod security;
pub mod settings;
pub mod setup;
pub mod shell;
pub mod sign_in;
pub mod signals;
pub mod states;
pub mod step_up;
pub mod support;
pub mod welcome;
pub mod words;
pub mod wrong;

/// What every view file needs in scope for its template.
pub(crate) mod prelude {
    pub use super::kit::*;
    pub use super::shell::*;
    pub use crate::icons as icon;
    pub use askama::Template;
}
