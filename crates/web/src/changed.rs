//! What changed between two days: why the household is worth more or less, cause by cause and account by account.

use crate::Web;
use crate::at::At;
use crate::household_words::{at, head, mask, total};
use crate::respond::{Answer, Page};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::changed::{Cause, Changed, ChangedRow};
use crate::view::household::Tab;
use crate::view::shell::Here;
use crate::view::words;
use app::changed::{Line, View};
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::changed::{Change, Part};
use model::money::Total;
use model::{Date, HouseholdId, Money};
use std::collections::BTreeMap;

pub fn routes() -> Vec<Route> {
    vec![Route::get("/households/{household}/changed", Audience::Staff, show)]
}

#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

async fn show(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Query(asked): Query<Asked>) -> Answer {
    let v = app::changed::view(&web.app, &staff.scope, household, &asked.from, &asked.to).await?;
    let base = at(household);
    let page = Changed {
        hh: head(&v.found, Tab::BalanceSheet),
        at: format!("{base}/changed"),
        firm: v.firm.name.clone(),
        from: words::day_value(v.from),
        to: words::day_value(v.to),
        least: words::day_value(v.begins),
        most: words::day_value(v.today),
        from_error: v.wrong.from.clone().unwrap_or_default(),
        to_error: v.wrong.to.clone().unwrap_or_default(),
        days: format!("From {} to {}", words::day(v.from), words::day(v.to)),
        causes: causes(&v),
        rows: v.lines.iter().map(|l| row(l, v.gone.contains(&l.account.id))).collect(),
        notes: notes(&v),
        disclaimer: crate::map::disclaimer(&v.firm.settings.disclaimer),
        shell: staff.shell(&web, Here::Households),
    };
    Ok(Page(page).into_response())
}

fn causes(v: &View) -> Vec<Cause> {
    let end = |day: Date, known: &str, t: &Total| Cause {
        name: format!("On {}", words::day(day)),
        about: known.into(),
        amounts: ends(t),
        end: true,
    };
    let part = |(part, sums): &(Part, BTreeMap<model::Currency, model::Decimal>)| Cause {
        name: name(*part).into(),
        about: about(*part).into(),
        amounts: sums.iter().map(|(c, a)| signed(&Money::new(*a, c.clone()))).collect(),
        end: false,
    };
    let first = end(v.from, "As it was known then", &v.before);
    std::iter::once(first).chain(v.parts.iter().map(part)).chain([end(v.to, "As it is known now", &v.after)]).collect()
}

/// To the cent, each currency by itself; what is unknown beside it.
fn ends(t: &Total) -> Vec<String> {
    if t.by_currency.is_empty() {
        return vec![total(t)];
    }
    let mut out: Vec<String> = t.by_currency.iter().map(|(c, a)| words::money(&Money::new(*a, c.clone()))).collect();
    if t.unknown > 0 {
        out.push(format!("and {} unknown", t.unknown));
    }
    out
}

fn signed(m: &Money) -> String {
    if m.amount.is_sign_positive() && !m.amount.is_zero() { format!("+{}", words::money(m)) } else { words::money(m) }
}

fn row(l: &Line, gone: bool) -> ChangedRow {
    let a = &l.account;
    let mut whole: BTreeMap<&model::Currency, model::Decimal> = BTreeMap::new();
    for c in &l.changes {
        *whole.entry(&c.currency).or_default() += c.amount;
    }
    let told = |c: &Change| (name(c.part), signed(&Money::new(c.amount, c.currency.clone())));
    ChangedRow {
        name: a.name.clone(),
        href: if gone { String::new() } else { format!("/accounts/{}", a.id) },
        place: format!("{} {}", a.institution, mask(a.mask.as_ref())).trim().to_owned(),
        parts: l.changes.iter().map(told).collect(),
        whole: whole.into_iter().map(|(c, a)| signed(&Money::new(a, c.clone()))).collect::<Vec<_>>().join(" "),
    }
}

fn name(part: Part) -> &'static str {
    match part {
        Part::Corrected => "Corrected",
        Part::New => "New",
        Part::Closed => "Closed",
        Part::Flows => "Money in and out",
        Part::Market => "Market",
        Part::Typed => "Typed by hand",
        Part::Relinked => "Linked again",
        Part::Unexplained => "Not explained",
    }
}

fn about(part: Part) -> &'static str {
    match part {
        Part::Corrected => "What became known later about the first day",
        Part::New => "Counted now and not then, or valued for the first time",
        Part::Closed => "Counted then and not now: closed, muted or deleted",
        Part::Flows => "Deposits, withdrawals and transfers that the institution tells",
        Part::Market => "Prices, income and costs of what was held",
        Part::Typed => "Somebody entered another value",
        Part::Relinked => "The account comes by another way than before",
        Part::Unexplained => "The source tells no movements, so nobody can say",
    }
}

fn notes(v: &View) -> Vec<String> {
    let mut out = Vec::new();
    let unknown = v.before.unknown.max(v.after.unknown);
    if unknown > 0 {
        out.push(format!("In no sum: {} whose value is not known.", words::count(unknown, "account", "accounts")));
    }
    if v.before.by_currency.len().max(v.after.by_currency.len()) > 1 {
        out.push("Each currency stands by itself; nothing is converted.".into());
    }
    out
}
