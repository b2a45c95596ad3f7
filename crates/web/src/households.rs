//! The list of households, adding one, and the way from a prospect to a client.

use crate::Web;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::household_words::{at, freshness, held_away_share, total};
use crate::looks::showing;
use crate::respond::{Answer, Page, WebError, again, see, see_saying};
use crate::routes::{Audience, Route};
use crate::session::{Staff, initials};
use crate::view::household::Seg;
use crate::view::households::{HouseholdNew, HouseholdRow, Households};
use crate::view::kit::{Chip, Field, FieldKind, Pick, Problems, Select};
use crate::view::shell::{Here, Tone};
use crate::view::words;
use app::household_list::{Listed, PAGE, Query as Asked, Show, Sort};
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::fact::{HouseholdStatus, MemberRole};
use model::{Date, HouseholdId};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/households", Audience::Staff, list),
        Route::get("/households/new", Audience::Staff, new),
        Route::post("/households/new", Audience::Staff, add),
        Route::get("/households/{household}", Audience::Staff, show),
        Route::post("/households/{household}/client", Audience::Staff, now_a_client),
    ]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Choice {
    show: String,
    q: String,
    sort: String,
    page: String,
}

const SORTS: [(&str, &str, Sort); 4] = [
    ("name", "Name", Sort::Name),
    ("review", "Next review", Sort::NextReview),
    ("oldest", "Oldest value", Sort::OldestValue),
    ("value", "Value", Sort::Value),
];

