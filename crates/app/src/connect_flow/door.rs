//! The door: what a code may show before anybody pressed a button, how one browser gets in, and who is in behind a cookie.

use super::codes;
use crate::mail::{self, Letter, letters, mailbox};
use crate::{App, Result, asset_sync, events, limits, links};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::link::{Delivery, Purpose};
use model::{Actor, FirmScope, Secret, Span, Time};
use ring::digest::{SHA256, digest};
use serde_json::json;
use store::firms::FirmRow;
use store::link_sessions::{Session, State};
use store::links::Link;
use store::members::Member;

/// What a stranger with the code may know: the firm and the purpose (ruling 3).
pub struct Peek {
    pub firm: FirmRow,
    pub purpose: Purpose,
    pub until: Time,
    /// The institution of a repair.
    pub institution: Option<String>,
}

/// How an attempt to get in ended. The value, where there is one, goes into this browser's cookie.
pub enum Entry {
    /// Expired, spent, revoked, replaced and unknown look the same.
    Neutral,
    In(Option<Secret<String>>),
    /// Another browser was here first: this one waits for a code.
    Waits(Option<Secret<String>>),
}

/// Somebody behind a link's cookie.
pub struct Visitor {
    pub scope: FirmScope,
    pub link: Link,
    pub session: Session,
    pub member: Member,
    pub firm: FirmRow,
}

fn person(link: &Link) -> FirmScope {
    FirmScope::new(link.firm, Actor::Person { member: link.member, link: link.id })
}

async fn known(app: &App, code: &str) -> Result<Option<Link>> {
    let Some(hash) = links::hash(code) else { return Ok(None) };
    Ok(store::links::by_hash(&*app.store().read_system().await?, &hash).await?)
}

/// Every look with a code counts against its source, right or wrong.
async fn counted(app: &App, source: &str) -> Result<()> {
    limits::take(app, &format!("link:{source}"), 20, Span::minutes(10)).await
}

/// Changes nothing, whoever asks how often.
#[crate::boxed]
pub async fn peek(app: &App, source: &str, code: &str) -> Result<Option<Peek>> {
    counted(app, source).await?;
    let Some(link) = known(app, code).await?.filter(|l| l.life.opens(app.now())) else { return Ok(None) };
    let db = app.store().read(&person(&link)).await?;
    let institution = match link.purpose.connection() {
        Some(c) => store::connections::find(&db, c).await?.map(|c| c.institution),
        None => None,
    };
    Ok(Some(Peek { firm: store::firms::own(&db).await?, purpose: link.purpose, until: link.life.expires_at, institution }))
}

/// What the database keeps of a cookie's value.
pub(super) fn hash(value: &str) -> Vec<u8> {
    digest(&SHA256, format!("lsid1|{value}").as_bytes()).as_ref().to_vec()
}

/// *Get started*. The first browser is in; the same one is in again all week; another waits for a code, or for nothing where the adviser
/// launched the link in person.
#[crate::boxed]
pub async fn redeem(app: &App, source: &str, code: &str, cookie: Option<&str>, device: &str) -> Result<Entry> {
    counted(app, source).await?;
    let now = app.now();
    let Some(link) = known(app, code).await?.filter(|l| l.life.opens(now)) else { return Ok(Entry::Neutral) };
    if let Some(v) = visitor(app, cookie.unwrap_or_default()).await?.filter(|v| v.link.id == link.id) {
        return Ok(if v.session.state == State::Open { Entry::In(None) } else { Entry::Waits(None) });
    }
    if link.opened_at.is_some() && link.life.delivery.moves() {
        limits::take(app, &format!("second:{}", link.id), 10, Span::hours(1)).await?;
    }
    let scope = person(&link);
    let value = Secret::new(BASE64_URL_SAFE_NO_PAD.encode(app.random().bytes::<32>()));
    let tx = app.store().begin(&scope).await?;
    let first = store::links::open(&tx, link.id, now, device).await?;
    if !first {
        // Somebody was first, now or long ago; or the link ended since we looked.
        let link = store::links::find(&tx, link.id).await?;
        if !link.is_some_and(|l| l.life.opens(now) && l.life.delivery.moves()) {
            return Ok(Entry::Neutral);
        }
    }
    let session = Session {
        hash: hash(value.expose()),
        firm: link.firm,
        link: link.id,
        created_at: now,
        seen_at: now,
        device: device.to_owned(),
        state: if first { State::Open } else { State::Waiting },
        proved_at: None,
        code_hash: None,
        code_until: None,
        code_tries: 0,
    };
    store::link_sessions::insert(&tx, &session).await?;
    let kind = if first { "link.opened" } else { "link.second_browser" };
    events::record(app, &tx, &scope, Some(link.household), kind, link.id, json!({ "device": device })).await?;
    tx.commit().await?;
    if first {
        return Ok(Entry::In(Some(value)));
    }
    if let Some(v) = visitor(app, value.expose()).await? {
        // The page says where the code is, and offers another if this one cannot be sent now.
        if let Err(e) = codes::send_code(app, &v).await {
            tracing::info!(link = %link.id, error = %e, "no code was sent");
        }
    }
    Ok(Entry::Waits(Some(value)))
}

