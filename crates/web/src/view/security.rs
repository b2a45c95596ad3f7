//! Somebody's own sign-in, the same page for staff and clients.

use super::prelude::*;

/// A passkey in the list.
#[derive(Debug, Clone)]
pub struct KeyRow {
    pub id: String,
    pub name: String,
    /// "Added 3 November, used today".
    pub when: String,
}

/// A browser in the list.
#[derive(Debug, Clone)]
pub struct BrowserRow {
    pub reference: String,
    pub device: String,
    /// "From 203.0.113.x, since yesterday, seen 3 minutes ago".
    pub when: String,
    pub here: bool,
}

#[derive(Template)]
#[template(path = "security.html")]
pub struct Security {
    pub shell: PlainShell,
    pub problems: Problems,
    pub said: Option<Note>,
    pub email: String,
    /// After a recovery: what does not work for a day, and why.
    pub held: Option<Note>,
    pub keys: Vec<KeyRow>,
    /// This installation's address can have passkeys.
    pub possible: bool,
    pub password: bool,
    pub authenticator: bool,
    pub codes_left: i64,
    pub browsers: Vec<BrowserRow>,
    /// Nothing but this passkey would be left, or no second way at all.
    pub lonely: bool,
}

/// One form of its own: a password, an authenticator's first code.
#[derive(Template)]
#[template(path = "security_form.html")]
pub struct SecurityForm {
    pub shell: PlainShell,
    pub problems: Problems,
    pub title: &'static str,
    pub text: &'static str,
    pub action: &'static str,
    pub email: String,
    pub ceremony: String,
    pub secret: Option<(String, String)>,
    pub field: Field,
    pub button: &'static str,
}
