//! The client portal: the frame of its pages and the way to a household. What may be shown comes from a lens; an adviser's preview uses the
//! same pages through another lens.

mod account;
mod accounts;
mod back;
mod connect;
mod manage;
mod needs;
mod pages;
mod reports;
mod signals;
mod support;
mod together;
mod told;
mod words;

pub(crate) use pages::{PortalPath, page};
pub(crate) use words::shelf_kind;

use crate::Web;
use crate::at::At;
use crate::respond::{Answer, Page, see};
use crate::routes::{Audience, Route};
use crate::session::{Client, initials};
use crate::view::portal::{PortalHere, PortalHouseholds, PortalShell};
use crate::view::shell::{Contact, Note};
use app::portal::{Entry, Lens};
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::portal::{Area, Right};
use model::{AccountId, HouseholdId};

pub fn routes() -> Vec<Route> {
    use Audience::Client;
    vec![
        Route::get("/portal", Client, begin),
        Route::get("/portal/households", Client, households),
        Route::get("/portal/support", Client, support::contents),
        Route::get("/portal/support/{guide}", Client, support::guide),
        Route::get("/portal/{household}", Client, home),
        Route::get("/portal/{household}/map", Client, map),
        Route::get("/portal/{household}/members", Client, members),
        Route::get("/portal/{household}/financials", Client, financials),
        Route::get("/portal/{household}/financials.csv", Client, financials_file),
        Route::get("/portal/{household}/balance-sheet", Client, balance_sheet),
        Route::get("/portal/{household}/balance-sheet.csv", Client, balance_sheet_file),
        Route::get("/portal/{household}/policies", Client, policies),
        Route::get("/portal/{household}/signals", Client, signals),
        Route::get("/portal/{household}/reports", Client, reports_list),
        Route::get("/portal/{household}/accounts", Client, organizer),
        Route::get("/portal/{household}/accounts/new", Client, connect::choose),
        Route::get("/portal/{household}/accounts/by-hand", Client, connect::by_hand),
        Route::post("/portal/{household}/accounts/by-hand", Client, connect::add),
        Route::get("/portal/{household}/accounts/{account}", Client, account),
        Route::post("/portal/{household}/accounts/{account}", Client, account::set_value),
        Route::post("/portal/{household}/accounts/{account}/remove", Client, account::remove),
        Route::get("/portal/{household}/accounts/{account}/change", Client, manage::change),
        Route::post("/portal/{household}/accounts/{account}/change", Client, manage::save),
        Route::get("/portal/{household}/accounts/{account}/end/{how}", Client, manage::ask_end),
        Route::post("/portal/{household}/accounts/{account}/end/{how}", Client, manage::end),
        Route::post("/portal/{household}/connect", Client, connect::go),
        Route::post("/portal/{household}/connections/{connection}/refresh", Client, accounts::refresh),
        Route::post("/portal/{household}/connections/{connection}/tell", Client, back::ask),
        Route::get("/portal/{household}/connections/{connection}/disconnect", Client, manage::ask_disconnect),
        Route::post("/portal/{household}/connections/{connection}/disconnect", Client, manage::disconnect),
        Route::get("/portal/{household}/together", Client, together::show),
        Route::post("/portal/{household}/together", Client, together::begin),
        Route::post("/portal/{household}/together/end", Client, together::end),
        Route::get("/portal/{household}/wrong", Client, told::ask),
        Route::post("/portal/{household}/wrong", Client, told::send),
        Route::get("/portal/{household}/told", Client, told::list),
        Route::get("/portal/{household}/access", Client, support::access),
        Route::get("/portal/{household}/leave", Client, support::ask_leave),
        Route::post("/portal/{household}/leave", Client, support::leave),
    ]
}

/// `/portal/hh_…`.
pub fn at(household: HouseholdId) -> String {
    format!("/portal/{household}")
}

/// The frame before a household was chosen.
fn bare(web: &Web, client: &Client) -> PortalShell {
    PortalShell {
        firm: client.firm.clone(),
        logo: crate::settings::logo_href(client.session.logo_at.map(|at| (client.scope.firm(), at))),
        person: client.name.clone(),
        initials: initials(&client.name),
        who: client.user.to_string(),
        theme: client.preferences.theme(),
        csrf: client.csrf.clone(),
        sandbox: web.app.config().demo,
        said: client.said.clone().map(Note::ok),
        pulse: client.at.0.to_string(),
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
        may_accounts: app::portal_accounts::opens(lens),
        may_reports: Area::ALL.into_iter().any(may),
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

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Asked {
    print: String,
    /// Which of the things that need the client the bar shows, from 1.
    need: String,
    #[serde(flatten)]
    map: crate::map::Asked,
}

/// A page of one household as its client sees it. Asked for with the print window it needs the right to print as well (P38).
async fn show(web: Web, client: Client, household: HouseholdId, path: PortalPath, asked: &Asked) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    if let (false, Some(area)) = (asked.print.is_empty(), path.area()) {
        lens.need(Right::Print(area))?;
    }
    let need = asked.need.parse().unwrap_or(1);
    let frame =
        PortalShell { need, choice: asked.map.choice(), day: asked.map.day.clone(), ..shell(&web, &client, &lens, path.here()).await? };
    page(&web, frame, &lens, path).await
}

macro_rules! shown {
    ($($name:ident $path:ident;)*) => { $(
        async fn $name(State(web): State<Web>, client: Client, At(household): At<HouseholdId>, Query(asked): Query<Asked>) -> Answer {
            show(web, client, household, PortalPath::$path, &asked).await
        }
    )* };
}

shown! {
    home Home;
    map Map;
    members Members;
    financials Financials;
    balance_sheet BalanceSheet;
    policies Policies;
    signals Signals;
    reports_list Reports;
    organizer Accounts;
}

async fn account(State(web): State<Web>, client: Client, At((household, id)): At<(HouseholdId, AccountId)>) -> Answer {
    show(web, client, household, PortalPath::Account(id), &Asked::default()).await
}

async fn financials_file(State(web): State<Web>, client: Client, At(household): At<HouseholdId>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    reports::file(&web, &lens, Area::Financials).await
}

async fn balance_sheet_file(State(web): State<Web>, client: Client, At(household): At<HouseholdId>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    reports::file(&web, &lens, Area::BalanceSheet).await
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
