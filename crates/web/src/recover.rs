//! Forgotten passwords and the way back in. The link's secret travels in form posts, never in an address; known and unknown addresses, and
//! expired, spent, replaced and unknown links, read the same.

use crate::csrf::Form;
use crate::door::{Door, Source};
use crate::join::grouped;
use crate::known::Browser;
use crate::respond::{Answer, Page, WebError, again, see, see_saying};
use crate::routes::{Audience, Route};
use crate::sign_in::{json, put};
use crate::troubles::plain;
use crate::view::join::JoinCode;
use crate::view::kit::{Field, FieldKind, Problem, Problems};
use crate::view::recover::{Recover, RecoverSaid, RecoveryCodes};
use crate::{Web, cookies};
use app::recovery::{self, Back, Opened};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use model::recovery::Lost;
use model::{Secret, Span};
use serde::de::IgnoredAny;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/forgot", Audience::Public, forgot),
        Route::post("/forgot", Audience::Public, ask),
        Route::get("/recover", Audience::Public, door),
        Route::post("/recover", Audience::Public, open),
        Route::post("/recover/password", Audience::Public, password),
        Route::post("/recover/spoken", Audience::Public, spoken),
        Route::get("/recover/new", Audience::Public, new),
        Route::post("/recover/new/password", Audience::Public, new_password),
        Route::post("/recover/new/factor", Audience::Public, new_factor),
        Route::post("/recover/new/passkey/begin", Audience::Public, begin_passkey),
        Route::post("/recover/new/passkey", Audience::Public, new_passkey),
    ]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Given {
    email: String,
    code: String,
    password: String,
    factor: String,
    spoken: String,
    ceremony: String,
    answer: String,
}

fn mistakes(fields: &[app::Field]) -> Problems {
    Problems(fields.iter().map(|f| Problem { field: f.name, text: f.message.clone() }).collect())
}

fn wrong(fields: &[app::Field], name: &str) -> String {
    fields.iter().find(|f| f.name == name).map(|f| f.message.clone()).unwrap_or_default()
}

async fn frame(web: &Web, door: &Door, firm: &str) -> crate::view::shell::PlainShell {
    let mut shell = plain(web, &door.csrf).await;
    if !firm.is_empty() {
        shell.firm = firm.to_owned();
    }
    shell
}

async fn forgot(State(web): State<Web>, door: Door) -> Answer {
    Ok(Page(forgot_page(&web, &door, "", &[]).await).into_response())
}

async fn forgot_page(web: &Web, door: &Door, email: &str, fields: &[app::Field]) -> Recover {
    let mail =
        Field::new("email", "Email").kind(FieldKind::Email).autocomplete("username").value(email).error(wrong(fields, "email")).large();
    Recover {
        shell: frame(web, door, "").await,
        problems: mistakes(fields),
        title: "Forgot your password?",
        text:
            "Type the address you sign in with. If we know it, a link to set a new password is on its way there. Have the phone with your \
               app at hand, or one of your printed codes."
                .into(),
        action: "/forgot",
        code: String::new(),
        username: String::new(),
        fields: vec![mail],
        button: "Send the link",
        secret: None,
        passkey: false,
    }
}

async fn ask(State(web): State<Web>, door: Door, source: Source, Form(given): Form<Given>) -> Answer {
    match recovery::ask(&web.app, &given.email, &source.key()).await {
        Ok(()) => {
            let text = "If we know the address, a message with a link is on its way. It works for an hour. If nothing comes, look among unwanted \
                        mail, and check that it is the address you sign in with.";
            Ok(Page(RecoverSaid { shell: frame(&web, &door, "").await, title: "Look at your mail", text }).into_response())
        }
        Err(app::Error::Invalid(fields)) => Ok(again(forgot_page(&web, &door, &given.email, &fields).await)),
        Err(e) => Err(e.into()),
    }
}

const GONE: &str = "This link doesn’t work, or not any more. Ask for a new one.";

async fn door(State(web): State<Web>, door: Door) -> Answer {
    Ok(Page(door_page(&web, &door, "").await).into_response())
}

async fn door_page(web: &Web, door: &Door, error: &str) -> JoinCode {
    let code = Field::new("code", "Code").error(error).large();
    JoinCode {
        shell: frame(web, door, "").await,
        problems: Problems::of([code.problem()]),
        title: "Set up your sign-in",
        text: "Type the code from the message: the part of the link after the #. Capitals and dashes don’t matter.",
        code,
        action: "/recover".into(),
    }
}

