//! One account as of a day, mapped to its page. Ending and refreshing it are in `account_acts`.

use crate::Web;
use crate::at::At;
use crate::household_words::{self as hw, at, feed_told, given, head, mask, near, owners};
use crate::respond::{Answer, Page};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::account::{Account, AsOf, Fact, Gap, Position, Refresh};
use crate::view::household::{Seg, Tab};
use crate::view::kit::Chip;
use crate::view::shell::{Here, Note, Tone};
use crate::view::states::{Act, Told};
use crate::view::words;
use app::account_view::{Shown, View, quarter_end_before};
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::head::HeadPosition;
use model::sums::is_out_of_date;
use model::{AccountId, AccountState, Currency, Custody, Date, Decimal, Money, SecurityKind, Source};

pub fn routes() -> Vec<Route> {
    vec![Route::get("/accounts/{account}", Audience::Staff, show)]
}

/// The day has two names: `day` in links, `as_of` in the page's own form.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Choice {
    day: String,
    as_of: String,
}

async fn show(State(web): State<Web>, staff: Staff, At(id): At<AccountId>, Query(choice): Query<Choice>) -> Answer {
    // A day that cannot be read is today: the control shows which day it is.
    let day = model::text::day(&choice.day).or_else(|| model::text::day(&choice.as_of));
    let view = app::account_view::view(&web.app, &staff.scope, id, day).await?;
    let mut page = page(&web, &staff, &view);
    // Of today alone: the score of another day would need that day's positions and prices.
    if view.day == view.today {
        page.risk = crate::risk::beside(&web, &staff, &view.account).await?;
    }
    Ok(Page(page).into_response())
}

fn page(web: &Web, staff: &Staff, v: &View) -> Account {
    let (a, now) = (&v.account, web.app.now());
    let base = at(v.found.household.id);
    let here = format!("/accounts/{}", a.id);
    let told = v.feed.as_ref().filter(|_| a.state == AccountState::Live).map(|feed| {
        let old = is_out_of_date(a.source, a.figures.as_of_day, v.today);
        feed_told(feed, old, &given(feed, &v.found), staff, now)
    });
    let asks = hw::may_ask(&v.found);
    let ask = match (&v.feed, &told) {
        (Some(feed), Some(told)) => hw::ask_href(v.found.household.id, feed.member, hw::repair(feed, told.act)),
        _ => format!("{base}/asset-sync"),
    };
    let shown = v.shown.as_ref();
    let gone = a.state != AccountState::Live && a.source == Source::Aggregation;
    Account {
        shell: staff.shell(web, Here::Households),
        hh: head(&v.found, Tab::Portfolio),
        at: here.clone(),
        name: a.name.clone(),
        mask: mask(a.mask.as_ref()),
        state: state_chip(v, told.as_ref()),
        held_away: a.custody == Custody::HeldAway,
        portfolio: crate::portfolios::title(v.portfolio.kind).into(),
        portfolio_href: format!("{base}/portfolio/{}", v.portfolio.kind.key()),
        owner: owners(&a.owners, &v.found),
        as_of: as_of(v, &here),
        refresh: refresh(v, told.as_ref()),
        trouble: told.as_ref().filter(|t| t.bar()).map(|t| Note { tone: t.tone(), title: t.headline.clone(), text: t.sentence.clone() }),
        fix: told.as_ref().filter(|t| asks && t.bar() && matches!(t.act, Act::Ask | Act::Send)).map(|t| (t.button.clone(), ask.clone())),
        positions_note: shown
            .map(|s| format!("Values as of {}, unless a date says otherwise", words::day_near(s.as_of_day, v.today)))
            .unwrap_or_default(),
        positions: shown.map(|s| positions(s, v.today)).unwrap_or_default(),
        positions_total: shown.and_then(positions_total).unwrap_or_else(|| "not provided".into()),
        reported_name: if a.institution.is_empty() { "Value".into() } else { format!("Total that {} reports", a.institution) },
        reported: shown.and_then(Shown::value).map(|m| words::money(&m)).unwrap_or_default(),
        gap: shown.and_then(gap),
        total: shown.map_or_else(|| "No value".into(), |s| s.value().map_or_else(|| "not provided".into(), |m| words::money_short(&m))),
        change: change(v),
        facts: facts(v, staff, web),
        history: crate::account_history::lines(v, staff, now),
        can_mute: v.may_end && a.state == AccountState::Live,
        can_disconnect: v.may_end && a.state == AccountState::Live && a.source == Source::Aggregation,
        can_delete: v.may_end,
        send_link: if gone && asks { ask } else { String::new() },
        unmute: if v.may_end && a.state == AccountState::Muted && a.source != Source::Aggregation {
            format!("{here}/unmute")
        } else {
            String::new()
        },
        more: more(v, &here),
        edit: if v.may_edit && a.state == AccountState::Live { format!("{here}/change") } else { String::new() },
        risk: None,
        stream: if v.day == v.today { crate::live::of(v.found.household.id) } else { String::new() },
    }
}

