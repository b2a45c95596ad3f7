//! The table of words: each standing with what the client and the adviser read. Plain, present tense; the institution is named, then what
//! happened, what to do, what happens next. Institution trouble never mentions a new sign-in.

use super::{About, Act, Reader, Standing};
use crate::icons::{self as icon, Icon};
use crate::view::shell::Tone;
use model::ConnectionState as C;

/// One row, as one reader sees it.
pub(super) struct Words {
    pub tone: Tone,
    pub icon: Icon,
    pub chip: &'static str,
    pub headline: String,
    pub sentence: String,
    pub act: Act,
}

pub(super) fn words(standing: Standing, reader: Reader, about: &About) -> Words {
    let row = |tone, icon, chip, (headline, sentence, act): (String, String, Act)| Words { tone, icon, chip, headline, sentence, act };
    let client = reader == Reader::Client;
    let said = if client { yours(standing, about) } else { theirs(standing, about) };
    match standing {
        Standing::Healthy | Standing::At(C::Healthy) => row(Tone::Ok, icon::CHECK, "Up to date", said),
        Standing::Refreshing => row(Tone::Info, icon::REFRESH, "Refreshing", said),
        Standing::OutOfDate => row(Tone::Warn, icon::CLOCK, "Out of date", said),
        Standing::NoValues => row(Tone::Warn, icon::ALERT, "No new values", said),
        Standing::NewAccounts => row(Tone::Info, icon::PLUS, "New accounts", said),
        Standing::Slow => row(Tone::Warn, icon::CLOCK, "Slow today", said),
        Standing::Muted => row(Tone::Idle, icon::MUTE, "Muted", said),
        Standing::Disconnected => row(Tone::Idle, icon::UNLINK, "Disconnected", said),
        Standing::Ending => row(Tone::Info, icon::CLOCK, "Ending", said),
        Standing::At(C::Linking) => row(Tone::Info, icon::REFRESH, "Connecting", said),
        Standing::At(C::NeedsCredentials) => row(Tone::Bad, icon::STOP, "Needs a new sign-in", said),
        Standing::At(C::NeedsMfa) => row(Tone::Warn, icon::KEY, "Wants a code", said),
        Standing::At(C::Locked) => row(Tone::Bad, icon::LOCK, "Sign-in locked", said),
        Standing::At(C::ActionAtInstitution) => row(Tone::Warn, icon::ALERT, "Waits at the institution", said),
        Standing::At(C::ConsentExpiring) => row(Tone::Warn, icon::CALENDAR, "Permission ends soon", said),
        Standing::At(C::ConsentRevoked) => row(Tone::Bad, icon::CALENDAR, "Permission ended", said),
        Standing::At(C::InstitutionDown) => row(Tone::Warn, icon::ALERT, "Institution is down", said),
        Standing::At(C::ProviderDown) => row(Tone::Warn, icon::ALERT, "Data provider is down", said),
        Standing::At(C::NoAccounts) => row(Tone::Info, icon::SEARCH, "No accounts found", said),
        Standing::At(C::NotSupported) => row(Tone::Idle, icon::UNLINK, "Not supported", said),
        Standing::At(C::NotReady) => row(Tone::Info, icon::CLOCK, "Being prepared", said),
        Standing::At(C::RateLimited) => row(Tone::Info, icon::CLOCK, "Waiting its turn", said),
        Standing::At(C::Ours) => row(Tone::Bad, icon::STOP, "Broken on our side", said),
        Standing::At(C::Removed) => row(Tone::Idle, icon::UNLINK, "Removed", said),
    }
}

