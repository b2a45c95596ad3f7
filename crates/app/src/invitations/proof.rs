//! The second proof: the address that the person signs in with, and a code to its mailbox or from the adviser's mouth. Six digits, ten
//! minutes, five tries, bound to the browser that asked.

use super::welcome::Visitor;
use crate::mail::{self, Letter, letters, mailbox};
use crate::{App, Error, Result, events, limits, sign_in};
use model::invitation::Proof;
use model::link::{CODE, CODE_TRIES};
use model::{Secret, Span, text};
use ring::digest::{SHA256, digest};
use serde_json::json;
use store::Firm;
use store::invitations::Enrolment;

fn hash(e: &Enrolment, code: &str) -> Vec<u8> {
    let mut bytes = b"enrol-code1|".to_vec();
    bytes.extend_from_slice(&e.hash);
    bytes.extend_from_slice(code.as_bytes());
    digest(&SHA256, &bytes).as_ref().to_vec()
}

/// Makes a code for a browser, in the caller's transaction; the one before ends.
pub(super) async fn give(app: &App, db: &Firm, e: &Enrolment) -> Result<Secret<String>> {
    // Taken modulo, 2^32 values make no code likelier than another by more than one in four thousand.
    let code = Secret::new(format!("{:06}", u32::from_le_bytes(app.random().bytes()) % 1_000_000));
    store::invitations::set_code(db, &e.hash, &hash(e, code.expose()), app.now() + CODE).await?;
    Ok(code)
}

/// Takes the address that they will sign in with, where the adviser bound none.
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
    let about = letters::About {
        given,
        adviser: &adviser,
        firm: &v.firm.name,
        support_email: &v.firm.settings.support_email,
        support_phone: &v.firm.settings.support_phone,
        code: code.expose(),
        ..letters::About::default()
    };
    let (subject, paragraphs) = letters::compose(&v.firm.settings, letters::Kind::Code, &about);
    let to = mailbox("", email)?;
    let letter = Letter {
        household: Some(v.invitation.household),
        purpose: format!("enrol-code:{}", v.invitation.id),
        recipient: to.clone(),
        to,
        cc: None,
        reply_to: None,
        subject,
        paragraphs,
        thread: format!("enrol-code-{}", v.invitation.id),
    };
    mail::write(app, &tx, &v.firm, &letter).await?;
    Ok(tx.commit().await?)
}

/// Tries a code. Counted before it is looked at; a right one is spent.
pub async fn try_code(app: &App, v: &Visitor, typed: &str) -> Result<()> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.')).collect();
    if typed.len() != 6 || !typed.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::field("code", "Enter the six digits of the code"));
    }
    limits::take(app, &format!("enrol-tries:{}", v.invitation.id), 20, Span::hours(1)).await?;
    let tx = app.store().begin(&v.scope).await?;
    let counted = store::invitations::count_try(&tx, &v.enrolment.hash, CODE_TRIES, app.now()).await?;
    let right = v.enrolment.code_hash.as_deref() == Some(hash(&v.enrolment, &typed).as_slice());
    if counted && right {
        store::invitations::prove(&tx, &v.enrolment.hash, app.now()).await?;
        let detail = json!({ "member": v.invitation.member, "device": v.enrolment.device });
        events::record(app, &tx, &v.scope, Some(v.invitation.household), "invitation.proved", v.invitation.id, detail).await?;
    }
    tx.commit().await?;
    match (counted, right) {
        (true, true) => Ok(()),
        (true, false) => Err(Error::field("code", "That code didn’t match. Enter the newest one.")),
        (false, _) => Err(Error::field("code", "That code no longer works. Send a new one.")),
    }
}
