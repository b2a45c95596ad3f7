//! The demo's outbox: what this machine has sent, from its own mail folder. Does not exist anywhere else.

use crate::Web;
use crate::door::Door;
use crate::respond::{Answer, Page, WebError};
use crate::routes::{Audience, Route};
use crate::troubles::plain;
use crate::view::outbox::{Mail, Outbox};
use axum::extract::State;
use axum::response::IntoResponse;

pub fn routes() -> Vec<Route> {
    vec![Route::get("/outbox", Audience::Public, show)]
}

async fn show(State(web): State<Web>, door: Door) -> Answer {
    if !web.app.config().demo {
        return Err(WebError::NotFound);
    }
    let shell = plain(&web, &door.csrf).await;
    let mails = app::mail::outbox(&web.app, 100).await.into_iter().map(shown).collect();
    Ok(Page(Outbox { shell, mails }).into_response())
}

fn shown(m: app::mail::Seen) -> Mail {
    let link = m.paragraphs.iter().find(|p| p.contains("/i#") && !p.contains('•')).cloned().unwrap_or_default();
    Mail { to: m.to, cc: m.cc, subject: m.subject, when: m.date, paragraphs: m.paragraphs, link }
}
