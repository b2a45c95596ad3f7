//! Movements in accounts: each once by the provider's id; a cancellation marks the movement that it takes back. A movement belongs to the
//! account that its path calls by name, also while that account stands behind another one: so joining two accounts moves none, and taking
//! the join apart has none to give back.

use crate::row::to_json;
use crate::{Firm, Result, Value, params};
use model::{AccountId, ConnectionId, Date, Time, TradeData};
use std::collections::HashSet;

/// Rows of one statement: more parameters are slower on SQLite.
const TOGETHER: usize = 30;
/// Ids that one question is about: few sizes, so that few statements are kept ready.
const ASKED: [usize; 3] = [4, 20, 100];

/// Adds what is not there yet of the account that the path calls `name`, and which goes as `account`. Says how many were new. What is
/// known already is only looked for: it is not written again.
pub async fn insert(db: &Firm, path: ConnectionId, name: &str, account: AccountId, trades: &[&TradeData], now: Time) -> Result<u64> {
    let sql = "SELECT COALESCE(own_id, account_id) AS own FROM alias WHERE firm_id = $1 AND connection_id = $2 AND external_id = $3";
    let own: AccountId = db.one(sql, params![db.id(), path, name]).await?.map(|r| r.id("own")).transpose()?.unwrap_or(account);
    let mut known = known(db, own, trades).await?;
    let fresh: Vec<&&TradeData> = trades.iter().filter(|t| known.insert(t.external_id.clone())).collect();
    let mut new = 0;
    let whole = fresh.len() / TOGETHER * TOGETHER;
    for chunk in fresh[..whole].chunks(TOGETHER).chain(fresh[whole..].chunks(1)) {
        let mut values: Vec<Value> = params![db.id(), own, path, now];
        let mut places = Vec::with_capacity(chunk.len());
        for t in chunk {
            let n = values.len();
            places.push(format!("($1, $2, $3, $4, ${}, ${}, ${})", n + 1, n + 2, n + 3));
            values.extend(params![&t.external_id, t.day, to_json(t)?]);
        }
        let sql = format!(
            "INSERT INTO trade (firm_id, account_id, via, received_at, external_id, day, body) VALUES {} ON CONFLICT DO NOTHING",
            places.join(", ")
        );
        new += db.exec(&sql, values).await?;
    }
    // After all of them: what is taken back may stand behind what takes it back.
    for (t, taken_back) in trades.iter().filter_map(|t| Some((t, t.cancels.as_ref()?))) {
        let sql = "UPDATE trade SET cancelled_by = $4 WHERE firm_id = $1 AND account_id = $2 AND external_id = $3 AND cancelled_by IS NULL";
        db.exec(sql, params![db.id(), own, taken_back, &t.external_id]).await?;
    }
    Ok(new)
}

async fn known(db: &Firm, account: AccountId, trades: &[&TradeData]) -> Result<HashSet<String>> {
    let mut out = HashSet::with_capacity(trades.len());
    for chunk in trades.chunks(ASKED[ASKED.len() - 1]) {
        let size = ASKED.into_iter().find(|n| *n >= chunk.len()).unwrap_or(chunk.len());
        let mut values: Vec<Value> = params![db.id(), account];
        let places: Vec<String> = (3..size + 3).map(|n| format!("${n}")).collect();
        // The last one fills the places that are left.
        let ids = chunk.iter().chain(chunk.last().into_iter().cycle()).take(size);
        values.extend(ids.map(|t| Value::from(t.external_id.as_str())));
        let sql =
            format!("SELECT external_id FROM trade WHERE firm_id = $1 AND account_id = $2 AND external_id IN ({})", places.join(", "));
        for r in db.all(&sql, values).await? {
            out.insert(r.text("external_id")?);
        }
    }
    Ok(out)
}

/// What moved in an account after a day up to another one, as one path tells it, without what was taken back again. `None`: the path tells of
/// nothing as old as the first day, so nobody knows whether that is all.
pub async fn between(db: &Firm, account: AccountId, via: ConnectionId, after: Date, until: Date) -> Result<Option<Vec<TradeData>>> {
    let sql = "SELECT MIN(day) AS day FROM trade WHERE firm_id = $1 AND account_id = $2 AND via = $3";
    let first = db.one(sql, params![db.id(), account, via]).await?.map(|r| r.opt_text("day")).transpose()?.flatten();
    if first.is_none_or(|day| day > after.to_string()) {
        return Ok(None);
    }
    let sql = "SELECT body FROM trade WHERE firm_id = $1 AND account_id = $2 AND via = $3 AND day > $4 AND day <= $5 AND cancelled_by IS NULL \
               ORDER BY day, external_id";
    let rows = db.all(sql, params![db.id(), account, via, after, until]).await?;
    let all = rows.iter().map(|r| r.json::<TradeData>("body")).collect::<Result<Vec<_>>>()?;
    Ok(Some(all.into_iter().filter(|t| t.cancels.is_none()).collect()))
}

/// What came by this path was another account's after all, one that has no movements yet.
pub async fn give(db: &Firm, from: AccountId, path: ConnectionId, to: AccountId) -> Result<()> {
    let sql = "UPDATE trade SET account_id = $4 WHERE firm_id = $1 AND account_id = $2 AND via = $3";
    db.exec(sql, params![db.id(), from, path, to]).await?;
    Ok(())
}
