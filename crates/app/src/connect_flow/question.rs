//! What becomes of an institution's question: asked, still the same, or asked too often. After two answers in a row that were not accepted
//! we stop, so that nobody is locked out by us.

use super::run::Kept;
use crate::App;
use connect::{Challenge, ChallengeKind, Pending};
use model::{Fault, FaultKind};
use store::attempts::{Attempt, Step};

/// Answers in a row that may be wrong.
pub const MOST_WRONG: i64 = 2;
/// Why an attempt ended after them.
pub const STOPPED: &str = "STOPPED_BEFORE_LOCKED";

pub(super) enum Next {
    /// The page shows it already: what is being typed there still fits.
    Same,
    Ask {
        asked: i64,
        wrong: i64,
    },
    Stop(Fault),
}

/// `before`: the question that stood there when the provider was asked.
pub(super) fn next(a: &Attempt, challenge: &Challenge, before: Option<&Challenge>) -> Next {
    if a.step == Step::Ask && before.is_some_and(|b| same(b, challenge)) {
        return Next::Same;
    }
    // Only what follows an answer says something of it.
    let wrong = match (challenge.rejected, a.step) {
        (true, Step::Wait) => a.wrong + 1,
        (true, _) => a.wrong,
        (false, _) => 0,
    };
    if wrong >= MOST_WRONG || (challenge.rejected && challenge.tries_left == Some(0)) {
        let kind = if challenge.kind == ChallengeKind::Credentials { FaultKind::NeedsCredentials } else { FaultKind::NeedsMfa };
        return Next::Stop(Fault::new(kind, STOPPED));
    }
    Next::Ask { asked: a.asked + 1, wrong }
}

/// Whether the very same is asked once more after an answer, under another name and without a word about the answer.
pub(super) fn repeats(a: &Attempt, challenge: &Challenge, before: Option<&Challenge>) -> bool {
    let labels = |c: &Challenge| c.fields.iter().map(|f| f.label.clone()).collect::<Vec<_>>();
    a.step == Step::Wait && !challenge.rejected && before.is_some_and(|b| b.kind == challenge.kind && labels(b) == labels(challenge))
}

/// Whether it is the question that is on the screen, whatever is said of the answer before.
fn same(a: &Challenge, b: &Challenge) -> bool {
    let fields = a.fields.iter().zip(&b.fields);
    a.kind == b.kind
        && a.prompt == b.prompt
        && a.fields.len() == b.fields.len()
        && fields.into_iter().all(|(x, y)| x.name == y.name && x.label == y.label && x.options == y.options)
}

/// Takes back at the provider what nobody finishes. What cannot be taken back now is forgotten there by itself.
#[crate::boxed]
pub(super) async fn take_back(app: &App, a: &Attempt, unfinished: Option<Kept>) {
    let (Some(kept), Some(connector)) = (unfinished, app.connector(&a.provider)) else { return };
    if let Err(fault) = connector.abandon(Pending(kept.pending)).await {
        tracing::info!(attempt = %a.id, code = fault.code, "an unfinished link was not taken back");
    }
}
