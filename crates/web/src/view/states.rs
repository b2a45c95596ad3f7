//! What a connection's state says: to the client, to the adviser, and on the button. Plain, present tense, no blame: the institution is
//! named, what happened, what to do, what happens next. Knows nothing of how a state came about.

use super::prelude::*;
use model::ConnectionState;

/// A state as people are told about it. Wider than the connection's own: age and what is under way are told too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Healthy,
    Refreshing,
    OutOfDate,
    /// The last try brought nothing; a refresh usually mends it.
    NoValues,
    NewAccounts,
    /// Slow today; works.
    Slow,
    /// Muted, disconnected or removed by us; `Ending` until the provider has confirmed.
    Muted,
    Disconnected,
    Ending,
    At(ConnectionState),
}

impl From<ConnectionState> for Standing {
    fn from(state: ConnectionState) -> Standing {
        if state == ConnectionState::Healthy { Standing::Healthy } else { Standing::At(state) }
    }
}

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    Client,
    Adviser,
}

/// What the sentences name. Empty where it is not known.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// "Larchmont Workplace".
    pub institution: String,
    /// The client's first name, for the adviser.
    pub name: String,
    /// The firm, for the client.
    pub firm: String,
    /// The day or moment the sentence needs: last update, end of permission, failing since.
    pub when: String,
    /// What support asks for.
    pub reference: String,
}

/// What the one button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    None,
    Refresh,
    /// The client mends it here.
    Fix,
    /// The adviser sends a link that opens at the step that failed.
    Ask,
    /// Open the institution's own page.
    Open,
    Renew,
    FindNew,
    /// The client chooses which of the new accounts to add.
    Choose,
    /// Be told when it is back.
    Tell,
    /// A fresh link starts it again.
    Send,
}

/// Chip, headline and sentence, and the button's word.
#[derive(Clone, Debug)]
pub struct Told {
    pub chip: Chip,
    /// The bar's first, bold sentence; "" when nothing needs a bar.
    pub headline: String,
    pub sentence: String,
    pub act: Act,
    pub button: String,
    /// Why Refresh is disabled; "" when it is not (ruling 7).
    pub refresh_waits: String,
}
impl Told {
    pub fn tone(&self) -> Tone {
        self.chip.tone
    }
    /// Worth a bar of its own.
    pub fn bar(&self) -> bool {
        !self.headline.is_empty()
    }
}

