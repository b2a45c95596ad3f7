//! May this actor do it? Reads the one table in `model::permission`; every act that touches a household begins here.

use crate::{App, Error, Result};
use jiff::tz::TimeZone;
use model::permission::{Action, Role, Standing, TeamRole, may};
use model::{Actor, Date, FirmScope, HouseholdId, UserId};
use store::Firm;

/// Where the actor stands, if they may. A household that may not be viewed, that belongs to another firm or that does not exist is `NotFound`.
#[crate::boxed]
pub async fn check(app: &App, db: &Firm, scope: &FirmScope, action: Action, household: Option<HouseholdId>) -> Result<Standing> {
    let who = match (scope.actor(), household) {
        (Actor::System, Some(id)) if store::policy::exists(db, id).await? => system(),
        (Actor::System, None) => system(),
        (Actor::System, Some(_)) => return Err(Error::NotFound),
        // Somebody who came through a link has the link's own pages and nothing else.
        (Actor::Person { .. }, _) => return Err(Error::NotFound),
        (Actor::User(user), Some(id)) => standing(app, db, user, id).await?,
        (Actor::User(user), None) => {
            let role = store::policy::role(db, user).await?.ok_or(Error::NotFound)?;
            Standing::staff(role, None, false)
        }
    };
    if household.is_some() && !may(Action::ViewHousehold, who) {
        return Err(Error::NotFound);
    }
    if may(action, who) {
        return Ok(who);
    }
    match action {
        Action::EditHousehold | Action::AskClient | Action::Refresh | Action::ReportProblem | Action::SeeLooks => {
            Err(Error::Refused("Only the household’s own team can do this.".into()))
        }
        Action::EndAccount | Action::ManageTeam => {
            Err(Error::Refused("Only the lead or a sub-adviser of the household can do this.".into()))
        }
        Action::GrantSupport => Err(Error::Refused("Only the lead or an administrator can let support look.".into())),
        _ => Err(Error::NotFound),
    }
}

/// Support stands there only while a grant lasts.
async fn standing(app: &App, db: &Firm, user: UserId, household: HouseholdId) -> Result<Standing> {
    let who = store::policy::standing(db, user, household).await?.ok_or(Error::NotFound)?;
    let granted = who.role == Role::Support && store::support::live(db, household, user, app.now()).await?.is_some();
    Ok(Standing { granted, ..who })
}

fn system() -> Standing {
    Standing::staff(Role::Administrator, Some(TeamRole::Lead), false)
}

/// The firm's time zone; UTC when this machine does not know its name.
#[crate::boxed]
pub async fn zone(db: &Firm) -> Result<TimeZone> {
    let name = store::policy::terms(db).await?.zone;
    Ok(TimeZone::get(&name).unwrap_or(TimeZone::UTC))
}

/// Today where the firm is.
#[crate::boxed]
pub async fn today(app: &App, db: &Firm) -> Result<Date> {
    Ok(app.now().date(&zone(db).await?))
}
