//! How the person signs in from now on: a passkey, a password with a code, or a sign-in that they had already.

use super::{Guest, HERE, next, set_cookie};
use crate::Web;
use crate::at::Nothing;
use crate::csrf::Form;
use crate::known::Browser;
use crate::respond::{Answer, Page, WebError, see_saying};
use crate::routes::{Audience, Route};
use crate::view::welcome::WelcomeCodes;
use app::invitations::{self as acts, Done};
use axum::Json;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::IntoResponse;
use model::Secret;

pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/welcome/portal/password", Audience::Link, password),
        Route::post("/welcome/portal/factor", Audience::Link, factor),
        Route::post("/welcome/portal/passkey/begin", Audience::Link, begin_passkey),
        Route::post("/welcome/portal/passkey", Audience::Link, passkey),
        Route::post("/welcome/portal/join", Audience::Link, join),
    ]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Given {
    password: String,
    factor: String,
    ceremony: String,
    /// What the browser's authenticator said, JSON.
    answer: String,
}

async fn password(State(web): State<Web>, guest: Guest, Form(given): Form<Given>) -> Answer {
    let done = acts::choose_password(&web.app, &guest.v, Secret::new(given.password)).await;
    next(&web, &guest, done, "").await
}

async fn factor(State(web): State<Web>, guest: Guest, browser: Browser, Form(given): Form<Given>) -> Answer {
    match acts::confirm(&web.app, &guest.v, &given.factor, browser.from()).await {
        Ok(done) => signed_in(&web, &guest, &browser, &done).await,
        Err(e) => next(&web, &guest, Err(e), "").await,
    }
}

async fn begin_passkey(State(web): State<Web>, guest: Guest, Form(Nothing {}): Form<Nothing>) -> Answer {
    let begun = acts::begin_passkey(&web.app, &guest.v).await?;
    Ok(Json(serde_json::json!({ "ceremony": begun.ceremony.expose(), "options": begun.options })).into_response())
}

async fn passkey(State(web): State<Web>, guest: Guest, browser: Browser, Form(given): Form<Given>) -> Answer {
    let answer = serde_json::from_str(&given.answer).map_err(|_| WebError::Unreadable)?;
    match acts::finish_passkey(&web.app, &guest.v, &given.ceremony, &answer, browser.from()).await {
        Ok(done) => signed_in(&web, &guest, &browser, &done).await,
        Err(e) => next(&web, &guest, Err(e), "").await,
    }
}

/// Signed in, with the printed codes shown this once.
async fn signed_in(web: &Web, guest: &Guest, browser: &Browser, done: &Done) -> Answer {
    let codes = done.codes.iter().map(|c| c.expose().clone()).collect();
    let mut answer = Page(WelcomeCodes { shell: guest.shell(web), codes }).into_response();
    browser.signed_in(web, &mut answer, &done.session, &guest.email()).await?;
    answer.headers_mut().append(SET_COOKIE, set_cookie(web, ""));
    Ok(answer)
}

/// The household is added to the sign-in that they have.
async fn join(State(web): State<Web>, guest: Guest, Form(Nothing {}): Form<Nothing>) -> Answer {
    let Some(session) = guest.session.as_ref().filter(|_| guest.is_signed_in()) else { return Ok(crate::respond::see(HERE)) };
    match acts::join(&web.app, &guest.v, session).await {
        Ok(()) => {
            let mut answer = see_saying(&web, "/portal", "Added. You see one household more from now on.");
            answer.headers_mut().append(SET_COOKIE, set_cookie(&web, ""));
            Ok(answer)
        }
        Err(e) => next(&web, &guest, Err(e), "").await,
    }
}
