//! Tickets to Data Support (D22): from a case of one connection, with what its support asks for and nothing of what it holds. Kept here and
//! written to the mailbox that the firm named; answers are noted by hand. Support reads tickets, not households.

use crate::mail::{self, Letter, mailbox};
use crate::{App, Error, Field, Result, cases, events, firms, policy};
use jiff::tz::TimeZone;
use model::permission::{Action, may};
use model::repair;
use model::ticket::{TicketState, unfit, without_names};
use model::{Actor, CaseId, FirmScope, HouseholdId, TicketId, TicketNoteId, Time};
use serde_json::{Value, json};
use store::Firm;
use store::cases::Case;
use store::connections::{Connection, Removal};
pub use store::tickets::{Note, Ticket};

/// Events of the connection that stand in the context.
const LATELY: usize = 10;

/// A ticket before it is sent, exactly as it would be.
#[derive(Debug, Clone)]
pub struct Draft {
    pub household: HouseholdId,
    pub institution: String,
    pub url: Option<String>,
    pub cause: repair::Cause,
    pub given: String,
    pub words: String,
    pub context: Vec<String>,
    /// Whom it is written to; empty: kept here, because no message can leave.
    pub to: Vec<String>,
    pub subject: String,
    /// One that is not solved yet: there is no second.
    pub there: Option<TicketId>,
}

/// What would be reported.
#[crate::boxed]
pub async fn draft(app: &App, scope: &FirmScope, case: CaseId, words: &str) -> Result<Draft> {
    let db = app.store().read(scope).await?;
    Ok(drafted(app, &db, scope, case, words).await?.0)
}

async fn drafted(app: &App, db: &Firm, scope: &FirmScope, id: CaseId, words: &str) -> Result<(Draft, Case, Connection)> {
    let case = store::cases::find(db, id).await?.ok_or(Error::NotFound)?;
    policy::check(app, db, scope, Action::ReportProblem, Some(case.household)).await?;
    let known = case.connection.ok_or(Error::NotFound)?;
    let c = store::connections::find(db, known).await?.filter(|c| c.removal == Removal::None).ok_or(Error::NotFound)?;
    let there = store::tickets::of_connection(db, c.id).await?.into_iter().find(|t| t.state != TicketState::Solved).map(|t| t.id);
    let people = store::members::of_household(db, case.household).await?;
    let names = names(db, case.household).await?;
    let firm = store::firms::own(db).await?;
    let to = match mail::is_on(app) {
        false => Vec::new(),
        true => firms::data_support(db, &firm).await?.split(',').filter(|a| !a.is_empty()).map(str::to_owned).collect(),
    };
    let code = c.fault.as_ref().map(|f| format!(" ({})", f.code)).unwrap_or_default();
    let draft = Draft {
        household: case.household,
        institution: c.institution.clone(),
        url: c.url.clone(),
        cause: case.cause,
        given: people.iter().find(|m| m.id == case.member).map_or_else(|| "the client".into(), |m| m.given.clone()),
        words: without_names(&lines(words), &names),
        context: context(app, db, &case, &c).await?,
        to,
        subject: format!("{}: {}{code}", c.institution, case.cause.name()),
        there,
    };
    Ok((draft, case, c))
}

/// What must not stand in a ticket: how the people of a household are called.
async fn names(db: &Firm, household: HouseholdId) -> Result<Vec<String>> {
    let people = store::members::of_household(db, household).await?;
    let household = store::households::find(db, household).await?.ok_or(Error::NotFound)?;
    Ok(people.iter().flat_map(|m| [m.name.clone(), m.given.clone(), surname(&m.name)]).chain([household.name]).collect())
}

fn surname(name: &str) -> String {
    name.split_whitespace().last().unwrap_or_default().to_owned()
}

fn lines(typed: &str) -> String {
    let all: Vec<String> = typed.lines().map(|l| model::text::line(l, 500)).take(40).collect();
    all.join("\n").trim().chars().take(2000).collect()
}

