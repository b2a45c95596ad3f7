//! Households: adding one with its first adult and its portfolios, finding, changing. A prospect becomes a client by one word (D15).

use crate::{App, Error, Field, Result, events, facts, policy};
use model::fact::{Fact, HouseholdFact, HouseholdStatus, MemberFact, MemberRole, PortfolioFact};
use model::permission::{Action, Standing, TeamRole};
use model::{Actor, Date, FirmScope, HouseholdId, PortfolioKind, UserId, text};
use serde_json::json;
use store::Firm;
use store::households::Household;
pub use store::members::Member;
use store::policy::Staff;

/// What the form for a new household says. The id was made when the form was shown, so that a second click changes nothing.
#[derive(Debug, Clone)]
pub struct New {
    pub id: HouseholdId,
    pub name: String,
    pub status: HouseholdStatus,
    /// Nobody chosen: whoever adds it.
    pub lead: Option<UserId>,
    pub first: String,
    pub last: String,
    pub email: String,
}

#[crate::boxed]
pub async fn create(app: &App, scope: &FirmScope, new: &New) -> Result<HouseholdId> {
    match create_once(app, scope, new).await {
        Err(e) if e.is_conflict() => create_once(app, scope, new).await,
        done => done,
    }
}

async fn create_once(app: &App, scope: &FirmScope, new: &New) -> Result<HouseholdId> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::AddHousehold, None).await?;
    if let Some(there) = store::facts::current(&tx, new.id.uuid()).await? {
        // The same form again, or an id that is something else.
        return if matches!(there.fact, Fact::Household(_)) { Ok(new.id) } else { Err(Error::NotFound) };
    }
    let staff = store::policy::staff(&tx).await?;
    let today = policy::today(app, &tx).await?;
    let (household, member) = checked(app, scope, new, &staff, today)?;
    still_works_here(&tx, household.lead).await?;
    facts::say(app, &tx, scope, new.id, Fact::Household(household)).await?;
    facts::say(app, &tx, scope, new.id, Fact::Member(member)).await?;
    for (kind, name) in [(PortfolioKind::Current, "Current portfolio"), (PortfolioKind::Proposed, "Proposed portfolio")] {
        let portfolio = PortfolioFact { id: app.random().id(app.now()), kind, name: name.into() };
        facts::say(app, &tx, scope, new.id, Fact::Portfolio(portfolio)).await?;
    }
    events::record(app, &tx, scope, Some(new.id), "household.created", new.id, json!({ "status": new.status.key() })).await?;
    tx.commit().await?;
    Ok(new.id)
}

fn checked(app: &App, scope: &FirmScope, new: &New, staff: &[Staff], today: Date) -> Result<(HouseholdFact, MemberFact)> {
    let mut wrong = Vec::new();
    let name = text::line(&new.name, 80);
    if name.is_empty() {
        wrong.push(Field { name: "name", message: "Enter the household’s name".into() });
    }
    let member = crate::members::Typed {
        first: new.first.clone(),
        last: new.last.clone(),
        role: MemberRole::Adult,
        email: new.email.clone(),
        phone: String::new(),
        born: String::new(),
    };
    let member = member.fact(app.random().id(app.now()), 0, today).map_err(|e| wrong.extend(e)).ok();
    let lead = match (new.lead, scope.actor()) {
        (Some(lead), _) | (None, Actor::User(lead)) => Some(lead),
        _ => None,
    };
    let lead = lead.filter(|l| may_lead(staff, *l));
    if lead.is_none() {
        wrong.push(Field { name: "lead", message: "Choose who leads this household".into() });
    }
    match (member, lead) {
        (Some(member), Some(lead)) if wrong.is_empty() => {
            let fact = HouseholdFact { id: new.id, name, status: new.status, lead, team: Vec::new(), private: false, next_review: None };
            Ok((fact, member))
        }
        _ => Err(Error::Invalid(wrong)),
    }
}

/// Whoever leaves at the same instant hands over what they have then: nothing is given to them behind that.
async fn still_works_here(db: &Firm, lead: UserId) -> Result<()> {
    if store::handover::hold(db, lead).await? { Ok(()) } else { Err(Error::field("lead", "Choose who leads this household")) }
}

fn may_lead(staff: &[Staff], who: UserId) -> bool {
    use model::permission::Role;
    staff.iter().any(|s| s.id == who && s.active && matches!(s.role, Role::Administrator | Role::Adviser))
}

/// One household with what the head of each of its pages shows.
#[derive(Debug, Clone)]
pub struct Found {
    pub household: Household,
    pub standing: Standing,
    pub members: Vec<Member>,
    pub lead: String,
    /// Name and part of everybody else who works on it.
    pub helpers: Vec<(String, TeamRole)>,
    /// Connections that need somebody.
    pub attention: usize,
    /// What clients said in the portal and nobody has answered.
    pub suggestions: usize,
}

