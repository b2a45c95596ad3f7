//! "Something looks wrong" and suggested changes (P37): a client says so about one item, the lead is written to, and it is a draft until
//! somebody of the household's team answers. Clients change nothing else (P6, P24).

use crate::households::{self, Found};
use crate::mail::{self, Letter, mailbox};
use crate::portal::{self, Lens};
use crate::{App, Error, Result, accounts, events, limits, policy, portal_accounts, portal_reports};
use jiff::tz::TimeZone;
use model::permission::{Action, may};
use model::portal::{Area, Right};
use model::suggestion::{SuggestionKind, SuggestionState};
use model::{AccountId, Actor, ConnectionId, FirmScope, HouseholdId, MemberId, Source, Span, SuggestionId, text};
use serde_json::json;
use store::Firm;
pub use store::suggestions::{Draft, Suggestion};

/// Rows of a list.
const MOST: u32 = 200;

/// What something is said about, as the client's page calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// An id or a page's key; "" for the whole household.
    pub key: String,
    pub name: String,
    /// An account whose value people type: a new value can be suggested with it.
    pub typed: bool,
}

/// The item that a key names, if this client is shown it. Withheld and missing ones are the same.
#[crate::boxed]
pub async fn subject(app: &App, lens: &Lens, key: &str) -> Result<Subject> {
    let found = |name: String, typed: bool| Ok(Subject { key: key.to_owned(), name, typed });
    let plain = |name: &str| Ok(Subject { key: key.to_owned(), name: name.to_owned(), typed: false });
    if key.is_empty() || key == "home" {
        return plain("Home page");
    }
    if let Some(area) = Area::from_key(key) {
        lens.view(area)?;
        return plain(area.name());
    }
    if key == "accounts" {
        return if portal_accounts::opens(lens) { plain("Accounts") } else { Err(Error::NotFound) };
    }
    let views = |areas: &[Area]| areas.iter().any(|a| lens.holds(Right::View(*a)));
    let all = portal_reports::load(app, lens).await?;
    if let Ok(id) = key.parse::<AccountId>() {
        let item = all.items.iter().find(|i| i.account.id == id).ok_or(Error::NotFound)?;
        let policy = item.account.kind == model::AccountKind::Insurance && views(&[Area::Policies]);
        if !(views(&[Area::Map, Area::BalanceSheet]) || policy || portal_reports::sees(lens, item)) {
            return Err(Error::NotFound);
        }
        let a = &item.account;
        let name = if a.institution.is_empty() { a.name.clone() } else { format!("{}, {}", a.name, a.institution) };
        return found(name, a.source == Source::Manual && item.added_by != Some(lens.member));
    }
    if let Ok(id) = key.parse::<ConnectionId>() {
        let feed = all.feeds.iter().find(|f| f.id == id).ok_or(Error::NotFound)?;
        let own = feed.member == lens.member && lens.holds(Right::Connect);
        return if own || views(&[Area::Financials, Area::Signals]) {
            found(feed.institution.clone(), false)
        } else {
            Err(Error::NotFound)
        };
    }
    if let Ok(id) = key.parse::<MemberId>() {
        let member = all.members.iter().find(|m| m.id == id).ok_or(Error::NotFound)?;
        return if views(&[Area::Members, Area::Map]) { found(member.name.clone(), false) } else { Err(Error::NotFound) };
    }
    Err(Error::NotFound)
}

/// What the form says. The id was made when the form was shown.
#[derive(Debug, Clone)]
pub struct New {
    pub id: SuggestionId,
    pub kind: SuggestionKind,
    pub about: String,
    pub words: String,
    /// Nothing typed: no new value.
    pub draft: Option<Draft>,
}

