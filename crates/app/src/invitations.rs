//! Invitations to the client portal: made by an adviser, opened by one browser, accepted once. Only hashes of their secrets are kept.

use crate::{App, Result, factors, portal, staff};
use model::permission::Role;
use model::portal::Rights;
use model::{FirmScope, HouseholdId, MemberId, Secret, UserId};
use store::logins;

/// A client whose proofs are given already: the rehearsal's people, whose passwords are printed, and those of tests.
#[derive(Debug, Clone)]
pub struct ReadyClient {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub household: HouseholdId,
    pub member: MemberId,
    pub rights: Rights,
    pub granted_by: UserId,
}

/// Adds a client who can sign in at once and sees this one household.
pub async fn add_ready_client(
    app: &App,
    tx: &store::Firm,
    scope: &FirmScope,
    new: &ReadyClient,
    password_hash: &str,
    secret: &str,
) -> Result<()> {
    let person = staff::NewPerson { id: new.id, name: new.name.clone(), email: new.email.clone(), role: Role::Client };
    staff::insert(app, tx, &person).await?;
    let seed = Secret::new(factors::from_base32(secret).ok_or(crate::Error::Internal("a second factor's secret"))?);
    let sealed = factors::sealed(app, tx, new.id, &seed).await?;
    let now = app.now();
    logins::set_proofs(tx, new.id, password_hash, &sealed, Some(now)).await?;
    let access = portal::Access {
        household: new.household,
        login: new.id,
        member: new.member,
        rights: new.rights,
        set_name: set_name(new.rights),
        granted_by: new.granted_by,
        granted_at: now,
        changed_at: now,
        ended_at: None,
    };
    portal::grant(app, tx, scope, &access).await
}

/// What rights are called that were chosen one by one.
fn set_name(rights: Rights) -> String {
    rights.preset().map_or("Custom", |p| p.name()).to_owned()
}
