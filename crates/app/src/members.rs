//! The people of a household: added, changed, and marked as gone. Nobody is ever erased from what was true.

use crate::households::{self, Found};
use crate::{App, Error, Field, Result, events, facts, policy};
use model::documents::DocumentFact;
use model::fact::{Fact, MemberFact, MemberRole};
use model::income::IncomeFact;
use model::permission::Action;
use model::plan::Feature;
use model::{Date, FirmScope, HouseholdId, MemberId, text};
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
    /// A day, a year where the day is not known, or nothing.
    pub born: String,
}

impl Typed {
    /// The person as they will be kept, or what is wrong at which field.
    pub fn fact(&self, id: MemberId, place: i64, today: Date) -> std::result::Result<MemberFact, Vec<Field>> {
        let mut wrong = Vec::new();
        let mut no = |name, message: &str| wrong.push(Field { name, message: message.into() });
        let (first, last) = (text::line(&self.first, 60), text::line(&self.last, 60));
        if first.is_empty() {
            no("first", if self.role.is_person() { "Enter the first name" } else { "Enter the name" });
        }
        let email = Some(self.email.trim()).filter(|e| !e.is_empty()).map(text::email);
        if email == Some(None) {
            no("email", "Enter a mail address such as name@home.example, or leave it empty");
        }
        let phone = Some(text::line(&self.phone, 30)).filter(|p| !p.is_empty());
        if phone.as_ref().is_some_and(|p| !p.chars().all(|c| c.is_ascii_digit() || "+-(). /".contains(c))) {
            no("phone", "Enter digits, or leave it empty");
        }
        let born = born(&self.born, self.role, today).map_err(|why| no("born", why)).unwrap_or_default();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let name = if last.is_empty() { first.clone() } else { format!("{first} {last}") };
        let (email, (born, born_year)) = (email.flatten(), born);
        // What is no person is called by its whole name.
        let given = if self.role.is_person() { first } else { name.clone() };
        Ok(MemberFact { id, name, given, role: self.role, email, phone, born, born_year, active: true, place })
    }
}

/// The oldest that anybody is taken for.
const MOST_YEARS: i16 = 130;

/// The day, or the year alone where no more is known; or why it is neither.
fn born(typed: &str, role: MemberRole, today: Date) -> std::result::Result<(Option<Date>, Option<i16>), &'static str> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok((None, None));
    }
    if !role.is_person() {
        return Err("A trust or a business has no age: leave it empty");
    }
    let year: Option<i16> = typed.parse().ok().filter(|_| typed.len() == 4);
    let day = text::day(typed);
    let born = year.or(day.map(|d| d.year())).ok_or("Enter a date, or leave it empty")?;
    if born > today.year() || day.is_some_and(|d| d > today) {
        return Err("This lies in the future: nobody has an age below zero");
    }
    if born < today.year() - MOST_YEARS {
        return Err("This is more than 130 years ago");
    }
    Ok((day, year))
}

/// The household's people with how many connections each has, and how many of those need somebody.
#[derive(Debug, Clone)]
pub struct People {
    pub found: Found,
    pub rows: Vec<(Member, usize, usize)>,
    pub plan_has_asset_sync: bool,
    pub income: Vec<IncomeFact>,
    pub documents: Vec<DocumentFact>,
    pub today: Date,
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
    let income = crate::income::of_household(&db, household).await?;
    let documents = crate::documents::of_household(&db, household).await?;
    Ok(People { found, rows, plan_has_asset_sync, income, documents, today: policy::today(app, &db).await? })
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
    let fact = typed.fact(id, place, policy::today(app, &tx).await?).map_err(Error::Invalid)?;
    facts::say(app, &tx, scope, household, Fact::Member(fact)).await?;
    events::record(app, &tx, scope, Some(household), "member.added", id, json!({})).await?;
    Ok(tx.commit().await?)
}

#[crate::boxed]
pub async fn change(app: &App, scope: &FirmScope, household: HouseholdId, id: MemberId, typed: &Typed) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(household)).await?;
    let old = current(&tx, household, id).await?;
    let new = typed.fact(id, old.place, policy::today(app, &tx).await?).map_err(Error::Invalid)?;
    if new.role.is_person() != old.role.is_person() {
        return Err(Error::field("role", "A person stays a person. Add a trust or a business as a member of its own"));
    }
    if old.role == MemberRole::Adult && new.role != MemberRole::Adult && !has_another_adult(&tx, household, id).await? {
        return Err(Error::field("role", "A household keeps at least one adult"));
    }
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
    if !has_another_adult(&tx, household, id).await? {
        return Err(Error::Refused("A household keeps at least one adult.".into()));
    }
    if store::accounts::of_household(&tx, household).await?.iter().any(|a| a.owners.iter().any(|o| o.member == id)) {
        return Err(Error::Refused(format!("{} owns accounts here. Give them another owner first.", old.given)));
    }
    if store::connections::of_household(&tx, household).await?.iter().any(|c| c.member == id) {
        return Err(Error::Refused(format!("{} has connections here. Disconnect them first.", old.given)));
    }
    if let Some(what) = crate::beneficiaries::names(&tx, household, id).await? {
        return Err(Error::Refused(format!("{} is named as a beneficiary of {what}. Name somebody else there first.", old.given)));
    }
    facts::say(app, &tx, scope, household, Fact::Member(MemberFact { active: false, ..old })).await?;
    crate::invitations::end_of_member(app, &tx, scope, household, id).await?;
    events::record(app, &tx, scope, Some(household), "member.left", id, json!({})).await?;
    Ok(tx.commit().await?)
}

async fn has_another_adult(db: &Firm, household: HouseholdId, than: MemberId) -> Result<bool> {
    let all = store::members::of_household(db, household).await?;
    Ok(all.iter().any(|m| m.id != than && m.role == MemberRole::Adult))
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
