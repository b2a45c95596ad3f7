//! Pages for what went wrong before a page could be made: not found (also for what is not yours), too often, out of date, broken.

use super::prelude::*;

#[derive(Debug, Template)]
#[template(path = "wrong.html")]
pub struct Wrong {
    pub shell: PlainShell,
    pub title: String,
    pub text: String,
    pub icon: crate::icons::Icon,
    pub tone: Tone,
    /// "Reference req_…", for support; "" for none.
    pub reference: String,
    /// The one button: word and address.
    pub way: Option<(String, String)>,
}

impl Wrong {
    fn new(shell: PlainShell, tone: Tone, icon: crate::icons::Icon, title: &str, text: String) -> Wrong {
        Wrong {
            shell,
            title: title.into(),
            text,
            icon,
            tone,
            reference: String::new(),
            way: Some(("Go to the first page".into(), "/".into())),
        }
    }
    /// The same whether it never was, is gone, or belongs to someone else.
    pub fn not_found(shell: PlainShell) -> Wrong {
        let text = "The address may be mistyped, or what it showed is gone or not yours to see.".into();
        Wrong::new(shell, Tone::Info, icon::SEARCH, "There is nothing at this address", text)
    }
    pub fn too_often(shell: PlainShell, wait: &str) -> Wrong {
        let text = format!("There were too many tries from here. Try again {wait}. Nothing was changed.");
        Wrong { way: None, ..Wrong::new(shell, Tone::Warn, icon::CLOCK, "That was too often", text) }
    }
    /// The form's token no longer fits: an old tab, or another sign-in since.
    pub fn old_form(shell: PlainShell, back: &str) -> Wrong {
        let text =
            "It was open for a long time, or you signed in again since. Nothing was changed. Open the page again and send it once more."
                .into();
        Wrong {
            way: Some(("Open the page again".into(), back.into())),
            ..Wrong::new(shell, Tone::Info, icon::CLOCK, "This form is out of date", text)
        }
    }
    /// What was sent cannot be read at all.
    pub fn unreadable(shell: PlainShell) -> Wrong {
        let text = "What the browser sent could not be read. Go back and try again. Nothing was changed.".into();
        Wrong::new(shell, Tone::Warn, icon::ALERT, "That could not be read", text)
    }
    pub fn broken(shell: PlainShell, reference: &str) -> Wrong {
        let text = "We’ve recorded it, and nothing was saved. Try again; if it stays, tell us the reference.".into();
        Wrong { reference: reference.into(), ..Wrong::new(shell, Tone::Bad, icon::STOP, "Something broke on our side", text) }
    }
    /// Starting up, shutting down, or full.
    pub fn busy(shell: PlainShell) -> Wrong {
        let text = "It is starting, or has more to do than it can take on. Try again in a minute.".into();
        Wrong::new(shell, Tone::Warn, icon::CLOCK, "Not ready just now", text)
    }
}
