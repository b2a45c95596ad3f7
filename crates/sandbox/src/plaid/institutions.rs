//! The directory of institutions: pages, search, one at a time with its state.

use super::error::Trouble;
use super::item::products;
use super::wire::{Field, Kind, instant, may, must};
use super::{Answer, Call, texts};
use crate::state::State;
use crate::world::{Health, Institution};
use model::Time;
use serde_json::{Value, json};

const COUNTRIES: [&str; 20] =
    ["US", "GB", "ES", "NL", "FR", "IE", "CA", "DE", "IT", "PL", "DK", "NO", "SE", "EE", "LT", "LV", "PT", "BE", "AT", "FI"];

const METADATA: [Field; 3] = [
    may("include_optional_metadata", Kind::Flag),
    may("include_auth_metadata", Kind::Flag),
    may("include_payment_initiation_metadata", Kind::Flag),
];

pub const GET: &[Field] = &[
    must("count", Kind::Whole(1, 500)),
    must("offset", Kind::Whole(0, 1_000_000)),
    must("country_codes", Kind::Texts),
    may(
        "options",
        Kind::Parts(&[
            may("products", Kind::Texts),
            may("routing_numbers", Kind::Texts),
            may("oauth", Kind::Flag),
            METADATA[0],
            METADATA[1],
            METADATA[2],
        ]),
    ),
];

pub const SEARCH: &[Field] = &[
    must("query", Kind::Text),
    may("products", Kind::Texts),
    must("country_codes", Kind::Texts),
    may(
        "options",
        Kind::Parts(&[may("oauth", Kind::Flag), METADATA[0], METADATA[1], METADATA[2], may("payment_initiation", Kind::Anything)]),
    ),
];

pub const BY_ID: &[Field] = &[
    must("institution_id", Kind::Text),
    must("country_codes", Kind::Texts),
    may("options", Kind::Parts(&[may("include_status", Kind::Flag), METADATA[0], METADATA[1], METADATA[2]])),
];

/// The country codes of a request: at least one, each one known.
pub fn countries(call: &Call) -> Result<Vec<String>, Trouble> {
    let codes = call.texts("country_codes");
    if codes.is_empty() || codes.iter().any(|c| !COUNTRIES.contains(&c.as_str())) {
        return Err(Trouble::invalid("country_codes", "a list of supported country codes"));
    }
    Ok(codes)
}

fn flag(call: &Call, name: &str) -> Option<bool> {
    call.option(name).and_then(Value::as_bool)
}

pub fn get(call: &Call) -> Answer {
    let countries = countries(call)?;
    let wanted = products(call.option("products"), "products")?;
    let routing = texts(call.option("routing_numbers"));
    let oauth = flag(call, "oauth");
    let fits = |i: &&Institution| {
        lies_in(i, &countries)
            && wanted.iter().all(|p| i.products.contains(&p.as_str()))
            && oauth.is_none_or(|o| o == i.oauth)
            && (routing.is_empty() || routing.iter().any(|r| i.routing_numbers.contains(r)))
    };
    let whole = |name: &str| call.body.get(name).and_then(Value::as_u64).unwrap_or_default() as usize;
    let metadata = flag(call, "include_optional_metadata") == Some(true);
    let fitting: Vec<&Institution> = call.state.world.institutions().iter().filter(fits).collect();
    let page: Vec<Value> =
        fitting.iter().skip(whole("offset")).take(whole("count")).map(|i| wire(&call.state, i, metadata, false)).collect();
    Ok(json!({ "institutions": page, "total": fitting.len() }))
}

pub fn search(call: &Call) -> Answer {
    let countries = countries(call)?;
    let wanted = products(call.body.get("products"), "products")?;
    let oauth = flag(call, "oauth");
    let metadata = flag(call, "include_optional_metadata") == Some(true);
    let found = matching(&call.state, call.text("query").unwrap_or_default(), &wanted, &countries, 40);
    let found = found.into_iter().filter(|i| oauth.is_none_or(|o| o == i.oauth)).take(10);
    Ok(json!({ "institutions": found.map(|i| wire(&call.state, i, metadata, false)).collect::<Vec<_>>() }))
}

