//! What an institution asks in our own screens: its sign-in, where a code goes, a code, questions, pictures, an approval on the phone, a
//! token. The institution's words stand as it sent them; nothing that was typed stands anywhere.

use super::Place;
use crate::view::prelude::*;

/// How a field takes what is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AskKind {
    #[default]
    Text,
    Secret,
    Code,
    /// One of several.
    Choice(Vec<AskChoice>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskChoice {
    pub value: String,
    pub label: String,
    /// The address of a picture of ours; "" for none.
    pub picture: String,
    pub icon: Option<crate::icons::Icon>,
}

/// One field as the institution defines it. It has no value: what was typed is not repeated.
#[derive(Clone, Debug, Default)]
pub struct AskField {
    pub name: &'static str,
    pub label: String,
    pub kind: AskKind,
    pub autocomplete: &'static str,
    pub placeholder: String,
    pub hint: String,
    pub error: String,
    pub picture: String,
    /// The first of the choices is as good as another.
    pub any: bool,
    pub optional: bool,
}
impl AskField {
    fn is_pictured(&self) -> bool {
        matches!(&self.kind, AskKind::Choice(all) if all.iter().any(|c| !c.picture.is_empty()))
    }
    /// The ids of what explains the field.
    fn described(&self) -> Option<String> {
        let ids: Vec<String> = [(&self.error, "e"), (&self.hint, "h")]
            .iter()
            .filter(|(t, _)| !t.is_empty())
            .map(|(_, k)| format!("{}-{k}", self.name))
            .collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// What happened to the last answer.
#[derive(Clone, Debug)]
pub struct AskNote {
    pub tone: Tone,
    pub title: String,
    pub text: String,
    /// The institution's own page is offered behind the text.
    pub site: bool,
}

/// One question. Posts to `action`; the form has an id of its own at each institution, so that a password manager keeps them apart.
#[derive(Debug, Template)]
#[template(path = "connect/ask.html")]
pub struct Ask {
    pub shell: FlowShell,
    pub place: Place,
    pub title: String,
    pub text: String,
    /// The institution's own words, and that they are its own.
    pub quote: String,
    pub note: Option<AskNote>,
    pub fields: Vec<AskField>,
    pub form: String,
    pub action: String,
    pub asked: i64,
    /// What the client says to have done at the institution first; "" for nothing.
    pub check: String,
    pub check_error: String,
    pub button: &'static str,
    /// This is not the client's own browser: password managers are asked to keep out.
    pub keep_out: bool,
    /// Ways on beside the form: (words, address, opens in a new tab).
    pub ways: Vec<(String, String, bool)>,
    /// With a lock: what becomes of the answer.
    pub kept: String,
    /// With a shield: only if they began it themselves.
    pub beware: String,
    /// A press on it goes on at once; without scripts the only way.
    pub again: String,
}
impl Ask {
    fn is_error(&self) -> bool {
        !self.check_error.is_empty() || self.fields.iter().any(|f| !f.error.is_empty())
    }
}

/// The client approves on their phone; the page waits and goes on by itself.
#[derive(Debug, Template)]
#[template(path = "connect/approve.html", blocks = ["wait"])]
pub struct Approve {
    pub shell: FlowShell,
    pub place: Place,
    pub text: String,
    pub quote: String,
    /// The number to choose on the phone; "" for none.
    pub number: String,
    pub waiting: String,
    pub action: String,
    pub asked: i64,
    pub ways: Vec<(String, String, bool)>,
    pub beware: String,
}
