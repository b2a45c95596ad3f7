//! The three frames a page stands in: the adviser's, the connect flow's, and the plain one. Knows who looks, not at what.

use crate::icons::Icon;

/// Light, dark, or as the system says. Shows itself as the attribute on `<html>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}
impl Theme {
    pub fn word(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// Places in the rail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Here {
    #[default]
    Nowhere,
    Home,
    Households,
    Connections,
    Cases,
    Tickets,
    Help,
    Settings,
}

/// The adviser's frame: rail, search, likeness menu.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    pub firm: String,
    /// Where the firm's own logo is; `None` shows the product's mark.
    pub logo: Option<String>,
    /// "Maya Castellanos" and "MC".
    pub person: String,
    pub initials: String,
    /// The person's id: what was typed before a session ended comes back to them alone.
    pub who: String,
    pub here: Here,
    /// Data Support: no household of its own, tickets instead.
    pub support: bool,
    /// Connections that need attention; the pip in the rail.
    pub attention: usize,
    pub theme: Theme,
    pub csrf: String,
    /// What is in the search field.
    pub query: String,
    /// A demo: the page says so and links to the outbox.
    pub sandbox: bool,
    /// Said once, after a redirect.
    pub said: Option<Note>,
    /// Seconds until the browser asks again, where a page waits and there is no script.
    pub reload: Option<u32>,
    /// The instant that the page shows: its stream tells of what came after.
    pub pulse: String,
    /// Support that is let in now: said on every page while it lasts.
    pub lasting: Vec<LetIn>,
}

/// Support that may look at a household for a while.
#[derive(Clone, Debug, Default)]
pub struct LetIn {
    /// "You may look at Okafor until 10:12 AM."
    pub text: String,
    /// Ends it at once.
    pub end: String,
}

/// How to reach the firm.
#[derive(Clone, Debug, Default)]
pub struct Contact {
    pub firm: String,
    /// As it is shown; "" when there is none.
    pub phone: String,
    pub email: String,
}
impl Contact {
    /// The number as a `tel:` address wants it.
    pub fn dial(&self) -> String {
        self.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }
}

/// The frame of sign-in, set-up, error pages and help for people without a session.
#[derive(Clone, Debug, Default)]
pub struct PlainShell {
    /// The firm's name, or the product's before a firm exists.
    pub firm: String,
    pub logo: Option<String>,
    pub contact: Contact,
    pub theme: Theme,
    pub csrf: String,
    pub sandbox: bool,
}

/// The frame of the connect flow: back, firm, close, and how far one is.
#[derive(Clone, Debug, Default)]
pub struct FlowShell {
    pub contact: Contact,
    pub logo: Option<String>,
    pub theme: Theme,
    pub csrf: String,
    /// 1 to 6; 0 hides the bar.
    pub step: u8,
    /// Where Back leads; `None` hides it.
    pub back: Option<String>,
    /// Where the cross leads ("Save and continue later" or "Exit"); `None` hides it.
    pub close: Option<String>,
    /// What the cross posts instead of leading there; "" where it leads.
    pub leave: &'static str,
    pub close_word: &'static str,
    pub sandbox: bool,
    /// Seconds until the browser asks again (progress without script).
    pub reload: Option<u32>,
}
impl FlowShell {
    /// The bar's filled width on a 60 grid.
    pub fn filled(&self) -> u32 {
        u32::from(self.step.min(6)) * 10
    }
}

/// State in colour, always beside an icon and a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    Ok,
    Warn,
    Bad,
    Info,
    #[default]
    Idle,
}
impl Tone {
    pub fn class(self) -> &'static str {
        match self {
            Tone::Ok => "st-ok",
            Tone::Warn => "st-warn",
            Tone::Bad => "st-bad",
            Tone::Info => "st-info",
            Tone::Idle => "st-idle",
        }
    }
    pub fn icon(self) -> Icon {
        match self {
            Tone::Ok => crate::icons::OK,
            Tone::Warn => crate::icons::ALERT,
            Tone::Bad => crate::icons::STOP,
            Tone::Info | Tone::Idle => crate::icons::INFO,
        }
    }
}

/// A banner: what happened and what happens next.
#[derive(Clone, Debug)]
pub struct Note {
    pub tone: Tone,
    pub title: String,
    pub text: String,
}
impl Note {
    pub fn ok(text: impl Into<String>) -> Note {
        Note { tone: Tone::Ok, title: String::new(), text: text.into() }
    }
    pub fn info(text: impl Into<String>) -> Note {
        Note { tone: Tone::Info, title: String::new(), text: text.into() }
    }
    pub fn warn(text: impl Into<String>) -> Note {
        Note { tone: Tone::Warn, title: String::new(), text: text.into() }
    }
    pub fn bad(text: impl Into<String>) -> Note {
        Note { tone: Tone::Bad, title: String::new(), text: text.into() }
    }
    pub fn titled(self, title: impl Into<String>) -> Note {
        Note { title: title.into(), ..self }
    }
}
