//! An invited client's way in: firm and purpose, the address, the code, how they sign in, and the printed codes. Names nobody.

use super::prelude::*;

/// Firm and purpose alone, and one button (ruling 3).
#[derive(Debug, Template)]
#[template(path = "welcome_start.html")]
pub struct WelcomeStart {
    pub shell: FlowShell,
    pub hidden: Vec<(&'static str, String)>,
    pub until: String,
}

/// What the person does on this page.
#[derive(Debug)]
pub enum Part {
    Address {
        email: Field,
    },
    /// By voice, or from the mailbox at an address of which only the shape is shown.
    Code {
        code: Field,
        by_voice: bool,
        to: String,
        typed: bool,
    },
    Choose {
        email: String,
        password: Field,
        passkeys: bool,
    },
    Factor {
        email: String,
        key: String,
        qr: String,
        factor: Field,
    },
    /// They have a sign-in: whether this browser is signed in with it.
    Exists {
        email: String,
        signed_in: bool,
    },
    Taken {
        typed: bool,
    },
}

#[derive(Debug, Template)]
#[template(path = "welcome.html")]
pub struct Welcome {
    pub shell: FlowShell,
    pub problems: Problems,
    pub part: Part,
}
impl Welcome {
    fn passkeys(&self) -> bool {
        matches!(self.part, Part::Choose { passkeys: true, .. })
    }
    fn title(&self) -> &'static str {
        match self.part {
            Part::Address { .. } => "Which address do you sign in with?",
            Part::Code { .. } => "Enter your code",
            Part::Choose { .. } => "Choose how you sign in",
            Part::Factor { .. } => "Set up your second step",
            Part::Exists { .. } => "You have a sign-in already",
            Part::Taken { .. } => "This address can’t be used here",
        }
    }
}

/// Ten codes, shown once.
#[derive(Debug, Template)]
#[template(path = "welcome_codes.html")]
pub struct WelcomeCodes {
    pub shell: FlowShell,
    pub codes: Vec<String>,
}
