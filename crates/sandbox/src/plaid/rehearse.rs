//! Plaid's own sandbox endpoints: an Item without a page, a broken sign-in, a webhook on demand.

use super::error::Trouble;
use super::item::{products, webhook};
use super::wire::{Field, Kind, instant, may, must};
use super::{Answer, Call};
use crate::link::challenge::{Taken, judge};
use crate::link::finish::{NewItem, make_item};
use crate::state::Item;
use crate::world::{Health, Mfa};
use serde_json::{Value, json};

pub const CREATE: &[Field] = &[
    must("institution_id", Kind::Text),
    must("initial_products", Kind::Texts),
    may(
        "options",
        Kind::Parts(&[
            may("webhook", Kind::Text),
            may("override_username", Kind::Text),
            may("override_password", Kind::Text),
            may("transactions", Kind::Parts(&[may("start_date", Kind::Day), may("end_date", Kind::Day)])),
            may("statements", Kind::Anything),
            may("income_verification", Kind::Anything),
        ]),
    ),
    may("user_token", Kind::Text),
    may("user_id", Kind::Text),
];

pub const FIRE: &[Field] =
    &[must("access_token", Kind::Text), must("webhook_code", Kind::Text), may("webhook_type", Kind::Text), may("options", Kind::Anything)];

pub fn create(call: &Call) -> Answer {
    let id = call.text("institution_id").unwrap_or_default();
    let institution = call.state.institution(id).ok_or_else(|| Trouble::of("INVALID_INSTITUTION"))?;
    let wanted = products(call.body.get("initial_products"), "initial_products")?;
    if wanted.is_empty() {
        return Err(Trouble::invalid("initial_products", "a list of at least one product"));
    }
    let text = |name: &str| call.option(name).and_then(Value::as_str);
    let (user, password) = (text("override_username").unwrap_or("user_good"), text("override_password").unwrap_or("pass_good"));
    let custom = match judge(user, password, Mfa::None) {
        Taken::Right { custom, .. } => custom,
        Taken::Wrong => return Err(Trouble::of("INVALID_CREDENTIALS")),
        Taken::Refused(trouble) => return Err(trouble),
    };
    match call.state.health(institution) {
        Health::Down => return Err(Trouble::of("INSTITUTION_DOWN")),
        Health::Retired | Health::MergedInto(_) => return Err(Trouble::of("INSTITUTION_NO_LONGER_SUPPORTED")),
        Health::Healthy | Health::Degraded => {}
    }
    if custom.is_none() && wanted.iter().any(|p| !institution.products.contains(&p.as_str())) {
        return Err(Trouble::of("PRODUCTS_NOT_SUPPORTED"));
    }
    let webhook = webhook(text("webhook"))?;
    let new = NewItem { institution, user, custom, products: wanted, wished: Vec::new(), webhook, keys: None };
    let item = make_item(&call.state, new);
    Ok(json!({ "public_token": call.state.mint_public(&item.id) }))
}

pub fn reset_login(call: &Call) -> Answer {
    let item = call.item()?;
    let trouble = Trouble::of("ITEM_LOGIN_REQUIRED");
    if call.state.break_item(&item.id, trouble.clone()) {
        call.state.tell_error(&item, &trouble);
    }
    Ok(json!({ "reset_login": true }))
}

pub fn fire(call: &Call) -> Answer {
    let item = call.item()?;
    let code = call.text("webhook_code").unwrap_or_default();
    let kind = call.text("webhook_type").unwrap_or(usual_type(code));
    let body = body_of(&item, kind, code).ok_or_else(|| Trouble::of("SANDBOX_WEBHOOK_INVALID"))?;
    let wants = match kind {
        "HOLDINGS" | "INVESTMENTS_TRANSACTIONS" => Some("investments"),
        "LIABILITIES" => Some("liabilities"),
        "TRANSACTIONS" => Some("transactions"),
        _ => None,
    };
    if wants.is_some_and(|w| !item.products.iter().any(|p| p == w)) {
        return Err(Trouble::of("SANDBOX_PRODUCT_NOT_ENABLED"));
    }
    if !call.state.tell(&item, kind, code, body) {
        return Err(Trouble::of("SANDBOX_WEBHOOK_INVALID"));
    }
    Ok(json!({ "webhook_fired": true }))
}

fn usual_type(code: &str) -> &'static str {
    match code {
        "DEFAULT_UPDATE" | "SYNC_UPDATES_AVAILABLE" | "RECURRING_TRANSACTIONS_UPDATE" => "TRANSACTIONS",
        "SMS_MICRODEPOSITS_VERIFICATION" => "AUTH",
        "PRODUCT_READY" => "ASSETS",
        _ => "ITEM",
    }
}

/// What a webhook of this type and code carries; `None` when there is no such webhook.
fn body_of(item: &Item, kind: &str, code: &str) -> Option<Value> {
    Some(match (kind, code) {
        ("HOLDINGS", "DEFAULT_UPDATE") => json!({ "new_holdings": 0, "updated_holdings": 1 }),
        ("INVESTMENTS_TRANSACTIONS", "DEFAULT_UPDATE" | "HISTORICAL_UPDATE") => {
            json!({ "new_investments_transactions": 1, "cancelled_investments_transactions": 0 })
        }
        ("LIABILITIES", "DEFAULT_UPDATE") => {
            json!({ "account_ids_with_new_liabilities": [], "account_ids_with_updated_liabilities": {} })
        }
        ("TRANSACTIONS", "DEFAULT_UPDATE") => json!({ "new_transactions": 1 }),
        ("TRANSACTIONS", "SYNC_UPDATES_AVAILABLE") => json!({ "initial_update_complete": true, "historical_update_complete": true }),
        ("TRANSACTIONS", "RECURRING_TRANSACTIONS_UPDATE") => json!({ "account_ids": [] }),
        ("ITEM", "ERROR") => json!({ "error": Trouble::of("ITEM_LOGIN_REQUIRED").in_webhook() }),
        ("ITEM", "LOGIN_REPAIRED" | "NEW_ACCOUNTS_AVAILABLE" | "USER_PERMISSION_REVOKED") => json!({}),
        ("ITEM", "USER_ACCOUNT_REVOKED") => json!({ "account_id": crate::keys::stable(&["account", &item.id, item.keys.first()?]) }),
        ("ITEM", "PENDING_DISCONNECT") => {
            json!({ "reason": "INSTITUTION_TOKEN_EXPIRATION", "disconnect_time": item.consent_ends.map(instant) })
        }
        ("AUTH", "SMS_MICRODEPOSITS_VERIFICATION" | "AUTHORIZATION_GRANTED") | ("ITEM", "AUTHORIZATION_GRANTED") => json!({}),
        ("ASSETS", "PRODUCT_READY") => json!({}),
        _ => return None,
    })
}
