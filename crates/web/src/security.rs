//! Somebody's own sign-in: passkeys, password, authenticator, printed codes, browsers. The same pages for staff and clients; every change of a
//! factor asks for one again first.

use crate::Web;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::door::Source;
use crate::join::grouped;
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Person;
use crate::sign_in::json;
use crate::troubles::plain;
use crate::view::kit::{Field, FieldKind, Problems};
use crate::view::recover::RecoveryCodes;
use crate::view::security::{BrowserRow, KeyRow, Security, SecurityForm};
use crate::view::shell::{Note, PlainShell};
use crate::view::words;
use app::security::{self, Confirmed, NewKey};
use axum::extract::State;
use axum::response::IntoResponse;
use model::{PasskeyId, Secret};

pub fn routes() -> Vec<Route> {
    let person = Audience::Person;
    vec![
        Route::get("/security", person, show),
        Route::post("/security/passkeys/begin", person, begin_passkey).fresh(),
        Route::post("/security/passkeys", person, add_passkey).fresh(),
        Route::post("/security/passkeys/{passkey}/name", person, rename),
        Route::post("/security/passkeys/{passkey}/remove", person, remove).fresh(),
        Route::post("/security/authenticator", person, authenticator).fresh(),
        Route::post("/security/authenticator/confirm", person, confirm).fresh(),
        Route::post("/security/codes", person, codes).fresh(),
        Route::get("/security/password", person, show_password).fresh(),
        Route::post("/security/password", person, set_password).fresh(),
        Route::post("/security/sessions/end", person, end),
        Route::post("/security/sessions/end-others", person, end_others),
    ]
}

/// The plain frame with this person's firm in it.
pub(crate) async fn frame(web: &Web, person: &Person) -> PlainShell {
    let theme = person.preferences.theme();
    PlainShell { firm: person.firm.clone(), theme, ..plain(web, &person.csrf).await }
}

async fn show(State(web): State<Web>, person: Person) -> Answer {
    Ok(Page(page(&web, &person, Problems::default()).await?).into_response())
}

