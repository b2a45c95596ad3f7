//! The first pages a link opens. They tell a stranger nothing: firm, purpose, where to get help.

use crate::view::prelude::*;

/// `/i`: the secret is behind the `#`, so the module posts it to `action`; without script the person types the code.
#[derive(Debug, Template)]
#[template(path = "connect/door.html")]
pub struct Door {
    pub shell: FlowShell,
    pub action: String,
}

/// What the link is for, and Get started: a form post to `action` that redeems it.
#[derive(Debug, Template)]
#[template(path = "connect/start.html")]
pub struct Start {
    pub shell: FlowShell,
    pub action: String,
    /// Hidden values that the post needs (the code when it was peeked at, or nothing).
    pub hidden: Vec<(&'static str, String)>,
    /// "This link works until 27 Nov 2026, 9:40 AM." or "This link works for one week."
    pub until: String,
    /// A repair or a renewal names what it is about: "Larchmont Workplace needs a new sign-in". "" for a first request.
    pub purpose: String,
    /// Some institutions ask for their sign-in on our own pages.
    pub typed: bool,
}

/// The code from the message, typed.
#[derive(Debug, Template)]
#[template(path = "connect/type_code.html")]
pub struct TypeCode {
    pub shell: FlowShell,
    pub action: String,
    pub code: String,
    pub error: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    // proves: N35 N36 N48 D16
    #[test]
    fn get_started_stands_in_the_top_right_corner_and_at_the_foot() {
        let contact = Contact { firm: "Alder & Finch".into(), email: "help@alderfinch.example".into(), ..Contact::default() };
        let shell = FlowShell { contact, ..FlowShell::default() };
        let page = Start { shell, action: "/go".into(), hidden: Vec::new(), until: String::new(), purpose: String::new(), typed: false }
            .to_string();
        let (head, body) = page.split_once("</header>").unwrap();
        assert!(head.contains("type=\"submit\" form=\"start\">Get started<"));
        assert!(body.contains("id=\"start\" action=\"/go\" method=\"post\"") && body.contains(">Get started<"));
        assert!(body.contains("mailto:help@alderfinch.example"));
    }
}
