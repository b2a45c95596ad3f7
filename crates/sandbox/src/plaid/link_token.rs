//! Link tokens: what they may ask for, and what became of their sessions.

use super::error::Trouble;
use super::institutions::countries;
use super::item::{products, webhook};
use super::wire::{Field, Kind, instant, may, must};
use super::{Answer, Call, auth};
use crate::link::session::LinkToken;
use model::Span;
use serde_json::{Map, Value, json};

const FILTER: Kind = Kind::Parts(&[may("account_subtypes", Kind::Texts)]);

pub const CREATE: &[Field] = &[
    must("client_name", Kind::Text),
    must("language", Kind::Text),
    must("country_codes", Kind::Texts),
    may(
        "user",
        Kind::Parts(&[
            must("client_user_id", Kind::Text),
            may("phone_number", Kind::Text),
            may("phone_number_verified_time", Kind::Text),
            may("email_address", Kind::Text),
            may("email_address_verified_time", Kind::Text),
            may("legal_name", Kind::Text),
            may("name", Kind::Anything),
            may("ssn", Kind::Text),
            may("date_of_birth", Kind::Text),
            may("address", Kind::Anything),
            may("id_number", Kind::Anything),
            may("stated_income_sources", Kind::Anything),
        ]),
    ),
    may("user_id", Kind::Text),
    may("user_token", Kind::Text),
    may("products", Kind::Texts),
    may("required_if_supported_products", Kind::Texts),
    may("optional_products", Kind::Texts),
    may("additional_consented_products", Kind::Texts),
    may("webhook", Kind::Text),
    may("access_token", Kind::Text),
    may("redirect_uri", Kind::Text),
    may("android_package_name", Kind::Text),
    may("link_customization_name", Kind::Text),
    may("appearance_mode", Kind::Text),
    may(
        "account_filters",
        Kind::Parts(&[
            may("depository", FILTER),
            may("credit", FILTER),
            may("loan", FILTER),
            may("investment", FILTER),
            may("other", FILTER),
        ]),
    ),
    may(
        "update",
        Kind::Parts(&[
            may("account_selection_enabled", Kind::Flag),
            may("reauthorization_enabled", Kind::Flag),
            may("user", Kind::Flag),
            may("item_ids", Kind::Texts),
        ]),
    ),
    may(
        "hosted_link",
        Kind::Parts(&[
            may("delivery_method", Kind::Text),
            may("completion_redirect_uri", Kind::Text),
            may("url_lifetime_seconds", Kind::Whole(1, 21 * 86_400)),
            may("is_mobile_app", Kind::Flag),
        ]),
    ),
    may("investments", Kind::Parts(&[may("allow_unverified_crypto_wallets", Kind::Flag), may("allow_manual_entry", Kind::Flag)])),
    may("transactions", Kind::Parts(&[may("days_requested", Kind::Whole(1, 730))])),
    may("enable_multi_item_link", Kind::Flag),
    may("institution_data", Kind::Parts(&[may("routing_number", Kind::Text), may("institution_id", Kind::Text)])),
    may("institution_id", Kind::Text),
    may("auth", Kind::Anything),
    may("identity", Kind::Anything),
    may("eu_config", Kind::Anything),
    may("statements", Kind::Anything),
];

const LANGUAGES: [&str; 17] = ["da", "nl", "en", "et", "fr", "de", "hi", "it", "lv", "lt", "no", "pl", "pt", "ro", "es", "sv", "vi"];

fn part<'a>(call: &'a Call, outer: &str, inner: &str) -> Option<&'a Value> {
    call.body.get(outer)?.get(inner).filter(|v| !v.is_null())
}

