//! The staff page: who works here, inviting, resetting a sign-in, ending access.

use super::wrong;
use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::{Staff, initials};
use crate::view::kit::{Chip, Field, FieldKind, Pick, Problems, Select};
use crate::view::recover::RecoverStaff;
use crate::view::settings::{SettingsStaff, SettingsTab, StaffRow, WaitingRow};
use crate::view::shell::{Here, Tone};
use crate::view::words;
use app::likeness::Card;
use app::recovery;
use app::staff::{self, Invitation, NewPerson, Person};
use axum::extract::State;
use axum::response::IntoResponse;
use model::permission::Role;
use model::{RecoveryId, UserId};
use serde::de::IgnoredAny;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/staff", Audience::Staff, show),
        Route::post("/settings/staff", Audience::Administrator, invite).fresh(),
        Route::post("/settings/staff/{user}/reset", Audience::Administrator, reset).fresh(),
        Route::post("/settings/staff/{user}/recover", Audience::Administrator, recover).fresh(),
        Route::post("/settings/staff/recoveries/{recovery}/approve", Audience::Administrator, approve).fresh(),
        Route::post("/settings/staff/{user}/role", Audience::Administrator, change_role).fresh(),
        Route::post("/settings/staff/{user}/end", Audience::Administrator, end),
        Route::post("/settings/staff/{user}/restore", Audience::Administrator, restore),
    ]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Given {
    id: String,
    name: String,
    email: String,
    role: String,
}

const ROLES: [Role; 3] = [Role::Adviser, Role::Administrator, Role::Support];

pub(crate) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Administrator => "Administrator",
        Role::Adviser => "Adviser",
        Role::Support => "Support",
        Role::Client => "Client",
    }
}

async fn show(State(web): State<Web>, staff: Staff) -> Answer {
    Ok(Page(view(&web, &staff, &Given::default(), &[], String::new()).await?).into_response())
}

fn row(person: Person, cards: &[Card], me: &Staff, web: &Web) -> StaffRow {
    let card = cards.iter().find(|c| c.login == person.id);
    let (now, zone) = (web.app.now(), me.zone());
    let seen = match (person.disabled, person.enrolled, person.seen_at, person.invited_until) {
        (true, ..) => "Access has ended".into(),
        (_, true, Some(at), _) => format!("Signed in {}", words::moment(at, now, &zone)),
        (_, true, None, _) => "Not signed in".into(),
        (_, false, _, Some(until)) => format!("Invited until {}", words::moment(until, now, &zone)),
        (_, false, ..) => "The invitation has run out".into(),
    };
    let chip = match (person.disabled, person.enrolled) {
        (true, _) => Some(Chip::bare(Tone::Idle, "Ended")),
        (_, false) => Some(Chip::bare(Tone::Info, "Invited")),
        _ => None,
    };
    let manage = me.is_administrator() && person.id != me.user;
    StaffRow {
        initials: initials(&person.name),
        likeness: card.map(app::likeness::address).unwrap_or_default(),
        card: card
            .map(|c| [c.title.as_deref(), c.phone.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" · "))
            .unwrap_or_default(),
        role: role_name(person.role).into(),
        roles: ROLES.into_iter().filter(|r| *r != person.role).map(|r| (r.key(), role_name(r))).collect(),
        seen,
        chip,
        manage: if manage { format!("/settings/staff/{}", person.id) } else { String::new() },
        ended: person.disabled,
        enrolled: person.enrolled,
        name: person.name,
        email: person.email,
    }
}

async fn view(web: &Web, me: &Staff, given: &Given, fields: &[app::Field], link: String) -> Result<SettingsStaff, WebError> {
    let cards = app::likeness::cards(&web.app, &me.scope).await?;
    let rows = staff::list(&web.app, &me.scope).await?.into_iter().map(|p| row(p, &cards, me, web)).collect();
    let name = Field::new("name", "Name").value(&given.name).error(wrong(fields, "name"));
    let email = Field::new("email", "E-mail").kind(FieldKind::Email).value(&given.email).error(wrong(fields, "email"));
    let chosen = Role::from_key(&given.role).unwrap_or(Role::Adviser);
    let role = Select::new("role", "Role", ROLES.map(|r| Pick::new(r.key(), role_name(r), r == chosen)).into())
        .hint("Administrators also manage the firm; support sees no client data")
        .error(wrong(fields, "role"));
    let id = given.id.parse::<UserId>().unwrap_or_else(|_| web.app.random().id(web.app.now()));
    Ok(SettingsStaff {
        shell: me.shell(web, Here::Settings),
        tab: SettingsTab::Staff,
        rows,
        problems: Problems::of([name.problem(), email.problem(), role.problem()]),
        may_invite: me.is_administrator(),
        waiting: waiting(web, me).await?,
        new_id: id.to_string(),
        name,
        email,
        role,
        link,
    })
}

