//! Which accounts, and whose: one line each, ticked, with the people of the household. What is left unticked is not stored.

use super::attempt::{JOINT, adults};
use super::{Client, find};
use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::household_words::mask;
use crate::respond::{Answer, Page, again, see};
use crate::view::connect::{Choose, Found as Line};
use crate::view::kit::{Pick, Problems};
use crate::view::words;
use app::connect_flow::{self as flow, Attempt, Found, Member, Said, Stage};
use axum::extract::State;
use axum::response::IntoResponse;
use model::AttemptId;
use std::collections::HashMap;

/// What the client has ticked so far, and whose they said it is.
#[derive(Default)]
struct Marks {
    ticked: Vec<usize>,
    owners: HashMap<usize, String>,
}

pub(super) fn draw(web: &Web, client: &Client, a: &Attempt, found: &[Found], members: &[Member], asked: i64) -> Answer {
    let all = Marks { ticked: (0..found.len()).collect(), ..Marks::default() };
    Ok(Page(view(web, client, a, found, members, asked, &all, Problems::default())).into_response())
}

#[allow(clippy::too_many_arguments)]
fn view(
    web: &Web,
    client: &Client,
    a: &Attempt,
    found: &[Found],
    members: &[Member],
    asked: i64,
    marks: &Marks,
    problems: Problems,
) -> Choose {
    let own = client.v.member.id.to_string();
    let line = |(n, f): (usize, &Found)| {
        let chosen = marks.owners.get(&n).unwrap_or(&own);
        let mut owners: Vec<Pick> =
            members.iter().map(|m| Pick::new(m.id.to_string(), m.given.clone(), m.id.to_string() == *chosen)).collect();
        if adults(members).len() > 1 {
            owners.push(Pick::new(JOINT, "Joint", chosen == JOINT));
        }
        Line {
            key: n.to_string(),
            name: f.name.clone(),
            mask: mask(f.mask.as_ref()),
            value: f.worth().map_or_else(|| "not provided".into(), |m| words::money_short(&m)),
            ticked: marks.ticked.contains(&n),
            known: false,
            owners,
        }
    };
    Choose {
        shell: client.shell(web, 5),
        place: find::of_attempt(&a.institution, a.url.as_deref()),
        title: format!("Which accounts should {} see?", client.v.firm.name),
        problems,
        found: found.iter().enumerate().map(line).collect(),
        action: format!("/c/a/{}/accounts", a.id),
        asked,
    }
}

pub async fn choose(State(web): State<Web>, client: Client, At(id): At<AttemptId>, Form(said): Form<Vec<(String, String)>>) -> Answer {
    let (a, stage) = flow::stage(&web.app, &client.v, id).await?;
    // Said already, in another tab or by a second click.
    let Stage::Choose { found, members, asked } = stage else { return Ok(see(format!("/c/a/{id}"))) };
    let value = |name: &str| said.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
    let marks = Marks {
        ticked: said.iter().filter(|(n, _)| n == "add").filter_map(|(_, v)| v.parse().ok()).collect(),
        owners: (0..found.len()).map(|n| (n, value(&format!("owner_{n}")))).collect(),
    };
    let people = adults(&members);
    let own = |n: usize| match marks.owners.get(&n).map(String::as_str) {
        Some(JOINT) => app::accounts::equal_shares(&people),
        Some(one) => one.parse().map(|m| app::accounts::equal_shares(&[m])).unwrap_or_default(),
        None => Vec::new(),
    };
    let list = (0..found.len()).map(|n| Said { place: n, kept: marks.ticked.contains(&n), owners: own(n) }).collect();
    let posted = value("asked").parse().unwrap_or_default();
    match flow::keep_accounts(&web.app, &client.v, id, posted, list).await {
        Ok(_) => Ok(see(format!("/c/a/{id}"))),
        Err(app::Error::Invalid(fields)) => {
            let problems = Problems::whole(fields.first().map_or("", |f| &f.message));
            Ok(again(view(&web, &client, &a, &found, &members, asked, &marks, problems)))
        }
        Err(e) => Err(e.into()),
    }
}
