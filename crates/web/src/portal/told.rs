//! "Something looks wrong" and suggestions, from the client's side (P37): the form, and what became of each.

use super::words::See;
use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::session::Client;
use crate::suggestions::said;
use crate::view::kit::{Field, FieldKind, Problems};
use crate::view::portal::{PortalHere, PortalTold, PortalWrong};
use app::portal::Lens;
use app::suggestions::{Draft, New, Subject};
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::portal::Right;
use model::suggestion::SuggestionKind;
use model::{HouseholdId, SuggestionId};

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Posted {
    id: String,
    about: String,
    kind: String,
    words: String,
    value: String,
    as_of: String,
}

impl Posted {
    fn kind(&self) -> SuggestionKind {
        SuggestionKind::from_key(&self.kind).unwrap_or(SuggestionKind::Wrong)
    }
}

pub async fn ask(State(web): State<Web>, client: Client, At(household): At<HouseholdId>, Query(asked): Query<Posted>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let subject = app::suggestions::subject(&web.app, &lens, &asked.about).await?;
    let id: SuggestionId = web.app.random().id(web.app.now());
    let posted = Posted { id: id.to_string(), ..asked };
    Ok(Page(form(&web, &client, &lens, &subject, &posted, &[]).await?).into_response())
}

async fn form(
    web: &Web,
    client: &Client,
    lens: &Lens,
    subject: &Subject,
    p: &Posted,
    wrong: &[app::Field],
) -> Result<PortalWrong, WebError> {
    let about = app::portal_reports::about(&web.app, lens).await?;
    let shell = super::shell(web, client, lens, PortalHere::Nowhere).await?;
    let said = |name: &str| wrong.iter().find(|f| f.name == name).map(|f| f.message.clone()).unwrap_or_default();
    let suggests = lens.holds(Right::Suggest);
    let words = Field::new("words", "In your own words").kind(FieldKind::Area).value(&p.words);
    let words = words.hint("What is wrong, and what would be right. No passwords or codes.").error(said("words"));
    let draft = (suggests && subject.typed).then(|| {
        let value = Field::new("value", "Value")
            .kind(FieldKind::Amount)
            .value(&p.value)
            .hint("In the account’s own currency")
            .optional()
            .error(said("value"));
        (value, Field::new("as_of", "As of").kind(FieldKind::Date).value(&p.as_of).optional().error(said("as_of")))
    });
    let back = if subject.key.parse::<model::AccountId>().is_ok() || subject.key.is_empty() { "" } else { subject.key.as_str() };
    let page = match back {
        "" | "home" => shell.base.clone(),
        key if model::portal::Area::from_key(key).is_some() || key == "accounts" => format!("{}/{key}", shell.base),
        _ => shell.base.clone(),
    };
    let mut problems = vec![words.problem()];
    problems.extend(draft.iter().flat_map(|(v, d)| [v.problem(), d.problem()]));
    Ok(PortalWrong {
        problems: Problems::of(problems),
        action: format!("{}/wrong", shell.base),
        id: p.id.clone(),
        about: subject.key.clone(),
        subject: subject.name.clone(),
        adviser: about.adviser_name().to_owned(),
        words,
        suggests,
        change: suggests && p.kind() == SuggestionKind::Change,
        draft,
        back: page,
        shell,
    })
}

pub async fn send(State(web): State<Web>, client: Client, At(household): At<HouseholdId>, Form(posted): Form<Posted>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let subject = app::suggestions::subject(&web.app, &lens, &posted.about).await?;
    let typed = !posted.value.trim().is_empty() || (!posted.as_of.trim().is_empty() && posted.kind() == SuggestionKind::Change);
    let new = New {
        id: posted.id.parse().map_err(|_| WebError::Unreadable)?,
        kind: posted.kind(),
        about: posted.about.clone(),
        words: posted.words.clone(),
        draft: (typed && subject.typed).then(|| Draft { value: posted.value.clone(), as_of: posted.as_of.clone() }),
    };
    match app::suggestions::send(&web.app, &lens, &new).await {
        Ok(()) => Ok(see_saying(&web, format!("{}/told", super::at(household)), "Sent. The answer shows here.")),
        Err(app::Error::Invalid(wrong)) => Ok(again(form(&web, &client, &lens, &subject, &posted, &wrong).await?)),
        Err(e) => Err(e.into()),
    }
}

pub async fn list(State(web): State<Web>, client: Client, At(household): At<HouseholdId>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let (about, rows) = app::suggestions::own(&web.app, &lens).await?;
    let shell = super::shell(&web, &client, &lens, PortalHere::Nowhere).await?;
    let see = See { shell: &shell, lens: &lens, about: &about, members: &[] };
    let by = |s: &app::suggestions::Suggestion| if s.answered_at.is_some() { about.firm.name.clone() } else { String::new() };
    let view = PortalTold {
        rows: rows.iter().map(|s| said(s, String::new(), by(s), about.now, &about.zone)).collect(),
        adviser: about.adviser_name().to_owned(),
        wrong: see.wrong("home", "").class("btn"),
        shell: shell.clone(),
    };
    Ok(Page(view).into_response())
}
