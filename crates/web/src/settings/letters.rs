//! The letters: a list, and a page for each to put it in the firm's own words, look at it with invented people, or go back to ours.

use super::wrong;
use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::kit::{Field, FieldKind, Problems};
use crate::view::settings::{LetterRow, SettingsLetter, SettingsLetters, SettingsTab, SlotRow};
use crate::view::shell::Here;
use app::firms::{self, FirmRow, Wording};
use app::mail::letters::{self, Kind};
use axum::extract::State;
use axum::response::IntoResponse;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/letters", Audience::Staff, list),
        Route::get("/settings/letters/{letter}", Audience::Staff, show),
        Route::post("/settings/letters/{letter}", Audience::Administrator, change),
    ]
}

fn at(kind: Kind) -> String {
    format!("/settings/letters/{}", kind.key())
}

fn own(firm: &FirmRow, kind: Kind) -> bool {
    firm.settings.letters.contains_key(kind.key())
}

async fn list(State(web): State<Web>, staff: Staff) -> Answer {
    let firm = firms::own(&web.app, &staff.scope).await?;
    let row = |k: Kind| LetterRow { title: k.title(), when: k.when(), href: at(k), own: own(&firm, k) };
    let rows = Kind::ALL.into_iter().map(row).collect();
    Ok(Page(SettingsLetters { shell: staff.shell(&web, Here::Settings), tab: SettingsTab::Letters, rows }).into_response())
}

async fn show(State(web): State<Web>, staff: Staff, At(key): At<String>) -> Answer {
    let kind = Kind::from_key(&key).ok_or(WebError::NotFound)?;
    let firm = firms::own(&web.app, &staff.scope).await?;
    let wording = letters::wording(&firm.settings, kind);
    Ok(Page(view(&web, &staff, &firm, kind, &wording, &[])).into_response())
}

fn view(web: &Web, staff: &Staff, firm: &FirmRow, kind: Kind, w: &Wording, fields: &[app::Field]) -> SettingsLetter {
    let subject = Field::new("subject", "Subject").value(&w.subject).error(wrong(fields, "subject"));
    let body = Field::new("body", "Text").kind(FieldKind::Area).value(&w.body).error(wrong(fields, "body"));
    let body = body.hint("An empty line begins a new paragraph. What stands in braces is filled in.");
    let (shown_subject, mut shown) = match fields {
        [] => letters::filled(w, &letters::invented(&firm.name)),
        _ => Default::default(),
    };
    // The firm's line stands under what the product sends; the offered one goes out by the adviser's own mail.
    if !shown.is_empty() && kind != Kind::Invitation {
        shown.extend(app::mail::disclaimer(firm));
    }
    SettingsLetter {
        shell: staff.shell(web, Here::Settings),
        tab: SettingsTab::Letters,
        problems: Problems::of([subject.problem(), body.problem()]),
        title: kind.title(),
        when: kind.when(),
        action: at(kind),
        own: own(firm, kind),
        subject,
        body,
        slots: kind.slots().map(|s| SlotRow { name: s.name(), meaning: s.meaning(), needed: kind.needs(s) }).collect(),
        shown_subject,
        shown,
        may_change: staff.is_administrator(),
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Given {
    subject: String,
    body: String,
    act: String,
}

async fn change(State(web): State<Web>, staff: Staff, At(key): At<String>, Form(given): Form<Given>) -> Answer {
    let kind = Kind::from_key(&key).ok_or(WebError::NotFound)?;
    let firm = firms::own(&web.app, &staff.scope).await?;
    // Browsers send lines with carriage returns.
    let wording = Wording { subject: given.subject.trim().to_owned(), body: given.body.replace("\r\n", "\n").trim().to_owned() };
    if given.act == "reset" {
        firms::set_letter(&web.app, &staff.scope, kind, None).await?;
        return Ok(see_saying(&web, at(kind), "The letter is back to our words."));
    }
    if let Err(fields) = letters::check(kind, &wording) {
        return Ok(again(view(&web, &staff, &firm, kind, &wording, &fields)));
    }
    if given.act == "preview" {
        return Ok(Page(view(&web, &staff, &firm, kind, &wording, &[])).into_response());
    }
    firms::set_letter(&web.app, &staff.scope, kind, Some(wording)).await?;
    Ok(see_saying(&web, at(kind), "The letter is saved. The next one goes out like this."))
}
