//! Price histories: what each security is, and its closes by year, packed. Decides nothing.

use crate::{Error, Firm, Result, Row, params};
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use model::risk::{AssetClass, Close, pack};
use model::{Currency, Date, ImportId, Time};
use std::collections::BTreeMap;
use std::io::Read;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Security {
    /// As positions name it, or `class:…`, `rate:…`.
    pub key: String,
    pub name: String,
    pub class: Option<AssetClass>,
    pub currency: Currency,
    /// Where the newest closes came from: `file NAME`, `market NAME`.
    pub source: String,
    pub first: Date,
    pub last: Date,
    pub closes: i64,
    pub changed_at: Time,
}

fn read(r: &Row) -> Result<Security> {
    Ok(Security {
        key: r.text("security")?,
        name: r.text("name")?,
        class: match r.opt_text("class")? {
            Some(word) => Some(AssetClass::from_key(&word).ok_or(Error::Unreadable("class"))?),
            None => None,
        },
        currency: r.text("currency")?.parse().map_err(|_| Error::Unreadable("currency"))?,
        source: r.text("source")?,
        first: r.opt_date("first_day")?.ok_or(Error::Unreadable("first_day"))?,
        last: r.opt_date("last_day")?.ok_or(Error::Unreadable("last_day"))?,
        closes: r.int("closes")?,
        changed_at: r.time("changed_at")?,
    })
}

pub async fn all(db: &Firm) -> Result<Vec<Security>> {
    db.all("SELECT * FROM price_security WHERE firm_id = $1 ORDER BY security", params![db.id()]).await?.iter().map(read).collect()
}

pub async fn find(db: &Firm, key: &str) -> Result<Option<Security>> {
    let sql = "SELECT * FROM price_security WHERE firm_id = $1 AND security = $2";
    db.one(sql, params![db.id(), key]).await?.as_ref().map(read).transpose()
}

/// Whether the firm has any history, and when one changed last.
pub async fn newest(db: &Firm) -> Result<Option<Time>> {
    let sql = "SELECT max(changed_at) AS at FROM price_security WHERE firm_id = $1";
    db.one(sql, params![db.id()]).await?.map_or(Ok(None), |r| r.opt_time("at"))
}

/// The closes of some securities from a year on, in order of days.
pub async fn histories(db: &Firm, keys: &[String], from: i16) -> Result<BTreeMap<String, Vec<Close>>> {
    let mut out: BTreeMap<String, Vec<Close>> = BTreeMap::new();
    for some in keys.chunks(100) {
        let places: Vec<String> = (0..some.len()).map(|n| format!("${}", n + 3)).collect();
        let sql = format!(
            "SELECT security, year, body FROM price_year WHERE firm_id = $1 AND year >= $2 AND security IN ({}) ORDER BY security, year",
            places.join(", ")
        );
        let mut values = params![db.id(), i64::from(from)];
        values.extend(some.iter().map(|k| crate::Param::param(k.as_str())));
        for r in db.all(&sql, values).await? {
            out.entry(r.text("security")?).or_default().extend(year(&r)?);
        }
    }
    Ok(out)
}

fn year(r: &Row) -> Result<Vec<Close>> {
    let year = i16::try_from(r.int("year")?).map_err(|_| Error::Unreadable("year"))?;
    pack::unpack(year, &r.bytes("body")?).ok_or(Error::Unreadable("body"))
}

/// Writes what a security is; its years go with [`put_year`].
pub async fn put(db: &Firm, s: &Security) -> Result<()> {
    let sql = "INSERT INTO price_security (firm_id, security, name, class, currency, source, first_day, last_day, closes, changed_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (firm_id, security) DO UPDATE SET name = $3, class = $4, \
               currency = $5, source = $6, first_day = $7, last_day = $8, closes = $9, changed_at = $10";
    let class = s.class.map(AssetClass::key);
    let values = params![db.id(), &s.key, &s.name, class, s.currency.code(), &s.source, s.first, s.last, s.closes, s.changed_at];
    db.exec(sql, values).await?;
    Ok(())
}

