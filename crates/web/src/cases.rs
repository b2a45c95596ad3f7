//! Repair cases across households, and one of them with its history.

use crate::Web;
use crate::at::At;
use crate::household_accounts::place;
use crate::household_words::{ask_href, at, near};
use crate::icons as icon;
use crate::looks::showing;
use crate::respond::{Answer, Page};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::tickets::state_chip;
use crate::view::cases::{CaseAct, CaseLine, CasePage, CaseRow, Cases, TicketRow};
use crate::view::connect::Place;
use crate::view::household::Seg;
use crate::view::kit::{Chip, Pick, Select, Thumb};
use crate::view::shell::{Here, Tone};
use crate::view::words;
use app::cases::{Age, Case, Choice, Entry, List, Page as Found, What};
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use model::link::Purpose;
use model::repair::{self, Cause, End, Owner, Step};
use model::ticket::TicketState;
use model::{CaseId, Time};

pub fn routes() -> Vec<Route> {
    vec![Route::get("/cases", Audience::Staff, show), Route::get("/cases/{case}", Audience::Staff, one)]
}

#[derive(serde::Deserialize, Default, Clone)]
#[serde(default)]
struct Asked {
    whose: String,
    owner: String,
    cause: String,
    age: String,
    state: String,
    page: String,
}

impl Asked {
    fn choice(&self) -> Choice {
        Choice {
            mine: self.whose != "all",
            owner: Owner::from_key(&self.owner),
            cause: Cause::from_key(&self.cause),
            age: Age::from_key(&self.age),
            closed: self.state == "closed",
            page: self.page.parse::<usize>().unwrap_or(0).min(100_000),
        }
    }
    fn href(&self, change: impl FnOnce(&mut Asked)) -> String {
        let mut a = Asked { page: String::new(), ..self.clone() };
        change(&mut a);
        let all = [("whose", &a.whose), ("owner", &a.owner), ("cause", &a.cause), ("age", &a.age), ("state", &a.state), ("page", &a.page)];
        let said: Vec<_> = all.into_iter().filter(|(_, v)| !v.is_empty()).collect();
        let query = serde_urlencoded::to_string(said).unwrap_or_default();
        if query.is_empty() { "/cases".into() } else { format!("/cases?{query}") }
    }
}

async fn show(State(web): State<Web>, staff: Staff, Query(asked): Query<Asked>) -> Answer {
    let choice = asked.choice();
    let list = app::cases::list(&web.app, &staff.scope, &choice).await?;
    let shown: Vec<_> = list.entries.iter().map(|e| e.household.id).collect();
    Ok(showing(Page(view(&web, &staff, &list, &asked, &choice)).into_response(), shown))
}

fn view(web: &Web, staff: &Staff, list: &List, asked: &Asked, choice: &Choice) -> Cases {
    let whose = [("", "Mine"), ("all", "Whole firm")];
    let all: usize = list.counts.iter().map(|(_, n)| n).sum();
    let mut owners = vec![Seg::new(format!("All {all}"), asked.href(|a| a.owner.clear()), choice.owner.is_none())];
    for (o, n) in list.counts.iter().filter(|(o, n)| *n > 0 || choice.owner == Some(*o)) {
        owners.push(Seg::new(format!("{} {n}", o.name()), asked.href(|a| a.owner = o.key().into()), choice.owner == Some(*o)));
    }
    let causes = Cause::ALL.iter().map(|c| Pick::new(c.key(), c.name(), choice.cause == Some(*c)));
    let ages = [(Age::Day, "Less than a day"), (Age::Week, "One to seven days"), (Age::Older, "More than a week")];
    let ages = ages.map(|(a, text)| Pick::new(a.key(), text, choice.age == Some(a)));
    let any = |text: &str, chosen: bool| std::iter::once(Pick::new("", text, chosen));
    let hidden: Vec<_> =
        [("whose", asked.whose.clone()), ("owner", asked.owner.clone())].into_iter().filter(|(_, v)| !v.is_empty()).collect();
    let page_at = |n: usize| asked.href(|a| a.page = n.to_string());
    Cases {
        shell: staff.shell(web, Here::Cases),
        whose: whose.map(|(k, text)| Seg::new(text, asked.href(|a| a.whose = k.into()), choice.mine == k.is_empty())).into(),
        owners: if choice.closed { Vec::new() } else { owners },
        hidden,
        cause: Select::new("cause", "Cause", any("Every cause", choice.cause.is_none()).chain(causes).collect()),
        age: Select::new("age", "Open for", any("Any time", choice.age.is_none()).chain(ages).collect()),
        state: Select::new(
            "state",
            "State",
            vec![Pick::new("", "Open", !choice.closed), Pick::new("closed", "Closed lately", choice.closed)],
        ),
        rows: list.entries.iter().map(|e| row(e, staff, list.now)).collect(),
        closed: choice.closed,
        tickets: staff.is_administrator(),
        earlier: (choice.page > 0).then(|| page_at(choice.page - 1)),
        later: list.more.then(|| page_at(choice.page + 1)),
        stream: "/live".into(),
    }
}

