//! What a connection's state says: to the client, to the adviser, and on the button. Plain, present tense, no blame: the institution is
//! named, what happened, what to do, what happens next. Knows nothing of how a state came about.

mod table;
#[cfg(test)]
mod tests;

use super::prelude::*;
use model::ConnectionState;

/// A state as people are told about it. Wider than the connection's own: age and what is under way are told too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Healthy,
    Refreshing,
    OutOfDate,
    /// The last try brought nothing; a refresh usually mends it.
    NoValues,
    NewAccounts,
    /// Slow today; works.
    Slow,
    /// Muted, disconnected or removed by us; `Ending` until the provider has confirmed.
    Muted,
    Disconnected,
    Ending,
    At(ConnectionState),
}

impl From<ConnectionState> for Standing {
    fn from(state: ConnectionState) -> Standing {
        if state == ConnectionState::Healthy { Standing::Healthy } else { Standing::At(state) }
    }
}

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    Client,
    Adviser,
}

/// What the sentences name. Empty where it is not known.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// "Larchmont Workplace".
    pub institution: String,
    /// The client's first name, for the adviser.
    pub name: String,
    /// The firm, for the client.
    pub firm: String,
    /// The day or moment the sentence needs: last update, end of permission, failing since.
    pub when: String,
    /// How long ago that is, for the adviser: "34 days ago".
    pub age: String,
    /// How many tries of a hundred succeed there; "" where that is not known.
    pub rate: String,
    /// What support asks for.
    pub reference: String,
}

/// What the one button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    None,
    Refresh,
    /// The client mends it here.
    Fix,
    /// The adviser sends a link that opens at the step that failed.
    Ask,
    /// Open the institution's own page.
    Open,
    Renew,
    FindNew,
    /// The client chooses which of the new accounts to add.
    Choose,
    /// A fresh link starts it again.
    Send,
}

/// Chip, headline and sentence, and the button's word.
#[derive(Clone, Debug)]
pub struct Told {
    pub chip: Chip,
    /// The bar's first, bold sentence; "" when nothing needs a bar.
    pub headline: String,
    pub sentence: String,
    pub act: Act,
    pub button: String,
    /// Why Refresh is disabled; "" when it is not (ruling 7).
    pub refresh_waits: String,
}
impl Told {
    pub fn tone(&self) -> Tone {
        self.chip.tone
    }
    /// Worth a bar of its own.
    pub fn bar(&self) -> bool {
        !self.headline.is_empty()
    }
}

/// The words for a standing, and what follows from it: the button, and whether Refresh waits.
pub fn told(standing: Standing, reader: Reader, about: &About) -> Told {
    use ConnectionState as C;
    let standing = if standing == Standing::At(C::Healthy) { Standing::Healthy } else { standing };
    let client = reader == Reader::Client;
    let w = table::words(standing, reader, about);
    let About { institution: inst, name, .. } = about;
    let button = match w.act {
        Act::None => String::new(),
        Act::Refresh if standing == Standing::At(C::Ours) => "Try again".into(),
        Act::Refresh => "Refresh".into(),
        Act::Fix => "Click to fix".into(),
        Act::Ask => format!("Ask {name} to fix"),
        Act::Open => format!("Open {inst}"),
        Act::Renew => "Renew".into(),
        Act::FindNew => "Find new".into(),
        Act::Choose => "Choose accounts".into(),
        Act::Send => "Send a link".into(),
    };
    let refresh_waits = match standing {
        Standing::At(s) if s.waits_for_client() && client => "Refresh and Find new wait for your new sign-in".into(),
        Standing::At(s) if s.waits_for_client() => format!("Refresh waits for {name}’s new sign-in"),
        Standing::At(C::Removed | C::NotSupported) | Standing::Muted | Standing::Disconnected | Standing::Ending => {
            "No values arrive any more".into()
        }
        Standing::At(C::Linking) => "The first values are on their way".into(),
        _ => String::new(),
    };
    Told { chip: Chip::new(w.tone, w.icon, w.chip), headline: w.headline, sentence: w.sentence, act: w.act, button, refresh_waits }
}

/// A sentence that names the institution, with the name as the way to its own site in a new tab (E40, E41).
#[derive(Clone, Debug, Default, Template)]
#[template(
    source = r#"{{ before }}{% if !name.is_empty() %}<a href="{{ href }}" target="_blank" rel="noopener noreferrer">{{ name }}<span class="vh"> (opens its site in a new tab)</span></a>{{ after }}{% endif %}"#,
    ext = "html"
)]
pub struct Sentence {
    before: String,
    name: String,
    href: String,
    after: String,
}
impl askama::filters::HtmlSafe for Sentence {}
impl Sentence {
    pub fn plain(text: impl Into<String>) -> Sentence {
        Sentence { before: text.into(), ..Sentence::default() }
    }
    pub fn is_empty(&self) -> bool {
        self.before.is_empty() && self.name.is_empty()
    }
    /// Plain where the name is not in it or no address is known.
    pub fn naming(text: &str, name: &str, href: &str) -> Sentence {
        match text.split_once(name).filter(|_| !href.is_empty() && !name.is_empty()) {
            Some((before, after)) => Sentence { before: before.into(), name: name.into(), href: href.into(), after: after.into() },
            None => Sentence::plain(text),
        }
    }
}
