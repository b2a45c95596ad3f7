//! Who sees a household through the portal (P9): access, invitations, the dialog that makes one, and the portal as this client sees it. An
//! invitation's secret is drawn once, in the answer to the form that made it.

mod preview;
mod sheets;

use crate::Web;
use crate::at::{At, Nothing};
use crate::csrf::Form;
use crate::household_words::{at, head};
use crate::respond::{Answer, Page, see_saying};
use crate::rights::sees;
use crate::routes::{Audience, Route};
use crate::session::{Staff, initials};
use crate::view::household::Tab;
use crate::view::invitations::{AccessLine, Invitable, InvitationLine, PortalAccess};
use crate::view::kit::{Chip, Problems};
use crate::view::shell::{Here, Tone};
use crate::view::words;
use app::invitations::{self as acts, PortalPage, Row};
use axum::extract::State;
use axum::response::IntoResponse;
use model::invitation::State as Became;
use model::{HouseholdId, InvitationId, Time, UserId};

pub fn routes() -> Vec<Route> {
    let own = vec![
        Route::get("/households/{household}/portal", Audience::Staff, show),
        Route::post("/households/{household}/portal/invitations/{invitation}/revoke", Audience::Staff, revoke),
        Route::post("/households/{household}/portal/invitations/{invitation}/code", Audience::Staff, code),
        Route::post("/households/{household}/portal/{login}/end", Audience::Staff, end),
    ];
    [own, sheets::routes(), preview::routes()].into_iter().flatten().collect()
}

async fn show(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>) -> Answer {
    let page = acts::page(&web.app, &staff.scope, household).await?;
    Ok(Page(view(&web, &staff, &page)).into_response())
}

fn view(web: &Web, staff: &Staff, p: &PortalPage) -> PortalAccess {
    let (now, zone, base) = (web.app.now(), &p.zone, at(p.found.household.id));
    let may = |href: String| if p.may { href } else { String::new() };
    let live = p.access.iter().filter(|a| a.access.ended_at.is_none());
    let line = |a: &app::invitations::AccessRow| AccessLine {
        name: a.name.clone(),
        initials: initials(&a.name),
        email: a.email.clone(),
        set: a.access.set_name.clone(),
        sees: sees(a.rights),
        seen: a.seen_at.map_or_else(|| "Has not signed in yet".into(), |t| format!("Last seen {}", words::moment(t, now, zone))),
        cut: a.rights != a.access.rights,
        change: may(format!("{base}/portal/{}/rights", a.access.login)),
        end: may(format!("{base}/portal/{}/end", a.access.login)),
        preview: format!("{base}/portal/{}/preview", a.access.login),
        recover: if staff.is_administrator() || p.found.household.lead == staff.user {
            format!("{base}/portal/{}/recover", a.access.login)
        } else {
            String::new()
        },
    };
    let out = |m: &app::households::Member| {
        p.invitations.iter().any(|r| r.invitation.member == m.id && matches!(r.state, Became::Created | Became::Opened))
    };
    let person = |q: &app::invitations::Person| Invitable {
        name: q.member.name.clone(),
        href: if q.why_not.is_none() { may(format!("{base}/portal/new?member={}", q.member.id)) } else { String::new() },
        why_not: match q.why_not {
            Some(why) => why.into(),
            None if q.has_access => "Has access".into(),
            None if out(&q.member) => "An invitation is out".into(),
            None => String::new(),
        },
    };
    PortalAccess {
        shell: staff.shell(web, Here::Households),
        hh: head(&p.found, Tab::Portal),
        problems: Problems::default(),
        access: live.map(line).collect(),
        ended: p.access.iter().filter_map(|a| a.access.ended_at.map(|t| format!("{}, {}", a.name, words::moment(t, now, zone)))).collect(),
        invitations: p.invitations.iter().map(|r| invitation(r, p, now)).collect(),
        people: p.people.iter().filter(|q| !q.has_access).map(person).collect(),
        code: String::new(),
        code_for: String::new(),
        proof: p.proof.words(),
        mail_is_off: p.mail_is_off && p.proof == model::invitation::Proof::Mailbox,
        may: p.may,
    }
}

