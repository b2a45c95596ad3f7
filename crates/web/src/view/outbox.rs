//! The demo's mail, so that both ends of a message can be seen on one machine.

use super::prelude::*;

#[derive(Clone, Debug)]
pub struct Mail {
    pub to: String,
    pub cc: String,
    pub subject: String,
    pub when: String,
    pub paragraphs: Vec<String>,
    /// The link inside, to follow it; "" for none.
    pub link: String,
}

#[derive(Debug, Template)]
#[template(path = "outbox.html")]
pub struct Outbox {
    pub shell: PlainShell,
    pub mails: Vec<Mail>,
}
