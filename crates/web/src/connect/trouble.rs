//! What can come between, in words: named by what must happen next. Institution trouble never says "password".

use super::{Client, find};
use crate::Web;
use crate::icons as icon;
use crate::view::connect::{Trouble, Way};
use crate::view::shell::Tone;
use app::connect_flow::Attempt;
use model::FaultKind;
use model::link::Purpose;

fn again(a: &Attempt) -> Way {
    match (a.purpose, a.institution_id) {
        (Purpose::Repair(c), _) => Way::Post { word: "Try again".into(), action: format!("/c/fix/{c}") },
        (Purpose::FindNew(c), _) => Way::Post { word: "Try again".into(), action: format!("/c/more/{c}") },
        (Purpose::Connect | Purpose::RepairAll, Some(i)) => Way::Page { word: "Try again".into(), href: format!("/c/at/{i}") },
        (Purpose::Connect | Purpose::RepairAll, None) => other(),
    }
}

fn other() -> Way {
    Way::Page { word: "Choose a different institution".into(), href: "/c/search".into() }
}

fn open(a: &Attempt) -> Option<Way> {
    a.url.as_ref().map(|href| Way::Site { word: format!("Open {}", a.institution), href: href.clone() })
}

fn base(web: &Web, client: &Client, a: &Attempt) -> Trouble {
    Trouble {
        shell: client.backed(web, 0, "/c/search"),
        tone: Tone::Warn,
        icon: icon::ALERT,
        title: String::new(),
        text: String::new(),
        instead: Vec::new(),
        tell: None,
        tell_action: String::new(),
        first: Some(again(a)),
        second: Some(other()),
        reference: String::new(),
    }
}

/// The client closed the provider's page.
pub fn left(web: &Web, client: &Client, a: &Attempt) -> Trouble {
    Trouble {
        tone: Tone::Info,
        icon: icon::INFO,
        title: format!("{} is not connected yet", a.institution),
        text: "You left its page before the end, or it was open too long. Nothing was connected and nothing was kept.".into(),
        ..base(web, client, a)
    }
}

/// The sign-in worked and shows nothing.
pub fn no_accounts(web: &Web, client: &Client, a: &Attempt) -> Trouble {
    let find = a.connection.map(|c| Way::Post { word: "Find new accounts".into(), action: format!("/c/more/{c}") });
    Trouble {
        tone: Tone::Info,
        icon: icon::SEARCH,
        title: format!("{} shows no accounts", a.institution),
        text: format!(
            "The sign-in worked, but {} shows no accounts for it. New accounts can take a day. Large firms have several sign-in pages: you may \
             use another one.",
            a.institution
        ),
        // What is missing may be behind another of its sign-in pages.
        instead: find::family(web, client, a),
        first: find.or_else(|| Some(again(a))),
        ..base(web, client, a)
    }
}

