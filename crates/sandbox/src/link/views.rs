//! The pages' templates and their words. Knows no state machine: what a page shows is handed to it.

use crate::plaid::error::Trouble;
use crate::world::Institution;
use askama::Template;

/// An institution's name, address and monogram.
pub struct Face {
    pub id: String,
    pub name: String,
    pub host: String,
    pub letters: String,
    pub tint: u64,
}

impl Face {
    pub fn of(i: &Institution) -> Face {
        let letters: String = i.name.split_whitespace().filter_map(|w| w.chars().find(|c| c.is_alphabetic())).take(2).collect();
        Face {
            id: i.id.clone(),
            name: i.name.clone(),
            host: i.host().into(),
            letters: letters.to_uppercase(),
            tint: crate::keys::dice(&[i.family.as_bytes()]) % 6,
        }
    }
}

/// What all pages share.
pub struct Frame {
    pub title: String,
    pub client: String,
    /// `/link/…`, the root of all forms.
    pub home: String,
    /// Of 60.
    pub done: u32,
    pub face: Option<Face>,
    /// What was wrong with the last answer.
    pub note: Option<String>,
    pub can_exit: bool,
}

impl Frame {
    pub fn name(&self) -> &str {
        self.face.as_ref().map_or("your institution", |f| f.name.as_str())
    }
    pub fn host(&self) -> &str {
        self.face.as_ref().map_or("", |f| f.host.as_str())
    }
}

#[derive(Template)]
#[template(path = "search.html")]
pub struct Search {
    pub f: Frame,
    pub query: String,
    pub found: Vec<Face>,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    pub f: Frame,
    pub typed: String,
    pub notice: Option<String>,
}

#[derive(Template)]
#[template(path = "device.html")]
pub struct Device {
    pub f: Frame,
    pub phone: String,
    pub email: String,
}

#[derive(Template)]
#[template(path = "code.html")]
pub struct Code {
    pub f: Frame,
}

pub struct Prompt {
    pub name: String,
    pub text: String,
    pub options: Vec<String>,
}

#[derive(Template)]
#[template(path = "questions.html")]
pub struct Questions {
    pub f: Frame,
    /// `questions` or `selections`.
    pub step: &'static str,
    pub prompts: Vec<Prompt>,
    pub hint: String,
}

#[derive(Template)]
#[template(path = "continue.html")]
pub struct Continue {
    pub f: Frame,
}

#[derive(Template)]
#[template(path = "approve.html")]
pub struct Approve {
    pub f: Frame,
    pub typed: String,
}

pub struct Choice {
    pub key: String,
    pub name: String,
    pub mask: String,
    pub figure: String,
    pub checked: bool,
}

#[derive(Template)]
#[template(path = "accounts.html")]
pub struct Accounts {
    pub f: Frame,
    pub choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "problem.html")]
pub struct Problem {
    pub f: Frame,
    pub heading: String,
    pub text: String,
    pub code: String,
    pub can_retry: bool,
    pub can_search: bool,
    /// Where the session has ended already: the way back.
    pub back: Option<String>,
}

#[derive(Template)]
#[template(path = "done.html")]
pub struct Done {
    pub f: Frame,
    pub added: Vec<String>,
    pub several: bool,
    pub open: bool,
}

#[derive(Template)]
#[template(path = "gone.html")]
pub struct Gone {
    pub f: Frame,
}

/// Heading and text for what stopped a sign-in, and whether trying again can help.
pub fn words(t: &Trouble, f: &Frame) -> (String, String, bool) {
    let (name, host) = (f.name(), f.host());
    let (heading, text, retry) = match t.code.as_str() {
        "ITEM_LOCKED" => (format!("{name} has locked this sign-in"), format!("Unlock it at {host}, then come back."), false),
        "INSTITUTION_DOWN" | "INSTITUTION_NOT_RESPONDING" | "INSTITUTION_NOT_AVAILABLE" => {
            (format!("{name} isn't letting anyone connect right now"), "It isn't your password. Try again later.".into(), true)
        }
        "NO_ACCOUNTS" | "NO_INVESTMENT_ACCOUNTS" | "NO_LIABILITY_ACCOUNTS" => (
            "No accounts to show".into(),
            format!("The sign-in worked, but {name} shows no accounts of this kind for it. New accounts can take a day."),
            true,
        ),
        "USER_SETUP_REQUIRED" => (
            format!("{name} wants you to accept something on its site first"),
            format!("Sign in at {host}, do what it asks, then come back."),
            true,
        ),
        "PASSWORD_RESET_REQUIRED" => (format!("{name} wants a new password"), format!("Set it at {host}, then come back."), true),
        "ITEM_NOT_SUPPORTED" | "MFA_NOT_SUPPORTED" | "PRODUCTS_NOT_SUPPORTED" => (
            format!("{name} can't be connected this way"),
            t.display.as_deref().map_or_else(|| "Choose another way to add this account.".into(), Into::into),
            false,
        ),
        "INSTITUTION_NO_LONGER_SUPPORTED" => (
            format!("{name} can no longer be connected"),
            t.display.as_deref().map_or_else(|| "Choose another institution.".into(), Into::into),
            false,
        ),
        "INVALID_UPDATED_USERNAME" => {
            ("This is a different user name".into(), format!("Sign in with the user name that you connected {name} with before."), true)
        }
        "INVALID_MFA" => ("That answer didn't match".into(), format!("{name} didn't accept it. Sign in again for a new one."), true),
        "ACCESS_NOT_GRANTED" => (format!("You didn't allow access at {name}"), "Nothing was connected.".into(), true),
        _ => (
            "This didn't work".into(),
            t.display.as_deref().map_or_else(|| format!("{name} answered with an error. Nothing was connected."), Into::into),
            true,
        ),
    };
    (heading, text, retry)
}
