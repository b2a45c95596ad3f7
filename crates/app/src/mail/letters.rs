//! The letters that the product sends, and the one that it offers to advisers: in the firm's own words where it has some, in ours otherwise.
//! Plain, present tense; whoever writes, a code or a link's secret stands in the person's copy alone.

mod check;
mod ours;

pub use check::check;

use model::link::Purpose;
use store::firms::{Settings, Wording};

/// Where the code would stand, in the adviser's copy and in previews.
pub const DOTS: &str = "•••••-•••••-•••••-•••••-••••••";

/// Every letter, in the order of the settings page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Offered, not sent: the adviser sends it with their own mail (P14, P16).
    Invitation,
    Connect,
    Repair,
    RepairAll,
    FindNew,
    /// By itself, when something has stopped that only the client can mend.
    Stopped,
    /// By itself, before a permission ends.
    Ending,
    Code,
    Back,
    /// To a client who asked on their Accounts page.
    WorksAgain,
    Arrived,
    /// To the adviser, when a client asks for a new link.
    Asked,
    /// The way to a new password.
    NewPassword,
    /// The way to a whole new sign-in, together with a code on the telephone.
    NewSignIn,
    /// To somebody who forgot a password that they do not have.
    PasskeyAlone,
    /// What happened to one's own sign-in.
    SignInChanged,
    /// To the adviser or colleague of somebody who came back.
    CameBack,
}

impl Kind {
    pub const ALL: [Kind; 17] = [
        Kind::Invitation,
        Kind::Connect,
        Kind::Repair,
        Kind::RepairAll,
        Kind::FindNew,
        Kind::Stopped,
        Kind::Ending,
        Kind::Code,
        Kind::Back,
        Kind::WorksAgain,
        Kind::Arrived,
        Kind::Asked,
        Kind::NewPassword,
        Kind::NewSignIn,
        Kind::PasskeyAlone,
        Kind::SignInChanged,
        Kind::CameBack,
    ];
    pub fn key(self) -> &'static str {
        match self {
            Kind::Invitation => "invitation",
            Kind::Connect => "connect",
            Kind::Repair => "repair",
            Kind::RepairAll => "repair-all",
            Kind::FindNew => "find-new",
            Kind::Stopped => "stopped",
            Kind::Ending => "ending",
            Kind::Code => "code",
            Kind::Back => "back",
            Kind::WorksAgain => "works-again",
            Kind::Arrived => "arrived",
            Kind::Asked => "asked",
            Kind::NewPassword => "new-password",
            Kind::NewSignIn => "new-sign-in",
            Kind::PasskeyAlone => "passkey-alone",
            Kind::SignInChanged => "sign-in-changed",
            Kind::CameBack => "came-back",
        }
    }
    pub fn from_key(key: &str) -> Option<Kind> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
    pub fn of(purpose: Purpose) -> Kind {
        match purpose {
            Purpose::Connect => Kind::Connect,
            Purpose::Repair(_) => Kind::Repair,
            Purpose::RepairAll => Kind::RepairAll,
            Purpose::FindNew(_) => Kind::FindNew,
        }
    }
    pub fn title(self) -> &'static str {
        ours::letter(self).title
    }
    /// When it is sent, and to whom.
    pub fn when(self) -> &'static str {
        ours::letter(self).when
    }
    /// As the product words it.
    pub fn ours(self) -> Wording {
        let l = ours::letter(self);
        Wording { subject: l.subject.into(), body: l.body.into() }
    }
    /// What may stand in it; those that must come first.
    pub fn slots(self) -> impl Iterator<Item = Slot> {
        let l = ours::letter(self);
        l.needs.iter().chain(l.takes).copied()
    }
    pub fn needs(self, slot: Slot) -> bool {
        ours::letter(self).needs.contains(&slot)
    }
}

/// What is filled in when a letter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    FirstName,
    Adviser,
    AdviserFirst,
    Firm,
    Link,
    Until,
    Institution,
    Code,
    Household,
    What,
    /// What happened, in a sentence of ours.
    News,
    /// Whom a letter to staff is about.
    Client,
    Help,
}

impl Slot {
    pub const ALL: [Slot; 13] = [
        Slot::FirstName,
        Slot::Adviser,
        Slot::AdviserFirst,
        Slot::Firm,
        Slot::Link,
        Slot::Until,
        Slot::Institution,
        Slot::Code,
        Slot::Household,
        Slot::What,
        Slot::News,
        Slot::Client,
        Slot::Help,
    ];
    /// As it stands in the text, without its braces.
    pub fn name(self) -> &'static str {
        match self {
            Slot::FirstName => "first name",
            Slot::Adviser => "adviser",
            Slot::AdviserFirst => "adviser’s first name",
            Slot::Firm => "firm",
            Slot::Link => "link",
            Slot::Until => "last day",
            Slot::Institution => "institution",
            Slot::Code => "code",
            Slot::Household => "household",
            Slot::What => "what is needed",
            Slot::News => "what happened",
            Slot::Client => "client",
            Slot::Help => "help",
        }
    }
    /// Typed apostrophes are as good as printed ones.
    pub fn from_name(name: &str) -> Option<Slot> {
        let name = name.trim().to_lowercase().replace('\'', "’");
        Self::ALL.into_iter().find(|s| s.name() == name)
    }
    /// What it stands for.
    pub fn meaning(self) -> &'static str {
        match self {
            Slot::FirstName => "Of the person who is written to",
            Slot::Adviser => "Full name of the adviser",
            Slot::AdviserFirst => "As a signature",
            Slot::Firm => "Your firm’s name",
            Slot::Link => "In a paragraph of its own",
            Slot::Until => "The last day that the link works",
            Slot::Institution => "The institution that it is about",
            Slot::Code => "The six digits",
            Slot::Household => "The household’s name",
            Slot::What => "A sentence for each connection that needs the person",
            Slot::News => "What happened, in one sentence",
            Slot::Client => "Full name of whoever it is about",
            Slot::Help => "Your support address and telephone, where you gave them",
        }
    }
}

