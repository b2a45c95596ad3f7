//! Draws the page for whatever went wrong: a handler's trouble, a path nobody knows, a panic. Every request has a reference for support.

use crate::respond::{Page, WebError};
use crate::view::shell::{Contact, PlainShell, Theme};
use crate::view::wrong::Wrong;
use crate::{Web, cookies};
use app::firms::Front;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use tracing::Instrument;

/// The frame of pages for people without a session.
pub(crate) async fn plain(web: &Web, csrf: &str) -> PlainShell {
    let front = app::firms::front(&web.app).await.unwrap_or_else(|e| {
        tracing::error!(error = %e, "the firm's name could not be read");
        Front::default()
    });
    frame(web, front, csrf)
}

fn frame(web: &Web, front: Front, csrf: &str) -> PlainShell {
    PlainShell {
        contact: Contact { firm: front.name.clone(), phone: front.phone, email: front.email },
        firm: front.name,
        logo: crate::settings::logo_href(front.logo),
        theme: Theme::System,
        csrf: csrf.into(),
        sandbox: web.app.config().demo,
    }
}

pub(crate) async fn layer(State(web): State<Web>, request: Request, next: Next) -> Response {
    let reference = reference(&web);
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", method = %request.method(), route, reference);
    let back = back(request.headers());
    let speaks_html = !route.starts_with("/hooks") && !route.starts_with("/api");
    let had_said = cookies::read(&web, request.headers(), cookies::SAID).is_some_and(|v| !v.is_empty());
    async move {
        let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        let mut answer = answered.unwrap_or_else(|_| {
            tracing::error!("a handler panicked");
            WebError::Broken.into_response()
        });
        let status = answer.status();
        let bare = (status.is_client_error() || status.is_server_error()) && !is_html(&answer);
        if bare && speaks_html {
            answer = draw(&web, answer, &reference, &back).await;
        }
        if had_said && answer.status() == StatusCode::OK && is_html(&answer) {
            answer.headers_mut().append(SET_COOKIE, cookies::clear(&web, cookies::SAID));
        }
        answer
    }
    .instrument(span)
    .await
}

async fn draw(web: &Web, bare: Response, reference: &str, back: &str) -> Response {
    let trouble = bare.extensions().get::<WebError>().cloned().unwrap_or(match bare.status() {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => WebError::NotFound,
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => WebError::Busy,
        s if s.is_client_error() => WebError::Unreadable,
        _ => WebError::Broken,
    });
    let shell = plain(web, "").await;
    let view = match trouble {
        WebError::NotFound => Wrong::not_found(shell),
        WebError::OldForm => Wrong::old_form(shell, back),
        WebError::Unreadable | WebError::SignIn(_) | WebError::Elsewhere(_) => Wrong::unreadable(shell),
        WebError::Invalid(fields) => {
            let said: Vec<String> = fields.into_iter().map(|f| f.message).collect();
            Wrong { text: said.join(" "), ..Wrong::unreadable(shell) }
        }
        WebError::Refused(why) => Wrong { title: "That cannot be done now".into(), text: why, ..Wrong::busy(shell) },
        WebError::NotInPlan => {
            let text = "The firm’s plan does not include it. An administrator sees the plan in Settings.".into();
            Wrong { title: "Not in your plan".into(), text, ..Wrong::not_found(shell) }
        }
        WebError::TooOften(wait) => Wrong::too_often(shell, &waiting(wait)),
        WebError::Busy => Wrong::busy(shell),
        WebError::Provider(why) => Wrong { title: "The institution’s side did not answer".into(), text: why, ..Wrong::busy(shell) },
        WebError::Broken => Wrong::broken(shell, reference),
    };
    let (mut head, _) = bare.into_parts();
    head.headers.remove(CONTENT_TYPE);
    head.headers.remove(axum::http::header::CONTENT_LENGTH);
    let mut answer = Page(view).into_response();
    *answer.status_mut() = head.status;
    for (name, value) in &head.headers {
        answer.headers_mut().append(name.clone(), value.clone());
    }
    answer
}

/// "in 30 seconds", "in 10 minutes".
fn waiting(wait: model::Span) -> String {
    let seconds = wait.as_seconds().max(1);
    match seconds {
        1 => "in a second".into(),
        2..90 => format!("in {seconds} seconds"),
        90..5400 => format!("in {} minutes", (seconds + 30) / 60),
        _ => format!("in {} hours", (seconds + 1800) / 3600),
    }
}

fn is_html(answer: &Response) -> bool {
    answer.headers().get(CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"text/html"))
}

/// The page that the browser came from, as a path of ours. Another site can post here and names what it likes as its own address.
fn back(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let uri = text("referer").parse::<axum::http::Uri>().ok();
    let own = uri.filter(|u| u.authority().is_some_and(|a| a.as_str().eq_ignore_ascii_case(text("host"))));
    let path = own.map(|u| u.path().to_owned()).filter(|p| p.starts_with('/') && !p.starts_with("//") && !p.contains('\\'));
    path.unwrap_or_else(|| "/".into())
}

fn reference(web: &Web) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let bytes = web.app.random().bytes::<10>();
    let letters: String = bytes.iter().map(|b| LETTERS[usize::from(b & 31)] as char).collect();
    format!("req_{letters}")
}
