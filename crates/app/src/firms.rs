//! Firms: what they are called, how clients reach them, what they allow, and what their plan includes.

use crate::mail::letters::{self, Kind};
use crate::{App, Error, Field, Result, events, pictures, policy, seal};
use model::permission::Action;
use model::plan::{Feature, Plan};
use model::{Actor, FirmId, FirmScope, Time};
use serde_json::json;
pub use store::firms::{FirmRow, Settings, Wording};

/// What people without a session see of the firm.
#[derive(Debug, Clone)]
pub struct Front {
    pub name: String,
    pub phone: String,
    pub email: String,
    /// Whose logo it is, and when it was last changed.
    pub logo: Option<(FirmId, Time)>,
}

/// Before a firm exists, and where several share a house, the product's own name stands there.
impl Default for Front {
    fn default() -> Front {
        Front { name: "Heldaway".into(), phone: String::new(), email: String::new(), logo: None }
    }
}

/// The firm of this installation, where there is exactly one.
#[crate::boxed]
pub async fn front(app: &App) -> Result<Front> {
    let db = app.store().read_system().await?;
    let rows = store::firms::all(&db).await?;
    let [firm] = rows.as_slice() else { return Ok(Front::default()) };
    let settings = &firm.settings;
    Ok(Front {
        name: firm.name.clone(),
        phone: settings.support_phone.clone(),
        email: settings.support_email.clone(),
        logo: firm.logo_at.map(|at| (firm.id, at)),
    })
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
#[crate::boxed]
pub async fn create(app: &App, tx: &store::Firm, new: &NewFirm) -> Result<()> {
    let row = FirmRow {
        id: new.id,
        name: new.name.clone(),
        plan: new.plan,
        time_zone: new.time_zone.clone(),
        settings: new.settings.clone(),
        created_at: app.now(),
        logo_at: None,
    };
    store::firms::insert(tx, &row).await?;
    seal::new_firm_key(app, tx).await?;
    let scope = FirmScope::new(new.id, Actor::System);
    events::record(app, tx, &scope, None, "firm.begun", new.id, json!({ "plan": new.plan.key() })).await
}

/// The actor's own firm.
#[crate::boxed]
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
        if let Some(message) = crate::likeness::phone_problem(self.support_phone.trim()) {
            say("support_phone", message);
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

#[crate::boxed]
pub async fn save(app: &App, scope: &FirmScope, change: &Change) -> Result<()> {
    change.check()?;
    alter(app, scope, "firm.changed", json!({}), |firm| change.apply(firm)).await
}

/// What the firm says under its messages, and its rules for talking with clients (P17).
#[derive(Debug, Clone)]
pub struct Statements {
    pub mail_disclaimer: String,
    pub compliance: String,
    pub compliance_link: String,
    /// Where tickets go (D22); empty: to the administrators.
    pub data_support: String,
}

#[crate::boxed]
pub async fn save_statements(app: &App, scope: &FirmScope, said: &Statements) -> Result<()> {
    let mut wrong = Vec::new();
    let link = said.compliance_link.trim();
    let is_page = |t: &str| url::Url::parse(t).is_ok_and(|u| matches!(u.scheme(), "https" | "http") && u.has_host());
    if !link.is_empty() && (link.len() > 300 || !is_page(link)) {
        wrong.push(Field { name: "compliance_link", message: "Enter a web address that begins with https://, or leave it empty.".into() });
    }
    for (name, text) in [("mail_disclaimer", &said.mail_disclaimer), ("compliance", &said.compliance)] {
        if text.chars().count() > 4000 {
            wrong.push(Field { name, message: "At most 4000 characters.".into() });
        }
    }
    let support = said.data_support.trim();
    if !support.is_empty() && !crate::staff::is_address(support) {
        wrong.push(Field { name: "data_support", message: "Enter an e-mail address, or leave it empty.".into() });
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    alter(app, scope, "firm.statements", json!({}), |firm| {
        firm.settings.mail_disclaimer = said.mail_disclaimer.trim().to_owned();
        firm.settings.compliance = said.compliance.trim().to_owned();
        firm.settings.compliance_link = link.to_owned();
        firm.settings.data_support = support.to_owned();
    })
    .await
}

/// Who Data Support is (D22): the mailbox that the firm named, else its administrators.
#[crate::boxed]
pub async fn data_support(db: &store::Firm, firm: &FirmRow) -> Result<String> {
    if !firm.settings.data_support.is_empty() {
        return Ok(firm.settings.data_support.clone());
    }
    let staff = store::logins::staff(db).await?;
    let able = staff.into_iter().filter(|l| l.role == model::permission::Role::Administrator && l.disabled_at.is_none());
    Ok(able.map(|l| l.email).collect::<Vec<_>>().join(","))
}

/// A letter in the firm's own words; none, or ours again, goes back to ours.
#[crate::boxed]
pub async fn set_letter(app: &App, scope: &FirmScope, kind: Kind, wording: Option<Wording>) -> Result<()> {
    let own = wording.map(|w| Wording { subject: w.subject.trim().into(), body: w.body.trim().into() });
    if let Some(w) = &own {
        letters::check(kind, w).map_err(Error::Invalid)?;
    }
    let own = own.filter(|w| *w != kind.ours());
    alter(app, scope, "firm.letter", json!({ "letter": kind.key(), "own": own.is_some() }), |firm| {
        match own {
            Some(w) => firm.settings.letters.insert(kind.key().into(), w),
            None => firm.settings.letters.remove(kind.key()),
        };
    })
    .await
}

/// Whether the product writes to clients by itself (D1).
#[crate::boxed]
pub async fn set_sends_mail(app: &App, scope: &FirmScope, sends: bool) -> Result<()> {
    alter(app, scope, "firm.mail", json!({ "sends": sends }), |firm| firm.settings.sends_mail = sends).await
}

/// Whether clients may type an institution's sign-in into our own screens.
#[crate::boxed]
pub async fn set_own_screens(app: &App, scope: &FirmScope, on: bool) -> Result<()> {
    alter(app, scope, "firm.own_screens", json!({ "on": on }), |firm| firm.settings.own_screens = on).await
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

/// Takes a logo: a PNG or JPEG, told by its first bytes and served as nothing else.
#[crate::boxed]
pub async fn set_logo(app: &App, scope: &FirmScope, body: &[u8]) -> Result<()> {
    let picture = pictures::check("logo", body)?;
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::ManageFirm, None).await?;
    store::firms::set_picture(&tx, LOGO, picture.mime, &picture.body, app.now()).await?;
    events::record(app, &tx, scope, None, "firm.logo", scope.firm(), json!({ "bytes": picture.body.len() })).await?;
    Ok(tx.commit().await?)
}

/// Back to the product's own mark.
#[crate::boxed]
pub async fn remove_logo(app: &App, scope: &FirmScope) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::ManageFirm, None).await?;
    if store::firms::remove_picture(&tx, LOGO).await? {
        events::record(app, &tx, scope, None, "firm.logo", scope.firm(), json!({ "bytes": 0 })).await?;
    }
    Ok(tx.commit().await?)
}

/// The logo: (kind, bytes). Anybody who knows the firm's address may see it; clients do before they sign in.
#[crate::boxed]
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
