//! The two ways a session ends: an Item that the client may exchange (or that works again), or an exit that says why.

use super::session::{Added, Exit, LinkToken, Step};
use crate::custom::Custom;
use crate::feed::{self, Login, Shown};
use crate::plaid::wire::instant;
use crate::state::{Item, State, data_day};
use crate::world::Institution;
use model::Span;
use serde_json::{Value, json};

/// What is needed to make an Item.
pub struct NewItem<'a> {
    pub institution: &'a Institution,
    pub user: &'a str,
    pub custom: Option<Custom>,
    pub products: Vec<String>,
    pub wished: Vec<String>,
    pub webhook: Option<String>,
    /// `None` takes all accounts.
    pub keys: Option<Vec<String>>,
}

pub fn make_item(state: &State, new: NewItem) -> Item {
    let now = state.now();
    let id = state.keys.id("item");
    let login = Login { institution: new.institution, user: new.user, custom: new.custom.as_ref() };
    let all = login.accounts(state, &id, now.utc_date(), now.utc_date());
    let offered: Vec<String> = all.iter().map(|a| a.key.clone()).collect();
    let fits = |product: &str| match product {
        "investments" => all.iter().any(|a| a.kind == "investment"),
        "liabilities" => all.iter().any(|a| matches!(a.kind.as_str(), "credit" | "loan")),
        "transactions" => all.iter().any(|a| a.kind != "investment"),
        _ => true,
    };
    let mut products = new.products;
    for wish in new.wished {
        if new.institution.products.contains(&wish.as_str()) && fits(&wish) && !products.contains(&wish) {
            products.push(wish);
        }
    }
    let item = Item {
        access_token: state.keys.token("access"),
        institution_id: new.institution.id.clone(),
        user: new.user.into(),
        consented: products.clone(),
        products,
        webhook: new.webhook.filter(|w| !w.is_empty()),
        created: now,
        signed_in: now,
        keys: new.keys.unwrap_or_else(|| offered.clone()),
        told: offered.clone(),
        offered,
        custom: new.custom,
        error: None,
        broken_at: None,
        consent_ends: new.institution.consent_days.map(|d| now + Span::days(d)),
        warned: false,
        announced: data_day(now),
        pulled: None,
        last_webhook: None,
        synced: false,
        removed: false,
        id,
    };
    state.keep(item.clone());
    item
}

/// The person has chosen; `keys` are the accounts, `None` keeps what a repaired Item had.
pub fn succeed(state: &State, link: &mut LinkToken, keys: Option<Vec<String>>) {
    let Some(session) = link.open_session() else { return };
    let Some(institution) = session.institution.as_deref().and_then(|i| state.institution(i)) else { return };
    let (user, custom) = (session.user.clone().unwrap_or_default(), session.custom.take());
    let item = match link.repairs.clone() {
        Some(id) => repair(state, &id, institution, link.webhook.clone(), keys),
        None => {
            let (products, wished) = (link.products.clone(), link.wished.clone());
            let new = NewItem { institution, user: &user, custom, products, wished, webhook: link.webhook.clone(), keys };
            Some(make_item(state, new))
        }
    };
    let Some(item) = item else { return };
    let public_token = state.mint_public(&item.id);
    let shown = feed::accounts(state, &item);
    let accounts = Value::Array(shown.iter().map(link_account).collect());
    let several = link.several;
    let Some(session) = link.open_session() else { return };
    session.added.push(Added {
        public_token: public_token.clone(),
        institution_id: institution.id.clone(),
        institution_name: institution.name.clone(),
        accounts,
    });
    note(state, session, "HANDOFF", json!({}));
    session.step = Step::Done;
    session.challenge = None;
    if several {
        let body = json!({
            "webhook_type": "LINK", "webhook_code": "ITEM_ADD_RESULT", "public_token": public_token,
            "link_session_id": session.id, "link_token": link.token,
        });
        if let Some(url) = &link.webhook {
            state.post(url, body);
        }
    } else {
        close(state, link);
    }
    if item.products.iter().any(|p| p == "investments") && link.repairs.is_none() {
        let more = json!({ "new_investments_transactions": 0, "cancelled_investments_transactions": 0 });
        state.tell(&item, "INVESTMENTS_TRANSACTIONS", "HISTORICAL_UPDATE", more);
    }
}

fn repair(state: &State, id: &str, institution: &Institution, webhook: Option<String>, keys: Option<Vec<String>>) -> Option<Item> {
    let now = state.now();
    let before = state.item(id)?;
    let there = feed::all_keys(state, &before, now.utc_date());
    state.change(id, |i| {
        i.error = None;
        i.broken_at = None;
        i.signed_in = now;
        i.announced = data_day(now);
        i.consent_ends = institution.consent_days.map(|d| now + Span::days(d));
        i.warned = false;
        i.webhook = i.webhook.take().or(webhook).filter(|w| !w.is_empty());
        if let Some(keys) = keys {
            i.keys = keys;
            i.told = there.clone();
            i.offered = there;
        }
    });
    let item = state.item(id)?;
    if before.error.is_some() {
        state.tell(&item, "ITEM", "LOGIN_REPAIRED", json!({}));
    }
    Some(item)
}

fn link_account(a: &Shown) -> Value {
    json!({
        "id": a.id, "name": a.name, "mask": a.mask, "type": a.kind, "subtype": a.subtype, "verification_status": null, "class_type": null,
    })
}

/// The person leaves, or was sent away.
pub fn exit(state: &State, link: &mut LinkToken) {
    let Some(session) = link.open_session() else { return };
    if session.step == Step::Done && !session.added.is_empty() {
        close(state, link);
        return;
    }
    let status = session.status();
    let trouble = session.trouble.clone();
    let mut meta = json!({ "exit_status": status });
    if let Some(t) = &trouble {
        meta["error_code"] = json!(t.code);
        meta["error_type"] = json!(t.kind);
        meta["error_message"] = json!(t.message);
    }
    note(state, session, "EXIT", meta);
    let institution = session.institution.clone().zip(session.institution_name.clone());
    session.exit = Some(Exit { error: trouble, status: status.into(), institution, request_id: state.keys.request_id() });
    close(state, link);
}

/// Ends the session and says so to the webhook.
fn close(state: &State, link: &mut LinkToken) {
    let now = state.now();
    let (token, webhook) = (link.token.clone(), link.webhook.clone());
    let Some(session) = link.open_session() else { return };
    session.finished = Some(now);
    session.step = Step::Done;
    let Some(url) = webhook.filter(|u| !u.is_empty()) else { return };
    let public: Vec<&str> = session.added.iter().map(|a| a.public_token.as_str()).collect();
    let mut finished = json!({
        "webhook_type": "LINK", "webhook_code": "SESSION_FINISHED", "status": if public.is_empty() { "EXITED" } else { "SUCCESS" },
        "link_session_id": session.id, "link_token": token, "public_tokens": public,
    });
    if let Some(first) = public.first() {
        finished["public_token"] = json!(first);
    }
    let events = json!({
        "webhook_type": "LINK", "webhook_code": "EVENTS", "link_session_id": session.id, "link_token": token, "events": session.events_wire(),
        "finished_at": instant(now),
    });
    state.post(&url, finished);
    state.post(&url, events);
}

pub fn note(state: &State, session: &mut super::session::Session, name: &str, more: Value) {
    session.event(state.keys.uuid("event"), name, state.now(), state.keys.request_id(), more);
}
