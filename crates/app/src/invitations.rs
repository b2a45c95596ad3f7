//! Invitations to the client portal: made by an adviser, opened by one browser, accepted once. Only hashes of their secrets are kept; the
//! secret leaves `offer` once.

mod access;
mod finish;
mod notice;
mod offer;
mod page;
mod proof;
mod ready;
mod welcome;

pub(crate) use access::end_of_member;
pub use access::{Holder, change, end_access, holder};
pub use finish::{Done, begin_passkey, choose_password, confirm, finish_passkey, join, waiting_factor};
pub use offer::{Letter, New, Shown, create, read_out, revoke};
pub use page::{AccessRow, Person, PortalPage, Row, page};
pub use proof::{give_address, send_code, try_code};
pub use ready::{ReadyClient, add_ready_client};
pub use store::invitations::Invitation;
pub use welcome::{Entry, Peek, Step, Visitor, again, ask, peek, redeem, step, visitor};

use crate::jobs::Outcome;
use crate::{App, Result, events};
use model::invitation::End;
use model::{FirmId, FirmScope, HouseholdId, InvitationId};
use serde_json::json;
use store::Firm;
use vault::LinkToken;

/// Part of the hash, so that an invitation opens nothing else and nothing else opens one.
const KIND: &str = "portal";

/// What is stored of a code, when it is one.
pub(crate) fn hash(code: &str) -> Option<[u8; 32]> {
    LinkToken::parse(code).ok().map(|t| t.hash(KIND))
}

/// The adviser's page of a household's sharing.
pub fn at(household: HouseholdId) -> String {
    format!("/households/{household}/portal")
}

/// Ends one, and every browser that is in through it. One that merely ran out leaves its browser the rest of its hour.
#[crate::boxed]
pub(crate) async fn end(app: &App, db: &Firm, scope: &FirmScope, i: &Invitation, why: End) -> Result<bool> {
    let now = app.now();
    if !store::invitations::end(db, i.id, now, why).await? {
        return Ok(false);
    }
    if why != End::Expired {
        store::invitations::end_enrolments(db, i.id, now).await?;
    }
    let detail = json!({ "why": why.key(), "member": i.member, "opened": i.life.opened_at.is_some() });
    events::record(app, db, scope, Some(i.household), "invitation.ended", i.id, detail).await?;
    Ok(true)
}

/// The week is over. Written down, so that a clock that is set back revives nothing.
#[crate::boxed]
pub(crate) async fn expire(app: &App, firm: FirmId, id: InvitationId) -> Result<Outcome> {
    let scope = app.system_scope(firm);
    let tx = app.store().begin(&scope).await?;
    let Some(i) = store::invitations::find(&tx, id).await?.filter(|i| i.life.ended.is_none()) else { return Ok(Outcome::Done) };
    if i.life.lives(app.now()) {
        return Ok(Outcome::Again(i.life.expires_at));
    }
    end(app, &tx, &scope, &i, End::Expired).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}
