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
    Together,
    Tickets,
    Integrations,
    Reader,
}

impl Topic {
    pub const ALL: [Topic; 12] = [
        Topic::Finding,
        Topic::Importing,
        Topic::TwoFactor,
        Topic::Portals,
        Topic::AddingLater,
        Topic::Renewing,
        Topic::Ending,
        Topic::Failing,
        Topic::Together,
        Topic::Tickets,
        Topic::Integrations,
        Topic::Reader,
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
            Topic::Together => "refresh-together",
            Topic::Tickets => "good-tickets",
            Topic::Integrations => "other-integrations",
            Topic::Reader => "what-a-reader-sees",
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
            Topic::Together => "Asking your client, and refreshing together",
            Topic::Tickets => "Best practice for tickets",
            Topic::Integrations => "Asset Sync and your other integrations",
            Topic::Reader => "What a Reader sees in the portal",
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
            Topic::Together => "What only your client can do, and one sitting for all of it",
            Topic::Tickets => "When to report a problem to Data Support, and what to write",
            Topic::Integrations => "Custody feeds and CRMs keep going; nothing is counted twice",
            Topic::Reader => "The household map alone, as your client sees it; and how sharing ends",
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

    // proves: P2 P3
    #[test]
    fn what_a_reader_sees_is_shown_and_opens_larger() {
        let page = topic(Topic::Reader);
        let href = crate::assets::reader_href();
        assert!(
            page.contains(&format!("<a href=\"{href}\" target=\"_blank\"")) && page.contains(&format!("<img src=\"{href}\"")),
            "{page}"
        );
        let picture = include_bytes!("../../assets/reader.png");
        assert!(picture.starts_with(b"\x89PNG") && picture.len() < 60_000);
        let width = u32::from_be_bytes([picture[16], picture[17], picture[18], picture[19]]);
        assert!(width > 1000, "larger than the page shows it");
    }

    /// A GIF's pictures, and whether it begins again after the last.
    fn pictures(gif: &[u8]) -> (usize, bool) {
        let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
        let over = |mut at: usize| {
            while gif[at] != 0 {
                at += usize::from(gif[at]) + 1;
            }
            at + 1
        };
        let (mut at, mut seen, mut again) = (13 + table(gif[10]), 0, false);
        while gif[at] != b';' {
            if gif[at] == b',' {
                seen += 1;
                at = over(at + 10 + table(gif[at + 9]) + 1);
            } else {
                again |= gif[at..].starts_with(b"\x21\xff\x0bNETSCAPE");
                at = over(at + 2);
            }
        }
        (seen, again)
    }

    // proves: N24 N42 N51 N52
    #[test]
    fn the_way_is_shown_moving_and_the_code_screen_by_example() {
        assert!(topic(Topic::Finding).contains("src=\"/assets/film.gif\""));
        let film = include_bytes!("../../assets/asset-sync.gif");
        let (seen, again) = pictures(film);
        assert!(film.starts_with(b"GIF89a") && seen >= 4 && again, "{seen} pictures");
        let code = topic(Topic::TwoFactor);
        for part in ["Example of a code screen", "Enter the code Larchmont texted you", "the phone ending 47", ">4819<", ">Continue<"] {
            assert!(code.contains(part), "{part}");
        }
        assert!(topic(Topic::Integrations).contains("does not replace a connected CRM"));
    }
}
