//! Firms: what they are called, how clients reach them, what they allow.

use crate::{App, Result};

/// What people without a session see of the firm.
#[derive(Debug, Clone)]
pub struct Front {
    pub name: String,
    pub phone: String,
    pub email: String,
}

/// Before a firm exists, and where several share a house, the product's own name stands there.
impl Default for Front {
    fn default() -> Front {
        Front { name: "Heldaway".into(), phone: String::new(), email: String::new() }
    }
}

/// The firm of this installation, where there is exactly one.
pub async fn front(app: &App) -> Result<Front> {
    let db = app.store().read_system().await?;
    let rows = store::firms::all(&db).await?;
    let [firm] = rows.as_slice() else { return Ok(Front::default()) };
    let settings = &firm.settings;
    Ok(Front { name: firm.name.clone(), phone: settings.support_phone.clone(), email: settings.support_email.clone() })
}
