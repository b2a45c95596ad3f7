//! A person's own name, colours, time zone and other sessions.

use crate::csrf::Form;
use crate::respond::{Answer, Page, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::{Preferences as Chosen, Staff};
use crate::view::kit::{Field, Pick, Problems, Select};
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
}

async fn show(State(web): State<Web>, staff: Staff) -> Answer {
    let given = Given { name: staff.name.clone(), theme: staff.preferences.theme.clone(), zone: staff.preferences.zone.clone() };
    Ok(Page(view(&web, &staff, &given, "").await?).into_response())
}

async fn view(web: &Web, staff: &Staff, given: &Given, error: &str) -> Result<Preferences, crate::respond::WebError> {
    let name = Field::new("name", "Your name").autocomplete("name").value(&given.name).error(error);
    let themes = [("system", "As the system says"), ("light", "Light"), ("dark", "Dark")];
    let chosen = if themes.iter().any(|(v, _)| *v == given.theme) { given.theme.as_str() } else { "system" };
    let theme = Select::new("theme", "Colours", themes.iter().map(|(v, t)| Pick::new(*v, *t, *v == chosen)).collect());
    let (now, zone) = (web.app.now(), staff.zone());
    let others = app::sessions::others(&web.app, &staff.session).await?;
    let sessions = others.into_iter().map(|o| format!("{}, {}", o.device, words::moment(o.seen_at, now, &zone))).collect();
    Ok(Preferences {
        shell: staff.shell(web, Here::Nowhere),
        problems: Problems::of([name.problem()]),
        name,
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
    match app::staff::save_own(&web.app, &staff.scope, &given.name, &kept).await {
        Ok(()) => Ok(see_saying(&web, "/preferences", "Your preferences are saved.")),
        Err(app::Error::Invalid(fields)) => {
            let message = fields.first().map_or("", |f| f.message.as_str());
            Ok(again(view(&web, &staff, &given, message).await?))
        }
        Err(e) => Err(e.into()),
    }
}

#[derive(serde::Deserialize)]
struct Theme {
    #[serde(default)]
    theme: String,
}

/// The switch in the page's header tells us in the background.
async fn theme(State(web): State<Web>, staff: Staff, Form(given): Form<Theme>) -> Answer {
    let given = Given { name: staff.name.clone(), theme: given.theme, zone: staff.preferences.zone.clone() };
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
