//! What providers said about an account: the append-only log, and the account row's head as its projection.

use crate::row::to_json;
use crate::{Error, Firm, Result, Row, params};
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use model::as_of::Came;
use model::head::Head;
use model::held::Held;
use model::worth::Worth;
use model::{AccountId, ConnectionId, Currency, Date, Decimal, HouseholdId, Time};
use std::collections::{HashMap, HashSet};
use std::io::Read;

/// A row ready to be written: encoded once, compared by bytes. What was held is packed only when it is new: mostly it is known already.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoded {
    pub hash: Vec<u8>,
    json: String,
    pub worth: Vec<u8>,
    pub as_of: Time,
}

impl Encoded {
    fn body(&self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        DeflateEncoder::new(self.json.as_bytes(), Compression::default()).read_to_end(&mut body).map_err(|_| Error::Unreadable("held"))?;
        Ok(body)
    }
}

/// Figures of one account at one instant, out of the log.
#[derive(Debug, Clone)]
pub struct Received {
    pub seq: i64,
    pub as_of: Time,
    pub received_at: Time,
    pub held: Held,
    pub worth: Worth,
}

impl Received {
    pub fn head(&self) -> Head {
        Head::join(&self.held, &self.worth)
    }
}

/// What the projection of one account says about its newest figures.
#[derive(Debug, Clone)]
pub struct Newest {
    pub account: AccountId,
    pub seq: i64,
    pub as_of: Option<Time>,
    pub hash: Option<Vec<u8>>,
    pub worth: Option<Vec<u8>>,
}

pub fn encode(held: &Held, worth: &Worth, as_of: Time) -> Result<Encoded> {
    let json = to_json(held)?;
    let digest = ring::digest::digest(&ring::digest::SHA256, json.as_bytes());
    Ok(Encoded { hash: digest.as_ref()[..16].to_vec(), json, worth: worth.encode(&quantities(held)), as_of })
}

fn quantities(held: &Held) -> Vec<Decimal> {
    held.positions.iter().flatten().map(|p| p.quantity).collect()
}

/// A held body is our own writing; still, a torn or swapped one is refused by its hash, and a bomb by its size.
fn decode_held(hash: &[u8], body: &[u8]) -> Result<Held> {
    let mut json = Vec::new();
    DeflateDecoder::new(body).take(32 << 20).read_to_end(&mut json).map_err(|_| Error::Unreadable("held"))?;
    if &ring::digest::digest(&ring::digest::SHA256, &json).as_ref()[..16] != hash {
        return Err(Error::Unreadable("held"));
    }
    serde_json::from_slice(&json).map_err(|_| Error::Unreadable("held"))
}

fn read(r: &Row) -> Result<Received> {
    let held = decode_held(&r.bytes("held_hash")?, &r.bytes("body")?)?;
    let worth = Worth::decode(&r.bytes("worth")?, &quantities(&held)).map_err(|_| Error::Unreadable("worth"))?;
    Ok(Received { seq: r.int("seq")?, as_of: r.time("as_of")?, received_at: r.time("received_at")?, held, worth })
}

/// Adds one row to the log. `seq` is the account's next number; `before`: the hash of what its newest row holds, which is there already.
pub async fn append(db: &Firm, account: AccountId, seq: i64, e: &Encoded, before: Option<&[u8]>, now: Time) -> Result<()> {
    if before != Some(&e.hash) {
        let sql = "INSERT INTO held (firm_id, account_id, hash, body) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        db.exec(sql, params![db.id(), account, e.hash.clone(), e.body()?]).await?;
    }
    let sql = "INSERT INTO received (firm_id, account_id, seq, as_of, received_at, held_hash, worth) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    db.exec(sql, params![db.id(), account, seq, e.as_of, now, e.hash.clone(), e.worth.clone()]).await?;
    Ok(())
}

const JOINED: &str = "SELECT r.seq, r.as_of, r.received_at, r.held_hash, r.worth, h.body FROM received r \
                      JOIN held h ON h.firm_id = r.firm_id AND h.account_id = r.account_id AND h.hash = r.held_hash \
                      WHERE r.firm_id = $1 AND r.account_id = $2 AND NOT EXISTS (SELECT 1 FROM withdrawn w \
                      WHERE w.firm_id = r.firm_id AND w.account_id = r.account_id AND w.seq = r.seq)";

