//! What the pages of one household share: head, tabs, filters, figures, and one account as a table shows it.

use super::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    Map,
    #[default]
    Portfolio,
    BalanceSheet,
    Policies,
    Members,
    Accounts,
    Signals,
    Suggestions,
    Portal,
}

/// Head and tabs. The tabs lead to `{at}/portfolio`, `{at}/members` and `{at}/accounts`.
#[derive(Clone, Debug, Default)]
pub struct HouseholdHead {
    /// `/households/hh_…`.
    pub at: String,
    pub name: String,
    pub prospect: bool,
    /// "Maya Castellanos".
    pub lead: String,
    /// "sub-adviser Tom Iverson"; "" for none.
    pub helpers: String,
    /// Connections of this household that need attention.
    pub attention: usize,
    /// What clients said in the portal and nobody has answered.
    pub suggestions: usize,
    pub tab: Tab,
    /// The reader may see who looked, and may let support look.
    pub sees_looks: bool,
    pub lets_in: bool,
}

/// One choice of a segmented control.
#[derive(Clone, Debug, Default)]
pub struct Seg {
    pub text: String,
    pub href: String,
    pub here: bool,
}
impl Seg {
    pub fn new(text: impl Into<String>, href: impl Into<String>, here: bool) -> Seg {
        Seg { text: text.into(), href: href.into(), here }
    }
}

/// A figure with its name and what it means.
#[derive(Clone, Debug, Default)]
pub struct Kpi {
    pub name: String,
    pub value: String,
    /// Small, beside the value: "out of date".
    pub unit: String,
    pub detail: String,
    /// Where it is told how it was computed; "" where nothing more is to be told.
    pub href: String,
}
impl Kpi {
    pub fn new(name: impl Into<String>, value: impl Into<String>, detail: impl Into<String>) -> Kpi {
        Kpi { name: name.into(), value: value.into(), unit: String::new(), detail: detail.into(), href: String::new() }
    }
    pub fn unit(self, unit: impl Into<String>) -> Kpi {
        Kpi { unit: unit.into(), ..self }
    }
}

/// The Asset Sync icon on an account and what it says when pointed at, focused or tapped (N49, N50).
#[derive(Clone, Debug, Template)]
#[template(
    source = r#"<button class="synced {{ tone.class() }}" type="button" data-tip="{{ self.tip() }}" aria-label="Asset Sync, {{ account }}. {{ self.label() }}">{{ icon::LINK.s() }}{% if let Some(i) = self.badge() %}{{ i }}{% endif %}</button>"#,
    ext = "html"
)]
pub struct Synced {
    pub tone: Tone,
    /// The account's name, for people who hear the page.
    pub account: String,
    /// "Last synced today, 6:12 AM".
    pub last: String,
    /// "Value as of 19 Nov, market close", "Last attempted today, 9:40 AM: nothing newer".
    pub more: Vec<String>,
}
impl askama::filters::HtmlSafe for Synced {}
impl Synced {
    fn lines(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.last.as_str()).chain(self.more.iter().map(String::as_str))
    }
    /// Lines are told apart by a bar in the page, so a bar in a text becomes a slash.
    fn tip(&self) -> String {
        self.lines().map(|l| l.replace('|', "/")).collect::<Vec<_>>().join("|")
    }
    fn label(&self) -> String {
        self.lines().collect::<Vec<_>>().join(". ")
    }
    fn badge(&self) -> Option<crate::icons::Icon> {
        match self.tone {
            Tone::Bad => Some(icon::STOP.s()),
            Tone::Warn => Some(icon::CLOCK.s()),
            Tone::Info => Some(icon::REFRESH.s()),
            Tone::Ok | Tone::Idle => None,
        }
    }
}

/// An account's three times behind its as-of day: pointed at, focused or tapped (D12).
#[derive(Clone, Debug, Template)]
#[template(
    source = r#"<button class="times" type="button" data-tip="{{ lines.join("|") }}" aria-label="Times of {{ account }}: {{ lines.join(". ") }}">{{ icon::CLOCK.s() }}</button>"#,
    ext = "html"
)]
pub struct Times {
    pub account: String,
    pub lines: Vec<String>,
}
impl askama::filters::HtmlSafe for Times {}

/// One account in a table.
#[derive(Clone, Debug)]
pub struct AccountRow {
    pub href: String,
    pub name: String,
    /// "Larchmont Workplace ••4821", "Statement, Sept 2026".
    pub place: String,
    pub kind: Kind,
    pub icon: crate::icons::Icon,
    pub synced: Option<Synced>,
    /// "Ngozi", "Joint".
    pub owner: String,
    /// "Asset Sync", "Custody feed", "By hand".
    pub source: String,
    pub held_away: bool,
    /// Muted accounts stay in the list and out of the totals.
    pub muted: bool,
    /// "19 Nov 2026".
    pub as_of: String,
    pub value: String,
}

/// The icon for what an account is.
pub fn account_icon(kind: model::AccountKind) -> crate::icons::Icon {
    use model::AccountKind::*;
    match kind {
        Brokerage | Crypto | Annuity => icon::TREND,
        Retirement => icon::RETIRE,
        HealthSavings => icon::HEART,
        Education => icon::EDUCATION,
        Checking | Cash | Other => icon::WALLET,
        Savings => icon::COIN,
        CreditCard => icon::CARD,
        Mortgage | Property => icon::PROPERTY,
        Loan | StudentLoan => icon::CAR,
        Business => icon::CASE,
        Insurance => icon::UMBRELLA,
    }
}

/// The colour for what an account is.
pub fn account_colour(kind: model::AccountKind) -> Kind {
    use model::AccountKind::*;
    match kind {
        Brokerage | HealthSavings | Crypto | Business | Other => Kind::Invest,
        Retirement | Annuity => Kind::Retire,
        Education | Checking | Savings | Cash => Kind::Cash,
        CreditCard | Mortgage | Loan | StudentLoan => Kind::Debt,
        Property => Kind::Property,
        Insurance => Kind::Policy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // proves: N49 N50
    #[test]
    fn the_icon_says_when_to_eyes_ears_and_fingers() {
        let more = vec!["Value as of 19 Nov | close".into()];
        let shown = Synced { tone: Tone::Ok, account: "HSA".into(), last: "Last synced today, 6:12 AM".into(), more }.to_string();
        // A button takes the focus and a tap; the tip's text is also its name.
        assert!(shown.starts_with("<button") && shown.contains("data-tip=\"Last synced today, 6:12 AM|Value as of 19 Nov / close\""));
        assert!(shown.contains("aria-label=\"Asset Sync, HSA. Last synced today, 6:12 AM. Value as of 19 Nov | close\""));
    }
}
