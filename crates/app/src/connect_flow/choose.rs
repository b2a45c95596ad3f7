//! Choosing an institution and setting out for its sign-in: search, the page before it with the permission, and the way to the provider.

use super::door::Visitor;
use super::{found, run, typed};
use crate::institutions::{self, Found, Status};
use crate::{App, Error, Result, events, limits, policy};
use connect::LinkStart;
use model::link::Purpose;
use model::{AttemptId, ConnectionId, ConsentId, Fault, FaultKind, InstitutionId, Span, Time, consent};
use ring::digest::{SHA256, digest};
use serde_json::json;
use store::attempts::{Attempt, Step};
use store::consents::Consent;

/// The institution that the client looks at, and what they agree to by going on.
pub struct Chosen {
    pub institution: Found,
    /// The provider's name.
    pub provider: String,
    /// The institution's notice, one fact a line.
    pub facts: Vec<String>,
    /// The permission's text, exactly as it is kept.
    pub consent: String,
    pub reads: &'static [&'static str],
    /// What a repair or renewal is about.
    pub purpose: Purpose,
}

/// Searches the directory.
pub fn search(app: &App, v: &Visitor, query: &str, limit: usize) -> Result<Vec<Found>> {
    inside(v)?;
    let found = institutions::search(app, query, limit * 2).into_iter().map(|f| typed::seen_by(app, &v.firm, f));
    let mut found = typed::once_each(app, found);
    found.truncate(limit);
    Ok(found)
}

/// The directory's entry for those who bring a token instead of a sign-in, where this installation takes tokens.
pub fn token_entry(app: &App) -> Option<Found> {
    app.connector("simplefin")?;
    institutions::search(app, "SimpleFIN", 5).into_iter().find(|f| f.provider == "simplefin" && !f.retired)
}

/// What people of this firm have connected, for the thumbnails.
#[crate::boxed]
pub async fn popular(app: &App, v: &Visitor) -> Result<Vec<Found>> {
    inside(v)?;
    let mut found = institutions::popular(app, &v.scope, 9).await?;
    found.retain(|f| v.firm.settings.own_screens || !typed::typed_here(app, f));
    Ok(typed::once_each(app, found.into_iter()))
}

/// Only a browser that is in goes any further.
pub(super) fn inside(v: &Visitor) -> Result<()> {
    if v.is_in() { Ok(()) } else { Err(Error::NotFound) }
}

/// The page before an institution's sign-in. `connection`: the one that is renewed or repaired.
#[crate::boxed]
pub async fn look(app: &App, v: &Visitor, id: InstitutionId, purpose: Purpose) -> Result<Chosen> {
    inside(v)?;
    // What the directory remembers may be hours old: ask before a client is turned away or sent on.
    let institution = typed::seen_by(app, &v.firm, institutions::refresh(app, id).await?);
    let provider = app.connector(&institution.provider).map(|c| c.card().name.to_owned()).unwrap_or_else(|| institution.provider.clone());
    let facts: Vec<String> =
        institution.notice.iter().flat_map(|n| n.lines()).map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
    let zone = policy::zone(&*app.store().read(&v.scope).await?).await?;
    let ends = consent::ends(app.now()).date(&zone).strftime("%-d %B %Y").to_string();
    let consent = consent::text(&v.firm.name, &institution.name, &provider, &ends);
    Ok(Chosen { institution, provider, facts, consent, reads: &consent::READS, purpose })
}

/// Continue: keeps the permission with the words that were shown, asks the provider for its page, and says which attempt it is. The same
/// form twice is one attempt.
#[crate::boxed]
pub async fn begin(app: &App, v: &Visitor, id: AttemptId, chosen: &Chosen, query: &str) -> Result<AttemptId> {
    may_try(app, v).await?;
    match begin_once(app, v, id, chosen, query).await {
        Err(e) if e.is_conflict() => begin_once(app, v, id, chosen, query).await,
        done => done,
    }
}

