//! One portfolio of a household: its page with the New account menu, and the same rows as a file.

use crate::Web;
use crate::at::At;
use crate::household_words::{account_row, at, freshness, head, held_away_share, total};
use crate::respond::{Answer, Page, WebError};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::household::{Kpi, Seg, Tab};
use crate::view::portfolio::{AssetSyncOffer, Portfolio, TypeChoice, type_choices};
use crate::view::shell::Here;
use crate::view::words;
use app::portfolios::{Only, View};
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use model::permission::{Action, may};
use model::{HouseholdId, PortfolioKind};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/households/{household}/portfolio", Audience::Staff, current),
        Route::get("/households/{household}/portfolio/{kind}", Audience::Staff, show),
        Route::get("/households/{household}/portfolio/{kind}/accounts.csv", Audience::Staff, csv),
    ]
}

#[derive(serde::Deserialize)]
struct Choice {
    #[serde(default)]
    show: String,
}

async fn current(web: State<Web>, staff: Staff, At(household): At<HouseholdId>, choice: Query<Choice>) -> Answer {
    show(web, staff, At((household, PortfolioKind::Current.key().into())), choice).await
}

async fn show(
    State(web): State<Web>,
    staff: Staff,
    At((household, kind)): At<(HouseholdId, String)>,
    Query(choice): Query<Choice>,
) -> Answer {
    let kind = PortfolioKind::from_key(&kind).ok_or(WebError::NotFound)?;
    let only = Only::from_key(&choice.show).unwrap_or_default();
    let view = app::portfolios::view(&web.app, &staff.scope, household, kind, only).await?;
    let mut page = page(&web, &staff, &view);
    if kind == PortfolioKind::Current {
        let (note, doubled) = crate::joins::beside(&web, &staff, household).await?;
        for (row, line) in page.rows.iter_mut().zip(&view.lines) {
            row.place = crate::joins::marked(&row.place, &doubled, line.account.id);
        }
        page.doubled = note;
        // Beside what is held away, before how fresh it is.
        if let Some(risk) = crate::risk::kpi(&web, &staff, household).await? {
            let at = page.kpis.len().min(2);
            page.kpis.insert(at, risk);
        }
    }
    Ok(Page(page).into_response())
}

pub fn title(kind: PortfolioKind) -> &'static str {
    match kind {
        PortfolioKind::Current => "Current portfolio",
        PortfolioKind::Proposed => "Proposed portfolio",
        PortfolioKind::Model => "Model portfolio",
    }
}

/// The lines of the New account menu, with Asset Sync where this portfolio and the plan offer it (N2, N11 to N14).
pub fn types(view: &View) -> Vec<TypeChoice> {
    let base = at(view.found.household.id);
    let offer = match (view.offers_asset_sync(), view.plan_has_asset_sync) {
        (false, _) => AssetSyncOffer::No,
        (true, false) => AssetSyncOffer::NotInPlan,
        (true, true) => AssetSyncOffer::Yes { href: format!("{base}/asset-sync") },
    };
    type_choices(&base, view.portfolio.kind.key(), offer)
}

