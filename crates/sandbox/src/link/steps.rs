//! What each answer of the person leads to. Every step is refused unless it is the one the session stands at.

use super::challenge::{Challenge, Taken, judge};
use super::finish::{exit, note, succeed};
use super::session::{LinkToken, Session, Step};
use crate::feed::{Login, Shown};
use crate::plaid::error::Trouble;
use crate::state::State;
use crate::world::{Health, Institution};
use serde_json::json;

/// So many wrong sign-ins lock it.
const TRIES: u32 = 3;

/// Opens a session, or goes on with the one that is open.
pub fn open(state: &State, link: &mut LinkToken) {
    if link.open_session().is_some() {
        return;
    }
    let repaired = link.repairs.as_deref().and_then(|id| state.item(id)).map(|i| i.institution_id);
    let chosen = repaired.or_else(|| link.institution_id.clone());
    let products = link.products.clone();
    let mut session = Session::new(state.keys.uuid("session"), state.now(), Step::Search);
    note(state, &mut session, "OPEN", json!({}));
    match chosen.as_deref().and_then(|id| state.institution(id)) {
        Some(institution) => arrive(state, &mut session, institution, &products),
        None => view(state, &mut session),
    }
    link.sessions.push(session);
}

fn view(state: &State, session: &mut Session) {
    let name = match session.step {
        Step::Search => "SELECT_INSTITUTION",
        Step::SignIn => "CREDENTIAL",
        Step::Device | Step::Code | Step::Questions | Step::Selections => "MFA",
        Step::Continue | Step::Approve => "OAUTH",
        Step::Accounts => "SELECT_ACCOUNT",
        Step::Problem => "ERROR",
        Step::Done => return,
    };
    note(state, session, "TRANSITION_VIEW", json!({ "view_name": name }));
}

fn go(state: &State, session: &mut Session, step: Step) {
    session.step = step;
    session.note = None;
    view(state, session);
}

/// Shows an error on the page that it belongs to.
pub fn stop(state: &State, session: &mut Session, trouble: Trouble) {
    record(state, session, &trouble);
    session.trouble = Some(trouble);
    session.challenge = None;
    go(state, session, Step::Problem);
}

fn record(state: &State, session: &mut Session, t: &Trouble) {
    note(state, session, "ERROR", json!({ "error_code": t.code, "error_type": t.kind, "error_message": t.message }));
}

/// At an institution's door: is it open, and does it have what is wanted?
pub fn arrive(state: &State, session: &mut Session, institution: &Institution, products: &[String]) {
    session.at(institution);
    session.trouble = None;
    session.wrong = 0;
    note(state, session, "SELECT_INSTITUTION", json!({ "selection": institution.name }));
    let health = state.health(institution);
    match &health {
        Health::Down => {
            note(state, session, "SELECT_DOWN_INSTITUTION", json!({}));
            return stop(state, session, Trouble::of("INSTITUTION_DOWN"));
        }
        Health::Degraded => note(state, session, "SELECT_DEGRADED_INSTITUTION", json!({})),
        Health::Retired => return stop(state, session, Trouble::of("INSTITUTION_NO_LONGER_SUPPORTED")),
        Health::MergedInto(other) => {
            let mut trouble = Trouble::of("INSTITUTION_NO_LONGER_SUPPORTED");
            if let Some(other) = state.institution(other) {
                let text = format!("{} is now part of {}. Connect {} instead.", institution.name, other.name, other.name);
                trouble.display = Some(text.into());
            }
            return stop(state, session, trouble);
        }
        Health::Healthy => {}
    }
    if products.iter().any(|p| !institution.products.contains(&p.as_str())) {
        return stop(state, session, Trouble::of("PRODUCTS_NOT_SUPPORTED"));
    }
    go(state, session, if institution.oauth { Step::Continue } else { Step::SignIn });
}

fn institution<'a>(state: &'a State, session: &Session) -> Option<&'a Institution> {
    session.institution.as_deref().and_then(|i| state.institution(i))
}

/// A search for an institution by name, alias or address.
pub fn search<'a>(state: &'a State, link: &mut LinkToken, query: &str) -> Vec<&'a Institution> {
    let found = crate::plaid::institutions::matching(state, query, &link.products, &link.country_codes, 12);
    let Some(session) = link.open_session().filter(|s| s.step == Step::Search) else { return found };
    if !query.trim().is_empty() && query != session.query {
        session.query = query.to_string();
        session.found = found.len();
        note(state, session, "SEARCH_INSTITUTION", json!({ "institution_search_query": query }));
    }
    found
}

pub fn select(state: &State, link: &mut LinkToken, id: &str) {
    let products = link.products.clone();
    let Some(session) = link.open_session().filter(|s| s.step == Step::Search) else { return };
    if let Some(institution) = state.institution(id) {
        arrive(state, session, institution, &products);
    }
}