async fn begin_once(app: &App, v: &Visitor, id: AttemptId, chosen: &Chosen, query: &str) -> Result<AttemptId> {
    inside(v)?;
    let now = app.now();
    // After the week only what began in time goes on.
    if !v.link.life.opens(now) {
        return Err(Error::NotFound);
    }
    if let Some(c) = chosen.purpose.connection() {
        own(app, v, c).await?;
    }
    let inst = &chosen.institution;
    let consent = permission(v, chosen, app.random().id(now), now);
    let attempt = attempt(v, id, inst, chosen.purpose, Some(consent.id), now);
    let tx = app.store().begin(&v.scope).await?;
    if let Some(there) = store::attempts::find(&tx, id).await? {
        return if there.link == v.link.id { Ok(id) } else { Err(Error::NotFound) };
    }
    store::consents::insert(&tx, &consent).await?;
    let replaced = replace(app, &tx, &attempt).await?;
    store::attempts::insert(&tx, &attempt).await?;
    run::watch_over(app, &tx, &attempt).await?;
    let detail = json!({ "institution": inst.name, "consent": consent.id, "version": consent.version, "notice": !chosen.facts.is_empty() });
    events::record(app, &tx, &v.scope, Some(v.link.household), "consent.given", consent.id, detail).await?;
    tx.commit().await?;
    if chosen.purpose == Purpose::Connect {
        institutions::learn(app, query, inst.id).await?;
    }
    for (old, kept) in replaced {
        found::give_up(app, &old, kept).await;
    }
    set_out(app, v, &attempt, inst).await?;
    Ok(id)
}

/// A repair or a search for new accounts under the permission that is there: no new words to agree to, straight to the sign-in.
#[crate::boxed]
pub async fn mend(app: &App, v: &Visitor, id: AttemptId, purpose: Purpose) -> Result<AttemptId> {
    may_try(app, v).await?;
    let now = app.now();
    if !v.link.life.opens(now) {
        return Err(Error::NotFound);
    }
    let c = own(app, v, purpose.connection().ok_or(Error::NotFound)?).await?;
    let inst = institutions::find(app, c.institution_id.ok_or(Error::NotFound)?).await?;
    let attempt = attempt(v, id, &inst, purpose, None, now);
    let tx = app.store().begin(&v.scope).await?;
    if let Some(there) = store::attempts::find(&tx, id).await? {
        return if there.link == v.link.id { Ok(id) } else { Err(Error::NotFound) };
    }
    let replaced = replace(app, &tx, &attempt).await?;
    store::attempts::insert(&tx, &attempt).await?;
    run::watch_over(app, &tx, &attempt).await?;
    tx.commit().await?;
    for (old, kept) in replaced {
        found::give_up(app, &old, kept).await;
    }
    set_out(app, v, &attempt, &inst).await?;
    Ok(id)
}

/// A sign-in that was begun here at the same place and left in the middle is over once another begins: two would make one account two.
async fn replace(app: &App, db: &store::Firm, new: &Attempt) -> Result<Vec<(Attempt, Option<run::Kept>)>> {
    let mut replaced = Vec::new();
    for old in store::attempts::of_link(db, new.link).await? {
        if old.step.is_open() && old.asked > 0 && old.institution_id == new.institution_id {
            let kept = run::kept(app, db, &old).await?;
            if store::attempts::end(db, &old, Step::Left, None, new.created_at).await? {
                replaced.push((old, kept));
            }
        }
    }
    Ok(replaced)
}

/// Each attempt asks the provider for a page, and is looked after for hours: nobody needs a hundred of them.
async fn may_try(app: &App, v: &Visitor) -> Result<()> {
    inside(v)?;
    limits::take(app, &format!("attempt:{}", v.link.id), 60, Span::hours(1)).await
}

/// A connection of this very person that has not ended.
#[crate::boxed]
pub(super) async fn own(app: &App, v: &Visitor, id: ConnectionId) -> Result<store::connections::Connection> {
    let db = app.store().read(&v.scope).await?;
    let c = store::connections::find(&db, id).await?;
    c.filter(|c| c.household == v.link.household && c.member == v.link.member && c.removal == store::connections::Removal::None)
        .ok_or(Error::NotFound)
}

