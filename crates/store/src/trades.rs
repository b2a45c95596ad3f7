//! Movements in accounts: each once by the provider's id; a cancellation marks the movement that it takes back.

use crate::row::to_json;
use crate::{Firm, Result, params};
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
