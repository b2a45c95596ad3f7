//! A member of staff's own photograph, title and telephone, as clients and colleagues see them.

use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::preferences;
use crate::respond::{Answer, see_saying};
use crate::routes::{Audience, Route};
use crate::session::{Person, Staff};
use crate::upload::Upload;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use model::UserId;
use serde::de::IgnoredAny;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/likeness/{login}", Audience::Person, show),
        Route::post("/preferences/likeness", Audience::Staff, take),
        Route::post("/preferences/likeness/remove", Audience::Staff, remove),
    ]
}

async fn show(State(web): State<Web>, person: Person, At(login): At<UserId>) -> Answer {
    let (mime, body) = app::likeness::picture(&web.app, &person.scope, login).await?;
    Ok(([(CONTENT_TYPE, mime), (CACHE_CONTROL, "private, max-age=3600".into())], body).into_response())
}

async fn take(State(web): State<Web>, staff: Staff, upload: Upload) -> Answer {
    // Nothing chosen is no picture.
    match app::likeness::set(&web.app, &staff.scope, Some(upload.file.as_deref().unwrap_or_default())).await {
        Ok(()) => Ok(see_saying(&web, "/preferences", "Your photograph is shown to your clients and colleagues.")),
        Err(app::Error::Invalid(fields)) => preferences::with_mistakes(&web, &staff, &fields).await,
        Err(e) => Err(e.into()),
    }
}

async fn remove(State(web): State<Web>, staff: Staff, Form(_): Form<IgnoredAny>) -> Answer {
    app::likeness::set(&web.app, &staff.scope, None).await?;
    Ok(see_saying(&web, "/preferences", "Your photograph is removed."))
}