pub fn page(web: &Web, client: &Client, a: &Attempt, kind: FaultKind, reference: &str) -> Trouble {
    let inst = a.institution.as_str();
    let base = base(web, client, a);
    // Typed in our own screens, and not accepted for the second time.
    let stopped = a.wrong > 0;
    let told = |tone, icon, title: String, text: String| (tone, icon, title, text);
    let (tone, icon, title, text) = match kind {
        FaultKind::NeedsCredentials if stopped => told(
            Tone::Bad,
            icon::STOP,
            format!("{inst} didn’t accept the sign-in"),
            format!(
                "We stopped after two tries, so that {inst} doesn’t lock you out. Sign in at {inst} itself to see that it works, and set a \
                 new password there if it has run out. Then come back and try again."
            ),
        ),
        FaultKind::NeedsCredentials => told(
            Tone::Bad,
            icon::STOP,
            format!("{inst} rejected the sign-in"),
            format!("Check that you can sign in at {inst}, then try again here. Several wrong tries can lock a sign-in there."),
        ),
        FaultKind::NeedsMfa if stopped => told(
            Tone::Bad,
            icon::STOP,
            format!("{inst} didn’t accept the answers"),
            format!(
                "We stopped after two tries, so that {inst} doesn’t lock you out. Sign in at {inst} itself to see what it asks, then come \
                 back and try again."
            ),
        ),
        FaultKind::NeedsMfa => told(
            Tone::Warn,
            icon::KEY,
            format!("{inst} wants to check it’s you"),
            "The code or answer didn’t come through in time. Have your phone ready and try again.".into(),
        ),
        FaultKind::Locked => {
            told(Tone::Bad, icon::LOCK, format!("{inst} has locked this sign-in"), format!("Unlock it at {inst}, then come back."))
        }
        FaultKind::ActionAtInstitution => told(
            Tone::Warn,
            icon::ALERT,
            format!("{inst} wants something from you first"),
            "It can be new terms or a new password. Sign in there, then come back.".into(),
        ),
        FaultKind::ConsentRevoked | FaultKind::Removed => told(
            Tone::Warn,
            icon::CALENDAR,
            format!("Your permission for {inst} has ended"),
            "Connect it again and the same accounts keep going.".into(),
        ),
        FaultKind::InstitutionDown => told(
            Tone::Warn,
            icon::ALERT,
            format!("{inst} isn’t letting anyone connect right now"),
            format!(
                "It isn’t your password, and there’s nothing you need to change. {} can add the account by hand meanwhile: a statement is \
                 enough.",
                client.v.firm.name
            ),
        ),
        FaultKind::ProviderDown | FaultKind::NotReady | FaultKind::RateLimited => told(
            Tone::Warn,
            icon::CLOCK,
            "Our data provider isn’t answering".into(),
            "It isn’t your password, and nothing was lost. Try again in a few minutes.".into(),
        ),
        FaultKind::NoAccounts => return no_accounts(web, client, a),
        FaultKind::NotSupported => {
            let view = find::not_supported(web, client, find::of_attempt(inst, a.url.as_deref()));
            return Trouble { reference: reference.to_owned(), ..view };
        }
        FaultKind::Ours => told(
            Tone::Bad,
            icon::STOP,
            "Something broke on our side".into(),
            "We’ve recorded it, and nothing was saved. Try again; if it stays, tell your adviser the reference.".into(),
        ),
    };
    let (first, second) = match kind {
        FaultKind::NeedsCredentials | FaultKind::NeedsMfa if stopped => (open(a).or_else(|| Some(again(a))), Some(again(a))),
        FaultKind::Locked | FaultKind::ActionAtInstitution => (open(a).or_else(|| Some(again(a))), Some(again(a))),
        FaultKind::InstitutionDown => (Some(other()), Some(again(a))),
        _ => (base.first.clone(), base.second.clone()),
    };
    let tell = (kind == FaultKind::InstitutionDown)
        .then(|| client.v.member.email.as_deref().map(|e| (format!("E-mail me when {inst} is back"), dotted(e))))
        .flatten()
        .filter(|_| client.v.firm.settings.sends_mail);
    let tell_action = if tell.is_some() { format!("/c/a/{}/tell", a.id) } else { String::new() };
    // The same brand often has another entry that works.
    let instead = if kind == FaultKind::InstitutionDown { find::family(web, client, a) } else { Vec::new() };
    Trouble { tone, icon, title, text, instead, tell, tell_action, first, second, reference: reference.to_owned(), ..base }
}

/// "n•••@okafor.example": enough to recognise, too little to learn.
pub(crate) fn dotted(email: &str) -> String {
    match email.split_once('@') {
        Some((name, host)) => format!("{}•••@{host}", name.chars().next().unwrap_or('•')),
        None => "•••".into(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_mailbox_is_shown_with_dots() {
        assert_eq!(super::dotted("ngozi@okafor.example"), "n•••@okafor.example");
        assert_eq!(super::dotted("nonsense"), "•••");
    }
}
