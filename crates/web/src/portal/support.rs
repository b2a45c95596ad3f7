//! The support centre for clients (P21, P34): guides and whom to ask. The operator's support is not on it: it deals with no clients (P19).

use super::words::card;
use crate::Web;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::guides::{self, Guide, Part};
use crate::respond::{Answer, Page, WebError, see_saying};
use crate::session::Client;
use crate::view::portal::{PortalAccess, PortalGuide, PortalHere, PortalLeave, PortalShell, PortalSupport, SupportContact};
use crate::view::shell::Contact;
use crate::view::words;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::HouseholdId;
use model::portal::{Area, Right};

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
}

/// The frame of pages beside the households, with the menu of the only one, and whom this client may ask.
async fn around(web: &Web, client: &Client) -> Result<(PortalShell, Vec<SupportContact>, Contact), WebError> {
    let all = app::portal::households(&web.app, &client.scope).await?;
    let mut contacts: Vec<SupportContact> = Vec::new();
    let mut shell = super::bare(web, client);
    for e in &all {
        let lens = app::portal::enter(&web.app, &client.scope, e.household).await?;
        let about = app::portal_reports::about(&web.app, &lens).await?;
        contacts.push(SupportContact { household: e.name.clone(), adviser: card(&about) });
        if all.len() == 1 {
            shell = PortalShell { stream: String::new(), ..super::shell(web, client, &lens, PortalHere::Nowhere).await? };
        }
    }
    let firm = app::firms::own(&web.app, &client.scope).await?;
    let contact = Contact { firm: firm.name, phone: firm.settings.support_phone, email: firm.settings.support_email };
    Ok((shell, contacts, contact))
}

pub async fn contents(State(web): State<Web>, client: Client, Query(asked): Query<Asked>) -> Answer {
    let query: String = asked.q.trim().chars().take(100).collect();
    let found = guides::search(&query);
    let of = |p: Part| (p.name(), found.iter().copied().filter(|g| g.part == p).collect::<Vec<&Guide>>());
    let parts = if query.is_empty() { Part::ALL.map(of).into() } else { vec![("", found.clone())] };
    let parts: Vec<_> = parts.into_iter().filter(|(_, g)| !g.is_empty()).collect();
    let (shell, contacts, firm) = around(&web, &client).await?;
    Ok(Page(PortalSupport { shell, query, parts, found: found.len(), contacts, firm }).into_response())
}

pub async fn guide(State(web): State<Web>, client: Client, At(slug): At<String>) -> Answer {
    let guide = guides::find(&slug).ok_or(WebError::NotFound)?;
    let (shell, contacts, firm) = around(&web, &client).await?;
    Ok(Page(PortalGuide { shell, guide, all: guides::all(), contacts, firm }).into_response())
}

/// What is shared, in words; the way to end it (D14).
pub async fn access(State(web): State<Web>, client: Client, At(household): At<HouseholdId>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let (about, access) = app::portal_access::view(&web.app, &lens).await?;
    let shell = super::shell(&web, &client, &lens, PortalHere::Nowhere).await?;
    let acts = [
        ("Connect accounts, refresh and fix what you connected", Right::Connect),
        ("Enter accounts by hand", Right::AddFacts),
        ("Suggest changes", Right::Suggest),
    ];
    let view = PortalAccess {
        household: lens.household_name.clone(),
        by: about.adviser.as_ref().map_or_else(|| about.firm.name.clone(), |a| a.name.clone()),
        since: words::day(access.granted_at.date(&about.zone)),
        areas: Area::ALL.map(|a| (a.name(), lens.holds(Right::View(a)), lens.holds(Right::Print(a)))).into(),
        acts: acts.map(|(name, r)| (name, lens.holds(r))).into(),
        leave: format!("{}/leave", shell.base),
        adviser: about.adviser_name().to_owned(),
        shell,
    };
    Ok(Page(view).into_response())
}

pub async fn ask_leave(State(web): State<Web>, client: Client, At(household): At<HouseholdId>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    let about = app::portal_reports::about(&web.app, &lens).await?;
    let shell = super::shell(&web, &client, &lens, PortalHere::Nowhere).await?;
    let view = PortalLeave {
        household: lens.household_name.clone(),
        adviser: about.adviser_name().to_owned(),
        action: format!("{}/leave", shell.base),
        back: format!("{}/access", shell.base),
        shell,
    };
    Ok(Page(view).into_response())
}

pub async fn leave(State(web): State<Web>, client: Client, At(household): At<HouseholdId>, Form(Nothing {}): Form<Nothing>) -> Answer {
    let lens = app::portal::enter(&web.app, &client.scope, household).await?;
    app::portal_access::leave(&web.app, &lens).await?;
    Ok(see_saying(&web, "/portal/households", &format!("Your access to {} has ended.", lens.household_name)))
}
