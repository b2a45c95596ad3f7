//! The directory: imported from providers, searched in memory, corrected by people, learning from choices.

mod import;
mod names;
mod routes;
mod search;
mod shelf;

pub use connect::InstitutionStatus as Status;
pub use import::{import, imported_at, keep_current};
pub use names::{Name, add_name, aliases, names, remove_name, set_aliases};
pub use search::{Found, find, learn, popular, refresh, search};
pub use shelf::{Shelf, rebuild};

use store::institutions::Weather;

fn status_key(status: Status) -> &'static str {
    match status {
        Status::Healthy => "healthy",
        Status::Degraded => "degraded",
        Status::Down => "down",
        Status::NotSupported => "not_supported",
        Status::Unknown => "unknown",
    }
}

fn status_from(key: &str) -> Status {
    match key {
        "healthy" => Status::Healthy,
        "degraded" => Status::Degraded,
        "down" => Status::Down,
        "not_supported" => Status::NotSupported,
        _ => Status::Unknown,
    }
}

fn weather(card: &connect::InstitutionCard) -> Weather {
    Weather { status: status_key(card.status).into(), notice: card.notice.clone(), success_percent: card.success_percent.map(i64::from) }
}
