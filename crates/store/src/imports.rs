//! Files that people bring, the paths that they stand for, and how tables are read. Decides nothing.

use crate::{Firm, Result, Row, params};
use model::{ConnectionId, HouseholdId, ImportId, MemberId, Time};

/// A file as it was brought.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    pub id: ImportId,
    pub household: HouseholdId,
    /// Whose the accounts in it are said to be.
    pub member: MemberId,
    pub brought_by: String,
    pub name: String,
    pub institution: String,
    /// `ofx` or `csv`.
    pub form: String,
    /// Sealed; none when it has been taken in or its day is over.
    pub body: Option<Vec<u8>>,
    pub brought_at: Time,
    pub done_at: Option<Time>,
}

fn read(r: &Row) -> Result<File> {
    Ok(File {
        id: r.id("id")?,
        household: r.id("household_id")?,
        member: r.id("member_id")?,
        brought_by: r.text("brought_by")?,
        name: r.text("name")?,
        institution: r.text("institution")?,
        form: r.text("form")?,
        body: r.opt_bytes("body")?,
        brought_at: r.time("brought_at")?,
        done_at: r.opt_time("done_at")?,
    })
}

pub async fn insert(db: &Firm, f: &File) -> Result<()> {
    let sql = "INSERT INTO import_file (firm_id, id, household_id, member_id, brought_by, name, institution, form, body, brought_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values =
        params![db.id(), f.id, f.household, f.member, &f.brought_by, &f.name, &f.institution, &f.form, f.body.clone(), f.brought_at];
    db.exec(sql, values).await?;
    Ok(())
}

pub async fn find(db: &Firm, id: ImportId) -> Result<Option<File>> {
    db.one("SELECT * FROM import_file WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?.as_ref().map(read).transpose()
}

/// The file has been taken in: what it held goes.
pub async fn done(db: &Firm, id: ImportId, now: Time) -> Result<bool> {
    let sql = "UPDATE import_file SET body = NULL, done_at = $3 WHERE firm_id = $1 AND id = $2 AND done_at IS NULL";
    Ok(db.exec(sql, params![db.id(), id, now]).await? == 1)
}

/// Files that nobody took in go when their day is over.
pub async fn forget(db: &Firm, before: Time) -> Result<()> {
    db.exec("UPDATE import_file SET body = NULL WHERE firm_id = $1 AND brought_at < $2 AND body IS NOT NULL", params![db.id(), before])
        .await?;
    Ok(())
}

/// Of the files that one person brought and did not take in, the newest stay.
pub async fn keep_newest(db: &Firm, brought_by: &str, most: u32) -> Result<()> {
    let sql = "UPDATE import_file SET body = NULL WHERE firm_id = $1 AND brought_by = $2 AND body IS NOT NULL AND id NOT IN ( \
                 SELECT id FROM import_file WHERE firm_id = $1 AND brought_by = $2 AND body IS NOT NULL \
                 ORDER BY brought_at DESC, id DESC LIMIT $3)";
    db.exec(sql, params![db.id(), brought_by, most]).await?;
    Ok(())
}

/// The path that all files of one institution in one household are: its id, the institution's name as it was first given, and whose
/// files they are by their own word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub id: ConnectionId,
    pub institution: String,
    pub origin: Option<String>,
}

pub async fn source(db: &Firm, household: HouseholdId, key: &str) -> Result<Option<Source>> {
    let sql = "SELECT id, institution, origin FROM import_source WHERE firm_id = $1 AND household_id = $2 AND institution_key = $3";
    let read = |r: &Row| Ok(Source { id: r.id("id")?, institution: r.text("institution")?, origin: r.opt_text("origin")? });
    db.one(sql, params![db.id(), household, key]).await?.as_ref().map(read).transpose()
}

pub async fn put_source(db: &Firm, household: HouseholdId, key: &str, s: &Source) -> Result<()> {
    let sql = "INSERT INTO import_source (firm_id, id, household_id, institution_key, institution, origin) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (firm_id, household_id, institution_key) DO UPDATE SET origin = $6";
    db.exec(sql, params![db.id(), s.id, household, key, &s.institution, s.origin.clone()]).await?;
    Ok(())
}

/// How a table with this heading was read the last time.
pub async fn mapping(db: &Firm, heading: &[u8]) -> Result<Option<String>> {
    let sql = "SELECT mapping FROM import_mapping WHERE firm_id = $1 AND heading = $2";
    db.one(sql, params![db.id(), heading.to_vec()]).await?.map(|r| r.text("mapping")).transpose()
}

pub async fn save_mapping(db: &Firm, heading: &[u8], mapping: &str, by: &str, now: Time) -> Result<()> {
    let sql = "INSERT INTO import_mapping (firm_id, heading, mapping, saved_at, saved_by) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (firm_id, heading) DO UPDATE SET mapping = $3, saved_at = $4, saved_by = $5";
    db.exec(sql, params![db.id(), heading.to_vec(), mapping, now, by]).await?;
    Ok(())
}