/// What was true at `until`, as known at `known`: the newest as-of not after it; of equal ones the one received last.
pub async fn as_of(db: &Firm, account: AccountId, until: Time, known: Time) -> Result<Option<Received>> {
    let sql = format!("{JOINED} AND r.as_of <= $3 AND r.received_at <= $4 ORDER BY r.as_of DESC, r.seq DESC LIMIT 1");
    db.one(&sql, params![db.id(), account, until, known]).await?.as_ref().map(read).transpose()
}

/// The whole log of one account, oldest first.
pub async fn history(db: &Firm, account: AccountId) -> Result<Vec<Received>> {
    let sql = format!("{JOINED} ORDER BY r.seq");
    db.all(&sql, params![db.id(), account]).await?.iter().map(read).collect()
}

/// One row of a household's log without its positions: what sums of any day are made of.
#[derive(Debug, Clone)]
pub struct Total {
    pub account: AccountId,
    pub came: Came,
    pub hash: Vec<u8>,
    worth: Vec<u8>,
}

impl Total {
    /// The day it is of, and the total where one was reported.
    pub fn value(&self) -> Result<(Date, Option<Decimal>)> {
        Worth::total(&self.worth).map_err(|_| Error::Unreadable("worth"))
    }
}

/// The log of a household's accounts, by account, as-of and number: one reading for any number of days.
pub async fn of_household(db: &Firm, household: HouseholdId) -> Result<Vec<Total>> {
    let sql = "SELECT r.account_id, r.seq, r.as_of, r.received_at, r.held_hash, r.worth, w.at AS withdrawn_at FROM account a \
               JOIN received r ON r.firm_id = a.firm_id AND r.account_id = a.id \
               LEFT JOIN withdrawn w ON w.firm_id = r.firm_id AND w.account_id = r.account_id AND w.seq = r.seq \
               WHERE a.firm_id = $1 AND a.household_id = $2";
    let read = |r: &Row| {
        let (seq, as_of, received_at, withdrawn_at) =
            (r.int("seq")?, r.time("as_of")?, r.time("received_at")?, r.opt_time("withdrawn_at")?);
        let came = Came { seq, as_of, received_at, withdrawn_at };
        Ok(Total { account: r.id("account_id")?, came, hash: r.bytes("held_hash")?, worth: r.bytes("worth")? })
    };
    let mut all = db.all(sql, params![db.id(), household]).await?.iter().map(read).collect::<Result<Vec<_>>>()?;
    all.sort_by_key(|t| (t.account, t.came.as_of, t.came.seq));
    Ok(all)
}

/// The currencies of what accounts held, where one was named.
pub async fn currencies(db: &Firm, of: &HashSet<(AccountId, Vec<u8>)>) -> Result<HashMap<(AccountId, Vec<u8>), Currency>> {
    let (of, mut out) = (of.iter().collect::<Vec<_>>(), HashMap::new());
    for some in of.chunks(200) {
        let pairs: Vec<String> = (0..some.len()).map(|n| format!("(account_id = ${} AND hash = ${})", 2 * n + 2, 2 * n + 3)).collect();
        let mut values = params![db.id()];
        for (account, hash) in some {
            values.extend(params![*account, hash.clone()]);
        }
        let sql = format!("SELECT account_id, hash, body FROM held WHERE firm_id = $1 AND ({})", pairs.join(" OR "));
        for r in db.all(&sql, values).await? {
            let hash = r.bytes("hash")?;
            if let Some(c) = decode_held(&hash, &r.bytes("body")?)?.currency {
                out.insert((r.id("account_id")?, hash), c);
            }
        }
    }
    Ok(out)
}

/// Days on which an account has figures: (as-of, received), newest first, for the list beside the date control.
pub async fn days(db: &Firm, account: AccountId, limit: u32) -> Result<Vec<(Time, Time)>> {
    let sql = "SELECT as_of, received_at FROM received r WHERE firm_id = $1 AND account_id = $2 \
               AND NOT EXISTS (SELECT 1 FROM withdrawn w WHERE w.firm_id = r.firm_id AND w.account_id = r.account_id AND w.seq = r.seq) \
               ORDER BY as_of DESC, seq DESC LIMIT $3";
    db.all(sql, params![db.id(), account, limit]).await?.iter().map(|r| Ok((r.time("as_of")?, r.time("received_at")?))).collect()
}

