//! What the client types for the institution: held in memory for the one call that carries it there, and written nowhere. Each question is
//! answered once, in one tab; what comes late, twice or for another question is dropped, and the page shows where things stand.

use super::door::Visitor;
use super::run::{self, Kept};
use super::{choose, question, typed};
use crate::jobs::{self, Job};
use crate::{App, Error, Field, Result};
use connect::{Answers, Challenge, ChallengeField, ChallengeKind, Pending};
use model::{AttemptId, Fault, FaultKind, FirmScope, Secret, Span};
use store::attempts::{Attempt, Step};

/// How long one answer may take on its way; the polling twin waits as long.
const LEASE: Span = Span::seconds(60);
const CALL: Span = Span::seconds(45);
/// Longer answers are none.
const LONGEST: usize = 500;
/// The tick that says that the sign-in works at the institution itself.
pub const CHECKED: &str = "checked";
/// The fields of a question by their place: what an institution calls them stands in no page.
pub const FIELDS: [&str; 12] = ["f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11"];

/// Whether what was typed went on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    Yes,
    /// It was for a question that does not stand there any more: too late, sent twice, or answered in another tab.
    Late,
}

/// Gives the answers of question `asked` to the institution, by the names of [`FIELDS`]. How it went says the attempt's page.
/// `checked`: the client says that they have just signed in at the institution itself.
#[crate::boxed]
pub async fn answer(app: &App, v: &Visitor, id: AttemptId, asked: i64, answers: Answers, checked: bool) -> Result<Taken> {
    choose::inside(v)?;
    let db = app.store().read(&v.scope).await?;
    let a = store::attempts::find(&db, id).await?.filter(|a| a.link == v.link.id).ok_or(Error::NotFound)?;
    if a.step != Step::Ask || a.asked != asked {
        return Ok(Taken::Late);
    }
    let kept = run::kept(app, &db, &a).await?.ok_or(Error::Internal("a question without its state"))?;
    let challenge = kept.challenge.ok_or(Error::Internal("a question that is not there"))?;
    let must_check = challenge.kind == ChallengeKind::Credentials && typed::was_rejected(app, &db, a.member, a.institution_id).await?;
    drop(db);
    if !typed::takes(app, &v.firm, &a.provider) {
        let off = Fault::new(FaultKind::NotSupported, typed::SWITCHED_OFF);
        run::settle(app, &a, connect::Step::Ended(off), None, false).await?;
        question::take_back(app, &a, Some(Kept::of(Pending(kept.pending)))).await;
        return Ok(Taken::Yes);
    }
    if must_check && !checked {
        return Err(Error::field(CHECKED, format!("Sign in at {} first, so that you are not locked out there", a.institution)));
    }
    if challenge.kind == ChallengeKind::Approval {
        let tx = app.store().begin(&v.scope).await?;
        jobs::hasten(app, &tx, &Job::PollAttempt { attempt: id }).await?;
        tx.commit().await?;
        return Ok(Taken::Yes);
    }
    let answers = fitting(&challenge, answers)?;
    let tx = app.store().begin(&v.scope).await?;
    // Another tab may have been quicker.
    if !store::attempts::take_question(&tx, id, asked, app.now(), LEASE).await? {
        return Ok(Taken::Late);
    }
    let taken = store::attempts::find(&tx, id).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    // Whoever closes the tab now has answered: the call goes on to its end.
    let (app, scope, pending) = (app.clone(), v.scope, kept.pending);
    let call = tokio::spawn(async move { deliver(&app, &scope, &taken, pending, challenge, answers).await });
    call.await.map_err(|_| Error::Internal("an answer was dropped"))??;
    Ok(Taken::Yes)
}

async fn deliver(app: &App, scope: &FirmScope, a: &Attempt, pending: String, asked: Challenge, answers: Answers) -> Result<()> {
    let connector = app.connector(&a.provider).ok_or(Error::Internal("no such provider is configured"))?;
    let said = tokio::time::timeout(CALL.std(), connector.answer(Pending(pending.clone()), answers)).await;
    match said.unwrap_or_else(|_| Err(Fault::new(FaultKind::ProviderDown, "TIMEOUT"))) {
        Ok(step) => run::settle(app, a, step, Some(asked), false).await?,
        Err(fault) if !matches!(fault.kind, FaultKind::ProviderDown | FaultKind::NotReady | FaultKind::RateLimited) => {
            run::settle(app, a, connect::Step::Ended(fault), None, false).await?
        }
        Err(fault) => {
            // It may have arrived or not: whoever looks next finds out, and nothing is sent twice.
            tracing::info!(attempt = %a.id, code = fault.code, "an answer went out without a word back");
            let tx = app.store().begin(scope).await?;
            let kept = Kept { challenge: Some(asked), unsure: true, ..Kept::of(Pending(pending)) };
            run::keep(app, &tx, a, Step::Wait, &kept, (a.asked, a.wrong), app.now()).await?;
            tx.commit().await?;
        }
    }
    let tx = app.store().begin(scope).await?;
    jobs::hasten(app, &tx, &Job::PollAttempt { attempt: a.id }).await?;
    Ok(tx.commit().await?)
}

/// The answers that were asked for and no others. What is missing or cannot be one is said at its field, without repeating it.
fn fitting(challenge: &Challenge, answers: Answers) -> Result<Answers> {
    let mut wrong = Vec::new();
    let mut out: Answers = Vec::new();
    let mut given = answers;
    for (field, name) in challenge.fields.iter().zip(FIELDS) {
        let mut own = Vec::new();
        for at in (0..given.len()).rev() {
            if given[at].0 == name {
                own.push(given.swap_remove(at).1);
            }
        }
        // Several ticks of one field are several answers; anything else is one.
        if challenge.kind != ChallengeKind::Accounts {
            own.truncate(1);
        }
        let own: Vec<_> = own.into_iter().map(|s| clean(challenge.kind, s)).filter(|s| !s.expose().trim().is_empty()).collect();
        match problem(challenge, field, &own) {
            Some(message) => wrong.push(Field { name, message }),
            None => out.extend(own.into_iter().map(|s| (field.name.clone(), s))),
        }
    }
    if wrong.is_empty() { Ok(out) } else { Err(Error::Invalid(wrong)) }
}

/// Codes are read off a phone in groups; everything else is the institution's to judge.
fn clean(kind: ChallengeKind, said: Secret<String>) -> Secret<String> {
    if kind != ChallengeKind::Code {
        return said;
    }
    Secret::new(said.expose().chars().filter(|c| !c.is_whitespace() && *c != '-').collect())
}

fn problem(challenge: &Challenge, field: &ChallengeField, own: &[Secret<String>]) -> Option<String> {
    let missing = || match challenge.kind {
        ChallengeKind::Credentials if field.secret => "Type it to go on. Nothing you typed before is kept".to_owned(),
        ChallengeKind::Code => "Type the code to go on".into(),
        ChallengeKind::Method => "Choose one to go on".into(),
        ChallengeKind::Accounts => "Choose at least one".into(),
        _ => "Type it to go on".into(),
    };
    if own.is_empty() {
        return (!field.optional && challenge.kind != ChallengeKind::Accounts).then(missing);
    }
    let known = |s: &Secret<String>| field.options.is_empty() || field.options.iter().any(|o| o.value == *s.expose());
    if !own.iter().all(known) {
        return Some("Choose one of these".into());
    }
    own.iter().any(|s| s.expose().len() > LONGEST).then(|| "This is too long".into())
}
