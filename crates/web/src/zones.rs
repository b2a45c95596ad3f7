//! Time zones to choose from, by the names people know them under.

use crate::view::kit::{Pick, Select};

const ZONES: [(&str, &str); 24] = [
    ("America/New_York", "Eastern, New York"),
    ("America/Detroit", "Eastern, Detroit"),
    ("America/Indiana/Indianapolis", "Eastern, Indianapolis"),
    ("America/Chicago", "Central, Chicago"),
    ("America/Denver", "Mountain, Denver"),
    ("America/Boise", "Mountain, Boise"),
    ("America/Phoenix", "Mountain without summer time, Phoenix"),
    ("America/Los_Angeles", "Pacific, Los Angeles"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
    ("America/Puerto_Rico", "Atlantic, Puerto Rico"),
    ("Pacific/Guam", "Guam"),
    ("America/Halifax", "Atlantic, Halifax"),
    ("America/Toronto", "Eastern, Toronto"),
    ("America/Winnipeg", "Central, Winnipeg"),
    ("America/Edmonton", "Mountain, Edmonton"),
    ("America/Vancouver", "Pacific, Vancouver"),
    ("Europe/London", "London"),
    ("Europe/Dublin", "Dublin"),
    ("Europe/Berlin", "Berlin"),
    ("Europe/Zurich", "Zurich"),
    ("Asia/Singapore", "Singapore"),
    ("Australia/Sydney", "Sydney"),
    ("UTC", "UTC"),
];

/// `none`: the text of the choice that leaves it open, where there is one.
pub fn select(chosen: &str, none: Option<&str>) -> Select {
    let open = none.map(|text| Pick::new("", text, chosen.is_empty()));
    let unlisted = (!chosen.is_empty() && ZONES.iter().all(|(zone, _)| *zone != chosen)).then(|| Pick::new(chosen, chosen, true));
    let listed = ZONES.iter().map(|(zone, text)| Pick::new(*zone, *text, *zone == chosen));
    Select::new("zone", "Time zone", open.into_iter().chain(unlisted).chain(listed).collect())
}
