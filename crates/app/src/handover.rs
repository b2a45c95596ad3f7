//! Somebody leaves the firm: their households get another lead, their places on teams end, and so does their access, in one act. Nothing
//! is left without a lead.

use crate::{App, Error, Field, Result, events, facts, links, policy};
use model::fact::{Fact, HouseholdFact};
use model::link::End;
use model::permission::{Action, Role};
use model::{Actor, FirmScope, HouseholdId, UserId};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::policy::Staff;
use store::{Firm, handover as rows};

/// What somebody would leave behind.
#[derive(Debug, Clone)]
pub struct Leaving {
    pub user: UserId,
    pub name: String,
    /// Households that they lead, and those that they work on beside another lead.
    pub led: Vec<(HouseholdId, String)>,
    pub helped: Vec<(HouseholdId, String)>,
    /// Who could lead instead.
    pub successors: Vec<(UserId, String)>,
    /// Access has ended already.
    pub gone: bool,
}

/// Who takes over: one for all, and others for some.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub all: Option<UserId>,
    pub some: BTreeMap<HouseholdId, UserId>,
}

impl Plan {
    fn of(&self, household: HouseholdId) -> Option<UserId> {
        self.some.get(&household).copied().or(self.all)
    }
}

fn may_lead(staff: &[Staff], who: UserId, leaver: UserId) -> bool {
    staff.iter().any(|s| s.id == who && s.id != leaver && s.active && matches!(s.role, Role::Administrator | Role::Adviser))
}

async fn person(app: &App, db: &Firm, scope: &FirmScope, user: UserId) -> Result<(Staff, Vec<Staff>)> {
    policy::check(app, db, scope, Action::ManageFirm, None).await?;
    let staff = store::policy::staff(db).await?;
    let person = staff.iter().find(|s| s.id == user).cloned().ok_or(Error::NotFound)?;
    if scope.actor() == Actor::User(user) {
        return Err(Error::Refused("Another administrator has to do this for you.".into()));
    }
    Ok((person, staff))
}

#[crate::boxed]
pub async fn load(app: &App, scope: &FirmScope, user: UserId) -> Result<Leaving> {
    let db = app.store().read(scope).await?;
    let (person, staff) = person(app, &db, scope, user).await?;
    Ok(Leaving {
        user,
        name: person.name,
        led: rows::led(&db, user).await?,
        helped: rows::helped(&db, user).await?,
        successors: staff.iter().filter(|s| may_lead(&staff, s.id, user)).map(|s| (s.id, s.name.clone())).collect(),
        gone: !person.active,
    })
}

/// Hands everything over and ends the person's access. Says how many households went to another lead.
#[crate::boxed]
pub async fn leave(app: &App, scope: &FirmScope, user: UserId, plan: &Plan) -> Result<usize> {
    let tx = app.store().begin(scope).await?;
    // Before it is asked whether they may: two administrators could hand each other over at once.
    store::firms::hold(&tx).await?;
    let (before, _) = person(app, &tx, scope, user).await?;
    // Held before anything is read: nobody makes them a lead at the same instant.
    rows::hold(&tx, user).await?;
    let mut successors: BTreeSet<UserId> = plan.some.values().copied().collect();
    successors.extend(plan.all);
    for successor in &successors {
        rows::hold(&tx, *successor).await?;
    }
    let staff = store::policy::staff(&tx).await?;
    end_in_hand(app, &tx, scope, user).await?;
    let led = rows::led(&tx, user).await?;
    let mut missing = Vec::new();
    for (household, name) in &led {
        match plan.of(*household).filter(|to| may_lead(&staff, *to, user)) {
            Some(to) => give(app, &tx, scope, *household, user, to).await?,
            None => missing.push(name.clone()),
        }
    }
    if !missing.is_empty() {
        let message = format!("Choose who leads from now on: {}", named(&missing));
        return Err(Error::Invalid(vec![Field { name: "all", message }]));
    }
    let helped = rows::helped(&tx, user).await?;
    for (household, _) in &helped {
        let old = household_fact(&tx, *household).await?;
        let lead = old.lead;
        let team = old.team.iter().copied().filter(|(who, _)| *who != user).collect();
        facts::say(app, &tx, scope, *household, Fact::Household(HouseholdFact { team, ..old })).await?;
        rows::pass_links(&tx, *household, user, lead).await?;
        rows::pass_invitations(&tx, *household, user, lead).await?;
        events::record(app, &tx, scope, Some(*household), "household.team_left", *household, json!({ "who": user })).await?;
    }
    store::support::end_of(&tx, user, app.now()).await?;
    store::logins::set_disabled(&tx, user, Some(app.now())).await?;
    store::sessions::end_of_user(&tx, user, None).await?;
    let detail = json!({ "handed_over": led.len(), "teams": helped.len() });
    let kind = if before.active { "staff.left" } else { "staff.handed_over" };
    events::record(app, &tx, scope, None, kind, user, detail).await?;
    tx.commit().await?;
    Ok(led.len())
}

/// Some names, and how many more.
fn named(all: &[String]) -> String {
    let first: Vec<&str> = all.iter().take(3).map(String::as_str).collect();
    match all.len() - first.len() {
        0 => first.join(", "),
        more => format!("{}, and {more} more", first.join(", ")),
    }
}

async fn household_fact(db: &Firm, id: HouseholdId) -> Result<HouseholdFact> {
    match store::facts::current(db, id.uuid()).await?.map(|v| v.fact) {
        Some(Fact::Household(f)) => Ok(f),
        _ => Err(Error::NotFound),
    }
}

async fn give(app: &App, db: &Firm, scope: &FirmScope, household: HouseholdId, from: UserId, to: UserId) -> Result<()> {
    let old = household_fact(db, household).await?;
    let team = old.team.iter().copied().filter(|(who, _)| *who != from && *who != to).collect();
    facts::say(app, db, scope, household, Fact::Household(HouseholdFact { lead: to, team, ..old })).await?;
    // What clients hold goes on, and the new lead answers for it.
    rows::pass_links(db, household, from, to).await?;
    rows::pass_invitations(db, household, from, to).await?;
    events::record(app, db, scope, Some(household), "household.handed_over", household, json!({ "from": from, "to": to })).await
}

/// Secrets that they were shown and nobody opened end with them.
async fn end_in_hand(app: &App, db: &Firm, scope: &FirmScope, user: UserId) -> Result<()> {
    for link in store::links::in_hand(db, user).await? {
        links::end(app, db, scope, &link, End::Revoked).await?;
    }
    for (invitation, household) in rows::end_invitations(db, user, app.now()).await? {
        events::record(app, db, scope, Some(household), "invitation.ended", invitation, json!({ "why": "revoked" })).await?;
    }
    Ok(())
}

/// Whether somebody still leads households: their access does not end before those have another lead.
#[crate::boxed]
pub(crate) async fn still_leads(db: &Firm, user: UserId) -> Result<usize> {
    Ok(rows::led(db, user).await?.len())
}
