//! What an adviser does with one account: refresh, mute, disconnect, delete. Each ending asks first and says what stops, stays and ends.

use crate::Web;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::household_words::{at, given};
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::account::Ask;
use crate::view::kit::{Field, Problems};
use crate::view::shell::Here;
use app::account_view::View;
use axum::extract::State;
use axum::response::IntoResponse;
use model::{AccountId, AccountState, Source};

pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/accounts/{account}/refresh", Audience::Staff, refresh),
        Route::get("/accounts/{account}/mute", Audience::Staff, ask_mute),
        Route::post("/accounts/{account}/mute", Audience::Staff, mute),
        Route::post("/accounts/{account}/unmute", Audience::Staff, unmute),
        Route::get("/accounts/{account}/disconnect", Audience::Staff, ask_disconnect),
        Route::post("/accounts/{account}/disconnect", Audience::Staff, disconnect).fresh(),
        Route::get("/accounts/{account}/delete", Audience::Staff, ask_delete),
        Route::post("/accounts/{account}/delete", Audience::Staff, delete).fresh(),
    ]
}

async fn refresh(State(web): State<Web>, staff: Staff, At(id): At<AccountId>, Form(Nothing {}): Form<Nothing>) -> Answer {
    let v = app::account_view::view(&web.app, &staff.scope, id, None).await?;
    let connection = v.account.connection.ok_or_else(|| WebError::Refused("Nothing feeds this account.".into()))?;
    let feed = v.feed.as_ref().ok_or_else(|| WebError::Refused("Nothing feeds this account.".into()))?;
    let said = crate::household_accounts::refreshed(&web, &staff, connection, feed).await?;
    Ok(see_saying(&web, format!("/accounts/{id}"), &said))
}

#[derive(Clone, Copy, PartialEq)]
enum How {
    Mute,
    Disconnect,
    Delete,
}

async fn loaded(web: &Web, staff: &Staff, id: AccountId) -> Result<View, WebError> {
    let v = app::account_view::view(&web.app, &staff.scope, id, None).await?;
    if v.may_end { Ok(v) } else { Err(WebError::Refused("Only the lead or a sub-adviser of the household can do this.".into())) }
}

fn question(web: &Web, staff: &Staff, v: &View, how: How, problem: Option<&str>) -> Ask {
    let a = &v.account;
    let fed = v.feed.as_ref().filter(|_| a.state == AccountState::Live && a.source == Source::Aggregation);
    let who = v.feed.as_ref().map_or_else(|| "your client".into(), |f| given(f, &v.found));
    let ends = fed.filter(|_| v.last_live).map(|f| &f.institution);
    // Where the provider cannot be told, the words say who ends the permission.
    let provider = v.feed.as_ref().map_or("", |f| f.provider.as_str());
    let by_hand = app::connections::ended_at(&web.app, provider).is_some();
    let ending = |inst: &str| crate::household_words::permission_ends(&web.app, provider, &format!("{who}’s"), inst);
    let last = |inst: &String| match by_hand {
        true => format!("It is the last live account at {inst}. {}", ending(inst)),
        false => format!(
            "It is the last live account at {inst}, so we also end {who}’s permission there. The data provider’s confirmation shows here."
        ),
    };
    let (title, paragraphs, yes, word) = match how {
        How::Mute => {
            let mut p = vec!["Values stop arriving, and the account leaves the totals. Its history stays.".to_owned()];
            p.extend(ends.map(last));
            p.extend(fed.map(|_| format!("To unmute it, {who} needs a fresh link.")));
            (format!("Mute {}?", a.name), p, "Mute account", "mute")
        }
        How::Disconnect => {
            let mut p = vec![match ends {
                Some(inst) => ending(inst),
                None => "Values of this account stop arriving. The connection’s other accounts keep going.".into(),
            }];
            p.push(
                "Every value up to today stays, with its date. The account counts in the totals and is marked as out of date after 7 days."
                    .into(),
            );
            p.push(format!("To connect it again, {who} needs a fresh link. It comes back as this account, not a second one."));
            (format!("Disconnect {} and keep its history?", a.name), p, "Disconnect", "disconnect")
        }
        How::Delete => {
            let mut p = vec!["The account and its history leave every page now.".to_owned()];
            p.extend(ends.map(last));
            p.push("A record that it existed stays for the firm’s retention period, then goes too. This can’t be undone.".into());
            (format!("Delete {}?", a.name), p, "Delete account", "delete")
        }
    };
    let typed = (how == How::Delete).then(|| {
        let field = Field::new("typed", "Type this to confirm").hint(format!("Type {}", confirmation(v)));
        field.error(problem.unwrap_or_default())
    });
    Ask {
        shell: staff.shell(web, Here::Households),
        problems: Problems::of([typed.as_ref().and_then(Field::problem)]),
        title,
        paragraphs,
        action: format!("/accounts/{}/{word}", a.id),
        yes: yes.into(),
        no: "Keep it as it is".into(),
        back: format!("/accounts/{}", a.id),
        typed,
        danger: how != How::Mute,
    }
}

