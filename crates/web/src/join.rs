//! A new member of staff opens their invitation. The code travels in form posts, never in an address.

use crate::Web;
use crate::csrf::Form;
use crate::door::{Door, Source};
use crate::known::Browser;
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::routes::{Audience, Route};
use crate::troubles::plain;
use crate::view::join::{Join, JoinCode};
use crate::view::kit::{Field, FieldKind, Problem, Problems};
use app::factors::Shown;
use app::staff::{self, Invited};
use axum::extract::State;
use axum::response::IntoResponse;
use model::{Secret, Span};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/welcome", Audience::Public, show),
        Route::post("/welcome", Audience::Public, open),
        Route::post("/welcome/password", Audience::Public, password),
        Route::post("/welcome/factor", Audience::Public, factor),
    ]
}

async fn show(State(web): State<Web>, door: Door) -> Answer {
    Ok(Page(code_page(&web, &door, "").await).into_response())
}

async fn code_page(web: &Web, door: &Door, error: &str) -> JoinCode {
    let code = Field::new("code", "Code").error(error).large();
    JoinCode {
        shell: plain(web, &door.csrf).await,
        problems: Problems::of([code.problem()]),
        title: "Open your invitation",
        text: "Type the code from your invitation: the part of the link after the #. Capitals and dashes don’t matter.",
        code,
        action: "/welcome".into(),
    }
}

/// Unknown, expired, spent and replaced codes read the same.
const GONE: &str = "This invitation doesn’t work, or not any more. Check the code, or ask your administrator for a new one.";

#[derive(serde::Deserialize)]
struct Given {
    #[serde(default)]
    code: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    factor: String,
}

async fn invited(web: &Web, source: &Source, code: &str) -> Result<Option<Invited>, WebError> {
    match staff::invited(&web.app, code).await {
        Ok(invited) => Ok(Some(invited)),
        Err(app::Error::NotFound) => {
            app::limits::take(&web.app, &format!("welcome|{}", source.key()), 20, Span::minutes(10)).await?;
            Ok(None)
        }
        Err(e) => Err(e.into()),
    }
}

async fn open(State(web): State<Web>, door: Door, source: Source, Form(given): Form<Given>) -> Answer {
    match invited(&web, &source, &given.code).await? {
        Some(invited) => Ok(Page(page(&web, &door, given.code, &invited, "", None, "").await?).into_response()),
        None => Ok(again(code_page(&web, &door, GONE).await)),
    }
}

async fn page(
    web: &Web,
    door: &Door,
    code: String,
    who: &Invited,
    error: &str,
    shown: Option<Shown>,
    factor: &str,
) -> Result<Join, WebError> {
    let least = if who.short_passwords { 8 } else { 15 };
    let password = Field::new("password", "Password")
        .kind(FieldKind::Password)
        .autocomplete("new-password")
        .hint(format!("At least {least} characters; a few words in a row are fine"))
        .error(error)
        .large();
    let factor = Field::new("factor", "Code from the app").kind(FieldKind::Code).error(factor).large();
    let mut shell = plain(web, &door.csrf).await;
    shell.firm = who.firm.clone();
    let secret = shown.map(|s| app::qr::svg(s.address.expose()).map(|qr| (grouped(s.secret.expose()), qr))).transpose()?;
    let problems = Problems::of([password.problem(), factor.problem()]);
    Ok(Join { shell, problems, code, name: who.name.clone(), email: who.email.clone(), password, secret, factor })
}

/// Four letters at a time, as people read keys.
pub(crate) fn grouped(secret: &str) -> String {
    secret.as_bytes().chunks(4).map(|c| String::from_utf8_lossy(c).into_owned()).collect::<Vec<_>>().join(" ")
}

async fn password(State(web): State<Web>, door: Door, source: Source, Form(given): Form<Given>) -> Answer {
    let Some(who) = invited(&web, &source, &given.code).await? else { return Ok(again(code_page(&web, &door, GONE).await)) };
    match staff::choose_password(&web.app, &given.code, Secret::new(given.password)).await {
        Ok(shown) => Ok(Page(page(&web, &door, given.code, &who, "", Some(shown), "").await?).into_response()),
        Err(app::Error::Invalid(fields)) => {
            let message = fields.first().map_or("", |f| f.message.as_str());
            Ok(again(page(&web, &door, given.code, &who, message, None, "").await?))
        }
        Err(app::Error::NotFound) => Ok(again(code_page(&web, &door, GONE).await)),
        Err(e) => Err(e.into()),
    }
}

async fn factor(State(web): State<Web>, door: Door, source: Source, browser: Browser, Form(given): Form<Given>) -> Answer {
    let Some(who) = invited(&web, &source, &given.code).await? else { return Ok(again(code_page(&web, &door, GONE).await)) };
    match staff::confirm(&web.app, &given.code, &given.factor, browser.from()).await {
        Ok((whole, email)) => {
            let mut answer = see_saying(&web, "/", "Your sign-in is set up.");
            browser.signed_in(&web, &mut answer, &whole, &email).await?;
            Ok(answer)
        }
        Err(app::Error::Invalid(fields)) => {
            let message = fields.first().map_or(String::new(), |f| f.message.clone());
            let shown = staff::waiting_factor(&web.app, &given.code).await?;
            let mut view = page(&web, &door, given.code, &who, "", Some(shown), &message).await?;
            view.problems = Problems(vec![Problem { field: "factor", text: message }]);
            Ok(again(view))
        }
        Err(app::Error::NotFound) => Ok(again(code_page(&web, &door, GONE).await)),
        Err(e) => Err(e.into()),
    }
}
