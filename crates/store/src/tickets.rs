//! Tickets to Data Support and what was noted of them. Decides nothing.

use crate::{Firm, Result, Row, params};
use model::repair::Cause;
use model::ticket::TicketState;
use model::{CaseId, ConnectionId, HouseholdId, TicketId, TicketNoteId, Time, UserId};

#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    pub id: TicketId,
    pub case: CaseId,
    pub household: HouseholdId,
    pub connection: ConnectionId,
    pub institution: String,
    pub provider: String,
    pub cause: Cause,
    pub words: String,
    /// What support asks for, one fact a line, as it was sent.
    pub context: String,
    /// Whom it was written to; empty: kept here alone.
    pub sent_to: String,
    pub opened_by: UserId,
    pub state: TicketState,
    pub created_at: Time,
    pub changed_at: Time,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    pub id: TicketNoteId,
    pub ticket: TicketId,
    pub by: Option<UserId>,
    /// The state that it left the ticket in.
    pub state: TicketState,
    pub words: String,
    pub at: Time,
}

fn read(r: &Row) -> Result<Ticket> {
    Ok(Ticket {
        id: r.id("id")?,
        case: r.id("case_id")?,
        household: r.id("household_id")?,
        connection: r.id("connection_id")?,
        institution: r.text("institution")?,
        provider: r.text("provider")?,
        cause: r.word("cause", Cause::from_key)?,
        words: r.text("words")?,
        context: r.text("context")?,
        sent_to: r.text("sent_to")?,
        opened_by: r.id("opened_by")?,
        state: r.word("state", TicketState::from_key)?,
        created_at: r.time("created_at")?,
        changed_at: r.time("changed_at")?,
    })
}

pub async fn insert(db: &Firm, t: &Ticket) -> Result<()> {
    let sql = "INSERT INTO ticket (firm_id, id, case_id, household_id, connection_id, institution, provider, cause, words, context, sent_to, \
               opened_by, state, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let values = params![
        db.id(),
        t.id,
        t.case,
        t.household,
        t.connection,
        &t.institution,
        &t.provider,
        t.cause.key(),
        &t.words,
        &t.context,
        &t.sent_to,
        t.opened_by,
        t.state.key(),
        t.created_at,
        t.changed_at,
    ];
    db.exec(sql, values).await?;
    Ok(())
}

pub async fn find(db: &Firm, id: TicketId) -> Result<Option<Ticket>> {
    db.one("SELECT * FROM ticket WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?.as_ref().map(read).transpose()
}

/// The tickets of one connection, newest first.
pub async fn of_connection(db: &Firm, id: ConnectionId) -> Result<Vec<Ticket>> {
    let sql = "SELECT * FROM ticket WHERE firm_id = $1 AND connection_id = $2 ORDER BY created_at DESC, id DESC";
    db.all(sql, params![db.id(), id]).await?.iter().map(read).collect()
}

/// Every ticket of the firm: what is not solved first, then the newest.
pub async fn all(db: &Firm, limit: u32) -> Result<Vec<Ticket>> {
    let sql =
        "SELECT * FROM ticket WHERE firm_id = $1 ORDER BY CASE WHEN state = 'solved' THEN 1 ELSE 0 END, created_at DESC, id DESC LIMIT $2";
    db.all(sql, params![db.id(), limit]).await?.iter().map(read).collect()
}

pub async fn set_state(db: &Firm, id: TicketId, state: TicketState, now: Time) -> Result<()> {
    let sql = "UPDATE ticket SET state = $3, changed_at = $4 WHERE firm_id = $1 AND id = $2";
    db.exec(sql, params![db.id(), id, state.key(), now]).await?;
    Ok(())
}

/// Adds a note. False when this one is there already.
pub async fn note(db: &Firm, n: &Note) -> Result<bool> {
    let sql = "INSERT INTO ticket_note (firm_id, id, ticket_id, by_id, state, words, at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
               ON CONFLICT DO NOTHING";
    Ok(db.exec(sql, params![db.id(), n.id, n.ticket, n.by, n.state.key(), &n.words, n.at]).await? == 1)
}

/// What was noted of a ticket, oldest first.
pub async fn notes(db: &Firm, id: TicketId) -> Result<Vec<Note>> {
    let sql = "SELECT * FROM ticket_note WHERE firm_id = $1 AND ticket_id = $2 ORDER BY at, id";
    let read = |r: &Row| {
        Ok(Note {
            id: r.id("id")?,
            ticket: r.id("ticket_id")?,
            by: r.opt_id("by_id")?,
            state: r.word("state", TicketState::from_key)?,
            words: r.text("words")?,
            at: r.time("at")?,
        })
    };
    db.all(sql, params![db.id(), id]).await?.iter().map(read).collect()
}