/// The last digits, where the account has some.
fn confirmation(v: &View) -> String {
    v.account.mask.clone().filter(|m| !m.is_empty()).unwrap_or_else(|| "delete".into())
}

async fn ask(web: Web, staff: Staff, id: AccountId, how: How) -> Answer {
    let v = loaded(&web, &staff, id).await?;
    Ok(Page(question(&web, &staff, &v, how, None)).into_response())
}
async fn ask_mute(State(web): State<Web>, staff: Staff, At(id): At<AccountId>) -> Answer {
    ask(web, staff, id, How::Mute).await
}
async fn ask_disconnect(State(web): State<Web>, staff: Staff, At(id): At<AccountId>) -> Answer {
    ask(web, staff, id, How::Disconnect).await
}
async fn ask_delete(State(web): State<Web>, staff: Staff, At(id): At<AccountId>) -> Answer {
    ask(web, staff, id, How::Delete).await
}

fn said(what: &str, ended: app::ending::Ended) -> String {
    if ended.connection_ended {
        format!("{what} {}", crate::household_words::permission_ending("the", ended.by_hand_at.as_ref()))
    } else {
        what.into()
    }
}

async fn mute(State(web): State<Web>, staff: Staff, At(id): At<AccountId>, Form(Nothing {}): Form<Nothing>) -> Answer {
    let ended = app::ending::mute(&web.app, &staff.scope, id).await?;
    Ok(see_saying(&web, format!("/accounts/{id}"), &said("Muted. It is out of the totals.", ended)))
}

async fn unmute(State(web): State<Web>, staff: Staff, At(id): At<AccountId>, Form(Nothing {}): Form<Nothing>) -> Answer {
    app::ending::unmute(&web.app, &staff.scope, id).await?;
    Ok(see_saying(&web, format!("/accounts/{id}"), "Counted again."))
}

async fn disconnect(State(web): State<Web>, staff: Staff, At(id): At<AccountId>, Form(Nothing {}): Form<Nothing>) -> Answer {
    let ended = app::ending::disconnect(&web.app, &staff.scope, id).await?;
    Ok(see_saying(&web, format!("/accounts/{id}"), &said("Disconnected. Its values stay with their dates.", ended)))
}

#[derive(serde::Deserialize)]
struct Confirmed {
    #[serde(default)]
    typed: String,
}

async fn delete(State(web): State<Web>, staff: Staff, At(id): At<AccountId>, Form(form): Form<Confirmed>) -> Answer {
    let v = loaded(&web, &staff, id).await?;
    if !form.typed.trim().eq_ignore_ascii_case(&confirmation(&v)) {
        let problem = format!("Type {} to confirm", confirmation(&v));
        return Ok(again(question(&web, &staff, &v, How::Delete, Some(&problem))));
    }
    let ended = app::ending::delete(&web.app, &staff.scope, id).await?;
    let to = format!("{}/portfolio/{}", at(v.found.household.id), v.portfolio.kind.key());
    Ok(see_saying(&web, to, &said("Deleted.", ended)))
}
