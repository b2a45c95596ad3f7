//! Signing in and out, staff and clients alike: a passkey, or a password and then a code. Every refusal reads the same for known and unknown addresses.

use crate::csrf::Form;
use crate::door::{Door, Source};
use crate::known::Browser;
use crate::respond::{Answer, Page, WebError, again, see};
use crate::routes::{Audience, Route};
use crate::session::Person;
use crate::troubles::plain;
use crate::view::kit::{Field, FieldKind, Problems};
use crate::view::shell::{Contact, Note};
use crate::view::sign_in::{SignIn, SignInCode};
use crate::{Web, cookies};
use app::sign_in;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_TYPE, HeaderName, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use model::{Secret, Span};
use serde::de::IgnoredAny;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/sign-in", Audience::Public, show),
        Route::post("/sign-in", Audience::Public, password),
        Route::post("/sign-in/passkey/begin", Audience::Public, begin_passkey),
        Route::post("/sign-in/passkey", Audience::Public, passkey),
        Route::get("/sign-in/code", Audience::Public, show_code),
        Route::post("/sign-in/code", Audience::Public, code),
        Route::post("/sign-in/again", Audience::Public, start_again),
        Route::post("/sign-out", Audience::Person, sign_out),
    ]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Way {
    next: String,
    said: String,
}

async fn show(State(web): State<Web>, door: Door, Query(way): Query<Way>) -> Answer {
    if app::setup::is_needed(&web.app).await? {
        return Ok(see("/setup"));
    }
    let said = match way.said.as_str() {
        "out" => Some(Note::ok("You are signed out.")),
        "idle" => {
            Some(Note::info("An hour passed without activity, so you were signed out. Sign in again: what you typed is kept in this tab."))
        }
        "again" => Some(Note::info("That took too long. Sign in again.")),
        _ => None,
    };
    let (email, password) = SignIn::fields("", "", "");
    let shell = plain(&web, &door.csrf).await;
    let passkeys = app::passkeys::possible(&web.app);
    Ok(Page(SignIn { shell, problems: Problems::default(), said, email, password, next: own_path(&way.next), passkeys }).into_response())
}

