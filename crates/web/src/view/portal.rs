//! The client portal's frame and its pages. Every page names the household and shows only what the lens let through.

mod accounts;
mod home;
mod reports;
mod support;
mod told;

pub use accounts::*;
pub use home::*;
pub use reports::*;
pub use support::*;
pub use told::*;

use super::prelude::*;

/// Places in the portal's main menu.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PortalHere {
    #[default]
    Nowhere,
    Home,
    Map,
    Accounts,
    Reports,
}

/// The client's frame: firm, menu, likeness; on a phone a bar at the foot.
#[derive(Clone, Debug, Default)]
pub struct PortalShell {
    pub firm: String,
    /// Where the firm's own logo is; `None` shows the product's mark.
    pub logo: Option<String>,
    pub person: String,
    pub initials: String,
    pub who: String,
    pub here: PortalHere,
    /// `/portal/hh_…`, or the preview's address; every link of the menu begins with it. "" before a household was chosen.
    pub base: String,
    /// "Okafor–Lindqvist": shown where there are several.
    pub household: String,
    /// More than one household: the menu offers to change.
    pub several: bool,
    pub may_map: bool,
    pub may_accounts: bool,
    /// Some report beside the map is shared.
    pub may_reports: bool,
    /// An adviser looks through the client's eyes; says whose.
    pub preview: Option<String>,
    pub theme: Theme,
    pub csrf: String,
    pub sandbox: bool,
    pub said: Option<Note>,
    /// Where the page listens for changes; "" where nothing changes.
    pub stream: String,
    /// The instant that the page shows: its stream tells of what came after.
    pub pulse: String,
    /// The page must not be printed: a sentence stands on the paper instead (P38).
    pub no_print: bool,
    /// Which of the things that need the client the bar shows, from 1.
    pub need: usize,
    /// What the map shows.
    pub choice: super::map::Choice,
    /// Of which day the balance sheet is, as it was asked for; "" for today.
    pub day: String,
    /// Seconds of silence after which the session ends.
    pub idle: i64,
}

#[derive(Template)]
#[template(path = "portal/households.html")]
pub struct PortalHouseholds {
    pub shell: PortalShell,
    /// Name and address.
    pub households: Vec<(String, String)>,
    pub contact: Contact,
}

/// A link or a button of the portal. In a preview it is there and does nothing.
#[derive(Clone, Debug, Default, Template)]
#[template(
    source = r#"{% if dead %}<span class="{{ class }}" aria-disabled="true" role="link">{% if let Some(i) = icon %}{{ i }}{% endif %}{{ word }}</span>{% else if let Some(fields) = post %}<form action="{{ href }}" method="post"><input type="hidden" name="csrf" value="{{ csrf }}">{% for (n, v) in fields %}<input type="hidden" name="{{ n }}" value="{{ v }}">{% endfor %}<button class="{{ class }}" type="submit">{% if let Some(i) = icon %}{{ i }}{% endif %}{{ word }}{% if !about.is_empty() %}<span class="vh"> {{ about }}</span>{% endif %}</button></form>{% else %}<a class="{{ class }}" href="{{ href }}"{% if away %} target="_blank" rel="noopener noreferrer"{% endif %}>{% if let Some(i) = icon %}{{ i }}{% endif %}{{ word }}{% if !about.is_empty() %}<span class="vh"> {{ about }}</span>{% endif %}</a>{% endif %}"#,
    ext = "html"
)]
pub struct PortalAct {
    pub class: &'static str,
    pub icon: Option<crate::icons::Icon>,
    pub word: String,
    /// What it is about, for people who hear the page.
    pub about: String,
    pub href: String,
    /// Posted, with these fields; `None` for a link.
    pub post: Option<Vec<(&'static str, String)>>,
    pub csrf: String,
    pub dead: bool,
    /// Opens another site in a new tab.
    pub away: bool,
}
impl askama::filters::HtmlSafe for PortalAct {}
impl PortalAct {
    pub fn link(shell: &PortalShell, class: &'static str, word: impl Into<String>, href: impl Into<String>) -> PortalAct {
        PortalAct { class, word: word.into(), href: href.into(), dead: shell.preview.is_some(), ..PortalAct::default() }
    }
    pub fn post(shell: &PortalShell, class: &'static str, word: impl Into<String>, action: impl Into<String>) -> PortalAct {
        PortalAct { post: Some(Vec::new()), csrf: shell.csrf.clone(), ..PortalAct::link(shell, class, word, action) }
    }
    pub fn icon(self, icon: crate::icons::Icon) -> PortalAct {
        PortalAct { icon: Some(icon), ..self }
    }
    pub fn about(self, about: impl Into<String>) -> PortalAct {
        PortalAct { about: about.into(), ..self }
    }
    pub fn word(self, word: impl Into<String>) -> PortalAct {
        PortalAct { word: word.into(), ..self }
    }
    pub fn class(self, class: &'static str) -> PortalAct {
        PortalAct { class, ..self }
    }
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> PortalAct {
        self.post.get_or_insert_with(Vec::new).push((name, value.into()));
        self
    }
}
