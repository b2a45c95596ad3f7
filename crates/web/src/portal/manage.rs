//! What a client changes or ends of their own: name and owners, mute, disconnect, delete. Each ending asks first and says what stops, what
//! stays and what ends at the institution.

use crate::Web;
use crate::account_change::hundredths;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::household_words::{permission_ending, permission_ends, share};
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::session::Client;
use crate::view::account_change::ShareField;
use crate::view::kit::{Field, Problem, Problems};
use crate::view::portal::{PortalAsk, PortalChange, PortalHere};
use app::portal::Lens;
use app::portal_manage::{self, How};
use app::portal_reports::One;
use axum::extract::State;
use axum::response::IntoResponse;
use model::fact::Owner;
use model::portal::Right;
use model::{AccountId, AccountState, ConnectionId, HouseholdId};

/// An account that the client's own sign-in feeds.
async fn own(web: &Web, lens: &Lens, id: AccountId) -> Result<One, WebError> {
    lens.need(Right::Connect)?;
    let v = app::portal_reports::account(&web.app, lens, id).await?;
    let fed = v.item.feed.as_ref().is_some_and(|f| f.member == lens.member);
    if fed && v.item.account.state == AccountState::Live { Ok(v) } else { Err(WebError::NotFound) }
}

async fn form(
    web: &Web,
    client: &Client,
    lens: &Lens,
    v: &One,
    name: &str,
    shares: &[(String, String)],
    wrong: &[app::Field],
) -> Result<PortalChange, WebError> {
    let shell = super::shell(web, client, lens, PortalHere::Accounts).await?;
    let back = format!("{}/accounts/{}", shell.base, v.item.account.id);
    let said = |name: &str| wrong.iter().find(|f| f.name == name).map(|f| f.message.clone()).unwrap_or_default();
    let name =
        Field::new("name", "Name").value(name).hint("As you call it; it stays when the institution’s own name changes").error(said("name"));
    let shares_error = said("owner");
    let owner = (!shares_error.is_empty()).then(|| Problem { field: "owner", text: shares_error.clone() });
    let value = |id: &str| shares.iter().find(|(m, _)| m == id).map_or_else(String::new, |(_, s)| s.clone());
    Ok(PortalChange {
        title: v.item.account.name.clone(),
        action: format!("{back}/change"),
        problems: Problems::of([name.problem(), owner]),
        name,
        shares: v
            .members
            .iter()
            .map(|m| ShareField { value: value(&m.id.to_string()), id: m.id.to_string(), name: m.name.clone() })
            .collect(),
        shares_error,
        back,
        shell,
    })
}

pub async fn change(State(web): State<Web>, client: Client, At((household, id)): At<(HouseholdId, AccountId)>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let v = own(&web, &lens, id).await?;
    let shares: Vec<_> = v.item.account.owners.iter().map(|o| (o.member.to_string(), share(o.share))).collect();
    Ok(Page(form(&web, &client, &lens, &v, &v.item.account.name, &shares, &[]).await?).into_response())
}

pub async fn save(
    State(web): State<Web>,
    client: Client,
    At((household, id)): At<(HouseholdId, AccountId)>,
    Form(posted): Form<Vec<(String, String)>>,
) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let v = own(&web, &lens, id).await?;
    let name = posted.iter().find(|(n, _)| n == "name").map_or("", |(_, v)| v.as_str());
    let typed = |m: &str| {
        posted.iter().find(|(n, _)| n.strip_prefix("share_") == Some(m)).map_or("", |(_, v)| v.trim().trim_end_matches('%').trim())
    };
    let shares: Vec<(String, String)> = v.members.iter().map(|m| (m.id.to_string(), typed(&m.id.to_string()).to_owned())).collect();
    let owners =
        v.members.iter().zip(&shares).filter(|(_, (_, s))| !s.is_empty()).map(|(m, (_, s))| Owner { member: m.id, share: hundredths(s) });
    match portal_manage::change(&web.app, &lens, id, name, owners.filter(|o| o.share != 0).collect()).await {
        Ok(()) => Ok(see_saying(&web, format!("{}/accounts/{id}", super::at(household)), "Saved.")),
        Err(app::Error::Invalid(wrong)) => Ok(again(form(&web, &client, &lens, &v, name, &shares, &wrong).await?)),
        Err(e) => Err(e.into()),
    }
}