/// Sends it to the adviser: kept with the household, and written to the lead.
#[crate::boxed]
pub async fn send(app: &App, lens: &Lens, new: &New) -> Result<()> {
    match new.kind {
        SuggestionKind::Wrong => lens.as_client()?,
        SuggestionKind::Change => lens.act(Right::Suggest)?,
    }
    let subject = subject(app, lens, &new.about).await?;
    let said = lines(&new.words);
    if said.is_empty() && new.draft.is_none() {
        return Err(Error::field("words", "Say in a few words what it is"));
    }
    let draft = new.draft.clone().filter(|_| new.kind == SuggestionKind::Change && subject.typed);
    let db = app.store().read(&lens.scope).await?;
    let today = policy::today(app, &db).await?;
    let known = store::suggestions::find(&db, new.id).await?;
    drop(db);
    if let Some(d) = &draft {
        accounts::manual(&d.value, &d.as_of, None, today).map_err(Error::Invalid)?;
    }
    if let Some(there) = known {
        return if there.login == lens.login && there.household == lens.household { Ok(()) } else { Err(Error::NotFound) };
    }
    limits::take(app, &format!("suggest:{}", lens.login), 20, Span::hours(1)).await?;
    let tx = app.store().begin(&lens.scope).await?;
    // The rights as they are now.
    let now = portal::enter_in(&tx, &lens.scope, lens.household).await?;
    if new.kind == SuggestionKind::Change {
        now.act(Right::Suggest)?;
    }
    let row = Suggestion {
        id: new.id,
        household: lens.household,
        login: lens.login,
        kind: new.kind,
        about: subject.name.clone(),
        about_id: (!subject.key.is_empty()).then(|| subject.key.clone()),
        words: said,
        draft,
        state: SuggestionState::Open,
        answer: None,
        answered_by: None,
        created_at: app.now(),
        answered_at: None,
    };
    store::suggestions::insert(&tx, &row).await?;
    let detail = json!({ "kind": row.kind.key(), "about": row.about_id });
    events::record(app, &tx, &lens.scope, Some(lens.household), "suggestion.sent", row.id, detail).await?;
    write(app, &tx, lens, &row).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// Several lines, each made safe to keep; empty ones at the ends are gone.
fn lines(typed: &str) -> String {
    let all: Vec<String> = typed.lines().map(|l| text::line(l, 500)).take(40).collect();
    all.join("\n").trim().chars().take(2000).collect()
}

/// To the lead: which household and item, and where to answer. A letter can be read on the way, so no figure stands in it.
async fn write(app: &App, db: &Firm, lens: &Lens, s: &Suggestion) -> Result<()> {
    let about = portal_reports::about_in(app, db, lens).await?;
    let Some(lead) = about.adviser.filter(|_| mail::is_on(app)) else { return Ok(()) };
    let page = app.public_url().join(&format!("/households/{}/suggestions", s.household)).map(String::from).unwrap_or_default();
    let given = &about.member.given;
    let (subject, first) = match s.kind {
        SuggestionKind::Wrong => {
            ("A client says that something looks wrong", format!("{given} says that something looks wrong: {}.", s.about))
        }
        SuggestionKind::Change => ("A client suggests a change", format!("{given} suggests a change: {}.", s.about)),
    };
    let to = mailbox(&lead.name, &lead.email)?;
    let letter = Letter {
        household: Some(s.household),
        purpose: format!("suggestion:{}", s.id),
        recipient: to.clone(),
        to,
        cc: None,
        reply_to: None,
        subject: subject.into(),
        paragraphs: vec![first, format!("What they say, and where to answer, in the household {}:", lens.household_name), page],
        thread: format!("suggestion-{}", s.id),
    };
    mail::write(app, db, &about.firm, &letter).await?;
    Ok(())
}

/// What this client said, newest first.
#[crate::boxed]
pub async fn own(app: &App, lens: &Lens) -> Result<(portal_reports::About, Vec<Suggestion>)> {
    let db = app.store().read(&lens.scope).await?;
    let rows = store::suggestions::of_login(&db, lens.household, lens.login, MOST).await?;
    Ok((portal_reports::about_in(app, &db, lens).await?, rows))
}

/// The adviser's list.
#[derive(Debug, Clone)]
pub struct List {
    pub found: Found,
    /// With the name of who said it, and of who answered.
    pub rows: Vec<(Suggestion, String, String)>,
    pub may_answer: bool,
    pub zone: TimeZone,
}

#[crate::boxed]
pub async fn list(app: &App, scope: &FirmScope, household: HouseholdId) -> Result<List> {
    let db = app.store().read(scope).await?;
    let found = households::load(app, &db, scope, household).await?;
    let clients = store::portal_home::clients(&db, household).await?;
    let staff = store::policy::staff(&db).await?;
    let said = |s: &Suggestion| clients.iter().find(|(id, _)| *id == s.login).map_or("A client".into(), |(_, n)| n.clone());
    let by = |s: &Suggestion| staff.iter().find(|x| Some(x.id) == s.answered_by).map_or(String::new(), |x| x.name.clone());
    let rows = store::suggestions::of_household(&db, household, MOST).await?;
    let rows = rows.into_iter().map(|s| (said(&s), by(&s), s)).map(|(said, by, s)| (s, said, by)).collect();
    Ok(List { may_answer: may(Action::EditHousehold, found.standing), rows, found, zone: policy::zone(&db).await? })
}

/// Accepts or declines with words that the client reads. Accepting a new value writes it, in the same transaction.
#[crate::boxed]
pub async fn answer(app: &App, scope: &FirmScope, id: SuggestionId, accept: bool, words: &str) -> Result<HouseholdId> {
    let Actor::User(by) = scope.actor() else { return Err(Error::NotFound) };
    let tx = app.store().begin(scope).await?;
    let s = store::suggestions::find(&tx, id).await?.ok_or(Error::NotFound)?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(s.household)).await?;
    let words = lines(words);
    if !accept && words.is_empty() {
        return Err(Error::field("answer", "Say in a few words why: the client reads it"));
    }
    let state = if accept { SuggestionState::Accepted } else { SuggestionState::Declined };
    if !store::suggestions::answer(&tx, id, state, &words, by, app.now()).await? {
        return Err(Error::Refused("Somebody has answered this already.".into()));
    }
    if let (true, Some(d), Some(Ok(account))) = (accept, &s.draft, s.about_id.as_deref().map(str::parse::<AccountId>)) {
        accounts::value_in(app, &tx, scope, account, &d.value, &d.as_of).await?;
    }
    let detail = json!({ "kind": s.kind.key(), "state": state.key() });
    events::record(app, &tx, scope, Some(s.household), "suggestion.answered", id, detail).await?;
    tx.commit().await?;
    Ok(s.household)
}