/// Headline, sentence and act in which both readers are told the same; `None` where they are not.
fn both(standing: Standing, a: &About) -> Option<(String, String, Act)> {
    let inst = &a.institution;
    let quiet = |sentence: String, act| Some((String::new(), sentence, act));
    match standing {
        Standing::Healthy | Standing::At(C::Healthy) => quiet(String::new(), Act::Refresh),
        Standing::Refreshing => quiet(String::new(), Act::None),
        Standing::NoValues => Some(("We couldn’t get the latest values.".into(), "Refreshing usually fixes this.".into(), Act::Refresh)),
        Standing::Ending => {
            let text = "This page says when the data provider has confirmed it.".into();
            Some((format!("We are ending the permission at {inst}."), text, Act::None))
        }
        Standing::At(C::Linking) => quiet("The first values are on their way.".into(), Act::None),
        Standing::At(C::NotReady) => quiet(format!("{inst} is still getting the values ready. We look again by ourselves."), Act::None),
        Standing::At(C::RateLimited) => {
            let when = if a.when.is_empty() { "by ourselves" } else { a.when.as_str() };
            quiet(format!("We asked {inst} often enough for now. We look again {when}."), Act::None)
        }
        _ => None,
    }
}

fn yours(standing: Standing, a: &About) -> (String, String, Act) {
    if let Some(same) = both(standing, a) {
        return same;
    }
    let About { institution: inst, firm, when, .. } = a;
    let (headline, sentence, act): (String, String, Act) = match standing {
        Standing::OutOfDate if when.is_empty() => (String::new(), String::new(), Act::Refresh),
        Standing::OutOfDate => (String::new(), format!("Last updated {when}."), Act::Refresh),
        Standing::NewAccounts => (format!("{inst} shows new accounts."), "Choose which of them your adviser sees.".into(), Act::Choose),
        Standing::Slow => (format!("{inst} is slow today."), "It may take a few minutes.".into(), Act::Refresh),
        Standing::Muted => (String::new(), "No values arrive and none are counted.".into(), Act::None),
        Standing::Disconnected => (String::new(), "The last values stay, with their dates.".into(), Act::None),
        Standing::At(C::NeedsCredentials) => (
            "The institution rejected your sign-in.".into(),
            format!("This usually means the password changed. Check that you can sign in at {inst}, then enter it again here."),
            Act::Fix,
        ),
        Standing::At(C::NeedsMfa) => (format!("{inst} wants to check it’s you."), "Have your phone ready.".into(), Act::Fix),
        Standing::At(C::Locked) => (format!("{inst} has locked this sign-in."), format!("Unlock it at {inst}, then come back."), Act::Open),
        Standing::At(C::ActionAtInstitution) => {
            (format!("{inst} wants you to accept something on its site first."), format!("Sign in at {inst}, then come back."), Act::Open)
        }
        Standing::At(C::ConsentExpiring) => {
            (format!("Your permission for {inst} ends on {when}."), "Renew it and values keep arriving.".into(), Act::Renew)
        }
        Standing::At(C::ConsentRevoked) => {
            (format!("Your permission for {inst} ended{}.", on(when)), "Renew it and the same accounts keep going.".into(), Act::Renew)
        }
        Standing::At(C::InstitutionDown) => (
            format!("{inst} isn’t letting anyone connect right now."),
            "It isn’t your password, and there’s nothing you need to change. We keep trying.".into(),
            Act::None,
        ),
        Standing::At(C::ProviderDown) => (
            "Our data provider isn’t answering.".into(),
            "It isn’t your password, and there’s nothing you need to change. We keep trying.".into(),
            Act::None,
        ),
        Standing::At(C::NoAccounts) => {
            (format!("The sign-in worked, but {inst} shows no accounts for it."), "New accounts can take a day.".into(), Act::FindNew)
        }
        Standing::At(C::NotSupported) => {
            (format!("Our data provider can’t connect {inst} any more."), format!("Add the account by hand, or ask {firm}."), Act::None)
        }
        Standing::At(C::Ours) => ("Something broke on our side.".into(), "We’ve recorded it, and nothing was lost.".into(), Act::Refresh),
        Standing::At(C::Removed) => (String::new(), "This connection has ended.".into(), Act::None),
        _ => (String::new(), String::new(), Act::None),
    };
    (headline, sentence, act)
}

