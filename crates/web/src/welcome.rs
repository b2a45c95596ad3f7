//! An invited client's way in, from the button to the portal. Its cookie is its own: named `enrol`, sent to these pages alone, for an hour.

mod ways;

use crate::Web;
use crate::csrf::Form;
use crate::door::{Door, Source};
use crate::respond::{Answer, Page, WebError, again, see};
use crate::routes::{Audience, Route};
use crate::view::kit::{Field, FieldKind, Problems};
use crate::view::shell::{Contact, FlowShell};
use crate::view::welcome::{Part, Welcome, WelcomeStart};
use crate::view::words;
use app::invitations::{self as acts, Entry, Peek, Step, Visitor};
use app::sessions::Session;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use model::Span;
use model::invitation::TO_FINISH;
use model::permission::Role;

pub fn routes() -> Vec<Route> {
    let own = vec![
        Route::post("/welcome/portal", Audience::Public, begin),
        Route::get("/welcome/portal", Audience::Link, show),
        Route::post("/welcome/portal/address", Audience::Link, address),
        Route::post("/welcome/portal/code", Audience::Link, code),
        Route::post("/welcome/portal/code/again", Audience::Link, code_again),
    ];
    [own, ways::routes()].into_iter().flatten().collect()
}

const HERE: &str = "/welcome/portal";
const COOKIE_NAME: &str = "enrol";

fn cookie_name(web: &Web) -> String {
    if web.app.secure_cookies() { format!("__Secure-{COOKIE_NAME}") } else { COOKIE_NAME.to_owned() }
}

fn read_cookie<'a>(web: &Web, headers: &'a HeaderMap) -> Option<&'a str> {
    let name = cookie_name(web);
    let pairs = headers.get_all(COOKIE).into_iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    pairs.filter_map(|p| p.trim().split_once('=')).find(|(n, _)| *n == name).map(|(_, v)| v)
}

