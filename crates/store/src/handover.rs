//! What somebody who leaves had in hand. Decides nothing.

use crate::{Firm, Result, params};
use model::{HouseholdId, Time, UserId};

/// The households that somebody leads, by name.
pub async fn led(db: &Firm, who: UserId) -> Result<Vec<(HouseholdId, String)>> {
    let sql = "SELECT id, name FROM household WHERE firm_id = $1 AND lead_id = $2 ORDER BY name_key, id";
    db.all(sql, params![db.id(), who]).await?.iter().map(|r| Ok((r.id("id")?, r.text("name")?))).collect()
}

/// The households that somebody works on beside their lead, by name.
pub async fn helped(db: &Firm, who: UserId) -> Result<Vec<(HouseholdId, String)>> {
    let sql = "SELECT h.id, h.name FROM team t JOIN household h ON h.firm_id = t.firm_id AND h.id = t.household_id \
               WHERE t.firm_id = $1 AND t.login_id = $2 AND h.lead_id <> $2 ORDER BY h.name_key, h.id";
    db.all(sql, params![db.id(), who]).await?.iter().map(|r| Ok((r.id("id")?, r.text("name")?))).collect()
}

/// Holds a person's row until the unit ends: whoever gives them something at the same instant waits, or finds them gone. True while they
/// may still sign in.
pub async fn hold(db: &Firm, who: UserId) -> Result<bool> {
    let sql = "UPDATE login SET name = name WHERE firm_id = $1 AND id = $2 AND disabled_at IS NULL";
    Ok(db.exec(sql, params![db.id(), who]).await? == 1)
}

/// A household's live links that clients have, made by one person, are answered for by another from now on.
pub async fn pass_links(db: &Firm, household: HouseholdId, from: UserId, to: UserId) -> Result<u64> {
    let sql = "UPDATE link SET made_by = $4 WHERE firm_id = $1 AND household_id = $2 AND made_by = $3 AND ended_at IS NULL";
    db.exec(sql, params![db.id(), household, from, to]).await
}

/// Ends the invitations whose secret somebody was shown and nobody has opened; the rest of them are another's from now on.
pub async fn end_invitations(db: &Firm, who: UserId, now: Time) -> Result<Vec<(model::InvitationId, HouseholdId)>> {
    let open = "firm_id = $1 AND made_by = $2 AND ended_at IS NULL AND accepted_at IS NULL AND opened_at IS NULL";
    let found = db.all(&format!("SELECT id, household_id FROM invitation WHERE {open} ORDER BY id"), params![db.id(), who]).await?;
    let sql = format!("UPDATE invitation SET ended_at = $3, end_reason = 'revoked' WHERE {open}");
    db.exec(&sql, params![db.id(), who, now]).await?;
    found.iter().map(|r| Ok((r.id("id")?, r.id("household_id")?))).collect()
}

pub async fn pass_invitations(db: &Firm, household: HouseholdId, from: UserId, to: UserId) -> Result<u64> {
    let sql = "UPDATE invitation SET made_by = $4 WHERE firm_id = $1 AND household_id = $2 AND made_by = $3 AND ended_at IS NULL";
    db.exec(sql, params![db.id(), household, from, to]).await
}
