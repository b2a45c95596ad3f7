//! Links for one person: only the hash of a link's secret is here, so this file cannot open one.

use crate::{Firm, Result, Row, System, params};
use model::link::{Delivery, End, Life, Purpose};
use model::{FirmId, HouseholdId, LinkId, MemberId, Time, UserId};

#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    pub firm: FirmId,
    pub id: LinkId,
    pub household: HouseholdId,
    pub member: MemberId,
    pub purpose: Purpose,
    pub made_by: UserId,
    pub created_at: Time,
    pub life: Life,
    pub sent_at: Option<Time>,
    pub opened_at: Option<Time>,
    /// The kind of device, in words.
    pub opened_on: Option<String>,
    pub connected_at: Option<Time>,
}

fn read(r: &Row) -> Result<Link> {
    let ended = match (r.opt_time("ended_at")?, r.opt_text("end_reason")?) {
        (Some(at), Some(why)) => Some((at, End::from_key(&why).ok_or(crate::Error::Unreadable("end_reason"))?)),
        _ => None,
    };
    let life = Life { delivery: r.word("delivery", Delivery::from_key)?, expires_at: r.time("expires_at")?, ended };
    Ok(Link {
        firm: r.id("firm_id")?,
        id: r.id("id")?,
        household: r.id("household_id")?,
        member: r.id("member_id")?,
        purpose: r.word("purpose", purpose_from)?,
        made_by: r.id("made_by")?,
        created_at: r.time("created_at")?,
        life,
        sent_at: r.opt_time("sent_at")?,
        opened_at: r.opt_time("opened_at")?,
        opened_on: r.opt_text("opened_on")?,
        connected_at: r.opt_time("connected_at")?,
    })
}

/// The portal's own way in stands beside the link that the adviser gave: neither replaces the other.
const PORTAL: &str = "portal:";

fn purpose_key(purpose: Purpose, delivery: Delivery) -> String {
    if delivery == Delivery::Portal { format!("{PORTAL}{purpose}") } else { purpose.to_string() }
}
fn purpose_from(key: &str) -> Option<Purpose> {
    Purpose::from_key(key.strip_prefix(PORTAL).unwrap_or(key))
}

pub async fn insert(db: &Firm, l: &Link, hash: &[u8]) -> Result<()> {
    let sql = "INSERT INTO link (firm_id, id, household_id, member_id, purpose, delivery, hash, made_by, created_at, expires_at, sent_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let values = params![
        db.id(),
        l.id,
        l.household,
        l.member,
        purpose_key(l.purpose, l.life.delivery),
        l.life.delivery.key(),
        hash,
        l.made_by,
        l.created_at,
        l.life.expires_at,
        l.sent_at,
    ];
    db.exec(sql, values).await?;
    Ok(())
}

/// Whoever's link this secret is: a link names its firm and nothing else does.
pub async fn by_hash(db: &System, hash: &[u8]) -> Result<Option<Link>> {
    db.one("SELECT * FROM link WHERE hash = $1", params![hash]).await?.as_ref().map(read).transpose()
}

pub async fn find(db: &Firm, id: LinkId) -> Result<Option<Link>> {
    db.one("SELECT * FROM link WHERE firm_id = $1 AND id = $2", params![db.id(), id]).await?.as_ref().map(read).transpose()
}

/// The person's live link that an adviser gave for a purpose, or the newest whatever became of it.
pub async fn newest(db: &Firm, member: MemberId, purpose: Purpose) -> Result<Option<Link>> {
    latest(db, member, purpose.to_string()).await
}

/// The same of the ways that the person opened in the portal.
pub async fn newest_of_portal(db: &Firm, member: MemberId, purpose: Purpose) -> Result<Option<Link>> {
    latest(db, member, purpose_key(purpose, Delivery::Portal)).await
}

async fn latest(db: &Firm, member: MemberId, purpose: String) -> Result<Option<Link>> {
    let sql = "SELECT * FROM link WHERE firm_id = $1 AND member_id = $2 AND purpose = $3 \
               ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, created_at DESC, id DESC LIMIT 1";
    db.one(sql, params![db.id(), member, purpose]).await?.as_ref().map(read).transpose()
}

/// Links that nobody has opened yet and whose secret this member of staff was shown.
pub async fn in_hand(db: &Firm, who: UserId) -> Result<Vec<Link>> {
    let sql =
        "SELECT * FROM link WHERE firm_id = $1 AND made_by = $2 AND ended_at IS NULL AND opened_at IS NULL AND delivery <> $3 ORDER BY id";
    db.all(sql, params![db.id(), who, Delivery::Mail.key()]).await?.iter().map(read).collect()
}

/// Every link of a household, newest first.
pub async fn of_household(db: &Firm, household: HouseholdId) -> Result<Vec<Link>> {
    let sql = "SELECT * FROM link WHERE firm_id = $1 AND household_id = $2 ORDER BY created_at DESC, id DESC";
    db.all(sql, params![db.id(), household]).await?.iter().map(read).collect()
}

/// Ends one link. False when it had ended already.
pub async fn end(db: &Firm, id: LinkId, now: Time, why: End) -> Result<bool> {
    let sql = "UPDATE link SET ended_at = $3, end_reason = $4 WHERE firm_id = $1 AND id = $2 AND ended_at IS NULL";
    Ok(db.exec(sql, params![db.id(), id, now, why.key()]).await? == 1)
}

/// Marks a link as opened: for exactly one caller, and only while it works.
pub async fn open(db: &Firm, id: LinkId, now: Time, device: &str) -> Result<bool> {
    let sql = "UPDATE link SET opened_at = $3, opened_on = $4 WHERE firm_id = $1 AND id = $2 AND opened_at IS NULL AND ended_at IS NULL AND expires_at > $3";
    Ok(db.exec(sql, params![db.id(), id, now, device]).await? == 1)
}

/// The mail server took the message.
pub async fn sent(db: &Firm, id: LinkId, now: Time) -> Result<()> {
    db.exec("UPDATE link SET sent_at = $3 WHERE firm_id = $1 AND id = $2 AND sent_at IS NULL", params![db.id(), id, now]).await?;
    Ok(())
}

/// Something was connected or repaired through it.
pub async fn connected(db: &Firm, id: LinkId, now: Time) -> Result<()> {
    let sql = "UPDATE link SET connected_at = $3 WHERE firm_id = $1 AND id = $2 AND connected_at IS NULL";
    db.exec(sql, params![db.id(), id, now]).await?;
    Ok(())
}

/// How a member of staff is called and reached.
pub async fn staff(db: &Firm, who: UserId) -> Result<Option<(String, String)>> {
    let row = db.one("SELECT name, email FROM login WHERE firm_id = $1 AND id = $2", params![db.id(), who]).await?;
    row.map(|r| Ok((r.text("name")?, r.text("email")?))).transpose()
}