/// One invitation with its state and times (P36).
fn invitation(r: &Row, p: &PortalPage, now: Time) -> InvitationLine {
    use crate::icons as icon;
    let (i, zone, base) = (&r.invitation, &p.zone, at(p.found.household.id));
    let when = |t: Time| words::moment(t, now, zone);
    let live = matches!(r.state, Became::Created | Became::Opened);
    let chip = match r.state {
        Became::Created => Chip::new(Tone::Info, icon::CLOCK, "Created, not opened yet"),
        Became::Opened => Chip::new(Tone::Info, icon::EYE, "Opened"),
        Became::Accepted => Chip::new(Tone::Ok, icon::CHECK, "Accepted"),
        Became::Expired => Chip::new(Tone::Warn, icon::CLOCK, "Expired"),
        Became::Revoked => Chip::new(Tone::Idle, icon::UNLINK, "Revoked"),
        Became::Replaced => Chip::new(Tone::Idle, icon::REFRESH, "Replaced by a newer link"),
    };
    let mut times = vec![format!("Created {} by {}", when(i.created_at), r.made_by)];
    if let Some(t) = i.life.opened_at {
        times.push(format!("Opened {}, {}", when(t), i.opened_on.as_deref().unwrap_or("a browser")));
    }
    match (r.state, i.life.ended) {
        (Became::Created | Became::Opened, _) => times.push(format!("Works until {}", words::until(i.life.expires_at, now, zone))),
        (Became::Accepted, Some((t, _))) => times.push(format!("Accepted {}", when(t))),
        (Became::Expired, _) => times.push(format!("Expired {}", when(i.life.expires_at))),
        (Became::Revoked, Some((t, _))) => times.push(format!("Revoked {}", when(t))),
        (Became::Replaced, Some((t, _))) => times.push(format!("Replaced {}", when(t))),
        _ => {}
    }
    let invitable = p.people.iter().any(|q| q.member.id == i.member && q.why_not.is_none() && !q.has_access);
    InvitationLine {
        name: r.name.clone(),
        chip,
        bound: i.email.as_ref().map_or_else(|| "Any address can use it".into(), |e| format!("Only {e}")),
        set: i.set_name.clone(),
        times,
        renew: if p.may && invitable { format!("{base}/portal/new?member={}&like={}", i.member, i.id) } else { String::new() },
        revoke: if p.may && live { format!("{base}/portal/invitations/{}/revoke", i.id) } else { String::new() },
        code: if p.may && r.waits { format!("{base}/portal/invitations/{}/code", i.id) } else { String::new() },
    }
}

async fn revoke(
    State(web): State<Web>,
    staff: Staff,
    At((household, id)): At<(HouseholdId, InvitationId)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    acts::revoke(&web.app, &staff.scope, household, id).await?;
    Ok(see_saying(&web, acts::at(household), "The link no longer works."))
}

/// A code to read out, shown once.
async fn code(
    State(web): State<Web>,
    staff: Staff,
    At((household, id)): At<(HouseholdId, InvitationId)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let code = acts::read_out(&web.app, &staff.scope, household, id).await?;
    let page = acts::page(&web.app, &staff.scope, household).await?;
    let code_for = page.invitations.iter().find(|r| r.invitation.id == id).map(|r| r.name.clone()).unwrap_or_default();
    let code = format!("{} {}", &code.expose()[..3], &code.expose()[3..]);
    Ok(Page(PortalAccess { code, code_for, ..view(&web, &staff, &page) }).into_response())
}

async fn end(
    State(web): State<Web>,
    staff: Staff,
    At((household, login)): At<(HouseholdId, UserId)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    acts::end_access(&web.app, &staff.scope, household, login).await?;
    Ok(see_saying(&web, acts::at(household), "Access has ended. It counts at once."))
}
