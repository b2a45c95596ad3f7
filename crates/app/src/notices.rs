//! Who is told what about a repair case, once: the client by mail, with a link that opens at the step that failed; the adviser when it has
//! become their move; administrators when it is our side. A firm that has switched its mail off is written to nobody.

use crate::cases::Case;
use crate::links::{self, For};
use crate::mail::{self, Letter, letters, mailbox};
use crate::{App, Error, Result, asset_sync, events, policy};
use model::link::{Delivery, Purpose};
use model::permission::Role;
use model::repair::{self, Cause, Step, words};
use model::{FirmScope, Span, Time};
use serde_json::json;
use store::Firm;
use store::connections::Connection;
use store::firms::FirmRow;
use store::members::Member;

/// While somebody is held after a recovery nobody gets a link for them: what there is to tell waits, and is looked at again this much later
/// where the end of the day has come and nobody has noted it yet.
const SOON: Span = Span::minutes(1);
/// Somebody who has just signed in sees on the page what is wrong; only then a message.
const STILL_THERE: Span = Span::minutes(4);

/// One thing that the client is to be told.
struct Due {
    case: Case,
    connection: Connection,
    /// What it is kept under, so that it is told once.
    thing: String,
}

/// Whether it is to be told now, and otherwise when.
async fn due(app: &App, db: &Firm, case: &Case) -> Result<std::result::Result<Due, Option<Time>>> {
    let now = app.now();
    let Some(id) = case.connection.filter(|_| case.closed.is_none() && case.mended.is_none()) else { return Ok(Err(None)) };
    let thing = match (case.cause, case.consent_ends) {
        (Cause::PermissionEnding, Some(ends)) => match repair::ending(ends, now) {
            Some(days) => format!("{id}:ends:{}:{days}", ends.0),
            None => return Ok(Err(None)),
        },
        (cause, _) => {
            let Some(after) = cause.tells_client_after() else { return Ok(Err(None)) };
            if now < case.since + after {
                return Ok(Err(Some(case.since + after)));
            }
            format!("{}:{}:{}", case.id, cause.key(), case.mends)
        }
    };
    if store::cases::told(db, &thing).await?.is_some() {
        return Ok(Err(None));
    }
    let Some(connection) = store::connections::find(db, id).await? else { return Ok(Err(None)) };
    if connection.fresh_link && now < case.since + STILL_THERE {
        return Ok(Err(Some(case.since + STILL_THERE)));
    }
    Ok(Ok(Due { case: case.clone(), connection, thing }))
}

/// Tells the client what needs them; everything else that needs the same person goes into the same message. Says when to come back.
#[crate::boxed]
pub(crate) async fn client(app: &App, db: &Firm, scope: &FirmScope, case: &Case) -> Result<Option<Time>> {
    let first = match due(app, db, case).await? {
        Ok(first) => first,
        Err(at) => return Ok(at),
    };
    // Told with a link once the day is over; counted as told before, it would never be.
    if let Some(until) = store::portal::held_until(db, case.household, case.member).await? {
        return Ok(Some(until.max(app.now() + SOON)));
    }
    let mut all = vec![first];
    for other in store::cases::of_member(db, case.member).await?.iter().filter(|c| c.id != case.id) {
        if let Ok(d) = due(app, db, other).await? {
            all.push(d);
        }
    }
    for d in &all {
        store::cases::first_told(db, &d.thing, app.now()).await?;
    }
    let firm = store::firms::own(db).await?;
    let member = store::members::find(db, case.member).await?.filter(|m| m.active);
    let how = match member {
        Some(m) => write(app, db, scope, &firm, &m, &all).await?,
        None => "gone",
    };
    for d in &all {
        events::record(app, db, scope, Some(case.household), "case.told", d.case.id, json!({ "how": how, "things": all.len() })).await?;
    }
    Ok(None)
}

/// What one link is to mend.
fn purpose(all: &[Due]) -> Purpose {
    match all {
        [one] if one.case.cause == Cause::NoAccounts => Purpose::FindNew(one.connection.id),
        [one] => Purpose::Repair(one.connection.id),
        _ => Purpose::RepairAll,
    }
}

/// Writes it, and says how it was told: `mail`, or why not.
async fn write(app: &App, db: &Firm, scope: &FirmScope, firm: &FirmRow, member: &Member, all: &[Due]) -> Result<&'static str> {
    if mail::why_not(app, firm).is_some() {
        return Ok("mail_off");
    }
    let Some(address) = member.email.as_deref() else { return Ok("no_address") };
    let Ok(to) = mailbox(&member.name, address) else { return Ok("no_address") };
    let Some(lead) = store::households::find(db, member.household).await?.map(|h| h.lead) else { return Ok("gone") };
    let Some((adviser, own)) = store::links::staff(db, lead).await? else { return Ok("gone") };
    let purpose = purpose(all);
    // Asked for this very thing, and not long ago.
    let since = all.iter().map(|d| d.case.since).max().unwrap_or_default().max(app.now() - Span::days(1));
    if let Some(link) = store::links::newest(db, member.id, purpose).await?
        && link.life.opens(app.now())
        && link.life.delivery.moves()
        && link.created_at >= since
    {
        return Ok("asked_already");
    }
    let for_whom = For { household: member.household, member: member.id, purpose };
    let made = match links::make_for(app, db, scope, lead, app.random().id(app.now()), &for_whom, Delivery::Mail).await {
        Err(Error::Refused(_)) => return Ok("held"),
        made => made?,
    };
    let Some((link, token)) = made else { return Ok("gone") };
    let zone = policy::zone(db).await?;
    let places: Vec<String> = all.iter().map(|d| d.connection.institution.clone()).collect();
    let what: Vec<String> = all.iter().map(|d| need(d, &zone)).collect();
    let until = asset_sync::day_long(link.life.expires_at, &zone);
    let about = letters::About {
        given: &member.given,
        adviser: &adviser,
        firm: &firm.name,
        support_email: &firm.settings.support_email,
        support_phone: &firm.settings.support_phone,
        until: &until,
        institution: &and(&places),
        what: &what.join(" "),
        ..letters::About::default()
    };
    let ending = all.iter().all(|d| d.case.cause == Cause::PermissionEnding);
    let kind = if ending { letters::Kind::Ending } else { letters::Kind::Stopped };
    let (subject, before, after) = letters::around_link(&firm.settings, kind, &about);
    let address = links::address(app, &token);
    let letter = Letter {
        household: Some(member.household),
        purpose: format!("link:{}", link.id),
        recipient: to.clone(),
        to,
        cc: None,
        reply_to: mailbox(&adviser, &own).ok(),
        subject,
        paragraphs: [before, vec![address.to_string()], after].concat(),
        thread: link.id.to_string(),
    };
    mail::write(app, db, firm, &letter).await?;
    Ok("mail")
}

