//! Settings > Reliability: how well each institution works for this firm, from its own tries.

use crate::Web;
use crate::icons as icon;
use crate::respond::{Answer, Page};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::connect::Place;
use crate::view::household::{Kpi, Seg};
use crate::view::kit::{Chip, Kind, Thumb};
use crate::view::reliability::{Day, Reliability, Row, Why};
use crate::view::settings::SettingsTab;
use crate::view::shell::{Here, Tone};
use crate::view::words;
use app::reliability::{Book, Known, STRIP};
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::reliability::{DAYS, ENOUGH, Record, Verdict};

const PAGE: usize = 50;

pub fn routes() -> Vec<Route> {
    vec![Route::get("/settings/reliability", Audience::Staff, show)]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Choice {
    show: String,
    page: String,
}

fn is_problem(k: &Known) -> bool {
    matches!(k.record.verdict(), Verdict::Troubled | Verdict::Failing)
}

async fn show(State(web): State<Web>, staff: Staff, Query(choice): Query<Choice>) -> Answer {
    let book = app::reliability::book(&web.app, &staff.scope).await?;
    let problems = choice.show == "problems";
    let page = choice.page.parse::<usize>().unwrap_or(0).min(100_000);
    let at = |n: usize| format!("/settings/reliability?show={}&page={n}", if problems { "problems" } else { "all" });
    let all = book.rows.len();
    let bad = book.rows.iter().filter(|k| is_problem(k)).count();
    let shown: Vec<&Known> = book.rows.iter().filter(|k| !problems || is_problem(k)).collect();
    let view = Reliability {
        shell: staff.shell(&web, Here::Settings),
        tab: SettingsTab::Reliability,
        kpis: kpis(&book),
        shows: vec![
            Seg::new(format!("All {all}"), "/settings/reliability", !problems),
            Seg::new(format!("Problems {bad}"), "/settings/reliability?show=problems", problems),
        ],
        rows: shown.iter().skip(page.saturating_mul(PAGE)).take(PAGE).map(|k| row(&web, k)).collect(),
        why: why(&book.total),
        why_said: why(&book.total).iter().map(|w| format!("{} {}", w.name, w.n)).collect::<Vec<_>>().join(", "),
        enough: ENOUGH,
        over: DAYS,
        nothing: all == 0,
        earlier: (page > 0).then(|| at(page - 1)),
        later: (shown.len() > (page + 1).saturating_mul(PAGE)).then(|| at(page + 1)),
    };
    Ok(Page(view).into_response())
}

fn kpis(b: &Book) -> Vec<Kpi> {
    let all = b.total.judged();
    let success = b.total.percent().map_or_else(|| "n/a".into(), |p| format!("{p}%"));
    let few = b.rows.iter().filter(|k| k.record.verdict() == Verdict::TooFew).count();
    vec![
        Kpi::new(format!("Success, {DAYS} days"), success, words::count(all as usize, "try that counts", "tries that count")),
        Kpi::new("Connections", words::count(b.connections.max(0) as usize, "", "").trim().to_owned(), "In the whole firm"),
        Kpi::new("Waiting for a client", b.waiting[0].to_string(), format!("{} for an institution, {} for us", b.waiting[1], b.waiting[2])),
        Kpi::new("Too few to judge", few.to_string(), format!("Institutions with fewer than {ENOUGH} tries")),
    ]
}

/// The word for how well an institution works.
pub(crate) fn chip(record: &Record) -> Chip {
    match record.verdict() {
        Verdict::TooFew => Chip::new(Tone::Idle, icon::CLOCK, "Too few to judge"),
        Verdict::Well => Chip::new(Tone::Ok, icon::CHECK, "Works well"),
        Verdict::Troubled => Chip::new(Tone::Warn, icon::ALERT, "Fails at times"),
        Verdict::Failing => Chip::new(Tone::Bad, icon::STOP, "Fails often"),
    }
}

/// The same in a sentence, before somebody connects.
pub(crate) fn sentence(record: &Record, firm: &str) -> String {
    match record.percent() {
        None => format!("Too few tries at {firm} to judge how well it works."),
        Some(p) => format!("{p} of 100 tries at {firm} worked in the last {DAYS} days."),
    }
}

fn row(web: &Web, k: &Known) -> Row {
    let through = web.app.connector(&k.provider).map_or_else(|| words::capital(&k.provider), |c| c.card().name.to_owned());
    let q = serde_urlencoded::to_string([("show", "all"), ("at", k.institution.as_str())]).unwrap_or_default();
    Row {
        place: Place { name: k.institution.clone(), site: String::new(), href: String::new(), thumb: Thumb::of(&k.institution) },
        through: format!("Through {through}"),
        chip: chip(&k.record),
        days: k.days.iter().enumerate().map(|(n, r)| day(n, r)).collect(),
        said: said(&k.days),
        percent: k.record.percent().map_or_else(|| "n/a".into(), |p| format!("{p}%")),
        tries: words::count(k.record.judged() as usize, "", "").trim().to_owned(),
        connections: k.connections.to_string(),
        href: format!("/connections?{q}"),
    }
}

/// A full bar where all worked, a lower one where some did not, a line where nothing was tried.
fn day(n: usize, r: &Record) -> Day {
    let x = n * 8;
    let all = r.judged();
    if all == 0 {
        return Day { x, y: 14, height: 2, tone: Tone::Idle };
    }
    let height = (u64::from(r.worked) * 14 / u64::from(all)) as u32 + 2;
    let tone = match u64::from(r.worked) * 100 / u64::from(all) {
        95.. => Tone::Ok,
        80.. => Tone::Warn,
        _ => Tone::Bad,
    };
    Day { x, y: 16 - height, height, tone }
}

fn said(days: &[Record; STRIP]) -> String {
    let tried = days.iter().filter(|r| r.judged() > 0).count();
    let fell = days.iter().filter(|r| r.judged() > 0 && r.worked < r.judged()).count();
    format!("Tried on {tried} of {STRIP} days; something failed on {fell}")
}

fn why(t: &Record) -> Vec<Why> {
    let all = [
        ("Client must act", t.client, Kind::Income),
        ("Institution", t.institution, Kind::Debt),
        ("Data provider", t.provider, Kind::Retire),
        ("Our side", t.ours, Kind::Policy),
    ];
    let most = u64::from(all.iter().map(|(_, n, _)| *n).max().unwrap_or(0));
    let mut some: Vec<_> = all.into_iter().filter(|(_, n, _)| *n > 0).collect();
    some.sort_by_key(|(_, n, _)| std::cmp::Reverse(*n));
    let bar = |(at, (name, n, kind)): (usize, (&'static str, u32, Kind))| {
        let width = (u64::from(n) * 146 / most.max(1)).max(2);
        Why { name, n: n.to_string(), width, kind, y: at * 30, end: 118 + width + 6 }
    };
    some.into_iter().enumerate().map(bar).collect()
}