pub fn create(call: &Call) -> Answer {
    let language = call.text("language").unwrap_or_default();
    if !LANGUAGES.contains(&language) {
        return Err(Trouble::invalid("language", "a supported language code"));
    }
    let country_codes = countries(call)?;
    if call.text("client_name").is_some_and(|n| n.chars().count() > 30) {
        return Err(Trouble::invalid("client_name", "at most 30 characters long"));
    }
    if !["user", "user_id", "user_token"].iter().any(|f| call.body.get(*f).is_some_and(|v| !v.is_null())) {
        return Err(Trouble::missing(&["user".into()]));
    }
    let wanted = products(call.body.get("products"), "products")?;
    let mut wished = products(call.body.get("required_if_supported_products"), "required_if_supported_products")?;
    for field in ["optional_products", "additional_consented_products"] {
        wished.extend(products(call.body.get(field), field)?);
    }
    let repairs = repaired(call)?;
    if repairs.is_some() && !wanted.is_empty() {
        return Err(Trouble::invalid("products", "left out in update mode"));
    }
    if repairs.is_none() && wanted.is_empty() {
        return Err(Trouble::missing(&["products".into()]));
    }
    let link = LinkToken {
        token: call.state.keys.token("link"),
        page: call.state.keys.opaque(),
        created: call.now,
        expires: call.now + if repairs.is_some() { Span::minutes(30) } else { Span::hours(4) },
        page_expires: None,
        client_name: call.text("client_name").unwrap_or_default().into(),
        language: language.into(),
        country_codes,
        products: wanted,
        wished,
        webhook: webhook(call.text("webhook"))?,
        redirect_uri: call.text("redirect_uri").map(Into::into),
        completion: completion(call)?,
        institution_id: chosen(call)?,
        filters: call.body.get("account_filters").and_then(Value::as_object).cloned(),
        choose_accounts: part(call, "update", "account_selection_enabled").and_then(Value::as_bool).unwrap_or(false),
        several: call.body.get("enable_multi_item_link").and_then(Value::as_bool).unwrap_or(false) && repairs.is_none(),
        repairs,
        sessions: Vec::new(),
    };
    Ok(keep(call, link))
}

fn keep(call: &Call, mut link: LinkToken) -> Value {
    let hosted = call.body.get("hosted_link").is_some_and(Value::is_object);
    if hosted {
        let seconds = part(call, "hosted_link", "url_lifetime_seconds").and_then(Value::as_i64).unwrap_or(30 * 60);
        let ends = call.now + Span::seconds(seconds);
        link.page_expires = Some(ends);
        link.expires = link.expires.max(ends);
    }
    let mut out = json!({ "link_token": link.token, "expiration": instant(link.expires) });
    if hosted {
        out["hosted_link_url"] = json!(format!("{}/link/{}", call.state.base, link.page));
    }
    if let Some(user) = call.text("user_id") {
        out["user_id"] = json!(user);
    }
    call.state.keep_link(link);
    out
}

/// Update mode: the Item of the access token.
fn repaired(call: &Call) -> Result<Option<String>, Trouble> {
    let Some(token) = call.text("access_token") else { return Ok(None) };
    let item = auth::item_of(&call.state, token)?;
    if item.removed { Err(Trouble::of("ITEM_NOT_FOUND")) } else { Ok(Some(item.id)) }
}

fn completion(call: &Call) -> Result<Option<String>, Trouble> {
    match part(call, "hosted_link", "completion_redirect_uri").and_then(Value::as_str) {
        None => Ok(None),
        Some(u) if u.starts_with("http://") || u.starts_with("https://") => Ok(Some(u.into())),
        Some(_) => Err(Trouble::invalid("hosted_link.completion_redirect_uri", "a valid URL")),
    }
}

fn chosen(call: &Call) -> Result<Option<String>, Trouble> {
    let named = part(call, "institution_data", "institution_id").and_then(Value::as_str).or_else(|| call.text("institution_id"));
    if let Some(id) = named {
        let known = call.state.institution(id).ok_or_else(|| Trouble::of("INVALID_INSTITUTION"))?;
        return Ok(Some(known.id.clone()));
    }
    let Some(routing) = part(call, "institution_data", "routing_number").and_then(Value::as_str) else { return Ok(None) };
    let found = call.state.world.institutions().iter().find(|i| i.routing_numbers.iter().any(|r| r == routing));
    Ok(found.map(|i| i.id.clone()))
}

pub fn get(call: &Call) -> Answer {
    let token = call.text("link_token").unwrap_or_default();
    let link = call.state.book().links.get(token).cloned();
    let link = link.filter(|l| call.now < l.expires + Span::hours(6)).ok_or_else(|| Trouble::of("INVALID_LINK_TOKEN"))?;
    let sessions: Vec<Value> = link.sessions.iter().map(|s| s.wire()).collect();
    let mut metadata = Map::new();
    metadata.insert("initial_products".into(), json!(link.products));
    metadata.insert("webhook".into(), json!(link.webhook));
    metadata.insert("country_codes".into(), json!(link.country_codes));
    metadata.insert("language".into(), json!(link.language));
    metadata.insert("redirect_uri".into(), json!(link.redirect_uri));
    metadata.insert("client_name".into(), json!(link.client_name));
    if let Some(id) = &link.institution_id {
        metadata.insert("institution_data".into(), json!({ "institution_id": id }));
    }
    if let Some(filters) = &link.filters {
        metadata.insert("account_filters".into(), json!(filters));
    }
    Ok(json!({
        "link_token": link.token, "created_at": instant(link.created), "expiration": instant(link.expires), "metadata": metadata,
        "link_sessions": sessions,
    }))
}
