//! Settings of the portal: the sets of rights, the firm's ceiling, and how invited clients are proven. Read by all staff.

use crate::Web;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::rights::{Posted, form, sees};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::settings::wrong;
use crate::view::invitations::{SetLine, SettingsPortal, SettingsSet};
use crate::view::kit::{Field, Pick, Problems, Select};
use crate::view::settings::SettingsTab;
use crate::view::shell::Here;
use app::permission_sets::{self as acts, Set, Shelf, Typed};
use axum::extract::State;
use axum::response::IntoResponse;
use model::PermissionSetId;
use model::invitation::Proof;
use model::portal::{Preset, Rights};

const AT: &str = "/settings/portal";

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(AT, Audience::Staff, show),
        Route::post(AT, Audience::Administrator, save_limits),
        Route::get("/settings/portal/sets/new", Audience::Staff, new),
        Route::get("/settings/portal/sets/{set}", Audience::Staff, edit),
        Route::post("/settings/portal/sets/{set}", Audience::Staff, save),
        Route::post("/settings/portal/sets/{set}/end", Audience::Staff, end),
    ]
}

async fn show(State(web): State<Web>, staff: Staff) -> Answer {
    let shelf = acts::shelf(&web.app, &staff.scope).await?;
    let (ceiling, proof) = (shelf.ceiling, shelf.proof);
    Ok(Page(view(&web, &staff, &shelf, ceiling, proof, &[])).into_response())
}

fn view(web: &Web, staff: &Staff, shelf: &Shelf, ceiling: Rights, proof: Proof, fields: &[app::Field]) -> SettingsPortal {
    let line = |s: &Set, may: bool| {
        let at = format!("{AT}/sets/{}", s.id);
        let (change, end) = if may { (at.clone(), format!("{at}/end")) } else { (String::new(), String::new()) };
        SetLine { name: s.name.clone(), sees: sees(s.rights), change, end }
    };
    let preset = |p: Preset| SetLine { name: p.name().into(), sees: sees(p.rights()), change: String::new(), end: String::new() };
    let boxes = form("Clients", &[], "", ceiling, Rights::ALL, wrong(fields, "right"));
    let picks = Proof::ALL.map(|p| Pick::new(p.key(), p.words(), p == proof));
    SettingsPortal {
        shell: staff.shell(web, Here::Settings),
        tab: SettingsTab::Portal,
        problems: Problems::of([boxes.problem()]),
        presets: Preset::ALL.map(preset).into(),
        firm: shelf.firm.iter().map(|s| line(s, shelf.may_change)).collect(),
        own: shelf.own.iter().map(|s| line(s, true)).collect(),
        may_change: shelf.may_change,
        ceiling_words: if shelf.ceiling == Rights::ALL { "Everything can be shared.".into() } else { sees(shelf.ceiling) },
        ceiling: boxes,
        proof: Select::new("proof", "Beside the link a client gives", picks.into()).hint("Counts for invitations made from now on"),
        proof_words: shelf.proof.words(),
    }
}

async fn save_limits(State(web): State<Web>, staff: Staff, Form(pairs): Form<Vec<(String, String)>>) -> Answer {
    let posted = Posted::read(&pairs).ok_or(WebError::Unreadable)?;
    let proof = pairs.iter().find(|(n, _)| n == "proof").and_then(|(_, v)| Proof::from_key(v)).ok_or(WebError::Unreadable)?;
    match acts::save_limits(&web.app, &staff.scope, posted.boxes, proof).await {
        Ok(()) => Ok(see_saying(&web, AT, "Saved. It counts from the next click on.")),
        Err(app::Error::Invalid(fields)) => {
            let shelf = acts::shelf(&web.app, &staff.scope).await?;
            Ok(again(view(&web, &staff, &shelf, posted.boxes, proof, &fields)))
        }
        Err(e) => Err(e.into()),
    }
}

/// A set as its form holds it.
struct Draft {
    id: PermissionSetId,
    name: String,
    rights: Rights,
    shared: bool,
    there: bool,
}

fn set_form(web: &Web, staff: &Staff, shelf: &Shelf, d: &Draft, fields: &[app::Field]) -> SettingsSet {
    let name = Field::new("name", "Name").value(&d.name).error(wrong(fields, "name"));
    let rights = form("Clients", &[], "", d.rights, shelf.ceiling, wrong(fields, "right"));
    SettingsSet {
        shell: staff.shell(web, Here::Settings),
        tab: SettingsTab::Portal,
        problems: Problems::of([name.problem(), rights.problem()]),
        title: if d.there { "Change the set".into() } else { "New set".into() },
        action: format!("{AT}/sets/{}", d.id),
        name,
        rights,
        offer_shared: shelf.may_change && !d.there,
        shared: d.shared,
    }
}

async fn new(State(web): State<Web>, staff: Staff) -> Answer {
    let shelf = acts::shelf(&web.app, &staff.scope).await?;
    let rights = crate::rights::to_begin_with(shelf.ceiling);
    let draft = Draft { id: web.app.random().id(web.app.now()), name: String::new(), rights, shared: shelf.may_change, there: false };
    Ok(Page(set_form(&web, &staff, &shelf, &draft, &[])).into_response())
}

/// A set that this person may change.
fn changeable(shelf: &Shelf, id: PermissionSetId) -> Option<&Set> {
    let firm = shelf.firm.iter().filter(|_| shelf.may_change);
    shelf.own.iter().chain(firm).find(|s| s.id == id)
}

async fn edit(State(web): State<Web>, staff: Staff, At(id): At<PermissionSetId>) -> Answer {
    let shelf = acts::shelf(&web.app, &staff.scope).await?;
    let set = changeable(&shelf, id).ok_or(WebError::NotFound)?;
    let rights = set.rights.under(shelf.ceiling);
    let draft = Draft { id, name: set.name.clone(), rights, shared: set.owner.is_none(), there: true };
    Ok(Page(set_form(&web, &staff, &shelf, &draft, &[])).into_response())
}

async fn save(State(web): State<Web>, staff: Staff, At(id): At<PermissionSetId>, Form(pairs): Form<Vec<(String, String)>>) -> Answer {
    let text = |name: &str| pairs.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
    let posted = Posted::read(&pairs).ok_or(WebError::Unreadable)?;
    let typed = Typed { id, name: text("name").to_owned(), rights: posted.boxes, shared: !text("shared").is_empty() };
    match acts::save(&web.app, &staff.scope, &typed).await {
        Ok(()) => Ok(see_saying(&web, AT, "The set is saved.")),
        Err(app::Error::Invalid(fields)) => {
            let shelf = acts::shelf(&web.app, &staff.scope).await?;
            let there = changeable(&shelf, id).is_some();
            let draft = Draft { id, name: typed.name, rights: typed.rights, shared: typed.shared, there };
            Ok(again(set_form(&web, &staff, &shelf, &draft, &fields)))
        }
        Err(e) => Err(e.into()),
    }
}

async fn end(State(web): State<Web>, staff: Staff, At(id): At<PermissionSetId>, Form(Nothing {}): Form<Nothing>) -> Answer {
    acts::end(&web.app, &staff.scope, id).await?;
    Ok(see_saying(&web, AT, "The set is out of use. What was granted with it stays."))
}