/// The address for the new person, shown once.
pub(crate) fn link(web: &Web, invitation: &Invitation) -> String {
    let base = web.app.public_url();
    format!("{}/welcome#{}", base.as_str().trim_end_matches('/'), invitation.token.expose())
}

async fn invite(State(web): State<Web>, me: Staff, Form(given): Form<Given>) -> Answer {
    let id = given.id.parse().map_err(|_| WebError::Unreadable)?;
    let role = Role::from_key(&given.role).unwrap_or(Role::Client);
    let new = NewPerson { id, name: given.name.clone(), email: given.email.clone(), role };
    match staff::invite(&web.app, &me.scope, &new).await {
        Ok(invitation) => Ok(Page(view(&web, &me, &Given::default(), &[], link(&web, &invitation)).await?).into_response()),
        Err(app::Error::Invalid(fields)) => Ok(again(view(&web, &me, &given, &fields, String::new()).await?)),
        Err(e) => Err(e.into()),
    }
}

async fn reset(State(web): State<Web>, me: Staff, At(user): At<UserId>, Form(_): Form<IgnoredAny>) -> Answer {
    let invitation = staff::reset(&web.app, &me.scope, user).await?;
    Ok(Page(view(&web, &me, &Given::default(), &[], link(&web, &invitation)).await?).into_response())
}

/// The first of two administrators; nothing is sent before the second agrees.
async fn recover(State(web): State<Web>, me: Staff, At(user): At<UserId>, Form(_): Form<IgnoredAny>) -> Answer {
    recovery::start_staff(&web.app, &me.scope, user).await?;
    Ok(see_saying(&web, "/settings/staff", "Another administrator has to agree, on this page. Nothing has changed yet."))
}

async fn approve(State(web): State<Web>, me: Staff, At(id): At<RecoveryId>, Form(_): Form<IgnoredAny>) -> Answer {
    let spoken = recovery::approve(&web.app, &me.scope, id).await?;
    let until = words::moment(spoken.until, web.app.now(), &me.zone());
    let code = spoken.code.expose().clone();
    Ok(Page(RecoverStaff { shell: me.shell(&web, Here::Settings), name: spoken.name, email: spoken.email, code, until }).into_response())
}

async fn waiting(web: &Web, me: &Staff) -> Result<Vec<WaitingRow>, WebError> {
    if !me.is_administrator() {
        return Ok(Vec::new());
    }
    let (now, zone) = (web.app.now(), me.zone());
    let row = |w: recovery::Waiting| WaitingRow {
        approve: if w.mine_to_approve { format!("/settings/staff/recoveries/{}/approve", w.id) } else { String::new() },
        when: words::moment(w.at, now, &zone),
        name: w.name,
        by: w.by,
    };
    Ok(recovery::waiting(&web.app, &me.scope).await?.into_iter().map(row).collect())
}

async fn change_role(State(web): State<Web>, me: Staff, At(user): At<UserId>, Form(given): Form<Given>) -> Answer {
    let role = Role::from_key(&given.role).filter(|r| r.is_staff()).ok_or(WebError::Unreadable)?;
    staff::set_role(&web.app, &me.scope, user, role).await?;
    Ok(see_saying(&web, "/settings/staff", &format!("The role is {} now. They sign in again.", role_name(role).to_lowercase())))
}

async fn end(State(web): State<Web>, me: Staff, At(user): At<UserId>, Form(_): Form<IgnoredAny>) -> Answer {
    staff::set_disabled(&web.app, &me.scope, user, true).await?;
    Ok(see_saying(&web, "/settings/staff", "Access has ended, on every browser."))
}

async fn restore(State(web): State<Web>, me: Staff, At(user): At<UserId>, Form(_): Form<IgnoredAny>) -> Answer {
    staff::set_disabled(&web.app, &me.scope, user, false).await?;
    Ok(see_saying(&web, "/settings/staff", "Access is back."))
}
