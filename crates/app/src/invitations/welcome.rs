//! The client's way in: what a code may show before anybody pressed a button, how one browser gets in, who is behind its cookie and what
//! comes next for them.

use super::notice::{self, What};
use super::{Invitation, end, hash, proof};
use crate::{App, Result, events, limits, sign_in};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::invitation::{End, Proof, TO_FINISH, why_not};
use model::permission::Role;
use model::{FirmScope, Secret, Span, Time, UserId};
use ring::digest::{SHA256, digest};
use serde_json::json;
use store::Firm;
use store::firms::FirmRow;
use store::invitations::Enrolment;
use store::members::Member;

/// What a stranger with the code may know: the firm, and until when (ruling 3).
pub struct Peek {
    pub firm: FirmRow,
    pub until: Time,
}

/// How an attempt to get in ended. The value, where there is one, goes into this browser's cookie.
pub enum Entry {
    /// Expired, spent, revoked, replaced, taken by another browser and unknown look the same.
    Neutral,
    In(Option<Secret<String>>),
}

/// Somebody behind an enrolment's cookie. Who they are is not proven: what they do is recorded as done through the invitation.
pub struct Visitor {
    pub scope: FirmScope,
    pub invitation: Invitation,
    pub enrolment: Enrolment,
    pub member: Member,
    pub firm: FirmRow,
    /// The id of the sign-in that comes of it.
    pub login: UserId,
}

/// What the person does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Say which address they sign in with.
    Address,
    /// Prove it: with the code from the mailbox, or the one that the adviser reads out.
    Code { spoken: bool },
    /// Choose how they sign in.
    Choose,
    /// Confirm the second factor.
    Factor,
    /// They have a sign-in here: it gains the household.
    Exists,
    /// The address belongs to a sign-in that cannot have a household of this firm.
    Taken,
}

async fn known(app: &App, code: &str) -> Result<Option<Invitation>> {
    let Some(hash) = hash(code) else { return Ok(None) };
    Ok(store::invitations::by_hash(&*app.store().read_system().await?, &hash).await?)
}

/// Changes nothing, whoever asks how often. The door has counted the look.
#[crate::boxed]
pub async fn peek(app: &App, code: &str) -> Result<Option<Peek>> {
    let Some(i) = known(app, code).await?.filter(|i| i.life.lives(app.now())) else { return Ok(None) };
    let db = app.store().read(&app.system_scope(i.firm)).await?;
    Ok(Some(Peek { firm: store::firms::own(&db).await?, until: i.life.expires_at }))
}

/// What the database keeps of a cookie's value.
fn cookie_hash(value: &str) -> Vec<u8> {
    digest(&SHA256, format!("enrol1|{value}").as_bytes()).as_ref().to_vec()
}

/// The button. One browser is let in for an hour, and is in again as often as it likes; of many at once exactly one wins (G16).
#[crate::boxed]
pub async fn redeem(app: &App, source: &str, code: &str, cookie: Option<&str>, device: &str) -> Result<Entry> {
    limits::take(app, &format!("link:{source}"), 20, Span::minutes(10)).await?;
    let now = app.now();
    let Some(i) = known(app, code).await? else { return Ok(Entry::Neutral) };
    if visitor(app, cookie.unwrap_or_default()).await?.is_some_and(|v| v.invitation.id == i.id) {
        return Ok(Entry::In(None));
    }
    let scope = app.system_scope(i.firm);
    let tx = app.store().begin(&scope).await?;
    if !i.life.opens(now) {
        if i.life.ended.is_none() && !i.life.lives(now) {
            end(app, &tx, &scope, &i, End::Expired).await?;
            tx.commit().await?;
        }
        return Ok(Entry::Neutral);
    }
    let Some(member) = invited(app, &tx, &i).await? else { return Ok(Entry::Neutral) };
    let value = Secret::new(BASE64_URL_SAFE_NO_PAD.encode(app.random().bytes::<32>()));
    if !store::invitations::open(&tx, i.id, now, now - TO_FINISH, device, app.random().id(now)).await? {
        return Ok(Entry::Neutral);
    }
    store::invitations::end_enrolments(&tx, i.id, now).await?;
    let enrolment = Enrolment {
        hash: cookie_hash(value.expose()),
        firm: i.firm,
        invitation: i.id,
        created_at: now,
        expires_at: now + TO_FINISH,
        device: device.to_owned(),
        email: i.email.clone(),
        code_hash: None,
        code_until: None,
        proved_at: (i.proof == Proof::Nothing).then_some(now),
        password_hash: None,
        totp: None,
    };
    store::invitations::insert_enrolment(&tx, &enrolment).await?;
    let detail = json!({ "member": i.member, "device": device });
    events::record(app, &tx, &scope, Some(i.household), "invitation.opened", i.id, detail).await?;
    let firm = store::firms::own(&tx).await?;
    notice::tell(app, &tx, &firm, &i, &member, What::Opened { device, source }).await?;
    tx.commit().await?;
    if let Some(v) = visitor(app, value.expose()).await?
        && v.invitation.email.is_some()
        && let Err(e) = proof::send_code(app, &v).await
    {
        // The page says where a code comes from, and offers another.
        tracing::info!(invitation = %i.id, error = %e, "no code was sent");
    }
    Ok(Entry::In(Some(value)))
}

