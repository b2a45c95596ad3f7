//! What the checklist's forms do. A form with mistakes shows the checklist again with that step open and what was typed.

use super::{Holding, steps};
use crate::Web;
use crate::csrf::Form;
use crate::known::Browser;
use crate::respond::{Answer, again, see};
use crate::routes::{Audience, Route};
use crate::sign_in::put;
use crate::upload::Upload;
use crate::{cookies, respond::WebError};
use app::setup::{self, NewSmtp};
use axum::extract::State;
use axum::response::Response;
use model::Secret;
use std::collections::HashMap;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/setup/address", Audience::Setup, address),
        Route::post("/setup/administrator", Audience::Setup, administrator),
        Route::post("/setup/administrator/confirm", Audience::Setup, confirm),
        Route::post("/setup/firm", Audience::Setup, firm),
        Route::post("/setup/support", Audience::Setup, support),
        Route::post("/setup/mail", Audience::Setup, mail),
        Route::post("/setup/mail/test", Audience::Setup, mail_test),
        Route::post("/setup/keys", Audience::Setup, keys),
    ]
}

/// What was typed and what is wrong with it.
#[derive(Default)]
pub(super) struct Typed {
    values: HashMap<String, String>,
    wrong: Vec<app::Field>,
    /// A sentence about the whole form.
    pub whole: String,
}

impl Typed {
    pub fn value<'a>(&'a self, name: &str, otherwise: &'a str) -> &'a str {
        self.values.get(name).map_or(otherwise, String::as_str)
    }
    pub fn wrong(&self, name: &str) -> String {
        crate::settings::wrong(&self.wrong, name)
    }
}

type Given = Form<HashMap<String, String>>;

fn text<'a>(given: &'a HashMap<String, String>, name: &str) -> &'a str {
    given.get(name).map_or("", String::as_str)
}

/// On with the checklist, or the same step with its mistakes.
async fn ended(web: &Web, holding: &Holding, step: &str, mut values: HashMap<String, String>, done: app::Result<()>) -> Answer {
    let (wrong, whole) = match done {
        // These have a second part or an answer to show: they stay open.
        Ok(()) if matches!(step, "administrator" | "mail" | "keys") => return Ok(see(format!("/setup?change={step}#{step}"))),
        Ok(()) => return Ok(see(format!("/setup#{step}"))),
        Err(app::Error::Invalid(wrong)) => (wrong, String::new()),
        Err(app::Error::Refused(why)) => (Vec::new(), why),
        Err(app::Error::Fault(fault)) => {
            (Vec::new(), format!("The provider could not be asked ({}). Nothing was saved. Try again in a minute.", fault.code))
        }
        Err(e) => return Err(e.into()),
    };
    for secret in ["password", "secret", "factor"] {
        values.remove(secret);
    }
    let typed = Typed { values, wrong, whole };
    Ok(again(steps::view(web, holding, step, &typed).await?))
}

async fn address(State(web): State<Web>, holding: Holding, Form(given): Given) -> Answer {
    let t = |name| text(&given, name);
    let done = setup::save_address(&web.app, &holding.holder, t("url"), t("way"), t("proxy"), t("certificate"), t("key")).await;
    ended(&web, &holding, "address", given.clone(), done.map(|_| ())).await
}

async fn administrator(State(web): State<Web>, holding: Holding, Form(given): Given) -> Answer {
    let password = Secret::new(text(&given, "password").to_owned());
    let done = setup::save_administrator(&web.app, &holding.holder, text(&given, "name"), text(&given, "email"), password).await;
    ended(&web, &holding, "administrator", given, done.map(|_| ())).await
}

async fn confirm(State(web): State<Web>, holding: Holding, browser: Browser, Form(given): Given) -> Answer {
    match setup::confirm_administrator(&web.app, &holding.holder, text(&given, "factor"), browser.from()).await {
        Ok((whole, email)) => {
            let mut answer = see("/setup");
            browser.signed_in(&web, &mut answer, &whole, &email).await?;
            put(&mut answer, cookies::clear(&web, cookies::SETUP));
            Ok(answer)
        }
        Err(app::Error::NotFound) => Err(WebError::Refused("Enter the administrator again: the key was replaced or has run out.".into())),
        Err(e) => ended(&web, &holding, "administrator", given, Err(e)).await,
    }
}

async fn firm(State(web): State<Web>, holding: Holding, upload: Upload) -> Result<Response, WebError> {
    let (name, zone) = (upload.field("name").to_owned(), upload.field("zone").to_owned());
    let done = async {
        if let (Some(logo), Some(staff)) = (&upload.file, &holding.staff) {
            app::firms::set_logo(&web.app, &staff.scope, logo).await?;
        }
        setup::save_firm(&web.app, &holding.holder, &name, &zone).await
    };
    let done = match done.await {
        // The file's field has no place for a message of its own.
        Err(app::Error::Invalid(wrong)) if wrong.iter().any(|f| f.name == "logo") => {
            Err(app::Error::Refused(wrong.into_iter().map(|f| f.message).collect::<Vec<_>>().join(" ")))
        }
        done => done,
    };
    let values = HashMap::from([("name".to_owned(), name.clone()), ("zone".to_owned(), zone.clone())]);
    ended(&web, &holding, "firm", values, done).await
}

async fn support(State(web): State<Web>, holding: Holding, Form(given): Given) -> Answer {
    let disclaimer = text(&given, "disclaimer").replace("\r\n", "\n");
    let done =
        setup::save_support(&web.app, &holding.holder, text(&given, "support_email"), text(&given, "support_phone"), &disclaimer).await;
    ended(&web, &holding, "support", given, done).await
}

async fn mail(State(web): State<Web>, holding: Holding, Form(given): Given) -> Answer {
    if let Some(confirm) = super::before_mail(&web, &holding).await? {
        return Ok(confirm);
    }
    let t = |name| text(&given, name).to_owned();
    let new = NewSmtp { host: t("host"), port: t("port"), security: t("security"), user: t("user"), password: Secret::new(t("password")) };
    let done = setup::save_mail(&web.app, &holding.holder, new).await;
    ended(&web, &holding, "mail", given, done).await
}

async fn mail_test(State(web): State<Web>, holding: Holding, Form(given): Given) -> Answer {
    let done = match holding.holder.firm() {
        Ok(scope) => setup::test_mail(&web.app, &scope, text(&given, "to")).await,
        Err(e) => Err(e),
    };
    ended(&web, &holding, "mail", given, done).await
}

async fn keys(State(web): State<Web>, holding: Holding, Form(given): Given) -> Answer {
    let secret = Secret::new(text(&given, "secret").to_owned());
    let go_on = text(&given, "then") == "go-on";
    let done = setup::save_keys(&web.app, &holding.holder, text(&given, "provider"), text(&given, "client_id"), secret, go_on).await;
    ended(&web, &holding, "keys", given, done).await
}
