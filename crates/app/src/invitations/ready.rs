//! Clients whose proofs are given already: the rehearsal's people, whose passwords are printed, and those of tests.

use crate::portal::Access;
use crate::{App, Error, Result, factors, permission_sets, portal, staff};
use model::permission::Role;
use model::portal::Rights;
use model::{FirmScope, HouseholdId, MemberId, Secret, UserId};
use store::{Firm, logins};

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
#[crate::boxed]
pub async fn add_ready_client(app: &App, tx: &Firm, scope: &FirmScope, new: &ReadyClient, password_hash: &str, secret: &str) -> Result<()> {
    let person = staff::NewPerson { id: new.id, name: new.name.clone(), email: new.email.clone(), role: Role::Client };
    staff::insert(app, tx, &person).await?;
    let seed = Secret::new(factors::from_base32(secret).ok_or(Error::Internal("a second factor's secret"))?);
    let sealed = factors::sealed(app, tx, new.id, &seed).await?;
    let now = app.now();
    logins::set_proofs(tx, new.id, password_hash, &sealed, Some(now)).await?;
    let access = Access {
        household: new.household,
        login: new.id,
        member: new.member,
        rights: new.rights,
        set_name: permission_sets::name_of(&[], new.rights, "").to_owned(),
        granted_by: new.granted_by,
        granted_at: now,
        changed_at: now,
        ended_at: None,
    };
    portal::grant(app, tx, scope, &access).await
}
