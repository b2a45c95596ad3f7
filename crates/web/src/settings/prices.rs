//! Price histories: seen by all staff, changed by administrators. A file is shown with what it would change before it is taken in.

use super::wrong;
use crate::Web;
use crate::at::At;
use crate::csrf::{self, Form};
use crate::respond::{Answer, Page, WebError, again, see, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::upload;
use crate::view::kit::{Field, Problem, Problems};
use crate::view::prices::{PriceChange, PriceRow, SettingsPrices, SettingsPricesFile};
use crate::view::settings::SettingsTab;
use crate::view::shell::Here;
use crate::view::words;
use app::prices::{Change, MOST_BYTES, Preview, Security};
use axum::extract::{Request, State};
use axum::response::IntoResponse;
use model::{Date, ImportId};

const AT: &str = "/settings/prices";
/// Rows of a list; the rest is counted.
const SHOWN: usize = 100;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(AT, Audience::Staff, show),
        Route::post("/settings/prices/import", Audience::Administrator, bring),
        Route::get("/settings/prices/import/{import}", Audience::Administrator, preview),
        Route::post("/settings/prices/import/{import}", Audience::Administrator, take_in),
        Route::post("/settings/prices/refresh", Audience::Administrator, refresh),
        Route::post("/settings/prices/remove", Audience::Administrator, remove),
    ]
}

async fn show(State(web): State<Web>, staff: Staff) -> Answer {
    Ok(Page(view(&web, &staff, "USD", &[]).await?).into_response())
}

async fn view(web: &Web, staff: &Staff, currency: &str, fields: &[app::Field]) -> Result<SettingsPrices, WebError> {
    let v = app::prices::view(&web.app, &staff.scope).await?;
    let market = match &v.market {
        None => "None is set up. Prices come from files; the configuration file names a service.".to_owned(),
        Some((name, None)) => format!("{name} is being read."),
        Some((name, Some(at))) => format!("{name} was last read {}. It is read each day.", words::moment(*at, web.app.now(), &v.zone)),
    };
    let currency = Field::new("currency", "Currency of prices that name none").value(currency).error(wrong(fields, "currency"));
    let file_error = wrong(fields, "file");
    let problems = vec![(!file_error.is_empty()).then(|| Problem { field: "file", text: file_error.clone() }), currency.problem()];
    Ok(SettingsPrices {
        shell: staff.shell(web, Here::Settings),
        tab: SettingsTab::Prices,
        problems: Problems::of(problems),
        may_change: staff.is_administrator(),
        has_market: v.market.is_some(),
        market,
        file_error,
        currency,
        rows: v.kept.iter().map(row).collect(),
        without: v.without.iter().take(SHOWN).map(|h| (h.name.clone(), h.key.clone())).collect(),
        without_more: v.without.len().saturating_sub(SHOWN),
    })
}

fn number(n: usize) -> String {
    words::count(n, "", "").trim().to_owned()
}

fn days(from: Date, to: Date) -> String {
    if from == to { words::day(from) } else { format!("{} to {}", words::day(from), words::day(to)) }
}

fn row(s: &Security) -> PriceRow {
    let class = s.class.map(|c| format!("{} · ", c.name())).unwrap_or_default();
    PriceRow {
        key: s.key.clone(),
        name: s.name.clone(),
        about: format!("{class}{}", s.currency),
        source: words::capital(&s.source),
        days: days(s.first, s.last),
        closes: number(usize::try_from(s.closes).unwrap_or_default()),
    }
}

