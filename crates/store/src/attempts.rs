//! Attempts to connect, repair or find more: where the client stands, sealed state of the provider's flow, and how it ended.

use crate::{Error, Firm, Result, Row, System, params};
use model::link::Purpose;
use model::{AttemptId, ConnectionId, ConsentId, FaultKind, FirmId, HouseholdId, InstitutionId, LinkId, MemberId, Span, Time};

/// Where an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The provider has not answered yet.
    Starting,
    /// The provider's page is open, or waits to be.
    Visit,
    /// The provider works on it.
    Wait,
    /// The institution has asked something that the client answers in our own screens.
    Ask,
    /// Linked: the first values are on their way.
    Linked,
    /// The client has said whose the accounts are, or nobody needs to.
    Done,
    /// The client closed the provider's page.
    Left,
    /// Something came between; `fault` says what.
    Trouble,
}

impl Step {
    const ALL: [Step; 8] = [Step::Starting, Step::Visit, Step::Wait, Step::Ask, Step::Linked, Step::Done, Step::Left, Step::Trouble];
    pub fn key(self) -> &'static str {
        match self {
            Step::Starting => "starting",
            Step::Visit => "visit",
            Step::Wait => "wait",
            Step::Ask => "ask",
            Step::Linked => "linked",
            Step::Done => "done",
            Step::Left => "left",
            Step::Trouble => "trouble",
        }
    }
    fn from_key(key: &str) -> Option<Step> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
    /// The provider is still to be asked.
    pub fn is_open(self) -> bool {
        matches!(self, Step::Starting | Step::Visit | Step::Wait | Step::Ask)
    }
}

/// What came between: for the page and for support, never a secret.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Trouble {
    pub kind: FaultKind,
    pub code: String,
    pub request_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    pub firm: FirmId,
    pub id: AttemptId,
    pub household: HouseholdId,
    pub member: MemberId,
    pub link: LinkId,
    pub provider: String,
    pub institution_id: Option<InstitutionId>,
    pub institution: String,
    pub url: Option<String>,
    pub purpose: Purpose,
    pub connection: Option<ConnectionId>,
    pub consent: Option<ConsentId>,
    pub step: Step,
    /// Sealed: what the connector needs to go on, the address of its page or the institution's question; never an answer.
    pub pending: Option<Vec<u8>>,
    /// The number of the present question. Whoever read another one changes nothing any more.
    pub asked: i64,
    /// Answers in a row that were not accepted.
    pub wrong: i64,
    pub fault: Option<Trouble>,
    pub tell_when_back: bool,
    pub created_at: Time,
    pub changed_at: Time,
    pub ended_at: Option<Time>,
}

fn read(r: &Row) -> Result<Attempt> {
    let fault = r.opt_text("fault")?;
    Ok(Attempt {
        firm: r.id("firm_id")?,
        id: r.id("id")?,
        household: r.id("household_id")?,
        member: r.id("member_id")?,
        link: r.id("link_id")?,
        provider: r.text("provider")?,
        institution_id: r.opt_id("institution_id")?,
        institution: r.text("institution")?,
        url: r.opt_text("url")?,
        purpose: r.word("purpose", Purpose::from_key)?,
        connection: r.opt_id("connection_id")?,
        consent: r.opt_id("consent_id")?,
        step: r.word("step", Step::from_key)?,
        pending: r.opt_bytes("pending")?,
        asked: r.int("asked")?,
        wrong: r.int("wrong")?,
        fault: fault.map(|f| serde_json::from_str(&f)).transpose().map_err(|_| Error::Unreadable("fault"))?,
        tell_when_back: r.flag("tell_when_back")?,
        created_at: r.time("created_at")?,
        changed_at: r.time("changed_at")?,
        ended_at: r.opt_time("ended_at")?,
    })
}

/// False when it is there already: the same form was sent twice.
pub async fn insert(db: &Firm, a: &Attempt) -> Result<bool> {
    let sql = "INSERT INTO attempt (firm_id, id, household_id, member_id, link_id, provider, institution_id, institution, url, purpose, \
               connection_id, consent_id, step, created_at, changed_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14) ON CONFLICT (firm_id, id) DO NOTHING";
    let values = params![
        db.id(),
        a.id,
        a.household,
        a.member,
        a.link,
        &a.provider,
        a.institution_id,
        &a.institution,
        a.url.as_deref(),
        a.purpose.to_string(),
        a.connection,
        a.consent,
        a.step.key(),
        a.created_at,
    ];
    Ok(db.exec(sql, values).await? == 1)
}

