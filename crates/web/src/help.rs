//! Help: the table of contents and its topics.

use crate::Web;
use crate::at::At;
use crate::respond::{Answer, Page, WebError};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::help::{HelpContents, HelpTopic, Topic};
use crate::view::shell::{Contact, Here};
use axum::extract::State;
use axum::response::IntoResponse;

pub fn routes() -> Vec<Route> {
    vec![Route::get("/help", Audience::Staff, contents), Route::get("/help/{topic}", Audience::Staff, topic)]
}

async fn support(web: &Web, staff: &Staff) -> Contact {
    // Without a contact help stays readable; the page leaves that line out.
    let own = app::firms::own(&web.app, &staff.scope).await.map(|f| f.settings).unwrap_or_default();
    Contact { firm: staff.firm.clone(), phone: own.support_phone, email: own.support_email }
}

async fn contents(State(web): State<Web>, staff: Staff) -> Answer {
    Ok(Page(HelpContents { shell: staff.shell(&web, Here::Help), support: support(&web, &staff).await }).into_response())
}

async fn topic(State(web): State<Web>, staff: Staff, At(slug): At<String>) -> Answer {
    let topic = Topic::from_slug(&slug).ok_or(WebError::NotFound)?;
    let film = crate::assets::film_href().to_owned();
    Ok(Page(HelpTopic { shell: staff.shell(&web, Here::Help), topic, support: support(&web, &staff).await, film }).into_response())
}