/// Where the projections of a connection's accounts stand.
pub async fn newest_of_household(db: &Firm, household: HouseholdId) -> Result<Vec<Newest>> {
    let sql = "SELECT id, seq, as_of, held_hash, worth FROM account WHERE firm_id = $1 AND household_id = $2";
    let read = |r: &Row| {
        Ok(Newest {
            account: r.id("id")?,
            seq: r.int("seq")?,
            as_of: r.opt_time("as_of")?,
            hash: r.opt_bytes("held_hash")?,
            worth: r.opt_bytes("worth")?,
        })
    };
    db.all(sql, params![db.id(), household]).await?.iter().map(read).collect()
}

/// The projection of the newest row: figures, their times, the head for one-read pages. Values also at four places for sums in SQL,
/// and null there when four places would round.
pub async fn project(db: &Firm, account: AccountId, seq: i64, e: &Encoded, head: &Head, as_of_day: Date, received_at: Time) -> Result<()> {
    let sql = "UPDATE account SET seq = $3, as_of = $4, as_of_day = $5, received_at = $6, confirmed_at = $6, missing_since = NULL, held_hash = $7, \
               worth = $8, currency = $9, value = $10, value_e4 = $11, head = $12 WHERE firm_id = $1 AND id = $2";
    let values = params![
        db.id(),
        account,
        seq,
        e.as_of,
        as_of_day,
        received_at,
        e.hash.clone(),
        e.worth.clone(),
        head.currency.as_ref().map(|c| c.code().to_owned()),
        head.value,
        head.value.and_then(four_places),
        to_json(head)?,
    ];
    db.exec(sql, values).await?;
    Ok(())
}

/// A later answer that is older than what is shown: recorded, not shown. The account is there all the same.
pub async fn count_only(db: &Firm, account: AccountId, seq: i64) -> Result<()> {
    let sql = "UPDATE account SET seq = $3, missing_since = NULL WHERE firm_id = $1 AND id = $2";
    db.exec(sql, params![db.id(), account, seq]).await?;
    Ok(())
}

/// Whether the log holds these very figures of this very instant.
pub async fn has(db: &Firm, account: AccountId, e: &Encoded) -> Result<bool> {
    let sql = "SELECT 1 AS n FROM received r WHERE firm_id = $1 AND account_id = $2 AND as_of = $3 AND held_hash = $4 AND worth = $5 \
               AND NOT EXISTS (SELECT 1 FROM withdrawn w WHERE w.firm_id = r.firm_id AND w.account_id = r.account_id AND w.seq = r.seq)";
    Ok(db.one(sql, params![db.id(), account, e.as_of, e.hash.clone(), e.worth.clone()]).await?.is_some())
}

/// Scaled by 10,000; `None` when that would lose a digit.
pub fn four_places(d: Decimal) -> Option<i64> {
    let mut scaled = d.normalize();
    if scaled.scale() > 4 {
        return None;
    }
    scaled.rescale(4);
    i64::try_from(scaled.mantissa()).ok()
}

/// The index of holdings over the whole book: rewritten when, and only when, something held has changed.
pub async fn index(db: &Firm, account: AccountId, held: &Held) -> Result<()> {
    db.exec("DELETE FROM holding WHERE firm_id = $1 AND account_id = $2", params![db.id(), account]).await?;
    for (place, p) in held.positions.iter().flatten().enumerate() {
        let kind = to_json(&p.kind)?;
        let sql = "INSERT INTO holding (firm_id, account_id, place, security, name, ticker, kind, quantity) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values = params![db.id(), account, place as i64, &p.key, &p.name, p.ticker.clone(), kind.trim_matches('"'), p.quantity];
        db.exec(sql, values).await?;
    }
    Ok(())
}

/// Rows that turned out to be another account's: no page reads them any more, and the log keeps them.
pub async fn withdraw(db: &Firm, account: AccountId, seqs: &[i64], now: Time) -> Result<()> {
    for seq in seqs {
        let sql = "INSERT INTO withdrawn (firm_id, account_id, seq, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        db.exec(sql, params![db.id(), account, *seq, now]).await?;
    }
    Ok(())
}

/// The number of the last row of an account's log.
pub async fn last_seq(db: &Firm, account: AccountId) -> Result<i64> {
    let sql = "SELECT COALESCE(max(seq), 0) AS seq FROM received WHERE firm_id = $1 AND account_id = $2";
    db.one(sql, params![db.id(), account]).await?.map_or(Ok(0), |r| r.int("seq"))
}

