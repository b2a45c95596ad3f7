//! Who sees a household through the portal: access, invitations, the dialog that makes one, and the rights as a form.

use super::household::{HouseholdHead, Tab};
use super::prelude::*;
use super::settings::SettingsTab;

/// One box: a right, whether it is ticked, and whether the firm shares it at all.
#[derive(Clone, Debug)]
pub struct Tick {
    pub key: String,
    pub on: bool,
    pub off: bool,
}

/// An area with looking and printing apart (P11, P28).
#[derive(Clone, Debug)]
pub struct RightRow {
    pub name: &'static str,
    pub view: Tick,
    pub print: Tick,
}

/// What a client may do beside looking.
#[derive(Clone, Debug)]
pub struct RightAct {
    pub tick: Tick,
    pub label: String,
    pub hint: &'static str,
}

/// A set to start from.
#[derive(Clone, Debug)]
pub struct SetPick {
    pub key: String,
    pub name: String,
    pub chosen: bool,
    /// Its rights, for the script that ticks the boxes.
    pub rights: String,
}

/// Single rights, and the set they started from. Works without scripts: what was changed counts, the set or the boxes.
#[derive(Clone, Debug, Template)]
#[template(path = "rights_form.html")]
pub struct RightsForm {
    /// "Ngozi"; "Clients" for a set that is for anybody.
    pub who: String,
    /// Empty where there is no set to start from.
    pub sets: Vec<SetPick>,
    pub rows: Vec<RightRow>,
    pub acts: Vec<RightAct>,
    pub error: String,
    /// As the form was drawn: tells which of the two was changed.
    pub was_set: String,
    pub was: String,
}
impl askama::filters::HtmlSafe for RightsForm {}
impl RightsForm {
    pub fn problem(&self) -> Option<Problem> {
        (!self.error.is_empty()).then(|| Problem { field: "right", text: self.error.clone() })
    }
}

/// Somebody with access.
#[derive(Clone, Debug)]
pub struct AccessLine {
    pub name: String,
    pub initials: String,
    pub email: String,
    pub set: String,
    /// "Household map, balance sheet", "and print", what they may do.
    pub sees: String,
    pub seen: String,
    /// Granted more than the firm shares now.
    pub cut: bool,
    /// "" for those who may only look.
    pub change: String,
    pub end: String,
    pub preview: String,
    /// Helping with a lost phone or a code that does not fit: for the lead and administrators.
    pub recover: String,
}

/// One invitation and what became of it.
#[derive(Clone, Debug)]
pub struct InvitationLine {
    pub name: String,
    pub chip: Chip,
    /// "Only ngozi@okafor.example".
    pub bound: String,
    pub set: String,
    /// "Created 20 Nov, 5:40 PM by Maya Castellanos", "Opened …".
    pub times: Vec<String>,
    /// Where a new link for the same person is made; "" when there is none to make.
    pub renew: String,
    pub revoke: String,
    /// A browser waits for a code: where one to read out is made.
    pub code: String,
}

/// Somebody without access.
#[derive(Clone, Debug)]
pub struct Invitable {
    pub name: String,
    /// "" where they cannot be invited.
    pub href: String,
    pub why_not: String,
}

#[derive(Debug, Template)]
#[template(path = "portal_access.html")]
pub struct PortalAccess {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub problems: Problems,
    pub access: Vec<AccessLine>,
    /// "Jo Whitlock, ended 20 Nov".
    pub ended: Vec<String>,
    pub invitations: Vec<InvitationLine>,
    pub people: Vec<Invitable>,
    /// The code to read out, and to whom; "" for none.
    pub code: String,
    pub code_for: String,
    /// "A code sent to their mailbox".
    pub proof: &'static str,
    pub mail_is_off: bool,
    pub may: bool,
}

/// The result, shown once.
#[derive(Clone, Debug)]
pub struct MadeLink {
    pub link: String,
    pub qr: String,
    /// The picture as an address, so that it can be kept without scripts.
    pub qr_href: String,
    pub until: String,
    pub to: String,
    pub subject: String,
    pub paragraphs: Vec<String>,
    /// The text with the link, as it is copied.
    pub text: String,
    pub mailto: String,
}

#[derive(Debug, Template)]
#[template(path = "invite.html", blocks = ["sheet"])]
pub struct Invite {
    pub shell: Shell,
    pub hh: HouseholdHead,
    /// Posts go here; `GET {at}?member=…` changes the person.
    pub at: String,
    pub close: String,
    pub first: String,
    pub member: String,
    pub id: String,
    pub people: Vec<Pick>,
    pub prospect: bool,
    pub problems: Problems,
    pub email: Field,
    pub rights: RightsForm,
    pub proof: &'static str,
    pub made: Option<MadeLink>,
    /// The same form was sent twice: the link was shown already.
    pub twice: bool,
    /// An invitation is out: a new one ends it.
    pub replaces: bool,
    /// The firm's own rules (P17) and where they stand in full.
    pub compliance: String,
    pub compliance_link: String,
}

#[derive(Debug, Template)]
#[template(path = "access_change.html", blocks = ["sheet"])]
pub struct AccessChange {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub name: String,
    pub action: String,
    pub close: String,
    pub problems: Problems,
    pub rights: RightsForm,
}

#[derive(Debug, Template)]
#[template(path = "access_end.html", blocks = ["sheet"])]
pub struct AccessEnd {
    pub shell: Shell,
    pub hh: HouseholdHead,
    pub name: String,
    pub action: String,
    pub close: String,
}

/// A set in the list.
#[derive(Clone, Debug)]
pub struct SetLine {
    pub name: String,
    pub sees: String,
    /// "" where the reader may not.
    pub change: String,
    pub end: String,
}

#[derive(Debug, Template)]
#[template(path = "settings_portal.html")]
pub struct SettingsPortal {
    pub shell: Shell,
    pub tab: SettingsTab,
    pub problems: Problems,
    /// The three that every firm has.
    pub presets: Vec<SetLine>,
    pub firm: Vec<SetLine>,
    pub own: Vec<SetLine>,
    pub may_change: bool,
    /// What the firm shares at most, in words, and as a form for administrators.
    pub ceiling_words: String,
    pub ceiling: RightsForm,
    pub proof: Select,
    pub proof_words: &'static str,
}

impl SettingsPortal {
    fn groups(&self) -> [(&'static str, &[SetLine]); 3] {
        [("Everybody’s", &self.presets), ("The firm’s own", &self.firm), ("Yours", &self.own)]
    }
}

#[derive(Debug, Template)]
#[template(path = "settings_set.html")]
pub struct SettingsSet {
    pub shell: Shell,
    pub tab: SettingsTab,
    pub problems: Problems,
    pub title: String,
    pub action: String,
    pub name: Field,
    pub rights: RightsForm,
    /// Administrators choose for whom a new set is.
    pub offer_shared: bool,
    pub shared: bool,
}
