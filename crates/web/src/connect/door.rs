//! `/i`: the secret stands behind the `#`, so the page posts it; a look changes nothing, a button lets one browser in.

use super::{Client, earlier, gone, read_cookie, set_cookie, strangers};
use crate::Web;
use crate::csrf::Form;
use crate::door::{Door, Source};
use crate::respond::{Answer, Page, see};
use crate::view::connect::{self as view};
use crate::view::shell::{Contact, FlowShell};
use crate::view::words;
use app::connect_flow::{self as flow, Entry, Where};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use model::link::Purpose;

#[derive(serde::Deserialize)]
pub struct Code {
    #[serde(default)]
    code: String,
}

pub async fn show(State(web): State<Web>, door: Door) -> Answer {
    let shell = strangers(&web, &door).await;
    Ok(Page(view::Door { shell, action: "/i".into() }).into_response())
}

/// Firm and purpose, nothing else.
pub async fn peek(State(web): State<Web>, door: Door, source: Source, Form(posted): Form<Code>) -> Answer {
    if app::links::hash(&posted.code).is_none() {
        let error = "That is not a whole code. It has 26 letters and digits.".into();
        let shell = strangers(&web, &door).await;
        let code = posted.code.chars().take(80).collect();
        return Ok(crate::respond::again(view::TypeCode { shell, action: "/i".into(), code, error }));
    }
    let Some(seen) = flow::peek(&web.app, &source.key(), &posted.code).await? else {
        if let Some(seen) = app::invitations::peek(&web.app, &posted.code).await? {
            return Ok(crate::welcome::start(&web, &door, &seen, posted.code));
        }
        return Ok(gone(&web, &door, &posted.code, false).await);
    };
    let settings = &seen.firm.settings;
    let contact = Contact { firm: seen.firm.name.clone(), phone: settings.support_phone.clone(), email: settings.support_email.clone() };
    let logo = crate::settings::logo_href(seen.firm.logo_at.map(|at| (seen.firm.id, at)));
    let shell = FlowShell { contact, logo, csrf: door.csrf.clone(), sandbox: web.app.config().demo, ..FlowShell::default() };
    let zone = jiff::tz::TimeZone::get(&seen.firm.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let institution = seen.institution.unwrap_or_default();
    let purpose = match seen.purpose {
        Purpose::Connect => String::new(),
        Purpose::Repair(_) => format!("{institution} needs a new sign-in"),
        Purpose::RepairAll => "Some of your connections need a new sign-in".into(),
        Purpose::FindNew(_) => format!("{institution} may show more accounts"),
    };
    let until = format!("This link works until {}.", words::until(seen.until, web.app.now(), &zone));
    let typed = flow::any_typed_here(&web.app, &seen.firm);
    Ok(Page(view::Start { shell, action: "/c/start".into(), hidden: vec![("code", posted.code)], until, purpose, typed }).into_response())
}

/// *Get started*.
pub async fn start(State(web): State<Web>, door: Door, source: Source, headers: HeaderMap, Form(posted): Form<Code>) -> Answer {
    let cookie = read_cookie(&web, &headers);
    let entry = flow::redeem(&web.app, &source.key(), &posted.code, cookie, &source.device).await?;
    let value = match entry {
        Entry::Neutral => return Ok(gone(&web, &door, &posted.code, false).await),
        Entry::In(value) | Entry::Waits(value) => value,
    };
    let given = value.as_ref().map_or(cookie.unwrap_or_default(), |v| v.expose());
    let Some(v) = flow::visitor(&web.app, given).await? else { return Ok(gone(&web, &door, &posted.code, false).await) };
    let mut answer = enter(&web, &Client { v, csrf: door.csrf }).await?;
    if let Some(value) = value {
        answer.headers_mut().append(SET_COOKIE, set_cookie(&web, value.expose()));
    }
    Ok(answer)
}

/// Where somebody who has just come in goes on. A repair begins at once: the link lands at the step that failed (N30).
pub(super) async fn enter(web: &Web, client: &Client) -> Answer {
    let v = &client.v;
    Ok(match flow::place(&web.app, v).await? {
        Where::Code => {
            // A browser that is in has no code yet; one that waits was sent one when it came.
            if v.is_in()
                && let Err(e) = flow::send_code(&web.app, v).await
            {
                tracing::info!(link = %v.link.id, error = %e, "no code was sent");
            }
            see("/c/code")
        }
        // A permission that has ended is given anew first: nothing is read under the old one.
        Where::Mend(Purpose::Repair(c)) if earlier::must_renew(web, client, c).await? => see(format!("/c/renew/{c}")),
        Where::Mend(purpose) => {
            let id = web.app.random().id(web.app.now());
            match flow::mend(&web.app, v, id, purpose).await {
                Ok(id) => see(format!("/c/a/{id}")),
                // The connection ended meanwhile: what there is can still be seen.
                Err(app::Error::NotFound) => see("/c/earlier"),
                Err(e) => return Err(e.into()),
            }
        }
        place => way(place),
    })
}

fn way(place: Where) -> Response {
    match place {
        Where::Code => see("/c/code"),
        Where::Attempt(id) => see(format!("/c/a/{id}")),
        Where::Mend(_) | Where::Earlier => see("/c/earlier"),
        Where::Search => see("/c/search"),
    }
}

/// The bare address: back to the step where the client was.
pub async fn resume(State(web): State<Web>, client: Client) -> Answer {
    Ok(way(flow::place(&web.app, &client.v).await?))
}

pub async fn ask(State(web): State<Web>, door: Door, source: Source, Form(posted): Form<Code>) -> Answer {
    flow::ask(&web.app, &source.key(), &posted.code).await?;
    app::invitations::ask(&web.app, &posted.code).await?;
    Ok(gone(&web, &door, &posted.code, true).await)
}
