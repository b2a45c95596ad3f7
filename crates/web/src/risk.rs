//! The risk score: the page that tells how it was computed, the same inputs as a file, and what stands beside other figures.

use crate::Web;
use crate::at::At;
use crate::household_words::{at, head};
use crate::respond::{Answer, Page, WebError};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::household::{Kpi, Tab};
use crate::view::risk::{HistoryRow, RiskCard, RiskFigure, RiskPage, RiskRow};
use crate::view::shell::Here;
use crate::view::words;
use app::risk::{Scores, Told, View};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use model::risk::{CURVE, How, LEAST_WINDOWS, Part, UNKNOWN_LOSS, of_downside, percent};
use model::{AccountId, Decimal, HouseholdId, Money};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/households/{household}/risk", Audience::Staff, household),
        Route::get("/households/{household}/risk.json", Audience::Staff, household_file),
        Route::get("/accounts/{account}/risk", Audience::Staff, account),
        Route::get("/accounts/{account}/risk.json", Audience::Staff, account_file),
    ]
}

async fn household(State(web): State<Web>, staff: Staff, At(id): At<HouseholdId>) -> Answer {
    let view = app::risk::household(&web.app, &staff.scope, id).await?;
    Ok(Page(page(&web, &staff, &view)).into_response())
}

async fn account(State(web): State<Web>, staff: Staff, At(id): At<AccountId>) -> Answer {
    let view = app::risk::account(&web.app, &staff.scope, id).await?;
    Ok(Page(page(&web, &staff, &view)).into_response())
}

async fn household_file(State(web): State<Web>, staff: Staff, At(id): At<HouseholdId>) -> Answer {
    file(&app::risk::household(&web.app, &staff.scope, id).await?)
}

async fn account_file(State(web): State<Web>, staff: Staff, At(id): At<AccountId>) -> Answer {
    file(&app::risk::account(&web.app, &staff.scope, id).await?)
}

/// Every input and what came of it.
fn file(view: &View) -> Answer {
    let body = serde_json::to_vec(&app::risk::explained(&view.scores)).map_err(|_| WebError::Broken)?;
    let name = format!("attachment; filename=\"risk-{}.json\"", view.today);
    Ok(([(CONTENT_TYPE, "application/json"), (CONTENT_DISPOSITION, name.as_str())], body).into_response())
}

fn figure(name: &'static str, told: &Told) -> RiskFigure {
    let o = &told.outcome;
    let coverage = o.coverage.map(|c| format!("{}%", c.normalize())).unwrap_or_default();
    match &o.score {
        Ok(s) => RiskFigure {
            name,
            score: s.score.to_string(),
            between: format!("{} to {}", s.low, s.high),
            loss: loss(s.downside),
            coverage,
            why: String::new(),
        },
        Err(why) => RiskFigure { name, why: why.words(), coverage, ..RiskFigure::default() },
    }
}

/// Even the lower end can have been a gain.
fn loss(of: f64) -> String {
    if of < 0.0 { "nothing".into() } else { percent(of) }
}

fn figures(s: &Scores, of_account: bool) -> Vec<RiskFigure> {
    let mut out = vec![figure(if of_account { "This account" } else { "All accounts" }, &s.all)];
    out.extend(s.managed.as_ref().map(|m| figure("Managed here alone", m)));
    out
}

fn missing(s: &Scores) -> String {
    let n = s.all.outcome.parts.iter().filter(|p| matches!(p.how, How::Not { .. })).count();
    match n {
        0 => String::new(),
        1 => "1 position is not part of it.".into(),
        n => format!("{n} positions are not part of it."),
    }
}

/// Beside an account's figures, with the page that tells more; none while there are no prices, or for an account without a risk score.
pub(crate) async fn beside(web: &Web, staff: &Staff, a: &app::accounts::Account) -> Result<Option<RiskCard>, WebError> {
    let scores = app::risk::beside(&web.app, &staff.scope, a.household, Some(a)).await?;
    Ok(scores.filter(|s| s.outside.is_empty()).map(|s| RiskCard {
        figures: figures(&s, true),
        missing: missing(&s),
        href: format!("/accounts/{}/risk", a.id),
        disclaimer: s.disclaimer,
    }))
}

/// In the client's financials: the report around it ends with the firm's disclaimer.
pub(crate) fn shared(s: &Scores) -> RiskCard {
    RiskCard { figures: figures(s, false), missing: missing(s), ..RiskCard::default() }
}

/// Among the figures of a portfolio: the score of everything, and of the managed accounts alone (N54).
pub(crate) async fn kpi(web: &Web, staff: &Staff, household: HouseholdId) -> Result<Option<Kpi>, WebError> {
    let Some(s) = app::risk::beside(&web.app, &staff.scope, household, None).await? else { return Ok(None) };
    let all = figure("", &s.all);
    let managed = s.managed.as_ref().map(|m| figure("", m)).filter(|m| !m.score.is_empty());
    let mut about: Vec<String> = managed.map(|m| format!("{} for the managed ones alone", m.score)).into_iter().collect();
    if !all.score.is_empty() && !all.coverage.is_empty() {
        about.push(format!("{} of the value", all.coverage));
    }
    let kpi = match all.score.is_empty() {
        true => Kpi::new("Risk score, all accounts", "Not computed", all.why),
        false => Kpi::new("Risk score, all accounts", all.score, about.join(" · ")).unit(format!("between {}", all.between)),
    };
    Ok(Some(Kpi { href: format!("{}/risk", at(household)), ..kpi }))
}

