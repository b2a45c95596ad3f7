//! The dialogs of the page: invite somebody, change what somebody sees, end access. Each is a page of its own without scripts.

use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::household_words::head;
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::rights::{self, Posted, form, key_of, to_begin_with};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::settings::wrong;
use crate::view::household::Tab;
use crate::view::invitations::{AccessChange, AccessEnd, Invite, MadeLink};
use crate::view::kit::{Field, FieldKind, Pick, Problems};
use crate::view::shell::Here;
use crate::view::words;
use app::invitations::{self as acts, Holder, New, PortalPage, Shown};
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use model::fact::HouseholdStatus;
use model::portal::Rights;
use model::{HouseholdId, InvitationId, MemberId, UserId};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/households/{household}/portal/new", Audience::Staff, ask),
        Route::post("/households/{household}/portal/new", Audience::Staff, make),
        Route::get("/households/{household}/portal/{login}/rights", Audience::Staff, look),
        Route::post("/households/{household}/portal/{login}/rights", Audience::Staff, change),
        Route::get("/households/{household}/portal/{login}/end", Audience::Staff, sure),
    ]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Choice {
    member: Option<MemberId>,
    /// An earlier invitation whose rights are taken over.
    like: Option<InvitationId>,
}

/// What the form holds.
struct Typed {
    id: InvitationId,
    email: String,
    set: String,
    rights: Rights,
}

/// What came of it.
#[derive(Default)]
struct News {
    made: Option<MadeLink>,
    twice: bool,
    fields: Vec<app::Field>,
    refused: String,
}

fn only_the_team(page: &PortalPage) -> Result<(), WebError> {
    if page.may { Ok(()) } else { Err(WebError::Refused("Only the household’s own team can do this.".into())) }
}

async fn ask(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, choice: Query<Choice>) -> Answer {
    let page = acts::page(&web.app, &staff.scope, household).await?;
    only_the_team(&page)?;
    let mut can = page.people.iter().filter(|p| p.why_not.is_none() && !p.has_access);
    let person = match choice.member {
        Some(id) => can.find(|p| p.member.id == id),
        None => can.next(),
    };
    let Some(person) = person else {
        return Err(WebError::Refused(
            "There is nobody here to invite: each adult has access already, and children have no sign-in.".into(),
        ));
    };
    let like = choice.like.and_then(|id| page.invitations.iter().find(|r| r.invitation.id == id));
    let rights = like.map_or_else(|| to_begin_with(page.ceiling), |r| r.invitation.rights.under(page.ceiling));
    let name = like.map_or("Reader", |r| r.invitation.set_name.as_str());
    let typed = Typed {
        id: web.app.random().id(web.app.now()),
        email: like.map_or_else(|| person.member.email.clone(), |r| r.invitation.email.clone()).unwrap_or_default(),
        set: key_of(&page.choices, rights, name),
        rights,
    };
    Ok(Page(sheet(&web, &staff, &page, person.member.id, &typed, News::default())?).into_response())
}

async fn make(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Form(pairs): Form<Vec<(String, String)>>) -> Answer {
    let text = |name: &str| pairs.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
    let (id, member) = (text("id").parse(), text("member").parse());
    let (Ok(id), Ok(member)) = (id, member) else { return Err(WebError::Unreadable) };
    let posted = Posted::read(&pairs).ok_or(WebError::Unreadable)?;
    let page = acts::page(&web.app, &staff.scope, household).await?;
    only_the_team(&page)?;
    let meant = posted.meant(&page.choices);
    let rights = meant.unwrap_or(posted.boxes);
    let typed = Typed { id, email: text("email").to_owned(), set: posted.set, rights };
    if let Err(unclear) = meant {
        let fields = vec![app::Field { name: "right", message: unclear.into() }];
        return Ok(again(sheet(&web, &staff, &page, member, &typed, News { fields, ..News::default() })?));
    }
    let new = New { id, household, member, email: typed.email.clone(), rights, set: typed.set.clone() };
    let news = match acts::create(&web.app, &staff.scope, &new).await {
        Ok(Some(shown)) => News { made: Some(made(&web, &page, &shown)), ..News::default() },
        Ok(None) => News { twice: true, ..News::default() },
        Err(app::Error::Invalid(fields)) => {
            return Ok(again(sheet(&web, &staff, &page, member, &typed, News { fields, ..News::default() })?));
        }
        Err(app::Error::Refused(refused)) => {
            return Ok(again(sheet(&web, &staff, &page, member, &typed, News { refused, ..News::default() })?));
        }
        Err(app::Error::TooMany(_)) => {
            let refused = "That is often enough for now: three invitations an hour to one person. Try again later.".into();
            return Ok(again(sheet(&web, &staff, &page, member, &typed, News { refused, ..News::default() })?));
        }
        Err(e) => return Err(e.into()),
    };
    // The next press is another invitation; what was typed stays.
    let typed = Typed { id: web.app.random().id(web.app.now()), ..typed };
    Ok(Page(sheet(&web, &staff, &page, member, &typed, news)?).into_response())
}

