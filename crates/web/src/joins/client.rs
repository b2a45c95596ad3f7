//! The same questions in the portal: about what came by the client's own sign-ins.

use super::{Answered, Said, lines, list};
use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::icons as icon;
use crate::respond::{Answer, Page, WebError, see_saying};
use crate::session::Client;
use crate::view::joins::{PortalPaths, PortalSame};
use crate::view::portal::{PortalAct, PortalHere};
use axum::extract::State;
use axum::response::IntoResponse;
use model::portal::Right;
use model::{AccountId, HouseholdId};

pub async fn show(State(web): State<Web>, client: Client, At(household): At<HouseholdId>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    if !lens.holds(Right::Connect) {
        return Err(WebError::NotFound);
    }
    let (about, _, doubled) = app::joins::own(&web.app, &lens).await?;
    let shell = crate::portal::shell(&web, &client, &lens, PortalHere::Accounts).await?;
    let base = crate::portal::at(household);
    let view = PortalSame {
        list: list(&doubled, &shell.csrf, about.today, &about.zone, |id, what| format!("{base}/accounts/{id}/{what}")),
        adviser: about.adviser_name().to_owned(),
        shell,
    };
    Ok(Page(view).into_response())
}

pub async fn answer(
    State(web): State<Web>,
    client: Client,
    At((household, id)): At<(HouseholdId, AccountId)>,
    Form(posted): Form<Answered>,
) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    lens.act(Right::Connect)?;
    app::joins::answer_own(&web.app, &lens, id, posted.read()?).await?;
    Ok(see_saying(&web, format!("{}/same", crate::portal::at(household)), posted.said()))
}

pub async fn gone(
    State(web): State<Web>,
    client: Client,
    At((household, id)): At<(HouseholdId, AccountId)>,
    Form(posted): Form<Said>,
) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    lens.act(Right::Connect)?;
    app::joins::gone::settle_own(&web.app, &lens, id, posted.read()?).await?;
    Ok(see_saying(&web, format!("{}/same", crate::portal::at(household)), posted.said()))
}

pub async fn paths(State(web): State<Web>, client: Client, At((household, id)): At<(HouseholdId, AccountId)>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let (_, p) = app::joins::paths_of_client(&web.app, &lens, id).await?;
    let shell = crate::portal::shell(&web, &client, &lens, PortalHere::Accounts).await?;
    let base = crate::portal::at(household);
    let wrong = PortalAct::link(&shell, "btn quiet s", "Something looks wrong", format!("{base}/wrong?about={id}"));
    let view = PortalPaths {
        name: p.account.name.clone(),
        back: format!("{base}/accounts/{id}"),
        lines: lines(&p, web.app.now(), false),
        wrong: wrong.icon(icon::FLAG.s()).about(&p.account.name),
        shell,
    };
    Ok(Page(view).into_response())
}
