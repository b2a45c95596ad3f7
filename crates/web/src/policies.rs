//! The policy summary: the firm's page, and its words for the client's report too.

use crate::Web;
use crate::at::At;
use crate::household_words::{at, head, mask, total};
use crate::respond::{Answer, Page};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::household::Tab;
use crate::view::policies::{Policies, PolicyParts, PolicyRow};
use crate::view::shell::Here;
use crate::view::words;
use app::households::Member;
use app::policies::{Report, Row};
use axum::extract::State;
use axum::response::IntoResponse;
use model::detail::{Every, Policy};
use model::money::Total;
use model::policies::Of;
use model::{Date, HouseholdId, Money};

pub fn routes() -> Vec<Route> {
    vec![Route::get("/households/{household}/policies", Audience::Staff, show)]
}

async fn show(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>) -> Answer {
    let view = app::policies::view(&web.app, &staff.scope, household).await?;
    let page = Policies {
        hh: head(&view.found, Tab::Policies),
        named: crate::beneficiaries::view(&everything(&view), &view.report.members, |row| {
            let at = format!("/accounts/{}", row.account.id);
            let change = if view.may_add { format!("{at}/beneficiaries") } else { String::new() };
            (at, change)
        }),
        parts: parts(&view.report, |row| (format!("/accounts/{}", row.account.id), None)),
        firm: view.firm.name.clone(),
        prepared: format!("{}, {}", staff.name, words::day(view.report.today)),
        disclaimer: crate::map::disclaimer(&view.firm.settings.disclaimer),
        add: if view.may_add { format!("{}/facts/new?type=insurance", at(household)) } else { String::new() },
        shell: staff.shell(&web, Here::Households),
    };
    Ok(Page(page).into_response())
}

/// Policies first, then the accounts that can be left to somebody.
fn everything(v: &app::policies::View) -> Vec<Row> {
    v.report.rows.iter().chain(&v.others).cloned().collect()
}

type Links = (String, Option<crate::view::portal::PortalAct>);

/// The figures and the rows; `links` says what this reader can open and report.
pub(crate) fn parts(r: &Report, links: impl Fn(&Row) -> Links) -> PolicyParts {
    let row = |n: &usize| {
        let (href, wrong) = links(&r.rows[*n]);
        PolicyRow { href, wrong, ..told(&r.rows[*n], &r.members, r.today) }
    };
    let s = &r.summary;
    PolicyParts {
        kpis: vec![
            side("Life cover", &s.life, ""),
            side("Disability cover", &s.disability, ""),
            side("Liability cover", &s.liability, ""),
            side("Premiums", &s.premiums, "a year"),
        ],
        groups: s.groups.iter().map(|(of, rows)| (name(*of, &r.members), rows.iter().map(row).collect())).collect(),
        notes: notes(r),
    }
}

/// Nothing there is said as such; what is there and not known too.
fn side(name: &'static str, t: &Total, rhythm: &str) -> (&'static str, String, String) {
    let known = Total { unknown: 0, ..t.clone() };
    match (t.by_currency.is_empty(), t.unknown) {
        (true, 0) => (name, "None recorded".into(), String::new()),
        (true, _) => (name, "Not recorded".into(), String::new()),
        (false, 0) => (name, total(&known), rhythm.to_owned()),
        (false, n) => (name, total(&known), format!("{rhythm} and {n} unknown").trim().to_owned()),
    }
}

fn name(of: Of, members: &[Member]) -> String {
    match of {
        Of::One(n) => members.get(n).map_or_else(|| "Former member".into(), |m| m.given.clone()),
        Of::Several => "Several people".into(),
        Of::Nobody => "No insured person recorded".into(),
    }
}

fn told(row: &Row, members: &[Member], today: Date) -> PolicyRow {
    let (a, p) = (&row.account, row.policy.as_ref());
    let unknown = || "Not recorded".to_owned();
    let money = |m: &Money| words::money_short(m);
    let needed = row.needs_beneficiary();
    let named = crate::beneficiaries::primary(row, members);
    let cash = row.cash_value().map(|m| {
        let day = a.figures.as_of_day.map(|d| format!(" as of {}", words::day(d))).unwrap_or_default();
        format!("Cash value {}{day}", money(&m))
    });
    PolicyRow {
        name: a.name.clone(),
        kind: p.map_or_else(|| "Kind not recorded".into(), |p| p.kind.words().into()),
        insurer: match format!("{} {}", a.institution, mask(a.mask.as_ref())).trim() {
            "" => unknown(),
            some => some.to_owned(),
        },
        cover: p.and_then(Policy::covers).map_or_else(unknown, |m| money(&m)),
        premium: p.and_then(premium).unwrap_or_else(unknown),
        a_year: p
            .filter(|p| p.every != Every::Year)
            .and_then(Policy::premium_a_year)
            .map(|m| format!("{} a year", money(&m)))
            .unwrap_or_default(),
        term: match p.and_then(|p| p.ends) {
            Some(d) if d < today => format!("Ended {}", words::day(d)),
            Some(d) => format!("Ends {}", words::day(d)),
            None => "No end recorded".into(),
        },
        over: p.is_some_and(|p| p.is_over(today)),
        beneficiary: match &named {
            Some(b) => b.clone(),
            None if needed => unknown(),
            None => "Not needed".into(),
        },
        nobody: needed && named.is_none(),
        cash: cash.unwrap_or_default(),
        muted: !a.state.counts(),
        ..PolicyRow::default()
    }
}

fn premium(p: &Policy) -> Option<String> {
    let m = Money::new(p.premium?, p.currency.clone());
    Some(format!("{} {}", words::money_short(&m), p.every.words()))
}

/// What the totals leave out, and of when all this is.
fn notes(r: &Report) -> Vec<String> {
    let s = &r.summary;
    let mut out = Vec::new();
    if s.over > 0 {
        out.push(format!("Not in the totals: {} whose term is over.", words::count(s.over, "policy", "policies")));
    }
    if s.unsorted > 0 {
        out.push(format!("In no cover: {} whose kind is not recorded.", words::count(s.unsorted, "policy", "policies")));
    }
    let muted = r.rows.iter().filter(|x| !x.account.state.counts()).count();
    if muted > 0 {
        out.push(format!("Not in the totals: {} that is muted or closed.", words::count(muted, "policy", "policies")));
    }
    match r.said {
        Some((a, b)) if a == b => out.push(format!("Cover and premiums as entered on {}.", words::day(a))),
        Some((a, b)) => out.push(format!("Cover and premiums as entered between {} and {}.", words::day(a), words::day(b))),
        None => {}
    }
    out.push("Policies with a cash value also appear on the balance sheet.".into());
    if s.premiums.by_currency.len() > 1 || s.life.by_currency.len() > 1 {
        out.push("Several currencies stand side by side; nothing is converted.".into());
    }
    out
}
