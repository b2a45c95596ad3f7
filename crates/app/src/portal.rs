//! Through whose eyes a household is seen in the client portal. A [`Lens`] is the proof: every page of the portal is read through one, and
//! what its rights withhold is not read at all (P25, P38). Made anew for each request, so a changed right counts at once (P26).

use crate::{App, Error, Result, events, policy};
use model::permission::{Action, Role, Standing, may};
use model::portal::{Area, Right, Rights};
use model::{Actor, FirmScope, HouseholdId, MemberId, UserId};
use serde_json::json;
use store::Firm;
pub use store::portal::Access;

/// A household as one client may see it.
#[derive(Debug, Clone)]
pub struct Lens {
    /// Of whoever looks: the client, or the adviser who previews.
    pub scope: FirmScope,
    pub household: HouseholdId,
    pub household_name: String,
    /// Whose portal it is.
    pub login: UserId,
    pub member: MemberId,
    rights: Rights,
    /// An adviser looks through the client's eyes: everything is shown as to the client, nothing can be done.
    pub preview: bool,
    /// The client's sign-in was set up anew less than a day ago: nothing is exported, nothing new is connected.
    pub held: bool,
}

impl Lens {
    pub fn rights(&self) -> Rights {
        self.rights
    }
    pub fn holds(&self, right: Right) -> bool {
        self.rights.holds(right)
    }
    /// Reading what the right is for. A right withheld and a missing page are the same.
    pub fn need(&self, right: Right) -> Result<()> {
        if !may(Action::of(right), Standing::client(self.rights.holds(right))) {
            return Err(Error::NotFound);
        }
        match right {
            Right::Print(_) if self.held => Err(Error::Refused(crate::recovery::held_words())),
            _ => Ok(()),
        }
    }
    pub fn view(&self, area: Area) -> Result<()> {
        self.need(Right::View(area))
    }
    /// Doing what the right is for: in a preview nothing is done.
    pub fn act(&self, right: Right) -> Result<()> {
        self.need(right)?;
        if right == Right::Connect && self.held {
            return Err(Error::Refused(crate::recovery::held_words()));
        }
        self.as_client()
    }
    /// Doing something that every client may do.
    pub fn as_client(&self) -> Result<()> {
        if self.preview { Err(Error::Refused("This is a preview: only the client can do this.".into())) } else { Ok(()) }
    }
}

/// A household in a client's list.
#[derive(Debug, Clone)]
pub struct Entry {
    pub household: HouseholdId,
    pub name: String,
    pub rights: Rights,
}

/// What the firm lets its advisers share at most (D11).
pub fn ceiling(settings: &store::firms::Settings) -> Rights {
    match settings.portal_ceiling.as_deref() {
        None => Rights::ALL,
        // A ceiling that cannot be read shares nothing: better too little than too much.
        Some(text) => Rights::from_text(text).unwrap_or(Rights::NONE),
    }
}

/// The households that this client may see now (P35).
#[crate::boxed]
pub async fn households(app: &App, scope: &FirmScope) -> Result<Vec<Entry>> {
    let Actor::User(who) = scope.actor() else { return Err(Error::NotFound) };
    let db = app.store().read(scope).await?;
    let ceiling = ceiling(&store::firms::own(&db).await?.settings);
    let mut out = Vec::new();
    for a in store::portal::of_login(&db, who).await? {
        if let Some(h) = store::households::find(&db, a.household).await? {
            out.push(Entry { household: h.id, name: h.name, rights: a.rights.under(ceiling) });
        }
    }
    Ok(out)
}

/// The signed-in client's own view of a household; `NotFound` for everybody and everything else.
#[crate::boxed]
pub async fn enter(app: &App, scope: &FirmScope, household: HouseholdId) -> Result<Lens> {
    let db = app.store().read(scope).await?;
    enter_in(&db, scope, household).await
}

/// The same inside a transaction that is already open.
#[crate::boxed]
pub async fn enter_in(db: &Firm, scope: &FirmScope, household: HouseholdId) -> Result<Lens> {
    let Actor::User(who) = scope.actor() else { return Err(Error::NotFound) };
    if store::policy::role(db, who).await? != Some(Role::Client) {
        return Err(Error::NotFound);
    }
    lens(db, scope, household, who, false).await
}

/// What a client sees, for an adviser who may see the household (issue: "preview as this client").
#[crate::boxed]
pub async fn preview(app: &App, scope: &FirmScope, household: HouseholdId, login: UserId) -> Result<Lens> {
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::ViewHousehold, Some(household)).await?;
    lens(&db, scope, household, login, true).await
}

async fn lens(db: &Firm, scope: &FirmScope, household: HouseholdId, login: UserId, preview: bool) -> Result<Lens> {
    let access = store::portal::find(db, household, login).await?.filter(|a| a.ended_at.is_none()).ok_or(Error::NotFound)?;
    let rights = access.rights.under(ceiling(&store::firms::own(db).await?.settings));
    let name = store::households::find(db, household).await?.ok_or(Error::NotFound)?.name;
    // A job ends the hold when its day is over.
    let held = store::logins::held_until(db, login).await?.is_some();
    Ok(Lens { scope: *scope, household, household_name: name, login, member: access.member, rights, preview, held })
}

#[allow(dead_code)] // Invitations grant.
/// Gives a login its rights in the caller's transaction, under the firm's ceiling as it is now.
#[crate::boxed]
pub(crate) async fn grant(app: &App, db: &Firm, scope: &FirmScope, access: &Access) -> Result<()> {
    store::portal::save(db, access).await?;
    let detail = json!({ "login": access.login, "member": access.member, "rights": access.rights.to_string(), "set": access.set_name });
    events::record(app, db, scope, Some(access.household), "portal.granted", access.login, detail).await
}
