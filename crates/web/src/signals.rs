//! A household's attention signals: findings first, then what cannot be told, then what is fine.

use crate::Web;
use crate::at::At;
use crate::household_words::{at, head, near, source};
use crate::respond::{Answer, Page};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::household::Tab;
use crate::view::shell::Here;
use crate::view::signals::{InputRow, SignalCard, SignalGap, SignalsPage, StepRow};
use crate::view::words;
use app::signals::{Input, Signal};
use axum::extract::State;
use axum::response::IntoResponse;
use model::signals::{Limit, Mend, Outcome, Step};
use model::{Date, Decimal, HouseholdId};

pub fn routes() -> Vec<Route> {
    vec![Route::get("/households/{household}/signals", Audience::Staff, show)]
}

async fn show(State(web): State<Web>, staff: Staff, At(id): At<HouseholdId>) -> Answer {
    let view = app::signals::view(&web.app, &staff.scope, id).await?;
    let (mut found, mut gaps, mut fine, mut quiet) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for s in &view.signals {
        match &s.outcome {
            Outcome::Finding { measure, arithmetic, at: mends } => found.push(card(s, measure, arithmetic, mends, id, view.today)),
            Outcome::Fine { measure, arithmetic } => fine.push(card(s, measure, arithmetic, &[], id, view.today)),
            Outcome::CannotTell { missing } => gaps.push(SignalGap {
                title: s.rule.title,
                missing: missing.iter().map(|m| (words::capital(&m.what), mend(m.at, id))).collect(),
            }),
            Outcome::Nothing { why } => quiet.push((s.rule.title, *why)),
        }
    }
    let line = format!("{} · {} cannot be told · {} fine", words::count(found.len(), "finding", "findings"), gaps.len(), fine.len());
    let page = SignalsPage {
        shell: staff.shell(&web, Here::Households),
        hh: head(&view.found, Tab::Signals),
        line,
        found,
        gaps,
        fine,
        quiet,
        off: view.off.iter().map(|r| r.title).collect(),
        has_accounts: view.has_accounts,
        disclaimer: view.disclaimer,
    };
    Ok(Page(page).into_response())
}

fn mend(at_: Mend, household: HouseholdId) -> String {
    match at_ {
        Mend::Account(id) => format!("/accounts/{id}"),
        Mend::Details(id) => format!("/accounts/{id}/details"),
        Mend::Beneficiaries(id) => format!("/accounts/{id}/beneficiaries"),
        Mend::Add => format!("{}/accounts/new", at(household)),
        Mend::Same => format!("{}/same", at(household)),
        Mend::Prices => "/settings/prices".into(),
        Mend::Income => format!("{}/income/new", at(household)),
        Mend::Documents => format!("{}/members", at(household)),
    }
}

/// "at most 10%, set by your firm".
pub(crate) fn threshold(limit: Option<Limit>, value: Decimal, by_firm: bool) -> String {
    let whose = if by_firm { "set by your firm" } else { "the product’s own" };
    limit.map(|l| format!("{}, {whose}", l.words(value))).unwrap_or_default()
}

pub(crate) fn steps(arithmetic: &[Step]) -> Vec<StepRow> {
    let row = |s: &Step| StepRow { label: s.label.clone(), expression: s.expression.clone(), result: s.result.clone() };
    arithmetic.iter().map(row).collect()
}

fn card(s: &Signal, measure: &str, arithmetic: &[Step], mends: &[Mend], household: HouseholdId, today: Date) -> SignalCard {
    let input = |i: &Input| InputRow {
        name: i.name.clone(),
        href: format!("/accounts/{}", i.account),
        source: source(i.source),
        as_of: i.as_of.filter(|_| i.has_value).map_or_else(|| "no value yet".into(), |d| format!("value of {}", near(d, today))),
    };
    let name = |id| s.inputs.iter().find(|i| i.account == id).map(|i| i.name.as_str()).unwrap_or("the account");
    let act = |m: &Mend| match m {
        Mend::Details(id) => Some((mend(*m, household), format!("Details of {}", name(*id)))),
        Mend::Beneficiaries(id) => Some((mend(*m, household), format!("Beneficiaries of {}", name(*id)))),
        Mend::Same => Some((mend(*m, household), "Answer".to_owned())),
        Mend::Prices => Some((mend(*m, household), "Bring rates".to_owned())),
        Mend::Documents => Some((mend(*m, household), "Members and documents".to_owned())),
        Mend::Account(_) | Mend::Add | Mend::Income => None,
    };
    SignalCard {
        key: s.rule.key,
        title: s.rule.title,
        about: s.rule.about,
        measure: measure.to_owned(),
        threshold: threshold(s.rule.limit, s.threshold, s.by_firm),
        steps: steps(arithmetic),
        quality: quality(&s.inputs, today),
        inputs: s.inputs.iter().map(input).collect(),
        version: s.rule.version,
        acts: mends.iter().filter_map(act).take(6).collect(),
    }
}

/// "From 3 accounts, oldest value 19 Nov, 1 without a value".
fn quality(inputs: &[Input], today: Date) -> String {
    if inputs.is_empty() {
        return "From what is recorded of the household".into();
    }
    let mut out = format!("From {}", words::count(inputs.len(), "account", "accounts"));
    if let Some(day) = inputs.iter().filter(|i| i.has_value).filter_map(|i| i.as_of).min() {
        out += &format!(", oldest value {}", near(day, today));
    }
    match inputs.iter().filter(|i| !i.has_value).count() {
        0 => {}
        n => out += &format!(", {n} without a value"),
    }
    out
}