fn money(amount: Decimal, told: &Told) -> String {
    words::money(&Money::new(amount, told.outcome.currency.clone()))
}

fn page(web: &Web, staff: &Staff, v: &View) -> RiskPage {
    let told = &v.scores.all;
    let o = &told.outcome;
    let (here, back) = match &v.account {
        Some(a) => (format!("/accounts/{}/risk", a.id), (format!("/accounts/{}", a.id), a.name.clone())),
        None => {
            (format!("{}/risk", at(v.found.household.id)), (format!("{}/portfolio", at(v.found.household.id)), "Current portfolio".into()))
        }
    };
    let windows = o.score.as_ref().map_or(0, |s| s.windows);
    RiskPage {
        shell: staff.shell(web, Here::Households),
        hh: head(&v.found, Tab::Portfolio),
        title: v.account.as_ref().map_or_else(|| "Risk score".into(), |a| format!("Risk score of {}", a.name)),
        figures: figures(&v.scores, v.account.is_some()),
        method: o.method.clone(),
        as_of: words::day(o.as_of),
        currency: o.currency.code().to_owned(),
        windows: if windows == 0 { format!("fewer than {LEAST_WINDOWS}") } else { words::count(windows, "", "").trim().to_owned() },
        modelled: money(o.modelled, told),
        in_scope: money(o.in_scope, told),
        unvalued: if o.unvalued == 0 {
            String::new()
        } else {
            words::count(o.unvalued, "position without a value", "positions without a value")
        },
        rows: o.parts.iter().map(|p| row(p, told)).collect(),
        histories: histories(told),
        tries: tries(told),
        curve: CURVE.iter().map(|(loss, score)| (format!("{loss}%"), format!("{score}"))).collect(),
        outside: v
            .scores
            .outside
            .iter()
            .map(|o| (o.name.clone(), o.worth.as_ref().map_or_else(|| "not provided".into(), words::money), o.why))
            .collect(),
        file: format!("{here}.json"),
        back,
        disclaimer: v.scores.disclaimer.clone(),
        has_prices: v.scores.has_prices,
        is_administrator: staff.is_administrator(),
    }
}

fn row(p: &Part, told: &Told) -> RiskRow {
    let at = &p.position;
    let class = at.class.map_or("class not known", |c| c.name());
    let about = match &at.security {
        Some(key) => format!("{key} · {class}"),
        None if at.class.is_some() => class.into(),
        None => String::new(),
    };
    let value = match (p.value, at.value, &at.currency) {
        (Some(v), ..) => money(v, told),
        (None, Some(v), Some(c)) => words::money(&Money::new(v, c.clone())),
        _ => "not provided".into(),
    };
    let how = match &p.how {
        How::Still => "Cash: stands still".into(),
        How::Modelled { own_windows, stand_in_windows: 0 } => format!("Own history, {}", words::count(*own_windows, "window", "windows")),
        How::Modelled { own_windows: 0, .. } => format!("{} stand in for it", at.class.map_or("Others", |c| c.name())),
        How::Modelled { own_windows, stand_in_windows } => format!(
            "Own history, {}; {} stand in for {}",
            words::count(*own_windows, "window", "windows"),
            at.class.map_or("others", |c| c.name()),
            words::count(*stand_in_windows, "window", "windows")
        ),
        How::Not { why } => why.words(),
    };
    RiskRow {
        account: at.account_name.clone(),
        security: at.name.clone(),
        about,
        value,
        how,
        is_in: !matches!(p.how, How::Not { .. }),
        odd: p.odd.iter().map(|o| o.words()).collect(),
    }
}

fn histories(told: &Told) -> Vec<HistoryRow> {
    let row = |(key, h): (&String, &model::risk::History)| HistoryRow {
        key: key.clone(),
        name: h.name.clone(),
        currency: h.currency.code().to_owned(),
        source: words::capital(&h.source),
        closes: words::count(h.closes.len(), "", "").trim().to_owned(),
        days: match (h.closes.first(), h.closes.last()) {
            (Some(a), Some(b)) => format!("{} to {}", words::day(a.day), words::day(b.day)),
            _ => "none".into(),
        },
    };
    told.inputs.histories.iter().map(row).collect()
}

fn tries(told: &Told) -> Vec<(String, String, u8)> {
    let Ok(s) = &told.outcome.score else { return Vec::new() };
    let line = |what: String, of: f64| (what, loss(of), of_downside(of));
    let mut out = vec![line("Nothing: the score itself".into(), s.downside)];
    out.extend(s.without_year.iter().map(|(year, of)| line(format!("Without the windows that began in {year}"), *of)));
    if let Some((less, more)) = s.stand_in {
        out.push(line("What stands in moves half as much".into(), less));
        out.push(line("What stands in moves one and a half times as much".into(), more));
    }
    if let Some((still, half)) = s.not_modelled {
        out.push(line("What is not modelled stands still".into(), still));
        out.push(line(format!("What is not modelled loses {}", percent(UNKNOWN_LOSS)), half));
    }
    out
}
