//! What handlers answer: a page, a way on, or a trouble that `troubles` draws. Draws nothing itself.

use crate::{Web, cookies};
use app::Field;
use askama::Template;
use axum::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::Span;

/// A drawn page. With another status: `(StatusCode::UNPROCESSABLE_ENTITY, Page(view))`.
pub struct Page<T: Template>(pub T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(html) => ([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
            Err(e) => {
                tracing::error!(error = %e, "a page could not be drawn");
                WebError::Broken.into_response()
            }
        }
    }
}

/// What a handler gives back.
pub type Answer = Result<Response, WebError>;

/// A form that has mistakes, drawn again with them.
pub fn again<T: Template>(view: T) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Page(view)).into_response()
}

/// After a form: the browser reads the address given with GET.
pub fn see(to: impl AsRef<str>) -> Response {
    let to = HeaderValue::from_str(to.as_ref()).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response()
}

/// The same, with a sentence that the next page shows once.
pub fn see_saying(web: &Web, to: impl AsRef<str>, text: &str) -> Response {
    let mut answer = see(to);
    let value = cookies::set(web, cookies::SAID, &BASE64_URL_SAFE_NO_PAD.encode(text), Some(Span::minutes(1)));
    answer.headers_mut().append(SET_COOKIE, value);
    answer
}

/// What went wrong before a page could be made.
#[derive(Debug, Clone)]
pub enum WebError {
    /// Not there, or not for this person.
    NotFound,
    /// The form was not made for this browser, or not any more.
    OldForm,
    /// What was sent cannot be read.
    Unreadable,
    /// Fields with mistakes where no form could be drawn again.
    Invalid(Vec<Field>),
    /// It cannot be done now, and why.
    Refused(String),
    NotInPlan,
    TooOften(Span),
    /// Full, starting or stopping.
    Busy,
    /// A provider or an institution did not answer as it should.
    Provider(String),
    /// Nobody is signed in; after signing in the browser goes there.
    SignIn(String),
    /// This person's page is at another address of ours.
    Elsewhere(&'static str),
    Broken,
}

impl WebError {
    fn status(&self) -> StatusCode {
        match self {
            WebError::NotFound => StatusCode::NOT_FOUND,
            WebError::OldForm | WebError::NotInPlan => StatusCode::FORBIDDEN,
            WebError::Unreadable => StatusCode::BAD_REQUEST,
            WebError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            WebError::Refused(_) => StatusCode::CONFLICT,
            WebError::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            WebError::Busy => StatusCode::SERVICE_UNAVAILABLE,
            WebError::Provider(_) => StatusCode::BAD_GATEWAY,
            WebError::SignIn(_) | WebError::Elsewhere(_) => StatusCode::SEE_OTHER,
            WebError::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        if let WebError::Elsewhere(to) = &self {
            return see(to);
        }
        if let WebError::SignIn(next) = &self {
            let next =
                if next == "/" { String::new() } else { format!("?{}", serde_urlencoded::to_string([("next", next)]).unwrap_or_default()) };
            return see(format!("/sign-in{next}"));
        }
        let mut answer = self.status().into_response();
        let wait = match &self {
            WebError::TooOften(wait) => Some(wait.as_seconds().max(1)),
            WebError::Busy => Some(5),
            _ => None,
        };
        if let Some(wait) = wait {
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait));
        }
        answer.extensions_mut().insert(self);
        answer
    }
}

impl From<app::Error> for WebError {
    fn from(e: app::Error) -> WebError {
        if e.is_busy() {
            return WebError::Busy;
        }
        if e.is_conflict() {
            return WebError::Refused("Somebody did the same at the same moment. Look at what is there now.".into());
        }
        match e {
            app::Error::NotFound => WebError::NotFound,
            app::Error::Invalid(fields) => WebError::Invalid(fields),
            app::Error::Refused(why) => WebError::Refused(why),
            app::Error::NotInPlan => WebError::NotInPlan,
            app::Error::TooMany(wait) => WebError::TooOften(wait),
            app::Error::Fault(fault) => WebError::Provider(fault.to_string()),
            e @ (app::Error::Busy | app::Error::Store(_) | app::Error::Internal(_)) => {
                tracing::error!(error = %e, "an act failed");
                WebError::Broken
            }
        }
    }
}