async fn gone(web: &Web, door: &Door) -> Answer {
    Ok(again(door_page(web, door, GONE).await))
}

async fn look(web: &Web, source: &Source, code: &str) -> Result<Option<Opened>, WebError> {
    app::limits::take(&web.app, &format!("recover|{}", source.key()), 20, Span::minutes(10)).await?;
    match recovery::peek(&web.app, code).await {
        Ok(opened) => Ok(Some(opened)),
        Err(app::Error::NotFound) => Ok(None),
        Err(e) => Err(e.into()),
    }
}

async fn open(State(web): State<Web>, door: Door, source: Source, Form(given): Form<Given>) -> Answer {
    match look(&web, &source, &given.code).await? {
        Some(o) => Ok(Page(step(&web, &door, &given.code, &o, &[]).await).into_response()),
        None => gone(&web, &door).await,
    }
}

fn new_password_field(short: bool, fields: &[app::Field]) -> Field {
    let least = if short { 8 } else { 15 };
    Field::new("password", "New password")
        .kind(FieldKind::Password)
        .autocomplete("new-password")
        .hint(format!("At least {least} characters; a few words in a row are fine"))
        .error(wrong(fields, "password"))
        .large()
}

/// The form for the second method.
async fn step(web: &Web, door: &Door, code: &str, o: &Opened, fields: &[app::Field]) -> Recover {
    let (title, text, action, button, asked) = match o.lost {
        Lost::Password => {
            let factor = Field::new("factor", "Code from your app, or a printed recovery code").autocomplete("one-time-code");
            let factor = factor.error(wrong(fields, "code")).large();
            let text = format!("For {}. Every browser that is signed in now is signed out.", o.email);
            let asked = vec![new_password_field(o.short_passwords, fields), factor];
            ("Set a new password", text, "/recover/password", "Set the password", asked)
        }
        Lost::Factors => {
            let spoken =
                Field::new("spoken", "Code that you were told").autocomplete("off").hint("Eight digits").error(wrong(fields, "spoken"));
            let text = format!("{} reads out a code of eight digits to you on the telephone. Type it here.", o.firm);
            ("Set up your sign-in anew", text, "/recover/spoken", "Continue", vec![spoken.large()])
        }
    };
    Recover {
        shell: frame(web, door, &o.firm).await,
        problems: Problems::of(asked.iter().map(Field::problem)),
        title,
        text,
        action,
        code: code.to_owned(),
        username: if o.lost == Lost::Password { o.email.clone() } else { String::new() },
        fields: asked,
        button,
        secret: None,
        passkey: false,
    }
}

async fn password(State(web): State<Web>, door: Door, source: Source, browser: Browser, Form(given): Form<Given>) -> Answer {
    let Some(o) = look(&web, &source, &given.code).await? else { return gone(&web, &door).await };
    match recovery::set_password(&web.app, &given.code, Secret::new(given.password), &given.factor, browser.from()).await {
        Ok((whole, email)) => {
            let mut answer = see_saying(&web, "/", "Your new password is set. Other browsers are signed out.");
            browser.signed_in(&web, &mut answer, &whole, &email).await?;
            Ok(answer)
        }
        Err(app::Error::Invalid(fields)) => Ok(again(step(&web, &door, &given.code, &o, &fields).await)),
        Err(app::Error::NotFound) => gone(&web, &door).await,
        Err(e) => Err(e.into()),
    }
}

async fn spoken(State(web): State<Web>, door: Door, source: Source, Form(given): Form<Given>) -> Answer {
    let Some(o) = look(&web, &source, &given.code).await? else { return gone(&web, &door).await };
    match recovery::enrolling(&web.app, &given.code, &given.spoken, &source.device).await {
        Ok(way) => {
            let mut answer = see("/recover/new");
            put(&mut answer, cookies::set(&web, cookies::WAY, way.expose(), None));
            Ok(answer)
        }
        Err(app::Error::Invalid(fields)) => Ok(again(step(&web, &door, &given.code, &o, &fields).await)),
        Err(app::Error::NotFound) => gone(&web, &door).await,
        Err(e) => Err(e.into()),
    }
}

/// Whoever is on the way in this browser, or the door.
async fn back(web: &Web, headers: &HeaderMap) -> Result<(String, Back), WebError> {
    let Some(way) = cookies::read(web, headers, cookies::WAY) else { return Err(WebError::Elsewhere("/recover")) };
    match Back::find(&web.app, way).await {
        Ok(back) => Ok((way.to_owned(), back)),
        Err(app::Error::NotFound) => Err(WebError::Elsewhere("/recover")),
        Err(e) => Err(e.into()),
    }
}

