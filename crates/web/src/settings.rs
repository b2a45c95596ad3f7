//! The firm's settings: read by all staff, changed by administrators.

mod institutions;
mod mail;
pub(crate) use mail::way;
mod staff;

use crate::at::At;
use crate::csrf::Form;
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::kit::{Field, FieldKind, Problems};
use crate::view::settings::{SettingsFirm, SettingsTab};
use crate::view::shell::Here;
use crate::{Web, zones};
use app::firms::{self, Change};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use model::FirmId;

pub fn routes() -> Vec<Route> {
    let own = vec![
        Route::get("/settings", Audience::Staff, show),
        Route::post("/settings", Audience::Administrator, save),
        Route::get("/logo/{firm}", Audience::Public, logo),
    ];
    [own, staff::routes(), mail::routes(), institutions::routes()].into_iter().flatten().collect()
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct Given {
    pub name: String,
    pub zone: String,
    pub support_email: String,
    pub support_phone: String,
    pub disclaimer: String,
}

impl Given {
    pub(crate) fn change(&self) -> Change {
        Change {
            name: self.name.clone(),
            time_zone: self.zone.clone(),
            support_email: self.support_email.clone(),
            support_phone: self.support_phone.clone(),
            // Browsers send lines with carriage returns.
            disclaimer: self.disclaimer.replace("\r\n", "\n"),
        }
    }
}

/// The message at one field.
pub(crate) fn wrong(fields: &[app::Field], name: &str) -> String {
    fields.iter().find(|f| f.name == name).map(|f| f.message.clone()).unwrap_or_default()
}

async fn show(State(web): State<Web>, staff: Staff) -> Answer {
    let firm = firms::own(&web.app, &staff.scope).await?;
    let given = Given {
        name: firm.name,
        zone: firm.time_zone,
        support_email: firm.settings.support_email,
        support_phone: firm.settings.support_phone,
        disclaimer: firm.settings.disclaimer,
    };
    Ok(Page(view(&web, &staff, &given, &[]).await?).into_response())
}

async fn view(web: &Web, staff: &Staff, given: &Given, fields: &[app::Field]) -> Result<SettingsFirm, WebError> {
    let plan = firms::own(&web.app, &staff.scope).await?.plan;
    let name = Field::new("name", "Name").value(&given.name).error(wrong(fields, "name"));
    let zone = zones::select(&given.zone, None).error(wrong(fields, "zone"));
    let support_email = Field::new("support_email", "Support e-mail")
        .kind(FieldKind::Email)
        .value(&given.support_email)
        .error(wrong(fields, "support_email"))
        .optional();
    let support_phone =
        Field::new("support_phone", "Support phone").value(&given.support_phone).error(wrong(fields, "support_phone")).optional();
    let disclaimer = Field::new("disclaimer", "Disclaimer")
        .kind(FieldKind::Area)
        .value(&given.disclaimer)
        .hint("Stands under every report")
        .error(wrong(fields, "disclaimer"))
        .optional();
    let problems = [name.problem(), zone.problem(), support_email.problem(), support_phone.problem(), disclaimer.problem()];
    Ok(SettingsFirm {
        shell: staff.shell(web, Here::Settings),
        tab: SettingsTab::Firm,
        problems: Problems::of(problems),
        name,
        zone,
        support_email,
        support_phone,
        disclaimer,
        plan: firms::plan_line(plan),
        may_change: staff.is_administrator(),
    })
}

async fn save(State(web): State<Web>, staff: Staff, Form(given): Form<Given>) -> Answer {
    match firms::save(&web.app, &staff.scope, &given.change()).await {
        Ok(()) => Ok(see_saying(&web, "/settings", "The firm’s settings are saved.")),
        Err(app::Error::Invalid(fields)) => Ok(again(view(&web, &staff, &given, &fields).await?)),
        Err(e) => Err(e.into()),
    }
}

async fn logo(State(web): State<Web>, At(firm): At<FirmId>) -> Answer {
    let (mime, body) = firms::logo(&web.app, firm).await?;
    Ok(([(CONTENT_TYPE, mime), (CACHE_CONTROL, "public, max-age=3600".into())], body).into_response())
}
