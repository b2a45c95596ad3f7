//! Looks now and then whether an institution lets people connect again, and tells the client who asked for it. Gives up after a week.

use crate::jobs::Outcome;
use crate::mail::{self, Letter, letters, mailbox};
use crate::{App, Error, Result, links};
use connect::InstitutionStatus;
use model::{AttemptId, FirmId, Span};
use store::Firm;
use store::attempts::Attempt;

const EVERY: Span = Span::minutes(15);
const MOST: Span = Span::days(7);

#[crate::boxed]
pub async fn watch(app: &App, firm: FirmId, id: AttemptId) -> Result<Outcome> {
    let scope = app.system_scope(firm);
    let (a, institution) = {
        let db = app.store().read(&scope).await?;
        let Some(a) = store::attempts::find(&db, id).await?.filter(|a| a.tell_when_back) else { return Ok(Outcome::Done) };
        let institution = match a.institution_id {
            Some(i) => store::institutions::find(&*app.store().read_system().await?, i).await?,
            None => None,
        };
        (a, institution)
    };
    let (Some(institution), now) = (institution, app.now()) else { return Ok(Outcome::Done) };
    if now - a.created_at >= MOST {
        return Ok(Outcome::Done);
    }
    let connector = app.connector(&a.provider).ok_or(Error::Internal("no such provider is configured"))?;
    let status = connector.institution(&institution.external_id).await.map(|i| i.status);
    if !matches!(status, Ok(InstitutionStatus::Healthy | InstitutionStatus::Degraded)) {
        return Ok(Outcome::Again(now + EVERY));
    }
    let tx = app.store().begin(&scope).await?;
    store::attempts::tell_when_back(&tx, id, false).await?;
    tell(app, &tx, &a, letters::Kind::Back, "back").await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

/// Writes to whoever made an attempt what has become of it; to nobody where the firm sends no mail or the person is gone.
#[crate::boxed]
pub(super) async fn tell(app: &App, tx: &Firm, a: &Attempt, kind: letters::Kind, what: &str) -> Result<()> {
    let firm = store::firms::own(tx).await?;
    let member = store::members::find(tx, a.member).await?.filter(|m| m.active);
    let adviser = match store::links::find(tx, a.link).await? {
        Some(l) => links::adviser(tx, &l).await?,
        None => None,
    };
    let (Some(member), Some((name, own)), None) = (member, adviser, mail::why_not(app, &firm)) else { return Ok(()) };
    let Some(address) = member.email.as_deref() else { return Ok(()) };
    let about = letters::About {
        given: &member.given,
        adviser: &name,
        firm: &firm.name,
        support_email: &firm.settings.support_email,
        support_phone: &firm.settings.support_phone,
        institution: &a.institution,
        ..letters::About::default()
    };
    let (subject, paragraphs) = letters::compose(&firm.settings, kind, &about);
    let to = mailbox(&member.name, address)?;
    let letter = Letter {
        household: Some(a.household),
        purpose: format!("{what}:{}", a.id),
        recipient: to.clone(),
        to,
        cc: None,
        reply_to: Some(mailbox(&name, &own)?),
        subject,
        paragraphs,
        thread: format!("{what}-{}", a.id),
    };
    mail::write(app, tx, &firm, &letter).await.map(|_| ())
}