fn page(web: &Web, staff: &Staff, view: &View) -> Portfolio {
    let (found, sums) = (&view.found, &view.sums);
    let base = at(found.household.id);
    let kind = view.portfolio.kind;
    let here = format!("{base}/portfolio/{}", kind.key());
    let kinds = view.kinds.iter().map(|k| {
        let name = title(*k).trim_end_matches(" portfolio");
        Seg::new(name, format!("{base}/portfolio/{}", k.key()), *k == kind)
    });
    let shows = Only::ALL.map(|o| {
        let text = match o {
            Only::Everything => "Everything",
            Only::HeldAway => "Held away",
            Only::Managed => "Managed here",
        };
        Seg::new(text, if o == Only::Everything { here.clone() } else { format!("{here}?show={}", o.key()) }, o == view.only)
    });
    let now = web.app.now();
    let rows: Vec<_> = view.lines.iter().map(|l| account_row(l, found, staff, view.today, now)).collect();
    let people = view.lines.iter().flat_map(|l| &l.account.owners).map(|o| o.member).collect::<std::collections::BTreeSet<_>>().len();
    let mut counts = vec![words::count(sums.accounts, "account", "accounts"), words::count(people, "owner", "owners")];
    if sums.muted > 0 {
        counts.push(format!("{} muted", sums.muted));
    }
    let kpis = vec![
        Kpi::new(title(kind), total(&sums.total), counts.join(", ")),
        Kpi::new("Held away", total(&view.whole.held_away), format!("{} of the portfolio’s assets", held_away_share(&view.whole))),
        Kpi::new("Freshness", if sums.out_of_date == 0 { "All".into() } else { sums.out_of_date.to_string() }, freshness(sums, view.today))
            .unit(if sums.out_of_date == 0 { "up to date" } else { "out of date" }),
    ];
    let adds = may(Action::EditHousehold, found.standing);
    let start = (adds && view.offers_asset_sync() && view.plan_has_asset_sync).then(|| format!("{base}/asset-sync"));
    Portfolio {
        shell: staff.shell(web, Here::Households),
        hh: head(found, Tab::Portfolio),
        title: title(kind).into(),
        kinds: kinds.collect(),
        shows: if view.whole.accounts == 0 { Vec::new() } else { shows.into() },
        types: if adds { types(view) } else { Vec::new() },
        kpis,
        has_synced: rows.iter().any(|r| r.synced.is_some()),
        rows,
        total: total(&sums.total),
        doubled: None,
        start,
        stream: crate::live::of(found.household.id),
    }
}

/// The accounts of the portfolio as a file. A cell that a spreadsheet could run is made harmless.
async fn csv(
    State(web): State<Web>,
    staff: Staff,
    At((household, kind)): At<(HouseholdId, String)>,
    Query(choice): Query<Choice>,
) -> Answer {
    let kind = PortfolioKind::from_key(&kind).ok_or(WebError::NotFound)?;
    let only = Only::from_key(&choice.show).unwrap_or_default();
    let view = app::portfolios::view(&web.app, &staff.scope, household, kind, only).await?;
    let mut out = String::from("Account,Institution,Last digits,Owner,Source,Custody,State,Value as of,Currency,Value\r\n");
    for line in &view.lines {
        let a = &line.account;
        let custody = if a.custody == model::Custody::HeldAway { "Held away" } else { "Managed here" };
        let cells = [
            a.name.clone(),
            a.institution.clone(),
            a.mask.clone().unwrap_or_default(),
            crate::household_words::owners(&a.owners, &view.found),
            crate::household_words::source(a.source).into(),
            custody.into(),
            if a.state.counts() { "Counted".into() } else { "Muted".into() },
            a.figures.as_of_day.map(|d| d.to_string()).unwrap_or_default(),
            a.figures.currency.as_ref().map(|c| c.code().to_owned()).unwrap_or_default(),
        ];
        let amount = a.figures.value.map(|v| v.to_string()).unwrap_or_default();
        out += &cells.iter().map(|c| cell(c)).chain([amount]).collect::<Vec<_>>().join(",");
        out += "\r\n";
    }
    let name = format!("attachment; filename=\"{}-accounts-{}.csv\"", kind.key(), view.today);
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, name.as_str())], out).into_response())
}

/// Quoted; text that begins like a formula gets an apostrophe before it.
pub(crate) fn cell(text: &str) -> String {
    let risky = text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r']);
    let clean = text.replace(['\r', '\n', '\0'], " ").replace('"', "\"\"");
    format!("\"{}{clean}\"", if risky { "'" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_is_a_formula() {
        for bad in ["=1+1", "+1", "-2", "@SUM(A1)", " =cmd|'/c'!A0", "\t=1"] {
            assert!(cell(bad).starts_with("\"'"), "{bad:?}");
        }
        assert_eq!(cell("Ngozi \"N\" Okafor\nx"), "\"Ngozi \"\"N\"\" Okafor x\"");
        assert_eq!(cell("Okafor – Lindqvist"), "\"Okafor – Lindqvist\"");
    }
}