/// What a provider's support asks for: references, codes and times. No name, no figure, no account, no secret.
async fn context(app: &App, db: &Firm, case: &Case, c: &Connection) -> Result<Vec<String>> {
    let utc = |t: Time| t.zoned(&TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    let when = |t: Option<Time>| t.map_or_else(|| "never".to_owned(), utc);
    let provider = app.connector(&c.provider).map_or_else(|| c.provider.clone(), |p| p.card().name.to_owned());
    let known = match c.institution_id {
        Some(id) => store::institutions::find(&*app.store().read_system().await?, id).await?,
        None => None,
    };
    let mut out = vec![
        format!("Connection: {}", c.id),
        format!("Provider: {provider}"),
        format!("Provider’s id of the connection: {}", c.external_id),
        format!("Institution: {}{}", c.institution, known.map(|i| format!(" ({})", i.external_id)).unwrap_or_default()),
        format!("State: {}", c.state.key()),
    ];
    if let Some(f) = &c.fault {
        out.push(format!("Provider’s code: {}", f.code));
        out.push(format!("Provider’s request: {}", f.request_id.as_deref().unwrap_or("not given")));
    }
    out.push(format!("Case: {}, open since {}", case.id, utc(case.opened_at)));
    out.push(format!("Failing since: {}", when(c.failing_since)));
    out.push(format!("Last tried: {}", when(c.attempted_at)));
    out.push(format!("Last worked: {}", when(c.succeeded_at)));
    out.push(format!("Failures in a row: {}", c.failures));
    out.push(format!("Next try: {}", when(c.due_at)));
    out.push(format!("Connected: {}", utc(c.created_at)));
    out.push(format!("Heldaway {}", env!("CARGO_PKG_VERSION")));
    let changes = store::events::of_object(db, &c.id.to_string()).await?;
    for e in changes.iter().rev().filter(|e| e.kind == "connection.changed").take(LATELY) {
        let detail: Value = serde_json::from_str(&e.detail).unwrap_or_default();
        let word = |name: &str| detail.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let request = Some(word("request_id")).filter(|r| !r.is_empty()).map(|r| format!(", request {r}")).unwrap_or_default();
        out.push(format!("{}: {} to {} {}{request}", utc(e.at), word("from"), word("to"), word("code")).trim_end().to_owned());
    }
    Ok(out)
}

/// Sends the draft as it stands: kept as a ticket, written to Data Support, noted in the case. The same form twice is one ticket.
#[crate::boxed]
pub async fn report(app: &App, scope: &FirmScope, case: CaseId, id: TicketId, words: &str) -> Result<TicketId> {
    let Actor::User(by) = scope.actor() else { return Err(Error::NotFound) };
    let tx = app.store().begin(scope).await?;
    let (draft, case, c) = drafted(app, &tx, scope, case, words).await?;
    if let Some(there) = store::tickets::find(&tx, id).await? {
        return if there.case == case.id { Ok(id) } else { Err(Error::NotFound) };
    }
    if let Some(there) = draft.there {
        return Ok(there);
    }
    check_words(words)?;
    let now = app.now();
    if case.closed.is_some() {
        return Err(Error::Refused("This case is closed: there is nothing to report any more.".into()));
    }
    if repair::reportable(&case.known(), now).is_err() {
        return Err(Error::Refused("It is too early to report this: most of it heals by itself.".into()));
    }
    let ticket = Ticket {
        id,
        case: case.id,
        household: case.household,
        connection: c.id,
        institution: c.institution.clone(),
        provider: c.provider.clone(),
        cause: case.cause,
        words: draft.words.clone(),
        context: draft.context.join("\n"),
        sent_to: draft.to.join(", "),
        opened_by: by,
        state: TicketState::Open,
        created_at: now,
        changed_at: now,
    };
    store::tickets::insert(&tx, &ticket).await?;
    events::record(app, &tx, scope, Some(case.household), "ticket.opened", id, json!({ "case": case.id, "connection": c.id })).await?;
    cases::reported(app, &tx, scope, case.id, Some(now)).await?;
    write(app, &tx, scope, &ticket, &draft).await?;
    tx.commit().await?;
    app.wake();
    Ok(id)
}

/// What somebody typed for a ticket, before it is shown or sent.
pub fn check_words(words: &str) -> Result<()> {
    if lines(words).is_empty() {
        return Err(Error::field("words", "Say in a few words what the client sees and what was tried"));
    }
    match unfit(words) {
        Some(why) => Err(Error::field("words", why)),
        None => Ok(()),
    }
}

async fn write(app: &App, db: &Firm, scope: &FirmScope, t: &Ticket, draft: &Draft) -> Result<()> {
    let firm = store::firms::own(db).await?;
    let Actor::User(by) = scope.actor() else { return Ok(()) };
    let reply_to = match store::links::staff(db, by).await? {
        Some((name, address)) => mailbox(&name, &address).ok(),
        None => None,
    };
    let page = app.public_url().join(&format!("/tickets/{}", t.id)).map(String::from).unwrap_or_default();
    for address in &draft.to {
        let Ok(to) = mailbox("", address) else { continue };
        let letter = Letter {
            household: Some(t.household),
            purpose: format!("ticket:{}", t.id),
            recipient: to.clone(),
            to,
            cc: None,
            reply_to: reply_to.clone(),
            subject: draft.subject.clone(),
            paragraphs: [vec![draft.words.clone()], draft.context.clone(), vec!["The ticket:".into(), page.clone()]].concat(),
            thread: t.id.to_string(),
        };
        mail::write(app, db, &firm, &letter).await?;
    }
    Ok(())
}

/// One ticket with what was noted of it.
#[derive(Debug, Clone)]
pub struct Page {
    pub ticket: Ticket,
    /// With who noted it.
    pub notes: Vec<(Note, String)>,
    pub opened_by: String,
    /// The reader may see the household: its name.
    pub household: Option<String>,
    pub may_change: bool,
    pub now: Time,
    pub zone: TimeZone,
}

/// Data Support, whoever works on the household, and whoever reads its cases. Support sees no household by it.
#[crate::boxed]
pub async fn page(app: &App, scope: &FirmScope, id: TicketId) -> Result<Page> {
    let db = app.store().read(scope).await?;
    let ticket = store::tickets::find(&db, id).await?.ok_or(Error::NotFound)?;
    let works = policy::check(app, &db, scope, Action::WorkTickets, None).await.is_ok();
    let standing = policy::check(app, &db, scope, Action::ViewHousehold, Some(ticket.household)).await;
    if !works && standing.is_err() {
        return Err(Error::NotFound);
    }
    let household = match &standing {
        Ok(_) => store::households::find(&db, ticket.household).await?.map(|h| h.name),
        Err(_) => None,
    };
    let staff = store::policy::staff(&db).await?;
    let name = |who| staff.iter().find(|s| s.id == who).map(|s| s.name.clone()).unwrap_or_default();
    let notes = store::tickets::notes(&db, id).await?;
    Ok(Page {
        notes: notes.into_iter().map(|n| (n.by.map(name).unwrap_or_default(), n)).map(|(who, n)| (n, who)).collect(),
        opened_by: name(ticket.opened_by),
        household,
        may_change: works || standing.is_ok_and(|s| may(Action::ReportProblem, s)),
        ticket,
        now: app.now(),
        zone: policy::zone(&db).await?,
    })
}

/// Every ticket, for Data Support.
#[derive(Debug, Clone)]
pub struct Console {
    pub tickets: Vec<Ticket>,
    /// Whom tickets are written to.
    pub mailbox: String,
    pub now: Time,
    pub zone: TimeZone,
}

#[crate::boxed]
pub async fn console(app: &App, scope: &FirmScope) -> Result<Console> {
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::WorkTickets, None).await?;
    let firm = store::firms::own(&db).await?;
    Ok(Console {
        tickets: store::tickets::all(&db, 300).await?,
        mailbox: firms::data_support(&db, &firm).await?.replace(',', ", "),
        now: app.now(),
        zone: policy::zone(&db).await?,
    })
}

