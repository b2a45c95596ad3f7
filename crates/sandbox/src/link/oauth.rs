//! Institutions that take sign-ins on their own site only: one button there, one page of theirs, and the way back.

use super::finish::note;
use super::session::{LinkToken, Step};
use super::steps;
use crate::plaid::error::Trouble;
use crate::state::State;
use serde_json::json;

/// Off to the institution.
pub fn leave(state: &State, link: &mut LinkToken) {
    let Some(session) = link.open_session().filter(|s| s.step == Step::Continue) else { return };
    note(state, session, "OPEN_OAUTH", json!({}));
    session.step = Step::Approve;
    session.note = None;
}

/// The person signed in there and allowed it.
pub fn allow(state: &State, link: &mut LinkToken, user: &str, password: &str) {
    let Some(session) = link.open_session().filter(|s| s.step == Step::Approve) else { return };
    let before = session.events.len();
    steps::sign_in(state, link, user, password);
    let Some(session) = link.sessions.last_mut() else { return };
    if session.step != Step::Approve && session.events.len() > before {
        note(state, session, "CLOSE_OAUTH", json!({}));
    }
}

/// The person said no there.
pub fn refuse(state: &State, link: &mut LinkToken) {
    let Some(session) = link.open_session().filter(|s| s.step == Step::Approve) else { return };
    note(state, session, "FAIL_OAUTH", json!({}));
    let trouble =
        Trouble::of("ACCESS_NOT_GRANTED").because("OAUTH_USER_REVOKED").saying("the user did not allow access at the institution");
    steps::stop(state, session, trouble);
}
