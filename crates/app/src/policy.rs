//! May this actor do it? Reads the one table in `model::permission`; every act that touches a household begins here.

use crate::{App, Error, Result};
use jiff::tz::TimeZone;
use model::permission::{Action, Role, Standing, TeamRole, may};
use model::{Actor, Date, FirmScope, HouseholdId};
use store::Firm;

/// Where the actor stands, if they may. A household that may not be viewed, that belongs to another firm or that does not exist is `NotFound`.
pub async fn check(_app: &App, db: &Firm, scope: &FirmScope, action: Action, household: Option<HouseholdId>) -> Result<Standing> {
    let who = match (scope.actor(), household) {
        (Actor::System, Some(id)) if store::policy::exists(db, id).await? => system(),
        (Actor::System, None) => system(),
        (Actor::System, Some(_)) => return Err(Error::NotFound),
        // Somebody who came through a link has the link's own pages and nothing else.
        (Actor::Person { .. }, _) => return Err(Error::NotFound),
        (Actor::User(user), Some(id)) => store::policy::standing(db, user, id).await?.ok_or(Error::NotFound)?,
        (Actor::User(user), None) => {
            let role = store::policy::role(db, user).await?.ok_or(Error::NotFound)?;
            Standing { role, team: None, private: false }
        }
    };
    if household.is_some() && !may(Action::ViewHousehold, who) {
        return Err(Error::NotFound);
    }
    if may(action, who) {
        return Ok(who);
    }
    match action {
        Action::EditHousehold | Action::AskClient | Action::Refresh => {
            Err(Error::Refused("Only the household’s own team can do this.".into()))
        }
        Action::EndAccount => Err(Error::Refused("Only the lead or a sub-adviser of the household can do this.".into())),
        Action::ViewHousehold | Action::AddHousehold | Action::ManageFirm | Action::EditDirectory => Err(Error::NotFound),
    }
}

fn system() -> Standing {
    Standing { role: Role::Administrator, team: Some(TeamRole::Lead), private: false }
}

/// The firm's time zone; UTC when this machine does not know its name.
pub async fn zone(db: &Firm) -> Result<TimeZone> {
    let name = store::policy::terms(db).await?.zone;
    Ok(TimeZone::get(&name).unwrap_or(TimeZone::UTC))
}

/// Today where the firm is.
pub async fn today(app: &App, db: &Firm) -> Result<Date> {
    Ok(app.now().date(&zone(db).await?))
}
