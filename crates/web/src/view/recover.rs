//! The way back in: asking for a link, showing the second method, setting new factors; and the adviser's page that begins a client's.

use super::prelude::*;

/// One form of the way back in, with its words.
#[derive(Template)]
#[template(path = "recover.html")]
pub struct Recover {
    pub shell: PlainShell,
    pub problems: Problems,
    pub title: &'static str,
    pub text: String,
    pub action: &'static str,
    /// Carried from form to form; never in an address. "" where there is none.
    pub code: String,
    /// For password managers: whose password this is.
    pub username: String,
    pub fields: Vec<Field>,
    pub button: &'static str,
    /// The authenticator's key as text and as SVG.
    pub secret: Option<(String, String)>,
    /// A passkey instead may be made here.
    pub passkey: bool,
}

/// A page that only says something.
#[derive(Template)]
#[template(path = "recover_said.html")]
pub struct RecoverSaid {
    pub shell: PlainShell,
    pub title: &'static str,
    pub text: &'static str,
}

/// Ten codes, shown once.
#[derive(Template)]
#[template(path = "recovery_codes.html")]
pub struct RecoveryCodes {
    pub shell: PlainShell,
    pub email: String,
    pub codes: Vec<String>,
    pub next: &'static str,
}

/// The adviser's page about one client's sign-in.
#[derive(Template)]
#[template(path = "recover_client.html")]
pub struct RecoverClient {
    pub shell: Shell,
    pub name: String,
    pub email: String,
    pub action: String,
    pub back: String,
    /// The code to read out, and until when: shown once.
    pub spoken: Option<(String, String)>,
    /// A message to whoever runs the server, prefilled; "" where no address is known.
    pub ticket: String,
    pub to: String,
    pub lines: Vec<String>,
}

/// Asked for by one administrator: what the other is told.
#[derive(Template)]
#[template(path = "recover_staff.html")]
pub struct RecoverStaff {
    pub shell: Shell,
    pub name: String,
    pub email: String,
    pub code: String,
    pub until: String,
}
