//! What the page of a household's sharing shows (P9): who has access, every invitation with its state and times, who can be invited.

use super::{Invitation, offer};
use crate::households::{self, Found};
use crate::permission_sets::{self, Choice};
use crate::portal::{self, Access};
use crate::{App, Error, Result, mail, policy};
use jiff::tz::TimeZone;
use model::invitation::{Proof, State, why_not};
use model::permission::{Action, may};
use model::portal::Rights;
use model::{Actor, FirmScope, HouseholdId, Time, UserId};
use std::collections::HashMap;
use store::firms::FirmRow;
use store::members::Member;

pub struct PortalPage {
    pub found: Found,
    pub firm: FirmRow,
    pub zone: TimeZone,
    pub access: Vec<AccessRow>,
    pub invitations: Vec<Row>,
    pub people: Vec<Person>,
    pub choices: Vec<Choice>,
    pub ceiling: Rights,
    pub proof: Proof,
    /// The actor may invite, change and end; others look.
    pub may: bool,
    /// The firm asks for a code by mail and cannot send one: it is read out instead.
    pub mail_is_off: bool,
}

pub struct AccessRow {
    pub access: Access,
    pub name: String,
    pub email: String,
    pub seen_at: Option<Time>,
    /// What the ceiling leaves of what was granted.
    pub rights: Rights,
}

pub struct Row {
    pub invitation: Invitation,
    pub state: State,
    pub name: String,
    pub made_by: String,
    /// A browser waits for a code that the adviser may read out.
    pub waits: bool,
}

/// A member, and why they cannot be invited.
pub struct Person {
    pub member: Member,
    pub why_not: Option<&'static str>,
    pub has_access: bool,
}

#[crate::boxed]
pub async fn page(app: &App, scope: &FirmScope, household: HouseholdId) -> Result<PortalPage> {
    let Actor::User(me) = scope.actor() else { return Err(Error::NotFound) };
    let db = app.store().read(scope).await?;
    let found = households::load(app, &db, scope, household).await?;
    let firm = store::firms::own(&db).await?;
    let (now, today, ceiling) = (app.now(), policy::today(app, &db).await?, portal::ceiling(&firm.settings));
    let seen: HashMap<UserId, Time> = store::logins::last_seen(&db).await?.into_iter().collect();
    let staff = store::policy::staff(&db).await?;
    let mut access = Vec::new();
    for a in store::portal::of_household(&db, household).await? {
        let Some(login) = store::logins::find(&db, a.login).await? else { continue };
        let (seen_at, rights) = (seen.get(&a.login).copied(), a.rights.under(ceiling));
        access.push(AccessRow { access: a, name: login.name, email: login.email, seen_at, rights });
    }
    let mut invitations = Vec::new();
    for i in store::invitations::of_household(&db, household).await? {
        let name = store::members::find(&db, i.member).await?.map_or_else(|| "Former member".into(), |m| m.name);
        let made_by = staff.iter().find(|s| s.id == i.made_by).map_or_else(|| "Former staff".into(), |s| s.name.clone());
        let waits = offer::may_read_out(app, &firm, i.proof)
            && store::invitations::enrolments(&db, i.id)
                .await?
                .iter()
                .any(|e| e.proved_at.is_none() && e.email.is_some() && i.life.carries(e.created_at, now));
        invitations.push(Row { state: i.life.state(now), name, made_by, waits, invitation: i });
    }
    let has = |m: &Member| access.iter().any(|a| a.access.member == m.id && a.access.ended_at.is_none());
    let person = |m: &Member| Person { why_not: why_not(m.role, m.born, today), has_access: has(m), member: m.clone() };
    Ok(PortalPage {
        people: found.members.iter().map(person).collect(),
        choices: permission_sets::choices(&db, me, ceiling).await?,
        proof: permission_sets::proof(&firm.settings),
        may: may(Action::AskClient, found.standing),
        mail_is_off: mail::why_not(app, &firm).is_some(),
        zone: policy::zone(&db).await?,
        found,
        firm,
        access,
        invitations,
        ceiling,
    })
}
