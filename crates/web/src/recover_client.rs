//! The adviser's page about one client's sign-in: beginning their recovery (P31), and what a ticket about a code says (P32, P33, D21).

use crate::Web;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::respond::{Answer, Page, WebError};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::recover::RecoverClient;
use crate::view::shell::Here;
use crate::view::words;
use app::recovery::{self, Spoken};
use axum::extract::State;
use axum::response::IntoResponse;
use model::{HouseholdId, UserId};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/households/{household}/portal/{login}/recover", Audience::Staff, show),
        Route::post("/households/{household}/portal/{login}/recover", Audience::Staff, start).fresh(),
    ]
}

type Whose = (HouseholdId, UserId);

async fn show(State(web): State<Web>, staff: Staff, At((household, login)): At<Whose>) -> Answer {
    Ok(Page(view(&web, &staff, household, login, None).await?).into_response())
}

async fn start(State(web): State<Web>, staff: Staff, At((household, login)): At<Whose>, Form(_): Form<Nothing>) -> Answer {
    let spoken = recovery::start_client(&web.app, &staff.scope, household, login).await?;
    Ok(Page(view(&web, &staff, household, login, Some(spoken)).await?).into_response())
}

async fn view(web: &Web, staff: &Staff, household: HouseholdId, login: UserId, spoken: Option<Spoken>) -> Result<RecoverClient, WebError> {
    let who = recovery::speak(&web.app, &staff.scope, household, login).await?;
    let ticket = app::security::ticket(&web.app, &staff.scope, household, login).await?;
    let (now, zone) = (web.app.now(), staff.zone());
    let body = ticket.lines.join("\r\n");
    let query = serde_urlencoded::to_string([("subject", &ticket.subject), ("body", &body)]).unwrap_or_default().replace('+', "%20");
    Ok(RecoverClient {
        shell: staff.shell(web, Here::Households),
        name: who.name,
        email: who.email,
        action: format!("/households/{household}/portal/{login}/recover"),
        back: format!("/households/{household}/portal"),
        spoken: spoken.map(|s| (s.code.expose().clone(), words::moment(s.until, now, &zone))),
        ticket: if ticket.to.is_empty() { String::new() } else { format!("mailto:{}?{query}", ticket.to) },
        to: ticket.to,
        lines: ticket.lines,
    })
}
