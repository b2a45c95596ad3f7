//! Reporting a problem to Data Support from a case: guidance, the message as it will be sent, then sending. And the tickets themselves, for
//! Data Support and for the household's team. Clients have none of these (E49).

use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::icons as icon;
use crate::looks::showing;
use crate::respond::{Answer, Page, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::settings::wrong;
use crate::view::cases::{Preview, TicketLine, TicketNew, TicketPage, Tickets};
use crate::view::household::Seg;
use crate::view::kit::{Chip, Field, FieldKind, Pick, Problems, Select, Thumb};
use crate::view::shell::{Here, Tone};
use crate::view::words;
use app::tickets::{Draft, Page as Found};
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::permission::Role;
use model::ticket::TicketState;
use model::{CaseId, TicketId, TicketNoteId, Time};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/cases/{case}/report", Audience::Staff, form),
        Route::post("/cases/{case}/report", Audience::Staff, report),
        Route::get("/tickets", Audience::Staff, console),
        Route::get("/tickets/{ticket}", Audience::Staff, show),
        Route::post("/tickets/{ticket}", Audience::Staff, note),
    ]
}

pub(crate) fn state_chip(state: TicketState) -> Chip {
    match state {
        TicketState::Open => Chip::new(Tone::Warn, icon::FLAG, "Open"),
        TicketState::Waiting => Chip::new(Tone::Info, icon::CLOCK, "Waiting"),
        TicketState::Answered => Chip::new(Tone::Info, icon::CHAT, "Answered"),
        TicketState::Solved => Chip::new(Tone::Ok, icon::CHECK, "Solved"),
    }
}

