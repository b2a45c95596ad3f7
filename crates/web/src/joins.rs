//! Which accounts are one, on the firm's pages: the questions that wait, the paths of one account, linking one that is kept by hand.

pub mod client;

use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::household_words::{at, head, mask, near, source, total};
use crate::icons as icon;
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::household::Tab;
use crate::view::joins::{Asked, Gone, LinkAccount, PathLine, Paths, Same, SameList, SameNote, Side};
use crate::view::kit::Chip;
use crate::view::shell::{Here, Tone};
use crate::view::words;
use app::accounts::Account;
use app::joins::{Apart, Doubled, Gone as Became, Line};
use axum::extract::State;
use axum::response::IntoResponse;
use model::{AccountId, ConnectionId, Date, HouseholdId, JoinId, Money, Source, Time};

pub fn routes() -> Vec<Route> {
    use Audience::{Client, Staff};
    vec![
        Route::get("/households/{household}/same", Staff, show),
        Route::post("/accounts/{account}/same", Staff, answer),
        Route::post("/accounts/{account}/gone", Staff, gone),
        Route::get("/accounts/{account}/paths", Staff, paths),
        Route::post("/accounts/{account}/paths", Staff, change_paths),
        Route::get("/accounts/{account}/link", Staff, link),
        Route::post("/accounts/{account}/link", Staff, save_link),
        Route::get("/portal/{household}/same", Client, client::show),
        Route::post("/portal/{household}/accounts/{account}/same", Client, client::answer),
        Route::post("/portal/{household}/accounts/{account}/gone", Client, client::gone),
        Route::get("/portal/{household}/accounts/{account}/paths", Client, client::paths),
    ]
}

/// An account as a choice shows it.
pub fn side(a: &Account, because: &str, today: Date, href: String) -> Side {
    let f = &a.figures;
    let value = f.value.zip(f.currency.clone()).map(|(v, c)| Money::new(v, c));
    let place = format!("{} {}", a.institution, mask(a.mask.as_ref())).trim().to_owned();
    let by = match a.source {
        Source::Manual => "kept by hand".to_owned(),
        s => format!("by {}", source(s)),
    };
    Side {
        id: a.id.to_string(),
        name: a.name.clone(),
        place: if place.is_empty() { by } else { format!("{place}, {by}") },
        value: value.map_or_else(|| "no value yet".into(), |m| words::money(&m)),
        as_of: f.as_of_day.map(|d| format!("as of {}", near(d, today))).unwrap_or_default(),
        because: because.to_owned(),
        href,
    }
}

/// The questions as both pages show them. `action` names where an answer about an account goes; "" where nobody may answer.
pub fn list(d: &Doubled, csrf: &str, today: Date, zone: &jiff::tz::TimeZone, action: impl Fn(AccountId, &str) -> String) -> SameList {
    let plain = |a: &Account| side(a, "", today, String::new());
    let asked = d.asked.iter().map(|q| Asked {
        side: plain(&q.account.account),
        others: q.others.iter().map(|o| side(&o.account, &o.because, today, String::new())).collect(),
        action: action(q.account.account.id, "same"),
    });
    let gone = d.vanished.iter().map(|v| Gone {
        side: Side { place: v.account.institution.clone(), ..plain(&v.account) },
        since: format!("since {}", near(v.since.date(zone), today)),
        successors: v.successors.iter().map(plain).collect(),
        action: action(v.account.id, "gone"),
    });
    SameList { csrf: csrf.to_owned(), asked: asked.collect(), gone: gone.collect(), problem: String::new() }
}

/// What stands beside the totals while something waits; `None` when nothing does.
pub fn note(d: &Doubled, href: String) -> Option<SameNote> {
    let twice = d.twice();
    match (d.asked.len(), d.vanished.len()) {
        (0, 0) => None,
        (0, n) => {
            let title = if n == 1 { "Closed or moved?".into() } else { format!("Closed or moved? {n} accounts") };
            let text = "The institution does not show what it showed before. The last values stay until somebody says.".into();
            Some(SameNote { title, text, href })
        }
        (n, _) => {
            let text = if twice.by_currency.is_empty() {
                "An account may be here twice.".into()
            } else {
                format!("The totals may hold {} twice.", total(&twice))
            };
            let title = if n == 1 { "Is this the same account?".into() } else { format!("Are these the same accounts? {n} questions") };
            Some(SameNote { title, text, href })
        }
    }
}

/// For pages of a household: the note, and for each new account the name of the one that it may be.
pub async fn beside(web: &Web, staff: &Staff, household: HouseholdId) -> Result<(Option<SameNote>, Doubled), WebError> {
    let d = app::joins::doubled(&web.app, &staff.scope, household).await?;
    Ok((note(&d, format!("{}/same", at(household))), d))
}

