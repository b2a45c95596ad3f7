//! The client's pages: door, code, search, notice, the way out and back, the wait, the end. Their cookie is their own: named `lsid`, sent to
//! `/c` alone; no staff session is read or ended here (D23).

mod ask;
mod ask_words;
mod attempt;
mod code;
mod door;
mod earlier;
mod end;
mod find;
mod trouble;
mod which;

pub(crate) use trouble::dotted;

use crate::Web;
use crate::cookies;
use crate::door::Door;
use crate::respond::{Answer, Page, WebError};
use crate::routes::{Audience, Route};
use crate::view::connect::{Expired, Place};
use crate::view::kit::Thumb;
use crate::view::shell::{Contact, FlowShell};
use app::connect_flow::Visitor;
use axum::extract::FromRequestParts;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use model::Span;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/i", Audience::Public, door::show),
        Route::post("/i", Audience::Public, door::peek),
        Route::post("/i/ask", Audience::Public, door::ask),
        Route::post("/c/start", Audience::Link, door::start),
        Route::get("/c", Audience::Link, door::resume),
        Route::get("/c/code", Audience::Link, code::show),
        Route::post("/c/code", Audience::Link, code::try_it),
        Route::post("/c/code/again", Audience::Link, code::again),
        Route::get("/c/earlier", Audience::Link, earlier::show),
        Route::post("/c/fix/{connection}", Audience::Link, earlier::fix),
        Route::post("/c/more/{connection}", Audience::Link, earlier::more),
        Route::get("/c/renew/{connection}", Audience::Link, earlier::look),
        Route::post("/c/renew/{connection}", Audience::Link, earlier::renew),
        Route::get("/c/search", Audience::Link, find::search),
        Route::get("/c/at/{institution}", Audience::Link, find::look),
        Route::post("/c/at/{institution}", Audience::Link, find::go_on),
        Route::get("/c/return", Audience::Link, attempt::back),
        Route::get("/c/a/{attempt}", Audience::Link, attempt::show),
        Route::post("/c/a/{attempt}/answer", Audience::Link, ask::answer),
        Route::post("/c/a/{attempt}/accounts", Audience::Link, which::choose),
        Route::post("/c/a/{attempt}/owners", Audience::Link, end::owners),
        Route::post("/c/a/{attempt}/tell", Audience::Link, end::tell),
        Route::post("/c/exit", Audience::Link, end::exit),
        Route::get("/c/later", Audience::Link, end::later),
        Route::post("/c/later", Audience::Link, end::leave),
    ]
}

const COOKIE_NAME: &str = "lsid";

fn cookie_name(web: &Web) -> String {
    if web.app.secure_cookies() { format!("__Secure-{COOKIE_NAME}") } else { COOKIE_NAME.to_owned() }
}

fn read_cookie<'a>(web: &Web, headers: &'a HeaderMap) -> Option<&'a str> {
    let name = cookie_name(web);
    let pairs = headers.get_all(COOKIE).into_iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    pairs.filter_map(|p| p.trim().split_once('=')).find(|(n, _)| *n == name).map(|(_, v)| v)
}

