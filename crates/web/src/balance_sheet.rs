//! The balance sheet of any day, by what is known now or was known then: for the firm's people here, for clients in `portal::reports`. Both
//! are made of the same parts.

use crate::Web;
use crate::at::At;
use crate::household_words::{self as hw, at, freshness, head, held_away_share, mask, near, total};
use crate::portal::shelf_kind;
use crate::respond::{Answer, Page};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::balance_sheet::{BalanceSheet, Bar, Bars, DayControl, Line, Point, SheetCharts, SheetGroup, SheetRow};
use crate::view::household::{Seg, Tab};
use crate::view::kit::Kind;
use crate::view::shell::Here;
use crate::view::words;
use app::balance_sheet::{self as read, Asked, Known, Sheet, View};
use app::connect_flow::Account;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::money::Total;
use model::shelf::Shelf;
use model::{Currency, Custody, Date, Decimal, HouseholdId, Money, Source};
use std::collections::BTreeSet;

pub fn routes() -> Vec<Route> {
    vec![Route::get("/households/{household}/balance-sheet", Audience::Staff, show)]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Chosen {
    day: String,
    known: String,
    by: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Type,
    Owner,
    Institution,
}

impl By {
    const ALL: [(By, &'static str, &'static str); 3] =
        [(By::Type, "type", "By type"), (By::Owner, "owner", "By owner"), (By::Institution, "institution", "By institution")];
}

async fn show(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Query(chosen): Query<Chosen>) -> Answer {
    let known = if chosen.known == "then" { Known::Then } else { Known::Now };
    let view = read::view(&web.app, &staff.scope, household, &Asked { day: chosen.day, known }).await?;
    let by = By::ALL.iter().find(|(_, key, _)| *key == chosen.by).map_or(By::Type, |(by, ..)| *by);
    Ok(Page(page(&web, &staff, &view, by)).into_response())
}

fn page(web: &Web, staff: &Staff, v: &View, by: By) -> BalanceSheet {
    let s = &v.sheet;
    let here = format!("{}/balance-sheet", at(v.found.household.id));
    let key = |by: By| By::ALL.iter().find(|(b, ..)| *b == by).map_or("type", |(_, key, _)| key);
    let link = |day: Date, known: Known, by: By| {
        let mut said = Vec::new();
        said.extend((day != s.today).then(|| format!("day={day}")));
        said.extend((day != s.today && known == Known::Then).then(|| "known=then".to_owned()));
        said.extend((by != By::Type).then(|| format!("by={}", key(by))));
        if said.is_empty() { here.clone() } else { format!("{here}?{}", said.join("&")) }
    };
    let mut hidden = Vec::new();
    hidden.extend((s.known == Known::Then).then(|| ("known", "then".to_owned())));
    hidden.extend((by != By::Type).then(|| ("by", key(by).to_owned())));
    let known = [(Known::Now, "Known now"), (Known::Then, "Known then")];
    let known = known.into_iter().filter(|_| s.day < s.today).map(|(k, word)| Seg::new(word, link(s.day, k, by), s.known == k));
    let (assets, debts) = s.sides();
    BalanceSheet {
        hh: head(&v.found, Tab::BalanceSheet),
        firm: v.firm.name.clone(),
        control: DayControl { known: known.collect(), ..control(s, &here, hidden, |d| link(d, s.known, by)) },
        by: By::ALL.iter().map(|(b, _, word)| Seg::new(*word, link(s.day, s.known, *b), *b == by)).collect(),
        as_of: as_of(s),
        prepared: format!("{}, {}", staff.name, words::day(s.today)),
        fresh: fresh(s),
        kpis: vec![
            ("Net worth", total(&s.sums.total)),
            ("Assets", side(&assets)),
            ("Debts", side(&debts)),
            ("Held away", held_away_share(&s.sums)),
        ],
        charts: charts(s),
        groups: groups(s, by),
        totals: net(&s.sums.total),
        notes: notes(s),
        any_old: s.accounts.iter().any(|a| a.state.counts() && s.is_old(a)),
        disclaimer: crate::map::disclaimer(&v.firm.settings.disclaimer),
        stream: if s.day == s.today { crate::live::of(v.found.household.id) } else { String::new() },
        shell: staff.shell(web, Here::Households),
    }
}

/// The form of the day, and the ways to today and to the ends of quarters.
pub(crate) fn control(s: &Sheet, here: &str, hidden: Vec<(&'static str, String)>, link: impl Fn(Date) -> String) -> DayControl {
    let quarter = app::account_view::quarter_end_before;
    let ends = [quarter(s.today), quarter(s.today).and_then(quarter)];
    let days = ends.into_iter().flatten().filter(|d| *d >= s.begins);
    let jump = |d: Date| Seg::new(if d == s.today { "Today".into() } else { words::day_near(d, s.today) }, link(d), d == s.day);
    DayControl {
        action: here.to_owned(),
        hidden,
        day: words::day_value(s.day),
        least: words::day_value(s.begins),
        most: words::day_value(s.today),
        error: s.wrong.clone().unwrap_or_default(),
        jumps: std::iter::once(s.today).chain(days).map(jump).collect(),
        known: Vec::new(),
    }
}

pub(crate) fn as_of(s: &Sheet) -> String {
    let day = words::day(s.day);
    match s.known {
        _ if s.day == s.today => format!("As of today, {day}"),
        Known::Now => format!("As of {day}, by what is known now"),
        Known::Then => format!("As of {day}, by what was known then"),
    }
}

fn fresh(s: &Sheet) -> String {
    let line = freshness(&s.sums, s.today);
    match s.sums.out_of_date {
        0 => line,
        n => format!("{line} · {n} out of date"),
    }
}

/// A side of the balance: nothing there is said as such.
pub(crate) fn side(t: &Total) -> String {
    if t.by_currency.is_empty() && t.unknown == 0 { "None recorded".into() } else { total(t) }
}

/// "Net worth" for each currency: they are never added to each other.
pub(crate) fn net(t: &Total) -> Vec<(String, String)> {
    let several = t.by_currency.len() > 1;
    let line = |(c, amount): (&Currency, &Decimal)| {
        let name = if several { format!("Net worth in {}", c.code()) } else { "Net worth".into() };
        (name, words::money_short(&Money::new(*amount, c.clone())))
    };
    let lines: Vec<_> = t.by_currency.iter().map(line).collect();
    if lines.is_empty() { vec![("Net worth".into(), "not known yet".into())] } else { lines }
}

pub(crate) fn notes(s: &Sheet) -> Vec<String> {
    let mut out = Vec::new();
    out.extend(
        (s.sums.total.unknown > 0)
            .then(|| format!("Not counted: {} whose value is not known.", words::count(s.sums.total.unknown, "account", "accounts"))),
    );
    let muted = s.sums.muted;
    out.extend((muted > 0).then(|| format!("Not listed: {}, muted or closed by then.", words::count(muted, "account", "accounts"))));
    let gone = s.accounts.iter().filter(|a| s.gone.contains(&a.id)).count();
    out.extend((gone > 0).then(|| format!("{} deleted or joined with another since.", words::count(gone, "account was", "accounts were"))));
    out
}

fn groups(s: &Sheet, by: By) -> Vec<SheetGroup> {
    let counted: Vec<&Account> = s.accounts.iter().filter(|a| a.state.counts()).collect();
    let row = |a: &&Account| row(s, a);
    let group = |name: String, kind: Kind, of: Vec<&Account>| SheetGroup {
        total_name: if by == By::Type { format!("Total {}", name.to_lowercase()) } else { format!("{name}, net") },
        total: total(&read::total(of.iter().copied())),
        rows: of.iter().map(row).collect(),
        name,
        kind,
    };
    let key = |a: &Account| match by {
        By::Institution if a.institution.is_empty() => "No institution".to_owned(),
        By::Institution => a.institution.clone(),
        _ => hw::owners_among(&a.owners, &s.members),
    };
    let mut out: Vec<SheetGroup> = match by {
        By::Type => {
            let of = |shelf: Shelf| counted.iter().copied().filter(|a| Shelf::of(a.kind) == shelf).collect();
            Shelf::ALL.into_iter().map(|shelf| group(shelf.name().into(), shelf_kind(shelf), of(shelf))).collect()
        }
        _ => {
            let mut keys: Vec<String> = counted.iter().map(|a| key(a)).collect::<BTreeSet<_>>().into_iter().collect();
            // People in their order, what is owned together after them.
            let place = |k: &String| s.members.iter().position(|m| m.given == *k).unwrap_or(usize::MAX);
            keys.sort_by_key(|k| (by == By::Owner).then(|| place(k)));
            keys.into_iter().map(|k| group(k.clone(), Kind::Invest, counted.iter().copied().filter(|a| key(a) == k).collect())).collect()
        }
    };
    out.retain(|g| !g.rows.is_empty());
    out
}

fn row(s: &Sheet, a: &Account) -> SheetRow {
    let kept = match (a.custody, a.source) {
        (Custody::Managed, _) => "Managed here",
        (_, Source::Manual) => "By hand",
        _ => "Held away",
    };
    SheetRow {
        name: a.name.clone(),
        href: if s.gone.contains(&a.id) { String::new() } else { format!("/accounts/{}", a.id) },
        place: format!("{} {}", a.institution, mask(a.mask.as_ref())).trim().to_owned(),
        kept,
        owner: hw::owners_among(&a.owners, &s.members),
        as_of: a.figures.as_of_day.map_or_else(|| "no value yet".into(), words::day),
        old: s.is_old(a),
        value: app::household_list::worth(a).map_or_else(|| "not provided".into(), |m| words::money_short(&m)),
    }
}

/// What a drawing can place a figure by; the figure itself is written exactly.
fn float(d: Decimal) -> f64 {
    d.to_string().parse().unwrap_or_default()
}

/// None where no value is known.
pub(crate) fn charts(s: &Sheet) -> Option<SheetCharts> {
    let currencies: BTreeSet<&Currency> = s.months.iter().flat_map(|(_, t)| t.by_currency.keys()).collect();
    if currencies.is_empty() {
        return None;
    }
    let several = currencies.len() > 1;
    let cell = |t: &Total, c: &Currency| {
        t.by_currency.get(c).map_or_else(|| "nothing known".into(), |a| words::money_short(&Money::new(*a, c.clone())))
    };
    Some(SheetCharts {
        pairs: currencies.iter().map(|c| (line(s, c, several), bars(s, c, several))).collect(),
        heads: currencies.iter().map(|c| if several { format!("Net worth in {}", c.code()) } else { "Net worth".into() }).collect(),
        months: s
            .months
            .iter()
            .map(|(d, t)| {
                let unknown = if t.unknown == 0 { String::new() } else { words::count(t.unknown, "unknown", "unknown") };
                (words::day(*d), currencies.iter().map(|c| cell(t, c)).collect(), unknown)
            })
            .collect(),
        partial: s.months.iter().any(|(_, t)| t.unknown > 0),
        grown: match (s.months.first(), s.valued) {
            // A line that rises because more is known says so.
            (Some((first, _)), (then, now)) if then != now => format!(
                "An account is in the line from the first day that a value of it is known: {} on {}, {} on {}.",
                words::count(then, "account", "accounts"),
                words::day(*first),
                words::count(now, "account", "accounts"),
                words::day(s.day)
            ),
            _ => String::new(),
        },
    })
}

fn line(s: &Sheet, c: &Currency, several: bool) -> Option<Line> {
    let known: Vec<(Date, Decimal)> = s.months.iter().filter_map(|(d, t)| Some((*d, *t.by_currency.get(c)?))).collect();
    let (first, last) = (known.first()?, known.last()?);
    if known.len() < 2 {
        return None;
    }
    let money = |a: Decimal| words::money_short(&Money::new(a, c.clone()));
    let least = known.iter().min_by_key(|(_, a)| *a)?;
    let most = known.iter().max_by_key(|(_, a)| *a)?;
    let point = |(d, a): &(Date, Decimal)| Point {
        at: f64::from(words::days_old(first.0, *d)),
        value: float(*a),
        month: d.strftime(if known.len() > 12 { "%b ’%y" } else { "%b" }).to_string(),
    };
    let unit = if several { format!(" in {}", c.code()) } else { String::new() };
    Some(Line {
        title: format!("Net worth{unit}, {} to {}", near(first.0, s.today), near(last.0, s.today)),
        sign: match c.code() {
            "USD" => "$",
            "EUR" => "€",
            "GBP" => "£",
            "JPY" => "¥",
            _ => "",
        },
        points: known.iter().map(point).collect(),
        about: format!(
            "Line chart. Net worth{unit} was {} on {} and {} on {}; lowest {} on {}, highest {} on {}.",
            money(first.1),
            words::day(first.0),
            money(last.1),
            words::day(last.0),
            money(least.1),
            words::day(least.0),
            money(most.1),
            words::day(most.0)
        ),
    })
}

fn bars(s: &Sheet, c: &Currency, several: bool) -> Bars {
    let on = |shelf: Shelf| {
        let total = read::total(s.accounts.iter().filter(|a| Shelf::of(a.kind) == shelf));
        total.by_currency.get(c).map(|a| (shelf, *a))
    };
    let bars: Vec<Bar> = Shelf::ALL
        .into_iter()
        .filter_map(on)
        .map(|(shelf, a)| Bar {
            name: shelf.name(),
            kind: shelf_kind(shelf),
            size: float(a),
            value: words::money_short(&Money::new(a, c.clone())),
        })
        .collect();
    let each: Vec<String> = bars.iter().map(|b| format!("{} {}", b.name, b.value)).collect();
    let unit = if several { format!(", in {}", c.code()) } else { String::new() };
    Bars { title: format!("What it is made of{unit}"), about: format!("Bar chart. {}.", each.join(", ")), bars }
}
