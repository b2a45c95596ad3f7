//! What a person said about a household: full states, kept as versions. A change closes one version and opens the next.

use crate::account::{AccountKind, AccountState, Custody, PortfolioKind, Source};
use crate::beneficiaries::BeneficiariesFact;
use crate::detail::Detail;
use crate::documents::DocumentFact;
use crate::id::{AccountId, ConnectionId, HouseholdId, MemberId, PortfolioId, UserId};
use crate::income::IncomeFact;
use crate::permission::TeamRole;
use crate::{Currency, Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The body of one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "read one at a time from the log, and most of them are accounts")]
pub enum Fact {
    Household(HouseholdFact),
    Member(MemberFact),
    Portfolio(PortfolioFact),
    Account(AccountFact),
    Beneficiaries(BeneficiariesFact),
    Income(IncomeFact),
    Document(DocumentFact),
}

impl Fact {
    pub fn entity(&self) -> &'static str {
        match self {
            Fact::Household(_) => "household",
            Fact::Member(_) => "member",
            Fact::Portfolio(_) => "portfolio",
            Fact::Account(_) => "account",
            Fact::Beneficiaries(_) => "beneficiaries",
            Fact::Income(_) => "income",
            Fact::Document(_) => "document",
        }
    }
}

/// A prospect becomes a client by a change of this word alone; nothing is re-linked (D15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HouseholdStatus {
    Client,
    Prospect,
}

impl HouseholdStatus {
    pub fn key(self) -> &'static str {
        match self {
            HouseholdStatus::Client => "client",
            HouseholdStatus::Prospect => "prospect",
        }
    }
    pub fn from_key(key: &str) -> Option<HouseholdStatus> {
        [HouseholdStatus::Client, HouseholdStatus::Prospect].into_iter().find(|s| s.key() == key)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HouseholdFact {
    pub id: HouseholdId,
    pub name: String,
    pub status: HouseholdStatus,
    pub lead: UserId,
    /// Everybody else who works on it.
    pub team: Vec<(UserId, TeamRole)>,
    pub private: bool,
    pub next_review: Option<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberRole {
    Adult,
    Dependant,
    /// Not people: they own, and are named as beneficiaries.
    Trust,
    Business,
}

impl MemberRole {
    pub fn key(self) -> &'static str {
        match self {
            MemberRole::Adult => "adult",
            MemberRole::Dependant => "dependant",
            MemberRole::Trust => "trust",
            MemberRole::Business => "business",
        }
    }
    pub fn from_key(key: &str) -> Option<MemberRole> {
        [MemberRole::Adult, MemberRole::Dependant, MemberRole::Trust, MemberRole::Business].into_iter().find(|s| s.key() == key)
    }
    /// Somebody who is born, signs in and is written to.
    pub fn is_person(self) -> bool {
        matches!(self, MemberRole::Adult | MemberRole::Dependant)
    }
    pub fn words(self) -> &'static str {
        match self {
            MemberRole::Adult => "Adult",
            MemberRole::Dependant => "Child or dependant",
            MemberRole::Trust => "Trust",
            MemberRole::Business => "Business",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberFact {
    pub id: MemberId,
    /// The whole name.
    pub name: String,
    /// What pages and letters call them.
    pub given: String,
    pub role: MemberRole,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub born: Option<Date>,
    /// About when, where the day is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born_year: Option<i16>,
    /// Left = false: kept for history, shown nowhere.
    pub active: bool,
    /// Order on the page.
    pub place: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PortfolioFact {
    pub id: PortfolioId,
    pub kind: PortfolioKind,
    pub name: String,
}

/// One owner's share in hundredths of a per cent; the shares of an account add up to 10,000.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    pub member: MemberId,
    pub share: i64,
}

/// What people decided about an account, and for a manual one its figures too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountFact {
    pub id: AccountId,
    pub portfolio: PortfolioId,
    /// The name that people see; for a fed account the provider's until somebody changes it.
    pub name: String,
    pub institution: String,
    pub mask: Option<String>,
    pub kind: AccountKind,
    pub source: Source,
    pub custody: Custody,
    pub state: AccountState,
    pub owners: Vec<Owner>,
    /// The connection that feeds it, if one does.
    pub connection: Option<ConnectionId>,
    /// Figures typed by hand.
    pub manual: Option<ManualValue>,
    /// What was typed beside the value: an address, terms, a policy's cover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Detail>,
    /// The day on which it was closed: muted since then, its history kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_on: Option<Date>,
    /// It is another account by a second path: that one is shown and counted, this one waits behind it, to the letter as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<AccountId>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManualValue {
    /// What it adds to the household: debts negative. Exact.
    pub value: Decimal,
    pub currency: Currency,
    pub as_of: Date,
    pub note: Option<String>,
}