/// Nothing that was received is shown any more: what people typed stays in its columns.
pub async fn clear(db: &Firm, account: AccountId, typed: bool) -> Result<()> {
    let sql = "UPDATE account SET as_of = NULL, received_at = NULL, confirmed_at = NULL, missing_since = NULL, held_hash = NULL, worth = NULL, \
               head = '{}' WHERE firm_id = $1 AND id = $2";
    db.exec(sql, params![db.id(), account]).await?;
    if !typed {
        let sql = "UPDATE account SET currency = NULL, value = NULL, value_e4 = NULL, as_of_day = NULL WHERE firm_id = $1 AND id = $2";
        db.exec(sql, params![db.id(), account]).await?;
    }
    db.exec("DELETE FROM holding WHERE firm_id = $1 AND account_id = $2", params![db.id(), account]).await?;
    Ok(())
}

/// Times that stand in no log.
pub async fn set_times(db: &Firm, account: AccountId, t: crate::joins::Times) -> Result<()> {
    let sql = "UPDATE account SET confirmed_at = $3, missing_since = $4 WHERE firm_id = $1 AND id = $2";
    db.exec(sql, params![db.id(), account, t.confirmed, t.missing]).await?;
    Ok(())
}

/// Accounts that an answer confirmed without a change.
pub async fn confirm(db: &Firm, accounts: &[AccountId], now: Time) -> Result<()> {
    for some in accounts.chunks(200) {
        let list: Vec<String> = (0..some.len()).map(|n| format!("${}", n + 3)).collect();
        let mut values = params![db.id(), now];
        values.extend(some.iter().map(|a| crate::Param::param(*a)));
        let sql = format!("UPDATE account SET confirmed_at = $2, missing_since = NULL WHERE firm_id = $1 AND id IN ({})", list.join(", "));
        db.exec(&sql, values).await?;
    }
    Ok(())
}

/// Accounts that an answer left out: missing from then on, figures kept.
pub async fn missing(db: &Firm, connection: ConnectionId, seen: &[AccountId], now: Time) -> Result<Vec<AccountId>> {
    let sql = "SELECT id FROM account WHERE firm_id = $1 AND connection_id = $2 AND state = 'live' AND missing_since IS NULL";
    let mut gone = Vec::new();
    for r in db.all(sql, params![db.id(), connection]).await? {
        let id: AccountId = r.id("id")?;
        if !seen.contains(&id) {
            db.exec("UPDATE account SET missing_since = $3 WHERE firm_id = $1 AND id = $2", params![db.id(), id, now]).await?;
            gone.push(id);
        }
    }
    Ok(gone)
}

/// An account as a refresh of its connection sees it.
#[derive(Debug, Clone)]
pub struct Fed {
    pub external_id: String,
    pub newest: Newest,
    pub state: model::AccountState,
    /// The connection that feeds it now; another one than the asker when it was linked again.
    pub connection: Option<ConnectionId>,
    pub missing: bool,
    /// For a name that came as an account of its own: whether the join lets this path bring the values.
    pub leads: Option<bool>,
}

/// Every account that goes by a name under this connection.
pub async fn fed_by(db: &Firm, connection: ConnectionId) -> Result<Vec<Fed>> {
    let sql = "SELECT l.external_id, a.id, a.seq, a.as_of, a.held_hash, a.worth, a.state, a.connection_id, a.missing_since, \
               (SELECT j.before FROM account_join j WHERE j.firm_id = l.firm_id AND j.path_id = l.own_id AND j.parted_at IS NULL) AS before FROM alias l \
               JOIN account a ON a.firm_id = l.firm_id AND a.id = l.account_id \
               WHERE l.firm_id = $1 AND l.connection_id = $2 AND l.ended_at IS NULL";
    let read = |r: &Row| {
        Ok(Fed {
            external_id: r.text("external_id")?,
            newest: Newest {
                account: r.id("id")?,
                seq: r.int("seq")?,
                as_of: r.opt_time("as_of")?,
                hash: r.opt_bytes("held_hash")?,
                worth: r.opt_bytes("worth")?,
            },
            state: r.word("state", |w| serde_json::from_value(w.into()).ok())?,
            connection: r.opt_id("connection_id")?,
            missing: r.opt_time("missing_since")?.is_some(),
            leads: r.opt_text("before")?.and_then(|b| serde_json::from_str::<crate::joins::Before>(&b).ok()).map(|b| b.feeds),
        })
    };
    db.all(sql, params![db.id(), connection]).await?.iter().map(read).collect()
}
