//! What clients said in the portal, on the household's page: read by whoever sees the household, answered by its team.

use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::household_words::{at, head};
use crate::icons as icon;
use crate::respond::{Answer, Page, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::household::Tab;
use crate::view::kit::{Chip, Problems};
use crate::view::portal::{Said, Suggestions};
use crate::view::shell::{Here, Tone};
use crate::view::words;
use app::suggestions::{List, Suggestion};
use axum::extract::State;
use axum::response::IntoResponse;
use model::suggestion::{SuggestionKind, SuggestionState};
use model::{AccountId, HouseholdId, Money, SuggestionId, Time};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/households/{household}/suggestions", Audience::Staff, show),
        Route::post("/households/{household}/suggestions/{suggestion}", Audience::Staff, answer),
    ]
}

/// One of them as either side reads it.
pub fn said(s: &Suggestion, who: String, by: String, now: Time, zone: &jiff::tz::TimeZone) -> Said {
    let chip = match (s.state, s.kind) {
        (SuggestionState::Open, _) => Chip::new(Tone::Info, icon::CLOCK, "Waits for an answer"),
        (SuggestionState::Accepted, SuggestionKind::Change) => Chip::new(Tone::Ok, icon::CHECK, "Accepted"),
        (SuggestionState::Accepted, SuggestionKind::Wrong) => Chip::new(Tone::Ok, icon::CHECK, "Done"),
        (SuggestionState::Declined, _) => Chip::new(Tone::Idle, icon::CLOSE, "Declined"),
    };
    let draft = s.draft.as_ref().map(|d| {
        let value = model::text::amount(&d.value).map_or_else(|| d.value.clone(), |v| words::money_short(&Money::usd(v)));
        let day = model::text::day(&d.as_of).map_or_else(|| d.as_of.clone(), words::day);
        format!("{value} as of {day}")
    });
    Said {
        id: s.id.to_string(),
        when: words::moment(s.created_at, now, zone),
        kind: if s.kind == SuggestionKind::Wrong { "Something looks wrong" } else { "Suggested change" },
        about: s.about.clone(),
        words: s.words.clone(),
        draft: draft.unwrap_or_default(),
        chip,
        answer: s.answer.clone().unwrap_or_default(),
        who,
        by,
        open: s.state == SuggestionState::Open,
        href: String::new(),
    }
}

async fn show(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>) -> Answer {
    let list = app::suggestions::list(&web.app, &staff.scope, household).await?;
    Ok(Page(page(&web, &staff, &list, Problems::default())).into_response())
}

fn page(web: &Web, staff: &Staff, l: &List, problems: Problems) -> Suggestions {
    let household = l.found.household.id;
    let row = |(s, who, by): &(Suggestion, String, String)| {
        let account = s.about_id.as_deref().and_then(|k| k.parse::<AccountId>().ok());
        let href = account.map(|id| format!("/accounts/{id}")).unwrap_or_default();
        Said { href, ..said(s, who.clone(), by.clone(), web.app.now(), &staff.zone()) }
    };
    Suggestions {
        shell: staff.shell(web, Here::Households),
        hh: head(&l.found, Tab::Suggestions),
        rows: l.rows.iter().map(row).collect(),
        action: if l.may_answer { format!("{}/suggestions", at(household)) } else { String::new() },
        problems,
        stream: crate::live::of(household),
    }
}

#[derive(serde::Deserialize)]
struct Answered {
    #[serde(default)]
    answer: String,
    r#do: String,
}

async fn answer(
    State(web): State<Web>,
    staff: Staff,
    At((household, id)): At<(HouseholdId, SuggestionId)>,
    Form(posted): Form<Answered>,
) -> Answer {
    // The household of the address and of the suggestion are one, or there is nothing here.
    let list = app::suggestions::list(&web.app, &staff.scope, household).await?;
    if !list.rows.iter().any(|(s, ..)| s.id == id) {
        return Err(crate::respond::WebError::NotFound);
    }
    let accept = posted.r#do == "accept";
    match app::suggestions::answer(&web.app, &staff.scope, id, accept, &posted.answer).await {
        Ok(_) => {
            let text =
                if accept { "Answered: done. Your client sees it in the portal." } else { "Answered: declined. Your client reads why." };
            Ok(see_saying(&web, format!("{}/suggestions", at(household)), text))
        }
        Err(app::Error::Invalid(wrong)) => {
            let problems = Problems::whole(wrong.first().map_or("", |f| &f.message));
            Ok(again(page(&web, &staff, &list, problems)))
        }
        Err(e) => Err(e.into()),
    }
}
