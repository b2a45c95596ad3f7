//! The second provider: MX's Platform protocol, where the client types the sign-in into our own screens. A table of addresses, each with
//! what it does.

mod accounts;
mod challenge;
mod control;
mod directory;
mod error;
mod holdings;
mod institutions;
mod login;
mod member;
mod members;
mod oauth;
mod page;
mod phone;
mod server;
mod transactions;
mod users;

pub use control::director;
pub use member::{Member, User};
pub use phone::pages;
pub use server::router;

use crate::state::{Shared, State};
use axum::http::{Method, StatusCode};
use error::Refusal;
use member::Setting;
use model::Time;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// What this provider remembers.
#[derive(Default)]
pub struct Memory {
    pub users: BTreeMap<String, User>,
    pub members: BTreeMap<String, Member>,
}

/// One request that passed the checks common to all.
pub struct Call {
    pub state: Shared,
    pub now: Time,
    pub at: HashMap<String, String>,
    pub query: Vec<(String, String)>,
    pub body: Map<String, Value>,
}

pub enum Reply {
    Body(StatusCode, Value),
    Nothing,
}

pub type Answer = Result<Reply, Refusal>;

pub fn ok(body: Value) -> Answer {
    Ok(Reply::Body(StatusCode::OK, body))
}

pub struct Endpoint {
    pub method: Method,
    pub path: &'static str,
    pub run: fn(&Call) -> Answer,
}

const fn to(method: Method, path: &'static str, run: fn(&Call) -> Answer) -> Endpoint {
    Endpoint { method, path, run }
}

pub const ENDPOINTS: &[Endpoint] = &[
    to(Method::GET, "/users", users::list),
    to(Method::POST, "/users", users::create),
    to(Method::GET, "/users/{user}", users::get),
    to(Method::PUT, "/users/{user}", users::update),
    to(Method::DELETE, "/users/{user}", users::delete),
    to(Method::GET, "/institutions", institutions::list),
    to(Method::GET, "/institutions/favorites", institutions::favourites),
    to(Method::GET, "/institutions/{institution}", institutions::get),
    to(Method::GET, "/institutions/{institution}/credentials", institutions::credentials),
    to(Method::GET, "/users/{user}/members", members::list),
    to(Method::POST, "/users/{user}/members", members::create),
    to(Method::GET, "/users/{user}/members/{member}", members::get),
    to(Method::PUT, "/users/{user}/members/{member}", members::update),
    to(Method::DELETE, "/users/{user}/members/{member}", members::delete),
    to(Method::GET, "/users/{user}/members/{member}/credentials", members::credentials),
    to(Method::GET, "/users/{user}/members/{member}/status", members::status),
    to(Method::GET, "/users/{user}/members/{member}/challenges", members::challenges),
    to(Method::PUT, "/users/{user}/members/{member}/resume", members::resume),
    to(Method::POST, "/users/{user}/members/{member}/aggregate", members::aggregate),
    to(Method::POST, "/users/{user}/members/{member}/check_balance", members::aggregate),
    to(Method::GET, "/users/{user}/members/{member}/oauth_window_uri", members::oauth_window),
    to(Method::GET, "/users/{user}/accounts", accounts::of_user),
    to(Method::GET, "/users/{user}/accounts/{account}", accounts::one),
    to(Method::GET, "/users/{user}/members/{member}/accounts", accounts::of_member),
    to(Method::GET, "/users/{user}/members/{member}/accounts/{account}", accounts::one),
    to(Method::GET, "/users/{user}/investment_holdings", holdings::of_user),
    to(Method::GET, "/users/{user}/investment_holdings/{holding}", holdings::one),
    to(Method::GET, "/users/{user}/accounts/{account}/investment_holdings", holdings::of_account),
    to(Method::GET, "/users/{user}/members/{member}/investment_holdings", holdings::of_member),
    to(Method::GET, "/users/{user}/transactions", transactions::of_user),
    to(Method::GET, "/users/{user}/accounts/{account}/transactions", transactions::of_account),
    to(Method::GET, "/users/{user}/members/{member}/transactions", transactions::of_member),
];

impl Call {
    /// A part of the address.
    pub fn part(&self, name: &str) -> &str {
        self.at.get(name).map_or("", String::as_str)
    }

    pub fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).filter(|v| !v.is_empty())
    }

    /// The named part of the body.
    pub fn object(&self, name: &str) -> Result<&Map<String, Value>, Refusal> {
        self.body.get(name).and_then(Value::as_object).ok_or_else(|| Refusal::missing(name))
    }

    pub fn user(&self) -> Result<User, Refusal> {
        let guid = self.part("user");
        let book = self.state.book();
        book.mx.users.get(guid).filter(|u| !u.removed).cloned().ok_or_else(|| Refusal::gone("user"))
    }

    /// The member of the address as it is now.
    pub fn member(&self) -> Result<Member, Refusal> {
        self.with_member(|m, _| m.clone())
    }

    /// Lets time have its effect on the member of the address, then does something with it.
    pub fn with_member<T>(&self, act: impl FnOnce(&mut Member, &Setting) -> T) -> Result<T, Refusal> {
        let user = self.user()?;
        let guid = self.part("member");
        let mine = |m: &Member| m.user_guid == user.guid && !m.removed;
        if !self.state.book().mx.members.get(guid).is_some_and(mine) {
            return Err(Refusal::gone("member"));
        }
        self.state.mx_member(guid, act).ok_or_else(|| Refusal::gone("member"))
    }

    /// All living members of the user, oldest first.
    pub fn members(&self) -> Result<Vec<Member>, Refusal> {
        let user = self.user()?;
        let mine = |m: &&Member| m.user_guid == user.guid && !m.removed;
        let guids: Vec<String> = self.state.book().mx.members.values().filter(mine).map(|m| m.guid.clone()).collect();
        let mut all: Vec<Member> = guids.iter().filter_map(|g| self.state.mx_member(g, |m, _| m.clone())).collect();
        all.sort_by(|a, b| (a.created, &a.guid).cmp(&(b.created, &b.guid)));
        Ok(all)
    }
}

impl State {
    /// Settles a member, does something with it, and writes it down if it changed.
    pub fn mx_member<T>(&self, guid: &str, act: impl FnOnce(&mut Member, &Setting) -> T) -> Option<T> {
        let now = self.now();
        let mut book = self.book();
        let rationed = book.windows.on;
        let id = book.mx.members.get(guid)?.institution.clone();
        let at = directory::of_id(&self.world, &id)?;
        let health = book.health.get(&id).unwrap_or(&at.health).clone();
        let setting = Setting { at, health, now, quick: self.latency_zero, rationed };
        let member = book.mx.members.get_mut(guid)?;
        let before = member.clone();
        member.settle(&setting);
        // Gone by the time that somebody asks.
        let out = (before.removed || !member.removed).then(|| act(member, &setting));
        if *member != before {
            self.journal.mx_member(member);
        }
        out
    }

    pub fn mx_keep(&self, member: Member) {
        self.journal.mx_member(&member);
        self.book().mx.members.insert(member.guid.clone(), member);
    }
}