fn set_cookie(web: &Web, value: &str) -> HeaderValue {
    let secure = if web.app.secure_cookies() { "; Secure" } else { "" };
    let keep = if value.is_empty() { Span::ZERO } else { TO_FINISH };
    let text = format!("{}={value}; Path={HERE}; HttpOnly; SameSite=Lax{secure}; Max-Age={}", cookie_name(web), keep.as_seconds());
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Firm and purpose, nothing else: what the door shows of an invitation's code.
pub(crate) fn start(web: &Web, door: &Door, seen: &Peek, code: String) -> Response {
    let settings = &seen.firm.settings;
    let contact = Contact { firm: seen.firm.name.clone(), phone: settings.support_phone.clone(), email: settings.support_email.clone() };
    let logo = crate::settings::logo_href(seen.firm.logo_at.map(|at| (seen.firm.id, at)));
    let shell = FlowShell { contact, logo, csrf: door.csrf.clone(), sandbox: web.app.config().demo, ..FlowShell::default() };
    let zone = jiff::tz::TimeZone::get(&seen.firm.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let until = format!("This link works until {}, until the sign-in is made.", words::until(seen.until, web.app.now(), &zone));
    Page(WelcomeStart { shell, hidden: vec![("code", code)], until }).into_response()
}

/// Somebody behind an enrolment's cookie.
pub(crate) struct Guest {
    v: Visitor,
    csrf: String,
    /// Who is signed in in this browser, if anybody.
    session: Option<Session>,
}

impl FromRequestParts<Web> for Guest {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Guest, Response> {
        let Ok(door) = Door::from_request_parts(parts, web).await;
        let cookie = read_cookie(web, &parts.headers).unwrap_or_default();
        let token = crate::cookies::read(web, &parts.headers, crate::cookies::SESSION).unwrap_or_default();
        let session = app::sessions::find(&web.app, token).await.map_err(|e| WebError::from(e).into_response())?;
        match acts::visitor(&web.app, cookie).await {
            Ok(Some(v)) => Ok(Guest { v, csrf: door.csrf, session }),
            Ok(None) => Err(crate::connect::gone(web, &door, "", false).await),
            Err(e) => Err(WebError::from(e).into_response()),
        }
    }
}

impl Guest {
    fn shell(&self, web: &Web) -> FlowShell {
        let (firm, settings) = (&self.v.firm, &self.v.firm.settings);
        FlowShell {
            contact: Contact { firm: firm.name.clone(), phone: settings.support_phone.clone(), email: settings.support_email.clone() },
            logo: crate::settings::logo_href(firm.logo_at.map(|at| (firm.id, at))),
            csrf: self.csrf.clone(),
            sandbox: web.app.config().demo,
            ..FlowShell::default()
        }
    }

    fn email(&self) -> String {
        self.v.enrolment.email.clone().unwrap_or_default()
    }

    /// This browser is signed in with the sign-in that would gain the household.
    fn is_signed_in(&self) -> bool {
        let key = app::sign_in::email_key;
        self.session
            .as_ref()
            .is_some_and(|s| s.role == Role::Client && s.scope.firm() == self.v.invitation.firm && key(&s.email) == key(&self.email()))
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Given {
    code: String,
    email: String,
}

/// The button on the door's page.
async fn begin(State(web): State<Web>, door: Door, source: Source, headers: HeaderMap, Form(given): Form<Given>) -> Answer {
    let cookie = read_cookie(&web, &headers);
    match acts::redeem(&web.app, &source.key(), &given.code, cookie, &source.device).await? {
        Entry::Neutral => Ok(crate::connect::gone(&web, &door, &given.code, false).await),
        Entry::In(value) => {
            let mut answer = see(HERE);
            if let Some(value) = value {
                answer.headers_mut().append(SET_COOKIE, set_cookie(&web, value.expose()));
            }
            Ok(answer)
        }
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Way {
    /// Back to the address, where none is bound.
    address: String,
}

async fn show(State(web): State<Web>, guest: Guest, Query(way): Query<Way>) -> Answer {
    let step = acts::step(&web.app, &guest.v).await?;
    let anew = !way.address.is_empty() && guest.v.invitation.email.is_none();
    let step = if anew { Step::Address } else { step };
    Ok(Page(at_step(&web, &guest, step, &[], "").await?).into_response())
}

/// The page of a step, with what is wrong at its fields and what was typed.
async fn at_step(web: &Web, guest: &Guest, step: Step, fields: &[app::Field], typed: &str) -> Result<Welcome, WebError> {
    let wrong = |name: &str| crate::settings::wrong(fields, name);
    let unbound = guest.v.invitation.email.is_none();
    let email = guest.email();
    let (part, problem) = match step {
        Step::Address => {
            let hint = "You sign in with it. We send a code there next.";
            let field = Field::new("email", "Your e-mail address").kind(FieldKind::Email).autocomplete("email").large();
            let field = field.value(typed).hint(hint).error(wrong("email"));
            (Part::Address { email: field.clone() }, field.problem())
        }
        Step::Code { spoken } => {
            let field = Field::new("code", "Code").kind(FieldKind::Code).error(wrong("code")).large();
            // A stranger with the link does not learn which address it is bound to.
            let to = if unbound { email } else { "the mailbox your adviser wrote to".into() };
            (Part::Code { code: field.clone(), by_voice: spoken, to, typed: unbound }, field.problem())
        }
        Step::Choose => {
            let least = if guest.v.firm.settings.short_passwords { 8 } else { 15 };
            let hint = format!("{least} characters or more. A few unrelated words work well.");
            let field = Field::new("password", "Choose a password").kind(FieldKind::Password).autocomplete("new-password");
            let field = field.hint(hint).error(wrong("password")).large();
            let passkeys = app::passkeys::possible(&web.app);
            (Part::Choose { email, password: field.clone(), passkeys }, field.problem())
        }
        Step::Factor => {
            let shown = acts::waiting_factor(&web.app, &guest.v).await?;
            let qr = app::qr::svg(shown.address.expose())?;
            let field = Field::new("factor", "Code that the app shows").kind(FieldKind::Code).error(wrong("factor")).large();
            (Part::Factor { email, key: shown.secret.expose().clone(), qr, factor: field.clone() }, field.problem())
        }
        Step::Exists => (Part::Exists { email, signed_in: guest.is_signed_in() }, None),
        Step::Taken => (Part::Taken { typed: unbound }, None),
    };
    let mut problems = Problems::of([problem]);
    if let Some(whole) = fields.iter().find(|f| f.name.is_empty() || f.name == "passkey") {
        problems = Problems::whole(whole.message.clone());
    }
    Ok(Welcome { shell: guest.shell(web), problems, part })
}

/// After an act: the step that comes next, or the same one with what is wrong. A step that is over leads to the present one.
async fn next(web: &Web, guest: &Guest, done: app::Result<()>, typed: &str) -> Answer {
    match done {
        Ok(()) | Err(app::Error::NotFound) => Ok(see(HERE)),
        Err(app::Error::Invalid(fields)) => {
            let step = match fields.first().map(|f| f.name) {
                Some("email") => Step::Address,
                Some("password" | "passkey") => Step::Choose,
                _ => acts::step(&web.app, &guest.v).await?,
            };
            Ok(again(at_step(web, guest, step, &fields, typed).await?))
        }
        Err(app::Error::Refused(why)) => {
            let step = acts::step(&web.app, &guest.v).await?;
            let fields = [app::Field { name: "", message: why }];
            Ok(again(at_step(web, guest, step, &fields, typed).await?))
        }
        Err(e) => Err(e.into()),
    }
}

async fn address(State(web): State<Web>, guest: Guest, Form(given): Form<Given>) -> Answer {
    let done = acts::give_address(&web.app, &guest.v, &given.email).await;
    next(&web, &guest, done, &given.email).await
}

async fn code(State(web): State<Web>, guest: Guest, Form(given): Form<Given>) -> Answer {
    let done = acts::try_code(&web.app, &guest.v, &given.code).await;
    next(&web, &guest, done, "").await
}

async fn code_again(State(web): State<Web>, guest: Guest, Form(_): Form<Given>) -> Answer {
    let done = acts::send_code(&web.app, &guest.v).await;
    next(&web, &guest, done, "").await
}
