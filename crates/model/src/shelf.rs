//! The shelves that pages sort a household's accounts on: what it owns by kind, and what it owes.

use crate::AccountKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shelf {
    Retirement,
    Property,
    Investments,
    Cash,
    /// Policies with a cash value.
    Policies,
    Debts,
}

impl Shelf {
    pub const ALL: [Shelf; 6] = [Shelf::Retirement, Shelf::Property, Shelf::Investments, Shelf::Cash, Shelf::Policies, Shelf::Debts];
    pub fn of(kind: AccountKind) -> Shelf {
        use AccountKind::*;
        match kind {
            Retirement | Annuity => Shelf::Retirement,
            Property => Shelf::Property,
            Brokerage | HealthSavings | Education | Business | Crypto | Other => Shelf::Investments,
            Checking | Savings | Cash => Shelf::Cash,
            Insurance => Shelf::Policies,
            CreditCard | Mortgage | Loan | StudentLoan => Shelf::Debts,
        }
    }
    pub fn name(self) -> &'static str {
        match self {
            Shelf::Retirement => "Retirement",
            Shelf::Property => "Property",
            Shelf::Investments => "Investments and business",
            Shelf::Cash => "Cash",
            Shelf::Policies => "Policies with cash value",
            Shelf::Debts => "Debts",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debts_stand_on_the_shelf_of_debts_and_nothing_else_does() {
        for kind in AccountKind::ALL {
            assert_eq!(Shelf::of(kind) == Shelf::Debts, kind.is_debt(), "{kind:?}");
            assert!(Shelf::ALL.contains(&Shelf::of(kind)));
        }
    }
}