async fn list(State(web): State<Web>, staff: Staff, Query(choice): Query<Choice>) -> Answer {
    let sort = SORTS.iter().find(|(key, ..)| *key == choice.sort).unwrap_or(&SORTS[0]);
    let asked = Asked {
        show: Show::from_key(&choice.show).unwrap_or_default(),
        text: choice.q.chars().take(200).collect(),
        sort: sort.2,
        page: choice.page.parse::<u32>().unwrap_or(0).min(100_000),
    };
    let page = app::household_list::list(&web.app, &staff.scope, &asked).await?;
    let searching = !asked.text.trim().is_empty();
    let shows = Show::ALL.into_iter().zip(page.counts).map(|(s, n)| {
        let text = match s {
            Show::Mine => "Mine",
            Show::Firm => "Firm",
            Show::Clients => "Clients",
            Show::Prospects => "Prospects",
            Show::Private => "Private",
            Show::Shared => "In the portal",
            Show::Attention => "Needs attention",
        };
        Seg::new(format!("{text} {n}"), format!("/households?show={}&sort={}", s.key(), sort.0), !searching && s == asked.show)
    });
    let page_at = |n: u32| {
        let pairs =
            [("show", asked.show.key().to_owned()), ("sort", sort.0.to_owned()), ("q", asked.text.clone()), ("page", n.to_string())];
        format!("/households?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
    };
    let first = asked.page as usize * PAGE as usize;
    let last = first + page.rows.len();
    let mut shell = staff.shell(&web, Here::Households);
    shell.query = asked.text.clone();
    let line = match page.counts[1] {
        0 => "The families you look after.".to_owned(),
        all => format!("The {} you lead or help with, of {all} in the firm.", page.counts[0]),
    };
    let view = Households {
        shell,
        line,
        shows: shows.collect(),
        show_key: asked.show.key().into(),
        sorts: SORTS.iter().map(|(key, text, _)| Pick::new(*key, *text, *key == sort.0)).collect(),
        rows: page.rows.iter().map(|r| row(r, page.today)).collect(),
        earlier: (asked.page > 0).then(|| page_at(asked.page - 1)),
        later: (last < page.matching).then(|| page_at(asked.page + 1)),
        range: if page.matching > page.rows.len() { format!("{} to {last} of {}", first + 1, page.matching) } else { String::new() },
        may_add: page.may_add,
        fresh: page.counts[1] == 0,
    };
    Ok(showing(Page(view).into_response(), page.rows.iter().map(|r| r.household.id)))
}

fn row(listed: &Listed, today: Date) -> HouseholdRow {
    use crate::icons as icon;
    let (h, sums) = (&listed.household, &listed.sums);
    let state = match (listed.attention, listed.refreshing, sums.out_of_date, sums.accounts) {
        (_, _, _, 0) => Chip::new(Tone::Idle, icon::INFO, "No accounts yet"),
        (n, ..) if n > 0 => Chip::new(Tone::Bad, icon::STOP, format!("{n} stopped")),
        (_, n, ..) if n > 0 => Chip::new(Tone::Info, icon::REFRESH, "Syncing"),
        (_, _, n, _) if n > 0 => Chip::new(Tone::Warn, icon::CLOCK, format!("{n} out of date")),
        _ => Chip::new(Tone::Ok, icon::CHECK, "Up to date"),
    };
    HouseholdRow {
        href: at(h.id),
        name: h.name.clone(),
        initials: initials(&listed.members.iter().take(2).map(|m| m.given.as_str()).collect::<Vec<_>>().join(" ")),
        people: people(listed),
        prospect: h.status == HouseholdStatus::Prospect,
        lead: listed.lead.clone(),
        state,
        freshness: freshness(sums, today),
        review: h.next_review.map(|d| words::weekday(d, today)).unwrap_or_default(),
        private: h.private,
        shared: listed.shared,
        held_away: held_away_share(sums),
        value: total(&sums.total),
    }
}

/// "Ngozi, Erik and 2 children".
fn people(listed: &Listed) -> String {
    let people = listed.members.iter().filter(|m| m.role.is_person());
    let (adults, children): (Vec<_>, Vec<_>) = people.partition(|m| m.role == MemberRole::Adult);
    let mut names: Vec<String> = adults.iter().map(|m| m.given.clone()).collect();
    match children.as_slice() {
        [] => {}
        [one] if adults.is_empty() => names.push(one.given.clone()),
        all => names.push(words::count(all.len(), "child", "children")),
    }
    words::and(&names)
}

async fn show(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>) -> Answer {
    app::households::find(&web.app, &staff.scope, household).await?;
    Ok(see(format!("{}/map", at(household))))
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Typed {
    id: String,
    name: String,
    first: String,
    last: String,
    email: String,
    status: String,
    lead: String,
}

async fn new(State(web): State<Web>, staff: Staff) -> Answer {
    let id: HouseholdId = web.app.random().id(web.app.now());
    let typed = Typed { id: id.to_string(), lead: staff.user.to_string(), ..Typed::default() };
    Ok(Page(form(&web, &staff, &typed, &[]).await?).into_response())
}

async fn form(web: &Web, staff: &Staff, t: &Typed, wrong: &[app::Field]) -> Result<HouseholdNew, WebError> {
    let planners = app::households::planners(&web.app, &staff.scope).await?;
    let said = |name: &str| wrong.iter().find(|f| f.name == name).map(|f| f.message.clone()).unwrap_or_default();
    let name = Field::new("name", "Household").hint("As your firm files it, such as a surname").value(&t.name).error(said("name"));
    let first = Field::new("first", "First name").value(&t.first).error(said("first"));
    let last = Field::new("last", "Last name").value(&t.last).optional();
    let email = Field::new("email", "E-mail").kind(FieldKind::Email).hint("Asset Sync can write to it").value(&t.email).optional();
    let email = email.error(said("email"));
    let status = Select::new(
        "status",
        "Status",
        vec![Pick::new("client", "Client", t.status != "prospect"), Pick::new("prospect", "Prospect", t.status == "prospect")],
    );
    let leads = planners.iter().map(|(id, name)| Pick::new(id.to_string(), name, id.to_string() == t.lead)).collect();
    let lead = Select::new("lead", "Lead adviser", leads).error(said("lead"));
    let problems = Problems::of([name.problem(), first.problem(), email.problem(), lead.problem()]);
    Ok(HouseholdNew { shell: staff.shell(web, Here::Households), problems, id: t.id.clone(), name, first, last, email, status, lead })
}

async fn add(State(web): State<Web>, staff: Staff, Form(typed): Form<Typed>) -> Answer {
    let new = app::households::New {
        id: typed.id.parse().map_err(|_| WebError::Unreadable)?,
        name: typed.name.clone(),
        status: HouseholdStatus::from_key(&typed.status).unwrap_or(HouseholdStatus::Client),
        lead: typed.lead.parse().ok(),
        first: typed.first.clone(),
        last: typed.last.clone(),
        email: typed.email.clone(),
    };
    match app::households::create(&web.app, &staff.scope, &new).await {
        Ok(id) => Ok(see(at(id))),
        Err(app::Error::Invalid(wrong)) => Ok(again(form(&web, &staff, &typed, &wrong).await?)),
        Err(e) => Err(e.into()),
    }
}

async fn now_a_client(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Form(Nothing {}): Form<Nothing>) -> Answer {
    app::households::set_status(&web.app, &staff.scope, household, HouseholdStatus::Client).await?;
    Ok(see_saying(&web, format!("{}/members", at(household)), "Now a client. Every connection keeps going as it is."))
}