/// What a letter names. What it does not name stays empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct About<'a> {
    /// The person's first name.
    pub given: &'a str,
    pub adviser: &'a str,
    pub firm: &'a str,
    pub support_email: &'a str,
    pub support_phone: &'a str,
    /// "Friday 27 November".
    pub until: &'a str,
    /// The institution that a repair or a search for new accounts is about.
    pub institution: &'a str,
    pub link: &'a str,
    pub code: &'a str,
    pub household: &'a str,
    /// What happened to somebody's sign-in.
    pub news: &'a str,
    /// Whom a letter to staff is about.
    pub client: &'a str,
    /// What the person is needed for, in sentences.
    pub what: &'a str,
}

impl About<'_> {
    fn of(&self, slot: Slot) -> String {
        match slot {
            Slot::FirstName => self.given.into(),
            Slot::Adviser => self.adviser.into(),
            Slot::AdviserFirst => self.adviser.split_whitespace().next().unwrap_or(self.adviser).into(),
            Slot::Firm => self.firm.into(),
            Slot::Link => self.link.into(),
            Slot::Until => self.until.into(),
            Slot::Institution => self.institution.into(),
            Slot::Code => self.code.into(),
            Slot::Household => self.household.into(),
            Slot::News => self.news.into(),
            Slot::Client => self.client.into(),
            Slot::What => self.what.into(),
            Slot::Help => {
                let ways: Vec<&str> = [self.support_email, self.support_phone].into_iter().filter(|w| !w.is_empty()).collect();
                if ways.is_empty() { String::new() } else { format!("Help: {}.", ways.join(" or ")) }
            }
        }
    }
}

/// Invented people, for previews.
pub fn invented(firm: &str) -> About<'_> {
    About {
        given: "Ngozi",
        adviser: "Maya Castellanos",
        firm,
        support_email: "help@alderfinch.example",
        support_phone: "555-0142",
        until: "Friday 27 November",
        institution: "Larchmont Brokerage",
        link: "https://portal.alderfinch.example/i#•••••-•••••-•••••-•••••-••••••",
        code: "481 902",
        household: "Okafor–Lindqvist",
        news: "A passkey was added to your sign-in.",
        client: "Ngozi Okafor",
        what: "Larchmont Brokerage wants to check it’s you. Have your phone ready.",
    }
}

/// The wording in force: the firm's own while it holds what the letter needs, ours otherwise.
pub fn wording(settings: &Settings, kind: Kind) -> Wording {
    let own = settings.letters.get(kind.key()).filter(|w| check(kind, w).is_ok());
    own.cloned().unwrap_or_else(|| kind.ours())
}

/// Subject and paragraphs as they are read.
pub fn compose(settings: &Settings, kind: Kind, about: &About<'_>) -> (String, Vec<String>) {
    filled(&wording(settings, kind), about)
}

/// The same for a wording that is not saved yet.
pub fn filled(w: &Wording, about: &About<'_>) -> (String, Vec<String>) {
    (fill(&w.subject, about), paragraphs(&w.body).map(|p| fill(p, about)).filter(|p| !p.is_empty()).collect())
}

/// What stands before the link and what stands after it, for letters that hold one.
pub fn around_link(settings: &Settings, kind: Kind, about: &About<'_>) -> (String, Vec<String>, Vec<String>) {
    // No name can hold this: control characters are refused where names are kept.
    const HERE: &str = "\u{1}";
    let (subject, mut before) = compose(settings, kind, &About { link: HERE, ..*about });
    let after = match before.iter().position(|p| p == HERE) {
        Some(at) => before.split_off(at).split_off(1),
        None => Vec::new(),
    };
    (subject, before, after)
}

fn paragraphs(body: &str) -> impl Iterator<Item = &str> {
    body.split("\n\n").map(str::trim).filter(|p| !p.is_empty())
}

/// In one pass: what is filled in is never read again, whatever a name holds.
fn fill(text: &str, about: &About<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            // A placeholder that fills nothing leaves no gap.
            Part::Text(t) if (out.is_empty() || out.ends_with(' ')) && t.starts_with(' ') => out.push_str(t.trim_start_matches(' ')),
            Part::Text(t) => out.push_str(t),
            Part::Slot(s) => out.push_str(&about.of(s)),
            Part::Unknown(name) => {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
        }
    }
    out.trim().to_owned()
}

#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    Slot(Slot),
    Unknown(&'a str),
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('{') {
        let Some((name, after)) = tail.split_once('}') else { break };
        out.push(Part::Text(before));
        out.push(Slot::from_name(name).map_or(Part::Unknown(name), Part::Slot));
        rest = after;
    }
    out.push(Part::Text(rest));
    out
}

#[cfg(test)]
mod tests;
