//! The mail page: how messages leave, and whether the product writes to clients by itself.

use crate::Web;
use crate::csrf::Form;
use crate::respond::{Answer, Page, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::kit::Problems;
use crate::view::settings::{SettingsMail, SettingsTab};
use crate::view::shell::Here;
use crate::view::words;
use app::firms;
use app::mail::{Security, Transport};
use axum::extract::State;
use axum::response::IntoResponse;
use serde::de::IgnoredAny;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/mail", Audience::Staff, show),
        Route::post("/settings/mail", Audience::Administrator, save).fresh(),
        Route::post("/settings/mail/test", Audience::Administrator, test),
    ]
}

/// How messages leave, in words.
pub(crate) fn way(transport: &Transport) -> String {
    match transport {
        Transport::Off => "Not set up: nothing can be sent".into(),
        Transport::Folder(_) => "Kept in the demo’s outbox".into(),
        Transport::Memory(_) => "Kept in memory".into(),
        Transport::Smtp(s) => {
            let line = match s.security {
                Security::Tls => "TLS",
                Security::StartTls => "STARTTLS",
                Security::None => "no encryption",
            };
            format!("{}, port {}, {line}", s.host, s.port)
        }
    }
}

async fn show(State(web): State<Web>, staff: Staff) -> Answer {
    let firm = firms::own(&web.app, &staff.scope).await?;
    let support = firm.settings.support_email;
    let (now, zone) = (web.app.now(), staff.zone());
    let tested = app::setup::mail_tested(&web.app, &staff.scope).await?.map_or(String::new(), |t| match t.confirmed_at {
        Some(at) => format!("Arrived {}", words::moment(at, now, &zone)),
        None => format!("Sent to {} {}, not confirmed yet", t.to, words::moment(t.sent_at, now, &zone)),
    });
    let change = if staff.is_administrator() && !web.app.config().demo { "/setup?change=mail#mail".into() } else { String::new() };
    let view = SettingsMail {
        shell: staff.shell(&web, Here::Settings),
        tab: SettingsTab::Mail,
        problems: Problems::default(),
        way: way(&web.app.post()),
        from: if support.is_empty() { "The support address, once it is set".into() } else { support },
        sends: firm.settings.sends_mail,
        may_change: staff.is_administrator(),
        tested,
        change,
    };
    Ok(Page(view).into_response())
}

#[derive(serde::Deserialize)]
struct Given {
    #[serde(default)]
    sends: String,
}

async fn save(State(web): State<Web>, staff: Staff, Form(given): Form<Given>) -> Answer {
    let sends = given.sends == "yes";
    firms::set_sends_mail(&web.app, &staff.scope, sends).await?;
    let said = if sends { "The product writes Asset Sync e-mails." } else { "The product writes to no client now." };
    Ok(see_saying(&web, "/settings/mail", said))
}

/// To the administrator's own address; the link in it confirms the way.
async fn test(State(web): State<Web>, staff: Staff, Form(_): Form<IgnoredAny>) -> Answer {
    app::setup::test_mail(&web.app, &staff.scope, &staff.email).await?;
    Ok(see_saying(&web, "/settings/mail", &format!("A test message to {} is on its way. Open the link in it.", staff.email)))
}
