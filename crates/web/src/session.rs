//! Staff who are signed in: the cookie, one query, no cache. The table's audience puts the session there; [`Staff`] takes it.

use crate::respond::WebError;
use crate::view::shell::{Here, Note, Shell, Theme};
use crate::{Web, cookies, csrf};
use app::sessions::Session;
use app::support::Lasting;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::permission::Role;
use model::{FirmScope, Time, UserId};

/// A member of staff, signed in with both factors.
#[derive(Debug, Clone)]
pub struct Staff {
    person: Person,
    /// Support that is let in somewhere and that this page is to say so of.
    lasting: Vec<Lasting>,
    /// Connections of their own households that need somebody.
    attention: usize,
}

impl std::ops::Deref for Staff {
    type Target = Person;
    fn deref(&self) -> &Person {
        &self.person
    }
}

/// What a person chose for themselves.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// "light", "dark"; otherwise as the system says.
    pub theme: String,
    /// An IANA name; "" for the firm's.
    pub zone: String,
}

impl Preferences {
    pub fn theme(&self) -> Theme {
        match self.theme.as_str() {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }
}

impl Staff {
    /// The frame of this person's pages.
    pub fn shell(&self, web: &Web, here: Here) -> Shell {
        Shell {
            firm: self.firm.clone(),
            logo: crate::settings::logo_href(self.session.logo_at.map(|at| (self.scope.firm(), at))),
            person: self.name.clone(),
            initials: initials(&self.name),
            who: self.user.to_string(),
            here,
            support: self.role == Role::Support,
            theme: self.preferences.theme(),
            csrf: self.csrf.clone(),
            attention: self.attention,
            sandbox: web.app.config().demo,
            said: self.said.clone().map(Note::ok),
            pulse: self.at.0.to_string(),
            lasting: self.lasting.iter().map(|l| crate::support::line(l, self)).collect(),
            ..Shell::default()
        }
    }

    pub fn is_administrator(&self) -> bool {
        self.role == Role::Administrator
    }
}

pub(crate) fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let ends = [words.first(), words.last().filter(|_| words.len() > 1)];
    ends.into_iter().flatten().filter_map(|w| w.chars().next()).flat_map(char::to_uppercase).collect()
}

/// What the last form said, once.
pub(crate) fn said(web: &Web, headers: &axum::http::HeaderMap) -> Option<String> {
    let value = cookies::read(web, headers, cookies::SAID)?;
    String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(value).ok()?).ok().filter(|t| !t.is_empty())
}

impl FromRequestParts<Web> for Staff {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Staff, WebError> {
        if let Some(staff) = parts.extensions.get::<Staff>() {
            return Ok(staff.clone());
        }
        let person = Person::from_request_parts(parts, web).await?;
        if !person.role.is_staff() {
            // A client's own first page is another; the firm's pages do not exist for them.
            return Err(if parts.uri.path() == "/" { WebError::Elsewhere("/portal") } else { WebError::NotFound });
        }
        // Only a page shows the number; a form does not.
        let shows = parts.method == Method::GET && !parts.uri.path().ends_with("/live");
        let attention = if shows { app::live::attention(&web.app, &person.scope).await? } else { 0 };
        let about = parts.uri.path().strip_prefix("/households/").and_then(|rest| rest.split('/').next()?.parse().ok());
        let lasting = if shows { app::support::lasting(&web.app, &person.scope, person.role, about).await? } else { Vec::new() };
        let staff = Staff { person, lasting, attention };
        parts.extensions.insert(staff.clone());
        Ok(staff)
    }
}

/// Anybody who is signed in with both factors, staff or client.
#[derive(Debug, Clone)]
pub struct Person {
    pub scope: FirmScope,
    pub user: UserId,
    pub role: Role,
    pub name: String,
    pub email: String,
    pub firm: String,
    pub csrf: String,
    pub session: Session,
    pub preferences: Preferences,
    /// When the request came in: what changed after that, the page does not show.
    pub at: Time,
    pub(crate) said: Option<String>,
}

impl Person {
    /// The time zone in which this person reads instants: their own, else the firm's.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        let own = [&self.preferences.zone, &self.session.time_zone].into_iter().filter(|z| !z.is_empty());
        own.filter_map(|z| jiff::tz::TimeZone::get(z).ok()).next().unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

impl FromRequestParts<Web> for Person {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Person, WebError> {
        if let Some(person) = parts.extensions.get::<Person>() {
            return Ok(person.clone());
        }
        let Some(token) = cookies::read(web, &parts.headers, cookies::SESSION) else { return Err(sign_in(parts)) };
        let Some(session) = app::sessions::find(&web.app, token).await? else { return Err(sign_in(parts)) };
        let person = Person {
            at: web.app.now(),
            scope: session.scope,
            user: session.user,
            role: session.role,
            name: session.name.clone(),
            email: session.email.clone(),
            firm: session.firm_name.clone(),
            csrf: csrf::token(web, cookies::SESSION, token),
            preferences: serde_json::from_str(&session.preferences).unwrap_or_default(),
            said: said(web, &parts.headers),
            session,
        };
        parts.extensions.insert(person.clone());
        Ok(person)
    }
}

/// A client who is signed in to the portal. For staff there is nothing at a client's addresses.
#[derive(Debug, Clone)]
pub struct Client(pub Person);

impl std::ops::Deref for Client {
    type Target = Person;
    fn deref(&self) -> &Person {
        &self.0
    }
}

impl FromRequestParts<Web> for Client {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Client, WebError> {
        let person = Person::from_request_parts(parts, web).await?;
        if person.role == Role::Client { Ok(Client(person)) } else { Err(WebError::NotFound) }
    }
}

/// The guard of every route for whoever is signed in.
pub(crate) async fn signed_in_only(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match Person::from_request_parts(&mut parts, &web).await {
        Ok(_) => next.run(Request::from_parts(parts, body)).await,
        Err(e) => e.into_response(),
    }
}

/// The guard of every route of the portal.
pub(crate) async fn clients_only(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match Client::from_request_parts(&mut parts, &web).await {
        Ok(_) => next.run(Request::from_parts(parts, body)).await,
        Err(e) => e.into_response(),
    }
}

/// Back to where they were; a form that was posted leads to the page it stood on.
fn sign_in(parts: &Parts) -> WebError {
    let here = parts.uri.path_and_query().map_or("/", |p| p.as_str());
    let came = parts.headers.get("referer").and_then(|r| r.to_str().ok()).and_then(|r| r.parse::<axum::http::Uri>().ok());
    let page = if parts.method == Method::GET { here.to_owned() } else { came.map_or("/".into(), |u| u.path().to_owned()) };
    WebError::SignIn(page)
}

/// The guard of every route for staff.
pub(crate) async fn staff_only(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match Staff::from_request_parts(&mut parts, &web).await {
        Ok(_) => next.run(Request::from_parts(parts, body)).await,
        Err(e) => e.into_response(),
    }
}

/// The guard of every route for administrators: for others there is nothing at that address.
pub(crate) async fn administrators_only(request: Request, next: Next) -> Response {
    let may = request.extensions().get::<Staff>().is_some_and(Staff::is_administrator);
    if may { next.run(request).await } else { WebError::NotFound.into_response() }
}
