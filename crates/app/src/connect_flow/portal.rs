//! From the portal into the connect flow: a link made and opened in one act, bound to whoever is signed in. No secret is shown, nothing is
//! mailed, and no code is asked, because the person has just proved themselves; whoever signs out or loses the right is out at once.

use super::door::{Visitor, hash};
use crate::links::{self, For};
use crate::portal::{self, Lens};
use crate::{App, Error, Result, events};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::link::{Delivery, Purpose};
use model::portal::Right;
use model::{Actor, FirmScope, Secret, Span, UserId};
use serde_json::json;
use store::connections::Removal;
use store::link_sessions::{Session, State};
use store::links::Link;

/// With less time than this left, a new link is better than the old one.
const ENOUGH: Span = Span::minutes(15);

/// What goes into the browser's cookie of the connect flow.
#[crate::boxed]
pub async fn open(app: &App, lens: &Lens, purpose: Purpose, device: &str) -> Result<Secret<String>> {
    lens.act(Right::Connect)?;
    match open_once(app, lens, purpose, device).await {
        Err(e) if e.is_conflict() => open_once(app, lens, purpose, device).await,
        done => done,
    }
}

async fn open_once(app: &App, lens: &Lens, purpose: Purpose, device: &str) -> Result<Secret<String>> {
    let now = app.now();
    let tx = app.store().begin(&lens.scope).await?;
    // The rights as they are now, in the transaction that opens.
    portal::enter_in(&tx, &lens.scope, lens.household).await?.act(Right::Connect)?;
    if let Some(id) = purpose.connection() {
        let c = store::connections::find(&tx, id).await?.filter(|c| c.removal == Removal::None);
        c.filter(|c| c.household == lens.household && c.member == lens.member).ok_or(Error::NotFound)?;
    }
    let theirs = |l: &Link| l.life.delivery == Delivery::Portal && l.made_by == lens.login && l.life.opens(now + ENOUGH);
    let link = match store::links::newest_of_portal(&tx, lens.member, purpose).await?.filter(theirs) {
        // What is under way in another tab goes on.
        Some(link) => link,
        None => {
            let to = For { household: lens.household, member: lens.member, purpose };
            let made = links::make(app, &tx, &lens.scope, app.random().id(now), &to, Delivery::Portal).await?;
            let (link, _) = made.ok_or(Error::Internal("a new id that is known"))?;
            if !store::links::open(&tx, link.id, now, device).await? {
                return Err(Error::Internal("a new link that does not open"));
            }
            link
        }
    };
    let value = Secret::new(BASE64_URL_SAFE_NO_PAD.encode(app.random().bytes::<32>()));
    let session = Session {
        hash: hash(value.expose()),
        firm: link.firm,
        link: link.id,
        created_at: now,
        seen_at: now,
        device: device.to_owned(),
        state: State::Open,
        proved_at: None,
        code_hash: None,
        code_until: None,
        code_tries: 0,
    };
    store::link_sessions::insert(&tx, &session).await?;
    store::link_sessions::take_over(&tx, link.id, &session.hash, now).await?;
    let detail = json!({ "device": device, "member": lens.member, "purpose": purpose.to_string() });
    events::record(app, &tx, &lens.scope, Some(lens.household), "link.opened", link.id, detail).await?;
    tx.commit().await?;
    app.wake();
    Ok(value)
}

/// Whether a link that was opened from the portal still carries: its maker may connect for this person as things stand.
#[crate::boxed]
pub(super) async fn still_may(app: &App, link: &Link) -> Result<bool> {
    if link.life.delivery != Delivery::Portal {
        return Ok(true);
    }
    let scope = FirmScope::new(link.firm, Actor::User(link.made_by));
    match portal::enter(app, &scope, link.household).await {
        Ok(lens) => Ok(lens.member == link.member && lens.holds(Right::Connect)),
        Err(Error::NotFound) => Ok(false),
        Err(e) => Err(e),
    }
}

impl Visitor {
    /// Whose sign-in to the portal stands behind this visit.
    pub fn signed_in(&self) -> Option<UserId> {
        (self.link.life.delivery == Delivery::Portal).then_some(self.link.made_by)
    }
}

/// Whether the client may enter accounts by hand instead.
#[crate::boxed]
pub async fn may_add_facts(app: &App, v: &Visitor) -> Result<bool> {
    let Some(who) = v.signed_in() else { return Ok(false) };
    let scope = FirmScope::new(v.link.firm, Actor::User(who));
    Ok(portal::enter(app, &scope, v.link.household).await.is_ok_and(|l| l.holds(Right::AddFacts)))
}
