//! What the rebuild of projections needs beyond the features' own functions: firms, first versions, rows that nothing stands behind.

use crate::received::{Received, four_places};
use crate::row::to_json;
use crate::{Firm, Result, System, params};
use model::{AccountId, Date, FirmId, Time};
use std::collections::HashMap;
use uuid::Uuid;

pub async fn firms(db: &System) -> Result<Vec<FirmId>> {
    db.all("SELECT id FROM firm ORDER BY id", params![]).await?.iter().map(|r| r.id("id")).collect()
}

/// When each entity was first known.
pub async fn first_known(db: &Firm) -> Result<HashMap<Uuid, Time>> {
    let sql = "SELECT entity_id, min(known_from) AS first FROM fact WHERE firm_id = $1 GROUP BY entity_id";
    let read = |r: &crate::Row| Ok((r.id::<model::id::Fact>("entity_id")?.uuid(), r.time("first")?));
    db.all(sql, params![db.id()]).await?.iter().map(read).collect()
}

/// Takes away a row of a projection that no version stands behind.
pub async fn remove(db: &Firm, entity: &str, id: Uuid) -> Result<()> {
    let tables: &[&str] = match entity {
        "household" => {
            &["DELETE FROM team WHERE firm_id = $1 AND household_id = $2", "DELETE FROM household WHERE firm_id = $1 AND id = $2"]
        }
        "member" => &["DELETE FROM member WHERE firm_id = $1 AND id = $2"],
        "portfolio" => &["DELETE FROM portfolio WHERE firm_id = $1 AND id = $2"],
        _ => &["DELETE FROM holding WHERE firm_id = $1 AND account_id = $2", "DELETE FROM account WHERE firm_id = $1 AND id = $2"],
    };
    for sql in tables {
        db.exec(sql, params![db.id(), id]).await?;
    }
    Ok(())
}

/// An account's figures as their projection holds them, to the letter.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub seq: i64,
    pub as_of: Option<Time>,
    pub as_of_day: Option<Date>,
    pub received_at: Option<Time>,
    pub held_hash: Option<Vec<u8>>,
    pub worth: Option<Vec<u8>>,
    pub currency: Option<String>,
    pub value: Option<String>,
    pub value_e4: Option<i64>,
    pub head: String,
    /// Security and quantity, in order.
    pub holdings: Vec<(String, String)>,
}

/// Accounts that something was ever received for, with the last number of their log.
pub async fn received(db: &Firm) -> Result<Vec<(AccountId, i64)>> {
    let sql = "SELECT account_id, max(seq) AS seq FROM received WHERE firm_id = $1 GROUP BY account_id ORDER BY account_id";
    db.all(sql, params![db.id()]).await?.iter().map(|r| Ok((r.id("account_id")?, r.int("seq")?))).collect()
}

/// What the projection should hold: the newest as-of of the log, of equal ones the one received last.
pub async fn made(db: &Firm, account: AccountId, seq: i64) -> Result<Option<(Shown, Received)>> {
    let Some(r) = crate::received::as_of(db, account, Time(i64::MAX), Time(i64::MAX)).await? else { return Ok(None) };
    let encoded = crate::received::encode(&r.held, &r.worth, r.as_of)?;
    let head = r.head();
    let shown = Shown {
        seq,
        as_of: Some(r.as_of),
        as_of_day: Some(r.worth.as_of_day),
        received_at: Some(r.received_at),
        held_hash: Some(encoded.hash),
        worth: Some(encoded.worth),
        currency: head.currency.as_ref().map(|c| c.code().to_owned()),
        value: head.value.map(|v| v.to_string()),
        value_e4: head.value.and_then(four_places),
        head: to_json(&head)?,
        holdings: r.held.positions.iter().flatten().map(|p| (p.key.clone(), p.quantity.to_string())).collect(),
    };
    Ok(Some((shown, r)))
}

/// What it does hold.
pub async fn shown(db: &Firm, account: AccountId) -> Result<Option<Shown>> {
    let sql = "SELECT seq, as_of, as_of_day, received_at, held_hash, worth, currency, value, value_e4, head FROM account \
               WHERE firm_id = $1 AND id = $2";
    let Some(r) = db.one(sql, params![db.id(), account]).await? else { return Ok(None) };
    let sql = "SELECT security, quantity FROM holding WHERE firm_id = $1 AND account_id = $2 ORDER BY place";
    let holdings = db.all(sql, params![db.id(), account]).await?;
    Ok(Some(Shown {
        seq: r.int("seq")?,
        as_of: r.opt_time("as_of")?,
        as_of_day: r.opt_date("as_of_day")?,
        received_at: r.opt_time("received_at")?,
        held_hash: r.opt_bytes("held_hash")?,
        worth: r.opt_bytes("worth")?,
        currency: r.opt_text("currency")?,
        value: r.opt_text("value")?,
        value_e4: r.opt_int("value_e4")?,
        head: r.text("head")?,
        holdings: holdings.iter().map(|h| Ok((h.text("security")?, h.text("quantity")?))).collect::<Result<_>>()?,
    }))
}

/// Puts the projection right. When figures were last confirmed, and since when they are missing, stands in no log and stays.
pub async fn show(db: &Firm, account: AccountId, s: &Shown, r: &Received) -> Result<()> {
    let sql = "UPDATE account SET seq = $3, as_of = $4, as_of_day = $5, received_at = $6, held_hash = $7, worth = $8, currency = $9, value = $10, \
               value_e4 = $11, head = $12 WHERE firm_id = $1 AND id = $2";
    let values = params![
        db.id(),
        account,
        s.seq,
        s.as_of,
        s.as_of_day,
        s.received_at,
        s.held_hash.clone(),
        s.worth.clone(),
        s.currency.clone(),
        s.value.clone(),
        s.value_e4,
        &s.head
    ];
    db.exec(sql, values).await?;
    crate::received::index(db, account, &r.held).await
}