fn made(web: &Web, page: &PortalPage, s: &Shown) -> MadeLink {
    MadeLink {
        link: s.address.expose().clone(),
        qr: s.qr.expose().clone(),
        qr_href: format!("data:image/svg+xml;base64,{}", BASE64_STANDARD.encode(s.qr.expose())),
        until: words::until(s.until, web.app.now(), &page.zone),
        to: s.letter.to.clone(),
        subject: s.letter.subject.clone(),
        text: s.letter.paragraphs.join("\n\n"),
        paragraphs: s.letter.paragraphs.clone(),
        mailto: s.letter.mailto.expose().clone(),
    }
}

fn sheet(web: &Web, staff: &Staff, p: &PortalPage, member: MemberId, typed: &Typed, news: News) -> Result<Invite, WebError> {
    let person = p.people.iter().find(|q| q.member.id == member).ok_or(WebError::NotFound)?;
    let base = acts::at(p.found.household.id);
    let email = Field::new("email", "Only this e-mail address can use the link")
        .kind(FieldKind::Email)
        .value(&typed.email)
        .hint("Leave empty to let any address sign up")
        .error(wrong(&news.fields, "email"));
    let rights = form(&person.member.given, &p.choices, &typed.set, typed.rights, p.ceiling, wrong(&news.fields, "right"));
    let mut problems = Problems::of([email.problem(), rights.problem()]);
    if !news.refused.is_empty() {
        problems = Problems::whole(news.refused);
    }
    let can = p.people.iter().filter(|q| q.why_not.is_none() && !q.has_access);
    let out = |r: &app::invitations::Row| r.invitation.member == member && r.invitation.life.lives(web.app.now());
    Ok(Invite {
        shell: staff.shell(web, Here::Households),
        hh: head(&p.found, Tab::Portal),
        at: format!("{base}/new"),
        close: base,
        first: person.member.given.clone(),
        member: member.to_string(),
        id: typed.id.to_string(),
        people: can.map(|q| Pick::new(q.member.id.to_string(), q.member.name.clone(), q.member.id == member)).collect(),
        prospect: p.found.household.status == HouseholdStatus::Prospect,
        problems,
        email,
        rights,
        proof: p.proof.words(),
        made: news.made,
        twice: news.twice,
        replaces: p.invitations.iter().any(out),
        compliance: p.firm.settings.compliance.clone(),
        compliance_link: p.firm.settings.compliance_link.clone(),
    })
}

async fn look(State(web): State<Web>, staff: Staff, At((household, login)): At<(HouseholdId, UserId)>) -> Answer {
    let holder = acts::holder(&web.app, &staff.scope, household, login).await?;
    let rights = holder.access.rights.under(holder.ceiling);
    let set = key_of(&holder.choices, rights, &holder.access.set_name);
    Ok(Page(changing(&web, &staff, &holder, &set, rights, &[])).into_response())
}

fn changing(web: &Web, staff: &Staff, h: &Holder, set: &str, rights: Rights, fields: &[app::Field]) -> AccessChange {
    let base = acts::at(h.found.household.id);
    let first = h.name.split_whitespace().next().unwrap_or(&h.name);
    let rights = form(first, &h.choices, set, rights, h.ceiling, wrong(fields, "right"));
    AccessChange {
        shell: staff.shell(web, Here::Households),
        hh: head(&h.found, Tab::Portal),
        name: h.name.clone(),
        action: format!("{base}/{}/rights", h.access.login),
        close: base,
        problems: Problems::of([rights.problem()]),
        rights,
    }
}

async fn change(
    State(web): State<Web>,
    staff: Staff,
    At((household, login)): At<(HouseholdId, UserId)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer {
    let posted: rights::Posted = Posted::read(&pairs).ok_or(WebError::Unreadable)?;
    let holder = acts::holder(&web.app, &staff.scope, household, login).await?;
    let unclear = |message: &str| vec![app::Field { name: "right", message: message.into() }];
    let (rights, done) = match posted.meant(&holder.choices) {
        Ok(rights) => (rights, acts::change(&web.app, &staff.scope, household, login, rights, &posted.set).await),
        Err(message) => (posted.boxes, Err(app::Error::Invalid(unclear(message)))),
    };
    match done {
        Ok(()) => Ok(see_saying(&web, acts::at(household), "Saved. It counts at once.")),
        Err(app::Error::Invalid(fields)) => Ok(again(changing(&web, &staff, &holder, &posted.set, rights, &fields))),
        Err(e) => Err(e.into()),
    }
}

async fn sure(State(web): State<Web>, staff: Staff, At((household, login)): At<(HouseholdId, UserId)>) -> Answer {
    let h = acts::holder(&web.app, &staff.scope, household, login).await?;
    let base = acts::at(household);
    let view = AccessEnd {
        shell: staff.shell(&web, Here::Households),
        hh: head(&h.found, Tab::Portal),
        name: h.name.clone(),
        action: format!("{base}/{login}/end"),
        close: base,
    };
    Ok(Page(view).into_response())
}
