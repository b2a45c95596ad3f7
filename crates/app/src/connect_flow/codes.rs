//! The code that proves who is at the browser: to the mailbox the firm has on file, or read out by the adviser; never
//! for Launch now.

use super::door::Visitor;
use crate::{App, Error, Result, codes, events, limits, links, mail};
use model::link::{CODE, CODE_TRIES, Purpose};
use model::{Secret, Span};
use serde_json::json;
use store::Firm;
use store::link_sessions::{Session, State};

const DOOR: &str = "code1";

/// It waits to get in, or is in and must prove itself before it sees what was connected earlier.
pub(crate) fn waits_for_code(session: &Session) -> bool {
    session.state == State::Waiting || (session.state == State::Open && session.proved_at.is_none() && session.code_hash.is_some())
}

/// Makes a code for a browser, in the caller's transaction.
#[crate::boxed]
pub(crate) async fn give_code(app: &App, db: &Firm, session: &Session) -> Result<Secret<String>> {
    let code = codes::new(app);
    store::link_sessions::set_code(db, &session.hash, &codes::hash(DOOR, &session.hash, code.expose()), app.now() + CODE).await?;
    Ok(code)
}

/// Sends a code to the person's mailbox.
#[crate::boxed]
pub async fn send_code(app: &App, v: &Visitor) -> Result<()> {
    if v.is_launched() {
        return Err(Error::NotFound);
    }
    let why_not = mail::why_not(app, &v.firm).or(v.member.email.is_none().then_some("There is no mailbox on file."));
    if let Some(why) = why_not {
        // The adviser sees that a browser waits, and reads a code out. This one is told to nobody.
        let tx = app.store().begin(&v.scope).await?;
        give_code(app, &tx, &v.session).await?;
        tx.commit().await?;
        return Err(Error::Refused(why.into()));
    }
    let address = v.member.email.as_deref().unwrap_or_default();
    limits::take(app, &format!("code:{}", v.link.id), 5, Span::hours(1)).await?;
    let tx = app.store().begin(&v.scope).await?;
    let adviser = links::adviser(&tx, &v.link).await?.map_or_else(|| v.firm.name.clone(), |(name, _)| name);
    let code = give_code(app, &tx, &v.session).await?;
    let purpose = format!("code:{}", v.link.id);
    let given = v.member.given.as_str();
    let to = codes::To { household: v.link.household, name: &v.member.name, address, given, adviser: &adviser, purpose };
    codes::write(app, &tx, &v.firm, to, &code).await?;
    Ok(tx.commit().await?)
}

/// Tries a code. The right one lets this browser in and every other of the link out.
#[crate::boxed]
pub async fn try_code(app: &App, v: &Visitor, typed: &str) -> Result<()> {
    let typed = codes::read(typed)?;
    limits::take(app, &format!("code-tries:{}", v.link.id), 20, Span::hours(1)).await?;
    let tx = app.store().begin(&v.scope).await?;
    let counted = store::link_sessions::count_try(&tx, &v.session.hash, CODE_TRIES, app.now()).await?;
    let right = v.session.code_hash.as_deref() == Some(codes::hash(DOOR, &v.session.hash, &typed).as_slice());
    if counted && right {
        store::link_sessions::take_over(&tx, v.link.id, &v.session.hash, app.now()).await?;
        events::record(app, &tx, &v.scope, Some(v.link.household), "link.proved", v.link.id, json!({ "device": v.session.device })).await?;
    }
    tx.commit().await?;
    codes::judge(counted, right)
}

/// Whether this browser must prove itself before it sees or mends what was connected earlier (ruling 2). What it connected itself it may see.
#[crate::boxed]
pub async fn needs_proof(app: &App, v: &Visitor) -> Result<bool> {
    if v.is_launched() || v.session.proved_at.is_some() {
        return Ok(false);
    }
    let db = app.store().read(&v.scope).await?;
    let made_here: Vec<_> = store::attempts::of_link(&db, v.link.id).await?.into_iter().filter_map(|a| a.connection).collect();
    let all = store::connections::of_household(&db, v.link.household).await?;
    let earlier = all.iter().any(|c| c.member == v.link.member && !made_here.contains(&c.id));
    Ok(earlier || v.link.purpose != Purpose::Connect)
}
