//! Firms: their name, plan, time zone and settings.

use crate::{Firm, Result, Row, System, params, row::to_json};
use model::plan::Plan;
use model::{FirmId, Time};
use serde::{Deserialize, Serialize};

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
    /// What the logo is: "image/png", "image/jpeg"; "" for none. The picture stands in its own setting.
    pub logo: String,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            support_email: String::new(),
            support_phone: String::new(),
            disclaimer: String::new(),
            sends_mail: true,
            short_passwords: false,
            logo: String::new(),
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
}

fn read(r: &Row) -> Result<FirmRow> {
    Ok(FirmRow {
        id: r.id("id")?,
        name: r.text("name")?,
        plan: r.word("plan", Plan::from_key)?,
        time_zone: r.text("time_zone")?,
        settings: r.json("settings")?,
        created_at: r.time("created_at")?,
    })
}

pub async fn all(db: &System) -> Result<Vec<FirmRow>> {
    db.all("SELECT * FROM firm ORDER BY created_at, id", vec![]).await?.iter().map(read).collect()
}

/// The firm of the handle.
pub async fn own(db: &Firm) -> Result<FirmRow> {
    let row = db.one("SELECT * FROM firm WHERE id = $1", params![db.id()]).await?;
    row.as_ref().map(read).transpose()?.ok_or(crate::Error::Gone)
}

pub async fn insert(db: &System, f: &FirmRow) -> Result<()> {
    let sql = "INSERT INTO firm (id, name, plan, time_zone, settings, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    db.exec(sql, params![f.id, &f.name, f.plan.key(), &f.time_zone, to_json(&f.settings)?, f.created_at]).await?;
    Ok(())
}

/// Saves name, time zone and settings. The plan is not the firm's to change.
pub async fn save(db: &Firm, f: &FirmRow) -> Result<()> {
    let sql = "UPDATE firm SET name = $2, time_zone = $3, settings = $4 WHERE id = $1";
    db.exec(sql, params![db.id(), &f.name, &f.time_zone, to_json(&f.settings)?]).await?;
    Ok(())
}