async fn page(web: &Web, person: &Person, problems: Problems) -> Result<Security, WebError> {
    let ways = security::ways(&web.app, &person.session).await?;
    let (now, zone) = (web.app.now(), person.zone());
    let moment = |t| words::moment(t, now, &zone);
    let key = |k: app::passkeys::Listed| KeyRow {
        id: k.id.to_string(),
        name: k.name,
        when: match k.used_at {
            Some(at) => format!("Added {}, used {}", moment(k.created_at), moment(at)),
            None => format!("Added {}", moment(k.created_at)),
        },
    };
    let browser = |s: app::sessions::Elsewhere| {
        let from = if s.origin.is_empty() { String::new() } else { format!("From {}, ", s.origin) };
        let when = format!("{from}signed in {}, seen {}", moment(s.since), moment(s.seen_at));
        BrowserRow { reference: s.reference, device: s.device, when, here: s.here }
    };
    let held = app::recovery::held_until(&web.app, &person.scope, person.user).await?;
    let complete = ways.password && ways.authenticator;
    let lonely = ways.codes_left == 0 && ways.passkeys.len() + usize::from(complete) < 2;
    Ok(Security {
        shell: frame(web, person).await,
        problems,
        said: person.said.clone().map(Note::ok),
        email: person.email.clone(),
        held: held.map(|_| Note::info(app::recovery::held_words())),
        keys: ways.passkeys.into_iter().map(key).collect(),
        possible: app::passkeys::possible(&web.app),
        password: ways.password,
        authenticator: ways.authenticator,
        codes_left: ways.codes_left,
        browsers: app::sessions::list(&web.app, &person.session).await?.into_iter().map(browser).collect(),
        lonely,
    })
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Given {
    label: String,
    ceremony: String,
    answer: String,
    factor: String,
    password: String,
    session: String,
}

/// Back to the page, which says what was done, or what was wrong.
async fn done(web: &Web, person: &Person, result: app::Result<()>, said: &str) -> Answer {
    match result {
        Ok(()) => Ok(see_saying(web, "/security", said)),
        Err(app::Error::Invalid(fields)) => {
            let problems = Problems::whole(fields.first().map_or("", |f| f.message.as_str()));
            Ok(again(page(web, person, problems).await?))
        }
        Err(e) => Err(e.into()),
    }
}

async fn begin_passkey(State(web): State<Web>, person: Person, Form(_): Form<Nothing>) -> Answer {
    Ok(json(&security::begin_passkey(&web.app, &person.session).await?))
}

async fn add_passkey(State(web): State<Web>, person: Person, source: Source, Form(given): Form<Given>) -> Answer {
    let answer = serde_json::from_str(&given.answer).unwrap_or_default();
    let label = if given.label.trim().is_empty() { source.device.as_str() } else { &given.label };
    let added = security::add_passkey(&web.app, &person.session, &given.ceremony, &answer, label).await;
    done(&web, &person, added, "The passkey is added. Other browsers are signed out.").await
}

async fn rename(State(web): State<Web>, person: Person, At(passkey): At<PasskeyId>, Form(given): Form<Given>) -> Answer {
    let renamed = app::passkeys::rename(&web.app, &person.scope, person.user, passkey, &given.label).await;
    done(&web, &person, renamed, "The passkey has its new name.").await
}

async fn remove(State(web): State<Web>, person: Person, At(passkey): At<PasskeyId>, Form(_): Form<Nothing>) -> Answer {
    let removed = security::remove_passkey(&web.app, &person.session, passkey).await;
    done(&web, &person, removed, "The passkey is removed. Other browsers are signed out.").await
}

async fn authenticator(State(web): State<Web>, person: Person, Form(_): Form<Nothing>) -> Answer {
    let key = security::new_authenticator(&web.app, &person.session).await?;
    Ok(Page(key_page(&web, &person, key, "").await?).into_response())
}

async fn key_page(web: &Web, person: &Person, key: NewKey, error: &str) -> Result<SecurityForm, WebError> {
    let field = Field::new("factor", "Code from the app").kind(FieldKind::Code).error(error).large();
    Ok(SecurityForm {
        shell: frame(web, person).await,
        problems: Problems::of([field.problem()]),
        title: "Set up an authenticator app",
        text: "The one you have now works until the new one has shown its first code.",
        action: "/security/authenticator/confirm",
        email: person.email.clone(),
        ceremony: key.ceremony.expose().clone(),
        secret: Some((grouped(key.shown.secret.expose()), app::qr::svg(key.shown.address.expose())?)),
        field,
        button: "Confirm",
    })
}

async fn confirm(State(web): State<Web>, person: Person, Form(given): Form<Given>) -> Answer {
    match security::confirm_authenticator(&web.app, &person.session, &given.ceremony, &given.factor).await? {
        Confirmed::Yes => Ok(see_saying(&web, "/security", "The new authenticator is in use. Other browsers are signed out.")),
        Confirmed::Wrong(key) => {
            let error = "This code doesn’t fit. Type the six digits that the app shows now.";
            Ok(again(key_page(&web, &person, key, error).await?))
        }
    }
}

async fn codes(State(web): State<Web>, person: Person, Form(_): Form<Nothing>) -> Answer {
    let made = security::new_codes(&web.app, &person.session).await?;
    let codes = made.iter().map(|c| c.expose().clone()).collect();
    let shell = frame(&web, &person).await;
    Ok(Page(RecoveryCodes { shell, email: person.email.clone(), codes, next: "/security" }).into_response())
}

async fn password_page(web: &Web, person: &Person, error: &str) -> Result<SecurityForm, WebError> {
    let least = if security::ways(&web.app, &person.session).await?.short_passwords { 8 } else { 15 };
    let field = Field::new("password", "New password").kind(FieldKind::Password).autocomplete("new-password");
    let field = field.hint(format!("At least {least} characters; a few words in a row are fine")).error(error).large();
    Ok(SecurityForm {
        shell: frame(web, person).await,
        problems: Problems::of([field.problem()]),
        title: "Choose a password",
        text: "Use it nowhere else. Every other browser of yours is signed out.",
        action: "/security/password",
        email: person.email.clone(),
        ceremony: String::new(),
        secret: None,
        field,
        button: "Set the password",
    })
}

async fn show_password(State(web): State<Web>, person: Person) -> Answer {
    Ok(Page(password_page(&web, &person, "").await?).into_response())
}

async fn set_password(State(web): State<Web>, person: Person, Form(given): Form<Given>) -> Answer {
    match security::set_password(&web.app, &person.session, Secret::new(given.password)).await {
        Ok(()) => Ok(see_saying(&web, "/security", "Your password is changed. Other browsers are signed out.")),
        Err(app::Error::Invalid(fields)) => {
            let message = fields.first().map_or("", |f| f.message.as_str());
            Ok(again(password_page(&web, &person, message).await?))
        }
        Err(e) => Err(e.into()),
    }
}

async fn end(State(web): State<Web>, person: Person, Form(given): Form<Given>) -> Answer {
    app::sessions::end_named(&web.app, &person.session, &given.session).await?;
    Ok(see_saying(&web, "/security", "That browser is signed out."))
}

async fn end_others(State(web): State<Web>, person: Person, Form(_): Form<Nothing>) -> Answer {
    app::sessions::end_others(&web.app, &person.session).await?;
    Ok(see_saying(&web, "/security", "The other browsers are signed out."))
}