/// The table of words.
pub fn told(standing: Standing, reader: Reader, about: &About) -> Told {
    use ConnectionState as C;
    let About { institution: inst, name, firm, when, reference } = about;
    let client = reader == Reader::Client;
    let by = |ours: String, theirs: String| if client { ours } else { theirs };
    let ask = if client { Act::Fix } else { Act::Ask };
    let (tone, icon, chip, headline, sentence, act) = match standing {
        Standing::Healthy => (Tone::Ok, icon::CHECK, "Up to date", String::new(), String::new(), Act::Refresh),
        Standing::Refreshing => (Tone::Info, icon::REFRESH, "Refreshing", String::new(), String::new(), Act::None),
        Standing::OutOfDate => (Tone::Warn, icon::CLOCK, "Out of date", String::new(), String::new(), Act::Refresh),
        Standing::NoValues => (
            Tone::Warn,
            icon::ALERT,
            "No new values",
            "We couldn’t get the latest values.".into(),
            "Refreshing usually fixes this.".into(),
            Act::Refresh,
        ),
        Standing::NewAccounts => (
            Tone::Info,
            icon::PLUS,
            "New accounts",
            format!("{inst} shows new accounts."),
            by("Choose which of them your adviser sees.".into(), format!("Only {name} can choose which of them you see.")),
            if client { Act::Choose } else { Act::Ask },
        ),
        Standing::Slow => {
            (Tone::Warn, icon::CLOCK, "Slow today", format!("{inst} is slow today."), "It may take a few minutes.".into(), Act::Refresh)
        }
        Standing::Muted => (
            Tone::Idle,
            icon::MUTE,
            "Muted",
            String::new(),
            by(
                "No values arrive and none are counted.".into(),
                format!("Out of the totals; history stays. To unmute it, {name} needs a fresh link."),
            ),
            if client { Act::None } else { Act::Send },
        ),
        Standing::Disconnected => (
            Tone::Idle,
            icon::UNLINK,
            "Disconnected",
            String::new(),
            by(
                "The last values stay, with their dates.".into(),
                format!("The last values stay, with their dates. To connect it again, {name} needs a fresh link."),
            ),
            if client { Act::None } else { Act::Send },
        ),
        Standing::Ending => (
            Tone::Info,
            icon::CLOCK,
            "Ending",
            format!("We are ending the permission at {inst}."),
            "This page says when the data provider has confirmed it.".into(),
            Act::None,
        ),
        Standing::At(C::Linking) => {
            (Tone::Info, icon::REFRESH, "Connecting", String::new(), "The first values are on their way.".into(), Act::None)
        }
        Standing::At(C::Healthy) => return told(Standing::Healthy, reader, about),
        Standing::At(C::NeedsCredentials) => (
            Tone::Bad,
            icon::STOP,
            "Needs a new sign-in",
            by("The institution rejected your sign-in.".into(), format!("The institution rejected {name}’s sign-in.")),
            by(
                format!("This usually means the password changed. Check that you can sign in at {inst}, then enter it again here."),
                format!("This usually means the password changed. Only {name} can enter the new one."),
            ),
            ask,
        ),
        Standing::At(C::NeedsMfa) => (
            Tone::Warn,
            icon::KEY,
            "Wants a code",
            by(format!("{inst} wants to check it’s you."), format!("{inst} wants a code from {name}.")),
            by("Have your phone ready.".into(), "It sends the code to their phone or mailbox.".into()),
            ask,
        ),
        Standing::At(C::Locked) => (
            Tone::Bad,
            icon::LOCK,
            "Sign-in locked",
            by(format!("{inst} has locked this sign-in."), format!("{inst} has locked {name}’s sign-in.")),
            by("Unlock it there, then come back.".into(), format!("Only {name} can unlock it there. Then a link brings it back.")),
            if client { Act::Open } else { Act::Ask },
        ),
        Standing::At(C::ActionAtInstitution) => (
            Tone::Warn,
            icon::ALERT,
            "Waits at the institution",
            by(
                format!("{inst} wants you to accept something on its site first."),
                format!("{inst} wants {name} to accept something on its site first."),
            ),
            by("Sign in there, then come back.".into(), "It can be new terms or a new password. Then a link brings it back.".into()),
            if client { Act::Open } else { Act::Ask },
        ),
        Standing::At(C::ConsentExpiring) => (
            Tone::Warn,
            icon::CALENDAR,
            "Permission ends soon",
            by(format!("Your permission for {inst} ends on {when}."), format!("{name}’s permission for {inst} ends on {when}.")),
            by("Renew it and values keep arriving.".into(), "Values keep arriving until then.".into()),
            if client { Act::Renew } else { Act::Ask },
        ),
        Standing::At(C::ConsentRevoked) => (
            Tone::Bad,
            icon::CALENDAR,
            "Permission ended",
            by(format!("Your permission for {inst} ended{}.", on(when)), format!("{name}’s permission for {inst} ended{}.", on(when))),
            by("Renew it and the same accounts keep going.".into(), format!("Only {name} can renew it. The same accounts keep going.")),
            if client { Act::Renew } else { Act::Ask },
        ),
        Standing::At(C::InstitutionDown) => (
            Tone::Warn,
            icon::ALERT,
            "Institution is down",
            format!("{inst} isn’t letting anyone connect right now."),
            by(
                "It isn’t your password, and there’s nothing you need to change.".into(),
                format!("Failing since {}. We keep trying; nobody needs to do anything.", or_today(when)),
            ),
            if client { Act::Tell } else { Act::None },
        ),
        Standing::At(C::ProviderDown) => (
            Tone::Warn,
            icon::ALERT,
            "Data provider is down",
            "Our data provider isn’t answering.".into(),
            by(
                "It isn’t your password. We keep trying.".into(),
                format!("Failing since {}. We keep trying; nobody needs to do anything.", or_today(when)),
            ),
            Act::None,
        ),
        Standing::At(C::NoAccounts) => (
            Tone::Info,
            icon::SEARCH,
            "No accounts found",
            format!("The sign-in worked, but {inst} shows no accounts for it."),
            by("New accounts can take a day.".into(), format!("New accounts can take a day. {name} may use another of its sign-in pages.")),
            if client { Act::FindNew } else { Act::Ask },
        ),
        Standing::At(C::NotSupported) => (
            Tone::Idle,
            icon::UNLINK,
            "Not supported",
            format!("Our data provider can’t connect {inst}."),
            by(
                format!("Add the account by hand, or ask {firm}."),
                "Values no longer arrive by themselves. Keep the account up to date by hand.".into(),
            ),
            Act::None,
        ),
        Standing::At(C::NotReady) => (
            Tone::Info,
            icon::CLOCK,
            "Being prepared",
            String::new(),
            format!("{inst} is still getting the values ready. We look again by ourselves."),
            Act::None,
        ),
        Standing::At(C::RateLimited) => (
            Tone::Info,
            icon::CLOCK,
            "Waiting its turn",
            String::new(),
            format!("We asked often enough for now. We look again {}.", if when.is_empty() { "by ourselves" } else { when.as_str() }),
            Act::None,
        ),
        Standing::At(C::Ours) => (
            Tone::Bad,
            icon::STOP,
            "Broken on our side",
            "Something broke on our side.".into(),
            by("We’ve recorded it, and nothing was lost.".into(), format!("Reference {reference}. We try again by ourselves.")),
            Act::Refresh,
        ),
        Standing::At(C::Removed) => (
            Tone::Idle,
            icon::UNLINK,
            "Removed",
            String::new(),
            by("This connection has ended.".into(), format!("This connection has ended. To connect it again, {name} needs a fresh link.")),
            if client { Act::None } else { Act::Send },
        ),
    };
    let button = match act {
        Act::None => String::new(),
        Act::Refresh => "Refresh".into(),
        Act::Fix => "Click to fix".into(),
        Act::Ask => format!("Ask {name} to fix"),
        Act::Open => format!("Open {inst}"),
        Act::Renew => "Renew".into(),
        Act::FindNew => "Find new accounts".into(),
        Act::Choose => "Choose accounts".into(),
        Act::Tell => "E-mail me when it’s back".into(),
        Act::Send => "Send a link".into(),
    };
    let refresh_waits = match standing {
        Standing::At(s) if s.waits_for_client() => {
            by("Refresh waits for your new sign-in".into(), format!("Refresh waits for {name}’s new sign-in"))
        }
        Standing::At(C::Removed | C::NotSupported) | Standing::Muted | Standing::Disconnected | Standing::Ending => {
            "No values arrive any more".into()
        }
        Standing::At(C::Linking) => "The first values are on their way".into(),
        _ => String::new(),
    };
    Told { chip: Chip::new(tone, icon, chip), headline, sentence, act, button, refresh_waits }
}

