//! Signing in: a passkey, or the password and then the one-time code; and the page after signing out. The same words for known and unknown addresses.

use super::prelude::*;

#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    pub shell: PlainShell,
    pub problems: Problems,
    /// "You are signed out." and the like.
    pub said: Option<Note>,
    pub email: Field,
    pub password: Field,
    /// Where to go afterwards, a path of ours; "" for home.
    pub next: String,
    /// This installation's address can have passkeys.
    pub passkeys: bool,
}

#[derive(Debug, Template)]
#[template(path = "sign_in_code.html")]
pub struct SignInCode {
    pub shell: PlainShell,
    pub problems: Problems,
    pub code: Field,
    pub printed: Field,
    /// The client's adviser, or another administrator (P32).
    pub ask: Option<Contact>,
    pub next: String,
}
impl SignIn {
    /// The two fields, with what was typed and what was wrong.
    pub fn fields(email: &str, email_error: &str, password_error: &str) -> (Field, Field) {
        let mail =
            Field::new("email", "Email").kind(FieldKind::Email).autocomplete("username webauthn").value(email).error(email_error).large();
        let pass =
            Field::new("password", "Password").kind(FieldKind::Password).autocomplete("current-password").error(password_error).large();
        (mail, pass)
    }
}
