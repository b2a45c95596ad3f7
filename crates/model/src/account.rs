//! What an account is: its kind, where its figures come from, who has custody, and what state it is in.

use serde::{Deserialize, Serialize};

/// What the household holds or owes, as a person would sort it. A provider's own words are kept beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    Brokerage,
    Retirement,
    HealthSavings,
    Education,
    Annuity,
    Checking,
    Savings,
    Cash,
    CreditCard,
    Mortgage,
    Loan,
    StudentLoan,
    Property,
    Business,
    Insurance,
    Crypto,
    Other,
}

impl AccountKind {
    pub const ALL: [AccountKind; 17] = [
        AccountKind::Brokerage,
        AccountKind::Retirement,
        AccountKind::HealthSavings,
        AccountKind::Education,
        AccountKind::Annuity,
        AccountKind::Checking,
        AccountKind::Savings,
        AccountKind::Cash,
        AccountKind::CreditCard,
        AccountKind::Mortgage,
        AccountKind::Loan,
        AccountKind::StudentLoan,
        AccountKind::Property,
        AccountKind::Business,
        AccountKind::Insurance,
        AccountKind::Crypto,
        AccountKind::Other,
    ];
    /// Debts count against the household: their value is zero or negative.
    pub fn is_debt(self) -> bool {
        matches!(self, AccountKind::CreditCard | AccountKind::Mortgage | AccountKind::Loan | AccountKind::StudentLoan)
    }
    /// Holds positions rather than a mere balance (N7).
    pub fn is_investment(self) -> bool {
        use AccountKind::*;
        matches!(self, Brokerage | Retirement | HealthSavings | Education | Annuity | Crypto)
    }
    pub fn key(self) -> &'static str {
        use AccountKind::*;
        match self {
            Brokerage => "brokerage",
            Retirement => "retirement",
            HealthSavings => "health_savings",
            Education => "education",
            Annuity => "annuity",
            Checking => "checking",
            Savings => "savings",
            Cash => "cash",
            CreditCard => "credit_card",
            Mortgage => "mortgage",
            Loan => "loan",
            StudentLoan => "student_loan",
            Property => "property",
            Business => "business",
            Insurance => "insurance",
            Crypto => "crypto",
            Other => "other",
        }
    }
    pub fn from_key(key: &str) -> Option<AccountKind> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

/// The account types of the *New account* menu (N13, N14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountType {
    FundsStocksOther,
    Bank,
    LoanOrCard,
    Property,
    Business,
    Insurance,
}

impl AccountType {
    pub const ALL: [AccountType; 6] = [
        AccountType::FundsStocksOther,
        AccountType::Bank,
        AccountType::LoanOrCard,
        AccountType::Property,
        AccountType::Business,
        AccountType::Insurance,
    ];
    pub fn key(self) -> &'static str {
        match self {
            AccountType::FundsStocksOther => "funds",
            AccountType::Bank => "bank",
            AccountType::LoanOrCard => "loan",
            AccountType::Property => "property",
            AccountType::Business => "business",
            AccountType::Insurance => "insurance",
        }
    }
    pub fn from_key(key: &str) -> Option<AccountType> {
        Self::ALL.into_iter().find(|t| t.key() == key)
    }
    pub fn kinds(self) -> &'static [AccountKind] {
        use AccountKind::*;
        match self {
            AccountType::FundsStocksOther => &[Brokerage, Retirement, HealthSavings, Education, Annuity, Crypto, Other],
            AccountType::Bank => &[Checking, Savings, Cash],
            AccountType::LoanOrCard => &[CreditCard, Mortgage, Loan, StudentLoan],
            AccountType::Property => &[Property],
            AccountType::Business => &[Business],
            AccountType::Insurance => &[Insurance],
        }
    }
    /// Whether the menu offers Asset Sync for this type in this portfolio (N11, N12, N14).
    pub fn offers_asset_sync(self, portfolio: PortfolioKind) -> bool {
        self == AccountType::FundsStocksOther && portfolio == PortfolioKind::Current
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortfolioKind {
    Current,
    Proposed,
    Model,
}

impl PortfolioKind {
    pub fn key(self) -> &'static str {
        match self {
            PortfolioKind::Current => "current",
            PortfolioKind::Proposed => "proposed",
            PortfolioKind::Model => "model",
        }
    }
    pub fn from_key(key: &str) -> Option<PortfolioKind> {
        [PortfolioKind::Current, PortfolioKind::Proposed, PortfolioKind::Model].into_iter().find(|k| k.key() == key)
    }
}

/// Where an account's figures come from (N56).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A connection that the client made, through a data provider.
    Aggregation,
    /// A custodian's or CRM's feed of the firm.
    Integration,
    Manual,
    File,
    Model,
}

/// Who looks after the account (N56).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Custody {
    HeldAway,
    Managed,
}

/// What people have decided about an account. Whether its connection works is another fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Counted; fed if it has a source that feeds.
    Live,
    /// No data flow, out of totals and risk, history kept (N66, D8).
    Muted,
    /// Permission ended, last values kept with their dates and still counted (D9).
    Disconnected,
    /// Gone from every page; history kept until the retention period ends (D9).
    Deleted,
}

impl AccountState {
    /// Whether totals include the account.
    pub fn counts(self) -> bool {
        matches!(self, AccountState::Live | AccountState::Disconnected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // proves: N12 N13 N14
    #[test]
    fn asset_sync_is_offered_for_funds_in_current_alone() {
        for t in AccountType::ALL {
            for p in [PortfolioKind::Current, PortfolioKind::Proposed, PortfolioKind::Model] {
                let offered = t.offers_asset_sync(p);
                assert_eq!(offered, t == AccountType::FundsStocksOther && p == PortfolioKind::Current, "{t:?} {p:?}");
            }
        }
    }
}