/// The same visitor as they stand now.
#[crate::boxed]
pub async fn again(app: &App, v: &Visitor) -> Result<Option<Visitor>> {
    behind(app, &v.session.hash).await
}

/// Who is behind a cookie. Nobody when another browser took over, when the link was ended, or an hour after it ran out.
#[crate::boxed]
pub async fn visitor(app: &App, cookie: &str) -> Result<Option<Visitor>> {
    // A value of ours has 43 letters; nothing else is worth a query.
    if cookie.len() != 43 {
        return Ok(None);
    }
    behind(app, &hash(cookie)).await
}

async fn behind(app: &App, hash: &[u8]) -> Result<Option<Visitor>> {
    let session = store::link_sessions::by_hash(&*app.store().read_system().await?, hash).await?;
    let Some(session) = session.filter(|s| s.state != State::Ended) else { return Ok(None) };
    let system = app.system_scope(session.firm);
    let db = app.store().read(&system).await?;
    let Some(link) = store::links::find(&db, session.link).await? else { return Ok(None) };
    if !link.life.carries(session.created_at, app.now()) {
        return Ok(None);
    }
    let Some(member) = store::members::find(&db, link.member).await?.filter(|m| m.active && m.household == link.household) else {
        return Ok(None);
    };
    if !super::portal::still_may(app, &link).await? {
        return Ok(None);
    }
    let firm = store::firms::own(&db).await?;
    Ok(Some(Visitor { scope: person(&link), link, session, member, firm }))
}

impl Visitor {
    pub fn is_in(&self) -> bool {
        self.session.state == State::Open
    }
    /// The adviser is there in person, or the person is signed in to the portal: no code is asked, and nothing is mailed.
    pub fn is_launched(&self) -> bool {
        matches!(self.link.life.delivery, Delivery::Launch | Delivery::Portal)
    }
}

/// "Ask for a new link": the adviser is told, whatever was wrong with this one. An unknown code gets the same answer and tells nobody.
#[crate::boxed]
pub async fn ask(app: &App, source: &str, code: &str) -> Result<()> {
    counted(app, source).await?;
    let Some(link) = known(app, code).await?.filter(|l| !l.life.opens(app.now()) || l.opened_at.is_some()) else { return Ok(()) };
    if limits::take(app, &format!("ask:{}", link.id), 3, Span::days(1)).await.is_err() {
        return Ok(());
    }
    let scope = person(&link);
    let tx = app.store().begin(&scope).await?;
    events::record(app, &tx, &scope, Some(link.household), "link.asked", link.id, json!({ "member": link.member })).await?;
    let firm = store::firms::own(&tx).await?;
    let (adviser, household, member) = (
        links::adviser(&tx, &link).await?,
        store::households::find(&tx, link.household).await?,
        store::members::find(&tx, link.member).await?,
    );
    let adviser = adviser.filter(|_| mail::is_on(app));
    if let (Some((name, address)), Some(household), Some(member)) = (adviser, household, member) {
        let page = app.public_url().join(&asset_sync::page(link.household)).map(String::from).unwrap_or_default();
        let about = letters::About {
            given: &member.given,
            adviser: &name,
            firm: &firm.name,
            support_email: &firm.settings.support_email,
            support_phone: &firm.settings.support_phone,
            household: &household.name,
            link: &page,
            ..letters::About::default()
        };
        let (subject, paragraphs) = letters::compose(&firm.settings, letters::Kind::Asked, &about);
        let to = mailbox(&name, &address)?;
        let letter = Letter {
            household: Some(link.household),
            purpose: format!("asked:{}", link.id),
            recipient: to.clone(),
            to,
            cc: None,
            reply_to: None,
            subject,
            paragraphs,
            thread: format!("asked-{}", link.id),
        };
        mail::write(app, &tx, &firm, &letter).await?;
    }
    Ok(tx.commit().await?)
}