fn state_words(state: TicketState) -> &'static str {
    match state {
        TicketState::Open => "Open: nobody has taken it up",
        TicketState::Waiting => "Waiting: for the provider or the institution",
        TicketState::Answered => "Answered: the adviser’s move",
        TicketState::Solved => "Solved",
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Posted {
    id: String,
    words: String,
    r#do: String,
}

async fn form(State(web): State<Web>, staff: Staff, At(case): At<CaseId>) -> Answer {
    let draft = app::tickets::draft(&web.app, &staff.scope, case, "").await?;
    if let Some(there) = draft.there {
        return Ok(crate::respond::see(format!("/tickets/{there}")));
    }
    let page = new(&web, &staff, case, &draft, &Posted::default(), &[], false);
    Ok(showing(Page(page).into_response(), vec![draft.household]))
}

fn new(web: &Web, staff: &Staff, case: CaseId, d: &Draft, p: &Posted, fields: &[app::Field], preview: bool) -> TicketNew {
    let words = Field::new("words", "What happens, and what was tried")
        .kind(FieldKind::Area)
        .value(&p.words)
        .hint("The exact words on the screen, since when, and on which device. No names, passwords, codes, account numbers or amounts.")
        .error(wrong(fields, "words"));
    TicketNew {
        shell: staff.shell(web, Here::Cases),
        problems: Problems::of([words.problem()]),
        title: format!("Report a problem with {}", d.institution),
        action: format!("/cases/{case}/report"),
        back: format!("/cases/{case}"),
        id: p.id.parse::<TicketId>().unwrap_or_else(|_| web.app.random().id(web.app.now())).to_string(),
        given: d.given.clone(),
        institution: d.institution.clone(),
        site: d.url.clone().filter(|u| u.starts_with("https://")).unwrap_or_default(),
        words,
        preview: preview.then(|| Preview {
            to: d.to.join(", "),
            subject: d.subject.clone(),
            words: d.words.clone(),
            context: d.context.clone(),
        }),
    }
}

/// First the message as it will be sent; then, on its own button, sending.
async fn report(State(web): State<Web>, staff: Staff, At(case): At<CaseId>, Form(p): Form<Posted>) -> Answer {
    let draft = app::tickets::draft(&web.app, &staff.scope, case, &p.words).await?;
    if let Err(app::Error::Invalid(fields)) = app::tickets::check_words(&p.words) {
        return Ok(again(new(&web, &staff, case, &draft, &p, &fields, false)));
    }
    let id = p.id.parse::<TicketId>().ok().filter(|_| p.r#do == "send");
    let Some(id) = id else { return Ok(Page(new(&web, &staff, case, &draft, &p, &[], true)).into_response()) };
    let there = app::tickets::report(&web.app, &staff.scope, case, id, &p.words).await?;
    let said = if draft.to.is_empty() { "The ticket is kept for Data Support." } else { "The ticket is on its way to Data Support." };
    Ok(see_saying(&web, format!("/tickets/{there}"), said))
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Choice {
    show: String,
}

async fn console(State(web): State<Web>, staff: Staff, Query(choice): Query<Choice>) -> Answer {
    let all = app::tickets::console(&web.app, &staff.scope).await?;
    let fits = |show: &str, s: TicketState| match show {
        "solved" => s == TicketState::Solved,
        "all" => true,
        _ => s != TicketState::Solved,
    };
    let which = if matches!(choice.show.as_str(), "solved" | "all") { choice.show.as_str() } else { "open" };
    let shows = [("open", "Not solved"), ("solved", "Solved"), ("all", "All")].map(|(key, text)| {
        let n = all.tickets.iter().filter(|t| fits(key, t.state)).count();
        Seg::new(format!("{text} {n}"), format!("/tickets?show={key}"), key == which)
    });
    let (now, zone) = (all.now, staff.zone());
    let when = |t: Time| words::capital(&words::moment(t, now, &zone));
    let provider = |key: &str| web.app.connector(key).map_or_else(|| key.to_owned(), |c| c.card().name.to_owned());
    let rows = all.tickets.iter().filter(|t| fits(which, t.state)).map(|t| TicketLine {
        href: format!("/tickets/{}", t.id),
        thumb: Thumb::of(&t.institution),
        institution: t.institution.clone(),
        provider: provider(&t.provider),
        cause: t.cause.name().into(),
        chip: state_chip(t.state),
        since: when(t.created_at),
        changed: when(t.changed_at),
    });
    let view = Tickets { shell: staff.shell(&web, Here::Tickets), mailbox: all.mailbox.clone(), shows: shows.into(), rows: rows.collect() };
    Ok(Page(view).into_response())
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Noted {
    id: String,
    state: String,
    words: String,
}

async fn show(State(web): State<Web>, staff: Staff, At(id): At<TicketId>) -> Answer {
    let found = app::tickets::page(&web.app, &staff.scope, id).await?;
    let shown: Vec<_> = found.household.iter().map(|_| found.ticket.household).collect();
    Ok(showing(Page(page(&web, &staff, &found, &Noted::default(), &[])).into_response(), shown))
}

fn page(web: &Web, staff: &Staff, f: &Found, n: &Noted, fields: &[app::Field]) -> TicketPage {
    let (t, zone) = (&f.ticket, staff.zone());
    let when = |at: Time| words::moment(at, f.now, &zone);
    let chosen = TicketState::from_key(&n.state).unwrap_or(t.state);
    let picks = TicketState::ALL.into_iter().map(|s| Pick::new(s.key(), state_words(s), s == chosen)).collect();
    let note = Field::new("words", "What was answered or found")
        .kind(FieldKind::Area)
        .value(&n.words)
        .hint("No names, passwords, codes, account numbers or amounts")
        .error(wrong(fields, "words"))
        .optional();
    let to = if t.sent_to.is_empty() { "Kept here; no message was sent".to_owned() } else { format!("Written to {}", t.sent_to) };
    TicketPage {
        problems: Problems::of([note.problem()]),
        shell: staff.shell(web, if f.household.is_some() { Here::Cases } else { Here::Tickets }),
        title: format!("{}: {}", t.institution, t.cause.name().to_lowercase()),
        chip: state_chip(t.state),
        line: format!("Reported by {}, {}. {to}.", f.opened_by, when(t.created_at)),
        household: f.household.clone().unwrap_or_default(),
        case: if f.household.is_some() { format!("/cases/{}", t.case) } else { String::new() },
        words: t.words.clone(),
        context: t.context.lines().map(str::to_owned).collect(),
        notes: f
            .notes
            .iter()
            .map(|(n, who)| {
                let who = if who.is_empty() { "Heldaway" } else { who.as_str() };
                (format!("{who}, {}", when(n.at)), n.words.clone(), state_chip(n.state))
            })
            .collect(),
        action: if f.may_change { format!("/tickets/{}", t.id) } else { String::new() },
        id: n.id.parse::<TicketNoteId>().unwrap_or_else(|_| web.app.random().id(web.app.now())).to_string(),
        state: Select::new("state", "State", picks),
        note,
        console: matches!(staff.role, Role::Support | Role::Administrator),
    }
}

async fn note(State(web): State<Web>, staff: Staff, At(id): At<TicketId>, Form(n): Form<Noted>) -> Answer {
    let found = app::tickets::page(&web.app, &staff.scope, id).await?;
    let state = TicketState::from_key(&n.state).unwrap_or(found.ticket.state);
    let note = n.id.parse::<TicketNoteId>().unwrap_or_else(|_| web.app.random().id(web.app.now()));
    match app::tickets::note(&web.app, &staff.scope, id, note, state, &n.words).await {
        Ok(()) => Ok(see_saying(&web, format!("/tickets/{id}"), "Noted.")),
        Err(app::Error::Invalid(fields)) => Ok(again(page(&web, &staff, &found, &n, &fields))),
        Err(e) => Err(e.into()),
    }
}
