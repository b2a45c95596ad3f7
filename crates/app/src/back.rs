//! "E-mail me when it's back" on the Accounts page: a connection that the institution or the data provider keeps down is looked at now and
//! then, and its person is told once. The wish is the job that waits; nothing else is kept of it.

use crate::jobs::{self, Job, Outcome};
use crate::mail::{self, Letter, letters, mailbox};
use crate::portal::{self, Lens};
use crate::portfolios::Feed;
use crate::{App, Error, Result, events};
use model::portal::Right;
use model::{ConnectionId, ConnectionState, FirmId, MemberId, Span, Time};
use serde_json::json;
use store::Firm;
use store::connections::{Connection, Removal};

const EVERY: Span = Span::minutes(5);

/// Nobody can do anything but wait for it.
pub fn is_down(state: ConnectionState) -> bool {
    matches!(state, ConnectionState::InstitutionDown | ConnectionState::ProviderDown)
}

/// What a page offers for the client's own connections that are down.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// Where the word would go.
    pub mailbox: String,
    /// Those that were asked for already.
    pub asked: Vec<ConnectionId>,
}

/// `None` where nothing is down, or no word can be sent.
#[crate::boxed]
pub(crate) async fn offer(app: &App, lens: &Lens, own: &[&Feed]) -> Result<Option<Offer>> {
    let down: Vec<ConnectionId> = own.iter().filter(|f| is_down(f.state)).map(|f| f.id).collect();
    if down.is_empty() {
        return Ok(None);
    }
    let db = app.store().read(&lens.scope).await?;
    let Some(mailbox) = reached(app, &db, lens.member).await? else { return Ok(None) };
    let mut asked = Vec::new();
    for id in down {
        if store::jobs::waits(&db, Job::TELL_BACK, &id.to_string()).await? {
            asked.push(id);
        }
    }
    Ok(Some(Offer { mailbox, asked }))
}

/// Somebody's mailbox, where the firm sends mail at all.
async fn reached(app: &App, db: &Firm, member: MemberId) -> Result<Option<String>> {
    let firm = store::firms::own(db).await?;
    let member = store::members::find(db, member).await?.filter(|m| m.active);
    Ok(member.and_then(|m| m.email).filter(|_| mail::why_not(app, &firm).is_none()))
}

/// Asks for the word, or takes the wish back. False when there is nothing to wait for any more.
#[crate::boxed]
pub async fn ask(app: &App, lens: &Lens, id: ConnectionId, tell: bool) -> Result<bool> {
    lens.as_client()?;
    let tx = app.store().begin(&lens.scope).await?;
    portal::enter_in(&tx, &lens.scope, lens.household).await?.need(Right::Connect)?;
    let c = store::connections::find(&tx, id).await?.filter(|c| c.removal == Removal::None).ok_or(Error::NotFound)?;
    if c.household != lens.household || c.member != lens.member {
        return Err(Error::NotFound);
    }
    let waits = store::jobs::waits(&tx, Job::TELL_BACK, &id.to_string()).await?;
    let kind = match (tell, waits) {
        (true, false) if !is_down(c.state) => return Ok(false),
        (true, false) => {
            reached(app, &tx, lens.member).await?.ok_or(Error::NotFound)?;
            let now = app.now();
            jobs::enqueue(app, &tx, &Job::TellBack { connection: id, asked: now }, now + EVERY).await?;
            "connection.watched"
        }
        (false, true) => {
            store::jobs::cancel(&tx, Job::TELL_BACK, &id.to_string(), app.now()).await?;
            "connection.unwatched"
        }
        _ => return Ok(true),
    };
    events::record(app, &tx, &lens.scope, Some(lens.household), kind, id, json!({ "institution": c.institution })).await?;
    tx.commit().await?;
    Ok(true)
}

/// Looks whether values come again, and writes once. What then needs the person is told by its own case.
#[crate::boxed]
pub async fn look(app: &App, firm: FirmId, id: ConnectionId, asked: Time) -> Result<Outcome> {
    let tx = app.store().begin(&app.system_scope(firm)).await?;
    let Some(c) = store::connections::find(&tx, id).await?.filter(|c| c.removal == Removal::None) else { return Ok(Outcome::Done) };
    match c.state {
        ConnectionState::Healthy | ConnectionState::ConsentExpiring => {}
        s if s.waits_for_client() => return Ok(Outcome::Done),
        ConnectionState::NoAccounts | ConnectionState::NotSupported | ConnectionState::Removed => return Ok(Outcome::Done),
        _ => return Ok(Outcome::Again(app.now() + EVERY)),
    }
    // A job may run twice; the message goes out once.
    if store::cases::first_told(&tx, &format!("{id}:back:{}", asked.0), app.now()).await? {
        write(app, &tx, &c).await?;
    }
    tx.commit().await?;
    Ok(Outcome::Done)
}

async fn write(app: &App, db: &Firm, c: &Connection) -> Result<()> {
    let firm = store::firms::own(db).await?;
    let Some(address) = reached(app, db, c.member).await? else { return Ok(()) };
    let Some(member) = store::members::find(db, c.member).await? else { return Ok(()) };
    let Some(lead) = store::households::find(db, c.household).await?.map(|h| h.lead) else { return Ok(()) };
    let Some((adviser, own)) = store::links::staff(db, lead).await? else { return Ok(()) };
    let about = letters::About {
        given: &member.given,
        adviser: &adviser,
        firm: &firm.name,
        support_email: &firm.settings.support_email,
        support_phone: &firm.settings.support_phone,
        institution: &c.institution,
        ..letters::About::default()
    };
    let (subject, paragraphs) = letters::compose(&firm.settings, letters::Kind::WorksAgain, &about);
    let to = mailbox(&member.name, &address)?;
    let letter = Letter {
        household: Some(c.household),
        purpose: format!("works:{}", c.id),
        recipient: to.clone(),
        to,
        cc: None,
        reply_to: mailbox(&adviser, &own).ok(),
        subject,
        paragraphs,
        thread: format!("works-{}", c.id),
    };
    mail::write(app, db, &firm, &letter).await?;
    Ok(())
}
