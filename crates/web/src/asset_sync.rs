//! The Asset Sync dialog as a page: three ways to start, what became of the link, a code to read out. A link's secret is drawn once, in the
//! answer to the form that made it.

use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::household_words::{at, head};
use crate::respond::{Answer, Page, WebError, see, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::asset_sync::{AssetSync, Launch, Letter, Share, Step};
use crate::view::household::Tab;
use crate::view::kit::{Chip, Pick, Problems};
use crate::view::shell::{Here, Tone};
use crate::view::words;
use app::asset_sync::{self as acts, Dialog, Seen, Shown};
use app::links::For;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::fact::HouseholdStatus;
use model::link::{Delivery, Purpose, State as LinkState};
use model::{ConnectionId, HouseholdId, LinkId, MemberId, Time};

const AT: &str = "/households/{household}/asset-sync";

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(AT, Audience::Staff, show),
        Route::post("/households/{household}/asset-sync/launch", Audience::Staff, launch),
        Route::post("/households/{household}/asset-sync/share", Audience::Staff, share),
        Route::post("/households/{household}/asset-sync/mail", Audience::Staff, mail),
        Route::post("/households/{household}/asset-sync/revoke", Audience::Staff, revoke),
        Route::post("/households/{household}/asset-sync/close", Audience::Staff, close),
        Route::post("/households/{household}/asset-sync/code", Audience::Staff, code),
    ]
}

/// Whom the page is about. Other pages say `member`, the page's own select says `person`; `fix` and `find` name a connection.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Choice {
    member: Option<MemberId>,
    person: Option<MemberId>,
    fix: Option<ConnectionId>,
    find: Option<ConnectionId>,
    /// `all`: everything of this person's that needs them.
    mend: String,
}

impl Choice {
    fn purpose(&self) -> Purpose {
        match (self.fix, self.find) {
            (Some(c), _) => Purpose::Repair(c),
            (None, Some(c)) => Purpose::FindNew(c),
            (None, None) if self.mend == "all" => Purpose::RepairAll,
            (None, None) => Purpose::Connect,
        }
    }
}

#[derive(serde::Deserialize)]
struct Posted {
    person: MemberId,
    link: LinkId,
    #[serde(default)]
    purpose: String,
}

impl Posted {
    fn to(&self, household: HouseholdId) -> Result<For, WebError> {
        let purpose = Purpose::from_key(&self.purpose).ok_or(WebError::Unreadable)?;
        Ok(For { household, member: self.person, purpose })
    }
}

/// What an act has just brought, to be shown once.
#[derive(Default)]
struct News {
    launched: Option<Shown>,
    shared: Option<Shown>,
    code: String,
    problems: Problems,
}

async fn show(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, choice: Query<Choice>) -> Answer {
    let purpose = choice.purpose();
    let person = match purpose.connection() {
        // A repair is for the person whose sign-in it is, whoever was chosen before.
        Some(_) => Some(acts::to_mend(&web.app, &staff.scope, purpose).await?.member),
        None => choice.member.or(choice.person),
    };
    draw(&web, &staff, household, person, purpose, News::default()).await
}

async fn draw(web: &Web, staff: &Staff, household: HouseholdId, person: Option<MemberId>, purpose: Purpose, news: News) -> Answer {
    let dialog = acts::dialog(&web.app, &staff.scope, household, person, purpose).await?;
    Ok(Page(page(web, staff, &dialog, news)).into_response())
}

async fn launch(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Form(posted): Form<Posted>) -> Answer {
    let to = posted.to(household)?;
    let launched = acts::launch(&web.app, &staff.scope, &to, posted.link).await?;
    draw(&web, &staff, household, Some(to.member), to.purpose, News { launched, ..News::default() }).await
}

async fn share(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Form(posted): Form<Posted>) -> Answer {
    let to = posted.to(household)?;
    let shared = acts::share(&web.app, &staff.scope, &to, posted.link).await?;
    draw(&web, &staff, household, Some(to.member), to.purpose, News { shared, ..News::default() }).await
}

