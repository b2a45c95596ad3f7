//! Linking: the client's own words go in, the member's status comes out. What is pending names user and member, where we stand and how
//! often an answer was wrong; it never holds an answer.
//!
//! Nobody is locked out by us: after two wrong answers in one attempt we stop and say so, and a member that came to nothing is taken back,
//! so that the provider does not go on trying with it.

use super::status::{self, Standing};
use super::wire::{CredentialsAnswer, Institution, Member, MemberAnswer};
use super::{Mx, Names, challenge, faults, institutions, member, typed};
use crate::{Answers, Challenge, ChallengeKind, InstitutionStatus, LinkStart, Pending, Purpose, Step};
use model::{Fault, FaultKind, Span};
use reqwest::Method;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

const LOOK_AGAIN: Span = Span::seconds(2);
/// Wrong answers in one attempt: institutions lock a sign-in after the third.
const MOST_WRONG: u8 = 2;
/// An attempt starts the sign-in over at most this often, whatever happens.
const MOST_RESTARTS: u8 = 3;
/// So often a question that was answered may still be open before it is shown again: the provider takes an answer in its own time.
const MOST_LOOKS: u8 = 15;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Stage {
    /// The form is on the screen.
    Form,
    /// The institution's question is.
    Question,
    /// The provider is at it.
    Working,
    /// The client is at the institution's own page.
    Visiting,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Attempt {
    pub person: String,
    pub institution: String,
    pub user: Option<String>,
    pub member: Option<String>,
    /// The member was made here and is taken back when nothing comes of it.
    pub ours: bool,
    pub stage: Stage,
    wrong: u8,
    restarts: u8,
    /// Of the question that was answered last, to know while it is still open.
    pub asked: Option<String>,
    /// How often it was still open when we looked.
    #[serde(default)]
    pub looks: u8,
    /// The question is on the screen because the last answer was not accepted.
    pub rejected: bool,
}

impl Attempt {
    fn read(pending: &Pending) -> Result<Attempt, Fault> {
        serde_json::from_str(&pending.0).map_err(|_| Fault::new(FaultKind::Ours, "BAD_PENDING"))
    }
    fn pending(&self) -> Pending {
        Pending(serde_json::to_string(self).unwrap_or_default())
    }
    pub fn names(&self) -> Result<Names, Fault> {
        let both = self.user.clone().zip(self.member.clone());
        both.map(|(user, member)| Names { user, member }).ok_or_else(|| Fault::new(FaultKind::Ours, "BAD_PENDING"))
    }
    fn waits(mut self) -> Step {
        self.stage = if self.stage == Stage::Visiting { Stage::Visiting } else { Stage::Working };
        Step::Wait(LOOK_AGAIN, self.pending())
    }
}

pub(super) async fn begin(mx: &Mx, start: LinkStart) -> Result<Step, Fault> {
    let mut a = Attempt {
        person: start.person,
        institution: start.institution,
        user: None,
        member: None,
        ours: false,
        stage: Stage::Form,
        wrong: 0,
        restarts: 0,
        asked: None,
        looks: 0,
        rejected: false,
    };
    let (grant, find_new) = match start.purpose {
        Purpose::New => {
            let place = institutions::one(mx, &a.institution).await?;
            if institutions::card(place.clone()).is_none_or(|c| c.status == InstitutionStatus::NotSupported) {
                return Err(Fault::new(FaultKind::NotSupported, "INSTITUTION_NOT_SUPPORTED"));
            }
            return if place.supports_oauth.unwrap_or(false) { visit(mx, a, &start.return_url).await } else { form(mx, a, place).await };
        }
        Purpose::Repair(grant) => (grant, false),
        Purpose::FindNew(grant) => (grant, true),
    };
    let names = Names::of(&grant)?;
    let there = member::read(mx, &names).await?;
    a.institution = there.institution_code.0.clone().or(grant.institution).unwrap_or(a.institution);
    (a.user, a.member) = (Some(names.user), Some(names.member));
    again(mx, a, there, find_new, &start.return_url).await
}

/// Straight to the step that failed. Only a sign-in that was refused asks for the sign-in again.
async fn again(mx: &Mx, a: Attempt, member: Member, find_new: bool, return_url: &Url) -> Result<Step, Fault> {
    let word = member.connection_status.as_deref();
    match status::of(word) {
        Standing::Challenged => follow(mx, a).await,
        _ if member.is_being_aggregated.unwrap_or(false) => follow(mx, a).await,
        Standing::Well if !find_new => Ok(Step::Linked(vec![a.names()?.grant(Some(a.institution))])),
        Standing::Broken(FaultKind::NeedsCredentials) if member.is_oauth.unwrap_or(false) => visit(mx, a, return_url).await,
        Standing::Broken(FaultKind::NeedsCredentials) if !matches!(word, Some("REJECTED" | "EXPIRED")) => {
            let place = institutions::one(mx, &a.institution).await?;
            form(mx, a, place).await
        }
        Standing::Broken(kind @ FaultKind::NotSupported) => Ok(Step::Ended(Fault::new(kind, status::code(word)))),
        _ => restart(mx, a, &member).await,
    }
}

/// Starts the sign-in over with what the provider has. Where it was at it a short while ago it does nothing, and what it found then stands.
async fn restart(mx: &Mx, mut a: Attempt, known: &Member) -> Result<Step, Fault> {
    let names = a.names()?;
    a.restarts += 1;
    let after = member::aggregate(mx, &names, &mut vec![]).await?;
    let before = (known.connection_status.as_deref(), known.aggregated_at.0);
    if after.is_being_aggregated.unwrap_or(false) || (after.connection_status.as_deref(), after.aggregated_at.0) != before {
        return Ok(a.waits());
    }
    let word = known.connection_status.as_deref();
    match status::of(word) {
        Standing::Broken(FaultKind::NeedsCredentials) => {
            let place = institutions::one(mx, &a.institution).await?;
            form(mx, a, place).await
        }
        Standing::Broken(kind) => end(mx, a, Fault::new(kind, status::code(word))).await,
        _ => Ok(Step::Linked(vec![names.grant(Some(a.institution))])),
    }
}

/// The institution's own form.
async fn form(mx: &Mx, mut a: Attempt, place: Institution) -> Result<Step, Fault> {
    let route = ("/institutions/{}/credentials", &[a.institution.as_str()][..]);
    let answer: CredentialsAnswer = mx.read(Method::GET, route, None, &mut vec![]).await?;
    let fields = answer.credentials.0.ok_or_else(faults::unreadable)?.list;
    let mut asked = challenge::credentials(fields, &place);
    if asked.fields.is_empty() {
        return Err(Fault::new(FaultKind::NotSupported, "NO_CREDENTIALS"));
    }
    mark(&mut asked, &a);
    a.stage = Stage::Form;
    Ok(Step::Ask(asked, a.pending()))
}

fn mark(asked: &mut Challenge, a: &Attempt) {
    asked.rejected = a.rejected;
    asked.tries_left = Some(MOST_WRONG.saturating_sub(a.wrong));
    if a.rejected {
        // Which of several was wrong nobody says.
        asked.fields.iter_mut().for_each(|f| f.rejected = true);
    }
}

/// The client signs in at the institution itself.
async fn visit(mx: &Mx, mut a: Attempt, return_url: &Url) -> Result<Step, Fault> {
    let page = match &a.member {
        Some(_) => {
            let names = a.names()?;
            let back: String = url::form_urlencoded::byte_serialize(return_url.as_str().as_bytes()).collect();
            let query = format!("?referral_source=APP&client_redirect_url={back}");
            let route = ("/users/{}/members/{}/oauth_window_uri", &[names.user.as_str(), &names.member][..]);
            mx.send(Method::GET, route, &query, None, &mut vec![]).await?.read::<MemberAnswer>()?.member.0.unwrap_or_default()
        }
        None => {
            let user = member::user(mx, &a.person).await?;
            let body = json!({
                "member": { "institution_code": a.institution, "credentials": [], "is_oauth": true },
                "data_request": { "products": ["transactions", "investments"] },
                "referral_source": "APP",
                "client_redirect_url": return_url.as_str(),
            });
            let answer: MemberAnswer = mx.read(Method::POST, ("/users/{}/members", &[&user]), Some(&body), &mut vec![]).await?;
            let member = answer.member.0.ok_or_else(faults::unreadable)?;
            (a.user, a.member, a.ours) = (Some(user), member.guid.0.clone(), true);
            member
        }
    };
    let fit = |u: &Url| u.has_host() && (u.scheme() == "https" || (u.scheme() == "http" && mx.base.scheme() == "http"));
    let page = page.oauth_window_uri.as_deref().and_then(|u| Url::parse(u).ok()).filter(fit).ok_or_else(faults::unreadable)?;
    a.stage = Stage::Visiting;
    Ok(Step::Visit(page, a.pending()))
}

pub(super) async fn answer(mx: &Mx, pending: Pending, answers: Answers) -> Result<Step, Fault> {
    let a = Attempt::read(&pending)?;
    match a.stage {
        Stage::Form if answers.is_empty() => {
            let place = institutions::one(mx, &a.institution).await?;
            form(mx, a, place).await
        }
        Stage::Form => typed::sign_in(mx, a, answers).await,
        Stage::Question if !answers.is_empty() => typed::resume(mx, a, answers).await,
        _ => follow(mx, a).await,
    }
}

/// What is pending when a fetch meets a question: answered like one of a link.
pub(super) fn in_the_middle(names: Names, institution: Option<String>, asked: Option<&Challenge>) -> Pending {
    let a = Attempt {
        person: String::new(),
        institution: institution.unwrap_or_default(),
        user: Some(names.user),
        member: Some(names.member),
        ours: false,
        stage: Stage::Question,
        wrong: 0,
        restarts: 0,
        asked: asked.map(mark_of),
        looks: 0,
        rejected: false,
    };
    a.pending()
}

/// The provider's own ids of what it asks, as a fingerprint. Words are no sign: institutions ask for one code after another in the same ones.
fn mark_of(asked: &Challenge) -> String {
    let ids: Vec<&str> = asked.fields.iter().map(|f| f.name.as_str()).collect();
    digest(&SHA256, ids.join("\u{1e}").as_bytes()).as_ref()[..8].iter().map(|b| format!("{b:02x}")).collect()
}

/// Looks where the member stands and says what happens next.
pub(super) async fn follow(mx: &Mx, mut a: Attempt) -> Result<Step, Fault> {
    let names = a.names()?;
    let member = member::status(mx, &names, &mut vec![]).await?;
    let word = member.connection_status.clone();
    let standing = status::of(word.as_deref());
    let fault = |kind| Fault::new(kind, status::code(word.as_deref()));
    let pushed = word.as_deref() == Some("PENDING") && a.stage != Stage::Visiting;
    let busy = standing == Standing::Working || member.is_being_aggregated.unwrap_or(false);
    if busy && standing != Standing::Challenged && !pushed {
        return Ok(a.waits());
    }
    match standing {
        // It waits for something that nobody types: an approval on the phone.
        _ if pushed => {
            a.stage = Stage::Question;
            Ok(Step::Ask(challenge::questions(vec![]), a.pending()))
        }
        Standing::Challenged => {
            let mut asked = challenge::questions(member::questions(mx, &names, member).await?);
            let mark_now = mark_of(&asked);
            // The very question that was answered just now: the answer is on its way. That one was wrong the provider says by REJECTED.
            let answered = a.stage == Stage::Working && asked.kind != ChallengeKind::Approval && a.asked.as_ref() == Some(&mark_now);
            if answered && a.looks < MOST_LOOKS {
                a.looks += 1;
                return Ok(a.waits());
            }
            mark(&mut asked, &a);
            (a.asked, a.stage) = (Some(mark_now), Stage::Question);
            Ok(Step::Ask(asked, a.pending()))
        }
        Standing::Well => Ok(Step::Linked(vec![names.grant(Some(a.institution))])),
        Standing::Unheard if member.is_authenticated.unwrap_or(false) || member.successfully_aggregated_at.is_some() => {
            tracing::info!(status = status::code(word.as_deref()), "a member's status that is not known yet");
            Ok(Step::Linked(vec![names.grant(Some(a.institution))]))
        }
        Standing::Unheard | Standing::Working => Ok(a.waits()),
        Standing::Broken(FaultKind::NeedsCredentials) => refused(mx, a, &member, fault(FaultKind::NeedsCredentials)).await,
        Standing::Broken(kind) => end(mx, a, fault(kind)).await,
    }
}

/// An answer was not accepted, or came too late.
async fn refused(mx: &Mx, mut a: Attempt, member: &Member, fault: Fault) -> Result<Step, Fault> {
    let about_question = matches!(fault.code.as_str(), "REJECTED" | "EXPIRED");
    if fault.code != "EXPIRED" {
        a.wrong += 1;
        a.rejected = true;
    }
    // Three refusals in a row at the institution, by the provider's own count: no more of them.
    let prevented = fault.code == "PREVENTED";
    if a.stage == Stage::Visiting || prevented || a.wrong >= MOST_WRONG || a.restarts >= MOST_RESTARTS {
        let kind = if about_question { FaultKind::NeedsMfa } else { FaultKind::NeedsCredentials };
        return end(mx, a, Fault { kind, ..fault }).await;
    }
    if about_question {
        a.asked = None;
        return restart(mx, a, member).await;
    }
    let place = institutions::one(mx, &a.institution).await?;
    form(mx, a, place).await
}

/// Nothing came of it: what was made for it is taken back.
async fn end(mx: &Mx, a: Attempt, fault: Fault) -> Result<Step, Fault> {
    take_back(mx, &a).await;
    Ok(Step::Ended(fault))
}

async fn take_back(mx: &Mx, a: &Attempt) {
    let Ok(names) = a.names() else { return };
    if a.ours
        && let Err(fault) = member::delete(mx, &names).await
    {
        tracing::warn!(code = fault.code, "a member that came to nothing could not be taken back");
    }
}

pub(super) async fn abandon(mx: &Mx, pending: Pending) -> Result<(), Fault> {
    let a = Attempt::read(&pending)?;
    match a.names() {
        Ok(names) if a.ours => member::delete(mx, &names).await,
        _ => Ok(()),
    }
}
