//! What happens because time passes: new values are announced, consent runs out, accounts appear, webhooks are tried again.

use crate::feed;
use crate::plaid::error::Trouble;
use crate::plaid::webhooks::deliver;
use crate::plaid::wire::instant;
use crate::state::{Item, Shared, State, data_day, published};
use crate::world::Mfa;
use model::{Span, Time};
use serde_json::json;
use std::time::Duration;

/// Looks at the clock four times a second and whenever there is something to deliver.
pub async fn run(state: Shared, client: reqwest::Client) {
    let mut looked = Time::default();
    loop {
        let now = state.now();
        if now.as_seconds() != looked.as_seconds() {
            looked = now;
            look(&state);
        }
        deliver(&state, &client);
        tokio::select! {
            () = state.outbox.wake.notified() => {}
            () = tokio::time::sleep(Duration::from_millis(250)) => {}
        }
    }
}

/// Everything that is due now, for every Item.
pub fn look(state: &Shared) {
    let now = state.now();
    let day = data_day(now);
    let due: Vec<Item> = {
        let book = state.book();
        book.items.values().filter(|i| !i.removed && i.error.is_none() && (i.announced != day || consent_moves(i, now))).cloned().collect()
    };
    for item in due {
        if end_consent(state, &item, now) {
            continue;
        }
        if item.announced < day {
            turn_day(state, &item, now);
        }
    }
}

fn consent_moves(item: &Item, now: Time) -> bool {
    item.consent_ends.is_some_and(|e| e <= now || (!item.warned && e - Span::days(7) <= now))
}

/// Warns a week ahead, and ends the Item when its time has come. Says whether it ended.
fn end_consent(state: &Shared, item: &Item, now: Time) -> bool {
    let Some(ends) = item.consent_ends else { return false };
    if ends <= now {
        let trouble = Trouble::of("ITEM_LOGIN_REQUIRED").because("OAUTH_CONSENT_EXPIRED");
        state.change(&item.id, |i| {
            i.error = Some(trouble.clone());
            i.broken_at = Some(ends);
        });
        state.tell_error(item, &trouble);
        return true;
    }
    if !item.warned && ends - Span::days(7) <= now {
        state.change(&item.id, |i| i.warned = true);
        let more = json!({ "reason": "INSTITUTION_TOKEN_EXPIRATION", "disconnect_time": instant(ends) });
        state.tell(item, "ITEM", "PENDING_DISCONNECT", more);
    }
    false
}

/// New closes are out: those who want a person present each time stop here, for the rest the news is told.
fn turn_day(state: &Shared, item: &Item, now: Time) {
    let day = data_day(now);
    if asks_each_time(state, item) && item.signed_in < published(day) {
        let trouble = Trouble::of("ITEM_LOGIN_REQUIRED").saying("the institution asks for its second factor at each update");
        state.change(&item.id, |i| {
            i.announced = day;
            i.broken_at = Some(published(day));
            i.error = Some(trouble.clone());
        });
        state.tell_error(item, &trouble);
        return;
    }
    state.change(&item.id, |i| i.announced = day);
    let shown = feed::accounts(state, item);
    let has = |product: &str| item.products.iter().any(|p| p == product);
    if has("investments") && shown.iter().any(|a| a.kind == "investment") {
        state.tell(item, "HOLDINGS", "DEFAULT_UPDATE", json!({ "new_holdings": 0, "updated_holdings": 1 }));
        let new = feed::trades_between(state, item, item.announced, day);
        if new > 0 {
            let more = json!({ "new_investments_transactions": new, "cancelled_investments_transactions": 0 });
            state.tell(item, "INVESTMENTS_TRANSACTIONS", "DEFAULT_UPDATE", more);
        }
    }
    let owed: Vec<&str> = shown.iter().filter(|a| matches!(a.kind.as_str(), "credit" | "loan")).map(|a| a.id.as_str()).collect();
    if has("liabilities") && !owed.is_empty() {
        let updated: serde_json::Map<_, _> = owed.iter().map(|id| (id.to_string(), json!(["last_statement_balance"]))).collect();
        let more = json!({ "account_ids_with_new_liabilities": [], "account_ids_with_updated_liabilities": updated });
        state.tell(item, "LIABILITIES", "DEFAULT_UPDATE", more);
    }
    if has("transactions") && item.synced {
        let more = json!({ "initial_update_complete": true, "historical_update_complete": true });
        state.tell(item, "TRANSACTIONS", "SYNC_UPDATES_AVAILABLE", more);
    }
    announce_accounts(state, item, now);
}

/// Accounts that nobody was offered yet are news, once.
fn announce_accounts(state: &Shared, item: &Item, now: Time) {
    let there = feed::all_keys(state, item, now.utc_date());
    let fresh = there.iter().any(|k| !item.told.contains(k));
    if fresh {
        state.change(&item.id, |i| i.told = there);
        state.tell(item, "ITEM", "NEW_ACCOUNTS_AVAILABLE", json!({}));
    }
}

pub fn asks_each_time(state: &State, item: &Item) -> bool {
    let mfa = state.institution(&item.institution_id).map(|i| i.mfa);
    matches!(mfa, Some(Mfa::Device { every_time: true } | Mfa::Code { every_time: true }))
}
