//! Outgoing messages: sealed while they wait, wiped when they are sent.

use crate::{Firm, Result, Row, params};
use model::{HouseholdId, MailId, Time};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Waiting,
    /// Handed to the mail server, its answer not seen yet.
    Sending,
    Sent,
    /// The process or the line broke while the server had it: never repeated by itself.
    PerhapsSent,
    Failed,
}

impl State {
    pub const ALL: [State; 5] = [State::Waiting, State::Sending, State::Sent, State::PerhapsSent, State::Failed];
    pub fn key(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Sending => "sending",
            State::Sent => "sent",
            State::PerhapsSent => "perhaps_sent",
            State::Failed => "failed",
        }
    }
    fn from_key(key: &str) -> Option<State> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}

#[derive(Debug, Clone)]
pub struct Mail {
    pub id: MailId,
    pub household: Option<HouseholdId>,
    /// What it is for, with the id that it is about: `link:link_…`.
    pub purpose: String,
    pub recipient: String,
    pub subject: String,
    /// Sealed; gone when sent.
    pub message: Option<Vec<u8>>,
    pub state: State,
    pub created_at: Time,
    pub sent_at: Option<Time>,
}

fn read(r: &Row) -> Result<Mail> {
    Ok(Mail {
        id: r.id("id")?,
        household: r.opt_id("household_id")?,
        purpose: r.text("purpose")?,
        recipient: r.text("recipient")?,
        subject: r.text("subject")?,
        message: r.opt_bytes("message")?,
        state: r.word("state", State::from_key)?,
        created_at: r.time("created_at")?,
        sent_at: r.opt_time("sent_at")?,
    })
}

pub async fn insert(db: &Firm, m: &Mail) -> Result<()> {
    let sql = "INSERT INTO mail (firm_id, id, household_id, purpose, recipient, subject, message, state, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values = params![db.id(), m.id, m.household, &m.purpose, &m.recipient, &m.subject, m.message.clone(), m.state.key(), m.created_at];
    db.exec(sql, values).await?;
    Ok(())
}

pub async fn find(db: &Firm, id: MailId) -> Result<Option<Mail>> {
    db.one("SELECT * FROM mail WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?.as_ref().map(read).transpose()
}

/// The messages about one thing, newest first.
pub async fn of_purpose(db: &Firm, purpose: &str) -> Result<Vec<Mail>> {
    let sql = "SELECT * FROM mail WHERE firm_id = $1 AND purpose = $2 ORDER BY created_at DESC, id DESC";
    db.all(sql, params![db.id(), purpose]).await?.iter().map(read).collect()
}

/// Moves a message on. False when it is not in that state any more.
pub async fn advance(db: &Firm, id: MailId, from: State, to: State) -> Result<bool> {
    let sql = "UPDATE mail SET state = $4 WHERE firm_id = $1 AND id = $2 AND state = $3";
    Ok(db.exec(sql, params![db.id(), id, from.key(), to.key()]).await? == 1)
}

/// Ends a message and wipes its body.
pub async fn end(db: &Firm, id: MailId, state: State, now: Time) -> Result<()> {
    let sent = (state == State::Sent).then_some(now);
    let sql = "UPDATE mail SET state = $3, sent_at = $4, message = NULL WHERE firm_id = $1 AND id = $2";
    db.exec(sql, params![db.id(), id, state.key(), sent]).await?;
    Ok(())
}
