//! Who receives an account or a policy after its owner's or its insured's death: primary beneficiaries first, contingent ones in their
//! stead, each with a share. What nobody named is not known; it is not nobody.

use crate::detail::Policy;
use crate::id::{AccountId, MemberId};
use crate::{AccountKind, Decimal};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A whole in hundredths of a per cent.
pub const WHOLE: i64 = 10_000;
/// So many of each class at most.
pub const MOST: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Of the household: a person, a trust or a business.
    Member(MemberId),
    Named(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub who: Who,
    /// Hundredths of a per cent; those of one class add up to the whole.
    pub share: i64,
}

/// What is said of one account; the whole list in each version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeneficiariesFact {
    pub account: AccountId,
    pub primary: Vec<Share>,
    pub contingent: Vec<Share>,
}

impl BeneficiariesFact {
    pub fn none(account: AccountId) -> BeneficiariesFact {
        BeneficiariesFact { account, primary: Vec::new(), contingent: Vec::new() }
    }
    /// Its own place in the log: one for each account, made from the account's, so that there is never a second list.
    pub fn entity(account: AccountId) -> Uuid {
        Uuid::from_u128(account.uuid().as_u128() ^ 0xbe)
    }
    pub fn is_empty(&self) -> bool {
        self.primary.is_empty() && self.contingent.is_empty()
    }
    pub fn all(&self) -> impl Iterator<Item = &Share> {
        self.primary.iter().chain(&self.contingent)
    }
    pub fn names(&self, member: MemberId) -> bool {
        self.all().any(|s| s.who == Who::Member(member))
    }
}

/// Why these cannot be the beneficiaries of one class; `None` when they can, or when there are none.
pub fn problem(shares: &[Share]) -> Option<String> {
    if shares.iter().any(|s| s.share <= 0 || s.share > WHOLE) {
        return Some("Enter a share such as 50 or 33.33 for each".into());
    }
    if shares.iter().enumerate().any(|(n, s)| shares[..n].iter().any(|o| o.who == s.who)) {
        return Some("Name each beneficiary once".into());
    }
    let sum: i64 = shares.iter().map(|s| s.share).sum();
    (!shares.is_empty() && sum != WHOLE)
        .then(|| format!("The shares add up to 100 %; these add up to {} %", Decimal::new(sum, 2).normalize()))
}

/// Whether somebody has to be named; for everything else it can be.
pub fn is_needed(kind: AccountKind, policy: Option<&Policy>) -> bool {
    match kind {
        AccountKind::Retirement | AccountKind::HealthSavings | AccountKind::Annuity => true,
        // A policy of which no kind is recorded may be one.
        AccountKind::Insurance => policy.is_none_or(|p| p.kind.is_life()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Time;

    fn named(name: &str, share: i64) -> Share {
        Share { who: Who::Named(name.into()), share }
    }

    #[test]
    fn shares_of_a_class_are_a_whole_to_the_hundredth() {
        assert_eq!(problem(&[]), None);
        assert_eq!(problem(&[named("Ada", 3_333), named("Bo", 3_333), named("Cy", 3_334)]), None);
        let short = problem(&[named("Ada", 3_333), named("Bo", 3_333), named("Cy", 3_333)]);
        assert_eq!(short.as_deref(), Some("The shares add up to 100 %; these add up to 99.99 %"));
        assert!(problem(&[named("Ada", 10_000), named("Bo", 0)]).is_some());
        assert!(problem(&[named("Ada", 5_000), named("Ada", 5_000)]).is_some());
        assert!(problem(&[named("Ada", -1), named("Bo", 10_001)]).is_some());
    }

    #[test]
    fn one_list_for_each_account_and_its_own_place() {
        let a = AccountId::new(Time::from_seconds(1_795_000_000), [7; 10]);
        assert_eq!(BeneficiariesFact::entity(a), BeneficiariesFact::entity(a));
        assert_ne!(BeneficiariesFact::entity(a), a.uuid());
    }
}
