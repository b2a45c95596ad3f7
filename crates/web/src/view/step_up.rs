//! A factor again, before a dangerous act: one page that holds what was typed and goes on with it.

use super::prelude::*;

#[derive(Template)]
#[template(path = "step_up.html")]
pub struct StepUp {
    pub shell: PlainShell,
    pub problems: Problems,
    /// Where the form goes: the act itself, or back to a page.
    pub to: String,
    pub kept: Vec<(String, String)>,
    pub code: Field,
    /// There is an authenticator or a printed code.
    pub has_code: bool,
    pub passkey: bool,
}
