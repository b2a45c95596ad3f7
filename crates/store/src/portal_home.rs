//! What the portal's pages read beside the household itself: who answers for it, who its clients are, who added an account.

use crate::{Firm, Result, params};
use model::{AccountId, HouseholdId, MemberId, UserId};

/// A member of staff as clients reach them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adviser {
    pub id: UserId,
    pub name: String,
    pub title: Option<String>,
    pub email: String,
    pub phone: Option<String>,
}

/// Somebody of the staff who still works here.
pub async fn adviser(db: &Firm, who: UserId) -> Result<Option<Adviser>> {
    let sql = "SELECT id, name, title, email, phone FROM login WHERE firm_id = $1 AND id = $2 AND role <> 'client' AND disabled_at IS NULL";
    let row = db.one(sql, params![db.id(), who]).await?;
    row.map(|r| {
        let given = |text: Option<String>| text.filter(|t| !t.trim().is_empty());
        Ok(Adviser {
            id: r.id("id")?,
            name: r.text("name")?,
            title: given(r.opt_text("title")?),
            email: r.text("email")?,
            phone: given(r.opt_text("phone")?),
        })
    })
    .transpose()
}

/// The names of a household's clients, those whose access ended too.
pub async fn clients(db: &Firm, household: HouseholdId) -> Result<Vec<(UserId, String)>> {
    let sql = "SELECT l.id AS id, l.name AS name FROM portal_access p JOIN login l ON l.firm_id = p.firm_id AND l.id = p.login_id \
               WHERE p.firm_id = $1 AND p.household_id = $2 ORDER BY l.name, l.id";
    db.all(sql, params![db.id(), household]).await?.iter().map(|r| Ok((r.id("id")?, r.text("name")?))).collect()
}

/// What is recorded when a client adds an account by hand.
pub const ADDED: &str = "account.added_by_client";

/// Accounts that people of the household added themselves, and who did.
pub async fn added_by_clients(db: &Firm, household: HouseholdId) -> Result<Vec<(AccountId, MemberId)>> {
    let sql = "SELECT object, detail FROM event WHERE firm_id = $1 AND household_id = $2 AND kind = $3";
    let mut out = Vec::new();
    for r in db.all(sql, params![db.id(), household, ADDED]).await? {
        let member = serde_json::from_str::<serde_json::Value>(&r.text("detail")?).ok();
        let member = member.and_then(|d| d.get("member")?.as_str()?.parse().ok());
        if let (Ok(account), Some(member)) = (r.text("object")?.parse(), member) {
            out.push((account, member));
        }
    }
    Ok(out)
}
