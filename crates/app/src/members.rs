//! The people of a household: added, changed, and marked as gone. Nobody is ever erased from what was true.

use crate::households::{self, Found};
use crate::{App, Error, Field, Result, events, facts, policy};
use model::fact::{Fact, MemberFact, MemberRole};
use model::permission::Action;
use model::plan::Feature;
use model::{FirmScope, HouseholdId, MemberId, text};
use serde_json::json;
use store::Firm;
use store::members::Member;

/// What the form says about a person.
#[derive(Debug, Clone)]
pub struct Typed {
    pub first: String,
    pub last: String,
    pub role: MemberRole,
    pub email: String,
    pub phone: String,
    /// A day or nothing.
    pub born: String,
}

impl Typed {
    /// The person as they will be kept, or what is wrong at which field.
    pub fn fact(&self, id: MemberId, place: i64) -> std::result::Result<MemberFact, Vec<Field>> {
        let mut wrong = Vec::new();
        let mut no = |name, message: &str| wrong.push(Field { name, message: message.into() });
        let (first, last) = (text::line(&self.first, 60), text::line(&self.last, 60));
        if first.is_empty() {
            no("first", "Enter the first name");
        }
        let email = Some(self.email.trim()).filter(|e| !e.is_empty()).map(text::email);
        if email == Some(None) {
            no("email", "Enter a mail address such as name@home.example, or leave it empty");
        }
        let phone = Some(text::line(&self.phone, 30)).filter(|p| !p.is_empty());
        if phone.as_ref().is_some_and(|p| !p.chars().all(|c| c.is_ascii_digit() || "+-(). /".contains(c))) {
            no("phone", "Enter digits, or leave it empty");
        }
        let born = Some(self.born.trim()).filter(|b| !b.is_empty()).map(text::day);
        if born == Some(None) {
            no("born", "Enter a date, or leave it empty");
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let name = if last.is_empty() { first.clone() } else { format!("{first} {last}") };
        let (email, born) = (email.flatten(), born.flatten());
        Ok(MemberFact { id, name, given: first, role: self.role, email, phone, born, active: true, place })
    }
}

/// The household's people with how many connections each has, and how many of those need somebody.
#[derive(Debug, Clone)]
pub struct People {
    pub found: Found,
    pub rows: Vec<(Member, usize, usize)>,
    pub plan_has_asset_sync: bool,
}

#[crate::boxed]
pub async fn list(app: &App, scope: &FirmScope, household: HouseholdId) -> Result<People> {
    let db = app.store().read(scope).await?;
    let found = households::load(app, &db, scope, household).await?;
    let connections = store::connections::of_household(&db, household).await?;
    let own = |id: MemberId| connections.iter().filter(move |c| c.member == id);
    let attention = |id: MemberId| own(id).filter(|c| c.state.needs_attention()).count();
    let rows = found.members.iter().map(|m| (m.clone(), own(m.id).count(), attention(m.id))).collect();
    let plan_has_asset_sync = store::policy::terms(&db).await?.plan.includes(Feature::AssetSync);
    Ok(People { found, rows, plan_has_asset_sync })
}

/// Adds a person. The id was made when the form was shown: a second click changes nothing.
#[crate::boxed]
pub async fn add(app: &App, scope: &FirmScope, household: HouseholdId, id: MemberId, typed: &Typed) -> Result<()> {
    match add_once(app, scope, household, id, typed).await {
        Err(e) if e.is_conflict() => add_once(app, scope, household, id, typed).await,
        done => done,
    }
}

async fn add_once(app: &App, scope: &FirmScope, household: HouseholdId, id: MemberId, typed: &Typed) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(household)).await?;
    if let Some(there) = store::facts::current(&tx, id.uuid()).await? {
        return if there.household == household && matches!(there.fact, Fact::Member(_)) { Ok(()) } else { Err(Error::NotFound) };
    }
    let place = store::members::of_household(&tx, household).await?.iter().map(|m| m.place + 1).max().unwrap_or(0);
    let fact = typed.fact(id, place).map_err(Error::Invalid)?;
    facts::say(app, &tx, scope, household, Fact::Member(fact)).await?;
    events::record(app, &tx, scope, Some(household), "member.added", id, json!({})).await?;
    Ok(tx.commit().await?)
}

#[crate::boxed]
pub async fn change(app: &App, scope: &FirmScope, household: HouseholdId, id: MemberId, typed: &Typed) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(household)).await?;
    let old = current(&tx, household, id).await?;
    let new = typed.fact(id, old.place).map_err(Error::Invalid)?;
    if new != old {
        if new.email != old.email {
            crate::cases::reached(app, &tx, scope, id).await?;
        }
        facts::say(app, &tx, scope, household, Fact::Member(new)).await?;
        events::record(app, &tx, scope, Some(household), "member.changed", id, json!({})).await?;
    }
    Ok(tx.commit().await?)
}

/// The person leaves the household: shown nowhere from now on, kept in what was true before.
#[crate::boxed]
pub async fn leave(app: &App, scope: &FirmScope, household: HouseholdId, id: MemberId) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(household)).await?;
    let old = current(&tx, household, id).await?;
    let others = store::members::of_household(&tx, household).await?;
    if !others.iter().any(|m| m.id != id && m.role == MemberRole::Adult) {
        return Err(Error::Refused("A household keeps at least one adult.".into()));
    }
    if store::accounts::of_household(&tx, household).await?.iter().any(|a| a.owners.iter().any(|o| o.member == id)) {
        return Err(Error::Refused(format!("{} owns accounts here. Give them another owner first.", old.given)));
    }
    if store::connections::of_household(&tx, household).await?.iter().any(|c| c.member == id) {
        return Err(Error::Refused(format!("{} has connections here. Disconnect them first.", old.given)));
    }
    facts::say(app, &tx, scope, household, Fact::Member(MemberFact { active: false, ..old })).await?;
    crate::invitations::end_of_member(app, &tx, scope, household, id).await?;
    events::record(app, &tx, scope, Some(household), "member.left", id, json!({})).await?;
    Ok(tx.commit().await?)
}

async fn current(db: &Firm, household: HouseholdId, id: MemberId) -> Result<MemberFact> {
    match store::facts::current(db, id.uuid()).await? {
        Some(v) if v.household == household => match v.fact {
            Fact::Member(f) if f.active => Ok(f),
            _ => Err(Error::NotFound),
        },
        _ => Err(Error::NotFound),
    }
}
