//! Asset Sync from the adviser's side: for whom, three ways to start, what became of the link, taking it back, reading out a code.

mod dialog;
mod send;

pub(crate) use dialog::day_long;
pub use dialog::{Dialog, Letter, Seen, dialog};
pub use send::send;
pub use store::mail::State as MailState;

use crate::links::{self, For};
use crate::{App, Error, Result, events, policy};
use model::link::{Delivery, End, Purpose};
use model::permission::Action;
use model::plan::Feature;
use model::{FirmScope, HouseholdId, LinkId, MemberId, Secret, Time};
use serde_json::json;
use store::Firm;
use store::connections::Removal;
use store::members::Member;

/// A link as it is shown once, right after it was made.
pub struct Shown {
    pub address: Secret<String>,
    /// An SVG picture of the address.
    pub qr: Secret<String>,
    pub until: Time,
}

/// The person of the household that this is about, when the actor may ask them and the plan has it.
async fn whom(app: &App, db: &Firm, scope: &FirmScope, to: &For) -> Result<Member> {
    policy::check(app, db, scope, Action::AskClient, Some(to.household)).await?;
    included(db).await?;
    let member = store::members::find(db, to.member).await?.filter(|m| m.household == to.household && m.active).ok_or(Error::NotFound)?;
    about(db, to).await?;
    Ok(member)
}

async fn included(db: &Firm) -> Result<()> {
    if store::policy::terms(db).await?.plan.includes(Feature::AssetSync) { Ok(()) } else { Err(Error::NotInPlan) }
}

/// The institution that a repair is about: a live connection of this very person.
async fn about(db: &Firm, to: &For) -> Result<Option<String>> {
    let Some(id) = to.purpose.connection() else { return Ok(None) };
    let c = store::connections::find(db, id).await?.filter(|c| c.removal == Removal::None);
    c.filter(|c| c.household == to.household && c.member == to.member).map(|c| Some(c.institution)).ok_or(Error::NotFound)
}

/// Whom a request about one connection goes to: the person whose sign-in it is.
#[crate::boxed]
pub async fn to_mend(app: &App, scope: &FirmScope, purpose: Purpose) -> Result<For> {
    let db = app.store().read(scope).await?;
    let id = purpose.connection().ok_or(Error::NotFound)?;
    let c = store::connections::find(&db, id).await?.filter(|c| c.removal == Removal::None).ok_or(Error::NotFound)?;
    policy::check(app, &db, scope, Action::AskClient, Some(c.household)).await?;
    Ok(For { household: c.household, member: c.member, purpose })
}

/// Launch now (N16): for 60 minutes and one browser.
#[crate::boxed]
pub async fn launch(app: &App, scope: &FirmScope, to: &For, id: LinkId) -> Result<Option<Shown>> {
    make(app, scope, to, id, Delivery::Launch).await
}

/// Share link (N18): for one week, to paste into a message of the adviser's own.
#[crate::boxed]
pub async fn share(app: &App, scope: &FirmScope, to: &For, id: LinkId) -> Result<Option<Shown>> {
    make(app, scope, to, id, Delivery::Share).await
}

async fn make(app: &App, scope: &FirmScope, to: &For, id: LinkId, delivery: Delivery) -> Result<Option<Shown>> {
    let tx = app.store().begin(scope).await?;
    whom(app, &tx, scope, to).await?;
    let Some((link, token)) = links::make(app, &tx, scope, id, to, delivery).await? else { return Ok(None) };
    tx.commit().await?;
    app.wake();
    let address = links::address(app, &token);
    let qr = crate::qr::svg(&address)?;
    Ok(Some(Shown { address: Secret::new(address.to_string()), qr: Secret::new(qr), until: link.life.expires_at }))
}

/// Takes the live link back. Nothing to take back is fine.
#[crate::boxed]
pub async fn revoke(app: &App, scope: &FirmScope, to: &For) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    whom(app, &tx, scope, to).await?;
    if let Some(link) = store::links::newest(&tx, to.member, to.purpose).await?.filter(|l| l.life.opens(app.now())) {
        links::end(app, &tx, scope, &link, End::Revoked).await?;
    }
    Ok(tx.commit().await?)
}

/// The dialog with an unopened Launch now was closed: its code on the screen ends too. A browser that is in goes on.
#[crate::boxed]
pub async fn close(app: &App, scope: &FirmScope, to: &For) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    whom(app, &tx, scope, to).await?;
    let now = app.now();
    let open = store::links::newest(&tx, to.member, to.purpose).await?;
    if let Some(link) = open.filter(|l| l.life.delivery == Delivery::Launch && l.life.opens(now) && l.opened_at.is_none()) {
        links::end(app, &tx, scope, &link, End::Revoked).await?;
    }
    Ok(tx.commit().await?)
}

/// A code to read out, for a browser that waits and a person without a mailbox at hand. The newest browser that waits gets it.
#[crate::boxed]
pub async fn read_out(app: &App, scope: &FirmScope, to: &For) -> Result<Secret<String>> {
    let tx = app.store().begin(scope).await?;
    whom(app, &tx, scope, to).await?;
    let now = app.now();
    let link = store::links::newest(&tx, to.member, to.purpose).await?.filter(|l| l.life.opens(now)).ok_or(Error::NotFound)?;
    let sessions = store::link_sessions::of_link(&tx, link.id).await?;
    let waits = sessions.into_iter().find(crate::connect_flow::waits_for_code);
    let session = waits.ok_or_else(|| Error::Refused("No browser waits for a code. Ask them to open the link first.".into()))?;
    let code = crate::connect_flow::give_code(app, &tx, &session).await?;
    events::record(app, &tx, scope, Some(to.household), "link.code_read_out", link.id, json!({ "member": to.member })).await?;
    tx.commit().await?;
    Ok(code)
}

/// Members who can be asked, adults first.
fn askable(mut members: Vec<Member>) -> Vec<Member> {
    members.retain(|m| m.role.is_person());
    members.sort_by_key(|m| (m.role != model::fact::MemberRole::Adult, m.place));
    members
}

/// The person asked for, or the first.
fn chosen(people: &[Member], wanted: Option<MemberId>) -> Result<Member> {
    let found = match wanted {
        Some(id) => people.iter().find(|m| m.id == id),
        None => people.first(),
    };
    found.cloned().ok_or(Error::NotFound)
}

/// The page that the adviser finds this on.
pub fn page(household: HouseholdId) -> String {
    format!("/households/{household}/asset-sync")
}
