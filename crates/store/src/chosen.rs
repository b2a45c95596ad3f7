//! What the client said of each account that a sign-in showed, before any of them was stored: theirs to see or left out, and whose.

use crate::row::to_json;
use crate::{Firm, Result, params};
use model::fact::Owner;
use model::{ConnectionId, Time};
use std::collections::HashMap;

#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    pub kept: bool,
    /// Empty where nobody was asked: the person whose sign-in it is.
    pub owners: Vec<Owner>,
}

/// The choices of one connection; none where the accounts were chosen elsewhere.
#[derive(Debug, Default)]
pub struct Choices(HashMap<String, Chosen>);

impl Choices {
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }
    pub fn of(&self, external_id: &str) -> Option<&Chosen> {
        self.0.get(external_id)
    }
    pub fn keeps(&self, external_id: &str) -> bool {
        self.of(external_id).is_some_and(|c| c.kept)
    }
    /// The client saw it and left it out: it is not stored.
    pub fn leaves_out(&self, external_id: &str) -> bool {
        self.of(external_id).is_some_and(|c| !c.kept)
    }
    /// Whether an account that nobody knows may be stored: with choices, only one that was chosen.
    pub fn may_store(&self, external_id: &str) -> bool {
        !self.any() || self.keeps(external_id)
    }
}

pub async fn of(db: &Firm, connection: ConnectionId) -> Result<Choices> {
    let sql = "SELECT external_id, kept, owners FROM chosen_account WHERE firm_id = $1 AND connection_id = $2";
    let mut all = HashMap::new();
    for r in db.all(sql, params![db.id(), connection]).await? {
        all.insert(r.text("external_id")?, Chosen { kept: r.flag("kept")?, owners: r.json("owners")? });
    }
    Ok(Choices(all))
}

/// The last word on an account counts.
pub async fn put(db: &Firm, connection: ConnectionId, external_id: &str, chosen: &Chosen, now: Time) -> Result<()> {
    let sql = "INSERT INTO chosen_account (firm_id, connection_id, external_id, kept, owners, chosen_at) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (firm_id, connection_id, external_id) DO UPDATE SET kept = $4, owners = $5, chosen_at = $6";
    db.exec(sql, params![db.id(), connection, external_id, chosen.kept, to_json(&chosen.owners)?, now]).await?;
    Ok(())
}

/// The sign-in shows an account that the client has not chosen yet.
pub async fn tell_new(db: &Firm, connection: ConnectionId) -> Result<()> {
    db.exec("UPDATE connection SET new_accounts = TRUE WHERE firm_id = $1 AND id = $2", params![db.id(), connection]).await?;
    Ok(())
}