fn on(when: &str) -> String {
    if when.is_empty() { String::new() } else { format!(" on {when}") }
}
fn or_today(when: &str) -> &str {
    if when.is_empty() { "today" } else { when }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about() -> About {
        About { institution: "Larchmont".into(), name: "Ngozi".into(), firm: "Alder & Finch".into(), ..About::default() }
    }

    // proves: N32 N70
    #[test]
    fn each_state_has_words_for_both_readers_and_none_blames_the_password_of_a_site_that_is_down() {
        for state in ConnectionState::ALL {
            for reader in [Reader::Client, Reader::Adviser] {
                let t = told(state.into(), reader, &about());
                assert!(!t.chip.text.is_empty(), "{state:?}");
                assert!(state == ConnectionState::Healthy || !format!("{}{}", t.headline, t.sentence).is_empty(), "{state:?}");
                assert!(!format!("{}{}{}", t.headline, t.sentence, t.button).contains("please"), "{state:?}");
                assert_eq!(t.act == Act::None, t.button.is_empty(), "{state:?}");
            }
        }
        let down = told(ConnectionState::InstitutionDown.into(), Reader::Client, &about());
        assert!(down.sentence.contains("isn’t your password") && down.act != Act::Fix);
    }

    // proves: N30
    #[test]
    fn refresh_waits_and_the_adviser_asks_while_only_the_client_can_mend_it() {
        for state in ConnectionState::ALL.into_iter().filter(|s| s.waits_for_client()) {
            let t = told(state.into(), Reader::Adviser, &about());
            assert_eq!(t.act, Act::Ask, "{state:?}");
            assert_eq!(t.refresh_waits, "Refresh waits for Ngozi’s new sign-in", "{state:?}");
        }
        assert!(told(Standing::OutOfDate, Reader::Adviser, &about()).refresh_waits.is_empty());
    }
}
