//! Refresh together from the adviser's side: each person's list, how far it is, and the way to open it on their own device.

use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::household_accounts::place;
use crate::household_words::{self as hw, at, feed_told, head, turn_words};
use crate::respond::{Answer, Page, see, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::connections::{HouseholdTogether, Turn as Row, TurnList};
use crate::view::household::Tab;
use crate::view::shell::Here;
use crate::view::states::Act;
use crate::view::words;
use app::together::{List, Turn};
use axum::extract::State;
use axum::response::IntoResponse;
use model::link::Purpose;
use model::{HouseholdId, MemberId, Time};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/households/{household}/together", Audience::Staff, show),
        Route::post("/households/{household}/together", Audience::Staff, begin),
        Route::post("/households/{household}/together/end", Audience::Staff, end),
    ]
}

async fn show(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>) -> Answer {
    let (found, lists, acts) = app::together::of_household(&web.app, &staff.scope, household).await?;
    let now = web.app.now();
    let view = HouseholdTogether {
        shell: staff.shell(&web, Here::Households),
        hh: head(&found, Tab::Accounts),
        lists: lists.iter().map(|l| list(&staff, &found, l, acts, now)).collect(),
        acts,
        stream: crate::live::of(household),
    };
    Ok(Page(view).into_response())
}

fn list(staff: &Staff, found: &app::households::Found, l: &List, acts: bool, now: Time) -> TurnList {
    let (household, zone) = (found.household.id, staff.zone());
    let person = found.members.iter().find(|m| m.id == l.member);
    let given = person.map_or_else(|| "the client".into(), |m| m.given.clone());
    let row = |i: &app::together::Item| {
        let told = feed_told(&i.feed, false, &given, staff, now);
        let (chip, text) = turn_words(i, &told, now, &zone);
        let asks = acts && l.since.is_none() && i.turn == Turn::Waits && told.act == Act::Ask;
        let ask = if asks { hw::ask_href(household, l.member, hw::repair(&i.feed, told.act)) } else { String::new() };
        Row { place: place(&i.feed), chip, text, ask }
    };
    TurnList {
        id: l.member.to_string(),
        name: person.map_or_else(|| "Former member".into(), |m| m.name.clone()),
        since: l.since.map(|t| words::moment(t, now, &zone)).unwrap_or_default(),
        done: l.done(),
        turns: l.items.iter().map(row).collect(),
        open: if l.next().is_some() { hw::ask_href(household, l.member, Purpose::Connect) } else { String::new() },
        given,
    }
}

#[derive(serde::Deserialize)]
struct Whose {
    member: MemberId,
}

async fn begin(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Form(whose): Form<Whose>) -> Answer {
    app::together::begin(&web.app, &staff.scope, household, whose.member).await?;
    Ok(see(format!("{}/together", at(household))))
}

async fn end(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Form(whose): Form<Whose>) -> Answer {
    app::together::end(&web.app, &staff.scope, household, whose.member).await?;
    Ok(see_saying(&web, format!("{}/accounts", at(household)), "The sitting has ended. What is done stays done."))
}
