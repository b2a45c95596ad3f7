//! Installation-wide values; the sealed ones hold an envelope that only the vault opens.

use crate::{Result, System, params};
use model::Time;

pub async fn text(db: &System, name: &str) -> Result<Option<String>> {
    db.one("SELECT value FROM setting WHERE name = $1", params![name]).await?.map_or(Ok(None), |r| r.opt_text("value"))
}

pub async fn sealed(db: &System, name: &str) -> Result<Option<Vec<u8>>> {
    db.one("SELECT sealed FROM setting WHERE name = $1", params![name]).await?.map_or(Ok(None), |r| r.opt_bytes("sealed"))
}

pub async fn put(db: &System, name: &str, value: Option<&str>, sealed: Option<&[u8]>, now: Time) -> Result<()> {
    let sql = "INSERT INTO setting (name, value, sealed, changed_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (name) DO UPDATE SET value = $2, sealed = $3, changed_at = $4";
    db.exec(sql, params![name, value, sealed.map(<[u8]>::to_vec), now]).await?;
    Ok(())
}

pub async fn remove(db: &System, name: &str) -> Result<()> {
    db.exec("DELETE FROM setting WHERE name = $1", params![name]).await?;
    Ok(())
}
