//! What a backup needs of the database: how much there is, whether it is whole, its keys taken out and put back, and the end of what must
//! not come back to life. Knows nothing of files.

use crate::{Result, System, migrate, params};
use model::Time;
use std::collections::BTreeMap;
use uuid::Uuid;

/// One wrapped key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    pub firm: Uuid,
    pub owner: Uuid,
    pub version: i64,
    pub wrapped: Vec<u8>,
    pub created_at: i64,
}

pub async fn keys(db: &System) -> Result<Vec<KeyRow>> {
    let sql = "SELECT firm_id, owner_id, version, wrapped, created_at FROM keyring ORDER BY firm_id, owner_id, version";
    let read = |r: &crate::Row| {
        Ok(KeyRow {
            firm: r.id::<model::id::Firm>("firm_id")?.uuid(),
            owner: r.id::<model::id::Firm>("owner_id")?.uuid(),
            version: r.int("version")?,
            wrapped: r.bytes("wrapped")?,
            created_at: r.int("created_at")?,
        })
    };
    db.all(sql, vec![]).await?.iter().map(read).collect()
}

pub async fn put_key(db: &System, k: &KeyRow) -> Result<()> {
    let sql = "INSERT INTO keyring (firm_id, owner_id, version, wrapped, created_at) VALUES ($1, $2, $3, $4, $5)";
    db.exec(sql, params![k.firm, k.owner, k.version, k.wrapped.clone(), k.created_at]).await?;
    Ok(())
}

/// Takes every key out of this copy.
pub async fn remove_keys(db: &System) -> Result<()> {
    db.exec("DELETE FROM keyring", vec![]).await?;
    Ok(())
}

/// Rows of each table, the keyring apart.
pub async fn counts(db: &System) -> Result<BTreeMap<String, i64>> {
    let mut out = BTreeMap::new();
    for table in migrate::tables().into_iter().filter(|t| t != "keyring") {
        let row = db.one(&format!("SELECT COUNT(*) AS n FROM {table}"), vec![]).await?.ok_or(crate::Error::Gone)?;
        out.insert(table, row.int("n")?);
    }
    Ok(out)
}

/// SQLite's own check of the file and of every reference.
pub async fn is_whole(db: &System) -> Result<bool> {
    let found = db.all("PRAGMA integrity_check", vec![]).await?;
    let fine = found.len() == 1 && found[0].text("integrity_check")? == "ok";
    let torn = db.all("PRAGMA foreign_key_check", vec![]).await?;
    // A key's firm is asked for again when the keys are back.
    Ok(fine && torn.is_empty())
}

/// Sessions, links and invitations of the past do not come back.
pub async fn end_the_past(db: &System, now: Time) -> Result<()> {
    db.exec("DELETE FROM session", vec![]).await?;
    db.exec("DELETE FROM link_session", vec![]).await?;
    db.exec("UPDATE link SET ended_at = $1, end_reason = 'revoked' WHERE ended_at IS NULL", params![now]).await?;
    db.exec("UPDATE login SET invite_hash = NULL, invite_until = NULL", vec![]).await?;
    for table in ["invitation", "recovery"] {
        db.exec(&format!("UPDATE {table} SET ended_at = $1, end_reason = 'revoked' WHERE ended_at IS NULL"), params![now]).await?;
    }
    db.exec("UPDATE support_grant SET ended_at = $1 WHERE ended_at IS NULL", params![now]).await?;
    db.exec("DELETE FROM enrolment", vec![]).await?;
    db.exec("DELETE FROM ceremony", vec![]).await?;
    db.exec("UPDATE connection SET lease_until = NULL, lease_epoch = lease_epoch + 1", vec![]).await?;
    Ok(())
}