/// "may be the same as Checking": marks a value that may count twice.
pub fn mark(d: &Doubled, id: AccountId) -> Option<String> {
    d.twin(id).map(|a| format!("may be the same as {} {}", a.name, mask(a.mask.as_ref())).trim().to_owned())
}

/// What stands beside an account's name, with the mark of a value that may count twice.
pub fn marked(beside: &str, d: &Doubled, id: AccountId) -> String {
    match mark(d, id) {
        Some(m) if beside.is_empty() => m,
        Some(m) => format!("{beside} · {m}"),
        None => beside.to_owned(),
    }
}

async fn show(State(web): State<Web>, staff: Staff, At(household): At<HouseholdId>) -> Answer {
    let p = app::joins::page(&web.app, &staff.scope, household).await?;
    let may = p.may_edit;
    let action = |id: AccountId, what: &str| if may { format!("/accounts/{id}/{what}") } else { String::new() };
    let shell = staff.shell(&web, Here::Households);
    let view = Same {
        hh: head(&p.found, Tab::Accounts),
        list: list(&p.doubled, &shell.csrf, p.today, &p.zone, action),
        stream: crate::live::of(household),
        shell,
    };
    Ok(Page(view).into_response())
}

#[derive(serde::Deserialize)]
pub struct Answered {
    #[serde(default)]
    answer: String,
}

impl Answered {
    pub fn read(&self) -> Result<app::joins::Answer, WebError> {
        match self.answer.as_str() {
            "another" => Ok(app::joins::Answer::Another),
            id => id.parse().map(app::joins::Answer::Same).map_err(|_| WebError::Refused("Choose one of the answers.".into())),
        }
    }
    pub fn said(&self) -> &'static str {
        if self.answer == "another" { "Two accounts. Nobody is asked about them again." } else { "One account now, counted once." }
    }
}

/// Who may not answer is told so before what they said is read.
async fn team_only(web: &Web, staff: &Staff, id: AccountId) -> Result<(), WebError> {
    let (_, p) = app::joins::paths(&web.app, &staff.scope, id).await?;
    if p.may_edit { Ok(()) } else { Err(WebError::Refused("Only the household’s own team can do this.".into())) }
}

async fn answer(State(web): State<Web>, staff: Staff, At(id): At<AccountId>, Form(posted): Form<Answered>) -> Answer {
    team_only(&web, &staff, id).await?;
    let household = app::joins::answer(&web.app, &staff.scope, id, posted.read()?).await?;
    Ok(see_saying(&web, format!("{}/same", at(household)), posted.said()))
}

#[derive(serde::Deserialize)]
pub struct Said {
    #[serde(default)]
    what: String,
}

impl Said {
    pub fn read(&self) -> Result<Became, WebError> {
        match self.what.as_str() {
            "closed" => Ok(Became::Closed),
            "hidden" => Ok(Became::Hidden),
            id => id.parse().map(Became::Moved).map_err(|_| WebError::Refused("Choose one of the answers.".into())),
        }
    }
    pub fn said(&self) -> &'static str {
        match self.what.as_str() {
            "closed" => "Closed. It is out of the totals, and its history stays.",
            "hidden" => "Noted. The last value stays with its date.",
            _ => "Moved. It is one account now, with the history of both.",
        }
    }
}

async fn gone(State(web): State<Web>, staff: Staff, At(id): At<AccountId>, Form(posted): Form<Said>) -> Answer {
    team_only(&web, &staff, id).await?;
    let household = app::joins::gone::settle(&web.app, &staff.scope, id, posted.read()?).await?;
    Ok(see_saying(&web, format!("{}/same", at(household)), posted.said()))
}

/// The ways by which one account arrives, ready to be shown.
pub fn lines(p: &app::joins::Paths, now: Time, may: bool) -> Vec<PathLine> {
    p.lines.iter().map(|l| line(l, p, now, may)).collect()
}