pub async fn ask_end(State(web): State<Web>, client: Client, At((household, id, how)): At<(HouseholdId, AccountId, String)>) -> Answer {
    let how = How::from_key(&how).ok_or(WebError::NotFound)?;
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let v = own(&web, &lens, id).await?;
    let (a, inst) = (&v.item.account, &v.item.account.institution);
    let last = match a.connection {
        Some(c) => portal_manage::is_last(&web.app, &lens, c).await?,
        None => false,
    };
    let provider = v.item.feed.as_ref().map_or("", |f| f.provider.as_str());
    let ends = match app::connections::ended_at(&web.app, provider) {
        Some(_) => format!("It is your last account at {inst} here. {}", permission_ends(&web.app, provider, "your", inst)),
        None => format!(
            "It is your last account at {inst} here, so we also end your permission there. The data provider’s confirmation is recorded."
        ),
    };
    let back = "To bring it back, connect it again. It comes back as this account, not a second one.".to_owned();
    let adviser = v.about.adviser_name();
    let (title, mut paragraphs, yes) = match how {
        How::Mute => {
            let stops = "Values stop arriving, and the account leaves the totals. Its history stays.".to_owned();
            (format!("Mute {}?", a.name), vec![stops], "Mute account")
        }
        How::Disconnect => {
            let stops =
                "Values of this account stop arriving. Every value up to today stays, with its date, and counts in the totals.".to_owned();
            (format!("Disconnect {} and keep its history?", a.name), vec![stops], "Disconnect")
        }
        How::Delete => {
            let stops = format!("The account and its history leave every page now, {adviser}’s too. This can’t be undone.");
            (format!("Delete {}?", a.name), vec![stops], "Delete account")
        }
    };
    if last {
        paragraphs.push(ends);
    }
    if how != How::Delete {
        paragraphs.push(back);
    }
    paragraphs.push(format!("{adviser} sees that you did it."));
    let shell = super::shell(&web, &client, &lens, PortalHere::Accounts).await?;
    let at = format!("{}/accounts/{id}", shell.base);
    Ok(Page(PortalAsk { shell, title, paragraphs, action: format!("{at}/end/{}", how.key()), yes: yes.into(), back: at }).into_response())
}

pub async fn end(
    State(web): State<Web>,
    client: Client,
    At((household, id, how)): At<(HouseholdId, AccountId, String)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let how = How::from_key(&how).ok_or(WebError::NotFound)?;
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let ended = portal_manage::end(&web.app, &lens, id, how).await?;
    let what = match how {
        How::Mute => "Muted. It is out of the totals.",
        How::Disconnect => "Disconnected. Its values stay with their dates.",
        How::Delete => "Deleted.",
    };
    let more = if ended.connection_ended { permission_ending("your", ended.by_hand_at.as_ref()) } else { String::new() };
    Ok(see_saying(&web, format!("{}/accounts", super::at(household)), format!("{what} {more}").trim()))
}

pub async fn ask_disconnect(State(web): State<Web>, client: Client, At((household, id)): At<(HouseholdId, ConnectionId)>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let c = portal_manage::connection(&web.app, &lens, id).await?;
    let about = app::portal_reports::about(&web.app, &lens).await?;
    let shell = super::shell(&web, &client, &lens, PortalHere::Accounts).await?;
    let view = PortalAsk {
        title: format!("Disconnect {} and keep its history?", c.institution),
        paragraphs: vec![
            permission_ends(&web.app, &c.provider, "your", &c.institution),
            "Every value up to today stays, with its date, and counts in the totals.".into(),
            "To connect it again, choose Add account. The accounts come back as these ones, not second ones.".into(),
            format!("{} sees that you did it.", about.adviser_name()),
        ],
        action: format!("{}/connections/{id}/disconnect", shell.base),
        yes: "Disconnect".into(),
        back: format!("{}/accounts", shell.base),
        shell,
    };
    Ok(Page(view).into_response())
}

pub async fn disconnect(
    State(web): State<Web>,
    client: Client,
    At((household, id)): At<(HouseholdId, ConnectionId)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let c = portal_manage::connection(&web.app, &lens, id).await?;
    portal_manage::disconnect(&web.app, &lens, id).await?;
    let page = app::connections::ended_at(&web.app, &c.provider);
    let said = format!("Disconnected. {}", permission_ending("your", page.as_ref()));
    Ok(see_saying(&web, format!("{}/accounts", super::at(household)), &said))
}
