//! Bank and card movements as a stream of changes behind a cursor.

use super::accounts::{day_of, list, open, product};
use super::error::Trouble;
use super::wire::{Field, Kind, may, must, number};
use super::{Answer, Call};
use crate::feed::{self, From, Shown};
use crate::keys::stable;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::ToSpan as _;
use model::{Date, Decimal};
use serde_json::{Value, json};

pub const SYNC: &[Field] = &[
    must("access_token", Kind::Text),
    may("cursor", Kind::Text),
    may("count", Kind::Whole(1, 500)),
    may(
        "options",
        Kind::Parts(&[
            may("include_original_description", Kind::Flag),
            may("include_personal_finance_category", Kind::Flag),
            may("include_logo_and_counterparty_beta", Kind::Flag),
            may("personal_finance_category_version", Kind::Text),
            may("days_requested", Kind::Whole(1, 730)),
            may("account_id", Kind::Text),
        ]),
    ),
];

/// How far a reader has come: all days up to `from`, and of those up to `to` the first `skip` changes.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Cursor {
    from: Date,
    to: Date,
    skip: usize,
}

impl Cursor {
    fn write(self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{} {} {}", self.from, self.to, self.skip))
    }
    fn read(text: &str) -> Option<Cursor> {
        let plain = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = plain.split(' ');
        let (from, to, skip) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Cursor { from, to, skip })
    }
}

enum Change {
    Added(Value),
    Modified(Value),
    Removed(Value),
}

