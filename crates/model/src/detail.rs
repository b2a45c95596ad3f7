//! What people type about a thing that is kept by hand, beyond its value: a property's address, a debt's terms, a policy's cover.
//! Nothing here is counted: only an account's value is.

use crate::id::{AccountId, MemberId};
use crate::{AccountKind, Currency, Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Detail {
    Property(Property),
    Debt(Debt),
    Policy(Policy),
}

impl Detail {
    /// Whether an account of this kind can have it.
    pub fn fits(&self, kind: AccountKind) -> bool {
        match self {
            Detail::Property(_) => kind == AccountKind::Property,
            Detail::Debt(_) => kind.is_debt(),
            Detail::Policy(_) => kind == AccountKind::Insurance,
        }
    }
    pub fn policy(&self) -> Option<&Policy> {
        if let Detail::Policy(p) = self { Some(p) } else { None }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Property {
    pub kind: PropertyKind,
    pub address: String,
    /// The debt that it secures; shown beside it, counted once as that account.
    pub mortgage: Option<AccountId>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Debt {
    /// Per cent a year, exact.
    pub rate: Option<Decimal>,
    pub payment: Option<Decimal>,
    pub every: Every,
    pub ends: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    pub kind: PolicyKind,
    /// Of cover and premium; nothing is converted.
    pub currency: Currency,
    /// What it pays when it comes to that.
    pub cover: Option<Decimal>,
    pub premium: Option<Decimal>,
    pub every: Every,
    pub insured: Vec<MemberId>,
    pub beneficiaries: String,
    pub ends: Option<Date>,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $key:literal $words:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),+ }
        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            pub fn key(self) -> &'static str {
                match self { $($name::$variant => $key),+ }
            }
            pub fn from_key(key: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|v| v.key() == key)
            }
            pub fn words(self) -> &'static str {
                match self { $($name::$variant => $words),+ }
            }
        }
    };
}
pub(crate) use words;

words!(PropertyKind {
    Home "home" "Main home",
    SecondHome "second_home" "Second home",
    Rental "rental" "Rented out",
    Land "land" "Land",
    Vehicle "vehicle" "Vehicle or boat",
    Other "other" "Something else",
});

words!(PolicyKind {
    TermLife "term_life" "Term life",
    WholeLife "whole_life" "Whole life",
    UniversalLife "universal_life" "Universal life",
    Disability "disability" "Disability",
    LongTermCare "long_term_care" "Long-term care",
    Health "health" "Health",
    Home "home" "Home",
    Motor "motor" "Motor",
    Liability "liability" "Liability",
    Other "other" "Other",
});

words!(
    /// How often something is paid.
    Every {
        Month "month" "a month",
        Quarter "quarter" "a quarter",
        HalfYear "half_year" "every six months",
        Year "year" "a year",
    }
);