/// A user name and a password, on our page or on the institution's.
pub fn sign_in(state: &State, link: &mut LinkToken, user: &str, password: &str) {
    let repairs = link.repairs.clone();
    let Some(session) = link.open_session().filter(|s| matches!(s.step, Step::SignIn | Step::Approve)) else { return };
    let Some(institution) = institution(state, session) else { return };
    let user = user.trim();
    session.typed = user.to_string();
    if user.is_empty() || password.is_empty() {
        session.note = Some("Enter your user name and your password.".into());
        return;
    }
    note(state, session, "SUBMIT_CREDENTIALS", json!({}));
    let known = repairs.and_then(|id| state.item(&id));
    match judge(user, password, institution.mfa) {
        Taken::Wrong => wrong(state, link, "INVALID_CREDENTIALS"),
        Taken::Refused(trouble) => stop(state, session, trouble),
        Taken::Right { .. } if known.is_some_and(|i| i.user != user) => stop(state, session, Trouble::of("INVALID_UPDATED_USERNAME")),
        Taken::Right { challenge, custom } => {
            session.user = Some(user.to_string());
            session.custom = custom;
            session.wrong = 0;
            session.trouble = None;
            session.challenge = challenge;
            let step = match &session.challenge {
                None => return accounts(state, link),
                Some(Challenge::Device) => Step::Device,
                Some(Challenge::Code) => Step::Code,
                Some(Challenge::Questions { .. }) => Step::Questions,
                Some(Challenge::Selections { .. }) => Step::Selections,
            };
            go(state, session, step);
        }
    }
}

/// One try fewer; the last one locks the sign-in and ends the session.
fn wrong(state: &State, link: &mut LinkToken, code: &str) {
    let Some(session) = link.open_session() else { return };
    session.wrong += 1;
    let trouble = Trouble::of(code);
    if session.wrong < TRIES {
        record(state, session, &trouble);
        session.note = trouble.display.as_deref().map(Into::into);
        session.trouble = Some(trouble);
        return;
    }
    stop(state, session, Trouble::of("ITEM_LOCKED"));
    exit(state, link);
}

/// Where the code goes.
pub fn device(state: &State, link: &mut LinkToken, chosen: &str) {
    let Some(session) = link.open_session().filter(|s| s.step == Step::Device) else { return };
    if chosen.is_empty() {
        session.note = Some("Choose where the code is sent.".into());
        return;
    }
    note(state, session, "SUBMIT_MFA", json!({ "mfa_type": "device_list" }));
    go(state, session, Step::Code);
}

/// A code, or the answers of one round.
pub fn answer(state: &State, link: &mut LinkToken, step: Step, answers: &[String]) {
    let Some(session) = link.open_session().filter(|s| s.step == step) else { return };
    let Some(challenge) = session.challenge.clone() else { return };
    let kind = match step {
        Step::Questions => "questions",
        Step::Selections => "selections",
        _ => "code",
    };
    note(state, session, "SUBMIT_MFA", json!({ "mfa_type": kind }));
    if !challenge.accepts(answers) {
        return wrong(state, link, "INVALID_MFA");
    }
    session.wrong = 0;
    session.trouble = None;
    match challenge.next() {
        Some(next) => {
            session.challenge = Some(next);
            go(state, session, step);
        }
        None => accounts(state, link),
    }
}

/// The accounts that may be offered now.
pub fn offer(state: &State, link: &LinkToken) -> Vec<Shown> {
    let Some(session) = link.sessions.last() else { return Vec::new() };
    let (Some(institution), Some(user)) = (institution(state, session), session.user.as_deref()) else { return Vec::new() };
    let repaired = link.repairs.as_deref().and_then(|id| state.item(id));
    let custom = repaired.as_ref().map_or(session.custom.as_ref(), |i| i.custom.as_ref());
    let today = state.now().utc_date();
    let (id, linked) = repaired.as_ref().map_or(("offer".into(), today), |i| (i.id.clone(), i.linked()));
    let login = Login { institution, user, custom };
    let mut all = login.accounts(state, &id, linked, today);
    all.retain(|a| link.admits(&a.kind, &a.subtype));
    all
}

/// After the last answer: which accounts? A mere repair asks for none.
pub fn accounts(state: &State, link: &mut LinkToken) {
    if link.repairs.is_some() && !link.choose_accounts {
        return succeed(state, link, None);
    }
    let offered = offer(state, link);
    let wants = |product: &str| link.products.iter().any(|p| p == product);
    let has = |kinds: &[&str]| offered.iter().any(|a| kinds.contains(&a.kind.as_str()));
    let none = if offered.is_empty() {
        Some("NO_ACCOUNTS")
    } else if wants("investments") && !has(&["investment"]) {
        Some("NO_INVESTMENT_ACCOUNTS")
    } else if wants("liabilities") && !has(&["credit", "loan"]) {
        Some("NO_LIABILITY_ACCOUNTS")
    } else {
        None
    };
    let Some(session) = link.open_session() else { return };
    match none {
        Some(code) => stop(state, session, Trouble::of(code)),
        None => go(state, session, Step::Accounts),
    }
}

pub fn choose(state: &State, link: &mut LinkToken, chosen: &[String]) {
    let offered = offer(state, link);
    let Some(session) = link.open_session().filter(|s| s.step == Step::Accounts) else { return };
    let keys: Vec<String> = offered.into_iter().map(|a| a.key).filter(|k| chosen.contains(k)).collect();
    if keys.is_empty() {
        session.note = Some("Choose at least one account.".into());
        return;
    }
    succeed(state, link, Some(keys));
}

/// Back to the sign-in after a problem.
pub fn again(state: &State, link: &mut LinkToken) {
    let products = link.products.clone();
    let Some(session) = link.open_session().filter(|s| s.step == Step::Problem) else { return };
    let Some(institution) = institution(state, session) else { return };
    arrive(state, session, institution, &products);
}

/// Another institution in the same session, where several are allowed.
pub fn another(state: &State, link: &mut LinkToken) {
    let several = link.several;
    let Some(session) = link.open_session().filter(|s| several && s.step == Step::Done) else { return };
    session.institution = None;
    session.institution_name = None;
    session.user = None;
    session.custom = None;
    session.query.clear();
    go(state, session, Step::Search);
}
