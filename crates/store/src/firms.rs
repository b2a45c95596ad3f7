//! Firms: their name, plan, time zone and settings.

use crate::{Firm, Result, Row, System, params, row::to_json};
use model::plan::Plan;
use model::{FirmId, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an administrator sets for the firm. New fields get a default, so older rows stay readable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub support_email: String,
    pub support_phone: String,
    pub disclaimer: String,
    /// The product writes to clients by itself.
    pub sends_mail: bool,
    /// Passwords of 8 characters are allowed beside the second factor, which is always asked.
    pub short_passwords: bool,
    /// What advisers may share with clients at most, in the words of `model::portal`; nothing set: everything.
    pub portal_ceiling: Option<String>,
    /// How invited clients are proven beside the link, in the words of `model::invitation`; nothing set: by a code to the mailbox.
    pub portal_proof: String,
    /// Stands under every message that the product writes.
    pub mail_disclaimer: String,
    /// The organisation's own rules for talking with clients (P17), and the address where they stand in full.
    pub compliance: String,
    pub compliance_link: String,
    /// Where tickets go: a mailbox, the operator's for instance. Empty: the firm's own administrators.
    pub data_support: String,
    /// Clients may type an institution's sign-in into our own screens, where the way there asks for it.
    pub own_screens: bool,
    /// Letters in the firm's own words, by their key; those that are not here are ours.
    pub letters: BTreeMap<String, Wording>,
}

/// A letter as a firm words it: placeholders in braces, an empty line between paragraphs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Wording {
    pub subject: String,
    pub body: String,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            support_email: String::new(),
            support_phone: String::new(),
            disclaimer: String::new(),
            sends_mail: true,
            short_passwords: false,
            portal_ceiling: None,
            portal_proof: String::new(),
            mail_disclaimer: String::new(),
            compliance: String::new(),
            compliance_link: String::new(),
            data_support: String::new(),
            own_screens: true,
            letters: BTreeMap::new(),
        }
    }
}

#[derive(Debug, Clone)]
pub struct FirmRow {
    pub id: FirmId,
    pub name: String,
    pub plan: Plan,
    pub time_zone: String,
    pub settings: Settings,
    pub created_at: Time,
    /// When the firm's logo was last changed; none while it has none.
    pub logo_at: Option<Time>,
}

fn read(r: &Row) -> Result<FirmRow> {
    Ok(FirmRow {
        id: r.id("id")?,
        name: r.text("name")?,
        plan: r.word("plan", Plan::from_key)?,
        time_zone: r.text("time_zone")?,
        settings: r.json("settings")?,
        created_at: r.time("created_at")?,
        logo_at: r.opt_time("logo_at")?,
    })
}

const WHOLE: &str = "SELECT f.*, (SELECT p.changed_at FROM picture p WHERE p.firm_id = f.id AND p.name = 'logo') AS logo_at FROM firm f";

pub async fn all(db: &System) -> Result<Vec<FirmRow>> {
    db.all(&format!("{WHOLE} ORDER BY f.created_at, f.id"), vec![]).await?.iter().map(read).collect()
}

/// The firm of the handle.
pub async fn own(db: &Firm) -> Result<FirmRow> {
    let row = db.one(&format!("{WHOLE} WHERE f.id = $1"), params![db.id()]).await?;
    row.as_ref().map(read).transpose()?.ok_or(crate::Error::Gone)
}

/// Takes the firm's row for this unit: of several who change who runs the firm, one at a time looks whether they still may.
pub async fn hold(db: &Firm) -> Result<()> {
    db.exec("UPDATE firm SET name = name WHERE id = $1", params![db.id()]).await?;
    Ok(())
}

/// Begins a firm, in a unit of its own scope.
pub async fn insert(db: &Firm, f: &FirmRow) -> Result<()> {
    let sql = "INSERT INTO firm (id, name, plan, time_zone, settings, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    db.exec(sql, params![db.id(), &f.name, f.plan.key(), &f.time_zone, to_json(&f.settings)?, f.created_at]).await?;
    Ok(())
}

/// Saves name, time zone and settings. The plan is not the firm's to change.
pub async fn save(db: &Firm, f: &FirmRow) -> Result<()> {
    let sql = "UPDATE firm SET name = $2, time_zone = $3, settings = $4 WHERE id = $1";
    db.exec(sql, params![db.id(), &f.name, &f.time_zone, to_json(&f.settings)?]).await?;
    Ok(())
}

/// A picture of the firm's: (kind, bytes).
pub async fn picture(db: &Firm, name: &str) -> Result<Option<(String, Vec<u8>)>> {
    let sql = "SELECT mime, body FROM picture WHERE firm_id = $1 AND name = $2";
    db.one(sql, params![db.id(), name]).await?.map(|r| Ok((r.text("mime")?, r.bytes("body")?))).transpose()
}

pub async fn set_picture(db: &Firm, name: &str, mime: &str, body: &[u8], now: Time) -> Result<()> {
    let sql = "INSERT INTO picture (firm_id, name, mime, body, changed_at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (firm_id, name) DO UPDATE SET mime = $3, body = $4, changed_at = $5";
    db.exec(sql, params![db.id(), name, mime, body, now]).await?;
    Ok(())
}

pub async fn remove_picture(db: &Firm, name: &str) -> Result<bool> {
    Ok(db.exec("DELETE FROM picture WHERE firm_id = $1 AND name = $2", params![db.id(), name]).await? == 1)
}
