//! Letting support look at a household for a while: the page of the household, the page of support, and the notice on every page meanwhile.

use crate::Web;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::household_words::{at, head};
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::household::Tab;
use crate::view::kit::{Field, Pick, Problems, Select};
use crate::view::shell::{Here, LetIn};
use crate::view::support::{GrantLine, SupportHome, SupportPage};
use crate::view::words;
use app::support::{Asked, Grant, Lasting, MOST_MINUTES};
use axum::extract::State;
use axum::response::IntoResponse;
use model::permission::Role;
use model::{HouseholdId, SupportGrantId};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/support", Audience::Staff, home),
        Route::post("/support/{grant}/end", Audience::Staff, end),
        Route::get("/households/{household}/support", Audience::Staff, show),
        Route::post("/households/{household}/support", Audience::Staff, give).fresh(),
    ]
}

/// What a page says while somebody of support is let in.
pub(crate) fn line(l: &Lasting, reader: &Staff) -> LetIn {
    let until = words::hour(l.grant.until, &reader.zone());
    let text = if reader.role == Role::Support {
        format!("You may look at {} until {until}: {}. The household’s people see what you open.", l.household, l.grant.reason)
    } else {
        format!("{} of support may look at this household until {until}: {}.", l.grant.name, l.grant.reason)
    };
    LetIn { text, end: format!("/support/{}/end", l.grant.id) }
}

fn grant_line(g: &Grant, web: &Web, staff: &Staff) -> GrantLine {
    let (now, zone) = (web.app.now(), staff.zone());
    let (from, end) = (words::moment(g.created_at, now, &zone), words::hour(g.end(), &zone));
    GrantLine {
        who: g.name.clone(),
        when: if g.is_live(now) { format!("From {from}, until {end}") } else { format!("From {from} to {end}") },
        why: format!("{} (let in by {})", g.reason, g.granter),
        end: if g.is_live(now) { format!("/support/{}/end", g.id) } else { String::new() },
    }
}

/// What support is let into now.
async fn home(State(web): State<Web>, staff: Staff) -> Answer {
    if staff.role != Role::Support {
        return Err(WebError::NotFound);
    }
    let lasting = app::support::lasting(&web.app, &staff.scope, staff.role, None).await?;
    let until = |l: &Lasting| format!("Until {}: {}", words::hour(l.grant.until, &staff.zone()), l.grant.reason);
    let households = lasting.iter().map(|l| (l.household.clone(), format!("{}/portfolio", at(l.grant.household)), until(l))).collect();
    Ok(Page(SupportHome { shell: staff.shell(&web, Here::Nowhere), households }).into_response())
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Given {
    id: String,
    login: String,
    minutes: String,
    reason: String,
}

async fn view(web: &Web, staff: &Staff, household: HouseholdId, g: &Given, wrong: &[app::Field]) -> Result<SupportPage, WebError> {
    let page = app::support::page(&web.app, &staff.scope, household).await?;
    let said = |name: &str| wrong.iter().find(|f| f.name == name).map(|f| f.message.clone()).unwrap_or_default();
    let people = page.people.iter().map(|(id, name)| Pick::new(id.to_string(), name, id.to_string() == g.login)).collect();
    let minutes: Vec<Pick> =
        [15, 30, MOST_MINUTES].map(|m| Pick::new(m.to_string(), format!("{m} minutes"), m.to_string() == g.minutes)).into();
    let login = Select::new("login", "Who", people).error(said("login"));
    let minutes = Select::new("minutes", "For how long", minutes).error(said("minutes"));
    let reason = Field::new("reason", "Why").value(&g.reason).hint("The household’s people read it").error(said("reason"));
    Ok(SupportPage {
        shell: staff.shell(web, Here::Households),
        hh: head(&page.found, Tab::Members),
        problems: Problems::of([login.problem(), minutes.problem(), reason.problem()]),
        nobody: page.people.is_empty(),
        id: g.id.parse::<SupportGrantId>().unwrap_or_else(|_| web.app.random().id(web.app.now())).to_string(),
        login,
        minutes,
        reason,
        grants: page.grants.iter().map(|g| grant_line(g, web, staff)).collect(),
    })
}

async fn show(State(web): State<Web>, staff: Staff, At(id): At<HouseholdId>) -> Answer {
    Ok(Page(view(&web, &staff, id, &Given { minutes: "30".into(), ..Given::default() }, &[]).await?).into_response())
}

async fn give(State(web): State<Web>, staff: Staff, At(id): At<HouseholdId>, Form(given): Form<Given>) -> Answer {
    let asked = Asked {
        id: given.id.parse().unwrap_or_else(|_| web.app.random().id(web.app.now())),
        login: given.login.parse().ok(),
        minutes: given.minutes.parse().unwrap_or(0),
        reason: given.reason.clone(),
    };
    match app::support::give(&web.app, &staff.scope, id, &asked).await {
        Ok(grant) => {
            let until = words::hour(grant.until, &staff.zone());
            Ok(see_saying(&web, format!("{}/support", at(id)), &format!("{} may look until {until}.", grant.name)))
        }
        Err(app::Error::Invalid(wrong)) => Ok(again(view(&web, &staff, id, &given, &wrong).await?)),
        Err(e) => Err(e.into()),
    }
}

async fn end(State(web): State<Web>, staff: Staff, At(id): At<SupportGrantId>, Form(_): Form<Nothing>) -> Answer {
    let grant = app::support::end(&web.app, &staff.scope, id).await?;
    let to = if staff.role == Role::Support { "/support".into() } else { format!("{}/support", at(grant.household)) };
    Ok(see_saying(&web, to, "It has ended."))
}
