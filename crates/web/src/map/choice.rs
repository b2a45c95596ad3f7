//! What the reader of a map chose, in the page's address: every choice is a link or a form that asks for the same page again.

use crate::view::map::{Choice, Freshness, Who};
use model::Custody;
use model::shelf::Shelf;

/// As it stands in the address; what is not known is no choice.
#[derive(serde::Deserialize, Default, Debug, Clone)]
#[serde(default)]
pub(crate) struct Asked {
    who: String,
    kind: String,
    custody: String,
    state: String,
    view: String,
    /// Of another day than today, where a page has its own.
    pub(crate) day: String,
}

impl Asked {
    pub(crate) fn choice(&self) -> Choice {
        Choice {
            who: match self.who.as_str() {
                "joint" => Some(Who::Joint),
                "nobody" => Some(Who::Nobody),
                id => id.parse().ok().map(Who::Member),
            },
            kind: Shelf::ALL.into_iter().find(|s| shelf_key(*s) == self.kind),
            custody: match self.custody.as_str() {
                "held-away" => Some(Custody::HeldAway),
                "managed" => Some(Custody::Managed),
                _ => None,
            },
            state: Freshness::ALL.into_iter().find(|f| f.key() == self.state),
            list: self.view == "list",
        }
    }
}

/// "retirement", "investments".
pub(super) fn shelf_key(s: Shelf) -> String {
    s.name().split(' ').next().unwrap_or_default().to_lowercase()
}

impl Choice {
    /// Anything is left out.
    pub(super) fn narrows(&self) -> bool {
        *self != Choice { list: self.list, ..Choice::default() }
    }
    pub(super) fn who_key(&self) -> String {
        match self.who {
            None => String::new(),
            Some(Who::Joint) => "joint".into(),
            Some(Who::Nobody) => "nobody".into(),
            Some(Who::Member(m)) => m.to_string(),
        }
    }
    pub(super) fn kind_key(&self) -> String {
        self.kind.map(shelf_key).unwrap_or_default()
    }
    pub(super) fn custody_key(&self) -> &'static str {
        match self.custody {
            None => "",
            Some(Custody::HeldAway) => "held-away",
            Some(Custody::Managed) => "managed",
        }
    }
    /// The address of the page with this choice.
    pub(super) fn at(&self, base: &str) -> String {
        let pairs = [
            ("view", if self.list { "list".to_owned() } else { String::new() }),
            ("who", self.who_key()),
            ("kind", self.kind_key()),
            ("custody", self.custody_key().into()),
            ("state", self.state.map(|s| s.key().to_owned()).unwrap_or_default()),
        ];
        let said: Vec<_> = pairs.into_iter().filter(|(_, v)| !v.is_empty()).collect();
        match serde_urlencoded::to_string(&said) {
            Ok(query) if !query.is_empty() => format!("{base}?{query}"),
            _ => base.to_owned(),
        }
    }
}