#[crate::boxed]
pub async fn find(app: &App, scope: &FirmScope, id: HouseholdId) -> Result<Found> {
    let db = app.store().read(scope).await?;
    load(app, &db, scope, id).await
}

/// The same inside a transaction or a look that is already open.
#[crate::boxed]
pub async fn load(app: &App, db: &Firm, scope: &FirmScope, id: HouseholdId) -> Result<Found> {
    let standing = policy::check(app, db, scope, Action::ViewHousehold, Some(id)).await?;
    let household = store::households::find(db, id).await?.ok_or(Error::NotFound)?;
    let staff = store::policy::staff(db).await?;
    let name = |who: UserId| staff.iter().find(|s| s.id == who).map_or_else(|| "Former staff".to_owned(), |s| s.name.clone());
    let connections = store::connections::of_household(db, id).await?;
    Ok(Found {
        lead: name(household.lead),
        helpers: household.team.iter().map(|(who, role)| (name(*who), *role)).collect(),
        attention: connections.iter().filter(|c| c.state.needs_attention()).count(),
        members: store::members::of_household(db, id).await?,
        suggestions: store::suggestions::waiting(db, id).await?,
        standing,
        household,
    })
}

/// What can be changed about a household.
#[derive(Debug, Clone)]
pub struct Change {
    pub name: String,
    pub lead: UserId,
    pub team: Vec<(UserId, TeamRole)>,
    pub private: bool,
    pub next_review: Option<Date>,
}

#[crate::boxed]
pub async fn change(app: &App, scope: &FirmScope, id: HouseholdId, change: &Change) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(id)).await?;
    let old = current(&tx, id).await?;
    let staff = store::policy::staff(&tx).await?;
    let name = text::line(&change.name, 80);
    let mut team: Vec<(UserId, TeamRole)> = Vec::new();
    for (who, role) in change.team.iter().filter(|(who, role)| *who != change.lead && *role != TeamRole::Lead) {
        if may_lead(&staff, *who) && !team.iter().any(|(w, _)| w == who) {
            team.push((*who, *role));
        }
    }
    if name.is_empty() {
        return Err(Error::field("name", "Enter the household’s name"));
    }
    if !may_lead(&staff, change.lead) {
        return Err(Error::field("lead", "Choose who leads this household"));
    }
    let new = HouseholdFact { name, lead: change.lead, team, private: change.private, next_review: change.next_review, ..old.clone() };
    // Whoever could name the lead could name themselves, and so end accounts.
    if (new.lead, new.private) != (old.lead, old.private) || able(&new.team, &staff) != able(&old.team, &staff) {
        policy::check(app, &tx, scope, Action::ManageTeam, Some(id)).await?;
    }
    if new != old {
        if new.lead != old.lead {
            still_works_here(&tx, new.lead).await?;
        }
        facts::say(app, &tx, scope, id, Fact::Household(new)).await?;
        events::record(app, &tx, scope, Some(id), "household.changed", id, json!({})).await?;
    }
    Ok(tx.commit().await?)
}

/// A prospect becomes a client, or the other way round: the same record, nothing is re-linked (D15).
#[crate::boxed]
pub async fn set_status(app: &App, scope: &FirmScope, id: HouseholdId, status: HouseholdStatus) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(id)).await?;
    let old = current(&tx, id).await?;
    if old.status != status {
        facts::say(app, &tx, scope, id, Fact::Household(HouseholdFact { status, ..old })).await?;
        events::record(app, &tx, scope, Some(id), "household.status_changed", id, json!({ "status": status.key() })).await?;
    }
    Ok(tx.commit().await?)
}

/// The team without those who have left the firm, to be compared.
fn able(team: &[(UserId, TeamRole)], staff: &[Staff]) -> Vec<(UserId, TeamRole)> {
    let mut team: Vec<_> = team.iter().copied().filter(|(who, _)| may_lead(staff, *who)).collect();
    team.sort_by_key(|(who, _)| *who);
    team
}

async fn current(db: &Firm, id: HouseholdId) -> Result<HouseholdFact> {
    match store::facts::current(db, id.uuid()).await?.map(|v| v.fact) {
        Some(Fact::Household(f)) => Ok(f),
        _ => Err(Error::NotFound),
    }
}

/// Who can lead or help: id and name, by name.
#[crate::boxed]
pub async fn planners(app: &App, scope: &FirmScope) -> Result<Vec<(UserId, String)>> {
    let db = app.store().read(scope).await?;
    policy::check(app, &db, scope, Action::ViewHousehold, None).await?;
    let staff = store::policy::staff(&db).await?;
    let able: Vec<UserId> = staff.iter().map(|s| s.id).filter(|id| may_lead(&staff, *id)).collect();
    Ok(staff.into_iter().filter(|s| able.contains(&s.id)).map(|s| (s.id, s.name)).collect())
}
