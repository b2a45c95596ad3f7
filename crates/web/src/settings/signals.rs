//! The firm's thresholds of signals: seen by all staff, drafted by administrators, tried on the whole book, then published.

use super::wrong;
use crate::Web;
use crate::at::Nothing;
use crate::csrf::Form;
use crate::household_words::at;
use crate::respond::{Answer, Page, WebError, again, see, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::signals::threshold;
use crate::view::kit::{Field, FieldKind, Problems};
use crate::view::settings::SettingsTab;
use crate::view::shell::Here;
use crate::view::signals::{RuleRow, SettingsSignals, SettingsSignalsTry, TryRow};
use crate::view::words;
use app::signals::{Change, Line, Shelf, State as Said, Typed};
use axum::extract::State;
use axum::response::IntoResponse;
use model::Decimal;
use model::signals::{Rule, Side};

const AT: &str = "/settings/signals";
const TRY: &str = "/settings/signals/try";

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(AT, Audience::Staff, show),
        Route::post(AT, Audience::Administrator, save),
        Route::get(TRY, Audience::Administrator, try_it),
        Route::post("/settings/signals/publish", Audience::Administrator, publish),
        Route::post("/settings/signals/drop", Audience::Administrator, drop_draft),
    ]
}

async fn show(State(web): State<Web>, staff: Staff) -> Answer {
    Ok(Page(view(&web, &staff, None, &[]).await?).into_response())
}

async fn view(web: &Web, staff: &Staff, typed: Option<&[Typed]>, fields: &[app::Field]) -> Result<SettingsSignals, WebError> {
    let shelf = app::signals::shelf(&web.app, &staff.scope).await?;
    let rows: Vec<RuleRow> = shelf.lines.iter().map(|l| row(l, &shelf, typed, fields)).collect();
    Ok(SettingsSignals {
        shell: staff.shell(web, Here::Settings),
        tab: SettingsTab::Signals,
        problems: Problems::of(rows.iter().filter_map(|r| r.field.as_ref()).map(Field::problem)),
        may_change: shelf.may_change,
        drafts: shelf.lines.iter().filter(|l| l.draft.is_some()).count(),
        rows,
    })
}

/// "On, at most 10%, the product’s own"; "Off".
fn holds(rule: &Rule, is_on: bool, value: Option<Decimal>) -> String {
    let limit = threshold(rule.limit, value.unwrap_or_else(|| rule.default()), value.is_some());
    match (is_on, limit.is_empty()) {
        (false, _) => "Off".into(),
        (true, true) => "On".into(),
        (true, false) => format!("On, {limit}"),
    }
}

fn row(line: &Line, shelf: &Shelf, typed: Option<&[Typed]>, fields: &[app::Field]) -> RuleRow {
    let rule = line.rule;
    let sent = typed.and_then(|t| t.iter().find(|t| t.rule == rule.key));
    let (on, value) = line.draft.unwrap_or((line.is_on, line.by_firm.then_some(line.threshold)));
    let text = sent.map_or_else(|| value.map(|v| v.to_string()).unwrap_or_default(), |t| t.threshold.clone());
    let field = rule.limit.map(|l| {
        let label = if l.side == Side::AtMost { "At most" } else { "At least" };
        let hint = format!("{}. Empty: the product’s own, {}", words::capital(l.unit.name()), l.unit.words(rule.default()));
        Field::new(rule.key, label).kind(FieldKind::Amount).value(text).hint(hint).error(wrong(fields, rule.key))
    });
    let said = line.said.iter().map(|s| {
        let what = match s.state {
            Said::Draft => "drafted",
            Said::Published => "published",
            Said::Dropped => "took back",
        };
        let when = words::moment(s.at, shelf.now, &shelf.zone);
        format!("{} {what}: {}, {when}", s.who, holds(rule, s.is_on, s.threshold))
    });
    RuleRow {
        key: rule.key,
        title: rule.title,
        about: rule.about,
        reads: rule.reads.join(", "),
        version: rule.version,
        holds: holds(rule, line.is_on, line.by_firm.then_some(line.threshold)),
        draft: line.draft.map(|(on, value)| holds(rule, on, value)),
        on: sent.map_or(on, |t| t.is_on),
        field,
        said: said.take(12).collect(),
    }
}

/// The switches that are on come as `on`, each threshold under its rule's key.
fn typed(sent: &[(String, String)]) -> Vec<Typed> {
    let given = |rule: &Rule| Typed {
        rule: rule.key.into(),
        is_on: sent.iter().any(|(name, value)| name == "on" && value == rule.key),
        threshold: sent.iter().find(|(name, _)| name == rule.key).map(|(_, v)| v.clone()).unwrap_or_default(),
    };
    model::signals::pack().map(given).collect()
}

async fn save(State(web): State<Web>, staff: Staff, Form(sent): Form<Vec<(String, String)>>) -> Answer {
    let typed = typed(&sent);
    match app::signals::save(&web.app, &staff.scope, &typed).await {
        Ok(0) => Ok(see_saying(&web, AT, "Nothing is different from what was saved.")),
        Ok(_) => Ok(see_saying(&web, AT, "Saved as a draft. Nothing changes for anybody until it is published.")),
        Err(app::Error::Invalid(fields)) => Ok(again(view(&web, &staff, Some(&typed), &fields).await?)),
        Err(e) => Err(e.into()),
    }
}

async fn try_it(State(web): State<Web>, staff: Staff) -> Answer {
    let book = app::signals::try_on_book(&web.app, &staff.scope).await?;
    if book.changes.is_empty() {
        return Ok(see(AT));
    }
    let page = SettingsSignalsTry {
        shell: staff.shell(&web, Here::Settings),
        tab: SettingsTab::Signals,
        looked_at: words::count(book.households, "household", "households"),
        rows: book.changes.iter().map(tried).collect(),
    };
    Ok(Page(page).into_response())
}

fn tried(c: &Change) -> TryRow {
    let says = |(on, value): (bool, Decimal)| holds_plain(c.rule, on, value);
    TryRow {
        title: c.rule.title,
        now: says(c.now),
        then: says(c.then),
        finds_now: words::count(c.finds_now, "household", "households"),
        finds_then: words::count(c.finds_then, "household", "households"),
        households: c.households.iter().map(|(id, name, then)| (format!("{}/signals", at(*id)), name.clone(), *then)).collect(),
        more: c.more,
    }
}

fn holds_plain(rule: &Rule, is_on: bool, value: Decimal) -> String {
    match (is_on, rule.limit) {
        (false, _) => "Off".into(),
        (true, None) => "On".into(),
        (true, Some(l)) => words::capital(&l.words(value)),
    }
}

async fn publish(State(web): State<Web>, staff: Staff, Form(_): Form<Nothing>) -> Answer {
    let n = app::signals::publish(&web.app, &staff.scope).await?;
    Ok(see_saying(&web, AT, &format!("Published: {} as drafted from now on.", words::count(n, "rule is", "rules are"))))
}

async fn drop_draft(State(web): State<Web>, staff: Staff, Form(_): Form<Nothing>) -> Answer {
    app::signals::drop_draft(&web.app, &staff.scope).await?;
    Ok(see_saying(&web, AT, "The draft is taken back. It stays in the history."))
}