pub fn sync(call: &Call) -> Answer {
    let mut item = call.sound_item()?;
    open(call, &item)?;
    product(call, &mut item, "transactions")?;
    if !item.synced {
        call.state.change(&item.id, |i| i.synced = true);
    }
    let today = item.alive_until(call.now).utc_date();
    let cursor = match call.text("cursor").filter(|c| !c.is_empty()) {
        Some(text) => Cursor::read(text).ok_or_else(|| Trouble::invalid("cursor", "one that this endpoint gave out"))?,
        None => {
            let days = call.option("days_requested").and_then(Value::as_i64).unwrap_or(90);
            Cursor { from: item.linked().saturating_sub(days.days()), to: today, skip: 0 }
        }
    };
    let to = if cursor.skip > 0 { cursor.to } else { today };
    let mut accounts = feed::accounts(&call.state, &item);
    accounts.retain(|a| a.kind != "investment");
    let only = call.option("account_id").and_then(Value::as_str);
    let first = call.text("cursor").is_none_or(str::is_empty);
    let restless = item.user == "user_transactions_dynamic";
    let mut changes = Vec::new();
    for a in accounts.iter().filter(|a| only.is_none_or(|id| a.id == id)) {
        changes.extend(changes_of(call, a, cursor.from, to, restless, first && cursor.skip == 0 || changes_began(&item, cursor.from)));
    }
    let count = call.body.get("count").and_then(Value::as_u64).unwrap_or(100) as usize;
    let total = changes.len();
    let (mut added, mut modified, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes.into_iter().skip(cursor.skip).take(count) {
        match change {
            Change::Added(v) => added.push(v),
            Change::Modified(v) => modified.push(v),
            Change::Removed(v) => removed.push(v),
        }
    }
    let reached = cursor.skip + count;
    let more = reached < total;
    let next = if more { Cursor { to, skip: reached, ..cursor } } else { Cursor { from: to, to, skip: 0 } };
    Ok(json!({
        "added": added, "modified": modified, "removed": removed, "next_cursor": next.write(), "has_more": more,
        "accounts": list(&call.state, &accounts, day_of(&item, call.now), None),
        "transactions_update_status": "HISTORICAL_UPDATE_COMPLETE",
    }))
}

/// Does a window that begins there begin before anything was told?
fn changes_began(item: &crate::state::Item, from: Date) -> bool {
    from < item.linked()
}

/// What changed after `from` up to `to`. A restless account's last two days are pending; later they are replaced by what was posted, and
/// two days after that they are touched up once more.
fn changes_of(call: &Call, a: &Shown, from: Date, to: Date, restless: bool, first: bool) -> Vec<Change> {
    let (pending_now, pending_then) = (to.saturating_sub(2.days()), from.saturating_sub(2.days()));
    let settled = |d: Date| d.saturating_sub(4.days());
    let mut changes = Vec::new();
    for m in movements(call, a, from.saturating_sub(8.days()), to) {
        let new = m.day > from;
        let pending = restless && m.day > pending_now;
        let was_pending = restless && !first && !new && m.day > pending_then;
        if new {
            changes.push(Change::Added(m.wire(a, pending, None)));
        } else if was_pending && !pending {
            changes.push(Change::Removed(json!({ "transaction_id": m.pending_id(), "account_id": a.id })));
            changes.push(Change::Added(m.wire(a, false, Some(m.pending_id()))));
        } else if restless && !first && m.day > settled(from) && m.day <= settled(to) {
            let mut wire = m.wire(a, false, None);
            wire["name"] = json!(format!("{} (settled)", m.name));
            changes.push(Change::Modified(wire));
        }
    }
    changes
}

struct Movement {
    id: String,
    day: Date,
    name: String,
    merchant: Option<String>,
    amount: Decimal,
    category: String,
    currency: String,
}

fn movements(call: &Call, a: &Shown, from: Date, to: Date) -> Vec<Movement> {
    match &a.from {
        From::Invented(account) => {
            let all = call.state.world.bank_transactions(account, from, to).into_iter();
            all.map(|t| Movement {
                id: stable(&["transaction", &a.id, &t.id]),
                day: t.day,
                name: t.name,
                merchant: t.merchant.map(Into::into),
                amount: t.amount,
                category: t.category.into(),
                currency: account.currency.into(),
            })
            .collect()
        }
        From::Written(c) => {
            let all = c.transactions().into_iter().enumerate().filter(|(_, (day, ..))| *day >= from && *day <= to);
            all.map(|(n, (day, name, amount))| Movement {
                id: stable(&["transaction", &a.id, &n.to_string()]),
                day,
                name,
                merchant: None,
                amount,
                category: "GENERAL_SERVICES".into(),
                currency: c.currency().into(),
            })
            .collect()
        }
    }
}

impl Movement {
    fn pending_id(&self) -> String {
        stable(&["pending", &self.id])
    }

    fn wire(&self, a: &Shown, pending: bool, replaces: Option<String>) -> Value {
        json!({
            "transaction_id": if pending { self.pending_id() } else { self.id.clone() }, "account_id": a.id,
            "amount": number(self.amount), "iso_currency_code": self.currency, "unofficial_currency_code": null,
            "date": self.day.to_string(), "datetime": null, "authorized_date": self.day.to_string(), "authorized_datetime": null,
            "name": self.name, "merchant_name": self.merchant, "merchant_entity_id": null, "original_description": null,
            "pending": pending, "pending_transaction_id": replaces, "account_owner": null, "payment_channel": "other",
            "transaction_code": null, "transaction_type": "special", "category": null, "category_id": null, "check_number": null,
            "logo_url": null, "website": null, "counterparties": [],
            "personal_finance_category": {
                "primary": self.category, "detailed": format!("{}_OTHER", self.category), "confidence_level": "HIGH",
            },
            "personal_finance_category_icon_url": "https://sandbox.example/icons/other.png",
            "location": {
                "address": null, "city": null, "region": null, "postal_code": null, "country": null, "lat": null, "lon": null,
                "store_number": null,
            },
            "payment_meta": {
                "reference_number": null, "ppd_id": null, "payee": null, "by_order_of": null, "payer": null, "payment_method": null,
                "payment_processor": null, "reason": null,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_as_they_went() {
        let c = Cursor { from: "2026-11-01".parse().unwrap(), to: "2026-11-20".parse().unwrap(), skip: 100 };
        assert_eq!(Cursor::read(&c.write()), Some(c));
        assert_eq!(Cursor::read("now"), None);
    }
}
