//! A person's own name, colours, time zone and other sessions.

use crate::csrf::Form;
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::{Preferences as Chosen, Staff};
use crate::view::kit::{Field, Pick, Problem, Problems, Select};
use crate::view::preferences::Preferences;
use crate::view::shell::Here;
use crate::view::words;
use crate::{Web, zones};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::de::IgnoredAny;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/preferences", Audience::Staff, show),
        Route::post("/preferences", Audience::Staff, save),
        Route::post("/preferences/theme", Audience::Staff, theme),
        Route::post("/preferences/stay", Audience::Staff, stay),
        Route::post("/preferences/sign-out-others", Audience::Staff, sign_out_others),
    ]
}

#[derive(serde::Deserialize)]
struct Given {
    #[serde(default)]
    name: String,
    #[serde(default)]
    theme: String,
    #[serde(default)]
    zone: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    phone: String,
}

async fn show(State(web): State<Web>, staff: Staff) -> Answer {
    let given = saved(&web, &staff).await?;
    Ok(Page(view(&web, &staff, &given, &[]).await?).into_response())
}

async fn saved(web: &Web, staff: &Staff) -> Result<Given, WebError> {
    let card = app::likeness::mine(&web.app, &staff.scope).await?;
    Ok(Given {
        name: staff.name.clone(),
        theme: staff.preferences.theme.clone(),
        zone: staff.preferences.zone.clone(),
        title: card.title.unwrap_or_default(),
        phone: card.phone.unwrap_or_default(),
    })
}

/// The page as it was saved, with what is wrong with a photograph.
pub(crate) async fn with_mistakes(web: &Web, staff: &Staff, fields: &[app::Field]) -> Answer {
    Ok(again(view(web, staff, &saved(web, staff).await?, fields).await?))
}

async fn view(web: &Web, staff: &Staff, given: &Given, wrong: &[app::Field]) -> Result<Preferences, WebError> {
    let said = |name: &str| crate::settings::wrong(wrong, name);
    let name = Field::new("name", "Your name").autocomplete("name").value(&given.name).error(said("name"));
    let title = Field::new("title", "Title").value(&given.title).hint("Such as Lead planner").error(said("title")).optional();
    let title = title.autocomplete("organization-title");
    let phone = Field::new("phone", "Telephone").value(&given.phone).hint("Your clients see it").error(said("phone")).optional();
    let phone = phone.autocomplete("tel");
    let likeness = app::likeness::address(&app::likeness::mine(&web.app, &staff.scope).await?);
    let likeness_error = said("likeness");
    let photograph = (!likeness_error.is_empty()).then(|| Problem { field: "likeness", text: likeness_error.clone() });
    let themes = [("system", "As the system says"), ("light", "Light"), ("dark", "Dark")];
    let chosen = if themes.iter().any(|(v, _)| *v == given.theme) { given.theme.as_str() } else { "system" };
    let theme = Select::new("theme", "Colours", themes.iter().map(|(v, t)| Pick::new(*v, *t, *v == chosen)).collect());
    let (now, zone) = (web.app.now(), staff.zone());
    let others = app::sessions::others(&web.app, &staff.session).await?;
    let sessions = others.into_iter().map(|o| format!("{}, {}", o.device, words::moment(o.seen_at, now, &zone))).collect();
    Ok(Preferences {
        shell: staff.shell(web, Here::Nowhere),
        problems: Problems::of([name.problem(), title.problem(), phone.problem(), photograph]),
        name,
        title,
        phone,
        likeness,
        likeness_error,
        theme,
        zone: zones::select(&given.zone, Some("As the firm’s")),
        email: staff.email.clone(),
        sessions,
    })
}

/// Only what is on the list is kept.
fn chosen(given: &Given) -> Chosen {
    let theme = if matches!(given.theme.as_str(), "light" | "dark") { given.theme.clone() } else { String::new() };
    let zone = if jiff::tz::TimeZone::get(&given.zone).is_ok() { given.zone.clone() } else { String::new() };
    Chosen { theme, zone }
}

async fn save(State(web): State<Web>, staff: Staff, Form(given): Form<Given>) -> Answer {
    let kept = serde_json::to_value(chosen(&given)).unwrap_or_default();
    if let Err(fields) = app::likeness::tidy(&given.title, &given.phone) {
        return Ok(again(view(&web, &staff, &given, &fields).await?));
    }
    match app::staff::save_own(&web.app, &staff.scope, &given.name, &kept).await {
        Ok(()) => {}
        Err(app::Error::Invalid(fields)) => return Ok(again(view(&web, &staff, &given, &fields).await?)),
        Err(e) => return Err(e.into()),
    }
    app::likeness::save(&web.app, &staff.scope, &given.title, &given.phone).await?;
    Ok(see_saying(&web, "/preferences", "Your preferences are saved."))
}

#[derive(serde::Deserialize)]
struct Theme {
    #[serde(default)]
    theme: String,
}

/// The switch in the page's header tells us in the background.
async fn theme(State(web): State<Web>, staff: Staff, Form(given): Form<Theme>) -> Answer {
    let given = Given { theme: given.theme, ..saved(&web, &staff).await? };
    let kept = serde_json::to_value(chosen(&given)).unwrap_or_default();
    app::staff::save_own(&web.app, &staff.scope, &given.name, &kept).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The page tells us that somebody is there: reading the session has noted it already.
async fn stay(_staff: Staff, Form(_): Form<IgnoredAny>) -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn sign_out_others(State(web): State<Web>, staff: Staff, Form(_): Form<IgnoredAny>) -> Answer {
    app::sessions::end_others(&web.app, &staff.session).await?;
    Ok(see_saying(&web, "/preferences", "The other browsers are signed out."))
}