/// How it arrives, what it can be linked to, what else is known of it.
fn more(v: &View, here: &str) -> Vec<(String, &'static str, &'static str)> {
    let mut out = Vec::new();
    match v.account.source {
        Source::Manual if v.may_edit && v.account.state == AccountState::Live => {
            out.push((format!("{here}/link"), "Link to a connection", "Its values arrive by themselves from then on"));
        }
        Source::Manual => {}
        _ => out.push((format!("{here}/paths"), "How it arrives", "Each way with its reasons; takes a join apart")),
    }
    let named = v.may_edit && !v.account.kind.is_debt() && v.account.kind != model::AccountKind::Property;
    if named && v.account.state != AccountState::Deleted {
        out.push((format!("{here}/beneficiaries"), "Beneficiaries", "Who receives it, with their shares"));
    }
    if crate::manual::has_details(v.account.kind) && v.account.state != AccountState::Deleted {
        out.push((format!("{here}/details"), "Details", "What was typed beside the value, and its history"));
    }
    out
}

fn state_chip(v: &View, told: Option<&Told>) -> Chip {
    use crate::icons as icon;
    match (v.account.state, told) {
        (AccountState::Muted, _) if v.account.closed_on.is_some() => Chip::new(Tone::Idle, icon::CLOSE, "Closed"),
        (AccountState::Muted, _) => Chip::new(Tone::Idle, icon::MUTE, "Muted"),
        (AccountState::Disconnected, _) => Chip::new(Tone::Idle, icon::UNLINK, "Disconnected"),
        (_, Some(told)) => Chip { text: format!("Asset Sync, {}", lower(&told.chip.text)), ..told.chip.clone() },
        (_, None) => Chip::new(Tone::Idle, icon::PENCIL, hw::source(v.account.source)),
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_lowercase().chain(letters).collect())
}

fn as_of(v: &View, here: &str) -> AsOf {
    let link = |d: Date| if d == v.today { here.to_owned() } else { format!("{here}?day={d}") };
    let mut jumps = vec![Seg::new("Today", here, v.day == v.today)];
    if let Some(q) = quarter_end_before(v.today) {
        jumps.push(Seg::new(words::day_near(q, v.today), link(q), v.day == q));
        if let Some(before) = quarter_end_before(q) {
            jumps.push(Seg::new(words::day_near(before, v.today), link(before), v.day == before));
        }
    }
    AsOf {
        day: words::day_value(v.day),
        most: words::day_value(v.today),
        earlier: v.day.yesterday().map(link).unwrap_or_else(|_| here.to_owned()),
        later: (v.day < v.today).then(|| v.day.tomorrow().ok()).flatten().map(link),
        jumps,
        past: if v.day < v.today { format!("As it was on {}, by what is known today.", words::day(v.day)) } else { String::new() },
    }
}

fn refresh(v: &View, told: Option<&Told>) -> Refresh {
    match (told, &v.feed) {
        (Some(told), Some(feed)) if v.may_refresh => {
            if feed.refreshing {
                Refresh::Running
            } else if !told.refresh_waits.is_empty() {
                Refresh::Waits { why: told.refresh_waits.clone() }
            } else {
                Refresh::Ready { action: format!("/accounts/{}/refresh", v.account.id) }
            }
        }
        _ => Refresh::None,
    }
}

fn money(amount: Option<Decimal>, own: Option<&Currency>, account: Option<&Currency>) -> Option<Money> {
    Some(Money::new(amount?, own.or(account)?.clone()))
}

fn positions(s: &Shown, today: Date) -> Vec<Position> {
    s.head.positions.iter().flatten().map(|p| position(p, s, today)).collect()
}

fn position(p: &HeadPosition, s: &Shown, today: Date) -> Position {
    let account = s.head.currency.as_ref();
    let cash = p.kind == SecurityKind::Cash;
    let amount = |d: Option<Decimal>| money(d, p.currency.as_ref(), account);
    let ticker = match (&p.ticker, cash) {
        (_, true) => p.currency.as_ref().or(account).map_or_else(String::new, |c| c.code().to_owned()),
        (Some(t), _) => t.clone(),
        (None, _) => "no ticker".into(),
    };
    let unvested = match (p.vested_quantity, cash) {
        (Some(v), false) if v != p.quantity => format!(" · {} vested", words::quantity(v)),
        _ => String::new(),
    };
    Position {
        name: p.name.clone(),
        about: format!("{ticker} · {}{unvested}", security_name(p.kind)),
        quantity: if cash { String::new() } else { words::quantity(p.quantity) },
        price: if cash { String::new() } else { amount(p.price).map_or_else(|| "not provided".into(), |m| words::price(&m)) },
        price_day: p.price_day.filter(|_| !cash).map(|d| words::day_near(d, today)).unwrap_or_default(),
        price_old: p.price_day.is_some_and(|d| d < s.as_of_day),
        value: amount(p.value).map_or_else(|| "not provided".into(), |m| words::money(&m)),
        cost: if cash { "n/a".into() } else { amount(p.cost_basis).map(|m| words::money(&m)).unwrap_or_default() },
    }
}