async fn bring(State(web): State<Web>, staff: Staff, request: Request) -> Answer {
    let headers = request.headers().clone();
    let Some(sent) = upload::stream(&web, request, MOST_BYTES).await? else {
        let field = app::Field { name: "file", message: format!("This file is larger than {} MB. Divide it.", MOST_BYTES >> 20) };
        return Ok(again(view(&web, &staff, "USD", &[field]).await?));
    };
    if !csrf::fits(&web, &headers, sent.field("csrf")) {
        return Err(WebError::OldForm);
    }
    let body = sent.file.as_deref().unwrap_or_default();
    let currency = sent.field("currency");
    match app::prices::bring(&web.app, &staff.scope, sent.name.as_deref().unwrap_or("prices"), body, currency).await {
        Ok(id) => Ok(see(format!("{AT}/import/{id}"))),
        Err(app::Error::Invalid(fields)) => Ok(again(view(&web, &staff, currency, &fields).await?)),
        Err(e) => Err(e.into()),
    }
}

async fn preview(State(web): State<Web>, staff: Staff, At(id): At<ImportId>) -> Answer {
    let p = app::prices::preview(&web.app, &staff.scope, id).await?;
    Ok(Page(sheet(&web, &staff, id, &p)).into_response())
}

fn sheet(web: &Web, staff: &Staff, id: ImportId, p: &Preview) -> SettingsPricesFile {
    let mut about = vec![words::count(p.read.rows, "row", "rows"), words::count(p.read.series.len(), "history", "histories")];
    if p.read.twice > 0 {
        about.push(format!("{} said twice and counted once", words::count(p.read.twice, "row", "rows")));
    }
    SettingsPricesFile {
        shell: staff.shell(web, Here::Settings),
        tab: SettingsTab::Prices,
        action: format!("{AT}/import/{id}"),
        file: p.file.name.clone(),
        about: format!("{}.", about.join(", ")),
        changes: p.changes.iter().map(change).collect(),
        rejects: p.read.rejects.iter().take(SHOWN).map(|r| (r.line, r.why.clone())).collect(),
        rejects_more: p.read.rejects.len().saturating_sub(SHOWN),
        can_take: p.changes.iter().any(|c| c.refused.is_none()),
    }
}

fn change(c: &Change) -> PriceChange {
    let s = &c.series;
    let mut notes: Vec<String> = c.refused.iter().cloned().collect();
    if s.adjusted {
        notes.push("Adjusted here for the file’s splits and distributions.".into());
    }
    if let Some((day, kept, new)) = &c.example {
        notes.push(format!("{}: {kept} is kept, {new} replaces it.", words::day(*day)));
    }
    PriceChange {
        name: s.name.clone(),
        key: s.key.clone(),
        days: match (s.closes.first(), s.closes.last()) {
            (Some(a), Some(b)) => days(a.day, b.day),
            _ => String::new(),
        },
        new: number(c.new),
        other: number(c.other),
        same: number(c.same),
        note: notes.join(" "),
        refused: c.refused.is_some(),
    }
}

async fn take_in(State(web): State<Web>, staff: Staff, At(id): At<ImportId>, Form(_): Form<serde::de::IgnoredAny>) -> Answer {
    let t = app::prices::take_in(&web.app, &staff.scope, id).await?;
    let mut said =
        format!("Taken in: {}, {}", words::count(t.securities, "history", "histories"), words::count(t.new, "new close", "new closes"));
    if t.other > 0 {
        said += &format!(", {} replaced", number(t.other));
    }
    Ok(see_saying(&web, AT, &format!("{said}.")))
}

async fn refresh(State(web): State<Web>, staff: Staff, Form(_): Form<serde::de::IgnoredAny>) -> Answer {
    app::prices::hasten(&web.app, &staff.scope).await?;
    Ok(see_saying(&web, AT, "The service is being read. New prices show here when they have come."))
}

#[derive(serde::Deserialize)]
struct Which {
    #[serde(default)]
    security: String,
}

async fn remove(State(web): State<Web>, staff: Staff, Form(which): Form<Which>) -> Answer {
    app::prices::remove(&web.app, &staff.scope, &which.security).await?;
    Ok(see_saying(&web, AT, &format!("The history of {} is gone.", which.security)))
}
