//! Who sees a household through the portal: their rights changed, their access ended. Both count from the next request on.

use crate::households::{self, Found};
use crate::permission_sets::{self, Choice};
use crate::portal::{self, Access};
use crate::{App, Error, Result, events, policy};
use model::invitation::End;
use model::permission::Action;
use model::portal::Rights;
use model::{Actor, FirmScope, HouseholdId, MemberId, UserId};
use serde_json::json;
use store::Firm;

/// Somebody with access, for the form that changes it.
pub struct Holder {
    pub found: Found,
    pub access: Access,
    pub name: String,
    pub choices: Vec<Choice>,
    pub ceiling: Rights,
}

async fn live(db: &Firm, household: HouseholdId, login: UserId) -> Result<Access> {
    store::portal::find(db, household, login).await?.filter(|a| a.ended_at.is_none()).ok_or(Error::NotFound)
}

#[crate::boxed]
pub async fn holder(app: &App, scope: &FirmScope, household: HouseholdId, login: UserId) -> Result<Holder> {
    let Actor::User(me) = scope.actor() else { return Err(Error::NotFound) };
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::AskClient, Some(household)).await?;
    let found = households::load(app, &db, scope, household).await?;
    let access = live(&db, household, login).await?;
    let name = store::logins::find(&db, login).await?.ok_or(Error::NotFound)?.name;
    let ceiling = portal::ceiling(&store::firms::own(&db).await?.settings);
    let choices = permission_sets::choices(&db, me, ceiling).await?;
    Ok(Holder { found, access, name, choices, ceiling })
}

#[crate::boxed]
pub async fn change(app: &App, scope: &FirmScope, household: HouseholdId, login: UserId, rights: Rights, set: &str) -> Result<()> {
    let Actor::User(me) = scope.actor() else { return Err(Error::NotFound) };
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::AskClient, Some(household)).await?;
    let was = live(&tx, household, login).await?;
    let given = store::members::find(&tx, was.member).await?.map_or_else(|| "the client".into(), |m| m.given);
    let ceiling = portal::ceiling(&store::firms::own(&tx).await?.settings);
    permission_sets::check(rights, ceiling, &given)?;
    let choices = permission_sets::choices(&tx, me, ceiling).await?;
    let set_name = permission_sets::name_of(&choices, rights, set).to_owned();
    let detail = json!({ "login": login, "was": was.rights.to_string(), "rights": rights.to_string(), "set": set_name });
    store::portal::save(&tx, &Access { rights, set_name, changed_at: app.now(), ..was }).await?;
    events::record(app, &tx, scope, Some(household), "portal.changed", login, detail).await?;
    Ok(tx.commit().await?)
}

#[crate::boxed]
pub async fn end_access(app: &App, scope: &FirmScope, household: HouseholdId, login: UserId) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::AskClient, Some(household)).await?;
    let Some(was) = store::portal::find(&tx, household, login).await? else { return Err(Error::NotFound) };
    if was.ended_at.is_some() {
        // A doubled click finds it done.
        return Ok(());
    }
    close(app, &tx, scope, was).await?;
    Ok(tx.commit().await?)
}

async fn close(app: &App, tx: &Firm, scope: &FirmScope, was: Access) -> Result<()> {
    let (now, household, login) = (app.now(), was.household, was.login);
    let detail = json!({ "login": login, "member": was.member });
    store::portal::save(tx, &Access { changed_at: now, ended_at: Some(now), ..was }).await?;
    events::record(app, tx, scope, Some(household), "portal.ended", login, detail).await
}

/// Whoever leaves the household sees nothing of it any more, and comes in by no invitation.
#[crate::boxed]
pub(crate) async fn end_of_member(app: &App, tx: &Firm, scope: &FirmScope, household: HouseholdId, member: MemberId) -> Result<()> {
    let all = store::portal::of_household(tx, household).await?.into_iter();
    for was in all.filter(|a| a.member == member && a.ended_at.is_none()) {
        close(app, tx, scope, was).await?;
    }
    if let Some(i) = store::invitations::live(tx, household, member).await? {
        super::end(app, tx, scope, &i, End::Revoked).await?;
    }
    Ok(())
}
