//! What the client typed on its way to the provider: once, in the body of one request, and wiped behind it.

use super::link::{Attempt, Stage, follow};
use super::wire::MemberAnswer;
use super::{Mx, Names, faults, member};
use crate::{Answers, Step};
use model::Fault;
use reqwest::Method;
use serde_json::{Value, json};
use zeroize::Zeroize;

/// `[{guid, value}]`, and nothing that the form did not name.
fn given(answers: &Answers) -> Vec<Value> {
    let fine = answers.iter().filter(|(name, _)| super::fit(name).is_ok());
    fine.map(|(name, value)| json!({ "guid": name, "value": value.expose() })).collect()
}

/// The request's own copies of what the client typed are wiped as soon as it is sent.
fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(list) => list.iter_mut().for_each(wipe),
        Value::Object(map) => map.values_mut().for_each(wipe),
        _ => {}
    }
}

pub(super) async fn sign_in(mx: &Mx, mut a: Attempt, answers: Answers) -> Result<Step, Fault> {
    let mut member = json!({ "credentials": given(&answers) });
    drop(answers);
    let made = match a.member.clone() {
        Some(_) => update(mx, &a.names()?, &mut member).await,
        None => create(mx, &mut a, &mut member).await,
    };
    wipe(&mut member);
    made?;
    (a.asked, a.rejected) = (None, false);
    a.stage = Stage::Working;
    follow(mx, a).await
}

/// New credentials for the same member.
async fn update(mx: &Mx, names: &Names, member: &mut Value) -> Result<(), Fault> {
    let mut body = json!({ "member": member.take() });
    let route = ("/users/{}/members/{}", &[names.user.as_str(), &names.member][..]);
    let answer = mx.read::<MemberAnswer>(Method::PUT, route, Some(&body), &mut vec![]).await;
    wipe(&mut body);
    answer.map(|_| ())
}

async fn create(mx: &Mx, a: &mut Attempt, member: &mut Value) -> Result<(), Fault> {
    let user = member::user(mx, &a.person).await?;
    let mut body = json!({ "member": member, "data_request": { "products": ["transactions", "investments"] } });
    body["member"]["institution_code"] = json!(a.institution);
    let answer = mx.read::<MemberAnswer>(Method::POST, ("/users/{}/members", &[&user]), Some(&body), &mut vec![]).await;
    wipe(&mut body);
    match answer {
        Ok(answer) => {
            a.ours = true;
            a.member = Some(answer.member.0.and_then(|m| m.guid.0).ok_or_else(faults::unreadable)?);
            a.user = Some(user);
            Ok(())
        }
        // The same sign-in twice is one member: the one that is there gets these words, and stays whatever comes of them.
        Err(fault) if faults::is(&fault, 409) => {
            let guid = member::known(mx, &user, &a.institution).await?.ok_or(fault)?;
            let names = Names { user: user.clone(), member: guid.clone() };
            (a.user, a.member) = (Some(user), Some(guid));
            update(mx, &names, member).await
        }
        Err(fault) => Err(fault),
    }
}

pub(super) async fn resume(mx: &Mx, mut a: Attempt, answers: Answers) -> Result<Step, Fault> {
    let names = a.names()?;
    let mut body = json!({ "member": { "challenges": given(&answers) } });
    drop(answers);
    let route = ("/users/{}/members/{}/resume", &[names.user.as_str(), &names.member][..]);
    let sent = mx.read::<MemberAnswer>(Method::PUT, route, Some(&body), &mut vec![]).await;
    wipe(&mut body);
    match sent {
        Ok(_) => (a.stage, a.rejected, a.looks) = (Stage::Working, false, 0),
        // Not what was asked for: nothing went to the institution, and the question stands.
        Err(fault) if faults::is(&fault, 400) => {
            a.rejected = true;
            return follow(mx, a).await;
        }
        // The question is not open any more: what became of it stands in the status.
        Err(fault) if faults::is(&fault, 405) => a.stage = Stage::Working,
        Err(fault) => return Err(fault),
    }
    follow(mx, a).await
}
