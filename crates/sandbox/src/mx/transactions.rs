//! Movements of money and trades, newest first, up to the last aggregation that worked.

use super::accounts::{Kept, found, of};
use super::error::Refusal;
use super::member::Member;
use super::page::paged;
use super::{Answer, Call};
use crate::keys::stable_uuid;
use crate::plaid::wire::{day, instant, number};
use model::{Date, Decimal};
use serde_json::{Value, json};

/// Without other wishes the last ninety days, as the vendor does.
const USUAL_DAYS: i64 = 90;

struct Wanted {
    from: Date,
    to: Date,
}

fn wanted(call: &Call) -> Result<Wanted, Refusal> {
    let date = |name: &str, usual: Date| match call.asked(name) {
        None => Ok(usual),
        Some(text) => day(text).ok_or_else(|| Refusal::bad(format!("{name} must be a date such as 2026-01-31"))),
    };
    let today = call.now.utc_date();
    let from = date("from_date", today.saturating_sub(jiff::Span::new().days(USUAL_DAYS)))?;
    Ok(Wanted { from, to: date("to_date", today)? })
}

fn rows(call: &Call, m: &Member, k: &Kept, w: &Wanted) -> Vec<(Date, Value)> {
    let world = &call.state.world;
    let to = m.succeeded.map_or(w.to, |s| w.to.min(s.utc_date()));
    if k.account.kind == "investment" {
        let trades = world.trades(&k.account, w.from, to.min(k.day));
        return trades.into_iter().map(|t| (t.day, wire(m, k, &t.id, t.day, &t.name, t.amount))).collect();
    }
    let moves = world.bank_transactions(&k.account, w.from, to);
    moves.into_iter().map(|t| (t.day, wire(m, k, &t.id, t.day, &t.name, t.amount))).collect()
}

/// The amount has no sign here; the type says which way the money went.
fn wire(m: &Member, k: &Kept, id: &str, on: Date, name: &str, amount: Decimal) -> Value {
    let out = !amount.is_sign_negative();
    json!({
        "guid": format!("TRN-{}", stable_uuid(&["transaction", &k.guid, id])), "account_guid": k.guid, "member_guid": m.guid,
        "user_guid": m.user_guid, "date": on.to_string(), "posted_at": format!("{on}T12:00:00Z"),
        "transacted_at": format!("{on}T12:00:00Z"), "description": name, "original_description": name, "amount": number(amount.abs()),
        "type": if out { "DEBIT" } else { "CREDIT" }, "status": "POSTED", "currency_code": k.account.currency, "category": null,
        "top_level_category": null, "memo": null, "is_expense": out, "is_income": !out, "is_manual": false,
        "member_is_managed_by_user": true, "created_at": instant(m.created), "updated_at": m.succeeded.map(instant),
    })
}

fn answer(call: &Call, mut all: Vec<(Date, Value)>) -> Answer {
    all.sort_by(|a, b| (b.0, a.1["guid"].as_str()).cmp(&(a.0, b.1["guid"].as_str())));
    paged(call, "transactions", all.into_iter().map(|(_, v)| v).collect())
}

pub fn of_member(call: &Call) -> Answer {
    let (w, m) = (wanted(call)?, call.member()?);
    let all = of(&call.state, &m).iter().flat_map(|k| rows(call, &m, k, &w)).collect();
    answer(call, all)
}

pub fn of_user(call: &Call) -> Answer {
    let w = wanted(call)?;
    let mut all = Vec::new();
    for m in call.members()? {
        all.extend(of(&call.state, &m).iter().flat_map(|k| rows(call, &m, k, &w)));
    }
    answer(call, all)
}

pub fn of_account(call: &Call) -> Answer {
    let w = wanted(call)?;
    let (m, kept) = found(call)?;
    answer(call, rows(call, &m, &kept, &w))
}
