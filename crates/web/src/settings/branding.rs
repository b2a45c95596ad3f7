//! The firm's logo, and what it says under messages and to its own advisers.

use super::{saved, view, wrong};
use crate::Web;
use crate::csrf::Form;
use crate::respond::{Answer, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::upload::Upload;
use crate::view::kit::{Field, FieldKind};
use app::firms::{self, Statements};
use axum::extract::State;
use serde::de::IgnoredAny;

pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/settings/logo", Audience::Administrator, take),
        Route::post("/settings/logo/remove", Audience::Administrator, remove),
        Route::post("/settings/statements", Audience::Administrator, state),
    ]
}

pub fn fields(said: &Statements, mistakes: &[app::Field]) -> [Field; 4] {
    [
        Field::new("mail_disclaimer", "Under every message")
            .kind(FieldKind::Area)
            .value(&said.mail_disclaimer)
            .hint("Stands under what the product writes to clients and advisers")
            .error(wrong(mistakes, "mail_disclaimer"))
            .optional(),
        Field::new("compliance", "Your rules for talking with clients")
            .kind(FieldKind::Area)
            .value(&said.compliance)
            .hint("Advisers are reminded of them before they send an invitation")
            .error(wrong(mistakes, "compliance"))
            .optional(),
        Field::new("compliance_link", "Where the rules stand in full")
            .kind(FieldKind::Url)
            .value(&said.compliance_link)
            .error(wrong(mistakes, "compliance_link"))
            .optional(),
        Field::new("data_support", "Data Support")
            .kind(FieldKind::Email)
            .value(&said.data_support)
            .hint("The mailbox that advisers’ tickets go to, your operator’s for instance. Empty: your administrators")
            .error(wrong(mistakes, "data_support"))
            .optional(),
    ]
}

async fn take(State(web): State<Web>, staff: Staff, upload: Upload) -> Answer {
    // Nothing chosen is no picture.
    match firms::set_logo(&web.app, &staff.scope, upload.file.as_deref().unwrap_or_default()).await {
        Ok(()) => Ok(see_saying(&web, "/settings", "Your logo stands at the head of every page.")),
        Err(app::Error::Invalid(fields)) => Ok(again(view(&web, &staff, &saved(&web, &staff).await?, &fields, None).await?)),
        Err(e) => Err(e.into()),
    }
}

async fn remove(State(web): State<Web>, staff: Staff, Form(_): Form<IgnoredAny>) -> Answer {
    firms::remove_logo(&web.app, &staff.scope).await?;
    Ok(see_saying(&web, "/settings", "The logo is removed."))
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Given {
    mail_disclaimer: String,
    compliance: String,
    compliance_link: String,
    data_support: String,
}

async fn state(State(web): State<Web>, staff: Staff, Form(given): Form<Given>) -> Answer {
    // Browsers send lines with carriage returns.
    let said = Statements {
        mail_disclaimer: given.mail_disclaimer.replace("\r\n", "\n"),
        compliance: given.compliance.replace("\r\n", "\n"),
        compliance_link: given.compliance_link,
        data_support: given.data_support,
    };
    match firms::save_statements(&web.app, &staff.scope, &said).await {
        Ok(()) => Ok(see_saying(&web, "/settings", "The statements are saved.")),
        Err(app::Error::Invalid(fields)) => Ok(again(view(&web, &staff, &saved(&web, &staff).await?, &fields, Some(&said)).await?)),
        Err(e) => Err(e.into()),
    }
}
