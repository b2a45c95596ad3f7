//! The people of a household: the list, adding one, changing one.

use crate::Web;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::household_words::{at, head};
use crate::respond::{Answer, Page, WebError, again, see, see_saying};
use crate::routes::{Audience, Route};
use crate::session::{Staff, initials};
use crate::view::household::Tab;
use crate::view::households::{Member as View, MemberRow, Members};
use crate::view::kit::{Chip, Field, FieldKind, Pick, Problems, Select};
use crate::view::shell::{Here, Tone};
use crate::view::words;
use app::households::{Found, Member};
use app::members::Typed;
use axum::extract::State;
use axum::response::IntoResponse;
use model::fact::{HouseholdStatus, MemberRole};
use model::permission::{Action, may};
use model::{Date, HouseholdId, MemberId};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/households/{household}/members", Audience::Staff, list),
        Route::get("/households/{household}/members/new", Audience::Staff, new),
        Route::get("/households/{household}/members/{member}", Audience::Staff, edit),
        Route::post("/households/{household}/members/{member}", Audience::Staff, save),
        Route::post("/households/{household}/members/{member}/leave", Audience::Staff, leave),
    ]
}

async fn list(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>) -> Answer {
    let people = app::members::list(&web.app, &staff.scope, household).await?;
    let found = &people.found;
    let base = at(household);
    let edits = may(Action::EditHousehold, found.standing);
    let prospect = found.household.status == HouseholdStatus::Prospect;
    let asks = people.plan_has_asset_sync && may(Action::AskClient, found.standing);
    let rows = people.rows.iter().map(|(m, connections, attention)| {
        let adult = m.role == MemberRole::Adult;
        let stopped = match attention {
            0 => String::new(),
            1 => ", 1 needs attention".into(),
            n => format!(", {n} need attention"),
        };
        let status = if prospect { Chip::bare(Tone::Info, "Prospect") } else { Chip::bare(Tone::Idle, "Client") };
        MemberRow {
            name: m.name.clone(),
            initials: initials(&m.name),
            about: about(m, people.today),
            email: m.email.clone().unwrap_or_default(),
            status: adult.then_some(status),
            connections: if *connections == 0 {
                if adult { "Nothing connected yet".into() } else { String::new() }
            } else {
                format!("{}{stopped}", words::count(*connections, "connection", "connections"))
            },
            link: if adult && asks { format!("{base}/asset-sync?member={}", m.id) } else { String::new() },
            edit: if edits { format!("{base}/members/{}", m.id) } else { String::new() },
        }
    });
    let view = Members {
        shell: staff.shell(&web, Here::Households),
        hh: head(found, Tab::Members),
        rows: rows.collect(),
        may_add: edits,
        change: if edits { format!("{base}/change") } else { String::new() },
        income: crate::income::table(&people),
        documents: crate::documents::table(&people),
        becomes_client: if prospect && edits { format!("{base}/client") } else { String::new() },
    };
    Ok(Page(view).into_response())
}

/// "Adult, 46 years old", "Adult, about 65 years old, estimated: born about 1961", "Trust".
pub(crate) fn about(m: &Member, today: Date) -> String {
    let role = if m.role == MemberRole::Dependant { "Child" } else { m.role.words() };
    match age(m, today) {
        age if age.is_empty() => role.to_owned(),
        age => format!("{role}, {age}"),
    }
}

