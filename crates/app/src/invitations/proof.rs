//! The second proof: the address that the person signs in with, and a code to its mailbox or from the adviser's mouth. Six digits, ten
//! minutes, five tries, bound to the browser that asked.

use super::welcome::Visitor;
use crate::{App, Error, Result, codes, events, limits, mail, sign_in};
use model::invitation::Proof;
use model::link::{CODE, CODE_TRIES};
use model::{Secret, Span, text};
use serde_json::json;
use store::Firm;
use store::invitations::Enrolment;

const DOOR: &str = "enrol-code1";

/// Makes a code for a browser, in the caller's transaction; the one before ends.
#[crate::boxed]
pub(super) async fn give(app: &App, db: &Firm, e: &Enrolment) -> Result<Secret<String>> {
    let code = codes::new(app);
    store::invitations::set_code(db, &e.hash, &codes::hash(DOOR, &e.hash, code.expose()), app.now() + CODE).await?;
    Ok(code)
}

/// Takes the address that they will sign in with, where the adviser bound none.
#[crate::boxed]
pub async fn give_address(app: &App, v: &Visitor, typed: &str) -> Result<()> {
    if v.invitation.email.is_some() {
        return Err(Error::NotFound);
    }
    let email = text::email(typed).ok_or_else(|| Error::field("email", "Enter your e-mail address, like name@home.example."))?;
    limits::take(app, &format!("enrol-to|{}", sign_in::digest_of(&sign_in::email_key(&email))), 3, Span::hours(1)).await?;
    let tx = app.store().begin(&v.scope).await?;
    store::invitations::set_address(&tx, &v.enrolment.hash, &email).await?;
    if v.invitation.proof == Proof::Nothing {
        store::invitations::prove(&tx, &v.enrolment.hash, app.now()).await?;
    }
    tx.commit().await?;
    let Some(v) = super::again(app, v).await? else { return Err(Error::NotFound) };
    match send_code(app, &v).await {
        // The page says where a code comes from, and offers another.
        Err(Error::Refused(_) | Error::TooMany(_)) => Ok(()),
        done => done,
    }
}

/// Sends a code to the address, where the firm asks for that and can.
#[crate::boxed]
pub async fn send_code(app: &App, v: &Visitor) -> Result<()> {
    let Some(email) = v.enrolment.email.as_deref().filter(|_| v.enrolment.proved_at.is_none()) else { return Ok(()) };
    if v.invitation.proof != Proof::Mailbox {
        return Ok(());
    }
    if let Some(why) = mail::why_not(app, &v.firm) {
        return Err(Error::Refused(why.into()));
    }
    limits::take(app, &format!("enrol-code:{}", v.invitation.id), 5, Span::hours(1)).await?;
    let tx = app.store().begin(&v.scope).await?;
    let adviser = store::links::staff(&tx, v.invitation.made_by).await?.map_or_else(|| v.firm.name.clone(), |(name, _)| name);
    let code = give(app, &tx, &v.enrolment).await?;
    // To an address that nobody has proven yet the letter names nobody of the household: it may be a stranger's.
    let given = if v.invitation.email.is_some() { v.member.given.as_str() } else { "there" };
    let purpose = format!("enrol-code:{}", v.invitation.id);
    let to = codes::To { household: v.invitation.household, name: "", address: email, given, adviser: &adviser, purpose };
    codes::write(app, &tx, &v.firm, to, &code).await?;
    Ok(tx.commit().await?)
}

/// Tries a code. Counted before it is looked at; a right one is spent.
#[crate::boxed]
pub async fn try_code(app: &App, v: &Visitor, typed: &str) -> Result<()> {
    let typed = codes::read(typed)?;
    limits::take(app, &format!("enrol-tries:{}", v.invitation.id), 20, Span::hours(1)).await?;
    let tx = app.store().begin(&v.scope).await?;
    let counted = store::invitations::count_try(&tx, &v.enrolment.hash, CODE_TRIES, app.now()).await?;
    let right = v.enrolment.code_hash.as_deref() == Some(codes::hash(DOOR, &v.enrolment.hash, &typed).as_slice());
    if counted && right {
        store::invitations::prove(&tx, &v.enrolment.hash, app.now()).await?;
        let detail = json!({ "member": v.invitation.member, "device": v.enrolment.device });
        events::record(app, &tx, &v.scope, Some(v.invitation.household), "invitation.proved", v.invitation.id, detail).await?;
    }
    tx.commit().await?;
    codes::judge(counted, right)
}
