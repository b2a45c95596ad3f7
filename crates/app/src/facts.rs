//! Saying something about a household: a version in the log and its projection, in one transaction. The projection of a version is one
//! function, used by the acts and by the rebuild alike, so that the two cannot differ.

use crate::{App, Result, policy};
use model::beneficiaries::BeneficiariesFact;
use model::fact::{AccountFact, Fact, HouseholdFact, MemberFact, PortfolioFact};
use model::{FirmScope, HouseholdId, Span, Time};
use store::accounts::{Account, Figures};
use store::facts::Version;
use store::households::Household;
use store::members::Member;
use store::portfolios::Portfolio;
use store::{Firm, facts};
use uuid::Uuid;

/// Opens a new version and projects it. The caller has asked the policy and records the event.
#[crate::boxed]
pub async fn say(app: &App, db: &Firm, scope: &FirmScope, household: HouseholdId, fact: Fact) -> Result<()> {
    let entity_id = entity(&fact);
    // Versions rise even when the clock was set back.
    let after = facts::current(db, entity_id).await?.map(|v| v.known_from + Span::micros(1));
    let now = after.map_or(app.now(), |t| t.max(app.now()));
    let version = Version {
        id: app.random().id(now),
        household,
        entity_id,
        fact,
        true_from: policy::today(app, db).await?,
        known_from: now,
        known_until: None,
        actor: scope.actor().to_string(),
    };
    facts::put(db, &version).await?;
    match Row::of(&version, now) {
        Some(row) => save(db, &row).await,
        None => Ok(()),
    }
}

/// What the version is about.
pub fn entity(fact: &Fact) -> Uuid {
    match fact {
        Fact::Household(f) => f.id.uuid(),
        Fact::Member(f) => f.id.uuid(),
        Fact::Portfolio(f) => f.id.uuid(),
        Fact::Account(f) => f.id.uuid(),
        Fact::Beneficiaries(f) => BeneficiariesFact::entity(f.account),
        Fact::Income(f) => f.id.uuid(),
        Fact::Document(f) => f.id.uuid(),
    }
}

/// A version as its projection holds it.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    Household(Household),
    Member(Member),
    Portfolio(Portfolio),
    Account(Account),
}

impl Row {
    /// `first`: when the entity was first known. `None` for what is read from the log itself.
    pub fn of(version: &Version, first: Time) -> Option<Row> {
        Some(match &version.fact {
            Fact::Household(f) => Row::Household(household(f, first)),
            Fact::Member(f) => Row::Member(member(f, version.household)),
            Fact::Portfolio(f) => Row::Portfolio(portfolio(f, version.household)),
            Fact::Account(f) => Row::Account(account(f, version.household, first)),
            Fact::Beneficiaries(_) | Fact::Income(_) | Fact::Document(_) => return None,
        })
    }
}

/// Writes a row. The figures of a fed account come from another log and stay as they are.
#[crate::boxed]
pub async fn save(db: &Firm, row: &Row) -> Result<()> {
    match row {
        Row::Household(h) => store::households::save(db, h).await?,
        Row::Member(m) => store::members::save(db, m).await?,
        Row::Portfolio(p) => store::portfolios::save(db, p).await?,
        Row::Account(a) => {
            store::accounts::save(db, a).await?;
            if a.figures != Figures::default() {
                store::accounts::save_typed(db, a.id, &a.figures).await?;
            }
        }
    }
    Ok(())
}

fn household(f: &HouseholdFact, first: Time) -> Household {
    let mut team = f.team.clone();
    team.sort_by_key(|(who, _)| *who);
    Household {
        id: f.id,
        name: f.name.clone(),
        name_key: directory::plain(&f.name),
        status: f.status,
        lead: f.lead,
        team,
        private: f.private,
        next_review: f.next_review,
        created_at: first,
    }
}

fn member(f: &MemberFact, household: HouseholdId) -> Member {
    Member {
        id: f.id,
        household,
        name: f.name.clone(),
        name_key: directory::plain(&f.name),
        given: f.given.clone(),
        role: f.role,
        email: f.email.clone(),
        phone: f.phone.clone(),
        born: f.born,
        born_year: f.born_year,
        active: f.active,
        place: f.place,
    }
}

fn portfolio(f: &PortfolioFact, household: HouseholdId) -> Portfolio {
    Portfolio { id: f.id, household, kind: f.kind, name: f.name.clone() }
}

pub(crate) fn account(f: &AccountFact, household: HouseholdId, first: Time) -> Account {
    let figures = f.manual.as_ref().map_or_else(Figures::default, |m| Figures {
        currency: Some(m.currency.clone()),
        value: Some(m.value),
        as_of_day: Some(m.as_of),
        ..Figures::default()
    });
    Account {
        id: f.id,
        household,
        portfolio: f.portfolio,
        connection: f.connection,
        name: f.name.clone(),
        institution: f.institution.clone(),
        mask: f.mask.clone(),
        kind: f.kind,
        source: f.source,
        custody: f.custody,
        state: f.state,
        owners: f.owners.clone(),
        closed_on: f.closed_on,
        same_as: f.same_as,
        figures,
        created_at: first,
    }
}
