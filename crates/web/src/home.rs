//! The adviser's first page.

use crate::Web;
use crate::at::At;
use crate::connections::mover;
use crate::csrf::Form;
use crate::household_words::{ask_href, at, feed_told};
use crate::looks::showing;
use crate::respond::{Answer, Page, WebError, see, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::home::{Home as View, LinkOut, Needs, News, Stale};
use crate::view::household::{Kpi, Seg};
use crate::view::kit::{Chip, Thumb};
use crate::view::shell::Here;
use crate::view::shell::Tone;
use crate::view::words;
use app::connections_list::{Entry, Mover};
use app::home::{Coming, Home, Whose};
use app::portfolios::Feed;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::HouseholdId;
use model::fact::{HouseholdStatus, MemberRole};
use model::link::Purpose;
use model::repair::Owner;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/", Audience::Staff, show),
        Route::get("/home", Audience::Staff, show),
        Route::post("/households/{household}/mend", Audience::Staff, mend),
    ]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Choice {
    whose: String,
}

async fn show(State(web): State<Web>, staff: Staff, Query(choice): Query<Choice>) -> Answer {
    if !matches!(staff.role, model::permission::Role::Administrator | model::permission::Role::Adviser) {
        // Support sees no client data: tickets are what they work on.
        return Ok(crate::respond::see("/tickets"));
    }
    let whose = if choice.whose == "all" { Whose::All } else { Whose::Mine };
    let home = app::home::load(&web.app, &staff.scope, whose).await?;
    let named = home.needs.iter().map(|n| n.household.id).chain(home.news.iter().map(|n| n.household.id));
    let shown: Vec<_> = named.chain(home.links.iter().map(|(_, h)| h.id)).collect();
    Ok(showing(Page(view(&web, &staff, &home, whose)).into_response(), shown))
}

fn view(web: &Web, staff: &Staff, home: &Home, whose: Whose) -> View {
    let zone = staff.zone();
    let hour = home.now.zoned(&zone).hour();
    let part = match hour {
        5..12 => "morning",
        12..18 => "afternoon",
        _ => "evening",
    };
    let first = staff.name.split_whitespace().next().unwrap_or(&staff.name);
    let kpis = kpis(home);
    View {
        shell: staff.shell(web, Here::Home),
        greeting: format!("Good {part}, {first}"),
        line: format!(
            "{}. Your next reviews, what will be out of date by then, and whose move it is.",
            words::day_long(home.now.date(&zone))
        ),
        whose: vec![Seg::new("Mine", "/home", whose == Whose::Mine), Seg::new("Whole firm", "/home?whose=all", whose == Whose::All)],
        kpis,
        needs: home.needs.iter().map(|n| needs(web, n, staff, home)).collect(),
        links: home.links.iter().map(|(l, h)| link(l, h, staff, home)).collect(),
        news: home.news.iter().filter_map(|n| news(n, staff, home)).collect(),
        rest: if home.more { "/households?show=attention".into() } else { String::new() },
        fresh: home.fresh,
    }
}

