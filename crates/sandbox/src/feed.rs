//! What an Item shows on a day, whether its person was generated or written down by somebody.

use crate::custom::{Custom, CustomAccount};
use crate::keys::stable;
use crate::state::{Item, State, data_day};
use crate::world::{Account, Balance, Institution, Person};
use model::{Date, Decimal};
use std::sync::Arc;

/// Where an account comes from.
#[derive(Clone)]
pub enum From {
    Invented(Box<Account>),
    Written(CustomAccount),
}

/// One account as an institution shows it.
#[derive(Clone)]
pub struct Shown {
    pub key: String,
    /// Its identifier within the Item.
    pub id: String,
    pub persistent: String,
    pub kind: String,
    pub subtype: String,
    pub name: String,
    pub official_name: Option<String>,
    pub mask: Option<String>,
    pub from: From,
}

/// Whose accounts they are.
pub struct Login<'a> {
    pub institution: &'a Institution,
    pub user: &'a str,
    pub custom: Option<&'a Custom>,
}

impl Login<'_> {
    pub fn person(&self, state: &State) -> Arc<Person> {
        state.person(self.institution, self.user)
    }

    /// All accounts there are on a day, for somebody who linked on `linked`; `item` gives them their identifiers.
    pub fn accounts(&self, state: &State, item: &str, linked: Date, day: Date) -> Vec<Shown> {
        let shown = |key: &str, kind: &str, subtype: &str, from: From| Shown {
            key: key.into(),
            id: stable(&["account", item, key]),
            persistent: stable(&["account", &self.institution.id, self.user, key]),
            kind: kind.into(),
            subtype: subtype.into(),
            name: match &from {
                From::Invented(a) => a.name.clone(),
                From::Written(c) => c.name(),
            },
            official_name: match &from {
                From::Invented(a) => a.official_name.clone(),
                From::Written(c) => c.official_name().map(Into::into),
            },
            mask: match &from {
                From::Invented(a) => a.mask.clone(),
                From::Written(c) => c.mask(),
            },
            from,
        };
        match self.custom {
            Some(custom) => custom.accounts.iter().map(|c| shown(&c.key, &c.kind, &c.subtype, From::Written(c.clone()))).collect(),
            None => {
                let person = self.person(state);
                let there = person.accounts_on(linked, day);
                there.map(|a| shown(&a.key, a.kind, a.subtype, From::Invented(Box::new(a.clone())))).collect()
            }
        }
    }
}

pub fn login<'a>(state: &'a State, item: &'a Item) -> Option<Login<'a>> {
    let institution = state.institution(&item.institution_id)?;
    Some(Login { institution, user: &item.user, custom: item.custom.as_ref() })
}

/// The accounts that the client may see. They exist from one day to the next, whatever day their values are of.
pub fn accounts(state: &State, item: &Item) -> Vec<Shown> {
    let Some(login) = login(state, item) else { return Vec::new() };
    let today = item.alive_until(state.now()).utc_date();
    let mut all = login.accounts(state, &item.id, item.linked(), today.max(item.linked()));
    all.retain(|a| item.keys.contains(&a.key));
    spoil(state, item, &mut all);
    all
}

/// User names that make the trouble which providers make: rows twice, new identifiers every day, nothing at all any more.
fn spoil(state: &State, item: &Item, all: &mut Vec<Shown>) {
    let alive = item.alive_until(state.now());
    match item.user.as_str() {
        "user_doubled" => *all = all.iter().flat_map(|a| [a.clone(), a.clone()]).collect(),
        "user_rekeyed" => {
            let day = data_day(alive).to_string();
            for a in all {
                a.id = stable(&["account", &item.id, &a.key, &day]);
                a.persistent = stable(&["persistent", &item.id, &a.key, &day]);
            }
        }
        "user_emptied" if alive.utc_date() > item.linked() => all.clear(),
        _ => {}
    }
}

/// The keys of all accounts that exist, chosen or not.
pub fn all_keys(state: &State, item: &Item, day: Date) -> Vec<String> {
    let Some(login) = login(state, item) else { return Vec::new() };
    login.accounts(state, &item.id, item.linked(), day).into_iter().map(|a| a.key).collect()
}

/// How many investment transactions became known after one day, up to another.
pub fn trades_between(state: &State, item: &Item, after: Date, to: Date) -> usize {
    let from = after.tomorrow().unwrap_or(after);
    let count = |a: &Shown| match &a.from {
        From::Invented(account) => state.world.trades(account, from, to).len(),
        From::Written(_) => 0,
    };
    accounts(state, item).iter().map(count).sum()
}

impl Shown {
    pub fn balance(&self, state: &State, day: Date) -> Balance {
        match &self.from {
            From::Invented(a) => state.world.balance(a, day),
            From::Written(c) => Balance { current: Some(c.current()), available: None },
        }
    }

    /// What a person sees beside the account while choosing.
    pub fn figure(&self, state: &State, day: Date) -> String {
        let Some(amount) = self.balance(state, day).current else { return "not shown".into() };
        let currency = match &self.from {
            From::Invented(a) => a.currency,
            From::Written(c) => c.currency(),
        };
        money(amount, currency)
    }
}

/// `$1,234` for a person's eyes; whole units, because it only helps to recognise an account.
fn money(amount: Decimal, currency: &str) -> String {
    let whole = amount.round().abs().to_string();
    let mut text = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "−" } else { "" };
    if currency == "USD" { format!("{sign}${text}") } else { format!("{sign}{text} {currency}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_for_eyes() {
        assert_eq!(money(Decimal::new(41_238_049, 2), "USD"), "$412,380");
        assert_eq!(money(Decimal::new(-5, 0), "CAD"), "−5 CAD");
    }
}