/// For a week and the hour after it: the same browser comes back as long as its link works.
pub(crate) fn set_cookie(web: &Web, value: &str) -> HeaderValue {
    let secure = if web.app.secure_cookies() { "; Secure" } else { "" };
    let keep = if value.is_empty() { Span::ZERO } else { Span::hours(7 * 24 + 1) };
    let text = format!("{}={value}; Path=/c; HttpOnly; SameSite=Lax{secure}; Max-Age={}", cookie_name(web), keep.as_seconds());
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Somebody behind a link's cookie, in or waiting for a code.
pub struct Client {
    pub v: Visitor,
    pub csrf: String,
}

impl FromRequestParts<Web> for Client {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Client, Response> {
        let Ok(door) = Door::from_request_parts(parts, web).await;
        let cookie = read_cookie(web, &parts.headers).unwrap_or_default();
        match app::connect_flow::visitor(&web.app, cookie).await {
            Ok(Some(v)) => match signed_in(web, parts, &v).await {
                Ok(()) => Ok(Client { v, csrf: door.csrf }),
                Err(e) => Err(e.into_response()),
            },
            Ok(None) => Err(gone(web, &door, "", false).await),
            Err(e) => Err(WebError::from(e).into_response()),
        }
    }
}

/// A visit that began in the portal needs its person's own session in this browser: whoever signed out is out here too.
async fn signed_in(web: &Web, parts: &Parts, v: &Visitor) -> Result<(), WebError> {
    let Some(who) = v.signed_in() else { return Ok(()) };
    let session = match cookies::read(web, &parts.headers, cookies::SESSION) {
        Some(token) => app::sessions::find(&web.app, token).await?,
        None => None,
    };
    match session {
        Some(s) if s.user == who => Ok(()),
        Some(_) => Err(WebError::NotFound),
        None if parts.method == Method::GET => Err(WebError::SignIn(parts.uri.path().to_owned())),
        None => Err(WebError::SignIn("/portal".into())),
    }
}

/// In through the portal: where somebody who has just come goes on.
pub(crate) async fn enter(web: &Web, cookie: &str) -> Answer {
    let v = app::connect_flow::visitor(&web.app, cookie).await?.ok_or(WebError::NotFound)?;
    door::enter(web, &Client { v, csrf: String::new() }).await
}

impl Client {
    /// The portal's Accounts page, for those who came from there.
    fn home(&self) -> Option<String> {
        self.v.signed_in().map(|_| format!("{}/accounts", crate::portal::at(self.v.link.household)))
    }
    /// The frame of this client's pages. The cross leads to a page that says how to come back.
    pub fn shell(&self, web: &Web, step: u8) -> FlowShell {
        let settings = &self.v.firm.settings;
        FlowShell {
            contact: Contact {
                firm: self.v.firm.name.clone(),
                phone: settings.support_phone.clone(),
                email: settings.support_email.clone(),
            },
            logo: crate::settings::logo_href(self.v.firm.logo_at.map(|at| (self.v.firm.id, at))),
            csrf: self.csrf.clone(),
            step,
            close: self.home(),
            leave: if self.home().is_none() { "/c/later" } else { "" },
            close_word: if self.home().is_some() { "Back to your accounts" } else { "Save and continue later" },
            sandbox: web.app.config().demo,
            ..FlowShell::default()
        }
    }
    pub fn backed(&self, web: &Web, step: u8, back: &str) -> FlowShell {
        FlowShell { back: Some(back.to_owned()), ..self.shell(web, step) }
    }
}

/// The frame of pages for a stranger: the firm of this installation, where there is one.
async fn strangers(web: &Web, door: &Door) -> FlowShell {
    let front = app::firms::front(&web.app).await.unwrap_or_default();
    FlowShell {
        contact: Contact { firm: front.name, phone: front.phone, email: front.email },
        logo: crate::settings::logo_href(front.logo),
        csrf: door.csrf.clone(),
        sandbox: web.app.config().demo,
        ..FlowShell::default()
    }
}

/// The one page for every link that does not work (N28, ruling 3).
pub(crate) async fn gone(web: &Web, door: &Door, code: &str, asked: bool) -> Response {
    let shell = strangers(web, door).await;
    let ask = if code.is_empty() { String::new() } else { "/i/ask".to_owned() };
    let view = Expired { shell, ask, hidden: vec![("code", code.to_owned())], code: "/i".into(), asked };
    (if asked { StatusCode::OK } else { StatusCode::GONE }, Page(view)).into_response()
}

/// An institution at the head of a page or in a list.
fn place(name: &str, url: Option<&str>) -> Place {
    let site = url.map(crate::household_words::site).unwrap_or_default();
    Place { name: name.to_owned(), site, href: url.unwrap_or_default().to_owned(), thumb: Thumb::of(name) }
}
