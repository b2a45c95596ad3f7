//! What the lead is told when an invitation is opened and when it is accepted; nobody else, and no code in it.

use super::{Invitation, at};
use crate::mail::{self, Letter, mailbox};
use crate::{App, Result};
use store::Firm;
use store::firms::FirmRow;
use store::members::Member;

pub(super) enum What<'a> {
    Opened {
        device: &'a str,
        source: &'a str,
    },
    Accepted,
    /// The person asks for a new link.
    Asked,
}

/// In the change's own transaction. Where there is no mail, it stands on the household's page.
pub(super) async fn tell(app: &App, db: &Firm, firm: &FirmRow, i: &Invitation, member: &Member, what: What<'_>) -> Result<()> {
    if !mail::is_on(app) {
        return Ok(());
    }
    let Some(household) = store::households::find(db, i.household).await? else { return Ok(()) };
    let Some((name, address)) = store::links::staff(db, household.lead).await? else { return Ok(()) };
    let Ok(to) = mailbox(&name, &address) else { return Ok(()) };
    let page = app.public_url().join(&at(i.household)).map(String::from).unwrap_or_default();
    let (who, house) = (&member.name, &household.name);
    let (key, subject, said) = match what {
        What::Opened { device, source } => (
            "opened",
            format!("{house}: the portal invitation was opened"),
            vec![
                format!("The invitation for {who} was opened just now: {device}, network {source}."),
                format!("If that is not {}, take it back at once: {page}", member.given),
            ],
        ),
        What::Accepted => (
            "accepted",
            format!("{house}: the portal invitation was accepted"),
            vec![format!("{who} has a sign-in now and sees what you share ({}).", i.set_name), format!("Who sees what: {page}")],
        ),
        What::Asked => (
            "asked",
            format!("{house}: a new portal invitation is asked for"),
            vec![format!("Somebody with the old invitation for {who} asks for a new one."), format!("Make it here: {page}")],
        ),
    };
    let letter = Letter {
        household: Some(i.household),
        purpose: format!("invitation-{key}:{}", i.id),
        recipient: to.clone(),
        to,
        cc: None,
        reply_to: None,
        subject,
        paragraphs: said,
        thread: format!("invitation-{}", i.id),
    };
    mail::write(app, db, firm, &letter).await?;
    Ok(())
}
