//! Other names of institutions: seen by all staff, changed by administrators, known to the search at once.

use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::respond::{Answer, Page, WebError, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::settings::{Alias, AliasRow, SettingsInstitutions, SettingsTab};
use crate::view::shell::Here;
use crate::view::words;
use app::institutions::{self, Found};
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::InstitutionId;

const SHOWN: usize = 20;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/institutions", Audience::Staff, show),
        Route::post("/settings/institutions/{institution}/names", Audience::Administrator, add),
        Route::post("/settings/institutions/{institution}/names/remove", Audience::Administrator, remove),
    ]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
}

async fn show(State(web): State<Web>, staff: Staff, Query(asked): Query<Asked>) -> Answer {
    let query: String = asked.q.chars().take(100).collect();
    let found = if query.trim().is_empty() { Vec::new() } else { institutions::search(&web.app, &query, SHOWN) };
    let mut rows = Vec::new();
    for institution in found {
        rows.push(row(&web, institution, &query).await?);
    }
    let view = SettingsInstitutions {
        shell: staff.shell(&web, Here::Settings),
        tab: SettingsTab::Institutions,
        query,
        rows,
        line: line(&web, &staff).await?,
        typed: app::connect_flow::typed_setting(&web.app, &staff.scope).await?,
        may_change: staff.is_administrator(),
    };
    Ok(Page(view).into_response())
}

async fn row(web: &Web, found: Found, query: &str) -> Result<AliasRow, WebError> {
    let back = |more: &[(&str, &str)]| {
        let all: Vec<(&str, &str)> = [("q", query)].into_iter().chain(more.iter().copied()).collect();
        serde_urlencoded::to_string(all).unwrap_or_default()
    };
    let base = format!("/settings/institutions/{}/names", found.id);
    let names = institutions::names(&web.app, found.id).await?;
    let alias =
        |n: institutions::Name| Alias { remove: format!("{base}/remove?{}", back(&[("name", &n.text)])), text: n.text, learned: n.learned };
    Ok(AliasRow {
        name: found.name,
        site: found.site,
        aliases: names.into_iter().map(alias).collect(),
        add: format!("{base}?{}", back(&[])),
        key: found.id.to_string(),
    })
}

/// When each provider's list was read.
async fn line(web: &Web, staff: &Staff) -> Result<String, WebError> {
    let mut parts = Vec::new();
    for connector in web.app.connectors() {
        let card = connector.card();
        parts.push(match institutions::imported_at(&web.app, card.key).await? {
            Some(at) => format!("{}’s list was read {}.", card.name, words::moment(at, web.app.now(), &staff.zone())),
            None => format!("{}’s list is being read.", card.name),
        });
    }
    Ok(if parts.is_empty() { "No data provider is set up yet.".into() } else { parts.join(" ") })
}

#[derive(serde::Deserialize)]
struct New {
    #[serde(default)]
    alias: String,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Way {
    q: String,
    name: String,
}

fn back(q: &str) -> String {
    format!("/settings/institutions?{}", serde_urlencoded::to_string([("q", q)]).unwrap_or_default())
}

async fn add(State(web): State<Web>, staff: Staff, At(id): At<InstitutionId>, Query(way): Query<Way>, Form(new): Form<New>) -> Answer {
    if new.alias.trim().is_empty() {
        return Ok(see_saying(&web, back(&way.q), "Type the other name first. Nothing was changed."));
    }
    institutions::add_name(&web.app, &staff.scope, id, &new.alias).await?;
    Ok(see_saying(&web, back(&way.q), "The search knows the name now."))
}

async fn remove(
    State(web): State<Web>,
    staff: Staff,
    At(id): At<InstitutionId>,
    Query(way): Query<Way>,
    Form(_): Form<serde::de::IgnoredAny>,
) -> Answer {
    institutions::remove_name(&web.app, &staff.scope, id, &way.name).await?;
    Ok(see_saying(&web, back(&way.q), "The name is gone."))
}
