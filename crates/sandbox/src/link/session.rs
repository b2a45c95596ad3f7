//! What a link token asks for and how far its sessions have come. Holds no password and no answer.

use super::challenge::Challenge;
use crate::custom::Custom;
use crate::plaid::error::Trouble;
use crate::plaid::wire::instant;
use crate::world::Institution;
use model::Time;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What `/link/token/create` was asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LinkToken {
    pub token: String,
    /// The opaque part of the hosted page's address.
    pub page: String,
    pub created: Time,
    pub expires: Time,
    /// The hosted page's own end.
    pub page_expires: Option<Time>,
    pub client_name: String,
    pub language: String,
    pub country_codes: Vec<String>,
    pub products: Vec<String>,
    /// All products that may come along.
    pub wished: Vec<String>,
    pub webhook: Option<String>,
    pub redirect_uri: Option<String>,
    pub completion: Option<String>,
    pub institution_id: Option<String>,
    /// Kinds of account, with their subtypes, that may be offered; `None` offers all.
    pub filters: Option<Map<String, Value>>,
    /// Update mode: the Item to repair.
    pub repairs: Option<String>,
    pub choose_accounts: bool,
    pub several: bool,
    pub sessions: Vec<Session>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    Search,
    SignIn,
    Device,
    Code,
    Questions,
    Selections,
    /// One button that leads to the institution.
    Continue,
    /// The institution's own page.
    Approve,
    Accounts,
    /// Something stopped it; the person may try again or leave.
    Problem,
    Done,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    pub id: String,
    pub name: String,
    pub at: Time,
    pub meta: Map<String, Value>,
}

/// An institution that was added.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Added {
    pub public_token: String,
    pub institution_id: String,
    pub institution_name: String,
    pub accounts: Value,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Exit {
    pub error: Option<Trouble>,
    pub status: String,
    pub institution: Option<(String, String)>,
    pub request_id: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    pub id: String,
    pub started: Time,
    pub finished: Option<Time>,
    pub events: Vec<Event>,
    pub added: Vec<Added>,
    pub exit: Option<Exit>,
    pub step: Step,
    pub institution: Option<String>,
    pub institution_name: Option<String>,
    /// Who signed in, once the password was right.
    pub user: Option<String>,
    pub custom: Option<Custom>,
    pub challenge: Option<Challenge>,
    pub wrong: u32,
    pub trouble: Option<Trouble>,
    /// How the last form was answered, when it was not accepted.
    pub note: Option<String>,
    /// The user name as it was typed, so that nobody types it twice.
    pub typed: String,
    /// What the last search was for.
    pub query: String,
    pub found: usize,
}

impl Session {
    pub fn new(id: String, now: Time, step: Step) -> Session {
        Session {
            id,
            started: now,
            finished: None,
            events: Vec::new(),
            added: Vec::new(),
            exit: None,
            step,
            institution: None,
            institution_name: None,
            user: None,
            custom: None,
            challenge: None,
            wrong: 0,
            trouble: None,
            note: None,
            typed: String::new(),
            query: String::new(),
            found: 0,
        }
    }

    pub fn at(&mut self, institution: &Institution) {
        self.institution = Some(institution.id.clone());
        self.institution_name = Some(institution.name.clone());
    }

    /// Writes an event down; the institution comes along once there is one.
    pub fn event(&mut self, id: String, name: &str, at: Time, request_id: String, more: Value) {
        let mut meta = Map::new();
        meta.insert("request_id".into(), json!(request_id));
        if let (Some(i), Some(n)) = (&self.institution, &self.institution_name) {
            meta.insert("institution_id".into(), json!(i));
            meta.insert("institution_name".into(), json!(n));
        }
        if let Value::Object(more) = more {
            meta.extend(more);
        }
        self.events.push(Event { id, name: name.into(), at, meta });
    }

    /// The word for where somebody left.
    pub fn status(&self) -> &'static str {
        let unsupported = ["ITEM_NOT_SUPPORTED", "MFA_NOT_SUPPORTED", "INSTITUTION_NO_LONGER_SUPPORTED", "PRODUCTS_NOT_SUPPORTED"];
        match self.step {
            Step::Search => "institution_not_found",
            Step::Device => "choose_device",
            Step::Code => "requires_code",
            Step::Questions => "requires_questions",
            Step::Selections => "requires_selections",
            Step::Continue | Step::Approve => "requires_oauth",
            Step::Accounts => "requires_account_selection",
            Step::Problem if self.trouble.as_ref().is_some_and(|t| unsupported.contains(&t.code.as_str())) => "institution_not_supported",
            Step::SignIn | Step::Problem | Step::Done => "requires_credentials",
        }
    }

    pub fn events_wire(&self) -> Value {
        // The newest first, as they are shown.
        let each = self.events.iter().rev();
        Value::Array(
            each.map(|e| json!({ "event_id": e.id, "event_name": e.name, "timestamp": instant(e.at), "event_metadata": e.meta })).collect(),
        )
    }

    pub fn wire(&self) -> Value {
        let mut out = json!({
            "link_session_id": self.id,
            "started_at": instant(self.started),
            "finished_at": self.finished.map(instant),
            "events": self.events_wire(),
        });
        let added: Vec<Value> = self.added.iter().map(|a| a.wire()).collect();
        if let Some(first) = self.added.first() {
            let mut metadata = first.wire();
            metadata["link_session_id"] = json!(self.id);
            out["on_success"] = json!({ "public_token": first.public_token, "metadata": metadata });
        }
        if !added.is_empty() {
            out["results"] = json!({
                "item_add_results": added, "cra_item_add_results": [], "cra_update_results": [], "bank_income_results": [],
                "payroll_income_results": [], "document_income_results": null,
            });
        }
        if let Some(exit) = &self.exit {
            out["exit"] = exit.wire(&self.id);
            out["on_exit"] = out["exit"].clone();
        }
        out
    }
}

impl Added {
    fn wire(&self) -> Value {
        json!({
            "public_token": self.public_token, "accounts": self.accounts,
            "institution": { "name": self.institution_name, "institution_id": self.institution_id },
        })
    }
}

impl Exit {
    fn wire(&self, session: &str) -> Value {
        let institution = self.institution.as_ref().map(|(id, name)| json!({ "name": name, "institution_id": id }));
        json!({
            "error": self.error.as_ref().map(Trouble::inside),
            "metadata": { "institution": institution, "status": self.status, "link_session_id": session, "request_id": self.request_id },
        })
    }
}

impl LinkToken {
    /// The session that a person is in, if one is open.
    pub fn open_session(&mut self) -> Option<&mut Session> {
        self.sessions.last_mut().filter(|s| s.finished.is_none())
    }

    /// The page opens until its own end; who is inside by then may finish while the token lasts.
    pub fn over(&self, now: Time) -> bool {
        let inside = self.sessions.last().is_some_and(|s| s.finished.is_none());
        let ends = self.page_expires.filter(|_| !inside).unwrap_or(self.expires);
        ends <= now
    }

    /// May an account of this kind be offered?
    pub fn admits(&self, kind: &str, subtype: &str) -> bool {
        let Some(filters) = &self.filters else { return true };
        let Some(filter) = filters.get(kind) else { return false };
        let subtypes = crate::plaid::texts(filter.get("account_subtypes"));
        subtypes.is_empty() || subtypes.iter().any(|s| s == "all" || s == subtype)
    }
}
