//! Somebody leaves: the page on which an administrator says who takes over, and does it all at once.

use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::handover::{HandOver, Takes};
use crate::view::kit::{Pick, Problems, Select};
use crate::view::shell::Here;
use app::handover::{Leaving, Plan};
use axum::extract::State;
use axum::response::IntoResponse;
use model::UserId;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/staff/{user}/leave", Audience::Administrator, show),
        Route::post("/settings/staff/{user}/leave", Audience::Administrator, leave).fresh(),
    ]
}

fn view(web: &Web, staff: &Staff, l: Leaving, plan: &Plan, wrong: &[app::Field]) -> HandOver {
    let said = wrong.iter().find(|f| f.name == "all").map(|f| f.message.clone()).unwrap_or_default();
    let pick = |chosen: Option<UserId>, none: &str| -> Vec<Pick> {
        let people = l.successors.iter().map(|(id, name)| Pick::new(id.to_string(), name, chosen == Some(*id)));
        std::iter::once(Pick::new("", none, chosen.is_none())).chain(people).collect()
    };
    let all = Select::new("all", "Who leads their households from now on", pick(plan.all, "Choose")).error(said);
    let takes = |(id, name): &(model::HouseholdId, String)| Takes {
        name: name.clone(),
        field: format!("hh_{id}"),
        picks: pick(plan.some.get(id).copied(), "As chosen above"),
    };
    HandOver {
        shell: staff.shell(web, Here::Settings),
        at: format!("/settings/staff/{}/leave", l.user),
        problems: Problems::of([all.problem()]),
        led: l.led.iter().map(takes).collect(),
        helped: l.helped.iter().map(|(_, name)| name.clone()).collect(),
        all,
        name: l.name,
        gone: l.gone,
    }
}

async fn show(State(web): State<Web>, staff: Staff, At(user): At<UserId>) -> Answer {
    let leaving = app::handover::load(&web.app, &staff.scope, user).await?;
    Ok(Page(view(&web, &staff, leaving, &Plan::default(), &[])).into_response())
}

async fn leave(State(web): State<Web>, staff: Staff, At(user): At<UserId>, Form(fields): Form<Vec<(String, String)>>) -> Answer {
    // Whose page it is comes before what was typed there.
    let leaving = app::handover::load(&web.app, &staff.scope, user).await?;
    let mut plan = Plan::default();
    for (name, value) in fields.iter().filter(|(n, v)| n != "csrf" && !v.is_empty()) {
        let who: UserId = value.parse().map_err(|_| WebError::Unreadable)?;
        match name.strip_prefix("hh_") {
            Some(id) => _ = plan.some.insert(id.parse().map_err(|_| WebError::Unreadable)?, who),
            None if name == "all" => plan.all = Some(who),
            None => return Err(WebError::Unreadable),
        }
    }
    match app::handover::leave(&web.app, &staff.scope, user, &plan).await {
        Ok(1) => Ok(see_saying(&web, "/settings/staff", "Access has ended on every browser. One household has another lead.")),
        Ok(n) => Ok(see_saying(&web, "/settings/staff", &format!("Access has ended on every browser. {n} households have another lead."))),
        Err(app::Error::Invalid(wrong)) => Ok(again(view(&web, &staff, leaving, &plan, &wrong))),
        Err(e) => Err(e.into()),
    }
}
