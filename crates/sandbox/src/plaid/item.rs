//! An Item's own endpoints: exchange, state, removal, webhook and token rotation.

use super::auth::well_formed;
use super::error::Trouble;
use super::wire::instant;
use super::{Answer, Call, texts};
use crate::state::{Item, State, data_day, published};
use model::{Span, Time};
use serde_json::{Value, json};

/// A public token can be exchanged for so long, and once.
const PUBLIC_LIFE: Span = Span::minutes(30);

pub fn exchange(call: &Call) -> Answer {
    let token = call.text("public_token").unwrap_or_default();
    let refuse = |message: &str| Trouble::of("INVALID_PUBLIC_TOKEN").saying(message);
    if !well_formed(token, "public") {
        return Err(refuse("provided public token is in an invalid format. expected format: public-<environment>-<identifier>"));
    }
    let mut book = call.state.book();
    let Some(public) = book.public.get_mut(token) else { return Err(Trouble::of("INVALID_PUBLIC_TOKEN")) };
    if public.spent {
        return Err(refuse("provided public token was exchanged already"));
    }
    if call.now - public.created > PUBLIC_LIFE {
        return Err(refuse("provided public token is expired. Public tokens expire 30 minutes after creation"));
    }
    public.spent = true;
    let public = public.clone();
    call.state.journal.public(token, &public);
    let item = book.items.get(&public.item_id).filter(|i| !i.removed).ok_or_else(|| Trouble::of("ITEM_NOT_FOUND"))?;
    Ok(json!({ "access_token": item.access_token, "item_id": item.id }))
}

/// The Item as every answer shows it.
pub fn wire(state: &State, item: &Item) -> Value {
    let institution = state.institution(&item.institution_id);
    let available: Vec<&str> =
        institution.map(|i| i.products.iter().copied().filter(|p| !item.products.iter().any(|b| b == p)).collect()).unwrap_or_default();
    let each_time = crate::tick::asks_each_time(state, item);
    json!({
        "item_id": item.id,
        "institution_id": item.institution_id,
        "institution_name": institution.map(|i| &i.name),
        "webhook": item.webhook,
        "auth_method": null,
        "error": item.error.as_ref().map(Trouble::inside),
        "available_products": available,
        "billed_products": item.products,
        "products": item.products,
        "consented_products": item.consented,
        "consent_expiration_time": item.consent_ends.map(instant),
        "update_type": if each_time { "user_present_required" } else { "background" },
        "created_at": instant(item.created),
        "consented_use_cases": ["Track and manage your finances"],
        "consented_data_scopes": scopes(item),
    })
}

fn scopes(item: &Item) -> Vec<&'static str> {
    let has = |product: &str| item.consented.iter().any(|p| p == product);
    let mut scopes = vec!["account_balance_info"];
    for (product, scope) in [("investments", "investments"), ("liabilities", "credit_loan_info"), ("transactions", "transactions")] {
        if has(product) {
            scopes.push(scope);
        }
    }
    scopes
}

/// When the values that an Item shows were pulled.
pub fn last_update(item: &Item, now: Time) -> Time {
    let alive = item.alive_until(now);
    [item.signed_in, published(data_day(alive)), item.pulled.unwrap_or_default()].into_iter().max().unwrap_or_default().min(now)
}

pub fn get(call: &Call) -> Answer {
    let item = call.item()?;
    let failed = item.broken_at.map(instant);
    let update = json!({ "last_successful_update": instant(last_update(&item, call.now)), "last_failed_update": failed });
    let has = |product: &str| item.products.iter().any(|p| p == product);
    let part = |product: &str| if has(product) { update.clone() } else { Value::Null };
    let hook = item.last_webhook.as_ref().map(|(at, code)| json!({ "sent_at": instant(*at), "code_sent": code }));
    Ok(json!({
        "item": wire(&call.state, &item),
        "status": { "investments": part("investments"), "transactions": part("transactions"), "last_webhook": hook },
    }))
}

pub fn remove(call: &Call) -> Answer {
    const REASONS: [&str; 6] =
        ["FRAUD_FIRST_PARTY", "FRAUD_FALSE_IDENTITY", "FRAUD_ABUSE", "FRAUD_OTHER", "CONNECTION_IS_NON_FUNCTIONAL", "OTHER"];
    if call.text("reason_code").is_some_and(|r| !REASONS.contains(&r)) {
        return Err(Trouble::invalid("reason_code", "one of the known reasons"));
    }
    if call.text("reason_note").is_some_and(|n| n.chars().count() > 512) {
        return Err(Trouble::invalid("reason_note", "at most 512 characters long"));
    }
    let item = call.item()?;
    call.state.change(&item.id, |i| i.removed = true);
    Ok(json!({}))
}

/// A webhook's address, when it is one.
pub fn webhook(given: Option<&str>) -> Result<Option<String>, Trouble> {
    match given.map(str::trim).filter(|u| !u.is_empty()) {
        None => Ok(None),
        Some(u) if u.starts_with("https://") || u.starts_with("http://") => Ok(Some(u.into())),
        Some(_) => Err(Trouble::invalid("webhook", "a valid URL")),
    }
}

pub fn update_webhook(call: &Call) -> Answer {
    let item = call.item()?;
    let url = webhook(call.text("webhook"))?;
    call.state.change(&item.id, |i| i.webhook = url.clone());
    let item = call.item()?;
    call.state.tell(&item, "ITEM", "WEBHOOK_UPDATE_ACKNOWLEDGED", json!({ "new_webhook_url": url }));
    Ok(json!({ "item": wire(&call.state, &item) }))
}

/// A new access token; the old one is dead at once.
pub fn rotate(call: &Call) -> Answer {
    let item = call.item()?;
    let fresh = call.state.keys.token("access");
    let mut book = call.state.book();
    book.access.remove(&item.access_token);
    book.access.insert(fresh.clone(), item.id.clone());
    if let Some(item) = book.items.get_mut(&item.id) {
        item.access_token = fresh.clone();
        call.state.journal.item(item);
    }
    Ok(json!({ "new_access_token": fresh }))
}

/// The products of a request, each one known.
pub fn products(given: Option<&Value>, field: &str) -> Result<Vec<String>, Trouble> {
    const KNOWN: [&str; 22] = [
        "assets",
        "auth",
        "balance",
        "balance_plus",
        "beacon",
        "credit_details",
        "employment",
        "identity",
        "identity_match",
        "identity_verification",
        "income",
        "income_verification",
        "investments",
        "investments_auth",
        "liabilities",
        "payment_initiation",
        "recurring_transactions",
        "signal",
        "standing_orders",
        "statements",
        "transactions",
        "transfer",
    ];
    let named = texts(given);
    match named.iter().find(|p| !KNOWN.contains(&p.as_str())) {
        Some(_) => Err(Trouble::of("INVALID_PRODUCT").saying(format!("one of {field} is not a known product"))),
        None => Ok(named),
    }
}