async fn new(State(web): State<Web>, door: Door, headers: HeaderMap) -> Answer {
    let (_, back) = back(&web, &headers).await?;
    Ok(Page(new_page(&web, &door, &back, &[]).await).into_response())
}

async fn new_page(web: &Web, door: &Door, back: &Back, fields: &[app::Field]) -> Recover {
    Recover {
        shell: frame(web, door, &back.firm).await,
        problems: mistakes(fields),
        title: "Choose how you sign in",
        text: format!("Welcome back, {}. What you had before no longer counts once this is done.", back.name),
        action: "/recover/new/password",
        code: String::new(),
        username: back.email.clone(),
        fields: vec![new_password_field(back.short_passwords, fields)],
        button: "Use a password",
        secret: None,
        passkey: app::passkeys::possible(&web.app),
    }
}

async fn key_page(web: &Web, door: &Door, back: &Back, shown: app::factors::Shown, fields: &[app::Field]) -> Answer {
    let qr = app::qr::svg(shown.address.expose())?;
    let factor = Field::new("factor", "Code from the app").kind(FieldKind::Code).error(wrong(fields, "factor")).large();
    let view = Recover {
        shell: frame(web, door, &back.firm).await,
        problems: mistakes(fields),
        title: "Set up your second step",
        text: format!("At each sign-in {} asks for a code from an authenticator app on your phone.", back.firm),
        action: "/recover/new/factor",
        code: String::new(),
        username: String::new(),
        fields: vec![factor],
        button: "Confirm and sign in",
        secret: Some((grouped(shown.secret.expose()), qr)),
        passkey: false,
    };
    Ok(if fields.is_empty() { Page(view).into_response() } else { again(view) })
}

async fn new_password(State(web): State<Web>, door: Door, headers: HeaderMap, Form(given): Form<Given>) -> Answer {
    let (way, back) = back(&web, &headers).await?;
    match recovery::choose_password(&web.app, &way, Secret::new(given.password)).await {
        Ok(shown) => key_page(&web, &door, &back, shown, &[]).await,
        Err(app::Error::Invalid(fields)) => Ok(again(new_page(&web, &door, &back, &fields).await)),
        Err(e) => Err(e.into()),
    }
}

async fn new_factor(State(web): State<Web>, door: Door, browser: Browser, headers: HeaderMap, Form(given): Form<Given>) -> Answer {
    let (way, back) = back(&web, &headers).await?;
    match recovery::confirm(&web.app, &way, &given.factor, browser.from()).await {
        Ok(done) => done_page(&web, &browser, &back, done).await,
        Err(app::Error::Invalid(fields)) => {
            let shown = recovery::waiting_key(&web.app, &way).await?;
            key_page(&web, &door, &back, shown, &fields).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn begin_passkey(State(web): State<Web>, headers: HeaderMap, Form(_): Form<IgnoredAny>) -> Answer {
    let (way, _) = back(&web, &headers).await?;
    Ok(json(&recovery::begin_passkey(&web.app, &way).await?))
}

async fn new_passkey(State(web): State<Web>, door: Door, browser: Browser, headers: HeaderMap, Form(given): Form<Given>) -> Answer {
    let (way, back) = back(&web, &headers).await?;
    let answer = serde_json::from_str(&given.answer).unwrap_or_default();
    match recovery::finish_passkey(&web.app, &way, &given.ceremony, &answer, browser.from()).await {
        Ok(done) => done_page(&web, &browser, &back, done).await,
        Err(app::Error::Invalid(fields)) => Ok(again(new_page(&web, &door, &back, &fields).await)),
        Err(e) => Err(e.into()),
    }
}

async fn done_page(web: &Web, browser: &Browser, back: &Back, done: (Secret<String>, Vec<Secret<String>>)) -> Result<Response, WebError> {
    let (whole, codes) = done;
    let csrf = crate::csrf::token(web, cookies::SESSION, whole.expose());
    let mut shell = plain(web, &csrf).await;
    shell.firm = back.firm.clone();
    let codes = codes.iter().map(|c| c.expose().clone()).collect();
    let mut answer = Page(RecoveryCodes { shell, email: back.email.clone(), codes, next: "/" }).into_response();
    browser.signed_in(web, &mut answer, &whole, &back.email).await?;
    put(&mut answer, cookies::clear(web, cookies::WAY));
    Ok(answer)
}
