//! Is it you? The code from the mailbox, or read out by the adviser.

use super::{Client, door};
use crate::Web;
use crate::at::Nothing;
use crate::csrf::Form;
use crate::respond::{Answer, Page, again as drawn_again, see};
use crate::view::connect::MailboxCode;
use crate::view::kit::{Field, FieldKind, Problems};
use app::connect_flow as flow;
use axum::extract::State;
use axum::response::IntoResponse;

#[derive(serde::Deserialize)]
pub struct Typed {
    #[serde(default)]
    code: String,
}

fn page(web: &Web, client: &Client, error: &str) -> MailboxCode {
    let hint =
        if client.v.is_in() { "Works for 10 minutes." } else { "Works for 10 minutes. Opening it here signs out the other browser." };
    let code = Field::new("code", "6-digit code").kind(FieldKind::Code).autocomplete("one-time-code").hint(hint).error(error);
    let by_voice = client.v.member.email.is_none() || !client.v.firm.settings.sends_mail;
    MailboxCode {
        shell: client.shell(web, 0),
        problems: Problems::of([code.problem()]),
        code,
        action: "/c/code".into(),
        again: if by_voice { String::new() } else { "/c/code/again".into() },
        by_voice,
        earlier: client.v.is_in(),
    }
}

pub async fn show(State(web): State<Web>, client: Client) -> Answer {
    if client.v.is_in() && !flow::needs_proof(&web.app, &client.v).await? {
        return Ok(see("/c"));
    }
    Ok(Page(page(&web, &client, "")).into_response())
}

pub async fn try_it(State(web): State<Web>, client: Client, Form(typed): Form<Typed>) -> Answer {
    if client.v.is_in() && !flow::needs_proof(&web.app, &client.v).await? {
        return Ok(see("/c"));
    }
    let wrong = |text: &str| Ok(drawn_again(page(&web, &client, text)));
    match flow::try_code(&web.app, &client.v, &typed.code).await {
        Ok(()) => {}
        Err(app::Error::Invalid(fields)) => return wrong(fields.first().map_or("", |f| &f.message)),
        Err(app::Error::TooMany(_)) => return wrong("Too many tries for now. Wait an hour, or ask your adviser."),
        Err(e) => return Err(e.into()),
    }
    // The session has changed: read it again before going on.
    let cookie_session = flow::again(&web.app, &client.v).await?;
    match cookie_session {
        Some(v) => door::enter(&web, &Client { v, csrf: client.csrf }).await,
        None => Ok(see("/c")),
    }
}

pub async fn again(State(web): State<Web>, client: Client, Form(Nothing {}): Form<Nothing>) -> Answer {
    match flow::send_code(&web.app, &client.v).await {
        Ok(()) => Ok(see("/c/code")),
        Err(app::Error::TooMany(_)) => {
            Ok(drawn_again(page(&web, &client, "We sent several codes already. Use the newest, or wait an hour.")))
        }
        Err(app::Error::Refused(why)) => Ok(drawn_again(page(&web, &client, &why))),
        Err(e) => Err(e.into()),
    }
}