/// A case's cause, or how it ended, as a chip.
pub(crate) fn chip(case: &Case) -> Chip {
    if let Some((_, by)) = case.closed {
        return Chip::new(Tone::Ok, icon::CHECK, by.name());
    }
    let (tone, icon) = match case.cause {
        Cause::Credentials => (Tone::Bad, icon::STOP),
        Cause::Code => (Tone::Warn, icon::KEY),
        Cause::Locked => (Tone::Bad, icon::LOCK),
        Cause::PermissionEnding => (Tone::Warn, icon::CALENDAR),
        Cause::PermissionEnded => (Tone::Bad, icon::CALENDAR),
        Cause::NoAccounts => (Tone::Info, icon::SEARCH),
        Cause::Delayed => (Tone::Info, icon::CLOCK),
        Cause::NotSupported | Cause::Removed => (Tone::Idle, icon::UNLINK),
        Cause::Ours => (Tone::Bad, icon::STOP),
        Cause::Bounced => (Tone::Warn, icon::MAIL),
        Cause::AtInstitution | Cause::InstitutionDown | Cause::ProviderDown => (Tone::Warn, icon::ALERT),
    };
    Chip::new(tone, icon, case.cause.name())
}

fn mover(owner: Owner, step: Step, on_team: bool, given: &str, institution: &str) -> String {
    match owner {
        Owner::Client => given.into(),
        Owner::Adviser if on_team => "You".into(),
        Owner::Adviser => "The adviser".into(),
        Owner::Institution => institution.into(),
        Owner::Provider if step == Step::AwaitValues => "Nobody".into(),
        Owner::Provider => "The data provider".into(),
        Owner::Us if step == Step::AwaitAnswer => "Data Support".into(),
        Owner::Us => "Your administrator".into(),
    }
}

/// What the case is about: the institution, or the mailbox of a person.
fn about(case: &Case, given: &str) -> String {
    if case.connection.is_none() { format!("E-mail to {given}") } else { case.institution.clone() }
}

fn row(e: &Entry, staff: &Staff, now: Time) -> CaseRow {
    let zone = staff.zone();
    let given = e.member.as_ref().map_or("the client", |m| m.given.as_str());
    let (c, today) = (&e.case, now.date(&zone));
    let late = c.closed.is_none() && e.next.due <= now;
    CaseRow {
        href: format!("/cases/{}", c.id),
        thumb: Thumb::of(if c.institution.is_empty() { given } else { &c.institution }),
        place: about(c, given),
        chip: chip(c),
        household: e.household.name.clone(),
        household_href: format!("{}/accounts", at(c.household)),
        person: e.member.as_ref().map(|m| m.name.clone()).unwrap_or_default(),
        mover: if c.closed.is_some() { String::new() } else { mover(e.next.owner, e.next.step, e.on_team, given, &c.institution) },
        step: if c.closed.is_some() { String::new() } else { repair::words(c.cause, e.next.step, given, &c.institution) },
        due: match c.closed {
            Some(_) => String::new(),
            None if late => format!("Since {}", near(e.next.due.date(&zone), today)),
            None => format!("By {}", words::weekday(e.next.due.date(&zone), today)),
        },
        late,
        when: match c.closed {
            Some((t, _)) => format!("Closed {}", words::moment(t, now, &zone)),
            None => format!("Open since {}", words::moment(c.opened_at, now, &zone)),
        },
    }
}

