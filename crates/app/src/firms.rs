//! Firms: what they are called, how clients reach them, what they allow, and what their plan includes.

use crate::{App, Error, Field, Result, events, policy, seal};
use model::permission::Action;
use model::plan::{Feature, Plan};
use model::{Actor, FirmId, FirmScope};
use serde_json::json;
pub use store::firms::{FirmRow, Settings};

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

/// A firm to begin with.
#[derive(Debug, Clone)]
pub struct NewFirm {
    pub id: FirmId,
    pub name: String,
    pub plan: Plan,
    pub time_zone: String,
    pub settings: Settings,
}

/// Begins a firm with its key in the caller's unit, which must be of this firm's scope.
pub async fn create(app: &App, tx: &store::Firm, new: &NewFirm) -> Result<()> {
    let row = FirmRow {
        id: new.id,
        name: new.name.clone(),
        plan: new.plan,
        time_zone: new.time_zone.clone(),
        settings: new.settings.clone(),
        created_at: app.now(),
    };
    store::firms::insert(tx, &row).await?;
    seal::new_firm_key(app, tx).await?;
    let scope = FirmScope::new(new.id, Actor::System);
    events::record(app, tx, &scope, None, "firm.begun", new.id, json!({ "plan": new.plan.key() })).await
}

/// The actor's own firm.
pub async fn own(app: &App, scope: &FirmScope) -> Result<FirmRow> {
    Ok(store::firms::own(&*app.store().read(scope).await?).await?)
}

/// What an administrator may change about the firm.
#[derive(Debug, Clone)]
pub struct Change {
    pub name: String,
    pub time_zone: String,
    pub support_email: String,
    pub support_phone: String,
    pub disclaimer: String,
}

impl Change {
    /// What is wrong, each at its field.
    pub fn check(&self) -> Result<()> {
        let mut wrong = Vec::new();
        let mut say = |name, message: &str| wrong.push(Field { name, message: message.into() });
        if self.name.trim().is_empty() || self.name.chars().count() > 100 || self.name.chars().any(char::is_control) {
            say("name", "Enter the firm’s name, at most 100 characters.");
        }
        if jiff::tz::TimeZone::get(&self.time_zone).is_err() {
            say("zone", "Choose a time zone.");
        }
        if !self.support_email.trim().is_empty() && !crate::staff::is_address(self.support_email.trim()) {
            say("support_email", "Enter an e-mail address, like help@example.com, or leave it empty.");
        }
        let phone = self.support_phone.trim();
        let digits = phone.chars().filter(char::is_ascii_digit).count();
        if !phone.is_empty()
            && (digits < 5 || phone.chars().count() > 40 || phone.chars().any(|c| !c.is_ascii_digit() && !" +-().x/".contains(c)))
        {
            say("support_phone", "Enter a phone number, or leave it empty.");
        }
        if self.disclaimer.chars().count() > 4000 {
            say("disclaimer", "At most 4000 characters.");
        }
        if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
    }

    pub(crate) fn apply(&self, firm: &mut FirmRow) {
        firm.name = self.name.split_whitespace().collect::<Vec<_>>().join(" ");
        firm.time_zone = self.time_zone.clone();
        firm.settings.support_email = self.support_email.trim().to_owned();
        firm.settings.support_phone = self.support_phone.trim().to_owned();
        firm.settings.disclaimer = self.disclaimer.trim().to_owned();
    }
}

pub async fn save(app: &App, scope: &FirmScope, change: &Change) -> Result<()> {
    change.check()?;
    alter(app, scope, "firm.changed", json!({}), |firm| change.apply(firm)).await
}

/// Whether the product writes to clients by itself (D1).
pub async fn set_sends_mail(app: &App, scope: &FirmScope, sends: bool) -> Result<()> {
    alter(app, scope, "firm.mail", json!({ "sends": sends }), |firm| firm.settings.sends_mail = sends).await
}

async fn alter(app: &App, scope: &FirmScope, kind: &str, detail: serde_json::Value, change: impl FnOnce(&mut FirmRow)) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::ManageFirm, None).await?;
    let mut firm = store::firms::own(&tx).await?;
    change(&mut firm);
    store::firms::save(&tx, &firm).await?;
    events::record(app, &tx, scope, None, kind, scope.firm(), detail).await?;
    Ok(tx.commit().await?)
}

const LOGO: &str = "logo";
const LOGO_BYTES: usize = 200 * 1024;

/// Takes a logo: a PNG or JPEG, told by its first bytes and served as nothing else.
pub async fn set_logo(app: &App, scope: &FirmScope, body: &[u8]) -> Result<()> {
    let mime = match body {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        _ => return Err(Error::field("logo", "Choose a PNG or JPEG picture.")),
    };
    if body.len() > LOGO_BYTES {
        return Err(Error::field("logo", "Choose a picture of at most 200 kB."));
    }
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::ManageFirm, None).await?;
    store::firms::set_picture(&tx, LOGO, mime, body, app.now()).await?;
    events::record(app, &tx, scope, None, "firm.logo", scope.firm(), json!({ "bytes": body.len() })).await?;
    Ok(tx.commit().await?)
}

/// The logo: (kind, bytes). Anybody who knows the firm's address may see it; clients do before they sign in.
pub async fn logo(app: &App, firm: FirmId) -> Result<(String, Vec<u8>)> {
    let db = app.store().read(&FirmScope::new(firm, Actor::System)).await?;
    store::firms::picture(&db, LOGO).await?.ok_or(Error::NotFound)
}

/// What the plan is called and includes: "Complete, with Asset Sync".
pub fn plan_line(plan: Plan) -> String {
    let name = match plan {
        Plan::Complete => "Complete",
        Plan::Heritage => "Heritage (no longer offered, kept for your firm)",
        Plan::Essentials => "Essentials",
    };
    if plan.includes(Feature::AssetSync) { format!("{name}, with Asset Sync") } else { format!("{name}. Asset Sync is not in your plan") }
}
