//! The portal as one client sees it, for advisers who may see the household: the client's own pages through a lens that does nothing.

use crate::Web;
use crate::at::At;
use crate::map::Asked;
use crate::portal::{PortalPath, framed, page};
use crate::respond::{Answer, WebError};
use crate::routes::{Audience, Route};
use crate::session::{Staff, initials};
use crate::view::portal::PortalShell;
use axum::extract::{Query, State};
use model::portal::Area;
use model::{HouseholdId, UserId};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/households/{household}/portal/{login}/preview", Audience::Staff, home),
        Route::get("/households/{household}/portal/{login}/preview/{*path}", Audience::Staff, inner),
    ]
}

async fn home(State(web): State<Web>, staff: Staff, At((household, login)): At<(HouseholdId, UserId)>) -> Answer {
    show(&web, &staff, household, login, PortalPath::Home, &Asked::default()).await
}

async fn inner(
    State(web): State<Web>,
    staff: Staff,
    At((household, login, path)): At<(HouseholdId, UserId, String)>,
    Query(asked): Query<Asked>,
) -> Answer {
    let path = read(&path).ok_or(WebError::NotFound)?;
    show(&web, &staff, household, login, path, &asked).await
}

/// The pages that a client has and that can be looked at.
fn read(path: &str) -> Option<PortalPath> {
    if let Some(id) = path.strip_prefix("accounts/") {
        return id.parse().ok().map(PortalPath::Account);
    }
    Some(match path {
        "accounts" => PortalPath::Accounts,
        "reports" => PortalPath::Reports,
        area => match Area::from_key(area)? {
            Area::Map => PortalPath::Map,
            Area::Signals => PortalPath::Signals,
            Area::Members => PortalPath::Members,
            Area::Financials => PortalPath::Financials,
            Area::BalanceSheet => PortalPath::BalanceSheet,
            Area::Policies => PortalPath::Policies,
        },
    })
}

async fn show(web: &Web, staff: &Staff, household: HouseholdId, login: UserId, path: PortalPath, asked: &Asked) -> Answer {
    let lens = app::portal::preview(&web.app, &staff.scope, household, login).await?;
    let name = app::portal_reports::about(&web.app, &lens).await?.member.name;
    let shell = PortalShell {
        firm: staff.firm.clone(),
        logo: crate::settings::logo_href(staff.session.logo_at.map(|at| (staff.scope.firm(), at))),
        initials: initials(&name),
        preview: Some(name.clone()),
        person: name,
        who: staff.user.to_string(),
        theme: staff.preferences.theme(),
        sandbox: web.app.config().demo,
        idle: app::sessions::IDLE.as_seconds(),
        choice: asked.choice(),
        day: asked.day.clone(),
        ..PortalShell::default()
    };
    let base = format!("/households/{household}/portal/{login}/preview");
    page(web, framed(shell, &lens, base, path.here()), &lens, path).await
}
