//! Support sees no client data unless the firm lets one person of support look at one household, for at most an hour and for a reason.
//! It ends by itself or by hand; what was looked at meanwhile stands in the household's list of who looked.

use crate::households::Found;
use crate::{App, Error, Field, Result, events, households, policy};
use model::permission::{Action, Role};
use model::{Actor, FirmScope, HouseholdId, Span, SupportGrantId, UserId, text};
use serde_json::json;
pub use store::support::Grant;

/// Nobody is let in for longer.
pub const MOST_MINUTES: i64 = 60;

/// What the form says. The id was made when the form was shown, so that a second click lets nobody in twice.
#[derive(Debug, Clone)]
pub struct Asked {
    pub id: SupportGrantId,
    pub login: Option<UserId>,
    pub minutes: i64,
    pub reason: String,
}

/// Lets somebody of support look at a household.
#[crate::boxed]
pub async fn give(app: &App, scope: &FirmScope, household: HouseholdId, asked: &Asked) -> Result<Grant> {
    let Actor::User(granted_by) = scope.actor() else { return Err(Error::NotFound) };
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::GrantSupport, Some(household)).await?;
    if let Some(there) = store::support::find(&tx, asked.id).await? {
        return if there.household == household { Ok(there) } else { Err(Error::NotFound) };
    }
    let staff = store::policy::staff(&tx).await?;
    let person = staff.iter().find(|s| Some(s.id) == asked.login && s.role == Role::Support && s.active);
    let reason = text::line(&asked.reason, 200);
    let mut wrong = Vec::new();
    if person.is_none() {
        wrong.push(Field { name: "login", message: "Choose who is let in".into() });
    }
    if !(1..=MOST_MINUTES).contains(&asked.minutes) {
        wrong.push(Field { name: "minutes", message: format!("Choose between 1 and {MOST_MINUTES} minutes") });
    }
    if reason.is_empty() {
        wrong.push(Field { name: "reason", message: "Say why. The household’s people read it".into() });
    }
    let Some(person) = person.filter(|_| wrong.is_empty()) else { return Err(Error::Invalid(wrong)) };
    let now = app.now();
    let grant = Grant {
        id: asked.id,
        household,
        login: person.id,
        name: person.name.clone(),
        granted_by,
        granter: staff.iter().find(|s| s.id == granted_by).map(|s| s.name.clone()).unwrap_or_default(),
        reason,
        created_at: now,
        until: now + Span::minutes(asked.minutes),
        ended_at: None,
    };
    store::support::insert(&tx, &grant).await?;
    let detail = json!({ "login": grant.login, "minutes": asked.minutes, "reason": grant.reason });
    events::record(app, &tx, scope, Some(household), "support.let_in", grant.id, detail).await?;
    tx.commit().await?;
    Ok(grant)
}

/// Ends a grant at once: whoever could give it, and whoever has it.
#[crate::boxed]
pub async fn end(app: &App, scope: &FirmScope, id: SupportGrantId) -> Result<Grant> {
    let tx = app.store().begin(scope).await?;
    let grant = store::support::find(&tx, id).await?.ok_or(Error::NotFound)?;
    if scope.actor() != Actor::User(grant.login) {
        policy::check(app, &tx, scope, Action::GrantSupport, Some(grant.household)).await?;
    }
    if store::support::end(&tx, id, app.now()).await? {
        events::record(app, &tx, scope, Some(grant.household), "support.let_out", id, json!({ "login": grant.login })).await?;
    }
    tx.commit().await?;
    Ok(grant)
}

/// What the page of a household shows: whom one can let in, and who was.
#[derive(Debug, Clone)]
pub struct Page {
    pub found: Found,
    pub people: Vec<(UserId, String)>,
    pub grants: Vec<Grant>,
}

#[crate::boxed]
pub async fn page(app: &App, scope: &FirmScope, household: HouseholdId) -> Result<Page> {
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::GrantSupport, Some(household)).await?;
    let staff = store::policy::staff(&db).await?;
    Ok(Page {
        found: households::load(app, &db, scope, household).await?,
        people: staff.into_iter().filter(|s| s.role == Role::Support && s.active).map(|s| (s.id, s.name)).collect(),
        grants: store::support::of_household(&db, household, 50).await?,
    })
}

/// A grant that lasts, with the household's name.
#[derive(Debug, Clone)]
pub struct Lasting {
    pub grant: Grant,
    pub household: String,
}

/// What lasts now and this person is to know of on every page: support, what they were given; everybody else, who is let into the household
/// that the page is about.
#[crate::boxed]
pub async fn lasting(app: &App, scope: &FirmScope, role: Role, about: Option<HouseholdId>) -> Result<Vec<Lasting>> {
    let Actor::User(who) = scope.actor() else { return Ok(Vec::new()) };
    let (login, household) = if role == Role::Support { (Some(who), None) } else { (None, about) };
    if login.is_none() && household.is_none() {
        return Ok(Vec::new());
    }
    let db = app.store().read(scope).await?;
    let mut out = Vec::new();
    for grant in store::support::all_live(&db, login, household, app.now()).await? {
        // A household that the reader may not see is not named by a notice either.
        let seen = policy::check(app, &db, scope, Action::ViewHousehold, Some(grant.household)).await.is_ok();
        if let Some(h) = store::households::find(&db, grant.household).await?.filter(|_| seen) {
            out.push(Lasting { grant, household: h.name });
        }
    }
    Ok(out)
}
