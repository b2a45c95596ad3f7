//! The browser that somebody signs in with: where it is, whom it knows already, and what it holds afterwards.

use crate::Web;
use crate::cookies;
use crate::door::Source;
use crate::respond::WebError;
use crate::sign_in::put;
use app::sign_in::From;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use model::{Secret, Span};
use std::convert::Infallible;

pub(crate) struct Browser {
    source: String,
    device: String,
    network: String,
    mark: String,
    /// The session that it is signed in with, if any.
    held: String,
}

impl FromRequestParts<Web> for Browser {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Browser, Infallible> {
        let source = Source::from_request_parts(parts, web).await?;
        let cookie = |name| cookies::read(web, &parts.headers, name).unwrap_or_default().to_owned();
        let (mark, held) = (cookie(cookies::DEVICE), cookie(cookies::SESSION));
        Ok(Browser { source: source.key(), network: source.network(), device: source.device, mark, held })
    }
}

impl Browser {
    pub fn from(&self) -> From<'_> {
        From { source: &self.source, device: &self.device, network: &self.network, mark: &self.mark }
    }

    /// Whoever signs in takes the place of who was signed in here before, and the browser is a known one for a year.
    pub async fn signed_in(&self, web: &Web, answer: &mut Response, whole: &Secret<String>, email: &str) -> Result<(), WebError> {
        app::sessions::leave(&web.app, &self.held, "signed in anew").await?;
        put(answer, cookies::set(web, cookies::SESSION, whole.expose(), None));
        put(answer, cookies::clear(web, cookies::HALF));
        let mark = app::sign_in::mark(&web.app, email, &self.mark);
        put(answer, cookies::set(web, cookies::DEVICE, &mark, Some(Span::days(365))));
        Ok(())
    }
}