async fn one(State(web): State<Web>, staff: Staff, At(id): At<CaseId>) -> Answer {
    let found = app::cases::page(&web.app, &staff.scope, id).await?;
    let household = found.case.household;
    Ok(showing(Page(page(&web, &staff, &found)).into_response(), vec![household]))
}

fn page(web: &Web, staff: &Staff, p: &Found) -> CasePage {
    let (c, zone, now) = (&p.case, staff.zone(), p.now);
    let open = c.closed.is_none();
    let late = open && p.next.due <= now;
    let name = about(c, &p.given);
    let bare = || Place { name: name.clone(), site: String::new(), href: String::new(), thumb: Thumb::of(&name) };
    let due = words::until(p.next.due, now, &zone);
    CasePage {
        shell: staff.shell(web, Here::Cases),
        title: format!("{name}: {}", c.cause.name().to_lowercase()),
        place: p.feed.as_ref().map_or_else(bare, place),
        chip: chip(c),
        household: p.found.household.name.clone(),
        household_href: format!("{}/accounts", at(c.household)),
        person: p.found.members.iter().find(|m| m.id == c.member).map(|m| m.name.clone()).unwrap_or_default(),
        mover: mover(p.next.owner, p.next.step, p.may_ask, &p.given, &c.institution),
        step: repair::words(c.cause, p.next.step, &p.given, &c.institution),
        due: if late { format!("Was due {due}") } else { format!("By {due}") },
        late,
        closed: c.closed.map(|(t, by)| format!("{}, {}.", by.name(), words::moment(t, now, &zone))).unwrap_or_default(),
        acts: if open { acts(p) } else { Vec::new() },
        too_early: match p.report {
            Some(Err(Some(at))) if open => {
                format!("You can report it from {}. Most of it heals by itself before that.", words::until(at, now, &zone))
            }
            _ => String::new(),
        },
        lines: lines(p, staff),
        facts: facts(p, staff),
        tickets: p.tickets.iter().map(|t| ticket_row(t, staff, now)).collect(),
        stream: crate::live::of(c.household),
    }
}

fn ticket_row(t: &app::tickets::Ticket, staff: &Staff, now: Time) -> TicketRow {
    TicketRow {
        href: format!("/tickets/{}", t.id),
        title: t.cause.name().into(),
        text: format!("Reported {}", words::moment(t.created_at, now, &staff.zone())),
        chip: state_chip(t.state),
    }
}

/// What can be done about it; the step's own act comes first and alone is primary.
fn acts(p: &Found) -> Vec<CaseAct> {
    let c = &p.case;
    let mut out = Vec::new();
    let act = |word: String, href: String, icon: icon::Icon| CaseAct { word, href, post: false, primary: false, sheet: false, icon };
    if c.cause == Cause::Bounced && p.may_ask {
        let href = format!("{}/members", at(c.household));
        out.push(CaseAct { primary: true, ..act(format!("Correct {}’s address", p.given), href, icon::PENCIL) });
    }
    if let Some(id) = c.connection.filter(|_| p.may_ask && p.feed.is_some()) {
        let asks = c.cause.waits_for_client() || matches!(c.cause, Cause::PermissionEnding | Cause::NoAccounts | Cause::Removed);
        if asks {
            let purpose = match c.cause {
                Cause::NoAccounts => Purpose::FindNew(id),
                Cause::Removed => Purpose::Connect,
                _ => Purpose::Repair(id),
            };
            let primary = !matches!(p.next.step, Step::AwaitAnswer | Step::AwaitValues);
            let ask = act(format!("Ask {} to fix", p.given), ask_href(c.household, c.member, purpose), icon::MAIL);
            out.push(CaseAct { primary, sheet: true, ..ask });
        }
        if p.may_refresh && p.feed.as_ref().is_some_and(|f| f.state.may_fetch()) {
            out.push(CaseAct { post: true, ..act("Refresh".into(), format!("/connections/{id}/refresh"), icon::REFRESH) });
        }
    }
    if let Some(t) = p.tickets.iter().find(|t| t.state != TicketState::Solved) {
        out.push(act("Open the ticket".into(), format!("/tickets/{}", t.id), icon::CHAT));
    } else if p.report == Some(Ok(())) {
        let primary = p.next.step == Step::Report;
        out.push(CaseAct { primary, ..act("Report a problem".into(), format!("/cases/{}/report", c.id), icon::FLAG) });
    }
    out.sort_by_key(|a| !a.primary);
    out
}

