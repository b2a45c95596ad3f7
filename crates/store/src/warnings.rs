//! What providers say about connections in their own words: the latest answer's, in its order.

use crate::{Firm, Result, params};
use model::{ConnectionId, HouseholdId, Time};

pub async fn of(db: &Firm, connection: ConnectionId) -> Result<Vec<String>> {
    let sql = "SELECT words FROM connection_warning WHERE firm_id = $1 AND connection_id = $2 ORDER BY place";
    db.all(sql, params![db.id(), connection]).await?.iter().map(|r| r.text("words")).collect()
}

/// Of all connections of a household: (connection, words), in each one's order.
pub async fn of_household(db: &Firm, household: HouseholdId) -> Result<Vec<(ConnectionId, String)>> {
    let sql = "SELECT w.connection_id, w.words FROM connection_warning w JOIN connection c ON c.firm_id = w.firm_id AND c.id = w.connection_id \
               WHERE w.firm_id = $1 AND c.household_id = $2 ORDER BY w.connection_id, w.place";
    db.all(sql, params![db.id(), household]).await?.iter().map(|r| Ok((r.id("connection_id")?, r.text("words")?))).collect()
}

/// Puts these in the place of those that were there.
pub async fn replace(db: &Firm, connection: ConnectionId, words: &[String], now: Time) -> Result<()> {
    db.exec("DELETE FROM connection_warning WHERE firm_id = $1 AND connection_id = $2", params![db.id(), connection]).await?;
    for (place, line) in words.iter().enumerate() {
        let sql = "INSERT INTO connection_warning (firm_id, connection_id, place, words, since) VALUES ($1, $2, $3, $4, $5)";
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        db.exec(sql, params![db.id(), connection, place, line, now]).await?;
    }
    Ok(())
}
