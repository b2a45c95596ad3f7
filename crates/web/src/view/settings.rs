//! The firm's settings: who it is, its staff, the other names of institutions, and its mail.

use super::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SettingsTab {
    #[default]
    Firm,
    Letters,
    Staff,
    Institutions,
    Prices,
    Signals,
    Reliability,
    Mail,
    Portal,
}

#[derive(Debug, Template)]
#[template(path = "settings_firm.html")]
pub struct SettingsFirm {
    pub shell: Shell,
    pub tab: SettingsTab,
    pub problems: Problems,
    pub name: Field,
    pub zone: Select,
    pub support_email: Field,
    pub support_phone: Field,
    pub disclaimer: Field,
    /// The plan and what it holds: "Complete, with Asset Sync".
    pub plan: String,
    /// Where the logo is; `None` while the product's mark stands in its place.
    pub logo: Option<String>,
    pub logo_error: String,
    /// Under messages, the firm's rules, and where they stand in full.
    pub statements: [Field; 4],
    /// Staff without the right see the values only.
    pub may_change: bool,
}

/// One letter in the list.
#[derive(Clone, Debug)]
pub struct LetterRow {
    pub title: &'static str,
    pub when: &'static str,
    pub href: String,
    /// In the firm's own words.
    pub own: bool,
}

#[derive(Debug, Template)]
#[template(path = "settings_letters.html")]
pub struct SettingsLetters {
    pub shell: Shell,
    pub tab: SettingsTab,
    pub rows: Vec<LetterRow>,
}

/// A placeholder that a letter knows.
#[derive(Clone, Debug)]
pub struct SlotRow {
    pub name: &'static str,
    pub meaning: &'static str,
    pub needed: bool,
}

#[derive(Debug, Template)]
#[template(path = "settings_letter.html")]
pub struct SettingsLetter {
    pub shell: Shell,
    pub tab: SettingsTab,
    pub problems: Problems,
    pub title: &'static str,
    pub when: &'static str,
    pub action: String,
    pub own: bool,
    pub subject: Field,
    pub body: Field,
    pub slots: Vec<SlotRow>,
    /// As it reads with invented people; empty while it cannot be written.
    pub shown_subject: String,
    pub shown: Vec<String>,
    pub may_change: bool,
}

/// A colleague's recovery that a second administrator has to agree to.
#[derive(Clone, Debug)]
pub struct WaitingRow {
    pub name: String,
    pub by: String,
    pub when: String,
    /// Where agreeing goes; "" for whoever began it.
    pub approve: String,
}

#[derive(Clone, Debug)]
pub struct StaffRow {
    pub name: String,
    pub initials: String,
    /// Where the photograph is; "" shows the initials.
    pub likeness: String,
    /// "Lead planner · (555) 010-0142"; "" when neither is given.
    pub card: String,
    pub email: String,
    /// "Administrator", "Lead adviser", "Sub-adviser".
    pub role: String,
    /// What else they could be: key and words.
    pub roles: Vec<(&'static str, &'static str)>,
    /// "Signed in today, 9:31 AM", "Has not signed in yet".
    pub seen: String,
    pub chip: Option<Chip>,
    /// Where changes to this person are posted: `/reset`, `/end`, `/restore` follow. "" when the reader may not.
    pub manage: String,
    /// Access has ended: it can be given back.
    pub ended: bool,
    /// They set up their sign-in: what is lost is recovered by two administrators.
    pub enrolled: bool,
}

#[derive(Debug, Template)]
#[template(path = "settings_staff.html")]
pub struct SettingsStaff {
    pub shell: Shell,
    pub tab: SettingsTab,
    pub rows: Vec<StaffRow>,
    pub problems: Problems,
    /// Inviting: shown to administrators only.
    pub may_invite: bool,
    pub waiting: Vec<WaitingRow>,
    /// The new person's id, made with the page: the form sent twice adds one person.
    pub new_id: String,
    pub name: Field,
    pub email: Field,
    pub role: Select,
    /// The invitation's link, shown once after it was made; "" otherwise.
    pub link: String,
}

#[derive(Clone, Debug)]
pub struct AliasRow {
    pub name: String,
    pub site: String,
    /// Also found by: "FB", "first blue".
    pub aliases: Vec<Alias>,
    /// Posts `alias` to add one.
    pub add: String,
    /// The key of the institution, unique on the page.
    pub key: String,
}

#[derive(Clone, Debug)]
pub struct Alias {
    pub text: String,
    /// Learned from choices, not typed by a person.
    pub learned: bool,
    /// Posts its removal.
    pub remove: String,
}

#[derive(Debug, Template)]
#[template(path = "settings_institutions.html", blocks = ["found"])]
pub struct SettingsInstitutions {
    pub shell: Shell,
    pub tab: SettingsTab,
    pub query: String,
    pub rows: Vec<AliasRow>,
    /// "12,040 institutions, last read today, 4:00 AM".
    pub line: String,
    /// Clients may type an institution's sign-in on our pages; `None` where no provider asks for that.
    pub typed: Option<bool>,
    pub may_change: bool,
}

#[derive(Debug, Template)]
#[template(path = "settings_mail.html")]
pub struct SettingsMail {
    pub shell: Shell,
    pub tab: SettingsTab,
    pub problems: Problems,
    /// "smtp.alderfinch.example, port 465, TLS", "Kept in the demo’s outbox".
    pub way: String,
    pub from: String,
    /// Whether the product may write to clients by itself (D1).
    pub sends: bool,
    pub may_change: bool,
    /// "Arrived today, 9:32 AM"; "" when none was sent.
    pub tested: String,
    /// Where the mail server is changed; "" when the reader cannot.
    pub change: String,
}
