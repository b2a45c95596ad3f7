//! Outgoing mail: written sealed in the change's transaction, delivered by a job, "sent or perhaps sent" recorded and never silently repeated.

pub mod letters;
mod message;
mod seen;
mod transport;

pub use seen::{Seen, outbox, read};
pub use transport::{Security, Smtp, Taken, Transport};

use crate::jobs::{self, Job, Outcome};
use crate::{App, Error, Result, events, seal};
use lettre::message::Mailbox;
use model::{FirmId, HouseholdId, MailId};
use serde_json::json;
use store::mail::{Mail, State};
use store::{Firm, firms::FirmRow};

/// The field under which a message is sealed.
const FIELD: &str = "message";

/// Somebody's name and address, checked: neither can carry another header.
pub fn mailbox(name: &str, address: &str) -> Result<Mailbox> {
    if name.chars().chain(address.chars()).any(char::is_control) {
        return Err(Error::Refused("A name or an address holds characters that do not belong in a message.".into()));
    }
    // Refusals are logged: the address itself does not belong there.
    let address = address.trim().parse().map_err(|_| Error::Refused("This is not an e-mail address that a message can go to.".into()))?;
    Ok(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), address))
}

/// What stands under every message of the firm.
pub fn disclaimer(firm: &FirmRow) -> Option<String> {
    Some(firm.settings.mail_disclaimer.trim().to_owned()).filter(|t| !t.is_empty())
}

/// One message to one recipient. `to` and `cc` are what the reader sees; `recipient` is who gets this copy.
#[derive(Clone)]
pub struct Letter {
    pub household: Option<HouseholdId>,
    /// What it is for and about: `link:link_…`.
    pub purpose: String,
    pub recipient: Mailbox,
    pub to: Mailbox,
    pub cc: Option<Mailbox>,
    pub reply_to: Option<Mailbox>,
    pub subject: String,
    pub paragraphs: Vec<String>,
    /// Messages with the same thread are shown together.
    pub thread: String,
}

/// Whether mail goes out at all: what the firm's own people are told, and what concerns somebody's own sign-in, needs nothing more.
pub fn is_on(app: &App) -> bool {
    !matches!(app.post(), Transport::Off)
}

/// Whether the firm's messages to clients can go out, and why not.
pub fn why_not(app: &App, firm: &FirmRow) -> Option<&'static str> {
    if !firm.settings.sends_mail {
        Some("Your firm has switched off e-mail from this system. Use Share link and your own mail.")
    } else if !is_on(app) {
        Some("Mail is not set up yet. An administrator can do it under Settings. Use Share link and your own mail.")
    } else {
        None
    }
}

/// Writes a message, sealed, in the caller's transaction. A job delivers it.
#[crate::boxed]
pub async fn write(app: &App, db: &Firm, firm: &FirmRow, letter: &Letter) -> Result<MailId> {
    let now = app.now();
    let id: MailId = app.random().id(now);
    let host = match app.public_url().host() {
        Some(url::Host::Domain(name)) => name.to_owned(),
        // A bare address is no mail domain.
        _ => "localhost".into(),
    };
    let support = if firm.settings.support_email.is_empty() { format!("heldaway@{host}") } else { firm.settings.support_email.clone() };
    let from = mailbox(&firm.name, &support)?;
    let whole = Letter { paragraphs: letter.paragraphs.iter().cloned().chain(disclaimer(firm)).collect(), ..letter.clone() };
    let made = message::build(&from, &whole, &id.to_string(), &host, now)?;
    let sealed = seal::firm_seal(app, db, id.uuid(), FIELD, made.expose().as_bytes()).await?;
    let row = Mail {
        id,
        household: letter.household,
        purpose: letter.purpose.clone(),
        recipient: letter.recipient.email.to_string(),
        subject: letter.subject.clone(),
        message: Some(sealed),
        state: State::Waiting,
        created_at: now,
        sent_at: None,
    };
    store::mail::insert(db, &row).await?;
    jobs::enqueue(app, db, &Job::SendMail { mail: id }, now).await?;
    Ok(id)
}

/// Hands one message to the mail server. A message that a dead worker may have handed over is not repeated.
#[crate::boxed]
pub async fn deliver(app: &App, firm: FirmId, id: MailId) -> Result<Outcome> {
    let scope = app.system_scope(firm);
    let tx = app.store().begin(&scope).await?;
    let Some(mail) = store::mail::find(&tx, id).await? else { return Ok(Outcome::Done) };
    if !store::mail::advance(&tx, id, State::Waiting, State::Sending).await? {
        if mail.state == State::Sending {
            end(app, &tx, &scope, &mail, State::PerhapsSent).await?;
        }
        tx.commit().await?;
        return Ok(Outcome::Done);
    }
    let sealed = mail.message.as_deref().ok_or(Error::Internal("a message without a body"))?;
    let message = seal::firm_open(app, &tx, id.uuid(), FIELD, sealed).await?;
    tx.commit().await?;

    let taken = transport::hand_over(&app.post(), &id.to_string(), message.expose()).await;
    let tx = app.store().begin(&scope).await?;
    match taken {
        Taken::Yes => end(app, &tx, &scope, &mail, State::Sent).await?,
        Taken::Perhaps => end(app, &tx, &scope, &mail, State::PerhapsSent).await?,
        Taken::Never => end(app, &tx, &scope, &mail, State::Failed).await?,
        Taken::NotNow => {
            store::mail::advance(&tx, id, State::Sending, State::Waiting).await?;
            tx.commit().await?;
            return Err(Error::Refused("the mail server does not take it now".into()));
        }
    }
    tx.commit().await?;
    Ok(Outcome::Done)
}

async fn end(app: &App, db: &Firm, scope: &model::FirmScope, mail: &Mail, state: State) -> Result<()> {
    store::mail::end(db, mail.id, state, app.now()).await?;
    if let (State::Sent, Some(link)) = (state, mail.purpose.strip_prefix("link:").and_then(|l| l.parse().ok())) {
        store::links::sent(db, link, app.now()).await?;
    }
    match state {
        State::Failed => {
            crate::cases::bounced(app, db, scope, mail).await?;
            crate::tickets::undelivered(app, db, &mail.purpose).await?;
        }
        State::Sent => crate::cases::arrived(app, db, scope, mail).await?,
        State::Waiting | State::Sending | State::PerhapsSent => {}
    }
    events::record(app, db, scope, mail.household, &format!("mail.{}", state.key()), mail.id, json!({ "for": mail.purpose })).await
}
