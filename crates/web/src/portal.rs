//! The client portal: the frame of its pages and the way to a household. What may be shown comes from a lens; an adviser's preview uses the
//! same pages through another lens.

mod pages;

#[allow(unused_imports, reason = "the preview reads these")]
pub(crate) use pages::{PortalPath, page};

use crate::Web;
use crate::respond::{Answer, Page, see};
use crate::routes::{Audience, Route};
use crate::session::{Client, initials};
use crate::view::portal::{PortalHere, PortalHouseholds, PortalShell};
use crate::view::shell::{Contact, Note};
use app::portal::{Entry, Lens};
use axum::extract::State;
use axum::response::IntoResponse;
use model::HouseholdId;
use model::portal::{Area, Right};

pub fn routes() -> Vec<Route> {
    vec![Route::get("/portal", Audience::Client, begin), Route::get("/portal/households", Audience::Client, households)]
}

/// `/portal/hh_…`.
pub fn at(household: HouseholdId) -> String {
    format!("/portal/{household}")
}

/// The frame before a household was chosen.
fn bare(web: &Web, client: &Client) -> PortalShell {
    PortalShell {
        firm: client.firm.clone(),
        person: client.name.clone(),
        initials: initials(&client.name),
        who: client.user.to_string(),
        theme: client.preferences.theme(),
        csrf: client.csrf.clone(),
        sandbox: web.app.config().demo,
        said: client.said.clone().map(Note::ok),
        idle: app::sessions::CLIENT_IDLE.as_seconds(),
        ..PortalShell::default()
    }
}

/// What the menu shows of a household: the areas that the lens lets through, and nothing else.
pub(crate) fn framed(shell: PortalShell, lens: &Lens, base: String, here: PortalHere) -> PortalShell {
    let may = |a| lens.holds(Right::View(a));
    PortalShell {
        here,
        household: lens.household_name.clone(),
        may_map: may(Area::Map),
        may_accounts: may(Area::Financials) || lens.holds(Right::Connect),
        may_reports: [Area::BalanceSheet, Area::Policies, Area::Signals, Area::Members].into_iter().any(may),
        stream: if lens.preview { String::new() } else { format!("{base}/live") },
        base,
        ..shell
    }
}

/// The frame of a client's own pages of one household.
pub(crate) async fn shell(web: &Web, client: &Client, lens: &Lens, here: PortalHere) -> Result<PortalShell, crate::respond::WebError> {
    let several = app::portal::households(&web.app, &client.scope).await?.len() > 1;
    Ok(PortalShell { several, ..framed(bare(web, client), lens, at(lens.household), here) })
}

async fn begin(State(web): State<Web>, client: Client) -> Answer {
    let all = app::portal::households(&web.app, &client.scope).await?;
    Ok(match all.as_slice() {
        [one] => see(at(one.household)),
        _ => list(&web, &client, &all).await,
    })
}

async fn households(State(web): State<Web>, client: Client) -> Answer {
    let all = app::portal::households(&web.app, &client.scope).await?;
    Ok(list(&web, &client, &all).await)
}

async fn list(web: &Web, client: &Client, all: &[Entry]) -> axum::response::Response {
    let households = all.iter().map(|e| (e.name.clone(), at(e.household))).collect();
    let contact = Contact { firm: client.firm.clone(), ..Contact::default() };
    Page(PortalHouseholds { shell: bare(web, client), households, contact }).into_response()
}