async fn mail(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Form(posted): Form<Posted>) -> Answer {
    let to = posted.to(household)?;
    match acts::send(&web.app, &staff.scope, &to, posted.link).await {
        Ok(()) => Ok(see_saying(&web, back(&to), "The message is on its way. You are in cc, without the code.")),
        Err(app::Error::Refused(why)) => {
            let problems = Problems::whole(why);
            draw(&web, &staff, household, Some(to.member), to.purpose, News { problems, ..News::default() }).await
        }
        Err(app::Error::TooMany(_)) => {
            let problems =
                Problems::whole("That is often enough for now: three messages an hour to one address. Try again later, or use Share link.");
            draw(&web, &staff, household, Some(to.member), to.purpose, News { problems, ..News::default() }).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn revoke(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Form(posted): Form<Posted>) -> Answer {
    let to = posted.to(household)?;
    acts::revoke(&web.app, &staff.scope, &to).await?;
    Ok(see_saying(&web, back(&to), "The link no longer works."))
}

async fn close(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Form(posted): Form<Posted>) -> Answer {
    acts::close(&web.app, &staff.scope, &posted.to(household)?).await?;
    Ok(see(format!("{}/portfolio", at(household))))
}

async fn code(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>, Form(posted): Form<Posted>) -> Answer {
    let to = posted.to(household)?;
    let code = acts::read_out(&web.app, &staff.scope, &to).await?;
    let code = format!("{} {}", &code.expose()[..3], &code.expose()[3..]);
    draw(&web, &staff, household, Some(to.member), to.purpose, News { code, ..News::default() }).await
}

/// The page's address for the same person and purpose.
fn back(to: &For) -> String {
    let about = match to.purpose {
        Purpose::Connect => String::new(),
        Purpose::Repair(c) => format!("&fix={c}"),
        Purpose::RepairAll => "&mend=all".into(),
        Purpose::FindNew(c) => format!("&find={c}"),
    };
    format!("{}/asset-sync?member={}{about}", at(to.household), to.member)
}

fn page(web: &Web, staff: &Staff, d: &Dialog, news: News) -> AssetSync {
    let (now, zone) = (web.app.now(), &d.zone);
    let until = |t: Time| words::until(t, now, zone);
    let live = d.seen.as_ref().filter(|s| s.link.life.opens(now));
    let institution = d.institution.as_deref().unwrap_or_default();
    let purpose = match d.to.purpose {
        Purpose::Connect => String::new(),
        Purpose::Repair(_) => format!("{institution} needs a new sign-in"),
        Purpose::RepairAll => format!("Everything that needs {}", d.person.given),
        Purpose::FindNew(_) => format!("{institution} may show more accounts"),
    };
    let launch = match &news.launched {
        Some(s) => Launch::Shown {
            qr: s.qr.expose().clone(),
            href: s.address.expose().clone(),
            until: format!("It works once, until {}.", words::hour(s.until, zone)),
        },
        None => Launch::Ready,
    };
    let share = match (&news.shared, live) {
        (Some(s), _) => Share::Shown { link: s.address.expose().clone(), qr: s.qr.expose().clone(), until: until(s.until) },
        (None, Some(s)) if s.link.life.delivery.moves() => Share::Exists { until: until(s.link.life.expires_at) },
        _ => Share::Ready,
    };
    let base = at(d.to.household);
    AssetSync {
        shell: staff.shell(web, Here::Households),
        hh: head(&d.found, Tab::Portfolio),
        at: format!("{base}/asset-sync"),
        close: format!("{base}/portfolio"),
        person: d.person.name.clone(),
        first: d.person.given.clone(),
        person_key: d.person.id.to_string(),
        prospect: d.found.household.status == HouseholdStatus::Prospect,
        people: d.people.iter().map(|m| Pick::new(m.id.to_string(), m.name.clone(), m.id == d.person.id)).collect(),
        purpose,
        problems: news.problems,
        launch,
        share,
        letter: letter(d, now),
        state: d.seen.as_ref().map(chip),
        steps: d.seen.as_ref().map(|s| steps(s, d, now)).unwrap_or_default(),
        revocable: live.is_some(),
        waiting: d.waiting,
        code: news.code,
        hidden: vec![("link", web.app.random().id::<model::id::Link>(now).to_string()), ("purpose", d.to.purpose.to_string())],
    }
}

fn letter(d: &Dialog, now: Time) -> Letter {
    let address = format!("https://…/i#{}", app::mail::letters::DOTS);
    let sent = d.seen.as_ref().filter(|s| s.link.life.delivery == Delivery::Mail).map_or_else(String::new, |s| match s.link.sent_at {
        Some(t) => format!("Sent {}", words::moment(t, now, &d.zone)),
        None => mail_state(s).into(),
    });
    Letter {
        to: d.letter.to.clone(),
        cc: d.letter.cc.clone(),
        subject: d.letter.subject.clone(),
        paragraphs: d.letter.before.clone(),
        link: address.clone(),
        dotted: address,
        closing: d.letter.after.clone(),
        why_not: d.letter.why_not.clone().unwrap_or_default(),
        sent,
    }
}

fn mail_state(s: &Seen) -> &'static str {
    use app::asset_sync::MailState as M;
    match s.mail {
        None => "",
        Some(M::Waiting | M::Sending) => "On its way",
        Some(M::Sent) => "Sent",
        Some(M::PerhapsSent) => "Perhaps sent: the mail server stopped answering",
        Some(M::Failed) => "Refused by the mail server",
    }
}

fn chip(s: &Seen) -> Chip {
    use crate::icons as icon;
    match s.state {
        LinkState::Waiting => Chip::new(Tone::Info, icon::CLOCK, "Not opened yet"),
        LinkState::Opened => Chip::new(Tone::Info, icon::EYE, "Opened"),
        LinkState::Connected => Chip::new(Tone::Ok, icon::CHECK, "Connected"),
        LinkState::Finished => Chip::new(Tone::Ok, icon::CHECK, "Finished"),
        LinkState::ExpiredUnused => Chip::new(Tone::Warn, icon::CLOCK, "Expired unused"),
        LinkState::Expired => Chip::new(Tone::Warn, icon::CLOCK, "Expired"),
        LinkState::Revoked => Chip::new(Tone::Idle, icon::UNLINK, "Revoked"),
        LinkState::Replaced => Chip::new(Tone::Idle, icon::REFRESH, "Replaced"),
    }
}

/// What happened to the link, and what is being waited for.
fn steps(s: &Seen, d: &Dialog, now: Time) -> Vec<Step> {
    let l = &s.link;
    let when = |t: Time| words::capital(&words::moment(t, now, &d.zone));
    let done = |title: &str, text: String| Step { done: true, now: false, title: title.into(), text };
    let next = |title: &str, text: String| Step { done: false, now: true, title: title.into(), text };
    let way = match l.life.delivery {
        Delivery::Launch => "Launch now",
        Delivery::Share => "Share link",
        Delivery::Mail => "Send e-mail",
        Delivery::Portal => "through the portal",
    };
    let mut out = vec![done("Created", format!("{}, {way}", when(l.created_at)))];
    if l.life.delivery == Delivery::Mail {
        out.push(match l.sent_at {
            Some(t) => done("Sent", when(t)),
            None => next("Sending", mail_state(s).into()),
        });
    }
    match (l.opened_at, s.state) {
        (Some(t), _) => out.push(done("Opened", format!("{}, {}", when(t), l.opened_on.as_deref().unwrap_or("a browser")))),
        (None, LinkState::Waiting) => {
            out.push(next("Not opened yet", format!("Works until {}", words::until(l.life.expires_at, now, &d.zone))))
        }
        (None, _) => {}
    }
    match (l.connected_at, s.state) {
        (Some(t), _) => out.push(done("Connected", when(t))),
        (None, LinkState::Opened) => {
            out.push(next("Nothing connected yet", format!("Works until {}", words::until(l.life.expires_at, now, &d.zone))))
        }
        (None, _) => {}
    }
    let ended = l.life.ended.map_or(l.life.expires_at, |(t, _)| t);
    match s.state {
        LinkState::ExpiredUnused => out.push(done("Expired unused", format!("{}. Nobody opened it.", when(ended)))),
        LinkState::Expired => out.push(done("Expired", when(ended))),
        LinkState::Revoked => out.push(done("Revoked", when(ended))),
        LinkState::Replaced => out.push(done("Replaced by a newer link", when(ended))),
        LinkState::Finished => out.push(done("Finished with Exit", when(ended))),
        LinkState::Waiting | LinkState::Opened | LinkState::Connected => {}
    }
    if let Some(t) = s.asked_at {
        out.push(done(&format!("{} asked for a new link", d.person.given), when(t)));
    }
    out
}