pub fn by_id(call: &Call) -> Answer {
    let countries = countries(call)?;
    let found = call.state.institution(call.text("institution_id").unwrap_or_default()).filter(|i| lies_in(i, &countries));
    let found = found.ok_or_else(|| Trouble::of("INVALID_INSTITUTION"))?;
    let (metadata, status) = (flag(call, "include_optional_metadata") == Some(true), flag(call, "include_status") == Some(true));
    Ok(json!({ "institution": wire(&call.state, found, metadata, status) }))
}

fn lies_in(i: &Institution, countries: &[String]) -> bool {
    i.country_codes.iter().any(|c| countries.iter().any(|w| w == c))
}

fn closed(health: &Health) -> bool {
    matches!(health, Health::Retired | Health::MergedInto(_))
}

/// The best matches by name, other names and address; the better known first among equals.
pub fn matching<'a>(state: &'a State, query: &str, products: &[String], countries: &[String], most: usize) -> Vec<&'a Institution> {
    let query = query.trim().to_lowercase();
    let query = query.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.").trim_end_matches('/');
    if query.is_empty() {
        return Vec::new();
    }
    let open = state
        .world
        .institutions()
        .iter()
        .filter(|i| lies_in(i, countries) && products.iter().all(|p| i.products.contains(&p.as_str())) && !closed(&i.health));
    let mut found: Vec<(u8, &Institution)> = open.filter_map(|i| Some((rank(i, query)?, i))).collect();
    found.sort_by(|a, b| (a.0, b.1.popularity, &a.1.name).cmp(&(b.0, a.1.popularity, &b.1.name)));
    found.into_iter().take(most).map(|(_, i)| i).collect()
}

fn rank(i: &Institution, query: &str) -> Option<u8> {
    let name = i.name.to_lowercase();
    if name == query || i.host() == query {
        return Some(0);
    }
    if name.starts_with(query) {
        return Some(1);
    }
    if i.aliases.iter().any(|a| a.to_lowercase().starts_with(query)) {
        return Some(2);
    }
    if name.split_whitespace().any(|w| w.starts_with(query)) || i.host().starts_with(query) {
        return Some(3);
    }
    (name.contains(query) || i.host().contains(query)).then_some(4)
}

fn wire(state: &State, i: &Institution, metadata: bool, status: bool) -> Value {
    let health = state.health(i);
    let mut out = json!({
        "institution_id": i.id, "name": i.name, "products": i.products, "country_codes": i.country_codes,
        "routing_numbers": i.routing_numbers, "dtc_numbers": [], "oauth": i.oauth,
        "connection_availability": if closed(&health) { "NOT_SUPPORTED" } else { "SUPPORTED" },
    });
    if metadata {
        out["url"] = json!(i.url);
        out["primary_color"] = json!(i.primary_color);
        out["logo"] = json!(i.logo_png_base64());
    }
    if status {
        out["status"] = status_wire(&health, i, state.now());
    }
    out
}

fn status_wire(health: &Health, i: &Institution, now: Time) -> Value {
    let (word, breakdown) = match health {
        Health::Healthy => {
            ("HEALTHY", json!({ "success": 0.97, "error_plaid": 0.01, "error_institution": 0.02, "refresh_interval": "NORMAL" }))
        }
        Health::Degraded => {
            ("DEGRADED", json!({ "success": 0.61, "error_plaid": 0.02, "error_institution": 0.37, "refresh_interval": "DELAYED" }))
        }
        _ => ("DOWN", json!({ "success": 0.02, "error_plaid": 0.01, "error_institution": 0.97, "refresh_interval": "STOPPED" })),
    };
    let since = instant(Time::from_seconds(now.as_seconds().div_euclid(86_400) * 86_400));
    let one = json!({ "status": word, "last_status_change": since, "breakdown": breakdown });
    let part = |product: &str| if i.products.contains(&product) { one.clone() } else { Value::Null };
    json!({
        "item_logins": one, "transactions_updates": part("transactions"), "auth": part("auth"), "identity": part("identity"),
        "investments_updates": part("investments"), "liabilities_updates": part("liabilities"), "liabilities": part("liabilities"),
        "investments": part("investments"), "health_incidents": null,
    })
}
