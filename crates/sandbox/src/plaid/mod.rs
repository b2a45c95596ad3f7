//! The Plaid subset: one table of endpoints, each with its fields, its rate and what it does.

pub mod accounts;
pub mod auth;
pub mod error;
pub mod institutions;
pub mod investments;
pub mod item;
pub mod liabilities;
pub mod limits;
pub mod link_token;
pub mod rehearse;
pub mod transactions;
pub mod webhooks;
pub mod wire;

use crate::state::{Item, Shared};
use error::Trouble;
use limits::{Limit, client_only, limit};
use model::Time;
use serde_json::{Map, Value};
use wire::{Field, Kind, may, must};

pub type Answer = Result<Value, Trouble>;

/// One request that passed the checks common to all.
pub struct Call {
    pub state: Shared,
    pub body: Map<String, Value>,
    pub now: Time,
}

pub struct Endpoint {
    pub path: &'static str,
    pub fields: &'static [Field],
    pub limit: Option<Limit>,
    pub run: fn(&Call) -> Answer,
}

impl Call {
    pub fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str)
    }

    pub fn option(&self, name: &str) -> Option<&Value> {
        self.body.get("options").and_then(|o| o.get(name)).filter(|v| !v.is_null())
    }

    pub fn texts(&self, name: &str) -> Vec<String> {
        texts(self.body.get(name))
    }

    /// The Item of the access token, whatever state it is in.
    pub fn item(&self) -> Result<Item, Trouble> {
        let item = auth::item_of(&self.state, self.text("access_token").unwrap_or_default())?;
        if item.removed {
            return Err(Trouble::of("ITEM_NOT_FOUND"));
        }
        Ok(item)
    }

    /// The Item, provided that nothing keeps its data from being read.
    pub fn sound_item(&self) -> Result<Item, Trouble> {
        let item = self.item()?;
        match &item.error {
            Some(trouble) => Err(trouble.clone()),
            None => Ok(item),
        }
    }
}

pub fn texts(v: Option<&Value>) -> Vec<String> {
    let each = v.and_then(Value::as_array).into_iter().flatten();
    each.filter_map(|v| v.as_str().map(Into::into)).collect()
}

const TOKEN: Field = must("access_token", Kind::Text);
const ACCOUNTS: Field = may("account_ids", Kind::Texts);
const SOME_ACCOUNTS: &[Field] = &[TOKEN, may("options", Kind::Parts(&[ACCOUNTS]))];

pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint { path: "/link/token/create", fields: link_token::CREATE, limit: None, run: link_token::create },
    Endpoint { path: "/link/token/get", fields: &[must("link_token", Kind::Text)], limit: None, run: link_token::get },
    Endpoint { path: "/item/public_token/exchange", fields: &[must("public_token", Kind::Text)], limit: None, run: item::exchange },
    Endpoint { path: "/item/get", fields: &[TOKEN], limit: limit(15, 5000, "ITEM_GET_LIMIT"), run: item::get },
    Endpoint {
        path: "/item/remove",
        fields: &[TOKEN, may("reason_code", Kind::Text), may("reason_note", Kind::Text)],
        limit: limit(30, 2000, "RATE_LIMIT"),
        run: item::remove,
    },
    Endpoint { path: "/item/webhook/update", fields: &[TOKEN, may("webhook", Kind::Text)], limit: None, run: item::update_webhook },
    Endpoint { path: "/item/access_token/invalidate", fields: &[TOKEN], limit: None, run: item::rotate },
    Endpoint { path: "/accounts/get", fields: SOME_ACCOUNTS, limit: limit(100, 5000, "ACCOUNTS_LIMIT"), run: accounts::get },
    Endpoint {
        path: "/accounts/balance/get",
        fields: &[TOKEN, may("options", Kind::Parts(&[ACCOUNTS, may("min_last_updated_datetime", Kind::Text)]))],
        limit: limit(5, 1200, "BALANCE_LIMIT"),
        run: accounts::balances,
    },
    Endpoint {
        path: "/investments/holdings/get",
        fields: SOME_ACCOUNTS,
        limit: limit(15, 2000, "INVESTMENT_HOLDINGS_GET_LIMIT"),
        run: investments::holdings,
    },
    Endpoint {
        path: "/investments/transactions/get",
        fields: investments::TRANSACTIONS,
        limit: limit(30, 20000, "INVESTMENT_TRANSACTIONS_LIMIT"),
        run: investments::transactions,
    },
    Endpoint { path: "/investments/refresh", fields: &[TOKEN], limit: limit(5, 100, "RATE_LIMIT"), run: investments::refresh },
    Endpoint { path: "/liabilities/get", fields: SOME_ACCOUNTS, limit: limit(15, 1000, "RATE_LIMIT"), run: liabilities::get },
    Endpoint {
        path: "/transactions/sync",
        fields: transactions::SYNC,
        limit: limit(50, 2500, "TRANSACTIONS_SYNC_LIMIT"),
        run: transactions::sync,
    },
    Endpoint {
        path: "/institutions/get",
        fields: institutions::GET,
        limit: client_only(50, "INSTITUTIONS_GET_LIMIT"),
        run: institutions::get,
    },
    Endpoint { path: "/institutions/search", fields: institutions::SEARCH, limit: None, run: institutions::search },
    Endpoint {
        path: "/institutions/get_by_id",
        fields: institutions::BY_ID,
        limit: client_only(400, "INSTITUTIONS_GET_BY_ID_LIMIT"),
        run: institutions::by_id,
    },
    Endpoint { path: "/sandbox/public_token/create", fields: rehearse::CREATE, limit: None, run: rehearse::create },
    Endpoint { path: "/sandbox/item/reset_login", fields: &[TOKEN], limit: None, run: rehearse::reset_login },
    Endpoint { path: "/sandbox/item/fire_webhook", fields: rehearse::FIRE, limit: None, run: rehearse::fire },
    Endpoint { path: "/webhook_verification_key/get", fields: &[must("key_id", Kind::Text)], limit: None, run: auth::verification_key },
];
