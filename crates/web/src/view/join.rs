//! A new member of staff: the code of the invitation, a password of their own, and the second factor. The page for a code serves test
//! messages too.

use super::prelude::*;

#[derive(Debug, Template)]
#[template(path = "join_code.html")]
pub struct JoinCode {
    pub shell: PlainShell,
    pub problems: Problems,
    pub title: &'static str,
    pub text: &'static str,
    pub code: Field,
    pub action: String,
}

#[derive(Debug, Template)]
#[template(path = "join.html")]
pub struct Join {
    pub shell: PlainShell,
    pub problems: Problems,
    /// Carried from form to form; never in an address.
    pub code: String,
    pub name: String,
    pub email: String,
    pub password: Field,
    /// The key as text and as SVG, once the password is chosen.
    pub secret: Option<(String, String)>,
    pub factor: Field,
}