/// What a script is told of a ceremony.
pub(crate) fn json(begun: &app::passkeys::Begun) -> Response {
    let body = serde_json::json!({ "ceremony": begun.ceremony.expose(), "options": begun.options }).to_string();
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

async fn begin_passkey(State(web): State<Web>, source: Source, Form(_): Form<IgnoredAny>) -> Answer {
    app::limits::take(&web.app, &format!("passkey|{}", source.key()), 60, Span::minutes(10)).await?;
    Ok(json(&app::passkeys::begin_sign_in(&web.app).await?))
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Answered {
    ceremony: String,
    answer: String,
    next: String,
}

async fn passkey(State(web): State<Web>, door: Door, browser: Browser, Form(given): Form<Answered>) -> Answer {
    let next = own_path(&given.next);
    let answer = serde_json::from_str(&given.answer).unwrap_or_default();
    match sign_in::give_passkey(&web.app, &given.ceremony, &answer, browser.from()).await {
        Ok((whole, email)) => {
            let mut answer = see(if next.is_empty() { "/" } else { &next });
            browser.signed_in(&web, &mut answer, &whole, &email).await?;
            Ok(answer)
        }
        Err(app::Error::Invalid(fields)) => {
            let problems = Problems::whole(fields.first().map_or("", |f| f.message.as_str()));
            let (email, password) = SignIn::fields("", "", "");
            let shell = plain(&web, &door.csrf).await;
            Ok(again(SignIn { shell, problems, said: None, email, password, next, passkeys: true }))
        }
        Err(e) => Err(e.into()),
    }
}

#[derive(serde::Deserialize)]
struct Given {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

async fn password(State(web): State<Web>, door: Door, browser: Browser, Form(given): Form<Given>) -> Answer {
    let next = own_path(&given.next);
    let empty = |text: &str, message| if text.trim().is_empty() { message } else { "" };
    let (no_email, no_password) = (empty(&given.email, "Enter your email."), empty(&given.password, "Enter your password."));
    if !no_email.is_empty() || !no_password.is_empty() {
        return refuse(&web, &door, &given.email, no_email, no_password, next).await;
    }
    match sign_in::give_password(&web.app, &given.email, Secret::new(given.password), browser.from()).await {
        Ok(half) => {
            let way = if next.is_empty() {
                String::new()
            } else {
                format!("?{}", serde_urlencoded::to_string([("next", &next)]).unwrap_or_default())
            };
            let mut answer = see(format!("/sign-in/code{way}"));
            put(&mut answer, cookies::set(&web, cookies::HALF, half.expose(), None));
            Ok(answer)
        }
        Err(app::Error::Invalid(fields)) => {
            let message = fields.first().map_or("", |f| f.message.as_str()).to_owned();
            refuse(&web, &door, &given.email, "", &message, next).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn refuse(web: &Web, door: &Door, email: &str, email_error: &str, password_error: &str, next: String) -> Answer {
    let (email, password) = SignIn::fields(email, email_error, password_error);
    let problems = Problems::of([email.problem(), password.problem()]);
    Ok(again(SignIn {
        shell: plain(web, &door.csrf).await,
        problems,
        said: None,
        email,
        password,
        next,
        passkeys: app::passkeys::possible(&web.app),
    }))
}

async fn show_code(State(web): State<Web>, door: Door, headers: HeaderMap, Query(way): Query<Way>) -> Answer {
    if cookies::read(&web, &headers, cookies::HALF).is_none_or(str::is_empty) {
        return Ok(see("/sign-in"));
    }
    Ok(Page(code_page(&web, &door, &headers, "", own_path(&way.next)).await?).into_response())
}

/// Whom to ask is named only to a browser that gave the right password.
async fn code_page(web: &Web, door: &Door, headers: &HeaderMap, error: &str, next: String) -> Result<SignInCode, WebError> {
    let half = cookies::read(web, headers, cookies::HALF).unwrap_or_default();
    let ask = sign_in::whom_to_ask(&web.app, half).await?;
    let ask = ask.map(|a| Contact { firm: a.name, phone: a.phone, email: a.email });
    let printed = Field::new("printed", "Printed recovery code").autocomplete("off").large();
    let code = code_field(error);
    Ok(SignInCode { shell: plain(web, &door.csrf).await, problems: Problems::of([code.problem()]), code, printed, ask, next })
}

fn code_field(error: &str) -> Field {
    Field::new("code", "Code").kind(FieldKind::Code).autocomplete("one-time-code").error(error).large()
}

#[derive(serde::Deserialize)]
struct Code {
    #[serde(default)]
    code: String,
    #[serde(default)]
    printed: String,
    #[serde(default)]
    next: String,
}

async fn code(State(web): State<Web>, door: Door, browser: Browser, headers: HeaderMap, Form(given): Form<Code>) -> Answer {
    let next = own_path(&given.next);
    let Some(half) = cookies::read(&web, &headers, cookies::HALF) else { return Ok(see("/sign-in?said=again")) };
    let code = if given.printed.trim().is_empty() { &given.code } else { &given.printed };
    match sign_in::give_code(&web.app, half, code, browser.from()).await {
        Ok((whole, email)) => {
            let mut answer = see(if next.is_empty() { "/" } else { &next });
            browser.signed_in(&web, &mut answer, &whole, &email).await?;
            Ok(answer)
        }
        Err(app::Error::Invalid(fields)) => {
            let message = fields.first().map_or("", |f| f.message.as_str());
            Ok(again(code_page(&web, &door, &headers, message, next).await?))
        }
        Err(app::Error::NotFound) => {
            let mut answer = see("/sign-in?said=again");
            put(&mut answer, cookies::clear(&web, cookies::HALF));
            Ok(answer)
        }
        Err(e) => Err(e.into()),
    }
}

pub(crate) fn put(answer: &mut Response, cookie: HeaderValue) {
    answer.headers_mut().append(SET_COOKIE, cookie);
}

async fn start_again(State(web): State<Web>, headers: HeaderMap, Form(_): Form<IgnoredAny>) -> Answer {
    if let Some(half) = cookies::read(&web, &headers, cookies::HALF) {
        app::sessions::end(&web.app, half).await?;
    }
    let mut answer = see("/sign-in");
    put(&mut answer, cookies::clear(&web, cookies::HALF));
    Ok(answer)
}

async fn sign_out(State(web): State<Web>, _: Person, headers: HeaderMap, Form(_): Form<IgnoredAny>) -> Result<Response, WebError> {
    if let Some(token) = cookies::read(&web, &headers, cookies::SESSION) {
        app::sessions::leave(&web.app, token, "signed out").await?;
    }
    let mut answer = see("/sign-in?said=out");
    put(&mut answer, cookies::clear(&web, cookies::SESSION));
    answer.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(answer)
}

/// A path on this host, or nothing: nobody is sent elsewhere after signing in.
pub(crate) fn own_path(next: &str) -> String {
    let fine = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    if fine { next.to_owned() } else { String::new() }
}
