//! Our words around an institution's question: its own stand unchanged beside them.

use super::Client;
use crate::view::connect::AskNote;
use crate::view::shell::Tone;
use crate::view::words::owner;
use app::connect_flow::{Attempt, ChallengeKind as Kind, MOST_WRONG, Question};
use model::link::Purpose;

pub(super) struct Words {
    pub step: u8,
    pub title: String,
    pub text: String,
    pub button: &'static str,
    /// Beside a field whose answer was not accepted.
    pub rejected: String,
    pub kept: String,
    pub beware: String,
}

/// Our words around the institution's own.
pub(super) fn words(client: &Client, a: &Attempt, q: &Question) -> Words {
    let (inst, firm) = (a.institution.as_str(), client.v.firm.name.as_str());
    let whose = owner(inst);
    let portal = client.v.signed_in().is_some();
    let pictures = q.challenge.fields.iter().any(|f| f.picture.is_some() || f.options.iter().any(|o| o.picture.is_some()));
    let none = String::new;
    let beware = || format!("Only type this code here if you started this yourself. Nobody from {firm} will ask you for it.");
    let theirs = |word: &str| format!("We don’t keep your {word}; {inst} may ask again. The words are {whose}, unchanged.");
    let of = |title: String, text: String, button, rejected: String, kept: String, beware: String| Words {
        step: 4,
        title,
        text,
        button,
        rejected,
        kept,
        beware,
    };
    match q.challenge.kind {
        Kind::Credentials => Words {
            step: 3,
            ..of(
                format!("Sign in to {inst}"),
                match a.purpose {
                    Purpose::Connect => none(),
                    _ => "Your accounts stay the same.".into(),
                },
                if q.challenge.rejected {
                    "Try again"
                } else if portal {
                    "Connect"
                } else {
                    "Submit"
                },
                "Type it again: it wasn’t accepted".into(),
                format!("Used once to connect. Heldaway does not keep it, and nobody at {firm} sees it."),
                none(),
            )
        },
        Kind::Method if pictures => {
            of(format!("Choose your picture at {inst}"), none(), "Continue", "That isn’t the one".into(), theirs("choice"), none())
        }
        Kind::Method => of(
            format!("How should {inst} check it’s you?"),
            none(),
            "Continue",
            "Choose another way".into(),
            format!("{inst} sends the code, not us. The choices are {whose}, unchanged."),
            none(),
        ),
        Kind::Code => of(
            format!("Enter the code from {inst}"),
            "It can take a minute to arrive.".into(),
            "Continue",
            format!("That code didn’t match. Enter the newest one {inst} sent"),
            theirs("code"),
            beware(),
        ),
        Kind::Questions if pictures => of(
            format!("Answer {whose} question"),
            "Type what the picture shows.".into(),
            "Continue",
            format!("{inst} didn’t accept it. Look again and type it exactly"),
            theirs("answer"),
            none(),
        ),
        Kind::Questions => of(
            format!("Answer {whose} security questions"),
            format!("Type the answers exactly as you set them at {inst}."),
            "Continue",
            format!("{inst} didn’t accept this answer. Type it exactly as you set it there"),
            theirs("answers"),
            none(),
        ),
        Kind::Token => Words {
            step: 3,
            ..of(
                format!("Paste your token from {}", q.provider),
                format!("{} gives it out on its own page. It works once and lets us read, nothing else.", q.provider),
                "Continue",
                "It wasn’t accepted. Each token works once: get a new one".into(),
                "Used once to connect. You can take it back there any day.".into(),
                none(),
            )
        },
        Kind::Accounts | Kind::Approval => of(
            format!("Which accounts should {firm} see?"),
            none(),
            "Add these accounts",
            "Choose at least one".into(),
            "Anything you leave unticked isn’t stored.".into(),
            none(),
        ),
    }
}

/// What happened to the answer before.
pub(super) fn note(a: &Attempt, q: &Question, late: bool, first: bool) -> Option<AskNote> {
    let inst = &a.institution;
    let told = |tone, title: String, text: String, site| Some(AskNote { tone, title, text, site });
    if !first {
        return None;
    }
    if q.challenge.rejected {
        let left = MOST_WRONG - q.wrong;
        let stop = match left {
            1 => "One more that isn’t accepted and we stop, so that you aren’t locked out there.".to_owned(),
            n => format!("After {n} more that aren’t accepted we stop, so that you aren’t locked out there."),
        };
        return match q.challenge.kind {
            Kind::Credentials => told(
                Tone::Bad,
                format!("{inst} didn’t accept that sign-in"),
                format!("Nothing you typed is kept, so type it again. {stop}"),
                true,
            ),
            Kind::Token => told(Tone::Bad, "That token wasn’t accepted".into(), "Each token works once.".into(), false),
            _ => told(Tone::Bad, format!("{inst} didn’t accept that"), stop, false),
        };
    }
    if q.unsure {
        let text = "We don’t know whether your last answer arrived. Nothing you typed is kept, so type it once more.";
        return told(Tone::Warn, "The line was interrupted".into(), text.into(), false);
    }
    if q.repeats {
        let text = match q.challenge.kind {
            Kind::Code => format!("{inst} has sent a new one. Enter that, soon after it arrives."),
            _ => "It asks once more.".to_owned(),
        };
        return told(Tone::Warn, format!("{inst} stopped waiting for your answer"), text, false);
    }
    if late {
        let text = format!("What you sent was for an earlier question, so it was not used. This is what {inst} asks now.");
        return told(Tone::Info, "That was too late, or sent twice".into(), text, false);
    }
    match a.purpose {
        Purpose::Repair(_) if q.challenge.kind == Kind::Credentials => {
            told(Tone::Warn, format!("{inst} needs a new sign-in"), "This usually means that the password changed.".into(), true)
        }
        _ => None,
    }
}