pub async fn put_year(db: &Firm, key: &str, year: i16, closes: &[Close]) -> Result<()> {
    let body = pack::pack(year, closes).ok_or(Error::Unreadable("closes to write"))?;
    let sql = "INSERT INTO price_year (firm_id, security, year, body) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (firm_id, security, year) DO UPDATE SET body = $4";
    db.exec(sql, params![db.id(), key, i64::from(year), body]).await?;
    Ok(())
}

/// Takes a history out, whole.
pub async fn remove(db: &Firm, key: &str) -> Result<bool> {
    db.exec("DELETE FROM price_year WHERE firm_id = $1 AND security = $2", params![db.id(), key]).await?;
    Ok(db.exec("DELETE FROM price_security WHERE firm_id = $1 AND security = $2", params![db.id(), key]).await? == 1)
}

/// A security that somebody of the firm holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub key: String,
    pub name: String,
    pub ticker: Option<String>,
    pub kind: String,
}

/// Every security that is held in an account that counts.
pub async fn held(db: &Firm) -> Result<Vec<Held>> {
    let sql = "SELECT h.security AS security, min(h.name) AS name, min(h.ticker) AS ticker, min(h.kind) AS kind FROM holding h \
               JOIN account a ON a.firm_id = h.firm_id AND a.id = h.account_id \
               WHERE h.firm_id = $1 AND a.state IN ('live', 'disconnected') AND a.same_as IS NULL GROUP BY h.security ORDER BY h.security";
    let read = |r: &Row| Ok(Held { key: r.text("security")?, name: r.text("name")?, ticker: r.opt_text("ticker")?, kind: r.text("kind")? });
    db.all(sql, params![db.id()]).await?.iter().map(read).collect()
}

/// A file that was brought and not taken in yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub id: ImportId,
    pub name: String,
    /// What prices are in where the file does not say.
    pub currency: Currency,
    /// None when it has been taken in or its day is over.
    pub body: Option<Vec<u8>>,
    pub brought_by: String,
    pub brought_at: Time,
    pub done_at: Option<Time>,
}

pub async fn insert_file(db: &Firm, f: &File) -> Result<()> {
    let mut body = Vec::new();
    let plain = f.body.as_deref().unwrap_or_default();
    DeflateEncoder::new(plain, Compression::fast()).read_to_end(&mut body).map_err(|_| Error::Unreadable("file"))?;
    let sql = "INSERT INTO price_file (firm_id, id, name, currency, body, brought_by, brought_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    db.exec(sql, params![db.id(), f.id, &f.name, f.currency.code(), body, &f.brought_by, f.brought_at]).await?;
    Ok(())
}

pub async fn file(db: &Firm, id: ImportId) -> Result<Option<File>> {
    let Some(r) = db.one("SELECT * FROM price_file WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await? else { return Ok(None) };
    let body = match r.opt_bytes("body")? {
        Some(packed) => {
            let mut plain = Vec::new();
            DeflateDecoder::new(&packed[..]).take(64 << 20).read_to_end(&mut plain).map_err(|_| Error::Unreadable("file"))?;
            Some(plain)
        }
        None => None,
    };
    Ok(Some(File {
        id,
        name: r.text("name")?,
        currency: r.text("currency")?.parse().map_err(|_| Error::Unreadable("currency"))?,
        body,
        brought_by: r.text("brought_by")?,
        brought_at: r.time("brought_at")?,
        done_at: r.opt_time("done_at")?,
    }))
}

/// The file has been taken in: what it held goes.
pub async fn done(db: &Firm, id: ImportId, now: Time) -> Result<bool> {
    let sql = "UPDATE price_file SET body = NULL, done_at = $3 WHERE firm_id = $1 AND id = $2 AND done_at IS NULL";
    Ok(db.exec(sql, params![db.id(), id, now]).await? == 1)
}

/// Files that nobody took in go when their day is over.
pub async fn forget(db: &Firm, before: Time) -> Result<()> {
    db.exec("UPDATE price_file SET body = NULL WHERE firm_id = $1 AND brought_at < $2 AND body IS NOT NULL", params![db.id(), before])
        .await?;
    Ok(())
}
