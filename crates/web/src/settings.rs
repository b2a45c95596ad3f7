//! The firm's settings: read by all staff, changed by administrators.

mod branding;
mod institutions;
mod letters;
mod likeness;
mod mail;
mod prices;
pub(crate) use mail::way;
pub(crate) mod reliability;
mod signals;
mod staff;
mod typed;

use crate::at::At;
use crate::csrf::Form;
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::kit::{Field, FieldKind, Problem, Problems};
use crate::view::settings::{SettingsFirm, SettingsTab};
use crate::view::shell::Here;
use crate::{Web, zones};
use app::firms::{self, Change, Statements};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use model::{FirmId, Time};

pub fn routes() -> Vec<Route> {
    let own = vec![
        Route::get("/settings", Audience::Staff, show),
        Route::post("/settings", Audience::Administrator, save),
        Route::get("/logo/{firm}", Audience::Public, logo),
    ];
    [
        own,
        branding::routes(),
        letters::routes(),
        likeness::routes(),
        staff::routes(),
        mail::routes(),
        institutions::routes(),
        prices::routes(),
        reliability::routes(),
        signals::routes(),
        typed::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
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

/// Where the logo is, by whose it is and when it was last changed: a new one is another address.
pub(crate) fn logo_href(logo: Option<(FirmId, Time)>) -> Option<String> {
    logo.map(|(firm, at)| format!("/logo/{firm}?v={}", at.0))
}

async fn show(State(web): State<Web>, staff: Staff) -> Answer {
    let given = saved(&web, &staff).await?;
    Ok(Page(view(&web, &staff, &given, &[], None).await?).into_response())
}

/// The first form as it was saved.
async fn saved(web: &Web, staff: &Staff) -> Result<Given, WebError> {
    let firm = firms::own(&web.app, &staff.scope).await?;
    Ok(Given {
        name: firm.name,
        zone: firm.time_zone,
        support_email: firm.settings.support_email,
        support_phone: firm.settings.support_phone,
        disclaimer: firm.settings.disclaimer,
    })
}

/// The whole page: one of its forms may have been posted with mistakes.
async fn view(web: &Web, staff: &Staff, given: &Given, fields: &[app::Field], said: Option<&Statements>) -> Result<SettingsFirm, WebError> {
    let firm = firms::own(&web.app, &staff.scope).await?;
    let saved = Statements {
        mail_disclaimer: firm.settings.mail_disclaimer.clone(),
        compliance: firm.settings.compliance.clone(),
        compliance_link: firm.settings.compliance_link.clone(),
        data_support: firm.settings.data_support.clone(),
    };
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
        .hint("Stands under every report that is printed or shown")
        .error(wrong(fields, "disclaimer"))
        .optional();
    let statements = branding::fields(said.unwrap_or(&saved), fields);
    let logo_error = wrong(fields, "logo");
    let mut problems = vec![name.problem(), zone.problem(), support_email.problem(), support_phone.problem(), disclaimer.problem()];
    problems.push((!logo_error.is_empty()).then(|| Problem { field: "logo", text: logo_error.clone() }));
    problems.extend(statements.iter().map(Field::problem));
    Ok(SettingsFirm {
        shell: staff.shell(web, Here::Settings),
        tab: SettingsTab::Firm,
        problems: Problems::of(problems),
        name,
        zone,
        support_email,
        support_phone,
        disclaimer,
        plan: firms::plan_line(firm.plan),
        logo: logo_href(firm.logo_at.map(|at| (firm.id, at))),
        logo_error,
        statements,
        may_change: staff.is_administrator(),
    })
}

async fn save(State(web): State<Web>, staff: Staff, Form(given): Form<Given>) -> Answer {
    match firms::save(&web.app, &staff.scope, &given.change()).await {
        Ok(()) => Ok(see_saying(&web, "/settings", "The firm’s settings are saved.")),
        Err(app::Error::Invalid(fields)) => Ok(again(view(&web, &staff, &given, &fields, None).await?)),
        Err(e) => Err(e.into()),
    }
}

async fn logo(State(web): State<Web>, At(firm): At<FirmId>) -> Answer {
    let (mime, body) = firms::logo(&web.app, firm).await?;
    Ok(([(CONTENT_TYPE, mime), (CACHE_CONTROL, "public, max-age=3600".into())], body).into_response())
}
