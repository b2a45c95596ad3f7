//! Accounts with their balances, cached and live.

use super::error::Trouble;
use super::item;
use super::wire::{instant, number_or_null};
use super::{Answer, Call, texts};
use crate::feed::{self, From, Shown};
use crate::state::{Item, State, data_day};
use crate::world::Health;
use model::{Date, Span, Time};
use serde_json::{Value, json};

/// The accounts a request is about: all of the Item's, or those it names.
pub fn asked(call: &Call, item: &Item) -> Result<Vec<Shown>, Trouble> {
    let all = feed::accounts(&call.state, item);
    let Some(wanted) = call.option("account_ids").map(|v| texts(Some(v))) else { return Ok(all) };
    if wanted.iter().any(|id| !all.iter().any(|a| a.id == *id)) {
        return Err(Trouble::of("INVALID_ACCOUNT_ID"));
    }
    Ok(all.into_iter().filter(|a| wanted.contains(&a.id)).collect())
}

/// The day whose values an Item shows now; one user name always sees old ones.
pub fn day_of(item: &Item, now: Time) -> Date {
    let stale = if item.user == "user_stale" { Span::days(9) } else { Span(0) };
    data_day(item.alive_until(now) - stale)
}

pub fn wire(state: &State, a: &Shown, day: Date, at: Option<Time>) -> Value {
    let mut balances = match &a.from {
        From::Written(c) => c.balances(),
        From::Invented(account) => {
            let b = a.balance(state, day);
            let official = account.currency.len() == 3;
            json!({
                "available": number_or_null(b.available), "current": number_or_null(b.current), "limit": number_or_null(account.limit),
                "iso_currency_code": official.then_some(account.currency),
                "unofficial_currency_code": (!official).then_some(account.currency),
                "last_updated_datetime": at.map(instant),
            })
        }
    };
    if a.kind == "investment" {
        let margin = match &a.from {
            From::Invented(account) => account.margin_loan,
            From::Written(_) => None,
        };
        balances["margin_loan_amount"] = number_or_null(margin);
    }
    let holder = match &a.from {
        From::Invented(account) => account.holder,
        From::Written(_) => "personal",
    };
    json!({
        "account_id": a.id, "balances": balances, "mask": a.mask, "name": a.name, "official_name": a.official_name, "type": a.kind,
        "subtype": a.subtype, "persistent_account_id": a.persistent, "holder_category": holder,
    })
}

pub fn list(state: &State, accounts: &[Shown], day: Date, at: Option<Time>) -> Value {
    Value::Array(accounts.iter().map(|a| wire(state, a, day, at)).collect())
}

/// Cached: answers even while the Item is broken.
pub fn get(call: &Call) -> Answer {
    let item = call.item()?;
    let day = day_of(&item, call.now);
    let accounts = asked(call, &item)?;
    Ok(json!({ "accounts": list(&call.state, &accounts, day, None), "item": item::wire(&call.state, &item) }))
}

/// Live: asks the institution, which must be there.
pub fn balances(call: &Call) -> Answer {
    let item = call.sound_item()?;
    open(call, &item)?;
    let day = day_of(&item, call.now);
    let accounts = asked(call, &item)?;
    Ok(json!({ "accounts": list(&call.state, &accounts, day, Some(call.now)), "item": item::wire(&call.state, &item) }))
}

/// Is the institution there? Its trouble is never the person's.
pub fn open(call: &Call, item: &Item) -> Result<(), Trouble> {
    let Some(institution) = call.state.institution(&item.institution_id) else {
        return Err(Trouble::of("INSTITUTION_NO_LONGER_SUPPORTED"));
    };
    match call.state.health(institution) {
        Health::Down => Err(Trouble::of("INSTITUTION_DOWN")),
        Health::Retired | Health::MergedInto(_) => Err(Trouble::of("INSTITUTION_NO_LONGER_SUPPORTED")),
        Health::Healthy | Health::Degraded => Ok(()),
    }
}

/// May this product be read from the Item? Its first use starts it, as Plaid bills it.
pub fn product(call: &Call, item: &mut Item, product: &str) -> Result<(), Trouble> {
    if item.products.iter().any(|p| p == product) {
        return Ok(());
    }
    let offered = call.state.institution(&item.institution_id).is_some_and(|i| i.products.contains(&product));
    if !offered && item.custom.is_none() {
        return Err(Trouble::of("PRODUCTS_NOT_SUPPORTED"));
    }
    for list in [&mut item.products, &mut item.consented] {
        list.push(product.into());
    }
    let (products, consented) = (item.products.clone(), item.consented.clone());
    call.state.change(&item.id, |i| {
        i.products = products;
        i.consented = consented;
    });
    Ok(())
}
