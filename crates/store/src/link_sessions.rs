//! The browsers that opened a link: one is in, others wait for a code. Only hashes of cookies and codes are here.

use crate::{Firm, Result, Row, System, params};
use model::{FirmId, LinkId, Time};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// This browser is in.
    Open,
    /// It waits for the code from the mailbox.
    Waiting,
    /// Another browser took over, or the link ended.
    Ended,
}

impl State {
    pub fn key(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Waiting => "waiting",
            State::Ended => "ended",
        }
    }
    fn from_key(key: &str) -> Option<State> {
        [State::Open, State::Waiting, State::Ended].into_iter().find(|s| s.key() == key)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    pub hash: Vec<u8>,
    pub firm: FirmId,
    pub link: LinkId,
    pub created_at: Time,
    pub seen_at: Time,
    pub device: String,
    pub state: State,
    /// The code from the mailbox was right here.
    pub proved_at: Option<Time>,
    pub code_hash: Option<Vec<u8>>,
    pub code_until: Option<Time>,
    pub code_tries: i64,
}

fn read(r: &Row) -> Result<Session> {
    Ok(Session {
        hash: r.bytes("hash")?,
        firm: r.id("firm_id")?,
        link: r.id("link_id")?,
        created_at: r.time("created_at")?,
        seen_at: r.time("seen_at")?,
        device: r.text("device")?,
        state: r.word("state", State::from_key)?,
        proved_at: r.opt_time("proved_at")?,
        code_hash: r.opt_bytes("code_hash")?,
        code_until: r.opt_time("code_until")?,
        code_tries: r.int("code_tries")?,
    })
}

pub async fn insert(db: &Firm, s: &Session) -> Result<()> {
    let sql = "INSERT INTO link_session (hash, firm_id, link_id, created_at, seen_at, device, state) VALUES ($2, $1, $3, $4, $4, $5, $6)";
    db.exec(sql, params![db.id(), s.hash.as_slice(), s.link, s.created_at, &s.device, s.state.key()]).await?;
    Ok(())
}

/// The session behind a cookie, whatever its firm.
pub async fn by_hash(db: &System, hash: &[u8]) -> Result<Option<Session>> {
    db.one("SELECT * FROM link_session WHERE hash = $1", params![hash]).await?.as_ref().map(read).transpose()
}

pub async fn of_link(db: &Firm, link: LinkId) -> Result<Vec<Session>> {
    let sql = "SELECT * FROM link_session WHERE firm_id = $1 AND link_id = $2 ORDER BY created_at DESC";
    db.all(sql, params![db.id(), link]).await?.iter().map(read).collect()
}

/// A new code for this browser; it forgets the tries of the old one.
pub async fn set_code(db: &Firm, hash: &[u8], code: &[u8], until: Time) -> Result<()> {
    let sql =
        "UPDATE link_session SET code_hash = $3, code_until = $4, code_tries = 0 WHERE firm_id = $1 AND hash = $2 AND state <> 'ended'";
    db.exec(sql, params![db.id(), hash, code, until]).await?;
    Ok(())
}

/// Counts one try, before it is looked at. False when there is no code that may still be tried.
pub async fn count_try(db: &Firm, hash: &[u8], most: i64, now: Time) -> Result<bool> {
    let sql = "UPDATE link_session SET code_tries = code_tries + 1 \
               WHERE firm_id = $1 AND hash = $2 AND state <> 'ended' AND code_hash IS NOT NULL AND code_tries < $3 AND code_until > $4";
    Ok(db.exec(sql, params![db.id(), hash, most, now]).await? == 1)
}

/// The code was right: this browser is in, every other one of the link is out. The code is spent.
pub async fn take_over(db: &Firm, link: LinkId, hash: &[u8], now: Time) -> Result<()> {
    let others = "UPDATE link_session SET state = 'ended', code_hash = NULL WHERE firm_id = $1 AND link_id = $2 AND hash <> $3";
    db.exec(others, params![db.id(), link, hash]).await?;
    let this = "UPDATE link_session SET state = 'open', proved_at = $3, code_hash = NULL WHERE firm_id = $1 AND hash = $2";
    db.exec(this, params![db.id(), hash, now]).await?;
    Ok(())
}

pub async fn touch(db: &Firm, hash: &[u8], now: Time) -> Result<()> {
    db.exec("UPDATE link_session SET seen_at = $3 WHERE firm_id = $1 AND hash = $2", params![db.id(), hash, now]).await?;
    Ok(())
}

/// The link ended: nobody is in any more.
pub async fn end_all(db: &Firm, link: LinkId) -> Result<()> {
    db.exec("UPDATE link_session SET state = 'ended', code_hash = NULL WHERE firm_id = $1 AND link_id = $2", params![db.id(), link])
        .await?;
    Ok(())
}