pub async fn find(db: &Firm, id: AttemptId) -> Result<Option<Attempt>> {
    db.one("SELECT * FROM attempt WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?.as_ref().map(read).transpose()
}

/// The attempts of one link, newest first.
pub async fn of_link(db: &Firm, link: LinkId) -> Result<Vec<Attempt>> {
    let sql = "SELECT * FROM attempt WHERE firm_id = $1 AND link_id = $2 ORDER BY created_at DESC, id DESC";
    db.all(sql, params![db.id(), link]).await?.iter().map(read).collect()
}

/// Every attempt at a provider that waits for its page, over all firms: a hook names none of ours.
pub async fn open_at(db: &System, provider: &str) -> Result<Vec<Attempt>> {
    let sql =
        "SELECT * FROM attempt WHERE provider = $1 AND ended_at IS NULL AND step IN ('visit', 'wait', 'ask') ORDER BY changed_at DESC";
    db.all(sql, params![provider]).await?.iter().map(read).collect()
}

/// Makes the caller the only one who asks the provider, until `lease` is over or given back.
pub async fn lease(db: &Firm, id: AttemptId, now: Time, lease: Span) -> Result<bool> {
    let sql = "UPDATE attempt SET lease_until = $4 WHERE firm_id = $1 AND id = $2 AND step IN ('visit', 'wait', 'ask', 'starting') AND ended_at IS NULL \
               AND (lease_until IS NULL OR lease_until <= $3)";
    Ok(db.exec(sql, params![db.id(), id, now, now + lease]).await? == 1)
}

/// What the provider said, to be kept.
pub struct Keep<'a> {
    pub step: Step,
    /// Sealed.
    pub pending: &'a [u8],
    /// The number of its question from now on.
    pub asked: i64,
    pub wrong: i64,
}

/// Keeps what the provider said and gives the lease back. An answer that was given meanwhile made this one old: false, and nothing changes.
pub async fn keep(db: &Firm, a: &Attempt, keep: &Keep<'_>, now: Time) -> Result<bool> {
    let sql = "UPDATE attempt SET step = $4, pending = $5, asked = $6, wrong = $7, changed_at = $8, lease_until = NULL, fault = NULL \
               WHERE firm_id = $1 AND id = $2 AND asked = $3 AND step IN ('starting', 'visit', 'wait', 'ask')";
    let values = params![db.id(), a.id, a.asked, keep.step.key(), keep.pending, keep.asked, keep.wrong, now];
    Ok(db.exec(sql, values).await? == 1)
}

/// Takes the question that was read: exactly one of two tabs may answer it, and nobody asks the provider meanwhile.
pub async fn take_question(db: &Firm, id: AttemptId, asked: i64, now: Time, lease: Span) -> Result<bool> {
    let sql = "UPDATE attempt SET step = 'wait', asked = asked + 1, changed_at = $4, lease_until = $5 \
               WHERE firm_id = $1 AND id = $2 AND asked = $3 AND step = 'ask' AND ended_at IS NULL";
    Ok(db.exec(sql, params![db.id(), id, asked, now, now + lease]).await? == 1)
}

/// The newest attempts of a person at an institution that are over, newest first.
pub async fn over_at(db: &Firm, member: MemberId, institution: InstitutionId, since: Time) -> Result<Vec<Attempt>> {
    let sql = "SELECT * FROM attempt WHERE firm_id = $1 AND member_id = $2 AND institution_id = $3 AND created_at >= $4 \
               AND step IN ('linked', 'done', 'left', 'trouble') ORDER BY created_at DESC, id DESC LIMIT 20";
    db.all(sql, params![db.id(), member, institution, since]).await?.iter().map(read).collect()
}

/// Gives the lease back and changes nothing.
pub async fn give_back(db: &Firm, id: AttemptId) -> Result<()> {
    db.exec("UPDATE attempt SET lease_until = NULL WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?;
    Ok(())
}

/// It is linked: exactly one caller is told so, and what the provider's flow needed is wiped.
pub async fn linked(db: &Firm, id: AttemptId, connection: ConnectionId, now: Time) -> Result<bool> {
    let sql = "UPDATE attempt SET step = 'linked', connection_id = $3, pending = NULL, fault = NULL, changed_at = $4, lease_until = NULL \
               WHERE firm_id = $1 AND id = $2 AND step NOT IN ('linked', 'done')";
    Ok(db.exec(sql, params![db.id(), id, connection, now]).await? == 1)
}

/// It ended without a connection. Never undoes one, and an answer that was given meanwhile goes on.
pub async fn end(db: &Firm, a: &Attempt, step: Step, fault: Option<&Trouble>, now: Time) -> Result<bool> {
    let fault = fault.map(crate::to_json).transpose()?;
    let sql = "UPDATE attempt SET step = $4, fault = $5, pending = NULL, changed_at = $6, ended_at = $6, lease_until = NULL \
               WHERE firm_id = $1 AND id = $2 AND asked = $3 AND step NOT IN ('linked', 'done')";
    Ok(db.exec(sql, params![db.id(), a.id, a.asked, step.key(), fault, now]).await? == 1)
}

/// The client has nothing more to say about it.
pub async fn done(db: &Firm, id: AttemptId, now: Time) -> Result<()> {
    let sql = "UPDATE attempt SET step = 'done', changed_at = $3, ended_at = $3 WHERE firm_id = $1 AND id = $2 AND step = 'linked'";
    db.exec(sql, params![db.id(), id, now]).await?;
    Ok(())
}

pub async fn tell_when_back(db: &Firm, id: AttemptId, tell: bool) -> Result<()> {
    db.exec("UPDATE attempt SET tell_when_back = $3 WHERE firm_id = $1 AND id = $2", params![db.id(), id, tell]).await?;
    Ok(())
}