fn permission(v: &Visitor, chosen: &Chosen, id: ConsentId, now: Time) -> Consent {
    let shown = chosen.shown();
    Consent {
        id,
        household: v.link.household,
        member: v.link.member,
        connection: None,
        institution: chosen.institution.name.clone(),
        version: consent::VERSION.into(),
        shown_hash: digest(&SHA256, shown.as_bytes()).as_ref().to_vec(),
        shown,
        scope: consent::SCOPE.into(),
        given_at: now,
        ends_at: Some(consent::ends(now)),
        ended_at: None,
    }
}

fn attempt(v: &Visitor, id: AttemptId, inst: &Found, purpose: Purpose, consent: Option<ConsentId>, now: Time) -> Attempt {
    Attempt {
        firm: v.scope.firm(),
        id,
        household: v.link.household,
        member: v.link.member,
        link: v.link.id,
        provider: inst.provider.clone(),
        institution_id: Some(inst.id),
        institution: inst.name.clone(),
        url: inst.url.clone(),
        purpose,
        connection: purpose.connection(),
        consent,
        step: Step::Starting,
        pending: None,
        asked: 0,
        wrong: 0,
        fault: None,
        tell_when_back: false,
        created_at: now,
        changed_at: now,
        ended_at: None,
    }
}

/// Asks the provider for its page. Whatever comes back is kept with the attempt; the client's page reads it there.
async fn set_out(app: &App, v: &Visitor, attempt: &Attempt, inst: &Found) -> Result<()> {
    let step = match start(app, v, attempt, inst).await {
        Ok(step) => step,
        Err(Error::Fault(fault)) => connect::Step::Ended(fault),
        Err(e) => return Err(e),
    };
    run::settle(app, attempt, step, None, false).await
}

async fn start(app: &App, v: &Visitor, attempt: &Attempt, inst: &Found) -> Result<connect::Step> {
    let connector = app.connector(&inst.provider).ok_or(Error::Internal("no such provider is configured"))?;
    if typed::typed_here(app, inst) && !v.firm.settings.own_screens {
        return Ok(connect::Step::Ended(Fault::new(FaultKind::NotSupported, typed::SWITCHED_OFF)));
    }
    if attempt.purpose == Purpose::Connect
        && let Some(kind) = closed(inst)
    {
        return Ok(connect::Step::Ended(Fault::new(kind, "INSTITUTION_STATUS")));
    }
    let purpose = match attempt.purpose {
        Purpose::Connect | Purpose::RepairAll => connect::Purpose::New,
        Purpose::Repair(c) => connect::Purpose::Repair(crate::connections::grant(app, &v.scope, c).await?.1),
        Purpose::FindNew(c) => connect::Purpose::FindNew(crate::connections::grant(app, &v.scope, c).await?.1),
    };
    let base = app.public_url();
    let at = |path: &str| base.join(path).map_err(|_| Error::Internal("the public address"));
    let webhook = if app.is_reachable() { Some(at(&format!("/hooks/{}", inst.provider))?) } else { None };
    Ok(connector
        .begin(LinkStart {
            purpose,
            institution: inst.external_id.clone(),
            person: v.link.member.to_string(),
            firm: v.firm.name.clone(),
            return_url: at("/c/return")?,
            webhook,
            language: "en".into(),
            country: "US".into(),
        })
        .await?)
}

/// Whether nobody can connect it now, and why. The sign-in page would only tell them later.
fn closed(inst: &Found) -> Option<FaultKind> {
    match inst.status {
        _ if inst.retired => Some(FaultKind::NotSupported),
        Status::NotSupported => Some(FaultKind::NotSupported),
        Status::Down => Some(FaultKind::InstitutionDown),
        Status::Healthy | Status::Degraded | Status::Unknown => None,
    }
}

impl Chosen {
    /// Everything that is agreed to: the institution's facts, then the permission.
    fn shown(&self) -> String {
        [&self.facts[..], std::slice::from_ref(&self.consent)].concat().join("\n")
    }
    /// Goes with the form, so that a text that changed meanwhile is shown before it is agreed to.
    pub fn shown_hash(&self) -> String {
        digest(&SHA256, self.shown().as_bytes()).as_ref().iter().map(|b| format!("{b:02x}")).collect()
    }
}
