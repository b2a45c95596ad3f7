//! One case as a page: what it is, whose move, what has happened so far, and what was reported.

use super::Case;
use crate::households::{self, Found};
use crate::portfolios::Feed;
use crate::{App, Error, Result, policy};
use jiff::tz::TimeZone;
use model::permission::{Action, may};
use model::repair::{self, Cause, End, Move, Owner};
use model::{CaseId, FirmScope, SuggestionId, Time};
use serde_json::Value;
use store::connections::Removal;
use store::events::Event;
use store::tickets::Ticket;

/// Something that happened, as far as the timeline tells it.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    Opened {
        cause: Option<Cause>,
        code: String,
    },
    Changed {
        from: Option<Cause>,
        to: Option<Cause>,
        code: String,
        again: bool,
    },
    SignedIn,
    MendedElsewhere,
    HandedOn(Option<Owner>),
    /// How the client was told: `mail`, `asked_already`, `mail_off`, `no_address`, `held`, `gone`.
    Told(String),
    Reported,
    GivenBack,
    PermissionMoved,
    Closed(Option<End>),
    /// The adviser asked for a refresh.
    RefreshAsked,
    /// A link to mend it was sent or shown.
    Asked,
    /// The client said in the portal that something looks wrong with it.
    Said(SuggestionId),
}

#[derive(Debug, Clone)]
pub struct Line {
    pub at: Time,
    /// Who did it; empty for the product itself.
    pub who: String,
    pub what: What,
}

#[derive(Debug, Clone)]
pub struct Page {
    pub case: Case,
    pub found: Found,
    /// The client's first name.
    pub given: String,
    pub next: Move,
    /// None when the connection has ended, or when there is none.
    pub feed: Option<Feed>,
    /// The provider's own words for what stopped it.
    pub code: String,
    pub request_id: String,
    /// Oldest first.
    pub lines: Vec<Line>,
    pub tickets: Vec<Ticket>,
    /// Why it cannot be reported, or when it can; nothing for whoever may not.
    pub report: Option<std::result::Result<(), Option<Time>>>,
    pub may_ask: bool,
    pub may_refresh: bool,
    pub now: Time,
    pub zone: TimeZone,
}

#[crate::boxed]
pub async fn page(app: &App, scope: &FirmScope, id: CaseId) -> Result<Page> {
    let db = app.store().read(scope).await?;
    let case = store::cases::find(&db, id).await?.ok_or(Error::NotFound)?;
    let found = households::load(app, &db, scope, case.household).await?;
    let now = app.now();
    let connection = match case.connection {
        Some(c) => store::connections::find(&db, c).await?,
        None => None,
    };
    let tickets = match case.connection {
        Some(c) => store::tickets::of_connection(&db, c).await?,
        None => Vec::new(),
    };
    let staff = store::policy::staff(&db).await?;
    let clients = store::portal_home::clients(&db, case.household).await?;
    let who = |actor: &str| {
        let of_staff = staff.iter().find(|s| s.id.to_string() == actor).map(|s| s.name.clone());
        let of_clients = || clients.iter().find(|(id, _)| id.to_string() == actor).map(|(_, name)| name.clone());
        let member = actor.split('/').next().unwrap_or_default();
        let of_members = || found.members.iter().find(|m| m.id.to_string() == member).map(|m| m.name.clone());
        of_staff.or_else(of_clients).or_else(of_members).unwrap_or_default()
    };
    let end = case.closed.map(|(t, _)| t);
    let meanwhile = |t: Time| t >= case.opened_at && end.is_none_or(|e| t <= e);
    let mut events = store::events::of_object(&db, &case.id.to_string()).await?;
    if let Some(c) = case.connection {
        let own = store::events::of_object(&db, &c.to_string()).await?;
        events.extend(own.into_iter().filter(|e| e.kind == "connection.refresh_asked" && meanwhile(e.at)));
        for link in store::links::of_household(&db, case.household).await? {
            if link.member == case.member && meanwhile(link.created_at) && link.purpose.connection().is_none_or(|x| x == c) {
                let made = store::events::of_object(&db, &link.id.to_string()).await?;
                // What the product sent by itself is told as being told.
                events.extend(made.into_iter().filter(|e| e.kind == "link.created" && e.actor != "system"));
            }
        }
    }
    let mut lines: Vec<Line> = events.iter().filter_map(|e| Some(Line { at: e.at, who: who(&e.actor), what: what(e)? })).collect();
    let said = store::suggestions::of_household(&db, case.household, 200).await?;
    let about = case.connection.map(|c| c.to_string());
    for s in said.into_iter().filter(|s| s.about_id.is_some() && s.about_id == about && meanwhile(s.created_at)) {
        lines.push(Line { at: s.created_at, who: who(&s.login.to_string()), what: What::Said(s.id) });
    }
    lines.sort_by_key(|l| l.at);
    let live = connection.as_ref().filter(|c| c.removal == Removal::None);
    let given = found.members.iter().find(|m| m.id == case.member).map_or_else(|| "the client".into(), |m| m.given.clone());
    let may_report = may(Action::ReportProblem, found.standing) && case.closed.is_none() && live.is_some();
    let fault = connection.as_ref().and_then(|c| c.fault.clone());
    Ok(Page {
        next: repair::next(&case.known(), now),
        feed: live.map(|c| Feed::of(c, now)),
        code: fault.as_ref().map(|f| f.code.clone()).unwrap_or_default(),
        request_id: fault.and_then(|f| f.request_id).unwrap_or_default(),
        report: may_report.then(|| repair::reportable(&case.known(), now)),
        may_ask: may(Action::AskClient, found.standing),
        may_refresh: may(Action::Refresh, found.standing),
        given,
        lines,
        tickets,
        now,
        zone: policy::zone(&db).await?,
        case,
        found,
    })
}

fn what(e: &Event) -> Option<What> {
    let detail: Value = serde_json::from_str(&e.detail).unwrap_or_default();
    let word = |name: &str| detail.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    Some(match e.kind.as_str() {
        "case.opened" => What::Opened { cause: Cause::from_key(&word("cause")), code: word("code") },
        "case.changed" => What::Changed {
            from: Cause::from_key(&word("from")),
            to: Cause::from_key(&word("to")),
            code: word("code"),
            again: detail.get("again").and_then(Value::as_bool).unwrap_or_default(),
        },
        "case.signed_in" => What::SignedIn,
        "case.mended_elsewhere" => What::MendedElsewhere,
        "case.handed_on" => What::HandedOn(Owner::from_key(&word("owner"))),
        "case.told" => What::Told(word("how")),
        "case.reported" => What::Reported,
        "case.given_back" => What::GivenBack,
        "case.permission_moved" => What::PermissionMoved,
        "case.closed" => What::Closed(End::from_key(&word("by"))),
        "connection.refresh_asked" => What::RefreshAsked,
        "link.created" => What::Asked,
        _ => return None,
    })
}