fn line(l: &Line, p: &app::joins::Paths, now: Time, may: bool) -> PathLine {
    let whose = l.whose.and_then(|m| p.members.iter().find(|x| x.id == m)).map(|m| format!("{}’s sign-in", m.given));
    let by = (!l.provider.is_empty()).then(|| format!("through {}", words::capital(&l.provider)));
    let about: Vec<String> = whose.into_iter().chain(by).collect();
    let chip = match (l.feeds, l.works) {
        (true, true) => Chip::new(Tone::Ok, icon::CHECK, "Brings the values"),
        (true, false) => Chip::new(Tone::Warn, icon::ALERT, "Brings the values, and waits"),
        (false, true) => Chip::new(Tone::Idle, icon::LINK, "Second way, not counted again"),
        (false, false) => Chip::new(Tone::Idle, icon::UNLINK, "Ended, or waits"),
    };
    let because = match (l.kind.as_str(), l.because.as_str()) {
        ("link", _) => "Linked to what was kept by hand.".into(),
        ("moved", _) => "The account moved here.".into(),
        (_, "first seen") => "The first way by which it came.".into(),
        ("same", why) => format!("Somebody said that it is the same. Why it was asked: {why}."),
        (_, why) => format!("Joined by itself: {why}."),
    };
    PathLine {
        place: l.institution.clone(),
        about: if about.is_empty() { "Files".into() } else { about.join(", ") },
        since: format!("Since {}.", words::moment(l.since, now, &p.zone)),
        because,
        chip,
        prefer: l.connection.filter(|_| may && !l.feeds && l.works).map(|c| c.to_string()).unwrap_or_default(),
        apart: match l.apart {
            Apart::Join(id) => Some(("part", id.to_string())),
            Apart::Split(c) => Some(("split", c.to_string())),
            Apart::Never => None,
        }
        .filter(|_| may),
    }
}

async fn paths(State(web): State<Web>, staff: Staff, At(id): At<AccountId>) -> Answer {
    let (found, p) = app::joins::paths(&web.app, &staff.scope, id).await?;
    let view = Paths {
        shell: staff.shell(&web, Here::Households),
        hh: head(&found, Tab::Accounts),
        at: format!("/accounts/{id}"),
        name: p.account.name.clone(),
        lines: lines(&p, web.app.now(), p.may_edit),
        may: p.may_edit,
    };
    Ok(Page(view).into_response())
}

#[derive(serde::Deserialize)]
struct Changed {
    r#do: String,
    #[serde(default)]
    which: String,
}

async fn change_paths(State(web): State<Web>, staff: Staff, At(id): At<AccountId>, Form(posted): Form<Changed>) -> Answer {
    team_only(&web, &staff, id).await?;
    let (app, scope) = (&web.app, &staff.scope);
    let connection = || posted.which.parse::<ConnectionId>().map_err(|_| WebError::NotFound);
    let two = "Two accounts again, as they were.";
    let said = match posted.r#do.as_str() {
        "prefer" => {
            app::joins::prefer(app, scope, id, connection()?).await?;
            "This way brings the values from now on."
        }
        "split" => {
            app::joins::split(app, scope, id, connection()?).await?;
            two
        }
        "part" => {
            let join = posted.which.parse::<JoinId>().map_err(|_| WebError::NotFound)?;
            app::joins::part(app, scope, join).await?;
            two
        }
        _ => return Err(WebError::Unreadable),
    };
    Ok(see_saying(&web, format!("/accounts/{id}/paths"), said))
}

async fn link(State(web): State<Web>, staff: Staff, At(id): At<AccountId>) -> Answer {
    Ok(Page(link_page(&web, &staff, id, "").await?).into_response())
}

async fn link_page(web: &Web, staff: &Staff, id: AccountId, problem: &str) -> Result<LinkAccount, WebError> {
    let (account, targets) = app::joins::targets(&web.app, &staff.scope, id).await?;
    let v = app::account_view::view(&web.app, &staff.scope, id, None).await?;
    Ok(LinkAccount {
        shell: staff.shell(web, Here::Households),
        hh: head(&v.found, Tab::Accounts),
        at: format!("/accounts/{id}"),
        value: side(&account, "", v.today, String::new()).value,
        name: account.name.clone(),
        targets: targets.iter().map(|a| side(a, "", v.today, format!("/accounts/{}", a.id))).collect(),
        problem: problem.to_owned(),
    })
}

#[derive(serde::Deserialize)]
struct Linked {
    #[serde(default)]
    to: String,
}

async fn save_link(State(web): State<Web>, staff: Staff, At(id): At<AccountId>, Form(posted): Form<Linked>) -> Answer {
    let Ok(to) = posted.to.parse::<AccountId>() else {
        return Ok(again(link_page(&web, &staff, id, "Choose the account that it is.").await?));
    };
    match app::joins::link(&web.app, &staff.scope, id, to).await {
        Ok(()) => Ok(see_saying(&web, format!("/accounts/{id}"), "Linked. Its values arrive by themselves from now on.")),
        Err(app::Error::Refused(why)) => Ok(again(link_page(&web, &staff, id, &why).await?)),
        Err(e) => Err(e.into()),
    }
}
