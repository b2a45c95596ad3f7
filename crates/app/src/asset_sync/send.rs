//! Send e-mail (N21-N23): two messages in one thread, the person's with the code and the adviser's with dots where it is.

use super::dialog::{adviser, day_long};
use super::{about, whom};
use crate::links::{self, For};
use crate::mail::{self, Letter, letters, mailbox};
use crate::{App, Error, Result, events, limits, policy};
use model::link::Delivery;
use model::{FirmScope, LinkId, Span};
use serde_json::json;

/// Makes a link and writes to the person with the adviser in cc. Sending the same form twice sends once.
#[crate::boxed]
pub async fn send(app: &App, scope: &FirmScope, to: &For, id: LinkId) -> Result<()> {
    let (person, firm) = {
        let db = app.store().read(scope).await?;
        let person = whom(app, &db, scope, to).await?;
        if store::links::find(&db, id).await?.is_some_and(|l| l.member == to.member && l.purpose == to.purpose) {
            return Ok(());
        }
        (person, store::firms::own(&db).await?)
    };
    if let Some(why) = mail::why_not(app, &firm) {
        return Err(Error::Refused(why.into()));
    }
    let Some(address) = person.email.as_deref() else {
        return Err(Error::Refused(format!("{} has no e-mail address here. Add one under Members.", person.given)));
    };
    let client = mailbox(&person.name, address)?;
    allowed(app, scope, address).await?;

    let tx = app.store().begin(scope).await?;
    whom(app, &tx, scope, to).await?;
    let Some((link, token)) = links::make(app, &tx, scope, id, to, Delivery::Mail).await? else { return Ok(()) };
    let (name, own) = adviser(&tx, scope).await?;
    let adviser = mailbox(&name, &own)?;
    let institution = about(&tx, to).await?.unwrap_or_default();
    let until = day_long(link.life.expires_at, &policy::zone(&tx).await?);
    let words = letters::About {
        given: &person.given,
        adviser: &name,
        firm: &firm.name,
        support_email: &firm.settings.support_email,
        support_phone: &firm.settings.support_phone,
        until: &until,
        institution: &institution,
        ..letters::About::default()
    };
    let (subject, before, after) = letters::around_link(&firm.settings, letters::Kind::of(to.purpose), &words);
    let body = |line: String| [before.clone(), vec![line], after.clone()].concat();
    let address = links::address(app, &token);
    let dotted = dotted(&address);
    // Replies go to people: the person's to the adviser, the adviser's to the person.
    let letter = |recipient: &lettre::message::Mailbox, reply: &lettre::message::Mailbox, purpose: String, line: String| Letter {
        household: Some(to.household),
        purpose,
        recipient: recipient.clone(),
        to: client.clone(),
        cc: Some(adviser.clone()),
        reply_to: Some(reply.clone()),
        subject: subject.clone(),
        paragraphs: body(line),
        thread: link.id.to_string(),
    };
    mail::write(app, &tx, &firm, &letter(&client, &adviser, format!("link:{}", link.id), address.to_string())).await?;
    mail::write(app, &tx, &firm, &letter(&adviser, &client, format!("copy:{}", link.id), dotted)).await?;
    events::record(app, &tx, scope, Some(to.household), "link.mailed", link.id, json!({ "member": to.member })).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// The address with dots for its code.
pub fn dotted(address: &str) -> String {
    format!("{}#{}", address.split('#').next().unwrap_or_default(), letters::DOTS)
}

/// How much one address, one adviser and one firm may send.
async fn allowed(app: &App, scope: &FirmScope, address: &str) -> Result<()> {
    let firm = scope.firm();
    limits::take(app, &format!("mail:{firm}:{}", address.to_lowercase()), 3, Span::hours(1)).await?;
    limits::take(app, &format!("mail:{}", scope.actor()), 30, Span::hours(1)).await?;
    limits::take(app, &format!("mail:{firm}"), 500, Span::days(1)).await
}
