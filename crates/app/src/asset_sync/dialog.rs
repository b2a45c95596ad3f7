//! What the Asset Sync dialog shows: the person, their link and what became of it, the message as they would read it.

use super::{about, askable, chosen, included};
use crate::households::{self, Found};
use crate::links::For;
use crate::mail::letters;
use crate::{App, Result, mail, policy};
use jiff::tz::TimeZone;
use model::link::{Purpose, State, state};
use model::permission::Action;
use model::{Actor, FirmScope, HouseholdId, MemberId, Time};
use store::Firm;
use store::firms::FirmRow;
use store::links::Link;
use store::members::Member;

pub struct Dialog {
    pub to: For,
    pub found: Found,
    pub firm: FirmRow,
    pub zone: TimeZone,
    pub person: Member,
    pub people: Vec<Member>,
    /// The institution that a repair is about.
    pub institution: Option<String>,
    pub seen: Option<Seen>,
    pub letter: Letter,
    /// A browser waits for a code that the adviser may read out.
    pub waiting: bool,
}

/// The newest link and what became of it.
pub struct Seen {
    pub link: Link,
    pub state: State,
    /// When the person asked for a new one.
    pub asked_at: Option<Time>,
    /// The mail server has it, perhaps has it, or refused it; `None` while it waits or when there is none.
    pub mail: Option<store::mail::State>,
}

/// The message as it would be sent.
pub struct Letter {
    pub to: String,
    pub cc: String,
    pub subject: String,
    pub before: Vec<String>,
    pub after: Vec<String>,
    pub why_not: Option<String>,
}

#[crate::boxed]
pub async fn dialog(app: &App, scope: &FirmScope, household: HouseholdId, person: Option<MemberId>, purpose: Purpose) -> Result<Dialog> {
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::AskClient, Some(household)).await?;
    included(&db).await?;
    let found = households::load(app, &db, scope, household).await?;
    let people = askable(found.members.clone());
    let person = chosen(&people, person)?;
    let to = For { household, member: person.id, purpose };
    let institution = about(&db, &to).await?;
    let firm = store::firms::own(&db).await?;
    let zone = policy::zone(&db).await?;
    let seen = seen(app, &db, &to).await?;
    let waiting = match seen.as_ref().filter(|s| s.link.life.opens(app.now())) {
        Some(s) => store::link_sessions::of_link(&db, s.link.id).await?.iter().any(crate::connect_flow::waits_for_code),
        None => false,
    };
    let letter = letter(app, &db, scope, &firm, &zone, &person, purpose, institution.as_deref()).await?;
    Ok(Dialog { to, found, firm, zone, person, people, institution, seen, letter, waiting })
}

async fn seen(app: &App, db: &Firm, to: &For) -> Result<Option<Seen>> {
    let Some(link) = store::links::newest(db, to.member, to.purpose).await? else { return Ok(None) };
    let events = store::events::of_object(db, &link.id.to_string()).await?;
    let asked_at = events.iter().rev().find(|e| e.kind == "link.asked").map(|e| e.at);
    let mail = store::mail::of_purpose(db, &format!("link:{}", link.id)).await?.first().map(|m| m.state);
    let state = state(&link.life, link.opened_at, link.connected_at, app.now());
    Ok(Some(Seen { state, asked_at, mail, link }))
}

/// The actor's own name and address: who is in cc, and whom replies reach.
#[crate::boxed]
pub(super) async fn adviser(db: &Firm, scope: &FirmScope) -> Result<(String, String)> {
    let Actor::User(who) = scope.actor() else { return Err(crate::Error::NotFound) };
    store::links::staff(db, who).await?.ok_or(crate::Error::NotFound)
}

#[allow(clippy::too_many_arguments, reason = "everything that a message names")]
async fn letter(
    app: &App,
    db: &Firm,
    scope: &FirmScope,
    firm: &FirmRow,
    zone: &TimeZone,
    person: &Member,
    purpose: Purpose,
    institution: Option<&str>,
) -> Result<Letter> {
    let (adviser, cc) = adviser(db, scope).await?;
    let until = day_long(app.now() + model::link::Delivery::Mail.lifetime(), zone);
    let about = letters::About {
        given: &person.given,
        adviser: &adviser,
        firm: &firm.name,
        support_email: &firm.settings.support_email,
        support_phone: &firm.settings.support_phone,
        until: &until,
        institution: institution.unwrap_or_default(),
        ..letters::About::default()
    };
    let (subject, before, mut after) = letters::around_link(&firm.settings, letters::Kind::of(purpose), &about);
    after.extend(mail::disclaimer(firm));
    let why_not = mail::why_not(app, firm).map(str::to_owned).or_else(|| {
        person.email.is_none().then(|| format!("{} has no e-mail address here. Add one under Members, or use Share link.", person.given))
    });
    Ok(Letter { to: person.email.clone().unwrap_or_default(), cc, subject, before, after, why_not })
}

/// "Friday 27 November", where the firm is.
pub(crate) fn day_long(at: Time, zone: &TimeZone) -> String {
    at.date(zone).strftime("%A %-d %B").to_string()
}
