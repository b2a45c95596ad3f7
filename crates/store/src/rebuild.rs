//! What the rebuild of projections needs beyond the features' own functions: firms, first versions, rows that nothing stands behind.

use crate::{Firm, Result, System, params};
use model::{FirmId, Time};
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
