//! How a member of staff looks to clients and colleagues: title, telephone, and when their photograph was last changed.

use crate::{Firm, Result, Row, params};
use model::permission::Role;
use model::{Time, UserId};

#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    pub login: UserId,
    pub name: String,
    pub email: String,
    pub title: Option<String>,
    pub phone: Option<String>,
    /// None while there is no photograph.
    pub likeness_at: Option<Time>,
    pub active: bool,
}

/// The name that a person's photograph is kept under.
pub fn picture(login: UserId) -> String {
    format!("likeness:{login}")
}

/// All staff of the firm.
pub async fn cards(db: &Firm) -> Result<Vec<Card>> {
    let sql =
        "SELECT id, name, email, title, phone, role, disabled_at FROM login WHERE firm_id = $1 AND role <> 'client' ORDER BY name, id";
    let pictures = db.all("SELECT name, changed_at FROM picture WHERE firm_id = $1", params![db.id()]).await?;
    let pictures = pictures.iter().map(|r| Ok((r.text("name")?, r.time("changed_at")?))).collect::<Result<Vec<_>>>()?;
    let read = |r: &Row| {
        let login: UserId = r.id("id")?;
        Ok(Card {
            name: r.text("name")?,
            email: r.text("email")?,
            title: r.opt_text("title")?,
            phone: r.opt_text("phone")?,
            likeness_at: pictures.iter().find(|(n, _)| *n == picture(login)).map(|(_, at)| *at),
            active: r.opt_time("disabled_at")?.is_none(),
            login,
        })
    };
    db.all(sql, params![db.id()]).await?.iter().map(read).collect()
}

/// One member of staff; clients have no card.
pub async fn card(db: &Firm, login: UserId) -> Result<Option<Card>> {
    let sql = "SELECT l.name, l.email, l.title, l.phone, l.role, l.disabled_at, (SELECT p.changed_at FROM picture p \
               WHERE p.firm_id = l.firm_id AND p.name = $3) AS likeness_at FROM login l WHERE l.firm_id = $1 AND l.id = $2";
    let Some(r) = db.one(sql, params![db.id(), login, picture(login)]).await? else { return Ok(None) };
    if !r.word("role", Role::from_key)?.is_staff() {
        return Ok(None);
    }
    Ok(Some(Card {
        login,
        name: r.text("name")?,
        email: r.text("email")?,
        title: r.opt_text("title")?,
        phone: r.opt_text("phone")?,
        likeness_at: r.opt_time("likeness_at")?,
        active: r.opt_time("disabled_at")?.is_none(),
    }))
}

/// Sets title and telephone; empty is none.
pub async fn set(db: &Firm, login: UserId, title: &str, phone: &str) -> Result<()> {
    let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
    let sql = "UPDATE login SET title = $3, phone = $4 WHERE firm_id = $1 AND id = $2";
    db.exec(sql, params![db.id(), login, some(title), some(phone)]).await?;
    Ok(())
}
