//! Step-up: a dangerous act needs a factor shown within the last five minutes. A route says so itself:
//!
//! ```text
//! Route::post("/settings/staff", Audience::Administrator, invite).fresh()
//! ```
//!
//! Whoever is not fresh gets one page that asks for a code or a passkey; it posts to the same address with everything that was typed, and the
//! act goes on from there. Passwords that were typed are asked for again: no page holds one. A page that is only looked at (a download) is come
//! back to. Where a handler must ask itself: `app::sessions::fresh(&session, now)`. A session that showed a factor goes on under a new value.

use crate::csrf::{self, Form};
use crate::respond::{Answer, Page, WebError, see};
use crate::routes::{Audience, Route};
use crate::security::frame;
use crate::session::{Person, Staff};
use crate::sign_in::{own_path, put};
use crate::view::kit::{Field, Problems};
use crate::view::step_up::StepUp;
use crate::{Web, cookies};
use app::sign_in::{Proof, show_again};
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Query, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, REFERER};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use model::Secret;

pub fn routes() -> Vec<Route> {
    vec![Route::get("/confirm", Audience::Person, show), Route::post("/confirm", Audience::Person, confirm)]
}

/// What the page adds to the form that it stands for.
const CODE: &str = "confirm_code";
const CEREMONY: &str = "confirm_ceremony";
const ANSWER: &str = "confirm_answer";
const LARGEST: usize = 1 << 20;

type Pairs = Vec<(String, String)>;

fn take(pairs: &mut Pairs, name: &str) -> String {
    let at = pairs.iter().position(|(n, _)| n == name);
    at.map(|i| pairs.remove(i).1).unwrap_or_default()
}

/// The guard of every route that says `fresh`.
pub(crate) async fn layer(State(web): State<Web>, request: Request, next: Next) -> Response {
    guard(&web, request, next).await.unwrap_or_else(WebError::into_response)
}

async fn guard(web: &Web, request: Request, next: Next) -> Answer {
    let (mut parts, body) = request.into_parts();
    let person = Person::from_request_parts(&mut parts, web).await?;
    if app::sessions::fresh(&person.session, web.app.now()) {
        return Ok(next.run(Request::from_parts(parts, body)).await);
    }
    if parts.method == Method::GET {
        let here = parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
        return ask(web, &person, "/confirm", vec![("next".into(), here)], "").await;
    }
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        // A file is not kept in a page: back to where it was chosen.
        let came = parts.headers.get(REFERER).and_then(|r| r.to_str().ok()).and_then(|r| r.parse::<axum::http::Uri>().ok());
        let back = came.map_or("/".into(), |u| own_path(u.path()));
        return ask(web, &person, "/confirm", vec![("next".into(), back)], "").await;
    }
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| WebError::Unreadable)?;
    let mut pairs: Pairs = serde_urlencoded::from_bytes(&bytes).map_err(|_| WebError::Unreadable)?;
    if !csrf::fits(web, &parts.headers, &take(&mut pairs, "csrf")) {
        return Err(WebError::OldForm);
    }
    let proof = Given { code: take(&mut pairs, CODE), ceremony: take(&mut pairs, CEREMONY), answer: take(&mut pairs, ANSWER) };
    let to = parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
    if proof.is_empty() {
        return ask(web, &person, &to, pairs, "").await;
    }
    match proven(web, &person, &proof).await {
        Ok(token) => {
            let mut answer = next.run(renewed(web, parts, pairs, &token)?).await;
            put(&mut answer, cookies::set(web, cookies::SESSION, token.expose(), None));
            Ok(answer)
        }
        Err(app::Error::Invalid(fields)) => ask(web, &person, &to, pairs, fields.first().map_or("", |f| f.message.as_str())).await,
        Err(e) => Err(e.into()),
    }
}

struct Given {
    code: String,
    ceremony: String,
    answer: String,
}

impl Given {
    fn is_empty(&self) -> bool {
        self.code.trim().is_empty() && self.answer.is_empty()
    }
}

async fn proven(web: &Web, person: &Person, given: &Given) -> app::Result<Secret<String>> {
    if given.answer.is_empty() {
        return show_again(&web.app, &person.session, Proof::Code(&given.code)).await;
    }
    let unreadable = |_| app::Error::field("passkey", "The browser’s answer could not be read. Try again.");
    let answer = serde_json::from_str(&given.answer).map_err(unreadable)?;
    show_again(&web.app, &person.session, Proof::Passkey { ceremony: &given.ceremony, answer: &answer }).await
}

/// The request as the act expects it: the form alone, with the session's new value.
fn renewed(web: &Web, mut parts: Parts, mut pairs: Pairs, token: &Secret<String>) -> Result<Request, WebError> {
    pairs.push(("csrf".into(), csrf::token(web, cookies::SESSION, token.expose())));
    let body = serde_urlencoded::to_string(&pairs).map_err(|_| WebError::Unreadable)?;
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    cookies::replace(web, &mut parts.headers, cookies::SESSION, token.expose());
    parts.extensions.remove::<Person>();
    parts.extensions.remove::<Staff>();
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// For a page whose form is dangerous and holds more than a page may keep: the factor comes before the typing.
pub(crate) async fn first(web: &Web, person: &Person, next: &str) -> Result<Option<Response>, WebError> {
    if app::sessions::fresh(&person.session, web.app.now()) {
        return Ok(None);
    }
    ask(web, person, "/confirm", vec![("next".into(), next.to_owned())], "").await.map(Some)
}

async fn ask(web: &Web, person: &Person, to: &str, kept: Pairs, error: &str) -> Answer {
    let field = Field::new(CODE, "Code from your app, or a printed recovery code").autocomplete("one-time-code").error(error).large();
    let ways = app::security::ways(&web.app, &person.session).await?;
    let view = StepUp {
        shell: frame(web, person).await,
        problems: Problems::of([field.problem()]),
        to: to.to_owned(),
        kept: kept.into_iter().filter(|(n, _)| !n.contains("password")).collect(),
        code: field,
        has_code: ways.authenticator || ways.codes_left > 0,
        passkey: app::passkeys::possible(&web.app) && !ways.passkeys.is_empty(),
    };
    Ok((StatusCode::FORBIDDEN, Page(view)).into_response())
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Way {
    next: String,
}

async fn show(State(web): State<Web>, person: Person, Query(way): Query<Way>) -> Answer {
    if app::sessions::fresh(&person.session, web.app.now()) {
        return Ok(see(home(&way.next)));
    }
    ask(&web, &person, "/confirm", vec![("next".into(), own_path(&way.next))], "").await
}

fn home(next: &str) -> String {
    let next = own_path(next);
    if next.is_empty() { "/".into() } else { next }
}

async fn confirm(State(web): State<Web>, person: Person, Form(pairs): Form<Pairs>) -> Answer {
    let mut pairs = pairs;
    let next = take(&mut pairs, "next");
    let given = Given { code: take(&mut pairs, CODE), ceremony: take(&mut pairs, CEREMONY), answer: take(&mut pairs, ANSWER) };
    match proven(&web, &person, &given).await {
        Ok(token) => {
            let mut answer = see(home(&next));
            put(&mut answer, cookies::set(&web, cookies::SESSION, token.expose(), None));
            Ok(answer)
        }
        Err(app::Error::Invalid(fields)) => {
            let error = fields.first().map_or("", |f| f.message.as_str());
            ask(&web, &person, "/confirm", vec![("next".into(), own_path(&next))], error).await
        }
        Err(e) => Err(e.into()),
    }
}