/// What waits, and for whom; counted in all households of the choice.
fn kpis(home: &Home) -> Vec<Kpi> {
    let w = &home.waits;
    let households = |n: usize| if n == 1 { "household" } else { "households" };
    let connections = |n: usize| words::count(n, "connection", "connections");
    let links = |n: usize| {
        if n == 1 { "one link would fix them".to_owned() } else { format!("{} would fix them", words::count(n, "link", "links")) }
    };
    let yours: Vec<String> = [
        (w.you.connections > 0).then(|| connections(w.you.connections)),
        (w.typed > 0).then(|| format!("{} to type anew", words::count(w.typed, "value", "values"))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let institutions = match w.institution.institutions {
        0 => "None fails just now".to_owned(),
        1 => format!("{}, in {}", w.institution.institution, words::count(w.institution.households, "household", "households")),
        n => format!("{n} of them; we keep trying"),
    };
    let of_you = w.you.households + w.typed_households;
    vec![
        Kpi::new("Reviews in the next 30 days", home.reviews.to_string(), format!("{} ready today", home.ready)),
        Kpi::new(
            "Waiting for a client",
            w.client.households.to_string(),
            match w.client.connections {
                0 => "Nothing just now".to_owned(),
                1 => "One connection, with one link".to_owned(),
                n => format!("{}, {}", connections(n), links(w.client.members)),
            },
        )
        .unit(households(w.client.households)),
        Kpi::new("Waiting for you", of_you.to_string(), if yours.is_empty() { "Nothing just now".to_owned() } else { yours.join(", ") })
            .unit(households(of_you)),
        Kpi::new("Waiting for an institution", w.institution.connections.to_string(), institutions)
            .unit(if w.institution.connections == 1 { "connection" } else { "connections" }),
    ]
}

fn needs(web: &Web, n: &app::home::Needs, staff: &Staff, home: &Home) -> Needs {
    let adults: Vec<String> = n.members.iter().filter(|m| m.role == MemberRole::Adult).map(|m| m.given.clone()).collect();
    let prospect = if n.household.status == HouseholdStatus::Prospect { ", prospect" } else { "" };
    let stale = |e: &Entry| {
        let feed = Feed::of(&e.connection, home.now);
        let given = e.member.as_ref().map_or("the client", |m| m.given.as_str());
        let told = feed_told(&feed, false, given, staff, home.now);
        let since =
            feed.failing_since.map(|t| format!(" since {}", words::day_near(t.date(&staff.zone()), home.today))).unwrap_or_default();
        let text = format!("{}{since}", told.chip.text.to_lowercase());
        let href = home.cases.get(&e.connection.id).map(|c| format!("/cases/{}", c.id)).unwrap_or_default();
        Stale { tone: told.tone(), name: feed.institution, text, href }
    };
    let moves = app::home::mover(&n.stopped);
    let client = n.stopped.iter().find(|e| e.on_team && matches!(e.mover, Mover::Client(_)));
    let own = n.stopped.iter().filter(|e| Some(&e.mover) == moves).count();
    // Whoever was asked and has not answered: then it is ours to talk to them.
    let handed = |e: &Entry| home.cases.get(&e.connection.id).is_some_and(|c| c.owner == Owner::Adviser);
    let silent = n.stopped.iter().any(|e| e.on_team && matches!(e.mover, Mover::Client(_)) && handed(e));
    let why = match (moves, own) {
        (Some(Mover::Client(given)), _) if silent => format!("{given} has not answered: call, or send the link again"),
        (Some(Mover::Client(_)), 1) if n.stopped.len() == 1 => "with one link".to_owned(),
        (Some(Mover::Client(_)), n) => format!("{}, with one link", words::count(n, "connection", "connections")),
        (Some(Mover::Institution(_) | Mover::Provider), _) => "we keep trying".into(),
        (Some(Mover::Adviser), _) => "keep it up to date by hand".into(),
        (None, _) if !n.coming.is_empty() => why_coming(&n.coming).1,
        (None, _) => "ready for the review".into(),
        (Some(Mover::Administrator), _) => "something on our side".into(),
        _ => String::new(),
    };
    Needs {
        name: n.household.name.clone(),
        href: format!("{}/accounts", at(n.household.id)),
        people: format!("{}{prospect}", words::and(&adults)),
        review: n.household.next_review.filter(|d| *d >= home.today).map(|d| words::weekday(d, home.today)).unwrap_or_default(),
        until: n.household.next_review.filter(|d| *d >= home.today).map(|d| until(d, home.today)).unwrap_or_default(),
        stale: n.stopped.iter().map(stale).chain(n.coming.iter().map(|c| coming(c, home))).collect(),
        mover: match moves {
            Some(Mover::Client(_)) if silent => "You".into(),
            Some(Mover::Adviser) if !n.on_team => "The adviser".into(),
            Some(Mover::Administrator) if staff.is_administrator() => "You".into(),
            Some(m) => mover(m),
            None if n.coming.is_empty() => "Nobody".into(),
            None if app::home::is_typed(&n.coming) && !n.on_team => "The adviser".into(),
            None => why_coming(&n.coming).0,
        },
        why,
        link: client.map(|e| ask_href(n.household.id, e.connection.member, one_link(n, e))).unwrap_or_default(),
        send: client.filter(|e| home.writes && e.member.as_ref().is_some_and(|m| m.email.is_some())).map(|e| {
            let id: model::LinkId = web.app.random().id(home.now);
            let hidden =
                vec![("person", e.connection.member.to_string()), ("purpose", one_link(n, e).to_string()), ("link", id.to_string())];
            (format!("{}/mend", at(n.household.id)), hidden)
        }),
    }
}

/// "today", "tomorrow", "in 3 days".
fn until(day: model::Date, today: model::Date) -> String {
    match words::days_old(today, day) {
        0 => "today".into(),
        1 => "tomorrow".into(),
        n => format!("in {n} days"),
    }
}

fn coming(c: &Coming, home: &Home) -> Stale {
    match c {
        Coming::Ends { institution, on, .. } => {
            let text = format!("permission ends {}", words::day_near(*on, home.today));
            Stale { tone: Tone::Warn, name: institution.clone(), text, href: String::new() }
        }
        Coming::Old { account, days, .. } => {
            Stale { tone: Tone::Warn, name: account.clone(), text: format!("{days} days old by then"), href: String::new() }
        }
    }
}

/// Whose move it is when nothing has stopped yet, and why.
fn why_coming(all: &[Coming]) -> (String, String) {
    let ends = all.iter().find_map(|c| if let Coming::Ends { given, .. } = c { Some(given.clone()) } else { None });
    match (ends, app::home::is_typed(all)) {
        (Some(given), _) => (given, "a new sign-in before the permission ends".into()),
        (None, true) => ("You".into(), "type the new value".into()),
        (None, false) => ("Nobody".into(), "we keep trying".into()),
    }
}

/// A single trouble is mended in place; several of one person one after the other, behind one door.
fn one_link(n: &app::home::Needs, e: &Entry) -> Purpose {
    let own = n.stopped.iter().filter(|s| matches!(s.mover, Mover::Client(_)) && s.connection.member == e.connection.member).count();
    let repairs = e.connection.state.waits_for_client();
    if own == 1 && repairs { Purpose::Repair(e.connection.id) } else { Purpose::RepairAll }
}

#[derive(serde::Deserialize)]
struct Mend {
    person: model::MemberId,
    purpose: String,
    link: model::LinkId,
}

/// Sends the one link at once; where no message can be sent, the dialog says why and shows the other ways.
async fn mend(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Form(m): Form<Mend>) -> Answer {
    let purpose = Purpose::from_key(&m.purpose).ok_or(WebError::Unreadable)?;
    let to = app::links::For { household, member: m.person, purpose };
    match app::asset_sync::send(&web.app, &staff.scope, &to, m.link).await {
        Ok(()) => Ok(see_saying(&web, "/", "The link is on its way. You are in cc, without the code.")),
        Err(app::Error::TooMany(_)) => Ok(see(ask_href(household, m.person, purpose))),
        Err(e) => Err(e.into()),
    }
}

fn link(l: &app::home::LinkOut, h: &app::home::Household, staff: &Staff, home: &Home) -> LinkOut {
    use crate::icons as icon;
    let zone = staff.zone();
    let day = |t: model::Time| words::weekday(t.date(&zone), home.today);
    let (chip, text) = match (l.connected_at, l.ended_at, l.opened_at) {
        (Some(t), _, _) => (Chip::new(Tone::Ok, icon::CHECK, "Connected"), format!("Connected {}", day(t))),
        (None, None, _) if l.expires_at <= home.now => {
            (Chip::new(Tone::Warn, icon::CLOCK, "Expired"), format!("Expired unused {}", day(l.expires_at)))
        }
        (None, Some(t), _) if l.end_reason.as_deref() == Some("expired") => {
            (Chip::new(Tone::Warn, icon::CLOCK, "Expired"), format!("Expired unused {}", day(t)))
        }
        (None, Some(t), _) => (Chip::new(Tone::Idle, icon::UNLINK, "Ended"), format!("Ended {}", day(t))),
        (None, None, Some(t)) => (Chip::new(Tone::Info, icon::OPEN, "Opened"), format!("Opened {}, not finished", day(t))),
        (None, None, None) => (Chip::new(Tone::Idle, icon::MAIL, "Not opened"), format!("Created {}", day(l.created_at))),
    };
    let prospect = if h.status == HouseholdStatus::Prospect { ", prospect" } else { "" };
    let over = l.ended_at.is_some() || l.expires_at <= home.now;
    LinkOut {
        chip,
        person: format!("{}{prospect}", l.person),
        href: ask_href(l.household, l.member, Purpose::Connect),
        text,
        until: if over { String::new() } else { format!("Until {}", day(l.expires_at)) },
    }
}

fn news(n: &app::home::News, staff: &Staff, home: &Home) -> Option<News> {
    let detail: serde_json::Value = serde_json::from_str(&n.event.detail).unwrap_or_default();
    let inst = detail.get("institution").and_then(|t| t.as_str()).unwrap_or_default().to_owned();
    let named = |text: &str| if inst.is_empty() { words::capital(text) } else { format!("{inst}, {text}") };
    let text = match n.event.kind.as_str() {
        "connection.added" => named("connected"),
        "connection.repaired" => named("works again"),
        "connection.end_confirmed" => named("end of the permission confirmed"),
        "connection.key_deleted" => named("our key deleted"),
        "account.added" => named("account added"),
        "account.muted" => "An account was muted".into(),
        "account.disconnected" => "An account was disconnected".into(),
        _ => return None,
    };
    Some(News {
        thumb: Thumb::of(if inst.is_empty() { &n.household.name } else { &inst }),
        household: n.household.name.clone(),
        href: at(n.household.id),
        text,
        when: words::capital(&words::moment(n.event.at, home.now, &staff.zone())),
    })
}