/// What is needed, as the client reads it.
fn need(d: &Due, zone: &jiff::tz::TimeZone) -> String {
    let inst = &d.connection.institution;
    match d.case.cause {
        Cause::Code => format!("{inst} wants to check it’s you. Have your phone ready."),
        Cause::Locked => format!("{inst} has locked your sign-in. Unlock it on its own site first."),
        Cause::AtInstitution => format!("{inst} wants you to accept something on its own site first."),
        Cause::PermissionEnded => format!("Your permission for {inst} has ended."),
        Cause::PermissionEnding => {
            let day = d.case.consent_ends.map(|t| t.date(zone).strftime("%-d %B %Y").to_string()).unwrap_or_default();
            format!("Your permission for {inst} ends on {day}.")
        }
        Cause::NoAccounts => {
            format!("Your sign-in at {inst} works, but it shows no accounts. They may stand on another of its sign-in pages.")
        }
        _ => format!(
            "{inst} rejected your sign-in. This usually means that it changed there; check first that you can sign in on its own site."
        ),
    }
}

fn and(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Tells the lead that it is their move now: once for each case, and once a day for what is the same at one institution, however many
/// households it stops.
#[crate::boxed]
pub(crate) async fn adviser(app: &App, db: &Firm, case: &Case, step: Step) -> Result<()> {
    if !store::cases::first_told(db, &format!("{}:adviser:{}:{}", case.id, case.cause.key(), case.mends), app.now()).await? {
        return Ok(());
    }
    let Some(h) = store::households::find(db, case.household).await? else { return Ok(()) };
    let Some((name, address)) = store::links::staff(db, h.lead).await? else { return Ok(()) };
    let today = policy::today(app, db).await?;
    let same = if case.connection.is_some() { case.institution.clone() } else { case.member.to_string() };
    if !store::cases::first_told(db, &format!("{}:{}:{same}:{today}", h.lead, case.cause.key()), app.now()).await? {
        return Ok(());
    }
    let given = store::members::find(db, case.member).await?.map_or_else(|| "the client".into(), |m| m.given);
    let place = if case.institution.is_empty() { given.clone() } else { case.institution.clone() };
    let first = format!("{place}: {}, in the household {}. It is your move now.", case.cause.name().to_lowercase(), h.name);
    let paragraphs = vec![first, words(case.cause, step, &given, &case.institution), case_page(app, case)];
    staff(app, db, case, (&name, &address), "A repair case is your move now", paragraphs).await
}

/// Tells the administrators that something on our side stops connections: once a day for each provider.
#[crate::boxed]
pub(crate) async fn administrators(app: &App, db: &Firm, case: &Case) -> Result<()> {
    let Some(id) = case.connection else { return Ok(()) };
    let provider = store::connections::find(db, id).await?.map(|c| c.provider).unwrap_or_default();
    let today = policy::today(app, db).await?;
    if !store::cases::first_told(db, &format!("ours:{provider}:{today}"), app.now()).await? {
        return Ok(());
    }
    for s in store::policy::staff(db).await?.into_iter().filter(|s| s.role == Role::Administrator && s.active) {
        let first = "A connection has stopped because of something on our own side: keys, limits or the program itself.".to_owned();
        let paragraphs = vec![first, "What happened, and the provider’s reference:".into(), case_page(app, case)];
        if let Some((name, address)) = store::links::staff(db, s.id).await? {
            staff(app, db, case, (&name, &address), "Something on our side stops a connection", paragraphs).await?;
        }
    }
    Ok(())
}

fn case_page(app: &App, case: &Case) -> String {
    app.public_url().join(&format!("/cases/{}", case.id)).map(String::from).unwrap_or_default()
}

async fn staff(app: &App, db: &Firm, case: &Case, who: (&str, &str), subject: &str, paragraphs: Vec<String>) -> Result<()> {
    if !mail::is_on(app) {
        return Ok(());
    }
    let firm = store::firms::own(db).await?;
    let Ok(to) = mailbox(who.0, who.1) else { return Ok(()) };
    let letter = Letter {
        household: Some(case.household),
        purpose: format!("case:{}", case.id),
        recipient: to.clone(),
        to,
        cc: None,
        reply_to: None,
        subject: subject.into(),
        paragraphs,
        thread: format!("case-{}", case.id),
    };
    mail::write(app, db, &firm, &letter).await?;
    Ok(())
}
