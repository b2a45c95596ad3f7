//! The calls about users and members that a link and a fetch share.

use super::wire::{ChallengesAnswer, Member, MemberAnswer, MembersAnswer, Question, UserAnswer, UsersAnswer};
use super::{Mx, Names, RequestIds, faults};
use model::{Fault, FaultKind};
use reqwest::Method;
use serde_json::json;

/// One user a person: made at the first sign-in, found again at the next.
pub(super) async fn user(mx: &Mx, person: &str) -> Result<String, Fault> {
    let body = json!({ "user": { "id": person } });
    let guid = match mx.read::<UserAnswer>(Method::POST, ("/users", &[]), Some(&body), &mut vec![]).await {
        Ok(answer) => answer.user.0.and_then(|u| u.guid.0),
        Err(fault) if faults::is(&fault, 409) => {
            let query = format!("?id={}", super::fit(person)?);
            let found: UsersAnswer = mx.send(Method::GET, ("/users", &[]), &query, None, &mut vec![]).await?.read()?;
            found.users.0.and_then(|u| u.list.into_iter().find(|u| u.id.as_deref() == Some(person))).and_then(|u| u.guid.0)
        }
        Err(fault) => return Err(fault),
    };
    guid.ok_or_else(faults::unreadable)
}

pub(super) async fn read(mx: &Mx, names: &Names) -> Result<Member, Fault> {
    let route = ("/users/{}/members/{}", &[names.user.as_str(), &names.member][..]);
    mx.read::<MemberAnswer>(Method::GET, route, None, &mut vec![]).await?.member.0.ok_or_else(faults::unreadable)
}

pub(super) async fn status(mx: &Mx, names: &Names, ids: &mut RequestIds) -> Result<Member, Fault> {
    let route = ("/users/{}/members/{}/status", &[names.user.as_str(), &names.member][..]);
    mx.read::<MemberAnswer>(Method::GET, route, None, ids).await?.member.0.ok_or_else(faults::unreadable)
}

/// The open questions, as the institution asks them.
pub(super) async fn questions(mx: &Mx, names: &Names, member: Member) -> Result<Vec<Question>, Fault> {
    if !member.challenges.is_empty() {
        return Ok(member.challenges.list);
    }
    let route = ("/users/{}/members/{}/challenges", &[names.user.as_str(), &names.member][..]);
    let sent = mx.send(Method::GET, route, "", None, &mut vec![]).await?;
    if sent.status == 204 {
        return Ok(vec![]);
    }
    Ok(sent.read::<ChallengesAnswer>()?.challenges.0.map(|c| c.list).unwrap_or_default())
}

/// Asks the provider to look at the institution now. It answers well even where it does not, because it did so a short while ago: what it
/// says about the member then is what it said before.
pub(super) async fn aggregate(mx: &Mx, names: &Names, ids: &mut RequestIds) -> Result<Member, Fault> {
    let route = ("/users/{}/members/{}/aggregate", &[names.user.as_str(), &names.member][..]);
    mx.read::<MemberAnswer>(Method::POST, route, None, ids).await?.member.0.ok_or_else(faults::unreadable)
}

/// The member that this user has at an institution already: the newest, where there are several.
pub(super) async fn known(mx: &Mx, user: &str, institution: &str) -> Result<Option<String>, Fault> {
    let there: MembersAnswer = mx.read(Method::GET, ("/users/{}/members", &[user]), None, &mut vec![]).await?;
    let all = there.members.0.map(|m| m.list).unwrap_or_default();
    let same = all.into_iter().filter(|m| m.institution_code.as_deref() == Some(institution));
    Ok(same.filter_map(|m| m.guid.0).next_back())
}

/// Gone already counts as done.
pub(super) async fn delete(mx: &Mx, names: &Names) -> Result<(), Fault> {
    let route = ("/users/{}/members/{}", &[names.user.as_str(), &names.member][..]);
    match mx.send(Method::DELETE, route, "", None, &mut vec![]).await {
        Err(fault) if fault.kind != FaultKind::Removed => Err(fault),
        _ => Ok(()),
    }
}
