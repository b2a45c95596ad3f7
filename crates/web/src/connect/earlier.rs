//! The returning client (N63): what is connected, mended or widened from here.

use super::{Client, find, place};
use crate::Web;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::household_words::{about_feed, standing};
use crate::respond::{Answer, Page, WebError, see};
use crate::view::connect::{Earlier, Returning};
use crate::view::states::{Act, Reader, told};
use crate::view::words;
use app::connect_flow::{self as flow, Earlier as Was};
use axum::extract::State;
use axum::response::IntoResponse;
use model::link::Purpose;
use model::{ConnectionId, ConnectionState};

pub async fn show(State(web): State<Web>, client: Client) -> Answer {
    if flow::needs_proof(&web.app, &client.v).await? {
        return Ok(see("/c/code"));
    }
    let all = flow::earlier(&web.app, &client.v).await?;
    if all.is_empty() {
        return Ok(see("/c/search"));
    }
    let view = Returning {
        shell: client.shell(&web, 1),
        title: format!("Welcome back, {}", client.v.member.given),
        text: "This is what you have connected. Mend what stopped, or add another account.".into(),
        earlier: all.iter().map(|e| row(&web, &client, e)).collect(),
        another: "/c/search".into(),
        exit: "/c/exit".into(),
    };
    Ok(Page(view).into_response())
}

fn row(web: &Web, client: &Client, e: &Was) -> Earlier {
    let c = &e.connection;
    let zone = jiff::tz::TimeZone::get(&client.v.firm.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let now = web.app.now();
    let feed = app::portfolios::Feed::of(c, now);
    let standing = standing(&feed, false, now);
    let about = about_feed(&feed, standing, &client.v.member.given, &client.v.firm.name, now, &zone);
    let told = told(standing, Reader::Client, &about);
    let (fix, fix_word) = match told.act {
        Act::Fix | Act::Open => (format!("/c/fix/{}", c.id), "Fix"),
        Act::Renew => (format!("/c/fix/{}", c.id), "Renew"),
        Act::FindNew | Act::Choose => (format!("/c/more/{}", c.id), "Find new accounts"),
        Act::None | Act::Refresh | Act::Ask | Act::Send => (String::new(), ""),
    };
    let find_new = if fix.is_empty() && c.state.may_fetch() { format!("/c/more/{}", c.id) } else { String::new() };
    let about = match e.accounts.as_slice() {
        [] => told.headline.clone(),
        [one] => format!("{} {}", one.name, crate::household_words::mask(one.mask.as_ref())).trim().to_owned(),
        many => words::count(many.len(), "account", "accounts"),
    };
    Earlier { place: place(&c.institution, c.url.as_deref()), about, chip: told.chip, fix, fix_word: fix_word.into(), find_new }
}

/// The step that failed: an ended permission is agreed to anew, everything else goes straight to the sign-in.
pub async fn fix(State(web): State<Web>, client: Client, At(id): At<ConnectionId>, Form(Nothing {}): Form<Nothing>) -> Answer {
    let Some(was) = one(&web, &client, id).await? else { return Ok(see("/c/code")) };
    if renews(&was) {
        return Ok(see(format!("/c/renew/{id}")));
    }
    mend(&web, &client, Purpose::Repair(id)).await
}

fn renews(was: &Was) -> bool {
    matches!(was.connection.state, ConnectionState::ConsentRevoked | ConnectionState::ConsentExpiring)
}

/// Whether a connection that a link is to mend needs a new permission first.
pub(super) async fn must_renew(web: &Web, client: &Client, id: ConnectionId) -> Result<bool, WebError> {
    let all = flow::earlier(&web.app, &client.v).await?;
    Ok(all.iter().any(|e| e.connection.id == id && renews(e)))
}

/// Find new: the client chooses more accounts on the provider's page.
pub async fn more(State(web): State<Web>, client: Client, At(id): At<ConnectionId>, Form(Nothing {}): Form<Nothing>) -> Answer {
    match one(&web, &client, id).await? {
        Some(_) => mend(&web, &client, Purpose::FindNew(id)).await,
        None => Ok(see("/c/code")),
    }
}

async fn mend(web: &Web, client: &Client, purpose: Purpose) -> Answer {
    let id = web.app.random().id(web.app.now());
    Ok(see(format!("/c/a/{}", flow::mend(&web.app, &client.v, id, purpose).await?)))
}

/// One of this person's connections; `None` while they must prove themselves first.
async fn one(web: &Web, client: &Client, id: ConnectionId) -> Result<Option<Was>, WebError> {
    if flow::needs_proof(&web.app, &client.v).await? {
        return Ok(None);
    }
    let all = flow::earlier(&web.app, &client.v).await?;
    all.into_iter().find(|e| e.connection.id == id).map(Some).ok_or(WebError::NotFound)
}

async fn chosen(web: &Web, client: &Client, id: ConnectionId) -> Result<Option<flow::Chosen>, WebError> {
    let Some(was) = one(web, client, id).await? else { return Ok(None) };
    let institution = was.connection.institution_id.ok_or(WebError::NotFound)?;
    Ok(Some(flow::look(&web.app, &client.v, institution, Purpose::Repair(id)).await?))
}

pub async fn look(State(web): State<Web>, client: Client, At(id): At<ConnectionId>) -> Answer {
    match chosen(&web, &client, id).await? {
        Some(chosen) => find::draw(&web, &client, &chosen, &format!("/c/renew/{id}"), "").await,
        None => Ok(see("/c/code")),
    }
}

pub async fn renew(State(web): State<Web>, client: Client, At(id): At<ConnectionId>, Form(posted): Form<find::Agreed>) -> Answer {
    match chosen(&web, &client, id).await? {
        Some(chosen) => find::agree(&web, &client, &chosen, &format!("/c/renew/{id}"), &posted).await,
        None => Ok(see("/c/code")),
    }
}