fn facts(p: &Found, staff: &Staff) -> Vec<(&'static str, String)> {
    let (zone, now) = (staff.zone(), p.now);
    let when = |t: Option<Time>| t.map_or_else(|| "never".to_owned(), |t| words::capital(&words::moment(t, now, &zone)));
    let mut out = vec![("Open since", words::capital(&words::moment(p.case.opened_at, now, &zone)))];
    if let Some(f) = &p.feed {
        out.push(("Last tried", when(f.attempted_at)));
        out.push(("Last updated", when(f.succeeded_at)));
    }
    if !p.code.is_empty() {
        out.push(("Provider’s code", p.code.clone()));
    }
    if !p.request_id.is_empty() {
        out.push(("Its reference", p.request_id.clone()));
    }
    out.push(("Case", p.case.id.to_string()));
    out
}

fn lines(p: &Found, staff: &Staff) -> Vec<CaseLine> {
    let (zone, now) = (staff.zone(), p.now);
    let given = &p.given;
    let inst = if p.case.institution.is_empty() { "The mail server" } else { p.case.institution.as_str() };
    p.lines
        .iter()
        .map(|l| {
            let named = |c: &Option<Cause>| c.map_or_else(|| "Stopped".into(), |c| c.name().to_owned());
            let code = |code: &str| if code.is_empty() { String::new() } else { format!("The provider’s code is {code}.") };
            let (title, more) = match &l.what {
                What::Opened { cause, code: said } => (named(cause), code(said)),
                What::Changed { to, again: true, code: said, .. } => (format!("Stopped again: {}", named(to).to_lowercase()), code(said)),
                What::Changed { from, to, code: said, .. } => {
                    (named(to), format!("Before: {}. {}", named(from).to_lowercase(), code(said)))
                }
                What::SignedIn => (format!("{given} signed in again"), "Values are on their way.".into()),
                What::MendedElsewhere => {
                    ("Mended elsewhere".into(), "The data provider says that the sign-in works again. We look at once.".into())
                }
                What::HandedOn(owner) => (handed(*owner, given, inst), String::new()),
                What::Told(how) => told(how, given),
                What::Reported => ("Reported to Data Support".into(), String::new()),
                What::GivenBack => ("Data Support has answered".into(), "It is no longer with them.".into()),
                What::PermissionMoved => ("The permission ends on another day".into(), String::new()),
                What::Closed(by) => (by.map_or("Closed", End::name).into(), "The case is closed.".into()),
                What::RefreshAsked => ("Refresh asked for".into(), String::new()),
                What::Asked => (format!("A link for {given}"), String::new()),
                What::Said(_) => (format!("{given} says that something looks wrong"), "It waits under Suggestions.".into()),
            };
            let when = words::capital(&words::moment(l.at, now, &zone));
            let when = if l.who.is_empty() { when } else { format!("{when}, {}", l.who) };
            let href = match &l.what {
                What::Said(id) => format!("{}/suggestions#{id}", at(p.case.household)),
                _ => String::new(),
            };
            CaseLine { title, text: format!("{when}. {more}").trim_end().into(), done: matches!(l.what, What::Closed(_)), href }
        })
        .collect()
}

fn handed(owner: Option<Owner>, given: &str, institution: &str) -> String {
    match owner {
        Some(Owner::Adviser) => "The adviser’s move now".into(),
        Some(Owner::Client) => format!("{given}’s move now"),
        Some(Owner::Institution) => format!("Waits for {institution}"),
        Some(Owner::Provider) => "Waits for the data provider".into(),
        Some(Owner::Us) | None => "With Data Support now".into(),
    }
}

fn told(how: &str, given: &str) -> (String, String) {
    let not = format!("{given} sees it in the portal");
    match how {
        "mail" => (format!("{given} was told"), "By e-mail with a link that opens at the step that failed, and in the portal.".into()),
        "asked_already" => (not, "No message: a link to mend it was out already.".into()),
        "mail_off" => (not, "No message: e-mail from this system is switched off.".into()),
        "no_address" => (not, "No message: there is no e-mail address.".into()),
        "held" => (not, "No message: the sign-in to the portal was set up anew less than a day ago.".into()),
        _ => (not, String::new()),
    }
}
