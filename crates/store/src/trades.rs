//! Movements in accounts: each once by the provider's id; a cancellation marks the movement that it takes back.

use crate::row::to_json;
use crate::{Firm, Result, Row, params};
use model::{AccountId, Time, TradeData};

/// Adds what is not there yet. Says how many were new.
pub async fn insert(db: &Firm, account: AccountId, trades: &[&TradeData], now: Time) -> Result<u64> {
    let mut new = 0;
    for t in trades {
        let sql = "INSERT INTO trade (firm_id, account_id, external_id, day, body, received_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
        new += db.exec(sql, params![db.id(), account, &t.external_id, t.day, to_json(t)?, now]).await?;
        if let Some(taken_back) = &t.cancels {
            let sql =
                "UPDATE trade SET cancelled_by = $4 WHERE firm_id = $1 AND account_id = $2 AND external_id = $3 AND cancelled_by IS NULL";
            db.exec(sql, params![db.id(), account, taken_back, &t.external_id]).await?;
        }
    }
    Ok(new)
}

/// The newest movements: (movement, the id of what took it back).
pub async fn of_account(db: &Firm, account: AccountId, limit: u32) -> Result<Vec<(TradeData, Option<String>)>> {
    let sql = "SELECT body, cancelled_by FROM trade WHERE firm_id = $1 AND account_id = $2 ORDER BY day DESC, external_id LIMIT $3";
    let read = |r: &Row| Ok((r.json("body")?, r.opt_text("cancelled_by")?));
    db.all(sql, params![db.id(), account, limit]).await?.iter().map(read).collect()
}
