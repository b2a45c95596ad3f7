//! Saying whose the accounts are, leaving for now, leaving for good.

use super::{Client, attempt, find, set_cookie};
use crate::Web;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::respond::{Answer, Page, WebError, again, see, see_saying};
use crate::view::connect::Thanks;
use crate::view::kit::Problems;
use crate::view::shell::FlowShell;
use crate::view::words;
use app::connect_flow::{self as flow, Stage};
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::IntoResponse;
use model::fact::Owner;
use model::link::Purpose;
use model::{AccountId, Actor, AttemptId, FirmScope};

pub async fn owners(State(web): State<Web>, client: Client, At(id): At<AttemptId>, Form(said): Form<Vec<(String, String)>>) -> Answer {
    let (a, stage) = flow::stage(&web.app, &client.v, id).await?;
    // Said already, in another tab or by a second click.
    let Stage::Owners { accounts, members } = stage else { return Ok(see(format!("/c/a/{id}"))) };
    let adults = attempt::adults(&members);
    let mut read: Vec<(AccountId, Vec<Owner>)> = Vec::new();
    for (name, value) in &said {
        let Some(account) = name.strip_prefix("owner_").and_then(|k| k.parse().ok()) else { continue };
        let owners = match value.as_str() {
            attempt::JOINT => app::accounts::equal_shares(&adults),
            one => one.parse().map(|m| app::accounts::equal_shares(&[m])).unwrap_or_default(),
        };
        read.push((account, owners));
    }
    match flow::set_owners(&web.app, &client.v, id, &read).await {
        Ok(()) => Ok(see(format!("/c/a/{id}"))),
        Err(app::Error::Invalid(fields)) => {
            let head = find::of_attempt(&a.institution, a.url.as_deref());
            let problems = Problems::whole(fields.first().map_or("", |f| &f.message));
            Ok(again(attempt::owners(&web, &client, &a, head, &accounts, &members, problems)))
        }
        Err(e) => Err(e.into()),
    }
}

#[derive(serde::Deserialize)]
pub struct Tell {
    #[serde(default)]
    tell: String,
}

pub async fn tell(State(web): State<Web>, client: Client, At(id): At<AttemptId>, Form(posted): Form<Tell>) -> Answer {
    let (_, stage) = flow::stage(&web.app, &client.v, id).await?;
    if matches!(stage, Stage::Collecting { .. }) {
        flow::tell_when_arrived(&web.app, &client.v, id, posted.tell == "yes").await?;
        return Ok(see(format!("/c/a/{id}")));
    }
    flow::tell_when_back(&web.app, &client.v, id, posted.tell == "yes").await?;
    Ok(see("/c/later"))
}

/// *Exit*. After a connection the link ends with it.
pub async fn exit(State(web): State<Web>, client: Client, Form(Nothing {}): Form<Nothing>) -> Answer {
    flow::leave(&web.app, &client.v).await?;
    let finished = flow::exit(&web.app, &client.v).await?;
    if let Some(home) = client.home() {
        let (said, home) = back_home(&web, &client, finished, home).await?;
        let mut answer = see_saying(&web, home, &said);
        if finished {
            answer.headers_mut().append(SET_COOKIE, set_cookie(&web, ""));
        }
        return Ok(answer);
    }
    if !finished {
        return Ok(see("/c/later"));
    }
    let shell = FlowShell { close: None, leave: "", ..client.shell(&web, 0) };
    let text = format!("Your accounts stay connected and update by themselves. {} can see that you finished.", client.v.firm.name);
    let mut answer = Page(Thanks { shell, text }).into_response();
    answer.headers_mut().append(SET_COOKIE, set_cookie(&web, ""));
    Ok(answer)
}

/// Back in the portal: on with the sitting that runs, or to the bar with what is next; both say how much is left.
async fn back_home(web: &Web, client: &Client, finished: bool, home: String) -> Result<(String, String), WebError> {
    let Some(who) = client.v.signed_in() else { return Ok((String::new(), home)) };
    let scope = FirmScope::new(client.v.link.firm, Actor::User(who));
    let lens = app::portal::enter(&web.app, &scope, client.v.link.household).await?;
    let after = app::together::after(&web.app, &lens).await?;
    let left = match after.left {
        0 => String::new(),
        1 => " One connection still needs you.".into(),
        n => format!(" {n} connections still need you."),
    };
    let said = match (finished, client.v.link.purpose) {
        (false, Purpose::Connect) => "Nothing was connected.".to_owned(),
        (false, _) => "Nothing was changed.".into(),
        (true, Purpose::Connect) => "Your accounts update by themselves from now on.".into(),
        (true, _) => "That works again.".into(),
    };
    let to = match (after.sitting, after.left) {
        (true, _) => format!("{}/together", crate::portal::at(client.v.link.household)),
        (false, 0) => home,
        (false, _) => format!("{home}#needs"),
    };
    Ok((format!("{said}{left}"), to))
}

/// Save and continue later: what is still on its way is told of when it is there.
pub async fn leave(State(web): State<Web>, client: Client, Form(Nothing {}): Form<Nothing>) -> Answer {
    flow::leave(&web.app, &client.v).await?;
    Ok(see("/c/later"))
}

/// Nothing to save, everything is on the server: how to come back.
pub async fn later(State(web): State<Web>, client: Client) -> Answer {
    if let Some(home) = client.home() {
        return Ok(see_saying(&web, home, "Everything so far is kept. You can go on from here at any time."));
    }
    let zone = jiff::tz::TimeZone::get(&client.v.firm.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let until = words::until(client.v.link.life.expires_at, web.app.now(), &zone);
    let shell = FlowShell { close: None, leave: "", ..client.backed(&web, 0, "/c") };
    let text = format!("Everything so far is kept. Open your link again in this browser to go on; it works until {until}.");
    Ok(Page(Thanks { shell, text }).into_response())
}