/// Notes an answer, a question or a new state. The note's id was made when the form was shown.
#[crate::boxed]
pub async fn note(app: &App, scope: &FirmScope, id: TicketId, note: TicketNoteId, state: TicketState, words: &str) -> Result<()> {
    let Actor::User(by) = scope.actor() else { return Err(Error::NotFound) };
    let tx = app.store().begin(scope).await?;
    let ticket = store::tickets::find(&tx, id).await?.ok_or(Error::NotFound)?;
    if policy::check(app, &tx, scope, Action::WorkTickets, None).await.is_err() {
        policy::check(app, &tx, scope, Action::ReportProblem, Some(ticket.household)).await?;
    }
    let words = without_names(&lines(words), &names(&tx, ticket.household).await?);
    if words.is_empty() && state == ticket.state {
        return Err(Error::Invalid(vec![Field { name: "words", message: "Note what was answered, or choose another state".into() }]));
    }
    if let Some(why) = unfit(&words) {
        return Err(Error::field("words", why));
    }
    let row = Note { id: note, ticket: id, by: Some(by), state, words, at: app.now() };
    if !store::tickets::note(&tx, &row).await? {
        return Ok(());
    }
    if state != ticket.state {
        store::tickets::set_state(&tx, id, state, app.now()).await?;
    }
    let detail = json!({ "from": ticket.state.key(), "to": state.key() });
    events::record(app, &tx, scope, Some(ticket.household), "ticket.noted", id, detail).await?;
    cases::reported(app, &tx, scope, ticket.case, state.is_theirs().then(|| app.now())).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// The message to Data Support could not be delivered: said in the ticket itself.
#[crate::boxed]
pub(crate) async fn undelivered(app: &App, db: &Firm, purpose: &str) -> Result<()> {
    let Some(Ok(id)) = purpose.strip_prefix("ticket:").map(str::parse::<TicketId>) else { return Ok(()) };
    let Some(ticket) = store::tickets::find(db, id).await? else { return Ok(()) };
    let words = "The message to Data Support could not be delivered. Its address stands under Settings.".to_owned();
    let note = Note { id: app.random().id(app.now()), ticket: id, by: None, state: ticket.state, words, at: app.now() };
    store::tickets::note(db, &note).await?;
    Ok(())
}
