//! The set-up checklist: its door, its forms, and the page that shows where it stands.

mod forms;
mod steps;

use crate::csrf::Form;
use crate::door::{Door, Source};
use crate::respond::{Answer, Page, WebError, again, see};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::sign_in::put;
use crate::troubles::plain;
use crate::view::join::JoinCode;
use crate::view::kit::{Field, Problems};
use crate::view::setup::SetupCode;
use crate::view::shell::{Note, PlainShell};
use crate::view::wrong::Wrong;
use crate::{Web, cookies};
use app::setup::{self, Holder};
use axum::extract::{FromRequestParts, Query, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use model::Span;

pub fn routes() -> Vec<Route> {
    let own = vec![
        Route::get("/setup", Audience::Public, show),
        Route::post("/setup/begin", Audience::Public, begin),
        Route::get("/mail-test", Audience::Public, mail_door),
        Route::post("/mail-test", Audience::Public, mail_confirm),
    ];
    [own, forms::routes()].into_iter().flatten().collect()
}

/// Whoever may set up: the code's session, or the administrator's.
#[derive(Clone)]
pub(crate) struct Holding {
    pub holder: Holder,
    pub staff: Option<Staff>,
    pub csrf: String,
}

impl FromRequestParts<Web> for Holding {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Holding, WebError> {
        let staff = match Staff::from_request_parts(parts, web).await {
            Ok(staff) => Some(staff),
            Err(WebError::SignIn(_)) => None,
            Err(e) => return Err(e),
        };
        let session = cookies::read(web, &parts.headers, cookies::SETUP).unwrap_or_default();
        let holder = setup::holder(&web.app, session, staff.as_ref().map(|s| &s.scope)).await?;
        let Ok(door) = Door::from_request_parts(parts, web).await;
        let csrf = staff.as_ref().map_or(door.csrf, |s| s.csrf.clone());
        Ok(Holding { holder, staff, csrf })
    }
}

/// The guard of every route of the set-up.
pub(crate) async fn holders_only(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match Holding::from_request_parts(&mut parts, &web).await {
        Ok(_) => next.run(Request::from_parts(parts, body)).await,
        Err(e) => e.into_response(),
    }
}

/// Which step is opened again.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Opened {
    change: String,
}

async fn show(State(web): State<Web>, door: Door, holding: Result<Holding, WebError>, Query(opened): Query<Opened>) -> Answer {
    if let (Ok(holding), "mail") = (&holding, opened.change.as_str())
        && let Some(confirm) = before_mail(&web, holding).await?
    {
        return Ok(confirm);
    }
    match holding {
        Ok(holding) => Ok(Page(steps::view(&web, &holding, &opened.change, &forms::Typed::default()).await?).into_response()),
        Err(WebError::NotFound) if setup::is_needed(&web.app).await? => Ok(Page(code_page(&web, &door, "").await).into_response()),
        // An administrator comes back here after signing in; for everybody else there is nothing.
        Err(WebError::NotFound) if !web.app.config().demo => Err(WebError::SignIn("/setup".into())),
        Err(e) => Err(e),
    }
}

/// Whoever changes how mail leaves reads the links in it: an administrator shows a factor first. While there is no mail, there is nothing
/// to take over.
async fn before_mail(web: &Web, holding: &Holding) -> Result<Option<Response>, WebError> {
    match &holding.staff {
        Some(staff) if !matches!(web.app.post(), app::mail::Transport::Off) => {
            crate::step_up::first(web, staff, "/setup?change=mail").await
        }
        _ => Ok(None),
    }
}

async fn shell(web: &Web, csrf: &str) -> PlainShell {
    plain(web, csrf).await
}

async fn code_page(web: &Web, door: &Door, error: &str) -> SetupCode {
    let code = Field::new("code", "Set-up code").error(error).large();
    SetupCode { shell: shell(web, &door.csrf).await, problems: Problems::of([code.problem()]), code, action: "/setup/begin".into() }
}

#[derive(serde::Deserialize)]
struct Code {
    #[serde(default)]
    code: String,
}

async fn begin(State(web): State<Web>, door: Door, source: Source, Form(given): Form<Code>) -> Answer {
    match setup::redeem(&web.app, &given.code, &source.key()).await {
        Ok(session) => {
            let mut answer = see("/setup");
            put(&mut answer, cookies::set(&web, cookies::SETUP, session.expose(), Some(Span::days(1))));
            Ok(answer)
        }
        Err(app::Error::NotFound) => {
            let why = "This code doesn’t work, or was used already. Start the program again and it prints a new one.";
            Ok(again(code_page(&web, &door, why).await))
        }
        Err(e) => Err(e.into()),
    }
}

async fn mail_door(State(web): State<Web>, door: Door) -> Answer {
    Ok(Page(mail_page(&web, &door, "").await).into_response())
}

async fn mail_page(web: &Web, door: &Door, error: &str) -> JoinCode {
    let code = Field::new("code", "Code").error(error).large();
    JoinCode {
        shell: shell(web, &door.csrf).await,
        problems: Problems::of([code.problem()]),
        title: "Confirm the test message",
        text: "Type the code from the test message: the part of the link after the #.",
        code,
        action: "/mail-test".into(),
    }
}

async fn mail_confirm(State(web): State<Web>, door: Door, source: Source, Form(given): Form<Code>) -> Answer {
    app::limits::take(&web.app, &format!("mail-test|{}", source.key()), 20, Span::minutes(10)).await?;
    match setup::confirm_mail(&web.app, &given.code).await {
        Ok(()) => {
            let text = "Mail from this installation reaches you. You can close this page, or go on with the set-up.".into();
            let way = Some(("Go to the set-up".into(), "/setup".into()));
            let page = Wrong::not_found(shell(&web, &door.csrf).await);
            let (tone, icon) = (Note::ok("").tone, crate::icons::OK);
            Ok(Page(Wrong { title: "The test message arrived".into(), text, way, tone, icon, ..page }).into_response())
        }
        Err(app::Error::NotFound) => {
            Ok(again(mail_page(&web, &door, "This is not the link of the last test message. Send another one and use its link.").await))
        }
        Err(e) => Err(e.into()),
    }
}
