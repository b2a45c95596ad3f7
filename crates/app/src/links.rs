//! The one engine behind every link for one person (D1): made, replaced, opened by one browser, ended. The secret leaves this file once.

use crate::jobs::{self, Job, Outcome};
use crate::{App, Error, Result, events};
use model::link::{Delivery, End, Life, Purpose};
use model::permission::{Action, may};
use model::{Actor, FirmId, FirmScope, HouseholdId, LinkId, MemberId, UserId};
use serde_json::json;
use store::Firm;
use store::links::Link;
use vault::LinkToken;
use zeroize::Zeroizing;

/// Part of the hash, so that a link for one thing never opens another.
const KIND: &str = "asset_sync";

/// For whom and what for.
#[derive(Debug, Clone, Copy)]
pub struct For {
    pub household: HouseholdId,
    pub member: MemberId,
    pub purpose: Purpose,
}

/// What is stored of a code, when it is one.
pub fn hash(code: &str) -> Option<[u8; 32]> {
    LinkToken::parse(code).ok().map(|t| t.hash(KIND))
}

/// The address with the secret behind the `#`: a browser never sends that part.
pub fn address(app: &App, token: &LinkToken) -> Zeroizing<String> {
    let base = app.public_url().join("/i").map(String::from).unwrap_or_default();
    Zeroizing::new(format!("{base}#{}", *token.code()))
}

/// Name and address of whoever answers for a link now: its maker while they still work with the household, else the lead. Somebody who left
/// learns nothing of it any more.
#[crate::boxed]
pub async fn adviser(db: &Firm, link: &Link) -> Result<Option<(String, String)>> {
    let lead = store::households::find(db, link.household).await?.map(|h| h.lead);
    for who in [Some(link.made_by), lead].into_iter().flatten() {
        let standing = store::policy::standing(db, who, link.household).await?;
        if standing.is_some_and(|s| may(Action::AskClient, s)) {
            return Ok(store::links::staff(db, who).await?);
        }
    }
    Ok(None)
}

/// Makes a link in the caller's transaction; the person's earlier one for the same purpose ends. What an adviser gave and what the person
/// opened in the portal stand beside each other. `None` when a link with this id is there
/// already: the same form was sent twice, and the secret is not shown again.
#[crate::boxed]
pub async fn make(app: &App, db: &Firm, scope: &FirmScope, id: LinkId, to: &For, delivery: Delivery) -> Result<Option<(Link, LinkToken)>> {
    let Actor::User(made_by) = scope.actor() else { return Err(Error::NotFound) };
    make_for(app, db, scope, made_by, id, to, delivery).await
}

/// The same in the name of somebody who answers for it: what the product sends by itself is the lead's.
#[crate::boxed]
pub(crate) async fn make_for(
    app: &App,
    db: &Firm,
    scope: &FirmScope,
    made_by: UserId,
    id: LinkId,
    to: &For,
    delivery: Delivery,
) -> Result<Option<(Link, LinkToken)>> {
    if let Some(there) = store::links::find(db, id).await? {
        return if there.member == to.member && there.purpose == to.purpose { Ok(None) } else { Err(Error::NotFound) };
    }
    if store::portal::is_held(db, to.household, to.member).await? {
        return Err(Error::Refused(HELD.into()));
    }
    let now = app.now();
    let earlier = match delivery {
        Delivery::Portal => store::links::newest_of_portal(db, to.member, to.purpose).await?,
        _ => store::links::newest(db, to.member, to.purpose).await?,
    };
    if let Some(old) = earlier.filter(|l| l.life.ended.is_none()) {
        let why = if old.life.opens(now) { End::Replaced } else { End::Expired };
        end(app, db, scope, &old, why).await?;
    }
    let token = LinkToken::new(app.random().bytes());
    let life = Life { delivery, expires_at: now + delivery.lifetime(), ended: None };
    let link = Link {
        firm: db.id(),
        id,
        household: to.household,
        member: to.member,
        purpose: to.purpose,
        made_by,
        created_at: now,
        life,
        sent_at: None,
        opened_at: None,
        opened_on: None,
        connected_at: None,
    };
    store::links::insert(db, &link, &token.hash(KIND)).await?;
    jobs::enqueue(app, db, &Job::ExpireLink { link: id }, life.expires_at).await?;
    let detail = json!({ "member": to.member, "purpose": to.purpose.to_string(), "delivery": delivery.key() });
    events::record(app, db, scope, Some(to.household), "link.created", id, detail).await?;
    Ok(Some((link, token)))
}

/// Ends a link and every browser that is in through it. A link that merely ran out leaves its browsers an hour to finish.
#[crate::boxed]
pub async fn end(app: &App, db: &Firm, scope: &FirmScope, link: &Link, why: End) -> Result<bool> {
    if !store::links::end(db, link.id, app.now(), why).await? {
        return Ok(false);
    }
    if why != End::Expired {
        store::link_sessions::end_all(db, link.id).await?;
    }
    let detail = json!({ "why": why.key(), "opened": link.opened_at.is_some(), "connected": link.connected_at.is_some() });
    events::record(app, db, scope, Some(link.household), "link.ended", link.id, detail).await?;
    Ok(true)
}

/// Why nobody gets a link for somebody who has just recovered their sign-in, or from them.
const HELD: &str = "They set up their sign-in anew less than 24 hours ago. Until that day has passed no new account is connected, so that \
                    nobody else can use it. Make the link after that.";

/// Somebody recovered their sign-in: what was on its way for them ends, browsers that are in included. Nothing new comes in before the day
/// is over.
#[crate::boxed]
pub(crate) async fn hold(app: &App, db: &Firm, scope: &FirmScope, login: UserId) -> Result<()> {
    for access in store::portal::of_login(db, login).await? {
        let all = store::links::of_household(db, access.household).await?;
        for link in all.iter().filter(|l| l.life.ended.is_none() && (l.member == access.member || l.made_by == login)) {
            end(app, db, scope, link, End::Revoked).await?;
        }
    }
    Ok(())
}

/// The week is over.
#[crate::boxed]
pub async fn expire(app: &App, firm: FirmId, id: LinkId) -> Result<Outcome> {
    let scope = app.system_scope(firm);
    let tx = app.store().begin(&scope).await?;
    let Some(link) = store::links::find(&tx, id).await?.filter(|l| l.life.ended.is_none()) else { return Ok(Outcome::Done) };
    if link.life.opens(app.now()) {
        return Ok(Outcome::Again(link.life.expires_at));
    }
    end(app, &tx, &scope, &link, End::Expired).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}
