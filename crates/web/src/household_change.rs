//! The page that changes a household: name, next review, lead, team, and who may see it.

use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::household_words::{at, head};
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::household::Tab;
use crate::view::household_change::{HouseholdChange, TeamPick};
use crate::view::kit::{Field, FieldKind, Pick, Problems, Select};
use crate::view::shell::Here;
use app::households::{Change, Found};
use axum::extract::State;
use axum::response::IntoResponse;
use model::permission::{Action, TeamRole, may};
use model::{HouseholdId, UserId, text};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/households/{household}/change", Audience::Staff, show),
        Route::post("/households/{household}/change", Audience::Staff, save),
    ]
}

/// What the form says.
struct Typed {
    name: String,
    next_review: String,
    lead: String,
    team: Vec<(UserId, TeamRole)>,
    private: bool,
}

impl Typed {
    fn of(found: &Found) -> Typed {
        let h = &found.household;
        Typed {
            name: h.name.clone(),
            next_review: h.next_review.map(|d| d.to_string()).unwrap_or_default(),
            lead: h.lead.to_string(),
            team: h.team.clone(),
            private: h.private,
        }
    }

    fn posted(fields: Vec<(String, String)>) -> Typed {
        let get = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
        let part = |(name, value): &(String, String)| Some((name.strip_prefix("team_")?.parse().ok()?, TeamRole::from_key(value)?));
        Typed {
            name: get("name"),
            next_review: get("next_review"),
            lead: get("lead"),
            team: fields.iter().filter_map(part).collect(),
            private: get("private") == "yes",
        }
    }
}

async fn loaded(web: &Web, staff: &Staff, id: HouseholdId) -> Result<Found, WebError> {
    let found = app::households::find(&web.app, &staff.scope, id).await?;
    if may(Action::EditHousehold, found.standing) {
        return Ok(found);
    }
    Err(WebError::Refused("Only the household’s own team can do this.".into()))
}

async fn form(web: &Web, staff: &Staff, found: &Found, t: &Typed, wrong: &[app::Field]) -> Result<HouseholdChange, WebError> {
    let planners = app::households::planners(&web.app, &staff.scope).await?;
    let said = |name: &str| wrong.iter().find(|f| f.name == name).map(|f| f.message.clone()).unwrap_or_default();
    let name = Field::new("name", "Household").value(&t.name).error(said("name"));
    let review = Field::new("next_review", "Next review").kind(FieldKind::Date).value(&t.next_review).optional();
    let review = review.error(said("next_review"));
    let leads = planners.iter().map(|(id, name)| Pick::new(id.to_string(), name, id.to_string() == t.lead)).collect();
    let lead = Select::new("lead", "Lead adviser", leads).error(said("lead"));
    let part = |id: &UserId| match t.team.iter().find(|(who, _)| who == id) {
        Some((_, TeamRole::SubAdviser)) => "sub_adviser",
        Some((_, TeamRole::Delegate)) => "delegate",
        _ => "none",
    };
    let others = planners.iter().filter(|(id, _)| id.to_string() != t.lead);
    Ok(HouseholdChange {
        shell: staff.shell(web, Here::Households),
        hh: head(found, Tab::Members),
        problems: Problems::of([name.problem(), review.problem(), lead.problem()]),
        name,
        next_review: review,
        lead,
        team: others.map(|(id, name)| TeamPick { id: id.to_string(), name: name.clone(), part: part(id) }).collect(),
        private: t.private,
    })
}

async fn show(State(web): State<Web>, staff: Staff, At(id): At<HouseholdId>) -> Answer {
    let found = loaded(&web, &staff, id).await?;
    Ok(Page(form(&web, &staff, &found, &Typed::of(&found), &[]).await?).into_response())
}

async fn save(State(web): State<Web>, staff: Staff, At(id): At<HouseholdId>, Form(fields): Form<Vec<(String, String)>>) -> Answer {
    let found = loaded(&web, &staff, id).await?;
    let typed = Typed::posted(fields);
    let review = typed.next_review.trim();
    let next_review = if review.is_empty() { None } else { text::day(review) };
    let done = match (typed.lead.parse::<UserId>(), next_review.is_none() && !review.is_empty()) {
        (_, true) => Err(app::Error::field("next_review", "Enter a date, or leave it empty")),
        (Err(_), _) => Err(app::Error::field("lead", "Choose who leads this household")),
        (Ok(lead), false) => {
            let change = Change { name: typed.name.clone(), lead, team: typed.team.clone(), private: typed.private, next_review };
            app::households::change(&web.app, &staff.scope, id, &change).await
        }
    };
    match done {
        Ok(()) => {
            // Whoever gave it away may not see it any more.
            let still = app::households::find(&web.app, &staff.scope, id).await.is_ok();
            Ok(see_saying(&web, if still { format!("{}/members", at(id)) } else { "/households".into() }, "Saved."))
        }
        Err(app::Error::Invalid(wrong)) => Ok(again(form(&web, &staff, &found, &typed, &wrong).await?)),
        Err(e) => Err(e.into()),
    }
}
