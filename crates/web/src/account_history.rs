//! What happened to one account, in words: only kinds that a person wants to read about.

use crate::session::Staff;
use crate::view::account::Happened;
use crate::view::words;
use app::account_view::View;
use model::{Date, Time};

/// Lines shown; older ones are in the log.
const MOST: usize = 20;

pub fn lines(v: &View, staff: &Staff, now: Time) -> Vec<Happened> {
    let zone = staff.zone();
    let told = v.history.iter().filter_map(|e| {
        let detail: serde_json::Value = serde_json::from_str(&e.detail).unwrap_or_default();
        let text = |key: &str| detail.get(key).and_then(|t| t.as_str()).unwrap_or_default().to_owned();
        let what = match e.kind.as_str() {
            "account.created" => "Entered by hand".to_owned(),
            "account.added_by_client" => "Added by hand in the portal".to_owned(),
            "account.added" if text("connection").is_empty() => format!("Added from a file{}", from(&text("institution"))),
            "account.added" => format!("Added by Asset Sync{}", from(&text("institution"))),
            "account.joined" => format!("Arrived again{}: joined with this account, not counted twice", from(&text("institution"))),
            "account.valued" => match text("as_of").parse::<Date>() {
                Ok(day) => format!("Value entered, as of {}", words::day(day)),
                Err(_) => "Value entered".into(),
            },
            "account.renamed" => "Renamed".into(),
            "account.owners_set" => "Owners changed".into(),
            "account.missing" => format!("Not in the answer{}", from(&text("institution"))),
            "account.returned" => format!("Back in the answer{}", from(&text("institution"))),
            "account.made_one" | "account.linked" => format!("Made one with an account{}", from(&text("institution"))),
            "account.moved" => format!("Moved: goes on as an account{}", from(&text("institution"))),
            "account.parted" => "Taken apart: two accounts again".into(),
            "account.kept_apart" => "Said to be an account of its own".into(),
            "account.path_chosen" => "Another way brings the values".into(),
            "account.closed" => "Closed, history kept".into(),
            "account.hidden_there" => "The institution does not show it: the last value stays".into(),
            "account.details_set" => "Details changed".into(),
            "account.muted" => "Muted".into(),
            "account.unmuted" => "Counted again".into(),
            "account.disconnected" => "Disconnected, history kept".into(),
            _ => return None,
        };
        let more = v.people.iter().find(|(id, _)| *id == e.actor).map(|(_, name)| format!("by {name}")).unwrap_or_default();
        Some(Happened { when: words::capital(&words::moment(e.at, now, &zone)), what, more })
    });
    told.take(MOST).collect()
}

fn from(institution: &str) -> String {
    if institution.is_empty() { String::new() } else { format!(" from {institution}") }
}