/// "46 years old"; an estimate says so; "" where nothing is known.
pub(crate) fn age(m: &Member, today: Date) -> String {
    if let Some(born) = m.born {
        let years = born.until((jiff::Unit::Year, today)).map_or(-1, |s| s.get_years());
        return if years < 0 { String::new() } else { words::count(usize::from(years.unsigned_abs()), "year old", "years old") };
    }
    match m.born_year {
        Some(y) => format!("about {} years old, estimated: born about {y}", (today.year() - y).max(0)),
        None => String::new(),
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Posted {
    first: String,
    last: String,
    role: String,
    email: String,
    phone: String,
    born: String,
    born_year: String,
}

impl Posted {
    fn typed(&self) -> Typed {
        Typed {
            first: self.first.clone(),
            last: self.last.clone(),
            role: MemberRole::from_key(&self.role).unwrap_or(MemberRole::Adult),
            email: self.email.clone(),
            phone: self.phone.clone(),
            // The day where it is known, else the year alone.
            born: if self.born.trim().is_empty() { self.born_year.clone() } else { self.born.clone() },
        }
    }
}

fn form(web: &Web, staff: &Staff, found: &Found, id: MemberId, title: &str, t: &Posted, wrong: &[app::Field]) -> View {
    let said = |name: &str| wrong.iter().find(|f| f.name == name).map(|f| f.message.clone()).unwrap_or_default();
    let text = |name, label, value: &str| Field::new(name, label).value(value).error(said(name));
    let first = text("first", "First name", &t.first).hint("Or the whole name of a trust or a business");
    let email = text("email", "E-mail", &t.email).kind(FieldKind::Email).optional().hint("Needed to send links and codes");
    let phone = text("phone", "Phone", &t.phone).optional().hint("Digits, spaces and +");
    // What is wrong with the year is said at the year.
    let year_alone = t.born.trim().is_empty() && !t.born_year.trim().is_empty();
    let born = text("born", "Date of birth", &t.born).kind(FieldKind::Date).optional();
    let born = if year_alone { born.error("") } else { born };
    let year = Field::new("born_year", "Or the year, about").value(&t.born_year).optional();
    let year = year.hint("Where the day is not known: the age is shown as an estimate");
    let year = year.error(if year_alone { said("born") } else { String::new() });
    let there = found.members.iter().any(|m| m.id == id);
    let role = Select::new(
        "role",
        "Place in the household",
        [MemberRole::Adult, MemberRole::Dependant, MemberRole::Trust, MemberRole::Business]
            .map(|r| Pick::new(r.key(), r.words(), t.role == r.key() || t.role.is_empty() && r == MemberRole::Adult))
            .into(),
    )
    .hint("Trusts and businesses own and receive; they have no age and no sign-in")
    .error(said("role"));
    View {
        shell: staff.shell(web, Here::Households),
        hh: head(found, Tab::Members),
        title: title.into(),
        action: format!("{}/members/{id}", at(found.household.id)),
        leave: if there { format!("{}/members/{id}/leave", at(found.household.id)) } else { String::new() },
        problems: Problems::of([first.problem(), role.problem(), born.problem(), year.problem(), email.problem(), phone.problem()]),
        first,
        last: text("last", "Last name", &t.last).optional(),
        role,
        born,
        born_year: year,
        email,
        phone,
    }
}

async fn new(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>) -> Answer {
    let found = app::households::find(&web.app, &staff.scope, household).await?;
    if !may(Action::EditHousehold, found.standing) {
        return Err(WebError::Refused("Only the household’s own team can do this.".into()));
    }
    let id: MemberId = web.app.random().id(web.app.now());
    Ok(Page(form(&web, &staff, &found, id, "Add a member", &Posted::default(), &[])).into_response())
}

async fn edit(State(web): State<Web>, staff: Staff, At((household, id)): At<(HouseholdId, MemberId)>) -> Answer {
    let found = app::households::find(&web.app, &staff.scope, household).await?;
    let m = found.members.iter().find(|m| m.id == id).ok_or(WebError::NotFound)?;
    // Nobody is shown a form whose answer would be refused.
    if !may(Action::EditHousehold, found.standing) {
        return Err(WebError::Refused("Only the household’s own team can do this.".into()));
    }
    let last = m.name.strip_prefix(&m.given).unwrap_or(&m.name).trim().to_owned();
    let typed = Posted {
        first: m.given.clone(),
        last,
        role: m.role.key().into(),
        email: m.email.clone().unwrap_or_default(),
        phone: m.phone.clone().unwrap_or_default(),
        born: m.born.map(|d| d.to_string()).unwrap_or_default(),
        born_year: m.born_year.map(|y| y.to_string()).unwrap_or_default(),
    };
    Ok(Page(form(&web, &staff, &found, id, &m.name, &typed, &[])).into_response())
}

/// One address for adding and changing: the id was made with the form.
async fn save(
    State(web): State<Web>,
    staff: Staff,
    At((household, id)): At<(HouseholdId, MemberId)>,
    Form(posted): Form<Posted>,
) -> Answer {
    let found = app::households::find(&web.app, &staff.scope, household).await?;
    let there = found.members.iter().find(|m| m.id == id);
    let done = match there {
        Some(_) => app::members::change(&web.app, &staff.scope, household, id, &posted.typed()).await,
        None => app::members::add(&web.app, &staff.scope, household, id, &posted.typed()).await,
    };
    match done {
        Ok(()) => Ok(see(format!("{}/members", at(household)))),
        Err(app::Error::Invalid(wrong)) => {
            let title = there.map_or("Add a member", |m| m.name.as_str());
            Ok(again(form(&web, &staff, &found, id, title, &posted, &wrong)))
        }
        Err(e) => Err(e.into()),
    }
}

async fn leave(
    State(web): State<Web>,
    staff: Staff,
    At((household, id)): At<(HouseholdId, MemberId)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    app::members::leave(&web.app, &staff.scope, household, id).await?;
    Ok(see_saying(&web, format!("{}/members", at(household)), "Taken off the household. What was true before is kept."))
}