/// The person, while they still belong to the household and may have a sign-in.
async fn invited(app: &App, db: &Firm, i: &Invitation) -> Result<Option<Member>> {
    let today = crate::policy::today(app, db).await?;
    let member = store::members::find(db, i.member).await?;
    Ok(member.filter(|m| m.active && m.household == i.household && why_not(m.role, m.born, today).is_none()))
}

/// Who is behind a cookie: nobody after its hour, after the invitation was taken back, replaced or accepted.
#[crate::boxed]
pub async fn visitor(app: &App, cookie: &str) -> Result<Option<Visitor>> {
    // A value of ours has 43 letters; nothing else is worth a query.
    if cookie.len() != 43 {
        return Ok(None);
    }
    behind(app, &cookie_hash(cookie)).await
}

/// The same visitor as they stand now.
#[crate::boxed]
pub async fn again(app: &App, v: &Visitor) -> Result<Option<Visitor>> {
    behind(app, &v.enrolment.hash).await
}

async fn behind(app: &App, hash: &[u8]) -> Result<Option<Visitor>> {
    let found = store::invitations::enrolment(&*app.store().read_system().await?, hash).await?;
    let Some(enrolment) = found.filter(|e| app.now() < e.expires_at) else { return Ok(None) };
    let scope = app.system_scope(enrolment.firm);
    let db = app.store().read(&scope).await?;
    let Some(i) = store::invitations::find(&db, enrolment.invitation).await? else { return Ok(None) };
    if !i.life.carries(enrolment.created_at, app.now()) {
        return Ok(None);
    }
    let Some(member) = invited(app, &db, &i).await? else { return Ok(None) };
    let Some(login) = i.login else { return Ok(None) };
    let firm = store::firms::own(&db).await?;
    Ok(Some(Visitor { scope, invitation: i, enrolment, member, firm, login }))
}

#[crate::boxed]
pub async fn step(app: &App, v: &Visitor) -> Result<Step> {
    let Some(email) = &v.enrolment.email else { return Ok(Step::Address) };
    if v.enrolment.proved_at.is_none() {
        let spoken = v.invitation.proof == Proof::Spoken || crate::mail::why_not(app, &v.firm).is_some();
        return Ok(Step::Code { spoken });
    }
    // Only whoever proved the address learns that it has a sign-in.
    let key = sign_in::email_key(email);
    let there = store::logins::by_email(&*app.store().read_system().await?, &key).await?;
    Ok(match there {
        None if v.enrolment.totp.is_some() => Step::Factor,
        None => Step::Choose,
        Some(l) if l.firm == v.invitation.firm && l.role == Role::Client && l.disabled_at.is_none() => Step::Exists,
        Some(_) => Step::Taken,
    })
}

/// "Ask for a new link": the lead is told, whatever was wrong with this one. Says nothing of whether there was one; the door has counted.
#[crate::boxed]
pub async fn ask(app: &App, code: &str) -> Result<()> {
    let Some(i) = known(app, code).await?.filter(|i| !i.life.opens(app.now()) && i.accepted_at.is_none()) else { return Ok(()) };
    if limits::take(app, &format!("ask:{}", i.id), 3, Span::days(1)).await.is_err() {
        return Ok(());
    }
    let scope = app.system_scope(i.firm);
    let tx = app.store().begin(&scope).await?;
    let Some(member) = store::members::find(&tx, i.member).await? else { return Ok(()) };
    events::record(app, &tx, &scope, Some(i.household), "invitation.asked", i.id, json!({ "member": i.member })).await?;
    let firm = store::firms::own(&tx).await?;
    notice::tell(app, &tx, &firm, &i, &member, What::Asked).await?;
    Ok(tx.commit().await?)
}
