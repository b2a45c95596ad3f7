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
    const ALL: [Step; 7] = [Step::Starting, Step::Visit, Step::Wait, Step::Linked, Step::Done, Step::Left, Step::Trouble];
    pub fn key(self) -> &'static str {
        match self {
            Step::Starting => "starting",
            Step::Visit => "visit",
            Step::Wait => "wait",
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
        matches!(self, Step::Starting | Step::Visit | Step::Wait)
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
    /// Sealed: what the connector needs to go on, and the address of its page.
    pub pending: Option<Vec<u8>>,
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
    let sql = "SELECT * FROM attempt WHERE provider = $1 AND ended_at IS NULL AND step IN ('visit', 'wait') ORDER BY changed_at DESC";
    db.all(sql, params![provider]).await?.iter().map(read).collect()
}

/// Makes the caller the only one who asks the provider, until `lease` is over or given back.
pub async fn lease(db: &Firm, id: AttemptId, now: Time, lease: Span) -> Result<bool> {
    let sql = "UPDATE attempt SET lease_until = $4 WHERE firm_id = $1 AND id = $2 AND step IN ('visit', 'wait', 'starting') AND ended_at IS NULL \
               AND (lease_until IS NULL OR lease_until <= $3)";
    Ok(db.exec(sql, params![db.id(), id, now, now + lease]).await? == 1)
}

/// Keeps what the provider said and gives the lease back.
pub async fn keep(db: &Firm, id: AttemptId, step: Step, pending: &[u8], now: Time) -> Result<()> {
    let sql = "UPDATE attempt SET step = $3, pending = $4, changed_at = $5, lease_until = NULL, fault = NULL \
               WHERE firm_id = $1 AND id = $2 AND step IN ('starting', 'visit', 'wait')";
    db.exec(sql, params![db.id(), id, step.key(), pending, now]).await?;
    Ok(())
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

/// It ended without a connection. Never undoes one.
pub async fn end(db: &Firm, id: AttemptId, step: Step, fault: Option<&Trouble>, now: Time) -> Result<bool> {
    let fault = fault.map(crate::to_json).transpose()?;
    let sql = "UPDATE attempt SET step = $3, fault = $4, pending = NULL, changed_at = $5, ended_at = $5, lease_until = NULL \
               WHERE firm_id = $1 AND id = $2 AND step NOT IN ('linked', 'done')";
    Ok(db.exec(sql, params![db.id(), id, step.key(), fault, now]).await? == 1)
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
