//! Client portal resources: the list, a hand-out as a page that prints, and the same as one file.

use super::prelude::*;

#[derive(Clone, Debug)]
pub struct HandoutRow {
    pub title: &'static str,
    pub about: &'static str,
    pub href: String,
}

/// The e-mail that an adviser copies (P16).
#[derive(Clone, Debug)]
pub struct Sample {
    pub subject: String,
    pub paragraphs: Vec<String>,
}

#[derive(Debug, Template)]
#[template(path = "resources/list.html")]
pub struct Resources {
    pub shell: Shell,
    pub rows: Vec<HandoutRow>,
    pub sample: Sample,
    /// The firm's rules for talking with clients (P17), and where they stand in full.
    pub compliance: String,
    pub compliance_link: String,
    /// Where the sample's words are changed; "" for those who may not.
    pub letters: String,
}

/// A guide as a part of a hand-out.
#[derive(Clone, Debug)]
pub struct Chapter {
    pub title: &'static str,
    /// Written here, never typed by anybody.
    pub body: String,
}

/// Who hands it out.
#[derive(Clone, Debug)]
pub struct Giver {
    pub name: String,
    pub title: String,
    pub phone: String,
    pub email: String,
    pub firm: Contact,
    pub disclaimer: String,
}

#[derive(Debug, Template)]
#[template(path = "resources/page.html")]
pub struct HandoutPage {
    pub shell: Shell,
    pub title: &'static str,
    pub about: &'static str,
    pub chapters: Vec<Chapter>,
    pub giver: Giver,
    pub download: String,
    /// The address that anybody can read it at: for a message of the adviser's own.
    pub share: String,
}

/// A hand-out for whoever has its address.
#[derive(Debug, Template)]
#[template(path = "resources/shared.html")]
pub struct SharedGuide {
    pub shell: PlainShell,
    pub title: &'static str,
    pub about: &'static str,
    pub chapters: Vec<Chapter>,
}

#[derive(Debug, Template)]
#[template(path = "resources/shared_list.html")]
pub struct SharedGuides {
    pub shell: PlainShell,
    pub rows: Vec<HandoutRow>,
}

#[derive(Debug, Template)]
#[template(path = "resources/file.html")]
pub struct HandoutFile {
    pub title: &'static str,
    pub chapters: Vec<Chapter>,
    pub giver: Giver,
    /// The firm's logo as a data address; "" for none.
    pub logo: String,
}