fn security_name(kind: SecurityKind) -> &'static str {
    match kind {
        SecurityKind::Cash => "Cash",
        SecurityKind::Equity => "Stock",
        SecurityKind::Etf => "ETF",
        SecurityKind::MutualFund => "Fund",
        SecurityKind::FixedIncome => "Bond",
        SecurityKind::Derivative => "Option",
        SecurityKind::Crypto => "Crypto",
        SecurityKind::Loan => "Loan",
        SecurityKind::Other => "Other",
    }
}

fn positions_total(s: &Shown) -> Option<String> {
    money(s.head.positions_sum(), None, s.head.currency.as_ref()).map(|m| words::money(&m))
}

/// Shown, never mended: what the institution reports beyond the positions.
fn gap(s: &Shown) -> Option<Gap> {
    let gap = s.head.gap().filter(|g| !g.is_zero())?;
    let amount = money(Some(gap), None, s.head.currency.as_ref())?;
    Some(Gap { amount: words::money(&amount), percent: words::percent(gap, s.head.value?) })
}

fn change(v: &View) -> String {
    let (Some(now), Some((day, before))) = (v.shown.as_ref().and_then(Shown::value), &v.before) else { return String::new() };
    if now.currency != before.currency {
        return String::new();
    }
    let change = Money::new(now.amount - before.amount, now.currency);
    format!("{} since {}", words::money_change(&change), words::day_near(*day, v.today))
}

fn facts(v: &View, staff: &Staff, web: &Web) -> Vec<Fact> {
    let (a, now, zone) = (&v.account, web.app.now(), staff.zone());
    let moment = |t| words::capital(&words::moment(t, now, &zone));
    let mut out = Vec::new();
    if !a.institution.is_empty() {
        let site = v.connection.as_ref().and_then(|c| c.url.clone()).filter(|u| u.starts_with("https://") || u.starts_with("http://"));
        let fact = Fact::new("Institution", &a.institution);
        out.push(match site {
            Some(url) => fact.more(hw::site(&url)).link(url),
            None => fact,
        });
    }
    out.push(Fact::new("Kind", crate::accounts::kind_name(a.kind)));
    let through = v.feed.as_ref().map(|f| format!(", through {}", words::capital(&f.provider))).unwrap_or_default();
    out.push(Fact::new("Source", format!("{}{through}", hw::source(a.source))));
    if let Some(feed) = &v.feed {
        let ends = feed.consent_ends.map(|t| format!("Ends {}", words::day(t.date(&zone)))).unwrap_or_default();
        out.push(Fact::new("Permission", given(feed, &v.found)).more(ends));
    }
    if let Some(ended) = &v.ended {
        out.push(match ended.confirmed_at {
            _ if ended.goes_on => Fact::new("Permission", "Goes on").more("Other accounts of the connection use it"),
            Some(t) if ended.by_hand_at.is_some() => {
                let page = ended.by_hand_at.as_ref().map_or("", |p| p.as_str());
                let when = words::moment(t, now, &zone);
                Fact::new("Permission", "We deleted our key")
                    .more(format!("{when}. {} itself ends it at {}", ended.institution, hw::site(page)))
                    .link(page)
            }
            Some(t) => Fact::new("Permission", "Ended").more(format!("Confirmed by the data provider {}", words::moment(t, now, &zone))),
            None => Fact::new("Permission", "Ending").more("The data provider has not confirmed it yet. We ask until it does"),
        });
    }
    if let Some(s) = &v.shown {
        out.push(Fact::new("Value as of", words::weekday(s.as_of_day, v.today)));
        let word = if a.source == Source::Manual { "Entered" } else { "Received" };
        if a.source == Source::Aggregation && v.day == v.today {
            let last = a.figures.confirmed_at.max(a.figures.received_at);
            out.extend(last.map(|t| Fact::new("Last synced", moment(t))));
        }
        out.push(Fact::new(word, moment(s.received_at)));
    }
    if let Some(feed) = &v.feed {
        out.extend(feed.attempted_at.map(|t| Fact::new("Attempted", moment(t))));
        out.extend(
            feed.next_expected.filter(|t| *t > now).map(|t| Fact::new("Next values", format!("Expected {}", words::moment(t, now, &zone)))),
        );
    }
    if let Some(since) = a.figures.missing_since {
        out.push(
            Fact::new("Missing", format!("Not in the answers since {}", near(since.date(&zone), v.today)))
                .more("The last values stay, with their dates"),
        );
    }
    let head = v.shown.as_ref().map(|s| &s.head);
    let amount = |d: Option<Decimal>| money(d, None, head.and_then(|h| h.currency.as_ref())).map(|m| words::money(&m));
    out.extend(amount(head.and_then(|h| h.available)).map(|m| Fact::new("Available", m)));
    out.extend(amount(head.and_then(|h| h.limit)).map(|m| Fact::new("Limit", m)));
    for (name, value) in head.iter().flat_map(|h| &h.terms) {
        out.push(Fact::new("Terms", format!("{}: {value}", words::capital(&name.replace('_', " ")))));
    }
    out
}
