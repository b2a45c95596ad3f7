//! Help: a table of contents and its topics (N10), each a page of its own.

use super::connect::Place;
use super::prelude::*;

/// The topics, in the order of the table of contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Finding,
    Importing,
    TwoFactor,
    Portals,
    AddingLater,
    Renewing,
    Ending,
    Failing,
    Integrations,
}

impl Topic {
    pub const ALL: [Topic; 9] = [
        Topic::Finding,
        Topic::Importing,
        Topic::TwoFactor,
        Topic::Portals,
        Topic::AddingLater,
        Topic::Renewing,
        Topic::Ending,
        Topic::Failing,
        Topic::Integrations,
    ];
    /// The address: `/help/{slug}`.
    pub fn slug(self) -> &'static str {
        match self {
            Topic::Finding => "where-it-is",
            Topic::Importing => "importing-accounts",
            Topic::TwoFactor => "two-factor",
            Topic::Portals => "several-sign-in-pages",
            Topic::AddingLater => "adding-more-later",
            Topic::Renewing => "when-a-sign-in-ends",
            Topic::Ending => "mute-disconnect-delete",
            Topic::Failing => "why-an-import-fails",
            Topic::Integrations => "other-integrations",
        }
    }
    pub fn from_slug(slug: &str) -> Option<Topic> {
        Topic::ALL.into_iter().find(|t| t.slug() == slug)
    }
    pub fn title(self) -> &'static str {
        match self {
            Topic::Finding => "Where to find Asset Sync",
            Topic::Importing => "Importing accounts held elsewhere",
            Topic::TwoFactor => "Two-factor authentication",
            Topic::Portals => "Institutions with several sign-in pages",
            Topic::AddingLater => "Adding more accounts later",
            Topic::Renewing => "When an institution wants a new sign-in",
            Topic::Ending => "Muting, disconnecting and deleting",
            Topic::Failing => "Why an import fails",
            Topic::Integrations => "Asset Sync and your other integrations",
        }
    }
    pub fn about(self) -> &'static str {
        match self {
            Topic::Finding => "The way through the menu, shown step by step",
            Topic::Importing => "Three ways to start, what your client does, what you see",
            Topic::TwoFactor => "When a code is asked for, and what the screen looks like",
            Topic::Portals => "One brand, several entries: how to pick the right one",
            Topic::AddingLater => "A client who has connected before adds another account",
            Topic::Renewing => "Why an account stops syncing, and the link that mends it",
            Topic::Ending => "What stops, what stays, and what ends at the institution",
            Topic::Failing => "Trouble by its cause, and whose move it is",
            Topic::Integrations => "Custody feeds and CRMs keep going; nothing is counted twice",
        }
    }
}

#[derive(Debug, Template)]
#[template(path = "help/contents.html")]
pub struct HelpContents {
    pub shell: Shell,
    /// Where questions go that help does not answer.
    pub support: Contact,
}

#[derive(Debug, Template)]
#[template(path = "help/topic.html")]
pub struct HelpTopic {
    pub shell: Shell,
    pub topic: Topic,
    pub support: Contact,
    /// The moving picture's address (N24); "" shows the steps alone.
    pub film: String,
}
impl HelpTopic {
    fn next(&self) -> Option<Topic> {
        let at = Topic::ALL.into_iter().position(|t| t == self.topic)?;
        Topic::ALL.get(at + 1).copied()
    }
    /// The institution in the example screen; invented like everything in it.
    fn example(&self) -> Place {
        Place {
            name: "Larchmont Workplace".into(),
            site: "work.larchmont.example".into(),
            href: String::new(),
            thumb: Thumb { letters: "LW".into(), kind: Kind::Retire, image: String::new() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(topic: Topic) -> String {
        HelpTopic { shell: Shell::default(), topic, support: Contact::default(), film: "/assets/film.gif".into() }.to_string()
    }

    // proves: N10
    #[test]
    fn the_contents_lead_to_each_topic_and_each_topic_has_its_text() {
        let contents = HelpContents { shell: Shell::default(), support: Contact::default() }.to_string();
        for t in Topic::ALL {
            assert!(contents.contains(&format!("href=\"/help/{}\"", t.slug())), "{t:?}");
            assert_eq!(Topic::from_slug(t.slug()), Some(t));
            assert!(topic(t).contains(&format!("<h1>{}</h1>", t.title())), "{t:?}");
        }
    }

    // proves: N24 N42 N51 N52
    #[test]
    fn the_way_is_shown_moving_and_the_code_screen_by_example() {
        assert!(topic(Topic::Finding).contains("src=\"/assets/film.gif\""));
        assert!(topic(Topic::TwoFactor).contains("Enter the code Larchmont texted you"));
        assert!(topic(Topic::Integrations).contains("does not replace a connected CRM"));
    }
}