fn theirs(standing: Standing, a: &About) -> (String, String, Act) {
    if let Some(same) = both(standing, a) {
        return same;
    }
    let About { institution: inst, name, when, reference, age, rate, .. } = a;
    let since = if when.is_empty() { "today" } else { when.as_str() };
    match standing {
        Standing::OutOfDate if when.is_empty() => (String::new(), String::new(), Act::Refresh),
        Standing::OutOfDate if age.is_empty() => (String::new(), format!("Last synced {when}."), Act::Refresh),
        Standing::OutOfDate => (String::new(), format!("Last synced {when}, {age}."), Act::Refresh),
        Standing::NewAccounts => {
            (format!("{inst} shows new accounts."), format!("Only {name} can choose which of them you see."), Act::Ask)
        }
        Standing::Slow if rate.is_empty() => (format!("{inst} is slow today."), "It may take a few minutes.".into(), Act::Refresh),
        Standing::Slow => (format!("{inst} is slow today."), format!("{rate} of attempts succeed."), Act::Refresh),
        Standing::Muted => {
            (String::new(), format!("Out of the totals; history stays. To unmute it, {name} needs a fresh link."), Act::Send)
        }
        Standing::Disconnected => {
            (String::new(), format!("The last values stay, with their dates. To connect it again, {name} needs a fresh link."), Act::Send)
        }
        Standing::At(C::NeedsCredentials) => (
            format!("The institution rejected {name}’s sign-in."),
            format!("This usually means the password changed. Only {name} can enter the new one."),
            Act::Ask,
        ),
        Standing::At(C::NeedsMfa) => {
            (format!("{inst} wants a code from {name}."), "It sends the code to their phone or mailbox.".into(), Act::Ask)
        }
        Standing::At(C::Locked) => (
            format!("{inst} has locked {name}’s sign-in."),
            format!("Only {name} can unlock it there. Then a link brings it back."),
            Act::Ask,
        ),
        Standing::At(C::ActionAtInstitution) => (
            format!("{inst} wants {name} to accept something on its site first."),
            "It can be new terms or a new password. Then a link brings it back.".into(),
            Act::Ask,
        ),
        Standing::At(C::ConsentExpiring) => {
            (format!("{name}’s permission for {inst} ends on {when}."), "Values keep arriving until then.".into(), Act::Ask)
        }
        Standing::At(C::ConsentRevoked) => (
            format!("{name}’s permission for {inst} ended{}.", on(when)),
            format!("Only {name} can renew it. The same accounts keep going."),
            Act::Ask,
        ),
        Standing::At(C::InstitutionDown) => (
            format!("{inst} isn’t letting anyone connect right now."),
            format!("Failing since {since}. We keep trying; nobody needs to do anything."),
            Act::None,
        ),
        Standing::At(C::ProviderDown) => (
            "Our data provider isn’t answering.".into(),
            format!("Failing since {since}. We keep trying; nobody needs to do anything."),
            Act::None,
        ),
        Standing::At(C::NoAccounts) => (
            format!("The sign-in worked, but {inst} shows no accounts for it."),
            format!("New accounts can take a day. {name} may use another of its sign-in pages."),
            Act::Ask,
        ),
        Standing::At(C::NotSupported) => (
            format!("Our data provider can’t connect {inst} any more."),
            "Values no longer arrive by themselves. Keep the account up to date by hand.".into(),
            Act::None,
        ),
        Standing::At(C::Ours) => {
            ("Something broke on our side.".into(), format!("Reference {reference}. We try again by ourselves."), Act::Refresh)
        }
        Standing::At(C::Removed) => {
            (String::new(), format!("This connection has ended. To connect it again, {name} needs a fresh link."), Act::Send)
        }
        _ => (String::new(), String::new(), Act::None),
    }
}

fn on(when: &str) -> String {
    if when.is_empty() { String::new() } else { format!(" on {when}") }
}
